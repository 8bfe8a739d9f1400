//! OptiTrack Motive CSV with its header (`Format Version 1.x`).
//!
//! In: the bytes of a file. Out: a [`Recording`]. Markers as the cameras saw them (`Marker`) are
//! taken; where a name has none, the place where Motive's model of a body expects the marker
//! (`Rigid Body Marker`, `Bone Marker`) is taken with a warning. Bodies themselves are no markers.

use super::table::{self, Clock, Dialect, Lines, Wanted};
use super::{ReadError, labels, trajectories};
use crate::recording::{Format, LengthUnit, Recording, Warning};

/// Lines between the first line and the row `Frame, Time (Seconds), X, Y, Z, …`.
const HEADER_LINES_MAX: usize = 16;

/// True when the first line is that of a Motive export.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    let first_line = Lines::new(first_bytes).next().unwrap_or_default();
    let text = first_line.strip_prefix(b"\"").unwrap_or(first_line);
    text.starts_with(b"Format Version")
}

/// What the lines before the data say.
struct Header {
    delimiter: u8,
    rate_hz: Option<f64>,
    unit: Option<LengthUnit>,
    columns: Vec<Column>,
    /// Line of `Frame, Time (Seconds), …`.
    line: usize,
}

/// One column as its header cells describe it.
#[derive(Default)]
struct Column {
    /// `Marker`, `Rigid Body`, `Bone`, …
    kind: String,
    name: String,
    /// `Position`, `Rotation`, `Mean Marker Error`, …
    quantity: String,
    axis: String,
}

/// Three columns of positions.
struct Triple {
    label: String,
    /// Place of x; y and z follow.
    column: usize,
    /// Seen by the cameras, not expected by a model.
    is_seen: bool,
}

/// Reads a whole file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let mut lines = Lines::new(bytes);
    let header = header(&mut lines)?;
    let triples = markers(&header, &mut warnings)?;
    let mut wanted = vec![false; header.columns.len()];
    for index in [0, 1]
        .into_iter()
        .chain(triples.iter().flat_map(|t| t.column..t.column + 3))
    {
        if let Some(wanted) = wanted.get_mut(index) {
            *wanted = true;
        }
    }
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: table::decimal_sign(&lines, header.delimiter),
    };
    let wanted = Wanted {
        columns: wanted,
        ends_at_blank_row: false,
    };
    let numbers = trajectories::rows(&mut lines, dialect, &wanted)?;
    if numbers.has_more_columns {
        warnings.push(trajectories::unnamed_columns());
    }
    if header.unit.is_none() {
        warnings.push(Warning::at(
            "unknown-unit",
            "line 1",
            "no `Length Units` of metres, centimetres or millimetres; the unit is told from the size of the pelvis",
        ));
    }
    let mut columns = numbers.columns.into_iter();
    let frames = columns.next().unwrap_or_default();
    let times = columns.next().unwrap_or_default();
    // Motive counts from frame 0 at 0 s; frame 1 stands at 0 s here.
    let frames: Vec<f64> = frames.into_iter().map(|frame| frame + 1.0).collect();
    let timing = Clock {
        frames: Some(&frames),
        times: Some(&times),
        declared_hz: header.rate_hz,
        lines: &numbers.lines,
        inserted_max: trajectories::inserted_max(bytes.len(), wanted.columns.len()),
    }
    .timing(&mut warnings)?;
    warnings.push(Warning::new(
        "frames-from-zero",
        "the file counts frames from 0; they are counted from 1 here",
    ));
    let mut recording = Recording::new(name, Format::OptitrackCsv, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    recording.declared_unit = header.unit;
    let factor = header.unit.map_or(1.0, LengthUnit::metres);
    let names = triples.into_iter().map(|triple| triple.label).collect();
    for label in labels::distinct(names, &mut warnings) {
        let xyz = [(); 3].map(|()| columns.next().unwrap_or_default());
        recording
            .markers
            .push(trajectories::marker(label, xyz, factor, &timing));
    }
    timing.describe(&mut recording.layout);
    recording.warnings = warnings;
    Ok(recording)
}

