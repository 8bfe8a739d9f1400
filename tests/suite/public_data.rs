//! The list of public recordings and the script that brings them.

use crate::common::shared;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Licences that let anyone use, change and pass on the files.
const OPEN: [&str; 3] = ["MIT", "Apache-2.0", "BSD-3-Clause"];

fn listed() -> Vec<toml::Table> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("sample-data/public.toml")).unwrap();
    let list: toml::Table = text.parse().unwrap();
    let entries = list["recording"].as_array().unwrap().iter();
    entries.map(|e| e.as_table().unwrap().clone()).collect()
}

#[test]
fn every_public_recording_says_where_it_is_from_and_what_it_is_for() {
    let entries = listed();
    assert!(entries.len() >= 80, "{}", entries.len());
    let mut files = BTreeSet::new();
    for entry in &entries {
        let text = |key: &str| entry[key].as_str().unwrap();
        let file = text("file");
        assert!(files.insert(file.to_owned()), "{file} twice");
        let stays_inside = Path::new(file)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(stays_inside, "{file}");
        let hex = |key: &str, digits: usize| {
            let value = text(key);
            value.len() == digits && value.bytes().all(|b| b.is_ascii_hexdigit())
        };
        assert!(hex("sha256", 64) && hex("commit", 40), "{file}");
        assert_eq!(text("repository").split('/').count(), 2, "{file}");
        assert!(OPEN.contains(&text("licence")), "{file}");
        assert!(
            !text("path").is_empty() && !text("copyright").is_empty(),
            "{file}"
        );
        assert!(entry["bytes"].as_integer().unwrap() >= 0);
        assert!(!entry["good_for"].as_array().unwrap().is_empty(), "{file}");
    }
}

fn run(source: &Path, target: &Path, only: &str) -> Output {
    Command::new("python3")
        .arg(Path::new(ROOT).join("scripts/public-data"))
        .args(["--only", only, "--from"])
        .arg(source)
        .arg(target)
        .output()
        .unwrap()
}

fn has_python() -> bool {
    let tomllib = Command::new("python3")
        .args(["-c", "import tomllib"])
        .output();
    let there = tomllib.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("SKIPPED: no Python 3.11");
    }
    there
}

#[test]
fn the_script_brings_checks_and_mends() {
    let Some(shared) = shared("the_script_brings_checks_and_mends") else {
        return;
    };
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (shared.join("recordings"), folder.path().join("data"));
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let first = run(&source, &target, "single-leg-stance");
    assert!(first.status.success(), "{first:?}");
    assert!(
        said(&first).contains("0 were there, 5 brought, 0 failed, of 5"),
        "{first:?}"
    );
    // again: nothing to do; a damaged file is brought anew
    let again = run(&source, &target, "single-leg-stance");
    assert!(
        said(&again).contains("5 were there, 0 brought"),
        "{again:?}"
    );
    let damaged = target.join("single-leg-stance/debug.csv");
    std::fs::write(&damaged, "x").unwrap();
    let mended = run(&source, &target, "single-leg-stance");
    assert!(
        said(&mended).contains("4 were there, 1 brought"),
        "{mended:?}"
    );
    let original = std::fs::read(source.join("single-leg-stance/debug.csv")).unwrap();
    assert_eq!(std::fs::read(damaged).unwrap(), original);
}

#[test]
fn a_wrong_or_missing_source_is_named_and_nothing_is_left() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    let wrong = source.join("single-leg-stance/debug.csv");
    std::fs::create_dir_all(wrong.parent().unwrap()).unwrap();
    std::fs::write(&wrong, "changed").unwrap();
    let target: PathBuf = folder.path().join("data");
    let output = run(&source, &target, "single-leg-stance");
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.contains("debug.csv: SHA-256") && errors.contains("expected b66fabd4"),
        "{errors}"
    );
    assert!(errors.contains("result.csv: No such file"), "{errors}");
    assert!(!target.exists(), "nothing was right");
    let unknown = run(&source, &target, "flying");
    assert_eq!(unknown.status.code(), Some(2));
    let absent = run(&folder.path().join("absent"), &target, "walking");
    assert_eq!(absent.status.code(), Some(2));
}
