//! The whole body at any moment: footprints along the path, pelvis, trunk and legs between them.

use super::clock::Clock;
use super::curves::smooth_step;
use super::foot::{Foot, FootState, Sole};
use super::fourier::Curves;
use super::leg::{self, LegPose, Links};
use super::math::{cos, sin};
use super::path::Path;
use super::physique::Physique;
use super::posture::{Angles, Posture};
use super::rhythm::Rhythm;
use super::rotation::{about_y, about_z, from_rot};
use super::walker::{Pattern, Walker};
use crate::recording::{PerSide, Side};
use nalgebra::{Matrix3, Vector2, Vector3};

/// Step width of the ataxic pattern, metres at 1.70 m.
const ATAXIC_WIDTH_M: f64 = 0.22;
/// Stiff swing: how far the foot swings out and how much lower it stays, metres at 1.70 m.
const STIFF_SWING_M: (f64, f64) = (0.06, 0.058);
/// … and how much flatter.
const STIFF_TOE_UP_DEG: f64 = 30.0;
/// Strides of a half turn.
pub(super) const TURN_STRIDES: f64 = 3.0;

/// A rigid segment in the laboratory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Segment {
    pub origin: Vector3<f64>,
    /// Turns segment into laboratory coordinates.
    pub rotation: Matrix3<f64>,
}

impl Segment {
    pub fn point(&self, local: &Vector3<f64>) -> Vector3<f64> {
        self.origin + self.rotation * local
    }
}

/// The body at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pose {
    /// Direction of progression, radians.
    pub heading: f64,
    /// Prescribed angles of pelvis and trunk relative to the heading.
    pub angles: Angles,
    /// Origin midway between the ASIS.
    pub pelvis: Segment,
    /// Origin at the lumbar joint.
    pub thorax: Segment,
    pub legs: PerSide<LegPose>,
    /// Origin at the ankle joint centre.
    pub feet: PerSide<Segment>,
    /// Phase of each limb's own cycle, 0–1.
    pub phase: PerSide<f64>,
}

/// One subject walking one trial.
#[derive(Debug, Clone)]
pub(super) struct Gait {
    pub physique: Physique,
    pub clock: Clock,
    posture: Posture,
    path: Path,
    feet: PerSide<Foot>,
    sole: Sole,
    rhythm: Rhythm,
    curves: &'static Curves,
    step_width_m: f64,
    /// Limbs that swing stiffly: sideways, low and flat.
    stiff: PerSide<bool>,
    treadmill: bool,
    /// Mean height of the mid-hip point, metres, on the straight and in the turn.
    hip_height_m: f64,
    turn_height_m: f64,
    /// Phase at which the turn begins.
    turn_at: Option<f64>,
}

impl Gait {
    pub fn new(walker: &Walker) -> Gait {
        let physique = Physique::new(walker);
        let scale = physique.scale;
        let rhythm = Rhythm::new(walker, &physique);
        let (strides, turn_at) = length_of_trial(walker, &rhythm);
        let clock = Clock::new(walker, &rhythm, strides);
        let sole = Sole::new(scale, physique.ankle_height_m);
        let stiff =
            |side: Side| walker.pattern == Pattern::HipHike && walker.affected.includes(side);
        let mut gait = Gait {
            posture: Posture::new(walker, physique.leg_obliquity_rad, &rhythm),
            feet: PerSide::from_fn(|side| Foot::new(sole, scale, &rhythm, clock.stance[side])),
            path: path(walker, &clock, rhythm.stride_m, turn_at),
            sole,
            rhythm,
            curves: Curves::of(rhythm.kind),
            step_width_m: match walker.pattern {
                Pattern::Ataxic => ATAXIC_WIDTH_M * scale,
                _ => rhythm.step_width_m,
            },
            stiff: PerSide::from_fn(stiff),
            treadmill: walker.treadmill,
            hip_height_m: 0.0,
            turn_height_m: 0.0,
            turn_at,
            physique,
            clock,
        };
        gait.find_hip_heights();
        gait
    }

    /// Mean speed, m/s.
    pub fn speed_m_s(&self) -> f64 {
        let (first, last) = (self.clock.first_phase, self.clock.last_phase);
        let seconds = self.clock.time_s(last) - self.clock.time_s(first);
        self.rhythm.stride_m * (last - first) / seconds
    }

    /// The body at a time, seconds since the first frame.
    pub fn at(&self, time_s: f64) -> Pose {
        self.at_phase(self.clock.phase(time_s))
    }

    /// Only pelvis and trunk at a time, seconds since the first frame.
    pub fn posture_at(&self, time_s: f64) -> Angles {
        self.posture.at(&self.clock, self.clock.phase(time_s))
    }

