//! Foot strikes and foot offs from inertial sensors.
//!
//! In: a recording's sensors, where somebody walks, and how the lower back's sensor sits. Out:
//! [`GaitEvent`]s in time order.
//!
//! | file | events from |
//! |---|---|
//! | `swing` | the angular velocity of a shank or foot about its lateral axis |
//! | `foot` | foot: abrupt changes of acceleration at either end of the swing |
//! | `shank` | shank: minima on either side of the swing |
//! | `lower_back` | pelvis or lower back alone: wavelet of the vertical acceleration, sides from its turning |
//!
//! Foot sensors go before shank sensors and these before the lower back. Where a limb has both, the
//! shank's opinion makes the confidence.

mod foot;
mod lower_back;
mod shank;
mod swing;

pub use lower_back::Upright;

use super::{Confidence, EventSource, GaitEvent, in_time_order};
use crate::recording::{EventKind, PerSide, Placement, Recording, Side, Warning};
use crate::settings::EventSettings;
use crate::signal::median;

/// Code of the warning that a lone sensor on the lower back told the sides.
pub const SIDES_PROVISIONAL: &str = "sides-provisional";

/// What one limb's sensor says.
struct Found {
    strikes: Vec<f64>,
    offs: Vec<f64>,
}

/// Events of both limbs from what sensors there are.
///
/// `walking` tells the samples in which somebody walks (empty = unknown, all count); `upright` is
/// how the pelvis's sensor sits, needed only when no limb has a sensor.
pub fn from_sensors(
    recording: &Recording,
    walking: &[bool],
    upright: Option<Upright>,
    settings: &EventSettings,
) -> (Vec<GaitEvent>, Vec<Warning>) {
    let rate_hz = recording.rate_hz;
    let walks = Walks {
        walking,
        reach: (settings.sensor_margin_s * rate_hz).round() as usize,
    };
    let limbs = PerSide::from_fn(|side| limb(recording, side, &walks, settings));
    let mut events = Vec::new();
    if Side::BOTH.iter().all(|&side| limbs[side].is_some()) {
        for side in Side::BOTH {
            if let Some((found, opinion)) = &limbs[side] {
                let limb = Limb {
                    side,
                    recording,
                    settings,
                };
                limb.push(
                    EventKind::FootStrike,
                    &found.strikes,
                    opinion.as_ref().map(|o| o.strikes.as_slice()),
                    &mut events,
                );
                limb.push(
                    EventKind::FootOff,
                    &found.offs,
                    opinion.as_ref().map(|o| o.offs.as_slice()),
                    &mut events,
                );
            }
        }
        return (in_time_order(events), Vec::new());
    }
    let mut warnings = Vec::new();
    if let Some(one) = Side::BOTH.into_iter().find(|&side| limbs[side].is_some()) {
        warnings.push(Warning::new(
            "one-limb",
            format!(
                "only the {} leg has a sensor that shows its contacts: both legs' events come from \
                 the pelvis's sensor",
                one.name()
            ),
        ));
    }
    let Some(upright) = upright else {
        return (Vec::new(), warnings);
    };
    let Some(sensor) = recording.sensors.get(upright.sensor) else {
        return (Vec::new(), warnings);
    };
    let known = limbs
        .left
        .as_ref()
        .map(|(f, _)| (Side::Left, f.strikes.as_slice()));
    let known = known.or_else(|| {
        limbs
            .right
            .as_ref()
            .map(|(f, _)| (Side::Right, f.strikes.as_slice()))
    });
    let steps = lower_back::steps(sensor, &upright, &walks, rate_hz, settings);
    let back = lower_back::sided(steps, known, rate_hz, settings);
    let event = |side, kind, index: f64, confidence| GaitEvent {
        side,
        kind,
        time_s: recording.time_s(0) + index / rate_hz,
        source: EventSource::Inertial,
        confidence,
    };
    for step in &back.steps {
        events.push(event(
            step.side,
            EventKind::FootStrike,
            step.strike,
            back.confidence,
        ));
        events.push(event(
            step.side.opposite(),
            EventKind::FootOff,
            step.opposite_off,
            back.confidence,
        ));
    }
    if known.is_none() && !events.is_empty() {
        warnings.push(Warning::new(
            SIDES_PROVISIONAL,
            format!(
                "left and right were told from the turning of a single sensor on the lower back \
                 ({:.0} % of the evidence agrees), which is least certain where the pelvis moves \
                 abnormally: confirm them with a sensor on a foot or shank, or with \
                 --events-from",
                100.0 * back.agreement
            ),
        ));
    }
    (in_time_order(events), warnings)
}

