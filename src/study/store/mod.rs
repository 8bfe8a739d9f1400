//! `study.sqlite`: what was found out, one transaction per recording.
//!
//! In: results of recordings and sessions. Out: the same rows again, sorted by name, for tables
//! and report ([`StudyData`](super::rows::StudyData)).
//!
//! One process writes (it holds the lock of the study folder), others may read at the same time:
//! the write-ahead journal gives each of them the study as it was when they opened it.

mod migrate;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
pub(super) mod schema;
mod write;

#[cfg(feature = "parquet")]
pub use parquet::StoredTable;
pub use read::{PoolMember, Stored};
pub use write::{PooledSession, RecordingResult, SecondPass};

use super::StudyError;
use super::out_folder::OutFolder;
use super::pool::StaticTrial;
use super::rows::Provenance;
use super::shard::Shard;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long to wait for another process that is reading or writing the same study.
const BUSY: Duration = Duration::from_secs(5);

/// Names of the values in the table `study`.
mod value {
    /// How the results were made.
    pub const PROVENANCE: &str = "provenance";
    /// Number of recordings that a run has set out to store; gone once the run is over.
    pub const PLANNED: &str = "planned";
    /// Static trial of `--static`.
    pub const STATIC_TRIAL: &str = "static_trial";
    /// Fingerprint of the key whose pseudonyms stand for names.
    pub const KEY: &str = "key";
    /// Part of the recordings that the study holds (`--shard`).
    pub const SHARD: &str = "shard";
}

/// An open study.
pub struct Store {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Store {
    /// Opens the study in a claimed folder for writing, making it when there is none and bringing
    /// an older one up to date.
    pub fn create(folder: &OutFolder) -> Result<Store, StudyError> {
        let store = Store::connect(&folder.store_path(), OpenFlags::default())?;
        store.prepare().map_err(|e| store.error(e))?;
        store.check_kind()?;
        store.migrate().map_err(|e| store.error(e))?;
        store
            .use_journal(folder.is_locked())
            .map_err(|e| store.error(e))?;
        Ok(store)
    }

    /// An empty study that nobody else sees, gone when it is closed; `name` is what messages call
    /// it. What does not fit into memory goes to a temporary file.
    pub fn temporary(name: &Path) -> Result<Store, StudyError> {
        let error = |e: rusqlite::Error| store_error(name, &e);
        // SQLite's name for a temporary database
        let connection = Connection::open("").map_err(error)?;
        let store = Store {
            connection: Mutex::new(connection),
            path: name.to_owned(),
        };
        store.prepare().map_err(|e| store.error(e))?;
        Ok(store)
    }

    /// Opens a study for reading, also while a run is writing it: the study stays as it is now
    /// for this reader. A study of an older version is brought up to date first.
    pub fn open(path: &Path) -> Result<Store, StudyError> {
        if !path.is_file() {
            return Err(StudyError::NoStudy {
                path: path.to_owned(),
            });
        }
        let mut store = Store::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version = store.check_kind()?;
        if store.is_outdated().map_err(|e| store.error(e))? {
            drop(store);
            Store::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
                .and_then(|store| store.migrate().map_err(|e| store.error(e)))
                .map_err(|error| StudyError::OlderVersion {
                    path: path.to_owned(),
                    found: version,
                    expected: schema::VERSION,
                    problem: error.to_string(),
                })?;
            store = Store::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        }
        store.keep_snapshot().map_err(|e| store.error(e))?;
        Ok(store)
    }

    /// Begins a transaction that lasts until the store is closed.
    fn keep_snapshot(&self) -> rusqlite::Result<()> {
        let connection = self.connection();
        connection.execute_batch("BEGIN")?;
        // the snapshot is taken by the first access
        connection.query_row("SELECT count(*) FROM study", [], |_| Ok(()))
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Store, StudyError> {
        let error = |e: rusqlite::Error| store_error(path, &e);
        let connection = Connection::open_with_flags(path, flags).map_err(error)?;
        connection.busy_timeout(BUSY).map_err(error)?;
        Ok(Store {
            connection: Mutex::new(connection),
            path: path.to_owned(),
        })
    }

    /// Makes the tables of a new study.
    fn prepare(&self) -> rusqlite::Result<()> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
        if tables == 0 {
            transaction.execute_batch(&schema::statements())?;
        }
        transaction.commit()
    }

