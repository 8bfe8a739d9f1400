//! The tables of `hipdrop angles`: angles frame by frame, degrees.
//!
//! In: angle series (radians, laboratory signs) and orientations of sensors, or Plug-in Gait
//! columns. Out: rows.

use super::{Cell, Sink};
use crate::angles::{AngleSeries, PigColumn};
use crate::inertial::SensorOrientation;
use crate::recording::Side;

/// Time base of the frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frames {
    /// Frame number of the first row.
    pub first: u64,
    /// Number of rows.
    pub count: usize,
    /// Frames per second.
    pub rate_hz: f64,
}

impl Frames {
    /// Seconds of row `index` on the file's time base.
    pub fn time_s(&self, index: usize) -> f64 {
        ((self.first + index as u64) as f64 - 1.0) / self.rate_hz
    }

    /// The cells `frame,time_s` of a row.
    fn cells(&self, index: usize) -> [Cell; 2] {
        let frame = self.first + index as u64;
        [Cell::Count(frame), Cell::time(self.time_s(index))]
    }
}

/// One column: name and radians per frame.
pub type Column<'a> = (String, &'a [f64]);

/// The columns after `frame,time_s`.
pub fn columns(angles: &AngleSeries) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = vec![
        ("pelvis_tilt_deg".into(), &angles.pelvis.tilt),
        ("pelvis_obliquity_deg".into(), &angles.pelvis.obliquity),
        ("pelvis_rotation_deg".into(), &angles.pelvis.rotation),
        ("thorax_tilt_deg".into(), &angles.thorax.tilt),
        ("thorax_lean_deg".into(), &angles.thorax.obliquity),
        ("thorax_rotation_deg".into(), &angles.thorax.rotation),
    ];
    for side in Side::BOTH {
        let name = side.name();
        let (hip, knee) = (&angles.hip[side], &angles.knee[side]);
        columns.extend([
            (format!("{name}_hip_flexion_deg"), &hip.flexion[..]),
            (format!("{name}_hip_adduction_deg"), &hip.frontal[..]),
            (format!("{name}_hip_rotation_deg"), &hip.rotation[..]),
            (format!("{name}_knee_flexion_deg"), &knee.flexion[..]),
            (format!("{name}_knee_valgus_deg"), &knee.frontal[..]),
            (format!("{name}_knee_rotation_deg"), &knee.rotation[..]),
        ]);
    }
    for side in Side::BOTH {
        columns.push((format!("{}_fppa_deg", side.name()), &angles.fppa[side]));
    }
    columns.push(("thorax_lean_on_pelvis_deg".into(), &angles.lean_on_pelvis));
    columns
}

/// Writes the angles of every frame, degrees, laboratory signs.
pub fn write(sink: &mut dyn Sink, angles: &AngleSeries, frames: Frames) -> anyhow::Result<()> {
    write_with_orientations(sink, angles, &[], frames)
}

/// The same, then the orientation of every inertial sensor: four columns of a unit quaternion,
/// scalar first, earth from sensor; the heading is the sensor's own.
pub fn write_with_orientations(
    sink: &mut dyn Sink,
    angles: &AngleSeries,
    sensors: &[SensorOrientation],
    frames: Frames,
) -> anyhow::Result<()> {
    let columns = columns(angles);
    let components: Vec<String> = sensors
        .iter()
        .flat_map(|sensor| ["qw", "qx", "qy", "qz"].map(|part| format!("{}_{part}", sensor.name)))
        .collect();
    let names = columns.iter().map(|(name, _)| name).chain(&components);
    header(sink, names.map(String::as_str))?;
    for index in 0..frames.count {
        let mut cells = frames.cells(index).to_vec();
        let degrees = |values: &[f64]| values.get(index).map(|v| v.to_degrees());
        cells.extend(
            columns
                .iter()
                .map(|(_, values)| Cell::number(degrees(values))),
        );
        for sensor in sensors {
            let quaternion = sensor.earth_from_sensor.get(index).copied();
            let parts = quaternion.map_or([None; 4], |q| q.map(Some));
            cells.extend(parts.map(Cell::number));
        }
        sink.row(&cells)?;
    }
    Ok(())
}

/// The row of names.
fn header<'a>(sink: &mut dyn Sink, names: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
    let columns: Vec<&str> = ["frame", "time_s"].into_iter().chain(names).collect();
    sink.header(&columns)
}

/// Writes Plug-in Gait's columns, its names and signs.
pub fn write_plug_in_gait(
    sink: &mut dyn Sink,
    columns: &[PigColumn],
    frames: Frames,
) -> anyhow::Result<()> {
    header(sink, columns.iter().map(|column| column.name.as_str()))?;
    for index in 0..frames.count {
        let mut cells = frames.cells(index).to_vec();
        let values = columns
            .iter()
            .map(|column| column.values_deg.get(index).copied());
        cells.extend(values.map(Cell::number));
        sink.row(&cells)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::CsvSink;
    use super::*;

    #[test]
    fn frames_count_as_in_the_file_and_missing_is_empty() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = vec![f64::NAN, 0.1];
        let frames = Frames {
            first: 150,
            count: 2,
            rate_hz: 100.0,
        };
        let mut sink = CsvSink::new(Vec::new());
        write(&mut sink, &angles, frames).unwrap();
        let text = String::from_utf8(sink.into_inner().unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("frame,time_s,pelvis_tilt_deg,pelvis_obliquity_deg,"));
        assert!(lines[1].starts_with("150,1.4900,,,"), "{}", lines[1]);
        assert!(lines[2].starts_with("151,1.5000,,5.72958,"), "{}", lines[2]);
    }
}
