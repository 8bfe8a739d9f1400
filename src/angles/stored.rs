//! Angles from another program's stored results, for recordings without markers.

use super::cardan::{
    Cardan, arc_sine, matrix_from_tilt_obliquity_rotation, rotation_obliquity_tilt,
};
use super::pig::{Output, PigColumn};
use super::{AngleSeries, JointAngles, SegmentAngles, opensim};
use crate::body::TrunkDefinition;
use crate::recording::{ModelOutput, PerSide, Recording, Side};
use nalgebra::Matrix3;

/// Largest root-mean-square difference between the pelvis of the left and of the right outputs,
/// degrees: beyond it the two do not share a time base (time-normalised exports).
const SIDES_AGREE_DEG: f64 = 0.5;

/// Angle series from stored Plug-in Gait angles, else from the coordinates of an OpenSim model.
///
/// Of Plug-in Gait, pelvis and thorax are recomposed from the stored tilt–obliquity–rotation triples and decomposed
/// again as rotation–obliquity–tilt; rotation is relative to the trial's progression frame. Hip and
/// knee angles keep their sequence and get the signs of [`AngleSeries`]. Projections (FPPA) are NaN.
///
/// Of OpenSim, the pelvis is recomposed from tilt, list and rotation, the torso from the lumbar
/// coordinates; `angles/opensim.rs` states axes and signs. Rotations are from the file's x axis.
///
/// `None` when the recording holds no stored pelvis or hip angles, or when those of the left and
/// right side do not belong to the same frames.
pub fn from_model_outputs(recording: &Recording) -> Option<AngleSeries> {
    from_plug_in_gait(recording).or_else(|| opensim::from_coordinates(recording))
}

fn from_plug_in_gait(recording: &Recording) -> Option<AngleSeries> {
    let find = |output, side| stored(recording, output, side);
    let pelvis = segment(recording, Output::Pelvis);
    let thorax = segment(recording, Output::Thorax);
    let has_hip = Side::BOTH.iter().any(|&s| find(Output::Hip, s).is_some());
    if (pelvis.is_none() && !has_hip) || !sides_agree(recording) {
        return None;
    }
    let frames = recording.frames;
    let on_pelvis = lean_on_pelvis(pelvis.as_deref(), thorax.as_deref(), frames);
    Some(AngleSeries {
        trunk_definition: thorax.is_some().then_some(TrunkDefinition::ThoraxRot),
        pelvis: angles_of(pelvis.as_deref(), frames),
        thorax: angles_of(thorax.as_deref(), frames),
        lean_on_pelvis: on_pelvis,
        hip: PerSide::from_fn(|side| joint(recording, Output::Hip, side, 1.0)),
        knee: PerSide::from_fn(|side| joint(recording, Output::Knee, side, -1.0)),
        fppa: PerSide::from_fn(|_| vec![f64::NAN; frames]),
    })
}

/// The stored Plug-in Gait angle columns as they are, under their plain names; `None` without any.
pub fn plug_in_gait_from_model_outputs(recording: &Recording) -> Option<Vec<PigColumn>> {
    let mut columns = Vec::new();
    for output in Output::ALL {
        for side in Side::BOTH {
            let Some(found) = stored(recording, output, side) else {
                continue;
            };
            let label = output.label(side);
            for (component, values) in ["X", "Y", "Z"].into_iter().zip(&found.values) {
                columns.push(PigColumn {
                    name: format!("{label}_{component}"),
                    values_deg: values.clone(),
                });
            }
        }
    }
    (!columns.is_empty()).then_some(columns)
}

/// The stored output of a side: label without `Subject:` prefix and without the suffix `V` or `_M`,
/// three components of full length.
fn stored(recording: &Recording, output: Output, side: Side) -> Option<&ModelOutput> {
    let wanted = output.label(side);
    recording.model_outputs.iter().find(|found| {
        let label = found.label.rsplit(':').next().unwrap_or_default();
        let plain = label
            .strip_suffix("_M")
            .or_else(|| label.strip_suffix('V'))
            .unwrap_or(label);
        plain == wanted
            && found.values.len() == 3
            && found.values.iter().all(|v| v.len() == recording.frames)
    })
}

