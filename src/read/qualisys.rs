//! Qualisys TSV of marker positions (`DATA_INCLUDED 3D`) and rigid bodies (`6D`), with and without the columns `Frame`
//! and `Time`, with and without a row of column names.
//!
//! In: the bytes of a file. Out: a [`Recording`]; coordinates are millimetres, `0 0 0` and blank
//! cells are gaps. A rigid body becomes a point, its rotation a stored result.

mod bodies;

use super::table::{self, Clock, Dialect, Lines, Wanted};
use super::{ReadError, ReadOptions, event_names, labels, trajectories};
use crate::recording::{Format, LengthUnit, ModelOutput, Recording, StoredEvent};

/// Lines that a header may have: one per property and one per event.
const HEADER_LINES_MAX: usize = 10_000;

/// First lines of the files, of the program's versions.
const BEGINNINGS: [&[u8]; 2] = [b"NO_OF_FRAMES", b"FILE_VERSION"];

/// True when the first line is that of a Qualisys TSV.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    let first_line = Lines::new(first_bytes).next().unwrap_or_default();
    BEGINNINGS.iter().any(|b| first_line.starts_with(b))
}

/// What the lines before the data say.
#[derive(Default)]
struct Header {
    delimiter: u8,
    frames: Option<usize>,
    markers: Option<usize>,
    rate_hz: Option<f64>,
    /// `3D`, `6D`, …; empty when not said.
    data_included: String,
    names: Vec<String>,
    /// Line of the names.
    names_line: usize,
    events: Vec<StoredEvent>,
}

/// The columns of the rows.
struct Columns {
    /// Columns before the first coordinate: 0, or 2 for frame and time.
    leading: usize,
    /// Those that are read; blank ones are not.
    wanted: Vec<bool>,
    /// Per name, what stands behind x, y and z: nothing for markers.
    components: Vec<Vec<String>>,
}

impl Columns {
    fn of_markers(leading: usize, markers: usize) -> Columns {
        Columns {
            leading,
            wanted: vec![true; leading + 3 * markers],
            components: vec![Vec::new(); markers],
        }
    }
}

/// Reads a whole file.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let mut lines = Lines::new(bytes);
    let header = header(&mut lines)?;
    let layout = match header.is_of_bodies() {
        true => bodies::columns(&mut lines, &header)?,
        false => {
            let leading = leading_columns(&mut lines, &header)?;
            Columns::of_markers(leading, header.names.len())
        }
    };
    let dialect = Dialect {
        delimiter: header.delimiter,
        decimal_sign: table::decimal_sign(&lines, header.delimiter),
    };
    let wanted = Wanted {
        columns: layout.wanted,
        ends_at_blank_row: false,
    };
    let numbers = trajectories::rows(&mut lines, dialect, &wanted)?;
    if numbers.has_more_columns {
        warnings.push(trajectories::unnamed_columns());
    }
    for (what, said, found) in [
        ("NO_OF_FRAMES", header.frames, numbers.lines.len()),
        (header.count_name(), header.markers, header.names.len()),
    ] {
        warnings.extend(trajectories::count_disagrees("header", what, said, found));
    }
    let mut columns = numbers.columns.into_iter();
    let clock_columns: Vec<Vec<f64>> = columns.by_ref().take(layout.leading).collect();
    let timing = Clock {
        frames: clock_columns.first().map(Vec::as_slice),
        times: clock_columns.get(1).map(Vec::as_slice),
        declared_hz: header.rate_hz.or(options.rate_hz),
        lines: &numbers.lines,
        inserted_max: trajectories::inserted_max(bytes.len(), wanted.columns.len()),
    }
    .timing(&mut warnings)?;
    let mut recording = Recording::new(name, Format::QualisysTsv, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    recording.declared_unit = Some(LengthUnit::Millimetre);
    if header.is_of_bodies() {
        warnings.push(bodies::warning(&header.names));
    }
    let names = labels::distinct(header.names, &mut warnings);
    for (label, components) in names.into_iter().zip(layout.components) {
        let xyz = [(); 3].map(|()| columns.next().unwrap_or_default());
        if !components.is_empty() {
            let values = columns.by_ref().take(components.len());
            recording.model_outputs.push(ModelOutput {
                label: label.clone(),
                unit: String::new(),
                values: values.map(|column| timing.spread(column)).collect(),
                components,
            });
        }
        let marker = trajectories::marker(label, xyz, LengthUnit::Millimetre.metres(), &timing);
        recording.markers.push(marker);
    }
    recording.events = header.events;
    recording
        .events
        .sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    timing.describe(&mut recording.layout);
    recording.warnings = warnings;
    Ok(recording)
}

