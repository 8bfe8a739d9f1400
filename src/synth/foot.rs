//! One foot over the gait cycle: heel rocker, flat, forefoot roll, swing.
//!
//! The sole is flat between a round heel and a round forefoot on which it rolls without slipping.
//! Two short slides make the path smooth where real feet slide too: at contact the heel is braked
//! within 3 % of the stride, and before foot off the unloaded toe begins to move. Swing is a
//! quintic between the two, with a polynomial bump. The parameters were fitted so that the legs
//! reproduce the Schwartz 2008 knee flexion, hip flexion and hip adduction at free speed.

use super::clock::HEALTHY_STANCE;
use super::curves::{Monotone, quintic, smooth_step};
use super::math::{cube, power, sin_cos};

/// Phase and toe-up pitch of the sole, degrees, for a stance of [`HEALTHY_STANCE`].
const PITCH_DEG: [(f64, f64); 12] = [
    (0.0, 15.10),
    (0.09, 0.0),
    (0.28, 0.0),
    (0.36, -1.86),
    (0.44, -7.21),
    (0.52, -19.99),
    (0.57, -34.70),
    (0.62, -57.88),
    (0.66, -63.45),
    (0.74, -46.15),
    (0.87, 0.55),
    (0.945, 22.12),
];

/// The braking slide after contact and the slide before foot off, share of the stride.
const SLIDE: f64 = 0.03;
/// Forward speed of the toe's slide at foot off, stride lengths per stride.
const OFF_SLIDE: f64 = 0.45;
/// Velocity of the ankle at contact (forward, up), stride lengths per stride.
const STRIKE_VELOCITY: [f64; 2] = [0.614, -0.2103];
/// Its acceleration, stride lengths per stride².
const STRIKE_ACCELERATION: [f64; 2] = [-9.57, 0.528];
/// Acceleration of the ankle at foot off, stride lengths per stride².
const OFF_ACCELERATION: [f64; 2] = [59.43, 35.62];
/// Bump of the swing: q³(1−q)³·(c₀ + c₁(q−½) + c₂(q−½)²), metres at a stride of [`BUMP_STRIDE_M`].
const BUMP_M: [[f64; 3]; 2] = [[-11.40, 10.43, -22.53], [-8.937, 3.390, -19.18]];
/// Stride length that the bump belongs to, metres: free speed at 1.70 m height.
const BUMP_STRIDE_M: f64 = 1.36;

/// Shape of the foot in the sagittal plane, metres; origin below the ankle, x forward, z up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sole {
    pub ankle_height: f64,
    heel: (f64, f64),
    forefoot: (f64, f64),
}

impl Sole {
    /// The sole of a subject; `scale` = height / 1.70 m.
    pub fn new(scale: f64, ankle_height: f64) -> Sole {
        Sole {
            ankle_height,
            heel: (-0.055 * scale, 0.03 * scale),
            forefoot: (0.13 * scale, 0.06 * scale),
        }
    }

    /// Ankle position (forward of its place when flat, height) at a toe-up pitch, rolling.
    fn ankle(&self, pitch_rad: f64) -> [f64; 2] {
        let (x, radius) = if pitch_rad < 0.0 {
            self.forefoot
        } else {
            self.heel
        };
        let (dx, dz) = (-x, self.ankle_height - radius);
        let (sin, cos) = sin_cos(pitch_rad);
        [
            x - radius * pitch_rad + dx * cos - dz * sin,
            radius + dx * sin + dz * cos,
        ]
    }
}

/// Position of a foot relative to the footprint it stands on or leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct FootState {
    /// Share of the way from this footprint to the next.
    pub advance: f64,
    /// Ankle forward of its place on the (moving) footprint, metres.
    pub forward: f64,
    /// Ankle height, metres.
    pub height: f64,
    /// Toe-up pitch, radians.
    pub pitch_rad: f64,
    /// 0–1–0 over swing, for what a stiff leg does otherwise.
    pub swing: f64,
}

/// The movement of one foot.
#[derive(Debug, Clone)]
pub(super) struct Foot {
    pitch: Monotone,
    sole: Sole,
    stance: f64,
    stride_m: f64,
    /// Velocity lost in the braking slide, per axis, metres per stride.
    brake: [f64; 2],
    off_slide: f64,
    swing_start: [[f64; 3]; 2],
    swing_end: [[f64; 3]; 2],
    bump: [[f64; 3]; 2],
}

impl Foot {
    /// A foot of a stride of `stride_m` with `stance` as share of the stride.
    pub fn new(sole: Sole, scale: f64, stride_m: f64, stance: f64) -> Foot {
        // short strides roll less from heel to toe
        let relative = stride_m / (BUMP_STRIDE_M * scale);
        let keys: Vec<(f64, f64)> = PITCH_DEG
            .iter()
            .map(|&(phase, deg)| {
                (
                    rescale(phase, stance),
                    deg.to_radians() * power(relative, 0.6),
                )
            })
            .collect();
        // the bump tempers what the accelerations at both ends do, and they follow the stride
        let bump_scale = stride_m / BUMP_STRIDE_M;
        let mut foot = Foot {
            pitch: Monotone::periodic(&keys),
            sole,
            stance,
            stride_m,
            brake: [0.0; 2],
            off_slide: OFF_SLIDE * stride_m,
            swing_start: [[0.0; 3]; 2],
            swing_end: [[0.0; 3]; 2],
            bump: [0, 1].map(|k| BUMP_M[k].map(|c| c * bump_scale)),
        };
        foot.join_swing();
        foot
    }

