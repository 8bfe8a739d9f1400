//! Rows of numbers into columns.

use super::delimiters::Delimiters;
use super::four::four_decimals;
use super::{Dialect, Lines, is_blank, number};
use crate::read::ReadError;

/// What to do with the cells of a table.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// For every column of the file: is it read? Cells of the others may hold anything; cells
    /// beyond the last are ignored.
    pub columns: Vec<bool>,
    /// A blank row ends the table (else it is skipped).
    pub ends_at_blank_row: bool,
}

/// The numbers of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Numbers {
    /// One column per wanted column, all equally long; NaN = blank or missing.
    pub columns: Vec<Vec<f64>>,
    /// Line of the file of every row, counted from 1.
    pub lines: Vec<usize>,
    /// A row had numbers beyond the last column of `Wanted`.
    pub has_more_columns: bool,
}

/// Reads rows until the end of the text (or a blank row).
///
/// A row may be shorter than the table: what is missing at its end is NaN. The sum of such cells
/// is limited, so that memory stays proportional to the text.
pub(crate) fn numbers(
    lines: &mut Lines<'_>,
    dialect: Dialect,
    wanted: &Wanted,
) -> Result<Numbers, ReadError> {
    let mut scanner = Scanner::new(dialect, wanted, lines.rest().len());
    scanner.scan(lines)?;
    Ok(scanner.numbers)
}

/// Rows from whose length the number of rows is told.
const ROWS_WEIGHED: usize = 8;

/// Rows that are read before they are appended to their columns: a cache line of each column.
const ROWS_TOGETHER: usize = 8;

/// A table on its way into columns.
struct Scanner<'w> {
    dialect: Dialect,
    wanted: &'w Wanted,
    numbers: Numbers,
    /// The latest rows: their cells of every column of the file.
    latest: Vec<[f64; ROWS_TOGETHER]>,
    /// How many rows they are.
    count: usize,
    /// Number of wanted columns.
    width: usize,
    /// Missing cells at the ends of rows so far.
    padding: usize,
    padding_max: usize,
    text_bytes: usize,
}

