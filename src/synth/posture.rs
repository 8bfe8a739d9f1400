//! Pelvis and trunk over the gait cycle: norm curves, the subject's own ways, the pattern.

use super::clock::Clock;
use super::curves::Window;
use super::fourier::{Curves, Harmonics};
use super::random::{self, Purpose};
use super::rhythm::{Rhythm, WALKING_STANCE};
use super::walker::{GaitKind, HealthyLean, Pattern, Walker};
use crate::recording::{PerSide, Side};
use rand::RngExt;

/// Abductor failure: single support of the affected limb, from just after contact.
const SINGLE_SUPPORT: Window = Window {
    on: 0.02,
    rise: 0.15,
    off: 0.44,
    fall: 0.16,
};
/// Lurch of the trunk over the stance limb.
const MID_STANCE: Window = Window {
    on: 0.0,
    rise: 0.22,
    off: 0.40,
    fall: 0.22,
};
/// Hike of the pelvis in the limb's own swing.
const SWING: Window = Window {
    on: 0.55,
    rise: 0.17,
    off: 0.84,
    fall: 0.15,
};
/// Dynamic valgus of the knee.
const VALGUS: Window = Window {
    on: 0.0,
    rise: 0.08,
    off: 0.37,
    fall: 0.16,
};

/// Norm of the single-support trunk lean, degrees (`science` §6.4).
const LEAN_NORM_DEG: f64 = 0.75;

/// Speed v/√(g·leg) and what healthy single-support drop and lean differ from those at free speed,
/// degrees (Schwartz 2008, means over each speed's single support; `science` §6.1).
const SPEED_CHANGE: [(f64, f64, f64); 5] = [
    (0.172, -2.0, 1.25),
    (0.290, -0.7, 0.3),
    (0.428, 0.0, 0.0),
    (0.560, 0.9, 0.0),
    (0.694, 1.8, -0.35),
];

/// Share of the norm varus curve that the knees follow (`science` §9).
const VARUS_SHARE: f64 = 0.6;

/// Pelvis and trunk in the direction of progression, radians, laboratory signs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Angles {
    pub pelvis_tilt: f64,
    pub pelvis_obliquity: f64,
    pub pelvis_rotation: f64,
    pub thorax_tilt: f64,
    pub thorax_lean: f64,
    pub thorax_rotation: f64,
    /// Shift of the mid-hip point to the left, metres.
    pub shift_left_m: f64,
}

/// What a limb adds to the norm in its own cycle, degrees.
#[derive(Debug, Clone, Copy, Default)]
struct LimbWay {
    drop_single_support: f64,
    hike_swing: f64,
    lean_mid_stance: f64,
    shift_m: f64,
    valgus: f64,
}

impl LimbWay {
    fn plus(&self, other: &LimbWay) -> LimbWay {
        LimbWay {
            drop_single_support: self.drop_single_support + other.drop_single_support,
            hike_swing: self.hike_swing + other.hike_swing,
            lean_mid_stance: self.lean_mid_stance + other.lean_mid_stance,
            shift_m: self.shift_m + other.shift_m,
            valgus: self.valgus + other.valgus,
        }
    }
}

/// How one subject holds pelvis and trunk in one trial.
#[derive(Debug, Clone)]
pub(super) struct Posture {
    curves: &'static Curves,
    /// What a phase is divided by before it meets a window: the windows are those of walking, and
    /// a shorter stance has them in its own proportions.
    window_scale: f64,
    /// The subject's own ways, in every stride.
    limbs: PerSide<LimbWay>,
    /// What the pattern adds, in the strides that show it.
    pattern: PerSide<LimbWay>,
    prevalence: f64,
    pelvis_offset_deg: f64,
    trunk_offset_deg: f64,
    norm_lean_deg: f64,
    jitter_seeds: [u64; 3],
    jitter_drop_deg: f64,
    jitter_lean_deg: f64,
}

