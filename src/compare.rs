//! What has changed between two sessions of one person.
//!
//! In: the used strides of two sessions. Out: the change of every compared metric with its 95 %
//! interval against the minimal detectable change, and where the mean curves differ.
//!
//! # What it measures
//! Change beyond what marker placement and day-to-day variation alone can make, per limb.
//!
//! # How
//! A metric's change is the difference of the means; its interval comes from resampling the
//! strides of both sessions. *Beyond* the minimal detectable change (MDC) is a change whose whole
//! interval lies beyond it; *perhaps* one whose mean does. Curves are compared point by point with
//! Welch's t; the largest |t| under random exchange of the strides between the sessions gives one
//! threshold for the whole curve (single-threshold permutation test, Nichols & Holmes 2002), and
//! the intervals above it are reported.
//!
//! # Why it matters
//! Two recordings of the same gait on two days differ by 2–5°; a treatment must do better.
//!
//! # Limits
//! The MDC are customary values, not this laboratory's own. The permutation test knows the strides,
//! not the placement of the markers: curves can differ significantly by placement alone. Marker
//! set, filter and model must be the same.
//!
//! # References
//! Wilken 2012; McGinley 2009 (errors between sessions); Nichols & Holmes 2002, Hum Brain Mapp
//! 15:1–25 (permutation).

use crate::metrics::{CURVE_POINTS, METRIC_NAMES};
use crate::recording::Side;
use crate::settings::CompareSettings;
use crate::study::rows::StrideRow;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// How a change stands to the minimal detectable change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval lies beyond it.
    Beyond,
    /// The mean does, the interval does not.
    Perhaps,
    /// Not larger than measurement error.
    Within,
}

impl Verdict {
    /// Name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Beyond => "beyond",
            Verdict::Perhaps => "perhaps",
            Verdict::Within => "within",
        }
    }
}

/// Change of one metric of one limb, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Metric, a name of [`METRIC_NAMES`].
    pub metric: &'static str,
    /// Mean of the first session.
    pub before: f64,
    /// Mean of the second session.
    pub after: f64,
    /// `after − before`.
    pub difference: f64,
    /// 95 % interval of the difference: low end.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// Minimal detectable change.
    pub mdc: f64,
    /// How they stand to each other.
    pub verdict: Verdict,
    /// True when the second is nearer to the norm, for metrics that have one.
    pub nearer_norm: Option<bool>,
}

