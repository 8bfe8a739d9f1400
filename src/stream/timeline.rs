//! When rows were taken: from what each row says itself to rows on an even grid.
//!
//! In: stamps (times, counts, or nothing) and numbers, in the order in which they arrive. Out:
//! [`Step`]s — rows of the grid one after the other, missing ones among them, rows that come late
//! into their place, and new stretches where the clock jumps.

use crate::read::Stamp;

/// Stamps this near to the grid, in rows, stand on it: times that were rounded when written.
const ON_GRID: f64 = 0.12;
/// Stamps nearer to each other than this, in rows, are the same.
const SAME: f64 = 0.02;
/// A late row takes a place of the grid from which it is no farther, rows.
const NEAR: f64 = 0.3;
/// Longest step between two rows, in rows, between which values are interpolated on uneven times.
const STEP_MAX: f64 = 1.6;
/// Rows that must agree before the clock is believed to have jumped: one wrong time is no jump.
const AGREEING: usize = 3;
/// Counters of devices start again after this many.
const WRAP: f64 = 65_536.0;

/// What a row of the source means for the grid.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// The next row of the grid.
    Row(&'a [f64]),
    /// The next row of the grid is missing.
    Missing,
    /// A row that was missing has come after all.
    Late(u64, &'a [f64]),
    /// The clock jumps, or the first row comes: what follows begins at row 0 again, at this time.
    Begin(f64),
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stands in its place.
    Placed,
    /// It came late and still found its place.
    Late,
    /// It came too late, or between two places.
    Stale,
    /// It was there before.
    Duplicate,
    /// Its time jumps; the next rows decide.
    Held,
}

/// Rows of the source on a grid.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    rate_hz: f64,
    /// A longer silence, or a longer way back, is a jump; rows.
    gap: f64,
    stretch: Option<Stretch>,
    /// Rows whose stamps do not fit, in stamps.
    held: Vec<(f64, Vec<f64>)>,
    /// Stamps whose rows were thrown away because the clock came back.
    pub wrong_times: u64,
}

/// One stretch without jumps.
#[derive(Debug, Clone)]
struct Stretch {
    /// Stamp of row 0, in rows of the source's clock.
    origin: f64,
    /// Stamp of the last row, in rows.
    last: f64,
    values: Vec<f64>,
    /// Number of the next row of the grid.
    next: u64,
    /// Of the last rows of the grid, which are there: bit 0 is the last.
    present: u128,
}

impl Timeline {
    /// A timeline for rows at a rate; a silence of more than `gap_max_s` is a jump.
    pub fn new(rate_hz: f64, gap_max_s: f64) -> Timeline {
        Timeline {
            rate_hz,
            gap: (gap_max_s * rate_hz).max(2.0),
            stretch: None,
            held: Vec::new(),
            wrong_times: 0,
        }
    }