/// Reads the lines `KEY value …`; the data or their column names come next.
fn header(lines: &mut Lines<'_>) -> Result<Header, ReadError> {
    let mut header = Header {
        delimiter: b'\t',
        ..Header::default()
    };
    for _ in 0..HEADER_LINES_MAX {
        let mut ahead = lines.clone();
        let Some(line) = ahead.next() else { break };
        let key = key(line);
        // Names, types and events end the header: a line in capitals behind them is a row of
        // column names.
        let is_over = !header.names.is_empty() && !matches!(key, "TRAJECTORY_TYPES" | "EVENT");
        if key.is_empty() || is_over {
            break;
        }
        if lines.line_number() == 1 {
            header.delimiter = line.get(key.len()).copied().unwrap_or(b'\t');
        }
        let cells = table::header_cells(line, header.delimiter);
        let line_number = lines.line_number();
        header.property(key, cells.get(1..).unwrap_or_default(), line_number);
        *lines = ahead;
    }
    if !matches!(header.data_included.as_str(), "" | "3D" | "6D") {
        return Err(ReadError::new(
            "header",
            format!("a Qualisys export of {} data", header.data_included),
        )
        .expected("3D data (markers)")
        .advice(
            "skeletons, forces and analog signals are no markers: export the 3D data as well",
        ));
    }
    if header.names.is_empty() {
        return Err(
            ReadError::new(format!("line {}", lines.line_number()), "no marker names")
                .expected("`MARKER_NAMES` (of bodies `BODY_NAMES`) and the name of every marker")
                .advice("label the trajectories and export the file again"),
        );
    }
    Ok(header)
}

/// The key at the start of a line: capitals, digits and `_`, then a separator; else empty.
fn key(line: &[u8]) -> &str {
    let is_of_key = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    let end = line.iter().position(|b| !is_of_key(b));
    let end = end.unwrap_or(line.len());
    let is_key = line.first().is_some_and(u8::is_ascii_uppercase)
        && matches!(line.get(end), None | Some(b'\t' | b',' | b';'));
    let text = line.get(..end).filter(|_| is_key).unwrap_or_default();
    std::str::from_utf8(text).unwrap_or_default()
}

impl Header {
    /// Rigid bodies instead of markers.
    fn is_of_bodies(&self) -> bool {
        self.data_included == "6D"
    }

    /// The line that says how many names there are.
    fn count_name(&self) -> &'static str {
        match self.is_of_bodies() {
            true => "NO_OF_BODIES",
            false => "NO_OF_MARKERS",
        }
    }

    fn property(&mut self, key: &str, values: &[String], line: usize) {
        let number = |index: usize| {
            let value = values.get(index)?.replace(',', ".").parse::<f64>().ok()?;
            Some(value).filter(|v| v.is_finite() && *v >= 0.0)
        };
        match key {
            "NO_OF_FRAMES" => self.frames = number(0).map(|v| v as usize),
            "NO_OF_MARKERS" | "NO_OF_BODIES" if self.markers.is_none() => {
                self.markers = number(0).map(|v| v as usize);
            }
            "FREQUENCY" => self.rate_hz = number(0).filter(|v| *v > 0.0),
            "DATA_INCLUDED" => {
                self.data_included = values.first().cloned().unwrap_or_default();
            }
            // label, frame, seconds from frame 1
            "EVENT" => {
                if let (Some(label), Some(time_s)) = (values.first(), number(2)) {
                    self.events.push(event_names::event("", label, time_s));
                }
            }
            "MARKER_NAMES" | "BODY_NAMES" if self.is_of_bodies() == (key == "BODY_NAMES") => {
                self.names = values.to_vec();
                self.names_line = line;
                // Spreadsheets and old versions end the line with separators.
                let kept = self.markers.unwrap_or(0);
                while self.names.len() > kept && self.names.last().is_some_and(String::is_empty) {
                    self.names.pop();
                }
            }
            _ => {}
        }
    }
}

