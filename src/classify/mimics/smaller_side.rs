//! The smaller of two unequal sides.
//!
//! # What it measures
//! Whether what this limb shows is small beside what the opposite limb shows, of whichever kind.
//!
//! # How
//! The excess that drives a limb's pattern — drop, lean, or the larger of both when both count — is
//! taken in SDs of the norm, as best estimates from both limbs. The opposite limb must satisfy DROP
//! or LEAN. When this limb's excess is less than the settings' share of the other's, it gets no
//! definite label. A lean beside a lean is left to `trunk-rebound`.
//!
//! # Why it matters
//! One pelvis and one trunk serve both limbs. A large one-sided pattern reaches the other limb through the
//! constant tilt, through the level of the pelvis between the steps and through what the person does
//! against it; what is left over on the other limb is then no evidence of a second weak side.
//!
//! # Limits
//! A bilateral pattern whose smaller side is less than the share of the larger is named on the larger
//! side only; the other side says why it has no label.
//!
//! # References
//! The share is this project's, from synthetic walkers: bilateral waddles have ratios above it.

use super::super::features::Features;
use super::super::rules::Indicators;
use super::super::{Flag, Label};
use super::Case;

/// The excess over this limb may come with the larger one over the other.
pub fn smaller_side(case: &Case) -> Option<Flag> {
    let (drops, leans) = match case.candidate {
        Label::Uncompensated | Label::DropUnspecified => (true, false),
        Label::Compensated => (false, true),
        Label::Mixed => (case.indicators.drop, true),
        Label::None | Label::Indeterminate => return None,
    };
    let Indicators { drop, lean, .. } = case.opposite_indicators;
    let own = driving(case, &case.estimate, drops, leans)?;
    let other = driving(case, &case.opposite_estimate, drop, lean)?;
    let told_elsewhere = own.what == "lean" && other.what == "lean";
    if told_elsewhere || own.sds >= case.settings.mimics.smaller_side_share * other.sds {
        return None;
    }
    let message = format!(
        "The {} limb shows {:.1}° more {} than the norm, the {} limb {:.1}° more {}: the smaller excess may come with the larger one.",
        case.own.side.name(),
        own.deg,
        own.what,
        case.opposite.side.name(),
        other.deg,
        other.what,
    );
    Some(Flag::new("smaller-side", true, message))
}

/// What drives a limb's pattern.
struct Excess {
    what: &'static str,
    deg: f64,
    sds: f64,
}

/// The larger in SDs of those that count; `None` when none does.
fn driving(case: &Case, estimate: &Features, drops: bool, leans: bool) -> Option<Excess> {
    let excess = |what, value: f64, norm: crate::norms::FeatureNorm| Excess {
        what,
        deg: value - norm.mean,
        sds: (value - norm.mean) / norm.sd,
    };
    let drop = drops.then(|| excess("drop", estimate.drop, case.norms.drop));
    let lean = leans.then(|| excess("lean", estimate.lean, case.norms.lean));
    let both = drop.into_iter().chain(lean);
    both.max_by(|a, b| a.sds.total_cmp(&b.sds))
}
