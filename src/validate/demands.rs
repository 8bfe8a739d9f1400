//! What is demanded of the labels, and what was reached.

use super::calibration::{self, Calibration};
use super::measure::Measured;
use super::plan::{BASE, Cell};
use super::table::Table;
use super::tally::{self, CellCounts, Rate, base_limbs};
use crate::recording::Side;
use crate::synth::{Pattern, TrueLabel};

/// One demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// What is counted.
    pub what: String,
    /// What was found, in words.
    pub found: String,
    /// What is demanded, in words.
    pub demanded: String,
    /// Whether it is met.
    pub met: bool,
}

/// Every demand, on the cells `base`.
pub fn demands(plan: &[Cell], measured: &[Measured]) -> Vec<Demand> {
    let counts = tally::by_cell(plan, measured);
    let base: Vec<(&Cell, &CellCounts)> = plan
        .iter()
        .zip(&counts)
        .filter(|(cell, _)| cell.axis == BASE)
        .collect();
    let mut demands = Vec::new();
    for (cell, counts) in base.iter().filter(|(cell, _)| cell.is_mimic()) {
        let wrong = counts.affected.wrong_pattern + counts.sound.wrong_pattern;
        let limbs = counts.affected.limbs() + counts.sound.limbs();
        let specific = Rate {
            hits: limbs - wrong,
            of: limbs,
        };
        demands.push(at_least(
            format!("{}: no false pattern", cell.name()),
            specific,
            98.0,
        ));
    }
    for (pattern, magnitude, least) in [
        (Pattern::Uncompensated, 5.0, 77.0),
        (Pattern::Uncompensated, 7.0, 97.0),
        (Pattern::Compensated, 8.0, 87.0),
        (Pattern::Compensated, 12.0, 99.0),
    ] {
        let of =
            |c: &&(&Cell, &CellCounts)| c.0.pattern == pattern && c.0.magnitude_deg == magnitude;
        if let Some((cell, counts)) = base.iter().find(of) {
            let what = format!("{}: right label", cell.name());
            demands.push(at_least(what, counts.affected.right_rate(), least));
        }
    }
    demands.extend(sides_and_types(plan, measured));
    let limbs = || base_limbs(plan, measured).map(|found| found.1);
    let exact = calibration::against_exact(limbs());
    let prescribed = calibration::against_prescribed(limbs());
    demands.push(calibrated("expected calibration error, exact walk", &exact));
    demands.push(calibrated(
        "expected calibration error, prescribed",
        &prescribed,
    ));
    demands
}

/// Wrong side, opposite limb, wrong type.
fn sides_and_types(plan: &[Cell], measured: &[Measured]) -> [Demand; 3] {
    let (mut wrong_side, mut opposite, mut confused) =
        (Rate::default(), Rate::default(), Rate::default());
    for recording in measured.iter().filter(|m| m.failure.is_empty()) {
        let cell = &plan[recording.cell];
        if cell.axis != BASE || cell.is_mimic() {
            continue;
        }
        for side in Side::BOTH {
            let (own, other) = (&recording.limbs[side], &recording.limbs[side.opposite()]);
            if own.truth == TrueLabel::None {
                opposite.count(own.label.is_positive());
                wrong_side.count(own.label.is_positive() && !other.label.is_positive());
            } else {
                let positive = own.label.is_positive();
                confused.count(positive && !tally::is_right(own.truth, own.label));
            }
        }
    }
    [
        at_most("label on the wrong side only", wrong_side, 0.0),
        at_most(
            "label on the limb opposite to a one-sided pattern",
            opposite,
            0.0,
        ),
        at_most("pattern of another type", confused, 2.0),
    ]
}

fn at_least(what: String, rate: Rate, least: f64) -> Demand {
    Demand {
        what,
        found: in_words(rate),
        demanded: format!("≥ {least} %"),
        met: rate.pct() >= least,
    }
}

fn at_most(what: &str, rate: Rate, most: f64) -> Demand {
    Demand {
        what: what.to_owned(),
        found: in_words(rate),
        demanded: format!("≤ {most} %"),
        met: rate.of == 0 || rate.pct() <= most,
    }
}

fn calibrated(what: &str, calibration: &Calibration) -> Demand {
    Demand {
        what: what.to_owned(),
        found: format!(
            "{:.3} ({} limbs)",
            calibration.expected_error, calibration.limbs
        ),
        demanded: "≤ 0.05".to_owned(),
        met: calibration.expected_error <= 0.05,
    }
}

/// `98.3 % (118 of 120; 94.1–99.5)`.
fn in_words(rate: Rate) -> String {
    let (low, high) = rate.interval_pct();
    format!(
        "{:.1} % ({} of {}; {low:.1}–{high:.1})",
        rate.pct(),
        rate.hits,
        rate.of
    )
}

/// The demands as a table.
pub fn table(demands: &[Demand]) -> Table {
    let mut table = Table::new(
        "demands",
        "What is demanded, and what was reached",
        "Limbs of the usual conditions; share, count and 95 % interval (Wilson). A false pattern is a definite label where none was prescribed. Exact walk: what the same rules say about the subject's walk without any error.",
        &["what", "found", "demanded", "met"],
    );
    for demand in demands {
        table.rows.push(vec![
            demand.what.clone(),
            demand.found.clone(),
            demand.demanded.clone(),
            if demand.met { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table
}
