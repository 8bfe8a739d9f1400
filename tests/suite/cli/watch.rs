//! Recordings that arrive while the program watches.
#![cfg(unix)]

use super::interrupted::{results, signal};
use super::support::{hipdrop, made, names, ok, rows, run};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `hipdrop watch`, ended with the test.
struct Watching(Child);

impl Watching {
    fn start(folder: &Path, arguments: &str) -> Watching {
        let child = Command::new(hipdrop::<&str>([]).get_program())
            .args(["watch", "--settle", "1.2", "--interval", "0.1"])
            .args(arguments.split_whitespace())
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Watching(child)
    }

    /// Ends it as Ctrl-C does: exit code, standard output, standard error.
    fn stop(mut self) -> (i32, String, String) {
        signal(&self.0, "INT");
        let code = self.0.wait().unwrap().code().unwrap();
        let read = |stream: &mut dyn std::io::Read| {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            text
        };
        let out = read(self.0.stdout.as_mut().unwrap());
        (code, out, read(self.0.stderr.as_mut().unwrap()))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Status by recording, empty as long as there is no table.
fn statuses(out: &Path) -> Vec<(String, String)> {
    if !out.join("recordings.csv").exists() {
        return Vec::new();
    }
    let row = |mut row: std::collections::BTreeMap<String, String>| {
        (
            row.remove("recording").unwrap(),
            row.remove("status").unwrap(),
        )
    };
    rows(out, "recordings.csv").into_iter().map(row).collect()
}

/// Waits until something holds; a minute at most.
fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "waited for {what}"
        );
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn recordings_are_analysed_when_they_are_complete() {
    let folder = made();
    let path = folder.path();
    let made = |name: &str| fs::read(path.join("in").join(name)).unwrap();
    let walk = made("B/pre/uncompensated-right-1.c3d");
    let csv = made("A/pre/healthy-1.csv");
    fs::create_dir_all(path.join("lab/B/pre")).unwrap();
    let watching = Watching::start(path, "lab --out out");
    let out = path.join("out");
    let recordings = || {
        statuses(&out)
            .into_iter()
            .map(|row| row.0)
            .collect::<Vec<_>>()
    };

    // an empty folder is no mistake; a recording that grows slowly is never taken for a broken one
    let mut growing = fs::File::create(path.join("lab/B/pre/w1.c3d")).unwrap();
    for part in walk.chunks(walk.len() / 5 + 1) {
        growing.write_all(part).unwrap();
        growing.sync_all().unwrap();
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(60));
            assert_eq!(statuses(&out), [], "before it was complete");
        }
    }
    drop(growing);
    until("the first recording", || !statuses(&out).is_empty());
    assert_eq!(
        statuses(&out),
        [("B/pre/w1.c3d".to_owned(), "analysed".to_owned())]
    );
    until("the pages", || out.join("report/index.html").exists());

    // one that is still arriving does not hold up another, nor is it lost when it is overwritten
    fs::create_dir_all(path.join("lab/A/pre")).unwrap();
    fs::write(path.join("lab/A/pre/w.csv"), &csv).unwrap();
    until("the second recording", || {
        recordings() == ["A/pre/w.csv", "B/pre/w1.c3d"]
    });
    fs::write(path.join("lab/A/pre/w.csv"), &csv[..csv.len() / 2]).unwrap();
    fs::write(
        path.join("lab/B/pre/w2.c3d"),
        made("B/pre/uncompensated-right-2.c3d"),
    )
    .unwrap();
    until("the third recording", || recordings().len() == 3);
    fs::write(path.join("lab/A/pre/w.csv"), &csv).unwrap();

    // renamed and deleted; and the whole folder away for a while
    fs::rename(
        path.join("lab/B/pre/w1.c3d"),
        path.join("lab/B/pre/first.c3d"),
    )
    .unwrap();
    fs::remove_file(path.join("lab/B/pre/w2.c3d")).unwrap();
    until("the new name", || {
        recordings() == ["A/pre/w.csv", "B/pre/first.c3d"]
    });
    fs::rename(path.join("lab"), path.join("away")).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(recordings().len(), 2, "nothing is lost with the share");
    fs::rename(path.join("away"), path.join("lab")).unwrap();
    fs::write(path.join("lab/notes.txt"), "nothing to see").unwrap();
    fs::write(path.join("lab/broken.c3d"), "no recording").unwrap();
    until("the broken recording", || recordings().len() == 3);

    // the round is over when its pages are there and the database is one file again
    until("the last pages", || {
        let index = fs::read_to_string(out.join("report/index.html")).unwrap_or_default();
        index.contains("broken.c3d") && !out.join("study.sqlite-wal").exists()
    });
    let (code, said, complained) = watching.stop();
    assert_eq!(code, 0, "{complained}");
    assert!(said.contains("B/pre/first.c3d: analysed. "), "{said}");
    assert!(said.contains("broken.c3d: failed. "), "{said}");
    assert!(
        complained.contains("lab"),
        "the share was away: {complained}"
    );
    assert!(!complained.contains("panicked"), "{complained}");
    assert_eq!(run(path, "analyze lab --out whole --quiet").code, 1);
    assert!(results(&out) == results(&path.join("whole")));
    assert_eq!(names(&out), names(&path.join("whole")));
}

#[test]
fn what_cannot_be_watched_is_said_at_once() {
    let folder = made();
    let path = folder.path();
    let ran = run(path, "watch nothing");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nothing"), "{}", ran.stderr);
    let ran = run(path, "watch in --settle -1");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    // a folder of someone else
    fs::create_dir(path.join("out")).unwrap();
    fs::write(path.join("out/notes.txt"), "mine").unwrap();
    let ran = run(path, "watch in --out out --settle 0.05 --interval 0.05");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("notes.txt"), "{}", ran.stderr);
    ok(path, "analyze in/A --out other --quiet");
}