    /// Places a row.
    pub fn place(&mut self, stamp: Stamp, values: &[f64], sink: &mut impl FnMut(Step<'_>)) -> Fate {
        let Some(stretch) = &mut self.stretch else {
            let at = match stamp {
                Stamp::None => 0.0,
                Stamp::Count(count) => count,
                Stamp::Time(seconds) => seconds * self.rate_hz,
            };
            self.begin(at, values, sink);
            return Fate::Placed;
        };
        let at = match stamp {
            Stamp::None => stretch.last + 1.0,
            Stamp::Count(count) => unwrapped(count, stretch.last),
            Stamp::Time(seconds) => seconds * self.rate_hz,
        };
        if (at - stretch.last).abs() > self.gap {
            return self.hold(at, values, sink);
        }
        self.wrong_times += self.held.drain(..).count() as u64;
        if at > stretch.last + SAME {
            stretch.advance(at, values, sink);
            Fate::Placed
        } else {
            stretch.late(at, values, sink)
        }
    }

    fn begin(&mut self, at: f64, values: &[f64], sink: &mut impl FnMut(Step<'_>)) {
        sink(Step::Begin(at / self.rate_hz));
        sink(Step::Row(values));
        self.stretch = Some(Stretch {
            origin: at,
            last: at,
            values: values.to_vec(),
            next: 1,
            present: 1,
        });
    }

    /// A row whose stamp does not fit: the jump is believed once several rows agree.
    fn hold(&mut self, at: f64, values: &[f64], sink: &mut impl FnMut(Step<'_>)) -> Fate {
        let follows = self
            .held
            .last()
            .is_none_or(|(before, _)| (SAME..=STEP_MAX.max(2.0)).contains(&(at - before)));
        if !follows {
            self.wrong_times += self.held.drain(..).count() as u64;
        }
        self.held.push((at, values.to_vec()));
        if self.held.len() < AGREEING {
            return Fate::Held;
        }
        let mut held = std::mem::take(&mut self.held).into_iter();
        if let Some((at, values)) = held.next() {
            self.begin(at, &values, sink);
        }
        for (at, values) in held {
            if let Some(stretch) = &mut self.stretch {
                stretch.advance(at, &values, sink);
            }
        }
        Fate::Placed
    }
}

impl Stretch {
    /// A row after the last: fills the grid up to it.
    fn advance(&mut self, at: f64, values: &[f64], sink: &mut impl FnMut(Step<'_>)) {
        let (before, here) = (self.last - self.origin, at - self.origin);
        let even = [before, here]
            .iter()
            .all(|p| (p - p.round()).abs() <= ON_GRID);
        while self.next as f64 <= here + ON_GRID {
            let place = self.next as f64;
            if (here - place).abs() <= ON_GRID {
                self.push(Some(values), sink);
            } else if !even && here - before <= STEP_MAX && place > before {
                let share = (place - before) / (here - before);
                let between: Vec<f64> = self
                    .values
                    .iter()
                    .zip(values)
                    .map(|(a, b)| a + share * (b - a))
                    .collect();
                self.push(Some(&between), sink);
            } else if (here - place).abs() <= 0.5 {
                self.push(Some(values), sink);
            } else {
                self.push(None, sink);
            }
        }
        self.last = at;
        self.values.clear();
        self.values.extend_from_slice(values);
    }

    fn push(&mut self, values: Option<&[f64]>, sink: &mut impl FnMut(Step<'_>)) {
        self.next += 1;
        self.present = self.present << 1 | u128::from(values.is_some());
        sink(values.map_or(Step::Missing, Step::Row));
    }

    /// A row that is not after the last.
    fn late(&mut self, at: f64, values: &[f64], sink: &mut impl FnMut(Step<'_>)) -> Fate {
        let position = at - self.origin;
        let place = position.round();
        if place < 0.0 || (at - self.last).abs() <= SAME {
            return if place < 0.0 {
                Fate::Stale
            } else {
                Fate::Duplicate
            };
        }
        let back = self.next.saturating_sub(place as u64 + 1);
        let bit = 1_u128.checked_shl(back as u32).unwrap_or(0);
        if self.present & bit != 0 && (position - place).abs() <= ON_GRID {
            return Fate::Duplicate;
        }
        if bit == 0 || self.present & bit != 0 || (position - place).abs() > NEAR {
            return Fate::Stale;
        }
        self.present |= bit;
        sink(Step::Late(place as u64, values));
        Fate::Late
    }
}

/// A count that may have started again, near the one before.
fn unwrapped(count: f64, last: f64) -> f64 {
    let turns = ((last - count) / WRAP).round();
    let unwrapped = count + turns * WRAP;
    let step = unwrapped - last;
    // only a count just after a wrap is taken for one: a device that was switched on again also
    // begins at 0
    let wraps =
        turns > 0.0 && (0.0..1000.0).contains(&step) && last.rem_euclid(WRAP) > WRAP - 1000.0;
    // after it the counts go on from there, some a little late
    let wrapped_before = turns > 0.0 && turns <= last.div_euclid(WRAP);
    match wraps || (wrapped_before && (-100.0..1000.0).contains(&step)) {
        true => unwrapped,
        false => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `r` row with its value, `-` missing, `l` late row, `|` new stretch.
    fn steps(times: &[f64]) -> (String, Vec<Fate>, Timeline) {
        let mut timeline = Timeline::new(100.0, 1.0);
        let mut text = String::new();
        let fates = times
            .iter()
            .map(|&time| {
                timeline.place(Stamp::Time(time), &[time * 100.0], &mut |step| match step {
                    Step::Row(values) => text += &format!("{:.0} ", values[0]),
                    Step::Missing => text += "- ",
                    Step::Late(row, _) => text += &format!("l{row} "),
                    Step::Begin(at) => text += &format!("|{at:.2} "),
                })
            })
            .collect();
        (text.trim_end().to_owned(), fates, timeline)
    }

    #[test]
    fn even_rows_stand_one_after_the_other() {
        assert_eq!(steps(&[5.0, 5.01, 5.02]).0, "|5.00 500 501 502");
    }

    #[test]
    fn missing_late_and_repeated_rows_are_told_apart() {
        let (text, fates, _) = steps(&[0.0, 0.01, 0.04, 0.02, 0.04, 0.01, 0.05, -0.02]);
        assert_eq!(text, "|0.00 0 1 - - 4 l2 5");
        use Fate::*;
        let expected = [
            Placed, Placed, Placed, Late, Duplicate, Duplicate, Placed, Stale,
        ];
        assert_eq!(fates, expected);
    }

    #[test]
    fn uneven_times_are_interpolated() {
        let (text, ..) = steps(&[0.0, 0.0104, 0.0196, 0.0308, 0.0399, 0.0505]);
        assert_eq!(text, "|0.00 0 1 2 3 4 5");
        let mut timeline = Timeline::new(100.0, 1.0);
        let mut rows = Vec::new();
        for i in 0..50 {
            // a source at 97 Hz on a grid of 100 Hz
            let time = f64::from(i) / 97.0;
            timeline.place(Stamp::Time(time), &[time], &mut |step| {
                if let Step::Row(values) = step {
                    rows.push(values[0]);
                }
            });
        }
        for (i, value) in rows.iter().enumerate() {
            assert!((value - i as f64 / 100.0).abs() < 0.0013, "{i}: {value}");
        }
        assert!(rows.len() >= 50);
    }

    #[test]
    fn one_wrong_time_is_no_jump_and_three_are() {
        let (text, _, timeline) = steps(&[0.0, 0.01, 77.0, 0.02]);
        assert_eq!((text.as_str(), timeline.wrong_times), ("|0.00 0 1 2", 1));
        let (text, ..) = steps(&[9.0, 9.01, 3.0, 3.01, 3.02, 3.03]);
        assert_eq!(text, "|9.00 900 901 |3.00 300 301 302 303");
        let (text, ..) = steps(&[0.0, 50.0, 60.0, 70.0, 0.01]);
        assert_eq!(text, "|0.00 0 1");
    }

    #[test]
    fn counters_start_again() {
        let mut timeline = Timeline::new(100.0, 1.0);
        let mut text = String::new();
        for count in [65_534.0, 65_535.0, 0.0, 1.0, 3.0, 2.0, 4.0] {
            timeline.place(Stamp::Count(count), &[count], &mut |step| match step {
                Step::Row(values) => text += &format!("{} ", values[0]),
                other => text += &format!("{other:?} "),
            });
        }
        assert_eq!(
            text,
            "Begin(655.34) 65534 65535 0 1 Missing 3 Late(4, [2.0]) 4 "
        );
    }

    proptest! {
        /// Whatever the times, the rows of a stretch come in order and none is told twice.
        #[test]
        fn any_times(times in prop::collection::vec(prop_oneof![0.0..3.0f64, -1e9..1e9f64], 0..200)) {
            let mut timeline = Timeline::new(100.0, 1.0);
            let mut next = 0_u64;
            for time in times {
                timeline.place(Stamp::Time(time), &[time], &mut |step| match step {
                    Step::Begin(_) => next = 0,
                    Step::Row(_) | Step::Missing => next += 1,
                    Step::Late(row, _) => assert!(row < next),
                });
                prop_assert!(next <= 200 * 101);
            }
        }
    }
}
