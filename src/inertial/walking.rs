//! When somebody walks, how long a step takes, and which way is forward in a trunk sensor.
//!
//! In walking, movements forward repeat with every step, movements sideways only with every stride
//! and with opposite sign from step to step. The covariance of the horizontal acceleration with
//! itself one step later is therefore positive forward and negative sideways: its eigenvectors are
//! the two axes, without knowing how the sensor was put on.

use super::heading::smoothed;
use super::orientation::SensorOrientation;
use super::samples::bridge;
use crate::recording::Sensor;
use crate::settings::InertialSettings;
use crate::signal::low_pass_series;
use nalgebra::{Matrix2, Rotation3, SymmetricEigen, Vector2, Vector3};
use std::ops::Range;

/// Cut-off of accelerations and angular velocities here, Hz: three harmonics of the stride and more.
const CUTOFF_HZ: f64 = 5.0;
/// Samples per second that remain, at least.
pub(super) const RATE_HZ: f64 = 50.0;
/// Window and hop, seconds.
pub(super) const WINDOW_S: f64 = 4.0;
pub(super) const HOP_S: f64 = 1.0;
/// Step times that are looked for, seconds.
const STEP_S: (f64, f64) = (0.30, 1.20);
/// Stride time when none is known, seconds.
pub(super) const STRIDE_S: f64 = 1.2;

/// Acceleration (without gravity, m/s²) and angular velocity (rad/s) of a sensor in the earth frame,
/// low-passed, at a lower rate.
pub(super) struct EarthMotion {
    pub acc: Vec<Vector3<f64>>,
    pub gyr: Vec<Vector3<f64>>,
    /// Samples of the recording per sample here.
    pub every: usize,
    pub rate_hz: f64,
}

impl EarthMotion {
    /// Samples of a recording per sample here.
    pub fn every(rate_hz: f64) -> usize {
        ((rate_hz / RATE_HZ).floor() as usize).max(1)
    }

    pub fn of(sensor: &Sensor, orientation: &SensorOrientation, rate_hz: f64) -> EarthMotion {
        let every = EarthMotion::every(rate_hz);
        let turned = |series: &crate::recording::Series3| {
            let mut channels: [Vec<f64>; 3] = Default::default();
            for i in 0..sensor.len() {
                let v = orientation.at(i) * series.at(i);
                for (channel, value) in channels.iter_mut().zip(v.iter()) {
                    channel.push(*value);
                }
            }
            for channel in &mut channels {
                bridge(channel, GAP_MAX);
                low_pass_series(channel, rate_hz, CUTOFF_HZ);
            }
            let [x, y, z] = channels;
            (0..x.len())
                .step_by(every)
                .map(|i| Vector3::new(x[i], y[i], z[i]))
                .collect::<Vec<_>>()
        };
        let mut acc = turned(&sensor.acc_m_s2);
        let gravity = mean(acc.iter().map(|a| a.z));
        for a in &mut acc {
            a.z -= gravity;
        }
        EarthMotion {
            acc,
            gyr: turned(&sensor.gyr_rad_s),
            every,
            rate_hz: rate_hz / every as f64,
        }
    }
}

/// Longest gap that is bridged here, samples at the full rate: lost packets do not cut a filter.
const GAP_MAX: usize = 10;

/// A stretch of walking.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    /// Samples of an [`EarthMotion`].
    pub range: Range<usize>,
    /// Samples of an [`EarthMotion`] from step to step.
    pub step: usize,
}

/// Windows in which the wearer of a trunk sensor walks.
pub(super) fn windows(motion: &EarthMotion, settings: &InertialSettings) -> Vec<Window> {
    let length = (WINDOW_S * motion.rate_hz).round() as usize;
    let hop = (HOP_S * motion.rate_hz).round().max(1.0) as usize;
    let mut found = Vec::new();
    let mut start = 0;
    while start + length <= motion.acc.len() {
        let range = start..start + length;
        if let Some(step) = step_of(&motion.acc[range.clone()], motion.rate_hz, settings) {
            found.push(Window { range, step });
        }
        start += hop;
    }
    found
}

/// How the vertical acceleration in a window repeats itself.
pub(super) struct Repetition {
    /// Lags with a maximum of the correlation, samples.
    peaks: Vec<usize>,
    /// Correlation by lag.
    correlation: Vec<f64>,
    /// The first strong repetition: the step's or, when steps differ, the stride's.
    first: usize,
}

