//! Pelvis: its frame, its medio-lateral axis, and what to do when markers are missing.

use super::frames::{Frames, unit};
use super::{Model, prefer, rigid};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side, Warning};
use crate::settings::BodySettings;
use nalgebra::{Matrix3, Vector3};

/// Which markers the pelvis comes from, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PelvisDefinition {
    /// Both ASIS with both PSIS or a sacral marker.
    Full,
    /// Both ASIS with one PSIS: the frame is whole, its tilt rests on one posterior marker.
    OnePsis,
    /// Both ASIS only: obliquity and rotation, no tilt.
    AsisLine,
    /// Both PSIS only: obliquity and rotation, no tilt.
    PsisLine,
    /// Hip keypoints (markerless): obliquity only, low confidence.
    HipKeypoints,
}

/// The pelvis over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pelvis {
    /// Markers used; `None` without any.
    pub definition: Option<PelvisDefinition>,
    /// Medio-lateral axis, unit vector to the left. Its elevation is the obliquity, with or
    /// without the rest of the frame.
    pub lateral: Series3,
    /// Midway between the two markers of the medio-lateral axis, metres.
    pub origin: Series3,
    /// Axes of the pelvis in the laboratory; NaN with [`PelvisDefinition::AsisLine`] and worse.
    pub lab_from_pelvis: Frames,
    /// Mean distance of the ASIS markers, metres.
    pub asis_distance_m: Option<f64>,
    /// Mean depth, mid-ASIS to mid-PSIS or sacrum at right angles to the medio-lateral axis, metres.
    pub depth_m: Option<f64>,
    /// Frames in which a missing marker was put back from the other three.
    pub reconstructed_frames: usize,
}

/// `lab_from_pelvis` of the conventional gait model.
///
/// ŷ = unit(LASI − RASI); b = ½(LASI + RASI) − S with S the sacral marker or mid-PSIS;
/// x̂ = unit(b − (b·ŷ)ŷ); ẑ = x̂ × ŷ. The same axes as Wu et al. 2002 (ISB), other letters.
///
/// Source: Davis 1991; Kadaba 1990; Plug-in Gait (its stored angles are reproduced exactly).
#[inline]
pub fn pelvis_frame(
    left_asis: Vector3<f64>,
    right_asis: Vector3<f64>,
    sacrum: Vector3<f64>,
) -> Matrix3<f64> {
    let y = unit(left_asis - right_asis);
    let b = (left_asis + right_asis) * 0.5 - sacrum;
    let x = unit(b - y * b.dot(&y));
    Matrix3::from_columns(&[x, y, x.cross(&y)])
}

/// `lab_from_pelvis` of a pelvis of which only the medio-lateral axis is known, held level in the
/// sagittal plane: x̂ = unit(ŷ × Z), ẑ = x̂ × ŷ. It has the true obliquity and rotation and no tilt.
#[inline]
pub fn level_pelvis_frame(lateral: Vector3<f64>) -> Matrix3<f64> {
    let x = unit(lateral.cross(&Vector3::z()));
    Matrix3::from_columns(&[x, lateral, x.cross(&lateral)])
}

/// The four pelvis markers after rigid completion; missing ones are NaN throughout.
struct Markers {
    left_asis: Series3,
    right_asis: Series3,
    left_psis: Series3,
    right_psis: Series3,
    sacrum: Series3,
}

