//! Trunk: the thorax frame, and the lines that stand in for it.

use super::frames::{Frames, unit};
use super::pelvis::middle;
use super::{Model, TrunkDefinition, prefer, rigid};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side, Warning};
use crate::settings::BodySettings;
use nalgebra::{Matrix3, Vector3};
use std::borrow::Cow;

/// The trunk over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trunk {
    /// Which definition was available for most of the recording; `None` without trunk markers.
    pub definition: Option<TrunkDefinition>,
    /// Axes of the thorax in the laboratory; NaN unless [`TrunkDefinition::ThoraxRot`].
    pub lab_from_thorax: Frames,
    /// The line that stands in, unit vector: up the spine with [`TrunkDefinition::SpineLine`], from
    /// the right to the left shoulder with [`TrunkDefinition::ShoulderLine`]; else NaN.
    pub line: Series3,
    /// Frames in which a missing marker was put back from the other three.
    pub reconstructed_frames: usize,
}

/// `lab_from_thorax` of Plug-in Gait and of the ISB.
///
/// up = ½(CLAV + C7) − ½(STRN + T10), ẑ = unit(up); front = ½(CLAV + STRN) − ½(C7 + T10);
/// ŷ = unit(ẑ × front); x̂ = ŷ × ẑ.
///
/// Source: Plug-in Gait (its stored angles are reproduced exactly); Wu et al. 2005, J Biomech
/// 38:981–992, is the same construction with T8.
#[inline]
pub fn thorax_frame(
    clavicle: Vector3<f64>,
    sternum: Vector3<f64>,
    c7: Vector3<f64>,
    t10: Vector3<f64>,
) -> Matrix3<f64> {
    let up = (clavicle + c7) - (sternum + t10);
    let front = (clavicle + sternum) - (c7 + t10);
    let z = unit(up);
    let y = unit(z.cross(&front));
    Matrix3::from_columns(&[y.cross(&z), y, z])
}

/// The trunk of every frame, one definition for the whole recording.
pub(super) fn build(
    points: &Points,
    frames: usize,
    settings: &BodySettings,
    model: Model,
    warnings: &mut Vec<Warning>,
) -> Trunk {
    let mut trunk = Trunk::default();
    (trunk.lab_from_thorax, trunk.reconstructed_frames) = thorax(points, frames, settings, model);
    let whole = trunk.lab_from_thorax.present();
    if model == Model::PlugInGait || whole as f64 >= settings.definition_share_min * frames as f64 {
        trunk.definition = (whole > 0).then_some(TrunkDefinition::ThoraxRot);
        trunk.line = Series3::missing(frames);
    } else {
        fall_back(&mut trunk, points, frames, settings);
    }
    if model == Model::Hipdrop {
        warn(&trunk, frames, warnings);
    }
    trunk
}

/// The thorax frames, and in how many a missing marker was put back.
fn thorax(
    points: &Points,
    frames: usize,
    settings: &BodySettings,
    model: Model,
) -> (Frames, usize) {
    let get = |landmark| {
        let series = points.get(landmark).filter(|s| s.len() == frames);
        series.map(Cow::Borrowed)
    };
    let (Some(mut clavicle), Some(mut sternum), Some(mut c7), Some(mut t10)) = (
        get(Landmark::Clavicle),
        get(Landmark::Sternum),
        get(Landmark::C7),
        get(Landmark::T10),
    ) else {
        return (Frames::missing(frames), 0);
    };
    let reconstructed = match model {
        Model::PlugInGait => 0,
        Model::Hipdrop => rigid::complete(
            [&mut clavicle, &mut sternum, &mut c7, &mut t10],
            |[a, b, c, d]| (thorax_frame(a, b, c, d), (a + b + c + d) * 0.25),
            settings.rigid_residual_max_m,
        ),
    };
    let of = |i: usize| thorax_frame(clavicle.at(i), sternum.at(i), c7.at(i), t10.at(i));
    (Frames::from_matrices((0..frames).map(of)), reconstructed)
}

