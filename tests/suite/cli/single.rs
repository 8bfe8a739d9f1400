//! Commands on one recording: inspect, angles, events.

use super::support::{hipdrop, made, names, ok, rows, run, table};
use crate::common::shared;
use std::fs;
use std::io::Write;

const WALK: &str = "in/B/pre/uncompensated-right-1.c3d";

#[test]
fn inspect_says_what_is_there() {
    let folder = made();
    let path = folder.path();
    let json: serde_json::Value =
        serde_json::from_str(&ok(path, &format!("inspect {WALK} --json"))).unwrap();
    for key in [
        "format",
        "kind",
        "frames",
        "rate_hz",
        "first_frame",
        "duration_s",
        "units",
        "vertical_axis",
        "progression",
        "labels",
        "landmarks",
        "missing",
        "gaps",
        "events",
        "body_measures",
        "can_compute",
        "warnings",
    ] {
        assert!(!json[key].is_null(), "{key} in {json}");
    }
    assert_eq!(json["format"], "c3d");
    assert_eq!(json["units"], "mm");
    assert_eq!(json["vertical_axis"], "+Z");
    assert_eq!(json["landmarks"]["LASI"], "LASI");
    assert_eq!(json["can_compute"]["pelvic_drop"], true);
    let text = ok(path, &format!("inspect {WALK}"));
    assert!(
        text.contains("Can compute") && text.contains("LASI"),
        "{text}"
    );
}

#[test]
fn inspect_says_what_is_missing_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, "synth --markers no-trunk --strides 2 -o in");
    let json: serde_json::Value =
        serde_json::from_str(&ok(path, "inspect in/healthy-1.c3d --json")).unwrap();
    assert_eq!(json["can_compute"]["trunk_lean"], false);
    assert_eq!(json["can_compute"]["pelvic_drop"], true);
    let why = json["cannot_compute"]["trunk_lean"].as_str().unwrap();
    assert!(why.contains("C7"), "{why}");
    assert!(json["missing"].as_array().unwrap().contains(&"C7".into()));
    assert!(ok(path, "inspect in/healthy-1.c3d").contains("trunk lean: needs"));
}

#[test]
fn inspect_of_a_folder_is_one_line_per_recording() {
    let folder = made();
    let path = folder.path();
    fs::write(path.join("in/broken.c3d"), "no").unwrap();
    let ran = run(path, "inspect in");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout.lines().count(), 1 + 5, "{}", ran.stdout);
    assert!(ran.stdout.contains("broken.c3d") && ran.stdout.contains("failed"));
    let json: serde_json::Value =
        serde_json::from_str(&run(path, "inspect in --json").stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 5);
    assert_eq!(json[0]["recording"], "A/pre/healthy-1.csv");
    assert_eq!(json[4]["status"], "failed");
}

