//! Runs that are killed, that find the disk full, or that are not alone: what was stored stays, and
//! the next run ends with the tables of an undisturbed one.
#![cfg(unix)]

use super::support::{TABLES, files, hipdrop, made, names, ok, run, tables};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts the program without waiting for it.
pub fn start(folder: &Path, arguments: &str) -> Child {
    Command::new(hipdrop::<&str>([]).get_program())
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Sends a signal such as `STOP`.
pub fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    let status = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(status.success(), "{command}");
}

/// Small synthetic recordings: those of [`made`] and `copies` of one of them as other subjects.
pub fn many(copies: usize) -> tempfile::TempDir {
    let folder = made();
    let walk = folder.path().join("in/B/pre/uncompensated-right-1.c3d");
    for i in 0..copies {
        let copy = folder.path().join(format!("in/S{i}/w.c3d"));
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&walk, copy).unwrap();
    }
    folder
}

/// A folder's files by their path in it, without the database, whose bytes are not promised.
pub fn results(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let inside =
        |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(folder).unwrap().to_owned(), bytes);
    let all = files(folder).into_iter().map(inside);
    all.filter(|(path, _)| path != Path::new("study.sqlite"))
        .collect()
}

/// Repeatable whole numbers below `end`.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }
}

#[test]
fn twenty_kills_at_any_time_leave_the_same_results() {
    let folder = many(6);
    let path = folder.path();
    let began = Instant::now();
    ok(path, "analyze in --out whole --quiet");
    let whole_ms = began.elapsed().as_millis() as u64;
    let expected = results(&path.join("whole"));
    let part = path.join("part");
    let mut random = Random(7);
    let (mut kills, mut finished) = (0, 0);
    while kills < 20 {
        let jobs = [1, 2, 4][kills % 3];
        let arguments = format!("analyze in --out part --quiet --jobs {jobs}");
        let mut child = start(path, &arguments);
        std::thread::sleep(Duration::from_millis(random.below(whole_ms)));
        if child.try_wait().unwrap().is_some() {
            finished += 1;
            assert!(results(&part) == expected, "after {kills} kills");
            fs::remove_dir_all(&part).unwrap();
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        if !part.exists() {
            continue;
        }
        for name in names(&part) {
            let known = name.starts_with("study.sqlite")
                || TABLES.contains(&&*name)
                || name == "report"
                || name.starts_with('.');
            assert!(known, "{name}");
        }
    }
    eprintln!("20 kills within {whole_ms} ms, {finished} runs ended before theirs");
    ok(path, "analyze in --out part --quiet");
    assert!(results(&part) == expected, "the results differ");
}

#[test]
fn killed_exports_and_reports_leave_nothing_behind() {
    let folder = many(3);
    let path = folder.path();
    ok(path, "analyze in --quiet");
    let mut random = Random(11);
    for command in [
        "export hipdrop-out --to json",
        "export hipdrop-out -o tables",
        "report hipdrop-out",
        "report hipdrop-out -o pages",
    ] {
        let began = Instant::now();
        ok(path, command);
        let whole_us = began.elapsed().as_micros() as u64;
        let expected = files(path);
        for _ in 0..4 {
            let mut child = start(path, command);
            std::thread::sleep(Duration::from_micros(random.below(whole_us)));
            let _ = child.kill(); // it may be over already
            child.wait().unwrap();
        }
        ok(path, command);
        assert!(files(path) == expected, "{command}");
    }
    // what a killed export leaves in the study folder is gone after the next run, too
    for leftover in [".limbs.json.part", ".run.json.part", ".curves.csv.2.part"] {
        fs::write(path.join("hipdrop-out").join(leftover), "half").unwrap();
    }
    let expected: Vec<String> = names(&path.join("hipdrop-out"))
        .into_iter()
        .filter(|name| !name.starts_with('.'))
        .collect();
    ok(path, "analyze in --quiet");
    assert_eq!(names(&path.join("hipdrop-out")), expected);
}

/// Starts a run and stops it in its middle, once the first recordings are stored.
fn paused(folder: &Path, arguments: &str, out: &str) -> Child {
    let mut child = start(folder, arguments);
    let journal = folder.join(out).join("study.sqlite-wal");
    while fs::metadata(&journal).map_or(0, |m| m.len()) < 200_000 {
        assert!(child.try_wait().unwrap().is_none(), "the run is over");
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, "STOP");
    child
}

#[test]
fn a_study_can_be_read_while_a_run_is_writing_it_and_has_one_writer() {
    let folder = many(30);
    let path = folder.path();
    ok(path, "analyze in --out whole --quiet");
    let mut first = paused(path, "analyze in --out part --jobs 1 --quiet", "part");
    // a second run is told so and changes nothing
    let second = run(path, "analyze in/A --out part");
    assert_eq!(second.code, 1, "{}", second.stderr);
    assert!(
        second.stderr.contains("another run is using this folder"),
        "{}",
        second.stderr
    );
    // tables and pages of what is there
    for command in ["export part -o tables", "report part -o pages"] {
        let ran = run(path, command);
        assert_eq!(ran.code, 0, "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("not finished"), "{}", ran.stderr);
        assert!(ran.stderr.contains("of 34 recordings"), "{}", ran.stderr);
    }
    let read = super::support::rows(&path.join("tables"), "recordings.csv").len();
    assert!((1..34).contains(&read), "{read} recordings were read");
    assert!(path.join("pages/index.html").exists());
    ok(path, "report part --quiet");
    signal(&first, "CONT");
    assert!(first.wait().unwrap().success());
    assert!(results(&path.join("part")) == results(&path.join("whole")));
    assert_eq!(names(&path.join("part")), names(&path.join("whole")));
}

#[test]
fn control_c_finishes_what_is_in_hand_and_the_run_goes_on_later() {
    let folder = many(30);
    let path = folder.path();
    ok(path, "analyze in --out whole --quiet");
    for (name, jobs) in [("INT", 1), ("TERM", 2)] {
        let arguments = format!("analyze in --out part --jobs {jobs} --quiet");
        let child = Command::new(hipdrop::<&str>([]).get_program())
            .args(arguments.split_whitespace())
            .current_dir(path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let journal = path.join("part/study.sqlite-wal");
        while fs::metadata(&journal).map_or(0, |m| m.len()) < 200_000 {
            std::thread::sleep(Duration::from_millis(2));
        }
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(130), "{said}");
        assert!(said.contains("of 34 recordings are stored"), "{said}");
        assert!(said.contains("run the same command again"), "{said}");
        // one file, no tables, nothing half
        assert_eq!(names(&path.join("part")), ["study.sqlite"]);
        let stored: usize = said
            .split_once("stopped: ")
            .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
            .unwrap();
        assert!((1..34).contains(&stored), "{said}");
        let text = ok(path, "analyze in --out part --json");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["analysed_now"].as_u64().unwrap(), 34 - stored as u64);
        assert!(results(&path.join("part")) == results(&path.join("whole")));
        fs::remove_dir_all(path.join("part")).unwrap();
    }
}

/// A small file system in memory that is unmounted at the end.
struct Disk {
    place: PathBuf,
}

impl Disk {
    /// `None`, said loudly, where this user may not mount.
    fn mount(place: PathBuf, kilobytes: u64) -> Option<Disk> {
        fs::create_dir_all(&place).unwrap();
        let options = format!("size={kilobytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "none"])
            .arg(&place)
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Disk { place });
        }
        eprintln!("SKIPPED the test of a full disk: only root can mount a small one");
        None
    }

    fn grow(&self) {
        let status = Command::new("mount")
            .args(["-o", "remount,size=100m"])
            .arg(&self.place)
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.place).status();
    }
}

