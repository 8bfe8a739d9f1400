//! How much a label hangs on a threshold: the cohort again with each threshold a degree up or down.

use super::measure::Measured;
use super::plan::{BASE, Cell};
use super::table::Table;
use super::tally::Rate;
use crate::classify::{Background, Label, Measurement, classify};
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use rayon::prelude::*;

/// A threshold in degrees and how it is moved.
type Threshold = (&'static str, fn(&mut Settings, f64));

/// Every threshold in degrees that decides about a label.
const THRESHOLDS: &[Threshold] = &[
    ("classify.drop_floor_deg", |s, by| {
        s.classify.drop_floor_deg += by
    }),
    ("classify.lean_floor_deg", |s, by| {
        s.classify.lean_floor_deg += by
    }),
    ("classify.drop_mean_deg", |s, by| {
        s.classify.drop_mean_deg += by
    }),
    ("classify.drop_peak_mean_deg", |s, by| {
        s.classify.drop_peak_mean_deg += by
    }),
    ("classify.lean_mean_deg", |s, by| {
        s.classify.lean_mean_deg += by
    }),
    ("classify.z_level (in degrees)", |s, by| {
        s.classify.z_level += by / s.classify.drop_sd_deg
    }),
    ("mimics.offset_max_deg", |s, by| {
        s.mimics.offset_max_deg += by
    }),
    ("mimics.trunk_offset_max_deg", |s, by| {
        s.mimics.trunk_offset_max_deg += by
    }),
    ("mimics.marker_offset_max_deg", |s, by| {
        s.mimics.marker_offset_max_deg += by
    }),
    ("mimics.hike_deg", |s, by| s.mimics.hike_deg += by),
    ("mimics.stride_sd_max_deg", |s, by| {
        s.mimics.stride_sd_max_deg += by
    }),
];

/// How many labels of the cells `base` change.
pub fn table(plan: &[Cell], measured: &[Measured], settings: &Settings) -> Table {
    let mut table = Table::new(
        "thresholds",
        "When a threshold moves by one degree",
        "Limbs of the usual conditions that get another label; gained and lost: limbs that get or lose a definite pattern. drop_mean_deg and lean_mean_deg move the norm, and with it every border that hangs on it.",
        &[
            "threshold",
            "moved_deg",
            "limbs",
            "changed",
            "changed_pct",
            "gained",
            "lost",
        ],
    );
    let base: Vec<&Measured> = measured
        .iter()
        .filter(|m| m.failure.is_empty() && plan[m.cell].axis == BASE)
        .collect();
    for (name, change) in THRESHOLDS {
        for by in [-1.0, 1.0] {
            let mut moved = settings.clone();
            change(&mut moved, by);
            let again: Vec<PerSide<Label>> = base.par_iter().map(|m| labels(m, &moved)).collect();
            let (mut changed, mut gained, mut lost) = (Rate::default(), 0, 0);
            for (before, after) in base.iter().zip(&again) {
                for side in Side::BOTH {
                    let (old, new) = (before.limbs[side].label, after[side]);
                    changed.count(old != new);
                    gained += usize::from(new.is_positive() && !old.is_positive());
                    lost += usize::from(old.is_positive() && !new.is_positive());
                }
            }
            table.rows.push(vec![
                (*name).to_owned(),
                format!("{by:+}"),
                changed.of.to_string(),
                changed.hits.to_string(),
                super::table::percent(changed),
                gained.to_string(),
                lost.to_string(),
            ]);
        }
    }
    table
}

fn labels(measured: &Measured, settings: &Settings) -> PerSide<Label> {
    let background = Background {
        warnings: measured.blocking.clone(),
        ..Background::default()
    };
    let blocks = [measured.features.clone()];
    let found = classify(&blocks, None, Measurement::Optical, &background, settings);
    PerSide::from_fn(|side| found[side].label)
}