#[test]
fn a_file_that_is_no_recording_is_exit_1_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("x.c3d"), "no recording").unwrap();
    for command in ["inspect", "angles", "events"] {
        let ran = run(path, &format!("{command} x.c3d"));
        assert_eq!(ran.code, 1, "{command}");
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.contains("x.c3d"),
            "{}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn angles_have_their_columns_and_appear_whole() {
    let folder = made();
    let path = folder.path();
    ok(path, &format!("angles {WALK} -o a.csv"));
    let header = table(path, "a.csv").lines().next().unwrap().to_owned();
    let joints = |side: &str| {
        format!(
            "{side}_hip_flexion_deg,{side}_hip_adduction_deg,{side}_hip_rotation_deg,\
             {side}_knee_flexion_deg,{side}_knee_valgus_deg,{side}_knee_rotation_deg"
        )
    };
    let start = format!(
        "frame,time_s,pelvis_tilt_deg,pelvis_obliquity_deg,pelvis_rotation_deg,thorax_tilt_deg,\
         thorax_lean_deg,thorax_rotation_deg,{},{}",
        joints("left"),
        joints("right")
    );
    assert!(header.starts_with(&start), "{header}");
    let printed = ok(path, &format!("angles {WALK}"));
    assert_eq!(printed, table(path, "a.csv"));
    let raw = ok(path, &format!("angles {WALK} --raw"));
    assert_ne!(raw, printed);
    let pig = ok(path, &format!("angles {WALK} --sequence pig --raw"));
    assert!(pig.starts_with("frame,time_s,LPelvisAngles_X,LPelvisAngles_Y,LPelvisAngles_Z,"));
    assert!(
        pig.lines().next().unwrap().ends_with("RSpineAngles_Z"),
        "{pig}"
    );
    // into a place that cannot be written: an error, and nothing half-written
    let ran = run(
        path,
        &format!("angles {WALK} -o in/B/pre/standing.c3d/a.csv"),
    );
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[test]
fn the_angle_table_of_a_walk_agrees_with_its_truth() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, "synth --pattern mixed --strides 2 -o in");
    ok(path, "angles in/mixed-right-1.c3d --raw -o a.csv");
    let truth: serde_json::Value =
        serde_json::from_str(&table(path, "in/mixed-right-1.truth.json")).unwrap();
    let rows = rows(path, "a.csv");
    let mut compared = 0;
    for column in ["pelvis_obliquity_deg", "thorax_lean_deg"] {
        for (i, row) in rows.iter().enumerate() {
            let truth = truth["angles"][column][i].as_f64().unwrap();
            let found: f64 = row[column].parse().unwrap();
            assert!(
                (truth - found).abs() < 0.05,
                "{column} frame {i}: {truth} {found}"
            );
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn events_round_trip_through_their_table() {
    let folder = made();
    let path = folder.path();
    ok(path, &format!("events {WALK} -o events.csv"));
    let text = table(path, "events.csv");
    assert!(
        text.starts_with("side,event,frame,time_s,source,confidence\n"),
        "{text}"
    );
    ok(path, &format!("analyze {WALK} --no-report --out plain"));
    ok(
        path,
        &format!("analyze {WALK} --no-report --out given --events-from events.csv"),
    );
    let strides = |out: &str| rows(&path.join(out), "strides.csv");
    let (plain, given) = (strides("plain"), strides("given"));
    assert_eq!(plain.len(), given.len());
    assert!(plain.len() >= 6);
    for (a, b) in plain.iter().zip(&given) {
        assert_eq!(
            (&a["side"], &a["stride"], &a["used"]),
            (&b["side"], &b["stride"], &b["used"])
        );
        let drop = |r: &std::collections::BTreeMap<String, String>| {
            r["drop_ss_deg"].parse::<f64>().unwrap()
        };
        // times are printed with 0.1 ms
        assert!((drop(a) - drop(b)).abs() < 0.01, "{a:?} {b:?}");
    }
    // a corrected event is used
    let kept: Vec<&str> = text.lines().take(6).collect();
    fs::write(path.join("few.csv"), kept.join("\n")).unwrap();
    ok(
        path,
        &format!("analyze {WALK} --no-report --out few --events-from few.csv"),
    );
    assert!(strides("few").len() < plain.len());
    fs::write(path.join("bad.csv"), "side,event,time_s\nleft,hop,1\n").unwrap();
    let bad = run(path, &format!("events {WALK} --events-from bad.csv"));
    assert_eq!(bad.code, 2);
    assert!(
        bad.stderr.contains("bad.csv") && bad.stderr.contains("hop"),
        "{}",
        bad.stderr
    );
    let many = run(path, "analyze in --events-from events.csv");
    assert_eq!(many.code, 2);
    assert!(many.stderr.contains("one recording"), "{}", many.stderr);
}

#[test]
fn stored_events_are_used_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, "synth --strides 3 --stored-events -o in");
    let sources = |arguments: &str| -> Vec<String> {
        fs::write(
            path.join("e.csv"),
            ok(path, &format!("events in/healthy-1.c3d {arguments}")),
        )
        .unwrap();
        let mut sources: Vec<String> = rows(path, "e.csv")
            .into_iter()
            .map(|mut row| row.remove("source").unwrap())
            .collect();
        sources.sort();
        sources.dedup();
        sources
    };
    assert_eq!(sources(""), ["stored"]);
    assert_eq!(sources("--detect"), ["kinematic"]);
    assert_eq!(sources("--events detect"), ["kinematic"]);
}

