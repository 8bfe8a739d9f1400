//! The folder that a study is written into: ours alone, and one run at a time.
//!
//! In: the folder of `--out`. Out: the folder, there and locked, or an error before anything was
//! written.

use super::{STORE_NAME, StudyError, export, whole};
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes at the end of a Parquet file in which it names the program that wrote it.
const PARQUET_END: u64 = 4096;

/// A study folder that belongs to this run until the value is dropped.
#[derive(Debug)]
pub struct OutFolder {
    path: PathBuf,
    /// Open for its lock; `None` where folders cannot be locked, and the database alone guards.
    lock: Option<File>,
}

impl OutFolder {
    /// Checks the folder before the first write, makes it when it is missing, and locks it.
    ///
    /// A folder that is not empty must hold a study (hidden files do not count): results never
    /// replace tables of someone else.
    pub fn claim(path: &Path) -> Result<OutFolder, StudyError> {
        fs::create_dir_all(path).map_err(|error| StudyError::Output {
            path: path.to_owned(),
            error,
        })?;
        let lock = lock(path)?;
        if !path.join(STORE_NAME).exists()
            && let Some(foreign) = first_entry(path)?
        {
            return Err(StudyError::ForeignFolder {
                path: path.to_owned(),
                foreign,
            });
        }
        let in_the_way = export::study_files(path).find(|file| file.is_dir());
        match in_the_way {
            Some(path) => Err(StudyError::InTheWay {
                path,
                problem: "is a folder where a table belongs",
            }),
            None => Ok(OutFolder::claimed(path, lock)),
        }
    }

    /// The folder, cleared of what killed processes left behind.
    fn claimed(path: &Path, lock: Option<File>) -> OutFolder {
        export::all_files(path).for_each(|file| whole::remove_leftovers(&file));
        OutFolder {
            path: path.to_owned(),
            lock,
        }
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its database is.
    pub fn store_path(&self) -> PathBuf {
        self.path.join(STORE_NAME)
    }

    /// Whether a lock keeps other runs away; if not, the database must.
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}

/// The lock of a folder; `None` where the system cannot lock folders.
fn lock(path: &Path) -> Result<Option<File>, StudyError> {
    let Ok(folder) = File::open(path) else {
        return Ok(None);
    };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(StudyError::Busy {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// The first entry by name that is not hidden.
fn first_entry(path: &Path) -> Result<Option<String>, StudyError> {
    let entries = fs::read_dir(path).map_err(|error| StudyError::Output {
        path: path.to_owned(),
        error,
    })?;
    Ok(entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .min())
}

/// Refuses files in the way of exported tables that are not tables of that kind: nothing is
/// written then.
pub fn check_export(files: impl Iterator<Item = PathBuf>) -> Result<(), StudyError> {
    for path in files.filter(|path| path.exists()) {
        let ours = is_table(&path).unwrap_or(false);
        if !ours {
            return Err(StudyError::InTheWay {
                path,
                problem: "is no table of hipdrop",
            });
        }
    }
    Ok(())
}

/// Whether a file is a table of a study: its beginning says so, the end of a Parquet file.
fn is_table(path: &Path) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    let mut first = Vec::new();
    Read::by_ref(&mut file).take(40).read_to_end(&mut first)?;
    if first.starts_with(b"PAR1") {
        let mut last = Vec::new();
        file.seek(SeekFrom::Start(
            file.metadata()?.len().saturating_sub(PARQUET_END),
        ))?;
        file.take(PARQUET_END).read_to_end(&mut last)?;
        return Ok(String::from_utf8_lossy(&last).contains("hipdrop "));
    }
    let first = String::from_utf8_lossy(&first).replace(['[', '{', '"', '\n', ' '], "");
    // the empty JSON table is `[]`
    Ok(first == "]" || first.starts_with("recording") || first.starts_with("subject"))
}
