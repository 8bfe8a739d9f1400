//! OpenSim tables (MOT and STO): joint coordinates of a model, frame by frame (also written by
//! OpenCap and other markerless pipelines, and saved again as CSV by spreadsheets).
//!
//! In: the bytes of a file. Out: a [`Recording`] without markers whose model outputs are the
//! columns. `nRows` and `nColumns` are often wrong and are only compared.
//!
//! Units: joint angles are `deg` or `rad` as `inDegrees` says, translations `m`; every other column
//! (forces, activations, speeds) has none, and so is never taken for an angle.

use super::table::{self, Clock, Dialect, Lines, Wanted};
use super::{ReadError, trajectories};
use crate::recording::{Format, ModelOutput, Recording, Warning};

/// Lines that a header may have.
const HEADER_LINES_MAX: usize = 200;

/// Beyond this a hip or knee angle cannot be radians.
const RADIANS_MAX: f64 = std::f64::consts::PI;

/// Coordinates that are angles of joints, without the side at their end.
const ANGLES: [&str; 20] = [
    "pelvis_tilt",
    "pelvis_list",
    "pelvis_rotation",
    "lumbar_extension",
    "lumbar_bending",
    "lumbar_rotation",
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee_angle",
    "knee_adduction",
    "knee_rotation",
    "ankle_angle",
    "subtalar_angle",
    "mtp_angle",
    "arm_flex",
    "arm_add",
    "arm_rot",
    "elbow_flex",
    "pro_sup",
];

/// Words in a title that say that the columns are no positions: speeds and accelerations have the
/// names of the coordinates.
const NOT_POSITIONS: [&str; 7] = [
    "speed", "velocit", "accel", "dynamics", "force", "moment", "power",
];

/// True when the first bytes are an OpenSim header.
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    let first = first_bytes
        .get(..first_bytes.len().min(4096))
        .unwrap_or_default();
    let mut lines = Lines::new(first);
    let (mut rows, mut columns) = (false, false);
    for line in lines.by_ref().take(HEADER_LINES_MAX) {
        let line = plain(line);
        if line.eq_ignore_ascii_case("endheader") {
            return true;
        }
        rows |= line.starts_with("nRows=");
        columns |= line.starts_with("nColumns=");
    }
    rows && columns
}

/// True when the first bytes are an OpenSim header and a row of names with the pelvis: a recording
/// of movement, not forces or activations.
pub(super) fn has_pelvis(first_bytes: &[u8]) -> bool {
    recognises(first_bytes)
        && first_bytes
            .windows(b"pelvis_list".len())
            .any(|w| w == b"pelvis_list")
}

/// What the lines above `endheader` say.
#[derive(Default)]
struct Header {
    title: String,
    in_degrees: Option<bool>,
    rows: Option<usize>,
    columns: Option<usize>,
    data_type: String,
}

/// Reads a whole file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Recording, ReadError> {
    let mut warnings = Vec::new();
    let mut lines = Lines::new(bytes);
    let header = header(&mut lines)?;
    let names_line = lines.line_number();
    let names_text = lines
        .by_ref()
        .find(|line| !plain(line).is_empty())
        .ok_or_else(|| no_names(names_line))?;
    let Some(delimiter) = delimiter_of(names_text) else {
        if plain(names_text).contains(' ') {
            return read(&table::tabs_for_spaces(bytes), name);
        }
        return Err(no_names(names_line));
    };
    let mut names = table::header_cells(names_text, delimiter);
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let time_column = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case("time"))
        .ok_or_else(|| no_names(names_line))?;
    let dialect = Dialect {
        delimiter,
        decimal_sign: table::decimal_sign(&lines, delimiter),
    };
    let wanted = Wanted {
        columns: vec![true; names.len()],
        ends_at_blank_row: false,
    };
    let numbers = table::numbers(&mut lines, dialect, &wanted)?;
    if numbers.lines.is_empty() {
        return Err(
            ReadError::new(format!("line {}", lines.line_number()), "no rows")
                .expected("one row per frame")
                .advice("the file is cut off: export it again"),
        );
    }
    compare("nRows", header.rows, numbers.lines.len(), &mut warnings);
    compare("nColumns", header.columns, names.len(), &mut warnings);
    if numbers.has_more_columns {
        warnings.push(trajectories::unnamed_columns());
    }
    let mut columns = numbers.columns;
    names.remove(time_column);
    let times = columns.remove(time_column);
    let timing = Clock {
        frames: None,
        times: Some(&times),
        declared_hz: None,
        lines: &numbers.lines,
        inserted_max: trajectories::inserted_max(bytes.len(), wanted.columns.len()),
    }
    .timing(&mut warnings)?;
    let mut recording = Recording::new(name, Format::OpenSim, timing.rate_hz, timing.frames);
    recording.first_frame = timing.first_frame;
    let labels = names.iter().map(|n| coordinate(n).to_owned()).collect();
    let labels = super::labels::distinct(labels, &mut warnings);
    let angle_unit = angle_unit(&header, &labels, &columns, &mut warnings);
    for (label, column) in labels.into_iter().zip(columns) {
        recording.model_outputs.push(ModelOutput {
            unit: unit(&label, angle_unit).to_owned(),
            label,
            components: vec!["value".to_owned()],
            values: vec![timing.spread(column)],
        });
    }
    timing.describe(&mut recording.layout);
    recording.warnings = warnings;
    Ok(recording)
}

