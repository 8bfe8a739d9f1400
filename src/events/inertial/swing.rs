//! The angular velocity of a shank or foot about its lateral axis, positive while the leg swings
//! forward.
//!
//! The lateral axis is the one about which the sensor turns most while its wearer walks, however it
//! was strapped on.

use crate::recording::Series3;
use crate::settings::EventSettings;
use crate::signal::{LowPass, Padding, percentile};
use nalgebra::{Matrix3, Vector3};

/// Angular velocity about the lateral axis, rad/s.
pub(super) struct Swing {
    /// NaN where samples are missing for longer than may be bridged.
    pub values: Vec<f64>,
    pub rate_hz: f64,
}

impl Swing {
    /// The signal of a sensor; `None` when it hardly turns or is mostly missing.
    pub(super) fn of(
        gyr: &Series3,
        walking: &[bool],
        rate_hz: f64,
        settings: &EventSettings,
    ) -> Option<Swing> {
        let bridge = (settings.sensor_gap_max_s * rate_hz).floor() as usize;
        let filter = LowPass::design(settings.sensor_cutoff_hz, rate_hz);
        let mut gyr = gyr.clone();
        for column in gyr.columns_mut() {
            bridged(column, bridge);
            if let Some(filter) = &filter {
                filter.apply(column, Padding::Even);
            }
        }
        let axis = main_axis(&gyr, walking)?;
        let values = (0..gyr.len()).map(|i| gyr.at(i).dot(&axis)).collect();
        Some(Swing { values, rate_hz })
    }

    /// Signed as a shank: it swings forward faster than it follows the body back.
    pub(super) fn turned_as_a_shank(mut self) -> Swing {
        let third: f64 = self
            .values
            .iter()
            .filter(|v| v.is_finite())
            .map(|v| v.powi(3))
            .sum();
        if third < 0.0 {
            self.turn();
        }
        self
    }

    /// Signed as a foot: a swing comes before the foot rests on the floor, and the heel's rise comes
    /// after.
    pub(super) fn turned_as_a_foot(mut self) -> Swing {
        let around = (0.35 * self.rate_hz) as usize;
        let near = (0.05 * self.rate_hz) as usize;
        let mut evidence = 0.0;
        for rest in self.rests() {
            let mean = |range: std::ops::Range<usize>| {
                let values: Vec<f64> = self.values.get(range).unwrap_or_default().to_vec();
                let sum: f64 = values.iter().filter(|v| v.is_finite()).sum();
                sum / values.len().max(1) as f64
            };
            let before = rest.start.saturating_sub(around)..rest.start.saturating_sub(near);
            let after = rest.end + near..(rest.end + around).min(self.values.len());
            if before.len() > near && after.len() > near {
                evidence += mean(before) - mean(after);
            }
        }
        if evidence < 0.0 {
            self.turn();
        }
        self
    }

    fn turn(&mut self) {
        self.values.iter_mut().for_each(|v| *v = -*v);
    }

    /// Stretches of at least a tenth of a second in which the sensor hardly turns.
    fn rests(&self) -> Vec<std::ops::Range<usize>> {
        let sizes: Vec<f64> = self.values.iter().map(|v| v.abs()).collect();
        let limit = 0.12 * percentile(&sizes, 95.0);
        let least = (0.1 * self.rate_hz) as usize;
        let mut rests = Vec::new();
        let mut start = None;
        for (i, size) in sizes.iter().chain([&f64::NAN]).enumerate() {
            match (*size < limit, start) {
                (true, None) => start = Some(i),
                (false, Some(first)) => {
                    if i - first >= least {
                        rests.push(first..i);
                    }
                    start = None;
                }
                _ => {}
            }
        }
        rests
    }

    /// Samples of mid-swing: the highest peaks, apart from each other.
    pub(super) fn peaks(&self, settings: &EventSettings) -> Vec<usize> {
        let apart = (settings.swing_peak_distance_s * self.rate_hz).round() as usize;
        let candidates = local_maxima(&self.values);
        let heights: Vec<f64> = candidates
            .iter()
            .map(|&i| self.values[i])
            .filter(|h| *h > settings.swing_peak_min_deg_s.to_radians())
            .collect();
        let least = settings
            .swing_peak_min_deg_s
            .to_radians()
            .max(settings.swing_peak_share * percentile(&heights, 90.0));
        let mut kept: Vec<usize> = Vec::new();
        for i in candidates.into_iter().filter(|&i| self.values[i] >= least) {
            match kept.last_mut() {
                Some(last) if i - *last < apart => {
                    if self.values[i] > self.values[*last] {
                        *last = i;
                    }
                }
                _ => kept.push(i),
            }
        }
        kept
    }
}

/// Samples that are not lower than their neighbours.
pub(super) fn local_maxima(values: &[f64]) -> Vec<usize> {
    (1..values.len().saturating_sub(1))
        .filter(|&i| values[i] > values[i - 1] && values[i] >= values[i + 1])
        .collect()
}

/// Place of an extremum between samples, by the parabola through it and its neighbours.
pub(super) fn between_samples(values: &[f64], i: usize) -> f64 {
    let (Some(a), Some(b), Some(c)) = (
        i.checked_sub(1).and_then(|j| values.get(j)),
        values.get(i),
        values.get(i + 1),
    ) else {
        return i as f64;
    };
    let shift = 0.5 * (a - c) / (a - 2.0 * b + c);
    if shift.abs() <= 1.0 {
        i as f64 + shift
    } else {
        i as f64
    }
}

/// Bridges gaps of up to `longest` samples by a straight line.
pub(super) fn bridged(values: &mut [f64], longest: usize) {
    let mut last: Option<usize> = None;
    for i in 0..values.len() {
        if values[i].is_nan() {
            continue;
        }
        if let Some(from) = last.filter(|&from| i - from > 1 && i - from <= longest + 1) {
            let (a, b) = (values[from], values[i]);
            let step = (b - a) / (i - from) as f64;
            for (k, value) in values[from..i].iter_mut().enumerate().skip(1) {
                *value = a + step * k as f64;
            }
        }
        last = Some(i);
    }
}

/// The axis about which a sensor turns most.
fn main_axis(gyr: &Series3, walking: &[bool]) -> Option<Vector3<f64>> {
    let mut covariance = Matrix3::zeros();
    let mut count = 0;
    for i in 0..gyr.len() {
        let w = gyr.at(i);
        let counts = walking.is_empty() || walking.get(i) == Some(&true);
        if counts && w.norm().is_finite() {
            covariance += w * w.transpose();
            count += 1;
        }
    }
    if count < 50 {
        return None;
    }
    let eigen = covariance.symmetric_eigen();
    let largest = eigen.eigenvalues.imax();
    (eigen.eigenvalues[largest] > 0.0).then(|| eigen.eigenvectors.column(largest).into())
}