/// The pelvis of every frame.
///
/// Plug-in Gait takes both ASIS with the sacral marker or, without one, mid-PSIS and leaves a
/// frame with a missing marker empty. The own model completes a four-marker pelvis rigidly and
/// then falls back as [`PelvisDefinition`] lists, one definition for the whole recording, because
/// two definitions differ by a constant that would look like movement.
pub(super) fn build(
    points: &Points,
    frames: usize,
    settings: &BodySettings,
    model: Model,
    warnings: &mut Vec<Warning>,
) -> Pelvis {
    let mut reconstructed_frames = 0;
    let mut markers = Markers::of(points, frames);
    if model == Model::Hipdrop {
        reconstructed_frames = markers.complete(settings);
    }
    let back = markers.back(settings, model);
    let (definition, pair, back) = choose(points, &markers, back, frames, settings, model);
    let mut pelvis = match (&pair, &back) {
        (Some((left, right)), Some(back)) => with_frame(left, right, back, frames),
        (Some((left, right)), None) => axis_only(left, right, frames),
        (None, _) => Pelvis {
            lateral: Series3::missing(frames),
            origin: Series3::missing(frames),
            lab_from_pelvis: Frames::missing(frames),
            ..Pelvis::default()
        },
    };
    pelvis.definition = definition;
    if matches!(
        definition,
        Some(PelvisDefinition::PsisLine | PelvisDefinition::HipKeypoints)
    ) {
        pelvis.asis_distance_m = None;
    }
    pelvis.reconstructed_frames = reconstructed_frames;
    warn(&pelvis, frames, warnings);
    pelvis
}

type Pair = (Series3, Series3);

/// The best definition that covers the recording, its medio-lateral pair and its posterior marker.
fn choose(
    points: &Points,
    markers: &Markers,
    back: Option<(Series3, PelvisDefinition)>,
    frames: usize,
    settings: &BodySettings,
    model: Model,
) -> (Option<PelvisDefinition>, Option<Pair>, Option<Series3>) {
    let both = |a: &Series3, b: &Series3| {
        (0..frames)
            .filter(|&i| !a.is_missing(i) && !b.is_missing(i))
            .count()
    };
    let keypoints =
        [Side::Left, Side::Right].map(|side| of(points, Landmark::HipCentre(side), frames));
    let candidates = [
        (&markers.left_asis, &markers.right_asis),
        (&markers.left_psis, &markers.right_psis),
        (&keypoints[0], &keypoints[1]),
    ];
    let coverage = candidates.map(|(a, b)| both(a, b));
    let best = match model {
        Model::PlugInGait => (coverage[0] > 0).then_some(0),
        Model::Hipdrop => prefer(&coverage, settings.definition_share_min),
    };
    let Some(best) = best else {
        return (None, None, None);
    };
    let (left, right) = candidates[best];
    let pair = Some((left.clone(), right.clone()));
    match (best, back) {
        (0, Some((back, definition))) => {
            let whole = (0..frames)
                .filter(|&i| !left.is_missing(i) && !right.is_missing(i) && !back.is_missing(i))
                .count();
            if whole > 0 {
                (Some(definition), pair, Some(back))
            } else {
                (Some(PelvisDefinition::AsisLine), pair, None)
            }
        }
        (0, None) => (Some(PelvisDefinition::AsisLine), pair, None),
        (1, _) => (Some(PelvisDefinition::PsisLine), pair, None),
        _ => (Some(PelvisDefinition::HipKeypoints), pair, None),
    }
}

impl Markers {
    fn of(points: &Points, frames: usize) -> Markers {
        let get = |landmark| of(points, landmark, frames);
        Markers {
            left_asis: get(Landmark::Asis(Side::Left)),
            right_asis: get(Landmark::Asis(Side::Right)),
            left_psis: get(Landmark::Psis(Side::Left)),
            right_psis: get(Landmark::Psis(Side::Right)),
            sacrum: get(Landmark::Sacrum),
        }
    }

    /// Completes frames in which one of the two ASIS and two PSIS is missing.
    fn complete(&mut self, settings: &BodySettings) -> usize {
        rigid::complete(
            [
                &mut self.left_asis,
                &mut self.right_asis,
                &mut self.left_psis,
                &mut self.right_psis,
            ],
            |[la, ra, lp, rp]| (pelvis_frame(la, ra, (lp + rp) * 0.5), (la + ra) * 0.5),
            settings.rigid_residual_max_m,
        )
    }

