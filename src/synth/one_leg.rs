//! The standing test: quiet standing, the left leg, the right leg, quiet standing.

use super::curves::smooth_step;
use super::gait::{Gait, Pose};
use super::still::{Held, Still};
use super::timeline::{Sway, shift};
use super::walker::{Pattern, Walker, WalkerError};
use crate::recording::{PerSide, Side};
use serde::{Deserialize, Serialize};

/// Quiet standing at the beginning, seconds.
const QUIET_S: f64 = 4.0;
/// Quiet standing between the legs and at the end, seconds.
const BETWEEN_S: f64 = 3.0;
/// Time in which the weight is shifted over the stance foot, seconds.
const SHIFT_S: f64 = 0.7;
/// Time in which the foot is lifted, and set down, seconds.
const LIFT_S: f64 = 0.4;
/// Lift of the foot and how far it is drawn back, metres at 1.70 m.
const LIFT_M: (f64, f64) = (0.14, 0.12);
/// Time in which the pelvis is raised, seconds.
const RAISE_S: f64 = 0.8;
/// Time in which a failing pelvis sinks, seconds.
const SINK_S: f64 = 1.2;
/// What a perfect measurement leaves out at the beginning and at the end, seconds.
const MARGIN_S: (f64, f64) = (1.0, 0.3);
/// Drop that ends the holding, degrees.
const FAILURE_DEG: f64 = 2.0;

/// How somebody stands on one leg. The pattern and the affected side are the walker's: *uncompensated*
/// sinks to its magnitude, *compensated* leans by it, *mixed* does both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneLeg {
    /// Seconds on each leg.
    pub hold_s: f64,
    /// How much the pelvis is raised on the lifted side, degrees.
    pub raise_deg: f64,
    /// How fast it sinks all the while, degrees per second.
    pub drift_deg_s: f64,
    /// Seconds until the affected pelvis begins to sink for good.
    pub fails_after_s: f64,
}

impl Default for OneLeg {
    fn default() -> OneLeg {
        OneLeg {
            hold_s: 32.0,
            raise_deg: 3.0,
            drift_deg_s: 0.02,
            fails_after_s: 12.0,
        }
    }
}

