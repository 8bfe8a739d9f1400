//! Angles from the coordinates of an OpenSim gait model (inverse kinematics, OpenCap).
//!
//! In: a recording whose model outputs are coordinates in `deg` or `rad`. Out: [`AngleSeries`].
//!
//! OpenSim's ground has x forward, y up, z to the right. In the gait models gait2392,
//! Rajagopal–Lai–Uhlrich 2023 and OpenCap's LaiUhlrich 2022 the pelvis joint turns about body-fixed
//! axes in the order z, x, y; back and hips are taken to do the same. About our axes (x forward, y left, z up) that is
//! Ry(−a₁)·Rx(a₂)·Rz(a₃), tilt–obliquity–rotation, with these signs:
//!
//! | joint | a₁ | a₂ | a₃ |
//! |---|---|---|---|
//! | pelvis in the ground | `pelvis_tilt`, backward + | `pelvis_list`, left side up + | `pelvis_rotation`, left turned back + |
//! | torso in the pelvis | `lumbar_extension`, backward + | `lumbar_bending`, to the right + | `lumbar_rotation` |
//! | thigh in the pelvis | `hip_flexion`, flexion + | `hip_adduction`, adduction + | `hip_rotation`, internal + |
//!
//! `knee_angle` is flexion positive in some models and negative in others; the knees tell which, because they flex further than they hyperextend. These knees have
//! no frontal plane.
//!
//! The order of the pelvis was read in those models' files. The signs of back and hips were checked
//! only against the markers of one walk (`tests/suite/angles/opensim.rs`), which tells lean and
//! adduction but hardly rotation. The models' neutral pelvis is
//! tilted otherwise than the plane of ASIS and PSIS, so tilt and hip flexion differ from those of
//! markers by a constant of some degrees; the frontal plane does not.

use super::stored::{angles_of, lean_on_pelvis};
use super::{
    AngleSeries, Cardan, JointAngles, SegmentAngles, matrix_from_rotation_obliquity_tilt,
    matrix_from_tilt_obliquity_rotation, tilt_obliquity_rotation,
};
use crate::body::TrunkDefinition;
use crate::recording::{PerSide, Recording, Side};
use nalgebra::Matrix3;

/// A knee that goes beyond this has flexed: none hyperextends so far. Degrees.
const FLEXED_DEG: f64 = 20.0;

/// Angle series from OpenSim coordinates; `None` without tilt, list and rotation of the pelvis.
///
/// Rotations of pelvis and trunk are from the x axis of the file's ground, not from the direction
/// of progression.
pub(super) fn from_coordinates(recording: &Recording) -> Option<AngleSeries> {
    let frames = recording.frames;
    let pelvis = segment(recording, ["pelvis_tilt", "pelvis_list", "pelvis_rotation"])?;
    let torso = segment(
        recording,
        ["lumbar_extension", "lumbar_bending", "lumbar_rotation"],
    );
    let thorax: Option<Vec<_>> =
        torso.map(|torso| pelvis.iter().zip(torso).map(|(p, t)| p * t).collect());
    let knee_sign = knee_sign(recording);
    let joint = |name: &str, side: Side| {
        let end = side.letter().to_ascii_lowercase();
        angle(recording, &format!("{name}_{end}")).unwrap_or_else(|| vec![f64::NAN; frames])
    };
    Some(AngleSeries {
        lean_on_pelvis: lean_on_pelvis(Some(&pelvis), thorax.as_deref(), frames),
        trunk_definition: thorax.is_some().then_some(TrunkDefinition::ThoraxRot),
        pelvis: angles_of(Some(&pelvis), frames),
        thorax: angles_of(thorax.as_deref(), frames),
        hip: PerSide::from_fn(|side| JointAngles {
            flexion: joint("hip_flexion", side),
            frontal: joint("hip_adduction", side),
            rotation: joint("hip_rotation", side),
        }),
        knee: PerSide::from_fn(|side| JointAngles {
            flexion: joint("knee_angle", side)
                .into_iter()
                .map(|angle| knee_sign * angle)
                .collect(),
            frontal: vec![f64::NAN; frames],
            rotation: vec![f64::NAN; frames],
        }),
        fppa: PerSide::from_fn(|_| vec![f64::NAN; frames]),
    })
}

