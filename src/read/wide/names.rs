//! Names of the columns of a wide table.

/// Axis of a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    X,
    Y,
    Z,
}

/// One coordinate of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coordinate {
    pub label: String,
    pub axis: Axis,
    /// Unit as written; empty when there is none.
    pub unit: String,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    Frame,
    /// Times in units of `seconds`.
    Time {
        seconds: f64,
    },
    Coordinate(Coordinate),
    Other,
}

/// Units that may end a name.
const UNITS: [&str; 6] = ["mm", "cm", "m", "deg", "rad", "px"];

/// Characters between a label and its axis, and between the axis and a unit.
pub(super) const SEPARATORS: [char; 7] = ['_', ':', '.', ' ', '-', '/', '|'];

/// What every column holds, from its name and the unit below it.
pub(super) fn columns(names: &[String], units: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let unit = units.get(index).map_or("", String::as_str);
            column(name, unit)
        })
        .collect();
    if !has_coordinates(&columns) {
        // `LASIX LASIY LASIZ`, `PELV_1 PELV_2 PELV_3`: only as three neighbours, and only when
        // no column is named plainly.
        for style in [Style::Glued, Style::Numbered] {
            neighbours(names, units, style, &mut columns);
            if has_coordinates(&columns) {
                break;
            }
        }
    }
    columns
}

fn has_coordinates(columns: &[Column]) -> bool {
    columns.iter().any(|c| matches!(c, Column::Coordinate(_)))
}

fn column(name: &str, unit_below: &str) -> Column {
    let (stem, unit) = split_unit(name);
    let unit = if unit.is_empty() { unit_below } else { unit };
    let letters: String = stem
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match letters.as_str() {
        "frame" | "frames" | "framenumber" | "frameno" | "framenr" | "field" | "sample"
        | "samples" | "index" => return Column::Frame,
        "time" | "t" | "times" | "timesec" | "timeseconds" | "timestamp" | "seconds" | "sec" => {
            return time_column(name, unit_below);
        }
        "timems" | "milliseconds" => return Column::Time { seconds: 1e-3 },
        "timeus" | "microseconds" => return Column::Time { seconds: 1e-6 },
        _ => {}
    }
    match plain_coordinate(stem) {
        Some((label, axis)) if !is_inertial(label) => Column::Coordinate(Coordinate {
            label: label.to_owned(),
            axis,
            unit: unit.to_owned(),
        }),
        _ => Column::Other,
    }
}

/// The unit of a time column stands in its name, in brackets, or below it.
pub(super) fn time_column(name: &str, unit_below: &str) -> Column {
    let unit = match name.rsplit_once(['(', '[']) {
        Some((_, unit)) => unit.trim_end_matches([')', ']']),
        None => match name.rsplit_once(SEPARATORS) {
            Some((_, unit)) if seconds_per(unit).is_some() => unit,
            _ => unit_below,
        },
    };
    Column::Time {
        seconds: seconds_per(unit).unwrap_or(1.0),
    }
}

/// Seconds per unit of time: `s`, `ms`, `us`.
pub(in crate::read) fn seconds_per(unit: &str) -> Option<f64> {
    match unit.trim().to_ascii_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" => Some(1.0),
        "ms" | "msec" | "milliseconds" => Some(1e-3),
        "us" | "µs" | "microseconds" => Some(1e-6),
        _ => None,
    }
}

/// A name without its unit, and the unit: `LASI X (mm)`, `LASI_x_mm`, `LASI.x [m]`.
pub(super) fn split_unit(name: &str) -> (&str, &str) {
    let name = name.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((stem, unit)) = name.strip_suffix(close).and_then(|n| n.rsplit_once(open)) {
            return (stem.trim_end(), unit.trim());
        }
    }
    if let Some((stem, unit)) = name.rsplit_once(SEPARATORS)
        && UNITS.contains(&unit.to_ascii_lowercase().as_str())
    {
        return (stem, unit);
    }
    (name, "")
}

/// `LASI_X` → (`LASI`, x): the axis stands behind a separator.
fn plain_coordinate(stem: &str) -> Option<(&str, Axis)> {
    let (label, axis) = stem.rsplit_once(SEPARATORS)?;
    let label = label.trim_end();
    if label.is_empty() {
        return None;
    }
    Some((label, axis_of(axis)?))
}

pub(super) fn axis_of(text: &str) -> Option<Axis> {
    match text.trim() {
        "x" | "X" => Some(Axis::X),
        "y" | "Y" => Some(Axis::Y),
        "z" | "Z" => Some(Axis::Z),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Style {
    /// `LASIX`, `LASIY`, `LASIZ`.
    Glued,
    /// `PELV_1`, `PELV_2`, `PELV_3`.
    Numbered,
}

/// Finds coordinates that only three neighbours together make certain.
fn neighbours(names: &[String], units: &[String], style: Style, columns: &mut [Column]) {
    let marks = match style {
        Style::Glued => [["X", "Y", "Z"], ["x", "y", "z"]],
        Style::Numbered => [["_1", "_2", "_3"], [".1", ".2", ".3"]],
    };
    for first in 0..names.len().saturating_sub(2) {
        for marks in marks {
            let stems: Vec<(&str, &str)> = names
                .iter()
                .skip(first)
                .zip(marks)
                .filter_map(|(name, mark)| {
                    let (stem, unit) = split_unit(name);
                    Some((stem.strip_suffix(mark)?, unit))
                })
                .collect();
            let &[(label, unit), (second, _), (third, _)] = stems.as_slice() else {
                continue;
            };
            if label.is_empty() || label != second || label != third || is_inertial(label) {
                continue;
            }
            let axes = [Axis::X, Axis::Y, Axis::Z];
            for (offset, (column, axis)) in columns.iter_mut().skip(first).zip(axes).enumerate() {
                let below = units.get(first + offset).map_or("", String::as_str);
                *column = Column::Coordinate(Coordinate {
                    label: label.to_owned(),
                    axis,
                    unit: if unit.is_empty() { below } else { unit }.to_owned(),
                });
            }
        }
    }
}

/// True for signals of inertial sensors (`pelvis_acc`, `Gyr`, `FreeAcc`): no positions.
pub(super) fn is_inertial(label: &str) -> bool {
    label.split(|c: char| !c.is_alphanumeric()).any(|word| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "acc"
                | "accel"
                | "acceleration"
                | "angular"
                | "orientation"
                | "velocity"
                | "magnetic"
                | "accelerometer"
                | "freeacc"
                | "gyr"
                | "gyro"
                | "gyroscope"
                | "mag"
                | "magnetometer"
                | "quat"
                | "quaternion"
                | "ori"
                | "velinc"
                | "oriinc"
                | "euler"
                | "rot"
        )
    })
}

