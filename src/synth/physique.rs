//! The body: segment lengths, hip joint centres in the pelvis, body measures.

use super::math::{sin_cos, tan};
use super::walker::{HipRegression, Pattern, Walker};
use crate::recording::{BodyMeasures, LimbMeasures, PerSide, Side};
use nalgebra::Vector3;

/// Marker diameter, metres.
pub(super) const MARKER_DIAMETER_M: f64 = 0.014;

/// Measures of the subject, metres; segment frames are x forward, y left, z up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Physique {
    /// Height / 1.70 m.
    pub scale: f64,
    pub height_m: f64,
    pub thigh_m: PerSide<f64>,
    pub shank_m: PerSide<f64>,
    pub leg_length_m: PerSide<f64>,
    pub ankle_height_m: f64,
    pub inter_asis_m: f64,
    pub pelvis_depth_m: f64,
    pub knee_width_m: f64,
    pub ankle_width_m: f64,
    /// Hip joint centres in the pelvis frame, origin midway between the ASIS.
    pub hip: PerSide<Vector3<f64>>,
    /// Obliquity of the pelvis that the difference of the legs causes, left up positive, radians.
    pub leg_obliquity_rad: f64,
}

impl Physique {
    /// The body of a walker. Proportions after Winter (thigh 0.245, shank 0.246, ankle 0.039 of height).
    pub fn new(walker: &Walker) -> Physique {
        let height_m = walker.height_m;
        let scale = height_m / 1.70;
        let mut body = Physique {
            scale,
            height_m,
            thigh_m: PerSide::from_fn(|_| 0.245 * height_m),
            shank_m: PerSide::from_fn(|_| 0.246 * height_m),
            leg_length_m: PerSide::from_fn(|_| (0.245 + 0.246 + 0.047) * height_m),
            ankle_height_m: 0.039 * height_m,
            inter_asis_m: 0.24 * scale,
            pelvis_depth_m: 0.16 * scale,
            knee_width_m: 0.100 * scale,
            ankle_width_m: 0.070 * scale,
            hip: PerSide::default(),
            leg_obliquity_rad: 0.0,
        };
        body.hip = PerSide::from_fn(|side| body.hip_centre(walker.hip, side));
        if walker.pattern == Pattern::LegLengthDifference {
            body.shorten_legs(walker);
        }
        body
    }

    /// Half the distance between the hip joint centres, metres.
    pub fn half_hip_m(&self) -> f64 {
        0.5 * (self.hip.left.y - self.hip.right.y)
    }

    /// Shortens the affected leg so that the standing pelvis is oblique by the magnitude.
    fn shorten_legs(&mut self, walker: &Walker) {
        let angle = walker.magnitude_deg().to_radians();
        let difference = 2.0 * self.half_hip_m() * tan(angle);
        for side in Side::BOTH {
            if walker.affected.includes(side) {
                let factor = 1.0 - difference / (self.thigh_m[side] + self.shank_m[side]);
                self.thigh_m[side] *= factor;
                self.shank_m[side] *= factor;
                self.leg_length_m[side] -= difference;
                self.leg_obliquity_rad -= side.sigma() * angle;
            }
        }
        self.hip = PerSide::from_fn(|side| self.hip_centre(walker.hip, side));
    }

    /// Hip joint centre by a regression on this body (`science` §2.2), metres.
    fn hip_centre(&self, regression: HipRegression, side: Side) -> Vector3<f64> {
        let mm = 1000.0;
        let radius = 0.5 * MARKER_DIAMETER_M * mm;
        let leg = self.leg_length_m[side] * mm;
        let (width, depth) = (self.inter_asis_m * mm, self.pelvis_depth_m * mm);
        let (x, lateral, z) = match regression {
            HipRegression::Harrington => (
                -0.24 * depth - 9.9 - radius,
                0.33 * width + 7.3,
                -0.30 * width - 10.9,
            ),
            HipRegression::Hara => (
                11.0 - 0.063 * leg - radius,
                8.0 + 0.086 * leg,
                -9.0 - 0.078 * leg,
            ),
            HipRegression::Davis => {
                let mean_leg = 0.5 * (self.leg_length_m.left + self.leg_length_m.right) * mm;
                let c = 0.115 * mean_leg - 15.3;
                let (sin_theta, cos_theta) = sin_cos(0.5);
                let (sin_beta, cos_beta) = sin_cos(0.314);
                let depth = 0.1288 * leg - 48.56 + radius;
                (
                    c * cos_theta * sin_beta - depth * cos_beta,
                    (c * sin_theta - 0.5 * width).abs(),
                    -c * cos_theta * cos_beta - depth * sin_beta,
                )
            }
        };
        Vector3::new(x, side.sigma() * lateral, z) / mm
    }

    /// What a laboratory would have measured. The distance of the ASIS is left to the markers.
    pub fn measures(&self) -> BodyMeasures {
        BodyMeasures {
            limbs: PerSide::from_fn(|side| LimbMeasures {
                leg_length_m: Some(self.leg_length_m[side]),
                knee_width_m: Some(self.knee_width_m),
                ankle_width_m: Some(self.ankle_width_m),
                ..LimbMeasures::default()
            }),
            inter_asis_m: None,
            marker_diameter_m: Some(MARKER_DIAMETER_M),
            height_m: Some(self.height_m),
            mass_kg: None,
        }
    }
}
