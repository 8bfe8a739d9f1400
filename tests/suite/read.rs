//! Tests of `read` on real files.

use std::path::{Path, PathBuf};

use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, Recording, Side};

use crate::common;

fn open(path: &Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn codes(recording: &Recording) -> Vec<&str> {
    recording.warnings.iter().map(|w| &*w.code).collect()
}

/// Files of the manifest with their descriptions.
fn manifest(shared: &Path) -> Vec<(PathBuf, String)> {
    let recordings = shared.join("recordings");
    csv::Reader::from_path(recordings.join("MANIFEST.csv"))
        .unwrap()
        .records()
        .map(|row| {
            let row = row.unwrap();
            (recordings.join(&row[0]), row[7].to_owned())
        })
        .collect()
}

/// The number that stands before a word of the manifest's description (`197 fr`).
fn number_before(description: &str, word: &str) -> Option<f64> {
    let (before, _) = description.split_once(&format!(" {word}"))?;
    before.rsplit(' ').next()?.parse().ok()
}

fn first_frame(description: &str) -> u64 {
    let (_, rest) = description.split_once("Hz from ").unwrap();
    rest.split(';').next().unwrap().parse().unwrap()
}

/// Frames, rate, first frame and points as ezc3d 1.7.2 reads them (from the manifest); the files
/// ezc3d misreads or refuses are listed with what their header and length say.
#[test]
fn every_c3d_has_the_right_shape() {
    let Some(shared) = common::shared("every_c3d_has_the_right_shape") else {
        return;
    };
    // frames, rate, first frame, points; worked out from header and file length
    let known = [
        ("btk-badParameterOffset.c3d", (111, 250.0, 1, 41)),
        ("c3dorg01-Eb015si.c3d", (450, 50.0, 1, 26)),
        ("c3dorg01-Eb015sr.c3d", (450, 50.0, 1, 26)),
        ("c3dorg02-sgi_int.c3d", (89, 50.0, 1, 36)),
        ("c3dorg02-sgi_real.c3d", (89, 50.0, 1, 36)),
        ("c3dorg06-MACsample.c3d", (180, 60.0, 1, 33)),
        ("c3dorg13-Dance.c3d", (499, 65.0533447265625, 1, 40)),
        ("c3dorg18-bad_parameter_section.c3d", (332, 120.0, 1, 45)),
        ("c3dorg20-phasespace_sample.c3d", (701, 30.0, 1, 40)),
        ("c3dorg22-BKINtechnologies.c3d", (5065, 1000.0, 1, 2)),
        // the file is laid out for the header's 11 points, POINT:USED says 12
        ("c3dorg27-kyowadengyo.c3d", (152, 60.0, 33, 11)),
        ("short-copy.c3d", (151, 60.0, 1, 49)),
    ];
    let unreadable = ["btk-Empty.c3d", "simple.c3d"];
    let mut checked = 0;
    for (path, description) in manifest(&shared) {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !file.to_lowercase().ends_with(".c3d") {
            continue;
        }
        checked += 1;
        let result = read::open(&path, &ReadOptions::default());
        if unreadable.contains(&file.as_str()) {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(&file) && !error.contains('\n'), "{error}");
            continue;
        }
        let recording = result.unwrap_or_else(|e| panic!("{e}"));
        let expected = match known.iter().find(|(name, _)| *name == file) {
            Some(&(_, shape)) => shape,
            None => (
                number_before(&description, "fr @").unwrap() as usize,
                number_before(&description, "Hz").unwrap(),
                first_frame(&description),
                number_before(&description, "pts").unwrap() as usize,
            ),
        };
        let points = recording.markers.len() + recording.model_outputs.len();
        assert_eq!(recording.frames, expected.0, "frames of {file}");
        assert!(
            (recording.rate_hz - expected.1).abs() < 1e-5,
            "rate of {file}"
        );
        assert_eq!(recording.first_frame, expected.2, "first frame of {file}");
        assert_eq!(points, expected.3, "points of {file}");
        for marker in &recording.markers {
            assert_eq!(marker.position.len(), recording.frames, "{file}");
        }
    }
    assert!(checked > 55, "only {checked} C3D files in the manifest");
}

/// Largest distance in metres between two recordings' markers; panics when one is missing where
/// the other is not.
fn largest_difference(a: &Recording, b: &Recording) -> f64 {
    assert_eq!((a.markers.len(), a.frames), (b.markers.len(), b.frames));
    let mut largest = 0.0f64;
    for (a, b) in a.markers.iter().zip(&b.markers) {
        assert_eq!(a.label, b.label);
        for i in 0..a.position.len() {
            assert_eq!(
                a.position.is_missing(i),
                b.position.is_missing(i),
                "{} at {i}",
                a.label
            );
            if !a.position.is_missing(i) {
                largest = largest.max((a.position.at(i) - b.position.at(i)).norm());
            }
        }
    }
    largest
}

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

