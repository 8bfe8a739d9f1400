//! Which axis of the file points up, and the rotation that makes it Z.

use super::LabError;
use crate::landmarks::{Landmark, Points};
use crate::recording::{ForcePlate, Recording, Series3, Side, Warning};
use crate::settings::LabSettings;
use nalgebra::{Matrix3, Vector3};

/// A signed axis of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SignedAxis {
    /// 0, 1, 2 for X, Y, Z.
    index: usize,
    negative: bool,
}

impl SignedAxis {
    /// `+X`, `-Y`, …
    pub fn name(self) -> String {
        let sign = if self.negative { '-' } else { '+' };
        format!("{sign}{}", ['X', 'Y', 'Z'][self.index])
    }

    /// From `+Z`, `-y`, `Z`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<SignedAxis> {
        let text = text.trim();
        let (negative, letter) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let index = ["x", "y", "z"]
            .iter()
            .position(|axis| letter.eq_ignore_ascii_case(axis))?;
        Some(SignedAxis { index, negative })
    }

    /// Unit vector along it, in the file's axes.
    pub(super) fn vector(self) -> Vector3<f64> {
        let mut vector = Vector3::zeros();
        vector[self.index] = if self.negative { -1.0 } else { 1.0 };
        vector
    }

    /// The axis with the largest component of `v`, and that component's share of the length.
    fn nearest(v: Vector3<f64>) -> (SignedAxis, f64) {
        let index = v.iamax();
        let axis = SignedAxis {
            index,
            negative: v[index] < 0.0,
        };
        (axis, v[index].abs() / v.norm())
    }

    /// The proper rotation by a quarter or half turn that carries this axis onto +Z.
    pub fn lab_from_file(self) -> Matrix3<f64> {
        match (self.index, self.negative) {
            (0, false) => Matrix3::new(0.0, 0.0, -1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0),
            (0, true) => Matrix3::new(0.0, 0.0, 1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0),
            (1, false) => Matrix3::new(1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0),
            (1, true) => Matrix3::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0),
            (_, false) => Matrix3::identity(),
            (_, true) => Matrix3::new(1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0),
        }
    }
}

/// Finds the vertical of a recording (science §1.2).
///
/// The subject's long axis (trunk above feet) decides when one file axis carries nearly all of it;
/// when it is oblique or there is none, the display axis a C3D stores or the force plates must say
/// the same; else it is an error rather than a guess.
pub(super) fn find(
    recording: &Recording,
    points: &Points,
    settings: &LabSettings,
) -> Result<(SignedAxis, Vec<Warning>), LabError> {
    let screen = recording
        .screen_axes
        .as_ref()
        .and_then(|(_, upward)| SignedAxis::parse(upward));
    let plate = recording.plates.iter().find_map(plate_axis);
    let mut warnings = Vec::new();
    if let Some(given) = recording.given.up.as_deref().and_then(SignedAxis::parse) {
        return Ok((given, warnings));
    }
    let Some(up) = body_axis(points) else {
        return match screen {
            Some(axis) => {
                warnings.push(Warning::new(
                    "vertical-guessed",
                    format!(
                        "there are no markers above each other to tell the vertical: {} was taken, \
                         the axis the file shows upward",
                        axis.name()
                    ),
                ));
                Ok((axis, warnings))
            }
            None => Err(LabError::Vertical(
                "the vertical axis cannot be found: there are no markers above each other (trunk \
                 or pelvis, and feet or knees) and the file does not say which axis is shown upward; say it with `up = \"+Z\"` in a map \
                 (--landmarks)"
                    .to_owned(),
            )),
        };
    };
    let (axis, share) = SignedAxis::nearest(up);
    if share < settings.vertical_alignment_min {
        let agrees = screen == Some(axis) || plate == Some(axis.index);
        if !(agrees && share >= settings.vertical_agreed_min) {
            return Err(LabError::Vertical(format!(
                "the vertical axis cannot be found: the body points along ({:.2}, {:.2}, {:.2}) of \
                 the file's axes, none of which carries {:.0} % of it; export the recording with an \
                 axis of the laboratory upward, check the labels of the trunk and foot markers, or say it with \
                 `up = \"+Z\"` in a map (--landmarks)",
                up.x / up.norm(),
                up.y / up.norm(),
                up.z / up.norm(),
                100.0 * settings.vertical_alignment_min
            )));
        }
        warnings.push(Warning::new(
            "vertical-doubtful",
            format!(
                "the body is oblique ({:.0} degrees from {axis}); {axis} was taken as upward because \
                 the file's display axis or the force plates agree",
                share.min(1.0).acos().to_degrees(),
                axis = axis.name()
            ),
        ));
    }
    if let Some(shown) = screen.filter(|s| *s != axis) {
        warnings.push(Warning::new(
            "vertical-screen",
            format!(
                "the body points along {} but the file shows {} upward: {0} was taken as upward",
                axis.name(),
                shown.name()
            ),
        ));
    }
    Ok((axis, warnings))
}