/// The coordinates of such a model that show the same angles, in the order of its file: name and
/// radians per frame. What was not measured is left out; knees flex positive. The reverse of
/// [`from_coordinates`], so that what is said there of axes, signs and neutral positions holds.
pub fn coordinates(angles: &AngleSeries) -> Vec<(String, Vec<f64>)> {
    let pelvis = matrices(&angles.pelvis);
    let torso = pelvis
        .iter()
        .zip(matrices(&angles.thorax))
        .map(|(pelvis, thorax)| pelvis.transpose() * thorax)
        .collect::<Vec<_>>();
    let names = ["pelvis_tilt", "pelvis_list", "pelvis_rotation"];
    let mut columns = turns(names, &pelvis);
    for side in [Side::Right, Side::Left] {
        let end = side.letter().to_ascii_lowercase();
        let (hip, knee) = (&angles.hip[side], &angles.knee[side]);
        for (name, values) in [
            ("hip_flexion", &hip.flexion),
            ("hip_adduction", &hip.frontal),
            ("hip_rotation", &hip.rotation),
            ("knee_angle", &knee.flexion),
        ] {
            columns.push((format!("{name}_{end}"), values.clone()));
        }
    }
    let names = ["lumbar_extension", "lumbar_bending", "lumbar_rotation"];
    columns.extend(turns(names, &torso));
    columns.retain(|(_, values)| values.iter().any(|v| v.is_finite()));
    columns
}

/// Orientations of a segment in the laboratory.
fn matrices(segment: &SegmentAngles) -> Vec<Matrix3<f64>> {
    let turns = segment.tilt.iter().zip(&segment.obliquity);
    turns
        .zip(&segment.rotation)
        .map(|((&tilt, &obliquity), &rotation)| {
            matrix_from_rotation_obliquity_tilt(&Cardan {
                tilt,
                obliquity,
                rotation,
            })
        })
        .collect()
}

/// The three coordinates of a joint.
fn turns(names: [&str; 3], of: &[Matrix3<f64>]) -> Vec<(String, Vec<f64>)> {
    let cardan: Vec<Cardan> = of.iter().map(tilt_obliquity_rotation).collect();
    let values: [fn(&Cardan) -> f64; 3] = [|c| -c.tilt, |c| c.obliquity, |c| c.rotation];
    let columns = names.into_iter().zip(values);
    columns
        .map(|(name, value)| (name.to_owned(), cardan.iter().map(value).collect()))
        .collect()
}

/// A coordinate in radians.
fn angle(recording: &Recording, label: &str) -> Option<Vec<f64>> {
    let found = recording.model_outputs.iter().find(|o| o.label == label)?;
    let factor = match found.unit.as_str() {
        "deg" => 1.0_f64.to_radians(),
        "rad" => 1.0,
        _ => return None,
    };
    let [values] = found.values.as_slice() else {
        return None;
    };
    (values.len() == recording.frames).then(|| values.iter().map(|v| factor * v).collect())
}

/// Orientation of a segment in its parent, in our axes.
fn segment(recording: &Recording, labels: [&str; 3]) -> Option<Vec<Matrix3<f64>>> {
    let [first, second, third] = labels.map(|label| angle(recording, label));
    let (first, second, third) = (first?, second?, third?);
    Some(
        first
            .iter()
            .zip(&second)
            .zip(&third)
            .map(|((a, b), c)| {
                matrix_from_tilt_obliquity_rotation(&Cardan {
                    tilt: -a,
                    obliquity: *b,
                    rotation: *c,
                })
            })
            .collect(),
    )
}

/// −1 where the model counts knee flexion negative.
fn knee_sign(recording: &Recording) -> f64 {
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    for label in ["knee_angle_l", "knee_angle_r"] {
        for value in angle(recording, label).unwrap_or_default() {
            least = least.min(value);
            most = most.max(value);
        }
    }
    if -least > FLEXED_DEG.to_radians() && -least > most {
        -1.0
    } else {
        1.0
    }
}
