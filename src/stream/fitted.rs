//! A calibration of sensors, and what follows from it for rows to come.

use super::limb_watch::{LimbWatch, StepWatch};
use crate::events::{self, GaitEvent, Upright};
use crate::inertial::{Calibration, Segments, live};
use crate::recording::{EventKind, Kind, Placement, Recording, Side};
use crate::settings::Settings;
use crate::signal::median;
use nalgebra::{Matrix3, SymmetricEigen, UnitQuaternion, Vector3};
use std::ops::Range;

/// A calibration and what follows from it.
pub(super) struct Fitted {
    pub calibration: Calibration,
    /// Sensor and turn of pelvis, thorax, thighs, shanks.
    pub mounted: [Option<(usize, UnitQuaternion<f64>)>; 6],
    pub upright: Option<Upright>,
    pub watches: Vec<(usize, LimbWatch)>,
    pub step_watch: Option<StepWatch>,
    /// For every segment, the direction in which it faces relative to the first one, as a sum over
    /// the last seconds.
    pub apart: [(f64, f64); 6],
}

impl Fitted {
    /// What the segments of a recording tell.
    pub fn of(recording: &Recording, segments: Segments, settings: &Settings) -> Fitted {
        let mounted = live::mounted(&segments);
        let upright = mounted[0].map(|(sensor, turn)| Upright {
            sensor,
            up: turn * Vector3::z(),
            forward: turn * Vector3::x(),
        });
        let (events, _) =
            events::from_sensors(recording, &segments.walking, upright, &settings.events);
        let limbs = Side::BOTH.map(|side| limb_sensor(recording, side));
        let watches = limbs
            .into_iter()
            .zip(Side::BOTH)
            .filter_map(|(sensor, side)| {
                let sensor = sensor?;
                let watch = limb_watch(recording, sensor, side, &segments.walking, &events)?;
                Some((sensor, watch))
            });
        let watches: Vec<(usize, LimbWatch)> = watches.collect();
        let reach = (0.7 * settings.stream.look_ahead_back_s * recording.rate_hz).round() as usize;
        Fitted {
            step_watch: (watches.len() < 2)
                .then(|| step_rows(&events, recording.rate_hz))
                .flatten()
                .map(|step| StepWatch::new(step, reach)),
            watches,
            upright,
            mounted,
            calibration: segments.calibration,
            apart: [(0.0, 0.0); 6],
        }
    }
}

/// Sensors on pelvis, trunk, thighs and shanks, the one that tells walking first.
pub(super) fn worn(template: &Recording) -> Vec<usize> {
    debug_assert_eq!(template.kind(), Kind::Inertial);
    let at = |placement| {
        template
            .sensors
            .iter()
            .position(|s| s.placement == Some(placement))
    };
    let limbs = Side::BOTH
        .map(Placement::Thigh)
        .into_iter()
        .chain(Side::BOTH.map(Placement::Shank));
    let pelvis = at(Placement::Pelvis).or(at(Placement::LowerBack));
    let thorax = at(Placement::Sternum).or(at(Placement::UpperBack));
    let limbs = limbs.filter_map(at);
    [pelvis, thorax]
        .into_iter()
        .flatten()
        .chain(limbs)
        .collect()
}

/// The sensor that tells a limb's events: the foot's, else the shank's.
fn limb_sensor(recording: &Recording, side: Side) -> Option<usize> {
    let at = |placement| {
        recording
            .sensors
            .iter()
            .position(|s| s.placement == Some(placement))
    };
    at(Placement::Foot(side)).or(at(Placement::Shank(side)))
}

/// A watch on a limb, from the swings that are known.
fn limb_watch(
    recording: &Recording,
    sensor: usize,
    side: Side,
    walking: &[bool],
    events: &[GaitEvent],
) -> Option<LimbWatch> {
    let gyr = &recording.sensors.get(sensor)?.gyr_rad_s;
    let mut covariance = Matrix3::zeros();
    for i in (0..gyr.len()).filter(|&i| walking.get(i) == Some(&true) && !gyr.is_missing(i)) {
        covariance += gyr.at(i) * gyr.at(i).transpose();
    }
    let eigen = SymmetricEigen::new(covariance);
    let axis: Vector3<f64> = eigen.eigenvectors.column(eigen.eigenvalues.imax()).into();
    let own: Vec<&GaitEvent> = events.iter().filter(|e| e.side == side).collect();
    let mut heights = Vec::new();
    for pair in own.windows(2) {
        let kinds = (pair[0].kind, pair[1].kind);
        if kinds != (EventKind::FootOff, EventKind::FootStrike) {
            continue;
        }
        let row = |e: &GaitEvent| recording.index_at(e.time_s).max(0.0) as usize;
        let swing: Range<usize> = row(pair[0])..row(pair[1]).min(gyr.len());
        let values = swing.map(|i| gyr.at(i).dot(&axis));
        let peak = values
            .filter(|v| v.is_finite())
            .max_by(|a, b| a.abs().total_cmp(&b.abs()));
        heights.extend(peak);
    }
    let usual = median(&heights);
    (usual.abs() > 0.0).then(|| LimbWatch::new(side, (axis * usual.signum()).into(), usual.abs()))
}

/// Rows per step.
fn step_rows(events: &[GaitEvent], rate_hz: f64) -> Option<f64> {
    let strikes = events.iter().filter(|e| e.kind == EventKind::FootStrike);
    let times: Vec<f64> = strikes.map(|e| e.time_s).collect();
    let steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    Some(median(&steps) * rate_hz).filter(|step| step.is_finite() && *step > 1.0)
}
