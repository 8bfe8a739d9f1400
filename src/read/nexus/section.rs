//! One section of a Vicon export: rate, labels, components, units and rows.

use crate::read::table::{self, Clock, Dialect, Lines, Timing, Wanted};
use crate::read::{ReadError, labels, trajectories};
use crate::recording::Warning;

/// One section of numbers.
pub(super) struct Section {
    pub groups: Vec<Group>,
    pub timing: Timing,
    pub columns: Vec<Vec<f64>>,
    /// Place of the title, for warnings.
    pub place: String,
}

/// The columns of one label.
pub(super) struct Group {
    pub label: String,
    pub components: Vec<String>,
    pub units: Vec<String>,
}

impl Group {
    /// True for x, y and z.
    pub(super) fn is_position(&self) -> bool {
        let axes = self.components.iter().map(|c| c.to_ascii_uppercase());
        axes.eq(["X", "Y", "Z"])
    }

    /// The distinct units (`deg`, or `deg,mm` for a pose), else what the label implies.
    pub(super) fn unit(&self) -> String {
        let mut units: Vec<&str> = Vec::new();
        for unit in self.units.iter().filter(|unit| !unit.is_empty()) {
            if !units.contains(&unit.as_str()) {
                units.push(unit);
            }
        }
        if units.is_empty() {
            return labels::result_unit(&self.label)
                .unwrap_or_default()
                .to_owned();
        }
        units.join(",")
    }
}

/// The numbers of a section before anything is made of them.
pub(super) struct Body {
    pub groups: Vec<Group>,
    /// Rows per second.
    pub rate_hz: f64,
    /// Frame number of every row.
    pub frames: Vec<f64>,
    /// One column for each component of each group.
    pub columns: Vec<Vec<f64>>,
    /// Line of every row.
    lines: Vec<usize>,
    /// Columns of the section, whether read or not.
    width: usize,
}

/// Reads the section whose title has just been read.
pub(super) fn read(
    lines: &mut Lines<'_>,
    place: String,
    file_bytes: usize,
    warnings: &mut Vec<Warning>,
) -> Result<Section, ReadError> {
    let body = body(lines, warnings)?;
    let timing = Clock {
        frames: Some(&body.frames),
        times: None,
        declared_hz: Some(body.rate_hz),
        lines: &body.lines,
        inserted_max: trajectories::inserted_max(file_bytes, body.width),
    }
    .timing(warnings)?;
    let columns = body.columns.into_iter();
    Ok(Section {
        columns: columns.map(|column| timing.spread(column)).collect(),
        groups: body.groups,
        timing,
        place,
    })
}

/// Reads the numbers of the section whose title has just been read.
pub(super) fn body(lines: &mut Lines<'_>, warnings: &mut Vec<Warning>) -> Result<Body, ReadError> {
    let cut_off = |line: usize, expected: &str| {
        ReadError::new(format!("line {line}"), "the section ends here")
            .expected(expected)
            .advice("the file is cut off: export it again")
    };
    let rate_line = lines.line_number();
    let rate_hz = lines
        .next()
        .and_then(leading_number)
        .filter(|rate| *rate > 0.0)
        .ok_or_else(|| cut_off(rate_line, "the frame rate of the section"))?;
    let label_line = lines
        .next()
        .ok_or_else(|| cut_off(rate_line + 1, "a row of labels"))?;
    let delimiter = delimiter(label_line);
    let label_cells = table::header_cells(label_line, delimiter);
    let components = lines
        .next()
        .map(|line| table::header_cells(line, delimiter))
        .filter(|cells| cells.first().is_some_and(|cell| is_frame_column(cell)))
        .ok_or_else(|| cut_off(rate_line + 2, "a row `Frame, Sub Frame, X, Y, Z, …`"))?;
    let units = unit_row(lines, delimiter);
    let (groups, wanted) = groups(&label_cells, &components, &units);
    let dialect = Dialect {
        delimiter,
        decimal_sign: decimal_sign(lines, delimiter),
    };
    let numbers = table::numbers(lines, dialect, &wanted)?;
    if numbers.lines.is_empty() {
        return Err(cut_off(lines.line_number(), "one row per frame"));
    }
    if numbers.has_more_columns {
        warnings.push(trajectories::unnamed_columns());
    }
    let mut columns = numbers.columns.into_iter();
    Ok(Body {
        groups,
        rate_hz,
        frames: columns.next().unwrap_or_default(),
        columns: columns.collect(),
        lines: numbers.lines,
        width: wanted.columns.len(),
    })
}

fn leading_number(line: &[u8]) -> Option<f64> {
    let text = table::decoded(line);
    text.split([',', ';', '\t'])
        .next()?
        .trim()
        .trim_matches('"')
        .parse()
        .ok()
}

/// The most frequent of comma, tab and semicolon.
pub(super) fn delimiter(line: &[u8]) -> u8 {
    [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|d| line.iter().filter(|b| *b == d).count())
        .unwrap_or(b',')
}

/// Decimal commas are possible only where the comma does not separate cells.
fn decimal_sign(lines: &Lines<'_>, delimiter: u8) -> u8 {
    let first_row = lines.clone().next().unwrap_or_default();
    if delimiter != b',' && first_row.contains(&b',') {
        b','
    } else {
        b'.'
    }
}

fn is_frame_column(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "frame" | "field #" | "field" | "frame#" | "sub frame" | "subframe"
    )
}

/// The row of units: it begins with a blank cell where rows of data begin with a number.
fn unit_row(lines: &mut Lines<'_>, delimiter: u8) -> Vec<String> {
    let mut ahead = lines.clone();
    match ahead
        .next()
        .map(|line| table::header_cells(line, delimiter))
    {
        Some(cells) if cells.first().is_some_and(String::is_empty) && cells.len() > 1 => {
            *lines = ahead;
            cells
        }
        _ => Vec::new(),
    }
}

/// A label stands over the first of its columns; columns without a component are blank.
fn groups(labels: &[String], components: &[String], units: &[String]) -> (Vec<Group>, Wanted) {
    let mut groups: Vec<Group> = Vec::new();
    let mut columns = Vec::with_capacity(components.len());
    for (index, component) in components.iter().enumerate() {
        if is_frame_column(component) {
            columns.push(index == 0);
            continue;
        }
        if let Some(label) = labels.get(index).filter(|label| !label.is_empty()) {
            groups.push(Group {
                label: label.clone(),
                components: Vec::new(),
                units: Vec::new(),
            });
        }
        let group = groups.last_mut().filter(|_| !component.is_empty());
        columns.push(group.is_some());
        if let Some(group) = group {
            group.components.push(component.clone());
            group
                .units
                .push(units.get(index).cloned().unwrap_or_default());
        }
    }
    let wanted = Wanted {
        columns,
        ends_at_blank_row: true,
    };
    (groups, wanted)
}
