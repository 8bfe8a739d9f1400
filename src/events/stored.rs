//! Events stored in the file.

use super::{Confidence, EventSource, GaitEvent, in_time_order};
use crate::recording::Recording;

/// The stored events of known side and kind that lie within the recording, in time order; an
/// event stored twice (same side, kind and frame) counts once.
pub fn stored(recording: &Recording) -> Vec<GaitEvent> {
    let frames = recording.frames as f64;
    let within = |time_s: f64| {
        // labs click between frames: half a frame past either end is still inside
        (-0.5..=frames - 0.5).contains(&recording.index_at(time_s))
    };
    let events = in_time_order(
        recording
            .events
            .iter()
            .filter(|e| within(e.time_s))
            .filter_map(|e| {
                Some(GaitEvent {
                    side: e.side?,
                    kind: e.kind?,
                    time_s: e.time_s,
                    source: EventSource::Stored,
                    confidence: Confidence::High,
                })
            })
            .collect(),
    );
    let frame_s = 1.0 / recording.rate_hz;
    let mut kept: Vec<GaitEvent> = Vec::with_capacity(events.len());
    for event in events {
        let same_frame = kept
            .iter()
            .rev()
            .take_while(|k| event.time_s - k.time_s < frame_s);
        let mut of_foot = same_frame.filter(|k| k.side == event.side && k.kind == event.kind);
        let twice = of_foot.next().is_some();
        if !twice {
            kept.push(event);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{EventKind, Format, Side, StoredEvent};

    fn event(side: Option<Side>, kind: Option<EventKind>, time_s: f64) -> StoredEvent {
        StoredEvent {
            side,
            kind,
            label: String::new(),
            time_s,
        }
    }

    #[test]
    fn keeps_known_events_inside_the_recording_in_time_order() {
        let mut recording = Recording::new("walk", Format::Memory, 100.0, 200);
        recording.first_frame = 101; // 1.00 s to 2.99 s
        let (left, strike) = (Some(Side::Left), Some(EventKind::FootStrike));
        recording.events = vec![
            event(left, strike, 2.5),
            event(left, Some(EventKind::FootOff), 1.2),
            event(left, strike, 2.504),
            event(None, strike, 1.5),
            event(left, None, 1.5),
            event(left, strike, 0.5),
            event(left, strike, 3.1),
            event(left, strike, 2.994),
        ];
        let times: Vec<f64> = stored(&recording).iter().map(|e| e.time_s).collect();
        assert_eq!(times, [1.2, 2.5, 2.994]);
    }
}
