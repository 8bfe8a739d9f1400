//! Headings without a magnetometer: each filter's heading is its own and drifts, so neighbouring
//! segments are taken to face the same way on average.

use super::orientation::unit;
use nalgebra::{UnitQuaternion, Vector3};
use std::f64::consts::PI;

/// Heading of a segment's forward axis per sample, radians, from its axis to the left, which stays
/// nearly horizontal; NaN where missing.
pub(super) fn forward_heading(earth_from_segment: &[[f64; 4]]) -> Vec<f64> {
    earth_from_segment
        .iter()
        .map(|q| {
            let left = unit(*q) * Vector3::y();
            (-left.x).atan2(left.y)
        })
        .collect()
}

/// Mean direction over `window` samples around each sample; NaN where none is known. Unwrapped.
pub(super) fn smoothed(headings: &[f64], window: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0)];
    let mut last = (0.0, 0.0);
    for h in headings {
        if h.is_finite() {
            last = (last.0 + h.cos(), last.1 + h.sin());
        }
        sums.push(last);
    }
    let half = window / 2;
    let mut smooth: Vec<f64> = (0..headings.len())
        .map(|i| {
            // the same reach to both sides, so that a swinging segment does not pull at the ends
            let reach = half.min(i).min(headings.len() - 1 - i);
            let (a, b) = (sums[i - reach], sums[i + reach + 1]);
            let (x, y) = (b.0 - a.0, b.1 - a.1);
            if x.hypot(y) > 0.0 {
                y.atan2(x)
            } else {
                f64::NAN
            }
        })
        .collect();
    unwrap(&mut smooth);
    smooth
}

/// Takes out jumps of 2π.
fn unwrap(angles: &mut [f64]) {
    let mut last = f64::NAN;
    for angle in angles {
        if last.is_finite() {
            *angle -= ((*angle - last) / (2.0 * PI)).round() * 2.0 * PI;
        }
        if angle.is_finite() {
            last = *angle;
        }
    }
}

/// Turns a segment about the vertical so that on average over `window` samples it faces the same way
/// as the `reference` headings.
pub(super) fn align(earth_from_segment: &mut [[f64; 4]], reference: &[f64], window: usize) {
    let own = forward_heading(earth_from_segment);
    let apart: Vec<f64> = own.iter().zip(reference).map(|(a, b)| a - b).collect();
    let offset = ends_held(smoothed(&apart, window), window);
    for (q, offset) in earth_from_segment.iter_mut().zip(offset) {
        let turned = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), -offset) * unit(*q);
        *q = [turned.w, turned.i, turned.j, turned.k];
    }
}

/// The offset drifts slowly: near the ends, where the mean is over few samples, the nearest mean over
/// a whole window is better.
fn ends_held(mut offset: Vec<f64>, window: usize) -> Vec<f64> {
    let n = offset.len();
    let half = (window / 2).min(n / 2);
    if let Some(&first) = offset.get(half).filter(|v| v.is_finite()) {
        offset[..half].fill(first);
    }
    if let Some(&last) = (n.checked_sub(half + 1))
        .and_then(|i| offset.get(i))
        .filter(|v| v.is_finite())
    {
        offset[n - half..].fill(last);
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facing(headings: impl Iterator<Item = f64>) -> Vec<[f64; 4]> {
        headings
            .map(|h| [(0.5 * h).cos(), 0.0, 0.0, (0.5 * h).sin()])
            .collect()
    }

    #[test]
    fn segments_that_drift_apart_face_the_same_way_afterwards() {
        let swing = |i: f64| 0.2 * (i / 20.0).sin();
        let reference = facing((0..2000).map(|i| 0.001 * f64::from(i)));
        let mut other = facing(
            (0..2000)
                .map(f64::from)
                .map(|i| 3.0 + 0.0012 * i + swing(i)),
        );
        let reference = forward_heading(&reference);
        align(&mut other, &reference, 800);
        let own = forward_heading(&other);
        for i in 0..2000 {
            let left = own[i] - reference[i] - swing(i as f64);
            let wrapped = (left + PI).rem_euclid(2.0 * PI) - PI;
            assert!(wrapped.abs() < 0.1, "{i}: {wrapped}");
        }
    }

    #[test]
    fn smoothing_is_unwrapped_and_passes_gaps() {
        let mut headings: Vec<f64> = (0..400).map(|i| 0.02 * f64::from(i)).collect();
        headings[100..120].fill(f64::NAN);
        let smooth = smoothed(&headings, 50);
        for (i, s) in smooth.iter().enumerate() {
            assert!((s - 0.02 * i as f64).abs() < 0.3, "{i}: {s}");
        }
    }
}
