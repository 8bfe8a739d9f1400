//! Every file of inertial sensors opens with its samples, rate and sensors, or says why not.

use crate::common::shared;
use hipdrop::read::{ReadOptions, open};
use hipdrop::recording::{Format, Kind, Placement, Recording, Side};
use std::path::Path;

/// What a file holds, from its own lines: rows and counters counted with `awk`.
struct Expected {
    file: &'static str,
    format: Format,
    rate_hz: f64,
    /// From the first sample to the last, lost ones included.
    frames: usize,
    sensors: usize,
    /// Samples of the first sensor that have an acceleration.
    acc: usize,
    /// The first sensor has a gyroscope's angular velocity (else a derived one).
    gyroscope: bool,
    /// The first sensor has an orientation.
    orientation: bool,
}

const fn file(
    file: &'static str,
    format: Format,
    rate_hz: f64,
    (frames, sensors, acc): (usize, usize, usize),
    gyroscope: bool,
    orientation: bool,
) -> Expected {
    Expected {
        file,
        format,
        rate_hz,
        frames,
        sensors,
        acc,
        gyroscope,
        orientation,
    }
}

const DOT: Format = Format::XsensDot;
const MT: Format = Format::XsensMt;

/// Rates that a file does not say and `--rate` gives: MT Manager of 2019 and later writes none.
const GIVEN_HZ: f64 = 100.0;

