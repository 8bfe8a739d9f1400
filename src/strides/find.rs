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
    let mut events = events.to_vec();
    events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    let mut strides: Vec<Stride> = Side::BOTH
        .into_iter()
        .flat_map(|side| strides_of(side, &events, &settings.strides))
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
    let first = events.partition_point(|e| e.time_s <= start.time_s);
    let last = events.partition_point(|e| e.time_s < end.time_s);
    let within = events.get(first..last).unwrap_or_default();
    let between = |side: Side, kind: EventKind| {
        let mut found = within
            .iter()
            .filter(move |e| e.side == side && e.kind == kind);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Format, Recording};
    use EventKind::{FootOff, FootStrike};
    use Side::{Left, Right};

    fn event(side: Side, kind: EventKind, time_s: f64) -> GaitEvent {
        GaitEvent {
            side,
            kind,
            time_s,
            source: EventSource::Stored,
            confidence: Confidence::High,
        }
    }

    /// Events of `strides` strides per limb, 1 s each, stance 60 %, from `start_s`.
    fn walk(start_s: f64, strides: usize) -> Vec<GaitEvent> {
        let mut events = Vec::new();
        for i in 0..=strides {
            let t = start_s + i as f64;
            events.push(event(Right, FootStrike, t));
            events.push(event(Left, FootOff, t + 0.1));
            events.push(event(Left, FootStrike, t + 0.5));
            events.push(event(Right, FootOff, t + 0.6));
        }
        events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        events
    }

    fn motion(seconds: f64) -> Motion {
        let frames = (100.0 * seconds) as usize;
        Motion::without_markers(&Recording::new("walk", Format::Memory, 100.0, frames))
    }

    fn exclusions(strides: &[Stride], side: Side) -> Vec<Option<Exclusion>> {
        strides
            .iter()
            .filter(|s| s.side == side)
            .map(|s| s.exclusion)
            .collect()
    }

    #[test]
    fn strides_run_from_strike_to_strike_with_the_events_between() {
        let strides = find(&walk(1.0, 3), &motion(6.0), &Settings::default());
        assert_eq!(strides.len(), 6);
        assert!(strides.iter().all(|s| s.exclusion.is_none()));
        let first = &strides[0];
        assert_eq!((first.side, first.number), (Left, 1));
        assert_eq!((first.start_s, first.end_s), (1.5, 2.5));
        assert_eq!(first.opposite_off_s, Some(1.6));
        assert_eq!(first.opposite_strike_s, Some(2.0));
        assert_eq!(first.off_s, Some(2.1));
        assert_eq!(strides[5].number, 3);
    }

    #[test]
    fn a_missing_event_makes_a_stride_incomplete() {
        let mut events = walk(1.0, 2);
        events.retain(|e| !(e.side == Left && e.kind == FootOff && e.time_s < 1.5));
        let strides = find(&events, &motion(6.0), &Settings::default());
        assert_eq!(
            exclusions(&strides, Right),
            [Some(Exclusion::Incomplete), None]
        );
        assert_eq!(strides[2].opposite_off_s, None);
        // the left stride does not use that event
        assert_eq!(exclusions(&strides, Left), [None, None]);
    }

    #[test]
    fn a_missed_strike_does_not_make_a_long_stride() {
        let mut events = walk(1.0, 4);
        events.retain(|e| !(e.side == Right && e.kind == FootStrike && e.time_s == 3.0));
        let strides = find(&events, &motion(8.0), &Settings::default());
        assert_eq!(
            exclusions(&strides, Right),
            [None, Some(Exclusion::Events), None]
        );
    }

    #[test]
    fn running_and_impossible_stances_are_no_walking_strides() {
        // a flight phase: own off before the opposite strike
        let running = [
            event(Right, FootStrike, 1.0),
            event(Left, FootOff, 1.1),
            event(Right, FootOff, 1.48),
            event(Left, FootStrike, 1.5),
            event(Right, FootStrike, 2.0),
        ];
        let strides = find(&running, &motion(4.0), &Settings::default());
        assert_eq!(strides[0].exclusion, Some(Exclusion::Events));
        let mut long_stance = running;
        long_stance[2] = event(Right, FootOff, 1.9);
        let strides = find(&long_stance, &motion(4.0), &Settings::default());
        assert_eq!(strides[0].exclusion, Some(Exclusion::Events));
    }

    #[test]
    fn a_stride_in_a_turn_and_a_slow_start_are_named() {
        let mut motion = motion(8.0);
        for i in 0..motion.frames {
            let t = i as f64 / 100.0;
            // turns 40° between 3 s and 4 s, walks slowly before 2.5 s
            motion.progression.heading_rad[i] = 40f64.to_radians() * (t - 3.0).clamp(0.0, 1.0);
            motion.progression.speed_m_s[i] = if t < 2.5 { 0.5 } else { 1.2 };
        }
        let strides = find(&walk(1.0, 5), &motion, &Settings::default());
        assert_eq!(
            exclusions(&strides, Right),
            [
                Some(Exclusion::StartStop),
                None,
                Some(Exclusion::Turn),
                None,
                None
            ]
        );
        motion.progression.locomotion = Locomotion::Treadmill;
        let strides = find(&walk(1.0, 5), &motion, &Settings::default());
        assert_eq!(exclusions(&strides, Right)[0], None);
    }

    #[test]
    fn source_and_confidence_are_the_least_trusted() {
        let mut events = walk(1.0, 1);
        events[1].source = EventSource::Kinematic;
        events[2].confidence = Confidence::Medium;
        let strides = find(&events, &motion(4.0), &Settings::default());
        let right = strides.iter().find(|s| s.side == Right).unwrap();
        assert_eq!(right.events_source, EventSource::Kinematic);
        assert_eq!(right.events_confidence, Confidence::Medium);
    }

    #[test]
    fn no_events_no_strides() {
        assert!(find(&[], &motion(1.0), &Settings::default()).is_empty());
    }
}
