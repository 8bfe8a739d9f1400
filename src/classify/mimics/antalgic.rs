//! Pain avoidance.
//!
//! # What it measures
//! Whether this limb is loaded for a shorter time than the other while the trunk leans over it and
//! the pelvis does not drop.
//!
//! # How
//! Stance time shorter than the other limb's by more than the limit (share of their mean), single
//! support shorter too, LEAN satisfied or the leading label, and no DROP. It blocks that label. The
//! limb that stands longer is judged by the same signs of the other (`antalgic-opposite`): no label
//! may rest on a drop over it, nor on a lean that is smaller than over the limb left early.
//!
//! # Why it matters
//! A painful hip is unloaded by the same lurch as a weak one, but a limb that is left early tells of
//! pain: a definite compensated label would point to the abductors. The long stance and the trunk that
//! comes back over the other limb are the other half of the same strategy, not a second lurch.
//!
//! # Limits
//! Weakness and pain often come together, and only the patient can tell: the flag names the pattern
//! that was seen, and the label is left open.
//!
//! # References
//! Perry & Burnfield 2010, Gait Analysis (coxalgic gait); the limit is this project's.

use super::super::{Flag, Label};
use super::{Case, Limb};
use crate::settings::MimicSettings;

/// The compensated pattern may be pain avoidance.
pub fn antalgic(case: &Case) -> Option<Flag> {
    let leans = matches!(case.candidate, Label::Compensated | Label::Mixed);
    if !(case.indicators.lean || leans) || case.indicators.drop {
        return None;
    }
    let Early {
        asymmetry,
        single_own,
        single_other,
    } = left_early(case.own, case.opposite, &case.settings.mimics)?;
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

/// What the limb shows that stands longer belongs to the pain avoidance of the other.
pub fn antalgic_opposite(case: &Case) -> Option<Flag> {
    let other = case.opposite_indicators;
    let smaller = case.estimate.lean < case.opposite_estimate.lean;
    let (what, applies) = match case.candidate {
        Label::None | Label::Indeterminate => return None,
        Label::Compensated => ("smaller lean", smaller),
        Label::Mixed if smaller => ("smaller lean", true),
        Label::Mixed | Label::Uncompensated | Label::DropUnspecified => ("drop", true),
    };
    if !applies || !other.lean || other.drop {
        return None;
    }
    let early = left_early(case.opposite, case.own, &case.settings.mimics)?;
    let message = format!(
        "Stance of the {} limb is {:.0} % shorter than of the {} and the trunk leans over it: the {what} over the {2} limb may belong to the same avoidance of pain (coxalgic gait).",
        case.opposite.side.name(),
        early.asymmetry,
        case.own.side.name(),
    );
    Some(Flag::new("antalgic-opposite", true, message))
}

/// How much earlier a limb is left than the other.
struct Early {
    /// Shorter stance, percent of the mean of both.
    asymmetry: f64,
    /// Single support of both limbs, percent of the stride.
    single_own: f64,
    single_other: f64,
}

/// Whether `own` is loaded for a shorter time than `other`.
fn left_early(own: &Limb, other: &Limb, settings: &MimicSettings) -> Option<Early> {
    let stance_own = own.mean(|s| s.evidence.stance_s)?;
    let stance_other = other.mean(|s| s.evidence.stance_s)?;
    let asymmetry = 100.0 * (stance_other - stance_own) / (0.5 * (stance_other + stance_own));
    let single_own = own.mean(|s| s.metrics.single_support_pct)?;
    let single_other = other.mean(|s| s.metrics.single_support_pct)?;
    let early = asymmetry > settings.stance_asymmetry_max_pct && single_own < single_other;
    early.then_some(Early {
        asymmetry,
        single_own,
        single_other,
    })
}
