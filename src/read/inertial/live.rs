//! A table of inertial sensors whose rows come one by one.

use super::columns::{Column, Signal};
use super::header::{self, Header, SensorColumns};
use super::units;
use crate::read::live::{ClockColumn, Found, Triple, first_rows, no_orientations, sensor};
use crate::read::table::{self, Dialect, Lines, Wanted};
use crate::read::{ReadError, wide};
use crate::recording::{Placement, Recording, Series3, Warning};

/// Signals of a sensor that a stream needs, in the order of its numbers.
const SIGNALS: [Signal; 2] = [Signal::Acceleration, Signal::AngularVelocity];

/// What the columns hold; units that are not written are told by the rows in `text`.
pub(in crate::read) fn live(text: &[u8]) -> Result<Found, ReadError> {
    let mut lines = Lines::new(text);
    let header = header::read(&mut lines).ok_or_else(|| {
        ReadError::new("", "no row of names of inertial signals")
            .expected("columns such as pelvis_acc_x_m_s2, …, pelvis_gyr_z_rad_s")
            .advice("send the header first")
    })?;
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: table::decimal_sign(&lines, header.delimiter),
    };
    let wanted = Wanted {
        columns: vec![true; header.columns.len()],
        ends_at_blank_row: false,
    };
    let rows = first_rows(&lines, dialect, &wanted)?;
    let mut template = Recording::new("stream", header.format, 1.0, 0);
    let mut triples = Vec::new();
    let mut left_out = Vec::new();
    for columns in header.sensors() {
        let Some(pair) = pair(&columns) else {
            left_out.push(columns.name.clone());
            continue;
        };
        triples.extend(scaled(
            &columns,
            pair,
            &header,
            &rows,
            &mut template.warnings,
        )?);
        let mut sensor = sensor(columns.name.clone());
        sensor.placement = Placement::from_label(&columns.name);
        template.sensors.push(sensor);
        if columns.signal(Signal::Quaternion).is_some() {
            template.warnings.push(no_orientations());
        }
    }
    if template.sensors.is_empty() {
        return Err(
            ReadError::new("header", "no sensor with acceleration and angular velocity")
                .expected("pelvis_acc_x_m_s2, …, pelvis_gyr_z_rad_s")
                .advice("send both signals of every sensor"),
        );
    }
    if !left_out.is_empty() {
        template.warnings.push(Warning::new(
            "sensor-incomplete",
            format!(
                "not used, because acceleration or angular velocity is missing: {}",
                left_out.join(", ")
            ),
        ));
    }
    Ok(Found {
        dialect,
        width: header.columns.len(),
        clock: clock(&header),
        declared_hz: header.declared_hz,
        triples,
        template,
    })
}

/// Places and units of acceleration and angular velocity.
fn pair(columns: &SensorColumns) -> Option<[([usize; 3], &str); 2]> {
    let signal = |signal: Signal| {
        let (places, unit) = columns.signal(signal)?;
        Some((<[usize; 3]>::try_from(places).ok()?, unit))
    };
    let [acc, gyr] = SIGNALS.map(signal);
    Some([acc?, gyr?])
}

/// The triples of one sensor with the factors to SI units.
fn scaled(
    columns: &SensorColumns,
    [(acc, acc_unit), (gyr, gyr_unit)]: [([usize; 3], &str); 2],
    header: &Header,
    rows: &[Vec<f64>],
    warnings: &mut Vec<Warning>,
) -> Result<[Triple; 2], ReadError> {
    let name = &columns.name;
    let series = |places: [usize; 3]| {
        let [x, y, z] = places.map(|place| rows.get(place).cloned().unwrap_or_default());
        Series3 { x, y, z }
    };
    let mut acc_series = series(acc);
    let factor = units::acceleration(acc_unit, header.format, &acc_series, name, warnings)?;
    for column in acc_series.columns_mut() {
        column.iter_mut().for_each(|v| *v *= factor);
    }
    // the rate only steers the guess of a unit that is not written, from a few rows
    let rate_hz = header.declared_hz.unwrap_or(100.0);
    let told = Some((&acc_series, factor));
    let mut guessed = Vec::new();
    let gyr_factor = units::angular_velocity(
        gyr_unit,
        header.format,
        &series(gyr),
        told,
        rate_hz,
        name,
        &mut guessed,
    );
    if !guessed.is_empty() {
        // a whole recording shows by the turning of gravity what it is; the first rows do not
        return Err(
            ReadError::new(format!("angular velocity of {name}"), "no unit")
                .expected(
                    "a unit in the header, for example pelvis_gyr_x_rad_s or pelvis_gyr_x_deg_s",
                )
                .advice("name the unit in the header"),
        );
    }
    let triple = |columns, factor| Triple {
        columns,
        factor,
        zeros_are_missing: false,
    };
    Ok([triple(acc, factor), triple(gyr, gyr_factor)])
}

/// The column that tells when a row was taken: a time rather than a count.
fn clock(header: &Header) -> ClockColumn {
    let columns = || header.columns.iter().enumerate();
    let time = columns().find_map(|(i, c)| match c {
        Column::Time(unit) => Some(ClockColumn::Time(i, wide::seconds_per(unit).unwrap_or(1.0))),
        _ => None,
    });
    let count = columns().find_map(|(i, c)| {
        matches!(c, Column::Frame | Column::Counter).then_some(ClockColumn::Count(i))
    });
    time.or(count).unwrap_or(ClockColumn::None)
}
