//! Cardan angles: the two decompositions of a rotation matrix that gait analysis uses.
//!
//! Rx, Ry, Rz are right-handed rotations about the fixed x (anterior), y (left) and z (up) axes.

use nalgebra::Matrix3;

/// Three Cardan angles, radians. Which decomposition they belong to is said where they are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cardan {
    /// τ, about y: tilt of a segment (forward positive); flexion of a joint, before its sign.
    pub tilt: f64,
    /// φ, about x: obliquity of a segment; ab/adduction of a joint, before its sign. In ±π/2.
    pub obliquity: f64,
    /// ρ, about z: rotation (anticlockwise from above positive).
    pub rotation: f64,
}

/// Rotation–obliquity–tilt: R = Rz(ρ)·Rx(φ)·Ry(τ).
///
/// φ = asin(R₃₂), ρ = atan2(−R₁₂, R₂₂), τ = atan2(−R₃₁, R₃₃). φ is the elevation of the segment's
/// medio-lateral axis above the horizontal; φ and τ do not depend on the heading.
///
/// Source: Baker 2001, Hum Mov Sci 20:655–667.
pub fn rotation_obliquity_tilt(r: &Matrix3<f64>) -> Cardan {
    Cardan {
        tilt: (-r[(2, 0)]).atan2(r[(2, 2)]),
        obliquity: arc_sine(r[(2, 1)]),
        rotation: (-r[(0, 1)]).atan2(r[(1, 1)]),
    }
}

/// Tilt–obliquity–rotation: R = Ry(τ)·Rx(φ)·Rz(ρ), the YXZ sequence of Plug-in Gait's segment and
/// joint angles.
///
/// φ = asin(−R₂₃), τ = atan2(R₁₃, R₃₃), ρ = atan2(R₂₁, R₂₂).
///
/// Source: Kadaba 1990; Grood & Suntay 1983 for joints (flexion first); reproduces Plug-in Gait.
pub fn tilt_obliquity_rotation(r: &Matrix3<f64>) -> Cardan {
    Cardan {
        tilt: r[(0, 2)].atan2(r[(2, 2)]),
        obliquity: arc_sine(-r[(1, 2)]),
        rotation: r[(1, 0)].atan2(r[(1, 1)]),
    }
}

/// The matrix of rotation–obliquity–tilt angles: R = Rz(ρ)·Rx(φ)·Ry(τ).
pub fn matrix_from_rotation_obliquity_tilt(angles: &Cardan) -> Matrix3<f64> {
    about_z(angles.rotation) * about_x(angles.obliquity) * about_y(angles.tilt)
}

/// The matrix of tilt–obliquity–rotation angles: R = Ry(τ)·Rx(φ)·Rz(ρ).
pub fn matrix_from_tilt_obliquity_rotation(angles: &Cardan) -> Matrix3<f64> {
    about_y(angles.tilt) * about_x(angles.obliquity) * about_z(angles.rotation)
}

/// Rx(a).
pub fn about_x(a: f64) -> Matrix3<f64> {
    let (s, c) = a.sin_cos();
    Matrix3::new(1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c)
}

/// Ry(a).
pub fn about_y(a: f64) -> Matrix3<f64> {
    let (s, c) = a.sin_cos();
    Matrix3::new(c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c)
}

/// Rz(a).
pub fn about_z(a: f64) -> Matrix3<f64> {
    let (s, c) = a.sin_cos();
    Matrix3::new(c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0)
}

/// asin that takes the rounding of a unit vector's component beyond ±1 as ±1; NaN stays NaN.
pub(super) fn arc_sine(sine: f64) -> f64 {
    sine.clamp(-1.0, 1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn wrapped(angle: f64) -> f64 {
        (angle + PI).rem_euclid(2.0 * PI) - PI
    }

    fn samples() -> impl Iterator<Item = Cardan> {
        let values = [-1.4, -0.7, -0.1, 0.0, 0.05, 0.6, 1.5];
        values.into_iter().flat_map(move |tilt| {
            values.into_iter().flat_map(move |obliquity| {
                [-3.0, -1.0, 0.0, 0.3, 2.5].map(move |rotation| Cardan {
                    tilt,
                    obliquity,
                    rotation,
                })
            })
        })
    }

    fn same(a: Cardan, b: Cardan) {
        let difference = [
            wrapped(a.tilt - b.tilt),
            a.obliquity - b.obliquity,
            wrapped(a.rotation - b.rotation),
        ];
        assert!(
            difference.iter().all(|d| d.abs() < 1e-12),
            "{a:?} against {b:?}"
        );
    }

    #[test]
    fn both_sequences_come_back_from_their_matrix() {
        for angles in samples() {
            let r = matrix_from_rotation_obliquity_tilt(&angles);
            same(rotation_obliquity_tilt(&r), angles);
            let r = matrix_from_tilt_obliquity_rotation(&angles);
            same(tilt_obliquity_rotation(&r), angles);
        }
    }

    #[test]
    fn rot_obliquity_and_tilt_do_not_depend_on_the_heading_and_tor_obliquity_does() {
        let angles = Cardan {
            tilt: 0.3,
            obliquity: 0.05,
            rotation: 0.1,
        };
        let r = matrix_from_rotation_obliquity_tilt(&angles);
        let turned = about_z(0.5) * r;
        let rot = rotation_obliquity_tilt(&turned);
        assert!((rot.obliquity - 0.05).abs() < 1e-15 && (rot.tilt - 0.3).abs() < 1e-15);
        assert!((rot.rotation - 0.6).abs() < 1e-15);
        let change =
            tilt_obliquity_rotation(&turned).obliquity - tilt_obliquity_rotation(&r).obliquity;
        assert!(change.abs() > 0.1, "{change}");
    }

    #[test]
    fn rot_obliquity_is_the_elevation_of_the_lateral_axis() {
        for angles in samples() {
            let r = matrix_from_tilt_obliquity_rotation(&angles);
            let lateral = r.column(1);
            let elevation = lateral[2].atan2(lateral[0].hypot(lateral[1]));
            assert!((rotation_obliquity_tilt(&r).obliquity - elevation).abs() < 1e-7);
        }
    }

    #[test]
    fn signs_of_a_pelvis_facing_x() {
        // anterior axis down = forward tilt; left side up; left side back = anticlockwise
        assert!(rotation_obliquity_tilt(&about_y(0.2)).tilt > 0.0);
        assert!(about_y(0.2)[(2, 0)] < 0.0);
        assert!(about_x(0.2)[(2, 1)] > 0.0, "left axis up");
        assert!(about_z(0.2)[(0, 1)] < 0.0, "left axis back");
        assert!(rotation_obliquity_tilt(&about_z(0.2)).rotation > 0.0);
    }

    #[test]
    fn rounding_past_one_is_vertical_and_missing_stays_missing() {
        assert_eq!(arc_sine(1.0 + 1e-15), PI / 2.0);
        assert!(arc_sine(f64::NAN).is_nan());
    }
}
