//! The trunk that swings back after a lurch.
//!
//! # What it measures
//! Whether this limb's lean is small beside the opposite limb's: a trunk that is thrown far over one
//! leg swings back across its mid-line while the other leg stands.
//!
//! # How
//! The estimated lean excess of this limb is above the norm but less than the settings' share of the
//! opposite limb's. It blocks a compensated or mixed label.
//!
//! # Why it matters
//! The swing back belongs to the lurch; to call it a second lurch would name the sound side.
//!
//! # Limits
//! A bilateral lurch whose smaller side is less than that share of the larger is named on the larger side
//! only; the other side then says why it has no label.
//!
//! # References
//! The share is this project's, from synthetic walkers whose trunk swings back by a quarter of the
//! lurch.

use super::super::{Flag, Label};
use super::Case;

/// The lean may be the swing back from the opposite limb's lurch.
pub fn rebound(case: &Case) -> Option<Flag> {
    if !matches!(case.candidate, Label::Compensated | Label::Mixed) {
        return None;
    }
    let norm = case.norms.lean.mean;
    let own = case.estimate.lean - norm;
    let other = case.opposite_estimate.lean - norm;
    if !(own > 0.0 && own < case.settings.mimics.rebound_share * other) {
        return None;
    }
    let message = format!(
        "The trunk leans {own:.1}° more than the norm over the {} limb, {other:.1}° over the {}: the smaller lean may be the trunk swinging back from the larger.",
        case.own.side.name(),
        case.opposite.side.name()
    );
    Some(Flag::new("trunk-rebound", true, message))
}
