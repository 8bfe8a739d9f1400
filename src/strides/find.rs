//! Foot strike to foot strike, and whether what lies between makes a walking stride.

use super::{Exclusion, Stride};
use crate::events::{Confidence, EventSource, GaitEvent};
use crate::lab::{Locomotion, Motion, turn_of};
use crate::recording::{EventKind, Side};
use crate::settings::{Settings, StrideSettings};
use crate::signal::median;

/// All strides of both limbs, left then right, in time order, with the reason when one is not used.
///
/// A stride runs from one strike of a foot to its next strike. Reasons, the first that holds:
/// `incomplete` — an event between is missing; `events` — more events than one of a kind, not in
/// the order strike, opposite off, opposite strike, off, or stance or stride time outside the
/// limits of `settings.strides`; `turn`; `start-stop`. Gaps are found when the stride is measured.
pub fn find(events: &[GaitEvent], motion: &Motion, settings: &Settings) -> Vec<Stride> {
    let mut strides: Vec<Stride> = Side::BOTH
        .into_iter()
        .flat_map(|side| strides_of(side, events, &settings.strides))
        .collect();
    exclude_odd_durations(&mut strides, settings.strides.duration_tolerance);
    exclude_turns(&mut strides, motion, settings);
    exclude_starts_and_stops(&mut strides, motion, &settings.strides);
    strides
}

fn strides_of(side: Side, events: &[GaitEvent], settings: &StrideSettings) -> Vec<Stride> {
    let strikes: Vec<&GaitEvent> = events
        .iter()
        .filter(|e| e.side == side && e.kind == EventKind::FootStrike)
        .collect();
    strikes
        .windows(2)
        .enumerate()
        .map(|(i, pair)| stride_between(pair[0], pair[1], i + 1, events, settings))
        .collect()
}

fn stride_between(
    start: &GaitEvent,
    end: &GaitEvent,
    number: usize,
    events: &[GaitEvent],
    settings: &StrideSettings,
) -> Stride {
    let side = start.side;
    let between = |side: Side, kind: EventKind| {
        let mut found = events.iter().filter(move |e| {
            e.side == side && e.kind == kind && e.time_s > start.time_s && e.time_s < end.time_s
        });
        (found.next(), found.next().is_some())
    };
    let (opposite_off, more_opposite_offs) = between(side.opposite(), EventKind::FootOff);
    let (opposite_strike, more_opposite_strikes) = between(side.opposite(), EventKind::FootStrike);
    let (off, more_offs) = between(side, EventKind::FootOff);
    let repeated = more_opposite_offs || more_opposite_strikes || more_offs;
    let used = [Some(start), opposite_off, opposite_strike, off, Some(end)];
    let known = used.iter().flatten();
    let mut stride = Stride {
        side,
        number,
        start_s: start.time_s,
        end_s: end.time_s,
        opposite_off_s: opposite_off.map(|e| e.time_s),
        opposite_strike_s: opposite_strike.map(|e| e.time_s),
        off_s: off.map(|e| e.time_s),
        // both enums are declared in the order of trust
        events_source: known
            .clone()
            .map(|e| e.source)
            .max()
            .unwrap_or(EventSource::Kinematic),
        events_confidence: known.map(|e| e.confidence).min().unwrap_or(Confidence::Low),
        exclusion: None,
    };
    stride.exclusion = sequence_fault(&stride, repeated, settings);
    stride
}

/// Why the events of a stride cannot be those of walking.
fn sequence_fault(stride: &Stride, repeated: bool, settings: &StrideSettings) -> Option<Exclusion> {
    let duration_s = stride.end_s - stride.start_s;
    if repeated || !(settings.duration_min_s..=settings.duration_max_s).contains(&duration_s) {
        return Some(Exclusion::Events);
    }
    let (Some(opposite_off), Some(opposite_strike), Some(off)) = (
        stride.opposite_off_s,
        stride.opposite_strike_s,
        stride.off_s,
    ) else {
        return Some(Exclusion::Incomplete);
    };
    let stance_pct = 100.0 * (off - stride.start_s) / duration_s;
    let walking = opposite_off < opposite_strike
        && opposite_strike < off
        && (settings.stance_min_pct..=settings.stance_max_pct).contains(&stance_pct);
    (!walking).then_some(Exclusion::Events)
}

/// A stride time far from the median means that a strike was missed or invented.
fn exclude_odd_durations(strides: &mut [Stride], tolerance: f64) {
    let durations: Vec<f64> = used(strides).map(|s| s.end_s - s.start_s).collect();
    let usual = median(&durations);
    for stride in strides.iter_mut().filter(|s| s.exclusion.is_none()) {
        if (stride.end_s - stride.start_s - usual).abs() > tolerance * usual {
            stride.exclusion = Some(Exclusion::Events);
        }
    }
}

fn exclude_turns(strides: &mut [Stride], motion: &Motion, settings: &Settings) {
    for stride in strides.iter_mut().filter(|s| s.exclusion.is_none()) {
        let (first, last) = frames_of(stride, motion);
        if turn_of(&motion.progression, first, last).is_turn(&settings.lab) {
            stride.exclusion = Some(Exclusion::Turn);
        }
    }
}

/// Over ground, strides much slower than the others begin or end the walk. A belt sets the pace
/// on a treadmill.
fn exclude_starts_and_stops(strides: &mut [Stride], motion: &Motion, settings: &StrideSettings) {
    if motion.progression.locomotion == Locomotion::Treadmill {
        return;
    }
    let speed = |stride: &Stride| {
        let (first, last) = frames_of(stride, motion);
        let within = motion
            .progression
            .speed_m_s
            .get(first..=last)
            .unwrap_or_default();
        let known: Vec<f64> = within.iter().copied().filter(|v| !v.is_nan()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    let speeds: Vec<f64> = used(strides).map(speed).collect();
    let least = settings.start_stop_speed_share * median(&speeds);
    for stride in strides.iter_mut().filter(|s| s.exclusion.is_none()) {
        if speed(stride) < least {
            stride.exclusion = Some(Exclusion::StartStop);
        }
    }
}

fn used(strides: &[Stride]) -> impl Iterator<Item = &Stride> {
    strides.iter().filter(|s| s.exclusion.is_none())
}

/// First and last stored frame of a stride, nearest to its strikes, within the recording.
fn frames_of(stride: &Stride, motion: &Motion) -> (usize, usize) {
    let end = motion.frames.saturating_sub(1);
    let frame = |time_s: f64| (motion.index_at(time_s).round().max(0.0) as usize).min(end);
    (frame(stride.start_s), frame(stride.end_s))
}
