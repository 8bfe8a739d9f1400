//! Leg lengths for dimensionless speed and for widths in leg lengths.

use super::LegLengths;
use crate::body::leg_length_from_markers;
use crate::lab::Motion;
use crate::recording::{BodyMeasures, PerSide};

/// Leg lengths, metres: given ones, else estimated from the markers
/// ([`leg_length_from_markers`]), else the other side's.
pub fn leg_length_m(motion: &Motion, measures: &BodyMeasures) -> LegLengths {
    let known = PerSide::from_fn(|side| measures.limbs[side].leg_length_m);
    let found = PerSide::from_fn(|side| {
        known[side].or_else(|| leg_length_from_markers(&motion.points, side))
    });
    PerSide::from_fn(|side| found[side].or(found[side.opposite()]))
}
