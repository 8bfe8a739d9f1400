//! When the rows of a table were taken: rate, first frame, dropped frames, uneven times.

use super::timing::{Rows, Timing};
use super::{resample::Resampling, steps};
use crate::read::ReadError;
use crate::recording::Warning;

/// Share of a step by which a time may stand off the even grid before the rows are resampled.
/// \[P\] 0.5 ms at 100 Hz: the fastest marker, a swinging foot at 4 m/s, is then off by 2 mm at most.
const EVEN_STEPS: f64 = 0.05;

/// Share by which a declared rate may differ from that of uneven times and still be the one meant.
/// \[P\]
const NOMINAL_SHARE: f64 = 0.05;

/// First times from here on are dates or counts of a device, not times of the recording. \[P\]
const ORIGIN_MAX_S: f64 = 1e6;

/// What a table says about time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock<'a> {
    /// Frame numbers, if there is such a column.
    pub frames: Option<&'a [f64]>,
    /// Seconds, if there is such a column.
    pub times: Option<&'a [f64]>,
    /// Rate that the header declares (or the user, for files that do not say), Hz.
    pub declared_hz: Option<f64>,
    /// Line of every row, for messages.
    pub lines: &'a [usize],
    /// At most so many empty rows are inserted for dropped frames.
    pub inserted_max: usize,
}

