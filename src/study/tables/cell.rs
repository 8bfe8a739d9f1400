//! Cells of a table, and how a number is written.
//!
//! In: values. Out: text with 6 significant digits, times with 4 decimals, empty = not available.

use std::fmt::Write;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text that comes from outside (names, labels, reasons): guarded in CSV.
    Text(String),
    /// A word of this program.
    Word(&'static str),
    /// A number; `None` or NaN = not available.
    Number(Option<f64>),
    /// Seconds; `None` or NaN = not available.
    Time(Option<f64>),
    /// A count or a frame number.
    Count(u64),
    /// `true` or `false`.
    Truth(bool),
    /// Not available.
    Empty,
}

impl Cell {
    /// Text cell.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// Number cell.
    pub fn number(value: impl Into<Option<f64>>) -> Cell {
        Cell::Number(value.into())
    }

    /// Time cell.
    pub fn time(seconds: impl Into<Option<f64>>) -> Cell {
        Cell::Time(seconds.into())
    }
}

/// Appends `value` with 6 significant digits, no exponent, no trailing zeros; nothing when it is
/// not finite.
pub fn push_significant(out: &mut String, value: f64) {
    if !value.is_finite() {
        return;
    }
    if value == 0.0 {
        out.push('0');
        return;
    }
    let decimals = decimals_of(value);
    if (0..=9).contains(&decimals) && push_plain(out, value, decimals as usize, true) {
        return;
    }
    if (0..=15).contains(&decimals) {
        let start = out.len();
        push_fixed(out, value, decimals as usize);
        trim_zeros(out, start);
    } else {
        // very large or very small: round in scientific form, print in plain form
        let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
        let _ = write!(out, "{rounded}");
    }
}

/// Appends `value` with a fixed number of decimals; nothing when it is not finite.
pub fn push_fixed(out: &mut String, value: f64, decimals: usize) {
    if !value.is_finite() {
        return;
    }
    if push_plain(out, value, decimals, false) {
        return;
    }
    let start = out.len();
    // writing to a String cannot fail
    let _ = write!(out, "{value:.decimals$}");
    // a negative number that rounds to zero is zero
    if out[start..].starts_with('-') && !out[start..].bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.remove(start);
    }
}

/// The quick way for numbers of ordinary size that do not lie between two roundings, `short`
/// without the zeros at the end of the fraction; false when nothing was written.
///
/// Without the machinery of `format!`, which takes ten times as many instructions: a study writes
/// every point of every curve twice.
fn push_plain(out: &mut String, value: f64, decimals: usize, short: bool) -> bool {
    // the product is off by less than 1e-7, and what is nearer to a half is left to the exact way
    const SCALED_MAX: f64 = 1e9;
    const MARGIN: f64 = 1e-6;
    // sign, ten digits of the largest product, and the point
    const LONGEST: usize = 12;
    let Some(scale) = POWERS.get(decimals) else {
        return false;
    };
    let scaled = value.abs() * scale;
    if scaled > SCALED_MAX {
        return false;
    }
    // not negative and at most 1e9: the cast cuts the fraction off
    let whole = scaled as u32;
    let part = scaled - f64::from(whole);
    if (part - 0.5).abs() < MARGIN {
        return false;
    }
    let rounded = whole + u32::from(part > 0.5);
    let (mut rest, mut behind) = (rounded, decimals);
    while short && behind > 0 && rest % 10 == 0 {
        rest /= 10;
        behind -= 1;
    }
    // from the last digit to the first
    let mut text = [b'0'; LONGEST];
    let mut first = LONGEST;
    let mut put = |byte: u8| {
        first -= 1;
        text[first] = byte;
    };
    for _ in 0..behind {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    if behind > 0 {
        put(b'.');
    }
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0.0 && rounded > 0 {
        put(b'-');
    }
    // digits, point and sign are ASCII
    let Ok(text) = str::from_utf8(&text[first..]) else {
        return false;
    };
    out.push_str(text);
    true
}

/// Powers of ten, each exact.
const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Decimals that leave six significant digits to a number other than zero.
fn decimals_of(value: f64) -> i64 {
    let size = value.abs();
    if (1.0..1e6).contains(&size) {
        // the usual case needs no logarithm
        let digits = POWERS[1..6].iter().filter(|&&power| size >= power).count();
        return 5 - digits as i64;
    }
    5 - size.log10().floor() as i64
}

/// The number that [`push_significant`] writes; `None` when it is not finite.
pub fn significant(value: f64) -> Option<f64> {
    let mut text = String::new();
    push_significant(&mut text, value);
    text.parse().ok()
}

/// The time that stands in the tables, with four decimals; `None` when it is not finite.
pub fn with_four_decimals(seconds: f64) -> Option<f64> {
    let mut text = String::new();
    push_fixed(&mut text, seconds, 4);
    text.parse().ok()
}

/// Cuts the zeros after the decimal point of the number that begins at or before `start`.
fn trim_zeros(out: &mut String, start: usize) {
    let number = &out.as_bytes()[start..];
    if number.contains(&b'.') {
        let digits = number.iter().rposition(|&b| b != b'0').unwrap_or(0);
        let kept = digits + usize::from(number[digits] != b'.');
        out.truncate(start + kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::strategy::Strategy;

    fn significant(value: f64) -> String {
        let mut out = String::new();
        push_significant(&mut out, value);
        out
    }

    #[test]
    fn six_significant_digits_without_exponent() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (100.0, "100"),
            (1.5, "1.5"),
            (-2.34567891, "-2.34568"),
            (123456.7, "123457"),
            (1234567.0, "1234570"),
            (99999.96, "100000"),
            (9.9999996, "10"),
            (0.000123456789, "0.000123457"),
            (1e-20, "0.00000000000000000001"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(significant(value), text, "{value}");
        }
    }

    #[test]
    fn the_cell_is_appended_not_the_row_trimmed() {
        let mut out = String::from("1.50,");
        push_significant(&mut out, 20.0);
        assert_eq!(out, "1.50,20");
    }

    #[test]
    fn fixed_decimals_have_no_negative_zero() {
        let mut out = String::new();
        push_fixed(&mut out, -0.00001, 4);
        assert_eq!(out, "0.0000");
    }

    proptest::proptest! {
        /// The quick way writes what the standard library writes, but for the sign of zero.
        #[test]
        fn fixed_decimals_are_those_of_the_standard_library(
            value in proptest::prop_oneof![-1e6..1e6f64, -1.0..1.0f64, (-1_000_000..1_000_000i32).prop_map(|v| f64::from(v) / 2048.0)],
            decimals in 0_usize..10,
        ) {
            let mut found = String::new();
            push_fixed(&mut found, value, decimals);
            let expected = format!("{value:.decimals$}");
            let zero = !expected.bytes().any(|b| (b'1'..=b'9').contains(&b));
            let expected = if zero { expected.trim_start_matches('-') } else { &expected };
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
