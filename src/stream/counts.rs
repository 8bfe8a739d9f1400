//! What happened to the rows of a stream.

use crate::recording::Warning;

/// Counts of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that came, the header left out.
    pub lines: u64,
    /// Rows that were used.
    pub rows: u64,
    /// Rows of the grid that never came.
    pub missing: u64,
    /// Rows that came late and were still used.
    pub late: u64,
    /// Rows that came too late.
    pub stale: u64,
    /// Rows that had come before.
    pub duplicate: u64,
    /// Lines that could not be read.
    pub malformed: u64,
    /// Lines that were too long.
    pub too_long: u64,
    /// Rows whose time could not be.
    pub wrong_time: u64,
    /// Jumps of the clock, silences and new connections after which a new stretch began.
    pub stretches: u64,
}

impl Counts {
    /// Names and values, in the order of the summary.
    pub fn fields(&self) -> [(&'static str, u64); 10] {
        [
            ("lines", self.lines),
            ("rows", self.rows),
            ("missing", self.missing),
            ("late", self.late),
            ("stale", self.stale),
            ("duplicate", self.duplicate),
            ("malformed", self.malformed),
            ("too_long", self.too_long),
            ("wrong_time", self.wrong_time),
            ("stretches", self.stretches),
        ]
    }
}

/// True for 1, 10, 100, …: a fault is told when it first happens and when it has become ten times
/// as frequent.
pub(super) fn is_told(count: u64) -> bool {
    count > 0 && 10_u64.checked_pow(count.ilog10()) == Some(count)
}

/// The warning about faulty rows.
pub(super) fn faults(code: &'static str, count: u64, what: &str) -> Warning {
    let message = match count {
        1 => what.to_owned(),
        _ => format!("{count} rows so far; the last: {what}"),
    };
    Warning::at(code, count.to_string(), message)
}

#[cfg(test)]
mod tests {
    use super::is_told;

    #[test]
    fn powers_of_ten_are_told() {
        let told: Vec<u64> = (0..2000).filter(|c| is_told(*c)).collect();
        assert_eq!(told, [1, 10, 100, 1000]);
    }
}
