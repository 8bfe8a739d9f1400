//! Wide-based and ataxic gait.
//!
//! # What it measures
//! Step width relative to the leg, and how much stride time, drop and lean vary from stride to
//! stride.
//!
//! # How
//! `wide-based` when the mean step width exceeds its share of the leg length. `ataxic` when at
//! least two hold of: wide steps, variable stride times, variable lean, variable drop; it blocks when the drop or
//! the lean varies more than the settings' multiple of the healthy stride-to-stride SD. SDs are
//! taken within recordings when they hold enough strides, else over all strides, and only with as
//! many strides as a label needs. Leg length follows from the speed and its dimensionless form.
//!
//! # Why it matters
//! In ataxia single strides lean and drop either way: a mean over few of them can look like a
//! one-sided pattern.
//!
//! # Limits
//! Without a leg length, step width is not judged. A wide base is also a way to unload the
//! abductors, hence only a remark.
//!
//! # References
//! Thresholds are this project's; step width of twelve healthy sample walks 0.11 ± 0.03 leg.

use super::super::Flag;
use super::{Case, Limb};
use crate::metrics::GRAVITY_M_S2;

/// Mean step width in metres and in leg lengths.
fn step_width(limb: &Limb) -> Option<(f64, f64)> {
    let leg = limb.mean(|s| {
        let ratio = s.metrics.speed_m_s? / s.evidence.speed_dimensionless?;
        Some(ratio * ratio / GRAVITY_M_S2)
    })?;
    let width = limb.mean(|s| s.metrics.step_width_m)?;
    (leg > 0.0).then(|| (width, width / leg))
}

/// Whether the steps are wide, in words.
fn wide(case: &Case) -> Option<String> {
    let (width, share) = step_width(case.own)?;
    let limit = case.settings.mimics.step_width_max_leg;
    (share > limit).then(|| {
        format!(
            "the steps are {:.0} cm wide, {share:.2} of the leg length (limit {limit:.2})",
            100.0 * width
        )
    })
}

/// Wide steps.
pub fn wide_based(case: &Case) -> Option<Flag> {
    let wide = wide(case)?;
    let message = format!("Wide-based gait: {wide}; a wide base lessens drop and lean.");
    Some(Flag::new("wide-based", false, message))
}

/// Variable, wide-based gait.
pub fn ataxic(case: &Case) -> Option<Flag> {
    let (own, settings) = (case.own, case.settings);
    let (mimics, classify) = (&settings.mimics, &settings.classify);
    let stride_s = |s: &super::StrideFeatures| {
        let cadence = s.metrics.cadence_steps_min.filter(|c| *c > 0.0)?;
        Some(120.0 / cadence)
    };
    let variation = own
        .sd(classify.strides_min, stride_s)
        .zip(own.mean(stride_s))
        .map(|(sd, mean)| sd / mean)
        .filter(|variation| *variation > mimics.stride_time_cv_max)
        .map(|variation| format!("stride time varies by {:.0} %", 100.0 * variation));
    let lean_sd = own.sd(classify.strides_min, |s| s.metrics.lean_ss_offset_free_deg);
    let drop_sd = own.sd(classify.strides_min, |s| s.metrics.drop_ss_offset_free_deg);
    let unsteady = |what: &str, sd: Option<f64>| {
        sd.filter(|sd| *sd > mimics.stride_sd_max_deg)
            .map(|sd| format!("the {what} varies by {sd:.1}° from stride to stride"))
    };
    let signs: Vec<String> = [
        wide(case),
        variation,
        unsteady("lean", lean_sd),
        unsteady("drop", drop_sd),
    ]
    .into_iter()
    .flatten()
    .collect();
    if signs.len() < 2 {
        return None;
    }
    let above =
        |sd: Option<f64>, healthy: f64| sd.is_some_and(|sd| sd > mimics.stride_sd_factor * healthy);
    let blocking =
        above(drop_sd, classify.stride_sd_drop_deg) || above(lean_sd, classify.stride_sd_lean_deg);
    let message = format!("Unsteady (ataxic) gait: {}.", signs.join("; "));
    Some(Flag::new("ataxic", blocking, message))
}
