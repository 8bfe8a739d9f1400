//! Which events are used: the file's own, force plates, marker kinematics, or one completing the
//! other.

use super::{GaitEvent, detect, from_plates, in_time_order, stored};
use crate::lab::Motion;
use crate::recording::{EventKind, Recording, Side, Warning};
use crate::settings::{EventPreference, EventSettings, Settings};

/// The events of a recording, as `settings.events.source` prefers.
///
/// * `stored` — only the file's own.
/// * `detect` — force plates, completed by marker kinematics; the file's own are not looked at.
/// * `auto` — the file's own alone when they make a complete stride of both limbs; else the file's
///   own completed by detected ones; without stored events as `detect`.
///
/// Warnings: `events-disagree` when stored and detected events differ by more than
/// `disagreement_max_s`; `event-sides-swapped` as [`exchanged_sides`]; `events-outside` for stored events outside the recording;
/// `events-unnamed` for stored events without a side or kind.
pub fn find(
    recording: &Recording,
    motion: &Motion,
    settings: &Settings,
) -> (Vec<GaitEvent>, Vec<Warning>) {
    let preference = settings.events.source;
    if preference == EventPreference::Detect {
        return (detected(motion, settings), Vec::new());
    }
    let own = stored(recording);
    let mut warnings = left_out(recording);
    let detected = detected(motion, settings);
    warnings.extend(disagreement(&own, &detected, &settings.events));
    warnings.extend(exchanged(&own, &detected, &settings.events));
    let enough = Side::BOTH
        .into_iter()
        .all(|side| has_complete_stride(&own, side));
    let events = if preference == EventPreference::Stored || enough {
        own
    } else {
        completed(own, &detected, &settings.events)
    };
    (events, warnings)
}

/// `event-sides-swapped` when the events of the left foot fit the movement of the right one and the
/// other way round: the stance limb would be named wrongly.
pub fn exchanged_sides(
    given: &[GaitEvent],
    motion: &Motion,
    settings: &Settings,
) -> Option<Warning> {
    exchanged(given, &detect(motion, settings), &settings.events)
}

/// [`exchanged_sides`] against events that were detected before.
fn exchanged(
    given: &[GaitEvent],
    detected: &[GaitEvent],
    limits: &EventSettings,
) -> Option<Warning> {
    let matches = |event: &GaitEvent| nearest(detected, event, limits.pairing_window_s).is_some();
    let own = given.iter().filter(|e| matches(e)).count();
    let other = given
        .iter()
        .filter(|e| {
            matches(&GaitEvent {
                side: e.side.opposite(),
                ..**e
            })
        })
        .count();
    // steps are half a stride apart, far beyond the window: true events never fit the other foot
    let exchanged = other >= 3 && other > 2 * own && 2 * other > given.len();
    exchanged.then(|| {
        Warning::new(
            "event-sides-swapped",
            format!(
                "{other} of {} events fit the other foot's movement and {own} the foot they name: left and right of the events look exchanged",
                given.len()
            ),
        )
    })
}

/// Force plates completed by marker kinematics.
///
/// A plate event replaces the kinematic event it confirms. One that the markers contradict (a foot
/// half beside the plate, two feet on one plate) is not used.
fn detected(motion: &Motion, settings: &Settings) -> Vec<GaitEvent> {
    let limits = &settings.events;
    let mut events = detect(motion, settings);
    for plate in from_plates(motion, settings) {
        let confirms = |e: &GaitEvent| (e.time_s - plate.time_s).abs() <= limits.disagreement_max_s;
        match nearest(&events, &plate, limits.pairing_window_s) {
            Some(i) if confirms(&events[i]) => {
                events.remove(i);
            }
            None if alternates(&events, &plate) => {}
            _ => continue,
        }
        events.insert(events.partition_point(|e| e.time_s <= plate.time_s), plate);
    }
    in_time_order(events)
}

/// `own` and every other event that is not one of them.
fn completed(own: Vec<GaitEvent>, others: &[GaitEvent], limits: &EventSettings) -> Vec<GaitEvent> {
    let mut events = own.clone();
    for other in others {
        if nearest(&own, other, limits.pairing_window_s).is_none() {
            events.push(*other);
        }
    }
    in_time_order(events)
}