#[test]
fn frames_and_times_are_the_files_own() {
    let Some(shared) = shared("frames_and_times_are_the_files_own") else {
        return;
    };
    // first stored frame 286 at 100 Hz: MANIFEST.csv
    let file = shared.join("recordings/plug-in-gait/mcgill/HC030A05-straight.c3d");
    let folder = tempfile::tempdir().unwrap();
    let file = file.to_str().unwrap();
    let angles = ok(folder.path(), &format!("angles {file}"));
    assert!(
        angles.lines().nth(1).unwrap().starts_with("286,2.8500,"),
        "{angles}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&ok(folder.path(), &format!("inspect {file} --json"))).unwrap();
    assert_eq!(json["first_frame"], 286);
    assert_eq!(json["subjects"][0], "HC030A");
    assert_eq!(json["events"].as_array().unwrap().len(), 8);
    assert_eq!(json["progression"]["direction"], "+Y");
}

#[test]
fn all_shared_recordings_end_with_a_row() {
    let Some(shared) = shared("all_shared_recordings_end_with_a_row") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let recordings = shared.join("recordings");
    let ran = run(
        folder.path(),
        &format!("analyze {} --no-report", recordings.to_str().unwrap()),
    );
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let found = rows(&folder.path().join("hipdrop-out"), "recordings.csv");
    assert!(found.len() > 90, "{}", found.len());
    for row in &found {
        let failed = row["status"] == "failed";
        assert!(!failed || row["reason"].len() > 10, "{row:?}");
        assert!(!row["reason"].contains("internal error"), "{row:?}");
    }
    let analysed = found.iter().filter(|r| r["status"] == "analysed").count();
    assert!(analysed >= 25, "{analysed}");
}

#[test]
fn results_never_replace_a_recording_or_another_input() {
    let folder = made();
    let path = folder.path();
    fs::copy(path.join(WALK), path.join("other.csv")).unwrap();
    fs::write(path.join("mine.csv"), ok(path, &format!("events {WALK}"))).unwrap();
    for (arguments, target) in [
        (
            format!("angles {WALK} -o in/B/../B/pre/uncompensated-right-1.c3d"),
            WALK,
        ),
        (format!("angles {WALK} -o other.csv"), "other.csv"),
        (format!("events {WALK} -o {WALK}"), WALK),
        (
            format!("events {WALK} --events-from mine.csv -o mine.csv"),
            "mine.csv",
        ),
    ] {
        let before = fs::read(path.join(target)).unwrap();
        let ran = run(path, &arguments);
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains("left alone"), "{}", ran.stderr);
        assert!(fs::read(path.join(target)).unwrap() == before, "{target}");
    }
    // results of before are replaced
    for _ in 0..2 {
        ok(path, &format!("angles {WALK} -o angles.csv"));
        ok(path, &format!("events {WALK} -o mine.csv"));
    }
}

#[test]
fn inspect_takes_several_paths_and_refuses_nothing() {
    let folder = made();
    let path = folder.path();
    let several = ok(path, &format!("inspect {WALK} in/A"));
    assert_eq!(several.lines().count(), 1 + 2, "{several}");
    fs::create_dir(path.join("empty")).unwrap();
    let ran = run(path, "inspect empty");
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("no recordings under empty"),
        "{}",
        ran.stderr
    );
    let ran = run(path, &format!("inspect {WALK} --subject nobody"));
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (1, 1),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("nobody") && ran.stdout.is_empty(),
        "{}",
        ran.stderr
    );
}

