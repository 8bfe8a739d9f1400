//! C3D, any processor and storage (`https://www.c3d.org`, C3D User Guide).
//!
//! In: the bytes of a file. Out: a [`Recording`]. What header and parameters say is checked
//! against the file's length before anything is allocated; what was guessed or repaired is a
//! warning.

mod analog;
mod body;
mod events;
mod frames;
mod header;
mod layout;
mod number;
mod parameters;
mod plates;
mod points;
mod wrench;

use super::{ReadError, ReadOptions};
use crate::recording::{Format, Recording, Warning};

/// True when the first bytes are those of a C3D file: the number of the parameter block and the
/// key 80.
///
/// The number is 2 in practice and is not taken for one from 32 on, where texts (`LPSI_x_mm,…`),
/// PNG and PDF files begin so too.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    matches!(first_bytes, [1..=31, 80, ..])
}

/// Reads a whole file.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let header = header::read(bytes)?;
    let parameters = parameters::read(
        parameter_section(bytes, &header),
        header.processor,
        &mut warnings,
    );
    if parameters.is_empty() {
        warnings.push(Warning::new(
            "no-parameters",
            "the C3D file has no parameters: labels and units are unknown",
        ));
    }
    let layout = layout::resolve(
        &header,
        &parameters,
        bytes.len(),
        options.map.rate_hz.or(options.rate_hz),
        &mut warnings,
    )?;
    let mut recording = Recording::new(name, Format::C3d, layout.rate_hz, layout.frames);
    recording.first_frame = layout.first_frame;
    points::read(
        bytes,
        &layout,
        header.processor,
        &parameters,
        &mut recording,
        &mut warnings,
    );
    let analog = analog::Analog::new(bytes, &layout, header.processor, &parameters);
    plates::read(analog.as_ref(), &parameters, &mut recording, &mut warnings);
    recording.events = events::read(&header, &parameters, &mut warnings);
    recording.body = body::read(&parameters, &mut warnings);
    recording.screen_axes = screen_axes(&parameters);
    recording.subjects = subjects(&parameters);
    recording.warnings = warnings;
    Ok(recording)
}

/// From the parameter pointer to the data: the block count in the prologue is often too small.
fn parameter_section<'a>(bytes: &'a [u8], header: &header::Header) -> &'a [u8] {
    let data_at = header.data_block.saturating_sub(1) * header::BLOCK;
    let end = if data_at > header.parameters_at {
        data_at.min(bytes.len())
    } else {
        bytes.len()
    };
    bytes.get(header.parameters_at..end).unwrap_or_default()
}

fn screen_axes(parameters: &parameters::Parameters) -> Option<(String, String)> {
    let axis =
        |name| Some(parameters.texts("POINT", name).first()?.clone()).filter(|a| !a.is_empty());
    Some((axis("X_SCREEN")?, axis("Y_SCREEN")?))
}

fn subjects(parameters: &parameters::Parameters) -> Vec<String> {
    parameters
        .texts("SUBJECTS", "NAMES")
        .iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_like_a_c3d_is_none() {
        assert!(recognises(&[2, 0x50, 0, 0]));
        assert!(!recognises(b"LPSI_x_mm,LPSI_y_mm,LPSI_z_mm\n1,2,3\n"));
        assert!(!recognises(b"\x89PNG\r\n\x1a\n\0\0\0"));
        assert!(!recognises(b"%PDF-1.7\n\0"));
        assert!(!recognises(b""));
    }

    /// Neither header nor POINT:RATE says a rate: the user's is taken, else it is asked for.
    #[test]
    fn a_file_without_any_rate_takes_the_given_one() {
        let mut recording = Recording::new("walk", Format::Memory, 100.0, 2);
        recording.markers.push(crate::recording::Marker {
            label: "LASI".into(),
            position: crate::recording::Series3 {
                x: vec![1.0, 2.0],
                y: vec![1.0, 2.0],
                z: vec![1.0, 2.0],
            },
        });
        let mut bytes = Vec::new();
        crate::read::write_c3d(&recording, &mut bytes).unwrap();
        bytes[20..24].fill(0); // word 11 of the header
        let at: Vec<usize> = (512..bytes.len() - 12)
            .filter(|&i| &bytes[i..i + 4] == b"RATE")
            .collect();
        for at in at {
            bytes[at + 8..at + 12].fill(0); // behind offset, type and dimensions
        }
        let error = read(&bytes, "walk", &ReadOptions::default()).unwrap_err();
        assert!(error.advice.contains("--rate"), "{error}");
        let given = ReadOptions {
            rate_hz: Some(120.0),
            ..ReadOptions::default()
        };
        assert_eq!(read(&bytes, "walk", &given).unwrap().rate_hz, 120.0);
    }
}
