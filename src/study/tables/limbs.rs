//! `limbs.csv`: one row per recording and stance limb.

use super::{Cell, Sink};
use crate::classify::{Interval, LimbFinding};
use crate::metrics::METRIC_NAMES;
use crate::study::rows::RecordingRow;
use crate::study::summary::MeanSd;

/// Columns of a finding, shared with `sessions.csv`; `M_mean,M_sd` of every metric follow.
const FINDING_COLUMNS: &[&str] = &[
    "label",
    "p_none",
    "p_uncompensated",
    "p_compensated",
    "p_mixed",
    "severity",
    "consistency",
    "drop_excess_deg",
    "drop_excess_low_deg",
    "drop_excess_high_deg",
    "lean_excess_deg",
    "lean_excess_low_deg",
    "lean_excess_high_deg",
    "flags",
];

/// Columns that came later: after the metrics, shared with `sessions.csv`.
const LATER_COLUMNS: &[&str] = &[
    "drop_strides_share",
    "drop_strides_low",
    "drop_strides_high",
    "lean_strides_share",
    "lean_strides_low",
    "lean_strides_high",
    "pattern_strides_share",
    "pattern_strides_low",
    "pattern_strides_high",
    "drop_level",
    "knee_trust",
    "knee_cross_talk_r2",
    "knee_valgus_range_deg",
    "knee_valgus_peak_corrected_deg",
    "knee_valgus_ss_corrected_deg",
];

/// `first`, the columns of a finding, `M_mean,M_sd` for every metric `M` of `strides.csv`, then
/// [`LATER_COLUMNS`].
pub fn with_finding_columns(first: &[&str]) -> Vec<String> {
    let metrics = METRIC_NAMES
        .iter()
        .flat_map(|name| [format!("{name}_mean"), format!("{name}_sd")]);
    first
        .iter()
        .chain(FINDING_COLUMNS)
        .map(|&name| name.to_owned())
        .chain(metrics)
        .chain(LATER_COLUMNS.iter().map(|&name| name.to_owned()))
        .collect()
}

/// Column names.
pub fn columns() -> Vec<String> {
    with_finding_columns(&["recording", "subject", "session", "side", "strides"])
}

/// Writes the row of one limb; `metrics` in the order of [`METRIC_NAMES`].
pub fn row(
    sink: &mut dyn Sink,
    recording: &RecordingRow,
    finding: &LimbFinding,
    metrics: &[Option<MeanSd>],
) -> anyhow::Result<()> {
    let mut cells = vec![
        Cell::text(&recording.recording),
        Cell::text(&recording.subject),
        Cell::text(&recording.session),
        Cell::Word(finding.side.name()),
        Cell::Count(finding.strides as u64),
    ];
    push_finding(&mut cells, finding, metrics);
    sink.row(&cells)
}

/// Appends the cells of [`FINDING_COLUMNS`], of the metrics and of [`LATER_COLUMNS`].
pub fn push_finding(cells: &mut Vec<Cell>, finding: &LimbFinding, metrics: &[Option<MeanSd>]) {
    let p = finding.probabilities;
    let flags: Vec<&str> = finding.flags.iter().map(|f| &*f.code).collect();
    cells.extend([
        Cell::Word(finding.label.name()),
        Cell::number(p.map(|p| p.none)),
        Cell::number(p.map(|p| p.uncompensated)),
        Cell::number(p.map(|p| p.compensated)),
        Cell::number(p.map(|p| p.mixed)),
        finding
            .severity
            .map_or(Cell::Empty, |s| Cell::Word(s.name())),
        // as a share: a spreadsheet would take "8/11" for a date
        Cell::number(consistency_share(finding)),
    ]);
    push_interval(cells, finding.drop_excess_deg);
    push_interval(cells, finding.lean_excess_deg);
    cells.push(Cell::text(flags.join(";")));
    for metric in metrics {
        cells.push(Cell::number(metric.map(|m| m.mean)));
        cells.push(Cell::number(metric.and_then(|m| m.sd)));
    }
    push_later(cells, finding);
}

/// Appends the cells of [`LATER_COLUMNS`].
fn push_later(cells: &mut Vec<Cell>, finding: &LimbFinding) {
    let prevalence = finding.prevalence;
    for share in [
        prevalence.map(|p| p.drop),
        prevalence.and_then(|p| p.lean),
        prevalence.map(|p| p.either),
    ] {
        let share = share.filter(|share| share.of > 0);
        cells.push(Cell::number(share.and_then(|s| s.share())));
        cells.push(Cell::number(share.map(|s| s.low)));
        cells.push(Cell::number(share.map(|s| s.high)));
    }
    let level = finding.drop_terms.map(|terms| terms.level);
    cells.push(level.map_or(Cell::Empty, |level| Cell::Word(level.name())));
    let knee = finding.knee;
    cells.push(knee.map_or(Cell::Empty, |knee| Cell::Word(knee.name())));
    cells.push(Cell::number(knee.and_then(|k| k.r2)));
    cells.push(Cell::number(knee.and_then(|k| k.range_deg)));
    cells.push(Cell::number(knee.and_then(|k| k.peak_corrected_deg)));
    cells.push(Cell::number(knee.and_then(|k| k.ss_corrected_deg)));
}

/// Share of the strides that satisfy the label's indicator by themselves.
fn consistency_share(finding: &LimbFinding) -> Option<f64> {
    let (satisfied, all) = finding.consistency?;
    (all > 0).then(|| satisfied as f64 / all as f64)
}

fn push_interval(cells: &mut Vec<Cell>, interval: Option<Interval>) {
    cells.extend([
        Cell::number(interval.map(|i| i.mean)),
        Cell::number(interval.map(|i| i.low)),
        Cell::number(interval.map(|i| i.high)),
    ]);
}
