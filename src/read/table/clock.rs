//! When the rows of a table were taken: rate, first frame, dropped frames.

use crate::read::ReadError;
use crate::recording::Warning;

/// What a table says about time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock<'a> {
    /// Frame numbers, if there is such a column.
    pub frames: Option<&'a [f64]>,
    /// Seconds, if there is such a column.
    pub times: Option<&'a [f64]>,
    /// Rate that the header or the user declares, Hz.
    pub declared_hz: Option<f64>,
    /// Line of every row, for messages.
    pub lines: &'a [usize],
    /// At most so many empty rows are inserted for dropped frames.
    pub inserted_max: usize,
}

/// Rate, first frame and place of every row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timing {
    /// Frames per second.
    pub rate_hz: f64,
    /// Frame number of the first row.
    pub first_frame: u64,
    /// Frames from the first row to the last, dropped ones included.
    pub frames: usize,
    /// Index of every row, when frames were dropped.
    index: Option<Vec<usize>>,
}

impl Timing {
    /// A column with NaN where frames were dropped.
    pub(crate) fn spread(&self, column: Vec<f64>) -> Vec<f64> {
        let Some(index) = &self.index else {
            return column;
        };
        let mut spread = vec![f64::NAN; self.frames];
        for (&to, value) in index.iter().zip(column) {
            if let Some(cell) = spread.get_mut(to) {
                *cell = value;
            }
        }
        spread
    }
}

