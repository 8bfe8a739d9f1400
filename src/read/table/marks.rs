//! Where cells and lines end: the places of delimiters, line ends and quotes, found many bytes at
//! a time before the cells are looked at.
//!
//! A scanner that learns where a cell begins from having parsed the one before waits for it; with
//! the places known, the processor works on several cells at once.

use wide::u8x16;

/// Bytes that are looked through at once.
const BLOCK: usize = 64;

/// The places of the marks of a text, handed out in order.
#[derive(Debug)]
pub(super) struct Marks {
    delimiter: u8,
    /// One bit for every mark of the block at `base` that was not handed out.
    bits: u64,
    base: usize,
    /// Where the next block begins.
    ahead: usize,
}

impl Marks {
    /// The marks from `at` on.
    pub(super) fn new(delimiter: u8, at: usize) -> Marks {
        Marks {
            delimiter,
            bits: 0,
            base: at,
            ahead: at,
        }
    }

    /// Place of the next mark; the length of the text when there is none.
    #[inline(always)]
    pub(super) fn next(&mut self, text: &[u8]) -> usize {
        while self.bits == 0 {
            let Some(rest) = text.get(self.ahead..).filter(|rest| !rest.is_empty()) else {
                return text.len();
            };
            self.bits = match rest.first_chunk() {
                Some(block) => self.marks_of(block),
                None => self.marks_at_end(rest),
            };
            self.base = self.ahead;
            self.ahead += BLOCK;
        }
        let place = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        place
    }

    /// Passes over the marks before `at`.
    pub(super) fn skip_to(&mut self, at: usize) {
        if at >= self.ahead {
            self.bits = 0;
            self.ahead = at;
        } else if at > self.base {
            self.bits &= u64::MAX << (at - self.base);
        }
    }

    /// The marks of the last bytes of a text.
    #[cold]
    fn marks_at_end(&self, rest: &[u8]) -> u64 {
        // spaces are no marks
        let mut block = [b' '; BLOCK];
        for (place, byte) in block.iter_mut().zip(rest) {
            *place = *byte;
        }
        self.marks_of(&block)
    }

    /// One bit for every byte that is a mark.
    #[inline(always)]
    fn marks_of(&self, block: &[u8; BLOCK]) -> u64 {
        let (quarters, _) = block.as_chunks::<16>();
        let mut marks = 0;
        for (quarter, shift) in quarters.iter().zip([0, 16, 32, 48]) {
            let bytes = u8x16::from(*quarter);
            let of = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
            let found = of(self.delimiter) | of(b'\n') | of(b'\r') | of(b'"');
            marks |= u64::from(found.to_bitmask()) << shift;
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// All marks and nothing else, whatever the text and wherever it is entered.
        #[test]
        fn marks_are_found(
            text in "[0-9,\"\r\n. a]{0,5000}",
            begin in 0_usize..300,
            skip in 0_usize..5000,
        ) {
            let text = text.as_bytes();
            let begin = begin.min(text.len());
            let skip = skip.clamp(begin, text.len());
            let expected = |from: usize| -> Vec<usize> {
                let is_mark = |place: &usize| matches!(text[*place], b',' | b'"' | b'\r' | b'\n');
                (from..text.len()).filter(is_mark).collect()
            };
            let mut marks = Marks::new(b',', begin);
            let rest = |marks: &mut Marks| -> Vec<usize> {
                std::iter::from_fn(|| Some(marks.next(text)).filter(|p| *p < text.len())).collect()
            };
            prop_assert_eq!(rest(&mut marks), expected(begin));
            for taken in 0..3 {
                let mut marks = Marks::new(b',', begin);
                let mut from = begin;
                for _ in 0..taken {
                    from = (marks.next(text) + 1).min(text.len());
                }
                marks.skip_to(skip);
                prop_assert_eq!(rest(&mut marks), expected(from.max(skip)));
            }
        }
    }
}
