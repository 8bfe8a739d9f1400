//! Tables whose rows come one by one: the header first, then rows without end.
//!
//! In: the lines of the header and a few rows. Out: a [`LiveTable`], which turns every further line
//! into numbers in SI units, and says what of the recording the numbers are. Which column is what is
//! told by the same code as for whole files.

use super::table::{self, Dialect, Lines, Wanted};
use super::{RATES_HZ, ReadError, ReadOptions, inertial, wide};
use crate::recording::{Marker, Recording, Sensor, Series3, Warning};
use std::ops::Range;

/// Rows that are looked at before a table is understood: units that are not written are told by
/// the size of gravity, the rate by the times.
pub const ROWS_FIRST: usize = 60;

/// What tells when a row was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ClockColumn {
    /// Nothing: rows are evenly spaced and none is missing.
    None,
    /// A count that grows by one per row.
    Count(usize),
    /// A time, and the seconds of its unit.
    Time(usize, f64),
}

/// Three columns that belong together, and what their numbers are multiplied with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Triple {
    pub columns: [usize; 3],
    pub factor: f64,
    /// Three zeros mean that nothing was seen.
    pub zeros_are_missing: bool,
}

/// What a reader found in a header and the first rows.
pub(super) struct Found {
    pub dialect: Dialect,
    /// Number of columns.
    pub width: usize,
    pub clock: ClockColumn,
    pub declared_hz: Option<f64>,
    /// Triples in the order of the recording: markers, or acceleration and angular velocity of every
    /// sensor.
    pub triples: Vec<Triple>,
    /// The recording without frames.
    pub template: Recording,
}

/// How the rows of a live table are read.
#[derive(Debug, Clone)]
pub struct LiveTable {
    dialect: Dialect,
    blanks: bool,
    /// For every column of the file the place of its number in a row's values.
    places: Vec<Option<usize>>,
    clock: ClockColumn,
    triples: Vec<Triple>,
    template: Recording,
    rate_hz: f64,
}

/// When a row was taken, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stamp {
    /// It does not say.
    None,
    /// Number of the row.
    Count(f64),
    /// Seconds.
    Time(f64),
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// Fewer or more cells than the header has names.
    Cells(usize),
    /// A cell of this column (from 1) is no number.
    Number(usize),
    /// Neither time nor count can be read.
    Clock,
}

/// True for a line that holds numbers and blanks alone, at least two of them: the first row below a
/// header.
pub fn is_row(line: &[u8]) -> bool {
    let mut numbers = 0;
    let mut cells = 0;
    let separated = |b: &u8| matches!(b, b',' | b';' | b'\t' | b'|' | b' ');
    for cell in line.split(separated) {
        let cell = cell.trim_ascii();
        let value = [b'.', b',']
            .into_iter()
            .find_map(|sign| table::number(cell, sign));
        match value {
            None => return false,
            Some(value) => numbers += usize::from(value.is_finite()),
        }
        cells += 1;
    }
    cells >= 2 && numbers >= 2
}

impl LiveTable {
    /// Understands the header; `text` is it and the rows that came first, at best [`ROWS_FIRST`].
    ///
    /// # Errors
    /// As for a file with the same text; also when neither times nor a rate tell how fast rows come.
    pub fn of(text: &[u8], options: &ReadOptions) -> Result<LiveTable, ReadError> {
        let inertial = !options.map.recognises(text) && inertial::recognises(text);
        let found = match inertial {
            true => inertial::live(text)?,
            false => wide::live(text, &options.map)?,
        };
        let mut places = vec![None; found.width];
        let columns = found.triples.iter().flat_map(|t| t.columns);
        for (next, column) in columns.enumerate() {
            if let Some(place) = places.get_mut(column) {
                *place = Some(next);
            }
        }
        let mut table = LiveTable {
            blanks: found.dialect.delimiter == b' ',
            dialect: found.dialect,
            places,
            clock: found.clock,
            triples: found.triples,
            template: found.template,
            rate_hz: f64::NAN,
        };
        let given = options.map.rate_hz.or(options.rate_hz);
        table.rate_hz = table.rate(text, given.or(found.declared_hz), options)?;
        table.template.rate_hz = table.rate_hz;
        options.map.apply(&mut table.template);
        Ok(table)
    }

    /// Rows per second, from the times of the first rows (trusted more than what is declared, except
    /// by a map), else as declared.
    fn rate(
        &self,
        text: &[u8],
        declared_hz: Option<f64>,
        options: &ReadOptions,
    ) -> Result<f64, ReadError> {
        let measured = || {
            let times = self.first_times(text);
            let mut steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
            steps.retain(|step| *step > 0.0);
            steps.sort_by(f64::total_cmp);
            let middle = *steps.get(steps.len().checked_sub(1)? / 2)?;
            let usual = steps.iter().filter(|s| (0.5..1.5).contains(&(*s / middle)));
            let (sum, count) = usual.fold((0.0, 0.0), |(s, n), step| (s + step, n + 1.0));
            let rate = count / sum;
            // times that were rounded when written: a whole rate that is near is the one meant
            let whole = rate.round();
            let near = (whole / rate - 1.0).abs() < 2e-3 && whole > 0.0;
            Some(if near { whole } else { rate })
        };
        let found = match options.map.rate_hz {
            Some(rate) => Some(rate),
            None => measured().or(declared_hz),
        };
        match found.filter(|rate| RATES_HZ.contains(rate)) {
            Some(rate) => Ok(rate),
            None => Err(ReadError::new("", "neither times nor a rate")
                .expected("a column time_s, or --rate HZ")
                .advice("give the rows per second with --rate")),
        }
    }

