//! Zero-lag Butterworth low-pass: a second-order section run forward and backward.
//!
//! Each finite run of a channel is filtered by itself; missing values stay missing.
//! Sources: bilinear transform with pre-warping (Oppenheim & Schafer); cut-off correction for two
//! passes, f_design = f_c / (√2 − 1)^¼ = f_c / 0.802 (Winter 2009).

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
        self.apply_to_all([values], padding);
    }

    /// The same for many channels: runs of one length are filtered side by side, because one run
    /// alone waits at every sample for the one before. The result is that of [`LowPass::apply`] to
    /// the last bit.
    pub fn apply_to_all<'a>(
        &self,
        channels: impl IntoIterator<Item = &'a mut [f64]>,
        padding: Padding,
    ) {
        let mut runs: Vec<&mut [f64]> = Vec::new();
        for channel in channels {
            split_into_runs(channel, &mut runs);
        }
        runs.retain(|run| run.len() > PADDING_MIN);
        runs.sort_by_key(|run| run.len());
        let mut wide = Vec::new();
        let mut narrow = Vec::new();
        for runs in runs.chunk_by_mut(|a, b| a.len() == b.len()) {
            let mut groups = runs.chunks_exact_mut(LANES);
            for group in &mut groups {
                self.side_by_side::<LANES>(group, padding, &mut wide);
            }
            let rest = groups.into_remainder();
            if rest.len() > 2 {
                self.side_by_side::<LANES>(rest, padding, &mut wide);
            } else {
                for run in rest.chunks_mut(1) {
                    self.side_by_side::<1>(run, padding, &mut narrow);
                }
            }
        }
    }

    /// Filters up to `N` runs of one length; `scratch` is kept to be used again.
    fn side_by_side<const N: usize>(
        &self,
        runs: &mut [&mut [f64]],
        padding: Padding,
        scratch: &mut Vec<[f64; N]>,
    ) {
        let n = runs.first().map_or(0, |run| run.len());
        let Some(last) = n.checked_sub(1) else {
            return;
        };
        let pad = self.padding.min(last);
        scratch.clear();
        scratch.reserve(n + 2 * pad);
        let at = |index: usize| -> [f64; N] {
            std::array::from_fn(|lane| runs.get(lane).map_or(0.0, |run| run[index]))
        };
        let beyond = |end: [f64; N], inner: usize| -> [f64; N] {
            let inner = at(inner);
            match padding {
                Padding::Odd => std::array::from_fn(|lane| 2.0 * end[lane] - inner[lane]),
                Padding::Even => inner,
            }
        };
        let (start, end) = (at(0), at(last));
        scratch.extend((1..=pad).rev().map(|i| beyond(start, i)));
        interleave(runs, scratch);
        scratch.extend((1..=pad).map(|i| beyond(end, last - i)));
        self.pass(scratch.iter_mut());
        self.pass(scratch.iter_mut().rev());
        separate(scratch.get(pad..pad + n).unwrap_or_default(), runs);
    }

    /// One causal pass (direct form II transposed), started in the steady state of its first value.
    #[inline(always)]
    fn pass<'a, const N: usize>(&self, mut values: impl Iterator<Item = &'a mut [f64; N]>) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let (mut z1, mut z2) = ([0.0; N], [0.0; N]);
        let step = |value: &mut [f64; N], z1: &mut [f64; N], z2: &mut [f64; N]| {
            for lane in 0..N {
                let x = value[lane];
                let y = b0 * x + z1[lane];
                z1[lane] = b1 * x - a1 * y + z2[lane];
                z2[lane] = b2 * x - a2 * y;
                value[lane] = y;
            }
        };
        if let Some(first) = values.next() {
            for lane in 0..N {
                (z1[lane], z2[lane]) = ((1.0 - b0) * first[lane], (b2 - a2) * first[lane]);
            }
            step(first, &mut z1, &mut z2);
        }
        for value in values {
            step(value, &mut z1, &mut z2);
        }
    }
}

/// Channels that are filtered side by side: enough to hide the latency of the recursion.
const LANES: usize = 8;

/// Frames that are turned from columns into rows together.
const BLOCK: usize = 8;

/// Appends columns as rows; lanes without a column are 0.
fn interleave<const N: usize>(columns: &[&mut [f64]], rows: &mut Vec<[f64; N]>) {
    let n = columns.first().map_or(0, |column| column.len());
    let begin = rows.len();
    rows.resize(begin + n, [0.0; N]);
    let rows = rows.get_mut(begin..).unwrap_or_default();
    for (index, block) in rows.chunks_mut(BLOCK).enumerate() {
        for (lane, column) in columns.iter().enumerate().take(N) {
            let values = column.get(index * BLOCK..).unwrap_or_default();
            for (row, value) in block.iter_mut().zip(values) {
                row[lane] = *value;
            }
        }
    }
}

/// Writes rows back into the columns.
fn separate<const N: usize>(rows: &[[f64; N]], columns: &mut [&mut [f64]]) {
    for (index, block) in rows.chunks(BLOCK).enumerate() {
        for (lane, column) in columns.iter_mut().enumerate().take(N) {
            let values = column.get_mut(index * BLOCK..).unwrap_or_default();
            for (row, value) in block.iter().zip(values) {
                *value = row[lane];
            }
        }
    }
}

/// The finite runs of a channel, each to be changed by itself.
fn split_into_runs<'a>(channel: &'a mut [f64], runs: &mut Vec<&'a mut [f64]>) {
    let mut rest = channel;
    loop {
        let begin = rest.iter().position(|v| !v.is_nan());
        let Some((_, from_run)) = begin.and_then(|begin| rest.split_at_mut_checked(begin)) else {
            return;
        };
        let length = from_run.iter().position(|v| v.is_nan());
        let length = length.unwrap_or(from_run.len());
        let (run, after) = from_run.split_at_mut(length);
        runs.push(run);
        rest = after;
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
    let columns = points.series.values_mut().flat_map(|s| s.columns_mut());
    filter.apply_to_all(columns.map(Vec::as_mut_slice), Padding::Odd);
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

    /// Eleven channels with gaps in different places: the same bits together as one by one.
    #[test]
    fn channels_side_by_side_are_filtered_as_if_alone() {
        let mut together: Vec<Vec<f64>> = (0..11)
            .map(|channel| {
                let mut x: Vec<f64> = wave().iter().map(|v| v * (1.0 + channel as f64)).collect();
                if channel % 3 == 1 {
                    x[14] = f64::NAN;
                    x[15] = f64::NAN;
                }
                x
            })
            .collect();
        let mut alone = together.clone();
        let filter = LowPass::design(6.0, 100.0).unwrap();
        for padding in [Padding::Odd, Padding::Even] {
            filter.apply_to_all(together.iter_mut().map(Vec::as_mut_slice), padding);
            for channel in &mut alone {
                filter.apply(channel, padding);
            }
            let bits = |channels: &[Vec<f64>]| -> Vec<Vec<u64>> {
                let of = |c: &Vec<f64>| c.iter().map(|v| v.to_bits()).collect();
                channels.iter().map(of).collect()
            };
            assert_eq!(bits(&together), bits(&alone));
        }
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
