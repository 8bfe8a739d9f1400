//! Many recordings: discovery, parallel batch, store, tables.
//!
//! In: paths and what the user knows about the subjects ([`Request`]). Out: `study.sqlite` and the
//! tables made from it. [`rows`] says what a study holds; [`rows::StudyData`] is how the report
//! reads it.
//!
//! The way through: [`discover`] finds the recordings, [`workers`] take them, [`one`] analyses each
//! (in parallel, one transaction per recording), [`pool`] hands the static trial of a session to its
//! walking trials and pools their strides, [`export`] writes the tables.

mod alone;
pub mod batch;
pub mod body_size;
pub mod discover;
mod error;
pub mod export;
pub mod identity;
pub mod long;
pub mod memory;
pub mod merge;
pub mod norm_builder;
pub mod one;
pub mod out_folder;
#[cfg(feature = "parquet")]
pub mod parquet_folder;
pub mod pool;
pub mod pseudonyms;
pub mod rows;
pub mod same_walk;
mod session_order;
pub mod shard;
pub mod store;
pub mod subjects;
pub mod summary;
pub mod tables;
pub mod watch;
pub mod whole;
pub mod workers;

pub use alone::with_static_trial;
pub use batch::{Progress, Request, Summary, run};
pub use error::StudyError;
pub use session_order::session_order;
pub use store::Store;
pub use watch::WatchRequest;

use std::path::{Path, PathBuf};

/// Name of the database in a study folder.
pub const STORE_NAME: &str = "study.sqlite";

/// Opens the study in `path` for reading: a study folder, its `study.sqlite`, or a folder of Parquet
/// files.
pub fn open(path: &Path) -> anyhow::Result<Store> {
    #[cfg(feature = "parquet")]
    if parquet_folder::is_one(path) {
        return parquet_folder::open(path);
    }
    Ok(Store::open(&database(path))?)
}

/// The database of a study folder, or of the path of the database itself.
fn database(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.join(STORE_NAME),
        false => path.to_owned(),
    }
}
