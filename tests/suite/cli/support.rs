//! Runs the program on recordings that it made itself.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

/// The program with arguments.
pub fn hipdrop<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::cargo_bin("hipdrop").unwrap();
    command.args(arguments);
    command
}

/// What a run gave.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the program; the arguments are separated by spaces.
pub fn run(folder: &Path, arguments: &str) -> Ran {
    run_with(folder, arguments.split_whitespace())
}

/// Runs the program with arguments that may hold spaces.
pub fn run_with<S: AsRef<std::ffi::OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Ran {
    let output = hipdrop(arguments).current_dir(folder).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program and expects success.
pub fn ok(folder: &Path, arguments: &str) -> String {
    let ran = run(folder, arguments);
    assert_eq!(ran.code, 0, "{arguments}\n{}\n{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// A folder with small synthetic recordings of two subjects: `in/A/pre` healthy, `in/B/pre` with a
/// standing trial and a drop on the right. The truth files stay beside them.
pub fn made() -> TempDir {
    static MADE: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        ok(
            path,
            "synth --subject A --strides 3 --format csv --markers medial -o in/A/pre",
        );
        ok(
            path,
            "synth --subject B --pattern uncompensated --strides 3 --trials 2 --standing \
             --realistic -o in/B/pre",
        );
        folder
    });
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files(MADE.path()) {
        let copy = folder.path().join(file.strip_prefix(MADE.path()).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::write(copy, bytes).unwrap();
    }
    folder
}

/// A table as text.
pub fn table(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The rows of a table by column name.
pub fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = table(folder, name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Every table of a study, and `run.json`.
pub const TABLES: [&str; 8] = [
    "recordings.csv",
    "limbs.csv",
    "sessions.csv",
    "strides.csv",
    "curves.csv",
    "stance.csv",
    "stance_curves.csv",
    "run.json",
];

/// The bytes of every table.
pub fn tables(folder: &Path) -> Vec<String> {
    TABLES.iter().map(|name| table(folder, name)).collect()
}

/// All files below a folder with their bytes.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}
