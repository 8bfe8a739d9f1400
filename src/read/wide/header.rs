//! The lines of a table before its data: comments, names, units.

use super::names::{self, Axis, Column, Coordinate};
use super::{long, mapped};
use crate::read::Map;
use crate::read::table::{self, Lines};
use crate::recording::LengthUnit;

/// Lines that are looked through for the names of the columns: exports begin with some of their own.
const PREAMBLE_LINES: usize = 40;

/// What the lines before the data say.
pub(super) struct Header {
    /// Line of the names, counted from 1.
    pub line: usize,
    pub columns: Vec<Column>,
    /// Names as written, for messages; empty when there are none.
    pub names: Vec<String>,
    /// Unit of every column, as written in its name or below it; empty when there is none.
    pub units: Vec<String>,
    pub delimiter: u8,
    /// `fs=100` of a comment line.
    pub rate_hz: Option<f64>,
    /// The row below the names holds nearly nothing but numbers.
    pub over_numbers: bool,
}

/// Three columns of one label.
pub(super) struct Triple {
    pub label: String,
    /// Place among all columns of x, y and z.
    pub columns: [usize; 3],
    /// A point of a picture: there is no z, and the column of y stands in its place.
    pub in_picture: bool,
    pub unit: Option<LengthUnit>,
    /// Unit as written, for results.
    pub written_unit: String,
}

/// Reads comments and the row (or rows) of names and units. `None` when there are no names and the
/// map asks for none.
///
/// The names stand in the first line that names the x, y and z of a marker or stands over numbers,
/// else in the first that is no comment.
pub(super) fn read(lines: &mut Lines<'_>, map: &Map) -> Option<Header> {
    if let Some(count) = map.table.header_lines {
        return read_given(lines, map, count);
    }
    let mut rate_hz = None;
    let mut delimiter = map.table.delimiter_byte();
    let mut first: Option<(Header, Lines<'_>)> = None;
    let mut ahead = lines.clone();
    for _ in 0..PREAMBLE_LINES {
        let mut after = ahead.clone();
        let Some(line) = after.next() else { break };
        let text = line.trim_ascii();
        if let Some(sign) = separator_line(text) {
            delimiter = delimiter.or(sign);
        } else if is_comment(text) {
            rate_hz = rate_hz.or(rate_of_comment(text));
        } else if !text.is_empty() {
            let mut rows = ahead.clone();
            if let Some(mut header) = names_at(&mut rows, delimiter, map) {
                header.over_numbers = stands_over_numbers(&header, &rows);
                let is_table = tells_markers(&header) || header.over_numbers;
                if is_table || first.is_none() {
                    first = Some((header, rows));
                }
                if is_table {
                    break;
                }
            } else if first.is_none() && map.names_columns() {
                first = Some((without_names(line, delimiter, &ahead, map), ahead.clone()));
                break;
            } else if first.is_none() {
                return None; // a number where the names should be
            }
            rate_hz = rate_hz.or(rate_of_comment(text));
        }
        ahead = after;
    }
    let (mut header, rows) = first?;
    header.rate_hz = rate_hz;
    *lines = rows;
    Some(header)
}

/// The first `count` lines, as the map says: the first that has names, then axes, then units.
fn read_given(lines: &mut Lines<'_>, map: &Map, count: usize) -> Option<Header> {
    let mut rows = lines.clone();
    for _ in 0..count {
        rows.next()?;
    }
    let mut found = None;
    for _ in 0..count {
        let line = lines.clone().next()?;
        let text = line.trim_ascii();
        if !text.is_empty() && !is_comment(text) && separator_line(text).is_none() {
            found = names_at(&mut lines.clone(), map.table.delimiter_byte(), map);
            if found.is_some() {
                break;
            }
        }
        lines.next();
    }
    *lines = rows.clone();
    let first_row = rows.next()?;
    Some(found.unwrap_or_else(|| without_names(first_row, map.table.delimiter_byte(), lines, map)))
}

/// The names in the next line, with the axes and units in the lines below it; `None` when the line
/// has no words.
fn names_at(lines: &mut Lines<'_>, delimiter: Option<u8>, map: &Map) -> Option<Header> {
    let line = lines.line_number();
    let names_line = lines.next()?;
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(names_line, lines));
    let cells = |line: &[u8]| table::header_cells(&tabbed(line, delimiter), tab(delimiter));
    let mut names = cells(names_line);
    if !names
        .iter()
        .any(|name| name.contains(|c: char| c.is_alphabetic()))
    {
        return None;
    }
    let mut ahead = lines.clone();
    if let Some(second) = ahead.next()
        && let Some(combined) = names::with_axis_row(&names, &cells(second))
    {
        names = combined;
        *lines = ahead;
    }
    let mut below = Vec::new();
    let mut ahead = lines.clone();
    if let Some(line) = ahead.next() {
        let cells = cells(line);
        if names::is_unit_row(&cells) {
            below = cells;
            *lines = ahead;
        }
    }
    let columns = mapped::columns(names::columns(&names, &below), &names, &below, map);
    let units = names.iter().enumerate().map(|(index, name)| {
        let own = names::split_unit(name).1;
        let below = || below.get(index).cloned().unwrap_or_default();
        if own.is_empty() {
            below()
        } else {
            own.to_owned()
        }
    });
    Some(Header {
        line,
        units: units.collect(),
        columns,
        names,
        delimiter,
        rate_hz: None,
        over_numbers: false,
    })
}

