//! When somebody walked, window by window.

use std::collections::VecDeque;
use std::ops::Range;

/// Windows that are remembered: more than the rows that are held.
const WINDOWS_MAX: usize = 64;

/// Stretches of walking.
#[derive(Debug, Clone)]
pub(super) struct Walked {
    rate_hz: f64,
    windows: VecDeque<Range<u64>>,
    /// End of the last window, and whether somebody walked in it.
    last: (u64, bool),
    rows: u64,
}

impl Walked {
    pub fn new(rate_hz: f64) -> Walked {
        Walked {
            rate_hz,
            windows: VecDeque::new(),
            last: (0, false),
            rows: 0,
        }
    }

    /// What a window was.
    pub fn note(&mut self, window: Range<u64>, walks: bool) {
        self.last = (window.end, walks);
        if !walks {
            return;
        }
        let known = self.windows.back().map_or(0, |w| w.end).max(window.start);
        self.rows += window.end.saturating_sub(known);
        if self.windows.len() == WINDOWS_MAX {
            self.windows.pop_front();
        }
        self.windows.push_back(window);
    }

    /// Seconds of walking so far.
    pub fn seconds(&self) -> f64 {
        self.rows as f64 / self.rate_hz
    }

    /// Which rows were walked; those after the last window as its end was.
    pub fn between(&self, rows: Range<u64>) -> Vec<bool> {
        let mut walked = vec![false; (rows.end - rows.start) as usize];
        let mut fill = |window: &Range<u64>| {
            let place = |row: u64| (row.clamp(rows.start, rows.end) - rows.start) as usize;
            if let Some(part) = walked.get_mut(place(window.start)..place(window.end)) {
                part.fill(true);
            }
        };
        self.windows.iter().for_each(&mut fill);
        if self.last.1 {
            fill(&(self.last.0..rows.end.max(self.last.0)));
        }
        walked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_overlap_and_the_last_goes_on() {
        let mut walked = Walked::new(100.0);
        walked.note(0..400, false);
        walked.note(100..500, true);
        walked.note(200..600, true);
        assert_eq!(walked.seconds(), 5.0);
        let rows = walked.between(50..650);
        assert_eq!(rows.iter().filter(|w| **w).count(), 550);
        assert!(!rows[49] && rows[50] && rows[599]);
        walked.note(300..700, false);
        assert_eq!(walked.between(550..700).iter().filter(|w| **w).count(), 50);
        for i in 0..1000 {
            walked.note(i * 100..i * 100 + 400, true);
        }
        assert!(walked.windows.len() <= WINDOWS_MAX);
    }
}
