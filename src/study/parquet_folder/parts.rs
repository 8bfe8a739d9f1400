//! The files of one recording.
//!
//! In: where the recording lies and what steers its analysis. Out: the bytes of its files and their
//! names, which depend on nothing but what went into them: a task that is run twice, or by two workers
//! at a time, writes the same bytes under the same names.

use crate::analysis::Status;
use crate::read::Content;
use crate::recording::Side;
use crate::study::discover::Found;
use crate::study::long;
use crate::study::one::{Outcome, Steering, content_hash, hex_hash, hex_hash_from, process};
use crate::study::rows::{RecordingRow, StudyData};
use crate::study::store::{RecordingResult, Store, StoredTable};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Longest part of a subject's name in the name of a folder.
const NAME_MAX: usize = 120;

/// What became of one recording, in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brief {
    /// Name of the recording.
    pub recording: String,
    /// Subject.
    pub subject: String,
    /// Session.
    pub session: String,
    /// What became of it.
    pub status: Status,
    /// Why, when not analysed.
    pub reason: String,
    /// Strides that were used, both limbs.
    pub strides: usize,
}

impl Brief {
    /// Of a recording and its walking bouts.
    fn of<'a>(rows: impl Iterator<Item = &'a RecordingRow> + Clone) -> anyhow::Result<Brief> {
        let whole = rows.clone().find(|row| row.part_of.is_empty());
        let Some(row) = whole else {
            anyhow::bail!("no recording in the file");
        };
        let limbs = rows.filter_map(|row| row.limbs.as_ref());
        let used = limbs.flat_map(|limbs| Side::BOTH.map(|side| limbs[side].strides));
        Ok(Brief {
            recording: row.recording.clone(),
            subject: row.subject.clone(),
            session: row.session.clone(),
            status: row.status,
            reason: row.reason.clone(),
            strides: used.sum(),
        })
    }
}

/// The files of one recording.
#[derive(Debug, Clone)]
pub struct Part {
    /// What became of it.
    pub brief: Brief,
    /// Folder of its subject: `subject=P01`.
    pub subject_folder: String,
    /// Name of its files: `NAME.parquet`.
    pub file: String,
    /// Its row of `recordings`.
    pub recordings: Vec<u8>,
    /// Its rows of `strides`.
    pub strides: Vec<u8>,
}

/// A recording whose bytes are there, and the name that its files will have.
pub struct Read {
    found: Found,
    /// `NAME.parquet`.
    pub file: String,
}

/// Reads the bytes of a recording: enough to know the name of its files. They are kept for the analysis, but
/// for those of a long recording of sensors, which is never held as a whole.
pub fn read(found: &Found, steering: &Steering) -> Read {
    let mut found = found.clone();
    let mut hash = String::new();
    if found.is_unsearched() {
        // it has no bytes
    } else if let Some(source) = long::source(&found, steering) {
        hash = hex_hash_from(&source).unwrap_or_default();
    } else if let Ok(content) = found.content() {
        hash = content_hash(&content);
        if let Content::File(bytes) = content {
            found.piped = Some(Arc::new(bytes));
        }
    }
    Read {
        file: file_name(&found, steering, &hash),
        found,
    }
}

/// Analyses a recording and makes its files. Whatever goes wrong with the recording is in its row.
///
/// # Errors
/// When its rows cannot be stored for a moment.
pub fn analyse(read: &Read, steering: &Steering) -> anyhow::Result<Part> {
    match process(&read.found, steering, None) {
        Outcome::Done(results) => part(&results, read.file.clone()),
        Outcome::Unchanged => anyhow::bail!("internal error: nothing was stored before"),
    }
}

/// The files of a recording that could not be analysed because its worker died.
///
/// # Errors
/// As [`analyse`].
pub fn lost(found: &Found, steering: &Steering, reason: String) -> anyhow::Result<Part> {
    let result = crate::study::one::failed(found, steering, String::new(), reason);
    part(&[result], file_name(found, steering, "lost"))
}

/// The files of the results of one file: the recording, and its walking bouts when it is a long one.
fn part(results: &[RecordingResult], file: String) -> anyhow::Result<Part> {
    let Some(whole) = results.first() else {
        anyhow::bail!("internal error: no result");
    };
    let store = Store::temporary(Path::new(&whole.row.recording))?;
    store.save_recordings(results)?;
    Ok(Part {
        brief: Brief::of(results.iter().map(|result| &result.row))?,
        subject_folder: format!("subject={}", folder_name(&whole.row.subject)),
        file,
        recordings: store.to_parquet(StoredTable::Recordings)?,
        strides: store.to_parquet(StoredTable::Strides)?,
    })
}

/// What a file of recordings says, for a run that finds it already there; `name` is what messages call
/// it.
///
/// # Errors
/// When it is damaged or of another version.
pub fn brief(file: Vec<u8>, name: &Path) -> anyhow::Result<Brief> {
    let store = Store::temporary(name)?;
    store.take_parquet(StoredTable::Recordings, file.into())?;
    Brief::of(store.recordings()?.iter())
}

/// The name of a recording's files: a hash of its own name, so that copies stay apart, and one of its
/// bytes and everything that steers its analysis.
fn file_name(found: &Found, steering: &Steering, content_hash: &str) -> String {
    let key = hex_hash(steering.file_key(found, content_hash).as_bytes());
    format!("{}{}.parquet", beginning(&found.recording), &key[..24])
}

/// How the names of all files of a recording begin, whatever its bytes and the settings.
pub fn beginning(recording: &str) -> String {
    format!("{}-", &hex_hash(recording.as_bytes())[..16])
}

/// A subject as the name of a folder, as Hive and Spark write it: everything but letters, digits, `.`,
/// `_` and `-` as `%XX`.
fn folder_name(subject: &str) -> String {
    if subject.is_empty() {
        return "__HIVE_DEFAULT_PARTITION__".into();
    }
    let mut name = String::new();
    for byte in subject.bytes() {
        // writing to a String cannot fail
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                write!(name, "{}", byte as char)
            }
            _ => write!(name, "%{byte:02X}"),
        };
    }
    if name.len() > NAME_MAX {
        let hash = hex_hash(subject.as_bytes());
        name.truncate(NAME_MAX);
        name.push_str(&hash[..16]);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_is_a_plain_folder() {
        assert_eq!(folder_name("P01"), "P01");
        assert_eq!(folder_name("a/../b ü"), "a%2F..%2Fb%20%C3%BC");
        assert_eq!(folder_name(""), "__HIVE_DEFAULT_PARTITION__");
        let long = folder_name(&"x".repeat(5000));
        assert!(long.len() < 200);
        assert_ne!(long, folder_name(&"x".repeat(5001)));
    }

    #[test]
    fn names_tell_copies_settings_and_places_apart() {
        let found = |name: &str, folder: &str| Found {
            recording: name.into(),
            folders: vec![folder.into()],
            ..Found::default()
        };
        let plain = Steering::default();
        let other = Steering {
            settings_hash: "other".into(),
            ..Steering::default()
        };
        let name = file_name(&found("a", "P01"), &plain, "00ff");
        assert_eq!(name, file_name(&found("a", "P01"), &plain, "00ff"));
        for another in [
            file_name(&found("b", "P01"), &plain, "00ff"),
            file_name(&found("a", "P02"), &plain, "00ff"),
            file_name(&found("a", "P01"), &other, "00ff"),
            file_name(&found("a", "P01"), &plain, "11ff"),
        ] {
            assert_ne!(name, another);
        }
    }
}
