//! The standing test: markers, inertial sensors and points of a picture.

use crate::common::shared;
use hipdrop::analysis::{Analysis, Options, Status, analyze};
use hipdrop::classify::Label;
use hipdrop::read::{Map, ReadOptions, from_bytes};
use hipdrop::recording::{Kind, Recording, Side};
use hipdrop::synth::{
    Affected, Imu, OneLeg, Pattern, SensorSet, TrueStance, Truth, Walker, stand_on_one_leg,
};
use hipdrop::tasks::{Failure, Flag, Level, Outcome, Stance, StandingOn};

/// A test of 14 s on each leg; the affected pelvis begins to sink after 6 s.
fn made(pattern: Pattern, affected: Affected, imu: Option<Imu>) -> (Recording, Truth) {
    let mut walker = Walker::new(pattern, affected);
    walker.rate_hz = 50.0;
    walker.noise.white_mm = 0.4;
    walker.placement_sd_mm = 3.0;
    walker.between_subject = true;
    let way = OneLeg {
        hold_s: 14.0,
        fails_after_s: 6.0,
        ..OneLeg::default()
    };
    stand_on_one_leg(&walker, &way, imu.as_ref()).unwrap()
}

fn analysed(recording: &Recording) -> Analysis {
    let analysis = analyze(recording, &Options::default()).unwrap();
    assert_eq!(analysis.status, Status::Standing, "{}", analysis.reason);
    for side in Side::BOTH {
        assert_eq!(analysis.limbs[side].label, Label::Indeterminate);
    }
    analysis
}

fn stances(analysis: &Analysis) -> &[Stance] {
    &analysis.tasks.stance.as_ref().unwrap().stances
}

/// Drop within 0.5°, times within 0.2 s.
fn agrees(found: &Stance, truth: &TrueStance, end_s: f64) {
    let drop_deg = 0.5;
    assert_eq!(found.side, truth.side);
    let near = |found: Option<f64>, truth: f64, most: f64, what: &str| {
        let found = found.unwrap();
        let error = (found - truth).abs();
        eprintln!("{what}: {found:.3} for {truth:.3}");
        assert!(error <= most, "{what}: {found} for {truth}");
    };
    near(Some(found.start_s), truth.start_s, 0.2, "start");
    near(Some(found.end_s), truth.end_s, end_s, "end");
    near(
        found.drop_mean_deg,
        truth.drop_mean_deg,
        drop_deg,
        "mean drop",
    );
    near(
        found.drop_peak_deg,
        truth.drop_peak_deg,
        drop_deg,
        "peak drop",
    );
    near(
        found.lean_mean_deg,
        truth.lean_mean_deg,
        drop_deg,
        "mean lean",
    );
    match truth.time_to_failure_s {
        Some(truth) => {
            assert_eq!(found.outcome, Outcome::Failed);
            near(found.time_to_failure_s, truth, 0.2, "time to failure");
        }
        None => assert_ne!(found.failure, Some(Failure::PelvisDropped)),
    }
}

#[test]
fn markers_give_drop_lean_and_time_to_failure_of_both_legs() {
    for (pattern, affected) in [
        (Pattern::Uncompensated, Affected::Left),
        (Pattern::Mixed, Affected::Right),
        (Pattern::Compensated, Affected::Both),
        (Pattern::Healthy, Affected::Both),
    ] {
        let (recording, truth) = made(pattern, affected, None);
        let analysis = analysed(&recording);
        let found = stances(&analysis);
        assert_eq!(found.len(), 2);
        for (found, truth) in found.iter().zip(&truth.stances) {
            agrees(found, truth, 0.2);
            assert_eq!(found.level, Level::BothLegs);
            assert!(found.valid(), "{:?}", found.invalid_because);
            let leans = matches!(pattern, Pattern::Compensated | Pattern::Mixed)
                && affected.includes(found.side);
            assert_eq!(found.flags.contains(&Flag::TrunkCompensated), leans);
        }
        // the level of both legs is the standing posture, not the mean of it all
        let posture = analysis.standing.unwrap();
        let quiet = truth.angles.as_ref().unwrap().pelvis_obliquity_deg[0];
        assert!((posture.pelvis_obliquity_deg.unwrap() - quiet).abs() < 1.5);
    }
}

