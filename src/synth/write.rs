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
        /// Plain wide CSV: positions only.
        Csv = "csv",
        /// C3D: positions, body measures, subject, stored events if there are any.
        C3d = "c3d",
        /// TRC: positions only.
        Trc = "trc",
    }
}

/// Writes `dir/name.csv`, `.c3d` or `.trc` and `dir/name.truth.json`; returns the path of the recording.
///
/// Each file appears whole or not at all. Folders are made as needed.
pub fn write(
    recording: &Recording,
    truth: &Truth,
    dir: &Path,
    name: &str,
    format: FileFormat,
) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let path = dir.join(format!("{name}.{format}"));
    whole(&path, |out| match format {
        FileFormat::Csv => read::write_wide_csv(recording, out),
        FileFormat::C3d => read::write_c3d(recording, out),
        FileFormat::Trc => read::write_trc(recording, out),
    })?;
    let json = truth.to_json().map_err(io::Error::other)?;
    whole(&dir.join(format!("{name}.truth.json")), |out| {
        out.write_all(json.as_bytes())
    })?;
    Ok(path)
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
