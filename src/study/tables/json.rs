//! A table as JSON: an array with one object per row.
//!
//! In: cells. Out: the same numbers as in CSV, exact text, `null` = not available.

use super::Sink;
use super::cell::{Cell, push_fixed, push_significant};
use std::io::Write;

/// Writes JSON to any writer; call [`JsonSink::into_inner`] to close the array.
pub struct JsonSink<W: Write> {
    writer: W,
    columns: Vec<String>,
    rows: usize,
}

impl<W: Write> JsonSink<W> {
    /// A sink over `writer`.
    pub fn new(writer: W) -> JsonSink<W> {
        JsonSink {
            writer,
            columns: Vec::new(),
            rows: 0,
        }
    }

    /// Closes the array and hands the writer back.
    pub fn into_inner(mut self) -> anyhow::Result<W> {
        self.writer
            .write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
        Ok(self.writer)
    }
}

impl<W: Write> Sink for JsonSink<W> {
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()> {
        self.columns = columns
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        let mut line = String::from(if self.rows == 0 { "[\n{" } else { ",\n{" });
        push_fields(
            &mut line,
            self.columns.iter().map(String::as_str).zip(cells),
        )?;
        line.push('}');
        self.writer.write_all(line.as_bytes())?;
        self.rows += 1;
        Ok(())
    }
}

/// Appends `"name":value` for every field; names are JSON strings already, with their quotes.
pub fn push_fields<'a>(
    out: &mut String,
    fields: impl Iterator<Item = (&'a str, &'a Cell)>,
) -> anyhow::Result<()> {
    for (name, cell) in fields {
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push_str(name);
        out.push(':');
        push_value(out, cell)?;
    }
    Ok(())
}

/// Appends a cell as a JSON value.
fn push_value(out: &mut String, cell: &Cell) -> anyhow::Result<()> {
    let start = out.len();
    match cell {
        // what is empty in CSV is null
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => out.push_str(&serde_json::to_string(text)?),
        Cell::Word(word) => out.push_str(&serde_json::to_string(word)?),
        Cell::Number(Some(value)) => push_significant(out, *value),
        Cell::Time(Some(seconds)) => push_fixed(out, *seconds, 4),
        Cell::Count(count) => out.push_str(&count.to_string()),
        Cell::Truth(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Cell::Number(None) | Cell::Time(None) | Cell::Empty => {}
    }
    if out.len() == start {
        out.push_str("null");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_objects_with_exact_text() {
        let mut sink = JsonSink::new(Vec::new());
        sink.header(&["name", "x", "t"]).unwrap();
        let cells = [Cell::text("=a\nb"), Cell::number(f64::NAN), Cell::time(1.5)];
        sink.row(&cells).unwrap();
        sink.row(&cells).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&sink.into_inner().unwrap()).unwrap();
        assert_eq!(value.as_array().unwrap().len(), 2);
        assert_eq!(value[0]["name"], "=a\nb");
        assert!(value[0]["x"].is_null());
        assert_eq!(value[1]["t"], 1.5);
    }

    #[test]
    fn no_rows_is_an_empty_array() {
        let sink = JsonSink::new(Vec::new());
        assert_eq!(sink.into_inner().unwrap(), b"[]\n");
    }
}
