//! One limb: joint centres, thigh and shank.

use super::frames::{Frames, from_long_and_lateral};
use super::hip_centre::{davis, hara, harrington};
use super::joint_centre::{chord_with, tilt_ankle_axis};
use super::measures::MeasuresUsed;
use super::pelvis::{Pelvis, PelvisDefinition, level_pelvis_frame, middle};
use super::{Model, prefer};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side, Warning};
use crate::settings::{BodySettings, HipCentreMethod};
use nalgebra::{Matrix3, Vector3};

/// Where the knee flexion axis, and with it the knee centre, comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KneeAxis {
    /// Medial and lateral epicondyle markers.
    Medial,
    /// Thigh wand and joint width (chord function).
    Wand,
    /// Neither: the centre lies medial of the lateral marker along the pelvis; there is no thigh
    /// frame, so no knee angles.
    PelvisLateral,
    /// Joint keypoints (markerless): centres only.
    Keypoints,
}

/// How hip adduction is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdductionDefinition {
    /// Second angle of the YXZ Cardan decomposition of pelvis and thigh.
    Cardan,
    /// Pelvic obliquity plus the frontal-plane slope of the line from the hip to the knee (or ankle).
    PelvisOnLeg,
}

/// One limb over time; NaN where not available.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leg {
    /// Hip joint centre, metres.
    pub hip_centre: Series3,
    /// Knee joint centre, metres.
    pub knee_centre: Series3,
    /// Ankle joint centre, metres.
    pub ankle_centre: Series3,
    /// Axes of the thigh in the laboratory.
    pub lab_from_thigh: Frames,
    /// Axes of the shank in the laboratory, without the tibial torsion, for knee angles.
    pub lab_from_shank: Frames,
    /// Regression of the hip centre; `None` without one.
    pub hip_method: Option<HipCentreMethod>,
    /// Source of the knee axis; `None` without a knee.
    pub knee_axis: Option<KneeAxis>,
    /// How hip adduction is measured; `None` when it cannot be.
    pub adduction: Option<AdductionDefinition>,
}

/// What a limb is built from.
pub(super) struct Sources<'a> {
    pub points: &'a Points,
    pub frames: usize,
    pub pelvis: &'a Pelvis,
    pub measures: &'a MeasuresUsed,
    pub settings: &'a BodySettings,
    pub model: Model,
    /// Standing trial: Plug-in Gait calibrates itself frame by frame from the medial markers.
    pub standing: bool,
}

/// Builds one limb.
pub(super) fn build(from: &Sources, side: Side, warnings: &mut Vec<Warning>) -> Leg {
    let mut leg = Leg::default();
    (leg.hip_centre, leg.hip_method) = hip_centre(from, side);
    let calibrating = from.calibrates(side);
    let (knee_centre, knee_axis) = knee_centre(from, side, &leg.hip_centre, calibrating);
    (leg.knee_centre, leg.knee_axis) = (knee_centre, knee_axis);
    leg.lab_from_thigh = thigh(from, side, &leg);
    leg.ankle_centre = ankle_centre(from, side, &leg, calibrating);
    leg.lab_from_shank = shank(from, side, &leg, calibrating);
    leg.adduction = adduction(from, &leg);
    warn(from, side, &leg, warnings);
    leg
}

impl Sources<'_> {
    fn get(&self, landmark: Landmark) -> Option<&Series3> {
        self.points
            .get(landmark)
            .filter(|series| series.len() == self.frames)
    }

    /// True in the standing trial from which Plug-in Gait took its rotation offsets: there it uses
    /// the knee alignment device or the medial markers of each frame, and the offsets stored in the
    /// file are their means.
    fn calibrates(&self, side: Side) -> bool {
        let limb = &self.measures.limbs[side];
        self.model == Model::PlugInGait
            && self.standing
            && (limb.tibial_torsion_rad != 0.0 || limb.ankle_abadd_rad != 0.0)
    }

    /// Frames in which both were seen.
    fn both(&self, a: Option<&Series3>, b: Option<&Series3>) -> usize {
        a.zip(b).map_or(0, |(a, b)| a.present_with(b))
    }
}

