//! Hip joint centre from the pelvis and the leg length: three published regressions.
//!
//! All give the centre of one side in the pelvis frame (origin midway between the ASIS markers,
//! x anterior, y to the left, z up), metres. `σ` is +1 for the left side, −1 for the right.

use crate::recording::Side;
use nalgebra::Vector3;

/// Davis et al. 1991, as Plug-in Gait applies it (reproduces its stored joint centres to 0.001 mm).
///
/// With C = 0.115·LL − 0.0153 m (LL mean leg length), θ = 0.500 rad, β = 0.314 rad, d the
/// ASIS–trochanter distance of the side, r the marker radius and W the inter-ASIS distance:
/// x = C·cosθ·sinβ − (d + r)·cosβ, y = σ·(W/2 − C·sinθ), z = −C·cosθ·cosβ − (d + r)·sinβ.
///
/// Source: Davis, Õunpuu, Tyburski, Gage 1991, Hum Mov Sci 10:575–587.
pub fn davis(
    side: Side,
    mean_leg_length_m: f64,
    inter_asis_m: f64,
    asis_trochanter_m: f64,
    marker_radius_m: f64,
) -> Vector3<f64> {
    const THETA: f64 = 0.5;
    const BETA: f64 = 0.314;
    let c = 0.115 * mean_leg_length_m - 0.0153;
    let behind = asis_trochanter_m + marker_radius_m;
    Vector3::new(
        c * THETA.cos() * BETA.sin() - behind * BETA.cos(),
        side.sigma() * (0.5 * inter_asis_m - c * THETA.sin()),
        -c * THETA.cos() * BETA.cos() - behind * BETA.sin(),
    )
}

/// ASIS–trochanter distance of a leg, metres, when it was not measured: 0.1288·LL − 0.04856 m
/// (Davis 1991, as Plug-in Gait applies it: 46.75 mm for a leg of 740 mm).
pub fn asis_trochanter_m(leg_length_m: f64) -> f64 {
    0.1288 * leg_length_m - 0.04856
}

/// Harrington et al. 2007, single predictors.
///
/// With D the pelvic depth (mid-ASIS to mid-PSIS), W the inter-ASIS distance and r the marker
/// radius: x = −0.24·D − 0.0099 m − r, y = σ·(0.33·W + 0.0073 m), z = −0.30·W − 0.0109 m.
///
/// Source: Harrington, Zavatsky, Lawson, Yuan, Theologis 2007, J Biomech 40:595–602.
pub fn harrington(
    side: Side,
    pelvis_depth_m: f64,
    inter_asis_m: f64,
    marker_radius_m: f64,
) -> Vector3<f64> {
    Vector3::new(
        -0.24 * pelvis_depth_m - 0.0099 - marker_radius_m,
        side.sigma() * (0.33 * inter_asis_m + 0.0073),
        -0.30 * inter_asis_m - 0.0109,
    )
}

/// Hara et al. 2016, leg length only.
///
/// x = 0.011 m − 0.063·LL − r, y = σ·(0.008 m + 0.086·LL), z = −0.009 m − 0.078·LL.
///
/// Source: Hara, McGinley, Briggs, Baker, Sangeux 2016, Sci Rep 6:37707.
pub fn hara(side: Side, leg_length_m: f64, marker_radius_m: f64) -> Vector3<f64> {
    Vector3::new(
        0.011 - 0.063 * leg_length_m - marker_radius_m,
        side.sigma() * (0.008 + 0.086 * leg_length_m),
        -0.009 - 0.078 * leg_length_m,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close_mm(found: Vector3<f64>, expected: [f64; 3]) {
        let difference = (found * 1000.0 - Vector3::from(expected)).norm();
        assert!(difference < 0.001, "{found:?} against {expected:?} mm");
    }

    #[test]
    fn davis_gives_the_hip_centre_stored_by_nexus() {
        // LFEP and RFEP of PiG_Motion-FlatFoot-Hole.c3d in its pelvis axes (legs 940 mm,
        // inter-ASIS 227.043 mm, ASIS–trochanter 72.512 mm, markers 16 mm).
        let left = davis(Side::Left, 0.94, 0.227_043, 0.072_512, 0.008);
        close_mm(left, [-51.4215, 69.0308, -102.3251]);
        let right = davis(Side::Right, 0.94, 0.227_043, 0.072_512, 0.008);
        close_mm(right, [-51.4215, -69.0308, -102.3251]);
    }

    #[test]
    fn the_trochanter_distance_is_the_one_nexus_derives() {
        // LAsisTrocanterDistance of two McGill files with legs of 740 and 830 mm.
        assert!((asis_trochanter_m(0.740) - 0.046_752).abs() < 1e-9);
        assert!((asis_trochanter_m(0.830) - 0.058_344).abs() < 1e-9);
    }

    #[test]
    fn harrington_and_hara_by_hand() {
        // 0.24·150 = 36, 0.33·240 = 79.2, 0.30·240 = 72
        close_mm(
            harrington(Side::Right, 0.150, 0.240, 0.007),
            [-36.0 - 9.9 - 7.0, -79.2 - 7.3, -72.0 - 10.9],
        );
        // leg 900: 56.7, 77.4, 70.2
        close_mm(
            hara(Side::Left, 0.9, 0.007),
            [11.0 - 56.7 - 7.0, 8.0 + 77.4, -9.0 - 70.2],
        );
    }
}