    fn use_journal(&self, folder_is_locked: bool) -> rusqlite::Result<()> {
        let connection = self.connection();
        if !folder_is_locked {
            // two runs into one folder would take each other's rows away; nobody can read
            // meanwhile, but the journal then needs no shared memory, which such systems lack
            connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // the lock of this access says that the study is in use
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    }

    /// Refuses databases of other programs and of newer versions of this one; gives the version.
    fn check_kind(&self) -> Result<i64, StudyError> {
        let number = |pragma: &str| -> Result<i64, StudyError> {
            self.connection()
                .pragma_query_value(None, pragma, |r| r.get(0))
                .map_err(|e| self.error(e))
        };
        if number("application_id")? != schema::APPLICATION_ID {
            return Err(StudyError::ForeignStore {
                path: self.path.clone(),
            });
        }
        let found = number("user_version")?;
        if found > schema::VERSION {
            return Err(StudyError::NewerVersion {
                path: self.path.clone(),
                found,
                expected: schema::VERSION,
            });
        }
        Ok(found)
    }

    /// Writes everything into the one file: afterwards it can be copied, and read from a folder
    /// that cannot be written. False when another program that reads the study kept it from
    /// that: then `study.sqlite-wal` belongs to it until the next run.
    pub fn finish(&self) -> Result<bool, StudyError> {
        let finish = || {
            let connection = self.connection();
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "locking_mode", "NORMAL")?;
            // the lock is let go at the next access
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        };
        match finish().map_err(|e| self.error(e)) {
            Ok(()) => Ok(true),
            Err(StudyError::Busy { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Stores how the results were made.
    pub fn set_provenance(&self, provenance: &Provenance) -> anyhow::Result<()> {
        self.set_value(value::PROVENANCE, Some(provenance))
    }

    /// How the results were made; default when nothing was stored yet.
    fn stored_provenance(&self) -> anyhow::Result<Provenance> {
        Ok(self.value(value::PROVENANCE)?.unwrap_or_default())
    }

    /// Stores how many recordings a run has set out to store; `None` once it is over.
    pub fn set_planned(&self, recordings: Option<usize>) -> anyhow::Result<()> {
        self.set_value(value::PLANNED, recordings.as_ref())
    }

    /// How many recordings a run has set out to store that is going on, or was stopped.
    pub fn planned(&self) -> anyhow::Result<Option<usize>> {
        self.value(value::PLANNED)
    }

    /// Stores the static trial of `--static`.
    pub fn set_static_trial(&self, trial: Option<&StaticTrial>) -> anyhow::Result<()> {
        self.set_value(value::STATIC_TRIAL, trial)
    }

    /// The static trial of `--static`.
    pub fn static_trial(&self) -> anyhow::Result<Option<StaticTrial>> {
        self.value(value::STATIC_TRIAL)
    }

    /// Says whose pseudonyms the study holds; `None` = names. Names and pseudonyms never get into one
    /// database: pages that SQLite no longer uses would keep the names.
    pub fn use_key(&self, fingerprint: Option<String>) -> anyhow::Result<()> {
        let stored = self.key()?;
        if stored != fingerprint && !self.stored()?.is_empty() {
            return Err(StudyError::OtherNames {
                path: self.path.clone(),
                problem: match (stored.is_some(), fingerprint.is_some()) {
                    (false, _) => "holds the names of people and files: give another --out for the \
                                   de-identified study, or use --de-identify of `hipdrop report` and \
                                   `hipdrop export`",
                    (true, false) => "is de-identified: give --de-identify with its key again, or \
                                      another --out",
                    (true, true) => "was de-identified with another key: give that, or another --out",
                },
            }
            .into());
        }
        self.set_value(value::KEY, fingerprint.as_ref())
    }

    /// Fingerprint of the key of the study's pseudonyms; `None` when it holds names.
    pub fn key(&self) -> anyhow::Result<Option<String>> {
        self.value(value::KEY)
    }

    /// Stores which part of the recordings the study holds; `None` = all.
    pub fn set_shard(&self, shard: Option<Shard>) -> anyhow::Result<()> {
        self.set_value(value::SHARD, shard.as_ref())
    }

    /// Which part of the recordings the study holds.
    pub fn shard(&self) -> anyhow::Result<Option<Shard>> {
        self.value(value::SHARD)
    }

    fn set_value<T: Serialize>(&self, name: &str, value: Option<&T>) -> anyhow::Result<()> {
        let connection = self.connection();
        match value {
            Some(value) => connection.execute(
                "INSERT OR REPLACE INTO study (name, value) VALUES (?1, ?2)",
                [name, &serde_json::to_string(value)?],
            )?,
            None => connection.execute("DELETE FROM study WHERE name = ?1", [name])?,
        };
        Ok(())
    }

    fn value<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        let text: Option<String> = self
            .connection()
            .query_row("SELECT value FROM study WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(text.as_deref().map(serde_json::from_str).transpose()?)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // a panic elsewhere cannot leave the connection half-way: transactions roll back
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, error: rusqlite::Error) -> StudyError {
        store_error(&self.path, &error)
    }
}

fn store_error(path: &Path, error: &rusqlite::Error) -> StudyError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StudyError::Busy { path },
        Some(ErrorCode::DiskFull) => StudyError::DiskFull { path },
        _ => StudyError::Store {
            path,
            problem: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;
