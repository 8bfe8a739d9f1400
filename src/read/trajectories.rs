//! Columns of coordinates into markers, the same way in every text format.

use super::ReadError;
use super::table::{self, Dialect, Lines, Numbers, Timing, Wanted};
use crate::recording::{Marker, Series3, Warning};

/// A marker from its three columns, multiplied once by `factor` (metres per unit) and spread over
/// the frames.
pub(super) fn marker(label: String, xyz: [Vec<f64>; 3], factor: f64, timing: &Timing) -> Marker {
    let Series3 { x, y, z } = positions(xyz, factor);
    let [x, y, z] = [x, y, z].map(|column| timing.spread(column));
    Marker {
        label,
        position: Series3 { x, y, z },
    }
}

/// Positions row by row, multiplied once by `factor`; a row is missing when a coordinate is missing
/// or all three are exactly 0, as several programs write it.
pub(super) fn positions(xyz: [Vec<f64>; 3], factor: f64) -> Series3 {
    let [mut x, mut y, mut z] = xyz;
    for ((x, y), z) in x.iter_mut().zip(&mut y).zip(&mut z) {
        let missing = x.is_nan() || y.is_nan() || z.is_nan();
        if missing || (*x == 0.0 && *y == 0.0 && *z == 0.0) {
            (*x, *y, *z) = (f64::NAN, f64::NAN, f64::NAN);
        } else {
            *x *= factor;
            *y *= factor;
            *z *= factor;
        }
    }
    Series3 { x, y, z }
}

/// The rows of a table are wider than its names.
pub(super) fn unnamed_columns() -> Warning {
    Warning::new(
        "unnamed-columns",
        "the rows hold columns without a name; they are left out",
    )
}

/// How many rows may be inserted for dropped frames: memory stays proportional to the file.
pub(super) fn inserted_max(file_bytes: usize, columns: usize) -> usize {
    (4 * file_bytes).max(1 << 16) / columns.max(1)
}

/// A header whose count is not that of the file: what the file holds is used.
pub(super) fn count_disagrees(
    place: &str,
    what: &str,
    said: Option<usize>,
    found: usize,
) -> Option<Warning> {
    let said = said.filter(|said| *said != found)?;
    Some(Warning::at(
        "header-count",
        place,
        format!("{what} says {said}, the file holds {found}; these are used"),
    ))
}

/// The rows of a table that must have some.
pub(super) fn rows(
    lines: &mut Lines<'_>,
    dialect: Dialect,
    wanted: &Wanted,
) -> Result<Numbers, ReadError> {
    let numbers = table::numbers(lines, dialect, wanted)?;
    if numbers.lines.is_empty() {
        return Err(no_rows(lines.line_number()));
    }
    Ok(numbers)
}

/// A table that ends before its first row.
pub(super) fn no_rows(line: usize) -> ReadError {
    ReadError::new(format!("line {line}"), "no rows")
        .expected("one row per frame")
        .advice("the file is cut off: export it again")
}