impl OneLeg {
    /// Checks that every parameter is possible.
    pub fn check(&self) -> Result<(), WalkerError> {
        let ranges = [
            ("hold_s", self.hold_s, 2.0, 300.0, "2 to 300 s"),
            ("raise_deg", self.raise_deg, 0.0, 10.0, "0 to 10 degrees"),
            ("drift_deg_s", self.drift_deg_s, -1.0, 1.0, "-1 to 1 °/s"),
            (
                "fails_after_s",
                self.fails_after_s,
                0.0,
                300.0,
                "0 to 300 s",
            ),
        ];
        for (parameter, found, low, high, expected) in ranges {
            if !(low..=high).contains(&found) {
                return Err(WalkerError {
                    parameter,
                    found: found.to_string(),
                    expected: expected.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// One true stance on one leg, degrees with the stance limb's signs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrueStance {
    /// The limb stood on.
    pub side: Side,
    /// The other foot leaves the ground, seconds.
    pub start_s: f64,
    /// It is back on the ground.
    pub end_s: f64,
    /// Seconds from the start until the drop passes 2°; `None` when it does not within the stance.
    pub time_to_failure_s: Option<f64>,
    /// Mean drop without the first second and the last 0.3 s.
    pub drop_mean_deg: f64,
    /// Largest drop in the same time.
    pub drop_peak_deg: f64,
    /// Mean lean in the same time.
    pub lean_mean_deg: f64,
}

/// Somebody who does the test.
pub(super) struct Test {
    still: Still,
    sway: Sway,
    way: OneLeg,
    /// Degrees that the pelvis sinks to when it fails; `None` = it is held.
    sinks_to_deg: PerSide<Option<f64>>,
    lean_deg: PerSide<f64>,
    shift_m: f64,
    scale: f64,
}

impl Test {
    pub fn new(walker: &Walker, gait: &Gait, way: OneLeg) -> Test {
        let x = walker.magnitude_deg();
        let affected = |side: Side| {
            let waddles = walker.pattern == Pattern::Waddle;
            walker.affected.includes(side) || waddles
        };
        let pattern = |side: Side| match affected(side) {
            true => walker.pattern,
            false => Pattern::Healthy,
        };
        Test {
            still: Still::new(gait),
            sway: Sway::new(walker),
            way,
            sinks_to_deg: PerSide::from_fn(|side| match pattern(side) {
                Pattern::Uncompensated => Some(x),
                Pattern::Mixed => Some(0.6 * x),
                _ => None,
            }),
            lean_deg: PerSide::from_fn(|side| match pattern(side) {
                Pattern::Compensated | Pattern::Waddle | Pattern::Mixed => x,
                _ => 0.5,
            }),
            shift_m: 0.8 * gait.physique.half_hip_m(),
            scale: gait.physique.scale,
        }
    }

    /// When the foot opposite to the stance leg is lifted.
    fn start_s(&self, side: Side) -> f64 {
        let first = QUIET_S + SHIFT_S;
        match side {
            Side::Left => first,
            Side::Right => first + self.way.hold_s + 2.0 * SHIFT_S + BETWEEN_S,
        }
    }

    pub fn duration_s(&self) -> f64 {
        self.start_s(Side::Right) + self.way.hold_s + SHIFT_S + BETWEEN_S
    }

    /// The body at a time.
    pub fn at(&self, t: f64) -> Pose {
        let mut held = Held::default();
        for side in Side::BOTH {
            let since = t - self.start_s(side);
            let (drop, lean) = self.posture_deg(side, since);
            let sigma = side.sigma();
            held.obliquity += sigma * drop.to_radians();
            held.lean -= sigma * lean.to_radians();
            let over = smooth_step((since + SHIFT_S) / SHIFT_S)
                * (1.0 - smooth_step((since - self.way.hold_s) / SHIFT_S));
            held.left_m += sigma * self.shift_m * over;
            let up = smooth_step(since / LIFT_S)
                * (1.0 - smooth_step((since - self.way.hold_s + LIFT_S) / LIFT_S));
            held.lift_m[side.opposite()] = (LIFT_M.0 * self.scale * up, LIFT_M.1 * self.scale * up);
        }
        let mut pose = self.still.pose(&held);
        shift(&mut pose, &self.sway.at(t));
        pose
    }

    /// Drop and lean on one leg, degrees with its signs, `since` seconds after the foot was lifted.
    fn posture_deg(&self, side: Side, since: f64) -> (f64, f64) {
        let way = &self.way;
        let on = smooth_step(since / RAISE_S) * (1.0 - smooth_step((since - way.hold_s) / RAISE_S));
        let mut drop = -way.raise_deg + way.drift_deg_s * since;
        if let Some(low) = self.sinks_to_deg[side] {
            let sunk = smooth_step((since - way.fails_after_s) / SINK_S);
            drop += sunk * (low - drop);
        }
        (on * drop, on * self.lean_deg[side])
    }

    /// What is true of every stance.
    pub fn truth(&self) -> Vec<TrueStance> {
        Side::BOTH.map(|side| self.stance(side)).to_vec()
    }

    fn stance(&self, side: Side) -> TrueStance {
        const STEP_S: f64 = 0.001;
        let hold_s = self.way.hold_s;
        let steps = (hold_s / STEP_S).round() as usize;
        let all: Vec<(f64, f64, f64)> = (0..=steps)
            .map(|i| {
                let t = i as f64 * STEP_S;
                let (drop, lean) = self.posture_deg(side, t);
                (t, drop, lean)
            })
            .collect();
        let settled: Vec<&(f64, f64, f64)> = all
            .iter()
            .filter(|(t, _, _)| (MARGIN_S.0..=hold_s - MARGIN_S.1).contains(t))
            .collect();
        let mean = |pick: fn(&(f64, f64, f64)) -> f64| {
            settled.iter().map(|s| pick(s)).sum::<f64>() / settled.len() as f64
        };
        TrueStance {
            side,
            start_s: self.start_s(side),
            end_s: self.start_s(side) + hold_s,
            time_to_failure_s: all.iter().find(|(_, d, _)| *d > FAILURE_DEG).map(|s| s.0),
            drop_mean_deg: mean(|s| s.1),
            drop_peak_deg: settled.iter().map(|s| s.1).fold(f64::MIN, f64::max),
            lean_mean_deg: mean(|s| s.2),
        }
    }
}
