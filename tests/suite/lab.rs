//! Tests of `landmarks` and `lab` on real recordings, on the synthetic walker, and of their
//! invariances.

use crate::common;
use hipdrop::lab::{self, Locomotion, Motion, turn_of};
use hipdrop::landmarks::{self, Landmark, Resolved};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{LengthUnit, Recording, Side};
use hipdrop::settings::LabSettings;
use hipdrop::synth::{self, MarkerSet, Noise, Pattern, Walker};
use nalgebra::{Matrix3, Rotation3, Vector3};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn open(path: &Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn resolve(recording: &Recording) -> Resolved {
    landmarks::resolve(recording, None).unwrap_or_else(|e| panic!("{}: {e}", recording.name))
}

fn to_lab(recording: &Recording) -> Motion {
    let resolved = resolve(recording);
    lab::to_lab(recording, &resolved, &LabSettings::default())
        .unwrap_or_else(|e| panic!("{}: {e}", recording.name))
}

fn codes(motion: &Motion) -> Vec<&str> {
    motion.warnings.iter().map(|w| w.code.as_ref()).collect()
}

/// Degrees between two directions, 0–180.
fn apart_deg(a_rad: f64, b_rad: f64) -> f64 {
    let turn = (a_rad - b_rad).to_degrees();
    ((turn + 180.0).rem_euclid(360.0) - 180.0).abs()
}

/// What the list of recordings says about a trial: unit, axis and metres of the travel.
struct Fact {
    file: String,
    unit: String,
    travel: (char, f64),
}

/// Facts of the trials whose vertical axis the list knows; made with another reader.
fn facts(shared: &Path) -> Vec<Fact> {
    let text = std::fs::read_to_string(shared.join("recordings/MANIFEST.csv")).unwrap();
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let mut facts = Vec::new();
    for row in table.records() {
        let row = row.unwrap();
        let (file, note) = (&row[0], &row[row.len() - 1]);
        let after = |word: &str| -> Option<String> {
            let rest = note.split(word).nth(1)?;
            Some(rest.split([';', ' ']).next()?.to_owned())
        };
        if after("up ").as_deref() != Some("z+") {
            continue;
        }
        let travel = after("travel ").unwrap();
        let millimetres: f64 = travel[1..].parse().unwrap();
        facts.push(Fact {
            file: file.to_owned(),
            unit: after("units ").unwrap(),
            travel: (travel.chars().next().unwrap(), millimetres / 1000.0),
        });
    }
    facts
}

#[test]
fn units_vertical_and_travel_of_real_trials() {
    let Some(shared) = common::shared("units_vertical_and_travel_of_real_trials") else {
        return;
    };
    let facts = facts(&shared);
    assert!(facts.len() >= 30, "only {} facts found", facts.len());
    for fact in facts {
        // The list was made with a reader that takes this file's integers for floats.
        if fact.file.ends_with("c3dorg28-type1.C3D") {
            continue;
        }
        let motion = to_lab(&open(&shared.join("recordings").join(&fact.file)));
        let name = &fact.file;
        assert_eq!(fact.unit, "mm", "{name}");
        assert_eq!(motion.frame.unit, LengthUnit::Millimetre, "{name}");
        assert!(!motion.frame.unit_guessed, "{name}");
        assert_eq!(motion.frame.vertical, "+Z", "{name}");
        assert_eq!(motion.frame.lab_from_file, Matrix3::identity(), "{name}");
        let (axis, metres) = fact.travel;
        if metres.abs() < 0.8 {
            assert_eq!(
                motion.progression.locomotion,
                Locomotion::Standing,
                "{name}"
            );
            continue;
        }
        assert_eq!(
            motion.progression.locomotion,
            Locomotion::Overground,
            "{name}"
        );
        let expected_deg: f64 = match (axis, metres > 0.0) {
            ('x', true) => 0.0,
            ('x', false) => 180.0,
            ('y', true) => 90.0,
            _ => -90.0,
        };
        let found = motion.progression.trial_heading_rad;
        assert!(
            apart_deg(found, expected_deg.to_radians()) < 1e-9,
            "{name}: {} instead of {expected_deg} degrees",
            found.to_degrees()
        );
        if !name.contains("turn") {
            let middle = motion.progression.passes.iter().map(|p| p.heading_rad);
            for heading in middle {
                assert!(
                    apart_deg(heading, expected_deg.to_radians()) < 6.0,
                    "{name}"
                );
            }
            assert_eq!(motion.progression.passes.len(), 1, "{name}");
        }
        if !name.contains("Movement_trial") {
            assert_eq!(codes(&motion), Vec::<&str>::new(), "{name}");
        }
    }
}

#[test]
fn files_with_another_axis_up() {
    let Some(shared) = common::shared("files_with_another_axis_up") else {
        return;
    };
    let expected = [
        (
            "trc-mot-sto/subject01_walk1.trc",
            "+Y",
            Locomotion::Treadmill,
        ),
        (
            "trc-mot-sto/subject01_static.trc",
            "+Y",
            Locomotion::Standing,
        ),
        ("trc-mot-sto/markers_walk.trc", "+Y", Locomotion::Overground),
        ("trc-mot-sto/btk-Gait.trc", "+Z", Locomotion::Overground),
        (
            "trc-mot-sto/std_walking2_markers.trc",
            "+Z",
            Locomotion::Overground,
        ),
        (
            "c3d-dialects/c3dorg28-dynamic.C3D",
            "+Y",
            Locomotion::Overground,
        ),
        (
            "c3d-dialects/c3dorg28-type1.C3D",
            "+Y",
            Locomotion::Overground,
        ),
        (
            "c3d-dialects/c3dorg28-standing.C3D",
            "+Y",
            Locomotion::Standing,
        ),
        (
            "c3d-dialects/c3dorg26-Capture0002.c3d",
            "+Z",
            Locomotion::Overground,
        ),
        (
            "c3d-dialects/c3dorg34-AlbertoINT.c3d",
            "+Z",
            Locomotion::Overground,
        ),
    ];
    for (file, vertical, locomotion) in expected {
        let motion = to_lab(&open(&shared.join("recordings").join(file)));
        assert_eq!(motion.frame.vertical, vertical, "{file}");
        assert_eq!(motion.progression.locomotion, locomotion, "{file}");
        // whoever was recorded has the pelvis at the height of a pelvis
        let asis = &motion.points.series[&Landmark::Asis(Side::Left)];
        let height = hipdrop::signal::median(&asis.z) - motion.frame.floor_m;
        assert!((0.6..1.2).contains(&height), "{file}: {height}");
    }
}

#[test]
fn belt_speed_of_a_treadmill_walk() {
    let Some(shared) = common::shared("belt_speed_of_a_treadmill_walk") else {
        return;
    };
    let motion = to_lab(&open(
        &shared.join("recordings/trc-mot-sto/subject01_walk1.trc"),
    ));
    // The flat foot of this file moves backward by 1.13 m/s (heel and toe agree within 2 %).
    let belt = motion.progression.belt_speed_m_s.unwrap();
    assert!((belt - 1.13).abs() < 0.05, "{belt}");
    assert!(
        motion
            .progression
            .heading_rad
            .iter()
            .all(|h| apart_deg(*h, 0.0) < 3.0)
    );
    assert_eq!(motion.progression.passes.len(), 1);
}

#[test]
fn the_same_trial_without_declared_unit() {
    let Some(shared) = common::shared("the_same_trial_without_declared_unit") else {
        return;
    };
    let declared = to_lab(&open(
        &shared.join("recordings/plug-in-gait/pycgm/Sample_Static.c3d"),
    ));
    let guessed = to_lab(&open(
        &shared.join("recordings/vendor-csv/vicon-nexus-Sample_Static.csv"),
    ));
    assert_eq!(guessed.frame.unit, LengthUnit::Millimetre);
    assert_eq!(
        guessed.frame.unit_guessed,
        codes(&guessed).contains(&"unit-guessed")
    );
    for (landmark, series) in &declared.points.series {
        let other = &guessed.points.series[landmark];
        for i in (0..series.len()).step_by(25) {
            assert!(
                (series.at(i) - other.at(i)).norm() < 1e-6,
                "{landmark:?} {i}"
            );
        }
    }
}

#[test]
fn labels_of_real_recordings() {
    let Some(shared) = common::shared("labels_of_real_recordings") else {
        return;
    };
    let expected: [(&str, &str); 9] = [
        (
            "plug-in-gait/btk/PiG_Motion-FlatFoot-Full.c3d",
            "LASI RASI LPSI RPSI C7 T10 CLAV STRN LSHO RSHO LTHI RTHI LKNE RKNE LTIB RTIB LANK RANK \
             LHEE RHEE LTOE RTOE",
        ),
        (
            "plug-in-gait/vicon370/gait-pig.c3d",
            "LASI RASI SACR LTHI RTHI LKNE RKNE LTIB RTIB LANK RANK LTOE RTOE",
        ),
        (
            "plug-in-gait/fmc/MH0222_BP08-static.c3d",
            "LASI RASI LPSI RPSI LTHI RTHI LKNE RKNE LKNM RKNM LKAX RKAX LTIB RTIB LANK RANK LANM \
             RANM LHEE RHEE LTOE RTOE",
        ),
        (
            "c3d-dialects/c3dorg00-Walk1.c3d",
            "LASI RASI SACR LSHO RSHO LTHI RTHI LKNE RKNE LTIB RTIB LANK RANK LHEE RHEE LTOE RTOE",
        ),
        (
            "c3d-dialects/c3dorg34-AlbertoINT.c3d",
            "LASI RASI SACR C7 T10 CLAV STRN LSHO RSHO LKNE RKNE LKNM RKNM LANK RANK LANM RANM LHEE \
             RHEE LTOE RTOE",
        ),
        (
            "c3d-dialects/opensim-walking2.c3d",
            "LASI RASI LPSI RPSI C7 T10 CLAV STRN LKNE RKNE LKNM RKNM LANK RANK LANM RANM LHEE RHEE \
             LTOE RTOE LHJC RHJC LKJC RKJC LAJC RAJC",
        ),
        (
            "c3d-dialects/c3dorg26-Capture0002.c3d",
            "LASI RASI SACR T10 LSHO RSHO LKNE RKNE LANK RANK LHEE RHEE LTOE RTOE",
        ),
        (
            "trc-mot-sto/btk-Gait.trc",
            "LASI RASI SACR C7 CLAV STRN LSHO RSHO LTHI RTHI LKNE RKNE LKNM RKNM LTIB RTIB LANK RANK \
             LANM RANM LHEE RHEE LTOE RTOE",
        ),
        (
            "trc-mot-sto/subject01_static.trc",
            "LASI RASI SACR STRN LSHO RSHO LKNE RKNE LKNM RKNM LANK RANK LANM RANM LHEE RHEE LTOE \
             RTOE",
        ),
    ];
    for (file, landmarks) in expected {
        let resolved = resolve(&open(&shared.join("recordings").join(file)));
        let found: Vec<String> = resolved.indices.keys().map(|l| l.label()).collect();
        let landmarks: Vec<&str> = landmarks.split_whitespace().collect();
        assert_eq!(found, landmarks, "{file}");
    }
    // Of a person and a box in one file, the person.
    let two = open(&shared.join("recordings/vendor-csv/vicon-nexus-two-subjects.csv"));
    assert_eq!(resolve(&two).subject.as_deref(), Some("Daphnee"));
}

/// Index pairs of consecutive foot strikes of one side, from the reference events.
fn reference_strides(shared: &Path, file: &str, motion: &Motion) -> Vec<(usize, usize)> {
    let text = std::fs::read_to_string(shared.join("recordings/reference/events.csv")).unwrap();
    let mut strikes: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[0] == file && cells[2] == "Foot Strike" {
            let times = strikes.entry(cells[1].to_owned()).or_default();
            times.push(cells[3].parse().unwrap());
        }
    }
    let mut strides = Vec::new();
    for times in strikes.values_mut() {
        times.sort_by(f64::total_cmp);
        let index = |t: f64| motion.index_at(t).round() as usize;
        strides.extend(times.windows(2).map(|w| (index(w[0]), index(w[1]))));
    }
    strides
}