/// The repetition in a window; `None` when nobody walks.
pub(super) fn repetition(
    vertical: &[f64],
    rate_hz: f64,
    settings: &InertialSettings,
) -> Option<Repetition> {
    let level = mean(vertical.iter().copied());
    let centred: Vec<f64> = vertical.iter().map(|v| v - level).collect();
    let power = centred.iter().map(|v| v * v).sum::<f64>() / centred.len() as f64;
    if power.is_nan() || power.sqrt() < settings.walking_acc_min_m_s2 {
        return None;
    }
    let samples = |seconds: f64| (seconds * rate_hz).round() as usize;
    let (shortest, longest) = (
        samples(STEP_S.0),
        samples(2.0 * STEP_S.1).min(vertical.len() / 2),
    );
    let correlation: Vec<f64> = (0..=longest + 1)
        .map(|lag| {
            let n = (centred.len() - lag) as f64;
            let products = centred.iter().zip(&centred[lag..]).map(|(a, b)| a * b);
            products.sum::<f64>() / n / power
        })
        .collect();
    let peaks: Vec<usize> = (shortest.max(1)..=longest)
        .filter(|&lag| {
            correlation[lag] >= correlation[lag - 1] && correlation[lag] > correlation[lag + 1]
        })
        .collect();
    let best = peaks
        .iter()
        .map(|&lag| correlation[lag])
        .fold(f64::MIN, f64::max);
    if best < settings.walking_regularity_min {
        return None;
    }
    let first = *peaks.iter().find(|&&lag| correlation[lag] >= 0.8 * best)?;
    Some(Repetition {
        peaks,
        correlation,
        first,
    })
}

/// Step time in a window, samples; `None` when nobody walks.
fn step_of(acc: &[Vector3<f64>], rate_hz: f64, settings: &InertialSettings) -> Option<usize> {
    let vertical: Vec<f64> = acc.iter().map(|a| a.z).collect();
    let Repetition {
        peaks,
        correlation,
        first,
    } = repetition(&vertical, rate_hz, settings)?;
    let sideways = |lag: usize| {
        let (later, now) = covariances(acc, lag);
        SymmetricEigen::new(later).eigenvalues.min() / now.trace()
    };
    // the steps between differ, but they are there: a lower repetition half-way
    let near_half = |lag: &&usize| (2 * **lag).abs_diff(first) <= first / 5;
    let half = peaks
        .iter()
        .find(|lag| near_half(lag) && correlation[**lag] > 0.0);
    let step = match half {
        Some(&half) if sideways(half) < sideways(first) => half,
        _ => first,
    };
    (step <= (STEP_S.1 * rate_hz).round() as usize).then_some(step)
}

/// Symmetric part of the covariance of the horizontal components with those `lag` samples later, and
/// with themselves.
fn covariances(values: &[Vector3<f64>], lag: usize) -> (Matrix2<f64>, Matrix2<f64>) {
    let level: Vector3<f64> = values.iter().sum::<Vector3<f64>>() / values.len() as f64;
    let flat = |v: &Vector3<f64>| (v - level).xy();
    let pairs = values.iter().zip(&values[lag.min(values.len())..]);
    let later: Matrix2<f64> = pairs.map(|(a, b)| flat(a) * flat(b).transpose()).sum();
    let now: Matrix2<f64> = values.iter().map(|a| flat(a) * flat(a).transpose()).sum();
    let (n, m) = ((values.len() - lag) as f64, values.len() as f64);
    ((later + later.transpose()) / (2.0 * n), now / m)
}

/// The forward axis of a trunk sensor as walking tells it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ForwardAxis {
    /// Forward or backward, in a [`Basis`], unit length.
    pub axis: Vector2<f64>,
    /// Difference of the step-to-step correlations along and across it, 0–2.
    pub contrast: f64,
}

/// A horizontal basis of a sensor: `up` and two axes across it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis {
    pub up: Vector3<f64>,
    pub a: Vector3<f64>,
    pub b: Vector3<f64>,
}

impl Basis {
    pub fn new(up: Vector3<f64>) -> Basis {
        // the axis that is most nearly horizontal
        let axis = Vector3::ith(up.map(f64::abs).imin(), 1.0);
        let a = (axis - up * axis.dot(&up)).normalize();
        Basis {
            up,
            a,
            b: up.cross(&a),
        }
    }

