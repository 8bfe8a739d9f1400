//! Mean and spread of the metrics over strides.
//!
//! In: metrics of used strides. Out: mean and SD per metric.

use crate::metrics::{METRIC_NAMES, StrideMetrics};

/// Mean over strides, and the SD (n − 1) when there are at least two.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct MeanSd {
    /// Mean.
    pub mean: f64,
    /// Standard deviation; `None` with a single value.
    pub sd: Option<f64>,
}

/// Mean and SD of the values that are there.
pub fn mean_sd(values: impl IntoIterator<Item = f64>) -> Option<MeanSd> {
    let values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Some(MeanSd {
        mean,
        sd: (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()),
    })
}

/// Mean and SD of every metric, in the order of [`METRIC_NAMES`].
pub fn metric_summary<'a>(
    strides: impl IntoIterator<Item = &'a StrideMetrics>,
) -> Vec<Option<MeanSd>> {
    let rows: Vec<Vec<Option<f64>>> = strides.into_iter().map(StrideMetrics::values).collect();
    (0..METRIC_NAMES.len())
        .map(|metric| mean_sd(rows.iter().filter_map(|row| row[metric])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_needs_two_values() {
        assert_eq!(mean_sd([]), None);
        assert_eq!(
            mean_sd([2.0]),
            Some(MeanSd {
                mean: 2.0,
                sd: None
            })
        );
        let two = mean_sd([1.0, 3.0, f64::NAN]).unwrap();
        assert_eq!(two.mean, 2.0);
        assert_eq!(two.sd, Some(2.0_f64.sqrt()));
    }
}
