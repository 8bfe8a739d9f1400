//! A missing marker of a four-marker segment, from the other three.

use crate::recording::Series3;
use crate::signal::RigidFit;
use nalgebra::{Matrix3, Vector3};
use std::borrow::Cow;

/// Shape of a segment: its four markers in the segment's own axes, metres, averaged over the
/// frames in which all four were seen.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape([Vector3<f64>; 4]);

/// Puts back each marker that is missing while the other three of its segment are seen, by a rigid
/// fit of the segment's mean shape on the three (Kabsch 1976); returns the number of frames that
/// were completed. Markers are copied only when something is put back.
///
/// `segment` makes `lab_from_segment` and an origin from the four markers, to average the shape.
/// Frames whose three markers leave more than `residual_max_m` (root mean square) stay as they
/// are, and so does everything when the four were never seen together.
pub(super) fn complete(
    markers: [&mut Cow<Series3>; 4],
    segment: impl Fn([Vector3<f64>; 4]) -> (Matrix3<f64>, Vector3<f64>),
    residual_max_m: f64,
) -> usize {
    let frames = markers[0].len();
    if markers.iter().all(|m| m.present() == frames) {
        return 0;
    }
    let at = |i: usize| markers.each_ref().map(|m| m.at(i));
    let Some(shape) = mean_shape((0..frames).map(at), segment) else {
        return 0;
    };
    let found: Vec<_> = (0..frames)
        .filter_map(|i| {
            let (hole, place) = put_back(&shape, at(i), residual_max_m)?;
            Some((i, hole, place))
        })
        .collect();
    let completed = found.len();
    for (i, hole, place) in found {
        markers[hole].to_mut().set(i, place);
    }
    completed
}

/// The one missing marker of a frame and where it is.
fn put_back(
    shape: &Shape,
    seen: [Vector3<f64>; 4],
    residual_max_m: f64,
) -> Option<(usize, Vector3<f64>)> {
    let is_missing = |m: &usize| seen[*m].iter().any(|v| v.is_nan());
    let mut missing = (0..4).filter(is_missing);
    let hole = missing.next()?;
    if missing.next().is_some() {
        return None;
    }
    let kept = [0, 1, 2, 3].into_iter().filter(|&m| m != hole);
    let (own, seen): (Vec<_>, Vec<_>) = kept.map(|m| (shape.0[m], seen[m])).unzip();
    let fit = RigidFit::between(&own, &seen)?;
    (fit.rms <= residual_max_m).then(|| (hole, fit.carry(shape.0[hole])))
}

/// The mean shape over the frames in which all four markers were seen; `None` without one.
fn mean_shape(
    frames: impl Iterator<Item = [Vector3<f64>; 4]>,
    segment: impl Fn([Vector3<f64>; 4]) -> (Matrix3<f64>, Vector3<f64>),
) -> Option<Shape> {
    let mut sum = [Vector3::zeros(); 4];
    let mut count = 0.0;
    for markers in frames {
        let (lab_from_segment, origin) = segment(markers);
        let own = markers.map(|m| lab_from_segment.transpose() * (m - origin));
        if own.iter().all(|p| p.iter().all(|v| v.is_finite())) {
            for (s, p) in sum.iter_mut().zip(own) {
                *s += p;
            }
            count += 1.0;
        }
    }
    (count > 0.0).then(|| Shape(sum.map(|s| s / count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;

    fn segment(markers: [Vector3<f64>; 4]) -> (Matrix3<f64>, Vector3<f64>) {
        let y = (markers[0] - markers[1]).normalize();
        let b = (markers[0] + markers[1]) / 2.0 - (markers[2] + markers[3]) / 2.0;
        let x = (b - y * b.dot(&y)).normalize();
        (
            Matrix3::from_columns(&[x, y, x.cross(&y)]),
            (markers[0] + markers[1]) / 2.0,
        )
    }

    fn moving() -> [Cow<'static, Series3>; 4] {
        let still = [
            Vector3::new(0.0, 0.12, 0.0),
            Vector3::new(0.0, -0.12, 0.0),
            Vector3::new(-0.15, 0.04, 0.02),
            Vector3::new(-0.15, -0.05, 0.01),
        ];
        still.map(|p| {
            Cow::Owned(Series3::from_vectors((0..20).map(|i| {
                let t = f64::from(i) * 0.05;
                Rotation3::from_euler_angles(0.1 * t, 0.2, 3.0 * t) * p
                    + Vector3::new(t, 0.1 * t, 0.9)
            })))
        })
    }

    #[test]
    fn a_hidden_marker_comes_back_where_it_was() {
        let truth = moving();
        for hidden in 0..4 {
            let mut seen = truth.clone();
            for i in 5..15 {
                seen[hidden].to_mut().set(i, Vector3::repeat(f64::NAN));
            }
            let [a, b, c, d] = &mut seen;
            assert_eq!(complete([a, b, c, d], segment, 0.01), 10);
            let error = (5..15)
                .map(|i| (seen[hidden].at(i) - truth[hidden].at(i)).norm())
                .fold(0.0, f64::max);
            assert!(error < 1e-12, "marker {hidden}: {error} m");
        }
    }

    #[test]
    fn two_hidden_markers_or_a_deformed_segment_stay_missing() {
        let mut seen = moving();
        seen[0].to_mut().set(3, Vector3::repeat(f64::NAN));
        seen[1].to_mut().set(3, Vector3::repeat(f64::NAN));
        seen[2].to_mut().set(7, Vector3::repeat(f64::NAN));
        let bent = seen[0].at(7) + Vector3::new(0.05, 0.05, 0.05);
        seen[0].to_mut().set(7, bent);
        let [a, b, c, d] = &mut seen;
        assert_eq!(complete([a, b, c, d], segment, 0.01), 0);
        assert!(seen[0].is_missing(3) && seen[2].is_missing(7));
    }

    #[test]
    fn without_a_whole_frame_nothing_is_made_up() {
        let mut seen = moving();
        seen[3] = Cow::Owned(Series3::missing(20));
        let [a, b, c, d] = &mut seen;
        assert_eq!(complete([a, b, c, d], segment, 0.01), 0);
        assert_eq!(seen[3].present(), 0);
    }
}
