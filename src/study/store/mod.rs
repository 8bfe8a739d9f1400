//! `study.sqlite`: what was found out, one transaction per recording.
//!
//! In: results of recordings and sessions. Out: the same rows again, sorted by name, for tables
//! and report ([`StudyData`](super::rows::StudyData)).

mod read;
mod schema;
mod write;

pub use read::{PoolMember, Stored};
pub use write::{PooledSession, RecordingResult, SecondPass};

use super::StudyError;
use super::rows::Provenance;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long to wait for another process that is reading or writing the same study.
const BUSY: Duration = Duration::from_secs(2);

/// An open study.
pub struct Store {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Store {
    /// Opens the study for writing, making it when there is none.
    pub fn create(path: &Path) -> Result<Store, StudyError> {
        let store = Store::connect(path, OpenFlags::default())?;
        store.prepare().map_err(|e| store.error(e))?;
        store.check_kind()?;
        store.use_journal().map_err(|e| store.error(e))?;
        Ok(store)
    }

    /// Opens a finished study for reading.
    pub fn open(path: &Path) -> Result<Store, StudyError> {
        if !path.is_file() {
            return Err(StudyError::NoStudy {
                path: path.to_owned(),
            });
        }
        let store = Store::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        store.check_kind()?;
        Ok(store)
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

    fn use_journal(&self) -> rusqlite::Result<()> {
        let connection = self.connection();
        // one writer at a time: two runs into one folder would take each other's rows away
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)
    }

    /// Refuses databases of other programs and of other versions of this one.
    fn check_kind(&self) -> Result<(), StudyError> {
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
        if found != schema::VERSION {
            return Err(StudyError::OtherVersion {
                path: self.path.clone(),
                found,
                expected: schema::VERSION,
            });
        }
        Ok(())
    }

    /// Writes everything into the one file: afterwards it can be copied, and read from a folder
    /// that cannot be written.
    pub fn finish(&self) -> Result<(), StudyError> {
        let finish = || {
            let connection = self.connection();
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "locking_mode", "NORMAL")?;
            // the lock is let go at the next access
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        };
        finish().map_err(|e| self.error(e))
    }

    /// Stores how the results were made.
    pub fn set_provenance(&self, provenance: &Provenance) -> anyhow::Result<()> {
        self.connection().execute(
            "INSERT OR REPLACE INTO study (name, value) VALUES ('provenance', ?1)",
            [serde_json::to_string(provenance)?],
        )?;
        Ok(())
    }

    /// How the results were made; default when nothing was stored yet.
    fn stored_provenance(&self) -> anyhow::Result<Provenance> {
        let text: Option<String> = self
            .connection()
            .query_row(
                "SELECT value FROM study WHERE name = 'provenance'",
                [],
                |row| row.get(0),
            )
            .optional()?;
        Ok(match text {
            Some(text) => serde_json::from_str(&text)?,
            None => Provenance::default(),
        })
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
        _ => StudyError::Store {
            path,
            problem: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;
