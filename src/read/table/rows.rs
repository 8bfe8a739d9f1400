//! Rows of numbers into columns.

use super::marks::Marks;
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
    Ok(scanner.finish())
}

/// Rows from whose length the number of rows is told.
const ROWS_WEIGHED: usize = 8;

/// A table on its way into columns.
pub(crate) struct Scanner<'w> {
    dialect: Dialect,
    wanted: &'w Wanted,
    numbers: Numbers,
    /// Number of wanted columns.
    width: usize,
    /// Missing cells at the ends of rows so far.
    padding: usize,
    padding_max: usize,
    text_bytes: usize,
}

impl<'w> Scanner<'w> {
    /// A scanner for a text of about so many bytes.
    pub(crate) fn new(dialect: Dialect, wanted: &'w Wanted, text_bytes: usize) -> Scanner<'w> {
        let width = wanted.columns.iter().filter(|&&w| w).count();
        Scanner {
            dialect,
            wanted,
            numbers: Numbers {
                columns: vec![Vec::new(); width],
                ..Numbers::default()
            },
            width,
            padding: 0,
            padding_max: text_bytes.max(1 << 16),
            text_bytes,
        }
    }

    /// Reads rows until the end of the lines (or a blank row); can be called again for the next
    /// piece of the text.
    pub(crate) fn scan(&mut self, lines: &mut Lines<'_>) -> Result<(), ReadError> {
        let begin = lines.at;
        let mut marks = Marks::new(self.dialect.delimiter, begin);
        let mut rows = 0;
        loop {
            if is_at_blank_row(lines, self.dialect) {
                if self.wanted.ends_at_blank_row || lines.next().is_none() {
                    break;
                }
                marks.skip_to(lines.at);
                continue;
            }
            let line_number = lines.line_number();
            self.row(lines, &mut marks)?;
            self.numbers.lines.push(line_number);
            rows += 1;
            if rows == ROWS_WEIGHED {
                self.reserve((lines.at - begin) / ROWS_WEIGHED);
            }
        }
        Ok(())
    }

    /// What was read.
    pub(crate) fn finish(self) -> Numbers {
        self.numbers
    }

    /// Reads one row to the ends of the columns.
    fn row(&mut self, lines: &mut Lines<'_>, marks: &mut Marks) -> Result<(), ReadError> {
        let columns = &mut self.numbers.columns;
        let found = read_row(lines, marks, self.dialect, self.wanted, columns)?;
        self.numbers.has_more_columns |= found.has_more;
        self.padding += self.width - found.cells;
        if self.padding > self.padding_max {
            return Err(ReadError::new(
                format!("line {}", lines.line_number() - 1),
                format!("{} cells", found.cells),
            )
            .expected(format!("{} as in the header", self.width))
            .advice("the rows do not belong to this header: export the file again"));
        }
        Ok(())
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

/// What was found in one row.
struct Row {
    /// Wanted cells before its end.
    cells: usize,
    /// Something stands beyond the last column.
    has_more: bool,
}

/// Reads one row to the ends of the wanted columns; what is missing at its end is NaN.
fn read_row(
    lines: &mut Lines<'_>,
    marks: &mut Marks,
    dialect: Dialect,
    wanted: &Wanted,
    columns: &mut [Vec<f64>],
) -> Result<Row, ReadError> {
    let text = lines.text;
    let mut columns = columns.iter_mut();
    let mut start = lines.at;
    let mut cells = 0;
    for (index, &is_wanted) in wanted.columns.iter().enumerate() {
        let mut end = marks.next(text);
        let mut mark = text.get(end).copied();
        if mark == Some(b'"') {
            end = end_of_cell(text, start, dialect.delimiter);
            mark = text.get(end).copied();
            marks.skip_to(end + 1);
        }
        if is_wanted {
            let value = number::short_decimal(text, start, end, dialect.decimal_sign)
                .or_else(|| unusual_cell(text, start, end, dialect.decimal_sign))
                .ok_or_else(|| not_a_number(lines.line, index, text.get(start..end)))?;
            if let Some(column) = columns.next() {
                column.push(value);
            }
            cells += 1;
        }
        start = end;
        if mark != Some(dialect.delimiter) {
            break;
        }
        start += 1;
    }
    for column in columns {
        column.push(f64::NAN);
    }
    let beyond = start;
    // the place of the line's end, which was passed already if the last cell ended there
    let mut end = start;
    while !matches!(text.get(end), None | Some(b'\n' | b'\r')) {
        end = marks.next(text);
    }
    lines.at = end;
    let _end_mark_only = lines.next();
    marks.skip_to(lines.at);
    Ok(Row {
        cells,
        has_more: !is_blank(text.get(beyond..end).unwrap_or_default(), dialect.delimiter),
    })
}

/// A cell that is blank, long, quoted, or in any other way not a short decimal.
#[inline(never)]
fn unusual_cell(text: &[u8], start: usize, end: usize, decimal_sign: u8) -> Option<f64> {
    if start == end {
        return Some(f64::NAN);
    }
    if let Some(value) = number::long_decimal(text, start, end, decimal_sign) {
        return Some(value);
    }
    number::cell(text.get(start..end)?, decimal_sign)
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

fn not_a_number(line: usize, column: usize, text: Option<&[u8]>) -> ReadError {
    let shown: String = super::decoded(text.unwrap_or_default())
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect {
        delimiter: b',',
        decimal_sign: b'.',
    };

    fn all(width: usize) -> Wanted {
        Wanted {
            columns: vec![true; width],
            ends_at_blank_row: false,
        }
    }

    fn read(text: &str, wanted: &Wanted) -> Result<Numbers, ReadError> {
        numbers(&mut Lines::new(text.as_bytes()), COMMA, wanted)
    }

    #[test]
    fn blanks_short_rows_and_line_ends() {
        let found = read("1,2,3\r\n4,,6\n\n\"7\", 8 ,\r9", &all(3)).unwrap();
        assert_eq!(found.lines, [1, 2, 4, 5]);
        assert_eq!(found.columns[0], [1.0, 4.0, 7.0, 9.0]);
        assert_eq!(found.columns[1][0], 2.0);
        assert!(found.columns[1][1].is_nan());
        assert_eq!(found.columns[1][2], 8.0);
        assert!(found.columns[2][2].is_nan() && found.columns[2][3].is_nan());
        assert!(!found.has_more_columns);
    }

    #[test]
    fn errors_carry_line_and_column() {
        let error = read("1,2\n3,x4\n", &all(2)).unwrap_err();
        assert_eq!(error.place, "line 2, column 2");
        assert_eq!(error.found, "`x4`");
    }

    #[test]
    fn unwanted_cells_may_hold_anything() {
        let wanted = Wanted {
            columns: vec![true, false, true],
            ends_at_blank_row: false,
        };
        let found = read("1,\"a,b\",2,,\n3,text,4,5\n", &wanted).unwrap();
        assert_eq!(found.columns, [[1.0, 3.0], [2.0, 4.0]]);
        assert!(found.has_more_columns);
    }

    #[test]
    fn a_blank_row_can_end_the_table() {
        let wanted = Wanted {
            columns: vec![true; 2],
            ends_at_blank_row: true,
        };
        let mut lines = Lines::new(b"1,2\n,\nTitle\n");
        let found = numbers(&mut lines, COMMA, &wanted).unwrap();
        assert_eq!(found.columns[0], [1.0]);
        assert_eq!(lines.nth(1), Some(&b"Title"[..]));
    }

    #[test]
    fn many_short_rows_under_a_wide_header_are_refused() {
        let text = "1\n".repeat(100_000);
        let error = read(&text, &all(100_000)).unwrap_err();
        assert_eq!(error.expected, "100000 as in the header");
    }

    /// A cell as labs write them.
    fn any_cell() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i32>().prop_map(|v| (f64::from(v) / 1000.0).to_string()),
            any::<f64>()
                .prop_filter("finite", |v| v.is_finite())
                .prop_map(|v| v.to_string()),
            (-1e4..1e4f64).prop_map(|v| format!(" {v:.6} ")),
            (-1e4..1e4f64).prop_map(|v| format!("\"{v:e}\"")),
            Just(String::new()),
            Just("NaN".to_owned()),
        ]
    }

    proptest! {
        /// The csv crate and the standard library find the same numbers.
        #[test]
        fn agrees_with_the_csv_crate(
            rows in prop::collection::vec(prop::collection::vec(any_cell(), 3), 1..20),
            crlf: bool,
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let text: String = rows.iter().map(|r| format!("1,{}{end}", r.join(","))).collect();
            let found = read(&text, &all(4)).unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for (index, record) in reader.records().enumerate() {
                for (column, cell) in record.unwrap().iter().enumerate() {
                    let expected: f64 = cell.trim().parse().unwrap_or(f64::NAN);
                    let value = found.columns[column][index];
                    prop_assert!(value.to_bits() == expected.to_bits() || (value.is_nan() && expected.is_nan()),
                        "row {} column {}: {} is not {}", index, column, value, expected);
                }
            }
            prop_assert_eq!(found.lines.len(), rows.len());
        }

        /// Arbitrary bytes neither panic nor loop.
        #[test]
        fn arbitrary_bytes(text in prop::collection::vec(any::<u8>(), 0..300), width in 1usize..5) {
            let _ = numbers(&mut Lines::new(&text), COMMA, &all(width));
        }
    }
}