#[test]
#[cfg(unix)]
fn pipes_and_devices_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let made = std::process::Command::new("mkfifo")
        .arg(path.join("pipe.c3d"))
        .status();
    for file in ["pipe.c3d", "/dev/zero"] {
        if file == "pipe.c3d" && !made.as_ref().is_ok_and(|s| s.success()) {
            continue;
        }
        for command in ["inspect", "angles", "analyze"] {
            let ran = run(path, &format!("{command} {file}"));
            assert_eq!(ran.code, 1, "{command} {file}: {}", ran.stderr);
            let said = ran.stdout + &ran.stderr;
            assert!(said.contains("not a regular file"), "{command}: {said}");
        }
    }
}

/// `analyze -` makes a recording of what standard input gives, packed or not, under the name that
/// was asked for, with the result of the file itself.
#[test]
fn analyze_takes_a_recording_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, "synth --strides 3 --format csv -o in");
    let walk = names(&path.join("in"))
        .into_iter()
        .find(|name| name.ends_with(".csv") && !name.contains("truth"))
        .unwrap();
    let bytes = fs::read(path.join("in").join(&walk)).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&bytes).unwrap();
    let packed = packed.finish().unwrap();
    let piped = |arguments: &str, bytes: &[u8]| {
        let output = hipdrop(arguments.split_whitespace())
            .current_dir(path)
            .write_stdin(bytes.to_vec())
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), error)
    };
    ok(path, &format!("analyze in/{walk} --no-report -o file"));
    assert_eq!(piped("analyze - --no-report -o pipe", &packed).0, Some(0));
    let (file, pipe) = (
        &rows(&path.join("file"), "recordings.csv")[0],
        &rows(&path.join("pipe"), "recordings.csv")[0],
    );
    assert_eq!(pipe["recording"], "stdin");
    assert_eq!(pipe["status"], "analysed");
    for column in ["frames", "rate_hz", "finding", "format"] {
        assert_eq!(pipe[column], file[column], "{column}");
    }
    let limbs = rows(&path.join("pipe"), "limbs.csv");
    assert_eq!(limbs.len(), 2);
    for (mut a, mut b) in limbs.into_iter().zip(rows(&path.join("file"), "limbs.csv")) {
        for column in ["recording", "subject", "session"] {
            a.remove(column);
            b.remove(column);
        }
        assert_eq!(a, b);
    }
    // other bytes under the same name are another recording
    assert_eq!(piped("analyze - --no-report -o pipe", &bytes).0, Some(0));
    let again = &rows(&path.join("pipe"), "recordings.csv")[0];
    assert_ne!(again["content_hash"], pipe["content_hash"]);

    let named = "analyze - in --stdin-name piped.csv --no-report -o both";
    assert_eq!(piped(named, &bytes).0, Some(0));
    let both = rows(&path.join("both"), "recordings.csv");
    let both: Vec<&str> = both.iter().map(|row| &*row["recording"]).collect();
    assert_eq!(both, [walk.as_str(), "piped.csv"]);

    let taken = format!("analyze - in --stdin-name {walk} -o taken");
    let (code, error) = piped(&taken, &bytes);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("--stdin-name"), "{error}");
    let (code, error) = piped("analyze - -o empty", b"");
    assert_eq!(code, Some(1), "{error}");
}

/// The commands on one recording read standard input like a file.
#[test]
fn standard_input_is_read_like_a_file() {
    let folder = made();
    let path = folder.path();
    let bytes = fs::read(path.join(WALK)).unwrap();
    for command in ["angles", "events"] {
        let output = hipdrop([command, "-"])
            .write_stdin(bytes.clone())
            .output()
            .unwrap();
        assert!(output.status.success());
        let expected = ok(path, &format!("{command} {WALK}"));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
    let output = hipdrop(["inspect", "-"])
        .write_stdin(bytes.get(..1000).unwrap())
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("standard input: "), "{error}");
}
