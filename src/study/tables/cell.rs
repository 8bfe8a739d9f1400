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
    let decimals = 5 - value.abs().log10().floor() as i64;
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
    let start = out.len();
    // writing to a String cannot fail
    let _ = write!(out, "{value:.decimals$}");
    // a negative number that rounds to zero is zero
    if out[start..].starts_with('-') && !out[start..].bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.remove(start);
    }
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

/// Cuts the zeros after the decimal point of the number that begins at `start`.
fn trim_zeros(out: &mut String, start: usize) {
    let number = &out[start..];
    if number.contains('.') {
        let kept = number.trim_end_matches('0').trim_end_matches('.').len();
        out.truncate(start + kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