/// File axis along the normal of a plate that lies along the axes.
fn plate_axis(plate: &ForcePlate) -> Option<usize> {
    let corner = |i: usize| Vector3::from(plate.corners[i]);
    let normal = (corner(1) - corner(0)).cross(&(corner(2) - corner(1)));
    let (axis, share) = SignedAxis::nearest(normal);
    (share > 0.999).then_some(axis.index)
}

/// Mean over frames of upper minus lower markers: trunk (else pelvis) minus feet (else knees), or
/// trunk minus pelvis. Frames with both feet count alone where there are any, so that a foot out of
/// sight does not tilt the axis.
fn body_axis(points: &Points) -> Option<Vector3<f64>> {
    use Landmark::*;
    let of = |makers: &[fn(Side) -> Landmark]| -> [Vec<Landmark>; 2] {
        Side::BOTH.map(|side| makers.iter().map(|make| make(side)).collect())
    };
    let trunk = vec![
        C7,
        Clavicle,
        T2,
        Shoulder(Side::Left),
        Shoulder(Side::Right),
    ];
    let pelvis: Vec<Landmark> = [
        of(&[Asis, Psis]).concat(),
        of(&[HipCentre]).concat(),
        vec![Sacrum],
    ]
    .concat();
    let feet = of(&[Heel, Toe, Ankle, AnkleCentre]);
    let knees = of(&[Knee, KneeCentre]);
    let uppers = [&trunk, &pelvis];
    let lowers = [&feet, &knees];
    for lower in lowers {
        for upper in uppers {
            for both in [true, false] {
                let found = mean_difference(points, upper, lower, both);
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    mean_difference(points, &trunk, &[pelvis, Vec::new()], false)
}

fn mean_difference(
    points: &Points,
    upper: &[Landmark],
    lower: &[Vec<Landmark>; 2],
    both: bool,
) -> Option<Vector3<f64>> {
    let frames = points.series.values().map(|s| s.len()).max().unwrap_or(0);
    let series_of = |landmarks: &[Landmark]| -> Vec<&Series3> {
        landmarks.iter().filter_map(|&l| points.get(l)).collect()
    };
    let upper = series_of(upper);
    let lower = [&lower[0], &lower[1]].map(|landmarks| series_of(landmarks));
    let mut sum = Vector3::zeros();
    let mut count = 0.0;
    for i in 0..frames {
        let top = centre(&upper, i);
        let sides = [&lower[0], &lower[1]].map(|series| centre(series, i));
        let bottom = match sides {
            [Some(left), Some(right)] => Some((left + right) / 2.0),
            [one, other] if !both => one.or(other),
            _ => None,
        };
        if let (Some(top), Some(bottom)) = (top, bottom) {
            sum += top - bottom;
            count += 1.0;
        }
    }
    (count > 0.0 && sum.norm() > 0.0).then(|| sum / count)
}

/// Mean of the markers that are seen in a frame.
fn centre(series: &[&Series3], index: usize) -> Option<Vector3<f64>> {
    let mut sum = Vector3::zeros();
    let mut n = 0.0;
    for series in series {
        if index < series.len() && !series.is_missing(index) {
            sum += series.at(index);
            n += 1.0;
        }
    }
    (n > 0.0).then(|| sum / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Format, Series3};

    /// A standing body whose long axis is `up`.
    fn body(up: Vector3<f64>) -> Points {
        let mut points = Points::default();
        let parts = [
            (Landmark::C7, 1.4),
            (Landmark::Asis(Side::Left), 0.95),
            (Landmark::Heel(Side::Left), 0.05),
            (Landmark::Heel(Side::Right), 0.05),
        ];
        for (landmark, height) in parts {
            let series = Series3::from_vectors(std::iter::repeat_n(up * height, 3));
            points.series.insert(landmark, series);
        }
        points
    }

    fn recording(screen: Option<&str>) -> Recording {
        let mut recording = Recording::new("test", Format::Memory, 100.0, 3);
        recording.screen_axes = screen.map(|up| ("+X".to_owned(), up.to_owned()));
        recording
    }

    #[test]
    fn every_signed_axis_is_carried_onto_z_by_a_proper_rotation() {
        for name in ["+X", "-X", "+Y", "-Y", "+Z", "-Z"] {
            let axis = SignedAxis::parse(name).unwrap();
            assert_eq!(axis.name(), name);
            let mut unit = Vector3::zeros();
            unit[axis.index] = if axis.negative { -1.0 } else { 1.0 };
            let turn = axis.lab_from_file();
            assert_eq!(turn * unit, Vector3::z(), "{name}");
            assert!((turn.determinant() - 1.0).abs() < 1e-12, "{name}");
            assert_eq!(turn * turn.transpose(), Matrix3::identity(), "{name}");
            let found = find(&recording(None), &body(unit), &LabSettings::default()).unwrap();
            assert_eq!(found.0, axis);
            assert!(found.1.is_empty());
        }
        assert_eq!(SignedAxis::parse("W"), None);
        assert_eq!(SignedAxis::parse(""), None);
    }

    #[test]
    fn an_oblique_body_is_refused_unless_the_file_agrees() {
        let settings = LabSettings::default();
        let oblique = body(Vector3::new(0.0, 0.35, 1.0));
        let error = find(&recording(None), &oblique, &settings).unwrap_err();
        assert!(error.to_string().contains("vertical"), "{error}");
        assert!(find(&recording(Some("+Y")), &oblique, &settings).is_err());
        let (axis, warnings) = find(&recording(Some("+Z")), &oblique, &settings).unwrap();
        assert_eq!(axis.name(), "+Z");
        assert_eq!(warnings[0].code, "vertical-doubtful");
        let lying = body(Vector3::new(0.0, 1.0, 1.0));
        assert!(find(&recording(Some("+Z")), &lying, &settings).is_err());
    }

    #[test]
    fn a_display_axis_that_disagrees_is_told_and_one_that_stands_alone_is_used() {
        let settings = LabSettings::default();
        let upright = body(Vector3::y());
        let (axis, warnings) = find(&recording(Some("+Z")), &upright, &settings).unwrap();
        assert_eq!(axis.name(), "+Y");
        assert_eq!(warnings[0].code, "vertical-screen");

        let mut pelvis_only = Points::default();
        let series = upright.series[&Landmark::Asis(Side::Left)].clone();
        pelvis_only
            .series
            .insert(Landmark::Asis(Side::Left), series);
        let (axis, warnings) = find(&recording(Some("-z")), &pelvis_only, &settings).unwrap();
        assert_eq!(axis.name(), "-Z");
        assert_eq!(warnings[0].code, "vertical-guessed");
        assert!(find(&recording(None), &pelvis_only, &settings).is_err());
    }
}
