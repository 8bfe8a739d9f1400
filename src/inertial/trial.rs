//! A standing trial of its own: which way is up in every sensor.
//!
//! In: a recording in which the subject stands quietly, with the sensors as they are worn in the
//! walks. Out: a [`StandingTrial`] that calibrates those walks instead of standing found in them.

use super::InertialError;
use super::calibration::Upright;
use super::standing;
use crate::recording::{Placement, Recording, Sensor};
use crate::settings::InertialSettings;
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which way is up in the sensors of somebody who stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingTrial {
    /// What it is in the words of a calibration.
    pub upright: Upright,
    /// Its sensors.
    pub sensors: Vec<StandingSensor>,
}

/// One sensor of a standing trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandingSensor {
    /// Name as stored.
    pub name: String,
    /// Where it sat.
    pub placement: Option<Placement>,
    /// Up in its axes, unit vector.
    pub up: [f64; 3],
}

impl StandingTrial {
    /// The trial that a recording is.
    ///
    /// # Errors
    /// When no sensor is still for long enough.
    pub fn of(
        recording: &Recording,
        settings: &InertialSettings,
    ) -> Result<StandingTrial, InertialError> {
        let sensors: Vec<&Sensor> = recording
            .sensors
            .iter()
            .filter(|s| s.present() > 0)
            .collect();
        let quiet = standing::quiet(recording, &sensors, settings);
        let Some(longest) = quiet.into_iter().next().filter(|_| !sensors.is_empty()) else {
            return Err(InertialError::NotCalibrated(format!(
                "nobody stands quietly in it for {} s: the sensors move all the time; give a recording in \
                 which the subject stands still, with the sensors as in the walks",
                settings.standing_short_s
            )));
        };
        let name = recording.name.clone();
        Ok(StandingTrial::between(
            recording,
            longest,
            Upright::Trial { name },
        ))
    }

    /// The trial that some samples of a recording are.
    pub fn between(
        recording: &Recording,
        samples: Range<usize>,
        upright: Upright,
    ) -> StandingTrial {
        let sensors = recording.sensors.iter().filter_map(|sensor| {
            let known = samples.clone().filter(|&i| i < sensor.len());
            let sum: Vector3<f64> = known
                .map(|i| sensor.acc_m_s2.at(i))
                .filter(|acc| acc.iter().all(|v| v.is_finite()))
                .sum();
            (sum.norm() > 0.0).then(|| StandingSensor {
                name: sensor.name.clone(),
                placement: sensor.placement,
                up: sum.normalize().into(),
            })
        });
        StandingTrial {
            upright,
            sensors: sensors.collect(),
        }
    }

    /// Up in the sensor of a walk: the one of that name, else the one at its place.
    pub(super) fn up(&self, sensor: &Sensor) -> Option<Vector3<f64>> {
        let named = self.sensors.iter().find(|s| s.name == sensor.name);
        let placed = || {
            let there = |s: &&StandingSensor| s.placement == sensor.placement;
            self.sensors
                .iter()
                .find(there)
                .filter(|s| s.placement.is_some())
        };
        named.or_else(placed).map(|s| s.up.into())
    }
}
