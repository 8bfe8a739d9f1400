//! Signs of foot strikes and foot offs in single samples of a foot or shank sensor, or of steps in those
//! of the lower back: cheap, early, not exact.

use super::body::Sign;
use crate::recording::{EventKind, Side};
use std::f64::consts::{PI, SQRT_2};

/// Share of the usual mid-swing that a swing must reach before its end is waited for.
const SWING_SHARE: f64 = 0.3;

/// Watches the angular velocity of one limb about its lateral axis.
#[derive(Debug, Clone)]
pub(super) struct LimbWatch {
    side: Side,
    /// Lateral axis in the sensor, signed so that a swing is positive.
    axis: [f64; 3],
    /// Usual angular velocity in mid-swing, rad/s.
    usual: f64,
    /// Row in which the signal last came up through 0.
    rose: Option<u64>,
    before: f64,
    swings: bool,
}

impl LimbWatch {
    pub fn new(side: Side, axis: [f64; 3], usual: f64) -> LimbWatch {
        LimbWatch {
            side,
            axis,
            usual,
            rose: None,
            before: f64::NAN,
            swings: false,
        }
    }

    /// Takes the angular velocity of a row.
    pub fn push(&mut self, row: u64, gyr: [f64; 3]) -> Option<Sign> {
        let value: f64 = gyr.iter().zip(self.axis).map(|(g, a)| g * a).sum();
        if value.is_nan() {
            return None;
        }
        if value > 0.0 && self.before <= 0.0 {
            self.rose = Some(row);
        }
        self.before = value;
        let side = Some(self.side);
        if !self.swings && value > SWING_SHARE * self.usual {
            self.swings = true;
            let row = self.rose.unwrap_or(row);
            let kind = EventKind::FootOff;
            return Some(Sign { side, kind, row });
        }
        if self.swings && value <= 0.0 {
            self.swings = false;
            let kind = EventKind::FootStrike;
            return Some(Sign { side, kind, row });
        }
        None
    }
}

/// Watches the vertical acceleration of the lower back: the same wavelet as the search for steps, as
/// far as the samples have come.
#[derive(Debug, Clone)]
pub(super) struct StepWatch {
    kernel: Vec<f64>,
    /// The last samples, as many as the kernel reaches to both sides.
    last: std::collections::VecDeque<f64>,
    answers: [f64; 2],
}

impl StepWatch {
    /// A watch for steps of so many samples; `reach` samples follow the place that is looked at.
    pub fn new(step: f64, reach: usize) -> StepWatch {
        let sigma = SQRT_2 * step / (2.0 * PI);
        let weight = |k: i64| {
            let x = k as f64 / sigma;
            (1.0 - x * x) * (-0.5 * x * x).exp()
        };
        let reach = reach as i64;
        let mut kernel: Vec<f64> = (-reach..=reach).map(weight).collect();
        // what the cut kernel answers to gravity
        let mean = kernel.iter().sum::<f64>() / kernel.len() as f64;
        kernel.iter_mut().for_each(|w| *w -= mean);
        StepWatch {
            kernel,
            last: Default::default(),
            answers: [f64::NAN; 2],
        }
    }

    /// Takes the vertical acceleration of a row; tells the row, `reach` before it, in which the pelvis
    /// was lowest.
    pub fn push(&mut self, row: u64, vertical: f64) -> Option<u64> {
        let value = match vertical.is_nan() {
            true => self.last.back().copied().unwrap_or(0.0),
            false => vertical,
        };
        self.last.push_back(value);
        if self.last.len() > self.kernel.len() {
            self.last.pop_front();
        }
        if self.last.len() < self.kernel.len() {
            return None;
        }
        let answer: f64 = self.last.iter().zip(&self.kernel).map(|(v, w)| v * w).sum();
        let [before, here] = self.answers;
        self.answers = [here, answer];
        let peak = here > before && here >= answer && here > 0.0;
        let row = row.saturating_sub(1 + self.kernel.len() as u64 / 2);
        peak.then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swing_gives_an_off_where_it_began_and_a_strike_where_it_ends() {
        let mut watch = LimbWatch::new(Side::Right, [0.0, 1.0, 0.0], 5.0);
        let signs: Vec<Sign> = (0..200)
            .filter_map(|row| {
                let phase = f64::from(row as u32) / 100.0 * 2.0 * PI;
                watch.push(row, [9.0, -5.0 * phase.cos(), 0.0])
            })
            .collect();
        let found: Vec<_> = signs.iter().map(|s| (s.kind, s.row)).collect();
        use EventKind::*;
        let expected = [
            (FootOff, 26),
            (FootStrike, 75),
            (FootOff, 126),
            (FootStrike, 175),
        ];
        for ((kind, row), (expected_kind, expected_row)) in found.iter().zip(expected) {
            assert_eq!(*kind, expected_kind);
            assert!(row.abs_diff(expected_row) <= 1, "{found:?}");
        }
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn steps_are_seen_at_their_lowest_place() {
        let mut watch = StepWatch::new(50.0, 50);
        let signs: Vec<u64> = (0..500)
            .filter_map(|row| {
                let phase = (row as f64 - 10.0) / 50.0 * 2.0 * PI;
                watch.push(row, 9.81 + 2.0 * phase.cos())
            })
            .collect();
        assert!(signs.len() >= 6, "{signs:?}");
        for row in signs {
            assert!((row as i64 - 10).rem_euclid(50) <= 1, "{row}");
        }
    }
}