/// Reads the first line (pairs of property and value) and the rows that describe the columns.
fn header(lines: &mut Lines<'_>) -> Result<Header, ReadError> {
    let first = lines.next().unwrap_or_default();
    let delimiter = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|d| first.iter().filter(|b| *b == d).count())
        .unwrap_or(b',');
    let properties = table::header_cells(first, delimiter);
    let property = |name: &str| {
        let at = properties.iter().position(|cell| cell == name)?;
        properties.get(at + 1).map(String::as_str)
    };
    let rate_hz = property("Export Frame Rate")
        .or(property("Capture Frame Rate"))
        .and_then(|rate| rate.replace(',', ".").parse::<f64>().ok())
        .filter(|rate| rate.is_finite() && *rate > 0.0);
    let unit = property("Length Units").and_then(LengthUnit::parse);
    let (mut kinds, mut names, mut quantities) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..HEADER_LINES_MAX {
        let line = lines.line_number();
        let Some(text) = lines.next() else { break };
        let cells = table::header_cells(text, delimiter);
        let cell = |index: usize| cells.get(index).map_or("", String::as_str);
        match (cell(0), cell(1)) {
            ("", "Type") => kinds = cells,
            ("", "Name") => names = cells,
            ("", "") if cells.iter().any(|cell| cell == "Position") => quantities = cells,
            ("Frame", time) if time.starts_with("Time") => {
                let of = |row: &[String], index| row.get(index).cloned().unwrap_or_default();
                let columns = cells.iter().enumerate().map(|(index, axis)| Column {
                    kind: of(&kinds, index),
                    name: of(&names, index),
                    quantity: of(&quantities, index),
                    axis: axis.clone(),
                });
                return Ok(Header {
                    delimiter,
                    rate_hz,
                    unit,
                    columns: columns.collect(),
                    line,
                });
            }
            _ => {}
        }
    }
    Err(ReadError::new(
        format!("line {}", lines.line_number()),
        "the header of a Motive export ends here",
    )
    .expected("the rows `Type`, `Name` and `Frame, Time (Seconds), X, Y, Z, …`")
    .advice("export the file again with its header, frames and time in seconds"))
}

