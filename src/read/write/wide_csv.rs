//! The plain wide CSV that every reader accepts.

use std::io::{self, Write};

use super::millimetres;
use crate::recording::Recording;

/// Writes `frame,time_s,LASI_x_mm,LASI_y_mm,LASI_z_mm,…`: one row per frame, empty cells for
/// missing positions, exact shortest decimals. Without a declared unit the raw numbers are
/// written and the names carry no unit. Events, body measures and model outputs have no place in
/// this format.
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
        row.push('\n');
        out.write_all(row.as_bytes())?;
    }
    Ok(())
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
