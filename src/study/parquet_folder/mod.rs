//! A study as a folder of Parquet files, as the workers of a distributed engine write it.
//!
//! ```text
//! OUT/recordings/subject=P01/NAME.parquet   one recording: findings, warnings, standing posture
//! OUT/strides/subject=P01/NAME.parquet      its strides: metrics and curves
//! OUT/hipdrop.json                          how they were made, and which files belong to the study
//! ```
//!
//! In: results of single recordings. Out: files; and, once all are there, a [`Store`] over them with
//! the sessions pooled, so that report and export take such a folder as they take a study. The columns
//! are those of the store, unrounded. [`parts`] makes the files of one recording.

pub mod parts;

use super::pool::{StaticTrial, pool_sessions};
use super::rows::Provenance;
use super::store::{Store, StoredTable, schema};
use super::{STORE_NAME, StudyError};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};

/// Name of the file that makes a folder of Parquet files a study.
pub const MANIFEST_NAME: &str = "hipdrop.json";

/// How the files were made, and which of those in the folder belong to the study.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the store whose columns the files have.
    pub store_version: i64,
    /// How the results were made.
    pub provenance: Provenance,
    /// Static trial that is used for all.
    pub static_trial: Option<StaticTrial>,
    /// Files of recordings, relative to the folder, sorted; those of strides have the same names.
    pub files: Vec<String>,
}

impl Manifest {
    /// The manifest of a study of these files.
    pub fn new(
        provenance: Provenance,
        static_trial: Option<StaticTrial>,
        mut files: Vec<String>,
    ) -> Manifest {
        files.sort();
        files.dedup();
        Manifest {
            store_version: schema::VERSION,
            provenance,
            static_trial,
            files,
        }
    }

    /// As it is written.
    ///
    /// # Errors
    /// When a number in the static trial is none.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Whether a folder is a study of Parquet files, finished or not.
pub fn is_one(path: &Path) -> bool {
    let began = || StoredTable::Recordings.name();
    !path.join(STORE_NAME).exists()
        && (path.join(MANIFEST_NAME).is_file() || path.join(began()).is_dir())
}

/// The study in a folder of Parquet files, with its sessions pooled.
///
/// # Errors
/// When it is not finished, was made by another version, or one of its files is missing or damaged.
pub fn open(folder: &Path) -> anyhow::Result<Store> {
    let manifest = manifest(folder)?;
    let store = Store::temporary(folder)?;
    for name in &manifest.files {
        for table in [StoredTable::Recordings, StoredTable::Strides] {
            take(&store, folder, name, table)?;
        }
    }
    let provenance = &manifest.provenance;
    store.set_provenance(provenance)?;
    let (settings, norms) = (&provenance.settings, provenance.norm_tables()?);
    let given = manifest.static_trial.as_ref();
    store.set_static_trial(given)?;
    pool_sessions(&store, settings, &norms, given, &|| Ok(()))?;
    Ok(store)
}

fn manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join(MANIFEST_NAME);
    let refuse = |problem: String| StudyError::ParquetFolder {
        path: path.clone(),
        problem,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        refuse(match error.kind() {
            std::io::ErrorKind::NotFound => {
                "is not there: the run that writes this folder is not finished; run it again to go on"
                    .into()
            }
            _ => format!("cannot be read ({error})"),
        })
    })?;
    let version = serde_json::from_str::<Version>(&text);
    let version = version.map_err(|e| refuse(format!("is damaged ({e})")))?;
    if version.store_version != schema::VERSION {
        let (found, expected) = (version.store_version, schema::VERSION);
        return Err(refuse(format!(
            "was written by another version of hipdrop (study version {found}, this one reads \
             {expected}); use that version, or run the analysis again"
        ))
        .into());
    }
    let manifest = serde_json::from_str(&text);
    Ok(manifest.map_err(|e| refuse(format!("is damaged ({e})")))?)
}

/// The part of a manifest that every version has.
#[derive(Deserialize)]
struct Version {
    store_version: i64,
}

/// Adds the rows of one file.
fn take(store: &Store, folder: &Path, name: &str, table: StoredTable) -> anyhow::Result<()> {
    let below = place(name, table);
    let path = folder.join(below.as_deref().unwrap_or(Path::new(name)));
    let refuse = |problem: String| StudyError::ParquetFolder {
        path: path.clone(),
        problem,
    };
    if below.is_none() {
        return Err(refuse("is no name of a file below the folder".into()).into());
    }
    let bytes = std::fs::read(&path).map_err(|e| {
        refuse(format!(
            "cannot be read ({e}); run the analysis again to complete the folder"
        ))
    })?;
    let taken = store.take_parquet(table, bytes.into());
    Ok(taken.map_err(|e| {
        refuse(format!(
            "is damaged ({e:#}); remove it and run the analysis again"
        ))
    })?)
}

/// Where the file `recordings/subject=P01/NAME.parquet` of a manifest has its rows of `table`: always
/// below the folder, whatever the manifest says.
fn place(name: &str, table: StoredTable) -> Option<PathBuf> {
    let below = Path::new(name)
        .strip_prefix(StoredTable::Recordings.name())
        .ok()?;
    let plain = below
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| Path::new(table.name()).join(below))
}
