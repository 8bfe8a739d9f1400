//! `stance.csv`: one row per stance on one leg, and `stance_curves.csv`: pelvis and trunk over the
//! recording of a standing test.

use super::{Cell, Sink};
use crate::recording::Side;
use crate::study::rows::RecordingRow;
use crate::tasks::{Stance, StanceTest};

/// Column names.
pub const COLUMNS: &[&str] = &[
    "recording",
    "subject",
    "session",
    "side",
    "stance",
    "start_s",
    "end_s",
    "held_s",
    "target_s",
    "outcome",
    "failure",
    "time_to_failure_s",
    "level",
    "level_drop_deg",
    "level_lean_deg",
    "drop_mean_deg",
    "drop_peak_deg",
    "drop_least_deg",
    "drop_first_deg",
    "drop_last_deg",
    "drop_drift_deg_s",
    "lean_mean_deg",
    "lean_peak_deg",
    "lean_drift_deg_s",
    "seen_pct",
    "valid",
    "invalid_because",
    "flags",
];

/// Column names of the curves.
pub const CURVE_COLUMNS: &[&str] = &[
    "recording",
    "time_s",
    "standing_on",
    "left_drop_deg",
    "right_drop_deg",
    "left_lean_deg",
    "right_lean_deg",
];

/// Writes every stance of a recording; nothing when there is none.
pub fn rows(sink: &mut dyn Sink, recording: &RecordingRow) -> anyhow::Result<()> {
    let Some(test) = &recording.tasks.stance else {
        return Ok(());
    };
    for stance in &test.stances {
        sink.row(&cells(recording, test, stance))?;
    }
    Ok(())
}

fn cells(recording: &RecordingRow, test: &StanceTest, stance: &Stance) -> Vec<Cell> {
    let words = |names: Vec<&'static str>| Cell::text(names.join(";"));
    vec![
        Cell::text(&recording.recording),
        Cell::text(&recording.subject),
        Cell::text(&recording.session),
        Cell::Word(stance.side.name()),
        Cell::Count(stance.number as u64),
        Cell::time(stance.start_s),
        Cell::time(stance.end_s),
        Cell::time(stance.held_s),
        Cell::number(test.target_s),
        Cell::Word(stance.outcome.name()),
        stance.failure.map_or(Cell::Empty, |f| Cell::Word(f.name())),
        Cell::time(stance.time_to_failure_s),
        Cell::Word(stance.level.name()),
        Cell::number(stance.level_drop_deg),
        Cell::number(stance.level_lean_deg),
        Cell::number(stance.drop_mean_deg),
        Cell::number(stance.drop_peak_deg),
        Cell::number(stance.drop_least_deg),
        Cell::number(stance.drop_first_deg),
        Cell::number(stance.drop_last_deg),
        Cell::number(stance.drop_drift_deg_s),
        Cell::number(stance.lean_mean_deg),
        Cell::number(stance.lean_peak_deg),
        Cell::number(stance.lean_drift_deg_s),
        Cell::number(stance.seen_pct),
        Cell::Truth(stance.valid()),
        words(stance.invalid_because.iter().map(|i| i.name()).collect()),
        words(stance.flags.iter().map(|f| f.name()).collect()),
    ]
}

/// Writes the curves of a recording; nothing when there are none.
pub fn curve_rows(sink: &mut dyn Sink, recording: &RecordingRow) -> anyhow::Result<()> {
    let Some(test) = &recording.tasks.stance else {
        return Ok(());
    };
    let curve = &test.curve;
    for (i, (time_s, on)) in curve.time_s.iter().zip(&curve.standing_on).enumerate() {
        sink.row(&[
            Cell::text(&recording.recording),
            Cell::time(*time_s),
            Cell::Word(on.name()),
            Cell::number(curve.drop_deg(Side::Left, i)),
            Cell::number(curve.drop_deg(Side::Right, i)),
            Cell::number(curve.lean_deg(Side::Left, i)),
            Cell::number(curve.lean_deg(Side::Right, i)),
        ])?;
    }
    Ok(())
}
