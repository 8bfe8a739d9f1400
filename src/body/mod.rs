//! Segments of the body: pelvis, trunk, thighs and shanks with their joint centres.
//!
//! In: landmarks in the laboratory frame ([`Motion`], metres, Z up) and body measures, or the
//! orientations of inertial [`Segments`](crate::inertial::Segments). Out: [`Body`]
//! — one frame per segment and time, which definition each comes from, and what was missing.
//!
//! Segment axes are x anterior, y to the subject's left, z up; `lab_from_segment` turns segment
//! into laboratory coordinates. Missing = NaN.

mod frames;
mod hip_centre;
mod joint_centre;
mod leg;
mod measures;
mod pelvis;
mod rigid;
mod sensors;
mod stored_centres;
mod trunk;

pub use frames::Frames;
pub use hip_centre::{asis_trochanter_m, davis, hara, harrington};
pub use joint_centre::{chord, tilt_ankle_axis};
pub use leg::{AdductionDefinition, KneeAxis, Leg};
pub use measures::{LimbMeasuresUsed, MeasuresUsed, leg_length_from_markers};
pub use pelvis::{Pelvis, PelvisDefinition, level_pelvis_frame, pelvis_frame};
pub use sensors::from_segments;
pub use stored_centres::measures_of_stored_centres;
pub use trunk::{Trunk, thorax_frame};

use crate::lab::{Locomotion, Motion};
use crate::recording::{BodyMeasures, PerSide, Warning};
use crate::settings::BodySettings;

/// Which body model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The own model: hip centre by regression as the settings say, medial markers preferred,
    /// fallbacks when markers are missing. Its angles are classified.
    Hipdrop,
    /// Plug-in Gait: its hip centre, wands and rotation offsets; nothing is estimated or put back.
    /// For comparison with stored angles.
    PlugInGait,
}

/// Which definition of trunk lean was available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrunkDefinition {
    /// Thorax frame, rotation–obliquity–tilt.
    ThoraxRot,
    /// Line from the pelvis to C7 or the shoulders, projected on the frontal plane.
    SpineLine,
    /// Line between the shoulders.
    ShoulderLine,
}

/// The body over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Model it was built with.
    pub model: Model,
    /// Number of frames.
    pub frames: usize,
    /// Pelvis.
    pub pelvis: Pelvis,
    /// Trunk.
    pub trunk: Trunk,
    /// Limbs.
    pub legs: PerSide<Leg>,
    /// Body measures that were used.
    pub measures: MeasuresUsed,
    /// What was missing, estimated or put back.
    pub warnings: Vec<Warning>,
}

/// Builds the segments of every frame of `motion` from its landmarks.
///
/// `measures` are those of the file or the user; what is not known and not needed is left out,
/// what is needed is estimated (own model) or leaves NaN (Plug-in Gait), with a warning.
pub fn build(
    motion: &Motion,
    measures: &BodyMeasures,
    settings: &BodySettings,
    model: Model,
) -> Body {
    let (points, frames) = (&motion.points, motion.frames);
    let mut warnings = Vec::new();
    let pelvis = pelvis::build(points, frames, settings, model, &mut warnings);
    let trunk = trunk::build(points, frames, settings, model, &mut warnings);
    let measures = measures::used(motion, &pelvis, measures, settings, model, &mut warnings);
    let sources = leg::Sources {
        points,
        frames,
        pelvis: &pelvis,
        measures: &measures,
        settings,
        model,
        standing: motion.progression.locomotion == Locomotion::Standing,
    };
    let legs = PerSide::from_fn(|side| leg::build(&sources, side, &mut warnings));
    Body {
        model,
        frames,
        pelvis,
        trunk,
        legs,
        measures,
        warnings,
    }
}

/// The first candidate, best first, that covers at least `share` of what the most complete one
/// covers; `None` when none covers anything.
fn prefer(coverage: &[usize], share: f64) -> Option<usize> {
    let most = coverage.iter().copied().max()?;
    (0..coverage.len())
        .find(|&i| coverage[i] > 0 && coverage[i] as f64 >= share * most as f64)
        .filter(|_| most > 0)
}

#[cfg(test)]
mod tests;
