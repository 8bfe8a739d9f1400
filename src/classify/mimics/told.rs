//! What the user told or measured by hand: pain, leg lengths, height and mass.
//!
//! # What it measures
//! Whether something outside the recording can explain the pattern or weaken the measurement.
//!
//! # How
//! `pain-reported` on a limb that hurts (`pain_side` of the subjects table).
//! `leg-length-difference` when the measured leg lengths differ by the limit or more. `obesity`
//! when mass and height give a body mass index above its limit. Aids and loads block a label and
//! are judged with the circumstances.
//!
//! # Why it matters
//! A lurch that avoids pain looks like one of a weak hip; a short leg drops the pelvis without a
//! weak hip; thick thighs widen the base and soft tissue moves the ASIS markers.
//!
//! # Limits
//! Advisory, and only as good as what was told.
//!
//! # References
//! Perry & Burnfield 2010 (coxalgic gait); BMC Musculoskelet Disord 2022 (20 mm difference).

use super::super::Flag;
use super::Case;

/// The limb hurts.
pub fn pain(case: &Case) -> Option<Flag> {
    let side = case.own.side;
    case.facts.pain[side].then(|| {
        let message = format!(
            "Pain on the {} is reported: a short stance or a lean over this limb can avoid pain (coxalgic gait).",
            side.name()
        );
        Flag::new("pain-reported", false, message)
    })
}

/// The measured leg lengths differ.
pub fn leg_length_difference(case: &Case) -> Option<Flag> {
    let difference = case.facts.leg_difference_m?;
    (difference.abs() >= case.settings.mimics.leg_difference_min_m).then(|| {
        let short = if difference > 0.0 { "right" } else { "left" };
        let message = format!(
            "The {short} leg is {:.0} mm shorter by the given leg lengths: its side of the pelvis is low in standing and in both stances without any drop.",
            1000.0 * difference.abs()
        );
        Flag::new("leg-length-difference", false, message)
    })
}

/// Much soft tissue.
pub fn obesity(case: &Case) -> Option<Flag> {
    let index = case.facts.body_mass_index?;
    let limit = case.settings.mimics.body_mass_index_max;
    (index > limit).then(|| {
        let message = format!(
            "Body mass index {index:.1} kg/m² (limit {limit:.0}): thigh width widens the base and makes the trunk sway, and soft tissue over the pelvis moves the markers."
        );
        Flag::new("obesity", false, message)
    })
}
