//! Pelvis: its frame, its medio-lateral axis, and what to do when markers are missing.

use super::frames::{Frames, unit};
use super::{Model, prefer, rigid};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side, Warning};
use crate::settings::BodySettings;
use nalgebra::{Matrix3, Vector3};
use std::borrow::Cow;

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

/// The pelvis of every frame.
///
/// Plug-in Gait takes both ASIS with mid-PSIS or, without them, the sacral marker, and leaves a
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
    let mut markers = Markers::of(points, frames);
    let reconstructed_frames = match model {
        Model::Hipdrop => markers.complete(settings),
        Model::PlugInGait => 0,
    };
    let mut pelvis = match markers.choose(frames, settings, model) {
        Some(Choice::Whole([left, right], back, definition)) => Pelvis {
            definition: Some(definition),
            ..with_frame(left, right, &back, frames)
        },
        Some(Choice::Line([left, right], definition)) => Pelvis {
            definition: Some(definition),
            ..axis_only(left, right, frames)
        },
        None => Pelvis {
            lateral: Series3::missing(frames),
            origin: Series3::missing(frames),
            lab_from_pelvis: Frames::missing(frames),
            ..Pelvis::default()
        },
    };
    if matches!(
        pelvis.definition,
        Some(PelvisDefinition::PsisLine | PelvisDefinition::HipKeypoints)
    ) {
        pelvis.asis_distance_m = None;
    }
    pelvis.reconstructed_frames = reconstructed_frames;
    warn(&pelvis, frames, warnings);
    pelvis
}

/// The pelvis markers that were recorded.
struct Markers<'a> {
    asis: Pair<'a>,
    psis: Pair<'a>,
    keypoints: Pair<'a>,
    sacrum: Option<Cow<'a, Series3>>,
}

/// Left and right.
type Pair<'a> = [Option<Cow<'a, Series3>>; 2];

/// What the pelvis is made of: left and right, with or without a posterior point.
enum Choice<'m> {
    Whole([&'m Series3; 2], Cow<'m, Series3>, PelvisDefinition),
    Line([&'m Series3; 2], PelvisDefinition),
}

impl<'a> Markers<'a> {
    fn of(points: &'a Points, frames: usize) -> Markers<'a> {
        let get = |landmark| {
            let series = points.get(landmark).filter(|s| s.len() == frames);
            series.map(Cow::Borrowed)
        };
        Markers {
            asis: Side::BOTH.map(|side| get(Landmark::Asis(side))),
            psis: Side::BOTH.map(|side| get(Landmark::Psis(side))),
            keypoints: Side::BOTH.map(|side| get(Landmark::HipCentre(side))),
            sacrum: get(Landmark::Sacrum),
        }
    }

    /// Completes frames in which one of the two ASIS and two PSIS is missing.
    fn complete(&mut self, settings: &BodySettings) -> usize {
        match (&mut self.asis, &mut self.psis) {
            ([Some(la), Some(ra)], [Some(lp), Some(rp)]) => rigid::complete(
                [la, ra, lp, rp],
                |[la, ra, lp, rp]| (pelvis_frame(la, ra, (lp + rp) * 0.5), (la + ra) * 0.5),
                settings.rigid_residual_max_m,
            ),
            _ => 0,
        }
    }

    /// The best definition that covers the recording.
    fn choose(&self, frames: usize, settings: &BodySettings, model: Model) -> Option<Choice<'_>> {
        let pairs = [&self.asis, &self.psis, &self.keypoints].map(both);
        let coverage = pairs.map(|pair| pair.map_or(0, |[a, b]| a.present_with(b)));
        let best = match model {
            Model::PlugInGait => (coverage[0] > 0).then_some(0)?,
            Model::Hipdrop => prefer(&coverage, settings.definition_share_min)?,
        };
        let pair = pairs[best]?;
        let line = match best {
            0 => PelvisDefinition::AsisLine,
            1 => return Some(Choice::Line(pair, PelvisDefinition::PsisLine)),
            _ => return Some(Choice::Line(pair, PelvisDefinition::HipKeypoints)),
        };
        let [left, right] = pair;
        let whole = |back: &Series3| {
            (0..frames).any(|i| !left.is_missing(i) && !right.is_missing(i) && !back.is_missing(i))
        };
        match self.back(settings, model) {
            Some((back, definition)) if whole(&back) => Some(Choice::Whole(pair, back, definition)),
            _ => Some(Choice::Line(pair, line)),
        }
    }

    /// The posterior point: mid-PSIS, else the sacral marker, else (own model) one PSIS.
    fn back(
        &self,
        settings: &BodySettings,
        model: Model,
    ) -> Option<(Cow<'_, Series3>, PelvisDefinition)> {
        let one = |psis: &Option<Cow<Series3>>| match (psis, model) {
            (Some(psis), Model::Hipdrop) => psis.present(),
            _ => 0,
        };
        let psis = both(&self.psis);
        let coverage = [
            psis.map_or(0, |[left, right]| left.present_with(right)),
            self.sacrum.as_ref().map_or(0, |s| s.present()),
            one(&self.psis[0]),
            one(&self.psis[1]),
        ];
        Some(match prefer(&coverage, settings.definition_share_min)? {
            0 => {
                let [left, right] = psis?;
                (Cow::Owned(middle(left, right)), PelvisDefinition::Full)
            }
            1 => (
                Cow::Borrowed(self.sacrum.as_deref()?),
                PelvisDefinition::Full,
            ),
            i => (
                Cow::Borrowed(self.psis[i - 2].as_deref()?),
                PelvisDefinition::OnePsis,
            ),
        })
    }
}

/// Left and right when both were recorded.
fn both<'m>(pair: &'m Pair) -> Option<[&'m Series3; 2]> {
    match pair {
        [Some(left), Some(right)] => Some([left, right]),
        _ => None,
    }
}

/// Midway between two trajectories.
pub(super) fn middle(a: &Series3, b: &Series3) -> Series3 {
    Series3::from_vectors((0..a.len()).map(|i| (a.at(i) + b.at(i)) * 0.5))
}

fn with_frame(left: &Series3, right: &Series3, back: &Series3, frames: usize) -> Pelvis {
    let (mut depth, mut seen) = (0.0, 0.0);
    let lab_from_pelvis = Frames::from_matrices((0..frames).map(|i| {
        let (left, right, back) = (left.at(i), right.at(i), back.at(i));
        let lab_from_pelvis = pelvis_frame(left, right, back);
        let d = ((left + right) * 0.5 - back).dot(&lab_from_pelvis.column(0));
        if d.is_finite() {
            depth += d;
            seen += 1.0;
        }
        lab_from_pelvis
    }));
    let line = axis_only(left, right, frames);
    Pelvis {
        lab_from_pelvis,
        depth_m: (seen > 0.0).then(|| depth / seen),
        ..line
    }
}

fn axis_only(left: &Series3, right: &Series3, frames: usize) -> Pelvis {
    let (mut width, mut seen) = (0.0, 0.0);
    let lateral = Series3::from_vectors((0..frames).map(|i| {
        let across = left.at(i) - right.at(i);
        let distance = across.dot(&across).sqrt();
        if distance.is_finite() {
            width += distance;
            seen += 1.0;
        }
        unit(across)
    }));
    Pelvis {
        lateral,
        origin: middle(left, right),
        lab_from_pelvis: Frames::missing(frames),
        asis_distance_m: (seen > 0.0).then(|| width / seen),
        ..Pelvis::default()
    }
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
