//! Many recordings: discovery, parallel batch, store, tables.
//!
//! In: paths. Out: `study.sqlite` and its exports. See [`rows`] for what a study holds.

pub mod rows;
