//! `hipdrop validate`: a small cohort through the whole command, and the demands with the margins
//! that a small cohort leaves.

use hipdrop::settings::Settings;
use hipdrop::study::Progress;
use hipdrop::validate::{Order, Outcome, run};
use std::process::Command;

/// Says nothing.
struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _recordings: usize) {}
    fn step(&self, _recording: &str) {}
    fn end(&self) {}
}

fn cohort(walkers: u64, seed: u64) -> Outcome {
    let order = Order {
        walkers,
        usual_only: true,
        seed,
        recordings: Vec::new(),
        settings: Settings::default(),
    };
    run(&order, &Quiet)
}

/// Percent at the beginning of what a demand found.
fn percent(found: &str) -> f64 {
    found.split_once(" %").unwrap().0.parse().unwrap()
}

#[test]
fn a_small_cohort_stays_within_the_margins_of_its_size() {
    // one walker per cell, four in the healthy one: what is impossible at the demanded rates
    let outcome = cohort(1, 1);
    assert_eq!(outcome.failed(), 0);
    let demands = outcome.demands();
    assert_eq!(demands.len(), 11 + 4 + 3 + 2);
    for demand in &demands {
        let found = &demand.found;
        if demand.what.starts_with("expected calibration error") {
            // a bin of a few limbs errs by its own chance: 0.05 holds for the full cohort
            let error: f64 = found.split_once(' ').unwrap().0.parse().unwrap();
            assert!(error < 0.15, "{}: {found}", demand.what);
        } else if demand.what.contains("right label") {
            // two walkers: at the demanded rates both fail in less than one cohort of 18
            let sure = demand.what.contains("7°") || demand.what.contains("12°");
            assert!(
                percent(found) >= if sure { 50.0 } else { 0.0 },
                "{}: {found}",
                demand.what
            );
        } else if demand.what.starts_with("pattern of another type") {
            assert!(percent(found) <= 10.0, "{found}");
        } else {
            assert!(demand.met, "{}: {found}", demand.what);
        }
    }
}

/// The demands themselves; `HIPDROP_WALKERS=36 cargo test --release` runs the documented cohort.
#[test]
fn the_demands_are_met_by_a_cohort_of_the_documented_size() {
    let walkers = crate::common::walkers_per_cell(0);
    if walkers < 36 {
        return; // chance alone fails a demand on fewer
    }
    for demand in cohort(walkers, 1).demands() {
        assert!(demand.met, "{}: {}", demand.what, demand.found);
    }
}

#[test]
fn the_command_writes_a_page_and_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let made = folder.path().join("made");
    let hipdrop = || Command::new(assert_cmd::cargo::cargo_bin!("hipdrop"));
    // a recording with stored events to agree with
    let synth = hipdrop()
        .args([
            "synth",
            "--stored-events",
            "--strides",
            "3",
            "--quiet",
            "-o",
        ])
        .arg(&made)
        .output()
        .unwrap();
    assert!(synth.status.success());
    let result = hipdrop()
        .args([
            "validate",
            "--usual-only",
            "--walkers",
            "1",
            "--seed",
            "2",
            "-o",
        ])
        .arg(&out)
        .arg("--recordings")
        .arg(&made)
        .output()
        .unwrap();
    let text = String::from_utf8(result.stdout).unwrap();
    assert!(matches!(result.status.code(), Some(0 | 1)), "{text}");
    assert!(text.contains("recordings/s"), "{text}");
    assert!(text.contains("1 real recordings compared"), "{text}");
    let page = std::fs::read_to_string(out.join("index.html")).unwrap();
    assert!(page.contains("no clinical validation") && page.contains("<svg"));
    for table in [
        "demands",
        "cells",
        "confusion",
        "calibration",
        "thresholds",
        "angle_errors",
        "event_errors",
        "agreement_angles",
        "agreement_events",
        "recordings",
    ] {
        let csv = std::fs::read(out.join(format!("{table}.csv"))).unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let rows = reader.records().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(!rows.is_empty() || table == "agreement_angles", "{table}");
    }
    // the true events are the stored ones: detection errs by some milliseconds
    let events = std::fs::read_to_string(out.join("agreement_events.csv")).unwrap();
    let strikes = events
        .lines()
        .find(|l| l.starts_with("all,foot strike"))
        .unwrap();
    let mae: f64 = strikes.split(',').nth(4).unwrap().parse().unwrap();
    assert!(mae < 15.0, "{strikes}");
}
