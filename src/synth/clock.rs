//! When each step happens: phase of the gait cycle against time.
//!
//! Phase counts strides of the right limb: it is whole at right foot strikes. Everything else is
//! a function of phase, so a slow stride is slow in all its parts.

use super::curves::Monotone;
use super::random::{self, Purpose};
use super::rhythm::Rhythm;
use super::walker::{Pattern, Walker};
use crate::recording::{EventKind, PerSide, Side};

/// Phase and time of one trial.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    time_at_phase: Monotone,
    zero_s: f64,
    /// Phase of a limb's foot strike relative to the right limb's.
    pub strike_phase: PerSide<f64>,
    /// Stance of each limb, share of the stride.
    pub stance: PerSide<f64>,
    /// Phase of the first frame.
    pub first_phase: f64,
    /// Phase at which the trial ends.
    pub last_phase: f64,
}

impl Clock {
    /// A clock of `duration` strides from the walker's first phase.
    pub fn new(walker: &Walker, rhythm: &Rhythm, strides: f64) -> Clock {
        let sd = match (walker.pattern, walker.stride_jitter) {
            (Pattern::Ataxic, _) => 0.06,
            (_, true) => 0.02,
            (_, false) => 0.0,
        };
        let first_phase = walker.first_phase;
        let last_phase = first_phase + strides;
        let mut knots = Vec::new();
        let mut time = 0.0;
        for k in -2..=(last_phase.ceil() as i64 + 2) {
            knots.push((k as f64, time));
            let seeds = [walker.seed, walker.session, walker.trial];
            let mut random = random::generator(seeds, Purpose::Strides, (k + 2) as u64);
            // a stride never shrinks below half its length, however variable
            let factor = (1.0 + sd * random::normal(&mut random)).clamp(0.5, 1.5);
            time += rhythm.stride_s * factor;
        }
        let time_at_phase = Monotone::new(&knots);
        let zero_s = time_at_phase.at(first_phase);
        Clock {
            time_at_phase,
            zero_s,
            strike_phase: PerSide {
                left: 0.5 + left_strike_shift(walker),
                right: 0.0,
            },
            stance: PerSide::from_fn(|side| rhythm.stance - stance_loss(walker, side)),
            first_phase,
            last_phase,
        }
    }

    /// Seconds since the first frame at a phase.
    pub fn time_s(&self, phase: f64) -> f64 {
        self.time_at_phase.at(phase) - self.zero_s
    }

    /// Phase at a time.
    pub fn phase(&self, time_s: f64) -> f64 {
        self.time_at_phase.inverse(time_s + self.zero_s)
    }

    /// Cycle number and phase 0–1 of one limb at a phase of the clock.
    pub fn limb(&self, side: Side, phase: f64) -> (i64, f64) {
        let own = phase - self.strike_phase[side];
        let cycle = own.floor();
        (cycle as i64, own - cycle)
    }

    /// Every event with its phase between the first and the last phase, in time order.
    pub fn events(&self) -> Vec<(Side, EventKind, f64)> {
        let mut events = Vec::new();
        for side in Side::BOTH {
            for cycle in (self.first_phase as i64 - 2)..=(self.last_phase as i64 + 2) {
                let strike = cycle as f64 + self.strike_phase[side];
                events.push((side, EventKind::FootStrike, strike));
                events.push((side, EventKind::FootOff, strike + self.stance[side]));
            }
        }
        events.retain(|e| e.2 >= self.first_phase && e.2 <= self.last_phase);
        events.sort_by(|a, b| a.2.total_cmp(&b.2));
        events
    }
}

/// An antalgic limb is left early: the other foot strikes sooner after it.
fn left_strike_shift(walker: &Walker) -> f64 {
    match walker.pattern {
        Pattern::Antalgic => Side::BOTH
            .iter()
            .filter(|&&side| walker.affected.includes(side))
            .map(|&side| 0.03 * side.sigma())
            .sum(),
        _ => 0.0,
    }
}

fn stance_loss(walker: &Walker, side: Side) -> f64 {
    match walker.pattern {
        Pattern::Antalgic if walker.affected.includes(side) => 0.06,
        _ => 0.0,
    }
}