/// Hip centre of every frame and the regression it comes from.
fn hip_centre(from: &Sources, side: Side) -> (Series3, Option<HipCentreMethod>) {
    let (pelvis, m) = (from.pelvis, from.measures);
    let limb = &m.limbs[side];
    let leg = limb.leg_length_m.or(m.mean_leg_length_m);
    let by_davis = || {
        let (leg, width) = (m.mean_leg_length_m?, m.inter_asis_m?);
        let local = davis(side, leg, width, limb.asis_trochanter_m?, m.marker_radius_m);
        Some((local, HipCentreMethod::Davis))
    };
    let by_harrington = || {
        let local = harrington(side, pelvis.depth_m?, m.inter_asis_m?, m.marker_radius_m);
        Some((local, HipCentreMethod::Harrington))
    };
    let by_hara = || Some((hara(side, leg?, m.marker_radius_m), HipCentreMethod::Hara));
    let local = match (from.model, from.settings.hip_centre) {
        (Model::PlugInGait, _) => by_davis(),
        (_, HipCentreMethod::Davis) => by_davis().or_else(by_harrington),
        (_, HipCentreMethod::Hara) => by_hara().or_else(by_harrington),
        _ => by_harrington().or_else(by_hara),
    };
    let level = pelvis.definition == Some(PelvisDefinition::AsisLine);
    match (pelvis.definition, local) {
        (Some(PelvisDefinition::PsisLine | PelvisDefinition::HipKeypoints) | None, _)
        | (_, None) => {
            let keypoint = from.get(Landmark::HipCentre(side));
            let missing = || Series3::missing(from.frames);
            let usable = from.model == Model::Hipdrop;
            (
                keypoint.filter(|_| usable).cloned().unwrap_or_else(missing),
                None,
            )
        }
        (Some(_), Some((local, method))) => {
            let centre = |i: usize| {
                let lab_from_pelvis = if level {
                    level_pelvis_frame(pelvis.lateral.at(i))
                } else {
                    pelvis.lab_from_pelvis.at(i)
                };
                pelvis.origin.at(i) + lab_from_pelvis * local
            };
            (
                Series3::from_vectors((0..from.frames).map(centre)),
                Some(method),
            )
        }
    }
}

/// Knee centre of every frame and where its axis comes from.
fn knee_centre(
    from: &Sources,
    side: Side,
    hip: &Series3,
    calibrating: bool,
) -> (Series3, Option<KneeAxis>) {
    let limb = &from.measures.limbs[side];
    let marker = from.get(Landmark::Knee(side));
    let medial = from.get(Landmark::KneeMedial(side));
    let wand = from.get(Landmark::Thigh(side));
    let keypoint = from.get(Landmark::KneeCentre(side));
    let offset = limb.knee_offset_m;
    let own = from.model == Model::Hipdrop;
    let with_offset = |count: usize| if offset.is_some() { count } else { 0 };
    let if_own = |count: usize| if own { count } else { 0 };
    let coverage = [
        if_own(from.both(marker, medial)),
        with_offset(from.both(marker, wand).min(from.both(marker, Some(hip)))),
        if_own(with_offset(from.both(marker, Some(hip)))),
        if_own(from.both(keypoint, keypoint)),
    ];
    let best = prefer(&coverage, from.settings.definition_share_min);
    let rotation = -side.sigma() * limb.thigh_rotation_rad;
    let sideways =
        |i: usize, marker: &Series3| marker.at(i) + from.pelvis.lateral.at(i) * side.sigma();
    match (best, marker, offset) {
        (Some(0), Some(marker), _) => {
            let medial = medial.unwrap_or(marker);
            (middle(marker, medial), Some(KneeAxis::Medial))
        }
        (Some(1), Some(marker), Some(offset)) => {
            let wand = wand.unwrap_or(marker);
            let device = from.get(Landmark::KneeAlignment(side));
            let centre = match (calibrating, device, medial) {
                (true, Some(device), _) => chords(marker, hip, |i| device.at(i), offset, 0.0),
                (true, None, Some(medial)) => {
                    let opposite = |i: usize| marker.at(i) * 2.0 - medial.at(i);
                    chords(marker, hip, opposite, offset, 0.0)
                }
                _ => chords(marker, hip, |i| wand.at(i), offset, rotation),
            };
            (centre, Some(KneeAxis::Wand))
        }
        (Some(2), Some(marker), Some(offset)) => (
            chords(marker, hip, |i| sideways(i, marker), offset, 0.0),
            Some(KneeAxis::PelvisLateral),
        ),
        (Some(3), _, _) => (
            keypoint.cloned().unwrap_or_default(),
            Some(KneeAxis::Keypoints),
        ),
        _ => (Series3::missing(from.frames), None),
    }
}

