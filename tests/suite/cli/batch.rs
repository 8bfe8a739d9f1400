//! Folders of recordings: failures among good ones, reruns, any number of jobs.

use super::support::{TABLES, files, hipdrop, made, names, ok, rows, run, table, tables};
use std::fs;
use std::path::Path;

#[test]
fn a_broken_recording_fails_alone() {
    let folder = made();
    let path = folder.path();
    let good = fs::read(path.join("in/B/pre/uncompensated-right-1.c3d")).unwrap();
    fs::write(path.join("in/B/pre/cut.c3d"), &good[..700]).unwrap();
    fs::write(path.join("in/garbage.c3d"), "this is no recording").unwrap();
    fs::write(path.join("in/nothing.trc"), "").unwrap();
    let ran = run(path, "analyze in");
    assert_eq!(ran.code, 1, "{}\n{}", ran.stdout, ran.stderr);
    let out = path.join("hipdrop-out");
    let recordings = rows(&out, "recordings.csv");
    assert_eq!(recordings.len(), 7);
    for row in &recordings {
        let broken = ["B/pre/cut.c3d", "garbage.c3d", "nothing.trc"].contains(&&*row["recording"]);
        assert_eq!(row["status"] == "failed", broken, "{row:?}");
        assert_eq!(row["reason"].is_empty(), !broken, "{row:?}");
        let listed = ran
            .stdout
            .lines()
            .any(|line| line.starts_with(&row["recording"]));
        assert!(listed, "{}", ran.stdout);
        if broken {
            assert!(ran.stdout.contains(&row["reason"]), "{}", ran.stdout);
        }
    }
    assert!(out.join("report/index.html").exists());
    assert_eq!(rows(&out, "limbs.csv").len(), 6);
    // quiet names the failures and nothing else
    let quiet = run(path, "analyze in --quiet --out other");
    assert_eq!((quiet.code, &*quiet.stdout), (1, ""));
    assert_eq!(quiet.stderr.lines().count(), 3, "{}", quiet.stderr);
}

#[test]
fn arbitrary_bytes_never_stop_a_run() {
    let folder = made();
    let path = folder.path();
    let good = fs::read(path.join("in/B/pre/uncompensated-right-1.c3d")).unwrap();
    let csv = fs::read(path.join("in/A/pre/healthy-1.csv")).unwrap();
    let mut seed = 1u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    for i in 0..24 {
        let (source, extension) = if i % 2 == 0 {
            (&good, "c3d")
        } else {
            (&csv, "csv")
        };
        let mut bytes = source[..source.len() / (1 + i % 3)].to_vec();
        for _ in 0..40 {
            // damage the header more than the data
            let at = random() as usize % bytes.len().min(2000);
            bytes[at] = random() as u8;
        }
        fs::write(path.join(format!("in/damaged-{i}.{extension}")), bytes).unwrap();
    }
    let ran = run(path, "analyze in --no-report");
    assert!(ran.code == 0 || ran.code == 1, "{}", ran.stderr);
    assert!(!ran.stdout.contains("internal error"), "{}", ran.stdout);
    assert!(rows(&path.join("hipdrop-out"), "recordings.csv").len() >= 4 + 12);
}

#[test]
fn a_rerun_does_nothing_and_force_does_everything() {
    let folder = made();
    let path = folder.path();
    let analysed = |arguments: &str| {
        let text = ok(path, &format!("analyze in --json --no-report {arguments}"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["analysed_now"].as_u64().unwrap()
    };
    let out = path.join("hipdrop-out");
    assert_eq!(analysed(""), 4);
    let first = tables(&out);
    assert_eq!(analysed(""), 0);
    assert_eq!(tables(&out), first);
    assert_eq!(analysed("--force"), 4);
    assert_eq!(tables(&out), first);
    assert_eq!(analysed("--mode sensitive"), 4);
    // one file that changes is analysed again, alone
    assert_eq!(analysed(""), 4);
    let csv = path.join("in/A/pre/healthy-1.csv");
    let text = fs::read_to_string(&csv).unwrap();
    let cut: Vec<&str> = text.lines().take(text.lines().count() - 30).collect();
    fs::write(&csv, cut.join("\n")).unwrap();
    assert_eq!(analysed(""), 1);
    assert_ne!(tables(&out), first);
}

#[test]
fn a_run_that_goes_on_ends_with_the_same_tables() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in --no-report --out whole");
    // as after a kill: some recordings are there, the standing trial and a session are not yet
    ok(
        path,
        "analyze in/A in/B/pre/uncompensated-right-2.c3d --no-report --out part",
    );
    ok(path, "analyze in --no-report --out part");
    assert_eq!(tables(&path.join("part")), tables(&path.join("whole")));
    // a recording that is gone leaves no trace
    fs::remove_file(path.join("in/A/pre/healthy-1.csv")).unwrap();
    ok(path, "analyze in --no-report --out part");
    assert!(!table(&path.join("part"), "sessions.csv").contains("A,"));
    assert_eq!(rows(&path.join("part"), "recordings.csv").len(), 3);
}

#[test]
fn a_killed_run_leaves_the_study_only_and_resumes() {
    let folder = made();
    let path = folder.path();
    let walk = path.join("in/B/pre/uncompensated-right-1.c3d");
    for i in 0..40 {
        let copy = path.join(format!("in/S{i}/w.c3d"));
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&walk, copy).unwrap();
    }
    let mut child = std::process::Command::new(hipdrop::<&str>([]).get_program())
        .args(["analyze", "in", "--out", "part", "--jobs", "1", "--quiet"])
        .current_dir(path)
        .spawn()
        .unwrap();
    // until the first recordings are stored, or the run is over
    let journal = path.join("part/study.sqlite-wal");
    while child.try_wait().unwrap().is_none()
        && fs::metadata(&journal).map_or(0, |m| m.len()) < 100_000
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for name in names(&path.join("part")) {
        assert!(
            name.starts_with("study.sqlite") || TABLES.contains(&&*name) || name == "report",
            "{name}"
        );
    }
    let text = ok(path, "analyze in --out part --json");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        value["analysed_now"].as_u64().unwrap() < 44,
        "nothing was kept"
    );
    ok(path, "analyze in --out whole");
    assert_eq!(tables(&path.join("part")), tables(&path.join("whole")));
    assert_eq!(names(&path.join("part")), names(&path.join("whole")));
}

