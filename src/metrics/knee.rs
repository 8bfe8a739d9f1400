//! Whether the frontal-plane angle of the knee may be interpreted.
//!
//! # What it measures
//! Whether knee valgus is the knee's, or flexion that leaks into the frontal plane because the
//! knee marker or wand turns the flexion axis (cross-talk).
//!
//! # How
//! Over the limb's used strides, the mean of r² between valgus and flexion and the mean range of
//! valgus over the stride; cross-talk when either exceeds its limit (`body.cross_talk_*`).
//!
//! # Why it matters
//! An axis turned by ε shows a false angle of about ε·sin(flexion): 5° make 4.3° at 60° of
//! flexion, 1.3° at 15°. In the norm the swing SD of the angle is twice that of stance.
//!
//! # Limits
//! A knee that truly goes into valgus while it bends has a high r² too. The indicator says that the
//! two cannot be told apart, not that the knee is straight.
//!
//! # References
//! Baker et al. 1999; Baudet et al. 2014, PLoS ONE 9:e102098; the limits are this project's.

use super::StrideEvidence;
use crate::settings::BodySettings;

/// How far the frontal-plane angle of one knee can be believed.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KneeTrust {
    /// Mean over strides of r² between valgus and flexion; `None` when it cannot be computed.
    pub r2: Option<f64>,
    /// Mean over strides of the range of valgus over the stride, degrees.
    pub range_deg: Option<f64>,
    /// r² is above its limit.
    pub correlated: bool,
    /// The range is above its limit.
    pub wide: bool,
    /// Mean over strides of the peak valgus in stance about the corrected axis, degrees; `None` when
    /// the correction is off.
    #[serde(default)]
    pub peak_corrected_deg: Option<f64>,
    /// The same of the mean valgus over single support.
    #[serde(default)]
    pub ss_corrected_deg: Option<f64>,
}

impl KneeTrust {
    /// True when the angle must not be interpreted.
    pub fn is_cross_talk(&self) -> bool {
        self.correlated || self.wide
    }

    /// Name as in the tables.
    pub fn name(&self) -> &'static str {
        if self.is_cross_talk() {
            "do-not-interpret"
        } else {
            "usable"
        }
    }
}

/// Judges a knee by the evidence of its limb's used strides; `None` without knee angles.
pub fn knee_trust<'a>(
    strides: impl IntoIterator<Item = &'a StrideEvidence>,
    settings: &BodySettings,
) -> Option<KneeTrust> {
    let (mut r2, mut range) = (Vec::new(), Vec::new());
    let (mut peak, mut support) = (Vec::new(), Vec::new());
    for evidence in strides {
        r2.extend(evidence.knee_cross_talk_r2);
        range.extend(evidence.knee_varus_range_deg);
        peak.extend(evidence.knee_valgus_peak_corrected_deg);
        support.extend(evidence.knee_valgus_ss_corrected_deg);
    }
    let mean = |values: &[f64]| {
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let (r2, range_deg) = (mean(&r2), mean(&range));
    range_deg?;
    Some(KneeTrust {
        r2,
        range_deg,
        correlated: r2.is_some_and(|r2| r2 > settings.cross_talk_r2_max),
        wide: range_deg.is_some_and(|range| range > settings.cross_talk_range_max_deg),
        peak_corrected_deg: mean(&peak),
        ss_corrected_deg: mean(&support),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_sign_of_cross_talk_is_enough() {
        let settings = BodySettings::default();
        let judge = |r2: f64, range: f64| {
            let evidence = StrideEvidence {
                knee_cross_talk_r2: Some(r2),
                knee_varus_range_deg: Some(range),
                ..StrideEvidence::default()
            };
            knee_trust([&evidence, &evidence], &settings).unwrap()
        };
        assert_eq!(judge(0.3, 9.0).name(), "usable");
        assert!(judge(0.6, 9.0).correlated && judge(0.6, 9.0).is_cross_talk());
        assert!(judge(0.3, 16.0).wide && judge(0.3, 16.0).is_cross_talk());
        let none = knee_trust([&StrideEvidence::default()], &settings);
        assert_eq!(none, None, "no knee angles");
    }
}
