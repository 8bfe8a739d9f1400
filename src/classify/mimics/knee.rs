//! A lean that unloads the knee.
//!
//! # What it measures
//! Whether the trunk leans over a limb whose knee is in varus while the pelvis does not drop.
//!
//! # How
//! LEAN satisfied, DROP not, and the mean knee varus over single support beyond the norm by more
//! than the settings' number of SDs, from knee angles that are not spoilt by cross-talk.
//!
//! # Why it matters
//! Leaning over the stance limb lessens the adduction moment of the knee: people with medial knee
//! osteoarthritis do it, and are taught it. The hip need not be weak.
//!
//! # Limits
//! Advisory. Foot progression is not measured, knee pain only if it is told. A varus knee does not
//! exclude a weak hip.
//!
//! # References
//! Hunt 2008, Simic 2012 (lean and knee load); the limit is this project's.

use super::super::Flag;
use super::Case;
use crate::metrics::knee_trust;
use crate::norms::NormCurve;
use crate::recording::Sequence;

/// The lean may be there for the knee.
pub fn knee_unloading(case: &Case) -> Option<Flag> {
    if !case.indicators.lean || case.indicators.drop {
        return None;
    }
    let evidence = case.own.strides().map(|s| &s.evidence);
    if knee_trust(evidence, &case.settings.body)?.is_cross_talk() {
        return None;
    }
    let valgus = case.own.mean(|s| s.metrics.knee_valgus_ss_deg)?;
    let sequence = Sequence::RotationObliquityTilt;
    let band = case
        .bands
        .band(NormCurve::KneeValgus, sequence, case.speed)
        .ok()?;
    // single support of free walking, Schwartz 2008
    let support = 12..=50;
    let count = support.clone().count() as f64;
    let mean = |values: &[f64]| values[support.clone()].iter().sum::<f64>() / count;
    let limit = mean(&band.mean_deg) - case.settings.mimics.knee_varus_sd * mean(&band.sd_deg);
    (valgus < limit).then(|| {
        let side = case.own.side.name();
        let message = format!(
            "The {side} knee is in {:.0}° varus in single support (norm up to {:.0}°): the lean may unload the knee (knee osteoarthritis), not the hip.",
            -valgus, -limit
        );
        Flag::new("knee-unloading", false, message)
    })
}