/// The markers among the columns, in file order.
fn markers(header: &Header, warnings: &mut Vec<Warning>) -> Result<Vec<Triple>, ReadError> {
    let mut triples: Vec<Triple> = Vec::new();
    for (column, xyz) in header.columns.windows(3).enumerate().skip(2) {
        let [x, y, z] = xyz else { continue };
        let axes = [&*x.axis, &*y.axis, &*z.axis];
        let is_one = [y, z].iter().all(|c| c.kind == x.kind && c.name == x.name);
        let are_positions = xyz.iter().all(|c| c.quantity == "Position");
        if axes != ["X", "Y", "Z"] || !is_one || !are_positions {
            continue;
        }
        let is_seen = x.kind == "Marker";
        if is_seen || matches!(&*x.kind, "Rigid Body Marker" | "Bone Marker") {
            triples.push(Triple {
                label: x.name.clone(),
                column,
                is_seen,
            });
        }
    }
    if triples.is_empty() {
        let mut kinds: Vec<&str> = header.columns.iter().map(|c| &*c.kind).collect();
        kinds.retain(|kind| !matches!(*kind, "" | "Type"));
        kinds.sort_unstable();
        kinds.dedup();
        return Err(ReadError::new(
            format!("line {}", header.line),
            format!(
                "a Motive export without markers (it holds: {})",
                kinds.join(", ")
            ),
        )
        .expected("columns of the type Marker")
        .advice("rigid bodies and bones are no markers: export the file again with markers"));
    }
    let seen: std::collections::BTreeSet<String> = triples
        .iter()
        .filter(|triple| triple.is_seen)
        .map(|triple| triple.label.clone())
        .collect();
    triples.retain(|triple| triple.is_seen || !seen.contains(&triple.label));
    let expected = triples.iter().filter(|triple| !triple.is_seen).count();
    if expected > 0 {
        warnings.push(Warning::at(
            "expected-positions",
            format!("line {}", header.line),
            format!(
                "{expected} of {} markers are where Motive's bodies expect them, not where the cameras saw them; a body that moves against the skin or is lost for a while does not show",
                triples.len()
            ),
        ));
    }
    Ok(triples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;

    const SEEN: &str = "Format Version,1.23,Take Name,walk,Take Notes,\"slow, barefoot\",\
        Capture Frame Rate,240.000000,Export Frame Rate,120.000000,Rotation Type,Quaternion,\
        Length Units,Meters,Coordinate Space,Global\r\n\r\n\
        ,Type,Rigid Body,Rigid Body,Rigid Body,Marker,Marker,Marker,Rigid Body Marker,Rigid Body Marker,Rigid Body Marker,Rigid Body Marker,Bone Marker,Bone Marker,Bone Marker\r\n\
        ,Name,Pelvis,Pelvis,Pelvis,Ann:LASI,Ann:LASI,Ann:LASI,Ann:LASI,Ann:LASI,Ann:LASI,Ann:LASI,Ann:RASI,Ann:RASI,Ann:RASI\r\n\
        ,ID,\"1\",\"1\",\"1\",\"2\",\"2\",\"2\",\"3\",\"3\",\"3\",\"3\",\"4\",\"4\",\"4\"\r\n\
        ,,Position,Position,Position,Position,Position,Position,Position,Position,Position,Marker Quality,Position,Position,Position\r\n\
        Frame,Time (Seconds),X,Y,Z,X,Y,Z,X,Y,Z,,X,Y,Z\r\n\
        12,0.100000,9,9,9,0.125,1,2,8,8,8,0.9,3,4,5\r\n\
        13,0.108333,9,9,9,,,,8,8,8,0.9,3,4,5\r\n\
        14,0.116667,9,9,9,0.125,1,2,8,8,8,0.9,3,4,5\r\n";

    fn open(text: &str) -> Result<Recording, ReadError> {
        assert!(recognises(text.as_bytes()));
        read(text.as_bytes(), "walk.csv")
    }

    fn codes(recording: &Recording) -> Vec<&str> {
        recording.warnings.iter().map(|w| &*w.code).collect()
    }

    #[test]
    fn seen_markers_come_before_expected_ones() {
        let recording = open(SEEN).unwrap();
        assert_eq!((recording.frames, recording.rate_hz), (3, 120.0));
        assert_eq!(recording.time_s(0), 0.1, "as in the file");
        let labels: Vec<&str> = recording.markers.iter().map(|m| &*m.label).collect();
        assert_eq!(labels, ["Ann:LASI", "Ann:RASI"]);
        let [left, right] = [0, 1].map(|i| &recording.markers[i].position);
        assert_eq!(left.x[0], 0.125);
        assert!(left.is_missing(1), "not filled from the body");
        assert_eq!(right.z[2], 5.0);
        assert_eq!(
            codes(&recording),
            ["expected-positions", "frames-from-zero"]
        );
    }

    #[test]
    fn the_unit_is_that_of_the_header() {
        let recording = open(&SEEN.replace("Meters", "Millimeters")).unwrap();
        assert_eq!(recording.declared_unit, Some(LengthUnit::Millimetre));
        assert_eq!(recording.markers[0].position.x[0], 0.125 * 0.001);
        let recording = open(&SEEN.replace("Length Units,Meters,", "")).unwrap();
        assert_eq!(recording.declared_unit, None);
        assert!(codes(&recording).contains(&"unknown-unit"));
    }

    #[test]
    fn the_time_column_checks_the_rate() {
        let recording = open(&SEEN.replace("Rate,120", "Rate,100")).unwrap();
        assert_eq!(recording.rate_hz, 120.0);
        assert!(codes(&recording).contains(&"rate-disagrees"));
    }

    #[test]
    fn semicolons_with_decimal_commas() {
        let text = SEEN
            .replace("slow, barefoot", "slow")
            .replace(',', ";")
            .replace('.', ",");
        let recordings = [text.as_str(), SEEN].map(|text| format!("{:?}", open(text)));
        assert_eq!(recordings[0], recordings[1]);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let bodies = SEEN
            .replace("Rigid Body Marker", "Bone")
            .replace("Bone Marker", "Bone")
            .replace(",Marker,", ",Bone,")
            .replace(",Marker,", ",Bone,");
        let error = open(&bodies).unwrap_err();
        assert_eq!(
            error.found,
            "a Motive export without markers (it holds: Bone, Rigid Body)"
        );
        let (cut, _) = SEEN.split_once("Frame,").unwrap();
        let error = open(cut).unwrap_err();
        assert_eq!(error.found, "the header of a Motive export ends here");
        let (cut, _) = SEEN.split_once("12,0.1").unwrap();
        assert_eq!(open(cut).unwrap_err().found, "no rows");
    }

    #[test]
    fn damage_is_refused_or_survived() {
        for end in 0..SEEN.len() {
            let _ = read(SEEN.as_bytes().get(..end).unwrap(), "cut");
        }
        for bit in (0..8 * SEEN.len()).step_by(3) {
            let mut damaged = SEEN.as_bytes().to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let _ = crate::read::from_bytes(&damaged, "damaged", &ReadOptions::default());
        }
    }
}
