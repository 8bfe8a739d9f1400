//! Layouts of which no recording is at hand, and what goes wrong in inertial tables.

use crate::read::{ReadError, ReadOptions, from_bytes};
use crate::recording::{Format, Placement, Recording, Side};
use nalgebra::{UnitQuaternion, Vector3};
use std::fmt::Write;

const G: f64 = 9.80665;

fn read_at(text: &str, rate_hz: Option<f64>) -> Result<Recording, ReadError> {
    from_bytes(
        text.as_bytes(),
        "folder/S01_left_foot.txt",
        &ReadOptions {
            rate_hz,
            ..ReadOptions::default()
        },
    )
}

fn read(text: &str) -> Recording {
    read_at(text, None).unwrap_or_else(|error| panic!("{error}"))
}

fn codes(recording: &Recording) -> Vec<&str> {
    recording.warnings.iter().map(|w| &*w.code).collect()
}

#[test]
fn awinda_with_one_comment_line() {
    let found = read(
        "Acquisition frequency: 100 Hz\n\
         PacketCounter\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tMag_X\tMag_Y\tMag_Z\n\
         0.0\t8.2\t0.1\t5.9\t-0.1\t0.2\t0.3\t-0.2\t0.07\t-0.8\n\
         1.0\t8.3\t0.2\t5.8\t-0.2\t0.3\t0.4\t-0.2\t0.07\t-0.8\n",
    );
    assert_eq!(
        (found.format, found.rate_hz, found.frames),
        (Format::XsensMt, 100.0, 2)
    );
    assert_eq!(
        found.sensors[0].placement,
        Some(Placement::Foot(Side::Left))
    );
    assert_eq!(found.sensors[0].acc_m_s2.z, [5.9, 5.8]);
    assert_eq!(found.sensors[0].gyr_rad_s.z, [0.3, 0.4]);
    assert_eq!(codes(&found), [""; 0]);
}

#[test]
fn clinical_xsens_with_increments_and_a_clock_that_stands() {
    let found = read(
        "// Start Time: Unknown\n// Update Rate: 100.0Hz\n\
         PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tFreeAcc_X\tFreeAcc_Y\tFreeAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tMag_X\tMag_Y\tMag_Z\tVelInc_X\tVelInc_Y\tVelInc_Z\tOriInc_q0\n\
         37257\t0\t-8.3\t3.1\t2.9\t0\t0\t-0.4\t0.04\t-0.17\t-0.09\t0.9\t0.2\t-0.3\t-0.08\t0.03\t0.02\t0\n\
         37258\t0\t-8.4\t3.2\t2.8\t0\t0\t-0.4\t0.05\t-0.16\t-0.08\t0.9\t0.2\t-0.3\t-0.08\t0.03\t0.02\t0\n",
    );
    assert_eq!((found.rate_hz, found.frames), (100.0, 2));
    assert_eq!(found.sensors[0].acc_m_s2.x, [-8.3, -8.4]);
    assert!(found.sensors[0].orientation.is_none());
}

#[test]
fn lower_back_in_g_and_degrees_needs_a_rate() {
    let text = "samples,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z\n\
                0,0.95,-0.15,-0.09,7.5,-0.17,-1.1\n1,0.957,-0.15,-0.08,7.1,0.1,-0.9\n";
    let error = read_at(text, None).unwrap_err().to_string();
    assert!(error.contains("--rate"), "{error}");
    let found = read_at(text, Some(100.0)).unwrap();
    assert_eq!(codes(&found), ["acc-unit-guessed", "gyr-unit-guessed"]);
    let sensor = &found.sensors[0];
    assert!((sensor.acc_m_s2.x[0] - 0.95 * G).abs() < 1e-12);
    assert!((sensor.gyr_rad_s.x[0] - 7.5_f64.to_radians()).abs() < 1e-12);
}

#[test]
fn gaittoolbox_with_orientation_first() {
    let found = read(
        "// fs=100 nSamples=955\r\n// frame=world\r\n// idx=1120,2074\r\n\
         ori_1,ori_2,ori_3,ori_4,acc_1,acc_2,acc_3,gyr_1,gyr_2,gyr_3,mag_1,mag_2,mag_3\r\n\
         0.670661,-0.313207,-0.384898,-0.551333,8.418751,-0.776313,4.900471,0.156255,0.176449,0.224906,0.887451,0.395996,0.489258\r\n",
    );
    assert_eq!((found.rate_hz, found.frames), (100.0, 1));
    let orientation = found.sensors[0].orientation.as_ref().unwrap();
    assert_eq!(
        (orientation.z_up, orientation.reference.as_str()),
        (Some(true), "world")
    );
}

