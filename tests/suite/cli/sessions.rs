//! Sessions: pooling, static trials, the subjects table.

use super::support::{made, ok, rows, run};
use crate::common::shared;
use std::fs;

#[test]
fn trials_that_cannot_tell_alone_tell_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(
        path,
        "synth --pattern uncompensated --side left --magnitude 8 --realistic --trials 6 \
         --strides 1 -o in/visit",
    );
    ok(path, "analyze in --no-report");
    let out = path.join("hipdrop-out");
    for row in rows(&out, "limbs.csv") {
        assert_eq!(
            (&*row["label"], &*row["strides"]),
            ("indeterminate", "1"),
            "{row:?}"
        );
    }
    let sessions = rows(&out, "sessions.csv");
    assert_eq!(sessions.len(), 2);
    for row in sessions {
        let expected = if row["side"] == "left" {
            "uncompensated"
        } else {
            "none"
        };
        assert_eq!(row["label"], expected, "{row:?}");
        assert_eq!(
            (&*row["recordings"], &*row["strides"]),
            ("6", "6"),
            "{row:?}"
        );
    }
}

#[test]
fn the_static_trial_of_the_session_is_found_and_used() {
    let folder = made();
    let path = folder.path();
    let static_trials = |text: &str| -> Vec<String> {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let recordings = value["recordings"].as_array().unwrap();
        recordings
            .iter()
            .filter(|r| r["status"] == "analysed")
            .map(|r| r["static_trial"].as_str().unwrap().to_owned())
            .collect()
    };
    let found = static_trials(&ok(path, "analyze in --json --no-report"));
    assert_eq!(found, ["", "B/pre/standing.c3d", "B/pre/standing.c3d"]);
    // a static trial that the user names goes to every recording
    let given = ok(
        path,
        "analyze in --json --no-report --static in/B/pre/standing.c3d",
    );
    assert_eq!(static_trials(&given), ["in/B/pre/standing.c3d"; 3]);
    // and its findings are those of the recording analysed with it
    fs::remove_file(path.join("in/B/pre/standing.c3d")).unwrap();
    assert_eq!(
        static_trials(&ok(path, "analyze in --json --no-report")),
        [""; 3]
    );
    let walking = "in/B/pre/uncompensated-right-1.c3d";
    let ran = run(path, &format!("analyze in --static {walking}"));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("not a standing trial"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_subjects_table_names_sessions_and_aids() {
    let folder = made();
    let path = folder.path();
    fs::write(
        path.join("subjects.csv"),
        "subject,session,condition,leg_length_left_m,leg_length_right_m,aid,shoe\n\
         A,first visit,barefoot,0.9,0.9,,42\nB,,,,,cane,\n",
    )
    .unwrap();
    let ran = run(path, "analyze in --no-report --subjects subjects.csv");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("not used: shoe"), "{}", ran.stderr);
    let sessions = rows(&path.join("hipdrop-out"), "sessions.csv");
    let names: Vec<_> = sessions
        .iter()
        .map(|r| (&*r["subject"], &*r["session"], &*r["condition"]))
        .collect();
    // the folder says `pre`, so the only row of A does not rename it
    assert_eq!(
        names,
        [
            ("A", "pre", "barefoot"),
            ("A", "pre", "barefoot"),
            ("B", "pre", ""),
            ("B", "pre", ""),
        ]
    );
    for row in &sessions[2..] {
        assert_eq!(
            row["label"], "indeterminate",
            "a cane forbids a label: {row:?}"
        );
    }
    fs::write(path.join("wrong.csv"), "subject,height_m\nA,172\n").unwrap();
    let wrong = run(path, "analyze in --subjects wrong.csv");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("line 2, column height_m"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn changing_one_subject_redoes_only_that_subject() {
    let folder = made();
    let path = folder.path();
    let analysed = |table: &str| {
        fs::write(path.join("s.csv"), table).unwrap();
        let text = ok(path, "analyze in --json --no-report --subjects s.csv");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["analysed_now"].as_u64().unwrap()
    };
    assert_eq!(analysed("subject,height_m\nA,1.7\nB,1.7\n"), 4);
    assert_eq!(analysed("subject,height_m\nA,1.7\nB,1.7\n"), 0);
    assert_eq!(analysed("subject,height_m\nA,1.8\nB,1.7\n"), 1);
}

#[test]
fn one_trial_in_two_files_is_noticed() {
    let Some(shared) = shared("one_trial_in_two_files_is_noticed") else {
        return;
    };
    let recordings = shared.join("recordings");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // c3d.org sample 28 holds one trial with force plates described in two ways; the Vicon 370
    // files are one trial before and after processing
    for (file, session) in [
        ("c3d-dialects/c3dorg28-dynamic.C3D", "one"),
        ("c3d-dialects/c3dorg28-type1.C3D", "one"),
        ("plug-in-gait/vicon370/gait-pig.c3d", "two"),
        ("plug-in-gait/vicon370/gait-raw.c3d", "two"),
    ] {
        let copy = path
            .join("in")
            .join(session)
            .join(file.rsplit('/').next().unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(recordings.join(file), copy).unwrap();
    }
    ok(path, "analyze in --no-report");
    let flags: Vec<bool> = rows(&path.join("hipdrop-out"), "recordings.csv")
        .iter()
        .zip(["copy", "copy", "similar-walk", "similar-walk"])
        .map(|(row, flag)| row["flags"].split(';').any(|f| f == flag))
        .collect();
    assert_eq!(flags, [false, true, false, true]);
}

#[test]
fn people_of_different_size_in_one_folder_are_not_pooled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // plain CSV names no subject
    let synth = "synth --strides 4 --format csv --realistic";
    ok(path, &format!("{synth} --height 1.55 --trials 2 -o flat"));
    let analyze = || {
        ok(path, "analyze flat --no-report");
        rows(&path.join("hipdrop-out"), "sessions.csv")
    };
    let flags = |row: &std::collections::BTreeMap<String, String>, flag: &str| {
        row["flags"].split(';').any(|f| f == flag)
    };
    let one = analyze();
    assert_eq!(one.len(), 2);
    for row in &one {
        assert_eq!((&*row["session"], &*row["recordings"]), ("flat", "2"));
        assert!(flags(row, "subject-guessed"), "{row:?}");
    }
    let taller = format!("{synth} --height 1.9 --pattern mixed --seed 7 --standing -o flat");
    ok(path, &taller);
    let several = analyze();
    let names: Vec<_> = several.iter().step_by(2).map(|r| &*r["session"]).collect();
    assert_eq!(
        names,
        ["healthy-1.csv", "healthy-2.csv", "mixed-right-1.csv"]
    );
    for row in &several {
        assert!(
            row["recordings"] == "1" && flags(row, "several-people"),
            "{row:?}"
        );
    }
    for row in rows(&path.join("hipdrop-out"), "recordings.csv") {
        if row["status"] == "analysed" {
            assert_eq!(row["session"], row["recording"]);
            assert!(row["flags"].contains("several-people"), "{row:?}");
        }
    }
    // the standing trial goes to its own subject alone
    let json: serde_json::Value =
        serde_json::from_str(&ok(path, "analyze flat --no-report --json --force")).unwrap();
    let recordings = json["recordings"].as_array().unwrap().iter();
    let given: Vec<_> = recordings
        .map(|r| r["static_trial"].as_str().unwrap())
        .collect();
    assert_eq!(given, ["", "", "standing.csv", ""]);
    // again one person: again one session
    fs::remove_file(path.join("flat/mixed-right-1.csv")).unwrap();
    assert_eq!(analyze(), one);
}

#[test]
fn tables_and_static_trials_of_somebody_else_are_noticed() {
    let folder = made();
    let path = folder.path();
    fs::write(path.join("s.csv"), "subject,height_m\nNobody,1.7\n").unwrap();
    let ran = run(path, "analyze in --no-report --subjects s.csv");
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("s.csv: not used"), "{}", ran.stderr);
    fs::write(path.join("s.csv"), "subject,height_m\nA,1.7\na,1.8\n").unwrap();
    let ran = run(path, "analyze in --no-report --subjects s.csv");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("lines 2 and 3"), "{}", ran.stderr);
    ok(path, "synth --subject C --strides 2 -o C");
    let said = ok(
        path,
        "analyze C in/B --no-report --static in/B/pre/standing.c3d",
    );
    assert!(said.contains("static-of-another"), "{said}");
    for row in rows(&path.join("hipdrop-out"), "recordings.csv") {
        let flagged = row["flags"].contains("static-of-another");
        assert_eq!(flagged, row["subject"] == "C", "{row:?}");
    }
}
