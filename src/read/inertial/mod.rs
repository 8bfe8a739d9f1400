//! Tables of inertial sensors: Xsens and Movella DOT, MT Manager text of every generation, Awinda,
//! APDM, and plain tables of one or several sensors.
//!
//! In: the bytes of a file, or of all files of one recording. Out: a [`Recording`] with
//! [`sensors`](Recording::sensors) on one time base.
//!
//! | file | holds |
//! |---|---|
//! | `columns` | names → sensor, signal, component, unit |
//! | `header` | the lines before the rows |
//! | `clock` | counters and times → place of every row, rate |
//! | `units` | m/s² and rad/s, guessed from gravity where nothing is said |
//! | `vendor` | stored orientations, and raw signals derived from them |
//! | `stream` | one file row by row |
//! | `live` | the columns of a table whose rows come one by one |
//! | `resample`, `together` | streams → one recording on an even grid |
//! | `long` | a table too long to be held: looked through, then read piece by piece |
//! | `folder` | which files of a folder are the streams of one recording |

mod clock;
mod columns;
mod folder;
mod header;
mod live;
mod long;
mod resample;
mod stream;
mod together;
mod units;
mod vendor;

pub use folder::Streams;
pub(super) use live::live;
pub use long::{LongTable, Rows};

use super::table::Lines;
use super::{ReadError, ReadOptions};
use crate::recording::{Placement, Recording};

/// True when the first line of names holds signals of inertial sensors and no markers.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    let first = first_bytes
        .get(..first_bytes.len().min(16_384))
        .unwrap_or_default();
    if first.contains(&0) {
        return false;
    }
    header::read(&mut Lines::new(first)).is_some() && !super::wide::has_markers(first)
}

/// Reads a whole file.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Recording, ReadError> {
    let stream = named(stream::read(bytes, "", options)?, name);
    let mut recording = together::recording(name, vec![stream])?;
    place(&mut recording);
    Ok(recording)
}

/// Names the sensors whose columns do not.
fn named(mut stream: stream::Stream, file: &str) -> stream::Stream {
    let unnamed = stream.sensors.len() == 1;
    for sensor in stream.sensors.iter_mut().filter(|s| s.name.is_empty()) {
        sensor.name = match unnamed {
            true => name_of_single(file, &stream.device),
            false => stream.device.clone(),
        };
    }
    stream
}

/// Places the sensors by their names.
fn place(recording: &mut Recording) {
    for sensor in &mut recording.sensors {
        sensor.placement = Placement::from_label(&sensor.name);
    }
}

/// A file with one sensor names it: the file's name when that tells the placement, else the device.
fn name_of_single(file: &str, device: &str) -> String {
    let stem = stem(file);
    match Placement::from_label(&stem) {
        Some(_) => stem,
        None if device.is_empty() => stem,
        None => device.to_owned(),
    }
}

/// A file's name without folders and endings.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .to_owned()
}

#[cfg(test)]
mod tests;
