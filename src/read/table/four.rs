//! Four numbers at once.
//!
//! Coordinates of labs are short decimals with varying numbers of digits, and a wrongly guessed
//! branch costs more than the digits themselves: nothing here asks what a cell looks like. The
//! four cells of a group take the same steps side by side, and wait for each other only at the end.

use wide::bytemuck::cast;
use wide::{f64x4, i16x8, i16x16, u64x4};

use super::number::{POWERS_OF_TEN, splat};

/// What digits are divided by: by the bytes before the decimal sign (8 without one), and the same
/// below 0. Division gives −0 its sign, as a product would not before it is rounded.
const DIVISORS: [f64; 32] = {
    let mut divisors = [1.0; 32];
    let mut place = 0;
    while place <= 8 {
        let after = if place < 8 { 7 - place } else { 0 };
        divisors[place] = POWERS_OF_TEN[after];
        divisors[place + 16] = -POWERS_OF_TEN[after];
        place += 1;
    }
    divisors
};

/// The values of four decimals, each the whole of `text[start..end]`: a sign or none, and at most
/// eight digits or seven with a decimal sign before the last of them. `None` when one of them is
/// anything else.
///
/// So few digits are an exact integer, and its quotient by a power of ten is correctly rounded
/// (Clinger 1990).
#[inline(always)]
pub(super) fn four_decimals(
    text: &[u8],
    cells: [(usize, usize); 4],
    decimal_sign: u8,
) -> Option<[f64; 4]> {
    let mut digits = [0; 4];
    let mut divisors = [0.0; 4];
    for ((digits, divisor), (start, end)) in digits.iter_mut().zip(&mut divisors).zip(cells) {
        let last = u64::from_le_bytes(*text.get(end.wrapping_sub(8)..end)?.first_chunk()?);
        let negative = *text.get(start)? == b'-';
        let length = end.wrapping_sub(start + usize::from(negative));
        if length.wrapping_sub(1) > 7 {
            return None;
        }
        // digits become 0 … 9, what stands before the number 0
        let before = (length as u32).wrapping_mul(8).wrapping_neg();
        *digits = (last ^ splat(b'0'))
            .wrapping_shr(before)
            .wrapping_shl(before);
        // of the bytes of a number only a decimal sign has this bit
        let point = (*digits & splat(0x10)).trailing_zeros() as usize / 8;
        *divisor = DIVISORS[point | usize::from(negative) << 4];
    }
    let digits = without_point(u64x4::from(digits), decimal_sign ^ b'0')?;
    Some((f64x4::from_i32x4(values_of(digits)) / f64x4::from(divisors)).to_array())
}

/// Eight digits in each lane, the decimal sign taken from among them; `None` when a byte is
/// neither, or the decimal sign stands last.
#[inline(always)]
fn without_point(bytes: u64x4, point: u8) -> Option<u64x4> {
    let all = |byte| u64x4::splat(splat(byte));
    let one = u64x4::splat(1);
    let point_bits = bytes & all(0x10);
    // the lowest bit of the byte of the decimal sign, and all bits of that byte
    let place = point_bits >> 4u32;
    let whole = (place << 8u32) - place;
    // all bits below it; none without a decimal sign
    let below = (place - one) + ((place - one) >> 63u32);
    // the digits before the decimal sign move up into its place
    let before = bytes & below;
    let digits = (bytes & !whole) + (before << 8u32) - before;
    let several = place & (place - one);
    let wrong = several
        | (bytes ^ all(point)) & whole
        | point_bits & u64x4::splat(1 << 60)
        | ((digits + all(0x76)) | digits) & all(0x80);
    (wrong == u64x4::ZERO).then_some(digits)
}

/// The numbers that eight digits (0 … 9, the first in the lowest byte) write: neighbours are joined
/// three times to pairs, fours and eights.
#[inline(always)]
fn values_of(digits: u64x4) -> wide::i32x4 {
    let first = digits & u64x4::splat(0x00ff_00ff_00ff_00ff);
    let second = (digits >> 8u32) & u64x4::splat(0x00ff_00ff_00ff_00ff);
    let pairs = (first << 3u32) + (first << 1u32) + second;
    let hundreds: i16x16 = cast([[100_i16, 1]; 8]);
    let fours = cast::<_, i16x16>(pairs).dot(hundreds);
    let ten_thousands: i16x8 = cast([[10_000_i16, 1]; 4]);
    i16x8::from_i32x8_truncate(fours).dot(ten_thousands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The cells behind `before`, read together.
    fn read(before: &str, cells: &[String; 4], decimal_sign: u8) -> Option<[f64; 4]> {
        let text = format!("{before},{}", cells.join(","));
        let mut start = before.len() + 1;
        let places = [0, 1, 2, 3].map(|i: usize| {
            let cell = (start, start + cells[i].len());
            start = cell.1 + 1;
            cell
        });
        four_decimals(text.as_bytes(), places, decimal_sign)
    }

    const SHORT: &str =
        "-?([0-9]{1,8}|[0-9]{0,4}\\.[0-9]{1,3}|[0-9]{1,4}\\.[0-9]{1,3}|[0-9]{0,1}\\.[0-9]{1,6})";

    proptest! {
        /// Every coordinate as labs write it gets the bits of the standard library, whatever
        /// stands before and beside it.
        #[test]
        fn short_decimals_round_as_the_standard_library(
            cells in prop::array::uniform4(SHORT),
            before in ".{8,24}",
        ) {
            let expected: Vec<u64> =
                cells.iter().map(|cell| cell.parse::<f64>().unwrap().to_bits()).collect();
            let comma = cells.clone().map(|cell| cell.replace('.', ","));
            for found in [read(&before, &cells, b'.'), read(&before, &comma, b',')] {
                let found = found.map(|values| values.map(f64::to_bits).to_vec());
                prop_assert_eq!(found.as_ref(), Some(&expected));
            }
        }

        /// Arbitrary bytes in one of four cells: what is taken for a number is one, and the same,
        /// for the standard library.
        #[test]
        fn anything_else_is_refused(
            strange in prop_oneof!["[-+.,0-9eE \u{80}\u{ff}/:]{0,12}", "[-.0-9]{0,10}", "[0-9]{1,4}[!-~][0-9]{0,3}"],
            mut cells in prop::array::uniform4(SHORT),
            at in 0_usize..4,
        ) {
            cells[at] = strange;
            if let Some(values) = read("-1.2345678", &cells, b'.') {
                for (cell, value) in cells.iter().zip(values) {
                    let expected: f64 = cell.parse().unwrap();
                    prop_assert_eq!(value.to_bits(), expected.to_bits(), "{}", cell);
                }
            }
        }
    }
}