impl Clock<'_> {
    /// Works out the timing; the table must have at least one row.
    pub(crate) fn timing(&self, warnings: &mut Vec<Warning>) -> Result<Timing, ReadError> {
        self.check_increasing(self.frames, "frame")?;
        self.check_increasing(self.times, "time")?;
        let step = self.times.map(Self::mean_step);
        let index = match self.frames {
            Some(frames) => self.index_of_frames(frames, warnings)?,
            None => self.index_of_times(step, warnings),
        };
        let rate_hz = self.rate(step, &index, warnings)?;
        let frames = index.last().map_or(0, |last| last + 1);
        let dropped = frames.saturating_sub(index.len());
        if dropped > 0 {
            warnings.push(Warning::new(
                "dropped-frames",
                format!("{dropped} of {frames} frames are missing in the file; they are gaps"),
            ));
        }
        Ok(Timing {
            rate_hz,
            first_frame: self.first_frame(rate_hz, warnings),
            frames,
            index: (dropped > 0).then_some(index),
        })
    }

    fn line(&self, row: usize) -> String {
        format!("line {}", self.lines.get(row).copied().unwrap_or_default())
    }

    /// Frames and times must be numbers that grow from row to row.
    fn check_increasing(&self, column: Option<&[f64]>, what: &str) -> Result<(), ReadError> {
        let mut before = f64::NEG_INFINITY;
        for (row, &value) in column.unwrap_or_default().iter().enumerate() {
            let whole = what != "frame" || (value.fract() == 0.0 && (0.0..1e15).contains(&value));
            if !value.is_finite() || !whole {
                let found = if value.is_nan() {
                    format!("no {what}")
                } else {
                    format!("{what} {value}")
                };
                return Err(ReadError::new(self.line(row), found)
                    .expected(format!("a {what} in every row"))
                    .advice("correct or remove the row"));
            }
            if value <= before {
                let how = if value == before { "repeated" } else { "back" };
                return Err(ReadError::new(
                    self.line(row),
                    format!("{what} {value} after {before} ({how})"),
                )
                .expected(format!("a {what} that grows from row to row"))
                .advice("remove the repeated rows or sort the file by time"));
            }
            before = value;
        }
        Ok(())
    }

    /// Mean of the steps near the median step, NaN for a single row: the mean is exact even where
    /// the times are rounded, the median tells which steps are gaps.
    fn mean_step(times: &[f64]) -> f64 {
        let mut steps: Vec<f64> = times
            .iter()
            .zip(times.iter().skip(1))
            .map(|(a, b)| b - a)
            .collect();
        if steps.is_empty() {
            return f64::NAN;
        }
        // The lower median: gaps make steps longer, never shorter.
        let middle = (steps.len() - 1) / 2;
        let (_, &mut median, _) = steps.select_nth_unstable_by(middle, f64::total_cmp);
        let (sum, count) = steps
            .iter()
            .filter(|&&step| step > 0.5 * median && step < 1.5 * median)
            .fold((0.0, 0.0), |(sum, count), step| (sum + step, count + 1.0));
        sum / count
    }

    fn index_of_frames(
        &self,
        frames: &[f64],
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<usize>, ReadError> {
        let first = frames.first().copied().unwrap_or_default();
        let span = frames.last().copied().unwrap_or_default() - first;
        let steps = || frames.iter().zip(frames.iter().skip(1)).map(|(a, b)| b - a);
        let step = steps().next().unwrap_or(1.0);
        if step > 1.0 && frames.len() > 2 && steps().all(|s| s == step) {
            warnings.push(Warning::new(
                "decimated",
                format!("the file holds every {step}th frame; they are counted one by one"),
            ));
            return Ok((0..frames.len()).collect());
        }
        let dropped = span + 1.0 - frames.len() as f64;
        if dropped > self.inserted_max as f64 {
            let row = steps()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .map_or(0, |(row, _)| row + 1);
            return Err(ReadError::new(
                self.line(row),
                format!("{dropped} frame numbers are left out"),
            )
            .expected("frame numbers without large jumps")
            .advice("split the file at the jump"));
        }
        Ok(frames
            .iter()
            .map(|frame| (frame - first) as usize)
            .collect())
    }

    /// Rows on the grid of the mean step; row by row when the times are irregular.
    fn index_of_times(&self, step: Option<f64>, warnings: &mut Vec<Warning>) -> Vec<usize> {
        let rows = self.lines.len();
        let (Some(times), Some(step)) = (self.times, step) else {
            return (0..rows).collect();
        };
        let mut index = Vec::with_capacity(rows);
        let (mut at, mut before) = (0.0, times.first().copied().unwrap_or_default());
        for (row, &time) in times.iter().enumerate() {
            if row > 0 {
                at += ((time - before) / step).round().max(1.0);
            }
            before = time;
            index.push(at as usize);
        }
        let too_many = at + 1.0 - rows as f64 > self.inserted_max as f64;
        if too_many || self.largest_deviation(&index).0 > 0.5 {
            warnings.push(irregular());
            return (0..rows).collect();
        }
        index
    }

    /// Largest distance of a time from the even grid through the first and last row, in steps and
    /// in seconds, and the step of that grid.
    fn largest_deviation(&self, index: &[usize]) -> (f64, f64, f64) {
        let times = self.times.unwrap_or_default();
        let (Some(first), Some(last), Some(&count)) = (times.first(), times.last(), index.last())
        else {
            return (0.0, 0.0, f64::NAN);
        };
        let step = (last - first) / count as f64;
        let deviation = times
            .iter()
            .zip(index)
            .map(|(time, &i)| (time - first - i as f64 * step).abs())
            .fold(0.0, f64::max);
        (deviation / step, deviation, step)
    }

    /// The rate that explains the times best: the declared one, a whole number, else the mean.
    fn rate(
        &self,
        step: Option<f64>,
        index: &[usize],
        warnings: &mut Vec<Warning>,
    ) -> Result<f64, ReadError> {
        let declared = self.declared_hz.filter(|r| r.is_finite() && *r > 0.0);
        let by_times = step.filter(|step| step.is_finite()).map(|_| {
            let (in_steps, seconds, step) = self.largest_deviation(index);
            if in_steps > 0.5 && self.frames.is_some() {
                warnings.push(irregular());
            }
            (step, seconds)
        });
        match (declared, by_times) {
            (Some(declared), None) => Ok(declared),
            (None, None) => Err(ReadError::new("", "neither a time column nor a rate")
                .expected("frames per second")
                .advice("give the rate with --rate")),
            (declared, Some((step, deviation))) => {
                // First and last time may both be off by the largest deviation.
                let slack = 2.0 * deviation / index.last().copied().unwrap_or(1) as f64;
                let explains = |rate: f64| (1.0 / rate - step).abs() <= slack + 1e-9 * step;
                let measured = 1.0 / step;
                if let Some(declared) = declared {
                    if explains(declared) || (declared - measured).abs() < 1e-3 * measured {
                        return Ok(declared);
                    }
                    warnings.push(Warning::new(
                        "rate-disagrees",
                        format!(
                            "the header says {declared} Hz, the time column {measured:.4} Hz; the time column is used"
                        ),
                    ));
                }
                let whole = measured.round();
                Ok(if whole > 0.0 && explains(whole) {
                    whole
                } else {
                    nine_digits(measured)
                })
            }
        }
    }

    fn first_frame(&self, rate_hz: f64, warnings: &mut Vec<Warning>) -> u64 {
        if let Some(&first) = self.frames.and_then(<[f64]>::first) {
            if first == 0.0 {
                warnings.push(Warning::new(
                    "frames-from-zero",
                    "the file counts frames from 0; they are counted from 1 here",
                ));
                return 1;
            }
            return first as u64;
        }
        let Some(&first) = self.times.and_then(<[f64]>::first) else {
            return 1;
        };
        let frame = first * rate_hz;
        if (0.0..1e6).contains(&first) && (frame - frame.round()).abs() < 0.25 {
            return frame.round() as u64 + 1;
        }
        warnings.push(Warning::new(
            "time-origin",
            format!("the first time, {first} s, is not on the frame grid; it is called frame 1"),
        ));
        1
    }
}