/// Frames, rate, first frame, markers and warnings of the TRC files, read off the files by hand.
#[test]
fn trc_files_have_the_right_shape() {
    let Some(shared) = common::shared("trc_files_have_the_right_shape") else {
        return;
    };
    let folder = shared.join("recordings/trc-mot-sto");
    type Shape = (usize, f64, u64, usize, &'static [&'static str]);
    let known: [(&str, Shape); 13] = [
        (
            "btk-Gait.trc",
            (487, 100.0, 1, 33, &["header-count", "unnamed-columns"]),
        ),
        ("btk-Knee.trc", (200, 200.0, 1, 71, &[])),
        (
            "dataWithBlanksForMissingMarkers.trc",
            (464, 250.0, 1, 40, &[]),
        ),
        ("dataWithEformat.trc", (5, 119.88012, 1, 14, &[])),
        ("dataWithNaNsOfDifferentCases.trc", (5, 250.0, 1, 14, &[])),
        ("dataWithNaNsWithSpaces.trc", (427, 100.0, 1, 42, &[])),
        ("exampleFormat.trc", (5, 100.0, 1, 3, &[])),
        (
            "gait10dof18musc_walk_CRLF_line_ending.trc",
            (10, 60.0, 1, 41, &[]),
        ),
        (
            "header-says-900-frames.trc",
            (73, 60.0, 185, 41, &["header-count"]),
        ),
        ("markers_walk.trc", (238, 100.0, 1, 41, &[])),
        // every tenth frame of a 250 Hz file: the time column says 25 Hz
        (
            "std_walking2_markers.trc",
            (126, 25.0, 1, 44, &["last-row-early", "rate-disagrees"]),
        ),
        ("subject01_walk1.trc", (151, 60.0, 1, 41, &[])),
        // saved by a spreadsheet with commas; the header says 652 frames
        ("two-subjects.trc", (93, 100.0, 1, 51, &["header-count"])),
    ];
    for (file, (frames, rate_hz, first_frame, markers, warnings)) in known {
        let recording = open(&folder.join(file));
        assert_eq!(recording.frames, frames, "{file}");
        assert_eq!(recording.rate_hz, rate_hz, "{file}");
        assert_eq!(recording.first_frame, first_frame, "{file}");
        assert_eq!(recording.markers.len(), markers, "{file}");
        assert_eq!(codes(&recording), warnings, "{file}");
    }
    for (file, found) in [
        ("btk-Empty.trc", "the file is empty"),
        ("btk-Truncated.trc", "the header ends here"),
        ("btk-10002-20130626160334-Unnamed.trc", "no marker names"),
    ] {
        let error = read::open(&folder.join(file), &ReadOptions::default()).unwrap_err();
        assert_eq!(error.found, found, "{file}");
    }
}

/// The old ASCII export holds the coordinates of the C3D file as text of its 32-bit floats.
#[test]
fn the_old_vicon_export_equals_its_c3d() {
    let Some(shared) = common::shared("the_old_vicon_export_equals_its_c3d") else {
        return;
    };
    let recordings = shared.join("recordings");
    let csv = open(&recordings.join("vendor-csv/vicon-nexus-Sample_Static.csv"));
    let c3d = open(&recordings.join("plug-in-gait/pycgm/Sample_Static.c3d"));
    assert_eq!(csv.declared_unit, None, "the export names no unit");
    assert_eq!((csv.frames, csv.rate_hz, csv.first_frame), (275, 100.0, 1));
    let mut compared = 0;
    for marker in &csv.markers {
        let Some(twin) = c3d
            .markers
            .iter()
            .find(|m| m.label.ends_with(&marker.label))
        else {
            continue;
        };
        for i in 0..csv.frames {
            if !twin.position.is_missing(i) {
                let difference = marker.position.at(i) * 0.001 - twin.position.at(i);
                assert!(difference.norm() < 1e-9, "{} at {i}", marker.label);
                compared += 1;
            }
        }
    }
    assert!(compared > 10_000, "only {compared} positions compared");
}

