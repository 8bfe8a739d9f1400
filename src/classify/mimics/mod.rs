//! Conditions that look like the pattern, or hide it.
//!
//! In: the strides of both limbs, the indicators of the limb asked about, the standing posture.
//! Out: [`Flag`]s with the numbers in words, blocking or advisory. One condition per file, each
//! documented under the same headings.
//!
//! | code | condition | blocks a label |
//! |---|---|---|
//! | `fixed-obliquity` | leg-length difference, fixed pelvic obliquity | when only the raw drop is large |
//! | `trunk-list` | scoliosis, trunk list | when only the raw lean is large |
//! | `pelvis-marker` | a misplaced or swapped pelvis marker | always |
//! | `pelvis-not-rigid` | pelvis markers that do not keep their distance (by a warning of the recording) | always |
//! | `hip-hike` | hip hike or circumduction of the swing limb | when the label rests on a lean that comes late |
//! | `wide-based` | wide steps | never |
//! | `ataxic` | variable, wide-based gait | when drop or lean vary more than twice the healthy SD |
//! | `antalgic` | pain avoidance | when the label rests on a lean without a drop |
//! | `antalgic-opposite` | pain avoidance of the other limb | when the label rests on a drop or on the smaller lean |
//! | `trunk-rebound` | the trunk swings back from a lurch over the other limb | when the label rests on the lean |
//! | `smaller-side` | an excess that is small beside the other limb's | always |
//! | `knee-unloading` | a lean over a varus knee without a drop (knee osteoarthritis) | never |
//! | `pain-reported`, `leg-length-difference`, `obesity` | told by the user or measured by hand | never |
//!
//! Elsewhere: a walking aid and a carried load (told, they block), slow and fast walking
//! (`conditions`); turning strides are excluded before they come here (`strides`).

mod antalgic;
mod ataxic;
mod hip_hike;
mod knee;
mod marker;
mod offsets;
mod rebound;
mod smaller_side;
mod told;

pub use marker::pelvis_not_rigid;

use super::features::{Features, LimbSample};
use super::reference::Reference;
use super::rules::Indicators;
use super::{Flag, Label, Measurement, StrideFeatures};
use crate::metrics::StandingPosture;
use crate::norms::{FeatureNorms, Norms};
use crate::recording::{Side, SubjectFacts};
use crate::settings::Settings;

/// One limb's strides, as given and as the decision uses them.
#[derive(Debug)]
pub struct Limb<'a> {
    /// The stance limb.
    pub side: Side,
    /// Its strides, block by block.
    pub blocks: Vec<Vec<&'a StrideFeatures>>,
    /// Features of those that can be used.
    pub sample: LimbSample,
}

impl<'a> Limb<'a> {
    /// Collects the strides of `side`.
    pub(super) fn new(
        blocks: &'a [Vec<StrideFeatures>],
        side: Side,
        reference: &Reference,
        settings: &Settings,
    ) -> Limb<'a> {
        Limb {
            side,
            blocks: blocks
                .iter()
                .map(|block| block.iter().filter(|s| s.side == side).collect())
                .collect(),
            sample: LimbSample::new(blocks, side, reference, &settings.classify),
        }
    }

    /// Its strides.
    pub fn strides(&self) -> impl Iterator<Item = &'a StrideFeatures> {
        self.blocks.iter().flatten().copied()
    }

    /// Mean of a value over the strides that have it.
    pub fn mean(&self, value: impl Fn(&StrideFeatures) -> Option<f64>) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0_u32);
        for v in self.strides().filter_map(value).filter(|v| v.is_finite()) {
            sum += v;
            count += 1;
        }
        (count > 0).then(|| sum / f64::from(count))
    }

    /// SD of a value from stride to stride: within blocks when they hold enough strides, else over
    /// all; `None` with fewer than `strides_min` strides.
    pub fn sd(
        &self,
        strides_min: usize,
        value: impl Fn(&StrideFeatures) -> Option<f64>,
    ) -> Option<f64> {
        let blocks: Vec<Vec<f64>> = self
            .blocks
            .iter()
            .map(|block| {
                let values = block.iter().filter_map(|s| value(s));
                values.filter(|v| v.is_finite()).collect()
            })
            .collect();
        let freedom: usize = blocks.iter().map(|b| b.len().saturating_sub(1)).sum();
        if freedom + 1 >= strides_min.max(2) {
            let squares: f64 = blocks.iter().map(|block| squares(block)).sum();
            return Some((squares / freedom as f64).sqrt());
        }
        let all: Vec<f64> = blocks.into_iter().flatten().collect();
        (all.len() >= strides_min.max(2)).then(|| (squares(&all) / (all.len() - 1) as f64).sqrt())
    }
}

/// Sum of squared deviations from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|v| (v - mean).powi(2)).sum()
}

/// `4.2° (left side up)`.
fn tilt(deg: f64) -> String {
    let side = if deg >= 0.0 { "left" } else { "right" };
    format!("{:.1}° ({side} side up)", deg.abs())
}

/// What a mimic is judged by.
#[derive(Debug)]
pub struct Case<'a> {
    /// The limb asked about.
    pub own: &'a Limb<'a>,
    /// The other limb.
    pub opposite: &'a Limb<'a>,
    /// What the mean features of the limb satisfy.
    pub indicators: Indicators,
    /// What those of the other limb satisfy.
    pub opposite_indicators: Indicators,
    /// Best estimates of the limb's features.
    pub estimate: Features,
    /// Those of the other limb.
    pub opposite_estimate: Features,
    /// The label if nothing blocks it.
    pub candidate: Label,
    /// The norms of this limb's speed.
    pub norms: &'a FeatureNorms,
    /// Norm bands.
    pub bands: &'a Norms,
    /// Dimensionless speed.
    pub speed: Option<f64>,
    /// What is known of the person and the walk.
    pub facts: &'a SubjectFacts,
    /// Standing posture, when a static trial is there.
    pub standing: Option<&'a StandingPosture>,
    /// How the angles were measured.
    pub measurement: Measurement,
    /// Settings.
    pub settings: &'a Settings,
}

/// Every flag that applies, in the order of the table above. One or two strides tell a habit as
/// little as they tell a pattern: then only what was told counts.
pub fn flags(case: &Case) -> Vec<Flag> {
    let told: [Rule; 3] = [told::pain, told::leg_length_difference, told::obesity];
    let seen: [Rule; 11] = [
        offsets::fixed_obliquity,
        offsets::trunk_list,
        marker::pelvis_marker,
        hip_hike::hip_hike,
        ataxic::wide_based,
        ataxic::ataxic,
        antalgic::antalgic,
        antalgic::antalgic_opposite,
        rebound::rebound,
        smaller_side::smaller_side,
        knee::knee_unloading,
    ];
    let enough = case.own.sample.len() >= case.settings.classify.strides_few;
    let seen = seen.into_iter().filter(|_| enough);
    seen.chain(told).filter_map(|rule| rule(case)).collect()
}

/// One condition: its flag when it applies.
type Rule = fn(&Case) -> Option<Flag>;
