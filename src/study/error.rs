//! Why a study could not be made at all. A recording that fails is not an error but a row.

use std::path::PathBuf;

/// Why a study could not be made, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A given path is not there.
    #[error("{}: {}", path.display(), crate::read::why_unreadable(error))]
    NoSuchPath {
        /// The path.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Two recordings would have one name.
    #[error(
        "a recording under the given paths is called {name} too; give the one on standard input another name: --stdin-name"
    )]
    NameTaken {
        /// The name.
        name: String,
    },
    /// No recording under the given paths.
    #[error(
        "no recordings under {paths} ({skipped} other files); hipdrop reads C3D, TRC, Vicon Nexus \
         CSV and plain CSV with columns like LASI_X, LASI_Y, LASI_Z"
    )]
    NothingFound {
        /// The paths.
        paths: String,
        /// Files that do not look like recordings.
        skipped: usize,
    },
    /// The subjects table cannot be used.
    #[error("subjects table {}: {problem}", path.display())]
    Subjects {
        /// The file.
        path: PathBuf,
        /// Where and why.
        problem: String,
    },
    /// The static trial cannot be used.
    #[error("static trial {}: {problem}", path.display())]
    Static {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The events table cannot be used.
    #[error("events table {}: {problem}", path.display())]
    Events {
        /// The file.
        path: PathBuf,
        /// Where and why.
        problem: String,
    },
    /// The study holds names where pseudonyms were asked for, or the other way round.
    #[error("{}: {problem}", path.display())]
    OtherNames {
        /// The study.
        path: PathBuf,
        /// What it holds, and what to do.
        problem: &'static str,
    },
    /// There is no study where one was asked for.
    #[error("{}: no study here; `hipdrop analyze PATH --out DIR` makes one", path.display())]
    NoStudy {
        /// Where the database should be.
        path: PathBuf,
    },
    /// A database of another program.
    #[error("{}: not a study of hipdrop; it was left alone, choose another --out", path.display())]
    ForeignStore {
        /// The database.
        path: PathBuf,
    },
    /// An output folder that holds something else.
    #[error(
        "{}: the folder holds no study of hipdrop but {foreign}; nothing was written, choose an \
         empty folder or another --out",
        path.display()
    )]
    ForeignFolder {
        /// The folder.
        path: PathBuf,
        /// The first entry that is not ours.
        foreign: String,
    },
    /// A file that is in the way of a table.
    #[error("{}: {problem}; nothing was written, move it away or choose another --out", path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
        /// What it is.
        problem: &'static str,
    },
    /// A study of a newer version of this program.
    #[error(
        "{}: written by a newer version of hipdrop (study version {found}, this one knows \
         {expected}); use that version, or choose another --out",
        path.display()
    )]
    NewerVersion {
        /// The database.
        path: PathBuf,
        /// Version found.
        found: i64,
        /// Version of this program.
        expected: i64,
    },
    /// A study of an older version that cannot be brought up to date.
    #[error(
        "{}: written by an older version of hipdrop (study version {found}, this one reads \
         {expected}) and cannot be brought up to date here ({problem}); copy the study to a folder \
         that can be written",
        path.display()
    )]
    OlderVersion {
        /// The database.
        path: PathBuf,
        /// Version found.
        found: i64,
        /// Version of this program.
        expected: i64,
        /// Why not.
        problem: String,
    },
    /// The user has stopped joining studies.
    #[error("stopped: {} is not complete; run the same command again", path.display())]
    MergeStopped {
        /// The study folder.
        path: PathBuf,
    },
    /// Studies that cannot be made one.
    #[error("{}: cannot be joined: {problem}", path.display())]
    Merge {
        /// The study that does not fit.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// A file of a study of Parquet files.
    #[error("{}: {problem}", path.display())]
    ParquetFolder {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Another process has the study open.
    #[error(
        "{}: another run is using this folder; wait for it, or choose another --out",
        path.display()
    )]
    Busy {
        /// The folder or database.
        path: PathBuf,
    },
    /// No space is left.
    #[error(
        "{}: no space left on the disk; the recordings that were done are stored: free some space \
         and run the same command again to go on",
        path.display()
    )]
    DiskFull {
        /// What could not be written.
        path: PathBuf,
    },
    /// The user has stopped the run.
    #[error(
        "stopped: {stored} of {planned} recordings are stored in {}; run the same command again to \
         go on",
        path.display()
    )]
    Stopped {
        /// The study folder.
        path: PathBuf,
        /// Recordings of this run that are stored.
        stored: usize,
        /// Recordings of this run.
        planned: usize,
    },
    /// The database cannot be read or written.
    #[error("{}: {problem}", path.display())]
    Store {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        problem: String,
    },
    /// A folder or file cannot be written.
    #[error("{}: cannot be written ({error})", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

impl StudyError {
    /// No recording under `paths`, where `skipped` other files lie.
    pub fn nothing_found(paths: &[PathBuf], skipped: usize) -> StudyError {
        let paths: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        StudyError::NothingFound {
            paths: paths.join(", "),
            skipped,
        }
    }
}
