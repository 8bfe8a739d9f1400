//! Which end of a trunk sensor's forward axis is forward.
//!
//! Four answers, each with a weight, are added:
//! - **setting off and stopping**: from standing to walking the body gains forward velocity;
//! - **legs**: the body falls away from the stance leg, so it accelerates toward the leg that swings;
//! - **pendulum**: the walking body slows down while it rises over the stance leg and speeds up while
//!   it falls (Cavagna 1976), so the forward acceleration goes against the vertical velocity;
//! - **placement**: the sensor's z axis usually points away from the body.

use super::walking::{EarthMotion, Window, without_mean};
use nalgebra::Vector2;
use std::ops::Range;

/// Weights of the answers (largest value of each), most trusted first.
const SETTING_OFF: f64 = 2.0;
const LEGS: f64 = 1.5;
const PENDULUM: f64 = 1.0;
const PLACEMENT: f64 = 0.5;
/// Time after standing within which walking must have begun, seconds.
const SOON_S: f64 = 4.0;
/// Least gain of velocity that is a setting off, m/s.
const SPEED_MIN: f64 = 0.3;

/// What is known besides the axis.
pub(super) struct Hints<'a> {
    /// The motion in the basis: a frame that follows its first axis.
    pub motion: &'a EarthMotion,
    pub windows: &'a [Window],
    /// Quiet stretches, in samples of the motion.
    pub quiet: &'a [Range<usize>],
    /// Right minus left angular velocity about the legs' axes to the left, rad/s, per sample of the
    /// motion: positive while the left leg swings.
    pub legs: Option<&'a [f64]>,
    /// Forward by placement, in the basis, at most unit length.
    pub placement: Vector2<f64>,
}

impl Hints<'_> {
    /// Positive when `axis` points forward; its size against the sum of weights is the certainty.
    pub fn vote(&self, axis: &Vector2<f64>) -> f64 {
        SETTING_OFF * self.setting_off(axis)
            + LEGS * self.legs(axis)
            + PENDULUM * self.pendulum(axis)
            + PLACEMENT * self.placement.dot(axis)
    }

    /// Cosine between the axis and the velocity gained or lost at the ends of standing.
    fn setting_off(&self, axis: &Vector2<f64>) -> f64 {
        let mut gained = Vector2::zeros();
        for quiet in self.quiet {
            gained += self.gain(quiet.end, 1).unwrap_or_default();
            gained += self.gain(quiet.start, -1).unwrap_or_default();
        }
        match gained.norm() > SPEED_MIN {
            true => gained.normalize().dot(axis),
            false => 0.0,
        }
    }

    /// Velocity gained after `from` in one direction of time, in the basis, m/s: its mean over the
    /// first stride after the middle of the first window of walking.
    fn gain(&self, from: usize, direction: i64) -> Option<Vector2<f64>> {
        let rate_hz = self.motion.rate_hz;
        let soon = (SOON_S * rate_hz) as usize;
        let mut windows = self.windows.iter();
        let window = match direction {
            1 => windows.find(|w| (from..from + soon).contains(&w.range.start)),
            _ => windows.rfind(|w| w.range.end <= from && from - w.range.end < soon),
        }?;
        // by the middle of the window the subject is under way
        let middle = (window.range.start + window.range.end) / 2;
        let steps = middle.abs_diff(from);
        let (stride, mut velocity, mut mean) =
            (2 * window.step, Vector2::zeros(), Vector2::zeros());
        for k in 0..steps + stride {
            let i = usize::try_from(from as i64 + direction * k as i64).ok()?;
            let acc = self.motion.acc.get(i)?;
            // backwards in time the velocity is what will be lost
            let step = direction as f64 / rate_hz;
            velocity += acc.xy() * step;
            if k >= steps {
                mean += velocity / stride as f64;
            }
        }
        (mean.norm().is_finite()).then_some(mean)
    }

    /// Correlation of the acceleration to the left with the left leg's swing.
    fn legs(&self, axis: &Vector2<f64>) -> f64 {
        let Some(legs) = self.legs else { return 0.0 };
        let left = Vector2::new(-axis.y, axis.x);
        let mut sums = Correlation::default();
        for (window, acc) in self.whole_windows() {
            let sideways: Vec<f64> = acc.iter().map(|a| a.dot(&left)).collect();
            let sideways = without_mean(&sideways, 2 * window.step);
            let legs = &legs[window.range.clone()];
            sums.add(&sideways, legs);
        }
        sums.value()
    }

    /// Correlation of the forward acceleration with the downward velocity.
    fn pendulum(&self, axis: &Vector2<f64>) -> f64 {
        let mut sums = Correlation::default();
        for (window, acc) in self.whole_windows() {
            let stride = 2 * window.step;
            let vertical = self.motion.acc[window.range.clone()].iter().map(|a| a.z);
            let vertical: Vec<f64> = vertical.collect();
            let mut downward = Vec::with_capacity(vertical.len());
            let mut sum = 0.0;
            for v in without_mean(&vertical, stride) {
                sum -= v / self.motion.rate_hz;
                downward.push(sum);
            }
            let downward = without_mean(&downward, stride);
            let forward: Vec<f64> = acc.iter().map(|a| a.dot(axis)).collect();
            let forward = without_mean(&forward, stride);
            // means over a stride are not whole at the ends
            let inner = stride / 2..forward.len().saturating_sub(stride / 2);
            sums.add(&forward[inner.clone()], &downward[inner]);
        }
        sums.value()
    }

    /// Windows without missing samples, with the horizontal acceleration.
    fn whole_windows(&self) -> impl Iterator<Item = (&Window, Vec<Vector2<f64>>)> {
        self.windows.iter().filter_map(|window| {
            let acc = &self.motion.acc[window.range.clone()];
            let acc: Vec<Vector2<f64>> = acc.iter().map(|a| a.xy()).collect();
            acc.iter().all(|a| a.x.is_finite()).then_some((window, acc))
        })
    }
}

/// Sums of a correlation coefficient of values without mean.
#[derive(Default)]
struct Correlation {
    ab: f64,
    aa: f64,
    bb: f64,
}

impl Correlation {
    fn add(&mut self, a: &[f64], b: &[f64]) {
        for (a, b) in a
            .iter()
            .zip(b)
            .filter(|(a, b)| a.is_finite() && b.is_finite())
        {
            self.ab += a * b;
            self.aa += a * a;
            self.bb += b * b;
        }
    }

    fn value(&self) -> f64 {
        match self.aa * self.bb > 0.0 {
            true => self.ab / (self.aa * self.bb).sqrt(),
            false => 0.0,
        }
    }
}
