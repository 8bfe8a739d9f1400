//! What goes into the store comes out again.

use super::*;
use crate::analysis::{MarkerGaps, Status};
use crate::classify::{Flag, Interval, Label, LimbFinding, Probabilities, Severity, Terms};
use crate::events::{Confidence, EventSource};
use crate::lab::{LabFrame, Pass};
use crate::metrics::{StandingPosture, StrideCurves, StrideEvidence, StrideMetrics};
use crate::recording::{LengthUnit, PerSide, Side, SubjectFacts, Warning};
use crate::strides::{Exclusion, Stride};
use crate::study::body_size::BodySize;
use crate::study::rows::{RecordingRow, StrideRow, StudyData};
use crate::study::same_walk::Way;
use std::collections::BTreeSet;

fn finding(side: Side) -> LimbFinding {
    LimbFinding {
        side,
        strides: 11,
        label: Label::DropUnspecified,
        probabilities: Some(Probabilities {
            none: 0.1,
            uncompensated: 0.9,
            ..Probabilities::default()
        }),
        leading: Some((Label::None, Label::Mixed)),
        severity: Some(Severity::Moderate),
        consistency: Some((8, 11)),
        drop_excess_deg: Some(Interval {
            mean: 1.0 / 3.0,
            low: -0.1,
            high: 0.7,
        }),
        lean_excess_deg: None,
        drop_terms: Some(Terms {
            measured: 8.25,
            offset_free: 6.5,
            norm: 1.125,
        }),
        lean_terms: None,
        drop_z: Some(2.0 / 3.0),
        lean_z: None,
        norm_used: "free".into(),
        flags: vec![Flag {
            code: "few-strides".into(),
            blocking: true,
            message: "says why".into(),
        }],
    }
}

fn stride_row(name: &str, side: Side, number: usize) -> StrideRow {
    let mut metrics = StrideMetrics::default();
    metrics.set(3, Some(0.1 + 0.2));
    StrideRow {
        recording: name.into(),
        stride: Stride {
            side,
            number,
            start_s: 1.0 / 3.0,
            end_s: 1.5,
            opposite_off_s: None,
            opposite_strike_s: Some(0.9),
            off_s: Some(1.1),
            events_source: EventSource::Kinematic,
            events_confidence: Confidence::Medium,
            exclusion: (number == 2).then_some(Exclusion::StartStop),
        },
        metrics,
        evidence: StrideEvidence {
            pelvis_offset_deg: Some(1.0 / 7.0),
            ..StrideEvidence::default()
        },
        curves: StrideCurves {
            pelvis_drop_deg: vec![1.5, f64::NAN, -0.25],
            ..StrideCurves::default()
        },
    }
}

fn result(name: &str) -> RecordingResult {
    RecordingResult {
        row: RecordingRow {
            recording: name.into(),
            subject: "=Ann\n<b>".into(),
            session: "pre'; DROP TABLE recordings; --".into(),
            condition: String::new(),
            status: Status::Analysed,
            reason: String::new(),
            format: "c3d".into(),
            kind: "markers".into(),
            rate_hz: Some(119.88012),
            frames: Some(487),
            duration_s: Some(487.0 / 119.88012),
            finding: "words".into(),
            content_hash: "00ff".into(),
            limbs: Some(PerSide::from_fn(finding)),
            frame: Some(LabFrame {
                unit: LengthUnit::Millimetre,
                unit_guessed: true,
                vertical: "+Z".into(),
                lab_from_file: nalgebra::Matrix3::zeros(),
                floor_m: 0.01,
            }),
            passes: vec![Pass {
                first: 3,
                last: 90,
                heading_rad: -0.1,
            }],
            trunk: "thorax".into(),
            standing: Some(StandingPosture {
                pelvis_obliquity_deg: Some(1.25),
                trunk_lean_deg: None,
            }),
            static_trial: "static.c3d".into(),
            gaps: vec![MarkerGaps {
                label: "LASI".into(),
                missing: 3,
                filled: 2,
            }],
            warnings: vec![Warning::at("wrong-rate", "POINT:RATE", "is 0")],
        },
        own_standing: None,
        strides: vec![
            stride_row(name, Side::Left, 1),
            stride_row(name, Side::Left, 2),
            stride_row(name, Side::Right, 1),
        ],
        facts: SubjectFacts {
            aid: Some("cane".into()),
            leg_difference_m: Some(0.1),
            ..SubjectFacts::default()
        },
        file_subjects: vec!["Ann".into()],
        size: BodySize::default(),
        subject_guessed: false,
        way: Way {
            frames: 487,
            distances_m: vec![None, Some(1.0 / 3.0)],
        },
        analysis_key: "key".into(),
    }
}

