//! When the rows of one sensor's file were sampled: its counter, its times, its rate.

use super::columns::Column;
use super::header::Header;
use crate::read::{ReadError, ReadOptions};
use crate::recording::{Format, Warning};
use std::collections::BTreeMap;

/// Counts at which counters of devices start again at 0: 16 bit (Xsens MTw), 32 bit (Xsens DOT).
pub(super) const WRAPS: [f64; 2] = [65_536.0, 4_294_967_296.0];

/// Timestamps nearer than this to an even grid, in samples, are rounded ones of even samples.
const EVEN_MAX: f64 = 0.2;

/// Rates of inertial sensors between which a guessed unit of time must lead, Hz.
const PLAUSIBLE_HZ: std::ops::RangeInclusive<f64> = 10.0..=2500.0;

/// What a place of a row on the time base is counted from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Origin {
    /// Nothing that another file shares.
    Unknown,
    /// Packet number of the first row, counting samples at the rate of the whole system.
    Packet(f64),
    /// Time of the first row, seconds.
    Time(f64),
}

/// The rows of one file on its own time base.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    pub rate_hz: f64,
    /// The rate was declared or is a whole number that explains the times.
    pub measured_hz: Option<f64>,
    /// Place of every row in samples from the first; grows from row to row.
    pub positions: Vec<f64>,
    pub origin: Origin,
    /// Frame number of the first row in the file's own count.
    pub first_frame: u64,
}

impl Clock {
    /// Works the clock out from the columns; `columns` are those read, by their place.
    pub(super) fn of(
        header: &Header,
        columns: &BTreeMap<usize, Vec<f64>>,
        lines: &[usize],
        options: &ReadOptions,
        warnings: &mut Vec<Warning>,
    ) -> Result<Clock, ReadError> {
        let find = |wanted: fn(&Column) -> bool| {
            let place = header.columns.iter().position(wanted)?;
            Some((place, columns.get(&place)?.as_slice()))
        };
        let rows = Rows { lines };
        let declared = options.rate_hz.or(header.declared_hz);
        let counter = match find(|c| *c == Column::Counter) {
            Some((_, values)) => Some(rows.unwrapped(values, "packet number", &WRAPS)?),
            None => None,
        };
        let frames = match find(|c| *c == Column::Frame) {
            Some((_, values)) => Some(rows.unwrapped(values, "sample number", &[])?),
            None => None,
        };
        let fine = find(|c| *c == Column::FineTime).map(|(_, v)| v);
        let times = match find(|c| matches!(c, Column::Time(_))) {
            Some((place, values)) => {
                let unit = match header.columns.get(place) {
                    Some(Column::Time(unit)) => unit.as_str(),
                    _ => "",
                };
                Some(rows.times(values, unit, declared, warnings)?)
            }
            None => match fine.filter(|v| v.iter().all(|t| t.is_finite()) && v.len() > 1) {
                Some(fine) => rows.fine_times(fine, header, declared)?,
                None => None,
            },
        };
        let is_packets = counter.is_some() && header.format == Format::XsensMt;
        let count = counter.as_ref().or(frames.as_ref());
        let mut clock = match (count, &times) {
            (Some(count), times) => counted(count, times.as_deref(), declared, warnings)?,
            (None, Some(times)) => timed(times, declared, warnings)?,
            (None, None) => Clock {
                rate_hz: declared.ok_or_else(no_rate)?,
                measured_hz: None,
                positions: (0..lines.len()).map(|row| row as f64).collect(),
                origin: Origin::Unknown,
                first_frame: 1,
            },
        };
        clock.origin = match (is_packets, &counter, &times) {
            (true, Some(counter), _) => Origin::Packet(counter.first().copied().unwrap_or(0.0)),
            (_, _, Some(times)) => Origin::Time(times.first().copied().unwrap_or(0.0)),
            _ => Origin::Unknown,
        };
        clock.first_frame = first_frame(frames.as_deref(), times.as_deref(), clock.rate_hz, fine);
        Ok(clock)
    }
}

/// A count or time that grows from row to row.
#[derive(Debug)]
pub(super) struct Growing {
    before: f64,
    turns: f64,
}

impl Default for Growing {
    fn default() -> Growing {
        Growing {
            before: f64::NEG_INFINITY,
            turns: 0.0,
        }
    }
}

/// What is wrong with a count or time.
pub(super) enum Wrong {
    /// It is not there.
    Missing,
    /// It does not grow; the one before it.
    After(f64),
}