impl Clock<'_> {
    /// Works out the timing; the table must have at least one row.
    pub(crate) fn timing(&self, warnings: &mut Vec<Warning>) -> Result<Timing, ReadError> {
        self.check_increasing(self.frames, "frame")?;
        self.check_increasing(self.times, "time")?;
        let step = self.times.and_then(steps::usual);
        let index = match self.frames {
            Some(frames) => self.index_of_frames(frames, warnings)?,
            None => self.index_of_times(step),
        };
        let frames = index.last().map_or(0, |last| last + 1);
        if self.last_row_is_early(&index) {
            warnings.push(Warning::new(
                "last-row-early",
                "the last row follows sooner than the others; its frame is left missing",
            ));
            let (_, index) = index.split_last().unwrap_or((&0, &[]));
            return Ok(Timing {
                rows: Rows::At(index.to_vec()),
                frames,
                ..self.without_last_row().even(step, index, warnings)?
            });
        }
        match self.uneven(&index, warnings)? {
            Some(timing) => Ok(timing),
            None => self.even(step, &index, warnings),
        }
    }

    /// Rows on an even grid.
    fn even(
        &self,
        step: Option<f64>,
        index: &[usize],
        warnings: &mut Vec<Warning>,
    ) -> Result<Timing, ReadError> {
        let frames = index.last().map_or(0, |last| last + 1);
        let rate_hz = self.rate(step, index, warnings)?;
        let dropped = frames.saturating_sub(index.len());
        if dropped > 0 {
            warnings.push(dropped_frames(dropped, frames));
        }
        Ok(Timing {
            rate_hz,
            first_frame: self.first_frame(rate_hz, warnings),
            frames,
            rows: match dropped {
                0 => Rows::All,
                _ => Rows::At(index.to_vec()),
            },
            declared_hz: self.declared_hz,
            measured_hz: step.map(|step| nine_digits(1.0 / step)),
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
            return Err(ReadError::new(
                self.line(largest_step(frames)),
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

    /// Rows on the grid of the usual step; row by row without times.
    fn index_of_times(&self, step: Option<f64>) -> Vec<usize> {
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
        if too_many { (0..rows).collect() } else { index }
    }

    /// True when the last row alone stands off an even grid, too early: programs that keep every
    /// nth frame also keep the very last one.
    fn last_row_is_early(&self, index: &[usize]) -> bool {
        let times = self.times.unwrap_or_default();
        let (Some((last, before)), Some((&place, places)), Some(first)) =
            (times.split_last(), index.split_last(), times.first())
        else {
            return false;
        };
        steps::Evenness::of(before, places).is_some_and(|grid| {
            let early = first + place as f64 * grid.step - last;
            let explained = 1.01 * steps::rounding(times) + EVEN_STEPS * grid.step;
            is_even(before, grid) && early > explained && early < grid.step
        })
    }

    fn without_last_row(&self) -> Clock<'_> {
        let shorter = |column: &'_ [f64]| column.len().saturating_sub(1);
        Clock {
            frames: self.frames.map(|c| c.get(..shorter(c)).unwrap_or_default()),
            times: self.times.map(|c| c.get(..shorter(c)).unwrap_or_default()),
            ..*self
        }
    }

    /// Rows whose times cannot be put on an even grid (beyond what the rounding of the times
    /// explains): resampled on the true time base. `None` when they can.
    fn uneven(
        &self,
        index: &[usize],
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<Timing>, ReadError> {
        let times = self.times.unwrap_or_default();
        let Some(evenness) = steps::Evenness::of(times, index) else {
            return Ok(None);
        };
        let (false, Some(step)) = (is_even(times, evenness), steps::density(times)) else {
            return Ok(None);
        };
        let measured = 1.0 / step;
        let rate_hz = self.nominal_rate(measured, warnings);
        let (first, last) = (
            times.first().copied().unwrap_or_default(),
            times.last().copied().unwrap_or_default(),
        );
        // Frames on the grid of the file's time base: frame 1 stands at 0 s.
        let counts_from_zero = (0.0..ORIGIN_MAX_S).contains(&first);
        let first_frame = if counts_from_zero {
            (first * rate_hz - 1e-6).ceil().max(0.0) as u64 + 1
        } else {
            warnings.push(time_origin(first));
            1
        };
        let start = if counts_from_zero {
            (first_frame - 1) as f64 / rate_hz
        } else {
            first
        };
        let points = ((last - start) * rate_hz + 1e-6).floor() + 1.0;
        if points > (times.len() + self.inserted_max) as f64 {
            let row = largest_step(times);
            let pause = times.get(row).copied().unwrap_or_default()
                - times.get(row.wrapping_sub(1)).copied().unwrap_or_default();
            return Err(
                ReadError::new(self.line(row), format!("the time jumps by {pause} s"))
                    .expected("times without large jumps")
                    .advice("split the file at the jump"),
            );
        }
        let frames = points.max(1.0) as usize;
        let resampling = Resampling::new(times, start, 1.0 / rate_hz, frames);
        let gaps = resampling.gaps();
        warnings.push(Warning::new(
            "irregular-time",
            format!(
                "the times are not evenly spaced (up to {:.2} ms off); the rows are resampled at \
                 {rate_hz} Hz on the times as they stand",
                1e3 * evenness.deviation
            ),
        ));
        if gaps > 0 {
            warnings.push(dropped_frames(gaps, frames));
        }
        Ok(Some(Timing {
            rate_hz,
            first_frame,
            frames,
            rows: Rows::Resampled(resampling),
            declared_hz: self.declared_hz,
            measured_hz: Some(nine_digits(measured)),
        }))
    }

    /// The rate of the grid for uneven times: the declared one when it may be meant, else the
    /// nearest whole number.
    fn nominal_rate(&self, measured: f64, warnings: &mut Vec<Warning>) -> f64 {
        let near = |rate: f64| (rate - measured).abs() <= NOMINAL_SHARE * measured;
        match self.declared() {
            Some(declared) if near(declared) => return declared,
            Some(declared) => warnings.push(rate_disagrees(declared, measured)),
            None => {}
        }
        let whole = measured.round();
        if near(whole) {
            whole
        } else {
            nine_digits(measured)
        }
    }

    fn declared(&self) -> Option<f64> {
        self.declared_hz.filter(|r| r.is_finite() && *r > 0.0)
    }

    /// The rate that explains the times best: the declared one, a whole number, else the mean.
    fn rate(
        &self,
        step: Option<f64>,
        index: &[usize],
        warnings: &mut Vec<Warning>,
    ) -> Result<f64, ReadError> {
        let evenness = step.and(steps::Evenness::of(self.times.unwrap_or_default(), index));
        let declared = self.declared();
        let Some(steps::Evenness { step, deviation }) = evenness else {
            return declared.ok_or_else(|| {
                ReadError::new("", "neither a time column nor a rate")
                    .expected("frames per second")
                    .advice("give the rate with --rate")
            });
        };
        // First and last time may both be off by the largest deviation.
        let slack = 2.0 * deviation / index.last().copied().unwrap_or(1) as f64;
        let explains = |rate: f64| (1.0 / rate - step).abs() <= slack + 1e-9 * step;
        let measured = 1.0 / step;
        if let Some(declared) = declared {
            if explains(declared) || (declared - measured).abs() < 1e-3 * measured {
                return Ok(declared);
            }
            warnings.push(rate_disagrees(declared, measured));
        }
        let whole = measured.round();
        Ok(if whole > 0.0 && explains(whole) {
            whole
        } else {
            nine_digits(measured)
        })
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
        if (0.0..ORIGIN_MAX_S).contains(&first) && (frame - frame.round()).abs() < 0.25 {
            return frame.round() as u64 + 1;
        }
        warnings.push(time_origin(first));
        1
    }
}

/// True when times stand on a grid as far as their rounding lets one tell.
fn is_even(times: &[f64], evenness: steps::Evenness) -> bool {
    evenness.deviation <= 1.01 * steps::rounding(times) + EVEN_STEPS * evenness.step
}

fn time_origin(first: f64) -> Warning {
    Warning::new(
        "time-origin",
        format!("the first time, {first} s, is not on the frame grid; it is called frame 1"),
    )
}

fn rate_disagrees(declared: f64, measured: f64) -> Warning {
    Warning::new(
        "rate-disagrees",
        format!(
            "the header says {declared} Hz, the time column {measured:.4} Hz; the time column is used"
        ),
    )
}

fn dropped_frames(dropped: usize, frames: usize) -> Warning {
    Warning::new(
        "dropped-frames",
        format!("{dropped} of {frames} frames are missing in the file; they are gaps"),
    )
}

/// The row after the largest step.
fn largest_step(column: &[f64]) -> usize {
    let steps = column.iter().zip(column.iter().skip(1)).map(|(a, b)| b - a);
    steps
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |(row, _)| row + 1)
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
    fn uneven_times_are_resampled_on_their_own_time_base() {
        let times = [0.003, 0.01, 0.0243, 0.03, 0.0471, 0.05, 0.0645, 0.07];
        let (found, warnings) = timing(None, Some(&times), None);
        let found = found.unwrap();
        assert_eq!(warnings, ["irregular-time"]);
        // 0.067 s in seven steps: 104 Hz; frame 2 stands at 9.6 ms
        assert_eq!(
            (found.rate_hz, found.first_frame, found.frames),
            (104.0, 2, 7)
        );
        let frame_times: Vec<f64> = (1..8).map(|i| f64::from(i) / 104.0).collect();
        for (value, time) in found.spread(times.to_vec()).iter().zip(frame_times) {
            assert!((value - time).abs() < 1e-12, "{value} {time}");
        }
    }

    #[test]
    fn an_early_last_row_leaves_its_frame_missing() {
        let mut times = every(0.04, 20, 3);
        times.push(0.768);
        let (found, warnings) = timing(None, Some(&times), None);
        let found = found.unwrap();
        assert_eq!(warnings, ["last-row-early"]);
        assert_eq!((found.rate_hz, found.frames), (25.0, 21));
        let column = found.spread(vec![1.0; 21]);
        assert!(column[19] == 1.0 && column[20].is_nan());
    }

    #[test]
    fn a_pause_between_uneven_times_is_a_gap() {
        let times: Vec<f64> = (0..20)
            .map(|i| f64::from(i) * 0.01 + if i < 10 { 0.0 } else { 0.0537 })
            .collect();
        let (found, warnings) = timing(None, Some(&times), Some(100.0));
        let found = found.unwrap();
        assert_eq!(warnings, ["irregular-time", "dropped-frames"]);
        assert_eq!((found.rate_hz, found.frames), (100.0, 25));
        let column = found.spread(times.clone());
        for (i, value) in column.iter().enumerate() {
            let in_pause = (10..16).contains(&i);
            assert_eq!(value.is_nan(), in_pause, "{i}");
            assert!(in_pause || (value - 0.01 * i as f64).abs() < 1e-12, "{i}");
        }
        // frame numbers without the pause do not hide it
        let frames: Vec<f64> = (1..21).map(f64::from).collect();
        let (again, _) = timing(Some(&frames), Some(&times), Some(100.0));
        assert_eq!(again.unwrap().frames, 25);
        let endless = [0.0, 0.01, 0.02, 1e5];
        let error = timing(None, Some(&endless), None).0.unwrap_err();
        assert_eq!(error.place, "line 5");
    }

    #[test]
    fn no_time_and_no_rate_names_the_option() {
        let (found, _) = timing(Some(&[1.0, 2.0]), None, None);
        assert!(found.unwrap_err().to_string().contains("--rate"));
    }
}
