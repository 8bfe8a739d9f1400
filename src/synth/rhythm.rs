//! How fast, how far and how bouncing: stride, stance, and the way of the mid-hip point over it.
//!
//! Walking follows the Schwartz 2008 walkers. Running follows mechanics: in flight the mid-hip point
//! falls freely, in stance a half sine of force catches and throws it, and a full sine brakes and
//! drives it, so that bounce and surge follow from contact and flight time alone.

use super::math::{cos, power, sin, square};
use super::physique::Physique;
use super::walker::{GaitKind, Walker};
use nalgebra::Vector3;
use std::f64::consts::{PI, TAU};

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.80665;
/// Stance of a healthy walking limb, share of the stride.
pub(super) const WALKING_STANCE: f64 = 0.62;
/// Walking speed without another wish, v/√(g·leg): the free speed of Schwartz 2008.
const FREE_SPEED: f64 = 0.428;
/// Stride length at that speed, heights.
const STRIDE_HEIGHTS: f64 = 0.80;
/// How far the foot lands before the pelvis, stride lengths.
const LEAD: f64 = 0.2434;
/// Fore–aft swing of the mid-hip point twice a stride: amplitude (heights · 1/1.70 m) and phase.
const SURGE: (f64, f64) = (0.0094, -0.122);
/// Side-to-side swing of the mid-hip point once a stride.
const SWAY: (f64, f64) = (0.0383, 0.2988);
/// Up-and-down swing of the mid-hip point twice a stride.
const BOUNCE: (f64, f64) = (0.0163, 0.2904);
/// A walking leg is never straighter than this share of its length.
const REACH: f64 = 0.9987;
/// Walking footprints are this much nearer to each other than the hips, metres at 1.70 m.
const NARROWER_THAN_HIPS_M: f64 = 0.028;

/// Running speed without another wish, v/√(g·leg): 3.0 m/s at 1.70 m, an easy run.
const EASY_RUN: f64 = 1.0;
/// Running speeds that can be asked for, v/√(g·leg): below it people walk, above it they sprint.
pub(super) const RUNNING_SPEEDS: (f64, f64) = (0.6, 1.6);
/// Stride time at that speed, √(leg/g): 85 strides a minute at 3.0 m/s (Lieberman 2015, J Exp Biol
/// 218:3406–3414), and the power of the speed it changes with: faster runners mostly lengthen.
const RUNNING_STRIDE: (f64, f64) = (2.32, -0.2);
/// Contact time likewise: 0.25 s at 3.0 m/s (usual value), about a quarter less at 4.5 m/s.
const RUNNING_CONTACT: (f64, f64) = (0.82, -0.7);
/// How far the running foot lands before the pelvis, shares of the way of the contact.
const RUNNING_LEAD: f64 = 0.2341;
/// Speed that the braking of a running stance takes away at most, shares of the mean speed.
const BRAKING: f64 = 0.067;
/// Side-to-side swing of the running mid-hip point, metres at 1.70 m; most in mid-stance.
const RUNNING_SWAY_M: f64 = 0.010;
/// A running leg is never straighter than this share of its length (knee flexion 12°).
const RUNNING_REACH: f64 = 0.9944;
/// Distance of running footprints from side to side, metres at 1.70 m.
const RUNNING_WIDTH_M: f64 = 0.05;

/// Stride, stance and the movement of the mid-hip point of one subject at one speed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    pub kind: GaitKind,
    /// Mean speed, v/√(g·leg).
    pub speed: f64,
    pub stride_m: f64,
    pub stride_s: f64,
    /// Stance of a healthy limb, share of the stride.
    pub stance: f64,
    /// How far the foot lands before the pelvis, stride lengths.
    pub lead: f64,
    /// A leg is never straighter than this share of its length.
    pub reach: f64,
    /// Distance of the footprints from side to side, metres.
    pub step_width_m: f64,
    /// Height / 1.70 m.
    scale: f64,
    /// Amplitude of the up-and-down swing of the walking mid-hip point, metres.
    bounce_m: f64,
}

impl Rhythm {
    pub fn new(walker: &Walker, physique: &Physique) -> Rhythm {
        match walker.gait {
            GaitKind::Walking => walking(walker, physique),
            GaitKind::Running => running(walker, physique),
        }
    }

    /// The mid-hip point relative to its mean place, (forward, left, up) in metres, at a phase of
    /// the right limb's cycle.
    pub fn mid_hip(&self, right: f64) -> Vector3<f64> {
        match self.kind {
            GaitKind::Walking => Vector3::new(
                SURGE.0 * self.scale * sin(2.0 * TAU * (right - SURGE.1)),
                -(SWAY.0 * self.scale * cos(TAU * (right - SWAY.1))),
                self.bounce_m * cos(2.0 * TAU * (right - BOUNCE.1)),
            ),
            GaitKind::Running => self.flying(right),
        }
    }

