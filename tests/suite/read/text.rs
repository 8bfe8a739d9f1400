//! TRC and the exports of capture programs.

use super::{codes, open};
use crate::common;
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::Recording;

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
