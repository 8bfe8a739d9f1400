//! C3D: Intel, floats, millimetres.

use std::io::{self, Write};

use super::millimetres;
use super::parameters::Section;
use crate::recording::{EventKind, ModelOutput, Recording, Side};

/// Longest label in bytes that the format can hold.
const LABEL_MAX: usize = 255;

/// Writes a C3D file: markers (millimetres; raw numbers when no unit is declared), model outputs
/// with three components, events, body measures, subject and screen axes. Force plates are not
/// written.
///
/// # Errors
/// Those of `out`; labels longer than 255 bytes and more than 65,535 points cannot be stored.
pub fn write_c3d(recording: &Recording, out: &mut dyn Write) -> io::Result<()> {
    let outputs: Vec<&ModelOutput> = recording
        .model_outputs
        .iter()
        .filter(|output| output.values.len() == 3)
        .collect();
    let labels: Vec<&str> = recording
        .markers
        .iter()
        .map(|marker| marker.label.as_str())
        .chain(outputs.iter().map(|output| output.label.as_str()))
        .collect();
    let points = u16::try_from(labels.len()).map_err(|_| cannot("more than 65,535 points"))?;
    if labels.iter().any(|label| label.len() > LABEL_MAX) {
        return Err(cannot("a label longer than 255 bytes"));
    }
    // The section names the data's block, which depends on the section's length only.
    let blocks = parameters(recording, &labels, &outputs, 0).len() / 512;
    let data_block = u16::try_from(2 + blocks).map_err(|_| cannot("so many labels"))?;
    out.write_all(&header(recording, points, data_block))?;
    out.write_all(&parameters(recording, &labels, &outputs, data_block))?;
    write_frames(recording, &outputs, out)
}

fn cannot(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{what}: the C3D format cannot hold this"),
    )
}

/// Frame numbers in the header are 16-bit words; `TRIAL` holds the true ones.
fn word(value: u64) -> u16 {
    value.min(u64::from(u16::MAX)) as u16
}

fn last_frame(recording: &Recording) -> u64 {
    (recording.first_frame + recording.frames as u64).saturating_sub(1)
}

fn header(recording: &Recording, points: u16, data_block: u16) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, bytes: &[u8]| {
        for (to, from) in block.iter_mut().skip(at).zip(bytes) {
            *to = *from;
        }
    };
    put(0, &[2, 80]);
    put(2, &points.to_le_bytes());
    put(6, &word(recording.first_frame).to_le_bytes());
    put(8, &word(last_frame(recording)).to_le_bytes());
    put(12, &(-1f32).to_le_bytes());
    put(16, &data_block.to_le_bytes());
    put(20, &(recording.rate_hz as f32).to_le_bytes());
    // Word 150: event labels have four letters.
    put(298, &12345u16.to_le_bytes());
    block
}

fn parameters(
    recording: &Recording,
    labels: &[&str],
    outputs: &[&ModelOutput],
    data_block: u16,
) -> Vec<u8> {
    let mut section = Section::default();
    section.group("POINT");
    section.words("USED", &[], &[labels.len() as u16]);
    section.words("FRAMES", &[], &[word(recording.frames as u64)]);
    section.reals("LONG_FRAMES", &[], &[recording.frames as f64]);
    section.words("DATA_START", &[], &[data_block]);
    section.reals("SCALE", &[], &[-1.0]);
    section.reals("RATE", &[], &[recording.rate_hz]);
    if recording.declared_unit.is_some() {
        section.text("UNITS", "mm");
    }
    if let Some((horizontal, vertical)) = &recording.screen_axes {
        section.text("X_SCREEN", horizontal);
        section.text("Y_SCREEN", vertical);
    }
    section.long_texts("LABELS", labels);
    section.long_texts("DESCRIPTIONS", &vec![""; labels.len()]);
    result_lists(&mut section, outputs);
    section.group("ANALOG");
    section.words("USED", &[], &[0]);
    section.group("FORCE_PLATFORM");
    section.words("USED", &[], &[0]);
    trial(&mut section, recording);
    events(&mut section, recording);
    section.group("SUBJECTS");
    section.words("USED", &[], &[recording.subjects.len() as u16]);
    let subjects: Vec<&str> = recording.subjects.iter().map(String::as_str).collect();
    section.long_texts("NAMES", &subjects);
    body(&mut section, recording);
    section.finish()
}

