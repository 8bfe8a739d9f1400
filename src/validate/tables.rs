//! The cohort's tables: labels, confusion, calibration, errors of angles and events, every recording.

use super::agreement::event_cells;
use super::calibration;
use super::events::EventErrors;
use super::measure::{ANGLES, Measured, rms};
use super::plan::Cell;
use super::table::{Table, number, percent};
use super::tally::{self, Counts, LABELS, base_limbs};
use crate::recording::Side;
use crate::synth::TrueLabel;

/// Labels of every cell, affected and other limbs.
pub fn cells(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "cells",
        "Labels by pattern, magnitude and condition",
        "affected: limbs with the prescribed pattern or mimic; other: the rest. right, wrong and abstained in percent of limbs; wrong = a definite pattern that was not prescribed.",
        &[
            "condition",
            "level",
            "pattern",
            "magnitude_deg",
            "limb",
            "limbs",
            "right_pct",
            "wrong_pct",
            "abstained_pct",
            "none",
            "uncompensated",
            "compensated",
            "mixed",
            "drop_unspecified",
            "indeterminate",
            "failed",
        ],
    );
    for (cell, counts) in plan.iter().zip(tally::by_cell(plan, measured)) {
        let mut add = |limb: &str, c: &Counts| {
            if c.limbs() == 0 {
                return;
            }
            let mut row = vec![
                cell.axis.to_owned(),
                cell.level.clone(),
                cell.pattern.to_string(),
                number(cell.magnitude_deg, 1),
                limb.to_owned(),
                c.limbs().to_string(),
                percent(c.right_rate()),
                percent(c.wrong_rate()),
                percent(c.abstention()),
            ];
            row.extend(c.by_label.iter().map(ToString::to_string));
            row.push(counts.failed.to_string());
            table.rows.push(row);
        };
        add("affected", &counts.affected);
        add("other", &counts.sound);
    }
    table
}

/// Prescribed against found.
pub fn confusion(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "confusion",
        "Prescribed and found",
        "Limbs of the usual conditions, every magnitude; mimics are prescribed none.",
        &[
            "prescribed",
            "none",
            "uncompensated",
            "compensated",
            "mixed",
            "drop_unspecified",
            "indeterminate",
        ],
    );
    debug_assert_eq!(table.columns.len(), LABELS.len() + 1);
    for (truth, row) in TrueLabel::ALL.iter().zip(tally::confusion(plan, measured)) {
        let counts = row.iter().map(ToString::to_string);
        let named = std::iter::once(truth.to_string()).chain(counts);
        table.rows.push(named.collect());
    }
    table
}

/// Reliability curve, Brier score and expected calibration error, against both truths.
pub fn calibration(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "calibration",
        "Stated probability and observed share",
        "Limbs of the usual conditions by the probability of their most probable label. exact: the label the same rules give the subject's exact walk; prescribed: the prescribed pattern, however small. The last row of each holds the Brier score (0 best, 2 worst) and the expected calibration error.",
        &[
            "truth",
            "bin",
            "limbs",
            "stated",
            "observed",
            "brier",
            "expected_error",
        ],
    );
    let limbs = || base_limbs(plan, measured).map(|found| found.1);
    for (truth, found) in [
        ("exact", calibration::against_exact(limbs())),
        ("prescribed", calibration::against_prescribed(limbs())),
    ] {
        for (index, bin) in found.bins.iter().enumerate().filter(|(_, b)| b.limbs > 0) {
            table.rows.push(vec![
                truth.to_owned(),
                format!("{:.1}–{:.1}", 0.1 * index as f64, 0.1 * (index + 1) as f64),
                bin.limbs.to_string(),
                number(bin.stated, 3),
                number(bin.observed, 3),
                String::new(),
                String::new(),
            ]);
        }
        table.rows.push(vec![
            truth.to_owned(),
            "all".to_owned(),
            found.limbs.to_string(),
            String::new(),
            String::new(),
            number(found.brier, 4),
            number(found.expected_error, 4),
        ]);
    }
    table
}

/// Conditions in the order of the plan, with their recordings.
fn by_condition<'a>(
    plan: &'a [Cell],
    measured: &'a [Measured],
) -> Vec<(&'a Cell, Vec<&'a Measured>)> {
    let mut groups: Vec<(&Cell, Vec<&Measured>)> = Vec::new();
    for recording in measured.iter().filter(|m| m.failure.is_empty()) {
        let cell = &plan[recording.cell];
        let same =
            |g: &&mut (&Cell, Vec<&Measured>)| g.0.axis == cell.axis && g.0.level == cell.level;
        match groups.iter_mut().find(same) {
            Some(group) => group.1.push(recording),
            None => groups.push((cell, vec![recording])),
        }
    }
    groups
}