#[test]
fn any_number_of_jobs_gives_the_same_bytes() {
    let folder = made();
    let path = folder.path();
    for (out, jobs) in [("one", 1), ("four", 4)] {
        ok(path, &format!("analyze in --out {out} --jobs {jobs}"));
    }
    assert_eq!(tables(&path.join("one")), tables(&path.join("four")));
    let pages = |out: &str| -> Vec<(String, Vec<u8>)> {
        let report = path.join(out).join("report");
        files(&report)
            .into_iter()
            .map(|(file, bytes)| {
                let name = file.strip_prefix(&report).unwrap();
                (name.to_string_lossy().into_owned(), bytes)
            })
            .collect()
    };
    assert!(pages("one") == pages("four"), "the pages differ");
}

#[test]
fn the_output_holds_what_it_says_and_nothing_else() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in --out in/results");
    let mut expected = Vec::from(TABLES.map(str::to_owned));
    expected.extend(["report".to_owned(), "study.sqlite".to_owned()]);
    expected.sort();
    assert_eq!(names(&path.join("in/results")), expected);
    // the output folder lies in the input: it is not read as input
    ok(path, "analyze in --out in/results");
    assert_eq!(rows(&path.join("in/results"), "recordings.csv").len(), 4);
    let left: Vec<_> = files(path)
        .into_keys()
        .filter(|file| file.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn foreign_databases_are_left_alone() {
    let folder = made();
    let path = folder.path();
    fs::create_dir(path.join("out")).unwrap();
    fs::write(path.join("out/study.sqlite"), "some notes").unwrap();
    let ran = run(path, "analyze in --out out");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("study.sqlite"), "{}", ran.stderr);
    assert_eq!(
        fs::read_to_string(path.join("out/study.sqlite")).unwrap(),
        "some notes"
    );
    assert_eq!(names(&path.join("out")), ["study.sqlite"]);
}

#[test]
fn the_same_content_at_two_paths_is_two_rows_and_one_walk() {
    let folder = made();
    let path = folder.path();
    let from = path.join("in/B/pre/uncompensated-right-1.c3d");
    fs::copy(from, path.join("in/B/pre/copy.c3d")).unwrap();
    let said = ok(path, "analyze in/B --no-report");
    assert!(said.contains("1 copy left out"), "{said}");
    assert!(said.contains("1 warning"), "{said}");
    let out = path.join("hipdrop-out");
    let recordings = rows(&out, "recordings.csv");
    let of = |name: &str| recordings.iter().find(|r| r["recording"] == name).unwrap();
    let (copy, original) = (of("pre/copy.c3d"), of("pre/uncompensated-right-1.c3d"));
    for column in [
        "content_hash",
        "strides_left",
        "label_right",
        "finding",
        "status",
    ] {
        assert_eq!(copy[column], original[column], "{column}");
    }
    // one of the two says that it does not count
    let flagged = |row: &std::collections::BTreeMap<String, String>| row["flags"].contains("copy");
    assert!(flagged(copy) != flagged(original));
    for row in rows(&out, "sessions.csv") {
        assert_eq!(row["recordings"], "2", "{row:?}");
    }
}

/// A table without what differs between two files of one walk.
fn without_names(out: &Path, name: &str) -> Vec<Vec<String>> {
    let unlike = ["recording", "format", "content_hash"];
    rows(out, name)
        .into_iter()
        .map(|row| {
            row.into_iter()
                .filter(|(column, _)| !unlike.contains(&column.as_str()))
                .map(|(column, value)| format!("{column}={value}"))
                .collect()
        })
        .collect()
}

