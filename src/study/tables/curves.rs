//! `curves.csv`: 101 rows per stride, 0 to 100 % of the stride.

use super::{Cell, Sink};
use crate::metrics::CURVE_POINTS;
use crate::study::rows::StrideRow;

/// Column names.
pub const COLUMNS: &[&str] = &[
    "recording",
    "side",
    "stride",
    "pct",
    "pelvis_drop_deg",
    "trunk_lean_deg",
    "hip_adduction_deg",
    "knee_valgus_deg",
    "hip_flexion_deg",
    "knee_flexion_deg",
];

/// Writes the curves of one stride; nothing when it has none.
pub fn rows(sink: &mut dyn Sink, measured: &StrideRow) -> anyhow::Result<()> {
    let curves = &measured.curves;
    let series: [&[f64]; 6] = [
        &curves.pelvis_drop_deg,
        &curves.trunk_lean_deg,
        &curves.hip_adduction_deg,
        &curves.knee_valgus_deg,
        &curves.hip_flexion_deg,
        &curves.knee_flexion_deg,
    ];
    if series.iter().all(|s| s.is_empty()) {
        return Ok(());
    }
    let mut cells = vec![
        Cell::text(&measured.recording),
        Cell::Word(measured.stride.side.name()),
        Cell::Count(measured.stride.number as u64),
    ];
    let first = cells.len();
    for pct in 0..CURVE_POINTS {
        cells.truncate(first);
        cells.push(Cell::Count(pct as u64));
        cells.extend(series.iter().map(|s| Cell::number(s.get(pct).copied())));
        sink.row(&cells)?;
    }
    Ok(())
}