/// Number of columns before the first coordinate: 0, or 2 for frame and time. Passes over the row
/// of column names, which must name the markers in the order of `MARKER_NAMES`.
fn leading_columns(lines: &mut Lines<'_>, header: &Header) -> Result<usize, ReadError> {
    let place = format!("line {}", lines.line_number());
    let mut ahead = lines.clone();
    let line = ahead
        .next()
        .ok_or_else(|| trajectories::no_rows(lines.line_number()))?;
    let mut cells = table::header_cells(line, header.delimiter);
    let coordinates = 3 * header.names.len();
    let is_row_of_names = cells
        .iter()
        .any(|cell| cell.ends_with(['X', 'Y', 'Z', 'x', 'y', 'z']));
    // A separator may stand at the end of the line.
    let surplus = cells.len().checked_sub(coordinates);
    if matches!(surplus, Some(1 | 3)) && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    let leading = match cells.len().checked_sub(coordinates) {
        Some(leading @ (0 | 2)) => leading,
        _ => {
            return Err(ReadError::new(place, format!("{} cells", cells.len()))
                .expected(format!(
                    "{coordinates} for the {} markers of line {}, or {} with frame and time",
                    header.names.len(),
                    header.names_line,
                    coordinates + 2
                ))
                .advice("export the file again"));
        }
    };
    if is_row_of_names {
        check_column_names(&cells, leading, header).map_err(|mut error| {
            error.place = format!("{place}, {}", error.place);
            error
        })?;
        *lines = ahead;
    }
    Ok(leading)
}