/// [`chord`](super::joint_centre::chord) of every frame.
fn chords(
    joint: &Series3,
    proximal: &Series3,
    wand: impl Fn(usize) -> Vector3<f64>,
    offset_m: f64,
    rotation_rad: f64,
) -> Series3 {
    let (sin, cos) = rotation_rad.sin_cos();
    let pairs = joint.vectors().zip(proximal.vectors()).enumerate();
    Series3::from_vectors(
        pairs
            .map(|(i, (joint, proximal))| chord_with(joint, proximal, wand(i), offset_m, sin, cos)),
    )
}

/// Thigh: z from the knee to the hip centre, y toward the left along the knee axis (the direction
/// between knee centre and lateral knee marker).
fn thigh(from: &Sources, side: Side, leg: &Leg) -> Frames {
    let axis_known = matches!(leg.knee_axis, Some(KneeAxis::Medial | KneeAxis::Wand));
    let Some(marker) = from.get(Landmark::Knee(side)).filter(|_| axis_known) else {
        return Frames::missing(from.frames);
    };
    let centres = leg.hip_centre.vectors().zip(leg.knee_centre.vectors());
    Frames::from_matrices(centres.zip(marker.vectors()).map(|((hip, knee), marker)| {
        from_long_and_lateral(hip - knee, (marker - knee) * side.sigma())
    }))
}

/// Ankle centre of every frame: between the malleolar markers, else by the chord function with the
/// shank wand, else with the knee axis in its place.
fn ankle_centre(from: &Sources, side: Side, leg: &Leg, calibrating: bool) -> Series3 {
    let limb = &from.measures.limbs[side];
    let marker = from.get(Landmark::Ankle(side));
    let medial = from.get(Landmark::AnkleMedial(side));
    let wand = from.get(Landmark::Tibia(side));
    let keypoint = from.get(Landmark::AnkleCentre(side));
    let knee = &leg.knee_centre;
    let offset = limb.ankle_offset_m;
    let own = from.model == Model::Hipdrop;
    let with_offset = |count: usize| if offset.is_some() { count } else { 0 };
    let if_own = |count: usize| if own { count } else { 0 };
    let coverage = [
        if_own(from.both(marker, medial)),
        with_offset(from.both(marker, wand).min(from.both(marker, Some(knee)))),
        if_own(with_offset(from.both(marker, Some(knee)))),
        if_own(from.both(keypoint, keypoint)),
    ];
    let best = prefer(&coverage, from.settings.definition_share_min);
    match (best, marker, offset) {
        (Some(0), Some(marker), _) => middle(marker, medial.unwrap_or(marker)),
        (Some(1), Some(marker), Some(offset)) => {
            if let Some(medial) = medial.filter(|_| calibrating) {
                let toward = |i: usize| (medial.at(i) - marker.at(i)).normalize() * offset;
                return Series3::from_vectors((0..from.frames).map(|i| marker.at(i) + toward(i)));
            }
            let wand = wand.unwrap_or(marker);
            let rotation = -side.sigma() * limb.shank_rotation_rad;
            let level = chords(marker, knee, |i| wand.at(i), offset, rotation);
            if limb.ankle_abadd_rad == 0.0 {
                return level;
            }
            Series3::from_vectors((0..from.frames).map(|i| {
                tilt_ankle_axis(level.at(i), marker.at(i), knee.at(i), limb.ankle_abadd_rad)
            }))
        }
        (Some(2), Some(marker), Some(offset)) => {
            let lateral = |i: usize| match leg.knee_axis {
                Some(KneeAxis::Medial | KneeAxis::Wand) => leg.lab_from_thigh.y.at(i),
                _ => from.pelvis.lateral.at(i),
            };
            let wand = |i: usize| marker.at(i) + lateral(i) * side.sigma();
            chords(marker, knee, wand, offset, 0.0)
        }
        (Some(3), _, _) => keypoint.cloned().unwrap_or_default(),
        _ => Series3::missing(from.frames),
    }
}

