//! The tables that leave the program, each in its own file.
//!
//! In: a study, or an analysis. Out: rows of cells into a [`Sink`] (CSV, JSON). Column names and
//! their order are fixed here and nowhere else; new columns come at the end.

pub mod angles;
pub mod cell;
pub mod csv;
pub mod curves;
pub mod events;
pub mod json;
pub mod limbs;
pub mod recordings;
pub mod sessions;
pub mod strides;

pub use cell::Cell;
pub use csv::CsvSink;
pub use json::JsonSink;

/// Takes a table row by row.
pub trait Sink {
    /// The column names; called once, first.
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()>;
    /// One row, as many cells as columns.
    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()>;
}
