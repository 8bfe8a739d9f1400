//! One foot over the gait cycle: heel rocker, flat, forefoot roll, swing.
//!
//! The sole is flat between a round heel and a round forefoot on which it rolls without slipping.
//! Two short slides make the path smooth where real feet slide too: at contact the heel is braked
//! within 3 % of the stride, and before foot off the unloaded toe begins to move. Swing is a
//! quintic between the two, with a polynomial bump. Walking and running differ in the parameters.

use super::curves::{Monotone, quintic, smooth_step};
use super::math::{cube, power, sin_cos};
use super::rhythm::{Rhythm, WALKING_STANCE};
use super::walker::GaitKind;

/// The braking slide after contact and the slide before foot off, share of the stride.
const SLIDE: f64 = 0.03;

/// What a foot does in one kind of gait.
#[derive(Debug)]
struct Manner {
    /// Stance that the phases of `pitch_deg` belong to.
    stance: f64,
    /// Phase and toe-up pitch of the sole, degrees.
    pitch_deg: &'static [(f64, f64)],
    /// Forward speed of the toe's slide at foot off, stride lengths per stride.
    off_slide: f64,
    /// Velocity of the ankle at contact (forward, up), stride lengths per stride.
    strike_velocity: [f64; 2],
    /// Its acceleration, stride lengths per stride².
    strike_acceleration: [f64; 2],
    /// Acceleration of the ankle at foot off, stride lengths per stride².
    off_acceleration: [f64; 2],
    /// Bump of the swing: q³(1−q)³·(c₀ + c₁(q−½) + c₂(q−½)²), metres at a stride of `stride_m`.
    bump_m: [[f64; 3]; 2],
    /// Stride length that the pitch and the bump belong to, metres at 1.70 m height.
    stride_m: f64,
}

/// Fitted so that the legs reproduce the Schwartz 2008 knee flexion, hip flexion and hip adduction
/// at free speed.
static WALKING: Manner = Manner {
    stance: WALKING_STANCE,
    pitch_deg: &[
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
    ],
    off_slide: 0.45,
    strike_velocity: [0.614, -0.2103],
    strike_acceleration: [-9.57, 0.528],
    off_acceleration: [59.43, 35.62],
    bump_m: [[-11.40, 10.43, -22.53], [-8.937, 3.390, -19.18]],
    stride_m: 1.36,
};

/// Fitted to the knee and the thigh of an easy run as textbooks show them (knee flexion about 15°
/// at contact, 43° in mid-stance, 18° at foot off, 95° in swing; thigh 24° behind to 36° before the
/// vertical; after Novacheck 1998, Gait Posture 7:77–95), reached to 2.0° and 1.7° RMS, with the
/// sole above the floor at every speed. It lands on the heel.
static RUNNING: Manner = Manner {
    stance: 0.3534,
    pitch_deg: &[
        (0.0, 11.19),
        (0.06, 0.0),
        (0.17, 0.0),
        (0.23, -16.25),
        (0.29, -34.23),
        (0.3534, -63.44),
        (0.42, -71.82),
        (0.52, -87.94),
        (0.66, -75.23),
        (0.80, -24.22),
        (0.92, 10.38),
    ],
    off_slide: 0.797,
    strike_velocity: [0.300, -0.3668],
    strike_acceleration: [4.60, -3.488],
    off_acceleration: [-36.07, 23.69],
    bump_m: [[11.75, -94.37, 44.03], [-12.73, 2.834, -54.62]],
    stride_m: 2.122,
};

