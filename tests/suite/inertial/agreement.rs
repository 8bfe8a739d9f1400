//! Acceleration and angular velocity belong together in every walk, whatever the pattern.

use hipdrop::recording::{Agreement, Placement};
use hipdrop::synth::{Affected, Imu, Pattern, SensorSet, Walker, walk_with_sensors};

#[test]
fn the_signals_of_every_pattern_agree_and_contradictions_are_found() {
    for (pattern, seed) in [
        (Pattern::Healthy, 1),
        (Pattern::Uncompensated, 2),
        (Pattern::Compensated, 3),
        (Pattern::Mixed, 4),
        (Pattern::Antalgic, 5),
        (Pattern::Ataxic, 6),
    ] {
        let walker = Walker {
            strides: 6,
            seed,
            ..Walker::new(pattern, Affected::Right)
        };
        let imu = Imu {
            sensors: SensorSet::Trunk,
            soft_tissue: 1.0,
            standing_s: 2.0,
            ..Imu::default()
        };
        let (recording, _) = walk_with_sensors(&walker.realistic(), &imu.realistic()).unwrap();
        for placement in [Placement::Pelvis, Placement::Sternum] {
            let sensor = recording.sensor(placement).unwrap();
            let told = |factor: f64| {
                let mut gyr = sensor.gyr_rad_s.clone();
                for column in gyr.columns_mut() {
                    column.iter_mut().for_each(|w| *w *= factor);
                }
                Agreement::of(&sensor.acc_m_s2, &gyr, recording.rate_hz)
            };
            let place = format!("{pattern} {placement:?}");
            assert_eq!(told(1.0), Agreement::Agrees, "{place}");
            assert_eq!(told(1f64.to_degrees()), Agreement::TooLarge, "{place}");
            assert_eq!(told(1f64.to_radians()), Agreement::TooSmall, "{place}");
            assert_eq!(told(4000.0), Agreement::Neither, "{place}");
            assert_eq!(told(-1.0), Agreement::Opposite, "{place}");
        }
    }
}
