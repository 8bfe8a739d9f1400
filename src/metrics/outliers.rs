//! Strides that do not belong to their limb: a marker failed.

use super::{MeasuredStride, StrideMetrics};
use crate::recording::Side;
use crate::settings::MetricSettings;
use crate::signal::median;
use crate::strides::Exclusion;

/// Scales the median absolute deviation to the SD of a normal distribution.
const MAD_TO_SD: f64 = 1.4826;

/// Excludes used strides whose single-support drop or lean is far from the limb's median.
///
/// The limits are wide on purpose: variability is itself a sign of pathology and must stay in.
pub fn exclude(strides: &mut [MeasuredStride], settings: &MetricSettings) {
    let features: [fn(&StrideMetrics) -> Option<f64>; 2] = [|m| m.drop_ss_deg, |m| m.lean_ss_deg];
    for side in Side::BOTH {
        for feature in features {
            let values: Vec<f64> = of_limb(strides, side)
                .filter_map(|s| feature(&s.metrics))
                .collect();
            if values.len() < settings.outlier_strides_min {
                continue;
            }
            let usual = median(&values);
            let apart: Vec<f64> = values.iter().map(|v| (v - usual).abs()).collect();
            let limit =
                (settings.outlier_mads * MAD_TO_SD * median(&apart)).max(settings.outlier_min_deg);
            for stride in strides.iter_mut() {
                let far = feature(&stride.metrics).is_some_and(|v| (v - usual).abs() > limit);
                let used = stride.stride.side == side && stride.stride.exclusion.is_none();
                if used && far {
                    stride.stride.exclusion = Some(Exclusion::Outlier);
                }
            }
        }
    }
}

fn of_limb(strides: &[MeasuredStride], side: Side) -> impl Iterator<Item = &MeasuredStride> {
    strides
        .iter()
        .filter(move |s| s.stride.side == side && s.stride.exclusion.is_none())
}