#[rustfmt::skip]
const FILES: &[Expected] = &[
    file("qmt-walk.csv", Format::ImuCsv, 100.0, (10_000, 9, 10_000), true, false),
    file("xsens-dot/LFemur_20210820_202113_831.csv", DOT, 60.0, (352, 1, 195), false, true),
    file("xsens-dot/LTibia_20210820_202113_811.csv", DOT, 60.0, (381, 1, 381), false, true),
    file("xsens-dot/Pelvis_20210820_202113_836.csv", DOT, 60.0, (382, 1, 382), false, true),
    file("xsens-dot/RFemur_20210820_202113_840.csv", DOT, 60.0, (381, 1, 381), false, true),
    file("xsens-dot/RTibia_20210820_202113_825.csv", DOT, 60.0, (382, 1, 382), false, true),
    file("layouts/apdm/apdm_format7.csv", Format::Apdm, 128.0, (3, 6, 3), true, true),
    file("layouts/apdm/imuData01.csv", Format::Apdm, 128.0, (1024, 4, 1024), true, true),
    file("layouts/xsens-mt/MT2022_ACC_00B42D4B.txt", MT, GIVEN_HZ, (5, 1, 5), true, false),
    file("layouts/xsens-mt/MT2022_ACC_GYRO_ROT_ALL_TAB_NAN_00B42D4B.txt", MT, GIVEN_HZ, (5, 1, 4), true, true),
    file("layouts/xsens-mt/MT2022_ACC_GYRO_ROT_EULER_TAB_00B42D4F.txt", MT, GIVEN_HZ, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT2022_ACC_GYRO_ROT_MAT_COMMA_00B42D4B.txt", MT, GIVEN_HZ, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT2022_ACC_GYRO_ROT_MAT_SEMICOLON_00B42D4B.txt", MT, GIVEN_HZ, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT2022_ACC_GYRO_ROT_MAT_SPACE_00B42D4B.txt", MT, GIVEN_HZ, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT46_01-000_00B42D4D.txt", MT, 100.0, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT46_01-000_00B42D4E.txt", MT, 100.0, (5, 1, 5), true, true),
    file("layouts/xsens-mt/MT_01200312-002-000_00B474BA.txt", MT, GIVEN_HZ, (5, 1, 5), false, true),
    file("layouts/xsens-mt/MT_01200454_000-000_00B40DE4.txt", MT, GIVEN_HZ, (4, 1, 4), true, true),
    file("layouts/xsens-mt/MT_012005D6-000_sit_to_stand-000_00B421ED.txt", MT, 40.0, (1527, 1, 0), false, true),
    file("layouts/xsens-mt/MT_012005D6_031-000_00B421AF.txt", MT, 100.0, (3369, 1, 3369), true, true),
    file("layouts/xsens-mt/MT_012005D6_031-000_00B4227B.txt", MT, 100.0, (3369, 1, 3369), true, true),
    file("layouts/xsens-mt/test1_00B421E6.txt", MT, 100.0, (3, 1, 3), true, true),
    file("opensense-walk/MT_012005D6_009-001_00B421E6.txt", MT, 100.0, (2432, 1, 2432), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B421ED.txt", MT, 100.0, (2481, 1, 2481), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B421EE.txt", MT, 100.0, (2452, 1, 2452), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B421EF.txt", MT, 100.0, (2469, 1, 2469), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B42268.txt", MT, 100.0, (2496, 1, 2496), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B42279.txt", MT, 100.0, (2493, 1, 2493), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B4227C.txt", MT, 100.0, (2474, 1, 2474), false, true),
    file("opensense-walk/MT_012005D6_009-001_00B4227D.txt", MT, 100.0, (2505, 1, 2505), false, true),
];

fn opened(folder: &Path, file: &str) -> Recording {
    let path = folder.join("recordings/imu").join(file);
    let without = open(&path, &ReadOptions::default());
    let options = ReadOptions {
        rate_hz: Some(GIVEN_HZ),
        ..ReadOptions::default()
    };
    match without {
        Ok(recording) => recording,
        Err(error) => {
            assert!(error.to_string().contains("--rate"), "{error}");
            open(&path, &options).unwrap_or_else(|e| panic!("{e}"))
        }
    }
}

#[test]
fn every_file_opens_with_its_samples() {
    let Some(folder) = shared("every_file_opens_with_its_samples") else {
        return;
    };
    for expected in FILES {
        let found = opened(&folder, expected.file);
        let name = expected.file;
        assert_eq!(found.format, expected.format, "{name}");
        assert_eq!(found.kind(), Kind::Inertial, "{name}");
        assert_eq!(found.rate_hz, expected.rate_hz, "{name}");
        assert_eq!(found.frames, expected.frames, "{name}");
        assert_eq!(found.sensors.len(), expected.sensors, "{name}");
        let first = &found.sensors[0];
        assert_eq!(first.len(), found.frames, "{name}");
        assert_eq!(first.acc_m_s2.present(), expected.acc, "{name}");
        assert_eq!(first.orientation.is_some(), expected.orientation, "{name}");
        assert_eq!(first.gyr_derived, !expected.gyroscope, "{name}");
        for sensor in &found.sensors {
            if let Some(orientation) = sensor.orientation.as_ref().filter(|_| expected.acc > 0) {
                assert_eq!(orientation.z_up, Some(true), "{name}: {}", sensor.name);
            }
        }
        assert!(
            !found.warnings.iter().any(|w| w.code == "irregular-times"),
            "{name}: {:?}",
            found.warnings
        );
    }
}

#[test]
fn no_file_is_forgotten() {
    let Some(folder) = shared("no_file_is_forgotten") else {
        return;
    };
    let root = folder.join("recordings/imu");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|e| e != "xml") {
                let relative = path.strip_prefix(&root).unwrap();
                found.push(relative.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    let mut expected: Vec<&str> = FILES.iter().map(|f| f.file).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn sensors_are_placed_by_their_names() {
    let Some(folder) = shared("sensors_are_placed_by_their_names") else {
        return;
    };
    let found = opened(&folder, "qmt-walk.csv");
    let placements: Vec<Option<Placement>> = found.sensors.iter().map(|s| s.placement).collect();
    let both = |of: fn(Side) -> Placement| [Some(of(Side::Left)), Some(of(Side::Right))];
    let mut expected = vec![
        Some(Placement::Pelvis),
        Some(Placement::LowerBack),
        Some(Placement::UpperBack),
    ];
    expected.extend(both(Placement::Thigh));
    expected.extend(both(Placement::Shank));
    expected.extend(both(Placement::Foot));
    assert_eq!(placements, expected);
    assert_eq!(found.time_s(0), 40.0);
    assert_eq!(found.warnings, []);
    // first row of the file
    assert_eq!(
        found.sensors[0].acc_m_s2.at(0).as_slice(),
        [9.5467, 0.3687, 2.8167]
    );
    assert_eq!(
        found.sensors[0].gyr_rad_s.at(0).as_slice(),
        [0.0035, -0.0029, -0.0025]
    );

    let apdm = opened(&folder, "layouts/apdm/apdm_format7.csv");
    let names: Vec<&str> = apdm.sensors.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Lumbar",
            "Right Ankle",
            "Left Ankle",
            "Left Foot",
            "Chest",
            "Right Foot"
        ]
    );
    assert_eq!(
        apdm.sensors[1].placement,
        Some(Placement::Shank(Side::Right))
    );
    assert_eq!(
        apdm.sensors[0].acc_m_s2.at(0).as_slice(),
        [-9.982604, -2.450636, 0.515763]
    );
    let dot = opened(&folder, "xsens-dot/LFemur_20210820_202113_831.csv");
    assert_eq!(dot.sensors[0].placement, Some(Placement::Thigh(Side::Left)));
    assert!(
        dot.warnings
            .iter()
            .any(|w| w.code == "lost-packets" && w.message.contains("157 of 352")),
        "{:?}",
        dot.warnings
    );
}