#[test]
fn inertial_sensors_give_the_same_test() {
    for realistic in [false, true] {
        // which way a turned sensor faces cannot be found where nobody walks: worn straight
        let imu = match realistic {
            true => Imu::default().realistic(),
            false => Imu::default(),
        };
        let imu = Imu {
            sensors: SensorSet::Full,
            misalignment_deg: 0.0,
            ..imu
        };
        let (recording, truth) = made(Pattern::Uncompensated, Affected::Left, Some(imu));
        let analysis = analysed(&recording);
        let found = stances(&analysis);
        assert_eq!(found.len(), 2);
        for (found, truth) in found.iter().zip(&truth.stances) {
            // a pelvis that has dropped keeps the knee bent after the foot is down
            let end_s = if truth.time_to_failure_s.is_some() {
                0.35
            } else {
                0.2
            };
            agrees(found, truth, end_s);
        }
    }
}

/// A table of the two hips and a shank, as a program that follows markers in a video writes it: ten
/// pictures a second, the lifted shank out of sight, a window in which nothing is seen.
fn picture(mirrored: bool) -> String {
    let mut text =
        String::from("time,hip_test_x,hip_test_y,hip_base_x,hip_base_y,tibia_x,tibia_y\n");
    for i in 0..200 {
        let t = i as f64 / 10.0;
        let up = (3.0..16.0).contains(&t);
        // the pelvis is raised by 4 degrees and sinks to a drop of 6 from 10 s on
        let drop: f64 = match t {
            _ if !up => 0.0,
            t if t < 10.0 => -4.0,
            t => (-4.0 + 10.0 * (t - 10.0)).min(6.0),
        };
        let (sine, cosine) = (drop + 2.0).to_radians().sin_cos();
        let across = if mirrored { -110.0 } else { 110.0 };
        let x = |sign: f64| 500.0 + sign * across * cosine;
        // the picture's y points down: the test side is low when it drops
        let y = |sign: f64| 1100.0 - sign * 110.0 * sine;
        if (120..126).contains(&i) {
            text += &format!("{t},,,,,,\n");
            continue;
        }
        let tibia = match up {
            true => ",".to_owned(),
            false => format!("{},{}", x(-1.0), 1700.0),
        };
        text += &format!(
            "{t},{},{},{},{},{tibia}\n",
            x(-1.0),
            y(-1.0),
            x(1.0),
            y(1.0)
        );
    }
    text
}

fn read(text: &[u8], map: &str) -> Recording {
    let options = ReadOptions {
        map: Map::from_toml(map).unwrap(),
        ..ReadOptions::default()
    };
    from_bytes(text, "video.csv", &options).unwrap()
}

#[test]
fn points_of_a_picture_give_the_test_of_the_side_stood_on() {
    for (mirrored, map, side) in [
        (false, "", Side::Left),
        (true, "", Side::Right),
        (false, "view = \"back\"", Side::Right),
    ] {
        let recording = read(picture(mirrored).as_bytes(), map);
        assert_eq!(recording.kind(), Kind::Picture);
        let analysis = analysed(&recording);
        let [stance] = stances(&analysis) else {
            panic!("{:?}", stances(&analysis));
        };
        assert_eq!((stance.side, stance.number), (side, 1));
        assert!((stance.start_s - 3.0).abs() < 0.11 && (stance.end_s - 16.0).abs() < 0.11);
        assert!((stance.level_drop_deg.unwrap() - 2.0).abs() < 1e-6);
        assert!((stance.drop_peak_deg.unwrap() - 6.0).abs() < 1e-6);
        assert!((stance.drop_least_deg.unwrap() + 4.0).abs() < 1e-6);
        // 10 s less 3 s, and 0.6 s until 2 degrees are passed
        assert!((stance.time_to_failure_s.unwrap() - 7.6).abs() < 0.15);
        assert!(stance.flags.contains(&Flag::PicturePlane));
        assert!(stance.valid());
        let told = analysis.warnings.iter().any(|w| w.code == "sides-by-view");
        assert_eq!(told, map.is_empty());
    }
}