#[test]
fn csv_and_c3d_of_one_walk_give_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // a plain CSV carries no subject and no body measures: the table gives them to both
    fs::write(
        path.join("subjects.csv"),
        "subject,session,leg_length_left_m,leg_length_right_m,knee_width_left_m,\
         knee_width_right_m,ankle_width_left_m,ankle_width_right_m,marker_radius_m\n\
         S1,pre,0.91,0.91,0.1,0.1,0.07,0.07,0.007\n",
    )
    .unwrap();
    for format in ["csv", "c3d"] {
        let synth = "synth --pattern mixed --strides 5 --realistic --subject S1";
        ok(
            path,
            &format!("{synth} --format {format} -o {format}/S1/pre"),
        );
        ok(
            path,
            &format!("analyze {format} --no-report --out out-{format} --subjects subjects.csv"),
        );
    }
    for name in [
        "strides.csv",
        "curves.csv",
        "recordings.csv",
        "limbs.csv",
        "sessions.csv",
    ] {
        let [csv, c3d] = ["out-csv", "out-c3d"].map(|out| without_names(&path.join(out), name));
        assert!(!csv.is_empty());
        assert_eq!(csv, c3d, "{name}");
    }
    // side by side they are one walk
    fs::create_dir_all(path.join("both/S1/pre")).unwrap();
    for format in ["csv", "c3d"] {
        let name = format!("S1/pre/mixed-right-1.{format}");
        fs::copy(path.join(format).join(&name), path.join("both").join(&name)).unwrap();
    }
    ok(
        path,
        "analyze both --no-report --out out-both --subjects subjects.csv",
    );
    let [one, both] =
        ["out-csv", "out-both"].map(|out| without_names(&path.join(out), "sessions.csv"));
    assert_eq!(one, both);
}

#[test]
fn a_folder_of_someone_else_is_left_alone() {
    let folder = made();
    let path = folder.path();
    for (out, file) in [("a", "limbs.csv"), ("b", "notes.txt")] {
        fs::create_dir(path.join(out)).unwrap();
        fs::write(path.join(out).join(file), "mine").unwrap();
        let ran = run(path, &format!("analyze in --out {out}"));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(file), "{}", ran.stderr);
        assert_eq!(names(&path.join(out)), [file]);
        assert_eq!(table(&path.join(out), file), "mine");
    }
    // hidden files of the system do not count
    fs::create_dir(path.join("c")).unwrap();
    fs::write(path.join("c/.DS_Store"), "").unwrap();
    ok(path, "analyze in/A --out c --no-report");
    // exports do not replace tables of others either, not even in part
    fs::rename(path.join("b/notes.txt"), path.join("b/strides.csv")).unwrap();
    let ran = run(path, "export c -o b");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("strides.csv"), "{}", ran.stderr);
    assert_eq!(names(&path.join("b")), ["strides.csv"]);
    for to in ["csv", "json"] {
        ok(path, &format!("export c -o d --to {to}"));
        ok(path, &format!("export c -o d --to {to}"));
    }
    // a study whose table cannot be replaced keeps the others as they are
    fs::remove_file(path.join("c/curves.csv")).unwrap();
    fs::create_dir(path.join("c/curves.csv")).unwrap();
    let before = table(&path.join("c"), "recordings.csv");
    assert_eq!(run(path, "analyze in --out c").code, 2);
    assert_eq!(table(&path.join("c"), "recordings.csv"), before);
}

#[test]
fn recordings_that_a_run_takes_away_are_counted() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in --no-report");
    let said = ok(path, "analyze in/A/pre in/B/pre/standing.c3d --no-report");
    assert!(said.contains("not under the given paths"), "{said}");
    let one = "analyze in/A/pre/healthy-1.csv --no-report";
    let said = ok(path, one);
    assert!(said.contains("removed from the study"), "{said}");
    assert!(!said.contains("nothing has changed"), "{said}");
    let again = ok(path, one);
    assert!(again.contains("nothing has changed") && !again.contains("removed"));
}

#[test]
fn a_folder_in_use_is_named_so() {
    let folder = made();
    let path = folder.path();
    fs::create_dir(path.join("out")).unwrap();
    let Ok(held) = fs::File::open(path.join("out")) else {
        return;
    };
    held.lock().unwrap();
    let ran = run(path, "analyze in/A --out out");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("another run is using this folder"),
        "{}",
        ran.stderr
    );
    drop(held);
    ok(path, "analyze in/A --out out");
}

#[test]
fn an_indeterminate_limb_has_no_probability_and_no_cut_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, "synth --strides 1 -o in");
    let said = ok(path, "analyze in --no-report");
    let mut limbs = 0;
    for line in said.lines() {
        if let Some((_, after)) = line.split_once("indeterminate   ") {
            assert!(after[..6].trim().is_empty(), "{line}");
            limbs += 1;
        }
    }
    assert_eq!(limbs, 4, "{said}");
    assert!(!said.contains('…'), "{said}");
}