    /// The running mid-hip point; `up` is 0 at both ends of the flight.
    fn flying(&self, right: f64) -> Vector3<f64> {
        let (step_s, contact_s) = (0.5 * self.stride_s, self.stance * self.stride_s);
        let flight_s = step_s - contact_s;
        let t = (2.0 * right).rem_euclid(1.0) * step_s;
        let most_lost = BRAKING * self.stride_m / self.stride_s;
        // what the stance loses on average is spread over the step, so that steps join
        let regained = most_lost * 0.5 * contact_s / step_s * t;
        let (forward, up) = if t < contact_s {
            // half a sine of force, as large as carries the body over the whole step
            let omega = PI / contact_s;
            let most = 0.5 * PI * GRAVITY * step_s / contact_s;
            let fall = 0.5 * GRAVITY * t * (contact_s - t);
            (
                most_lost * (0.25 * contact_s / PI * sin(TAU * t / contact_s) - 0.5 * t),
                fall - most / square(omega) * sin(omega * t),
            )
        } else {
            let since = t - contact_s;
            (
                -most_lost * 0.5 * contact_s,
                0.5 * GRAVITY * since * (flight_s - since),
            )
        };
        let sway = RUNNING_SWAY_M * self.scale * cos(TAU * (right - 0.5 * self.stance));
        Vector3::new(forward + regained, -sway, up)
    }
}

/// Stride length and time follow the square root of the speed.
fn walking(walker: &Walker, physique: &Physique) -> Rhythm {
    let unit_m_s = speed_unit_m_s(physique);
    let free_m_s = FREE_SPEED * unit_m_s;
    let relative = (walker.speed_m_s.unwrap_or(free_m_s) / free_m_s).sqrt();
    let free_stride_m = STRIDE_HEIGHTS * physique.height_m;
    let stride_m = free_stride_m * relative;
    let scale = physique.scale;
    Rhythm {
        kind: GaitKind::Walking,
        speed: walker.speed_m_s.map_or(FREE_SPEED, |v| v / unit_m_s),
        stride_m,
        stride_s: free_stride_m / free_m_s / relative,
        stance: WALKING_STANCE,
        lead: LEAD,
        reach: REACH,
        step_width_m: 2.0 * physique.half_hip_m() - NARROWER_THAN_HIPS_M * scale,
        scale,
        // an inverted pendulum rises with the square of its step
        bounce_m: BOUNCE.0 * scale * square(stride_m / (STRIDE_HEIGHTS * physique.height_m)),
    }
}

/// Faster runners take longer strides, hardly quicker ones, and stand shorter.
fn running(walker: &Walker, physique: &Physique) -> Rhythm {
    let unit_m_s = speed_unit_m_s(physique);
    let speed = walker.speed_m_s.map_or(EASY_RUN, |v| v / unit_m_s);
    let unit_s = unit_m_s / GRAVITY;
    let at_speed = |(at_one, exponent): (f64, f64)| at_one * power(speed, exponent) * unit_s;
    let (stride_s, contact_s) = (at_speed(RUNNING_STRIDE), at_speed(RUNNING_CONTACT));
    let stance = contact_s / stride_s;
    Rhythm {
        kind: GaitKind::Running,
        speed,
        stride_m: speed * unit_m_s * stride_s,
        stride_s,
        stance,
        lead: RUNNING_LEAD * stance,
        reach: RUNNING_REACH,
        step_width_m: RUNNING_WIDTH_M * physique.scale,
        scale: physique.scale,
        bounce_m: 0.0,
    }
}

/// √(g·leg): what speeds are measured in, m/s.
pub(super) fn speed_unit_m_s(physique: &Physique) -> f64 {
    let mean_leg_m = 0.5 * (physique.leg_length_m.left + physique.leg_length_m.right);
    (GRAVITY * mean_leg_m).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::{Affected, Pattern};

    fn rhythm(speed_m_s: Option<f64>) -> Rhythm {
        let walker = Walker {
            gait: GaitKind::Running,
            speed_m_s,
            ..Walker::new(Pattern::Healthy, Affected::Right)
        };
        Rhythm::new(&walker, &Physique::new(&walker))
    }

    #[test]
    fn a_runner_falls_freely_in_flight_and_never_jumps_in_speed() {
        for speed in [1.9, 3.0, 4.7] {
            let rhythm = rhythm(Some(speed));
            assert!(rhythm.stance < 0.5, "a run has a flight");
            let h = 1e-4; // seconds
            let at = |t: f64| rhythm.mid_hip(t / rhythm.stride_s);
            let contact_s = rhythm.stance * rhythm.stride_s;
            for i in 0..(rhythm.stride_s / h) as usize {
                let t = i as f64 * h;
                let [a, b, c] = [at(t - h), at(t), at(t + h)];
                let acceleration = (a - b * 2.0 + c) / (h * h);
                let since_strike = t % (0.5 * rhythm.stride_s);
                if since_strike > contact_s + h && since_strike < 0.5 * rhythm.stride_s - h {
                    assert!(
                        (acceleration.z + GRAVITY).abs() < 1e-3,
                        "{t}: {acceleration}"
                    );
                }
                // at most three times the body's weight, and no jump of speed
                assert!(acceleration.z < 3.0 * GRAVITY, "{t}: {acceleration}");
                assert!(acceleration.xy().norm() < 10.0, "{t}: {acceleration}");
            }
        }
    }

    #[test]
    fn faster_runners_take_longer_strides_and_stand_shorter() {
        let [slow, usual, fast] = [Some(2.0), None, Some(4.5)].map(rhythm);
        println!("{slow:?}\n{usual:?}\n{fast:?}");
        assert!((60.0 / usual.stride_s - 85.0).abs() < 1.0);
        assert!(slow.stride_m < usual.stride_m && usual.stride_m < fast.stride_m);
        assert!(slow.stance > usual.stance && usual.stance > fast.stance);
        let contact = |r: &Rhythm| r.stance * r.stride_s;
        assert!((contact(&usual) - 0.25).abs() < 0.005);
    }
}
