//! Damaged copies of real files.

use super::every_file;
use crate::common;
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::Recording;
use rayon::prelude::*;

/// Damaged copies in all.
const COPIES: u64 = 2000;

/// Larger files are cut to this many bytes before they are damaged: the test is to stay quick.
const BYTES_MAX: usize = 60_000;

/// Numbers that a recording holds.
fn size(recording: &Recording) -> usize {
    let markers = recording.markers.len() * 3 * recording.frames;
    let sensors = recording.sensors.len() * 10 * recording.frames;
    let outputs: usize = recording
        .model_outputs
        .iter()
        .flat_map(|output| &output.values)
        .map(Vec::len)
        .sum();
    let plates: usize = recording.plates.iter().map(|p| 6 * p.force.len()).sum();
    markers + sensors + outputs + plates + recording.events.len()
}

/// A file with some bits flipped and, every third time, its end cut off.
fn damaged(whole: &[u8], seed: u64) -> Vec<u8> {
    // a fixed multiplicative generator: the damage is the same in every run
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below.max(1)
    };
    let mut bytes = whole.to_vec();
    // most of the damage goes to the header and the parameters
    let range = match seed % 2 {
        0 => 1024.min(bytes.len()),
        _ => bytes.len(),
    };
    for _ in 0..1 + random(8) {
        if let Some(byte) = bytes.get_mut(random(range)) {
            *byte ^= 1 << random(8);
        }
    }
    if seed.is_multiple_of(3) {
        bytes.truncate(random(whole.len()));
    }
    bytes
}

/// Flipped bits and cut-off ends of every file of the collection: never a panic, never more numbers
/// than the file can hold, always one line that says what is wrong.
#[test]
fn damaged_files_are_read_or_refused() {
    let Some(shared) = common::shared("damaged_files_are_read_or_refused") else {
        return;
    };
    let files: Vec<(String, Vec<u8>)> = every_file(&shared)
        .into_iter()
        .map(|(name, path)| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.truncate(BYTES_MAX);
            (name, bytes)
        })
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    let read_well: u64 = (0..COPIES)
        .into_par_iter()
        .map(|seed| {
            let (name, whole) = &files[seed as usize % files.len()];
            let bytes = damaged(whole, seed);
            let options = ReadOptions {
                rate_hz: Some(100.0),
                ..ReadOptions::default()
            };
            match read::from_bytes(&bytes, name, &options) {
                Ok(recording) => {
                    let most = 8 * bytes.len() + (1 << 16);
                    assert!(size(&recording) <= most, "{name}, seed {seed}");
                    1
                }
                Err(error) => {
                    let line = error.to_string();
                    assert!(
                        !line.contains('\n') && line.contains(name.as_str()),
                        "{line}"
                    );
                    0
                }
            }
        })
        .sum();
    assert!(
        read_well > 500 && read_well < 1900,
        "{read_well} of {COPIES} read"
    );
}
