//! The long (tidy) table: one row per frame and marker (`frame,marker,x,y,z`), or one per frame,
//! marker and axis (`time,marker,axis,value`), in any order of markers.
//!
//! In: a header and the rows below it. Out: a [`Recording`].

use std::collections::BTreeMap;

use super::header::Header;
use super::names::{Axis, Column, axis_of};
use crate::read::table::{self, Clock, Dialect, Lines};
use crate::read::{ReadError, labels, trajectories};
use crate::recording::{Format, LengthUnit, Recording};

/// Rows that a matrix of markers and frames may have for each row of the file: memory stays
/// proportional to the file.
const SPARSE_MAX: usize = 16;

/// Labels in a message.
const SHOWN_MAX: usize = 60;

/// Which columns hold what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    frame: Option<usize>,
    /// Place and seconds per unit.
    time: Option<(usize, f64)>,
    label: usize,
    values: Values,
    unit: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Values {
    /// x, y and z side by side.
    Side([usize; 3]),
    /// The axis in one column, the coordinate in another.
    Below { axis: usize, value: usize },
}

impl Columns {
    /// The columns of a long table; `None` when it is none.
    pub(super) fn of(header: &Header) -> Option<Columns> {
        let letters: Vec<String> = header
            .names
            .iter()
            .map(|name| {
                let stem = super::names::split_unit(name).0;
                let letters = stem.chars().filter(|c| c.is_alphanumeric());
                letters.flat_map(char::to_lowercase).collect()
            })
            .collect();
        let find = |names: &[&str]| letters.iter().position(|l| names.contains(&l.as_str()));
        let label = find(&[
            "marker",
            "markers",
            "markername",
            "markerlabel",
            "label",
            "landmark",
            "point",
            "trajectory",
            "keypoint",
            "joint",
            "bodypart",
            "name",
        ])?;
        let axis = |letter: &str| {
            find(&[
                letter,
                &format!("pos{letter}"),
                &format!("position{letter}"),
            ])
            .or_else(|| find(&[&format!("{letter}pos"), &format!("{letter}position")]))
        };
        let value = || find(&["value", "position", "pos", "coordinate", "measurement"]);
        let values = match (axis("x"), axis("y"), axis("z")) {
            (Some(x), Some(y), Some(z)) => Values::Side([x, y, z]),
            _ => Values::Below {
                axis: find(&[
                    "axis",
                    "component",
                    "dimension",
                    "dim",
                    "direction",
                    "variable",
                ])?,
                value: value()?,
            },
        };
        let frame = header.columns.iter().position(|c| *c == Column::Frame);
        let time = header
            .columns
            .iter()
            .enumerate()
            .find_map(|(index, c)| match c {
                Column::Time { seconds } => Some((index, *seconds)),
                _ => None,
            });
        let first = match values {
            Values::Side([x, ..]) => x,
            Values::Below { value, .. } => value,
        };
        (frame.is_some() || time.is_some()).then(|| Columns {
            frame,
            time,
            label,
            values,
            unit: header.units.get(first).cloned().unwrap_or_default(),
        })
    }
}

/// Frame (or time) and coordinate of every row of one marker's axis.
type Axes = [Vec<(f64, f64)>; 3];

/// Label → when it first appeared among the labels, and its coordinates.
type Markers = BTreeMap<Vec<u8>, (usize, Axes)>;

/// When a frame was taken, and the line that says so first.
#[derive(Clone, Copy)]
struct Moment {
    key: f64,
    time: f64,
    line: usize,
}

/// Reads the rows below the header.
pub(super) fn read(
    columns: &Columns,
    lines: &mut Lines<'_>,
    dialect: Dialect,
    declared_hz: Option<f64>,
    name: &str,
    file_bytes: usize,
) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let (markers, mut moments) = rows(columns, lines, dialect)?;
    if moments.is_empty() {
        return Err(trajectories::no_rows(lines.line_number()));
    }
    let rows = moments.len();
    moments.sort_by(|a, b| a.key.total_cmp(&b.key).then(a.line.cmp(&b.line)));
    moments.dedup_by_key(|moment| moment.key);
    if markers.len().saturating_mul(moments.len()) > SPARSE_MAX * file_bytes.max(1 << 12) / 8 {
        return Err(ReadError::new(
            "",
            format!(
                "{} labels over {} frames in {rows} rows",
                markers.len(),
                moments.len()
            ),
        )
        .expected("a row for every marker in every frame")
        .advice("check which column holds the labels"));
    }
    let keys: Vec<f64> = moments.iter().map(|m| m.key).collect();
    let times: Vec<f64> = moments.iter().map(|m| m.time).collect();
    let row_lines: Vec<usize> = moments.iter().map(|m| m.line).collect();
    let has_step = columns.time.is_some() && times.len() > 1;
    let timing = Clock {
        frames: columns.frame.map(|_| keys.as_slice()),
        times: columns.time.map(|_| times.as_slice()),
        declared_hz: declared_hz.filter(|_| !has_step),
        lines: &row_lines,
        inserted_max: trajectories::inserted_max(file_bytes, 3 * markers.len()),
    }
    .timing(&mut warnings)?;
    let mut recording = Recording::new(name, Format::LongCsv, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    recording.declared_unit = LengthUnit::parse(&columns.unit);
    let factor = recording.declared_unit.map_or(1.0, LengthUnit::metres);
    let (names, series): (Vec<String>, Vec<Axes>) = in_file_order(markers).into_iter().unzip();
    for (label, axes) in labels::distinct(names, &mut warnings)
        .into_iter()
        .zip(series)
    {
        let xyz = axes.map(|axis| {
            let mut column = vec![f64::NAN; keys.len()];
            for (key, value) in axis {
                if let Ok(index) = keys.binary_search_by(|k| k.total_cmp(&key))
                    && let Some(cell) = column.get_mut(index)
                {
                    *cell = value;
                }
            }
            column
        });
        recording
            .markers
            .push(trajectories::marker(label, xyz, factor, &timing));
    }
    timing.describe(&mut recording.layout);
    recording.warnings = warnings;
    Ok(recording)
}