    fn at_phase(&self, phase: f64) -> Pose {
        let limb_phase = PerSide::from_fn(|side| self.clock.limb(side, phase).1);
        let angles = self.posture.at(&self.clock, phase);
        let s = self.rhythm.stride_m * phase;
        let (middle, heading) = self.middle(s);
        let swing = self.rhythm.mid_hip(limb_phase.right);
        let left = angles.shift_left_m + swing.y;
        let mid_hip = Vector3::new(middle.x, middle.y, self.hip_height(phase) + swing.z)
            + about_z(heading) * Vector3::new(swing.x, left, 0.0);
        let feet = PerSide::from_fn(|side| self.foot(side, phase));
        self.assemble(heading, angles, mid_hip, feet, limb_phase)
    }

    /// The body in quiet standing at the start of the path, feet side by side.
    pub fn standing(&self) -> Pose {
        let (place, heading) = self.middle(self.rhythm.stride_m * self.clock.first_phase);
        let flat = Foot::flat(&self.sole);
        let feet = PerSide::from_fn(|side| {
            let left = about_z(heading) * Vector3::new(0.0, self.footprint_left(side), 0.0);
            let ankle = Vector3::new(place.x + left.x, place.y + left.y, flat.height);
            Segment {
                origin: ankle,
                rotation: about_z(heading),
            }
        });
        let pose_at = |height: f64| {
            // the hips stand a little in front of the ankles
            let forward = about_z(heading) * Vector3::new(0.03 * self.physique.scale, 0.0, 0.0);
            let mid_hip = Vector3::new(place.x, place.y, height) + forward;
            let phase = PerSide {
                left: 0.3,
                right: 0.3,
            };
            self.assemble(heading, self.posture.standing(), mid_hip, feet, phase)
        };
        let low = pose_at(0.5);
        pose_at(0.5 + self.room_above(&low, &feet))
    }

    fn assemble(
        &self,
        heading: f64,
        angles: Angles,
        mid_hip: Vector3<f64>,
        feet: PerSide<Segment>,
        phase: PerSide<f64>,
    ) -> Pose {
        let body = &self.physique;
        let rotation = from_rot(
            heading + angles.pelvis_rotation,
            angles.pelvis_obliquity,
            angles.pelvis_tilt,
        );
        let pelvis = Segment {
            origin: mid_hip - rotation * (body.hip.left + body.hip.right) * 0.5,
            rotation,
        };
        let thorax = Segment {
            // the trunk bends at the lumbar spine, in front of the sacrum
            origin: pelvis.point(&(Vector3::new(-0.11, 0.0, 0.01) * body.scale)),
            rotation: from_rot(
                heading + angles.thorax_rotation,
                angles.thorax_lean,
                angles.thorax_tilt,
            ),
        };
        let legs = PerSide::from_fn(|side| {
            let links = Links {
                thigh_m: body.thigh_m[side],
                shank_m: body.shank_m[side],
                frontal_rad: -side.sigma() * self.posture.knee_varus_rad(side, phase[side]),
            };
            let internal = self.curves.knee_progression_rad(phase[side]);
            let left = about_z(heading - side.sigma() * internal) * Vector3::y();
            leg::reach(
                pelvis.point(&body.hip[side]),
                feet[side].origin,
                &left,
                links,
            )
        });
        Pose {
            heading,
            angles,
            pelvis,
            thorax,
            legs,
            feet,
            phase,
        }
    }

    /// Centre line at a length of path; on a treadmill the line comes back to the subject.
    fn middle(&self, s: f64) -> (Vector2<f64>, f64) {
        let (at, heading) = self.path.at(s);
        (at - self.belt(s), heading)
    }

    fn belt(&self, s: f64) -> Vector2<f64> {
        if self.treadmill {
            self.path.at(s).0
                - self
                    .path
                    .at(self.rhythm.stride_m * self.clock.first_phase)
                    .0
        } else {
            Vector2::zeros()
        }
    }

    fn footprint_left(&self, side: Side) -> f64 {
        0.5 * side.sigma() * self.step_width_m
    }

    /// Footprint `cycle` of a side: where the ankle stands when the foot is flat, and its heading.
    fn footprint(&self, side: Side, cycle: i64) -> (Vector2<f64>, f64) {
        let s = self.rhythm.stride_m
            * (cycle as f64 + self.clock.strike_phase[side] + self.rhythm.lead);
        let (middle, heading) = self.path.at(s);
        let normal = Vector2::new(-sin(heading), cos(heading));
        (middle + normal * self.footprint_left(side), heading)
    }

