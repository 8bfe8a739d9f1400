//! Knee cross-talk: flexion that shows up as varus because the knee axis is misplaced.

/// How much the varus curve of one stride looks like the flexion curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrossTalk {
    /// r² of Pearson's correlation between varus and flexion; NaN with fewer than three pairs or
    /// when either does not vary.
    pub r2: f64,
    /// Range of varus over the stride, in the unit of the input; NaN without values.
    pub range: f64,
}

/// Cross-talk indicator over one stride; `varus` and `flexion` in one unit, missing pairs skipped.
///
/// Flagged above r² 0.5 or a range of 15° (settings `body.cross_talk_*`): a knee axis misplaced by
/// ε turns flexion f into a false varus of about ε·sin f.
///
/// Source: science book §2.7; Baudet et al. 2014, PLoS ONE 9:e102098; Baker et al. 1999.
pub fn cross_talk(varus: &[f64], flexion: &[f64]) -> CrossTalk {
    let pairs = || {
        varus
            .iter()
            .zip(flexion)
            .filter(|(v, f)| v.is_finite() && f.is_finite())
    };
    let n = pairs().count() as f64;
    let (sum_v, sum_f) = pairs().fold((0.0, 0.0), |(a, b), (v, f)| (a + v, b + f));
    let (mean_v, mean_f) = (sum_v / n, sum_f / n);
    let (mut vv, mut ff, mut vf) = (0.0, 0.0, 0.0);
    for (v, f) in pairs() {
        vv += (v - mean_v) * (v - mean_v);
        ff += (f - mean_f) * (f - mean_f);
        vf += (v - mean_v) * (f - mean_f);
    }
    let r2 = if n >= 3.0 && vv > 0.0 && ff > 0.0 {
        vf * vf / (vv * ff)
    } else {
        f64::NAN
    };
    let (low, high) = varus
        .iter()
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
            (low.min(v), high.max(v))
        });
    CrossTalk {
        r2,
        range: if low <= high { high - low } else { f64::NAN },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stride(flexion: &mut Vec<f64>) {
        *flexion = (0..101)
            .map(|i| 20.0 - 20.0 * (f64::from(i) * 0.0628).cos())
            .collect();
    }

    #[test]
    fn leaked_flexion_is_seen_and_independent_varus_is_not() {
        let mut flexion = Vec::new();
        stride(&mut flexion);
        let leaked: Vec<f64> = flexion.iter().map(|f| 1.0 - 0.1 * f).collect();
        let found = cross_talk(&leaked, &flexion);
        assert!((found.r2 - 1.0).abs() < 1e-12);
        assert!((found.range - 4.0).abs() < 0.01);
        let own: Vec<f64> = (0..101).map(|i| (f64::from(i) * 0.0628).sin()).collect();
        assert!(cross_talk(&own, &flexion).r2 < 0.01);
    }

    #[test]
    fn missing_values_are_skipped_and_nothing_gives_nothing() {
        let flexion = [0.0, 10.0, f64::NAN, 20.0];
        let varus = [0.0, 1.0, 50.0, 2.0];
        let found = cross_talk(&varus, &flexion);
        assert!((found.r2 - 1.0).abs() < 1e-12);
        assert_eq!(found.range, 50.0);
        assert!(cross_talk(&[], &[]).r2.is_nan() && cross_talk(&[], &[]).range.is_nan());
        assert!(cross_talk(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]).r2.is_nan());
        assert!(cross_talk(&[1.0, 2.0], &[1.0, 2.0]).r2.is_nan());
    }
}
