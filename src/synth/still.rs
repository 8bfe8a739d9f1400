//! The body over feet that stand or are lifted: what standing tests, squats and landings are made of.

use super::gait::{Gait, Pose, Segment};
use super::leg::{self, Links};
use super::posture::Angles;
use super::rotation::{about_z, from_rot, yxz};
use crate::recording::{PerSide, Side};
use nalgebra::Vector3;

/// A leg is never straighter than this share of its length.
const REACH: f64 = 0.9987;

/// How the body differs from quiet standing at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// Pelvic obliquity, left side up, and trunk lean to the right, radians.
    pub obliquity: f64,
    pub lean: f64,
    /// Forward tilt of pelvis and trunk, radians.
    pub tilt: f64,
    /// Shift of the hips to the left and forward, metres.
    pub left_m: f64,
    pub forward_m: f64,
    /// How much lower the hips are than straight legs allow, metres.
    pub lower_m: f64,
    /// Everything is this much higher, feet and all, metres.
    pub rise_m: f64,
    /// Each foot over its place: up and back, metres.
    pub lift_m: PerSide<(f64, f64)>,
    /// Valgus of each knee beside that of quiet standing, radians.
    pub valgus: PerSide<f64>,
}

/// Quiet standing that can be changed.
pub(super) struct Still {
    pub quiet: Pose,
    links: PerSide<Links>,
    hips: PerSide<Vector3<f64>>,
    /// Lumbar joint in the pelvis.
    lumbar: Vector3<f64>,
}

impl Still {
    pub fn new(gait: &Gait) -> Still {
        let quiet = gait.standing();
        let body = &gait.physique;
        let links = PerSide::from_fn(|side| {
            let leg = &quiet.legs[side];
            Links {
                thigh_m: body.thigh_m[side],
                shank_m: body.shank_m[side],
                frontal_rad: yxz(&(leg.thigh.transpose() * leg.shank))[1],
            }
        });
        let pelvis = quiet.pelvis.rotation.transpose();
        Still {
            links,
            hips: body.hip,
            lumbar: pelvis * (quiet.thorax.origin - quiet.pelvis.origin),
            quiet,
        }
    }

    /// The body as it is held.
    pub fn pose(&self, held: &Held) -> Pose {
        let low = self.at_height(held, 0.0);
        let room = Side::BOTH.map(|side| self.room_above(&low, side));
        self.at_height(held, room[0].min(room[1]) - held.lower_m)
    }

    /// The body with the hips `up` metres above those of quiet standing.
    fn at_height(&self, held: &Held, up: f64) -> Pose {
        let quiet = &self.quiet;
        let turn = about_z(quiet.heading);
        let angles = Angles {
            pelvis_obliquity: quiet.angles.pelvis_obliquity + held.obliquity,
            pelvis_tilt: quiet.angles.pelvis_tilt + held.tilt,
            thorax_lean: quiet.angles.thorax_lean + held.lean,
            thorax_tilt: quiet.angles.thorax_tilt + held.tilt,
            ..quiet.angles
        };
        let middle = (quiet.legs.left.hip + quiet.legs.right.hip) * 0.5
            + turn * Vector3::new(held.forward_m, held.left_m, 0.0)
            + Vector3::z() * (up + held.rise_m);
        let rotation = from_rot(
            quiet.heading + angles.pelvis_rotation,
            angles.pelvis_obliquity,
            angles.pelvis_tilt,
        );
        let pelvis = Segment {
            origin: middle - rotation * (self.hips.left + self.hips.right) * 0.5,
            rotation,
        };
        let thorax = Segment {
            origin: pelvis.point(&self.lumbar),
            rotation: from_rot(
                quiet.heading + angles.thorax_rotation,
                angles.thorax_lean,
                angles.thorax_tilt,
            ),
        };
        let feet = PerSide::from_fn(|side| {
            let (lift, back) = held.lift_m[side];
            let moved = turn * Vector3::new(-back, 0.0, 0.0);
            Segment {
                origin: quiet.feet[side].origin + moved + Vector3::z() * (lift + held.rise_m),
                rotation: quiet.feet[side].rotation,
            }
        });
        let legs = PerSide::from_fn(|side| {
            let links = Links {
                // right varus positive: valgus turns the shank the other way
                frontal_rad: self.links[side].frontal_rad + side.sigma() * held.valgus[side],
                ..self.links[side]
            };
            let left = quiet.legs[side].thigh.column(1).into();
            leg::reach(
                pelvis.point(&self.hips[side]),
                feet[side].origin,
                &left,
                links,
            )
        });
        Pose {
            angles,
            pelvis,
            thorax,
            legs,
            feet,
            ..*quiet
        }
    }

    /// How much higher the hips could be before a leg is stretched.
    fn room_above(&self, pose: &Pose, side: Side) -> f64 {
        let reach = REACH * (self.links[side].thigh_m + self.links[side].shank_m);
        let (hip, ankle) = (pose.legs[side].hip, pose.feet[side].origin);
        let across = (hip - ankle).xy().norm();
        ankle.z + (reach * reach - across * across).max(0.0).sqrt() - hip.z
    }
}