/// A table that begins with its numbers: columns are known by number alone.
fn without_names(row: &[u8], delimiter: Option<u8>, lines: &Lines<'_>, map: &Map) -> Header {
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(row, lines));
    let count = table::header_cells(&tabbed(row, delimiter), tab(delimiter)).len();
    let names = vec![String::new(); count];
    Header {
        line: lines.line_number(),
        columns: mapped::columns(vec![Column::Other; count], &names, &[], map),
        units: names.clone(),
        names,
        delimiter,
        rate_hz: None,
        over_numbers: true,
    }
}

/// A table that begins with rows of at least three numbers; `None` for anything else.
pub(super) fn numbered(lines: &Lines<'_>) -> Option<Header> {
    let mut at = lines.clone();
    let row = loop {
        let line = at.clone().next()?;
        let text = line.trim_ascii();
        if !text.is_empty() && !is_comment(text) {
            break line;
        }
        at.next();
    };
    let header = without_names(row, None, &at, &Map::default());
    let cells = table::header_cells(&tabbed(row, header.delimiter), tab(header.delimiter));
    (cells.len() >= 3 && cells.iter().all(is_number)).then_some(header)
}

/// True when some columns are the x, y and z of a marker, or of the marker that each row names.
fn tells_markers(header: &Header) -> bool {
    !triples(&header.columns).is_empty() || long::Columns::of(header).is_some()
}

/// True when the row below has as many cells and nearly all of them are numbers or blank: the names
/// of a table, of whatever it is.
fn stands_over_numbers(header: &Header, below: &Lines<'_>) -> bool {
    let row = below.clone().next().unwrap_or_default();
    let cells = table::header_cells(&tabbed(row, header.delimiter), tab(header.delimiter));
    let numbers = cells.iter().filter(|cell| is_number(cell)).count();
    cells.len() >= 3 && cells.len() == header.names.len() && numbers + 1 >= cells.len()
}

fn is_number(cell: &String) -> bool {
    let mut signs = [b'.', b','].into_iter();
    signs.any(|sign| table::number(cell.as_bytes(), sign).is_some())
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"//") || line.starts_with(b"%")
}

/// `sep=;` → the delimiter it names, if any.
fn separator_line(line: &[u8]) -> Option<Option<u8>> {
    let (key, rest) = line.split_at_checked(4)?;
    key.eq_ignore_ascii_case(b"sep=")
        .then(|| rest.first().copied().filter(u8::is_ascii_punctuation))
}

/// `// fs=100 nSamples=955`, `# rate: 100 Hz`, `Frame rate;120`.
fn rate_of_comment(line: &[u8]) -> Option<f64> {
    let text = table::decoded(line).to_lowercase();
    let is_separator =
        |c: char| c.is_whitespace() || matches!(c, '=' | ':' | ',' | ';' | '/' | '#' | '"');
    let mut words = text.split(is_separator).filter(|word| !word.is_empty());
    words.find(|word| matches!(*word, "fs" | "rate" | "rate_hz" | "hz" | "frequency"))?;
    words
        .find(|word| !matches!(*word, "hz" | "(hz)" | "[hz]"))?
        .trim_end_matches("hz")
        .parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
}

/// What separates the cells of a line of names: the most frequent of the usual signs; blanks only
/// where there is no other and the next line has as many words (`LASI X (mm)` holds blanks).
fn delimiter_of(line: &[u8], below: &Lines<'_>) -> u8 {
    let count = |sign: u8| line.iter().filter(|b| **b == sign).count();
    let sign = [b'|', b';', b'\t', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .filter(|sign| count(*sign) > 0);
    let words = |line: &[u8]| {
        line.split(u8::is_ascii_whitespace)
            .filter(|w| !w.is_empty())
            .count()
    };
    sign.unwrap_or_else(|| {
        let next = below.clone().next().unwrap_or_default();
        let is_spaced = words(line) >= 4 && words(line) == words(next);
        if is_spaced { b' ' } else { b',' }
    })
}

/// A line whose cells are separated by runs of blanks, with a tab for each run.
fn tabbed(line: &[u8], delimiter: u8) -> std::borrow::Cow<'_, [u8]> {
    if delimiter == b' ' {
        table::tabs_for_spaces(line)
            .trim_ascii_end()
            .to_vec()
            .into()
    } else {
        line.into()
    }
}

fn tab(delimiter: u8) -> u8 {
    if delimiter == b' ' { b'\t' } else { delimiter }
}

/// Labels with x, y and z, in the order of their first column.
pub(super) fn triples(columns: &[Column]) -> Vec<Triple> {
    use std::collections::BTreeMap;
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
                in_picture: false,
                unit: LengthUnit::parse(axes.unit),
                written_unit: axes.unit.to_owned(),
            })
        })
        .collect();
    triples.sort_by_key(|triple| triple.columns.into_iter().min());
    triples
}
