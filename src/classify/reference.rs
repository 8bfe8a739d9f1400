//! What a drop is measured from: the level of the pelvis in standing or through the stride.
//!
//! # What it measures
//! The constant obliquity that is no part of a drop: a short leg, a fixed obliquity, a marker that
//! sits too high.
//!
//! # How
//! With a static trial, its standing obliquity; else the mean of the two double-support mid-points
//! of every stride. When the two differ by more than their limit (`classify.standing_apart_max_deg`)
//! the person stands otherwise than he walks, or the markers were put on anew in between: then the
//! stride's own constant counts and the flag `standing-differs` says so. The trunk always keeps the stride's own
//! constant.
//!
//! # Why it matters
//! A share of a one-sided drop is still there at the double-support mid-points, so the stride's own
//! constant takes part of the drop away and adds as much to the other limb. Standing does not.
//!
//! # Limits
//! Standing and walking differ from day to day and with the weight on the legs: in eight healthy
//! people the standing obliquity and the constant of walking differed by 0.7° (root mean square).
//! That is added to the spread of the norm. For the trunk it was 2.0° in five of them, more than
//! the spread of the norm itself: a standing list says that there is a list, not how large it is
//! while walking. Simulated with that difference (3000 healthy limbs, 600 drops of 5°): 1.7 of 1000
//! healthy limbs are called a mild drop against 0.3 without a standing trial, 75 % of the drops are
//! found against 76 %. The gain is the size of large drops and a quiet other limb.
//!
//! # References
//! The eight are public recordings of six laboratories with a standing trial; the limits are this
//! project's.

use super::features::{Features, LimbSample};
use super::{Flag, StrideFeatures};
use crate::metrics::StandingPosture;
use crate::norms::FeatureNorms;
use crate::settings::ClassifySettings;

/// Where the constant obliquity comes from that is taken off a drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The double-support mid-points of every stride.
    #[default]
    Stride,
    /// The static trial.
    Standing,
}

impl Level {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Level::Stride => "stride",
            Level::Standing => "standing",
        }
    }

    /// In a sentence: `without the constant tilt …`.
    pub fn words(self) -> &'static str {
        match self {
            Level::Stride => "of the stride",
            Level::Standing => "of standing",
        }
    }
}

/// The level of one walk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// Standing obliquity to take off, degrees, left side up positive; `None` = the stride's own.
    pub standing_deg: Option<f64>,
    /// Constant obliquity of walking that the standing one is too far from, when it is.
    apart_deg: Option<f64>,
}

impl Reference {
    /// Decides for both limbs together.
    pub fn new(
        blocks: &[Vec<StrideFeatures>],
        standing: Option<&StandingPosture>,
        settings: &ClassifySettings,
    ) -> Reference {
        let mut reference = Reference {
            standing_deg: None,
            apart_deg: None,
        };
        let offsets = blocks.iter().flatten();
        let offsets: Vec<f64> = offsets
            .filter_map(|s| s.evidence.pelvis_offset_deg)
            .collect();
        let standing = standing.and_then(|s| s.pelvis_obliquity_deg);
        let Some(standing) = standing.filter(|_| settings.standing_level && !offsets.is_empty())
        else {
            return reference;
        };
        let walking = offsets.iter().sum::<f64>() / offsets.len() as f64;
        if (walking - standing).abs() <= settings.standing_apart_max_deg {
            reference.standing_deg = Some(standing);
        } else {
            reference.apart_deg = Some(walking);
        }
        reference
    }

    /// Which level it is.
    pub fn level(&self) -> Level {
        match self.standing_deg {
            Some(_) => Level::Standing,
            None => Level::Stride,
        }
    }

    /// Features measured from this level; `offset_deg` is the stride's own constant.
    pub(super) fn apply(
        &self,
        features: Features,
        sigma: f64,
        offset_deg: Option<f64>,
    ) -> Features {
        let (Some(standing), Some(own)) = (self.standing_deg, offset_deg) else {
            return features;
        };
        let change = sigma * (own - standing);
        Features {
            drop: features.drop + change,
            drop_peak: features.drop_peak + change,
            ..features
        }
    }

    /// The norms with the spread that standing adds.
    pub fn widen(&self, mut norms: FeatureNorms, settings: &ClassifySettings) -> FeatureNorms {
        if self.standing_deg.is_some() {
            for norm in [&mut norms.drop, &mut norms.drop_peak] {
                norm.sd = norm.sd.hypot(settings.standing_sd_deg);
            }
        }
        norms
    }

    /// Standing and walking do not agree.
    pub fn flag(&self, standing: Option<&StandingPosture>, sample: &LimbSample) -> Option<Flag> {
        let walking = self.apart_deg?;
        let standing = standing?.pelvis_obliquity_deg?;
        let tilt = |deg: f64| {
            let side = if deg >= 0.0 { "left" } else { "right" };
            format!("{:.1}° ({side} side up)", deg.abs())
        };
        (sample.len() > 0).then(|| {
            let message = format!(
                "The pelvis is tilted by {} in the standing trial and by {} throughout the stride: the standing trial is not used to level the drop (another posture, or markers put on anew).",
                tilt(standing),
                tilt(walking)
            );
            Flag::new("standing-differs", false, message)
        })
    }
}