    fn foot(&self, side: Side, phase: f64) -> Segment {
        let (cycle, own) = self.clock.limb(side, phase);
        let state: FootState = self.feet[side].at(own);
        let (here, heading_here) = self.footprint(side, cycle);
        let (next, heading_next) = self.footprint(side, cycle + 1);
        let yaw = heading_here + (heading_next - heading_here) * state.advance;
        let ground = here + (next - here) * state.advance - self.belt(self.rhythm.stride_m * phase);
        let (mut outward, mut lower, mut toe_up) = (0.0, 0.0, 0.0);
        if self.stiff[side] {
            outward = STIFF_SWING_M.0 * self.physique.scale * state.swing;
            lower = STIFF_SWING_M.1 * self.physique.scale * state.swing;
            toe_up = STIFF_TOE_UP_DEG.to_radians() * state.swing;
        }
        let turn = about_z(yaw);
        Segment {
            origin: Vector3::new(ground.x, ground.y, state.height - lower)
                + turn * Vector3::new(state.forward, side.sigma() * outward, 0.0),
            rotation: turn * about_y(-state.pitch_rad - toe_up),
        }
    }

    /// How much higher the mid-hip point could be before a leg is stretched.
    fn room_above(&self, pose: &Pose, feet: &PerSide<Segment>) -> f64 {
        let room = |side: Side| {
            let reach =
                self.rhythm.reach * (self.physique.thigh_m[side] + self.physique.shank_m[side]);
            let hip = pose.legs[side].hip;
            let across = (hip - feet[side].origin).xy().norm();
            let highest = feet[side].origin.z + (reach * reach - across * across).max(0.0).sqrt();
            highest - hip.z
        };
        room(Side::Left).min(room(Side::Right))
    }

    /// How far a phase belongs to the turn, 0–1, smoothly over a stride before and after.
    fn turning(&self, phase: f64) -> f64 {
        self.turn_at.map_or(0.0, |start| {
            smooth_step(phase - start + 1.5)
                * (1.0 - smooth_step(phase - start - TURN_STRIDES - 0.5))
        })
    }

    fn hip_height(&self, phase: f64) -> f64 {
        self.hip_height_m + (self.turn_height_m - self.hip_height_m) * self.turning(phase)
    }

    /// The greatest heights that stretch no leg: on the straight, and lower in the turn.
    fn find_hip_heights(&mut self) {
        let (first, last) = (self.clock.first_phase, self.clock.last_phase);
        let steps = ((last - first) * 200.0).ceil() as usize;
        let room: Vec<(bool, f64)> = (0..=steps)
            .map(|i| {
                let phase = first + (last - first) * i as f64 / steps as f64;
                let pose = self.at_phase(phase);
                (
                    self.turning(phase) > 0.0,
                    self.room_above(&pose, &pose.feet),
                )
            })
            .collect();
        let least = |turning: bool| {
            room.iter()
                .filter(|r| turning || !r.0)
                .map(|r| r.1)
                .fold(f64::INFINITY, f64::min)
        };
        (self.hip_height_m, self.turn_height_m) = (least(false), least(true));
    }
}

/// Strides of the trial, and the phase at which the turn begins when there are two passes.
///
/// Each limb gets its number of complete strides, with a little room for detectors at both ends.
fn length_of_trial(walker: &Walker, rhythm: &Rhythm) -> (f64, Option<f64>) {
    let probe = Clock::new(walker, rhythm, 3.0);
    let first = walker.first_phase;
    let longest_wait = Side::BOTH
        .iter()
        .map(|&side| {
            let offset = probe.strike_phase[side];
            (first + 0.1 - offset).ceil() + offset - first
        })
        .fold(0.0, f64::max);
    let one_pass = longest_wait + walker.strides as f64 + 0.2;
    if walker.passes < 2 {
        (one_pass, None)
    } else {
        let second = one_pass + TURN_STRIDES + 1.0 + walker.strides as f64 + 0.2;
        (second, Some(first + one_pass))
    }
}

/// A path that crosses the origin of the laboratory half-way.
fn path(walker: &Walker, clock: &Clock, stride_m: f64, turn_at: Option<f64>) -> Path {
    let heading = walker.direction_rad;
    let end = turn_at.unwrap_or(clock.last_phase);
    let middle = if walker.treadmill {
        stride_m * clock.first_phase
    } else {
        0.5 * stride_m * (clock.first_phase + end)
    };
    let origin = Vector2::new(cos(heading), sin(heading)) * -middle;
    let straight = Path::straight(origin, heading);
    match turn_at {
        Some(phase) => straight.with_turn(stride_m * phase, stride_m * TURN_STRIDES),
        None => straight,
    }
}
