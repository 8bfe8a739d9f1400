//! C3D files of every dialect.

use super::{bits, codes, largest_difference, open};
use crate::common;
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, Format, Marker, Recording, Series3, Side};

/// The same trial stored by three processors as integers and floats.
#[test]
fn processor_twins_agree() {
    let Some(shared) = common::shared("processor_twins_agree") else {
        return;
    };
    let folder = shared.join("recordings/c3d-dialects");
    let families = [
        ("c3dorg01-Eb015", ["pr", "vr", "sr", "pi", "vi", "si"]),
        (
            "c3dorg02-",
            [
                "pc_real", "dec_real", "sgi_real", "pc_int", "dec_int", "sgi_int",
            ],
        ),
    ];
    for (stem, twins) in families {
        let all = twins.map(|twin| open(&folder.join(format!("{stem}{twin}.c3d"))));
        let present: usize = all[0].markers.iter().map(|m| m.position.present()).sum();
        assert!(present > 1000, "{stem}: {present} positions");
        for (twin, other) in twins.iter().zip(&all) {
            // The integer files are rounded to POINT:SCALE (0.083 and 0.281 mm).
            let tolerance = if twin.contains('i') && !twin.contains("real") {
                0.5e-3
            } else {
                1e-6
            };
            let difference = largest_difference(&all[0], other);
            assert!(difference <= tolerance, "{stem}{twin}: {difference} m");
            assert_eq!(other.plates.len(), all[0].plates.len());
        }
    }
}

/// Floats of MIPS and DEC files hold the very numbers of their Intel twin, integers those of the
/// Intel integers: the bits are equal wherever the storage allows.
#[test]
fn twins_of_one_storage_are_equal_bit_for_bit() {
    let Some(shared) = common::shared("twins_of_one_storage_are_equal_bit_for_bit") else {
        return;
    };
    let folder = shared.join("recordings/c3d-dialects");
    // dec_int is left out: 214 of its 18,688 stored integers are others than those of pc_int
    for (intel, twins) in [
        (
            "c3dorg01-Eb015pr",
            &["c3dorg01-Eb015sr", "c3dorg01-Eb015vr"][..],
        ),
        (
            "c3dorg01-Eb015pi",
            &["c3dorg01-Eb015si", "c3dorg01-Eb015vi"],
        ),
        (
            "c3dorg02-pc_real",
            &["c3dorg02-sgi_real", "c3dorg02-dec_real"],
        ),
        ("c3dorg02-pc_int", &["c3dorg02-sgi_int"]),
    ] {
        let intel = open(&folder.join(format!("{intel}.c3d")));
        for twin in twins {
            let other = open(&folder.join(format!("{twin}.c3d")));
            assert!(bits(&intel) == bits(&other), "{twin}");
            for (a, b) in intel.plates.iter().zip(&other.plates) {
                assert_eq!(a.corners, b.corners, "{twin}");
                let same =
                    |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
                let columns = a.force.columns().into_iter().zip(b.force.columns());
                assert!(
                    columns.flat_map(|(a, b)| a.iter().zip(b)).all(same),
                    "{twin}"
                );
            }
        }
    }
}

/// `reference/events.csv`: events of the C3D files as read by another program.
#[test]
fn stored_events_equal_the_reference() {
    let Some(shared) = common::shared("stored_events_equal_the_reference") else {
        return;
    };
    let recordings = shared.join("recordings");
    let mut expected: std::collections::BTreeMap<String, Vec<(f64, String, String, i64)>> =
        Default::default();
    let mut reader = csv::Reader::from_path(recordings.join("reference/events.csv")).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        expected.entry(row[0].to_owned()).or_default().push((
            row[3].parse().unwrap(),
            row[1].to_owned(),
            row[2].to_owned(),
            row[4].parse().unwrap(),
        ));
    }
    assert!(expected.len() > 20);
    for (file, mut events) in expected {
        let recording = open(&recordings.join(&file));
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(recording.events.len(), events.len(), "{file}");
        for ((time_s, context, label, frame), stored) in events.iter().zip(&recording.events) {
            assert!((stored.time_s - time_s).abs() < 1e-4, "{file} {time_s}");
            let stored_frame = (stored.time_s * recording.rate_hz).round() as i64 + 1;
            assert_eq!(stored_frame, *frame, "{file}");
            let side = match &context[..1] {
                "L" => Side::Left,
                _ => Side::Right,
            };
            assert_eq!(stored.side, Some(side), "{file} {context}");
            let kind = match (label.as_str(), context.as_str()) {
                ("Foot Strike", _) | (_, "LHS" | "RHS") => EventKind::FootStrike,
                _ => EventKind::FootOff,
            };
            assert_eq!(stored.kind, Some(kind), "{file} {label}");
        }
    }
}

