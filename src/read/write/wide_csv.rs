//! The plain wide CSV that every reader accepts.

use std::io::{self, Write};

use super::millimetres;
use crate::recording::{Recording, Sensor};

/// Writes `frame,time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm,…` and, for inertial sensors,
/// `pelvis_acc_x_m_s2,…,pelvis_gyr_x_rad_s,…`: one row per frame, empty cells for missing values,
/// exact shortest decimals. Without a declared unit of length the raw numbers are written and the
/// names of markers carry no unit. Events, body measures, model outputs and orientations have no
/// place in this format.
pub fn write_wide_csv(recording: &Recording, out: &mut dyn Write) -> io::Result<()> {
    let unit = match recording.declared_unit {
        Some(_) => "_mm",
        None => "",
    };
    let mut row = String::from("frame,time_s");
    for marker in &recording.markers {
        for axis in ["x", "y", "z"] {
            row.push(',');
            push_text(&mut row, &format!("{}_{axis}{unit}", marker.label));
        }
    }
    for sensor in &recording.sensors {
        push_sensor_names(&mut row, &format!("{}_", sensor.name));
    }
    row.push('\n');
    out.write_all(row.as_bytes())?;
    for index in 0..recording.frames {
        row.clear();
        let frame = recording.first_frame + index as u64;
        row.push_str(&format!("{frame},{}", recording.time_s(index)));
        for marker in &recording.markers {
            if marker.position.is_missing(index) {
                row.push_str(",,,");
                continue;
            }
            for value in marker.position.at(index).iter() {
                let value = match recording.declared_unit {
                    Some(_) => millimetres(*value),
                    None => *value,
                };
                row.push_str(&format!(",{value}"));
            }
        }
        for sensor in &recording.sensors {
            push_sample(&mut row, sensor, index);
        }
        row.push('\n');
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}

/// Writes one sensor as a file of its own, as it comes from a system whose sensors record by
/// themselves: `counter,time_us,acc_x_m_s2,…,gyr_z_rad_s`; lost samples have no row.
///
/// `first` is the index of the first sample that the file holds.
pub fn write_sensor_csv(
    recording: &Recording,
    sensor: &Sensor,
    first: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut row = String::from("counter,time_us");
    push_sensor_names(&mut row, "");
    row.push('\n');
    out.write_all(row.as_bytes())?;
    for index in first..recording.frames.min(sensor.len()) {
        if sensor.acc_m_s2.is_missing(index) || sensor.gyr_rad_s.is_missing(index) {
            continue;
        }
        row.clear();
        let packet = recording.first_frame + index as u64;
        let time_us = (recording.time_s(index) * 1e6).round();
        row.push_str(&format!("{packet},{time_us}"));
        push_sample(&mut row, sensor, index);
        row.push('\n');
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}

fn push_sensor_names(row: &mut String, prefix: &str) {
    for (signal, unit) in [("acc", "m_s2"), ("gyr", "rad_s")] {
        for axis in ["x", "y", "z"] {
            row.push(',');
            push_text(row, &format!("{prefix}{signal}_{axis}_{unit}"));
        }
    }
}

fn push_sample(row: &mut String, sensor: &Sensor, index: usize) {
    for series in [&sensor.acc_m_s2, &sensor.gyr_rad_s] {
        if series.is_missing(index) {
            row.push_str(",,,");
            continue;
        }
        for value in series.at(index).iter() {
            row.push_str(&format!(",{value}"));
        }
    }
}

/// A header cell: quoted where needed, and never taken for a formula by a spreadsheet.
fn push_text(row: &mut String, text: &str) {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    let text = text.replace(['\n', '\r'], "\\n");
    if text.contains([',', '"', ';']) {
        row.push_str(&format!("\"{guard}{}\"", text.replace('"', "\"\"")));
    } else {
        row.push_str(&format!("{guard}{text}"));
    }
}
