//! Where one channel crosses zero or peaks, between frames.

/// Fractional index at which `values` first falls from above zero to zero or below, going forward
/// from `from` to `to`; `None` when it does not or when a value on the way is missing.
pub(super) fn first_fall(values: &[f64], from: usize, to: usize) -> Option<f64> {
    let path = values.get(from..=to.min(values.len().checked_sub(1)?))?;
    for (i, pair) in path.windows(2).enumerate() {
        let (here, next) = (pair[0], pair[1]);
        if here.is_nan() || next.is_nan() {
            return None;
        }
        if here > 0.0 && next <= 0.0 {
            return Some((from + i) as f64 + here / (here - next));
        }
    }
    None
}

/// Fractional index at which `values` last rises through zero, going backward from `from` to `to`;
/// `None` when it does not or when a value on the way is missing.
pub(super) fn last_rise(values: &[f64], from: usize, to: usize) -> Option<f64> {
    let path = values.get(to..=from)?;
    for (i, pair) in path.windows(2).enumerate().rev() {
        let (before, here) = (pair[0], pair[1]);
        if before.is_nan() || here.is_nan() {
            return None;
        }
        if before <= 0.0 && here > 0.0 {
            return Some((to + i) as f64 + before / (before - here));
        }
    }
    None
}

/// Local maxima of `values` in `from..=to` at the vertex of the parabola through three frames, in
/// time order. Ends of the series and missing values are no maxima.
pub(super) fn peaks(values: &[f64], from: usize, to: usize) -> Vec<f64> {
    (from.max(1)..=to)
        .filter_map(|i| {
            let (before, here, after) = (*values.get(i - 1)?, *values.get(i)?, *values.get(i + 1)?);
            // a plateau counts once, at its first frame
            let peak = here > before && here >= after;
            let bend = before - 2.0 * here + after;
            peak.then(|| i as f64 + 0.5 * (before - after) / bend)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_lie_between_frames() {
        let x = [2.0, 1.0, -3.0, -1.0, 1.0, 4.0];
        assert_eq!(first_fall(&x, 0, 5), Some(1.25));
        assert_eq!(first_fall(&x, 0, 1), None);
        assert_eq!(first_fall(&x, 3, 99), None);
        assert_eq!(last_rise(&x, 5, 0), Some(3.5));
        assert_eq!(last_rise(&x, 5, 4), None);
    }

    #[test]
    fn nothing_is_found_across_a_missing_value() {
        let x = [2.0, f64::NAN, -3.0];
        assert_eq!(first_fall(&x, 0, 2), None);
        assert_eq!(last_rise(&[-1.0, f64::NAN, 3.0], 2, 0), None);
        assert!(peaks(&[0.0, f64::NAN, 0.0], 0, 2).is_empty());
        assert_eq!(first_fall(&[], 0, 2), None);
    }

    #[test]
    fn peak_of_a_parabola_is_exact() {
        let x: Vec<f64> = (0..9).map(|i| -(i as f64 - 4.3).powi(2)).collect();
        let found = peaks(&x, 0, 8);
        assert_eq!(found.len(), 1);
        assert!((found[0] - 4.3).abs() < 1e-12);
        assert!(peaks(&x, 5, 8).is_empty());
        assert_eq!(peaks(&[0.0, 1.0, 1.0, 0.0], 0, 3), [1.5]);
    }
}