    fn first_times(&self, text: &[u8]) -> Vec<f64> {
        let mut times = Vec::new();
        let mut values = Vec::new();
        for line in Lines::new(text).filter(|line| is_row(line)) {
            if let Ok(Stamp::Time(time)) = self.row(line, &mut values) {
                times.push(time);
            }
        }
        times
    }

    /// Rows per second.
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// Numbers per row.
    pub fn width(&self) -> usize {
        3 * self.triples.len()
    }

    /// What the numbers of a row are: a recording without frames. Marker `i` is columns `3i` to
    /// `3i + 2`, sensor `i` columns `6i` to `6i + 5` (acceleration, then angular velocity).
    pub fn template(&self) -> &Recording {
        &self.template
    }

    /// Reads a row into `values` ([`width`](LiveTable::width) numbers, NaN = missing).
    ///
    /// # Errors
    /// A [`RowFault`]; `values` is then of no use.
    pub fn row(&self, line: &[u8], values: &mut Vec<f64>) -> Result<Stamp, RowFault> {
        values.clear();
        values.resize(self.width(), f64::NAN);
        let tabbed;
        let (line, delimiter) = match self.blanks {
            true => {
                tabbed = table::tabs_for_spaces(line);
                (tabbed.trim_ascii_end(), b'\t')
            }
            false => (line, self.dialect.delimiter),
        };
        let mut stamp = match self.clock {
            ClockColumn::None => Some(Stamp::None),
            _ => None,
        };
        let mut cells = 0;
        for cell in line.split(|b| *b == delimiter) {
            let place = match self.places.get(cells) {
                Some(place) => *place,
                // what is blank beyond the last name is a delimiter at the end of the line
                None if cell.trim_ascii().is_empty() => continue,
                None => return Err(RowFault::Cells(cells + 1)),
            };
            if place.is_some() || self.clock.is(cells) {
                let value = table::number(cell, self.dialect.decimal_sign);
                let value = value.ok_or(RowFault::Number(cells + 1))?;
                if let Some(value_at) = place.and_then(|place| values.get_mut(place)) {
                    *value_at = value;
                }
                stamp = stamp.or_else(|| self.clock.stamp(cells, value));
            }
            cells += 1;
        }
        if cells < self.places.len() {
            return Err(RowFault::Cells(cells));
        }
        self.to_si(values);
        match stamp {
            Some(Stamp::Time(t) | Stamp::Count(t)) if !t.is_finite() => Err(RowFault::Clock),
            Some(stamp) => Ok(stamp),
            None => Err(RowFault::Clock),
        }
    }

    fn to_si(&self, values: &mut [f64]) {
        for (triple, xyz) in self.triples.iter().zip(values.chunks_exact_mut(3)) {
            let missing = xyz.iter().any(|v| v.is_nan())
                || triple.zeros_are_missing && xyz.iter().all(|v| *v == 0.0);
            for value in xyz {
                *value = if missing {
                    f64::NAN
                } else {
                    *value * triple.factor
                };
            }
        }
    }

    /// The recording that a stretch of rows makes; `columns` are the numbers of the rows, one slice
    /// per column, and the frame number of the first is `first_frame`.
    pub fn recording(&self, columns: &[&[f64]], first_frame: u64) -> Recording {
        let mut recording = self.template.clone();
        recording.frames = columns.first().map_or(0, |c| c.len());
        recording.first_frame = first_frame;
        let series = |at: Range<usize>| match columns.get(at).unwrap_or_default() {
            [x, y, z] => Series3 {
                x: x.to_vec(),
                y: y.to_vec(),
                z: z.to_vec(),
            },
            _ => Series3::default(),
        };
        for (i, marker) in recording.markers.iter_mut().enumerate() {
            marker.position = series(3 * i..3 * i + 3);
        }
        for (i, sensor) in recording.sensors.iter_mut().enumerate() {
            sensor.acc_m_s2 = series(6 * i..6 * i + 3);
            sensor.gyr_rad_s = series(6 * i + 3..6 * i + 6);
        }
        recording
    }
}

impl ClockColumn {
    fn is(self, column: usize) -> bool {
        matches!(self, ClockColumn::Count(c) | ClockColumn::Time(c, _) if c == column)
    }

