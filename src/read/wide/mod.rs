//! The plain wide table: one column per coordinate (`frame,time_s,LASI_x_mm,…`, `LASI_X`,
//! `LASI:X`, `LASI.x`, `LASI X (mm)`; or labels in one row and `X,Y,Z` in the next), with comma,
//! semicolon or tab.
//!
//! In: the bytes of a file. Out: a [`Recording`].

mod header;
mod live;
mod long;
mod mapped;
mod names;
mod planar;

use std::collections::BTreeMap;

use header::{Header, Triple};
use names::Column;

use super::foreign::Foreign;
use super::table::{self, Clock, Dialect, Lines, Timing, Wanted};
use super::{Map, ReadError, ReadOptions, labels, trajectories};
use crate::recording::{Format, Layout, LengthUnit, ModelOutput, Recording, Warning};

pub(super) use live::live;
pub(super) use names::seconds_per;

/// True when a line of names holds a marker's x, y and z (as the map says, if it does), or signals
/// of inertial sensors.
pub(super) fn recognises(first_bytes: &[u8], map: &Map) -> bool {
    // A name that is cut off at the end of the first bytes must not be taken for another.
    let is_cut = !first_bytes.contains(&b'\n');
    let mut lines = Lines::new(first_bytes);
    let Some(mut header) = header::read(&mut lines, map) else {
        return false;
    };
    if is_cut {
        header.columns.pop();
    }
    has_marker(&header) || !planar::points(&header, map).is_empty() || is_inertial(&header)
}

/// True when the first line of names holds a marker's x, y and z, whatever else there is.
pub(super) fn has_markers(first_bytes: &[u8]) -> bool {
    header::read(&mut Lines::new(first_bytes), &Map::default())
        .is_some_and(|header| has_marker(&header))
}

fn has_marker(header: &Header) -> bool {
    header::triples(&header.columns)
        .iter()
        .any(|triple| labels::result_unit(&triple.label).is_none())
        || long::Columns::of(header).is_some()
}

/// True when at least two columns are signals of inertial sensors: such a table is a recording,
/// though, when no signal is whole, not a readable one.
fn is_inertial(header: &Header) -> bool {
    let signals = header.names.iter().filter(|n| names::is_inertial(n));
    signals.count() >= 2
}

/// Reads a whole file.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Recording, ReadError> {
    let mut lines = Lines::new(bytes);
    let mut header = header::read(&mut lines, &options.map).ok_or_else(|| no_names(bytes))?;
    let tabbed;
    if header.delimiter == b' ' {
        // rows of blanks are rows of tabs from here on
        tabbed = table::tabs_for_spaces(bytes);
        let mut map = options.map.clone();
        map.table.delimiter = Some("tab".into());
        lines = Lines::new(&tabbed);
        header = header::read(&mut lines, &map).ok_or_else(|| no_names(bytes))?;
    }
    mapped::check(&header, &options.map)?;
    let mut triples = header::triples(&header.columns);
    if triples.is_empty() {
        triples = planar::points(&header, &options.map);
    }
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: match options.map.table.decimal {
            Some(',') => b',',
            Some(_) => b'.',
            None => table::decimal_sign(&lines, header.delimiter),
        },
    };
    let layout = Layout {
        delimiter: Some(char::from(dialect.delimiter)),
        decimal_sign: Some(char::from(dialect.decimal_sign)),
        header_lines: Some(lines.line_number() - 1),
        ..Layout::default()
    };
    // Times are trusted more than a rate given by hand, except one in a map.
    let declared_hz = options.map.rate_hz.or(options.rate_hz).or(header.rate_hz);
    let mut recording = match (long::Columns::of(&header), triples.is_empty()) {
        (Some(columns), true) => long::read(
            &columns,
            &mut lines,
            dialect,
            declared_hz,
            name,
            bytes.len(),
        )?,
        (_, false) => {
            let table = Table {
                header: &header,
                triples,
                dialect,
                declared_hz,
            };
            table.read(&mut lines, name, bytes.len())?
        }
        (None, true) if is_inertial(&header) => return Err(Foreign::INERTIAL_TABLE.error()),
        (None, true) => return Err(mapped::unknown(&header)),
    };
    recording.layout = Layout {
        declared_rate_hz: header.rate_hz,
        measured_rate_hz: recording.layout.measured_rate_hz,
        resampled: recording.layout.resampled,
        unused_columns: recording.layout.unused_columns,
        ..layout
    };
    Ok(recording)
}

