//! A table as CSV.
//!
//! In: cells. Out: comma-separated lines that end in `\n`; text that a spreadsheet would take for
//! a formula is guarded with `'`, line breaks in text are written as `\n`,
//! characters that steer a terminal or the direction of writing as `\u{…}`.

use super::Sink;
use super::cell::{Cell, push_fixed, push_significant};
use crate::recording::visible;
use std::borrow::Cow;
use std::io::Write;

/// Writes CSV to any writer.
pub struct CsvSink<W: Write> {
    writer: csv::Writer<W>,
    number: String,
}

impl<W: Write> CsvSink<W> {
    /// A sink over `writer`.
    pub fn new(writer: W) -> CsvSink<W> {
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(writer);
        CsvSink {
            writer,
            number: String::new(),
        }
    }

    /// Flushes and hands the writer back.
    pub fn into_inner(self) -> anyhow::Result<W> {
        // the error of into_inner carries the writer, which need not be printable
        self.writer
            .into_inner()
            .map_err(|e| anyhow::Error::new(std::io::Error::from(e.error().kind())))
    }

    fn write_number(
        &mut self,
        value: Option<f64>,
        push: impl Fn(&mut String, f64),
    ) -> csv::Result<()> {
        self.number.clear();
        if let Some(value) = value {
            push(&mut self.number, value);
        }
        self.writer.write_field(&self.number)
    }

    fn write_cell(&mut self, cell: &Cell) -> csv::Result<()> {
        match cell {
            Cell::Text(text) => self.writer.write_field(safe_text(text).as_bytes()),
            Cell::Word(word) => self.writer.write_field(word),
            Cell::Number(value) => self.write_number(*value, push_significant),
            Cell::Time(seconds) => self.write_number(*seconds, |out, v| push_fixed(out, v, 4)),
            Cell::Count(count) => self.writer.write_field(count.to_string()),
            Cell::Truth(truth) => self
                .writer
                .write_field(if *truth { "true" } else { "false" }),
            Cell::Empty => self.writer.write_field(""),
        }
    }
}

impl<W: Write> Sink for CsvSink<W> {
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()> {
        // names of sensors come from files
        for column in columns {
            let name = safe_text(column);
            self.writer.write_field(name.as_bytes()).map_err(plain)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(plain)
    }

    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        for cell in cells {
            self.write_cell(cell).map_err(plain)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(plain)
    }
}

/// The error of the writer below, where that is what failed.
fn plain(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("{other:?}"),
    }
}

/// Text for a cell: a leading `=`, `+`, `-`, `@`, tab or carriage return gets a `'` before it, so
/// that no spreadsheet runs a name as a formula; line breaks become `\n`.
pub fn safe_text(text: &str) -> Cow<'_, str> {
    let guarded = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !guarded && !text.contains(['\n', '\r']) {
        return visible(text);
    }
    let one_line = text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n");
    let shown = visible(&one_line);
    Cow::Owned(if guarded {
        format!("'{shown}")
    } else {
        shown.into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_lines_kept_whole() {
        for (text, cell) in [
            ("walk-1", "walk-1"),
            ("=1+1", "'=1+1"),
            ("+x", "'+x"),
            ("-x", "'-x"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "'\\nx"),
            ("a\r\nb\nc", "a\\nb\\nc"),
            ("=a\u{1b}\u{202e}b", "'=a\\u{1b}\\u{202e}b"),
        ] {
            assert_eq!(safe_text(text), cell);
        }
    }

    #[test]
    fn names_of_columns_are_guarded_too() {
        let mut sink = CsvSink::new(Vec::new());
        sink.header(&["frame", "=1+1_qw", "a\nb"]).unwrap();
        let text = String::from_utf8(sink.into_inner().unwrap()).unwrap();
        assert_eq!(text, "frame,'=1+1_qw,a\\nb\n");
    }

    #[test]
    fn a_row_is_one_line() {
        let mut sink = CsvSink::new(Vec::new());
        sink.header(&["a", "b", "c", "d", "e", "f"]).unwrap();
        sink.row(&[
            Cell::text("x,\"y\"\nz"),
            Cell::number(-1.23456789),
            Cell::time(2.0),
            Cell::Truth(true),
            Cell::Empty,
            Cell::Count(7),
        ])
        .unwrap();
        let text = String::from_utf8(sink.into_inner().unwrap()).unwrap();
        assert_eq!(
            text,
            "a,b,c,d,e,f\n\"x,\"\"y\"\"\\nz\",-1.23457,2.0000,true,,7\n"
        );
    }
}
