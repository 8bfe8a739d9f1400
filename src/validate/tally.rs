//! Counting labels: rates with their intervals, confusion.

use super::measure::{Limb, Measured};
use super::plan::{BASE, Cell};
use crate::classify::Label;
use crate::recording::Side;
use crate::synth::TrueLabel;

/// Labels in the order of every table.
pub const LABELS: [Label; 6] = [
    Label::None,
    Label::Uncompensated,
    Label::Compensated,
    Label::Mixed,
    Label::DropUnspecified,
    Label::Indeterminate,
];

/// A share of a count, with its 95 % interval (Wilson).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Cases.
    pub hits: usize,
    /// Of these many.
    pub of: usize,
}

impl Rate {
    /// Percent; NaN of nothing.
    pub fn pct(self) -> f64 {
        100.0 * self.hits as f64 / self.of as f64
    }

    /// 95 % interval in percent (Wilson 1927: holds for shares near 0 and 1).
    pub fn interval_pct(self) -> (f64, f64) {
        let (n, z) = (self.of as f64, 1.96_f64);
        let p = self.hits as f64 / n;
        let middle = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 100.0 / (1.0 + z * z / n);
        (
            (scale * (middle - half)).max(0.0),
            (scale * (middle + half)).min(100.0),
        )
    }

    /// Adds one case.
    pub fn count(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }
}

/// Whether a label says what was prescribed; a drop of unknown compensation counts as a drop.
pub fn is_right(truth: TrueLabel, label: Label) -> bool {
    matches!(
        (truth, label),
        (TrueLabel::None, Label::None)
            | (
                TrueLabel::Uncompensated,
                Label::Uncompensated | Label::DropUnspecified
            )
            | (TrueLabel::Compensated, Label::Compensated)
            | (TrueLabel::Mixed, Label::Mixed)
    )
}

/// Labels of the limbs of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// In the order of [`LABELS`].
    pub by_label: [usize; LABELS.len()],
    /// Definite and right.
    pub right: usize,
    /// Definite, a pattern, and not what was prescribed.
    pub wrong_pattern: usize,
}

impl Counts {
    /// Adds one limb.
    pub fn count(&mut self, limb: &Limb) {
        for (count, label) in self.by_label.iter_mut().zip(LABELS) {
            *count += usize::from(limb.label == label);
        }
        let right = is_right(limb.truth, limb.label);
        self.right += usize::from(right);
        self.wrong_pattern += usize::from(limb.label.is_positive() && !right);
    }

    /// Limbs.
    pub fn limbs(&self) -> usize {
        self.by_label.iter().sum()
    }

    /// Share with a right label.
    pub fn right_rate(&self) -> Rate {
        self.rate(self.right)
    }

    /// Share without a label.
    pub fn abstention(&self) -> Rate {
        self.rate(self.by_label[LABELS.len() - 1])
    }

    /// Share with a pattern that was not prescribed.
    pub fn wrong_rate(&self) -> Rate {
        self.rate(self.wrong_pattern)
    }

    /// `hits` of the limbs.
    pub fn rate(&self, hits: usize) -> Rate {
        Rate {
            hits,
            of: self.limbs(),
        }
    }
}

/// Labels of one cell: of the limbs that have the pattern, and of those that have none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CellCounts {
    /// Limbs whose walking was changed (in mimics: limbs with the mimic).
    pub affected: Counts,
    /// The other limbs.
    pub sound: Counts,
    /// Recordings that could not be analysed.
    pub failed: usize,
}

/// Counts of every cell, in the order of the plan.
pub fn by_cell(plan: &[Cell], measured: &[Measured]) -> Vec<CellCounts> {
    let mut counts = vec![CellCounts::default(); plan.len()];
    for recording in measured {
        let cell = &mut counts[recording.cell];
        if !recording.failure.is_empty() {
            cell.failed += 1;
            continue;
        }
        for side in Side::BOTH {
            let limb = &recording.limbs[side];
            let changed = match plan[recording.cell].is_mimic() {
                true => recording.walker.affected.includes(side),
                false => limb.truth != TrueLabel::None,
            };
            match changed {
                true => cell.affected.count(limb),
                false => cell.sound.count(limb),
            }
        }
    }
    counts
}

/// Prescribed (rows: none, uncompensated, compensated, mixed) against found (columns: [`LABELS`]),
/// limbs of the cells `base`.
pub fn confusion(plan: &[Cell], measured: &[Measured]) -> [[usize; LABELS.len()]; 4] {
    let mut table = [[0; LABELS.len()]; 4];
    for (_, limb) in base_limbs(plan, measured) {
        let row = TrueLabel::ALL.iter().position(|t| *t == limb.truth);
        let column = LABELS.iter().position(|l| *l == limb.label);
        if let (Some(row), Some(column)) = (row, column) {
            table[row][column] += 1;
        }
    }
    table
}

/// Limbs of the analysed recordings of the cells `base`, with their recording.
pub fn base_limbs<'a>(
    plan: &'a [Cell],
    measured: &'a [Measured],
) -> impl Iterator<Item = (&'a Measured, &'a Limb)> {
    measured
        .iter()
        .filter(|m| m.failure.is_empty() && plan[m.cell].axis == BASE)
        .flat_map(|m| Side::BOTH.map(|side| (m, &m.limbs[side])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_interval_of_known_counts() {
        // Newcombe 1998, Stat Med 17:857–872, table I, method 3: 81/263 and 0/20
        let (low, high) = Rate { hits: 81, of: 263 }.interval_pct();
        assert!(
            (low - 25.53).abs() < 0.01 && (high - 36.62).abs() < 0.01,
            "{low} {high}"
        );
        let (low, high) = Rate { hits: 0, of: 20 }.interval_pct();
        assert!(low == 0.0 && (high - 16.11).abs() < 0.01, "{low} {high}");
    }
}
