//! The `Devices` section of a Vicon export: force plates and other analog channels.
//!
//! A plate is read when the section holds its force and its centre of pressure. Where it lies the
//! export does not say: its corners stay unknown, so that no foot can be told to stand wholly on it
//! and it gives no events.

use nalgebra::Vector3;

use super::section::Body;
use crate::recording::{ForcePlate, LengthUnit, Recording, Series3, Warning};
use crate::settings::EventSettings;

/// Samples that may be added for rows that are left out, per row.
const INSERTED_MAX: usize = 4;

/// Adds the plates of the section to a recording whose markers are known, and says what the section
/// held.
pub(super) fn read(
    body: Body,
    place: String,
    recording: &mut Recording,
    warnings: &mut Vec<Warning>,
) {
    let samples = body.frames.len();
    let grid = Grid::of(&body, recording);
    let mut columns = body.columns.into_iter();
    let mut signals = Vec::new();
    for group in body.groups {
        let values: Vec<Vec<f64>> = columns.by_ref().take(group.components.len()).collect();
        signals.push((group.label, group.units, values));
    }
    let mut plates = 0;
    let mut others: Vec<&str> = Vec::new();
    for (label, units, values) in &signals {
        let Some((plate, what)) = label.rsplit_once(" - ") else {
            others.push(label);
            continue;
        };
        let pressure = signals.iter().find(|(other, _, values)| {
            let of_same = other.rsplit_once(" - ").filter(|(name, _)| *name == plate);
            values.len() == 3 && of_same.is_some_and(|(_, w)| w.eq_ignore_ascii_case("cop"))
        });
        let is_force = what.eq_ignore_ascii_case("force") && values.len() == 3;
        match (pressure, &grid) {
            (Some((_, pressure_units, pressure)), Some(grid)) if is_force => {
                let newton = match units.first().map(String::as_str) {
                    Some("kN") => 1000.0,
                    _ => 1.0,
                };
                let unit = pressure_units.first().and_then(|u| LengthUnit::parse(u));
                let metres = unit
                    .or(recording.declared_unit)
                    .map_or(1.0, LengthUnit::metres);
                let force = grid.series(values, newton);
                let centre = grid.series(pressure, metres);
                recording
                    .plates
                    .push(plate_of(grid.rate_hz, force, centre, recording));
                plates += 1;
            }
            (Some(_), Some(_))
                if matches!(what.to_ascii_lowercase().as_str(), "moment" | "cop") => {}
            _ => others.push(label),
        }
    }
    warnings.push(told(samples, body.rate_hz, plates, &others, place));
}

/// What the section held and what became of it.
fn told(samples: usize, rate_hz: f64, plates: usize, others: &[&str], place: String) -> Warning {
    let mut message = format!("Devices: {samples} samples at {rate_hz} Hz; ");
    message.push_str(&match plates {
        0 => "no force plate with force and centre of pressure".to_owned(),
        1 => "1 force plate".to_owned(),
        n => format!("{n} force plates"),
    });
    if plates > 0 {
        message.push_str(
            ", without events, because this format does not say where plates lie (a C3D does)",
        );
    }
    if !others.is_empty() {
        message.push_str(&format!("; not used: {}", others.join(", ")));
    }
    Warning::at("devices", place, message)
}

/// Where the rows of the section lie among the samples of the recording.
struct Grid {
    rate_hz: f64,
    samples: usize,
    /// Sample of every row; beyond the last for rows outside the recording.
    places: Vec<usize>,
}

impl Grid {
    /// `None` when the section cannot be laid over the recording: its rate is no multiple of the
    /// recording's, or most of its samples are missing.
    fn of(body: &Body, recording: &Recording) -> Option<Grid> {
        let ratio = body.rate_hz / recording.rate_hz;
        let per_frame = ratio.round();
        if !(per_frame >= 1.0 && (ratio - per_frame).abs() < 1e-3 * per_frame) {
            return None;
        }
        let per_frame = per_frame as usize;
        let samples = recording.frames.checked_mul(per_frame)?;
        if samples > INSERTED_MAX * body.frames.len().max(1 << 10) {
            return None;
        }
        let (mut sub_frame, mut before) = (0, f64::NAN);
        let places = body.frames.iter().map(|&frame| {
            sub_frame = if frame == before { sub_frame + 1 } else { 0 };
            before = frame;
            let since = frame - recording.first_frame as f64;
            if since < 0.0 || sub_frame >= per_frame {
                return usize::MAX;
            }
            (since as usize)
                .saturating_mul(per_frame)
                .saturating_add(sub_frame)
        });
        Some(Grid {
            rate_hz: recording.rate_hz * per_frame as f64,
            samples,
            places: places.collect(),
        })
    }

    /// Three columns on the grid, multiplied once by `factor`.
    fn series(&self, columns: &[Vec<f64>], factor: f64) -> Series3 {
        let mut series = Series3::missing(self.samples);
        for (to, from) in series.columns_mut().into_iter().zip(columns) {
            for (&place, value) in self.places.iter().zip(from) {
                if let Some(to) = to.get_mut(place) {
                    *to = value * factor;
                }
            }
        }
        series
    }
}

/// A plate from what is on it. Where nobody stands on it there is no centre of pressure, and the
/// force is that of the ground on the foot: a foot cannot pull, so it points to the markers.
fn plate_of(
    rate_hz: f64,
    mut force: Series3,
    mut centre_of_pressure: Series3,
    recording: &Recording,
) -> ForcePlate {
    let threshold_n = EventSettings::default().plate_threshold_n;
    let mut sum = Vector3::zeros();
    let (mut centre, mut loaded) = (Vector3::zeros(), 0.0);
    for i in 0..force.len() {
        let (pushed, at) = (force.at(i), centre_of_pressure.at(i));
        if pushed.norm() >= threshold_n {
            sum += pushed;
            if at.iter().all(|c| c.is_finite()) {
                centre += at;
                loaded += 1.0;
            }
        } else {
            centre_of_pressure.set(i, Vector3::repeat(f64::NAN));
        }
    }
    if loaded > 0.0 && height_of_markers(recording, centre / loaded, sum) < 0.0 {
        for column in force.columns_mut() {
            column.iter_mut().for_each(|value| *value = -*value);
        }
    }
    ForcePlate {
        rate_hz,
        corners: [[f64::NAN; 3]; 4],
        force,
        centre_of_pressure,
    }
}

/// How far the markers lie from a point along a direction, on the whole: below 0 on the other side.
fn height_of_markers(recording: &Recording, from: Vector3<f64>, along: Vector3<f64>) -> f64 {
    // Some frames of every marker tell as much as all.
    let step = recording.frames / 64 + 1;
    let markers = recording.markers.iter();
    let heights = markers.flat_map(|marker| {
        let frames = (0..marker.position.len()).step_by(step);
        frames.map(move |i| (marker.position.at(i) - from).dot(&along))
    });
    heights.filter(|height| height.is_finite()).sum()
}
