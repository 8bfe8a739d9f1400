//! Bytes as they arrive into lines, with a limit on their length.

/// Longest line, bytes: a row of a thousand markers has some 30,000.
const LINE_MAX: usize = 1 << 20;

/// Cuts pieces of a stream into lines.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// The line at hand is too long: everything up to its end goes.
    skipping: bool,
    /// Lines that were too long.
    pub too_long: u64,
}

impl Splitter {
    /// Hands every whole line (without its end) to `line`.
    pub fn push(&mut self, mut bytes: &[u8], mut line: impl FnMut(&[u8])) {
        while let Some(end) = bytes.iter().position(|b| *b == b'\n' || *b == b'\r') {
            let (piece, rest) = bytes.split_at(end);
            self.extend(piece);
            if !self.skipping && !self.begun.is_empty() {
                line(&self.begun);
            }
            self.begun.clear();
            self.skipping = false;
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.extend(bytes);
    }

    fn extend(&mut self, piece: &[u8]) {
        if self.skipping {
            return;
        }
        if self.begun.len() + piece.len() > LINE_MAX {
            self.too_long += 1;
            self.skipping = true;
            self.begun = Vec::new();
            return;
        }
        self.begun.extend_from_slice(piece);
    }

    /// What stood after the last line end when the stream was cut off: nobody knows whether it is
    /// whole.
    pub fn cut(&mut self) -> Vec<u8> {
        self.skipping = false;
        std::mem::take(&mut self.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> (Vec<String>, Splitter) {
        let mut splitter = Splitter::default();
        let mut found = Vec::new();
        for piece in pieces {
            splitter.push(piece, |line| found.push(line.escape_ascii().to_string()));
        }
        (found, splitter)
    }

    #[test]
    fn pieces_are_joined_and_blank_lines_left_out() {
        let (found, mut splitter) = lines(&[b"a,b\r\n1,", b"2\n\n3,4\r", b"\n5"]);
        assert_eq!(found, ["a,b", "1,2", "3,4"]);
        assert_eq!(splitter.cut(), b"5");
        assert!(splitter.cut().is_empty());
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let piece = vec![b'x'; 1 << 16];
        let mut splitter = Splitter::default();
        let mut found = 0;
        for _ in 0..100 {
            splitter.push(&piece, |_| found += 1);
            assert!(splitter.begun.capacity() <= 2 * LINE_MAX);
        }
        splitter.push(b"\nok\n", |line| {
            assert_eq!(line, b"ok");
            found += 1;
        });
        assert_eq!((found, splitter.too_long), (1, 1));
    }
}
