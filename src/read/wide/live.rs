//! A wide table of markers whose rows come one by one.

use super::names::Column;
use super::{declared_unit, has_marker, header, mapped, no_names, warn_incomplete};
use crate::read::live::{ClockColumn, Found, Triple, marker};
use crate::read::table::{self, Dialect, Lines};
use crate::read::{Map, ReadError, labels};
use crate::recording::{Format, LengthUnit, Recording};

/// What the columns hold.
pub(in crate::read) fn live(text: &[u8], map: &Map) -> Result<Found, ReadError> {
    let mut lines = Lines::new(text);
    let header = header::read(&mut lines, map).ok_or_else(|| no_names(text))?;
    mapped::check(&header, map)?;
    let mut triples = header::triples(&header.columns);
    triples.retain(|triple| labels::result_unit(&triple.label).is_none());
    if triples.is_empty() {
        return Err(match has_marker(&header) {
            true => ReadError::new("header", "one row per frame and marker")
                .expected("one row per frame: LASI_x_mm, LASI_y_mm, LASI_z_mm, …")
                .advice("send a wide table"),
            false => mapped::unknown(&header),
        });
    }
    let mut recording = Recording::new("stream", Format::WideCsv, 1.0, 0);
    warn_incomplete(&header, &triples, &mut recording.warnings);
    recording.declared_unit = declared_unit(&triples, &mut recording.warnings);
    let decimal_sign = match map.table.decimal {
        Some(',') => b',',
        Some(_) => b'.',
        None => table::decimal_sign(&lines, header.delimiter),
    };
    let place = |wanted: fn(&Column) -> bool| header.columns.iter().position(wanted);
    let time = header
        .columns
        .iter()
        .enumerate()
        .find_map(|(i, c)| match c {
            Column::Time { seconds } => Some(ClockColumn::Time(i, *seconds)),
            _ => None,
        });
    let count = place(|c| *c == Column::Frame).map(ClockColumn::Count);
    let mut found = Found {
        dialect: Dialect {
            delimiter: header.delimiter,
            decimal_sign,
        },
        width: header.columns.len(),
        clock: time.or(count).unwrap_or(ClockColumn::None),
        declared_hz: header.rate_hz,
        triples: Vec::new(),
        template: recording,
    };
    for triple in triples {
        let unit = triple.unit.or(found.template.declared_unit);
        found.triples.push(Triple {
            columns: triple.columns,
            factor: unit.map_or(1.0, LengthUnit::metres),
            zeros_are_missing: true,
        });
        found.template.markers.push(marker(triple.label));
    }
    Ok(found)
}
