//! Small helpers on one channel: finite runs, derivative, value between frames, median.

use std::ops::Range;

/// Index ranges of consecutive values that are not NaN.
pub fn finite_runs(values: &[f64]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (i, v) in values.iter().enumerate() {
        match (v.is_nan(), start) {
            (false, None) => start = Some(i),
            (true, Some(first)) => {
                runs.push(first..i);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        runs.push(first..values.len());
    }
    runs
}

/// Time derivative by central differences, in units of `values` per second.
///
/// One-sided where a neighbour is missing or past the end; NaN where the value itself or both
/// neighbours are missing.
pub fn derivative(values: &[f64], rate_hz: f64) -> Vec<f64> {
    let at = |i: Option<usize>| i.and_then(|i| values.get(i)).copied().unwrap_or(f64::NAN);
    let beside_a_gap = |i: usize| {
        let here = values[i];
        let before = at(i.checked_sub(1));
        let after = at(i.checked_add(1));
        match (before.is_nan(), after.is_nan()) {
            _ if here.is_nan() => f64::NAN,
            (false, false) => (after - before) * rate_hz / 2.0,
            (true, false) => (after - here) * rate_hz,
            (false, true) => (here - before) * rate_hz,
            (true, true) => f64::NAN,
        }
    };
    let Some(last) = values.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut derivative = Vec::with_capacity(values.len());
    derivative.push(beside_a_gap(0));
    derivative.extend(values.windows(3).enumerate().map(|(before, w)| {
        let central = (w[2] - w[0]) * rate_hz / 2.0;
        match central.is_nan() || w[1].is_nan() {
            true => beside_a_gap(before + 1),
            false => central,
        }
    }));
    if last > 0 {
        derivative.push(beside_a_gap(last));
    }
    derivative
}

/// Value at a fractional index, by linear interpolation.
///
/// NaN outside the series, or when a frame that carries weight is missing.
pub fn value_at(values: &[f64], index: f64) -> f64 {
    if !(index >= 0.0 && index <= values.len() as f64 - 1.0) {
        return f64::NAN;
    }
    // not negative: the cast rounds down
    let low = index as usize;
    let share = index - low as f64;
    let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
    if share == 0.0 {
        return at(low);
    }
    at(low) * (1.0 - share) + at(low + 1) * share
}

/// Median of the values that are not NaN; NaN when there is none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// Percentile (0–100, linear between ranks) of the values that are not NaN; NaN when there is none.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let Some(last) = known.len().checked_sub(1) else {
        return f64::NAN;
    };
    let rank = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    if rank.is_nan() {
        return f64::NAN;
    }
    // only the two neighbours of the rank are put in their places
    let (low, share) = (rank.floor(), rank - rank.floor());
    let (_, &mut below, above) = known.select_nth_unstable_by(low as usize, f64::total_cmp);
    match above.iter().copied().min_by(f64::total_cmp) {
        Some(above) if share > 0.0 => below * (1.0 - share) + above * share,
        _ => below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_skip_missing_values() {
        let n = f64::NAN;
        assert_eq!(finite_runs(&[n, 1.0, 2.0, n, 3.0]), vec![1..3, 4..5]);
        assert!(finite_runs(&[n]).is_empty());
        assert!(finite_runs(&[]).is_empty());
    }

    #[test]
    fn derivative_of_a_parabola_is_exact_inside_and_one_sided_at_gaps() {
        let rate = 50.0;
        let mut x: Vec<f64> = (0..10).map(|i| (i as f64 / rate).powi(2)).collect();
        x[5] = f64::NAN;
        let v = derivative(&x, rate);
        assert!((v[3] - 2.0 * 3.0 / rate).abs() < 1e-12);
        assert!((v[4] - (x[4] - x[3]) * rate).abs() < 1e-12);
        assert!((v[6] - (x[7] - x[6]) * rate).abs() < 1e-12);
        assert!((v[0] - (x[1] - x[0]) * rate).abs() < 1e-12);
        assert!(v[5].is_nan());
        assert!(derivative(&[1.0], rate)[0].is_nan());
        assert!(derivative(&[], rate).is_empty());
    }

    #[test]
    fn value_between_frames() {
        let x = [1.0, 3.0, f64::NAN, 4.0];
        assert_eq!(value_at(&x, 0.25), 1.5);
        assert_eq!(value_at(&x, 1.0), 3.0);
        assert_eq!(value_at(&x, 3.0), 4.0);
        assert!(value_at(&x, 1.5).is_nan());
        assert!(value_at(&x, -0.1).is_nan());
        assert!(value_at(&x, 3.1).is_nan());
        assert!(value_at(&x, f64::NAN).is_nan());
        assert!(value_at(&[], 0.0).is_nan());
    }

    #[test]
    fn median_ignores_missing_values() {
        assert_eq!(median(&[f64::NAN, 3.0, 1.0]), 2.0);
        assert!(median(&[f64::NAN]).is_nan());
        assert_eq!(percentile(&[0.0, 10.0], 2.0), 0.2);
    }
}