/// A sensor that swings about its y axis under gravity, as a table.
fn swinging(gyr_scale: f64, acc_scale: f64) -> String {
    let mut text = "time_s,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z\n".to_owned();
    for i in 0..400 {
        let t = f64::from(i) / 100.0;
        let angle = 0.8 * (1.5 * t).sin();
        let rate = gyr_scale * 0.8 * 1.5 * (1.5 * t).cos();
        let a = UnitQuaternion::from_scaled_axis(Vector3::y() * angle).inverse()
            * (Vector3::z() * G * acc_scale);
        writeln!(text, "{t:.2},{},{},{},0,{rate},0", a.x, a.y, a.z).unwrap();
    }
    text
}

#[test]
fn units_that_are_not_said_are_told_by_gravity() {
    for (gyr_scale, acc_scale) in [(1.0, 1.0), (1.0, 1.0 / G), (1.0_f64.to_degrees(), 1.0)] {
        let found = read(&swinging(gyr_scale, acc_scale));
        assert_eq!(codes(&found), ["acc-unit-guessed", "gyr-unit-guessed"]);
        let sensor = &found.sensors[0];
        assert!((sensor.acc_m_s2.at(0).norm() - G).abs() < 1e-6);
        assert!(
            (sensor.gyr_rad_s.y[0] - 1.2).abs() < 1e-6,
            "{gyr_scale} {acc_scale}"
        );
    }
    let error = read_at(&swinging(1.0, 0.3), None).unwrap_err();
    assert!(error.advice.contains("acc_x_m_s2"), "{error}");
}

#[test]
fn counters_start_again_and_lost_packets_stay_gaps() {
    let mut text =
        "// Update Rate: 50.0Hz\nPacketCounter,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z\n".to_owned();
    for counter in [65_533, 65_534, 1, 2] {
        writeln!(text, "{counter},0,0,9.81,0,0,0").unwrap();
    }
    let found = read(&text);
    assert_eq!(found.frames, 6);
    let missing: Vec<bool> = (0..6)
        .map(|i| found.sensors[0].acc_m_s2.is_missing(i))
        .collect();
    assert_eq!(missing, [false, false, true, true, false, false]);
    assert_eq!(codes(&found), ["lost-packets"]);
    let error = read_at(&text.replace("\n2,", "\n1,"), None).unwrap_err();
    assert_eq!(
        (error.place.as_str(), error.found.as_str()),
        ("line 6", "packet number 1 after 1")
    );
}

#[test]
fn a_dot_without_orientation_is_in_degrees_per_second() {
    let found = read(
        "sep=,\nDeviceTag:,abc\nOutputRate:,60Hz\nSyncStatus:,Synced\n\n\
         PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z,Status\n\
         1,4294960000,0,0,9.81,180,0,0,0\n2,9371,0,0,9.81,0,0,0,0\n",
    );
    assert_eq!(
        (found.format, found.rate_hz, found.frames),
        (Format::XsensDot, 60.0, 2)
    );
    assert!((found.sensors[0].gyr_rad_s.x[0] - std::f64::consts::PI).abs() < 1e-12);
}

#[test]
fn milliseconds_and_uneven_times() {
    let mut text = "Time,acc_x_g,acc_y_g,acc_z_g\n".to_owned();
    for i in 0..100 {
        writeln!(text, "{},0,0,{}", 1000 + 10 * i, 1.0 + 0.001 * f64::from(i)).unwrap();
    }
    let found = read(&text);
    assert_eq!((found.rate_hz, found.frames), (100.0, 100));
    assert_eq!(codes(&found), ["time-unit-guessed", "no-angular-velocity"]);

    // samples that come half a step late in the second half are put on the even grid
    let mut text = "time_s,acc_x_g,acc_y_g,acc_z_g\n".to_owned();
    for i in 0..100 {
        let t = f64::from(i) * 0.01 + if i >= 50 { 0.005 } else { 0.0 };
        writeln!(text, "{t:.4},0,0,{}", 1.0 + t).unwrap();
    }
    let found = read(&text);
    assert!(codes(&found).contains(&"irregular-times"));
    let z = &found.sensors[0].acc_m_s2.z;
    for (k, value) in z.iter().enumerate().filter(|(_, v)| v.is_finite()) {
        let expected = (1.0 + 0.01 * k as f64) * G;
        assert!((value - expected).abs() < 1e-3, "{k}: {value} {expected}");
    }
    assert!(z.iter().filter(|v| v.is_finite()).count() >= 97);
}

#[test]
fn markers_beside_sensors_are_read_as_markers() {
    let text = "time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm,pelvis_acc_x_g,pelvis_acc_y_g,pelvis_acc_z_g\n\
                0,1,2,3,0,0,1\n0.01,1,2,3,0,0,1\n";
    let found = read(text);
    assert_eq!((found.markers.len(), found.sensors.len()), (1, 0));
}
