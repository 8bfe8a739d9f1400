//! Pieces of the way from sensors to segments, for samples that come one by one.

use super::orientation::{SensorOrientation, Source, unit};
use super::walking::{EarthMotion, windows};
use super::{Segments, SensorCalibration, heading};
use crate::recording::Sensor;
use crate::settings::InertialSettings;
use nalgebra::{Rotation3, UnitQuaternion, Vector3};

/// Length of the windows in which walking is looked for, and the time from one to the next, seconds.
pub const WALK_WINDOW_S: (f64, f64) = (super::walking::WINDOW_S, super::walking::HOP_S);

/// True when the wearer walks in the last window (as long as [`WALK_WINDOW_S`] says) of the samples.
pub fn walks(
    sensor: &Sensor,
    earth_from_sensor: Vec<[f64; 4]>,
    rate_hz: f64,
    settings: &InertialSettings,
) -> bool {
    let orientation = SensorOrientation {
        name: String::new(),
        placement: None,
        source: Source::Filter,
        earth_from_sensor,
        vendor_inclination_rms_deg: None,
        bias_deg_s: None,
        bridged: 0,
    };
    let motion = EarthMotion::of(sensor, &orientation, rate_hz);
    let length = (WALK_WINDOW_S.0 * motion.rate_hz).round() as usize;
    let last = motion.acc.len().saturating_sub(length + 1);
    windows(&motion, settings)
        .iter()
        .any(|w| w.range.start >= last)
}

/// The turn from a segment's axes to its sensor's.
pub fn turn(calibration: &SensorCalibration) -> UnitQuaternion<f64> {
    let turn = Rotation3::from_matrix_unchecked(calibration.matrix());
    UnitQuaternion::from_rotation_matrix(&turn)
}

/// `earth_from_segment` of a sample.
pub fn segment(earth_from_sensor: [f64; 4], turn: &UnitQuaternion<f64>) -> [f64; 4] {
    let q = unit(earth_from_sensor) * turn;
    [q.w, q.i, q.j, q.k]
}

/// The segment turned about the vertical by `−angle`.
pub fn turned(earth_from_segment: [f64; 4], angle: f64) -> [f64; 4] {
    let q = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), -angle) * unit(earth_from_segment);
    [q.w, q.i, q.j, q.k]
}

/// Heading of a segment's forward axis as a direction (cosine, sine); not of unit length when the
/// segment lies on its side.
pub fn direction([w, x, y, z]: [f64; 4]) -> (f64, f64) {
    // the axis to the left, turned back by a quarter
    let (left_x, left_y) = (2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z));
    (left_y, -left_x)
}

/// Direction of progression of a piece from the orientations of its pelvis (else trunk): the mean over
/// `stride` samples around each, as for whole recordings; at the end, where the stride is not yet
/// over, continued in a straight line.
pub fn progression(earth_from_segment: &[[f64; 4]], stride: usize) -> Vec<f64> {
    let mut heading = heading::smoothed(&heading::forward_heading(earth_from_segment), stride);
    let half = stride / 2;
    let Some(last) = heading.len().checked_sub(half + 1) else {
        return heading;
    };
    let value = |at: usize| heading.get(at).copied().unwrap_or(f64::NAN);
    let slope = match last.checked_sub(half) {
        Some(before) if before >= half => (value(last) - value(before)) / half.max(1) as f64,
        _ => 0.0,
    };
    let from = value(last);
    for (k, heading) in heading.iter_mut().skip(last + 1).enumerate() {
        *heading = from + slope * (k + 1) as f64;
    }
    heading
}

/// Which sensor each segment comes from, and how it is turned on it: left thigh, right thigh, left
/// shank, right shank behind pelvis and thorax.
pub fn mounted(segments: &Segments) -> [Option<(usize, UnitQuaternion<f64>)>; 6] {
    let parts = [
        &segments.pelvis,
        &segments.thorax,
        &segments.thighs.left,
        &segments.thighs.right,
        &segments.shanks.left,
        &segments.shanks.right,
    ];
    parts.map(|segment| {
        let sensor = segment.as_ref()?.sensor;
        let name = &segments.sensors.get(sensor)?.name;
        let mut calibrations = segments.calibration.sensors.iter();
        Some((sensor, turn(calibrations.find(|c| c.name == *name)?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_the_forward_heading() {
        for degrees in [-170.0, -30.0, 0.0, 45.0, 120.0_f64] {
            let half = 0.5 * degrees.to_radians();
            let q = [half.cos(), 0.0, 0.0, half.sin()];
            let (cos, sin) = direction(q);
            assert!((sin.atan2(cos) - degrees.to_radians()).abs() < 1e-12);
            let known = heading::forward_heading(&[q]);
            assert!((known[0] - degrees.to_radians()).abs() < 1e-12);
        }
    }

    #[test]
    fn the_end_of_a_curve_is_continued() {
        let curve = (0..300).map(|i| {
            let half = 0.5 * 0.01 * f64::from(i);
            [half.cos(), 0.0, 0.0, half.sin()]
        });
        let found = progression(&curve.collect::<Vec<_>>(), 100);
        for (i, heading) in found.iter().enumerate().skip(60) {
            assert!((heading - 0.01 * i as f64).abs() < 0.01, "{i}: {heading}");
        }
    }
}
