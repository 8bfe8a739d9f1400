//! Where the cells of a line end: the places of delimiters, found many bytes at a time before the
//! cells are looked at.
//!
//! A scanner that learns where a cell begins from having parsed the one before waits for it; with
//! the places known, the processor works on several cells at once.

use wide::u8x16;

/// Bytes that are looked through at once.
const BLOCK: usize = 64;

/// Blocks that are looked through before their places are handed out.
const BLOCKS_AHEAD: usize = 32;

/// Places of a block that are written without asking whether there are so many: cells of five
/// bytes with their delimiter.
const USUAL: usize = 12;

/// The places of the delimiters of a text, in order.
#[derive(Debug)]
pub(super) struct Delimiters {
    delimiter: u8,
    /// Room for places.
    places: Vec<usize>,
    /// Of these, the ones from here on …
    taken: usize,
    /// … to here were found and not passed over.
    found: usize,
    /// Where the next block begins.
    ahead: usize,
}

impl Delimiters {
    /// The delimiters from `at` on, of which at most `wanted` are asked for at once.
    pub(super) fn new(delimiter: u8, at: usize, wanted: usize) -> Delimiters {
        Delimiters {
            delimiter,
            places: vec![0; wanted + (BLOCKS_AHEAD + 1) * BLOCK],
            taken: 0,
            found: 0,
            ahead: at,
        }
    }

    /// Places of the delimiters from `begin` to `end`, at most `wanted`; they and what stands before
    /// are passed over for good.
    #[inline(always)]
    pub(super) fn between(
        &mut self,
        text: &[u8],
        begin: usize,
        end: usize,
        wanted: usize,
    ) -> &[usize] {
        self.skip_to(begin);
        if self.found - self.taken < wanted {
            self.look_ahead(text, wanted);
        }
        let places = self.places.get(self.taken..self.found).unwrap_or_default();
        let places = places.get(..wanted).unwrap_or(places);
        // mostly a line has one cell more than delimiters, and the next line follows
        let last = |count: usize| places.get(count.wrapping_sub(1)).copied();
        let mut count = places.len();
        if last(count).is_some_and(|last| last >= end) {
            count -= 1;
        }
        if last(count).is_some_and(|last| last >= end) {
            count = places.partition_point(|place| *place < end);
        }
        self.taken += count;
        places.get(..count).unwrap_or_default()
    }

    /// Passes over the delimiters before `begin`.
    #[inline(always)]
    fn skip_to(&mut self, begin: usize) {
        let is_before = |place: &usize| *place < begin;
        while self.taken < self.found && self.places.get(self.taken).is_some_and(is_before) {
            self.taken += 1;
        }
        if self.taken == self.found {
            self.ahead = self.ahead.max(begin);
        }
    }

    /// Finds more delimiters, until there are `wanted` or the text ends.
    #[inline(never)]
    fn look_ahead(&mut self, text: &[u8], wanted: usize) {
        self.places.copy_within(self.taken..self.found, 0);
        self.found -= self.taken;
        self.taken = 0;
        while self.found < wanted {
            let Some(rest) = text.get(self.ahead..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let (blocks, end) = rest.as_chunks::<BLOCK>();
            for block in blocks.iter().take(BLOCKS_AHEAD) {
                self.place(block);
            }
            if blocks.len() < BLOCKS_AHEAD {
                let mut block = [!self.delimiter; BLOCK];
                for (place, byte) in block.iter_mut().zip(end) {
                    *place = *byte;
                }
                self.place(&block);
            }
        }
    }

    /// Writes down the places of the next block.
    #[inline(always)]
    fn place(&mut self, block: &[u8; BLOCK]) {
        let mut bits = places_in(block, self.delimiter);
        let ahead = self.ahead;
        let room = self.places.get_mut(self.found..).unwrap_or_default();
        let Some((usual, more)) = room.split_first_chunk_mut::<USUAL>() else {
            return;
        };
        self.found += bits.count_ones() as usize;
        self.ahead += BLOCK;
        for place in usual {
            *place = ahead + bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1);
        }
        if bits != 0 {
            for place in more.iter_mut().take(bits.count_ones() as usize) {
                *place = ahead + bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
            }
        }
    }
}

/// One bit for every byte that is the delimiter.
#[inline(always)]
fn places_in(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let (quarters, _) = block.as_chunks::<16>();
    let mut places = 0;
    for (quarter, shift) in quarters.iter().zip([0, 16, 32, 48]) {
        let found = u8x16::from(*quarter).simd_eq(u8x16::splat(delimiter));
        places |= u64::from(found.to_bitmask()) << shift;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// All delimiters of every line and nothing else, whatever the text, wherever it is
        /// entered and however many are asked for.
        #[test]
        fn delimiters_are_found(
            text in prop_oneof!["[0-9,\n. a]{0,5000}", ",{0,300}\n,{0,3000}"],
            begin in 0_usize..300,
            wanted in 0_usize..200,
        ) {
            let text = text.as_bytes();
            let begin = begin.min(text.len());
            let mut delimiters = Delimiters::new(b',', begin, wanted);
            let mut start = begin;
            for line in text[begin..].split(|byte| *byte == b'\n') {
                let end = start + line.len();
                let is_delimiter = |place: &usize| text[*place] == b',';
                let expected: Vec<usize> =
                    (start..end).filter(is_delimiter).take(wanted).collect();
                prop_assert_eq!(delimiters.between(text, start, end, wanted), expected);
                start = end + 1;
            }
        }
    }
}
