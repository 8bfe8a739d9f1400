//! Force plates: forces on the foot and centre of pressure in the file's axes.
//!
//! Types 1–5 of the C3D User Guide, *FORCE_PLATFORM*: 1 = forces, centre of pressure and free
//! moment; 2 = forces and moments; 3 = eight Kistler channels; 4 and 5 = raw channels with a
//! calibration matrix.

use nalgebra::{Matrix3, Vector3};

use super::analog::Analog;
use super::parameters::Parameters;
use super::wrench::{Sensor, Wrench, centre_of_pressure, remove_baseline};
use crate::recording::{ForcePlate, Recording, Series3, Warning};
use crate::settings::EventSettings;

/// Adds the file's force plates to a recording whose markers and declared unit are known.
pub(super) fn read(
    analog: Option<&Analog<'_>>,
    parameters: &Parameters,
    recording: &mut Recording,
    warnings: &mut Vec<Warning>,
) {
    let count = parameters.count("FORCE_PLATFORM", "USED").unwrap_or(0);
    let Some(analog) = analog.filter(|_| count > 0) else {
        return;
    };
    let types = parameters.reals("FORCE_PLATFORM", "TYPE");
    // Plates do not share channels; more plates than types are described by nothing.
    let count = count.min(analog.channels() / 6);
    for (index, kind) in types.into_iter().take(count).enumerate() {
        let place = format!("force plate {}", index + 1);
        match Plate::new(index, kind, parameters, recording, analog) {
            Ok(plate) => {
                if let Some(plate) = plate.measure(analog, parameters, recording, &place, warnings)
                {
                    recording.plates.push(plate);
                }
            }
            Err(why) => warnings.push(Warning::at("force-plate", place, why)),
        }
    }
}

/// Geometry and channels of one plate.
struct Plate {
    sensor: Sensor,
    channels: Vec<usize>,
    /// Corners in the file's unit.
    corners: [Vector3<f64>; 4],
    centre: Vector3<f64>,
    /// Columns: the plate's axes in the file's axes; z points into the floor.
    lab_from_plate: Matrix3<f64>,
    /// +1 when the plate's z axis points to the side where the markers are, −1 when into the floor.
    up: f64,
    metres: f64,
}

impl Plate {
    fn new(
        index: usize,
        kind: f64,
        parameters: &Parameters,
        recording: &Recording,
        analog: &Analog<'_>,
    ) -> Result<Plate, String> {
        let needed = match kind as i64 {
            1 | 2 | 4 => 6,
            3 | 5 => 8,
            other => {
                return Err(format!(
                    "type {other} is not readable; the plate is left out"
                ));
            }
        };
        let group = |name: &str| parameters.reals("FORCE_PLATFORM", name);
        let all_channels = group("CHANNEL");
        // The parameter is as wide as the widest plate: 6 or 8 rows per plate.
        let rows = all_channels.len() / group("TYPE").len().max(1);
        let channels: Vec<usize> = all_channels
            .chunks(rows.max(1))
            .nth(index)
            .unwrap_or_default()
            .iter()
            .take(needed)
            .map(|&channel| channel.max(0.0) as usize)
            .collect();
        if channels.len() < needed || channels.iter().any(|&c| !analog.has_channel(c)) {
            return Err(
                "its analog channels are not in the file; the plate is left out".to_owned(),
            );
        }
        let numbers = |values: &[f64], count: usize| -> Option<Vec<f64>> {
            let of_plate = values.chunks_exact(count).nth(index)?;
            of_plate
                .iter()
                .all(|v| v.is_finite())
                .then(|| of_plate.to_vec())
        };
        let corners: Vec<Vector3<f64>> = numbers(&group("CORNERS"), 12)
            .unwrap_or_default()
            .chunks_exact(3)
            .map(Vector3::from_column_slice)
            .collect();
        let origin = numbers(&group("ORIGIN"), 3).unwrap_or_else(|| vec![0.0; 3]);
        let columns = if kind == 5.0 { 8 } else { 6 };
        let calibration = numbers(&group("CAL_MATRIX"), 6 * columns).unwrap_or_default();
        if kind >= 4.0 && calibration.is_empty() {
            return Err("its calibration matrix is missing; the plate is left out".to_owned());
        }
        let (corners, lab_from_plate) =
            axes(&corners).ok_or("its corners do not span a rectangle; the plate is left out")?;
        let centre = (corners[0] + corners[1] + corners[2] + corners[3]) / 4.0;
        let metres = recording.declared_unit.map_or(1.0, |unit| unit.metres());
        Ok(Plate {
            sensor: Sensor {
                kind: kind as u8,
                origin: Vector3::from_column_slice(&origin),
                calibration,
            },
            channels,
            up: side_of_markers(recording, centre * metres, lab_from_plate.column(2).into()),
            corners,
            centre,
            lab_from_plate,
            metres,
        })
    }

