//! Events from a sensor on the pelvis or lower back alone.
//!
//! The pelvis is lowest, and accelerates upward most, in the middle of double support: the peaks of
//! the wavelet transform of the vertical acceleration at the scale of the step frequency (as McCamley
//! 2012 and Caramia 2019, with a wavelet that does not shift peaks). The strike comes half a double
//! support earlier, the other foot's off half a double support later.
//!
//! Sides: the pelvis turns about the vertical and about the forward axis once per stride. The sign
//! of the difference of the two angular velocities, band-passed, at the strike tells the side
//! (McCamley); within a run of steps sides alternate, and the whole run votes.

use super::Walks;
use super::swing::{between_samples, bridged, local_maxima};
use crate::events::Confidence;
use crate::recording::{Sensor, Side};
use crate::settings::EventSettings;
use crate::signal::{LowPass, Padding, finite_runs};
use nalgebra::Vector3;
use std::f64::consts::{PI, SQRT_2};
use std::ops::Range;

/// How the sensor sits: directions in its own axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Upright {
    /// Index of the sensor in the recording.
    pub sensor: usize,
    /// Up, unit vector.
    pub up: Vector3<f64>,
    /// Forward, unit vector.
    pub forward: Vector3<f64>,
}

/// One step whose side is not known yet.
pub(super) struct Step {
    /// Fractional index of the strike, and of the other foot's off.
    pub strike: f64,
    pub opposite_off: f64,
    /// > 0 = right by the turning of the pelvis.
    pub score: f64,
    /// The step before this one is missing, or there is none.
    pub begins_run: bool,
}

/// A step of a side.
pub(super) struct SidedStep {
    pub side: Side,
    pub strike: f64,
    pub opposite_off: f64,
}

/// Steps of both sides.
pub(super) struct Sided {
    pub steps: Vec<SidedStep>,
    pub confidence: Confidence,
    /// Share of the evidence that agrees with the sides, 0.5–1.
    pub agreement: f64,
}

/// All steps of all stretches of walking.
pub(super) fn steps(
    sensor: &Sensor,
    upright: &Upright,
    walks: &Walks<'_>,
    rate_hz: f64,
    settings: &EventSettings,
) -> Vec<Step> {
    let gap = (settings.sensor_gap_max_s * rate_hz).floor() as usize;
    let along = |series: &crate::recording::Series3, axis: &Vector3<f64>| {
        let mut values: Vec<f64> = (0..series.len()).map(|i| series.at(i).dot(axis)).collect();
        bridged(&mut values, gap);
        values
    };
    let mut vertical = along(&sensor.acc_m_s2, &upright.up);
    let about = upright.up - upright.forward;
    let turning = band_passed(
        along(&sensor.gyr_rad_s, &about),
        settings.back_side_band_hz,
        rate_hz,
    );
    for (i, value) in vertical.iter_mut().enumerate() {
        if !walks.near(i as f64) {
            *value = f64::NAN;
        }
    }
    finite_runs(&vertical)
        .into_iter()
        .flat_map(|run| steps_of_run(&vertical, &turning, run, rate_hz, settings))
        .collect()
}

fn band_passed(mut values: Vec<f64>, [low, high]: [f64; 2], rate_hz: f64) -> Vec<f64> {
    if let Some(filter) = LowPass::design(high, rate_hz) {
        filter.apply(&mut values, Padding::Even);
    }
    let mut slow = values.clone();
    if let Some(filter) = LowPass::design(low, rate_hz) {
        filter.apply(&mut slow, Padding::Even);
    }
    values.iter().zip(&slow).map(|(v, s)| v - s).collect()
}

fn steps_of_run(
    vertical: &[f64],
    turning: &[f64],
    run: Range<usize>,
    rate_hz: f64,
    settings: &EventSettings,
) -> Vec<Step> {
    let values = &vertical[run.clone()];
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let centred: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let Some(step) = step_samples(&centred, rate_hz, settings) else {
        return Vec::new();
    };
    let smooth = wavelet(&centred, step);
    let mut heights: Vec<f64> = local_maxima(&smooth)
        .into_iter()
        .map(|i| smooth[i])
        .collect();
    heights.sort_by(f64::total_cmp);
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    let mut peaks: Vec<usize> = Vec::new();
    for i in local_maxima(&smooth)
        .into_iter()
        .filter(|&i| smooth[i] > 0.2 * usual)
    {
        match peaks.last_mut() {
            Some(last) if ((i - *last) as f64) < 0.6 * step => {
                if smooth[i] > smooth[*last] {
                    *last = i;
                }
            }
            _ => peaks.push(i),
        }
    }
    let places: Vec<f64> = peaks.iter().map(|&i| between_samples(&smooth, i)).collect();
    let half = 0.5 * settings.back_double_support_share * 2.0 * step;
    places
        .iter()
        .enumerate()
        .map(|(k, place)| {
            let apart = k.checked_sub(1).map(|k| place - places[k]);
            let strike = run.start as f64 + place - half;
            let score = crate::signal::value_at(turning, strike);
            Step {
                strike,
                opposite_off: strike + 2.0 * half,
                score: if score.is_finite() { score } else { 0.0 },
                begins_run: apart.is_none_or(|a| !(0.6..1.5).contains(&(a / step))),
            }
        })
        .filter(|step| step.strike >= 0.0 && step.opposite_off <= vertical.len() as f64 - 1.0)
        .collect()
}