    /// The posterior point: mid-PSIS, else the sacral marker, else (own model) one PSIS.
    fn back(&self, settings: &BodySettings, model: Model) -> Option<(Series3, PelvisDefinition)> {
        let middle = middle(&self.left_psis, &self.right_psis);
        let one = |series: &Series3| match model {
            Model::Hipdrop => series.present(),
            Model::PlugInGait => 0,
        };
        let coverage = [
            middle.present(),
            self.sacrum.present(),
            one(&self.left_psis),
            one(&self.right_psis),
        ];
        let back = match prefer(&coverage, settings.definition_share_min)? {
            0 => (middle, PelvisDefinition::Full),
            1 => (self.sacrum.clone(), PelvisDefinition::Full),
            2 => (self.left_psis.clone(), PelvisDefinition::OnePsis),
            _ => (self.right_psis.clone(), PelvisDefinition::OnePsis),
        };
        Some(back)
    }
}

/// A landmark's trajectory, NaN throughout when it was not recorded.
fn of(points: &Points, landmark: Landmark, frames: usize) -> Series3 {
    match points.get(landmark) {
        Some(series) if series.len() == frames => series.clone(),
        _ => Series3::missing(frames),
    }
}

/// Midway between two trajectories.
pub(super) fn middle(a: &Series3, b: &Series3) -> Series3 {
    Series3::from_vectors((0..a.len()).map(|i| (a.at(i) + b.at(i)) * 0.5))
}

fn with_frame(left: &Series3, right: &Series3, back: &Series3, frames: usize) -> Pelvis {
    let mut pelvis = axis_only(left, right, frames);
    let (mut depth, mut seen) = (0.0, 0.0);
    for i in 0..frames {
        let sacrum = back.at(i);
        let lab_from_pelvis = pelvis_frame(left.at(i), right.at(i), sacrum);
        pelvis.lab_from_pelvis.set(i, &lab_from_pelvis);
        let d = (pelvis.origin.at(i) - sacrum).dot(&lab_from_pelvis.column(0));
        if d.is_finite() {
            depth += d;
            seen += 1.0;
        }
    }
    pelvis.depth_m = (seen > 0.0).then(|| depth / seen);
    pelvis
}

fn axis_only(left: &Series3, right: &Series3, frames: usize) -> Pelvis {
    let mut pelvis = Pelvis {
        lateral: Series3::missing(frames),
        origin: middle(left, right),
        lab_from_pelvis: Frames::missing(frames),
        ..Pelvis::default()
    };
    let (mut width, mut seen) = (0.0, 0.0);
    for i in 0..frames {
        let across = left.at(i) - right.at(i);
        pelvis.lateral.set(i, unit(across));
        let distance = across.norm();
        if distance.is_finite() {
            width += distance;
            seen += 1.0;
        }
    }
    pelvis.asis_distance_m = (seen > 0.0).then(|| width / seen);
    pelvis
}

fn warn(pelvis: &Pelvis, frames: usize, warnings: &mut Vec<Warning>) {
    let message = match pelvis.definition {
        None => Some("no pelvis markers: pelvic angles, hip and knee angles cannot be computed"),
        Some(PelvisDefinition::Full) => None,
        Some(PelvisDefinition::OnePsis) => {
            Some("only one PSIS marker: pelvic tilt rests on it alone")
        }
        Some(PelvisDefinition::AsisLine) => Some(
            "no PSIS or sacral marker: pelvic obliquity and rotation only, no tilt; hip adduction by projection",
        ),
        Some(PelvisDefinition::PsisLine) => Some(
            "no pair of ASIS markers: pelvic obliquity from the PSIS line, no tilt, no hip centres",
        ),
        Some(PelvisDefinition::HipKeypoints) => {
            Some("no pelvis markers: pelvic obliquity from hip keypoints, low confidence")
        }
    };
    if let Some(message) = message {
        warnings.push(Warning::new("pelvis-degraded", message));
    }
    if pelvis.reconstructed_frames > 0 {
        warnings.push(Warning::new(
            "pelvis-reconstructed",
            format!(
                "in {} of {frames} frames one pelvis marker was missing and put back from the other three",
                pelvis.reconstructed_frames
            ),
        ));
    }
}