    fn stamp(self, column: usize, value: f64) -> Option<Stamp> {
        match self {
            ClockColumn::Count(c) if c == column => Some(Stamp::Count(value)),
            ClockColumn::Time(c, seconds) if c == column => Some(Stamp::Time(value * seconds)),
            _ => None,
        }
    }
}

/// The numbers of the first rows, as far as they can be read.
pub(super) fn first_rows(
    lines: &Lines<'_>,
    dialect: Dialect,
    wanted: &Wanted,
) -> Result<Vec<Vec<f64>>, ReadError> {
    let mut text = Vec::new();
    for line in lines.clone().filter(|line| is_row(line)) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    Ok(table::numbers(&mut Lines::new(&text), dialect, wanted)?.columns)
}

/// A marker of a template.
pub(super) fn marker(label: String) -> Marker {
    Marker {
        label,
        position: Series3::default(),
    }
}

/// A sensor of a template.
pub(super) fn sensor(name: String) -> Sensor {
    Sensor::missing(name, 0)
}

/// The warning about columns that a live table does not use.
pub(super) fn no_orientations() -> Warning {
    Warning::new(
        "vendor-orientation-unused",
        "orientations of the sensors' own software are not used in a stream: they are computed from \
         acceleration and angular velocity",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> LiveTable {
        LiveTable::of(text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    #[test]
    fn rows_of_markers_are_metres_and_blank_cells_are_missing() {
        let table = table(
            "frame,time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm,note\n1,0.00,1,2,3,0\n2,0.01,1,2,3,0\n",
        );
        assert_eq!((table.rate_hz(), table.width()), (100.0, 3));
        let mut values = Vec::new();
        let stamp = table.row(b"9,0.08,1500,-2,3.5,text", &mut values);
        assert_eq!(stamp, Ok(Stamp::Time(0.08)));
        assert_eq!(values, [1.5, -0.002, 0.0035]);
        assert_eq!(
            table.row(b"9,0.09,1500,,3.5,", &mut values),
            Ok(Stamp::Time(0.09))
        );
        assert!(values.iter().all(|v| v.is_nan()));
        table.row(b"9,0.09,0,0,0,", &mut values).unwrap();
        assert!(values.iter().all(|v| v.is_nan()));
    }

    #[test]
    fn damaged_rows_are_named() {
        let table = table("time_s,A_x_m,A_y_m,A_z_m\n0,1,2,3\n0.01,1,2,3\n");
        let mut values = Vec::new();
        let mut row = |line: &[u8]| table.row(line, &mut values);
        assert_eq!(row(b"0.02,1,2"), Err(RowFault::Cells(3)));
        assert_eq!(row(b"0.02,1,2,3.10.03,1,2,3"), Err(RowFault::Number(4)));
        assert_eq!(row(b"0.02,1,2,3,4"), Err(RowFault::Cells(5)));
        assert_eq!(row(b"0.02,1,x,3"), Err(RowFault::Number(3)));
        assert_eq!(row(b",1,2,3"), Err(RowFault::Clock));
        assert_eq!(row(b"\xff\x00"), Err(RowFault::Number(1)));
        assert_eq!(row(b"0.02,1,2,3,"), Ok(Stamp::Time(0.02)));
    }

    #[test]
    fn sensors_come_in_si_units() {
        let row = "0,0,1,5.7,0,0";
        let text = format!(
            "time_s,pelvis_acc_x_g,pelvis_acc_y_g,pelvis_acc_z_g,pelvis_gyr_x_deg_s,\
             pelvis_gyr_y_deg_s,pelvis_gyr_z_deg_s\n0,{row}\n0.02,{row}\n"
        );
        let table = table(&text);
        assert_eq!(table.rate_hz(), 50.0);
        let mut values = Vec::new();
        table
            .row(format!("0.04,{row}").as_bytes(), &mut values)
            .unwrap();
        assert_eq!(values[2], 9.80665);
        assert!((values[3] - 5.7f64.to_radians()).abs() < 1e-12);
        let placement = table.template().sensors[0].placement;
        assert_eq!(placement, Some(crate::recording::Placement::Pelvis));
    }

    #[test]
    fn without_times_the_rate_must_be_given() {
        let text = b"A_x_m,A_y_m,A_z_m\n1,2,3\n1,2,3\n";
        let error = LiveTable::of(text, &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().contains("--rate"), "{error}");
        let options = ReadOptions {
            rate_hz: Some(120.0),
            ..ReadOptions::default()
        };
        assert_eq!(LiveTable::of(text, &options).unwrap().rate_hz(), 120.0);
    }

    #[test]
    fn a_row_is_known_from_a_header() {
        for row in [
            &b"0.01,1.5,2"[..],
            b"1;1,5;;",
            b"3\t4\tNaN",
            b" 1  2.5e-3 7",
        ] {
            assert!(is_row(row), "{}", row.escape_ascii());
        }
        for line in [
            &b"time_s,LASI_x"[..],
            b"",
            b",,",
            b"7",
            b"# 1,2",
            b"s,mm,mm",
        ] {
            assert!(!is_row(line), "{}", line.escape_ascii());
        }
    }
}