impl<'w> Scanner<'w> {
    /// A scanner for a text of about so many bytes.
    fn new(dialect: Dialect, wanted: &'w Wanted, text_bytes: usize) -> Scanner<'w> {
        let width = wanted.columns.iter().filter(|&&w| w).count();
        Scanner {
            dialect,
            wanted,
            numbers: Numbers {
                columns: vec![Vec::new(); width],
                ..Numbers::default()
            },
            latest: vec![[f64::NAN; ROWS_TOGETHER]; wanted.columns.len()],
            count: 0,
            width,
            padding: 0,
            padding_max: text_bytes.max(1 << 16),
            text_bytes,
        }
    }

    /// Reads rows until the end of the lines (or a blank row).
    fn scan(&mut self, lines: &mut Lines<'_>) -> Result<(), ReadError> {
        let begin = lines.at;
        let columns = self.wanted.columns.len();
        let mut delimiters = Delimiters::new(self.dialect.delimiter, begin, columns);
        let mut rows = 0;
        loop {
            if is_at_blank_row(lines, self.dialect) {
                if self.wanted.ends_at_blank_row || lines.next().is_none() {
                    break;
                }
                continue;
            }
            self.numbers.lines.push(lines.line_number());
            self.row(lines, &mut delimiters)?;
            rows += 1;
            if rows == ROWS_WEIGHED {
                self.reserve((lines.at - begin) / ROWS_WEIGHED);
            }
        }
        self.append();
        Ok(())
    }

    /// Reads one row behind the latest ones.
    fn row(&mut self, lines: &mut Lines<'_>, delimiters: &mut Delimiters) -> Result<(), ReadError> {
        let (text, columns) = (lines.text, self.latest.len());
        let mut end = memchr::memchr3(b'\n', b'\r', b'"', lines.rest())
            .map_or(text.len(), |length| lines.at + length);
        let quoted;
        let ends = if text.get(end) == Some(&b'"') {
            (quoted, end) = ends_of_cells(text, lines.at, self.dialect.delimiter, columns);
            &quoted[..]
        } else {
            delimiters.between(text, lines.at, end, columns)
        };
        self.cells(text, (lines.at, end), ends)
            .map_err(|column| not_a_number(text, (lines.at, end), ends, lines.line, column))?;
        if let Some(last) = ends.get(columns.wrapping_sub(1)) {
            let beyond = text.get(last + 1..end).unwrap_or_default();
            self.numbers.has_more_columns |= !is_blank(beyond, self.dialect.delimiter);
        }
        let line_number = lines.line;
        lines.pass(end);
        self.check_length(ends.len() + 1, line_number)?;
        self.count += 1;
        if self.count == ROWS_TOGETHER {
            self.append();
        }
        Ok(())
    }

    /// Reads the cells of the row from `begin` to `end` that end at `ends`, and one more if the
    /// table has more columns; what is missing at its end is NaN. An error is the number of the
    /// column that is not a number.
    fn cells(
        &mut self,
        text: &[u8],
        (begin, end): (usize, usize),
        ends: &[usize],
    ) -> Result<(), usize> {
        let row = self.count % ROWS_TOGETHER;
        let decimal_sign = self.dialect.decimal_sign;
        let (wanted, slots) = (&self.wanted.columns, &mut self.latest);
        let mut start = begin;
        let (groups, _) = ends.as_chunks::<4>();
        let in_groups = 4 * groups.len();
        let places = wanted
            .as_chunks::<4>()
            .0
            .iter()
            .zip(slots.as_chunks_mut::<4>().0);
        for (index, (ends, (wanted, slots))) in groups.iter().zip(places).enumerate() {
            let [a, b, c, d] = *ends;
            let cells = [(start, a), (a + 1, b), (b + 1, c), (c + 1, d)];
            let values = match wanted {
                [true, true, true, true] => four_decimals(text, cells, decimal_sign),
                _ => None,
            };
            let values = match values {
                Some(values) => values,
                None => four_cells(text, cells, *wanted, decimal_sign)
                    .map_err(|column| 4 * index + column)?,
            };
            for (slot, value) in slots.iter_mut().zip(values) {
                slot[row] = value;
            }
            start = d + 1;
        }
        let others = ends.iter().skip(in_groups).copied().chain([end]);
        let mut places = wanted.iter().zip(slots).skip(in_groups);
        for (index, (end, (&wanted, slot))) in others.zip(&mut places).enumerate() {
            slot[row] = if wanted {
                cell(text, start, end, decimal_sign).ok_or(in_groups + index)?
            } else {
                f64::NAN
            };
            start = end + 1;
        }
        places.for_each(|(_, slot)| slot[row] = f64::NAN);
        Ok(())
    }

    /// Refuses rows that are too short on the whole.
    fn check_length(&mut self, cells: usize, line: usize) -> Result<(), ReadError> {
        let missing = self
            .wanted
            .columns
            .iter()
            .skip(cells)
            .filter(|&&w| w)
            .count();
        self.padding += missing;
        if self.padding > self.padding_max {
            return Err(ReadError::new(
                format!("line {line}"),
                format!("{} cells", self.width - missing),
            )
            .expected(format!("{} as in the header", self.width))
            .advice("the rows do not belong to this header: export the file again"));
        }
        Ok(())
    }

    /// Appends the latest rows to the columns.
    fn append(&mut self) {
        let places = self.wanted.columns.iter().zip(&self.latest);
        let cells = places
            .filter(|(wanted, _)| **wanted)
            .map(|(_, cells)| cells);
        for (column, cells) in self.numbers.columns.iter_mut().zip(cells) {
            if self.count == ROWS_TOGETHER {
                // of known length
                column.extend_from_slice(cells);
            } else {
                column.extend_from_slice(cells.get(..self.count).unwrap_or_default());
            }
        }
        self.count = 0;
    }

    /// Makes room for the rows that are to be expected; the memory is touched when they come.
    fn reserve(&mut self, row_bytes: usize) {
        let rows = self.text_bytes / row_bytes.max(1);
        // the first rows are shorter than the later ones, because their numbers of frames are
        let rows = rows + rows / 16 + ROWS_WEIGHED;
        let rows = rows.min(self.text_bytes.max(1 << 12) / 2 / self.width.max(1));
        for column in &mut self.numbers.columns {
            column.reserve(rows);
        }
        self.numbers.lines.reserve(rows);
    }
}

/// True when the next line is blank, or there is none. Only lines that begin like a blank one are
/// looked through.
fn is_at_blank_row(lines: &Lines<'_>, dialect: Dialect) -> bool {
    match lines.rest().first() {
        None => true,
        Some(&b) if b == dialect.delimiter || b.is_ascii_whitespace() || b == b'"' => lines
            .clone()
            .next()
            .is_none_or(|line| is_blank(line, dialect.delimiter)),
        Some(_) => false,
    }
}

/// The values of four cells that are not all wanted short decimals; an error is the place of the
/// one that is not a number.
#[inline(never)]
fn four_cells(
    text: &[u8],
    cells: [(usize, usize); 4],
    wanted: [bool; 4],
    decimal_sign: u8,
) -> Result<[f64; 4], usize> {
    let mut values = [f64::NAN; 4];
    let places = values.iter_mut().zip(cells).zip(wanted);
    for (index, ((value, (start, end)), wanted)) in places.enumerate() {
        if wanted {
            *value = cell(text, start, end, decimal_sign).ok_or(index)?;
        }
    }
    Ok(values)
}

/// The value of any cell; `None` when it is not a number.
#[inline]
fn cell(text: &[u8], start: usize, end: usize, decimal_sign: u8) -> Option<f64> {
    if start == end {
        return Some(f64::NAN);
    }
    number::decimal(text, start, end, decimal_sign)
        .or_else(|| number::cell(text.get(start..end)?, decimal_sign))
}

/// Ends of the cells of a line with quotes, at most `wanted` without the last, and the line's end.
#[cold]
fn ends_of_cells(text: &[u8], mut at: usize, delimiter: u8, wanted: usize) -> (Vec<usize>, usize) {
    let mut ends = Vec::new();
    loop {
        at = end_of_cell(text, at, delimiter);
        if text.get(at) != Some(&delimiter) {
            return (ends, at);
        }
        if ends.len() < wanted {
            ends.push(at);
        }
        at += 1;
    }
}

/// End of the cell that begins at `at`; a quoted cell may hold the delimiter, never a line end.
fn end_of_cell(text: &[u8], mut at: usize, delimiter: u8) -> usize {
    let mut quoted = false;
    while let Some(&b) = text.get(at) {
        if b == b'\n' || b == b'\r' || (b == delimiter && !quoted) {
            break;
        }
        quoted ^= b == b'"';
        at += 1;
    }
    at
}

fn not_a_number(
    text: &[u8],
    (begin, end): (usize, usize),
    ends: &[usize],
    line: usize,
    column: usize,
) -> ReadError {
    let start = match column.checked_sub(1) {
        Some(before) => ends.get(before).map_or(begin, |end| end + 1),
        None => begin,
    };
    let end = ends.get(column).copied().unwrap_or(end);
    let shown: String = super::decoded(text.get(start..end).unwrap_or_default())
        .chars()
        .take(40)
        .collect();
    ReadError::new(
        format!("line {line}, column {}", column + 1),
        format!("`{}`", shown.trim()),
    )
    .expected("a number")
    .advice("correct or empty the cell")
}

#[cfg(test)]
mod tests;