/// A line without the blanks, quotes and empty cells around it.
fn plain(line: &[u8]) -> String {
    let is_padding = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"');
    table::decoded(line).trim_matches(is_padding).to_owned()
}

/// The lines up to `endheader`: a title, then `key=value` (or `datarows 143`, as SIMM wrote it).
fn header(lines: &mut Lines<'_>) -> Result<Header, ReadError> {
    let mut header = Header::default();
    for line in lines.by_ref().take(HEADER_LINES_MAX) {
        let line = plain(line);
        if line.eq_ignore_ascii_case("endheader") {
            return match header.data_type.as_str() {
                "" | "double" | "float" => Ok(header),
                other => Err(not_numbers(other)),
            };
        }
        let Some((key, value)) = line.split_once('=').or_else(|| line.split_once(' ')) else {
            if header.title.is_empty() {
                header.title = line.to_lowercase();
            }
            continue;
        };
        let value = value.trim();
        match key.trim().to_lowercase().as_str() {
            "indegrees" => {
                header.in_degrees = match value.to_lowercase().as_str() {
                    "yes" | "true" => Some(true),
                    "no" | "false" => Some(false),
                    _ => None,
                }
            }
            "nrows" | "datarows" => header.rows = value.parse().ok(),
            "ncolumns" | "datacolumns" => header.columns = value.parse().ok(),
            "datatype" => header.data_type = value.to_lowercase(),
            _ if header.title.is_empty() => header.title = line.to_lowercase(),
            _ => {}
        }
    }
    Err(
        ReadError::new("header", "no line `endheader` in this OpenSim table")
            .expected("`endheader`, the names of the columns and the rows")
            .advice("the file is cut off: export it again"),
    )
}

fn not_numbers(data_type: &str) -> ReadError {
    let shown: String = data_type.chars().take(40).collect();
    let error = ReadError::new(
        "header",
        format!("an OpenSim table of `{shown}`, not of joint coordinates"),
    )
    .expected("DataType=double");
    if shown == "quaternion" {
        error.advice(
            "these are orientations of sensors: run OpenSim's inverse kinematics on them and give the \
             coordinates it writes (MOT or STO)",
        )
    } else {
        error.advice(
            "give the coordinates of inverse kinematics (MOT or STO), or the markers as TRC",
        )
    }
}

fn no_names(line: usize) -> ReadError {
    ReadError::new(
        format!("line {line}"),
        "no column `time` below the header of this OpenSim table",
    )
    .expected("names such as time, pelvis_tilt, pelvis_list, hip_adduction_r")
    .advice("the file is cut off or damaged: export it again")
}

/// Tab, comma or semicolon, whichever the names are separated by.
fn delimiter_of(names: &[u8]) -> Option<u8> {
    let count = |delimiter: u8| names.iter().filter(|b| **b == delimiter).count();
    [b';', b',', b'\t']
        .into_iter()
        .max_by_key(|d| count(*d))
        .filter(|d| count(*d) > 0)
}

fn compare(what: &str, said: Option<usize>, found: usize, warnings: &mut Vec<Warning>) {
    if let Some(said) = said
        && said != found
    {
        warnings.push(Warning::at(
            "header-count",
            "header",
            format!("{what} says {said}, the file holds {found}; these are used"),
        ));
    }
}

/// `pelvis_list` of `/jointset/ground_pelvis/pelvis_list/value`; other names as they are.
fn coordinate(name: &str) -> &str {
    name.strip_suffix("/value")
        .map_or(name, |path| path.rsplit('/').next().unwrap_or(path))
}

