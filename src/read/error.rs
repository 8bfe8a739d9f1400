//! Why a file could not be read, in one line that says what to do.

use std::fmt;

/// A file that cannot be read: which file, where in it, what was found, what was expected, and
/// what the user can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadError {
    /// The file, as it was named to the reader; never empty once `open` or `from_bytes` returns.
    pub file: String,
    /// Where in the file: `line 12, column 3`, `header`, `POINT:LABELS`; empty for the whole file.
    pub place: String,
    /// What was found there.
    pub found: String,
    /// What should have been there; empty when that is plain from `found`.
    pub expected: String,
    /// What the user can do; empty when nothing sensible can be said.
    pub advice: String,
    /// Lines of a map that would make the file readable once they are filled in; empty when a map
    /// cannot help.
    pub map_lines: String,
}

impl ReadError {
    /// An error at a place of the file; the file's name is added by the caller that knows it.
    pub(crate) fn new(place: impl Into<String>, found: impl Into<String>) -> ReadError {
        ReadError {
            place: place.into(),
            found: found.into(),
            ..ReadError::default()
        }
    }

    /// Adds what should have been there.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> ReadError {
        self.expected = expected.into();
        self
    }

    /// Adds what the user can do.
    pub(crate) fn advice(mut self, advice: impl Into<String>) -> ReadError {
        self.advice = advice.into();
        self
    }

    /// Adds the file's name.
    pub(crate) fn in_file(mut self, name: &str) -> ReadError {
        self.file = name.to_owned();
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        for part in [&self.file, &self.place] {
            if !part.is_empty() {
                line.push_str(part);
                line.push_str(": ");
            }
        }
        line.push_str(&self.found);
        if !self.expected.is_empty() {
            line.push_str(", expected ");
            line.push_str(&self.expected);
        }
        if !self.advice.is_empty() {
            line.push_str("; ");
            line.push_str(&self.advice);
        }
        // Names and cells come from the file: a line break in them must not break the line.
        for c in line.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_with_all_parts() {
        let error = ReadError::new("line 3, column 2", "`a\nb`")
            .expected("a number")
            .advice("correct the cell")
            .in_file("walk.csv");
        assert_eq!(
            error.to_string(),
            "walk.csv: line 3, column 2: `a\\nb`, expected a number; correct the cell"
        );
    }

    #[test]
    fn absent_parts_leave_no_punctuation() {
        assert_eq!(
            ReadError::new("", "the file is empty").to_string(),
            "the file is empty"
        );
    }
}