/// Walk1 and its short copy differ in the parameter section only; the copy's POINT:DATA_START is
/// the original's and wrong.
#[test]
fn a_wrong_data_start_is_repaired() {
    let Some(shared) = common::shared("a_wrong_data_start_is_repaired") else {
        return;
    };
    let folder = shared.join("recordings/c3d-dialects");
    let whole = open(&folder.join("c3dorg00-Walk1.c3d"));
    let copy = open(&folder.join("short-copy.c3d"));
    assert!(!codes(&whole).contains(&"data-start-disagrees"));
    assert!(codes(&copy).contains(&"data-start-disagrees"));
    // Its EVENT:TIMES holds eight zeros instead of eight pairs.
    assert_eq!((whole.events.len(), copy.events.len()), (8, 0));
    assert_eq!(largest_difference(&whole, &copy), 0.0);
}

/// Where the loaded force plates of a walk say the foot is, a low marker must be near: this checks
/// axes, origin, units and sign of every plate type (1 BTS, 2 AMTI, 3 Kistler, 4 with calibration
/// matrix) without another program.
#[test]
fn the_centre_of_pressure_is_at_the_foot() {
    let Some(shared) = common::shared("the_centre_of_pressure_is_at_the_foot") else {
        return;
    };
    let recordings = shared.join("recordings");
    let files = [
        ("c3d-dialects/c3dorg28-type1.C3D", 1),
        ("plug-in-gait/mcgill/HC030A05-straight.c3d", 2),
        ("plug-in-gait/btk/PiG_Motion3_FF.c3d", 3),
        ("plug-in-gait/qcmas/QCMAS.dynamic-dynamic.c3d", 4),
        ("plug-in-gait/vicon370/gait-pig.c3d", 2),
        ("plug-in-gait/pycgm/Movement_trial.c3d", 4),
        ("c3d-dialects/c3dorg01-Eb015si.c3d", 2),
        ("c3d-dialects/c3dorg26-Capture0002.c3d", 2),
        ("c3d-dialects/c3dorg27-kyowadengyo.c3d", 3),
        ("c3d-dialects/c3dorg00-Walk1.c3d", 2),
        ("c3d-dialects/c3dorg06-newwalk.c3d", 2),
    ];
    for (file, plates) in files {
        let recording = open(&recordings.join(file));
        assert_eq!(recording.plates.len(), plates, "{file}");
        for (number, plate) in recording.plates.iter().enumerate() {
            let corner = plate.corners.map(nalgebra::Vector3::from);
            let into_floor = (corner[0] - corner[1])
                .cross(&(corner[0] - corner[3]))
                .normalize();
            let per_frame = plate.force.len() / recording.frames;
            let mut distances = Vec::new();
            for frame in 0..recording.frames {
                let sample = frame * per_frame;
                let pressed = -plate.force.at(sample).dot(&into_floor);
                if pressed.abs() < 150.0 {
                    continue;
                }
                assert!(pressed > 0.0, "{file} plate {number} pulls at {frame}");
                let centre = plate.centre_of_pressure.at(sample);
                let nearest = recording
                    .markers
                    .iter()
                    .map(|marker| marker.position.at(frame) - centre)
                    .filter(|d| d.dot(&into_floor).abs() < 0.15)
                    .map(|d| (d - into_floor * d.dot(&into_floor)).norm())
                    .fold(f64::INFINITY, f64::min);
                distances.push(nearest);
            }
            distances.sort_by(f64::total_cmp);
            assert!(distances.len() >= 5, "{file} plate {number} is not loaded");
            let median = distances[distances.len() / 2];
            assert!(median < 0.065, "{file} plate {number}: {median} m");
        }
    }
}