/// Takes the first of thorax, spine line and shoulder line that covers enough of the recording.
fn fall_back(trunk: &mut Trunk, points: &Points, frames: usize, settings: &BodySettings) {
    let spine = spine_line(points, frames, settings);
    let shoulders = shoulder_line(points, frames);
    let coverage = [
        trunk.lab_from_thorax.present(),
        spine.present(),
        shoulders.present(),
    ];
    let (definition, line) = match prefer(&coverage, settings.definition_share_min) {
        Some(0) => (Some(TrunkDefinition::ThoraxRot), Series3::missing(frames)),
        Some(1) => (Some(TrunkDefinition::SpineLine), spine),
        Some(_) => (Some(TrunkDefinition::ShoulderLine), shoulders),
        None => (None, Series3::missing(frames)),
    };
    trunk.definition = definition;
    trunk.line = line;
    if definition != Some(TrunkDefinition::ThoraxRot) {
        trunk.lab_from_thorax = Frames::missing(frames);
        trunk.reconstructed_frames = 0;
    }
}

/// Unit vector from the pelvis to the neck: from mid-PSIS or sacrum (else mid-ASIS) to C7 or the
/// middle of the shoulders, or from mid-ASIS (else the back) to the clavicle marker.
///
/// One pair of ends for the whole recording: the first that covers enough of it.
fn spine_line(points: &Points, frames: usize, settings: &BodySettings) -> Series3 {
    let pair = |a, b| Some(middle(points.get(a)?, points.get(b)?));
    let psis = pair(Landmark::Psis(Side::Left), Landmark::Psis(Side::Right));
    let asis = pair(Landmark::Asis(Side::Left), Landmark::Asis(Side::Right));
    let sacrum = points.get(Landmark::Sacrum).cloned();
    let c7 = points.get(Landmark::C7).cloned();
    let shoulders = pair(
        Landmark::Shoulder(Side::Left),
        Landmark::Shoulder(Side::Right),
    );
    let clavicle = points.get(Landmark::Clavicle).cloned();
    let back = [&psis, &sacrum, &asis];
    let front = [&asis, &psis, &sacrum];
    let mut lines: Vec<Series3> = [(&c7, back), (&shoulders, back), (&clavicle, front)]
        .into_iter()
        .flat_map(|(top, bottoms)| bottoms.map(|bottom| (top, bottom)))
        .filter_map(|(top, bottom)| Some((top.as_ref()?, bottom.as_ref()?)))
        .map(|(top, bottom)| {
            Series3::from_vectors((0..frames).map(|i| unit(top.at(i) - bottom.at(i))))
        })
        .collect();
    let coverage: Vec<usize> = lines.iter().map(Series3::present).collect();
    match prefer(&coverage, settings.definition_share_min) {
        Some(best) => lines.swap_remove(best),
        None => Series3::missing(frames),
    }
}

/// Unit vector from the right to the left shoulder.
fn shoulder_line(points: &Points, frames: usize) -> Series3 {
    match (
        points.get(Landmark::Shoulder(Side::Left)),
        points.get(Landmark::Shoulder(Side::Right)),
    ) {
        (Some(left), Some(right)) => {
            Series3::from_vectors((0..frames).map(|i| unit(left.at(i) - right.at(i))))
        }
        _ => Series3::missing(frames),
    }
}

fn warn(trunk: &Trunk, frames: usize, warnings: &mut Vec<Warning>) {
    let message = match trunk.definition {
        Some(TrunkDefinition::ThoraxRot) => None,
        Some(TrunkDefinition::SpineLine) => Some(
            "no full thorax marker set: trunk lean is that of the line from the pelvis to the neck",
        ),
        Some(TrunkDefinition::ShoulderLine) => Some(
            "no thorax markers: trunk lean is that of the shoulder line, which arm swing disturbs",
        ),
        None => Some("no trunk markers: a trunk lurch cannot be seen"),
    };
    if let Some(message) = message {
        warnings.push(Warning::new("trunk-degraded", message));
    }
    if trunk.reconstructed_frames > 0 {
        warnings.push(Warning::new(
            "trunk-reconstructed",
            format!(
                "in {} of {frames} frames one thorax marker was missing and put back from the other three",
                trunk.reconstructed_frames
            ),
        ));
    }
}
