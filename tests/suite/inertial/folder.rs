//! A folder with one file per sensor is one recording on one time base.

use crate::common::shared;
use hipdrop::read::{ReadOptions, Streams, open};
use hipdrop::recording::{Placement, Recording, Side};
use hipdrop::study::discover::discover;
use std::fmt::Write;
use std::path::Path;

fn codes(recording: &Recording) -> Vec<&str> {
    recording.warnings.iter().map(|w| &*w.code).collect()
}

fn opened(folder: &Path) -> Recording {
    open(folder, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn packet_counters_and_a_sensor_map() {
    let Some(folder) = shared("packet_counters_and_a_sensor_map") else {
        return;
    };
    let walk = opened(&folder.join("recordings/imu/opensense-walk"));
    assert_eq!(
        (walk.rate_hz, walk.frames, walk.sensors.len()),
        (100.0, 2505, 8)
    );
    for placement in [
        Placement::Pelvis,
        Placement::Sternum,
        Placement::Thigh(Side::Left),
        Placement::Shank(Side::Right),
        Placement::Foot(Side::Left),
    ] {
        assert!(walk.sensor(placement).is_some(), "{placement:?}");
    }
    // all begin with packet 472; the left foot's ends first, with packet 2903
    let foot = walk.sensor(Placement::Foot(Side::Left)).unwrap();
    assert_eq!(foot.acc_m_s2.present(), 2432);
    assert_eq!(
        foot.acc_m_s2.at(0).as_slice(),
        [0.102257, 4.888482, -8.503300]
    );
    assert!(!foot.acc_m_s2.is_missing(2431) && foot.acc_m_s2.is_missing(2432));
    assert_eq!(codes(&walk), ["gyr-derived"]);
}

#[test]
fn microsecond_clocks_with_different_starts_and_lost_rows() {
    let Some(folder) = shared("microsecond_clocks") else {
        return;
    };
    let walk = opened(&folder.join("recordings/imu/xsens-dot"));
    // the right shank begins first (3343411218 µs), the pelvis ends last (3349778012 µs)
    assert_eq!(
        (walk.rate_hz, walk.frames, walk.sensors.len()),
        (60.0, 383, 5)
    );
    let present = |placement| walk.sensor(placement).unwrap().acc_m_s2.present();
    assert_eq!(present(Placement::Pelvis), 382);
    assert_eq!(present(Placement::Thigh(Side::Left)), 195);
    let pelvis = walk.sensor(Placement::Pelvis).unwrap();
    // 3343427885 µs is one sample later
    assert!(pelvis.acc_m_s2.is_missing(0) && !pelvis.acc_m_s2.is_missing(1));
    assert!(
        codes(&walk).contains(&"lost-packets"),
        "{:?}",
        walk.warnings
    );
}

#[test]
fn a_folder_of_several_recordings_stays_one() {
    let Some(folder) = shared("a_folder_of_several_recordings") else {
        return;
    };
    let layouts = folder.join("recordings/imu/layouts/xsens-mt");
    assert_eq!(Streams::of_folder(&layouts), None);
    let found = discover(&[folder.join("recordings/imu")], None, &Default::default())
        .unwrap()
        .found;
    let names: Vec<&str> = found.iter().map(|f| f.recording.as_str()).collect();
    assert!(
        names.contains(&"opensense-walk") && names.contains(&"xsens-dot"),
        "{names:?}"
    );
    assert!(names.contains(&"qmt-walk.csv"), "{names:?}");
    assert_eq!(names.len(), 2 + 1 + 2 + 14, "{names:?}");
    let given = discover(
        &[folder.join("recordings/imu/opensense-walk")],
        None,
        &Default::default(),
    )
    .unwrap()
    .found;
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].recording, "opensense-walk");
}

/// A table of one sensor: `(time, value)` as time and vertical acceleration.
fn table(rows: impl Iterator<Item = (f64, f64)>) -> String {
    let mut text =
        "time_s,acc_x_m_s2,acc_y_m_s2,acc_z_m_s2,gyr_x_rad_s,gyr_y_rad_s,gyr_z_rad_s\n".to_owned();
    for (time, value) in rows {
        writeln!(text, "{time:.6},0,0,{value:.9},0,0,0").unwrap();
    }
    text
}

#[test]
fn clocks_that_differ_are_told_and_resampled() {
    let folder = tempfile::tempdir().unwrap();
    let walk = folder.path().join("walk");
    std::fs::create_dir(&walk).unwrap();
    let signal = |t: f64| 9.81 + (3.0 * t).sin();
    let rows = |rate: f64, start: f64, count: usize| {
        table(
            (0..count)
                .map(|i| start + i as f64 / rate)
                .map(|t| (t, signal(t))),
        )
    };
    std::fs::write(walk.join("pelvis.csv"), rows(100.0, 0.0, 6000)).unwrap();
    std::fs::write(walk.join("left_foot.csv"), rows(100.02, 0.254, 6000)).unwrap();
    std::fs::write(walk.join("right_foot.csv"), rows(100.0, 1.0, 3000)).unwrap();
    std::fs::write(walk.join("notes.txt"), "walked well\n").unwrap();
    let found = opened(&walk);
    assert_eq!((found.rate_hz, found.sensors.len()), (100.0, 3));
    let codes = codes(&found);
    assert!(
        codes.contains(&"clock-skew") && codes.contains(&"shorter-sensors"),
        "{codes:?}"
    );
    let skew = found
        .warnings
        .iter()
        .find(|w| w.code == "clock-skew")
        .unwrap();
    assert!(
        skew.message.contains("left_foot.csv +200 ppm"),
        "{}",
        skew.message
    );
    for sensor in &found.sensors {
        assert!(sensor.acc_m_s2.present() >= 2999, "{}", sensor.name);
        for (i, value) in sensor
            .acc_m_s2
            .z
            .iter()
            .enumerate()
            .filter(|(_, v)| v.is_finite())
        {
            let expected = signal(i as f64 / 100.0);
            assert!(
                (value - expected).abs() < 1e-4,
                "{} {i}: {value} {expected}",
                sensor.name
            );
        }
    }
    // a second recording of one of the sensors: no longer one recording
    std::fs::write(walk.join("pelvis_2.csv"), rows(100.0, 0.0, 100)).unwrap();
    assert_eq!(Streams::of_folder(&walk), None);
}

#[test]
fn files_of_other_moments_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |start: f64| table((0..100).map(|i| (start + f64::from(i) / 100.0, 9.81)));
    std::fs::write(folder.path().join("pelvis.csv"), at(0.0)).unwrap();
    std::fs::write(folder.path().join("left_foot.csv"), at(500.0)).unwrap();
    let error = open(folder.path(), &ReadOptions::default()).unwrap_err();
    assert!(
        error.found.contains("not recorded at the same time"),
        "{error}"
    );
}