impl Growing {
    /// The next value, continued where a device's counter starts again at one of `wraps`.
    pub(super) fn next(&mut self, value: f64, wraps: &[f64]) -> Result<f64, Wrong> {
        if !value.is_finite() || value.abs() > 9e15 {
            return Err(Wrong::Missing);
        }
        if value + self.turns <= self.before {
            let last = self.before - self.turns;
            let wrap = wraps
                .iter()
                .find(|&&wrap| last < wrap && value + wrap - last < 0.5 * wrap);
            match wrap {
                Some(wrap) if value + self.turns != self.before => self.turns += wrap,
                _ => return Err(Wrong::After(last)),
            }
        }
        self.before = value + self.turns;
        Ok(self.before)
    }
}

/// The error about a count or time that does not grow.
pub(super) fn fault(place: &str, what: &str, value: f64, wrong: Wrong) -> ReadError {
    match wrong {
        Wrong::Missing => ReadError::new(place, format!("no {what}"))
            .expected(format!("a {what} in every row"))
            .advice("correct or remove the row"),
        Wrong::After(last) => ReadError::new(place, format!("{what} {value} after {last}"))
            .expected(format!("a {what} that grows from row to row"))
            .advice("remove the repeated rows or sort the file by time"),
    }
}

/// Where the rows stand, for messages.
struct Rows<'a> {
    lines: &'a [usize],
}

impl Rows<'_> {
    fn line(&self, row: usize) -> String {
        format!("line {}", self.lines.get(row).copied().unwrap_or_default())
    }

    /// A count that grows from row to row, continued where the device's counter starts again.
    fn unwrapped(&self, values: &[f64], what: &str, wraps: &[f64]) -> Result<Vec<f64>, ReadError> {
        let mut growing = Growing::default();
        let rows = values.iter().enumerate();
        rows.map(|(row, &value)| {
            let place = growing.next(value, wraps);
            place.map_err(|wrong| fault(&self.line(row), what, value, wrong))
        })
        .collect()
    }

    /// Times in seconds; a unit that is not said is guessed from the step.
    fn times(
        &self,
        values: &[f64],
        unit: &str,
        declared: Option<f64>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<f64>, ReadError> {
        let times = self.unwrapped(values, "time", &[])?;
        let seconds = match unit {
            "s" | "sec" | "seconds" => 1.0,
            "ms" | "msec" | "milliseconds" => 1e-3,
            "us" | "µs" | "microseconds" => 1e-6,
            _ => {
                let seconds = guessed_unit(&times, declared).unwrap_or(1.0);
                if seconds != 1.0 {
                    warnings.push(Warning::new(
                        "time-unit-guessed",
                        format!(
                            "the time column has no unit; its steps of {:.6} were taken as {}",
                            median_step(&times),
                            if seconds == 1e-3 {
                                "milliseconds"
                            } else {
                                "microseconds"
                            },
                        ),
                    ));
                }
                seconds
            }
        };
        Ok(times.into_iter().map(|t| t * seconds).collect())
    }

    /// Times from the fine clock of an Xsens device: microseconds (DOT) or 0.1 ms (MT); `None` when
    /// it stands still or fits no rate.
    fn fine_times(
        &self,
        values: &[f64],
        header: &Header,
        declared: Option<f64>,
    ) -> Result<Option<Vec<f64>>, ReadError> {
        if values.first() == values.last() {
            return Ok(None);
        }
        let times = self.unwrapped(values, "SampleTimeFine", &WRAPS)?;
        let usual = match header.format {
            Format::XsensDot => 1e-6,
            _ => 1e-4,
        };
        // the least step: half of the packets may be lost
        let step = times
            .windows(2)
            .map(|w| w[1] - w[0])
            .fold(f64::INFINITY, f64::min);
        let fits = |seconds: &f64| fits_rate(1.0 / (step * seconds), declared);
        let seconds = [usual, 1e-6, 1e-4, 1e-3].into_iter().find(fits);
        Ok(seconds.map(|seconds| times.iter().map(|t| t * seconds).collect()))
    }
}

/// Seconds per unit of a time column without a unit, from the size of its steps.
fn guessed_unit(times: &[f64], declared: Option<f64>) -> Option<f64> {
    let step = median_step(times);
    [1.0, 1e-3, 1e-6]
        .into_iter()
        .find(|seconds| fits_rate(1.0 / (step * seconds), declared))
}

/// A rate that can be: near the declared one, else one that sensors have.
fn fits_rate(hz: f64, declared: Option<f64>) -> bool {
    match declared {
        Some(declared) => (0.8..1.25).contains(&(hz / declared)),
        None => PLAUSIBLE_HZ.contains(&hz),
    }
}