/// Which samples count as walking.
struct Walks<'a> {
    walking: &'a [bool],
    /// Samples by which walking may begin earlier or end later.
    reach: usize,
}

impl Walks<'_> {
    fn near(&self, index: f64) -> bool {
        if self.walking.is_empty() {
            return true;
        }
        let at = index.max(0.0) as usize;
        let range = at.saturating_sub(self.reach)..(at + self.reach + 1).min(self.walking.len());
        self.walking.get(range).is_some_and(|w| w.contains(&true))
    }
}

/// The events of a limb and, where it has two sensors, the second opinion.
fn limb(
    recording: &Recording,
    side: Side,
    walks: &Walks<'_>,
    settings: &EventSettings,
) -> Option<(Found, Option<Found>)> {
    let swing_of = |placement| {
        let sensor = recording.sensor(placement)?;
        let rate_hz = recording.rate_hz;
        let swing = swing::Swing::of(&sensor.gyr_rad_s, walks.walking, rate_hz, settings)?;
        Some((swing, sensor))
    };
    let foot = swing_of(Placement::Foot(side))
        .map(|(swing, sensor)| foot::events(&swing.turned_as_a_foot(), &sensor.acc_m_s2, settings));
    let shank = swing_of(Placement::Shank(side))
        .map(|(swing, _)| shank::events(&swing.turned_as_a_shank(), settings));
    let kept = |found: Found| Found {
        strikes: found
            .strikes
            .into_iter()
            .filter(|i| walks.near(*i))
            .collect(),
        offs: found.offs.into_iter().filter(|i| walks.near(*i)).collect(),
    };
    let usable = |found: &Found| found.strikes.len() >= 2;
    let foot = foot.map(kept).filter(usable);
    let shank = shank.map(kept).filter(usable);
    match (foot, shank) {
        (Some(foot), shank) => Some((foot, shank)),
        (None, Some(shank)) => Some((shank, None)),
        (None, None) => None,
    }
}

struct Limb<'a> {
    side: Side,
    recording: &'a Recording,
    settings: &'a EventSettings,
}

impl Limb<'_> {
    /// Adds events with the confidence that the second opinion gives them: agreement beyond the
    /// usual difference of the two sensors.
    fn push(
        &self,
        kind: EventKind,
        found: &[f64],
        opinion: Option<&[f64]>,
        events: &mut Vec<GaitEvent>,
    ) {
        let rate_hz = self.recording.rate_hz;
        let window = self.settings.pairing_window_s * rate_hz;
        let apart = |index: f64| -> f64 {
            let nearest = opinion
                .unwrap_or_default()
                .iter()
                .map(|o| o - index)
                .min_by(|a, b| a.abs().total_cmp(&b.abs()));
            nearest.filter(|d| d.abs() <= window).unwrap_or(f64::NAN)
        };
        let usual = median(&found.iter().map(|&i| apart(i)).collect::<Vec<_>>());
        for &index in found {
            let beyond_s = (apart(index) - usual).abs() / rate_hz;
            let confidence = match opinion {
                None => Confidence::Medium,
                Some(_) if beyond_s <= self.settings.agreement_high_s => Confidence::High,
                Some(_) if beyond_s <= self.settings.agreement_medium_s => Confidence::Medium,
                Some(_) => Confidence::Low,
            };
            events.push(GaitEvent {
                side: self.side,
                kind,
                time_s: self.recording.time_s(0) + index / rate_hz,
                source: EventSource::Inertial,
                confidence,
            });
        }
    }
}