impl Posture {
    /// The faster the walk, the more a healthy pelvis drops.
    pub fn new(walker: &Walker, leg_obliquity_rad: f64, rhythm: &Rhythm) -> Posture {
        let walking = rhythm.kind == GaitKind::Walking;
        let mut posture = Posture {
            curves: Curves::of(rhythm.kind),
            window_scale: rhythm.stance / WALKING_STANCE,
            limbs: PerSide::default(),
            pattern: PerSide::default(),
            prevalence: walker.prevalence,
            pelvis_offset_deg: leg_obliquity_rad.to_degrees(),
            trunk_offset_deg: 0.0,
            norm_lean_deg: match walker.healthy_lean {
                HealthyLean::Norm if walking => norm_lean_deg(),
                HealthyLean::Norm | HealthyLean::Fourier => 0.0,
            },
            jitter_seeds: [walker.seed, walker.session, walker.trial],
            jitter_drop_deg: if walker.stride_jitter { 1.2 } else { 0.0 },
            jitter_lean_deg: if walker.stride_jitter { 1.0 } else { 0.0 },
        };
        let (drop, lean) = match walking {
            true => speed_change_deg(rhythm.speed),
            false => (0.0, 0.0),
        };
        for side in Side::BOTH {
            posture.limbs[side].drop_single_support += drop;
            posture.limbs[side].lean_mid_stance += lean;
        }
        if walker.between_subject {
            posture.draw_subject(walker.seed);
        }
        posture.add_pattern(walker);
        posture
    }

    fn draw_subject(&mut self, seed: u64) {
        let mut random = random::generator([seed, 0, 0], Purpose::Subject, 0);
        let mut draw = |sd: f64| sd * random::normal(&mut random);
        for side in Side::BOTH {
            self.limbs[side].drop_single_support += draw(1.0);
            self.limbs[side].lean_mid_stance += draw(1.2);
        }
        self.pelvis_offset_deg += draw(0.8);
        self.trunk_offset_deg += draw(0.8);
    }

    fn add_pattern(&mut self, walker: &Walker) {
        let x = walker.magnitude_deg();
        if walker.pattern == Pattern::Ataxic {
            self.jitter_drop_deg = x;
            self.jitter_lean_deg = x;
        }
        for side in Side::BOTH {
            if !(walker.affected.includes(side) || walker.pattern == Pattern::Waddle) {
                continue;
            }
            let limb = &mut self.pattern[side];
            match walker.pattern {
                Pattern::Uncompensated => {
                    limb.drop_single_support += x;
                    limb.lean_mid_stance -= 0.1 * x;
                }
                Pattern::Compensated | Pattern::Waddle => {
                    limb.lean_mid_stance += x;
                    limb.drop_single_support -= 0.35 * x;
                    limb.shift_m += 0.0015 * x;
                }
                Pattern::Mixed => {
                    limb.drop_single_support += 0.6 * x;
                    limb.lean_mid_stance += x;
                }
                Pattern::FixedObliquity => self.pelvis_offset_deg -= side.sigma() * x,
                Pattern::TrunkList => self.trunk_offset_deg -= side.sigma() * x,
                Pattern::HipHike => limb.hike_swing += x,
                Pattern::Antalgic => limb.lean_mid_stance += x,
                Pattern::KneeValgus => limb.valgus += x,
                Pattern::Healthy | Pattern::LegLengthDifference | Pattern::Ataxic => {}
            }
        }
        let lurch = PerSide::from_fn(|side| self.pattern[side].lean_mid_stance.max(0.0));
        for side in Side::BOTH {
            // the trunk swings back across its mid-line while the other limb stands
            self.pattern[side.opposite()].lean_mid_stance += walker.rebound * lurch[side];
        }
    }

    /// Whether one stride of a limb shows the pattern.
    fn shows(&self, side: Side, cycle: i64) -> bool {
        if self.prevalence >= 1.0 {
            return true;
        }
        let index = 2_000_000 + 2 * (cycle + 10) as u64 + u64::from(side == Side::Right);
        let mut random = random::generator(self.jitter_seeds, Purpose::Strides, index);
        random.random::<f64>() < self.prevalence
    }

    /// What a limb adds to the norm in one of its strides.
    fn way(&self, side: Side, cycle: i64) -> LimbWay {
        match self.shows(side, cycle) {
            true => self.limbs[side].plus(&self.pattern[side]),
            false => self.limbs[side],
        }
    }

    /// Drop and lean that one stride of a limb has more than the limb's mean, degrees.
    fn jitter_deg(&self, side: Side, cycle: i64) -> (f64, f64) {
        if self.jitter_drop_deg == 0.0 && self.jitter_lean_deg == 0.0 {
            return (0.0, 0.0);
        }
        let index = 1_000_000 + 2 * (cycle + 10) as u64 + u64::from(side == Side::Right);
        let mut random = random::generator(self.jitter_seeds, Purpose::Strides, index);
        (
            self.jitter_drop_deg * random::normal(&mut random),
            self.jitter_lean_deg * random::normal(&mut random),
        )
    }

