//! `strides.csv`: one row per stride, used or not.

use super::{Cell, Sink};
use crate::metrics::{METRIC_NAMES, StrideEvidence, StrideMetrics};
use crate::strides::Stride;
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
    let names = [
        &*recording.recording,
        &*recording.subject,
        &*recording.session,
    ];
    let row = (&measured.stride, &measured.metrics, &measured.evidence);
    sink.row(&cells(names, row))
}

/// The cells of one stride; `names` are recording, subject and session.
pub fn cells(
    names: [&str; 3],
    (stride, metrics, evidence): (&Stride, &StrideMetrics, &StrideEvidence),
) -> Vec<Cell> {
    let mut cells: Vec<Cell> = names.into_iter().map(Cell::text).collect();
    cells.extend([
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
        Cell::number(evidence.filled_pct),
    ]);
    cells.extend(metrics.values().into_iter().map(Cell::number));
    cells.extend(
        [
            evidence.knee_cross_talk_r2,
            evidence.knee_varus_range_deg,
            evidence.knee_valgus_peak_corrected_deg,
            evidence.knee_valgus_ss_corrected_deg,
        ]
        .map(Cell::number),
    );
    cells
}