/// The columns must be those of the markers, in their order: a shifted name would move a marker
/// to another place of the body.
fn check_column_names(cells: &[String], leading: usize, header: &Header) -> Result<(), ReadError> {
    let clock = ["Frame", "Time"]
        .iter()
        .take(leading)
        .map(|c| (*c).to_owned());
    let coordinates = header
        .names
        .iter()
        .flat_map(|name| ["X", "Y", "Z"].map(|axis| format!("{name} {axis}")));
    for (index, (cell, expected)) in cells.iter().zip(clock.chain(coordinates)).enumerate() {
        if !cell.eq_ignore_ascii_case(expected.trim()) {
            return Err(
                ReadError::new(format!("column {}", index + 1), format!("`{cell}`"))
                    .expected(format!("`{expected}` as in MARKER_NAMES"))
                    .advice("the columns do not belong to the names: export the file again"),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{EventKind, Side};

    const CURRENT: &str = "NO_OF_FRAMES\t3\r\nNO_OF_CAMERAS\t8\r\nNO_OF_MARKERS\t2\r\n\
        FREQUENCY\t200\r\nNO_OF_ANALOG\t0\r\nANALOG_FREQUENCY\t0\r\nDESCRIPTION\t--\r\n\
        TIME_STAMP\t2024-05-06, 07:08:09.123\t99.5\r\nDATA_INCLUDED\t3D\r\n\
        EVENT\tRight Foot Strike\t12\t0.05500\r\nEVENT\tTrigger\t11\t0.05000\r\n\
        MARKER_NAMES\tL_IAS\tNew 0002\r\nTRAJECTORY_TYPES\tMeasured\tMixed\r\n\
        Frame\tTime\tL_IAS X\tL_IAS Y\tL_IAS Z\tNew 0002 X\tNew 0002 Y\tNew 0002 Z\r\n\
        11\t0.05000\t1.5\t2\t1000\t4\t5\t6\r\n\
        12\t0.05500\t0.000\t0.000\t0.000\t4\t5\t7\r\n\
        13\t0.06000\t1\t2\t3\t\t\t\r\n";

    const OLD: &str = "NO_OF_FRAMES\t2\r\nNO_OF_MARKERS\t2\r\nFREQUENCY\t256\r\n\
        DATA_INCLUDED\t3D\r\nMARKER_NAMES\tHip\tShin Bone\r\n\
        -1.25\t2\t3\t4\t5\t6\r\n1\t2\t3\t4\t5\t6\r\n";

    /// Of the program's older versions: neither frame nor time, a blank column between bodies.
    const OLD_BODIES: &str = "NO_OF_FRAMES\t2\r\nNO_OF_BODIES\t2\r\nFREQUENCY\t256\r\n\
        DATA_INCLUDED\t6D\r\nBODY_NAMES\tUpper Leg\tFoot\r\n X\t Y\t Z\t Yaw\t Residual\t Rot[0]\t\t X\t Y\t Z\t Yaw\t Residual\t Rot[0]\r\n\
        -805.5\t143\t-614\t-55.5\t0.2\t0.25\t\t1\t2\t3\t10\t0.1\t0.5\r\n\
        -804.5\t143\t-614\t-55.0\t0.2\t0.75\t\t0\t0\t0\t0\t0\t0\r\n";

    #[test]
    fn rigid_bodies_are_points_with_rotations() {
        let current = OLD_BODIES
            .replace("\n X\t Y", "\nFrame\tTime\t X\t Y")
            .replace("\n-805.5", "\n7\t0.0234375\t-805.5")
            .replace("\n-804.5", "\n8\t0.02734375\t-804.5");
        let named = current.replace("Time\t X\t Y", "Time\tUpper Leg X\tUpper Leg Y");
        let separated = OLD_BODIES.replace("\r\n", "\t\r\n");
        for (text, first_frame) in [(OLD_BODIES, 1), (&current, 7), (&named, 7), (&separated, 1)] {
            let recording = open(text).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!((recording.frames, recording.rate_hz), (2, 256.0), "{text}");
            assert_eq!(recording.first_frame, first_frame);
            let labels: Vec<&str> = recording.markers.iter().map(|m| &*m.label).collect();
            assert_eq!(labels, ["Upper Leg", "Foot"]);
            let [leg, foot] = [0, 1].map(|i| &recording.markers[i].position);
            assert_eq!(leg.x, [-805.5 * 0.001, -804.5 * 0.001]);
            assert_eq!(foot.z[0], 3.0 * 0.001);
            assert!(foot.is_missing(1));
            let rotation = &recording.model_outputs[0];
            assert_eq!(rotation.components, ["Yaw", "Residual", "Rot[0]"]);
            assert_eq!(rotation.values[2], [0.25, 0.75]);
            assert_eq!(recording.model_outputs[1].values[0][0], 10.0);
            let codes: Vec<&str> = recording.warnings.iter().map(|w| w.code.as_ref()).collect();
            assert_eq!(codes, ["rigid-bodies"], "{text}");
        }
    }

    fn open(text: &str) -> Result<Recording, ReadError> {
        assert!(recognises(text.as_bytes()));
        read(text.as_bytes(), "walk.tsv", &ReadOptions::default())
    }

    #[test]
    fn frame_time_and_events() {
        let recording = open(CURRENT).unwrap();
        assert_eq!((recording.first_frame, recording.frames), (11, 3));
        assert_eq!(recording.rate_hz, 200.0);
        assert_eq!(recording.declared_unit, Some(LengthUnit::Millimetre));
        let [hip, other] = &recording.markers[..] else {
            panic!("{} markers", recording.markers.len());
        };
        assert_eq!((&*hip.label, &*other.label), ("L_IAS", "New 0002"));
        assert_eq!(hip.position.x[0], 1.5 * 0.001);
        assert_eq!(other.position.z[1], 7.0 * 0.001);
        assert!(hip.position.is_missing(1) && other.position.is_missing(2));
        let strike = &recording.events[1];
        assert_eq!(strike.side, Some(Side::Right));
        assert_eq!(strike.kind, Some(EventKind::FootStrike));
        assert_eq!(recording.index_at(strike.time_s), 1.0);
        assert_eq!(recording.warnings, []);
    }

    #[test]
    fn neither_frame_nor_column_names() {
        let recording = open(OLD).unwrap();
        assert_eq!((recording.first_frame, recording.frames), (1, 2));
        assert_eq!(recording.rate_hz, 256.0);
        assert_eq!(recording.markers[1].label, "Shin Bone");
        assert_eq!(recording.markers[0].position.x[0], -1.25 * 0.001);
        assert_eq!(recording.warnings, []);
    }

    #[test]
    fn variants_give_the_same_recording() {
        let current = open(CURRENT).unwrap();
        let (before, rows) = CURRENT.split_once("Frame\tTime").unwrap();
        let (names, rows) = rows.split_once("\r\n").unwrap();
        let variants = [
            CURRENT.replace("\r\n", "\n"),
            CURRENT.replace('\t', ";").replace('.', ","),
            format!("\u{feff}FILE_VERSION\t2.0.0\r\n{CURRENT}"),
            // no row of column names; separators at the ends of the lines
            format!("{before}{rows}"),
            format!(
                "{before}Frame\tTime{names}\t\r\n{}",
                rows.replace("\r\n", "\t\r\n")
            ),
        ];
        for text in &variants {
            let recording = open(text).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!(format!("{recording:?}"), format!("{current:?}"), "{text}");
        }
    }

    #[test]
    fn times_decide_when_the_header_disagrees() {
        let recording = open(&CURRENT.replace("FREQUENCY\t200", "FREQUENCY\t100")).unwrap();
        assert_eq!(recording.rate_hz, 200.0);
        assert_eq!(recording.warnings[0].code, "rate-disagrees");
        let recording = open(&CURRENT.replace("FREQUENCY\t200", "FREQUENCY\tEXT")).unwrap();
        assert_eq!(recording.rate_hz, 200.0);
        let recording = open(&CURRENT.replace("NO_OF_FRAMES\t3", "NO_OF_FRAMES\t5")).unwrap();
        assert_eq!(recording.warnings[0].code, "header-count");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (text, found) in [
            (
                CURRENT.replace("INCLUDED\t3D", "INCLUDED\tSKELETON"),
                "a Qualisys export of SKELETON data",
            ),
            (OLD_BODIES.replace("\tFoot", ""), "the columns of 2 bodies"),
            (
                CURRENT.replace("L_IAS X\tL_IAS Y", "R_IAS X\tR_IAS Y"),
                "`R_IAS X`",
            ),
            (OLD.replace("\tShin Bone", ""), "6 cells"),
            (
                OLD.replace("FREQUENCY\t256\r\n", ""),
                "neither a time column nor a rate",
            ),
            (OLD.split("-1.25").next().unwrap().to_owned(), "no rows"),
            ("NO_OF_FRAMES\t2\r\n1\t2\t3".to_owned(), "no marker names"),
        ] {
            assert_eq!(open(&text).unwrap_err().found, found, "{text}");
        }
    }

    #[test]
    fn damage_is_refused_or_survived() {
        for text in [CURRENT, OLD, OLD_BODIES] {
            for end in 0..text.len() {
                let cut = text.as_bytes().get(..end).unwrap();
                let _ = read(cut, "cut", &ReadOptions::default());
            }
            for bit in (0..8 * text.len()).step_by(3) {
                let mut damaged = text.as_bytes().to_vec();
                damaged[bit / 8] ^= 1 << (bit % 8);
                let _ = read(&damaged, "damaged", &ReadOptions::default());
            }
        }
    }
}
