//! One number from text, rounded as `str::parse::<f64>` rounds it.

/// 10^0 … 10^22: the powers of ten that an f64 holds exactly.
pub(super) const POWERS_OF_TEN: [f64; 23] = [
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

/// The value of the decimal that is the whole of `text[start..end]`: a sign or none, and at most 16
/// digits or 15 with a decimal sign. `None` for everything else; [`cell`] then decides.
///
/// All bytes at once and without a branch per digit. Up to 2⁵³ digits are an exact integer, and
/// its quotient by a power of ten is correctly rounded (Clinger 1990).
#[inline]
pub(super) fn decimal(text: &[u8], start: usize, end: usize, decimal_sign: u8) -> Option<f64> {
    const TOPS: u128 = u128::from_le_bytes([0x80; 16]);
    let splat = |byte: u8| u128::from_le_bytes([byte; 16]);
    let last = u128::from_le_bytes(*text.get(end.checked_sub(16)?..end)?.first_chunk()?);
    let negative = *text.get(start)? == b'-';
    let length = end.wrapping_sub(start + usize::from(negative));
    if length.wrapping_sub(1) > 15 {
        return None;
    }
    let cells = (last ^ splat(b'0')) & (u128::MAX << (128 - 8 * length));
    let signs = cells ^ splat(decimal_sign ^ b'0');
    let points = !(((signs & !TOPS) + !TOPS) | signs | !TOPS);
    let (digits, decimals) = if points == 0 {
        (cells, 0)
    } else {
        let top_bit = points.ilog2();
        let before = (1 << (top_bit & 0b111_1000)) - 1;
        let after = !(before << 8 | 0xff);
        let decimals = 15 - top_bit as usize / 8;
        ((cells & before) << 8 | cells & after, decimals)
    };
    let (first, last) = (digits as u64, (digits >> 64) as u64);
    if has_other_than_digits(first) || has_other_than_digits(last) {
        return None;
    }
    let digits = value_of(first) * 100_000_000 + value_of(last);
    if usize::from(points != 0) == length || digits > 1 << 53 {
        return None;
    }
    let value = digits as i64 as f64 / POWERS_OF_TEN.get(decimals)?;
    let sign = u64::from(negative) << 63;
    Some(f64::from_bits(value.to_bits() | sign))
}

/// Eight times the same byte.
#[inline(always)]
pub(super) const fn splat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// True when a byte is above 9; 9 + 118 is the largest sum without the top bit.
#[inline(always)]
fn has_other_than_digits(bytes: u64) -> bool {
    (((bytes & splat(0x7f)) + splat(118)) | bytes) & splat(0x80) != 0
}

/// The number that eight digits (0 … 9, the first in the lowest byte) write: neighbours are joined
/// three times to pairs, fours and eights (Lemire 2022, "Parsing a number from eight digits").
#[inline(always)]
fn value_of(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10 * (1 << 8) + 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 * (1 << 16) + 1) >> 16;
    (fours & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 * (1 << 32) + 1) >> 32
}

/// A plain decimal (`-12.0156250001`) at the start of `bytes`: its value and length. `None` when
/// the number has an exponent, too many digits, or is none; [`cell`] then decides.
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
    if let Some((value, length)) = plain_decimal(text, decimal_sign)
        && length == text.len()
    {
        return Some(value);
    }
    let begins_like_a_word = |text: &[u8]| !text.iter().take(2).any(u8::is_ascii_digit);
    if text.is_empty()
        || (begins_like_a_word(text) || text.contains(&b'#'))
            && MISSING.iter().any(|m| text.eq_ignore_ascii_case(m))
    {
        return Some(f64::NAN);
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

        /// The quick way takes every decimal of up to 16 digits, with the same bits, whatever
        /// stands before.
        #[test]
        fn decimals_round_as_the_standard_library(
            text in "-?([0-9]{1,15}|[0-9]{0,5}\\.[0-9]{1,10}|[0-9]{1,10}\\.[0-9]{0,5})",
            before in ".{24}",
        ) {
            let expected: f64 = text.parse().unwrap();
            for (sign, decimal_sign) in [(".", b'.'), (",", b',')] {
                let whole = format!("{before}{}", text.replace('.', sign));
                let found = decimal(whole.as_bytes(), before.len(), whole.len(), decimal_sign);
                prop_assert_eq!(found.map(f64::to_bits), Some(expected.to_bits()));
            }
        }

        /// Arbitrary bytes: what the quick way takes for a number is one, and the same, for the
        /// standard library.
        #[test]
        fn decimals_of_anything(text in "[-+.,0-9eE \u{80}\u{ff}/:]{0,20}", digits in "[-.0-9]{0,16}") {
            for text in [text, digits] {
                let whole = format!("-1.2345678901234{text}");
                let (whole, end) = (whole.as_bytes(), whole.len());
                if let Some(value) = decimal(whole, 16, end, b'.') {
                    let expected: f64 = text.parse().unwrap();
                    prop_assert_eq!(value.to_bits(), expected.to_bits(), "{}", text);
                }
            }
        }
    }
}
