//! Whether the acceleration and the angular velocity of a sensor belong together.
//!
//! In: both signals of one sensor. Out: [`Agreement`]. Gravity stays where it is: when every sample
//! of the acceleration is turned back by what the sensor has turned since, the mean over a stride is
//! gravity, because people do not fly away. With an angular velocity in a wrong unit gravity
//! is smeared over all directions; with a wrong sign (or axes of the other hand) the sway of the trunk
//! is doubled instead of taken out, and the mean is smaller than with the opposite sign.

use super::Series3;
use nalgebra::{Rotation3, Vector3};
use std::ops::Range;

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.80665;

/// About a stride, seconds.
const WINDOW_S: f64 = 1.2;

/// Somebody moves where the size of the acceleration has this standard deviation, m/s².
const MOVES_M_S2: f64 = 0.5;

/// Windows that are looked at, at least and at most.
const WINDOWS: Range<usize> = 5..60;

/// Standard errors by which the opposite sign must be better.
const OPPOSITE_T: f64 = 3.0;

/// What the two signals of a sensor say of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Too little movement to tell.
    Unknown,
    /// They belong together.
    Agrees,
    /// The angular velocity is far too large, as degrees taken for radians are.
    TooLarge,
    /// The angular velocity is far too small, as radians taken for degrees are, or a gyroscope that
    /// stands still.
    TooSmall,
    /// Gravity does not stay where it is, in radians or in degrees.
    Neither,
    /// They turn opposite ways: a wrong sign, or axes exchanged in one of them.
    Opposite,
}

impl Agreement {
    /// Of an acceleration, m/s², and an angular velocity, rad/s, of a sensor on the trunk; on a limb
    /// [`Agreement::Opposite`] says nothing.
    pub fn of(acc_m_s2: &Series3, gyr_rad_s: &Series3, rate_hz: f64) -> Agreement {
        let windows = moving(acc_m_s2, rate_hz);
        if windows.len() < WINDOWS.start {
            return Agreement::Unknown;
        }
        let kept = |factor: f64| -> Vec<f64> {
            let one = |w: &Range<usize>| gravity_kept(acc_m_s2, gyr_rad_s, w, factor / rate_hz);
            windows.iter().map(one).collect()
        };
        let degree = 1.0_f64.to_radians();
        let as_is = kept(1.0);
        if mean(&as_is) < 0.85 * GRAVITY {
            return match mean(&kept(degree)) > 0.93 * GRAVITY {
                true => Agreement::TooLarge,
                false => Agreement::Neither,
            };
        }
        if mean(&kept(1.0 / degree)) > 0.9 * GRAVITY {
            return Agreement::TooSmall;
        }
        let better: Vec<f64> = as_is.iter().zip(kept(-1.0)).map(|(a, b)| a - b).collect();
        let level = mean(&better);
        let spread: Vec<f64> = better.iter().map(|d| (d - level).powi(2)).collect();
        let error = (mean(&spread) / better.len() as f64).sqrt();
        match level < -OPPOSITE_T * error {
            true => Agreement::Opposite,
            false => Agreement::Agrees,
        }
    }
}

/// Windows in which somebody moves and most samples are there.
fn moving(acc: &Series3, rate_hz: f64) -> Vec<Range<usize>> {
    let length = (WINDOW_S * rate_hz).round().max(2.0) as usize;
    let moves = |window: &Range<usize>| {
        let sizes = window.clone().map(|i| acc.at(i).norm());
        let sizes: Vec<f64> = sizes.filter(|s| s.is_finite()).collect();
        let level = mean(&sizes);
        let spread: Vec<f64> = sizes.iter().map(|s| (s - level).powi(2)).collect();
        2 * sizes.len() > length && mean(&spread).sqrt() >= MOVES_M_S2
    };
    let starts = (0..(acc.len() + 1).saturating_sub(length)).step_by(length);
    let all: Vec<Range<usize>> = starts.map(|s| s..s + length).filter(moves).collect();
    let every = all.len().div_ceil(WINDOWS.end).max(1);
    all.into_iter().step_by(every).collect()
}

/// Size of the mean acceleration in a window when every sample is turned back by the angular velocity
/// times `step`.
fn gravity_kept(acc: &Series3, gyr: &Series3, window: &Range<usize>, step: f64) -> f64 {
    let mut turned = Rotation3::identity();
    let (mut sum, mut count) = (Vector3::zeros(), 0.0);
    for i in window.clone() {
        let (a, w) = (acc.at(i), gyr.at(i));
        if a.iter().chain(w.iter()).all(|v| v.is_finite()) {
            turned *= Rotation3::new(w * step);
            sum += turned * a;
            count += 1.0;
        }
    }
    sum.norm() / f64::max(count, 1.0)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