    pub fn direction(&self, angle: f64) -> Vector3<f64> {
        self.a * angle.cos() + self.b * angle.sin()
    }
}

/// The motion in a frame whose z is up and whose x goes where `axis` of the sensor points on average
/// over a stride: it turns with the body, so that walking in a curve looks like walking straight.
pub(super) fn following(
    motion: &EarthMotion,
    orientation: &SensorOrientation,
    axis: &Vector3<f64>,
    windows: &[Window],
) -> EarthMotion {
    let instant: Vec<f64> = (0..orientation.earth_from_sensor.len())
        .step_by(motion.every)
        .map(|i| {
            let v = orientation.at(i) * axis;
            v.y.atan2(v.x)
        })
        .collect();
    let stride_s = step_s(windows, motion.rate_hz).map_or(STRIDE_S, |step| 2.0 * step);
    let headings = smoothed(&instant, (stride_s * motion.rate_hz).round() as usize);
    let turned = |values: &[Vector3<f64>]| {
        let pairs = values.iter().zip(&headings);
        let turned = pairs.map(|(v, h)| Rotation3::from_axis_angle(&Vector3::z_axis(), -h) * v);
        turned.collect::<Vec<_>>()
    };
    EarthMotion {
        acc: turned(&motion.acc),
        gyr: turned(&motion.gyr),
        ..*motion
    }
}

/// Finds the forward axis from the horizontal acceleration of walking, in a frame that
/// [follows](following) the body; which of its two ends is forward is another question
/// ([`votes`](super::votes)). `None` when nobody walks.
pub(super) fn forward(motion: &EarthMotion, windows: &[Window]) -> Option<ForwardAxis> {
    let (later, now) = step_covariances(&motion.acc, windows)?;
    let eigen = SymmetricEigen::new(later);
    let (ahead, aside) = (eigen.eigenvalues.imax(), eigen.eigenvalues.imin());
    let axis: Vector2<f64> = eigen.eigenvectors.column(ahead).into();
    let side: Vector2<f64> = eigen.eigenvectors.column(aside).into();
    let correlation = |v: &Vector2<f64>| v.dot(&(later * v)) / v.dot(&(now * v));
    Some(ForwardAxis {
        axis,
        contrast: correlation(&axis) - correlation(&side),
    })
}

/// Sums of [`covariances`] one step later over all windows without missing samples.
fn step_covariances(
    values: &[Vector3<f64>],
    windows: &[Window],
) -> Option<(Matrix2<f64>, Matrix2<f64>)> {
    let (mut later, mut now) = (Matrix2::zeros(), Matrix2::zeros());
    for window in windows {
        let (l, n) = covariances(&values[window.range.clone()], window.step);
        if l.iter().chain(n.iter()).all(|v| v.is_finite()) {
            later += l;
            now += n;
        }
    }
    (now.trace() > 0.0).then_some((later, now))
}

/// Values without their moving mean over `window` samples.
pub(super) fn without_mean(values: &[f64], window: usize) -> Vec<f64> {
    let mut sums = vec![0.0];
    for v in values {
        sums.push(sums[sums.len() - 1] + v);
    }
    let half = window / 2;
    (0..values.len())
        .map(|i| {
            let (from, to) = (i.saturating_sub(half), (i + half + 1).min(values.len()));
            values[i] - (sums[to] - sums[from]) / (to - from) as f64
        })
        .collect()
}

/// Step-to-step correlations of the angular velocity about the forward and about the lateral axis, in a
/// frame that [follows](following) the forward axis: obliquity changes its direction from step to step
/// (negative), tilt repeats (positive).
pub(super) fn step_correlations(motion: &EarthMotion, windows: &[Window]) -> Option<[f64; 2]> {
    let (later, now) = step_covariances(&motion.gyr, windows)?;
    let [x, y] = [0, 1].map(|i| later[(i, i)] / now[(i, i)]);
    (x.is_finite() && y.is_finite()).then_some([x, y])
}

/// Median step time of the windows, seconds.
pub(super) fn step_s(windows: &[Window], rate_hz: f64) -> Option<f64> {
    let mut steps: Vec<usize> = windows.iter().map(|w| w.step).collect();
    steps.sort_unstable();
    Some(*steps.get(steps.len() / 2)? as f64 / rate_hz)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values
        .filter(|v| v.is_finite())
        .fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    if count > 0.0 { sum / count } else { f64::NAN }
}
