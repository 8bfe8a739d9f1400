//! Norms of the features of the decision model, matched to the walking speed.
//!
//! # What it measures
//! Mean and between-subject SD in healthy walking of the single-support drop (raw and
//! offset-free), the offset-free peak drop and the single-support lean (raw and offset-free).
//!
//! # How
//! The settings hold the values at free speed, rotation–obliquity–tilt. The speed adds to the
//! means what the tables change between free and the speed walked: the drop by the average of the
//! drop curve over that speed's own single support, the peak by the published maximum of pelvic
//! obliquity in stance, the lean by the derived lean in single support. The offset-free means
//! equal the raw ones: in symmetric walking the offset is zero. SDs grow with the tables' SDs but
//! never fall below the free-speed value, so that speed matching cannot make a norm narrower than
//! the settings say.
//!
//! # Why it matters
//! From very slow to very fast the single-support drop of healthy children rises from −0.9° to
//! 2.9° (1.1° at free speed): as much as a moderate excess.
//!
//! # Limits
//! Children's speed differences are applied to adults. The lean's speed differences rest on the
//! reading that Schwartz's trunk obliquity is relative to the pelvis.
//!
//! # References
//! Schwartz 2008 (curves, phases, discrete values); Baker 2001 (sequence).

use std::sync::LazyLock;

use serde::Deserialize;

use super::{FeatureNorm, FeatureNorms, NormCurve, NormTable, select, speed};
use crate::recording::Sequence;
use crate::settings::ClassifySettings;

/// Phases and discrete values of one speed group (`speed_groups.csv`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Group {
    speed_group: String,
    speed_dimensionless: f64,
    opposite_off_pct: f64,
    opposite_strike_pct: f64,
    drop_peak_mean_deg: f64,
    drop_peak_sd_deg: f64,
    lean_single_support_deg: f64,
    /// Mean and SD of the drop curve over this group's single support, one per sequence.
    #[serde(skip)]
    drop_rot: (f64, f64),
    #[serde(skip)]
    drop_tor: (f64, f64),
}

impl Group {
    fn drop(&self, sequence: Sequence) -> (f64, f64) {
        match sequence {
            Sequence::RotationObliquityTilt => self.drop_rot,
            Sequence::TiltObliquityRotation => self.drop_tor,
        }
    }

    /// The average of the built-in drop curve of this group; NaN when there is none.
    fn average_drop(&self, sequence: Sequence) -> (f64, f64) {
        drop_table(sequence)
            .and_then(|t| t.groups.iter().find(|g| g.name == self.speed_group))
            .map_or((f64::NAN, f64::NAN), |curve| {
                curve.average(self.opposite_off_pct, self.opposite_strike_pct)
            })
    }
}

fn drop_table(sequence: Sequence) -> Option<&'static NormTable> {
    select(&super::BUILT_IN, NormCurve::PelvisDrop, sequence).ok()
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let mut groups: Vec<Group> = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("speed_groups.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the built-in speed groups are well formed (tested)");
    // the same for every recording: averaged once
    for group in &mut groups {
        group.drop_rot = group.average_drop(Sequence::RotationObliquityTilt);
        group.drop_tor = group.average_drop(Sequence::TiltObliquityRotation);
    }
    groups
});

/// What a speed adds to the free-speed norms (means) or multiplies them by (SDs).
#[derive(Debug, Clone, PartialEq)]
struct Change {
    drop_deg: f64,
    drop_peak_deg: f64,
    lean_deg: f64,
    raw_sd_factor: f64,
    sd_factor: f64,
    words: String,
    source: String,
}

/// Feature norms at a dimensionless speed (free speed when unknown).
///
/// `settings` give the free-speed values; tilt–obliquity–rotation adds the shifts of the settings.
pub fn features(
    sequence: Sequence,
    speed_dimensionless: Option<f64>,
    settings: &ClassifySettings,
) -> FeatureNorms {
    let change = change(sequence, speed_dimensionless);
    let (drop_shift, peak_shift, name) = match sequence {
        Sequence::RotationObliquityTilt => (0.0, 0.0, "rotation–obliquity–tilt"),
        Sequence::TiltObliquityRotation => (
            settings.drop_tor_shift_deg,
            settings.drop_peak_tor_shift_deg,
            "tilt–obliquity–rotation",
        ),
    };
    let drop = settings.drop_mean_deg + drop_shift + change.drop_deg;
    let lean = settings.lean_mean_deg + change.lean_deg;
    let norm = |mean: f64, sd: f64| FeatureNorm { mean, sd };
    FeatureNorms {
        drop_raw: norm(drop, settings.drop_sd_raw_deg * change.raw_sd_factor),
        drop: norm(drop, settings.drop_sd_deg * change.sd_factor),
        drop_peak: norm(
            settings.drop_peak_mean_deg + peak_shift + change.drop_peak_deg,
            settings.drop_peak_sd_deg * change.sd_factor,
        ),
        lean_raw: norm(lean, settings.lean_sd_raw_deg),
        lean: norm(lean, settings.lean_sd_deg),
        description: format!("{name}, speed group {}; {}", change.words, change.source),
    }
}

/// Dimensionless speeds of the slowest and the fastest group of the feature norms.
pub fn speed_range() -> (f64, f64) {
    GROUPS
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), group| {
            let speed = group.speed_dimensionless;
            (low.min(speed), high.max(speed))
        })
}

/// How the tables change from free speed to the speed walked.
fn change(sequence: Sequence, speed_dimensionless: Option<f64>) -> Change {
    let groups = &*GROUPS;
    let names: Vec<_> = groups
        .iter()
        .map(|g| (g.speed_group.as_str(), Some(g.speed_dimensionless)))
        .collect();
    let place = speed::place(&names, speed_dimensionless);
    let free = speed::place(&names, None);
    let difference =
        |value: &dyn Fn(&Group) -> f64| place.mix(groups, value) - free.mix(groups, value);
    let factor = |value: &dyn Fn(&Group) -> f64| {
        let at_free = free.mix(groups, value);
        place.mix(groups, |group| (value(group) / at_free).max(1.0))
    };
    Change {
        drop_deg: difference(&|g| g.drop(sequence).0),
        drop_peak_deg: difference(&|g| g.drop_peak_mean_deg),
        lean_deg: difference(&|g| g.lean_single_support_deg),
        raw_sd_factor: factor(&|g| g.drop(sequence).1),
        sd_factor: factor(&|g| g.drop_peak_sd_deg),
        words: place.words,
        source: drop_table(sequence).map_or_else(String::new, |t| {
            format!("{}, {}", SHORT_SOURCE, t.population)
        }),
    }
}

/// How the source is named where space is short.
const SHORT_SOURCE: &str = "Schwartz 2008";
