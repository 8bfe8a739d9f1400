//! Quiet standing: the stretch that tells which way is up in every sensor.

use crate::recording::{Recording, Sensor};
use crate::settings::InertialSettings;
use nalgebra::Vector3;
use std::ops::Range;

/// Length over which quietness is judged, seconds.
const WINDOW_S: f64 = 1.0;

/// Stretches in which none of the `sensors` moves, longest first; of samples of the recording.
pub(super) fn quiet(
    recording: &Recording,
    sensors: &[&Sensor],
    settings: &InertialSettings,
) -> Vec<Range<usize>> {
    let window = ((WINDOW_S * recording.rate_hz).round() as usize).max(2);
    let least = (settings.standing_short_s * recording.rate_hz).round() as usize;
    let mut still = vec![false; recording.frames];
    for start in (0..(recording.frames + 1).saturating_sub(window)).step_by(window / 2) {
        let range = start..start + window;
        if sensors.iter().all(|s| is_still(s, range.clone(), settings)) {
            still[range].fill(true);
        }
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for i in (0..still.len()).filter(|&i| still[i]) {
        match found.last_mut() {
            Some(range) if range.end == i => range.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    found.retain(|range| range.len() >= least.max(1));
    found.sort_by_key(|range| (std::cmp::Reverse(range.len()), range.start));
    found
}

/// True when a sensor hardly moves and most of its samples are there.
fn is_still(sensor: &Sensor, range: Range<usize>, settings: &InertialSettings) -> bool {
    let samples: Vec<(Vector3<f64>, Vector3<f64>)> = range
        .clone()
        .map(|i| (sensor.acc_m_s2.at(i), sensor.gyr_rad_s.at(i)))
        .filter(|(acc, gyr)| acc.iter().chain(gyr.iter()).all(|v| v.is_finite()))
        .collect();
    if 2 * samples.len() < range.len() {
        return false;
    }
    let n = samples.len() as f64;
    let mean: Vector3<f64> = samples.iter().map(|s| s.0).sum::<Vector3<f64>>() / n;
    let spread = samples
        .iter()
        .map(|s| (s.0 - mean).norm_squared())
        .sum::<f64>()
        / n;
    let turning = samples.iter().map(|s| s.1.norm_squared()).sum::<f64>() / n;
    spread.sqrt() <= settings.standing_acc_max_m_s2
        && turning.sqrt().to_degrees() <= settings.standing_gyr_max_deg_s
}