/// Index of the event of the same side and kind nearest in time, within a window; `events` in
/// time order.
fn nearest(events: &[GaitEvent], event: &GaitEvent, window_s: f64) -> Option<usize> {
    let first = events.partition_point(|e| e.time_s < event.time_s - window_s);
    events
        .iter()
        .enumerate()
        .skip(first)
        .take_while(|(_, e)| e.time_s <= event.time_s + window_s)
        .filter(|(_, e)| e.side == event.side && e.kind == event.kind)
        .map(|(i, e)| ((e.time_s - event.time_s).abs(), i))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, i)| i)
}

/// True when strikes and offs of the foot still alternate with `event` among `events` (in time
/// order).
fn alternates(events: &[GaitEvent], event: &GaitEvent) -> bool {
    let (before, after) = events.split_at(events.partition_point(|e| e.time_s <= event.time_s));
    let before = before.iter().rfind(|e| e.side == event.side);
    let after = after.iter().find(|e| e.side == event.side);
    [before, after]
        .into_iter()
        .flatten()
        .all(|e| e.kind != event.kind)
}

/// True when the events hold a whole stride of `side`: strike, opposite off, opposite strike, own
/// off, strike, and nothing else between.
fn has_complete_stride(events: &[GaitEvent], side: Side) -> bool {
    use EventKind::{FootOff, FootStrike};
    let other = side.opposite();
    let stride = [
        (side, FootStrike),
        (other, FootOff),
        (other, FootStrike),
        (side, FootOff),
        (side, FootStrike),
    ];
    events.windows(stride.len()).any(|window| {
        window
            .iter()
            .zip(stride)
            .all(|(e, (side, kind))| e.side == side && e.kind == kind)
    })
}

/// Stored events that cannot be used.
fn left_out(recording: &Recording) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let unnamed = recording
        .events
        .iter()
        .filter(|e| e.side.is_none() || e.kind.is_none())
        .count();
    if unnamed > 0 {
        warnings.push(Warning::new(
            "events-unnamed",
            format!(
                "{unnamed} of {} stored events have no side or no known label (Foot Strike, Foot Off) and are not used",
                recording.events.len()
            ),
        ));
    }
    let (first, last) = (
        recording.time_s(0),
        recording.time_s(recording.frames.saturating_sub(1)),
    );
    let half_frame = 0.5 / recording.rate_hz;
    let outside = recording
        .events
        .iter()
        .filter(|e| !(first - half_frame..=last + half_frame).contains(&e.time_s))
        .count();
    if outside > 0 {
        warnings.push(Warning::new(
            "events-outside",
            format!(
                "{outside} of {} stored events lie outside the recording ({first:.2} s to {last:.2} s) and are not used",
                recording.events.len()
            ),
        ));
    }
    warnings
}