/// Hips named in a map, as columns of numbers.
#[test]
fn a_map_names_the_columns_of_a_picture() {
    let text = picture(false)
        .replace("hip_test", "id_2")
        .replace("hip_base", "id_3");
    let text = text.replace("tibia", "id_0");
    let map = "[columns]\nRASI = [\"id_2_x\", \"id_2_y\"]\nLASI = [\"id_3_x\", \"id_3_y\"]\n\
               RTIB = [\"id_0_x\", \"id_0_y\"]\n";
    let analysis = analysed(&read(text.as_bytes(), map));
    assert_eq!(stances(&analysis)[0].side, Side::Left);
    assert!(!analysis.warnings.iter().any(|w| w.code == "sides-by-view"));
    let error = from_bytes(text.as_bytes(), "video.csv", &ReadOptions::default()).unwrap_err();
    assert!(error.found.contains("no marker"), "{error}");
}

/// The tracks of a real test: the program that made them computed the angle of the hips itself.
#[test]
fn real_tracks_give_the_drop_of_both_sides_and_survive_windows_without_sight() {
    let Some(shared) = shared("standing test tracks") else {
        return;
    };
    let folder = shared.join("recordings/single-leg-stance");
    let open = |name: &str, map: &str| read(&std::fs::read(folder.join(name)).unwrap(), map);
    // numbered markers: the test leg's shank, both hips
    let map = "[columns]\nhip_test = [\"id_2_x\", \"id_2_y\"]\n\
               hip_base = [\"id_3_x\", \"id_3_y\"]\ntibia = [\"id_0_x\", \"id_0_y\"]\n";
    let whole = analysed(&open("sample_3_output.csv", map));
    let test = whole.tasks.stance.as_ref().unwrap();
    let [stance] = &test.stances[..] else {
        panic!("{:?}", test.stances);
    };
    // its own table of windows: the shank is out of sight from 1.3987 s to 11.8888 s; it rises before
    assert!((1.0..1.5).contains(&stance.start_s), "{}", stance.start_s);
    assert!((stance.end_s - 11.8888).abs() < 0.11, "{}", stance.end_s);
    assert_eq!(stance.level, Level::BothLegs);
    let curve = &test.curve;
    let on_left = curve
        .standing_on
        .iter()
        .filter(|on| **on == StandingOn::Left);
    assert!(on_left.count() >= 100);
    for side in Side::BOTH {
        let seen = (0..curve.time_s.len()).filter(|&i| curve.drop_deg(side, i).is_some());
        assert!(seen.count() > 130, "{side:?}");
    }
    // cropped to the test, without a shank: the names tell the leg, the level is the horizontal
    let cropped = analysed(&open("debug.csv", ""));
    let test = cropped.tasks.stance.as_ref().unwrap();
    assert_eq!(test.stances[0].level, Level::Horizontal);
    // resultado.csv: the lifted side's elevation less that of the first picture of the recording
    let text = std::fs::read_to_string(folder.join("resultado.csv")).unwrap();
    let offset = -(12.5f64 / 222.75).atan().to_degrees();
    let theirs: Vec<f64> = text.lines().skip(1).map(|l| l.parse().unwrap()).collect();
    let ours = &cropped.angles.pelvis.obliquity;
    assert_eq!(theirs.len(), 81);
    let agree = theirs
        .iter()
        .zip(ours)
        .filter(|(theirs, ours)| {
            let raised = -(ours.to_degrees() - offset);
            let theirs = **theirs;
            (raised - theirs).abs() < 0.02
        })
        .count();
    assert!(agree > 70, "{agree} of 81");
    for name in ["debug.csv", "result.csv"] {
        assert_eq!(
            analysed(&open(name, ""))
                .tasks
                .stance
                .unwrap()
                .stances
                .len(),
            1
        );
    }
}
