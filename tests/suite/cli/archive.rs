//! Archives: parts of them, folders that cannot be read, many files, little memory.
#![cfg(unix)]

use super::interrupted::{many, results};
use super::support::{hipdrop, made, names, ok, rows, run, tables};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

#[test]
fn parts_that_are_joined_are_the_study_of_one_run() {
    let folder = many(5);
    let path = folder.path();
    fs::write(path.join("in/broken.c3d"), "nothing").unwrap();
    assert_eq!(run(path, "analyze in --out whole").code, 1);
    let mut recordings = 0;
    for part in 1..=3 {
        let ran = run(
            path,
            &format!("analyze in --shard {part}/3 --out part-{part} --no-report"),
        );
        assert!(ran.code <= 1, "{}", ran.stderr);
        recordings += rows(&path.join(format!("part-{part}")), "recordings.csv").len();
    }
    assert_eq!(recordings, 10);
    let ran = run(path, "merge part-1 part-2 part-3 --out joined");
    assert_eq!(ran.code, 1, "a recording failed: {}", ran.stderr);
    assert!(
        ran.stdout.contains("10 recordings of 3 parts"),
        "{}",
        ran.stdout
    );
    assert!(results(&path.join("joined")) == results(&path.join("whole")));
    // again, and onto another study: the same
    assert_eq!(
        run(path, "merge part-3/study.sqlite part-1 part-2 --out joined").code,
        1
    );
    assert!(results(&path.join("joined")) == results(&path.join("whole")));
    // a later run over all finds nothing to do
    let said = run(path, "analyze in --out joined --json").stdout;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["analysed_now"], 0);
    // a part that is missing is named
    let ran = run(path, "merge part-1 part-3 --out some --no-report");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("part 2/3 is not among"),
        "{}",
        ran.stderr
    );
    assert!(!path.join("some/report").exists());
}

#[test]
fn studies_that_do_not_fit_are_not_joined() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in/A --out a --no-report");
    ok(path, "analyze in/B --out b --no-report --mode sensitive");
    ok(path, "analyze in/A --out c --no-report");
    for (studies, why) in [
        ("a b", "its settings differ from those of a"),
        ("a c", "the recording pre/healthy-1.csv is in another study"),
        ("a joined", "is one of the studies to join"),
        ("a nothing", "no study here"),
    ] {
        fs::create_dir_all(path.join("joined")).unwrap();
        let ran = run(path, &format!("merge {studies} --out joined"));
        assert_eq!(ran.code, 2, "{studies}: {}", ran.stderr);
        assert!(ran.stderr.contains(why), "{studies}: {}", ran.stderr);
    }
    for wrong in ["0/2", "3/2", "x"] {
        let ran = run(path, &format!("analyze in --shard {wrong}"));
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("for example 2/20"), "{}", ran.stderr);
    }
}

/// Runs the program as a user who is not root, for whom permissions count; `None`, said loudly,
/// when that is not possible.
fn as_nobody(folder: &Path, arguments: &str) -> Option<std::process::Output> {
    let metadata = fs::metadata(folder).unwrap();
    let mut program = hipdrop::<&str>([]).get_program().to_owned();
    let mut command = std::process::Command::new(&program);
    if std::os::unix::fs::MetadataExt::uid(&metadata) == 0 {
        // the build may lie where only root can go
        let copy = folder.join("hipdrop-copy");
        fs::copy(&program, &copy).unwrap();
        program = copy.into();
        command = std::process::Command::new(&program);
        command.uid(65534).gid(65534);
    }
    let ran = command
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output();
    if let Err(error) = &ran {
        eprintln!("SKIPPED unreadable folders: {error}");
    }
    ran.ok()
}

#[test]
fn folders_that_cannot_be_read_are_named_and_their_results_kept() {
    let folder = made();
    let path = folder.path();
    let open = |place: &str, mode: u32| {
        fs::set_permissions(path.join(place), fs::Permissions::from_mode(mode)).unwrap();
    };
    open("", 0o755);
    fs::create_dir(path.join("study")).unwrap();
    open("study", 0o777);
    let Some(first) = as_nobody(path, "analyze in --out study/out --no-report") else {
        return;
    };
    assert_eq!(first.status.code(), Some(0));
    let complete = rows(&path.join("study/out"), "strides.csv");
    open("in/B/pre", 0o000);
    let ran = as_nobody(path, "analyze in --out study/out --no-report").unwrap();
    open("in/B/pre", 0o755);
    assert_eq!(ran.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        said.contains("B/pre/") && said.contains("the folder cannot be read"),
        "{said}"
    );
    let recordings = rows(&path.join("study/out"), "recordings.csv");
    let failed: Vec<_> = recordings
        .iter()
        .filter(|r| r["status"] == "failed")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["recording"], "B/pre/");
    assert!(
        failed[0]["reason"].contains("Permission denied"),
        "{failed:?}"
    );
    // what was measured in it before is not lost
    assert_eq!(rows(&path.join("study/out"), "strides.csv"), complete);
    let ran = as_nobody(path, "analyze in --out study/out --no-report").unwrap();
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(rows(&path.join("study/out"), "recordings.csv").len(), 4);
}

#[test]
fn little_memory_and_many_jobs_give_the_same_tables() {
    let folder = many(4);
    let path = folder.path();
    ok(path, "analyze in --out whole --quiet");
    ok(
        path,
        "analyze in --out small --quiet --max-memory 1kB --jobs 8",
    );
    assert!(results(&path.join("whole")) == results(&path.join("small")));
    let ran = run(path, "analyze in --max-memory 5");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("for example 500MB"), "{}", ran.stderr);
}

#[test]
fn a_folder_may_hold_thousands_of_files() {
    let folder = made();
    let path = folder.path();
    let flat = path.join("flat");
    fs::create_dir(&flat).unwrap();
    for i in 0..1500 {
        fs::write(flat.join(format!("broken{i}.c3d")), "no recording").unwrap();
        fs::write(flat.join(format!("notes{i}.txt")), "nothing to see").unwrap();
    }
    let walk = path.join("in/A/pre/healthy-1.csv");
    fs::copy(walk, flat.join("walk.csv")).unwrap();
    let ran = run(path, "analyze flat --no-report --quiet");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stderr.lines().count(), 1500);
    let out = path.join("hipdrop-out");
    assert_eq!(rows(&out, "recordings.csv").len(), 1501);
    let before = tables(&out);
    // nothing is done again
    let said = run(path, "analyze flat --no-report --json").stdout;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["analysed_now"], 0);
    assert_eq!(tables(&out), before);
    assert!(names(&out).contains(&"study.sqlite".to_owned()));
}