    /// Reads the channels and turns them into the laboratory.
    fn measure(
        &self,
        analog: &Analog<'_>,
        parameters: &Parameters,
        recording: &Recording,
        place: &str,
        warnings: &mut Vec<Warning>,
    ) -> Option<ForcePlate> {
        let threshold_n = EventSettings::default().plate_threshold_n;
        let channels: Vec<Vec<f64>> = self
            .channels
            .iter()
            .filter_map(|&channel| analog.channel(channel))
            .collect();
        let mut wrench = self.sensor.wrench(&channels)?;
        if wrench
            .force
            .columns()
            .iter()
            .all(|c| c.iter().all(|v| *v == 0.0))
        {
            return None;
        }
        let per_frame = analog.samples() / recording.frames.max(1);
        remove_baseline(&mut wrench, parameters, per_frame, threshold_n);
        let scale = self.moment_scale(analog, &wrench, threshold_n, place, warnings);
        let reaction = self.reaction_sign(&wrench, threshold_n);
        if reaction < 0.0 {
            warnings.push(Warning::at(
                "force-plate-sign",
                place,
                "the file stores the force of the foot on the plate; it is reversed",
            ));
        }
        let samples = wrench.force.len();
        let mut force = Series3::missing(samples);
        let mut pressure = Series3::missing(samples);
        for i in 0..samples {
            let in_plate = wrench.force.at(i);
            force.set(i, self.lab_from_plate * in_plate * reaction);
            if in_plate.z.abs() >= threshold_n {
                let at = match &wrench.centre {
                    Some([x, y]) => Vector3::new(*x.get(i)?, *y.get(i)?, 0.0),
                    None => centre_of_pressure(in_plate, wrench.moment.at(i) * scale),
                };
                let at = self.centre + self.lab_from_plate * at;
                pressure.set(i, at * self.metres);
            }
        }
        Some(ForcePlate {
            rate_hz: analog.rate_hz(),
            corners: self.corners.map(|corner| (corner * self.metres).into()),
            force,
            centre_of_pressure: pressure,
        })
    }

    /// Units of the corners per unit of moment over force: 1, or 1000 where moments are in N·m
    /// and corners in mm. What the file declares is believed when it puts the centre of pressure
    /// on the plate, else what does.
    fn moment_scale(
        &self,
        analog: &Analog<'_>,
        wrench: &Wrench,
        threshold_n: f64,
        place: &str,
        warnings: &mut Vec<Warning>,
    ) -> f64 {
        let unit = self
            .channels
            .get(3)
            .map_or("", |&channel| analog.unit(channel));
        let unit_letters: String = unit.chars().filter(|c| c.is_alphanumeric()).collect();
        let corners_in_metres = (self.corners[0] - self.corners[2]).norm() < 10.0;
        let declared = match (unit_letters.to_lowercase().as_str(), corners_in_metres) {
            ("nm", false) => 1000.0,
            ("nmm", true) => 0.001,
            _ => 1.0,
        };
        let half = (self.corners[0] - self.corners[2]).norm() / 2.0;
        let on_plate = |scale: f64| {
            let mut distances: Vec<f64> = (0..wrench.force.len())
                .filter(|&i| wrench.force.at(i).z.abs() >= threshold_n)
                .map(|i| centre_of_pressure(wrench.force.at(i), wrench.moment.at(i) * scale).norm())
                .collect();
            if distances.is_empty() {
                return None;
            }
            let middle = distances.len() / 2;
            let (_, median, _) = distances.select_nth_unstable_by(middle, f64::total_cmp);
            Some(*median)
        };
        let inside = |scale: f64| {
            // Dead centre for every sample means moments that are a thousand times too small.
            on_plate(scale).is_some_and(|median| median <= half && median > 0.01 * half)
        };
        if wrench.centre.is_some() || inside(declared) {
            return declared;
        }
        match [1.0, 1000.0, 0.001]
            .into_iter()
            .find(|&scale| inside(scale))
        {
            Some(scale) => {
                warnings.push(Warning::at(
                    "force-plate-unit",
                    place,
                    format!("the moments cannot be in `{unit}`: the centre of pressure would be off the plate; they are scaled by {scale}"),
                ));
                scale
            }
            None => declared,
        }
    }

    /// −1 when the file stores what the foot does to the plate: a foot cannot pull.
    fn reaction_sign(&self, wrench: &Wrench, threshold_n: f64) -> f64 {
        let pressed: f64 = wrench
            .force
            .z
            .iter()
            .filter(|z| z.abs() >= threshold_n)
            .sum();
        if pressed * self.up < 0.0 { -1.0 } else { 1.0 }
    }
}

/// Axes from the corners (+x+y, −x+y, −x−y, +x−y).
fn axes(corners: &[Vector3<f64>]) -> Option<([Vector3<f64>; 4], Matrix3<f64>)> {
    let corners: [Vector3<f64>; 4] = corners.try_into().ok()?;
    let [a, b, c, d] = corners;
    let x = (a - b + d - c).try_normalize(1e-9)?;
    let y = a - d + b - c;
    let z = x.cross(&y).try_normalize(1e-9)?;
    Some((corners, Matrix3::from_columns(&[x, z.cross(&x), z])))
}

/// +1 when the markers lie on the side of the plate that its z axis points to. Without markers
/// the z axis points into the floor, as the format wants it.
fn side_of_markers(recording: &Recording, centre: Vector3<f64>, z: Vector3<f64>) -> f64 {
    // Some frames of every marker tell as much as all.
    let step = recording.frames / 64 + 1;
    let mut sum = 0.0;
    for marker in &recording.markers {
        let heights = (0..marker.position.len())
            .step_by(step)
            .map(|i| (marker.position.at(i) - centre).dot(&z))
            .filter(|height| height.is_finite());
        sum += heights.sum::<f64>();
    }
    if sum > 0.0 { 1.0 } else { -1.0 }
}