fn irregular() -> Warning {
    Warning::new(
        "irregular-time",
        "the times are not evenly spaced; rows are taken as evenly spaced at the mean rate",
    )
}

/// Nine significant digits: takes off the rounding of the times.
fn nine_digits(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(
        frames: Option<&[f64]>,
        times: Option<&[f64]>,
        declared_hz: Option<f64>,
    ) -> (Result<Timing, ReadError>, Vec<String>) {
        let rows = frames.or(times).unwrap().len();
        let lines: Vec<usize> = (0..rows).map(|row| row + 2).collect();
        let mut warnings = Vec::new();
        let clock = Clock {
            frames,
            times,
            declared_hz,
            lines: &lines,
            inserted_max: 100,
        };
        let timing = clock.timing(&mut warnings);
        (
            timing,
            warnings.into_iter().map(|w| w.code.into_owned()).collect(),
        )
    }

    fn every(step: f64, count: usize, decimals: usize) -> Vec<f64> {
        (0..count)
            .map(|i| format!("{:.decimals$}", i as f64 * step).parse().unwrap())
            .collect()
    }

    #[test]
    fn rounded_times_give_the_rate() {
        for (rate, decimals) in [(60.0, 3), (100.0, 2), (120.0, 3), (240.0, 4), (250.0, 3)] {
            let (found, warnings) = timing(None, Some(&every(1.0 / rate, 200, decimals)), None);
            assert_eq!(found.unwrap().rate_hz, rate);
            assert!(warnings.is_empty());
        }
        let (found, _) = timing(None, Some(&every(1.0 / 119.88, 500, 6)), None);
        assert!((found.unwrap().rate_hz - 119.88).abs() < 1e-3);
        let (found, _) = timing(None, Some(&every(1.0 / 119.88, 500, 17)), None);
        assert_eq!(found.unwrap().rate_hz, 119.88);
    }

    #[test]
    fn the_time_column_wins_over_a_wrong_rate() {
        let (found, warnings) = timing(None, Some(&every(0.04, 50, 3)), Some(250.0));
        assert_eq!(found.unwrap().rate_hz, 25.0);
        assert_eq!(warnings, ["rate-disagrees"]);
    }

    #[test]
    fn dropped_rows_become_gaps() {
        for (frames, times) in [
            (Some([11.0, 12.0, 15.0]), None),
            (None, Some([0.10, 0.11, 0.14])),
        ] {
            let (found, warnings) = timing(
                frames.as_ref().map(|f| &f[..]),
                times.as_ref().map(|t| &t[..]),
                Some(100.0),
            );
            let found = found.unwrap();
            assert_eq!((found.frames, found.first_frame), (5, 11));
            assert_eq!(warnings, ["dropped-frames"]);
            let column = found.spread(vec![1.0, 2.0, 5.0]);
            assert_eq!(column[1], 2.0);
            assert!(column[2].is_nan() && column[3].is_nan());
            assert_eq!(column[4], 5.0);
        }
    }

    #[test]
    fn repeated_or_backward_rows_are_refused() {
        let (found, _) = timing(None, Some(&[0.0, 0.01, 0.01]), None);
        let error = found.unwrap_err();
        assert_eq!(error.place, "line 4");
        assert!(error.found.contains("repeated"));
        let (found, _) = timing(Some(&[3.0, 2.0]), None, Some(100.0));
        assert!(found.unwrap_err().found.contains("back"));
        let (found, _) = timing(None, Some(&[0.0, f64::NAN]), None);
        assert_eq!(found.unwrap_err().found, "no time");
    }

    #[test]
    fn irregular_times_are_reported() {
        let times = [0.0, 0.01, 0.024, 0.03, 0.047, 0.05, 0.0645, 0.07];
        let (found, warnings) = timing(None, Some(&times), None);
        assert!(found.is_ok());
        assert_eq!(warnings, ["irregular-time"]);
    }

    #[test]
    fn no_time_and_no_rate_names_the_option() {
        let (found, _) = timing(Some(&[1.0, 2.0]), None, None);
        assert!(found.unwrap_err().to_string().contains("--rate"));
    }
}
