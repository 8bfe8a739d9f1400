//! Tests of `read` on real files.

mod c3d;
mod damage;
mod table;
mod text;
mod trc;
mod writers;

use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::Recording;
use std::path::{Path, PathBuf};

fn open(path: &Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn codes(recording: &Recording) -> Vec<&str> {
    recording.warnings.iter().map(|w| &*w.code).collect()
}

/// Labels and the bits of every coordinate; missing ones are 0.
fn bits(recording: &Recording) -> Vec<(&str, Vec<u64>)> {
    recording
        .markers
        .iter()
        .map(|marker| {
            let values = marker.position.columns().into_iter().flatten();
            let bits = values.map(|v| if v.is_nan() { 0 } else { v.to_bits() });
            (marker.label.as_str(), bits.collect())
        })
        .collect()
}

/// Largest distance in metres between two recordings' markers; panics when one is missing where
/// the other is not.
fn largest_difference(a: &Recording, b: &Recording) -> f64 {
    assert_eq!((a.markers.len(), a.frames), (b.markers.len(), b.frames));
    let mut largest = 0.0f64;
    for (a, b) in a.markers.iter().zip(&b.markers) {
        assert_eq!(a.label, b.label);
        for i in 0..a.position.len() {
            assert_eq!(
                a.position.is_missing(i),
                b.position.is_missing(i),
                "{} at {i}",
                a.label
            );
            if !a.position.is_missing(i) {
                largest = largest.max((a.position.at(i) - b.position.at(i)).norm());
            }
        }
    }
    largest
}

/// All files below `recordings`, by their path relative to it, with `/`.
fn every_file(shared: &Path) -> Vec<(String, PathBuf)> {
    fn walk(folder: &Path, name: &str, found: &mut Vec<(String, PathBuf)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{name}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push((name, entry.path()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&shared.join("recordings"), "", &mut found);
    found.sort();
    found
}