/// The labels of the model outputs by kind, as readers expect them.
fn result_lists(section: &mut Section, outputs: &[&ModelOutput]) {
    let list_of = |unit: &str| match unit {
        "deg" | "rad" => 0,
        unit if unit.contains('W') => 3,
        unit if unit.starts_with("Nm") || unit.starts_with("N.m") => 2,
        unit if unit.starts_with('N') => 1,
        _ => 4,
    };
    let names = [
        ("ANGLES", "ANGLE_UNITS"),
        ("FORCES", "FORCE_UNITS"),
        ("MOMENTS", "MOMENT_UNITS"),
        ("POWERS", "POWER_UNITS"),
        ("SCALARS", "SCALAR_UNITS"),
    ];
    for (list, (labels_name, unit_name)) in names.into_iter().enumerate() {
        let of_list: Vec<&&ModelOutput> = outputs
            .iter()
            .filter(|output| list_of(&output.unit) == list)
            .collect();
        if let Some(first) = of_list.first() {
            let labels: Vec<&str> = of_list.iter().map(|output| output.label.as_str()).collect();
            section.long_texts(labels_name, &labels);
            section.text(unit_name, &first.unit);
        }
    }
}

fn trial(section: &mut Section, recording: &Recording) {
    let halves = |frame: u64| [frame as u16, (frame >> 16) as u16];
    section.group("TRIAL");
    section.words("ACTUAL_START_FIELD", &[2], &halves(recording.first_frame));
    section.words("ACTUAL_END_FIELD", &[2], &halves(last_frame(recording)));
    section.reals("CAMERA_RATE", &[], &[recording.rate_hz]);
}

fn events(section: &mut Section, recording: &Recording) {
    let events = &recording.events;
    let contexts: Vec<&str> = events
        .iter()
        .map(|event| match event.side {
            Some(Side::Left) => "Left",
            Some(Side::Right) => "Right",
            None => "General",
        })
        .collect();
    let labels: Vec<&str> = events
        .iter()
        .map(|event| match event.kind {
            Some(EventKind::FootStrike) => "Foot Strike",
            Some(EventKind::FootOff) => "Foot Off",
            None => event.label.as_str(),
        })
        .collect();
    let times: Vec<[f64; 2]> = events
        .iter()
        .map(|event| {
            let minutes = (event.time_s / 60.0).floor();
            [minutes, event.time_s - 60.0 * minutes]
        })
        .collect();
    section.group("EVENT");
    section.words("USED", &[], &[events.len() as u16]);
    section.long_texts("CONTEXTS", &contexts);
    section.long_texts("LABELS", &labels);
    section.long_pairs("TIMES", &times);
}

/// Body measures under Vicon's names, millimetres, kilograms and radians.
fn body(section: &mut Section, recording: &Recording) {
    let body = &recording.body;
    section.group("PROCESSING");
    let mut put = |name: &str, value: Option<f64>| {
        if let Some(value) = value {
            section.reals(name, &[1], &[value]);
        }
    };
    let mm = |metres: Option<f64>| metres.map(millimetres);
    put("Bodymass", body.mass_kg);
    put("Height", mm(body.height_m));
    put("InterAsisDistance", mm(body.inter_asis_m));
    put("MarkerDiameter", mm(body.marker_diameter_m));
    for side in Side::BOTH {
        let limb = &body.limbs[side];
        let mut put = |name: &str, value| put(&format!("{}{name}", side.letter()), value);
        put("LegLength", mm(limb.leg_length_m));
        put("KneeWidth", mm(limb.knee_width_m));
        put("AnkleWidth", mm(limb.ankle_width_m));
        put("AsisTrocanterDistance", mm(limb.asis_trochanter_m));
        put("ThighRotation", limb.thigh_rotation_rad);
        put("ShankRotation", limb.shank_rotation_rad);
        put("TibialTorsion", limb.tibial_torsion_rad);
        put("AnkleAbAdd", limb.ankle_abadd_rad);
    }
}

/// x, y, z and the residual (0, or −1 for missing) of every point, frame by frame, padded to a
/// whole block.
fn write_frames(
    recording: &Recording,
    outputs: &[&ModelOutput],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut written = 0;
    let mut frame = Vec::new();
    let put = |frame: &mut Vec<u8>, xyz: [f64; 3]| {
        let missing = xyz.iter().any(|v| v.is_nan());
        let quad = match xyz {
            _ if missing => [0.0, 0.0, 0.0, -1.0],
            [x, y, z] => [x, y, z, 0.0],
        };
        frame.extend(quad.iter().flat_map(|&v| (v as f32).to_le_bytes()));
    };
    let value = |column: &[f64], index: usize| column.get(index).copied().unwrap_or(f64::NAN);
    for index in 0..recording.frames {
        frame.clear();
        for marker in &recording.markers {
            let xyz = marker.position.columns().map(|column| {
                let value = value(column, index);
                match recording.declared_unit {
                    Some(_) => millimetres(value),
                    None => value,
                }
            });
            put(&mut frame, xyz);
        }
        for output in outputs {
            let mut columns = output.values.iter();
            put(
                &mut frame,
                [(); 3].map(|()| {
                    columns
                        .next()
                        .map_or(f64::NAN, |column| value(column, index))
                }),
            );
        }
        out.write_all(&frame)?;
        written += frame.len();
    }
    out.write_all(&vec![0; written.next_multiple_of(512) - written])
}
