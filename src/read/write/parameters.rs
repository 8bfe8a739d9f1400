//! The parameter section of a written C3D (Intel).

/// Collects groups and parameters in the format's byte layout.
#[derive(Debug, Default)]
pub(super) struct Section {
    bytes: Vec<u8>,
    groups: u8,
}

/// Entries that one parameter can hold: dimensions are bytes.
pub(super) const ENTRIES_MAX: usize = 255;

impl Section {
    /// Begins a group; following parameters belong to it.
    pub(super) fn group(&mut self, name: &str) {
        self.groups += 1;
        self.record(name, (self.groups as i8).wrapping_neg() as u8, &[]);
    }

    /// 16-bit words with their dimensions.
    pub(super) fn words(&mut self, name: &str, dimensions: &[u8], values: &[u16]) {
        let data = values.iter().flat_map(|v| v.to_le_bytes());
        self.parameter(name, 2, dimensions, data);
    }

    /// Floats with their dimensions.
    pub(super) fn reals(&mut self, name: &str, dimensions: &[u8], values: &[f64]) {
        let data = values.iter().flat_map(|&v| (v as f32).to_le_bytes());
        self.parameter(name, 4, dimensions, data);
    }

    /// One text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let width = width([text].into_iter());
        self.parameter(name, -1, &[width], field(text, width));
    }

    /// Texts of equal width, 255 per parameter: `name`, `name2`, `name3` ….
    pub(super) fn long_texts(&mut self, name: &str, texts: &[&str]) {
        for (part, texts) in parts(texts) {
            let width = width(texts.iter().copied());
            let data = texts.iter().flat_map(|text| field(text, width));
            let dimensions = [width, texts.len() as u8];
            self.parameter(&format!("{name}{part}"), -1, &dimensions, data);
        }
    }

    /// Pairs of floats, 255 pairs per parameter.
    pub(super) fn long_pairs(&mut self, name: &str, pairs: &[[f64; 2]]) {
        for (part, pairs) in parts(pairs) {
            let flat: Vec<f64> = pairs.iter().flatten().copied().collect();
            self.reals(&format!("{name}{part}"), &[2, pairs.len() as u8], &flat);
        }
    }

    /// The finished section with its prologue, padded to whole blocks of 512 bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        let blocks = (4 + self.bytes.len() + 2).div_ceil(512);
        // The count of blocks is a byte; longer sections are found from the data's block.
        let mut section = vec![1, 80, blocks.min(255) as u8, 84];
        section.extend_from_slice(&self.bytes);
        section.resize(blocks * 512, 0);
        section
    }

    fn parameter(
        &mut self,
        name: &str,
        kind: i8,
        dimensions: &[u8],
        data: impl IntoIterator<Item = u8>,
    ) {
        let mut content = vec![kind as u8, dimensions.len() as u8];
        content.extend_from_slice(dimensions);
        content.extend(data);
        self.record(name, self.groups, &content);
    }

    /// Length of the name, number, name, distance to the next record, content, no description.
    fn record(&mut self, name: &str, number: u8, content: &[u8]) {
        self.bytes.push(name.len() as u8);
        self.bytes.push(number);
        self.bytes.extend_from_slice(name.as_bytes());
        let distance = 2 + content.len() as u16 + 1;
        self.bytes.extend_from_slice(&distance.to_le_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.push(0);
    }
}

/// Parts of at most 255 entries with the suffix of their parameter (none, `2`, `3` …); one empty
/// part when there is no entry.
fn parts<T>(entries: &[T]) -> Vec<(String, &[T])> {
    if entries.is_empty() {
        return vec![(String::new(), entries)];
    }
    entries
        .chunks(ENTRIES_MAX)
        .enumerate()
        .map(|(index, part)| {
            let suffix = match index {
                0 => String::new(),
                index => (index + 1).to_string(),
            };
            (suffix, part)
        })
        .collect()
}

/// Bytes of the longest text, at least 1 (0 would make the entries uncountable).
fn width<'a>(texts: impl Iterator<Item = &'a str>) -> u8 {
    texts.map(str::len).max().unwrap_or(0).clamp(1, 255) as u8
}

/// A text in a field of blanks.
fn field(text: &str, width: u8) -> impl Iterator<Item = u8> {
    text.bytes()
        .chain(std::iter::repeat(b' '))
        .take(usize::from(width))
}
