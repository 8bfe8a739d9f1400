//! Pelvis markers that cannot be believed.
//!
//! # What it measures
//! Whether the pelvis markers can show the obliquity at all: a constant tilt beyond what a
//! leg-length difference explains, distances between pelvis markers that vary.
//!
//! # How
//! `pelvis-marker` when |O_P| exceeds its limit. `pelvis-not-rigid` when the laboratory stage
//! found a distance between two pelvis markers whose SD over the recording exceeds its limit
//! (`lab.rigid_sd_trunk_max_m`): a marker wanders on the skin, jumps, or is labelled wrong.
//!
//! # Why it matters
//! 5 mm on one ASIS turn the obliquity by 1.2°; a marker that jumps makes a drop of any size.
//!
//! # Limits
//! A marker that sits wrong but still looks like a fixed obliquity. Exchanged labels that were
//! put right are no reason for doubt and not flagged.
//!
//! # References
//! The limits are this project's.

use super::super::Flag;
use super::{Case, tilt};
use crate::landmarks::Landmark;
use crate::recording::{Side, Warning};

/// A constant obliquity too large for anything but a misplaced or swapped marker.
pub fn pelvis_marker(case: &Case) -> Option<Flag> {
    let constant = case.own.mean(|s| s.evidence.pelvis_offset_deg)?;
    let limit = case.settings.mimics.marker_offset_max_deg;
    (constant.abs() > limit).then(|| {
        let message = format!(
            "A constant obliquity of {} is more than {limit:.0}°: check the pelvis markers (placement, soft tissue, swapped labels) or a large leg-length difference.",
            tilt(constant)
        );
        Flag::new("pelvis-marker", true, message)
    })
}

/// Whether a warning says that two markers of the pelvis do not keep their distance.
pub fn pelvis_not_rigid(warning: &Warning) -> bool {
    let sides = Side::BOTH.iter();
    let mut pelvis: Vec<String> = sides
        .flat_map(|&side| [Landmark::Asis(side), Landmark::Psis(side)])
        .map(|landmark| landmark.label())
        .collect();
    pelvis.push(Landmark::Sacrum.label());
    warning.code == "not-rigid"
        && warning
            .place
            .split('/')
            .all(|label| pelvis.iter().any(|known| known == label))
}
