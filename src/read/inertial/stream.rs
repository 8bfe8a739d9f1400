//! The rows of one inertial file: its sensors in SI units, one value per row, and its clock.

use super::clock::Clock;
use super::columns::{Column, Signal};
use super::header::{self, Header, SensorColumns};
use super::{units, vendor};
use crate::read::table::{self, Dialect, Lines, Wanted};
use crate::read::{ReadError, ReadOptions, trajectories};
use crate::recording::{Format, Layout, Sensor, Series3, Warning};
use std::collections::BTreeMap;

/// One file, row by row.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub format: Format,
    /// Name of the file, for messages.
    pub file: String,
    /// Device or tag the file declares; empty when none.
    pub device: String,
    /// What the file says about synchronisation.
    pub sync: String,
    /// Sensors with one sample per row; angular velocities that are to be derived from the
    /// orientation are still missing.
    pub sensors: Vec<Sensor>,
    pub clock: Clock,
    /// Rows that may be inserted for lost packets.
    pub inserted_max: usize,
    /// What was found out about the file's layout.
    pub layout: Layout,
    pub warnings: Vec<Warning>,
}

/// Reads the rows of a file.
pub(super) fn read(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Stream, ReadError> {
    let mut lines = Lines::new(bytes);
    let header = header::read(&mut lines).ok_or_else(|| {
        ReadError::new("", "no row of names of inertial signals")
            .expected("columns such as Acc_X, Acc_Y, Acc_Z, Gyr_X, Gyr_Y, Gyr_Z")
            .advice("export the file again with its header")
    })?;
    let mut warnings = Vec::new();
    let sensors = header.sensors();
    let wanted = Wanted {
        columns: wanted(&header, &sensors),
        ends_at_blank_row: false,
    };
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: table::decimal_sign(&lines, header.delimiter),
    };
    let first_row = lines.line_number();
    let mut numbers = trajectories::rows(&mut lines, dialect, &wanted)?;
    let places = wanted.columns.iter().enumerate().filter(|(_, w)| **w);
    let columns: BTreeMap<usize, Vec<f64>> = places
        .map(|(place, _)| place)
        .zip(std::mem::take(&mut numbers.columns))
        .collect();
    let clock = Clock::of(&header, &columns, &numbers.lines, options, &mut warnings)?;
    let sensors = sensors
        .iter()
        .map(|sensor| sensor_of(sensor, &header, &columns, clock.rate_hz, &mut warnings))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Stream {
        format: header.format,
        layout: Layout {
            delimiter: Some(char::from(dialect.delimiter)),
            decimal_sign: Some(char::from(dialect.decimal_sign)),
            header_lines: Some(first_row.saturating_sub(1)),
            declared_rate_hz: header.declared_hz,
            measured_rate_hz: clock.measured_hz,
            resampled: warnings.iter().any(|w| w.code == "irregular-times"),
            unused_columns: Vec::new(),
        },
        file: file.to_owned(),
        device: header.device,
        sync: header.sync,
        sensors,
        clock,
        inserted_max: trajectories::inserted_max(bytes.len(), wanted.columns.len()),
        warnings,
    })
}

/// The best orientation a sensor's columns hold.
fn orientation_signal(sensor: &SensorColumns) -> Option<Signal> {
    [Signal::Quaternion, Signal::Matrix, Signal::Euler]
        .into_iter()
        .find(|s| sensor.signal(*s).is_some())
}

/// The columns that are read.
pub(super) fn wanted(header: &Header, sensors: &[SensorColumns]) -> Vec<bool> {
    let mut wanted: Vec<bool> = header
        .columns
        .iter()
        .map(|c| {
            matches!(
                c,
                Column::Counter | Column::Frame | Column::FineTime | Column::Time(_)
            )
        })
        .collect();
    for sensor in sensors {
        let signals = [
            Some(Signal::Acceleration),
            Some(Signal::AngularVelocity),
            Some(Signal::FreeAcceleration),
            orientation_signal(sensor),
        ];
        for (places, _) in signals
            .into_iter()
            .flatten()
            .filter_map(|s| sensor.signal(s))
        {
            for &place in places {
                wanted[place] = true;
            }
        }
    }
    wanted
}

/// One sensor in SI units.
fn sensor_of(
    columns_of: &SensorColumns,
    header: &Header,
    columns: &BTreeMap<usize, Vec<f64>>,
    rate_hz: f64,
    warnings: &mut Vec<Warning>,
) -> Result<Sensor, ReadError> {
    let name = &columns_of.name;
    let column = |place: &usize| columns.get(place).map_or(&[][..], Vec::as_slice);
    let series = |signal: Signal| {
        let (places, unit) = columns_of.signal(signal)?;
        let [x, y, z] = [places.first()?, places.get(1)?, places.get(2)?];
        let series = Series3 {
            x: column(x).to_vec(),
            y: column(y).to_vec(),
            z: column(z).to_vec(),
        };
        (series.present() > 0).then_some((series, unit))
    };
    let rows = columns.values().next().map_or(0, Vec::len);
    let mut sensor = Sensor::missing(name.clone(), rows);
    let stored = orientation_signal(columns_of).and_then(|signal| {
        let (places, unit) = columns_of.signal(signal)?;
        let parts: Vec<&[f64]> = places.iter().map(column).collect();
        Some(vendor::quaternions(signal, &parts, unit != "rad"))
    });
    let mut scale = None;
    if let Some((mut acc, unit)) = series(Signal::Acceleration) {
        let factor = units::acceleration(unit, header.format, &acc, name, warnings)?;
        scaled(&mut acc, factor);
        scale = Some(factor);
        sensor.acc_m_s2 = acc;
    } else if let (Some((free, _)), Some(stored)) = (series(Signal::FreeAcceleration), &stored) {
        sensor.acc_m_s2 = vendor::specific_force(stored, &free);
    }
    if let Some((mut gyr, unit)) = series(Signal::AngularVelocity) {
        let acc = scale.map(|factor| (&sensor.acc_m_s2, factor));
        let factor =
            units::angular_velocity(unit, header.format, &gyr, acc, rate_hz, name, warnings);
        scaled(&mut gyr, factor);
        sensor.gyr_rad_s = gyr;
    }
    sensor.orientation = stored.and_then(|stored| match sensor.acc_m_s2.present() {
        0 => vendor::unchecked(stored, &header.reference),
        _ => vendor::orientation(stored, &header.reference, &sensor.acc_m_s2),
    });
    sensor.gyr_derived = sensor.gyr_rad_s.present() == 0 && sensor.orientation.is_some();
    Ok(sensor)
}

fn scaled(series: &mut Series3, factor: f64) {
    if factor != 1.0 {
        for column in series.columns_mut() {
            column.iter_mut().for_each(|v| *v *= factor);
        }
    }
}
