//! TRC (Motion Analysis; also written by Cortex, OpenSim, OpenCap, Mokka, Kaydara).
//!
//! In: the bytes of a file. Out: a [`Recording`]. Header counts are often wrong and are only
//! compared; names, rows and the time column decide.

use super::table::{self, Clock, Dialect, Lines, Wanted};
use super::{ReadError, trajectories};
use crate::recording::{Format, LengthUnit, Recording, Warning};

/// True when the first bytes are a TRC header.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(b"PathFileType")
}

/// What the three first lines say.
struct Header {
    delimiter: u8,
    rate_hz: Option<f64>,
    frames: Option<usize>,
    markers: Option<usize>,
    unit: Option<LengthUnit>,
}

/// Reads a whole file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let mut lines = Lines::new(bytes);
    let header = header(&mut lines, &mut warnings)?;
    let names = marker_names(&mut lines, header.delimiter)?;
    skip_axis_row(&mut lines, header.delimiter);
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: b'.',
    };
    let wanted = Wanted {
        columns: vec![true; 2 + 3 * names.len()],
        ends_at_blank_row: false,
    };
    let numbers = trajectories::rows(&mut lines, dialect, &wanted)?;
    for (what, said, found) in [
        ("NumFrames", header.frames, numbers.lines.len()),
        ("NumMarkers", header.markers, names.len()),
    ] {
        warnings.extend(trajectories::count_disagrees("line 3", what, said, found));
    }
    if numbers.has_more_columns {
        warnings.push(trajectories::unnamed_columns());
    }
    let mut columns = numbers.columns.into_iter();
    let frames = columns.next().unwrap_or_default();
    let times = columns.next().unwrap_or_default();
    let timing = Clock {
        frames: Some(&frames),
        times: Some(&times),
        declared_hz: header.rate_hz,
        lines: &numbers.lines,
        inserted_max: trajectories::inserted_max(bytes.len(), wanted.columns.len()),
    }
    .timing(&mut warnings)?;
    let mut recording = Recording::new(name, Format::Trc, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    recording.declared_unit = header.unit;
    let factor = header.unit.map_or(1.0, LengthUnit::metres);
    let labels = super::labels::distinct(names, &mut warnings);
    for label in labels {
        let xyz = [(); 3].map(|()| columns.next().unwrap_or_default());
        recording
            .markers
            .push(trajectories::marker(label, xyz, factor, &timing));
    }
    timing.describe(&mut recording.layout);
    recording.warnings = warnings;
    Ok(recording)
}

fn cut_off(line: usize, expected: &str) -> ReadError {
    ReadError::new(format!("line {line}"), "the header ends here")
        .expected(expected)
        .advice("the file is cut off: export it again")
}

/// Lines 1–3: `PathFileType …`, the names of the header values, the values. Writers align the
/// values differently, but their order is fixed and the unit is the only word among them.
fn header(lines: &mut Lines<'_>, warnings: &mut Vec<Warning>) -> Result<Header, ReadError> {
    let _path_file_type = lines.next();
    let names = lines
        .next()
        .filter(|line| line.trim_ascii_start().starts_with(b"DataRate"))
        .ok_or_else(|| cut_off(2, "`DataRate CameraRate NumFrames …`"))?;
    let values = lines
        .next()
        .ok_or_else(|| cut_off(3, "the header values"))?;
    // Spreadsheets save TRC with commas or semicolons.
    let delimiter = [b'\t', b',', b';']
        .into_iter()
        .max_by_key(|d| names.iter().filter(|b| *b == d).count())
        .unwrap_or(b'\t');
    let text = table::decoded(values);
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == char::from(delimiter))
        .filter(|word| !word.is_empty())
        .collect();
    let number = |index: usize| words.get(index)?.parse::<f64>().ok();
    let count = |index| number(index).filter(|v| *v >= 0.0).map(|v| v as usize);
    let unit_word = words.iter().find(|word| word.parse::<f64>().is_err());
    let unit = unit_word.and_then(|word| LengthUnit::parse(word));
    if unit.is_none() {
        warnings.push(Warning::at(
            "unknown-unit",
            "line 3",
            format!(
                "the unit `{}` is not m, cm or mm; it is told from the size of the pelvis",
                unit_word.copied().unwrap_or_default()
            ),
        ));
    }
    Ok(Header {
        delimiter,
        rate_hz: number(0),
        frames: count(2),
        markers: count(3),
        unit,
    })
}

/// Line 4: `Frame# Time` and the marker names, each followed by blank cells (two, or one, or
/// shifted by one: writers differ).
fn marker_names(lines: &mut Lines<'_>, delimiter: u8) -> Result<Vec<String>, ReadError> {
    let line = lines
        .next()
        .ok_or_else(|| cut_off(4, "`Frame# Time` and marker names"))?;
    let cells: Vec<String> = table::decoded(line)
        .split(char::from(delimiter))
        .take(table::COLUMNS_MAX)
        .map(|cell| cell.trim().to_owned())
        .collect();
    let names: Vec<String> = cells
        .into_iter()
        .skip(2)
        .filter(|c| !c.is_empty())
        .collect();
    if names.is_empty() {
        return Err(ReadError::new("line 4", "no marker names")
            .expected("`Frame# Time` and the name of every marker")
            .advice("label the trajectories and export the file again"));
    }
    Ok(names)
}

/// Line 5: `X1 Y1 Z1 …`, where it is not left out.
fn skip_axis_row(lines: &mut Lines<'_>, delimiter: u8) {
    let mut ahead = lines.clone();
    let is_axis_row = ahead.next().is_some_and(|line| {
        let first = line
            .split(|&b| b == delimiter)
            .map(<[u8]>::trim_ascii)
            .find(|cell| !cell.is_empty());
        first.is_some_and(|cell| cell.first().is_some_and(|b| matches!(b, b'X' | b'x')))
    });
    if is_axis_row {
        *lines = ahead;
    }
}
