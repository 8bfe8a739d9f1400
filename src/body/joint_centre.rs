//! Knee and ankle joint centres from a lateral marker, a wand and the joint's width.

use nalgebra::Vector3;

/// Joint centre by Plug-in Gait's chord function, wand rotation included.
///
/// The centre C lies at the distance `offset_m` (half the joint width plus the marker radius) from
/// the lateral joint marker K, with K − C perpendicular to the line from C to the proximal centre
/// H. Seen along that line, the direction from C to K is turned by `rotation_rad` about H − C
/// (right-handed) against the direction from C to the wand T.
///
/// Closed form: with X = H − K, x̂ = X/|X|, t = T − K, a = |t − (t·x̂)x̂|, û = (t − (t·x̂)x̂)/a,
/// v̂ = x̂ × û, the condition (K − C) ⟂ (H − C) leaves
/// C = K + δ·((δ/|X|)·x̂ − s·(cosφ·û + sinφ·v̂)), s = √(1 − δ²/|X|²), and the condition on the wand is
/// a·cosβ·sinφ − a·s·sinβ·cosφ = δ·(1 − t·x̂/|X|)·sinβ. With β = 0 this is φ = 0: K, H, T and C in
/// one plane.
///
/// NaN when the joint is wider than the segment is long, or when no C meets the rotation.
///
/// Source: Davis 1991 and Kadaba 1990 as Plug-in Gait applies them; with
/// `rotation_rad` = −σ·ThighRotation (σ = +1 left, −1 right) it reproduces the knee centres that
/// Nexus stored with non-zero rotations to 0.001 mm, and the same for the ankle with
/// ShankRotation.
#[inline]
pub fn chord(
    joint: Vector3<f64>,
    proximal: Vector3<f64>,
    wand: Vector3<f64>,
    offset_m: f64,
    rotation_rad: f64,
) -> Vector3<f64> {
    let (sin_beta, cos_beta) = rotation_rad.sin_cos();
    chord_with(joint, proximal, wand, offset_m, sin_beta, cos_beta)
}

/// [`chord`] with the sine and cosine of the rotation at hand.
#[inline]
pub(super) fn chord_with(
    joint: Vector3<f64>,
    proximal: Vector3<f64>,
    wand: Vector3<f64>,
    offset_m: f64,
    sin_beta: f64,
    cos_beta: f64,
) -> Vector3<f64> {
    let to_proximal = proximal - joint;
    let per_length = 1.0 / to_proximal.dot(&to_proximal).sqrt();
    let along = to_proximal * per_length;
    let to_wand = wand - joint;
    let wand_along = to_wand.dot(&along);
    let wand_across = to_wand - along * wand_along;
    let reach = wand_across.dot(&wand_across).sqrt();
    let u = wand_across * (1.0 / reach);
    let slope = offset_m * per_length;
    let s = (1.0 - slope * slope).sqrt();
    // a·cosβ·sinφ − a·s·sinβ·cosφ = c, solved as φ = atan(b/a') + asin(c/r) without trigonometry
    let (p, q) = (reach * cos_beta, reach * s * sin_beta);
    let c = offset_m * (1.0 - wand_along * per_length) * sin_beta;
    let per_r = 1.0 / (p * p + q * q).sqrt();
    let sin_gamma = c * per_r;
    let cos_gamma = (1.0 - sin_gamma * sin_gamma).sqrt();
    let (sin_psi, cos_psi) = (q * per_r, p * per_r);
    let sin_phi = sin_psi * cos_gamma + cos_psi * sin_gamma;
    let cos_phi = cos_psi * cos_gamma - sin_psi * sin_gamma;
    joint + along * (slope * offset_m) - (u * cos_phi + along.cross(&u) * sin_phi) * (s * offset_m)
}

