//! Stretches of a sensor's samples that the filter can run through: short gaps bridged, long ones
//! left open.

use crate::recording::Sensor;
use crate::settings::InertialSettings;
use std::ops::Range;

/// A stretch without a long gap.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// Samples of the recording.
    pub range: Range<usize>,
    /// Angular velocity, rad/s, every sample finite.
    pub gyr: [Vec<f64>; 3],
    /// Specific force, m/s², every sample finite.
    pub acc: [Vec<f64>; 3],
}

/// The stretches of a sensor, and how many samples were bridged.
pub(super) fn stretches(
    sensor: &Sensor,
    rate_hz: f64,
    settings: &InertialSettings,
) -> (Vec<Stretch>, usize) {
    let gap_max = (settings.gap_max_s * rate_hz).round() as usize;
    let shortest = (settings.stretch_min_s * rate_hz).round() as usize;
    let present: Vec<bool> = (0..sensor.len()).map(|i| is_present(sensor, i)).collect();
    let ranges = join(&present, gap_max);
    let mut bridged = 0;
    let stretches = ranges
        .into_iter()
        .filter(|range| range.len() >= shortest.max(2))
        .map(|range| {
            let here = &present[range.clone()];
            bridged += here.iter().filter(|p| !**p).count();
            let bridge = |channels: [&[f64]; 3]| {
                channels.map(|channel| {
                    let pairs = channel[range.clone()].iter().zip(here);
                    let mut values: Vec<f64> =
                        pairs.map(|(v, p)| if *p { *v } else { f64::NAN }).collect();
                    bridge(&mut values, gap_max);
                    values
                })
            };
            Stretch {
                gyr: bridge(sensor.gyr_rad_s.columns()),
                acc: bridge(sensor.acc_m_s2.columns()),
                range,
            }
        })
        .collect();
    (stretches, bridged)
}

/// A sample with all six values; an acceleration of exactly zero is how some devices write none.
fn is_present(sensor: &Sensor, i: usize) -> bool {
    let acc = sensor.acc_m_s2.at(i);
    acc.iter()
        .chain(sensor.gyr_rad_s.at(i).iter())
        .all(|v| v.is_finite())
        && acc.norm() > 0.0
}

/// Ranges that begin and end with a sample and have no gap longer than `gap_max`.
fn join(present: &[bool], gap_max: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for i in (0..present.len()).filter(|&i| present[i]) {
        match ranges.last_mut() {
            Some(range) if i - range.end <= gap_max => range.end = i + 1,
            _ => ranges.push(i..i + 1),
        }
    }
    ranges
}

/// Bridges missing (NaN) values by a straight line where no more than `gap_max` are missing.
pub(super) fn bridge(values: &mut [f64], gap_max: usize) {
    let mut last = None;
    for i in 0..values.len() {
        if values[i].is_nan() {
            continue;
        }
        if let Some(last) = last.filter(|last| i - last - 1 <= gap_max) {
            let (from, to) = (values[last], values[i]);
            let steps = (i - last) as f64;
            for (k, value) in values[last + 1..i].iter_mut().enumerate() {
                *value = from + (to - from) * (k + 1) as f64 / steps;
            }
        }
        last = Some(i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Vector3;

    #[test]
    fn short_gaps_are_bridged_and_long_ones_split() {
        let mut sensor = Sensor::missing("s", 100);
        let there = (0..100).filter(|i| !(10..13).contains(i) && !(40..60).contains(i));
        for i in there {
            sensor
                .acc_m_s2
                .set(i, Vector3::new(i as f64 + 1.0, 0.0, 9.0));
            sensor.gyr_rad_s.set(i, Vector3::zeros());
        }
        sensor.acc_m_s2.set(30, Vector3::zeros());
        let settings = InertialSettings {
            gap_max_s: 0.05,
            stretch_min_s: 0.3,
            ..InertialSettings::default()
        };
        let (stretches, bridged) = stretches(&sensor, 100.0, &settings);
        assert_eq!(bridged, 4);
        let ranges: Vec<_> = stretches.iter().map(|s| s.range.clone()).collect();
        assert_eq!(ranges, [0..40, 60..100]);
        assert!((stretches[0].acc[0][11] - 12.0).abs() < 1e-12);
        assert!((stretches[0].acc[0][30] - 31.0).abs() < 1e-12);
    }
}