#[test]
fn a_full_disk_is_named_and_leaves_a_study_that_goes_on() {
    let folder = many(6);
    let path = folder.path();
    ok(path, "analyze in --out whole --quiet");
    let expected = results(&path.join("whole"));
    let mut stored_before = 0;
    // full when the study is made, while recordings are stored, and while pages are written
    for kilobytes in [40, 240, 500, 900, 1800] {
        let Some(disk) = Disk::mount(path.join(format!("disk{kilobytes}")), kilobytes) else {
            return;
        };
        let out = disk.place.join("out");
        let command = format!("analyze in --jobs 2 --out {}", out.display());
        let full = run(path, &command);
        assert_eq!(full.code, 1, "{kilobytes} kB: {}", full.stderr);
        assert!(
            full.stderr.contains("no space left on the disk"),
            "{kilobytes} kB: {}",
            full.stderr
        );
        assert_eq!(full.stderr.lines().count(), 1, "{}", full.stderr);
        for name in names(&out) {
            let known = name.starts_with("study.sqlite") || TABLES.contains(&&*name);
            assert!(known, "{kilobytes} kB: {name} is left");
        }
        disk.grow();
        let store = rusqlite::Connection::open(out.join("study.sqlite")).unwrap();
        let text = |sql: &str| -> String { store.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(text("PRAGMA integrity_check"), "ok");
        let count = "SELECT CAST(count(*) AS TEXT) FROM recordings";
        let tables = "SELECT CAST(count(*) AS TEXT) FROM sqlite_schema";
        let stored: u64 = match &*text(tables) {
            "0" => 0,
            _ => text(count).parse().unwrap(),
        };
        drop(store);
        let said = ok(path, &format!("{command} --json"));
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["analysed_now"].as_u64().unwrap(), 10 - stored);
        assert!(results(&out) == expected, "{kilobytes} kB");
        stored_before = stored_before.max(stored);
    }
    assert!(stored_before > 0, "no recording was stored before the end");
}

#[test]
fn pages_of_an_earlier_run_do_not_stay_beside_other_results() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in");
    let report = path.join("hipdrop-out/report");
    ok(path, "analyze in --no-report");
    assert!(report.exists(), "nothing has changed");
    fs::remove_file(path.join("in/A/pre/healthy-1.csv")).unwrap();
    let ran = run(path, "analyze in --no-report");
    assert!(ran.stderr.contains("earlier run"), "{}", ran.stderr);
    assert!(!report.exists());
    ok(path, "report hipdrop-out");
    // what is not ours is left alone
    fs::write(report.join("notes.txt"), "mine").unwrap();
    let ran = run(path, "analyze in --no-report --mode sensitive");
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("notes.txt"), "{}", ran.stderr);
    assert!(report.join("index.html").exists());
    assert_eq!(tables(&path.join("hipdrop-out")).len(), TABLES.len());
}
