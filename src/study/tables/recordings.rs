//! `recordings.csv`: one row per recording.

use super::{Cell, Sink};
use crate::recording::Side;
use crate::study::rows::RecordingRow;
use std::collections::BTreeSet;

/// Column names.
pub const COLUMNS: &[&str] = &[
    "recording",
    "subject",
    "session",
    "status",
    "reason",
    "format",
    "kind",
    "rate_hz",
    "frames",
    "duration_s",
    "strides_left",
    "strides_right",
    "label_left",
    "label_right",
    "finding",
    "flags",
    "content_hash",
    "part_of",
    "start_s",
];

/// Writes one recording. `flags` holds the codes of its warnings, each once, sorted.
pub fn row(sink: &mut dyn Sink, recording: &RecordingRow) -> anyhow::Result<()> {
    let strides = |side: Side| match &recording.limbs {
        Some(limbs) => Cell::Count(limbs[side].strides as u64),
        None => Cell::Empty,
    };
    let label = |side: Side| match &recording.limbs {
        Some(limbs) => Cell::Word(limbs[side].label.name()),
        None => Cell::Empty,
    };
    let codes: BTreeSet<&str> = recording.warnings.iter().map(|w| &*w.code).collect();
    sink.row(&[
        Cell::text(&recording.recording),
        Cell::text(&recording.subject),
        Cell::text(&recording.session),
        Cell::Word(recording.status.name()),
        Cell::text(&recording.reason),
        Cell::text(&recording.format),
        Cell::text(&recording.kind),
        Cell::number(recording.rate_hz),
        recording.frames.map_or(Cell::Empty, Cell::Count),
        Cell::time(recording.duration_s),
        strides(Side::Left),
        strides(Side::Right),
        label(Side::Left),
        label(Side::Right),
        Cell::text(&recording.finding),
        Cell::text(codes.into_iter().collect::<Vec<_>>().join(";")),
        Cell::text(&recording.content_hash),
        Cell::text(&recording.part_of),
        Cell::time(recording.start_s),
    ])
}