/// Root mean square errors of the angles, and errors of the single-support means, per condition.
pub fn angle_errors(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut columns = vec![
        "condition".to_owned(),
        "level".to_owned(),
        "recordings".to_owned(),
    ];
    columns.extend(
        ANGLES
            .iter()
            .map(|a| format!("{}_rms_deg", a.replace(' ', "_"))),
    );
    columns.extend(
        [
            "drop_ss_bias_deg",
            "drop_ss_rms_deg",
            "lean_ss_bias_deg",
            "lean_ss_rms_deg",
        ]
        .map(str::to_owned),
    );
    let mut table = Table::new(
        "angle_errors",
        "Errors of the angles",
        "Frame by frame against the truth (mean over recordings of the root mean square), and the single-support means stride by stride. Misplaced markers make most of it: they tilt the pelvis by a constant.",
        &[],
    );
    table.columns = columns;
    for (cell, recordings) in by_condition(plan, measured) {
        let mut row = vec![
            cell.axis.to_owned(),
            cell.level.clone(),
            recordings.len().to_string(),
        ];
        for index in 0..ANGLES.len() {
            let known: Vec<f64> = recordings
                .iter()
                .map(|m| m.angle_rms_deg[index])
                .filter(|v| v.is_finite())
                .collect();
            row.push(number(known.iter().sum::<f64>() / known.len() as f64, 2));
        }
        let drops = recordings.iter().flat_map(|m| &m.drop_error_deg);
        let leans = recordings.iter().flat_map(|m| &m.lean_error_deg);
        for errors in [
            drops.copied().collect::<Vec<f64>>(),
            leans.copied().collect(),
        ] {
            row.push(number(errors.iter().sum::<f64>() / errors.len() as f64, 2));
            row.push(number(rms(errors.iter().copied()), 2));
        }
        table.rows.push(row);
    }
    table
}

/// Errors of the events per condition.
pub fn event_errors(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "event_errors",
        "Errors of the events",
        "Detected from markers against the truth; pairs within 0.1 s, events within 0.1 s of either end need not be found.",
        &[
            "condition",
            "level",
            "event",
            "pairs",
            "bias_ms",
            "mae_ms",
            "p95_ms",
            "missed",
            "invented",
        ],
    );
    for (cell, recordings) in by_condition(plan, measured) {
        let mut all = EventErrors::default();
        recordings.iter().for_each(|m| all.add(&m.events));
        for (event, kind) in [("foot strike", &all.strikes), ("foot off", &all.offs)] {
            let mut row = vec![cell.axis.to_owned(), cell.level.clone(), event.to_owned()];
            row.extend(event_cells(kind));
            row.extend([kind.missed.to_string(), kind.invented.to_string()]);
            table.rows.push(row);
        }
    }
    table
}

/// Every recording, so that a surprising one can be made again.
pub fn recordings(plan: &[Cell], measured: &[Measured]) -> Table {
    let mut table = Table::new(
        "recordings",
        "Every recording",
        "",
        &[
            "condition",
            "level",
            "pattern",
            "magnitude_deg",
            "side",
            "seed",
            "height_m",
            "speed_m_s",
            "limb",
            "prescribed",
            "exact",
            "label",
            "strides",
            "p_none",
            "p_uncompensated",
            "p_compensated",
            "p_mixed",
            "flags",
            "failure",
        ],
    );
    for recording in measured {
        let (cell, walker) = (&plan[recording.cell], &recording.walker);
        for side in Side::BOTH {
            let limb = &recording.limbs[side];
            let p = limb.probabilities.unwrap_or_default();
            let state = |p: f64| match limb.probabilities {
                Some(_) => number(p, 3),
                None => String::new(),
            };
            table.rows.push(vec![
                cell.axis.to_owned(),
                cell.level.clone(),
                cell.pattern.to_string(),
                number(cell.magnitude_deg, 1),
                walker.affected.to_string(),
                walker.seed.to_string(),
                number(walker.height_m, 3),
                number(walker.speed_m_s.unwrap_or(f64::NAN), 3),
                side.name().to_owned(),
                limb.truth.to_string(),
                limb.exact.map_or("", |l| l.name()).to_owned(),
                limb.label.name().to_owned(),
                limb.strides.to_string(),
                state(p.none),
                state(p.uncompensated),
                state(p.compensated),
                state(p.mixed),
                limb.flags.join(" "),
                recording.failure.clone(),
            ]);
        }
    }
    debug_assert!(table.rows.iter().all(|r| r.len() == table.columns.len()));
    table
}
