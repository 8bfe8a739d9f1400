//! A leg between a given hip and a given ankle: closed-form inverse kinematics of two links.

use super::math::{acos, cos};
use super::rotation::{about_x, about_y, frame};
use nalgebra::{Matrix3, Vector3};

/// Lengths and the prescribed knee of one leg.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links {
    pub thigh_m: f64,
    pub shank_m: f64,
    /// Rotation of the shank about the thigh's x axis: right varus positive, left varus negative.
    pub frontal_rad: f64,
}

/// A leg in the laboratory; rotations turn segment into laboratory coordinates.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LegPose {
    pub hip: Vector3<f64>,
    pub knee: Vector3<f64>,
    pub ankle: Vector3<f64>,
    pub thigh: Matrix3<f64>,
    pub shank: Matrix3<f64>,
}

/// Finds the leg; `left` is the direction the knee axis points to as nearly as it can.
///
/// An ankle out of reach gives a straight leg that ends short of it.
pub(super) fn reach(
    hip: Vector3<f64>,
    ankle: Vector3<f64>,
    left: &Vector3<f64>,
    links: Links,
) -> LegPose {
    let (a, b) = (links.thigh_m, links.shank_m);
    let u = ankle - hip;
    let cos_bend = (u.norm_squared() - a * a - b * b) / (2.0 * a * b);
    let flexion = acos((cos_bend / cos(links.frontal_rad)).clamp(-1.0, 1.0));
    let knee_rotation = about_y(flexion) * about_x(links.frontal_rad);
    let u_in_thigh = Vector3::z() * -a - knee_rotation * Vector3::z() * b;
    let thigh = frame(&u, left) * frame(&u_in_thigh, &Vector3::y()).transpose();
    let knee = hip - thigh * Vector3::z() * a;
    let shank = thigh * knee_rotation;
    LegPose {
        hip,
        knee,
        ankle: knee - shank * Vector3::z() * b,
        thigh,
        shank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::rotation::yxz;

    #[test]
    fn the_leg_ends_at_the_ankle_with_the_prescribed_varus() {
        let hip = Vector3::new(0.1, -0.08, 0.9);
        let ankle = Vector3::new(0.3, -0.05, 0.12);
        let links = Links {
            thigh_m: 0.42,
            shank_m: 0.43,
            frontal_rad: 0.05,
        };
        let leg = reach(hip, ankle, &Vector3::new(-0.1, 1.0, 0.0), links);
        assert!((leg.ankle - ankle).norm() < 1e-14);
        assert!(((leg.knee - hip).norm() - 0.42).abs() < 1e-14);
        let [flexion, frontal, rotation] = yxz(&(leg.thigh.transpose() * leg.shank));
        assert!(flexion > 0.0 && rotation.abs() < 1e-14);
        assert!((frontal - 0.05).abs() < 1e-14);
    }
}
