//! How evenly the times of a table's rows follow each other.

/// Mean of the steps near the median step; `None` for a single row. The mean is exact even where
/// the times are rounded, the median tells which steps are gaps.
pub(super) fn usual(times: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = steps(times).collect();
    // The lower median: gaps make steps longer, never shorter.
    let middle = steps.len().checked_sub(1)? / 2;
    let (_, &mut median, _) = steps.select_nth_unstable_by(middle, f64::total_cmp);
    mean(&steps, |step| step > 0.5 * median && step < 1.5 * median)
}

/// Mean step of unevenly spaced times, pauses (longer than three times the upper quartile) left
/// out: the density of the samples.
pub(super) fn density(times: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = steps(times).collect();
    let late = 3 * steps.len().checked_sub(1)? / 4;
    let (_, &mut quartile, _) = steps.select_nth_unstable_by(late, f64::total_cmp);
    mean(&steps, |step| step < 3.0 * quartile)
}

fn steps(times: &[f64]) -> impl Iterator<Item = f64> {
    times.iter().zip(times.iter().skip(1)).map(|(a, b)| b - a)
}

fn mean(steps: &[f64], counts: impl Fn(f64) -> bool) -> Option<f64> {
    let (sum, count) = steps
        .iter()
        .filter(|&&step| counts(step))
        .fold((0.0, 0.0), |(sum, count), step| (sum + step, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// How far times stand off an even grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evenness {
    /// Step of the grid, s.
    pub step: f64,
    /// Largest distance of a time from its place on the grid, s.
    pub deviation: f64,
}

impl Evenness {
    /// The grid through the first and the last time, on which row `i` stands at `index[i]`.
    pub(super) fn of(times: &[f64], index: &[usize]) -> Option<Evenness> {
        let (first, last) = (times.first()?, times.last()?);
        let step = (last - first) / index.last().copied().filter(|&count| count > 0)? as f64;
        let deviation = times
            .iter()
            .zip(index)
            .map(|(time, &i)| (time - first - i as f64 * step).abs())
            .fold(0.0, f64::max);
        Some(Evenness { step, deviation })
    }
}

/// The unit that all times are multiples of because they were rounded when written: 0.01 s for
/// times with two decimals; 0 when they have more than six.
pub(super) fn rounding(times: &[f64]) -> f64 {
    [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6]
        .into_iter()
        .find(|per_second| {
            times.iter().all(|time| {
                let counts = time * per_second;
                (counts - counts.round()).abs() <= 1e-4 + 1e-12 * counts.abs()
            })
        })
        .map_or(0.0, f64::recip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_counted() {
        assert_eq!(rounding(&[0.0, 0.25, 0.5]), 0.01);
        assert_eq!(rounding(&[0.0, 1.0]), 1.0);
        assert_eq!(rounding(&[0.1, 1234.567]), 0.001);
        assert_eq!(rounding(&[0.0, 1.0 / 3.0]), 0.0);
    }

    #[test]
    fn pauses_do_not_stretch_the_step() {
        let mut times: Vec<f64> = (0..100).map(|i| 0.01 * f64::from(i)).collect();
        times.push(9.0);
        assert!((density(&times).unwrap() - 0.01).abs() < 1e-12);
        assert!((usual(&times).unwrap() - 0.01).abs() < 1e-12);
        assert_eq!(usual(&[1.0]), None);
    }
}