/// Labels in the order in which they first appear, with their coordinates.
fn in_file_order(markers: Markers) -> Vec<(String, Axes)> {
    let mut markers: Vec<(usize, Vec<u8>, Axes)> = markers
        .into_iter()
        .map(|(label, (first, axes))| (first, label, axes))
        .collect();
    markers.sort_by_key(|(first, ..)| *first);
    markers
        .into_iter()
        .map(|(_, label, axes)| (table::decoded(&label), axes))
        .collect()
}

/// Every row by its label, and when the frames were taken.
fn rows(
    columns: &Columns,
    lines: &mut Lines<'_>,
    dialect: Dialect,
) -> Result<(Markers, Vec<Moment>), ReadError> {
    let mut markers = Markers::new();
    let mut moments: Vec<Moment> = Vec::new();
    let mut cells: Vec<&[u8]> = Vec::new();
    loop {
        let line = lines.line_number();
        let Some(text) = lines.next() else { break };
        if table::is_blank(text, dialect.delimiter) {
            continue;
        }
        split(text, dialect.delimiter, &mut cells);
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        let number = |index: usize| {
            table::number(cell(index), dialect.decimal_sign).ok_or_else(|| {
                let text: String = table::decoded(cell(index))
                    .chars()
                    .take(SHOWN_MAX)
                    .collect();
                ReadError::new(
                    format!("line {line}, column {}", index + 1),
                    format!("`{text}`"),
                )
                .expected("a number")
                .advice("correct or empty the cell")
            })
        };
        let time = match columns.time {
            Some((index, seconds)) => number(index)? * seconds,
            None => f64::NAN,
        };
        let key = match columns.frame {
            Some(index) => number(index)?,
            None => time,
        };
        if key.is_nan() {
            return Err(ReadError::new(format!("line {line}"), "no frame or time")
                .expected("a frame or a time in every row")
                .advice("correct or remove the row"));
        }
        if moments.last().is_none_or(|last| last.key != key) {
            moments.push(Moment { key, time, line });
        }
        let label = unquoted(cell(columns.label));
        let first = markers.len();
        let axes = match markers.get_mut(label) {
            Some((_, axes)) => axes,
            None => {
                &mut markers
                    .entry(label.to_vec())
                    .or_insert((first, Axes::default()))
                    .1
            }
        };
        match columns.values {
            Values::Side(xyz) => {
                for (axis, index) in axes.iter_mut().zip(xyz) {
                    add(axis, key, number(index)?, label, line)?;
                }
            }
            Values::Below { axis, value } => {
                let axis = axis_of(&table::decoded(unquoted(cell(axis))));
                let Some(axis) = axis else { continue }; // likelihood, residual, …
                let place = match axis {
                    Axis::X => 0,
                    Axis::Y => 1,
                    Axis::Z => 2,
                };
                if let Some(axis) = axes.get_mut(place) {
                    add(axis, key, number(value)?, label, line)?;
                }
            }
        }
    }
    Ok((markers, moments))
}

/// A marker's rows must follow each other in time.
fn add(
    axis: &mut Vec<(f64, f64)>,
    key: f64,
    value: f64,
    label: &[u8],
    line: usize,
) -> Result<(), ReadError> {
    if let Some(&(before, _)) = axis.last().filter(|(before, _)| *before >= key) {
        let how = if before == key { "repeated" } else { "back" };
        let label: String = table::decoded(label).chars().take(SHOWN_MAX).collect();
        return Err(ReadError::new(
            format!("line {line}"),
            format!("{key} after {before} for {label} ({how})"),
        )
        .expected("a frame or time that grows from row to row of a marker")
        .advice("remove the repeated rows or sort the file by time"));
    }
    axis.push((key, value));
    Ok(())
}

/// The cells of a line; a quoted cell may hold the delimiter.
fn split<'a>(line: &'a [u8], delimiter: u8, cells: &mut Vec<&'a [u8]>) {
    cells.clear();
    let (mut start, mut quoted) = (0, false);
    for (at, &b) in line.iter().enumerate() {
        quoted ^= b == b'"';
        if b == delimiter && !quoted {
            cells.push(line.get(start..at).unwrap_or_default());
            start = at + 1;
        }
    }
    cells.push(line.get(start..).unwrap_or_default());
}

fn unquoted(cell: &[u8]) -> &[u8] {
    match cell.trim_ascii() {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        cell => cell,
    }
}
