//! Vicon Nexus CSV (sections `Trajectories`, `Model Outputs`, `Joints`, `Segments`, `Devices`,
//! `Events`) and the older ASCII export with `TRAJECTORIES` in capitals.
//!
//! In: the bytes of a file. Out: a [`Recording`]. A section is a title, its rate, a row of labels,
//! a row of components, a row of units (not in the old export), its rows, and a blank row.

mod devices;
mod events;
mod section;

use section::Section;

use super::table::Lines;
use super::{ReadError, labels, trajectories};
use crate::recording::{Format, LengthUnit, Marker, ModelOutput, Recording, StoredEvent, Warning};

/// Titles of sections, in lower case.
const SECTIONS: [&str; 6] = [
    "trajectories",
    "model outputs",
    "events",
    "devices",
    "joints",
    "segments",
];

/// Lines looked through for the first section title: the old export begins with a few of its own.
const PREAMBLE_LINES: usize = 20;

/// True when a section title stands among the first lines.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    Lines::new(first_bytes)
        .take(PREAMBLE_LINES)
        .any(|line| title(line).is_some())
}

/// The section title of a line that holds nothing else, in lower case.
fn title(line: &[u8]) -> Option<&'static str> {
    let is_separator = |b: &u8| matches!(b, b',' | b';' | b'\t' | b'"');
    let line = line.trim_ascii();
    let text = match line.iter().rposition(|b| !is_separator(b)) {
        Some(end) => line.get(..=end)?,
        None => return None,
    };
    let text = text.strip_prefix(b"\"").unwrap_or(text).trim_ascii();
    SECTIONS
        .into_iter()
        .find(|section| text.eq_ignore_ascii_case(section.as_bytes()))
}

/// Reads a whole file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let mut lines = Lines::new(bytes);
    let (mut markers, mut results, mut events) = (None, Vec::new(), Vec::new());
    let mut analog = None;
    loop {
        let line_number = lines.line_number();
        let Some(line) = lines.next() else { break };
        let place = format!("line {line_number}");
        match title(line) {
            Some("trajectories") if markers.is_none() => {
                markers = Some(section::read(
                    &mut lines,
                    place,
                    bytes.len(),
                    &mut warnings,
                )?);
            }
            Some("model outputs") => {
                results.push(section::read(
                    &mut lines,
                    place,
                    bytes.len(),
                    &mut warnings,
                )?);
            }
            Some("joints" | "segments") => {
                let read = |lines: &mut Lines<'_>, warnings: &mut Vec<Warning>| {
                    section::read(lines, place.clone(), bytes.len(), warnings)
                };
                results.extend(optional(&mut lines, &place, &mut warnings, read));
            }
            Some("devices") if analog.is_none() => {
                let read = optional(&mut lines, &place, &mut warnings, section::body);
                analog = read.map(|body| (body, place));
            }
            Some("events") => events.extend(events::read(&mut lines)),
            Some(repeated) => {
                warnings.push(Warning::at(
                    "section-repeated",
                    place,
                    format!("a second section `{repeated}` is left out"),
                ));
                skip_to_blank_row(&mut lines);
            }
            None => {}
        }
    }
    let lead = markers.as_ref().or(results.first()).ok_or_else(|| {
        ReadError::new(
            "",
            "a Vicon export without `Trajectories` and `Model Outputs`",
        )
        .expected("at least one of the two sections")
        .advice("export the file again with trajectories")
    })?;
    let timing = &lead.timing;
    let mut recording = Recording::new(name, Format::NexusCsv, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    recording.declared_unit = None;
    let markers = markers.into_iter().map(|section| (section, true));
    let results = results.into_iter().map(|section| (section, false));
    for (section, are_positions) in markers.chain(results) {
        fill(
            &mut recording,
            section,
            are_positions,
            bytes.len(),
            &mut warnings,
        );
    }
    if let Some((body, place)) = analog {
        devices::read(body, place, &mut recording, &mut warnings);
    }
    if recording.markers.is_empty() {
        warnings.push(Warning::new(
            "no-markers",
            format!(
                "the file holds {} model outputs and no markers",
                recording.model_outputs.len()
            ),
        ));
    }
    events.sort_by(|a: &StoredEvent, b| a.time_s.total_cmp(&b.time_s));
    recording.events = events;
    recording.subjects = subjects(&recording);
    recording.warnings = warnings;
    Ok(recording)
}