/// Shank: z from the ankle to the knee centre, y toward the left along the malleolar axis, then
/// turned back about z by σ·TibialTorsion (knee angles are those of the untorsioned shank).
fn shank(from: &Sources, side: Side, leg: &Leg, calibrating: bool) -> Frames {
    if !matches!(leg.knee_axis, Some(KneeAxis::Medial | KneeAxis::Wand)) {
        return Frames::missing(from.frames);
    }
    let torsion = match calibrating {
        true => 0.0,
        false => side.sigma() * from.measures.limbs[side].tibial_torsion_rad,
    };
    let (sin, cos) = torsion.sin_cos();
    let marker = from.get(Landmark::Ankle(side));
    let centres = leg.knee_centre.vectors().zip(leg.ankle_centre.vectors());
    Frames::from_matrices(centres.enumerate().map(|(i, (knee, ankle))| {
        let lateral = match marker {
            Some(marker) => (marker.at(i) - ankle) * side.sigma(),
            None => leg.lab_from_thigh.y.at(i),
        };
        let torsioned = from_long_and_lateral(knee - ankle, lateral);
        let (x, y) = (torsioned.column(0), torsioned.column(1));
        let long = torsioned.column(2).into();
        Matrix3::from_columns(&[x * cos + y * sin, y * cos - x * sin, long])
    }))
}

/// The better definition of hip adduction that covers the recording.
fn adduction(from: &Sources, leg: &Leg) -> Option<AdductionDefinition> {
    let (pelvis, thigh) = (&from.pelvis.lab_from_pelvis, &leg.lab_from_thigh);
    let cardan = pelvis.x.present_with(&thigh.x);
    let projected = match from.model {
        Model::PlugInGait => 0,
        Model::Hipdrop => {
            let to_knee = leg.hip_centre.present_with(&leg.knee_centre);
            to_knee.max(leg.hip_centre.present_with(&leg.ankle_centre))
        }
    };
    match prefer(&[cardan, projected], from.settings.definition_share_min)? {
        0 => Some(AdductionDefinition::Cardan),
        _ => Some(AdductionDefinition::PelvisOnLeg),
    }
}

fn warn(from: &Sources, side: Side, leg: &Leg, warnings: &mut Vec<Warning>) {
    if from.model == Model::PlugInGait {
        return; // what its columns lack is named by the measures
    }
    let name = side.name();
    let message = match (leg.adduction, leg.knee_axis) {
        (None, _) => Some(format!(
            "{name} limb: no hip adduction, because the hip or knee centre cannot be found"
        )),
        (Some(AdductionDefinition::PelvisOnLeg), _) => Some(format!(
            "{name} limb: hip adduction is that of the pelvis on the line of the leg, in the frontal plane"
        )),
        (_, Some(KneeAxis::Medial | KneeAxis::Wand)) => None,
        _ => Some(format!("{name} limb: no knee axis, so no knee angles")),
    };
    if let Some(message) = message {
        warnings.push(Warning::at("limb-degraded", name, message));
    }
    let asked = from.settings.hip_centre;
    if let Some(method) = leg.hip_method
        && asked != HipCentreMethod::Auto
        && asked != method
    {
        warnings.push(Warning::at(
            "hip-centre-method",
            name,
            format!(
                "the hip centre of the {name} side is by {method:?}: {asked:?} lacks what it needs"
            ),
        ));
    }
}