/// Stored and detected events that differ by more than the limit.
fn disagreement(
    own: &[GaitEvent],
    detected: &[GaitEvent],
    limits: &EventSettings,
) -> Option<Warning> {
    let apart: Vec<(f64, &GaitEvent)> = own
        .iter()
        .filter_map(|e| {
            let i = nearest(detected, e, limits.pairing_window_s)?;
            Some((detected[i].time_s - e.time_s, e))
        })
        .filter(|(apart, _)| apart.abs() > limits.disagreement_max_s)
        .collect();
    let (largest, event) = apart
        .iter()
        .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
    Some(Warning::at(
        "events-disagree",
        format!(
            "{} {} at {:.2} s",
            event.side.name(),
            event.kind.name(),
            event.time_s
        ),
        format!(
            "{} of {} stored events differ from the detected ones by more than {:.0} ms, at most by {:.0} ms; the stored ones are used",
            apart.len(),
            own.len(),
            limits.disagreement_max_s * 1000.0,
            largest.abs() * 1000.0
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Confidence, EventSource};
    use crate::recording::{Format, StoredEvent};
    use EventKind::{FootOff, FootStrike};
    use Side::{Left, Right};

    fn event(side: Side, kind: EventKind, time_s: f64) -> GaitEvent {
        GaitEvent {
            side,
            kind,
            time_s,
            source: EventSource::Kinematic,
            confidence: Confidence::High,
        }
    }

    /// Two strides of each limb.
    fn walk() -> Vec<GaitEvent> {
        let mut events = Vec::new();
        for i in 0..3 {
            let t = 1.0 + i as f64;
            events.push(event(Right, FootStrike, t));
            events.push(event(Left, FootOff, t + 0.1));
            events.push(event(Left, FootStrike, t + 0.5));
            events.push(event(Right, FootOff, t + 0.6));
        }
        events
    }

    fn recording(events: &[GaitEvent]) -> Recording {
        let mut recording = Recording::new("walk", Format::Memory, 100.0, 600);
        recording.events = events
            .iter()
            .map(|e| StoredEvent {
                side: Some(e.side),
                kind: Some(e.kind),
                label: String::new(),
                time_s: e.time_s,
            })
            .collect();
        recording
    }

    #[test]
    fn complete_strides_are_recognised() {
        let events = walk();
        assert!(has_complete_stride(&events, Left) && has_complete_stride(&events, Right));
        let mut missing = events.clone();
        missing.retain(|e| !(e.side == Left && e.kind == FootOff));
        assert!(!has_complete_stride(&missing, Left) && !has_complete_stride(&missing, Right));
        assert!(has_complete_stride(&events[..5], Right));
        assert!(!has_complete_stride(&events[..5], Left));
    }

    #[test]
    fn stored_events_that_make_strides_stand_alone() {
        let recording = recording(&walk());
        let motion = Motion::without_markers(&recording);
        let (events, warnings) = find(&recording, &motion, &Settings::default());
        assert_eq!(events.len(), 12);
        assert!(events.iter().all(|e| e.source == EventSource::Stored));
        assert!(warnings.is_empty());
    }

    #[test]
    fn asking_for_detection_leaves_stored_events_out() {
        let recording = recording(&walk());
        let motion = Motion::without_markers(&recording);
        let mut settings = Settings::default();
        settings.events.source = EventPreference::Detect;
        assert!(find(&recording, &motion, &settings).0.is_empty());
    }

    #[test]
    fn detected_events_complete_stored_ones_without_doubling_them() {
        let own = vec![event(Right, FootStrike, 1.03), event(Left, FootOff, 1.12)];
        let events = completed(own, &walk(), &EventSettings::default());
        assert_eq!(events.len(), 12);
        assert_eq!((events[0].time_s, events[1].time_s), (1.03, 1.12));
    }

    #[test]
    fn large_differences_are_reported_once_with_the_largest() {
        let mut own = walk();
        own[0].time_s += 0.06;
        own[5].time_s -= 0.09;
        let warning = disagreement(&own, &walk(), &EventSettings::default()).unwrap();
        assert_eq!(warning.code, "events-disagree");
        assert!(warning.place.contains("left foot_off"), "{}", warning.place);
        assert!(warning.message.starts_with("2 of 12") && warning.message.contains("90 ms"));
        assert_eq!(
            disagreement(&walk(), &walk(), &EventSettings::default()),
            None
        );
    }

    #[test]
    fn unusable_stored_events_are_reported() {
        let mut recording = recording(&walk());
        recording.events[0].side = None;
        recording.events[1].time_s = 60.0;
        let motion = Motion::without_markers(&recording);
        let (events, warnings) = find(&recording, &motion, &Settings::default());
        assert_eq!(events.len(), 10);
        let codes: Vec<&str> = warnings.iter().map(|w| &*w.code).collect();
        assert_eq!(codes, ["events-unnamed", "events-outside"]);
    }

    #[test]
    fn alternation_is_checked_on_both_sides() {
        let events = walk();
        assert!(!alternates(&events, &event(Right, FootStrike, 1.3)));
        assert!(!alternates(&events, &event(Right, FootOff, 1.3)));
        assert!(alternates(&events, &event(Right, FootStrike, 3.9)));
        assert!(alternates(&[], &event(Right, FootStrike, 1.3)));
    }
}