/// The Nexus export holds the model outputs of the C3D file with six significant digits.
#[test]
fn the_nexus_export_equals_its_c3d() {
    let Some(shared) = common::shared("the_nexus_export_equals_its_c3d") else {
        return;
    };
    let recordings = shared.join("recordings");
    let csv = open(&recordings.join("vendor-csv/vicon-nexus-Movement_trial.csv"));
    let c3d = open(&recordings.join("plug-in-gait/pycgm/Movement_trial.c3d"));
    assert_eq!(
        (csv.frames, csv.rate_hz, csv.first_frame),
        (323, 120.0, 695)
    );
    assert_eq!(codes(&csv), ["no-markers"]);
    assert_eq!(csv.subjects, ["Test"]);
    let mut compared = 0;
    for name in ["LPelvisAngles", "RHipAngles", "LKneeAngles", "RSpineAngles"] {
        let find = |recording: &Recording| {
            recording
                .model_outputs
                .iter()
                .find(|o| o.label.ends_with(name))
                .unwrap_or_else(|| panic!("{name} in {}", recording.name))
                .clone()
        };
        let (text, twin) = (find(&csv), find(&c3d));
        assert_eq!((text.unit.as_str(), twin.unit.as_str()), ("deg", "deg"));
        for (column, twin) in text.values.iter().zip(&twin.values) {
            for (value, twin) in column.iter().zip(twin) {
                assert!((value - twin).abs() < 1e-3 * twin.abs().max(1.0) || twin.is_nan());
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 4 * 3 * 323);
}

#[test]
fn two_subjects_in_one_nexus_file() {
    let Some(shared) = common::shared("two_subjects_in_one_nexus_file") else {
        return;
    };
    let file = shared.join("recordings/vendor-csv/vicon-nexus-two-subjects.csv");
    let recording = open(&file);
    assert_eq!(
        (recording.frames, recording.rate_hz, recording.first_frame),
        (580, 100.0, 1)
    );
    assert_eq!(recording.markers.len(), 51);
    assert_eq!(recording.subjects.len(), 2, "{:?}", recording.subjects);
    assert_eq!(recording.markers[0].label, "boite:gauche_ext");
    assert_eq!(recording.markers[0].position.x[0], 44.1628 * 0.001);
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

/// Gait.trc holds the trial of Gait.c3d before it was smoothed: they differ by 0.7 mm in the median
/// and 8.4 mm at most (worked out with numpy and ezc3d 1.7.2).
#[test]
fn a_trc_is_close_to_its_c3d() {
    let Some(shared) = common::shared("a_trc_is_close_to_its_c3d") else {
        return;
    };
    let recordings = shared.join("recordings");
    let trc = open(&recordings.join("trc-mot-sto/btk-Gait.trc"));
    let c3d = open(&recordings.join("c3d-dialects/btk-Gait.c3d"));
    assert_eq!((trc.frames, trc.rate_hz), (c3d.frames, c3d.rate_hz));
    assert_eq!(trc.markers.len(), c3d.markers.len());
    let mut differences = Vec::new();
    for (a, b) in trc.markers.iter().zip(&c3d.markers) {
        for i in 0..trc.frames {
            if !a.position.is_missing(i) && !b.position.is_missing(i) {
                differences.push((a.position.at(i) - b.position.at(i)).norm());
            }
        }
    }
    differences.sort_by(f64::total_cmp);
    assert_eq!(differences.len(), 5515);
    assert!(differences[5514] < 0.0085, "{}", differences[5514]);
    assert!(differences[2757] < 0.001, "{}", differences[2757]);
}

/// Every file of the collection is read or refused with one line that names it.
#[test]
fn every_file_opens_or_says_why_not() {
    let Some(shared) = common::shared("every_file_opens_or_says_why_not") else {
        return;
    };
    for (path, _) in manifest(&shared) {
        let bytes = std::fs::read(&path).unwrap();
        let head = &bytes[..bytes.len().min(4096)];
        let result = read::open(&path, &ReadOptions::default());
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        match result {
            Ok(recording) => {
                assert!(read::looks_like_recording(head), "{file}");
                assert!(recording.frames > 0 && recording.rate_hz > 0.0, "{file}");
            }
            Err(error) => {
                let line = error.to_string();
                assert!(line.contains(&file) && !line.contains('\n'), "{line}");
                assert!(
                    !error.found.is_empty() && !error.advice.is_empty(),
                    "{line}"
                );
            }
        }
        if path.components().any(|c| c.as_os_str() == "imu") && !file.ends_with("xml") {
            assert!(read::looks_like_recording(head), "{file}");
        }
    }
}

/// Numbers that a recording holds.
fn size(recording: &Recording) -> usize {
    let markers = recording.markers.len() * 3 * recording.frames;
    let outputs: usize = recording
        .model_outputs
        .iter()
        .flat_map(|output| &output.values)
        .map(Vec::len)
        .sum();
    let plates: usize = recording.plates.iter().map(|p| 6 * p.force.len()).sum();
    markers + outputs + plates + recording.events.len()
}

/// Flipped bits and cut-off ends: never a panic, never more numbers than the file can hold.
#[test]
fn damaged_files_are_read_or_refused() {
    let Some(shared) = common::shared("damaged_files_are_read_or_refused") else {
        return;
    };
    let recordings = shared.join("recordings");
    let files = [
        "c3d-dialects/c3dorg02-pc_int.c3d",
        "c3d-dialects/c3dorg02-dec_real.c3d",
        "c3d-dialects/btk-Analysis.c3d",
        "c3d-dialects/c3dorg27-kyowadengyo.c3d",
        "c3d-dialects/c3dorg00-Walk1.c3d",
        "trc-mot-sto/dataWithNaNsOfDifferentCases.trc",
        "trc-mot-sto/exampleFormat.trc",
        "trc-mot-sto/gait10dof18musc_walk_CRLF_line_ending.trc",
        "trc-mot-sto/opencap_walking1.csv",
        "trc-mot-sto/orientation_quats.sto",
    ];
    // A fixed multiplicative generator: the damage is the same in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let (mut read_well, mut refused) = (0, 0);
    for file in files {
        let whole = std::fs::read(recordings.join(file)).unwrap();
        for round in 0..60 {
            let mut bytes = whole.clone();
            // Most of the damage goes to the header and the parameters.
            let range = if round % 2 == 0 {
                1024.min(bytes.len())
            } else {
                bytes.len()
            };
            for _ in 0..1 + random(8) {
                let at = random(range);
                bytes[at] ^= 1 << random(8);
            }
            if round % 3 == 0 {
                bytes.truncate(random(bytes.len()));
            }
            match read::from_bytes(&bytes, file, &ReadOptions::default()) {
                Ok(recording) => {
                    read_well += 1;
                    let most = 8 * bytes.len() + (1 << 16);
                    assert!(size(&recording) <= most, "{file} round {round}");
                }
                Err(error) => {
                    refused += 1;
                    assert!(!error.to_string().contains('\n'));
                }
            }
        }
    }
    assert!(
        read_well > 100 && refused > 20,
        "{read_well} read, {refused} refused"
    );
}

fn bits(recording: &Recording) -> Vec<(&str, Vec<u64>)> {
    recording
        .markers
        .iter()
        .map(|marker| {
            let values = marker.position.columns().into_iter().flatten();
            let bits = values.map(|v| if v.is_nan() { 0 } else { v.to_bits() });
            (marker.label.as_str(), bits.collect())
        })
        .collect()
}

/// A real recording written as wide CSV and as C3D comes back with the same bits, and from C3D
/// with its events and body measures too.
#[test]
fn real_recordings_survive_both_writers() {
    let Some(shared) = common::shared("real_recordings_survive_both_writers") else {
        return;
    };
    let folder = shared.join("recordings/plug-in-gait");
    for file in [
        "pycgm/Movement_trial.c3d",
        "mcgill/HC030A05-straight.c3d",
        "vicon370/gait-pig-nz.c3d",
    ] {
        let original = open(&folder.join(file));
        let read_back = |bytes: &[u8]| {
            read::from_bytes(bytes, file, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
        };
        let mut bytes = Vec::new();
        read::write_wide_csv(&original, &mut bytes).unwrap();
        let csv = read_back(&bytes);
        bytes.clear();
        read::write_c3d(&original, &mut bytes).unwrap();
        let c3d = read_back(&bytes);
        for written in [&csv, &c3d] {
            assert_eq!(written.rate_hz, original.rate_hz, "{file}");
            assert_eq!(written.first_frame, original.first_frame, "{file}");
            assert!(bits(written) == bits(&original), "{file}");
        }
        assert_eq!(c3d.events.len(), original.events.len(), "{file}");
        for (a, b) in c3d.events.iter().zip(&original.events) {
            assert_eq!((a.side, a.kind), (b.side, b.kind), "{file}");
            assert!((a.time_s - b.time_s).abs() < 1e-6, "{file}");
        }
        assert_eq!(c3d.body, original.body, "{file}");
        assert_eq!(c3d.model_outputs.len(), original.model_outputs.len());
        assert_eq!(c3d.screen_axes, original.screen_axes);
        assert_eq!(c3d.subjects, original.subjects);
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
