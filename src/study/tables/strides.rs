//! `strides.csv`: one row per stride, used or not.

use super::{Cell, Sink};
use crate::metrics::METRIC_NAMES;
use crate::study::rows::{RecordingRow, StrideRow};

/// Columns before the metrics.
const FIRST: &[&str] = &[
    "recording",
    "subject",
    "session",
    "side",
    "stride",
    "start_s",
    "end_s",
    "opposite_off_s",
    "opposite_strike_s",
    "off_s",
    "used",
    "excluded_because",
    "events_source",
    "filled_pct",
];

/// Columns that came later: after the metrics.
const LATER: &[&str] = &[
    "knee_cross_talk_r2",
    "knee_valgus_range_deg",
    "knee_valgus_peak_corrected_deg",
    "knee_valgus_ss_corrected_deg",
];

/// Column names.
pub fn columns() -> Vec<&'static str> {
    FIRST
        .iter()
        .chain(METRIC_NAMES)
        .chain(LATER)
        .copied()
        .collect()
}

/// Writes one stride.
pub fn row(
    sink: &mut dyn Sink,
    recording: &RecordingRow,
    measured: &StrideRow,
) -> anyhow::Result<()> {
    let stride = &measured.stride;
    let mut cells = vec![
        Cell::text(&recording.recording),
        Cell::text(&recording.subject),
        Cell::text(&recording.session),
        Cell::Word(stride.side.name()),
        Cell::Count(stride.number as u64),
        Cell::time(stride.start_s),
        Cell::time(stride.end_s),
        Cell::time(stride.opposite_off_s),
        Cell::time(stride.opposite_strike_s),
        Cell::time(stride.off_s),
        Cell::Truth(stride.exclusion.is_none()),
        stride
            .exclusion
            .map_or(Cell::Empty, |e| Cell::Word(e.name())),
        Cell::Word(stride.events_source.name()),
        Cell::number(measured.evidence.filled_pct),
    ];
    cells.extend(measured.metrics.values().into_iter().map(Cell::number));
    let evidence = &measured.evidence;
    cells.extend(
        [
            evidence.knee_cross_talk_r2,
            evidence.knee_varus_range_deg,
            evidence.knee_valgus_peak_corrected_deg,
            evidence.knee_valgus_ss_corrected_deg,
        ]
        .map(Cell::number),
    );
    sink.row(&cells)
}