#[test]
fn turning_trials_turn_and_straight_ones_do_not() {
    let Some(shared) = common::shared("turning_trials_turn_and_straight_ones_do_not") else {
        return;
    };
    let settings = LabSettings::default();
    let folder = shared.join("recordings/plug-in-gait");
    let mut seen = 0;
    for file in std::fs::read_dir(folder.join("mcgill")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains("static") {
            continue;
        }
        seen += 1;
        let motion = to_lab(&open(&path));
        // every second of the trial, whether or not a foot strikes
        let window = motion.rate_hz as usize;
        let turns = |(first, last): (usize, usize)| {
            turn_of(&motion.progression, first, last).is_turn(&settings)
        };
        let any = (0..motion.frames - window).any(|i| turns((i, i + window)));
        assert_eq!(any, name.contains("turn"), "{name}");

        let strides = reference_strides(&shared, &format!("plug-in-gait/mcgill/{name}"), &motion);
        if name.contains("straight") {
            assert!(strides.len() >= 2, "{name}");
            assert!(!strides.into_iter().any(turns), "{name}");
        } else if strides.len() >= 3 {
            assert!(strides.into_iter().any(turns), "{name}");
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn stairs_and_ramps_are_told() {
    let Some(shared) = common::shared("stairs_and_ramps_are_told") else {
        return;
    };
    for file in [
        "plug-in-gait/pycgm/Movement_trial.c3d",
        "c3d-dialects/c3dorg21-sample21.c3d",
    ] {
        let motion = to_lab(&open(&shared.join("recordings").join(file)));
        assert!(
            codes(&motion).contains(&"ramp"),
            "{file}: {:?}",
            codes(&motion)
        );
    }
}

/// A synthetic walk, what the laboratory stage makes of it and the largest error of the heading.
fn synthetic(walker: &Walker) -> (Motion, f64) {
    let (recording, truth) = synth::walk(walker).unwrap();
    let motion = to_lab(&recording);
    let angles = truth.angles.unwrap();
    let error = motion
        .progression
        .heading_rad
        .iter()
        .zip(&angles.heading_deg)
        .map(|(found, truth)| apart_deg(*found, truth.to_radians()))
        .fold(0.0, f64::max);
    (motion, error)
}

fn walker(change: impl FnOnce(&mut Walker)) -> Walker {
    let mut walker = Walker {
        strides: 3,
        direction_rad: 0.7,
        ..Walker::default()
    };
    change(&mut walker);
    walker
}

#[test]
fn the_direction_of_a_synthetic_walker_is_exact_at_any_speed() {
    for speed in [0.3, 0.6, 1.2, 1.8] {
        let (motion, error) = synthetic(&walker(|w| w.speed_m_s = Some(speed)));
        assert!(error < 0.1, "{speed} m/s: {error} degrees");
        assert_eq!(motion.progression.locomotion, Locomotion::Overground);
        assert_eq!(motion.progression.passes.len(), 1);
        assert_eq!(codes(&motion), Vec::<&str>::new());
        let found = motion.progression.speed_m_s[motion.frames / 2];
        assert!(
            (found - speed).abs() < 0.02 * speed,
            "{found} instead of {speed}"
        );
    }
}

#[test]
fn one_stride_is_enough_for_a_direction() {
    for first_phase in [0.0, 0.25, 0.6] {
        let (_, error) = synthetic(&walker(|w| {
            w.strides = 1;
            w.first_phase = first_phase;
        }));
        assert!(error < 3.0, "{error} degrees");
    }
}

#[test]
fn noise_gaps_and_irregular_strides_leave_the_direction() {
    for rate_hz in [50.0, 100.0, 200.0] {
        let (motion, error) = synthetic(&walker(|w| {
            w.rate_hz = rate_hz;
            w.pattern = Pattern::Ataxic;
            w.noise = Noise {
                white_mm: 0.5,
                wobble_mm: 0.5,
                soft_tissue: 1.0,
                gaps_per_s: 3.0,
                ..Noise::default()
            };
        }));
        assert!(error < 3.0, "{rate_hz} Hz: {error} degrees");
        assert_eq!(codes(&motion), Vec::<&str>::new());
    }
}

#[test]
fn there_and_back_makes_two_passes() {
    let (motion, error) = synthetic(&walker(|w| w.passes = 2));
    assert!(error < 10.0, "{error} degrees");
    let headings: Vec<f64> = motion
        .progression
        .passes
        .iter()
        .map(|p| p.heading_rad.to_degrees())
        .collect();
    assert_eq!(headings.len(), 2, "{headings:?}");
    assert!((headings[0] - 40.1).abs() < 2.0, "{headings:?}");
    // half a turn to the left, counted on
    assert!((headings[1] - 220.1).abs() < 2.0, "{headings:?}");
}

#[test]
fn a_treadmill_has_a_belt_speed_and_a_direction() {
    for speed in [0.4, 1.28] {
        let (motion, error) = synthetic(&walker(|w| {
            w.treadmill = true;
            w.speed_m_s = Some(speed);
        }));
        assert_eq!(motion.progression.locomotion, Locomotion::Treadmill);
        let belt = motion.progression.belt_speed_m_s.unwrap();
        assert!(
            (belt - speed).abs() < 0.03 * speed,
            "{belt} instead of {speed}"
        );
        assert!(error < 1.0, "{error} degrees");
    }
}

#[test]
fn exchanged_labels_of_a_walk_are_put_right() {
    for trial in 0..5 {
        let clean = walker(|w| w.trial = trial);
        let swapped = walker(|w| {
            w.trial = trial;
            w.noise.swaps = 4;
        });
        let (clean, _) = synthetic(&clean);
        let (repaired, _) = synthetic(&swapped);
        assert!(codes(&repaired).contains(&"marker-swap"), "trial {trial}");
        let wrong: Vec<&Landmark> = clean
            .points
            .series
            .iter()
            .filter(|(l, s)| repaired.points.series[l] != **s)
            .map(|(l, _)| l)
            .collect();
        assert!(
            wrong.is_empty(),
            "trial {trial}: {wrong:?} {:?}",
            repaired.warnings
        );
    }
}

#[test]
fn sides_swapped_throughout_are_told_and_not_changed() {
    let (right, _) = synthetic(&walker(|_| {}));
    for markers in [MarkerSet::PlugInGait, MarkerSet::NoTrunk] {
        let (swapped, error) = synthetic(&walker(|w| {
            w.markers = markers;
            w.noise.sides_swapped = true;
        }));
        assert_eq!(codes(&swapped), vec!["sides-swapped"]);
        assert!(error < 0.1);
        let (left, other) = (Landmark::Asis(Side::Left), Landmark::Asis(Side::Right));
        assert_eq!(swapped.points.series[&left], right.points.series[&other]);
    }
}

/// The same recording seen in other axes and units.
fn seen_otherwise(
    recording: &Recording,
    turn: &Matrix3<f64>,
    shift: Vector3<f64>,
    scale: f64,
) -> Recording {
    let mut other = recording.clone();
    for marker in &mut other.markers {
        for i in 0..marker.position.len() {
            let moved = (turn * marker.position.at(i) + shift) * scale;
            marker.position.set(i, moved);
        }
    }
    if scale != 1.0 {
        other.declared_unit = None;
    }
    other
}

/// Heading relative to the line from the right to the left ASIS, per frame: what no change of axes
/// or units may change.
fn relative_heading(motion: &Motion) -> Vec<f64> {
    let left = &motion.points.series[&Landmark::Asis(Side::Left)];
    let right = &motion.points.series[&Landmark::Asis(Side::Right)];
    (0..motion.frames)
        .map(|i| {
            let across = left.at(i) - right.at(i);
            motion.progression.heading_rad[i] - across.y.atan2(across.x)
        })
        .collect()
}

fn assert_same_motion(found: &Motion, expected: &Motion, tolerance: f64) {
    let (a, b) = (relative_heading(found), relative_heading(expected));
    for (i, (a, b)) in a.iter().zip(&b).enumerate() {
        assert!(apart_deg(*a, *b) < 1e3 * tolerance, "frame {i}: {a} {b}");
    }
    let speeds = found
        .progression
        .speed_m_s
        .iter()
        .zip(&expected.progression.speed_m_s);
    for (a, b) in speeds {
        assert!((a - b).abs() < tolerance);
    }
    assert_eq!(
        found.progression.locomotion,
        expected.progression.locomotion
    );
    let frames = |m: &Motion| -> Vec<(usize, usize)> {
        m.progression
            .passes
            .iter()
            .map(|p| (p.first, p.last))
            .collect()
    };
    assert_eq!(frames(found), frames(expected));
    for (landmark, series) in &expected.points.series {
        let other = &found.points.series[landmark];
        for i in (0..series.len()).step_by(17) {
            let height = series.z[i] - expected.frame.floor_m;
            let found_height = other.z[i] - found.frame.floor_m;
            assert!((height - found_height).abs() < tolerance, "{landmark:?}");
        }
    }
}

/// A walk across the laboratory and back.
fn there_and_back() -> Recording {
    let walker = walker(|w| {
        w.passes = 2;
        w.strides = 2;
    });
    synth::walk(&walker).unwrap().0
}

/// File axes renamed in a circle: X becomes Y, Y becomes Z, Z becomes X, `times` times.
fn cycled(times: usize) -> Matrix3<f64> {
    let once = Matrix3::new(0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0);
    (0..times).fold(Matrix3::identity(), |turn, _| once * turn)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_motion_does_not_depend_on_axes_origin_and_unit(
        yaw in -3.2f64..3.2,
        shift in prop::array::uniform3(-5.0f64..5.0),
        cycles in 0usize..3,
        scale in prop::sample::select(vec![1.0, 100.0, 1000.0]),
    ) {
        let recording = there_and_back();
        let turn = cycled(cycles) * Rotation3::from_axis_angle(&Vector3::z_axis(), yaw).matrix();
        let other = seen_otherwise(&recording, &turn, Vector3::from(shift), scale);
        let (expected, found) = (to_lab(&recording), to_lab(&other));
        prop_assert_eq!(&found.frame.vertical, ["+Z", "+X", "+Y"][cycles]);
        assert_same_motion(&found, &expected, 1e-9);
        let guessed = codes(&found).contains(&"unit-guessed");
        prop_assert_eq!(guessed, scale != 1.0);
    }
}

#[test]
fn a_mirrored_walk_is_the_mirrored_motion() {
    let recording = there_and_back();
    let mirror = Matrix3::from_diagonal(&Vector3::new(1.0, -1.0, 1.0));
    let mut mirrored = seen_otherwise(&recording, &mirror, Vector3::zeros(), 1.0);
    for marker in &mut mirrored.markers {
        marker.label = match marker.label.split_at_checked(1) {
            Some(("L", rest)) => format!("R{rest}"),
            Some(("R", rest)) => format!("L{rest}"),
            _ => continue,
        };
    }
    let (expected, found) = (to_lab(&recording), to_lab(&mirrored));
    assert_eq!(codes(&found), Vec::<&str>::new());
    let headings = expected
        .progression
        .heading_rad
        .iter()
        .zip(&found.progression.heading_rad);
    for (a, b) in headings {
        assert!(apart_deg(*a, -b) < 1e-9, "{a} {b}");
    }
    assert_eq!(
        expected.progression.passes.len(),
        found.progression.passes.len()
    );
}
