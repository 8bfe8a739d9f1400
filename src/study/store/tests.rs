//! What goes into the store comes out again.

use super::*;
use crate::analysis::{MarkerGaps, Status};
use crate::classify::{Flag, Interval, Label, LimbFinding, Probabilities, Severity, Terms};
use crate::events::{Confidence, EventSource};
use crate::lab::{LabFrame, Pass};
use crate::metrics::{StandingPosture, StrideCurves, StrideEvidence, StrideMetrics};
use crate::recording::{LengthUnit, PerSide, Side, SubjectFacts, Warning};
use crate::strides::{Exclusion, Stride};
use crate::study::STORE_NAME;
use crate::study::body_size::BodySize;
use crate::study::out_folder::OutFolder;
use crate::study::rows::{RecordingRow, StrideRow, StudyData};
use crate::study::same_walk::Way;
use crate::tasks::Tasks;
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
        prevalence: None,
        knee: None,
        drop_excess_deg: Some(Interval {
            mean: 1.0 / 3.0,
            low: -0.1,
            high: 0.7,
        }),
        lean_excess_deg: None,
        drop_terms: Some(Terms {
            level: crate::classify::Level::Standing,
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
            tasks: Tasks::default(),
            gaps: vec![MarkerGaps {
                label: "LASI".into(),
                missing: 3,
                filled: 2,
            }],
            warnings: vec![Warning::at("wrong-rate", "POINT:RATE", "is 0")],
            calibration: None,
            part_of: String::new(),
            start_s: None,
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

/// The study in a folder, claimed as a run does it.
fn create(folder: &Path) -> Result<Store, StudyError> {
    Store::create(&OutFolder::claim(folder)?)
}

#[test]
fn what_was_stored_is_read_back_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let store = create(folder.path()).unwrap();
    let saved = result("a/w.c3d");
    // twice: the second replaces the first
    store.save_recordings(std::slice::from_ref(&saved)).unwrap();
    store.save_recordings(std::slice::from_ref(&saved)).unwrap();
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
    let store = create(folder.path()).unwrap();
    store.save_recordings(&[result("a")]).unwrap();
    store.save_recordings(&[result("b")]).unwrap();
    store.keep_recordings(|name| name == "b").unwrap();
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
        create(folder.path()),
        Err(StudyError::ForeignStore { .. })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, "no database at all, only some text").unwrap();
    assert!(matches!(
        create(folder.path()),
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
    let store = create(folder.path()).unwrap();
    let provenance = Provenance {
        version: "1".into(),
        ..Provenance::default()
    };
    store.set_provenance(&provenance).unwrap();
    assert!(store.finish().unwrap());
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
    let claimed = OutFolder::claim(folder.path()).unwrap();
    let first = Store::create(&claimed).unwrap();
    first.save_recordings(&[result("a")]).unwrap();
    assert!(matches!(
        create(folder.path()),
        Err(StudyError::Busy { .. })
    ));
    first.finish().unwrap();
    drop((first, claimed));
    assert_eq!(create(folder.path()).unwrap().stored().unwrap().len(), 1);
}

#[test]
fn readers_see_the_study_as_it_was_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(STORE_NAME);
    let claimed = OutFolder::claim(folder.path()).unwrap();
    let writer = Store::create(&claimed).unwrap();
    writer.set_planned(Some(2)).unwrap();
    writer.save_recordings(&[result("a")]).unwrap();
    let reader = Store::open(&path).unwrap();
    writer.save_recordings(&[result("b")]).unwrap();
    assert_eq!(reader.recordings().unwrap().len(), 1);
    assert_eq!(reader.planned().unwrap(), Some(2));
    assert!(reader.strides("b").unwrap().is_empty());
    assert_eq!(Store::open(&path).unwrap().recordings().unwrap().len(), 2);
    // a reader does not keep the run from ending, only from making one file of it
    let short = Duration::from_millis(10);
    writer.connection().busy_timeout(short).unwrap();
    assert!(!writer.finish().unwrap());
    drop(reader);
    assert!(writer.finish().unwrap());
}

/// Tables and their columns.
fn columns(store: &Store) -> BTreeSet<(String, String)> {
    let sql = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c";
    let all = store.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
    all.unwrap().into_iter().collect()
}

/// A folder with a study of version 1.
fn version_1() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let old = Connection::open(folder.path().join(STORE_NAME)).unwrap();
    old.execute_batch(include_str!("v1.sql")).unwrap();
    folder
}

#[test]
fn older_studies_are_brought_up_to_date_by_writers_and_readers() {
    let fresh = tempfile::tempdir().unwrap();
    let fresh = columns(&create(fresh.path()).unwrap());
    for read_only in [false, true] {
        let folder = version_1();
        let store = match read_only {
            true => Store::open(&folder.path().join(STORE_NAME)).unwrap(),
            false => create(folder.path()).unwrap(),
        };
        assert_eq!(store.check_kind().unwrap(), schema::VERSION);
        assert_eq!(columns(&store), fresh);
        let rows = store.recordings().unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].status, Status::Standing);
        let limbs = rows[1].limbs.as_ref().unwrap();
        assert_eq!(limbs.right.drop_excess_deg.unwrap().low, -0.25);
        let strides = store.strides("P01/pre/w.c3d").unwrap();
        assert_eq!(strides[0].metrics.drop_ss_deg, Some(1.25));
        assert_eq!(strides[0].metrics.fppa_peak_deg, None);
        assert_eq!(strides[1].stride.exclusion, Some(Exclusion::Gap));
        assert_eq!(strides[1].curves.pelvis_drop_deg[2], -0.25);
        let members = store.pool_members().unwrap();
        assert_eq!(members[1].size, BodySize::default());
        let aids: Vec<_> = members.iter().map(|m| m.facts.aid.as_deref()).collect();
        assert_eq!(aids, [None, Some("yes")]);
        assert_eq!(store.stored_provenance().unwrap().version, "0.0.9");
    }
}

#[test]
fn every_change_of_the_tables_has_a_version_and_a_step() {
    let hash = crate::study::one::hex_hash(schema::TABLES.as_bytes());
    assert_eq!(
        (schema::VERSION, &hash[..12]),
        (5, "f2cc515cff29"),
        "the tables changed: raise schema::VERSION and add a migrate::Step (a new metric needs none)"
    );
}

#[test]
fn a_newer_study_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()).unwrap());
    let path = folder.path().join(STORE_NAME);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "journal_mode", "DELETE").unwrap();
    newer
        .pragma_update(None, "user_version", schema::VERSION + 1)
        .unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    for opened in [create(folder.path()), Store::open(&path)] {
        let error = opened.err().unwrap();
        assert!(matches!(error, StudyError::NewerVersion { .. }), "{error}");
        assert!(error.to_string().contains("newer version of hipdrop"));
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
