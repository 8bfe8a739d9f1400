//! The tables that leave the program, each in its own file.
//!
//! In: a study, or an analysis. Out: rows of cells into a [`Sink`] (CSV, JSON,
//! Parquet). Column names and
//! their order are fixed here and nowhere else; new columns come at the end.

pub mod angles;
pub mod cell;
pub mod csv;
pub mod curves;
pub mod events;
pub mod json;
pub mod limbs;
pub mod mot;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod recordings;
pub mod sessions;
pub mod stance;
pub mod strides;

pub use cell::Cell;
pub use csv::CsvSink;
pub use json::JsonSink;
#[cfg(feature = "parquet")]
pub use parquet::ParquetSink;

/// What the cells of a column hold. An empty cell is allowed in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text or words.
    Text,
    /// Numbers and seconds.
    Number,
    /// Whole numbers.
    Count,
    /// `true` or `false`.
    Truth,
}

/// The kind of a column, for formats that declare it.
pub fn kind_of(column: &str) -> Kind {
    match column {
        "recording" | "subject" | "session" | "condition" | "side" | "status" | "reason"
        | "format" | "kind" | "label" | "label_left" | "label_right" | "finding" | "flags"
        | "content_hash" | "severity" | "excluded_because" | "events_source" | "drop_level"
        | "knee_trust" | "part_of" | "event" | "source" | "confidence" | "outcome" | "failure"
        | "level" | "invalid_because" | "standing_on" => Kind::Text,
        "frame" | "frames" | "strides" | "strides_left" | "strides_right" | "recordings"
        | "stride" | "pct" | "stance" => Kind::Count,
        "used" | "valid" => Kind::Truth,
        _ => Kind::Number,
    }
}

/// Takes a table row by row.
pub trait Sink {
    /// The column names; called once, first.
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()>;
    /// One row, as many cells as columns.
    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()>;
}
