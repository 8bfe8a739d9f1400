//! Rows of numbers into columns.

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
    let width = wanted.columns.iter().filter(|&&w| w).count();
    let mut numbers = Numbers {
        columns: vec![Vec::new(); width],
        ..Numbers::default()
    };
    let padding_limit = lines.rest().len().max(1 << 16);
    let mut padding = 0;
    let mut row: Vec<f64> = Vec::with_capacity(width);
    loop {
        let line_number = lines.line_number();
        if is_at_blank_row(lines, dialect) {
            if wanted.ends_at_blank_row {
                break;
            }
            if lines.next().is_none() {
                break;
            }
            continue;
        }
        row.clear();
        let more = read_row(lines, dialect, wanted, &mut row)?;
        numbers.has_more_columns |= more;
        padding += width - row.len();
        if padding > padding_limit {
            return Err(ReadError::new(
                format!("line {line_number}"),
                format!("{} cells", row.len()),
            )
            .expected(format!("{width} as in the header"))
            .advice("the rows do not belong to this header: export the file again"));
        }
        row.resize(width, f64::NAN);
        for (column, value) in numbers.columns.iter_mut().zip(&row) {
            column.push(*value);
        }
        numbers.lines.push(line_number);
    }
    Ok(numbers)
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

/// Reads one row; returns whether something stands beyond the last column.
fn read_row(
    lines: &mut Lines<'_>,
    dialect: Dialect,
    wanted: &Wanted,
    row: &mut Vec<f64>,
) -> Result<bool, ReadError> {
    let rest = lines.rest();
    let mut at = 0;
    let mut ended = false;
    for (index, &is_wanted) in wanted.columns.iter().enumerate() {
        let start = at;
        if is_wanted
            && let Some((value, length)) =
                number::plain_decimal(rest.get(at..).unwrap_or_default(), dialect.decimal_sign)
            && ends_cell(rest.get(at + length), dialect.delimiter)
        {
            row.push(value);
            at += length;
        } else {
            at = end_of_cell(rest, at, dialect.delimiter);
            if is_wanted {
                let text = rest.get(start..at).unwrap_or_default();
                let value = number::cell(text, dialect.decimal_sign)
                    .ok_or_else(|| not_a_number(lines.line, index, text))?;
                row.push(value);
            }
        }
        if rest.get(at) != Some(&dialect.delimiter) {
            ended = true;
            break;
        }
        at += 1;
    }
    let beyond = at;
    if !ended {
        while rest.get(at).is_some_and(|&b| b != b'\n' && b != b'\r') {
            at += 1;
        }
    }
    lines.at += at;
    let _end_mark_only = lines.next();
    Ok(!is_blank(
        rest.get(beyond..at).unwrap_or_default(),
        dialect.delimiter,
    ))
}

#[inline]
fn ends_cell(byte: Option<&u8>, delimiter: u8) -> bool {
    match byte {
        None | Some(b'\n' | b'\r') => true,
        Some(&b) => b == delimiter,
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

fn not_a_number(line: usize, column: usize, text: &[u8]) -> ReadError {
    let shown: String = super::decoded(text).chars().take(40).collect();
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