/// Tilts the malleolar axis: turns the ankle centre about the ankle marker, in the plane of the
/// marker, the ankle centre and the knee centre, by `abadd_rad` toward the knee.
///
/// Plug-in Gait's `AnkleAbAdd`, measured in a static trial with a medial malleolus marker, is
/// applied after the chord function in this way: reproduces the ankle centres that Nexus stored to
/// 0.001 mm.
#[inline]
pub fn tilt_ankle_axis(
    ankle_centre: Vector3<f64>,
    ankle_marker: Vector3<f64>,
    knee_centre: Vector3<f64>,
    abadd_rad: f64,
) -> Vector3<f64> {
    let (sin, cos) = abadd_rad.sin_cos();
    let inward = ankle_centre - ankle_marker;
    let up = knee_centre - ankle_centre;
    let square = inward.dot(&inward);
    let across = up - inward * (up.dot(&inward) / square);
    let up = across * (square / across.dot(&across)).sqrt();
    ankle_marker + inward * cos + up * sin
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOINT: [f64; 3] = [0.03, 0.15, 0.45];
    const HIP: [f64; 3] = [0.05, 0.09, 0.88];
    const WAND: [f64; 3] = [0.0, 0.22, 0.62];

    fn angle_about(axis: Vector3<f64>, from: Vector3<f64>, to: Vector3<f64>) -> f64 {
        let axis = axis.normalize();
        let flat = |v: Vector3<f64>| v - axis * v.dot(&axis);
        let (from, to) = (flat(from), flat(to));
        from.cross(&to).dot(&axis).atan2(from.dot(&to))
    }

    #[test]
    fn the_centre_meets_its_three_conditions_at_any_rotation() {
        let (joint, hip, wand) = (JOINT.into(), HIP.into(), Vector3::from(WAND));
        for rotation in [-0.6, -0.28, -0.05, 0.0, 0.1, 0.35, 0.7] {
            let centre = chord(joint, hip, wand, 0.06, rotation);
            assert!(((joint - centre).norm() - 0.06).abs() < 1e-12);
            assert!((joint - centre).dot(&(hip - centre)).abs() < 1e-12);
            let found = angle_about(hip - centre, wand - centre, joint - centre);
            assert!((found - rotation).abs() < 1e-9, "{rotation}: {found}");
        }
    }

    #[test]
    fn without_rotation_all_lie_in_one_plane_with_the_centre_medial() {
        let (joint, hip, wand) = (Vector3::from(JOINT), HIP.into(), Vector3::from(WAND));
        let centre = chord(joint, hip, wand, 0.06, 0.0);
        let normal = (hip - joint).cross(&(wand - joint));
        assert!((centre - joint).dot(&normal).abs() < 1e-12);
        assert!(centre.y < joint.y, "the left knee's centre is to its right");
        // science §2.3: C = K + l·δ·X + e·δ·√(1 − δ·l), l = δ/|X|², e = unit(X × (X × (T − K)))
        let x = hip - joint;
        let l = 0.06 / x.norm_squared();
        let e = x.cross(&normal).normalize();
        let by_formula = joint + x * (l * 0.06) + e * (0.06 * (1.0 - 0.06 * l).sqrt());
        assert!((centre - by_formula).norm() < 1e-12);
    }

    #[test]
    fn an_impossible_joint_gives_no_centre() {
        let (joint, hip, wand) = (JOINT.into(), HIP.into(), WAND.into());
        assert!(chord(joint, hip, wand, 0.5, 0.0).x.is_nan());
        assert!(chord(joint, hip, joint, 0.06, 0.0).x.is_nan());
        assert!(chord(joint, hip, wand, 0.06, f64::NAN).x.is_nan());
    }

    #[test]
    fn tilting_keeps_the_distance_and_turns_by_the_angle() {
        let (marker, centre) = (Vector3::new(0.0, 0.04, 0.08), Vector3::new(0.0, 0.0, 0.08));
        let knee = Vector3::new(0.0, 0.0, 0.45);
        let tilted = tilt_ankle_axis(centre, marker, knee, 0.2);
        assert!(((tilted - marker).norm() - 0.04).abs() < 1e-12);
        assert!((tilted.z - (0.08 + 0.04 * 0.2_f64.sin())).abs() < 1e-12);
        let same = tilt_ankle_axis(centre, marker, knee, 0.0);
        assert!((same - centre).norm() < 1e-12);
    }
}