impl Manner {
    fn of(kind: GaitKind) -> &'static Manner {
        match kind {
            GaitKind::Walking => &WALKING,
            GaitKind::Running => &RUNNING,
        }
    }

    /// Moves a phase of this manner's cycle to a cycle with another stance.
    fn rescale(&self, phase: f64, stance: f64) -> f64 {
        if phase <= self.stance {
            phase * stance / self.stance
        } else {
            stance + (phase - self.stance) * (1.0 - stance) / (1.0 - self.stance)
        }
    }
}

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
    manner: &'static Manner,
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
    /// A foot of a stride of this rhythm with `stance` as share of the stride.
    pub fn new(sole: Sole, scale: f64, rhythm: &Rhythm, stance: f64) -> Foot {
        let (manner, stride_m) = (Manner::of(rhythm.kind), rhythm.stride_m);
        // short strides roll less from heel to toe
        let relative = stride_m / (manner.stride_m * scale);
        let keys: Vec<(f64, f64)> = manner
            .pitch_deg
            .iter()
            .map(|&(phase, deg)| {
                (
                    manner.rescale(phase, stance),
                    deg.to_radians() * power(relative, 0.6),
                )
            })
            .collect();
        // the bump tempers what the accelerations at both ends do, and they follow the stride
        let bump_scale = stride_m / manner.stride_m;
        let mut foot = Foot {
            manner,
            pitch: Monotone::periodic(&keys),
            sole,
            stance,
            stride_m,
            brake: [0.0; 2],
            off_slide: manner.off_slide * stride_m,
            swing_start: [[0.0; 3]; 2],
            swing_end: [[0.0; 3]; 2],
            bump: [0, 1].map(|k| manner.bump_m[k].map(|c| c * bump_scale)),
        };
        foot.join_swing();
        foot
    }

    /// Makes the swing start and end as the stance ends and starts.
    fn join_swing(&mut self) {
        let h = 1e-5;
        let rolled = |p: f64| self.sole.ankle(self.pitch.at(p));
        let (r0, r1) = (rolled(0.0), rolled(h));
        let strike = self.manner.strike_velocity.map(|v| v * self.stride_m);
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
                self.manner.off_acceleration[k] * self.stride_m * swing * swing,
            ]
        });
        self.swing_end = [0, 1].map(|k| {
            [
                contact[k] + if k == 0 { self.stride_m } else { 0.0 },
                strike[k] * swing,
                self.manner.strike_acceleration[k] * self.stride_m * swing * swing,
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

#[cfg(test)]
mod tests {
    use super::*;

    use crate::synth::physique::Physique;
    use crate::synth::walker::Walker;

    /// A foot of 1.70 m height at a speed, with its stride length.
    fn foot(gait: GaitKind, speed_m_s: f64) -> (Foot, f64) {
        let walker = Walker {
            gait,
            speed_m_s: Some(speed_m_s),
            ..Walker::default()
        };
        let physique = Physique::new(&walker);
        let rhythm = Rhythm::new(&walker, &physique);
        let sole = Sole::new(1.0, physique.ankle_height_m);
        (
            Foot::new(sole, 1.0, &rhythm, rhythm.stance),
            rhythm.stride_m,
        )
    }

    const SPEEDS: [(GaitKind, f64); 6] = [
        (GaitKind::Walking, 0.7),
        (GaitKind::Walking, 1.28),
        (GaitKind::Walking, 1.56),
        (GaitKind::Running, 1.8),
        (GaitKind::Running, 3.0),
        (GaitKind::Running, 4.7),
    ];

    #[test]
    fn the_ankle_moves_without_jumps_of_place_or_speed() {
        for (gait, speed) in SPEEDS {
            let (foot, stride_m) = foot(gait, speed);
            let place = |p: f64| {
                let cycle = p.floor();
                let s = foot.at(p - cycle);
                [s.forward + stride_m * (s.advance + cycle), s.height]
            };
            let h = 1e-4;
            for i in 0..20_000 {
                let p = i as f64 * h;
                let (a, b, c) = (place(p - h), place(p), place(p + h));
                for k in 0..2 {
                    let (before, after) = ((b[k] - a[k]) / h, (c[k] - b[k]) / h);
                    // metres per stride; the largest acceleration is about 90 m/stride² walking
                    let most = 0.02 * stride_m / 1.36;
                    assert!(
                        (after - before).abs() < most,
                        "{gait} {speed} {p}: {before} {after}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_sole_stays_above_the_floor() {
        for (gait, speed) in SPEEDS {
            let (foot, _) = foot(gait, speed);
            let sole = foot.sole;
            for i in 0..1000 {
                let s = foot.at(i as f64 / 1000.0);
                let (sin, cos) = s.pitch_rad.sin_cos();
                for (x, r) in [sole.heel, sole.forefoot] {
                    // lowest point of the rounded end = centre height − radius
                    let centre = s.height + x * sin + (r - sole.ankle_height) * cos;
                    let lowest = centre - r;
                    assert!(lowest > -0.003, "{gait} {speed} m/s, {i}: {lowest}");
                }
            }
        }
    }
}
