//! Pain avoidance.
//!
//! # What it measures
//! Whether this limb is loaded for a shorter time than the other while the trunk leans over it and
//! the pelvis does not drop.
//!
//! # How
//! Stance time shorter than the other limb's by more than the limit (share of their mean), single
//! support shorter too, LEAN satisfied or the leading label, and no DROP. It blocks that label.
//!
//! # Why it matters
//! A painful hip is unloaded by the same lurch as a weak one, but a limb that is left early tells of
//! pain: a definite compensated label would point to the abductors.
//!
//! # Limits
//! Weakness and pain often come together, and only the patient can tell: the flag names the pattern
//! that was seen, and the label is left open.
//!
//! # References
//! Perry & Burnfield 2010, Gait Analysis (coxalgic gait); the limit is this project's.

use super::super::{Flag, Label};
use super::Case;

/// The compensated pattern may be pain avoidance.
pub fn antalgic(case: &Case) -> Option<Flag> {
    let leans = matches!(case.candidate, Label::Compensated | Label::Mixed);
    if !(case.indicators.lean || leans) || case.indicators.drop {
        return None;
    }
    let own = case.own.mean(|s| s.evidence.stance_s)?;
    let other = case.opposite.mean(|s| s.evidence.stance_s)?;
    let asymmetry = 100.0 * (other - own) / (0.5 * (other + own));
    let single_own = case.own.mean(|s| s.metrics.single_support_pct)?;
    let single_other = case.opposite.mean(|s| s.metrics.single_support_pct)?;
    let limit = case.settings.mimics.stance_asymmetry_max_pct;
    if !(asymmetry > limit && single_own < single_other) {
        return None;
    }
    let mut message = format!(
        "Stance of the {} limb is {asymmetry:.0} % shorter than of the other and its single support {single_own:.0} % against {single_other:.0} % of the stride",
        case.own.side.name()
    );
    let steps = case
        .own
        .mean(|s| s.metrics.step_length_m)
        .zip(case.opposite.mean(|s| s.metrics.step_length_m));
    if let Some((after_own, after_other)) = steps {
        message.push_str(&format!(
            " (steps from it {:.0} cm, onto it {:.0} cm)",
            100.0 * after_own,
            100.0 * after_other
        ));
    }
    message.push_str(": the lean may avoid pain (coxalgic gait).");
    Some(Flag::new("antalgic", leans, message))
}
