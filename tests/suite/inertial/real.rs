//! Real recordings: what the calibration finds in them.

use crate::common::shared;
use hipdrop::inertial::{AxisSource, Segments, Source, Upright, segments};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{Placement, Side};
use hipdrop::settings::InertialSettings;

fn found(test: &str, name: &str) -> Option<Segments> {
    let path = shared(test)?.join("recordings/imu").join(name);
    let recording = read::open(&path, &ReadOptions::default()).unwrap();
    Some(segments(&recording, &InertialSettings::default()).unwrap())
}

fn forward(segments: &Segments, placement: Placement) -> (&str, AxisSource) {
    let sensors = &segments.calibration.sensors;
    let sensor = sensors.iter().find(|s| s.placement == placement).unwrap();
    (&sensor.forward.0, sensor.axis)
}

/// Sensors on the back, the outside of the thighs and the front of the shanks, with bows and squats
/// before the walk.
#[test]
fn nine_sensors_with_calibration_movements() {
    let Some(found) = found("nine sensors", "qmt-walk.csv") else {
        return;
    };
    assert!(found.sensors.iter().all(|s| s.source == Source::Filter));
    for sensor in &found.calibration.sensors {
        assert_eq!(sensor.up.0, "+x", "{sensor:?}");
    }
    assert_eq!(
        forward(&found, Placement::Pelvis),
        ("-z", AxisSource::Walking)
    );
    assert_eq!(
        forward(&found, Placement::UpperBack),
        ("-z", AxisSource::Bows)
    );
    for side in Side::BOTH {
        assert_eq!(
            forward(&found, Placement::Shank(side)),
            ("+z", AxisSource::Bows)
        );
    }
    assert_eq!(
        forward(&found, Placement::Thigh(Side::Left)),
        ("+y", AxisSource::Bows)
    );
    assert_eq!(
        forward(&found, Placement::Thigh(Side::Right)),
        ("-y", AxisSource::Bows)
    );
    let Upright::Standing { start_s, end_s, .. } = found.calibration.upright else {
        panic!("{:?}", found.calibration.upright);
    };
    assert!(end_s - start_s >= 3.0, "{start_s} {end_s}");
    let [obliquity, tilt] = found.calibration.self_check.unwrap();
    assert!(obliquity < -0.5 && tilt > 0.5, "{obliquity} {tilt}");
    let walks = found.walking.iter().filter(|w| **w).count();
    assert!((4000..5500).contains(&walks), "{walks} samples of walking");
}

/// Orientations of the vendor only; sensors in front of pelvis and trunk; short standing, slow walking
/// in curves.
#[test]
fn vendor_orientations_of_a_walk_in_curves() {
    let Some(found) = found("vendor orientations", "opensense-walk") else {
        return;
    };
    assert!(found.sensors.iter().all(|s| s.source == Source::Vendor));
    // not what the placement on a back would suggest
    assert_eq!(
        forward(&found, Placement::Pelvis),
        ("+z", AxisSource::Walking)
    );
    assert_eq!(
        forward(&found, Placement::Sternum),
        ("+z", AxisSource::Walking)
    );
    assert_eq!(
        forward(&found, Placement::Thigh(Side::Left)),
        ("-y", AxisSource::Swing)
    );
    assert_eq!(
        forward(&found, Placement::Shank(Side::Right)),
        ("+y", AxisSource::Swing)
    );
    assert!(found.warnings.iter().any(|w| w.code == "short-standing"));
    assert!(
        found
            .warnings
            .iter()
            .any(|w| w.code == "pelvis-axes-doubtful")
    );
    let [obliquity, _] = found.calibration.self_check.unwrap();
    assert!(obliquity < 0.0);
}