/// Metrics that are compared, and the setting with their minimal detectable change.
fn compared(settings: &CompareSettings) -> [(&'static str, f64); 8] {
    [
        ("drop_ss_offset_free_deg", settings.mdc_pelvis_deg),
        ("drop_ss_deg", settings.mdc_pelvis_deg),
        ("drop_peak_deg", settings.mdc_pelvis_deg),
        ("lean_ss_offset_free_deg", settings.mdc_trunk_deg),
        ("lean_ss_deg", settings.mdc_trunk_deg),
        ("hip_adduction_ss_deg", settings.mdc_hip_deg),
        ("knee_valgus_ss_deg", settings.mdc_knee_deg),
        ("fppa_peak_deg", settings.mdc_fppa_deg),
    ]
}

fn used(strides: &[StrideRow], side: Side) -> impl Iterator<Item = &StrideRow> {
    let of_side = strides.iter().filter(move |row| row.stride.side == side);
    of_side.filter(|row| row.stride.exclusion.is_none())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The changes of `side` between two sessions; `norm` gives a metric's norm where there is one.
/// Metrics without two strides in either session are left out.
pub fn changes(
    before: &[StrideRow],
    after: &[StrideRow],
    side: Side,
    norm: impl Fn(&str) -> Option<f64>,
    settings: &CompareSettings,
) -> Vec<Change> {
    let mut generator = Pcg64Mcg::seed_from_u64(settings.seed);
    compared(settings)
        .into_iter()
        .filter_map(|(metric, mdc)| {
            let index = METRIC_NAMES.iter().position(|name| *name == metric)?;
            let values = |strides: &[StrideRow]| -> Vec<f64> {
                used(strides, side)
                    .filter_map(|row| row.metrics.values()[index])
                    .filter(|v| v.is_finite())
                    .collect()
            };
            let (a, b) = (values(before), values(after));
            if a.len() < 2 || b.len() < 2 {
                return None;
            }
            let (low, high) = interval(&a, &b, &mut generator, settings.draws.max(1));
            let (before, after) = (mean(&a), mean(&b));
            let difference = after - before;
            let verdict = if low > mdc || high < -mdc {
                Verdict::Beyond
            } else if difference.abs() > mdc {
                Verdict::Perhaps
            } else {
                Verdict::Within
            };
            Some(Change {
                metric,
                before,
                after,
                difference,
                low,
                high,
                mdc,
                verdict,
                nearer_norm: norm(metric).map(|n| (after - n).abs() < (before - n).abs()),
            })
        })
        .collect()
}

/// 95 % percentile interval of the difference of the means under resampling.
fn interval(a: &[f64], b: &[f64], generator: &mut Pcg64Mcg, draws: usize) -> (f64, f64) {
    let mut drawn = |values: &[f64]| {
        let picks = (0..values.len()).map(|_| values[generator.random_range(0..values.len())]);
        picks.sum::<f64>() / values.len() as f64
    };
    let mut differences: Vec<f64> = (0..draws).map(|_| drawn(b) - drawn(a)).collect();
    differences.sort_by(f64::total_cmp);
    let at = |share: f64| differences[((draws - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

/// Where two sets of curves differ.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveTest {
    /// Share of the permutations with as large a difference anywhere; never 0.
    pub p: f64,
    /// Significant intervals, percent of the stride, and whether the second set is higher.
    pub intervals: Vec<(usize, usize, bool)>,
}

/// Compares two sets of curves by permutation; `None` with fewer than three in either.
pub fn curve_test(a: &[&[f64]], b: &[&[f64]], settings: &CompareSettings) -> Option<CurveTest> {
    let complete =
        |curve: &&&[f64]| curve.len() == CURVE_POINTS && curve.iter().all(|v| v.is_finite());
    let (a, b): (Vec<&[f64]>, Vec<&[f64]>) = (
        a.iter().filter(complete).copied().collect(),
        b.iter().filter(complete).copied().collect(),
    );
    if a.len() < 3 || b.len() < 3 {
        return None;
    }
    let first = a.len();
    let all: Vec<&[f64]> = a.into_iter().chain(b).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    let observed = t_values(&all, &order, first);
    let peak = largest(&observed);
    let mut generator = Pcg64Mcg::seed_from_u64(settings.seed);
    let n = settings.permutations.max(1);
    let mut peaks: Vec<f64> = (0..n)
        .map(|_| {
            for i in (1..order.len()).rev() {
                order.swap(i, generator.random_range(0..=i));
            }
            largest(&t_values(&all, &order, first))
        })
        .collect();
    peaks.sort_by(f64::total_cmp);
    // the observed order is one of the permutations
    let as_large = peaks.iter().filter(|p| **p >= peak).count();
    let p = (as_large + 1) as f64 / (n + 1) as f64;
    let threshold = peaks[((0.95 * n as f64).ceil() as usize).min(n - 1)];
    let mut intervals: Vec<(usize, usize, bool)> = Vec::new();
    for (pct, t) in observed.iter().enumerate() {
        if t.abs() <= threshold || p > 0.05 {
            continue;
        }
        match intervals.last_mut() {
            Some((_, end, higher)) if *end + 1 == pct && *higher == (*t > 0.0) => *end = pct,
            _ => intervals.push((pct, pct, *t > 0.0)),
        }
    }
    Some(CurveTest { p, intervals })
}

fn largest(t: &[f64]) -> f64 {
    t.iter().map(|t| t.abs()).fold(0.0, f64::max)
}

/// Welch's t at every point, positive where the curves after the `first` ones are higher.
fn t_values(all: &[&[f64]], order: &[usize], first: usize) -> Vec<f64> {
    let (a, b) = order.split_at(first);
    let ((a, va), (b, vb)) = (moments(all, a), moments(all, b));
    let variances = va.iter().zip(&vb).map(|(va, vb)| va + vb);
    let differences = a.iter().zip(&b).map(|(a, b)| b - a);
    differences
        .zip(variances)
        // curves without any variation would divide by zero
        .map(|(difference, variance)| difference / variance.sqrt().max(1e-9))
        .collect()
}

/// Mean of the members at every point, and variance of that mean. Curve after curve, so that the
/// points lie beside each other: this is where a comparison spends its time.
fn moments(all: &[&[f64]], members: &[usize]) -> ([f64; CURVE_POINTS], [f64; CURVE_POINTS]) {
    let n = members.len() as f64;
    let curves = || members.iter().filter_map(|&i| all.get(i));
    let mut mean = [0.0; CURVE_POINTS];
    for curve in curves() {
        mean.iter_mut().zip(*curve).for_each(|(sum, v)| *sum += v);
    }
    mean.iter_mut().for_each(|sum| *sum /= n);
    let mut variance = [0.0; CURVE_POINTS];
    for curve in curves() {
        let points = variance.iter_mut().zip(*curve).zip(&mean);
        points.for_each(|((sum, v), mean)| *sum += (v - mean).powi(2));
    }
    variance
        .iter_mut()
        .for_each(|sum| *sum = *sum / (n - 1.0) / n);
    (mean, variance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    /// Curves with a wobble of their own, lifted by `extra` between 30 and 50 %.
    fn curves(seed: u64, extra: f64) -> Vec<Vec<f64>> {
        let mut generator = Pcg64Mcg::seed_from_u64(seed);
        (0..8)
            .map(|_| {
                let (offset, phase): (f64, f64) = (generator.random(), generator.random());
                (0..CURVE_POINTS)
                    .map(|i| {
                        let wave = (i as f64 / 16.0 + 6.0 * phase).sin();
                        offset + wave + if (30..=50).contains(&i) { extra } else { 0.0 }
                    })
                    .collect()
            })
            .collect()
    }

    fn test_of(a: &[Vec<f64>], b: &[Vec<f64>]) -> CurveTest {
        let mut settings = Settings::default().compare;
        settings.permutations = 400;
        curve_test(
            &a.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            &b.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            &settings,
        )
        .unwrap()
    }

    #[test]
    fn a_difference_is_found_where_it_is() {
        let found = test_of(&curves(1, 0.0), &curves(2, 6.0));
        assert!(found.p < 0.01, "{found:?}");
        assert!(!found.intervals.is_empty());
        for (from, to, higher) in &found.intervals {
            assert!(*from >= 30 && *to <= 50 && *higher, "{found:?}");
        }
        let back = test_of(&curves(2, 6.0), &curves(1, 0.0));
        assert!(back.intervals.iter().all(|(_, _, higher)| !higher));
    }

    #[test]
    fn equal_sets_rarely_differ() {
        let wrong = (0..40)
            .filter(|i| test_of(&curves(100 + i, 0.0), &curves(500 + i, 0.0)).p <= 0.05)
            .count();
        // 5 % of 40 are 2; 8 or more have a probability below 0.1 %
        assert!(wrong < 8, "{wrong} of 40");
    }

    #[test]
    fn the_interval_of_a_difference_holds_it() {
        let mut generator = Pcg64Mcg::seed_from_u64(3);
        let (a, b) = ([1.0, 2.0, 3.0, 2.0], [7.0, 8.0, 9.0, 8.0]);
        let (low, high) = interval(&a, &b, &mut generator, 1000);
        assert!(
            low < 6.0 && high > 6.0 && low > 4.0 && high < 8.0,
            "{low} {high}"
        );
    }
}