/// Rows of numbers may be a recording all the same, if the user numbers the columns.
fn no_names(bytes: &[u8]) -> ReadError {
    match header::numbered(&Lines::new(bytes)) {
        Some(header) => mapped::unknown(&header),
        None => ReadError::new("", "no row of column names")
            .expected("columns such as LASI_x_mm, LASI_y_mm, LASI_z_mm")
            .advice("the file is not a recording that hipdrop knows"),
    }
}

/// One column per coordinate.
struct Table<'a> {
    header: &'a Header,
    triples: Vec<Triple>,
    dialect: Dialect,
    declared_hz: Option<f64>,
}

impl Table<'_> {
    fn read(
        self,
        lines: &mut Lines<'_>,
        name: &str,
        file_bytes: usize,
    ) -> Result<Recording, ReadError> {
        let mut warnings = Vec::new();
        warn_incomplete(self.header, &self.triples, &mut warnings);
        let place = |wanted: fn(&Column) -> bool| self.header.columns.iter().position(wanted);
        let frame_column = place(|c| *c == Column::Frame);
        let time_column = place(|c| matches!(c, Column::Time { .. }));
        let mut wanted = vec![false; self.header.columns.len()];
        let coordinates = self.triples.iter().flat_map(|triple| triple.columns);
        for index in coordinates.chain(frame_column).chain(time_column) {
            if let Some(wanted) = wanted.get_mut(index) {
                *wanted = true;
            }
        }
        let wanted = Wanted {
            columns: wanted,
            ends_at_blank_row: false,
        };
        let numbers = trajectories::rows(lines, self.dialect, &wanted)?;
        if numbers.has_more_columns {
            warnings.push(trajectories::unnamed_columns());
        }
        let mut columns = by_place(&wanted, numbers.columns);
        let frames = frame_column.and_then(|index| columns.remove(&index));
        let times = time_column.and_then(|index| {
            let mut times = columns.remove(&index)?;
            if let Some(Column::Time { seconds }) = self.header.columns.get(index) {
                times.iter_mut().for_each(|time| *time *= seconds);
            }
            Some(times)
        });
        // One row alone has no step.
        let has_step = times.as_ref().is_some_and(|times| times.len() > 1);
        let timing = Clock {
            frames: frames.as_deref(),
            times: times.as_deref(),
            declared_hz: self.declared_hz.filter(|_| !has_step),
            lines: &numbers.lines,
            inserted_max: trajectories::inserted_max(file_bytes, wanted.columns.len()),
        }
        .timing(&mut warnings)?;
        let format = match self.triples.iter().any(|triple| triple.in_picture) {
            true => Format::Tracks2d,
            false => Format::WideCsv,
        };
        let mut recording = Recording::new(name, format, timing.rate_hz, timing.frames);
        recording.first_frame = timing.first_frame;
        recording.declared_unit = declared_unit(&self.triples, &mut warnings);
        timing.describe(&mut recording.layout);
        recording.layout.unused_columns = self.unused(&wanted);
        fill(&mut recording, self.triples, &mut columns, &timing);
        recording.warnings = warnings;
        Ok(recording)
    }

    /// Names of the columns that are not read.
    fn unused(&self, wanted: &Wanted) -> Vec<String> {
        let names = self.header.names.iter().zip(&wanted.columns);
        names
            .filter(|(name, wanted)| !**wanted && !name.is_empty())
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// Puts every triple into the recording, as a marker or as a result.
fn fill(
    recording: &mut Recording,
    triples: Vec<Triple>,
    columns: &mut BTreeMap<usize, Vec<f64>>,
    timing: &Timing,
) {
    for triple in triples {
        let mut xyz = triple
            .columns
            .map(|index| columns.remove(&index).unwrap_or_default());
        if triple.in_picture {
            xyz[2] = vec![0.0; xyz[0].len()];
        }
        match labels::result_unit(&triple.label) {
            Some(implied) => recording.model_outputs.push(ModelOutput {
                unit: match triple.written_unit.as_str() {
                    "" => implied.to_owned(),
                    written => written.to_owned(),
                },
                label: triple.label,
                components: ["X", "Y", "Z"].map(str::to_owned).to_vec(),
                values: xyz.into_iter().map(|c| timing.spread(c)).collect(),
            }),
            None => {
                let unit = triple.unit.or(recording.declared_unit);
                let factor = unit.map_or(1.0, LengthUnit::metres);
                let marker = trajectories::marker(triple.label, xyz, factor, timing);
                recording.markers.push(marker);
            }
        }
    }
}

fn warn_incomplete(header: &Header, triples: &[Triple], warnings: &mut Vec<Warning>) {
    let mut used = vec![false; header.columns.len()];
    for index in triples.iter().flat_map(|triple| triple.columns) {
        if let Some(used) = used.get_mut(index) {
            *used = true;
        }
    }
    let left_out: Vec<&str> = header
        .columns
        .iter()
        .zip(&header.names)
        .zip(&used)
        .filter(|((column, _), used)| matches!(column, Column::Coordinate(_)) && !**used)
        .map(|((_, name), _)| name.as_str())
        .collect();
    if !left_out.is_empty() {
        warnings.push(Warning::at(
            "incomplete-coordinates",
            "header",
            format!(
                "columns repeated or without their x, y and z are left out: {}",
                left_out.join(", ")
            ),
        ));
    }
}

/// Columns by their place in the file.
fn by_place(wanted: &Wanted, columns: Vec<Vec<f64>>) -> BTreeMap<usize, Vec<f64>> {
    wanted
        .columns
        .iter()
        .enumerate()
        .filter(|(_, wanted)| **wanted)
        .map(|(index, _)| index)
        .zip(columns)
        .collect()
}

/// The unit the marker columns declare; markers without one share that of the others.
fn declared_unit(triples: &[Triple], warnings: &mut Vec<Warning>) -> Option<LengthUnit> {
    let markers: Vec<&Triple> = triples
        .iter()
        .filter(|triple| labels::result_unit(&triple.label).is_none())
        .collect();
    let declared = markers.iter().find_map(|triple| triple.unit);
    let undeclared: Vec<&str> = markers
        .iter()
        .filter(|triple| triple.unit.is_none())
        .map(|triple| triple.label.as_str())
        .collect();
    if declared.is_some() && !undeclared.is_empty() {
        warnings.push(Warning::at(
            "unit-missing",
            "header",
            format!(
                "no unit for {}; it is taken to be that of the other markers",
                undeclared.join(", ")
            ),
        ));
    }
    declared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(text: &str, rate_hz: Option<f64>) -> Result<Recording, ReadError> {
        let options = ReadOptions {
            rate_hz,
            ..ReadOptions::default()
        };
        read(text.as_bytes(), "test.csv", &options)
    }

    /// The same two frames in every spelling.
    #[test]
    fn spellings_give_the_same_recording() {
        let variants = [
            "frame,time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm\n11,0.1,1.5,2,3\n12,0.11,4,5,6\n",
            "\u{feff}Frame,Time,LASI X (mm),LASI Y (mm),LASI Z (mm)\r\n11,0.10,1.5,2,3\r\n12,0.11,4,5,6\r\n",
            "# made by hand\ntime_s;LASI:X [mm];LASI:Y [mm];LASI:Z [mm]\n0,1;1,5;2;3\n0,11;4;5;6\n",
            "time\tLASI.x\tLASI.y\tLASI.z\ns\tmm\tmm\tmm\n0.1\t1.5\t2\t3\n0.11\t4\t5\t6\n",
            "Frame,Time,LASI,,\n,,X,Y,Z\n,s,mm,mm,mm\n11,0.1,1.5,2,3\n12,0.11,4,5,6\n",
            "note,LASI_z_mm,LASI_y_mm,LASI_x_mm,time_ms\n\"a, b\",3,2,1.5,100\n,6,5,4,110\n",
            "Frame,Time,LASIX (mm),LASIY (mm),LASIZ (mm)\n11,0.1,\"1.5\", 2 ,3\n\n12,0.11,4,5,6",
        ];
        for text in variants {
            assert!(recognises(text.as_bytes(), &Map::default()), "{text}");
            let found = read_with(text, None).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!(found.rate_hz, 100.0, "{text}");
            assert_eq!((found.first_frame, found.frames), (11, 2), "{text}");
            assert_eq!(found.declared_unit, Some(LengthUnit::Millimetre));
            assert_eq!(found.markers.len(), 1, "{text}");
            assert_eq!(found.markers[0].label, "LASI");
            assert_eq!(found.markers[0].position.x, [1.5 * 0.001, 4.0 * 0.001]);
            assert_eq!(found.markers[0].position.z, [3.0 * 0.001, 6.0 * 0.001]);
            assert_eq!(found.warnings, []);
        }
    }

    #[test]
    fn without_time_the_rate_must_be_given() {
        let text = "LASI_X,LASI_Y,LASI_Z\n1,2,3\n4,5,6\n";
        let error = read_with(text, None).unwrap_err().to_string();
        assert!(error.contains("--rate"), "{error}");
        let found = read_with(text, Some(120.0)).unwrap();
        assert_eq!((found.rate_hz, found.first_frame), (120.0, 1));
        assert_eq!(found.declared_unit, None);
        assert_eq!(found.markers[0].position.x, [1.0, 4.0]);
        let commented = format!("// fs=128 nSamples=2\n{text}");
        assert_eq!(read_with(&commented, None).unwrap().rate_hz, 128.0);
    }

    #[test]
    fn repeated_and_backward_times_name_the_row() {
        let text = "time_s,A_x,A_y,A_z\n0,1,2,3\n0.01,1,2,3\n0.01,1,2,3\n";
        let error = read_with(text, None).unwrap_err();
        assert_eq!(error.place, "line 4");
        let text = text.replace("\n0.01,1,2,3\n0.01", "\n0.01,1,2,3\n0.005");
        assert!(read_with(&text, None).unwrap_err().found.contains("back"));
    }

    #[test]
    fn zeros_blanks_and_spellings_of_nothing_are_missing() {
        let text = "time_s,A_x,A_y,A_z\n0,0,0,0\n0.01,,,\n0.02,nan,NaN,1\n0.03,0,0,1\n";
        let found = read_with(text, None).unwrap();
        let missing: Vec<bool> = (0..4)
            .map(|i| found.markers[0].position.is_missing(i))
            .collect();
        assert_eq!(missing, [true, true, true, false]);
    }

    #[test]
    fn results_stay_as_stored() {
        let text = "time_s,A_x_m,A_y_m,A_z_m,LHipAngles_X,LHipAngles_Y,LHipAngles_Z\n\
            0,1,2,3,10,0,0\n0.01,1,2,3,11,0,0\n";
        let found = read_with(text, None).unwrap();
        assert_eq!(found.markers.len(), 1);
        assert_eq!(found.model_outputs[0].unit, "deg");
        assert_eq!(found.model_outputs[0].values[0], [10.0, 11.0]);
    }

    #[test]
    fn incomplete_and_mixed_columns_are_reported() {
        let text = "time_s,A_x_mm,A_y_mm,A_z_mm,B_x,B_y,B_z,C_x,C_y\n0,1,2,3,1,2,3,1,2\n1,1,2,3,1,2,3,1,2\n";
        let found = read_with(text, None).unwrap();
        let codes: Vec<&str> = found.warnings.iter().map(|w| &*w.code).collect();
        assert_eq!(codes, ["incomplete-coordinates", "unit-missing"]);
        assert_eq!(found.markers[1].position.x[0], 0.001);
    }

    #[test]
    fn tables_without_markers_say_so() {
        for (text, found) in [
            ("hip_angle\n4.6\n5.4\n", "no marker with x, y and z"),
            ("time,a_x,a_y\n0,1,2\n", "no marker with x, y and z"),
            ("1,2,3\n4,5,6\n", "no row of column names"),
            ("samples,acc_x,acc_y,gyr_x\n0,1,2,4\n", "inertial sensors"),
            ("A_x,A_y,A_z\n", "no rows"),
        ] {
            let error = read_with(text, Some(100.0)).unwrap_err();
            assert!(error.found.contains(found), "{error}");
        }
    }
}