/// A section that the recording can do without: when it cannot be read, it is passed over and said
/// so.
fn optional<T>(
    lines: &mut Lines<'_>,
    place: &str,
    warnings: &mut Vec<Warning>,
    read: impl FnOnce(&mut Lines<'_>, &mut Vec<Warning>) -> Result<T, ReadError>,
) -> Option<T> {
    let mut ahead = lines.clone();
    match read(&mut ahead, warnings) {
        Ok(section) => {
            *lines = ahead;
            Some(section)
        }
        Err(error) => {
            warnings.push(Warning::at(
                "section-unreadable",
                place,
                format!("this section is left out: {error}"),
            ));
            skip_to_blank_row(lines);
            None
        }
    }
}

/// Puts a section into the recording: three-component groups of positions become markers.
fn fill(
    recording: &mut Recording,
    section: Section,
    are_positions: bool,
    file_bytes: usize,
    warnings: &mut Vec<Warning>,
) {
    let Some(offset) = offset(recording, &section, file_bytes, warnings) else {
        return;
    };
    let names = section.groups.iter().map(|g| g.label.clone()).collect();
    let names = labels::distinct(names, warnings);
    let mut columns = section.columns.into_iter();
    for (group, label) in section.groups.iter().zip(names) {
        let values: Vec<Vec<f64>> = columns
            .by_ref()
            .take(group.components.len())
            .map(|column| shifted(column, offset, recording.frames))
            .collect();
        let is_marker = group.is_position() && labels::result_unit(&label).is_none();
        if are_positions && is_marker {
            let unit = group.units.first().and_then(|unit| LengthUnit::parse(unit));
            recording.declared_unit = recording.declared_unit.or(unit);
            let factor = unit.map_or(1.0, LengthUnit::metres);
            if let Ok(xyz) = <[Vec<f64>; 3]>::try_from(values) {
                recording.markers.push(Marker {
                    label,
                    position: trajectories::positions(xyz, factor),
                });
            }
        } else {
            recording.model_outputs.push(ModelOutput {
                unit: group.unit(),
                label,
                components: group.components.clone(),
                values,
            });
        }
    }
}

/// Frames by which a section begins later than the recording; `None` when it cannot be aligned.
fn offset(
    recording: &Recording,
    section: &Section,
    file_bytes: usize,
    warnings: &mut Vec<Warning>,
) -> Option<i64> {
    if section.timing.frames != recording.frames
        && section.columns.len().saturating_mul(recording.frames) > 4 * file_bytes.max(1 << 16)
    {
        warnings.push(Warning::at(
            "section-length",
            section.place.clone(),
            format!(
                "this section has {} frames, the recording {}; it is left out",
                section.timing.frames, recording.frames
            ),
        ));
        return None;
    }
    if section.timing.rate_hz != recording.rate_hz {
        warnings.push(Warning::at(
            "section-rate",
            section.place.clone(),
            format!(
                "this section has {} Hz, the recording {} Hz; it is left out",
                section.timing.rate_hz, recording.rate_hz
            ),
        ));
        return None;
    }
    let of = |frame: u64| i64::try_from(frame).ok();
    of(section.timing.first_frame)?.checked_sub(of(recording.first_frame)?)
}

/// A column moved by `offset` frames into `frames` frames.
fn shifted(column: Vec<f64>, offset: i64, frames: usize) -> Vec<f64> {
    if offset == 0 && column.len() == frames {
        return column;
    }
    (0..frames as i64)
        .map(|i| {
            let from = i.checked_sub(offset).and_then(|i| usize::try_from(i).ok());
            from.and_then(|i| column.get(i))
                .copied()
                .unwrap_or(f64::NAN)
        })
        .collect()
}

fn skip_to_blank_row(lines: &mut Lines<'_>) {
    for line in lines {
        if line
            .iter()
            .all(|b| matches!(b, b',' | b';' | b'\t' | b'"' | b' '))
        {
            break;
        }
    }
}

/// The distinct `Subject:` prefixes, in file order.
fn subjects(recording: &Recording) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::new();
    let labels = recording.markers.iter().map(|m| &m.label);
    let labels = labels.chain(recording.model_outputs.iter().map(|m| &m.label));
    for (prefix, _) in labels.filter_map(|label| label.split_once(':')) {
        if !subjects.iter().any(|known| known == prefix) {
            subjects.push(prefix.to_owned());
        }
    }
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_SECTIONS: &str = "Events,,,,\r\n\
        100,,,,\r\n\
        Subject,Context,Name,Time (s),Description\r\n\
        Ann,Right,Foot Off,0.08,\"leaves, the ground\"\r\n\
        Ann,Left,Foot Strike,0.07,\r\n\
        ,,,,\r\n\
        Devices,,,,\r\n1000,,,,\r\n,,Plate - Force,,\r\nFrame,Sub Frame,Fx,Fy,Fz\r\n,,N,N,N\r\n7,0,1,2,3\r\n,,,,\r\n\
        Trajectories,,,,\r\n\
        100,,,,\r\n\
        ,,Ann:LASI,,\r\n\
        Frame,Sub Frame,X,Y,Z\r\n\
        ,,mm,mm,mm\r\n\
        7,0,1,2,1000\r\n\
        8,0,,,\r\n\
        9,0,0,0,0\r\n\
        ,,,,\r\n\
        Model Outputs,,,,\r\n\
        100,,,,\r\n\
        ,,Ann:LHipAngles,,\r\n\
        Frame,Sub Frame,X,Y,Z\r\n\
        ,,deg,deg,deg\r\n\
        8,0,10,20,30\r\n";

    #[test]
    fn sections_are_aligned_by_frame() {
        assert!(recognises(TWO_SECTIONS.as_bytes()));
        let recording = read(TWO_SECTIONS.as_bytes(), "two.csv").unwrap();
        assert_eq!((recording.first_frame, recording.frames), (7, 3));
        assert_eq!(recording.subjects, ["Ann"]);
        let marker = &recording.markers[0];
        assert_eq!(marker.position.z[0], 1000.0 * 0.001);
        assert!(marker.position.is_missing(1) && marker.position.is_missing(2));
        let hip = &recording.model_outputs[0];
        assert_eq!(
            (hip.label.as_str(), hip.unit.as_str()),
            ("Ann:LHipAngles", "deg")
        );
        assert!(hip.values[1][0].is_nan() && hip.values[1][2].is_nan());
        assert_eq!(hip.values[1][1], 20.0);
        assert_eq!(recording.events.len(), 2);
        assert_eq!(recording.events[0].label, "Foot Strike");
        assert_eq!(recording.events[1].time_s, 0.08);
        let [devices] = &recording.warnings[..] else {
            panic!("{:?}", recording.warnings);
        };
        assert_eq!((&*devices.code, &*devices.place), ("devices", "line 7"));
        let counts = "1 samples at 1000 Hz; no force plate with force and centre of pressure; not used: Plate - Force";
        assert!(devices.message.contains(counts), "{}", devices.message);
    }

    /// Two samples per frame; the file stores what the foot does to the plate.
    #[test]
    fn plates_of_devices() {
        let devices = "Devices,,\n200,,\n\
            ,,P1 - Force,,,P1 - Moment,,,P1 - CoP,,,EMG\n\
            Frame,Sub Frame,Fx,Fy,Fz,Mx,My,Mz,Cx,Cy,Cz,V\n,,N,N,N,N.mm,N.mm,N.mm,mm,mm,mm,V\n\
            7,0,1,2,-500,0,0,0,100,200,0,0.5\n7,1,1,2,-600,0,0,0,110,200,0,0.5\n\
            8,0,0,0,0,0,0,0,-200,750,0,0.5\n8,1,0,0,-4,0,0,0,-200,750,0,0.5\n\n";
        let trajectories = "Trajectories,,\n100,,\n,,LASI,,\nFrame,Sub Frame,X,Y,Z\n,,mm,mm,mm\n\
            7,0,1,2,1000\n8,0,1,2,1000\n9,0,1,2,1000\n";
        let recording = read(format!("{devices}{trajectories}").as_bytes(), "d.csv").unwrap();
        let [plate] = &recording.plates[..] else {
            panic!("{:?}", recording.warnings);
        };
        assert_eq!((plate.rate_hz, plate.force.len()), (200.0, 6));
        assert_eq!(plate.force.z[..4], [500.0, 600.0, 0.0, 4.0]);
        assert!(plate.force.z[4].is_nan());
        assert_eq!(
            plate.centre_of_pressure.x[..2],
            [100.0 * 0.001, 110.0 * 0.001]
        );
        assert!(plate.centre_of_pressure.is_missing(2));
        let message = &recording.warnings[0].message;
        assert!(
            message.contains("1 force plate, without events"),
            "{message}"
        );
        assert!(message.ends_with("not used: EMG"), "{message}");
    }

    #[test]
    fn joints_and_segments_are_results_and_never_cost_the_file() {
        let trajectories = "Trajectories,,\n100,,\n,,LASI,,\nFrame,Sub Frame,X,Y,Z\n,,mm,mm,mm\n\
            7,0,1,2,1000\n8,0,1,2,1000\n\n";
        let joints = "Joints,,\n100,,\n,,A:Hip,,,A:Knee\nFrame,Sub Frame,RX,RY,RZ,R\n\
            ,,deg,deg,deg,deg\n7,0,1,2,3,4\n8,0,5,6,7,8\n\n";
        let text = format!("{joints}{trajectories}");
        let recording = read(text.as_bytes(), "j.csv").unwrap();
        let [hip, knee] = &recording.model_outputs[..] else {
            panic!("{:?}", recording.model_outputs);
        };
        assert_eq!(
            (&*hip.label, &*knee.label, &*knee.unit),
            ("A:Hip", "A:Knee", "deg")
        );
        assert_eq!(hip.values[2], [3.0, 7.0]);
        let damaged = read(text.replace("5,6,7", "5,?,7").as_bytes(), "j.csv").unwrap();
        assert!(damaged.model_outputs.is_empty() && damaged.markers.len() == 1);
        assert_eq!(damaged.warnings[0].code, "section-unreadable");
    }

    /// The older export writes titles in capitals and the unit behind the rate.
    #[test]
    fn events_of_both_exports() {
        let older = TWO_SECTIONS
            .replace("Events,,,,\r\n100,", "EVENTS\r\n100,Hz")
            .replace("Devices", "DEVICES");
        assert!(older.starts_with("EVENTS\r\n100,Hz"));
        let semicolons = TWO_SECTIONS.replace("\"leaves, the ground\"", "");
        let semicolons = semicolons.replace(',', ";").replace("0.0", "0,0");
        let expected = read(TWO_SECTIONS.as_bytes(), "two.csv").unwrap();
        for text in [older, semicolons] {
            let recording = read(text.as_bytes(), "two.csv").unwrap();
            assert_eq!(recording.events, expected.events, "{text}");
        }
    }

    #[test]
    fn a_section_that_is_cut_off_names_the_line() {
        let error = read(b"Trajectories\n100\n,,A,,\n", "cut.csv").unwrap_err();
        assert_eq!(error.place, "line 4");
    }

    #[test]
    fn semicolons_with_decimal_commas() {
        let text = "Trajectories\n100\n;;LASI;;\nFrame;Sub Frame;X;Y;Z\n;;mm;mm;mm\n1;0;1,5;2;3\n";
        let recording = read(text.as_bytes(), "comma.csv").unwrap();
        assert_eq!(recording.markers[0].position.x[0], 1.5 * 0.001);
    }
}
