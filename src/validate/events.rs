//! Found events against true or stored ones.

use crate::events::GaitEvent;
use crate::recording::EventKind;
use crate::recording::Side;

/// Events of two sources farther apart than this are not the same event, seconds.
const SAME_EVENT_S: f64 = 0.10;

/// Errors of one kind of event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KindErrors {
    /// Found less expected, milliseconds.
    pub errors_ms: Vec<f64>,
    /// Expected and not found.
    pub missed: usize,
    /// Found and not expected.
    pub invented: usize,
}

/// Errors of the events of one or more recordings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventErrors {
    /// Foot strikes.
    pub strikes: KindErrors,
    /// Foot offs.
    pub offs: KindErrors,
}

impl EventErrors {
    /// Adds those of another recording.
    pub fn add(&mut self, other: &EventErrors) {
        for (own, other) in [
            (&mut self.strikes, &other.strikes),
            (&mut self.offs, &other.offs),
        ] {
            own.errors_ms.extend(&other.errors_ms);
            own.missed += other.missed;
            own.invented += other.invented;
        }
    }
}

/// An event with a side, a kind and a time.
pub trait Timed {
    /// Whose foot, what, and when in seconds.
    fn moment(&self) -> (Side, EventKind, f64);
}

impl Timed for GaitEvent {
    fn moment(&self) -> (Side, EventKind, f64) {
        (self.side, self.kind, self.time_s)
    }
}

impl Timed for crate::synth::TrueEvent {
    fn moment(&self) -> (Side, EventKind, f64) {
        (self.side, self.event, self.time_s)
    }
}

/// Pairs every expected event with the nearest found one of its side and kind.
///
/// An event within [`SAME_EVENT_S`] of either end of the recording cannot be expected to be found.
pub fn compare_events(
    expected: &[impl Timed],
    found: &[GaitEvent],
    duration_s: f64,
) -> EventErrors {
    let mut errors = EventErrors::default();
    let mut used = vec![false; found.len()];
    for event in expected {
        let (side, kind, time_s) = event.moment();
        let away = |i: usize| (found[i].time_s - time_s).abs();
        let partner = (0..found.len())
            .filter(|&i| !used[i] && found[i].side == side && found[i].kind == kind)
            .min_by(|&a, &b| away(a).total_cmp(&away(b)))
            .filter(|&i| away(i) < SAME_EVENT_S);
        let of_kind = of(&mut errors, kind);
        match partner {
            Some(i) => {
                used[i] = true;
                of_kind.errors_ms.push(1000.0 * (found[i].time_s - time_s));
            }
            None if time_s > SAME_EVENT_S && time_s < duration_s - SAME_EVENT_S => {
                of_kind.missed += 1;
            }
            None => {}
        }
    }
    for (event, _) in found.iter().zip(&used).filter(|(_, used)| !**used) {
        of(&mut errors, event.kind).invented += 1;
    }
    errors
}

fn of(errors: &mut EventErrors, kind: EventKind) -> &mut KindErrors {
    match kind {
        EventKind::FootStrike => &mut errors.strikes,
        EventKind::FootOff => &mut errors.offs,
    }
}
