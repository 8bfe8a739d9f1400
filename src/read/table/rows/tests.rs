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
    // in any place of a group of four, and behind them
    let cells = ["1", "2", "3", "4", "5", "6"];
    for wrong in 0..cells.len() {
        let mut cells = cells;
        cells[wrong] = "1.2.3";
        let error = read(&format!("1,2,3,4,5,6\n{}\n", cells.join(",")), &all(6)).unwrap_err();
        assert_eq!(error.place, format!("line 2, column {}", wrong + 1));
        assert_eq!(error.found, "`1.2.3`");
    }
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

/// Quoted cells longer than what is looked through at once, before and behind plain rows.
#[test]
fn rows_with_long_quoted_cells() {
    let wanted = Wanted {
        columns: vec![false, true, true],
        ends_at_blank_row: false,
    };
    let long = "a, b;".repeat(100);
    let text = format!("x,1,2\n\"{long}\",3,4\ny,5,6\n\"{long}\",\"7\",8,9\nz,10,11");
    let found = read(&text, &wanted).unwrap();
    assert_eq!(found.columns[0], [1.0, 3.0, 5.0, 7.0, 10.0]);
    assert_eq!(found.columns[1], [2.0, 4.0, 6.0, 8.0, 11.0]);
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

/// A row as labs write them, with short decimals only or with all that there is.
fn any_row() -> impl Strategy<Value = Vec<String>> {
    let short = (-9_999_999..10_000_000).prop_map(|v| (f64::from(v) / 1000.0).to_string());
    prop_oneof![
        prop::collection::vec(short, 9),
        prop::collection::vec(any_cell(), 9),
    ]
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
        rows in prop::collection::vec(any_row(), 1..20),
        crlf: bool,
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = rows.iter().map(|r| format!("1,{}{end}", r.join(","))).collect();
        let found = read(&text, &all(10)).unwrap();
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
