//! Every file of the collection: the right shape, or one clear line.

use super::{every_file, open};
use crate::common;
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::Recording;
use std::collections::BTreeMap;

/// Made without hipdrop by `tests/vectors/recordings/make.py`: C3D by ezc3d 1.7.2 (and, where that
/// misreads or refuses the file, from the header block and the length), texts from their own header
/// and data rows.
const EXPECTED: &str = include_str!("../../vectors/recordings/expected.csv");

/// Names of all series in a recording.
fn labels(recording: &Recording) -> Vec<&str> {
    let markers = recording.markers.iter().map(|m| m.label.as_str());
    let outputs = recording.model_outputs.iter().map(|o| o.label.as_str());
    let sensors = recording.sensors.iter().map(|s| s.name.as_str());
    markers.chain(outputs).chain(sensors).collect()
}

fn check(file: &str, row: &BTreeMap<String, String>, recording: &Recording) {
    let number = |name: &str| row[name].parse::<f64>().ok();
    assert_eq!(recording.format.name(), row["format"], "{file}");
    assert_eq!(
        Some(recording.frames as f64),
        number("frames"),
        "frames of {file}"
    );
    assert_eq!(
        Some(recording.first_frame as f64),
        number("first_frame"),
        "first frame of {file}"
    );
    let rate = number("rate_hz").unwrap();
    assert!(
        (recording.rate_hz - rate).abs() < 1e-5 * rate,
        "rate of {file}: {}",
        recording.rate_hz
    );
    let labels = labels(recording);
    if let Some(series) = number("series") {
        assert_eq!(labels.len() as f64, series, "series of {file}");
    }
    for wanted in row["some_labels"]
        .split('|')
        .filter(|label| !label.is_empty())
    {
        // OpenSim's paths end with the coordinate
        let is_it = |label: &&str| *label == wanted || wanted.contains(&format!("/{label}/value"));
        assert!(labels.iter().any(is_it), "{wanted} of {file} in {labels:?}");
    }
    for marker in &recording.markers {
        assert_eq!(marker.position.len(), recording.frames, "{file}");
    }
    let bytes = std::fs::read(&recording.name).unwrap();
    let head = &bytes[..bytes.len().min(4096)];
    assert!(
        read::looks_like_recording(head),
        "{file} is passed over in a folder"
    );
}

#[test]
fn every_file_has_the_expected_shape_or_failure() {
    let Some(shared) = common::shared("every_file_has_the_expected_shape_or_failure") else {
        return;
    };
    let mut expected: BTreeMap<String, BTreeMap<String, String>> =
        csv::Reader::from_reader(EXPECTED.as_bytes())
            .deserialize()
            .map(|row| row.unwrap())
            .map(|row: BTreeMap<String, String>| (row["file"].clone(), row))
            .collect();
    for (file, path) in every_file(&shared) {
        let row = expected.remove(&file).unwrap_or_else(|| {
            panic!("{file} is not in the table: run tests/vectors/recordings/make.py")
        });
        if row["refused"].is_empty() {
            check(&file, &row, &open(&path));
            continue;
        }
        let error = read::open(&path, &ReadOptions::default()).expect_err(&file);
        let line = error.to_string();
        assert!(line.contains(&row["refused"]), "{line}");
        assert!(line.contains(&error.file) && !line.contains('\n'), "{line}");
        assert!(!error.advice.is_empty(), "{line}");
    }
    assert!(
        expected.is_empty(),
        "not there any more: {:?}",
        expected.keys()
    );
}
