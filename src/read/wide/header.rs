//! The lines of a wide table before its data: comments, names, units.

use std::collections::BTreeMap;

use super::names::{self, Axis, Column, Coordinate};
use crate::read::table::{self, Lines};
use crate::recording::LengthUnit;

/// What the lines before the data say.
pub(super) struct Header {
    /// Line of the names, counted from 1.
    pub line: usize,
    pub columns: Vec<Column>,
    /// Names as written, for messages.
    pub names: Vec<String>,
    pub delimiter: u8,
    /// `fs=100` of a comment line.
    pub rate_hz: Option<f64>,
}

/// Three columns of one label.
pub(super) struct Triple {
    pub label: String,
    /// Place among all columns of x, y and z.
    pub columns: [usize; 3],
    pub unit: Option<LengthUnit>,
    /// Unit as written, for results.
    pub written_unit: String,
}

/// Reads comments and the row (or rows) of names and units; `None` when there are no names.
pub(super) fn read(lines: &mut Lines<'_>) -> Option<Header> {
    let mut rate_hz = None;
    let (line_number, names_line) = loop {
        let line_number = lines.line_number();
        let line = lines.next()?;
        let text = line.trim_ascii();
        if text.is_empty() || text.to_ascii_lowercase().starts_with(b"sep=") {
            continue;
        }
        if text.starts_with(b"#") || text.starts_with(b"//") || text.starts_with(b"%") {
            rate_hz = rate_hz.or(rate_of_comment(text));
            continue;
        }
        break (line_number, line);
    };
    let delimiter = delimiter(names_line);
    let mut names = table::header_cells(names_line, delimiter);
    if !names
        .iter()
        .any(|name| name.contains(|c: char| c.is_alphabetic()))
    {
        return None;
    }
    let mut ahead = lines.clone();
    if let Some(second) = ahead.next() {
        let axes = table::header_cells(second, delimiter);
        if let Some(combined) = names::with_axis_row(&names, &axes) {
            names = combined;
            *lines = ahead;
        }
    }
    let mut units = Vec::new();
    let mut ahead = lines.clone();
    if let Some(line) = ahead.next() {
        let cells = table::header_cells(line, delimiter);
        if names::is_unit_row(&cells) {
            units = cells;
            *lines = ahead;
        }
    }
    let columns = names::columns(&names, &units);
    Some(Header {
        line: line_number,
        columns,
        names,
        delimiter,
        rate_hz,
    })
}

/// `// fs=100 nSamples=955`, `# rate: 100 Hz`.
fn rate_of_comment(line: &[u8]) -> Option<f64> {
    let text = table::decoded(line).to_lowercase();
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | ',' | ';' | '/' | '#'))
        .filter(|word| !word.is_empty());
    words.find(|word| matches!(*word, "fs" | "rate" | "rate_hz" | "hz" | "frequency"))?;
    words
        .next()?
        .trim_end_matches("hz")
        .parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
}

fn delimiter(line: &[u8]) -> u8 {
    // `LASI X (mm)` holds blanks, so blanks never separate.
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|d| line.iter().filter(|b| *b == d).count())
        .unwrap_or(b',')
}

/// Labels with x, y and z, in the order of their first column.
pub(super) fn triples(columns: &[Column]) -> Vec<Triple> {
    #[derive(Default)]
    struct Axes<'a> {
        places: [Option<usize>; 3],
        unit: &'a str,
    }
    let mut found: BTreeMap<&str, Axes<'_>> = BTreeMap::new();
    for (index, column) in columns.iter().enumerate() {
        if let Column::Coordinate(Coordinate { label, axis, unit }) = column {
            let axes = found.entry(label).or_default();
            let place = match axis {
                Axis::X => &mut axes.places[0],
                Axis::Y => &mut axes.places[1],
                Axis::Z => &mut axes.places[2],
            };
            // A repeated name: the first column stays.
            place.get_or_insert(index);
            if axes.unit.is_empty() {
                axes.unit = unit;
            }
        }
    }
    let mut triples: Vec<Triple> = found
        .into_iter()
        .filter_map(|(label, axes)| {
            let [x, y, z] = axes.places;
            Some(Triple {
                label: label.to_owned(),
                columns: [x?, y?, z?],
                unit: LengthUnit::parse(axes.unit),
                written_unit: axes.unit.to_owned(),
            })
        })
        .collect();
    triples.sort_by_key(|triple| triple.columns.into_iter().min());
    triples
}
