//! Reference values of healthy walking.
//!
//! In: a curve or feature, the rotation sequence of the data and the walking speed. Out: the norm
//! of the *same* sequence, speed-matched, with its population and source.
//!
//! # What it measures
//! How far healthy people's pelvis drops, trunk leans, hip adducts and knee goes into valgus at
//! each percent of the stride ([`band`]), and how large the features of the decision model are in
//! them ([`features`]).
//!
//! # How
//! Tables of mean and between-subject SD ([`NormTable`], small CSV files compiled into the
//! program) at up to five walking speeds; between two speeds mean and SD are interpolated
//! linearly in the dimensionless speed v* = v/√(g·leg), beyond them the nearest group counts and
//! the words say so.
//!
//! | curve | table | why this one |
//! |---|---|---|
//! | pelvic drop | Schwartz 2008, five speeds, in both rotation sequences | the only open table with speeds and n; the rotation–obliquity–tilt figures are derived from the published ones |
//! | trunk lean, laboratory | CGM2.3 thorax, one speed | measured in the laboratory frame with its own SD; range 3.2° as in adults (3.3 ± 1.4°, Chung 2010), single-support mean 0.8° as in twelve healthy children (0.75°). The alternative, minus the sum of Schwartz's pelvic and trunk obliquity, has a range of 5.5° and turns negative at 30 % of the stride, whereas seven laboratory-frame walks of six healthy people were positive up to 45 % on average |
//! | hip adduction, knee valgus | Schwartz 2008, five speeds | joint angles, one sequence everywhere |
//!
//! # Why it matters
//! The peak drop of healthy children grows from 3.0° when walking very slowly to 6.4° when walking
//! very fast (Schwartz 2008): an unmatched norm calls fast walkers ill and slow patients well.
//!
//! # Limits
//! The drop norms are of children. Adults' speed-matched norms are not openly published; women
//! show more obliquity than men. The CGM2.3 data set (population undocumented) has a
//! single-support drop of 3.8° against 1.1° in Schwartz's children and 0.6° (both limbs averaged,
//! −0.4 to 2.3°) in nine sample walks of healthy adults from five laboratories. A laboratory whose
//! healthy adults drop more makes a table of its own (`hipdrop norms build`) and gives it with
//! `--norms` ([`Norms`]).
//!
//! # References
//! Schwartz MH, Rozumalski A, Trost JP. J Biomech 2008;41:1639–1650. Baker R. Gait Posture
//! 2001;13:1–6 (sequence). Chung CY et al. Gait Posture 2010 (trunk ranges).

mod features;
mod speed;
mod table;
mod user;

use std::sync::LazyLock;

use crate::recording::Sequence;

pub use features::features;
use features::{features as built_in_features, speed_range as built_in_speed_range};
pub use table::{NormTable, NormTableError, SpeedGroup};
pub use user::{FEATURE_NAMES, Norms};

/// A curve that has a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum NormCurve {
    /// Contralateral pelvic drop over the stride.
    #[serde(rename = "pelvis_drop")]
    PelvisDrop,
    /// Trunk lean toward the stance limb, laboratory frame.
    #[serde(rename = "trunk_lean")]
    TrunkLean,
    /// Hip adduction.
    #[serde(rename = "hip_adduction")]
    HipAdduction,
    /// Knee valgus.
    #[serde(rename = "knee_valgus")]
    KneeValgus,
}

impl NormCurve {
    /// Name in norm tables.
    pub fn name(self) -> &'static str {
        match self {
            NormCurve::PelvisDrop => "pelvis_drop",
            NormCurve::TrunkLean => "trunk_lean",
            NormCurve::HipAdduction => "hip_adduction",
            NormCurve::KneeValgus => "knee_valgus",
        }
    }
}

/// Mean ± SD of a healthy population at 0–100 % of the stride, degrees, stance-limb signs.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NormBand {
    /// Paper and table.
    pub source: String,
    /// Who was measured.
    pub population: String,
    /// Rotation sequence; `None` for joint angles (always YXZ).
    pub sequence: Option<Sequence>,
    /// Speed group(s) in words (`free`, `slow–free 40 %`).
    pub speed_group: String,
    /// 101 values.
    pub mean_deg: Vec<f64>,
    /// 101 values.
    pub sd_deg: Vec<f64>,
}