/// Samples per step, from the autocorrelation of the vertical acceleration.
fn step_samples(values: &[f64], rate_hz: f64, settings: &EventSettings) -> Option<f64> {
    let [shortest, longest] = settings
        .back_step_s
        .map(|s| (s * rate_hz).round().max(1.0) as usize);
    if values.len() < 2 * longest {
        return None;
    }
    // a minute tells the step time as well as an hour
    let most = (60.0 * rate_hz) as usize;
    let values = values.get(..values.len().min(most)).unwrap_or(values);
    let correlation = |lag: usize| {
        let pairs = values.iter().zip(&values[lag..]);
        let (mut product, mut a2, mut b2) = (0.0, 0.0, 0.0);
        for (a, b) in pairs {
            product += a * b;
            a2 += a * a;
            b2 += b * b;
        }
        product / (a2 * b2).sqrt()
    };
    let curve: Vec<f64> = (0..=longest + 1).map(correlation).collect();
    let peaks: Vec<usize> = local_maxima(&curve)
        .into_iter()
        .filter(|&lag| lag >= shortest)
        .collect();
    let best = peaks
        .iter()
        .map(|&lag| curve[lag])
        .fold(f64::NEG_INFINITY, f64::max);
    let lag = peaks
        .into_iter()
        .find(|&lag| curve[lag] >= 0.7 * best && curve[lag] > 0.2)?;
    Some(between_samples(&curve, lag))
}

/// Mexican-hat wavelet transform at the scale that answers most to one cycle per `step` samples.
fn wavelet(values: &[f64], step: f64) -> Vec<f64> {
    let sigma = SQRT_2 * step / (2.0 * PI);
    let reach = (4.0 * sigma).ceil() as usize;
    let kernel: Vec<f64> = (0..=reach)
        .map(|k| {
            let x = k as f64 / sigma;
            (1.0 - x * x) * (-0.5 * x * x).exp()
        })
        .collect();
    let last = values.len() as isize - 1;
    // the ends are continued by their mirror image
    let at = |i: isize| {
        let i = if i < 0 {
            -i
        } else if i > last {
            2 * last - i
        } else {
            i
        };
        values
            .get(i.clamp(0, last) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    (0..values.len() as isize)
        .map(|i| {
            let around = kernel.iter().enumerate().skip(1);
            let sum: f64 = around
                .map(|(k, w)| w * (at(i - k as isize) + at(i + k as isize)))
                .sum();
            (kernel[0] * values[i as usize] + sum) / sigma
        })
        .collect()
}

/// Gives every run of steps the alternation of sides that its scores, or the strikes of a limb
/// that has a sensor, favour.
pub(super) fn sided(
    steps: Vec<Step>,
    known: Option<(Side, &[f64])>,
    rate_hz: f64,
    settings: &EventSettings,
) -> Sided {
    let mut sided = Vec::with_capacity(steps.len());
    let (mut agreed, mut all) = (0.0, 0.0);
    let mut from = 0;
    while from < steps.len() {
        let mut to = from + 1;
        while to < steps.len() && !steps[to].begins_run {
            to += 1;
        }
        let run = &steps[from..to];
        let sign = |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        // > 0: even steps are right
        let votes: Vec<f64> = match known {
            None => run
                .iter()
                .enumerate()
                .map(|(k, s)| sign(k) * s.score)
                .collect(),
            Some((side, strikes)) => {
                let window = settings.pairing_window_s * rate_hz;
                let own = |s: &Step| strikes.iter().any(|t| (t - s.strike).abs() <= window);
                let towards = if side == Side::Right { 1.0 } else { -1.0 };
                run.iter()
                    .enumerate()
                    .map(|(k, s)| sign(k) * if own(s) { towards } else { -towards })
                    .collect()
            }
        };
        let sum: f64 = votes.iter().sum();
        let size: f64 = votes.iter().map(|v| v.abs()).sum();
        all += size;
        agreed += 0.5 * (size + sum.abs());
        for (k, step) in run.iter().enumerate() {
            let right = (sum > 0.0) == k.is_multiple_of(2);
            sided.push(SidedStep {
                side: if right { Side::Right } else { Side::Left },
                strike: step.strike,
                opposite_off: step.opposite_off,
            });
        }
        from = to;
    }
    let agreement = if all > 0.0 { agreed / all } else { 0.5 };
    Sided {
        steps: sided,
        confidence: match agreement >= settings.back_side_agreement_min {
            true => Confidence::Medium,
            false => Confidence::Low,
        },
        agreement,
    }
}
