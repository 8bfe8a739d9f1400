//! Zero-lag Butterworth low-pass: a second-order section run forward and backward.
//!
//! Each finite run of a channel is filtered by itself; missing values stay missing.
//! Sources: bilinear transform with pre-warping (Oppenheim & Schafer); cut-off correction for two
//! passes, f_design = f_c / (√2 − 1)^¼ = f_c / 0.802 (Winter 2009).

use super::series::finite_runs;
use crate::landmarks::Points;
use crate::recording::Warning;

/// Samples that are added at each end at least: three times the length of the section, as usual.
const PADDING_MIN: usize = 9;

/// How a run is continued past its ends before filtering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Point reflection about the end value: keeps value and slope, for positions.
    Odd,
    /// Mirror image: keeps the mean level of an oscillation, for velocities in short recordings.
    Even,
}

/// A second-order Butterworth low-pass to be run forward and backward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LowPass {
    b: [f64; 3],
    a: [f64; 2],
    padding: usize,
}

impl LowPass {
    /// Filter whose net (two-pass) −3 dB frequency is `cutoff_hz` for `rate_hz` samples per second.
    ///
    /// `None` when the corrected cut-off does not lie between 0 and half the rate: such a filter
    /// does not exist and the caller must leave the signal as it is, visibly.
    pub fn design(cutoff_hz: f64, rate_hz: f64) -> Option<LowPass> {
        let correction = (2f64.sqrt() - 1.0).powf(0.25);
        let design_hz = cutoff_hz / correction;
        if !(rate_hz.is_finite() && design_hz > 0.0 && design_hz < rate_hz / 2.0) {
            return None;
        }
        let k = (std::f64::consts::PI * design_hz / rate_hz).tan();
        let norm = 1.0 / (1.0 + std::f64::consts::SQRT_2 * k + k * k);
        let b0 = k * k * norm;
        Some(LowPass {
            b: [b0, 2.0 * b0, b0],
            a: [
                2.0 * (k * k - 1.0) * norm,
                (1.0 - std::f64::consts::SQRT_2 * k + k * k) * norm,
            ],
            // Two periods of the cut-off: the start-up transient is gone by then.
            padding: PADDING_MIN.max((2.0 * rate_hz / cutoff_hz).ceil().min(1e6) as usize),
        })
    }

    /// Filters every finite run of at least ten samples in place; shorter runs are left alone.
    pub fn apply(&self, values: &mut [f64], padding: Padding) {
        let mut extended = Vec::new();
        for run in finite_runs(values) {
            if run.len() > PADDING_MIN {
                self.apply_to_run(&mut values[run], padding, &mut extended);
            }
        }
    }

    fn apply_to_run(&self, run: &mut [f64], padding: Padding, extended: &mut Vec<f64>) {
        let n = run.len();
        let pad = self.padding.min(n - 1);
        let (first, last) = (run[0], run[n - 1]);
        let beyond = |end: f64, inner: f64| match padding {
            Padding::Odd => 2.0 * end - inner,
            Padding::Even => inner,
        };
        extended.clear();
        extended.extend((1..=pad).rev().map(|i| beyond(first, run[i])));
        extended.extend_from_slice(run);
        extended.extend((1..=pad).map(|i| beyond(last, run[n - 1 - i])));
        self.pass(extended.iter_mut());
        self.pass(extended.iter_mut().rev());
        run.copy_from_slice(&extended[pad..pad + n]);
    }

    /// One causal pass (direct form II transposed), started in the steady state of its first value.
    fn pass<'a>(&self, values: impl Iterator<Item = &'a mut f64>) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let mut state = None;
        for value in values {
            let x = *value;
            let (z1, z2) = state.unwrap_or(((1.0 - b0) * x, (b2 - a2) * x));
            let y = b0 * x + z1;
            state = Some((b1 * x - a1 * y + z2, b2 * x - a2 * y));
            *value = y;
        }
    }
}

/// Low-passes one channel in place, zero lag, odd padding; `false` when the cut-off is at or above
/// what the rate allows and the channel was left as it is.
pub fn low_pass_series(values: &mut [f64], rate_hz: f64, cutoff_hz: f64) -> bool {
    match LowPass::design(cutoff_hz, rate_hz) {
        Some(filter) => {
            filter.apply(values, Padding::Odd);
            true
        }
        None => false,
    }
}