/// Four-letter labels hide which knee marker is medial; the descriptions tell.
#[test]
fn repeated_labels_are_told_apart_by_descriptions() {
    let Some(shared) = common::shared("repeated_labels_are_told_apart_by_descriptions") else {
        return;
    };
    let recording = open(&shared.join("recordings/c3d-dialects/c3dorg00-Walk1.c3d"));
    let labels: Vec<&str> = recording.markers.iter().map(|m| m.label.as_str()).collect();
    for label in ["RKNE", "R.Knee.Medial", "LANK", "L.Ankle.Medial"] {
        assert_eq!(labels.iter().filter(|l| **l == label).count(), 1, "{label}");
    }
    assert_eq!(codes(&recording), ["repeated-labels"]);
}

/// A recording of `markers` markers at 100 Hz, every coordinate another whole millimetre.
fn counted(markers: usize, frames: usize) -> Recording {
    let mut recording = Recording::new("counted", Format::Memory, 100.0, frames);
    for marker in 0..markers {
        let column = |axis: usize| {
            let number = |frame: usize| ((frame * 7 + marker * 3 + axis) % 9000 + 1) as f64 * 0.001;
            (0..frames).map(number).collect()
        };
        recording.markers.push(Marker {
            label: format!("M{marker}"),
            position: Series3 {
                x: column(0),
                y: column(1),
                z: column(2),
            },
        });
    }
    recording
}

fn as_c3d(recording: &Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_c3d(recording, &mut bytes).unwrap();
    bytes
}

/// More than 255 labels stand in `LABELS`, `LABELS2`, `LABELS3`; more than 65,535 frames in
/// `POINT:LONG_FRAMES` and `TRIAL`.
#[test]
fn lists_and_lengths_beyond_the_header_are_read() {
    for (markers, frames, names) in [
        (255, 2, &["LABELS"][..]),
        (256, 2, &["LABELS", "LABELS2"]),
        (600, 2, &["LABELS", "LABELS2", "LABELS3"]),
        (1, 65_535, &["LONG_FRAMES"]),
        (1, 65_536, &["LONG_FRAMES"]),
        (2, 70_001, &["LONG_FRAMES"]),
    ] {
        let written = counted(markers, frames);
        let bytes = as_c3d(&written);
        let holds = |name: &str| bytes.windows(name.len()).any(|w| w == name.as_bytes());
        assert!(names.iter().all(|name| holds(name)), "{markers} markers");
        assert_eq!(holds("LABELS3"), markers > 2 * 255);
        let recording = read::from_bytes(&bytes, "c", &ReadOptions::default()).unwrap();
        assert_eq!(recording.frames, frames);
        assert_eq!(
            codes(&recording),
            [""; 0],
            "{markers} markers, {frames} frames"
        );
        let difference = largest_difference(&written, &recording);
        assert!(difference < 1e-6, "{difference} m");
    }
}

/// Without `TRIAL`, `POINT:LONG_FRAMES` alone tells the frames; without both, the header's 65,535.
#[test]
fn long_frames_alone_are_enough() {
    let bytes = as_c3d(&counted(1, 66_000));
    let hidden = |names: &[&str]| {
        let mut bytes = bytes.clone();
        for name in names {
            let at = bytes.windows(name.len()).position(|w| w == name.as_bytes());
            bytes[at.unwrap()] = b'Q';
        }
        read::from_bytes(&bytes, "c", &ReadOptions::default()).unwrap()
    };
    let fields = ["ACTUAL_START_FIELD", "ACTUAL_END_FIELD"];
    assert_eq!(hidden(&fields).frames, 66_000);
    assert_eq!(hidden(&["LONG_FRAMES"]).frames, 66_000);
    let none = hidden(&[fields[0], fields[1], "LONG_FRAMES"]);
    assert_eq!(none.frames, 65_535);
}