    /// Pelvis and trunk at a phase of the clock.
    pub fn at(&self, clock: &Clock, phase: f64) -> Angles {
        let p = PerSide::from_fn(|side| clock.limb(side, phase));
        let mean = |left: f64, right: f64| (0.5 * (left + right)).to_radians();
        let (left, right) = (p.left.1, p.right.1);
        let curves = self.curves;
        let oblique = &curves.pelvis_obliquity;
        let mut obliquity_deg = 0.5 * (oblique.at_deg(left) - oblique.at_deg(right));
        let mut lean_deg = base_lean_deg(curves, left, right);
        let mut shift_left_m = 0.0;
        for side in Side::BOTH {
            let (cycle, phase) = (p[side].0, p[side].1 / self.window_scale);
            let limb = self.way(side, cycle);
            let (jitter_drop, jitter_lean) = self.jitter_deg(side, cycle);
            let (sigma, mid) = (side.sigma(), MID_STANCE.at(phase));
            obliquity_deg += sigma
                * ((limb.drop_single_support + jitter_drop) * SINGLE_SUPPORT.at(phase)
                    + limb.hike_swing * SWING.at(phase));
            lean_deg -= sigma * (limb.lean_mid_stance + jitter_lean + self.norm_lean_deg) * mid;
            shift_left_m += sigma * limb.shift_m * mid;
        }
        let both =
            |curve: &Harmonics, sign: f64| mean(sign * curve.at_deg(left), curve.at_deg(right));
        Angles {
            pelvis_tilt: both(&curves.pelvis_tilt, 1.0),
            pelvis_obliquity: (obliquity_deg + self.pelvis_offset_deg).to_radians(),
            pelvis_rotation: both(&curves.pelvis_rotation, -1.0),
            thorax_tilt: both(&curves.thorax_tilt, 1.0),
            thorax_lean: (lean_deg + self.trunk_offset_deg).to_radians(),
            thorax_rotation: both(&curves.thorax_rotation, -1.0),
            shift_left_m,
        }
    }

    /// Pelvis and trunk in quiet standing.
    pub fn standing(&self) -> Angles {
        Angles {
            pelvis_tilt: 11.6f64.to_radians(),
            pelvis_obliquity: self.pelvis_offset_deg.to_radians(),
            thorax_tilt: 1.0f64.to_radians(),
            thorax_lean: self.trunk_offset_deg.to_radians(),
            ..Angles::default()
        }
    }

    /// Knee varus of a limb at a phase 0–1 of its own cycle, radians.
    pub fn knee_varus_rad(&self, side: Side, phase: f64) -> f64 {
        (VARUS_SHARE * self.curves.knee_varus.at_deg(phase)
            - self.pattern[side].valgus * VALGUS.at(phase / self.window_scale))
        .to_radians()
    }
}

/// What healthy drop and lean differ from those at free speed, linear between the known speeds.
fn speed_change_deg(speed: f64) -> (f64, f64) {
    let [first, .., last] = SPEED_CHANGE;
    let speed = speed.clamp(first.0, last.0);
    for pair in SPEED_CHANGE.windows(2) {
        let [low, high] = pair else { continue };
        if speed <= high.0 {
            let share = (speed - low.0) / (high.0 - low.0);
            let between = |a: f64, b: f64| (1.0 - share) * a + share * b;
            return (between(low.1, high.1), between(low.2, high.2));
        }
    }
    (last.1, last.2)
}

/// Symmetric lean to the right, degrees, at the limbs' phases.
fn base_lean_deg(curves: &Curves, left: f64, right: f64) -> f64 {
    0.5 * (curves.trunk_lean.at_deg(right) - curves.trunk_lean.at_deg(left))
}

/// Amplitude of the mid-stance window that brings the curve to the norm of the decision model.
///
/// The derived curve has a single-support mean of about 0.1°, measured walkers 0.75°.
fn norm_lean_deg() -> f64 {
    let walking = Curves::of(GaitKind::Walking);
    let (from, to, n) = (0.12, 0.50, 400);
    let phases = (0..n).map(|i| from + (to - from) * (i as f64 + 0.5) / n as f64);
    let (curve, window) = phases.fold((0.0, 0.0), |(curve, window), p| {
        (
            curve + base_lean_deg(walking, p + 0.5, p) / n as f64,
            window + MID_STANCE.at(p) / n as f64,
        )
    });
    (LEAN_NORM_DEG - curve) / window
}