/// Low-passes all trajectories in place, zero lag, odd padding.
///
/// A warning (`not-filtered`) when the cut-off is at or above what the rate allows; the
/// trajectories are then as they were.
pub fn low_pass(points: &mut Points, rate_hz: f64, cutoff_hz: f64) -> Option<Warning> {
    let Some(filter) = LowPass::design(cutoff_hz, rate_hz) else {
        return Some(Warning::new(
            "not-filtered",
            format!(
                "the markers were not filtered: a cut-off of {cutoff_hz} Hz is too high for \
                 {rate_hz} frames per second; choose a lower cut-off"
            ),
        ));
    };
    for series in points.series.values_mut() {
        for column in series.columns_mut() {
            filter.apply(column, Padding::Odd);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::Landmark;
    use crate::recording::{Series3, Side};
    use nalgebra::Vector3;

    fn wave() -> Vec<f64> {
        (0..40)
            .map(|i| {
                let t = i as f64;
                100.0 + 30.0 * (0.2 * t).sin() + 5.0 * (1.7 * t).cos() + (i % 7) as f64
            })
            .collect()
    }

    // import numpy as np; from scipy.signal import butter, sosfiltfilt   # SciPy
    // i = np.arange(40); x = 100+30*np.sin(0.2*i)+5*np.cos(1.7*i)+(i%7)
    // sos = butter(2, 6/(np.sqrt(2)-1)**0.25, fs=100, output='sos')
    // sosfiltfilt(sos, x, padtype='odd', padlen=34)
    const SCIPY_6_HZ: [f64; 40] = [
        105.000016498201,
        110.046764054323,
        115.052295874399,
        119.839186273128,
        124.103841348215,
        127.562765630227,
        130.048594461447,
        131.480821357949,
        131.832339785183,
        131.126832303359,
        129.388585542829,
        126.597620819899,
        122.766145236945,
        118.044328481215,
        112.693506693849,
        106.990619189506,
        101.199201632017,
        95.557975643457,
        90.230115168401,
        85.326542783794,
        81.020783335131,
        77.567365255012,
        75.184515668736,
        73.988982617949,
        74.023362042685,
        75.243162956405,
        77.506693609766,
        80.678633809606,
        84.704827134415,
        89.513369214799,
        94.911176096638,
        100.627014482675,
        106.359154229002,
        111.763990761735,
        116.535280474149,
        120.530737337581,
        123.738599198004,
        126.170025953504,
        127.907764984964,
        129.220455347670,
    ];
    // sosfiltfilt(sos, x[:12], padtype='odd', padlen=11)
    const SCIPY_SHORT: [f64; 12] = [
        104.984275442589,
        109.849666361604,
        114.651841103792,
        119.207053346937,
        123.227100952964,
        126.477322027814,
        128.884158153824,
        130.514354831091,
        131.541784294859,
        132.229205076122,
        132.836421235295,
        133.496301954128,
    ];

    fn assert_close(found: &[f64], expected: &[f64]) {
        for (i, (f, e)) in found.iter().zip(expected).enumerate() {
            assert!((f - e).abs() < 1e-9, "sample {i}: {f} instead of {e}");
        }
    }

    #[test]
    fn equals_scipy() {
        let mut x = wave();
        assert!(low_pass_series(&mut x, 100.0, 6.0));
        assert_close(&x, &SCIPY_6_HZ);
        // sos = butter(2, 0.5/(np.sqrt(2)-1)**0.25, fs=120, output='sos')
        // sosfiltfilt(sos, x, padtype='odd', padlen=39)[[0, 10, 20, 39]]
        let mut x = wave();
        assert!(low_pass_series(&mut x, 120.0, 0.5));
        assert_close(
            &[x[0], x[10], x[20], x[39]],
            &[
                107.735660335931,
                111.410981294985,
                115.063386747856,
                121.767815043556,
            ],
        );
    }

    #[test]
    fn runs_between_gaps_are_filtered_by_themselves() {
        let mut x = wave()[..12].to_vec();
        x.push(f64::NAN);
        x.extend([1.0, 9.0, 1.0, 9.0, 1.0, 9.0, 1.0, 9.0, 1.0]);
        let short = x[13..].to_vec();
        assert!(low_pass_series(&mut x, 100.0, 6.0));
        assert_close(&x[..12], &SCIPY_SHORT);
        assert!(x[12].is_nan());
        assert_eq!(&x[13..], &short[..], "a run of nine is left alone");
    }

    #[test]
    fn constants_and_lines_pass_unchanged() {
        let mut line: Vec<f64> = (0..50).map(|i| 3.0 - 0.25 * i as f64).collect();
        let before = line.clone();
        low_pass_series(&mut line, 100.0, 6.0);
        for (a, b) in line.iter().zip(&before) {
            assert!((a - b).abs() < 1e-4);
        }
        let mut constant = vec![7.0; 50];
        low_pass_series(&mut constant, 100.0, 6.0);
        assert!(constant.iter().all(|v| (v - 7.0).abs() < 1e-12));
    }

    #[test]
    fn even_padding_keeps_the_mean_of_an_oscillation_at_the_end() {
        // 1 m/s forward with a 1 Hz ripple that happens to be at its peak at the end.
        let v: Vec<f64> = (0..226)
            .map(|i| 1.0 + 0.3 * (i as f64 * 0.01 * std::f64::consts::TAU).sin())
            .collect();
        let end = |padding| {
            let mut x = v.clone();
            let filter = LowPass::design(0.5, 100.0).unwrap();
            filter.apply(&mut x, padding);
            *x.last().unwrap()
        };
        assert!((end(Padding::Even) - 1.0).abs() < 0.1);
        assert!((end(Padding::Odd) - 1.0).abs() > 0.2);
    }

    #[test]
    fn a_cutoff_above_the_nyquist_frequency_filters_nothing_and_says_so() {
        let mut x = wave();
        let before = x.clone();
        assert!(!low_pass_series(&mut x, 10.0, 6.0));
        assert_eq!(x, before);
        for (cutoff, rate) in [(0.0, 100.0), (-1.0, 100.0), (f64::NAN, 100.0), (6.0, 0.0)] {
            assert!(LowPass::design(cutoff, rate).is_none(), "{cutoff} {rate}");
        }
        let mut points = Points::default();
        let series = Series3::from_vectors(wave().into_iter().map(|v| Vector3::new(v, v, v)));
        points
            .series
            .insert(Landmark::Asis(Side::Left), series.clone());
        let warning = low_pass(&mut points, 10.0, 6.0).unwrap();
        assert_eq!(warning.code, "not-filtered");
        assert_eq!(points.series[&Landmark::Asis(Side::Left)], series);
        assert_eq!(low_pass(&mut points, 100.0, 6.0), None);
        assert_close(
            &points.series[&Landmark::Asis(Side::Left)].y,
            &SCIPY_6_HZ[..],
        );
    }
}
