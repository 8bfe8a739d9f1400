//! Elementary rotations and the two decompositions that the truth is stated in.
//!
//! Deliberately not shared with `angles`: the truth must not inherit an error of the pipeline.

use super::math::{asin, atan2, sin_cos};
use nalgebra::{Matrix3, Vector3};

pub(super) fn about_x(angle_rad: f64) -> Matrix3<f64> {
    let (s, c) = sin_cos(angle_rad);
    Matrix3::new(1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c)
}

pub(super) fn about_y(angle_rad: f64) -> Matrix3<f64> {
    let (s, c) = sin_cos(angle_rad);
    Matrix3::new(c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c)
}

pub(super) fn about_z(angle_rad: f64) -> Matrix3<f64> {
    let (s, c) = sin_cos(angle_rad);
    Matrix3::new(c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0)
}

/// Rotation–obliquity–tilt: Rz(rotation)·Rx(obliquity)·Ry(tilt) (Baker 2001).
pub(super) fn from_rot(rotation: f64, obliquity: f64, tilt: f64) -> Matrix3<f64> {
    about_z(rotation) * about_x(obliquity) * about_y(tilt)
}

/// Angles of a joint Ry(a)·Rx(b)·Rz(c) (YXZ).
pub(super) fn yxz(r: &Matrix3<f64>) -> [f64; 3] {
    [
        atan2(r[(0, 2)], r[(2, 2)]),
        asin((-r[(1, 2)]).clamp(-1.0, 1.0)),
        atan2(r[(1, 0)], r[(1, 1)]),
    ]
}

/// A frame with z along `up` and y as near to `left` as possible.
pub(super) fn frame(up: &Vector3<f64>, left: &Vector3<f64>) -> Matrix3<f64> {
    let z = up.normalize();
    let y = (left - z * left.dot(&z)).normalize();
    Matrix3::from_columns(&[y.cross(&z), y, z])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decompositions_return_what_was_composed() {
        let joint = about_y(0.7) * about_x(-0.2) * about_z(0.3);
        let [a, b, c] = yxz(&joint);
        assert!((a - 0.7).abs() < 1e-14 && (b + 0.2).abs() < 1e-14 && (c - 0.3).abs() < 1e-14);
        // obliquity is the elevation of the medio-lateral axis
        let pelvis = from_rot(0.4, 0.1, 0.2);
        assert!((asin(pelvis[(2, 1)]) - 0.1).abs() < 1e-14);
    }
}