/// No norm fits.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NormError {
    /// The table is of another sequence; mixing is refused.
    #[error(
        "the norm of {curve:?} is in sequence {norm:?}, the data in {data:?}: they cannot be compared"
    )]
    Sequence {
        /// Curve asked for.
        curve: NormCurve,
        /// Sequence of the table.
        norm: Sequence,
        /// Sequence of the data.
        data: Sequence,
    },
    /// There is no table of the curve.
    #[error("there is no norm of {curve:?}")]
    Missing {
        /// Curve asked for.
        curve: NormCurve,
    },
}

/// Mean and between-subject SD of one feature, degrees.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FeatureNorm {
    /// Mean.
    pub mean: f64,
    /// SD.
    pub sd: f64,
}

/// Norms of the features that the decision model uses, at one walking speed.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FeatureNorms {
    /// Single-support drop, raw.
    pub drop_raw: FeatureNorm,
    /// Single-support drop, offset-free.
    pub drop: FeatureNorm,
    /// Peak drop, offset-free.
    pub drop_peak: FeatureNorm,
    /// Single-support lean, raw.
    pub lean_raw: FeatureNorm,
    /// Single-support lean, offset-free.
    pub lean: FeatureNorm,
    /// Speed group and source in words.
    pub description: String,
}

/// The tables compiled into the program.
pub(crate) static BUILT_IN: LazyLock<Vec<NormTable>> = LazyLock::new(|| {
    [
        ("pelvis_drop_rot.csv", include_str!("pelvis_drop_rot.csv")),
        ("pelvis_drop_pig.csv", include_str!("pelvis_drop_pig.csv")),
        ("trunk_lean.csv", include_str!("trunk_lean.csv")),
        ("hip_adduction.csv", include_str!("hip_adduction.csv")),
        ("knee_valgus.csv", include_str!("knee_valgus.csv")),
    ]
    .into_iter()
    .flat_map(|(name, text)| {
        NormTable::parse(name, text).expect("the built-in norm tables are well formed (tested)")
    })
    .collect()
});

/// The norm band of `curve` in `sequence` at a dimensionless speed v/√(g·leg) (free speed when unknown).
///
/// # Errors
/// [`NormError::Sequence`] when the table is of another rotation sequence.
pub fn band(
    curve: NormCurve,
    sequence: Sequence,
    speed_dimensionless: Option<f64>,
) -> Result<NormBand, NormError> {
    band_from(&BUILT_IN, curve, sequence, speed_dimensionless)
}

/// [`band`] from the given tables, the first that fits (a user's tables go before the built-in).
///
/// # Errors
/// [`NormError::Sequence`] when the curve's tables are all of another rotation sequence,
/// [`NormError::Missing`] when there is none.
pub fn band_from(
    tables: &[NormTable],
    curve: NormCurve,
    sequence: Sequence,
    speed_dimensionless: Option<f64>,
) -> Result<NormBand, NormError> {
    let table = select(tables, curve, sequence)?;
    let place = table.place(speed_dimensionless);
    let (mean_deg, sd_deg) = (0..=100)
        .map(|pct| {
            let at = |group: &SpeedGroup| group.at(f64::from(pct));
            (
                place.mix(&table.groups, |group| at(group).0),
                place.mix(&table.groups, |group| at(group).1),
            )
        })
        .unzip();
    Ok(NormBand {
        source: table.source.clone(),
        population: table.population.clone(),
        sequence: table.sequence,
        speed_group: place.words,
        mean_deg,
        sd_deg,
    })
}

/// The first table of the curve that may be compared with data in `sequence`.
fn select(
    tables: &[NormTable],
    curve: NormCurve,
    sequence: Sequence,
) -> Result<&NormTable, NormError> {
    let mut other = None;
    for table in tables.iter().filter(|table| table.curve == curve) {
        match table.sequence {
            Some(norm) if norm != sequence => other = other.or(Some(norm)),
            _ => return Ok(table),
        }
    }
    Err(match other {
        Some(norm) => NormError::Sequence {
            curve,
            norm,
            data: sequence,
        },
        None => NormError::Missing { curve },
    })
}

#[cfg(test)]
mod tests;
