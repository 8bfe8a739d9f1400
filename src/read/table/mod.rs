//! The one scanner of numeric tables that all text formats share.
//!
//! In: a text and its [`Dialect`]. Out: lines, split header cells, and [`Numbers`]: one column of
//! f64 per wanted column, blank cells NaN. Errors carry line and column. No allocation per cell.

mod clock;
mod delimiters;
mod four;
mod number;
mod resample;
mod rows;
mod steps;
mod timing;

pub(crate) use clock::Clock;
pub(crate) use number::cell as number;
pub(crate) use rows::{Numbers, Wanted, numbers};
pub(crate) use timing::Timing;

/// How cells are separated and numbers written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Byte between cells.
    pub delimiter: u8,
    /// Byte before the decimals.
    pub decimal_sign: u8,
}

/// A position in a text that hands out lines.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    /// Number of the line that begins at `at`, counted from 1.
    line: usize,
}

impl<'a> Lines<'a> {
    /// The lines of a text; a byte order mark is skipped.
    pub(crate) fn new(text: &'a [u8]) -> Lines<'a> {
        Lines {
            text: text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text),
            at: 0,
            line: 1,
        }
    }

    /// The lines of a part of a text that begins with its line `line`.
    pub(crate) fn at_line(text: &'a [u8], line: usize) -> Lines<'a> {
        Lines { text, at: 0, line }
    }

    /// Number of the next line, counted from 1.
    pub(crate) fn line_number(&self) -> usize {
        self.line
    }

    /// Passes over the rest of the line, which ends at `end`, and its end mark.
    fn pass(&mut self, end: usize) {
        self.at = end;
        self.at += match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.line += 1;
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    /// The next line without its end (LF, CR LF or CR).
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .iter()
            .position(|&b| b == b'\n' || b == b'\r')
            .unwrap_or(rest.len());
        let line = rest.get(..end);
        self.pass(self.at + end);
        line
    }
}

/// Text of a file as far as it can be decoded: UTF-8, else Latin-1.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&b| char::from(b)).collect(),
    }
}

/// Columns that are looked at; a line with more is not a row of names, and its cells would take
/// many times its length.
pub(crate) const COLUMNS_MAX: usize = 100_000;

/// The cells of a header line (at most [`COLUMNS_MAX`]), trimmed, with quotes resolved.
pub(crate) fn header_cells(line: &[u8], delimiter: u8) -> Vec<String> {
    let end = line
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == delimiter)
        .nth(COLUMNS_MAX - 1)
        .map_or(line.len(), |(end, _)| end);
    let line = line.get(..end).unwrap_or_default();
    let trimmed = |cell: &[u8]| decoded(cell).trim().to_owned();
    if line.is_empty() {
        return Vec::new();
    }
    if !line.contains(&b'"') {
        return line.split(|&b| b == delimiter).map(trimmed).collect();
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(line);
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(trimmed).collect(),
        _ => Vec::new(),
    }
}

/// True when a line holds nothing but delimiters and blanks.
pub(crate) fn is_blank(line: &[u8], delimiter: u8) -> bool {
    line.iter()
        .all(|&b| b == delimiter || b.is_ascii_whitespace() || b == b'"')
}

/// The same text with one tab for each run of blanks, so that lines keep their numbers.
pub(crate) fn tabs_for_spaces(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let cells = line
            .split(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
            .filter(|cell| !cell.is_empty());
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                text.push(b'\t');
            }
            text.extend_from_slice(cell);
        }
        text.push(b'\n');
    }
    text
}

/// Lines that are looked through for decimal commas.
const DIALECT_LINES: usize = 20;

/// Decimal commas where the comma does not separate cells and stands between digits.
pub(crate) fn decimal_sign(lines: &Lines<'_>, delimiter: u8) -> u8 {
    let between_digits = |line: &[u8]| {
        line.windows(3)
            .any(|w| matches!(w, [a, b',', b] if a.is_ascii_digit() && b.is_ascii_digit()))
    };
    if delimiter != b',' && lines.clone().take(DIALECT_LINES).any(between_digits) {
        b','
    } else {
        b'.'
    }
}
