//! The columns of `DATA_INCLUDED 6D`: rigid bodies, each with position, angles, residual and
//! rotation matrix.

use super::{Columns, Header};
use crate::read::table::{self, Lines};
use crate::read::{ReadError, trajectories};
use crate::recording::Warning;

/// Reads the row of column names. A body begins at its column `X`; the columns of one body are
/// named alike, with or without the body's name before, and a blank column stands between two.
pub(super) fn columns(lines: &mut Lines<'_>, header: &Header) -> Result<Columns, ReadError> {
    let line_number = lines.line_number();
    let line = lines
        .next()
        .ok_or_else(|| trajectories::no_rows(line_number))?;
    let cells = table::header_cells(line, header.delimiter);
    let is_clock = |cell: &&String| matches!(cell.as_str(), "Frame" | "Time");
    let leading = cells.iter().take(2).take_while(is_clock).count();
    let mut wanted = vec![true; leading];
    let mut components: Vec<Vec<String>> = Vec::new();
    for cell in cells.iter().skip(leading) {
        let component = cell.split_whitespace().next_back().unwrap_or_default();
        if component.eq_ignore_ascii_case("X") {
            components.push(Vec::new());
        }
        let body = components.last_mut().filter(|_| !component.is_empty());
        wanted.push(body.is_some());
        if let Some(body) = body {
            body.push(component.to_owned());
        }
    }
    let are_positions = components.iter().all(|body| {
        let axes = body.iter().take(3).map(|c| c.to_ascii_uppercase());
        axes.eq(["X", "Y", "Z"])
    });
    if leading == 1 || !are_positions || components.len() != header.names.len() {
        return Err(ReadError::new(
            format!("line {line_number}"),
            format!("the columns of {} bodies", components.len()),
        )
        .expected(format!(
            "`X Y Z …` for each of the {} bodies of line {}, after `Frame Time` or nothing",
            header.names.len(),
            header.names_line
        ))
        .advice("the columns do not belong to the names: export the file again"));
    }
    for body in &mut components {
        body.drain(..3);
    }
    Ok(Columns {
        leading,
        wanted,
        components,
    })
}

/// What is to be known about points that are no markers.
pub(super) fn warning(names: &[String]) -> Warning {
    Warning::new(
        "rigid-bodies",
        format!(
            "{} rigid bodies ({}) and no markers: the origin of each is a point of its name, its \
             rotation is kept and not analysed; export the 3D data as well",
            names.len(),
            names.join(", ")
        ),
    )
}
