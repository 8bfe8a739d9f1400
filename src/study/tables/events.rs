//! The table of `hipdrop events`, written and read back (`--events-from`).
//!
//! In: events, or a CSV that was written here and corrected by hand. Out: rows, or events.

use super::{Cell, Sink};
use crate::events::{Confidence, EventSource, GaitEvent};
use crate::recording::{EventKind, Side};

/// Column names.
pub const COLUMNS: &[&str] = &["side", "event", "frame", "time_s", "source", "confidence"];

/// Frame number of a time on the file's time base.
pub fn frame_at(time_s: f64, rate_hz: f64) -> u64 {
    (time_s * rate_hz).round().max(0.0) as u64 + 1
}

/// Writes the events in time order.
pub fn write(sink: &mut dyn Sink, events: &[GaitEvent], rate_hz: f64) -> anyhow::Result<()> {
    sink.header(COLUMNS)?;
    for event in events {
        sink.row(&[
            Cell::Word(event.side.name()),
            Cell::Word(event.kind.name()),
            Cell::Count(frame_at(event.time_s, rate_hz)),
            Cell::time(event.time_s),
            Cell::Word(event.source.name()),
            Cell::Word(event.confidence.name()),
        ])?;
    }
    Ok(())
}

/// Reads events back. `side`, `event` and one of `time_s`, `frame` are needed; a row without a time
/// takes it from its frame. `source` and `confidence` keep what they say, so that an untouched
/// table changes nothing; without them the event counts as the user's own. The error says where
/// and what was expected.
pub fn read(text: &str, rate_hz: f64) -> Result<Vec<GaitEvent>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let column = |name: &str| header.iter().position(|h| h == name);
    let (Some(side), Some(kind)) = (column("side"), column("event")) else {
        return Err(format!(
            "line 1: expected the columns {}",
            COLUMNS.join(", ")
        ));
    };
    let mut events = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let line = record.position().map_or(0, |p| p.line());
        let cell = |at: Option<usize>| at.and_then(|i| record.get(i)).unwrap_or_default();
        if record.iter().all(str::is_empty) {
            continue;
        }
        events.push(GaitEvent {
            side: side_named(cell(Some(side)), line)?,
            kind: kind_named(cell(Some(kind)), line)?,
            time_s: time_of(cell(column("time_s")), cell(column("frame")), rate_hz, line)?,
            source: source_named(cell(column("source")), line)?,
            confidence: confidence_named(cell(column("confidence")), line)?,
        });
    }
    events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    Ok(events)
}

fn unexpected(line: u64, column: &str, found: &str, expected: &str) -> String {
    format!("line {line}, column {column}: found '{found}', expected {expected}")
}

fn side_named(text: &str, line: u64) -> Result<Side, String> {
    Side::BOTH
        .into_iter()
        .find(|s| s.name() == text.to_lowercase())
        .ok_or_else(|| unexpected(line, "side", text, "left or right"))
}

fn kind_named(text: &str, line: u64) -> Result<EventKind, String> {
    [EventKind::FootStrike, EventKind::FootOff]
        .into_iter()
        .find(|k| k.name() == text.to_lowercase())
        .ok_or_else(|| unexpected(line, "event", text, "foot_strike or foot_off"))
}

fn source_named(text: &str, line: u64) -> Result<EventSource, String> {
    use EventSource::{Inertial, Kinematic, Plate, Stored, User};
    if text.is_empty() {
        return Ok(User);
    }
    [Stored, User, Plate, Kinematic, Inertial]
        .into_iter()
        .find(|s| s.name() == text.to_lowercase())
        .ok_or_else(|| {
            unexpected(
                line,
                "source",
                text,
                "stored, user, plate, kinematic, inertial or nothing",
            )
        })
}

fn confidence_named(text: &str, line: u64) -> Result<Confidence, String> {
    use Confidence::{High, Low, Medium};
    if text.is_empty() {
        return Ok(High);
    }
    [Low, Medium, High]
        .into_iter()
        .find(|c| c.name() == text.to_lowercase())
        .ok_or_else(|| unexpected(line, "confidence", text, "low, medium, high or nothing"))
}

