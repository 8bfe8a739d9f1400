//! A synthetic recording as files: the recording and, beside it, its truth.

use super::names::named_enum;
use super::truth::Truth;
use crate::read;
use crate::recording::Recording;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

named_enum! {
    /// File format of a synthetic recording.
    FileFormat, "format" {
        /// Plain wide CSV: positions, or the samples of all inertial sensors in one table.
        Csv = "csv",
        /// C3D: positions, body measures, subject, stored events if there are any.
        C3d = "c3d",
        /// TRC: positions only.
        Trc = "trc",
        /// A folder with one CSV per inertial sensor, each with its own first and last sample and without
        /// rows for lost samples, as sensors that record by themselves give it.
        Folder = "folder",
    }
}

impl FileFormat {
    /// True when inertial sensors can be written in it.
    pub fn holds_sensors(self) -> bool {
        matches!(self, FileFormat::Csv | FileFormat::Folder)
    }

    /// True when markers can be written in it.
    pub fn holds_markers(self) -> bool {
        self != FileFormat::Folder
    }
}

/// Writes `dir/name.csv`, `.c3d` or `.trc`, or the folder `dir/name`, and `dir/name.truth.json`;
/// returns the path of the recording.
///
/// Each file appears whole or not at all. Folders are made as needed. A recording of inertial sensors
/// needs a format that [holds](FileFormat::holds_sensors) them.
pub fn write(
    recording: &Recording,
    truth: &Truth,
    dir: &Path,
    name: &str,
    format: FileFormat,
) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let path = match format {
        FileFormat::Folder => dir.join(name),
        _ => dir.join(format!("{name}.{format}")),
    };
    match format {
        FileFormat::Csv => whole(&path, |out| read::write_wide_csv(recording, out))?,
        FileFormat::C3d => whole(&path, |out| read::write_c3d(recording, out))?,
        FileFormat::Trc => whole(&path, |out| read::write_trc(recording, out))?,
        FileFormat::Folder => write_sensors(recording, &path)?,
    }
    let json = truth.to_json().map_err(io::Error::other)?;
    whole(&dir.join(format!("{name}.truth.json")), |out| {
        out.write_all(json.as_bytes())
    })?;
    Ok(path)
}

/// One file per sensor; each begins three samples after the one before, as sensors that are switched on one
/// by one do.
fn write_sensors(recording: &Recording, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (index, sensor) in recording.sensors.iter().enumerate() {
        whole(&folder.join(format!("{}.csv", sensor.name)), |out| {
            read::write_sensor_csv(recording, sensor, 3 * index, out)
        })?;
    }
    Ok(())
}

/// Writes to a temporary name, then renames.
pub(super) fn whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let temporary = PathBuf::from(temporary);
    let write = || {
        let mut out = BufWriter::new(File::create(&temporary)?);
        fill(&mut out)?;
        out.into_inner().map_err(|e| e.into_error())?.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        // nothing half-written stays behind; the first error is the one to report
        let _ = fs::remove_file(&temporary);
    })
}