/// Tilt, obliquity and rotation of every frame of a stored output, radians.
fn cardan(
    recording: &Recording,
    output: Output,
    side: Side,
) -> Option<impl Iterator<Item = Cardan>> {
    let found = stored(recording, output, side)?;
    let [x, y, z] = found.values.as_slice() else {
        return None;
    };
    let signs = output.signs(side);
    Some((0..recording.frames).map(move |i| Cardan {
        tilt: signs[0] * x[i].to_radians(),
        obliquity: signs[1] * y[i].to_radians(),
        rotation: signs[2] * z[i].to_radians(),
    }))
}

/// Orientation of a segment in the progression frame of the trial, from the left or else the right
/// side's output.
fn segment(recording: &Recording, output: Output) -> Option<Vec<Matrix3<f64>>> {
    let side = Side::BOTH
        .into_iter()
        .find(|&side| stored(recording, output, side).is_some())?;
    let angles = cardan(recording, output, side)?;
    Some(
        angles
            .map(|a| matrix_from_tilt_obliquity_rotation(&a))
            .collect(),
    )
}

/// Lean of the thorax relative to the pelvis: the elevation of its medio-lateral axis above the
/// pelvis's.
pub(super) fn lean_on_pelvis(
    pelvis: Option<&[Matrix3<f64>]>,
    thorax: Option<&[Matrix3<f64>]>,
    frames: usize,
) -> Vec<f64> {
    match (pelvis, thorax) {
        (Some(pelvis), Some(thorax)) => pelvis
            .iter()
            .zip(thorax)
            .map(|(p, t)| arc_sine(t.column(1).dot(&p.column(2))))
            .collect(),
        _ => vec![f64::NAN; frames],
    }
}

/// Rotation–obliquity–tilt of a segment; all NaN without one.
pub(super) fn angles_of(segment: Option<&[Matrix3<f64>]>, frames: usize) -> SegmentAngles {
    let missing = Matrix3::repeat(f64::NAN);
    let mut angles = SegmentAngles::default();
    for i in 0..frames {
        let matrix = segment.map_or(&missing, |s| &s[i]);
        let a = rotation_obliquity_tilt(matrix);
        angles.tilt.push(a.tilt);
        angles.obliquity.push(a.obliquity);
        angles.rotation.push(a.rotation);
    }
    angles
}

/// Flexion, frontal (times `frontal_sign`, because Plug-in Gait stores varus) and rotation of a joint.
fn joint(recording: &Recording, output: Output, side: Side, frontal_sign: f64) -> JointAngles {
    let Some(found) = stored(recording, output, side) else {
        let missing = || vec![f64::NAN; recording.frames];
        return JointAngles {
            flexion: missing(),
            frontal: missing(),
            rotation: missing(),
        };
    };
    let column = |c: usize, sign: f64| -> Vec<f64> {
        found.values[c]
            .iter()
            .map(|v| sign * v.to_radians())
            .collect()
    };
    JointAngles {
        flexion: column(0, 1.0),
        frontal: column(1, frontal_sign),
        rotation: column(2, 1.0),
    }
}

/// True unless both sides' pelvis angles are stored and describe different movements.
fn sides_agree(recording: &Recording) -> bool {
    let (Some(left), Some(right)) = (
        cardan(recording, Output::Pelvis, Side::Left),
        cardan(recording, Output::Pelvis, Side::Right),
    ) else {
        return true;
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for (l, r) in left.zip(right) {
        let square = (l.tilt - r.tilt).powi(2) + (l.obliquity - r.obliquity).powi(2);
        if square.is_finite() {
            sum += square;
            count += 1.0;
        }
    }
    count == 0.0 || (sum / count).sqrt().to_degrees() <= SIDES_AGREE_DEG
}
