//! Numbers as a person reads them: fixed decimals and a true minus sign.

use crate::study::summary::mean_sd;

/// `value` with `decimals` decimals and a true minus sign; never `−0.0`.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// Appends a whole number: a page holds tens of thousands of them, and `format!` takes several times
/// as long.
pub fn push_whole(out: &mut String, value: i32) {
    if value < 0 {
        out.push('-');
    }
    let mut rest = value.unsigned_abs();
    let mut digits = [b'0'; 10];
    let mut first = digits.len();
    while first == digits.len() || rest > 0 {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend(digits[first..].iter().map(|&digit| char::from(digit)));
}

/// The same for programs: an ASCII minus.
pub fn plain(value: f64, decimals: usize) -> String {
    fixed(value, decimals).replace('\u{2212}', "-")
}

/// Mean of the finite values; `None` without any.
pub fn mean_of(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    mean_sd(values).map(|found| found.mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_those_of_the_standard_library() {
        for value in [0, 7, -7, 10, 99, -100, 123_456_789, i32::MAX, i32::MIN] {
            let mut text = String::from("M");
            push_whole(&mut text, value);
            assert_eq!(text, format!("M{value}"));
        }
    }

    #[test]
    fn minus_is_a_minus_and_zero_has_none() {
        assert_eq!(fixed(-1.25, 1), "\u{2212}1.2");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(fixed(f64::NAN, 1), "–");
        assert_eq!(plain(-5.16, 1), "-5.2");
    }
}
