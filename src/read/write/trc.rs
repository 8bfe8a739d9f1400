//! TRC: tab-separated trajectories.

use std::io::{self, Write};

use super::millimetres;
use crate::recording::Recording;

/// Writes markers in millimetres (raw numbers and no unit when none is declared), one row per
/// frame, empty cells for missing positions. Events, body measures and model outputs have no place
/// in this format.
pub fn write_trc(recording: &Recording, out: &mut dyn Write) -> io::Result<()> {
    let (rate, frames) = (recording.rate_hz, recording.frames);
    let unit = recording.declared_unit.map_or("", |_| "mm");
    let first = recording.first_frame;
    let name = plain(&recording.name);
    writeln!(out, "PathFileType\t4\t(X/Y/Z)\t{name}.trc")?;
    out.write_all(
        b"DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n",
    )?;
    let markers = recording.markers.len();
    writeln!(
        out,
        "{rate}\t{rate}\t{frames}\t{markers}\t{unit}\t{rate}\t{first}\t{frames}"
    )?;
    let (mut names, mut axes) = (String::from("Frame#\tTime"), String::from("\t"));
    for (index, marker) in recording.markers.iter().enumerate() {
        names.push_str(&format!("\t{}\t\t", plain(&marker.label)));
        let n = index + 1;
        axes.push_str(&format!("\tX{n}\tY{n}\tZ{n}"));
    }
    writeln!(out, "{names}\n{axes}\n")?;
    let mut row = String::new();
    for index in 0..frames {
        row.clear();
        let frame = first + index as u64;
        row.push_str(&format!("{frame}\t{}", recording.time_s(index)));
        for marker in &recording.markers {
            if marker.position.is_missing(index) {
                row.push_str("\t\t\t");
                continue;
            }
            for value in marker.position.at(index).iter() {
                let value = match recording.declared_unit {
                    Some(_) => millimetres(*value),
                    None => *value,
                };
                row.push_str(&format!("\t{value}"));
            }
        }
        row.push('\n');
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}

/// A name without the characters that end a cell or a row.
fn plain(name: &str) -> String {
    name.replace(['\t', '\n', '\r'], " ")
}
