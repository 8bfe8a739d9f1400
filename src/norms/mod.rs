//! Reference values of healthy walking.
//!
//! In: a curve or feature, the rotation sequence of the data and the walking speed. Out: the norm
//! of the *same* sequence, speed-matched, with its population and source.

use crate::recording::Sequence;
use crate::settings::ClassifySettings;

/// A curve that has a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum NormCurve {
    /// Contralateral pelvic drop over the stride.
    PelvisDrop,
    /// Trunk lean toward the stance limb, laboratory frame.
    TrunkLean,
    /// Hip adduction.
    HipAdduction,
    /// Knee valgus.
    KneeValgus,
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

/// The norm band of `curve` in `sequence` at a dimensionless speed v/√(g·leg) (free speed when unknown).
pub fn band(
    _curve: NormCurve,
    _sequence: Sequence,
    _speed_dimensionless: Option<f64>,
) -> Result<NormBand, NormError> {
    todo!()
}

/// Feature norms at a dimensionless speed (free speed when unknown).
pub fn features(
    _sequence: Sequence,
    _speed_dimensionless: Option<f64>,
    _settings: &ClassifySettings,
) -> FeatureNorms {
    todo!()
}