fn is_angle(label: &str) -> bool {
    let stem = label
        .strip_suffix("_r")
        .or_else(|| label.strip_suffix("_l"))
        .unwrap_or(label);
    ANGLES.contains(&stem)
}

fn unit(label: &str, angle_unit: &'static str) -> &'static str {
    let is_translation = ["_tx", "_ty", "_tz"].iter().any(|end| label.ends_with(end));
    match angle_unit {
        "" => "",
        angle_unit if is_angle(label) => angle_unit,
        _ if is_translation => "m",
        _ => "",
    }
}

/// Unit of the joint angles: what the header says, unless hips and knees show that it is wrong or
/// it says nothing. Empty when the table holds something else than positions.
fn angle_unit(
    header: &Header,
    labels: &[String],
    columns: &[Vec<f64>],
    warnings: &mut Vec<Warning>,
) -> &'static str {
    if NOT_POSITIONS.iter().any(|word| header.title.contains(word)) {
        return "";
    }
    let largest = labels
        .iter()
        .zip(columns)
        .filter(|(label, _)| {
            is_angle(label) && (label.starts_with("hip_") || label.starts_with("knee_angle"))
        })
        .flat_map(|(_, column)| column)
        .fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let degrees = largest > RADIANS_MAX;
    if header.in_degrees == Some(true) || (header.in_degrees == Some(false) && !degrees) {
        return if header.in_degrees == Some(true) {
            "deg"
        } else {
            "rad"
        };
    }
    let unit = if degrees { "deg" } else { "rad" };
    if labels.iter().any(|label| is_angle(label)) {
        let said = match header.in_degrees {
            Some(_) => "the header says radians",
            None => "the header does not say whether angles are in degrees",
        };
        warnings.push(Warning::at(
            "angle-unit",
            "header",
            format!("{said}; hips and knees reach {largest:.2}, so they are taken as {unit}"),
        ));
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(header: &str, names: &str, rows: &[&str]) -> Result<Recording, ReadError> {
        let text = format!("{header}\nendheader\n{names}\n{}\n", rows.join("\n"));
        assert!(recognises(text.as_bytes()), "{text}");
        read(text.as_bytes(), "test.mot")
    }

    const NAMES: &str = "time\tpelvis_list\tpelvis_tx\tknee_angle_r\tknee_angle_r_beta";

    fn codes(recording: &Recording) -> Vec<&str> {
        recording.warnings.iter().map(|w| &*w.code).collect()
    }

    #[test]
    fn columns_rate_and_units() {
        let header = "Coordinates\nversion=1\nnRows=2\nnColumns=5\ninDegrees=yes\n\nUnits are S.I.";
        let rows = ["  0.45\t -2\t0.1\t40\t1", "0.46\t-3\t0.2\t50\t1"];
        let found = table(header, NAMES, &rows).unwrap();
        assert_eq!(
            (found.rate_hz, found.frames, found.first_frame),
            (100.0, 2, 46)
        );
        assert_eq!(found.format, Format::OpenSim);
        assert!(found.markers.is_empty() && found.warnings.is_empty());
        let columns: Vec<(&str, &str)> = found
            .model_outputs
            .iter()
            .map(|o| (o.label.as_str(), o.unit.as_str()))
            .collect();
        let expected = [
            ("pelvis_list", "deg"),
            ("pelvis_tx", "m"),
            ("knee_angle_r", "deg"),
            ("knee_angle_r_beta", ""),
        ];
        assert_eq!(columns, expected);
        assert_eq!(found.model_outputs[0].values, [[-2.0, -3.0]]);
    }

    /// Tabs, padded commas, semicolons with decimal commas, blanks, CR LF, SIMM's header.
    #[test]
    fn spellings_give_the_same_columns() {
        let variants = [
            "Coordinates\ninDegrees=yes\nendheader\ntime\tpelvis_list\thip_flexion_r\n0\t1.5\t20\n0.5\t2\t30\n",
            "Coordinates,,,\r\ninDegrees=yes,,,\r\n,,,\r\n\"a, b\",,,\r\nendheader,,,\r\n\
             time,pelvis_list,hip_flexion_r,\r\n0,1.5,20,\r\n0.5,2,30,\r\n",
            "Coordinates;;\ninDegrees=yes;;\nendheader;;\ntime;pelvis_list;hip_flexion_r\n0;1,5;20\n0,5;2;30\n",
            "Coordinates\ninDegrees=yes\nendheader\n  time   pelvis_list hip_flexion_r\n 0.0  1.5   20\n 0.5  2 30\n",
            "name walk.mot\ndatacolumns 3\ndatarows 2\ninDegrees=yes\nendheader\n\
             time\t/jointset/ground_pelvis/pelvis_list/value\thip_r/hip_flexion_r/value\n0\t1.5\t20\n0.5\t2\t30\n",
        ];
        for text in variants {
            let found = read(text.as_bytes(), "x").unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!((found.rate_hz, found.frames), (2.0, 2), "{text}");
            assert_eq!(found.model_outputs.len(), 2, "{text}");
            assert_eq!(found.model_outputs[0].label, "pelvis_list", "{text}");
            assert_eq!(found.model_outputs[0].values, [[1.5, 2.0]], "{text}");
            assert_eq!(found.model_outputs[1].values, [[20.0, 30.0]], "{text}");
            assert_eq!(found.warnings, [], "{text}");
        }
    }

    #[test]
    fn the_unit_of_the_angles() {
        let unit_of = |header: &str, knee: &str| {
            let rows = [format!("0\t0\t0\t{knee}\t0"), format!("1\t0\t0\t{knee}\t0")];
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let found = table(header, NAMES, &rows).unwrap();
            let codes = codes(&found).join(",");
            (found.model_outputs[2].unit.clone(), codes)
        };
        let expect = |unit: &str, codes: &str| (unit.to_owned(), codes.to_owned());
        assert_eq!(
            unit_of("Coordinates\ninDegrees=no", "1.1"),
            expect("rad", "")
        );
        assert_eq!(
            unit_of("Coordinates\ninDegrees=yes", "1.1"),
            expect("deg", "")
        );
        assert_eq!(unit_of("Coordinates", "-1.1"), expect("rad", "angle-unit"));
        assert_eq!(unit_of("Coordinates", "-60"), expect("deg", "angle-unit"));
        assert_eq!(
            unit_of("Coordinates\ninDegrees=no", "60"),
            expect("deg", "angle-unit")
        );
        assert_eq!(unit_of("Speeds\ninDegrees=yes", "60"), expect("", ""));
        assert_eq!(
            unit_of("Accelerations\ninDegrees=yes", "60"),
            expect("", "")
        );
    }

    #[test]
    fn wrong_counts_and_uneven_times_are_told() {
        let rows = [
            "0\t0\t0\t0\t0",
            "0.01\t0\t0\t0\t0",
            "0.024\t0\t0\t0\t0",
            "0.03\t0\t0\t0\t0",
            "0.047\t0\t0\t0\t0",
            "0.05\t0\t0\t0\t0",
        ];
        let header = "Coordinates\nnRows=900\nnColumns=7\ninDegrees=yes";
        let found = table(header, NAMES, &rows).unwrap();
        assert_eq!(
            codes(&found),
            ["header-count", "header-count", "irregular-time"]
        );
    }

    #[test]
    fn what_is_no_coordinates_says_so() {
        let whole = "Coordinates\nendheader\ntime\tpelvis_list\n0\t1\n0\t2\n";
        for (text, found) in [
            (whole, "(repeated)"),
            ("nRows=3\nnColumns=2\ntime\ta\n", "no line `endheader`"),
            ("Coordinates\nendheader\n", "no column `time`"),
            ("Coordinates\nendheader\ntime\tpelvis_list\n", "no rows"),
            ("Coordinates\nendheader\na\tb\n1\t2\n", "no column `time`"),
            (
                "DataType=Quaternion\nendheader\ntime\tpelvis_imu\n0\t1,0,0,0\n",
                "table of `quaternion`",
            ),
            (
                "DataType=Vec3\nendheader\ntime\tknee\n0\t1,0,0\n",
                "table of `vec3`",
            ),
        ] {
            assert!(recognises(text.as_bytes()), "{text}");
            let error = read(text.as_bytes(), "x").unwrap_err();
            assert!(error.found.contains(found), "{error}");
            assert!(!error.advice.is_empty());
        }
    }

    #[test]
    fn forces_are_no_recording_of_a_pelvis() {
        let text = b"forces\nnRows=2\nnColumns=2\nendheader\ntime\tground_force_vx\n0\t1\n1\t2\n";
        assert!(recognises(text) && !has_pelvis(text));
        let found = read(text, "x").unwrap();
        assert_eq!(found.model_outputs[0].unit, "");
        assert_eq!(found.warnings, []);
    }
}