#[test]
fn what_was_stored_is_read_back_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("s.sqlite")).unwrap();
    let saved = result("a/w.c3d");
    // twice: the second replaces the first
    store.save_recording(&saved).unwrap();
    store.save_recording(&saved).unwrap();
    let rows = store.recordings().unwrap();
    assert_eq!(format!("{rows:?}"), format!("{:?}", [&saved.row]));
    let strides = store.strides("a/w.c3d").unwrap();
    assert_eq!(format!("{strides:?}"), format!("{:?}", saved.strides));
    let used: Vec<i64> = store
        .query("SELECT used FROM strides ORDER BY side, stride", [], |r| {
            Ok(r.get(0)?)
        })
        .unwrap();
    assert_eq!(used, [1, 0, 1]);
    let labels: Vec<String> = store
        .query("SELECT label FROM limbs ORDER BY side", [], |r| {
            Ok(r.get(0)?)
        })
        .unwrap();
    assert_eq!(labels, ["drop-unspecified"; 2]);
}

#[test]
fn recordings_that_are_gone_are_forgotten_with_their_strides() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("s.sqlite")).unwrap();
    store.save_recording(&result("a")).unwrap();
    store.save_recording(&result("b")).unwrap();
    store.keep_recordings(&BTreeSet::from(["b"])).unwrap();
    assert_eq!(store.stored().unwrap().len(), 1);
    assert!(store.strides("a").unwrap().is_empty());
    assert_eq!(store.strides("b").unwrap().len(), 3);
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.sqlite");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        Store::create(&path),
        Err(StudyError::ForeignStore { .. })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, "no database at all, only some text").unwrap();
    assert!(matches!(
        Store::create(&path),
        Err(StudyError::Store { .. })
    ));
    assert!(matches!(
        Store::open(&folder.path().join("none.sqlite")),
        Err(StudyError::NoStudy { .. })
    ));
}

#[test]
fn a_finished_study_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.sqlite");
    let store = Store::create(&path).unwrap();
    let provenance = Provenance {
        version: "1".into(),
        ..Provenance::default()
    };
    store.set_provenance(&provenance).unwrap();
    store.finish().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.stored_provenance().unwrap().version, "1");
}

#[test]
fn results_that_would_not_come_back_are_refused() {
    assert_eq!(result("a").check(), Ok(()));
    let mut no_floor = result("a");
    if let Some(frame) = &mut no_floor.row.frame {
        frame.floor_m = f64::NAN;
    }
    assert!(no_floor.check().unwrap_err().contains("not a number"));
    let mut no_times = result("a");
    no_times.strides[1].stride.end_s = f64::NAN;
    assert!(no_times.check().unwrap_err().contains("left stride 2"));
}

#[test]
fn a_study_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let first = Store::create(&path).unwrap();
    first.save_recording(&result("a")).unwrap();
    assert!(matches!(Store::create(&path), Err(StudyError::Busy { .. })));
    first.finish().unwrap();
    drop(first);
    assert_eq!(Store::create(&path).unwrap().stored().unwrap().len(), 1);
}
