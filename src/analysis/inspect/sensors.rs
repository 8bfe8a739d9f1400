//! What a recording's inertial sensors are.

use crate::recording::{Placement, Recording};
use serde::Serialize;

/// One inertial sensor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SensorSeen {
    /// Name as stored.
    pub name: String,
    /// Where it sat; `None` when its name does not tell.
    pub placement: Option<Placement>,
    /// Samples without acceleration or angular velocity.
    pub missing: usize,
    /// The angular velocity was derived from the stored orientation.
    pub gyr_derived: bool,
    /// The file stores an orientation.
    pub orientation: bool,
}

/// Every sensor, in file order.
pub(super) fn of(recording: &Recording) -> Vec<SensorSeen> {
    let sensors = recording.sensors.iter();
    sensors
        .map(|sensor| SensorSeen {
            name: sensor.name.clone(),
            placement: sensor.placement,
            missing: sensor.len() - sensor.present(),
            gyr_derived: sensor.gyr_derived,
            orientation: sensor.orientation.is_some(),
        })
        .collect()
}

/// What a quantity needs of sensors.
pub(super) fn needs(quantity: &str) -> &'static str {
    match quantity {
        "pelvic_drop" => "a sensor on the pelvis or lower back",
        "trunk_lean" => "a sensor on the sternum or upper back",
        "hip_adduction" => "sensors on the pelvis and both thighs",
        "knee_valgus" => "sensors on thighs and shanks (experimental)",
        "fppa" => "positions of hip, knee and ankle, which inertial sensors do not give",
        "events" => "somebody walking with sensors on both feet, both shanks, or the lower back",
        _ => {
            "two foot strikes of one foot with the events of the other foot between them, in \
             straight walking"
        }
    }
}
