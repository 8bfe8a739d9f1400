//! Columns as the user's map names them.

use super::header::Header;
use super::names::{self, Axis, Column, Coordinate};
use crate::read::map::{ColumnName, Columns, of_columns};
use crate::read::{Map, ReadError};

/// Columns that an error lists.
const SHOWN_MAX: usize = 8;

/// The columns as recognised, with those that the map names in their place. Where the map names
/// markers, no other column is taken for one.
pub(super) fn columns(
    mut columns: Vec<Column>,
    names: &[String],
    below: &[String],
    map: &Map,
) -> Vec<Column> {
    if map.names_columns() {
        for column in &mut columns {
            if matches!(column, Column::Coordinate(_)) {
                *column = Column::Other;
            }
        }
    }
    let mut set = |name: &ColumnName, new: Column| {
        if let Some(column) = name.find(names).and_then(|index| columns.get_mut(index)) {
            *column = new;
        }
    };
    let triples = map.columns.markers.iter().map(|(l, c)| (l, &c[..]));
    let pairs = map.columns.points.iter().map(|(l, c)| (l, &c[..]));
    for (label, given) in triples.chain(pairs) {
        for (name, axis) in given.iter().zip([Axis::X, Axis::Y, Axis::Z]) {
            let unit = name.find(names).map_or(String::new(), |index| {
                let own = names
                    .get(index)
                    .map_or("", |name| names::split_unit(name).1);
                match own {
                    "" => below.get(index).cloned().unwrap_or_default(),
                    own => own.to_owned(),
                }
            });
            let label = label.clone();
            set(name, Column::Coordinate(Coordinate { label, axis, unit }));
        }
    }
    clock(columns, names, below, map)
}

/// Frame and time as the map names them; an empty name takes the recognised one away.
fn clock(mut columns: Vec<Column>, names: &[String], below: &[String], map: &Map) -> Vec<Column> {
    let unit = map
        .columns
        .time_unit
        .as_deref()
        .and_then(names::seconds_per);
    let mut replace = |given: &Option<ColumnName>, is_old: fn(&Column) -> bool, new: Column| {
        let Some(given) = given else { return };
        for column in columns.iter_mut().filter(|column| is_old(column)) {
            *column = Column::Other;
        }
        if let Some(column) = given.find(names).and_then(|index| columns.get_mut(index)) {
            *column = new;
        }
    };
    replace(&map.columns.frame, |c| *c == Column::Frame, Column::Frame);
    let is_time: fn(&Column) -> bool = |c| matches!(c, Column::Time { .. });
    let place = map.columns.time.as_ref().and_then(|name| name.find(names));
    let text = |cells: &[String]| {
        place
            .and_then(|i| cells.get(i).cloned())
            .unwrap_or_default()
    };
    let time = names::time_column(&text(names), &text(below));
    replace(&map.columns.time, is_time, time);
    if let Some(unit) = unit {
        for column in &mut columns {
            if let Column::Time { seconds } = column {
                *seconds = unit;
            }
        }
    }
    columns
}

/// A column of the map that the file does not have.
pub(super) fn check(header: &Header, map: &Map) -> Result<(), ReadError> {
    let markers = map.columns.markers.iter();
    let markers = markers.flat_map(|(label, triple)| triple.iter().map(move |n| (&**label, n)));
    let points = map.columns.points.iter();
    let points = points.flat_map(|(label, pair)| pair.iter().map(move |n| (&**label, n)));
    let clock = [("frame", &map.columns.frame), ("time", &map.columns.time)];
    let clock = clock
        .into_iter()
        .filter_map(|(key, name)| Some((key, name.as_ref().filter(|n| !n.is_empty())?)));
    for (key, name) in markers.chain(points).chain(clock) {
        if name.find(&header.names).is_none() {
            return Err(ReadError::new(
                format!("line {}", header.line),
                format!("no column {name}, which the map names for {key}"),
            )
            .expected(format!("one of {}", shown(header)))
            .advice("correct the map"));
        }
    }
    Ok(())
}

/// No marker among the columns: the error says which lines of a map would tell them.
pub(super) fn unknown(header: &Header) -> ReadError {
    let of = |wanted: fn(&Column) -> bool| {
        let index = header.columns.iter().position(wanted)?;
        header.names.get(index).map(String::as_str)
    };
    let named = header.names.iter().any(|name| !name.is_empty());
    let columns = Columns {
        names: if named { &header.names } else { &[] },
        count: header.columns.len(),
        frame: of(|c| *c == Column::Frame),
        time: of(|c| matches!(c, Column::Time { .. })),
    };
    let repeated = |name: &str| header.names.iter().filter(|n| *n == name).nth(1).is_some();
    let others: Vec<String> = header
        .columns
        .iter()
        .zip(&header.names)
        .enumerate()
        .filter(|(_, (column, _))| !matches!(column, Column::Frame | Column::Time { .. }))
        .map(|(index, (_, name))| match name.as_str() {
            // a name of several columns means the first of them
            name if name.is_empty() || repeated(name) => (index + 1).to_string(),
            name => crate::read::map::quoted(name),
        })
        .take(3)
        .collect();
    let found = match named {
        true => format!(
            "no marker with x, y and z among the columns ({})",
            shown(header)
        ),
        false => format!("no row of column names above the {} columns", columns.count),
    };
    let mut error = ReadError::new(format!("line {}", header.line), found)
        .expected("columns such as LASI_x_mm, LASI_y_mm, LASI_z_mm");
    if others.len() < 3 || !header.over_numbers {
        return error.advice("leave this file out, it holds no positions in space");
    }
    let example: String = others.join(", ").chars().take(120).collect();
    error.map_lines = of_columns(&columns);
    error.advice(format!(
        "say which columns hold what with --landmarks map.toml, a line such as \
         `columns.LASI = [{example}]` for every landmark; `hipdrop inspect FILE --write-map \
         map.toml` writes the lines"
    ))
}

fn shown(header: &Header) -> String {
    if header.names.iter().all(String::is_empty) {
        return format!("{} columns without names", header.columns.len());
    }
    let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
    let mut text: String = names
        .iter()
        .take(SHOWN_MAX)
        .copied()
        .collect::<Vec<_>>()
        .join(", ")
        .chars()
        .take(160)
        .collect();
    if names.len() > SHOWN_MAX {
        text.push_str(", …");
    }
    text
}
