//! The `Devices` section of a Vicon export: force plates and other analog channels.
//!
//! It is counted and left out: a plate's force says nothing about a foot without the place of the
//! plate, and this export holds neither its corners nor its axes.

use super::section;
use crate::read::table::{self, Lines};
use crate::recording::Warning;

/// Passes over the section whose title, at `place`, has just been read, and says what it held.
pub(super) fn skipped(lines: &mut Lines<'_>, place: String) -> Warning {
    let rate = lines.next().map(table::decoded).unwrap_or_default();
    let rate = rate.split([',', ';', '\t']).next().unwrap_or_default();
    let label_line = lines.next().unwrap_or_default();
    let delimiter = section::delimiter(label_line);
    let labels = table::header_cells(label_line, delimiter);
    let is_force = |label: &&String| label.to_ascii_lowercase().ends_with("force");
    let plates = labels.iter().filter(is_force).count();
    let channels = labels.iter().filter(|label| !label.is_empty()).count();
    let mut samples = 0_usize;
    for line in lines {
        if table::is_blank(line, delimiter) {
            break;
        }
        let first = line.trim_ascii_start().first();
        samples += usize::from(first.is_some_and(u8::is_ascii_digit));
    }
    Warning::at(
        "devices-skipped",
        place,
        format!(
            "Devices: {samples} samples at {} Hz of {channels} signals, forces of {plates} plates; \
             left out, because this format does not say where the plates lie (a C3D does)",
            rate.trim().trim_matches('"')
        ),
    )
}