/// Seconds of a row from its time, its frame, or both. Times are printed with 4 decimals, so where
/// they say the same the frame's own time is taken; where they contradict each other nobody can
/// tell which one was corrected.
fn time_of(time: &str, frame: &str, rate_hz: f64, line: u64) -> Result<f64, String> {
    let number = |text: &str, column: &str, least: f64| match text.parse::<f64>() {
        _ if text.is_empty() => Ok(None),
        Ok(value) if value.is_finite() && value >= least => Ok(Some(value)),
        _ => Err(unexpected(
            line,
            column,
            text,
            "seconds, or a frame number from 1",
        )),
    };
    let time_s = number(time, "time_s", 0.0)?;
    let frame_s = number(frame, "frame", 1.0)?.map(|f| (f - 1.0) / rate_hz);
    match (time_s, frame_s) {
        (None, None) => Err(unexpected(
            line,
            "time_s",
            "",
            "seconds, or a frame number in column frame",
        )),
        (None, Some(s)) | (Some(s), None) => Ok(s),
        (Some(t), Some(f)) if (t - f).abs() <= PRINTED_S => Ok(f),
        (Some(t), Some(f)) if (t - f).abs() <= 0.5 / rate_hz + PRINTED_S => Ok(t),
        (Some(_), Some(f)) => Err(format!(
            "line {line}: frame {frame} is at {f:.4} s, but time_s says {time}; \
             correct both, or leave one of them empty"
        )),
    }
}

/// Half of the last decimal of a printed time, and a little for its binary form.
const PRINTED_S: f64 = 0.000_051;

#[cfg(test)]
mod tests {
    use super::super::CsvSink;
    use super::*;

    #[test]
    fn a_written_table_reads_back_the_same() {
        let events = [
            (Side::Left, EventKind::FootStrike, 2.86, EventSource::Stored),
            (
                Side::Right,
                EventKind::FootOff,
                2.97,
                EventSource::Kinematic,
            ),
        ]
        .map(|(side, kind, time_s, source)| GaitEvent {
            side,
            kind,
            time_s,
            source,
            confidence: Confidence::Medium,
        });
        let mut sink = CsvSink::new(Vec::new());
        write(&mut sink, &events, 100.0).unwrap();
        let text = String::from_utf8(sink.into_inner().unwrap()).unwrap();
        assert!(
            text.contains("left,foot_strike,287,2.8600,stored,medium"),
            "{text}"
        );
        assert_eq!(read(&text, 100.0).unwrap(), events);
    }

    #[test]
    fn frames_stand_in_for_times() {
        let events = read("side,event,frame\nright,foot_off,101\n", 100.0).unwrap();
        assert_eq!(events[0].time_s, 1.0);
        assert_eq!(events[0].source, EventSource::User);
    }

    #[test]
    fn a_printed_time_means_its_frame() {
        // frame 2 at 120 Hz is 0.008333… s
        let events = read("side,event,frame,time_s\nleft,foot_off,2,0.0083\n", 120.0).unwrap();
        assert_eq!(events[0].time_s, 1.0 / 120.0);
        let between = read("side,event,frame,time_s\nleft,foot_off,2,0.0110\n", 120.0).unwrap();
        assert_eq!(between[0].time_s, 0.011);
        let error = read("side,event,frame,time_s\nleft,foot_off,9,0.0083\n", 120.0).unwrap_err();
        assert!(error.contains("correct both"), "{error}");
    }

    #[test]
    fn a_bad_cell_is_named() {
        for (row, word) in [
            ("middle,foot_off,1,0,,", "side"),
            ("left,jump,1,0,,", "event"),
            ("left,foot_off,1,-1,,", "time_s"),
            ("left,foot_off,,,,", "frame"),
            ("left,foot_off,0,,,", "frame"),
            ("left,foot_off,1,0,?,", "source"),
            ("left,foot_off,1,0,,?", "confidence"),
        ] {
            let error = read(&format!("{}\n{row}\n", COLUMNS.join(",")), 100.0).unwrap_err();
            assert!(error.contains("line 2") && error.contains(word), "{error}");
        }
    }
}