/// Names from a row of labels (blank over the second and third column) and a row `X, Y, Z, …`
/// below it; `None` when the second row is not such a row.
pub(super) fn with_axis_row(labels: &[String], axes: &[String]) -> Option<Vec<String>> {
    let mut label = "";
    let mut found = 0;
    let names: Option<Vec<String>> = (0..labels.len().max(axes.len()))
        .map(|index| {
            let above = labels.get(index).map_or("", String::as_str);
            let below = axes.get(index).map_or("", String::as_str);
            if !above.is_empty() {
                label = above;
            }
            if axis_of(below).is_some() {
                found += 1;
                return Some(format!("{label}_{below}"));
            }
            let name = if below.is_empty() { above } else { below };
            let is_number = below.parse::<f64>().is_ok();
            (!is_number && column(name, "") != Column::Other || name.is_empty())
                .then(|| name.to_owned())
        })
        .collect();
    names.filter(|_| found >= 3)
}

/// True when a row holds nothing but units (at least one).
pub(super) fn is_unit_row(cells: &[String]) -> bool {
    let mut units = 0;
    let all = cells.iter().all(|cell| {
        let cell = cell.trim_matches(['(', ')', '[', ']']).to_ascii_lowercase();
        let is_unit = UNITS.contains(&cell.as_str())
            || matches!(cell.as_str(), "s" | "sec" | "ms" | "us" | "hz" | "#" | "-");
        units += usize::from(is_unit);
        is_unit || cell.is_empty()
    });
    all && units > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coordinate(label: &str, axis: Axis, unit: &str) -> Column {
        Column::Coordinate(Coordinate {
            label: label.to_owned(),
            axis,
            unit: unit.to_owned(),
        })
    }

    #[test]
    fn spellings_of_a_coordinate() {
        for (name, label, unit) in [
            ("LASI_x_mm", "LASI", "mm"),
            ("LASI_X", "LASI", ""),
            ("LASI:X", "LASI", ""),
            ("LASI.x", "LASI", ""),
            ("LASI X (mm)", "LASI", "mm"),
            ("LASI X [m]", "LASI", "m"),
            ("Subject:LASI_x", "Subject:LASI", ""),
            ("r asis x", "r asis", ""),
            ("L.ASIS.X", "L.ASIS", ""),
        ] {
            assert_eq!(column(name, ""), coordinate(label, Axis::X, unit), "{name}");
        }
        assert_eq!(column("LASI_z", "cm"), coordinate("LASI", Axis::Z, "cm"));
        for name in ["LASI", "_x", "pelvis_acc_x", "x", "speed", ""] {
            assert_eq!(column(name, ""), Column::Other, "{name}");
        }
    }

    #[test]
    fn frame_and_time() {
        for name in ["Frame", "frame#", "Frame Number", "Field #"] {
            assert_eq!(column(name, ""), Column::Frame, "{name}");
        }
        for (name, unit, seconds) in [
            ("time_s", "", 1.0),
            ("Time", "", 1.0),
            ("Time (ms)", "", 1e-3),
            ("time_ms", "", 1e-3),
            ("Time", "ms", 1e-3),
        ] {
            assert_eq!(column(name, unit), Column::Time { seconds }, "{name}");
        }
    }

    #[test]
    fn neighbours_only_together() {
        let names = |list: &[&str]| -> Vec<String> { list.iter().map(|n| n.to_string()).collect() };
        let found = columns(&names(&["t", "LASIX", "LASIY", "LASIZ"]), &[]);
        assert_eq!(found[1], coordinate("LASI", Axis::X, ""));
        let found = columns(&names(&["PELV_1", "PELV_2", "PELV_3"]), &[]);
        assert_eq!(found[2], coordinate("PELV", Axis::Z, ""));
        let found = columns(&names(&["PHASEX", "LASIY", "ROLLZ"]), &[]);
        assert!(found.iter().all(|c| *c == Column::Other));
    }

    #[test]
    fn labels_over_axes() {
        let row = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
        let names = with_axis_row(&row(",,LASI,,,RASI,,"), &row("Frame,Time,X,Y,Z,X,Y,Z")).unwrap();
        assert_eq!(names[0], "Frame");
        assert_eq!((names[2].as_str(), names[7].as_str()), ("LASI_X", "RASI_Z"));
        assert_eq!(with_axis_row(&row("a,b,c"), &row("1,2,3")), None);
    }

    #[test]
    fn unit_rows() {
        let row = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
        assert!(is_unit_row(&row(",s,mm,mm,mm")));
        assert!(!is_unit_row(&row("1,2,mm")));
        assert!(!is_unit_row(&row(",,")));
    }
}
