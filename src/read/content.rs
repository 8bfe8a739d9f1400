//! What a recording is read from: a file, or the files of a folder that belong together.

use super::{ReadError, ReadOptions, Streams, bytes_of, finished, from_bytes};
use crate::recording::Recording;
use std::path::{Path, PathBuf};

/// The bytes of one recording.
#[derive(Debug, Clone)]
pub enum Content {
    /// Of a file.
    File(Vec<u8>),
    /// Of the files of its sensors.
    Streams(Streams, Vec<Vec<u8>>),
}

impl Content {
    /// The content of a file or folder.
    ///
    /// # Errors
    /// When it cannot be read, or is a folder that is not one recording.
    pub fn of(path: &Path) -> Result<Content, ReadError> {
        if !path.is_dir() {
            return bytes_of(path).map(Content::File);
        }
        let streams = Streams::of_folder(path).ok_or_else(|| {
            ReadError::new("", "is a folder")
                .expected("one recording, or a folder with one file for each sensor of a recording")
                .advice("give one of its recordings")
        })?;
        let bytes = streams.bytes()?;
        Ok(Content::Streams(streams, bytes))
    }

    /// The content of the files of one recording's sensors.
    ///
    /// # Errors
    /// When one of them cannot be read or is not the table of one sensor.
    pub fn of_files(files: &[PathBuf]) -> Result<Content, ReadError> {
        let streams = Streams::of_files(files)?;
        let bytes = streams.bytes()?;
        Ok(Content::Streams(streams, bytes))
    }

    /// Every byte that the recording depends on, in order, with the names of several files.
    pub fn parts(&self) -> Vec<&[u8]> {
        match self {
            Content::File(bytes) => vec![bytes],
            Content::Streams(streams, bytes) => {
                let names = streams
                    .files
                    .iter()
                    .map(|f| f.as_os_str().as_encoded_bytes());
                let names = streams.sensor_names().map(str::as_bytes).zip(names);
                let whole = names.zip(bytes);
                whole
                    .flat_map(|((sensor, file), bytes)| {
                        let file = file.rsplit(|b| *b == b'/').next().unwrap_or(file);
                        [sensor, file, bytes.as_slice()]
                    })
                    .collect()
            }
        }
    }

    /// Reads the recording; `name` is what messages and tables call it.
    ///
    /// # Errors
    /// When a file is damaged or of an unknown format.
    pub fn read(&self, name: &str, options: &ReadOptions) -> Result<Recording, ReadError> {
        match self {
            Content::File(bytes) => from_bytes(bytes, name, options),
            Content::Streams(streams, bytes) => {
                let recording = streams.read(bytes, name, options)?;
                finished(recording, options).map_err(|error| error.in_file(name))
            }
        }
    }
}