    /// Makes the swing start and end as the stance ends and starts.
    fn join_swing(&mut self) {
        let h = 1e-5;
        let rolled = |p: f64| self.sole.ankle(self.pitch.at(p));
        let (r0, r1) = (rolled(0.0), rolled(h));
        let strike = STRIKE_VELOCITY.map(|v| v * self.stride_m);
        self.brake = [0, 1].map(|k| strike[k] - (r1[k] - r0[k]) / h);
        let swing = 1.0 - self.stance;
        let before = self.on_the_ground(self.stance - h);
        let off = self.on_the_ground(self.stance);
        let after = self.on_the_ground(self.stance + h);
        let contact = self.on_the_ground(0.0);
        self.swing_start = [0, 1].map(|k| {
            [
                off[k],
                (after[k] - before[k]) / (2.0 * h) * swing,
                OFF_ACCELERATION[k] * self.stride_m * swing * swing,
            ]
        });
        self.swing_end = [0, 1].map(|k| {
            [
                contact[k] + if k == 0 { self.stride_m } else { 0.0 },
                strike[k] * swing,
                STRIKE_ACCELERATION[k] * self.stride_m * swing * swing,
            ]
        });
    }

    /// Ankle (forward, height) in stance.
    fn on_the_ground(&self, phase: f64) -> [f64; 2] {
        let mut ankle = self.sole.ankle(self.pitch.at(phase));
        let braking = cube((1.0 - phase / SLIDE).max(0.0)) * SLIDE / 3.0;
        for (a, v) in ankle.iter_mut().zip(self.brake) {
            *a -= v * braking;
        }
        let leaving = cube((1.0 - (self.stance - phase) / SLIDE).max(0.0)) * SLIDE / 3.0;
        ankle[0] += self.off_slide * leaving;
        ankle
    }

    /// The foot flat on the ground.
    pub fn flat(sole: &Sole) -> FootState {
        FootState {
            advance: 0.0,
            forward: 0.0,
            height: sole.ankle_height,
            pitch_rad: 0.0,
            swing: 0.0,
        }
    }

    /// Where the foot is at a phase 0–1 of its own cycle.
    pub fn at(&self, phase: f64) -> FootState {
        let pitch_rad = self.pitch.at(phase);
        if phase < self.stance {
            let [forward, height] = self.on_the_ground(phase);
            return FootState {
                advance: 0.0,
                forward,
                height,
                pitch_rad,
                swing: 0.0,
            };
        }
        let q = (phase - self.stance) / (1.0 - self.stance);
        let [x, height] = [0, 1].map(|k| {
            let c = self.bump[k];
            let u = q - 0.5;
            quintic(q, self.swing_start[k], self.swing_end[k])
                + cube(q * (1.0 - q)) * (c[0] + c[1] * u + c[2] * u * u)
        });
        let advance = smooth_step(q);
        FootState {
            advance,
            forward: x - self.stride_m * advance,
            height,
            pitch_rad,
            // most at a third of swing, when the knee is bent most
            swing: q * q * (1.0 - q) * cube(1.0 - q) * 729.0 / 16.0,
        }
    }
}

/// Moves a phase of the healthy cycle to a cycle with another stance.
fn rescale(phase: f64, stance: f64) -> f64 {
    if phase <= HEALTHY_STANCE {
        phase * stance / HEALTHY_STANCE
    } else {
        stance + (phase - HEALTHY_STANCE) * (1.0 - stance) / (1.0 - HEALTHY_STANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ankle_moves_without_jumps_of_place_or_speed() {
        let foot = Foot::new(Sole::new(1.0, 0.0663), 1.0, 1.36, 0.62);
        let place = |p: f64| {
            let cycle = p.floor();
            let s = foot.at(p - cycle);
            [s.forward + 1.36 * (s.advance + cycle), s.height]
        };
        let h = 1e-4;
        for i in 0..20_000 {
            let p = i as f64 * h;
            let (a, b, c) = (place(p - h), place(p), place(p + h));
            for k in 0..2 {
                let (before, after) = ((b[k] - a[k]) / h, (c[k] - b[k]) / h);
                // metres per stride; the largest acceleration is about 90 m/stride²
                assert!((after - before).abs() < 0.02, "{p}: {before} {after}");
            }
        }
    }

    #[test]
    fn the_sole_stays_above_the_floor() {
        let sole = Sole::new(1.0, 0.0663);
        for stride_m in [1.0, 1.36, 1.5] {
            let foot = Foot::new(sole, 1.0, stride_m, 0.62);
            for i in 0..1000 {
                let s = foot.at(i as f64 / 1000.0);
                let (sin, cos) = s.pitch_rad.sin_cos();
                for (x, r) in [sole.heel, sole.forefoot] {
                    // lowest point of the rounded end = centre height − radius
                    let centre = s.height + x * sin + (r - sole.ankle_height) * cos;
                    assert!(centre - r > -0.003, "{stride_m} m, {i}: {}", centre - r);
                }
            }
        }
    }
}
