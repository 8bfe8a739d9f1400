//! From bytes to a [`Recording`]: one file per format behind one probe.
//!
//! In: a path or bytes. Out: [`Recording`], or a [`ReadError`] that says where the file is wrong
//! and what to do. The format is recognised from the content, not the extension. Every reader
//! takes arbitrary bytes without panicking and with memory bounded by the file's length.

mod c3d;
mod error;
mod event_names;
mod foreign;
mod labels;
mod nexus;
mod table;
mod trajectories;
mod trc;
mod wide;
mod wide_names;
mod write;

use std::path::Path;

pub use error::ReadError;
pub use write::{write_c3d, write_wide_csv};

use crate::recording::Recording;

/// What a file cannot say and the user can.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReadOptions {
    /// Frames per second of a file without time column and rate (`--rate`).
    pub rate_hz: Option<f64>,
}

/// Reads a recording from a file; [`Recording::name`] is the path as given, with `/`.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Recording, ReadError> {
    let name = path.to_string_lossy();
    let name = if cfg!(windows) {
        name.replace('\\', "/")
    } else {
        name.into_owned()
    };
    let bytes = std::fs::read(path).map_err(|error| {
        ReadError::new("", format!("cannot be read ({error})"))
            .advice("check that the file exists and may be read")
            .in_file(&name)
    })?;
    from_bytes(&bytes, &name, options)
}

/// Reads a recording from bytes; `name` is what messages and tables call it.
pub fn from_bytes(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Recording, ReadError> {
    let result = if bytes.is_empty() {
        Err(ReadError::new("", "the file is empty")
            .expected("a recording")
            .advice("copy or export it again"))
    } else if c3d::recognises(bytes) {
        c3d::read(bytes, name)
    } else if trc::recognises(bytes) {
        trc::read(bytes, name)
    } else if nexus::recognises(bytes) {
        nexus::read(bytes, name)
    } else if let Some(foreign) = foreign::recognise(bytes) {
        Err(foreign.error())
    } else {
        wide::read(bytes, name, options)
    };
    result.map_err(|error| error.in_file(name))
}

/// True when the first bytes of a file (4096 are plenty, 512 mostly do) look like a recording:
/// decides which files of a searched folder are worth opening.
///
/// It is also true for recordings in formats that cannot be read yet, so that a batch names them
/// instead of passing over them; results of other programs, archives and documents are none.
pub fn looks_like_recording(first_bytes: &[u8]) -> bool {
    if c3d::recognises(first_bytes)
        || trc::recognises(first_bytes)
        || nexus::recognises(first_bytes)
    {
        return true;
    }
    match foreign::recognise(first_bytes) {
        Some(foreign) => foreign.is_recording,
        None => wide::recognises(first_bytes),
    }
}
