//! Angles of lines projected on the frontal plane of the walking direction.
//!
//! Frontal coordinates of a point are `left` (along the subject's left in the heading frame) and
//! `up`. All angles in radians.

use super::cardan::arc_sine;
use crate::recording::Side;
use nalgebra::Vector3;

/// A point in the frontal plane of the walking direction, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frontal {
    /// To the subject's left.
    pub left: f64,
    /// Up.
    pub up: f64,
}

/// A point on the frontal plane of the heading ψ (given by its sine and cosine): left = −x·sinψ +
/// y·cosψ, up = z.
#[inline]
pub fn frontal(point: Vector3<f64>, sin_heading: f64, cos_heading: f64) -> Frontal {
    Frontal {
        left: point.y * cos_heading - point.x * sin_heading,
        up: point.z,
    }
}

/// Frontal-plane projection angle of the knee, **valgus positive**.
///
/// α_t = atan2(y_H − y_K, z_H − z_K) and α_s = atan2(y_K − y_A, z_K − z_A) are the slopes of thigh
/// and shank toward the left; valgus is α_t − α_s on the left and α_s − α_t on the right.
///
/// Source: Willson & Davis 2008, Clin Biomech 23:203–211, with joint centres in place of markers.
/// It is not the three-dimensional knee valgus (Straub & Powers 2022) and means little above 30° of
/// knee flexion.
#[inline]
pub fn fppa(side: Side, hip: Frontal, knee: Frontal, ankle: Frontal) -> f64 {
    let (thigh_left, thigh_up) = (hip.left - knee.left, hip.up - knee.up);
    let (shank_left, shank_up) = (knee.left - ankle.left, knee.up - ankle.up);
    // α_t − α_s as the angle between the two lines, in one arc tangent
    let across = thigh_left * shank_up - thigh_up * shank_left;
    let along = thigh_up * shank_up + thigh_left * shank_left;
    side.sigma() * across.atan2(along)
}

/// Hip adduction without a thigh frame: pelvis on leg, adduction positive.
///
/// U + atan2(σ·(y_H − y_D), z_H − z_D): the obliquity with this side up, U = σ·φ, plus the slope of
/// the line from the hip centre H to the distal joint centre D, medial positive.
///
/// Source: science book §2.6; the complement of Youdas' pelvic-on-femoral angle (90° − A).
#[inline]
pub fn pelvis_on_leg(side: Side, obliquity: f64, hip: Frontal, distal: Frontal) -> f64 {
    let medial = side.sigma() * (hip.left - distal.left);
    side.sigma() * obliquity + medial.atan2(hip.up - distal.up)
}

/// Lean to the right of a line that points up the trunk: atan2(−left, up) of its frontal
/// projection.
///
/// Source: Hunt et al. 2008, Clin Biomech (mid-ASIS to mid-acromion). A heading error ε mixes in
/// forward lean τ by about τ·ε.
#[inline]
pub fn spine_line_lean(line: Frontal) -> f64 {
    (-line.left).atan2(line.up)
}

/// Lean to the right from the unit vector from the right to the left shoulder: the elevation of
/// the left shoulder, asin(z). Arm swing and shoulder elevation disturb it.
#[inline]
pub fn shoulder_line_lean(right_to_left: Vector3<f64>) -> f64 {
    arc_sine(right_to_left.z)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    fn point(left: f64, up: f64) -> Frontal {
        Frontal { left, up }
    }

    #[test]
    fn left_is_left_of_the_heading() {
        // walking along +Y: left is −X
        let p = frontal(
            Vector3::new(-0.3, 5.0, 1.0),
            FRAC_PI_2.sin(),
            FRAC_PI_2.cos(),
        );
        assert!((p.left - 0.3).abs() < 1e-12 && p.up == 1.0);
    }

    #[test]
    fn a_knee_medial_of_the_hip_ankle_line_is_in_valgus_on_both_sides() {
        let right = fppa(
            Side::Right,
            point(-0.1, 0.9),
            point(-0.05, 0.5),
            point(-0.1, 0.1),
        );
        let left = fppa(
            Side::Left,
            point(0.1, 0.9),
            point(0.05, 0.5),
            point(0.1, 0.1),
        );
        assert!((right - 2.0 * (0.05_f64 / 0.4).atan()).abs() < 1e-12);
        assert!((left - right).abs() < 1e-15);
        let straight = fppa(
            Side::Right,
            point(-0.1, 0.9),
            point(-0.1, 0.5),
            point(-0.1, 0.1),
        );
        assert_eq!(straight, 0.0);
    }

    #[test]
    fn a_leg_that_slopes_medially_under_a_dropped_pelvis_is_adducted() {
        // right stance: right side up = φ negative; the ankle lies medial (to the left) of the hip
        let a = pelvis_on_leg(Side::Right, -0.05, point(-0.09, 0.9), point(-0.05, 0.1));
        assert!((a - (0.05 + (0.04_f64 / 0.8).atan())).abs() < 1e-12);
        let mirrored = pelvis_on_leg(Side::Left, 0.05, point(0.09, 0.9), point(0.05, 0.1));
        assert!((a - mirrored).abs() < 1e-15);
    }

    #[test]
    fn lines_that_fall_to_the_right_lean_right() {
        assert!((spine_line_lean(point(-0.05, 0.5)) - 0.1_f64.atan()).abs() < 1e-12);
        assert!(shoulder_line_lean(Vector3::new(0.0, 0.99, 0.14)) > 0.0);
    }
}