/// The usual step: gaps make steps longer, never shorter.
fn median_step(times: &[f64]) -> f64 {
    median(times.windows(2).map(|w| w[1] - w[0]).collect())
}

/// The lower median; NaN of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let middle = (values.len() - 1) / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Rows that are counted; times, where there are some, give or check the rate.
fn counted(
    count: &[f64],
    times: Option<&[f64]>,
    declared: Option<f64>,
    warnings: &mut Vec<Warning>,
) -> Result<Clock, ReadError> {
    let first = count.first().copied().unwrap_or_default();
    let positions: Vec<f64> = count.iter().map(|c| c - first).collect();
    let span = positions.last().copied().unwrap_or_default();
    let measured = times.and_then(|times| {
        let seconds = times.last()? - times.first()?;
        (span > 0.0 && seconds > 0.0).then(|| span / seconds)
    });
    let rate_hz = match (declared, measured) {
        (Some(declared), measured) => rate_of(declared, measured, warnings),
        (None, Some(measured)) => whole(measured),
        (None, None) => return Err(no_rate()),
    };
    Ok(Clock {
        rate_hz,
        measured_hz: measured,
        positions,
        origin: Origin::Unknown,
        first_frame: 1,
    })
}

/// Rows that are only timed: on an even grid when the times are those of one, else where the times
/// put them.
fn timed(
    times: &[f64],
    declared: Option<f64>,
    warnings: &mut Vec<Warning>,
) -> Result<Clock, ReadError> {
    let first = times.first().copied().unwrap_or_default();
    let step = median_step(times);
    if step.is_nan() {
        return Ok(Clock {
            rate_hz: declared.ok_or_else(no_rate)?,
            measured_hz: None,
            positions: vec![0.0; times.len()],
            origin: Origin::Unknown,
            first_frame: 1,
        });
    }
    // rows on the grid that the usual step makes, one step after the other
    let mut grid = Vec::with_capacity(times.len());
    let (mut at, mut before) = (0.0, first);
    for &time in times {
        at += ((time - before) / step).round();
        before = time;
        grid.push(at);
    }
    let seconds = before - first;
    let measured = at / seconds;
    let off_grid = grid
        .iter()
        .zip(times)
        .map(|(k, t)| ((t - first) * measured - k).abs())
        .fold(0.0, f64::max);
    let is_even = off_grid <= EVEN_MAX && grid.windows(2).all(|w| w[1] > w[0]);
    let measured = if is_even { measured } else { 1.0 / step };
    let rate_hz = match declared {
        Some(declared) => rate_of(declared, Some(measured), warnings),
        None => whole(measured),
    };
    let positions = if is_even {
        grid
    } else {
        warnings.push(Warning::new(
            "irregular-times",
            format!(
                "the samples are not evenly spaced in time; they were resampled at {rate_hz} Hz"
            ),
        ));
        times.iter().map(|t| (t - first) * rate_hz).collect()
    };
    Ok(Clock {
        rate_hz,
        measured_hz: Some(measured),
        positions,
        origin: Origin::Unknown,
        first_frame: 1,
    })
}

/// The declared rate unless the clock says otherwise by more than clocks differ.
fn rate_of(declared: f64, measured: Option<f64>, warnings: &mut Vec<Warning>) -> f64 {
    match measured {
        Some(measured) if (measured / declared - 1.0).abs() > 2e-3 => {
            warnings.push(Warning::new(
                "rate-disagrees",
                format!(
                    "the header says {declared} Hz, the times {measured:.4} Hz; the times are used"
                ),
            ));
            whole(measured)
        }
        _ => declared,
    }
}

/// A measured rate, or the whole number that it is but for the error of a clock.
fn whole(measured: f64) -> f64 {
    let whole = measured.round();
    if (measured / whole - 1.0).abs() < 1e-3 {
        return whole;
    }
    (measured * 1e6).round() / 1e6
}

fn no_rate() -> ReadError {
    ReadError::new("", "neither a time column nor a rate")
        .expected("samples per second")
        .advice("give the rate with --rate")
}

/// The file's own count of its first row, from a sample number or a time since the start; devices'
/// counters and times of day are none.
fn first_frame(
    frames: Option<&[f64]>,
    times: Option<&[f64]>,
    rate_hz: f64,
    fine: Option<&[f64]>,
) -> u64 {
    if let Some(&first) = frames.and_then(<[f64]>::first) {
        return first.max(1.0) as u64;
    }
    let start = times.filter(|_| fine.is_none()).and_then(|t| t.first());
    match start.map(|t| (t * rate_hz).round()) {
        Some(frame) if (0.0..1e9).contains(&frame) => frame as u64 + 1,
        _ => 1,
    }
}
