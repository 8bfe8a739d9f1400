//! One number from text, rounded as `str::parse::<f64>` rounds it.

/// 10^0 … 10^22: the powers of ten that an f64 holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Spellings of "no value", in lower case; blank cells are missing too.
const MISSING: [&[u8]; 16] = [
    b"nan",
    b"-nan",
    b"+nan",
    b"na",
    b"n/a",
    b"#n/a",
    b"null",
    b"none",
    b"-",
    b"--",
    b".",
    b"-nan(ind)",
    b"nan(ind)",
    b"-1.#ind",
    b"1.#qnan",
    b"-1.#qnan",
];

/// A plain decimal (`-12.015625`) at the start of `bytes`: its value and length. `None` when the
/// number has an exponent, too many digits, or is none; [`cell`] then decides.
///
/// Up to 2⁵³ the digits are an exact integer and 10^k is exact up to k = 22, so their quotient is
/// the correctly rounded value (Clinger 1990).
#[inline]
pub(crate) fn plain_decimal(bytes: &[u8], decimal_sign: u8) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let mut at = usize::from(negative);
    let start = at;
    let mut digits = 0u64;
    while let Some(digit) = bytes
        .get(at)
        .map(|b| b.wrapping_sub(b'0'))
        .filter(|&d| d < 10)
    {
        digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let mut count = at - start;
    let mut decimals = 0;
    if bytes.get(at) == Some(&decimal_sign) {
        at += 1;
        let fraction = at;
        while let Some(digit) = bytes
            .get(at)
            .map(|b| b.wrapping_sub(b'0'))
            .filter(|&d| d < 10)
        {
            digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        decimals = at - fraction;
        count += decimals;
    }
    // 19 digits cannot overflow the integer.
    if count == 0 || count > 19 || digits > 1 << 53 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        return None;
    }
    let value = digits as f64 / POWERS_OF_TEN.get(decimals)?;
    Some((if negative { -value } else { value }, at))
}

/// The value of a whole cell: NaN when it is blank, says "missing" or is not finite; `None` when
/// it is not a number.
pub(crate) fn cell(text: &[u8], decimal_sign: u8) -> Option<f64> {
    let mut text = text.trim_ascii();
    if let [b'"', inner @ .., b'"'] = text {
        text = inner.trim_ascii();
    }
    if text.is_empty() || MISSING.iter().any(|m| text.eq_ignore_ascii_case(m)) {
        return Some(f64::NAN);
    }
    if let Some((value, length)) = plain_decimal(text, decimal_sign)
        && length == text.len()
    {
        return Some(value);
    }
    let parsed = if decimal_sign == b'.' {
        std::str::from_utf8(text).ok()?.parse::<f64>().ok()?
    } else {
        // A decimal point in a file with decimal commas would be a thousands separator.
        if text.contains(&b'.') {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        text.replace(char::from(decimal_sign), ".").parse().ok()?
    };
    Some(if parsed.is_finite() { parsed } else { f64::NAN })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_missing() {
        for text in [
            "",
            "  ",
            "NaN",
            "nan",
            "NAN",
            "-nan(ind)",
            "1.#QNAN",
            "NA",
            "inf",
            "-Infinity",
            "\" \"",
            "n/a",
            "1e999",
        ] {
            assert!(cell(text.as_bytes(), b'.').unwrap().is_nan(), "{text}");
        }
        for text in ["abc", "1.2.3", "1,5", "12 13", "0x10", "1e", "--1", "nanx"] {
            assert_eq!(cell(text.as_bytes(), b'.'), None, "{text}");
        }
    }

    #[test]
    fn decimal_commas() {
        assert_eq!(cell(b"-12,5", b','), Some(-12.5));
        assert_eq!(cell(b"1,5e3", b','), Some(1500.0));
        assert_eq!(cell(b"1.234,5", b','), None);
    }

    proptest! {
        /// Same bits as the standard library for decimals of any length, and for every float's
        /// shortest and exponent form.
        #[test]
        fn rounds_as_the_standard_library(text in "-?[0-9]{1,20}(\\.[0-9]{0,24})?", value: f64) {
            for text in [text, value.to_string(), format!("{value:e}"), format!("{value:.3}")] {
                let expected: f64 = text.parse().unwrap();
                let found = cell(text.as_bytes(), b'.').unwrap();
                if expected.is_finite() {
                    prop_assert_eq!(found.to_bits(), expected.to_bits(), "{}", text);
                } else {
                    prop_assert!(found.is_nan());
                }
            }
        }
    }
}
