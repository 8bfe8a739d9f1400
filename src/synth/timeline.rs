//! The body over a whole inertial recording: quiet standing, perhaps bows, setting off, walking.

use super::curves::smooth_step;
use super::gait::{Gait, Pose, Segment};
use super::imu::{BOW_S, Imu};
use super::math::{asin, atan2, sin};
use super::random::{self, Purpose};
use super::rotation::{about_y, about_z, frame};
use super::walker::Walker;
use crate::recording::Side;
use nalgebra::{Matrix3, Vector3};
use std::f64::consts::TAU;

/// Time from standing to the rhythm of the walk, seconds.
const SETTING_OFF_S: f64 = 1.5;
/// A bow leans the pelvis and the trunk forward by this much, degrees.
const BOW_DEG: (f64, f64) = (25.0, 50.0);

/// A subject who stands and then walks.
pub(super) struct Timeline {
    gait: Gait,
    standing: Pose,
    sway: Sway,
    bows: usize,
    /// End of standing, and beginning of the walk of [`walk`](super::walk), seconds.
    standing_s: f64,
    pub walk_s: f64,
}

impl Timeline {
    pub fn new(walker: &Walker, gait: Gait, imu: &Imu) -> Timeline {
        let setting_off = if imu.standing_s > 0.0 {
            SETTING_OFF_S
        } else {
            0.0
        };
        let mut standing = gait.standing();
        // stand where the walk begins to move
        let first = gait.at(-setting_off_seconds(0.0, setting_off));
        let mut step = first.pelvis.origin - standing.pelvis.origin;
        step.z = 0.0;
        shift(&mut standing, &step);
        Timeline {
            gait,
            standing,
            sway: Sway::new(walker),
            bows: imu.bows,
            standing_s: imu.standing_s,
            walk_s: imu.standing_s + setting_off,
        }
    }

    /// How much the subject walks, 0 standing – 1 walking.
    pub fn walking(&self, t: f64) -> f64 {
        if self.walk_s > self.standing_s {
            smooth_step((t - self.standing_s) / (self.walk_s - self.standing_s))
        } else {
            1.0
        }
    }

    /// The body at a time of the file, seconds.
    pub fn at(&self, t: f64) -> Pose {
        if t >= self.walk_s || self.walk_s <= self.standing_s {
            return self.gait.at(t - self.walk_s);
        }
        let mut standing = self.standing;
        shift(&mut standing, &self.sway.at(t));
        self.bow(&mut standing, t);
        let walking = self.walking(t);
        if walking <= 0.0 {
            return standing;
        }
        let duration = self.walk_s - self.standing_s;
        let gait_s = -setting_off_seconds((t - self.standing_s) / duration, duration);
        between(&standing, &self.gait.at(gait_s), walking)
    }

    fn bow(&self, pose: &mut Pose, t: f64) {
        // bows begin two seconds into standing and leave two quiet seconds after them
        let since = t - 2.0;
        if since < 0.0 || since >= BOW_S * self.bows as f64 {
            return;
        }
        let half = sin(0.5 * TAU * (since / BOW_S).fract());
        let depth = half * half;
        let turned = |rotation: &Matrix3<f64>, heading: f64, degrees: f64| {
            let lean = about_y((degrees * depth).to_radians());
            about_z(heading) * lean * about_z(-heading) * rotation
        };
        pose.pelvis.rotation = turned(&pose.pelvis.rotation, pose.heading, BOW_DEG.0);
        pose.thorax.rotation = turned(&pose.thorax.rotation, pose.heading, BOW_DEG.1);
        set_angles(pose);
    }
}

/// Seconds of the walk that are still to come when a share `u` of setting off is over: the clock of
/// the walk starts smoothly, ∫ of the smooth step from `u` to 1.
fn setting_off_seconds(u: f64, duration_s: f64) -> f64 {
    let integral = |u: f64| {
        let (u2, u4) = (u * u, u * u * u * u);
        u4 * u2 - 3.0 * u4 * u + 2.5 * u4
    };
    duration_s * (integral(1.0) - integral(u))
}

/// Moves everything; no angle changes.
pub(super) fn shift(pose: &mut Pose, by: &Vector3<f64>) {
    pose.pelvis.origin += by;
    pose.thorax.origin += by;
    for side in Side::BOTH {
        pose.feet[side].origin += by;
        let leg = &mut pose.legs[side];
        for point in [&mut leg.hip, &mut leg.knee, &mut leg.ankle] {
            *point += by;
        }
    }
}

/// A pose between two, segment by segment; the angles are those of the segments.
fn between(a: &Pose, b: &Pose, share: f64) -> Pose {
    let point = |a: &Vector3<f64>, b: &Vector3<f64>| a + (b - a) * share;
    let turn = |a: &Matrix3<f64>, b: &Matrix3<f64>| {
        let mean = a + (b - a) * share;
        frame(&mean.column(2).into(), &mean.column(1).into())
    };
    let segment = |a: &Segment, b: &Segment| Segment {
        origin: point(&a.origin, &b.origin),
        rotation: turn(&a.rotation, &b.rotation),
    };
    let mut pose = *b;
    pose.pelvis = segment(&a.pelvis, &b.pelvis);
    pose.thorax = segment(&a.thorax, &b.thorax);
    for side in Side::BOTH {
        pose.feet[side] = segment(&a.feet[side], &b.feet[side]);
        let (from, to) = (&a.legs[side], &b.legs[side]);
        let leg = &mut pose.legs[side];
        leg.hip = point(&from.hip, &to.hip);
        leg.knee = point(&from.knee, &to.knee);
        leg.ankle = point(&from.ankle, &to.ankle);
        leg.thigh = turn(&from.thigh, &to.thigh);
        leg.shank = turn(&from.shank, &to.shank);
    }
    set_angles(&mut pose);
    pose
}

/// Takes the angles of pelvis and trunk from their rotations.
fn set_angles(pose: &mut Pose) {
    let of = |segment: &Segment| {
        let r = about_z(-pose.heading) * segment.rotation;
        (
            atan2(-r[(2, 0)], r[(2, 2)]),
            asin(r[(2, 1)]),
            atan2(-r[(0, 1)], r[(1, 1)]),
        )
    };
    let (pelvis, thorax) = (of(&pose.pelvis), of(&pose.thorax));
    let angles = &mut pose.angles;
    (
        angles.pelvis_tilt,
        angles.pelvis_obliquity,
        angles.pelvis_rotation,
    ) = pelvis;
    (
        angles.thorax_tilt,
        angles.thorax_lean,
        angles.thorax_rotation,
    ) = thorax;
}

/// Sways of about a millimetre of the whole body over the feet.
pub(super) struct Sway {
    /// Amplitude (m), frequency (Hz) and phase, forward and to the left.
    waves: [[f64; 3]; 2],
}

impl Sway {
    pub fn new(walker: &Walker) -> Sway {
        let seeds = [walker.seed, walker.session, walker.trial];
        let mut random = random::generator(seeds, Purpose::Sway, 0);
        let mut wave = || {
            let amplitude_m = 0.0007 * random::normal(&mut random);
            let phase = random::normal(&mut random);
            let frequency_hz = 0.25 + 0.05 * random::normal(&mut random);
            [amplitude_m, frequency_hz, phase]
        };
        Sway {
            waves: [wave(), wave()],
        }
    }

    /// Displacement at a time, metres.
    pub fn at(&self, t: f64) -> Vector3<f64> {
        let [x, y] = self
            .waves
            .map(|[amplitude, hz, phase]| amplitude * sin(TAU * (hz * t + phase)));
        Vector3::new(x, y, 0.0)
    }
}
