//! The subjects table of `--subjects`: who walked, with which body measures and aids.
//!
//! In: CSV with a `subject` column and any of [`COLUMNS`]. Out: [`Subjects`], looked up by the
//! names that a recording carries (folders, C3D subject, file name).

use super::StudyError;
use crate::recording::{BodyMeasures, PerSide, Side, SubjectFacts};
use std::path::Path;

/// Columns that are understood; all but the first are optional.
pub const COLUMNS: &[&str] = &[
    "subject",
    "session",
    "condition",
    "height_m",
    "mass_kg",
    "age_years",
    "sex",
    "leg_length_left_m",
    "leg_length_right_m",
    "knee_width_left_m",
    "knee_width_right_m",
    "ankle_width_left_m",
    "ankle_width_right_m",
    "marker_radius_m",
    "aid",
    "pain_side",
    "notes",
];

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SubjectRow {
    /// Subject.
    pub subject: String,
    /// Session; empty = every session of the subject.
    pub session: String,
    /// Condition; empty when none.
    pub condition: String,
    /// Body measures that were given.
    pub body: BodyMeasures,
    /// Walking aid, load, pain.
    pub facts: SubjectFacts,
    /// Line of the table.
    pub line: u64,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subjects {
    /// Rows in file order.
    pub rows: Vec<SubjectRow>,
    /// Columns that are not understood and were not used.
    pub unknown_columns: Vec<String>,
}

impl Subjects {
    /// Reads the table from a file.
    pub fn read(path: &Path) -> Result<Subjects, StudyError> {
        let text = crate::read::text_of(path).map_err(|problem| StudyError::Subjects {
            path: path.to_owned(),
            problem,
        })?;
        Subjects::parse(&text).map_err(|problem| StudyError::Subjects {
            path: path.to_owned(),
            problem,
        })
    }

    /// Reads the table from text; the error says where and what to do.
    pub fn parse(text: &str) -> Result<Subjects, String> {
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = delimiter(text);
        unclosed_quote(text, delimiter)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?.clone();
        if !header.iter().any(|name| name == "subject") {
            return Err(format!(
                "line 1 has no column 'subject'; the columns are: {}",
                COLUMNS.join(", ")
            ));
        }
        let mut subjects = Subjects {
            unknown_columns: header
                .iter()
                .filter(|name| !name.is_empty() && !COLUMNS.contains(name))
                .map(str::to_owned)
                .collect(),
            ..Subjects::default()
        };
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let line = record.position().map_or(0, |p| p.line());
            let cells = header.iter().zip(record.iter());
            if let Some(row) = subject_row(cells, line)? {
                if let Some(other) = subjects.rows.iter().find(|other| other.contradicts(&row)) {
                    return Err(format!(
                        "lines {} and {line} say different things about subject {}: keep one of them",
                        other.line, row.subject
                    ));
                }
                subjects.rows.push(row);
            }
        }
        Ok(subjects)
    }
}

impl SubjectRow {
    /// True when both rows are about the same session and condition and do not agree.
    fn contradicts(&self, other: &SubjectRow) -> bool {
        let names = |row: &SubjectRow| {
            [&row.subject, &row.session, &row.condition].map(|name| name.to_lowercase())
        };
        names(self) == names(other) && (&self.body, &self.facts) != (&other.body, &other.facts)
    }
}

/// Refuses a quote that is never closed: it would swallow all rows below it.
fn unclosed_quote(text: &str, delimiter: u8) -> Result<(), String> {
    let (mut line, mut opened) = (1, None);
    let mut before = b'\n';
    for &byte in text.as_bytes() {
        match (byte, opened) {
            (b'"', Some(_)) => opened = None,
            // a doubled quote inside a quoted cell closes and opens it again
            (b'"', None) if before == delimiter || matches!(before, b'\n' | b'\r' | b'"') => {
                opened = Some(line);
            }
            _ => {}
        }
        line += u64::from(byte == b'\n');
        before = byte;
    }
    match opened {
        None => Ok(()),
        Some(line) => Err(format!("line {line}: a quote is opened and never closed")),
    }
}

/// The separator of the header line: the commonest of comma, semicolon and tab.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    match (count(','), count(';'), count('\t')) {
        (commas, semicolons, tabs) if semicolons > commas && semicolons >= tabs => b';',
        (commas, _, tabs) if tabs > commas => b'\t',
        _ => b',',
    }
}

/// One row; `None` for a row without a subject.
fn subject_row<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
    line: u64,
) -> Result<Option<SubjectRow>, String> {
    let mut row = SubjectRow {
        line,
        ..SubjectRow::default()
    };
    for (column, text) in cells {
        if text.is_empty() {
            continue;
        }
        match column {
            "subject" => row.subject = text.to_owned(),
            "session" => row.session = text.to_owned(),
            "condition" => row.condition = text.to_owned(),
            "aid" => set_aid(&mut row.facts, text),
            "pain_side" => row.facts.pain = pain(text, line)?,
            _ => {
                if let Some(measure) = measure_range(column) {
                    set_measure(&mut row.body, column, number(text, column, line, measure)?);
                }
            }
        }
    }
    Ok((!row.subject.is_empty()).then_some(row))
}

/// Ways to write that there is none.
fn is_none(text: &str) -> bool {
    let text = text.to_lowercase();
    ["no", "none", "0", "false", "n", "-", "nil"].contains(&text.as_str())
}

/// Words by which a load is known from an aid.
const LOADS: [&str; 8] = [
    "load", "carr", "bag", "backpack", "rucksack", "suitcase", "weight", "child",
];

/// The aid, or the load, that the column names in the user's words.
fn set_aid(facts: &mut SubjectFacts, text: &str) {
    if is_none(text) {
        return;
    }
    let lower = text.to_lowercase();
    let slot = if LOADS.iter().any(|word| lower.contains(word)) {
        &mut facts.load
    } else {
        &mut facts.aid
    };
    *slot = Some(text.to_owned());
}

/// The painful side or sides.
fn pain(text: &str, line: u64) -> Result<PerSide<bool>, String> {
    let (left, right) = match text.to_lowercase().as_str() {
        "left" | "l" => (true, false),
        "right" | "r" => (false, true),
        "both" | "left and right" | "l+r" | "b" => (true, true),
        _ if is_none(text) => (false, false),
        _ => {
            return Err(format!(
                "line {line}, column pain_side: found '{text}', expected left, right, both or none"
            ));
        }
    };
    Ok(PerSide { left, right })
}

/// Least and greatest value that can be meant, so that millimetres are not taken for metres.
fn measure_range(column: &str) -> Option<(f64, f64)> {
    Some(match column {
        "height_m" => (0.4, 2.6),
        "mass_kg" => (3.0, 400.0),
        "leg_length_left_m" | "leg_length_right_m" => (0.15, 1.5),
        "knee_width_left_m" | "knee_width_right_m" => (0.03, 0.3),
        "ankle_width_left_m" | "ankle_width_right_m" => (0.02, 0.2),
        "marker_radius_m" => (0.001, 0.03),
        _ => return None,
    })
}

fn number(text: &str, column: &str, line: u64, (low, high): (f64, f64)) -> Result<f64, String> {
    let value: f64 = text.replace(',', ".").parse().unwrap_or(f64::NAN);
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    Err(format!(
        "line {line}, column {column}: found '{text}', expected a number from {low} to {high} \
         (metres, kilograms)"
    ))
}

fn set_measure(body: &mut BodyMeasures, column: &str, value: f64) {
    let value = Some(value);
    match column {
        "height_m" => body.height_m = value,
        "mass_kg" => body.mass_kg = value,
        "marker_radius_m" => body.marker_diameter_m = value.map(|r| 2.0 * r),
        _ => {
            let side = if column.contains("_left_") {
                Side::Left
            } else {
                Side::Right
            };
            let limb = &mut body.limbs[side];
            match column {
                "leg_length_left_m" | "leg_length_right_m" => limb.leg_length_m = value,
                "knee_width_left_m" | "knee_width_right_m" => limb.knee_width_m = value,
                _ => limb.ankle_width_m = value,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_names_measures_and_aid() {
        let table = Subjects::parse(
            "subject,session,condition,leg_length_left_m,marker_radius_m,aid,shoe\n\
             P01,pre,barefoot,0.89,0.007,cane,42\n,,,,,,\nP02,,,,,none,\n",
        )
        .unwrap();
        assert_eq!(table.rows.len(), 2);
        let first = &table.rows[0];
        assert_eq!(
            (&*first.subject, &*first.session, &*first.condition),
            ("P01", "pre", "barefoot")
        );
        assert_eq!(first.body.limbs[Side::Left].leg_length_m, Some(0.89));
        assert_eq!(first.body.limbs[Side::Right].leg_length_m, None);
        assert_eq!(first.body.marker_diameter_m, Some(0.014));
        assert_eq!(first.facts.aid.as_deref(), Some("cane"));
        assert_eq!(table.rows[1].facts, SubjectFacts::default());
        assert_eq!(table.unknown_columns, ["shoe"]);
    }

    #[test]
    fn loads_are_told_from_aids_and_painful_sides_are_read() {
        let table = Subjects::parse(
            "subject,aid,pain_side\nA,heavy bag right,Right\nB,two crutches,both\nC,no,none\n",
        )
        .unwrap();
        let facts = |row: usize| &table.rows[row].facts;
        assert_eq!(facts(0).load.as_deref(), Some("heavy bag right"));
        assert_eq!(facts(0).aid, None);
        assert!(facts(0).pain.right && !facts(0).pain.left);
        assert_eq!(facts(1).aid.as_deref(), Some("two crutches"));
        assert!(facts(1).pain.right && facts(1).pain.left);
        assert_eq!(facts(2), &SubjectFacts::default());
        let error = Subjects::parse("subject,pain_side\nA,hip\n").unwrap_err();
        assert!(
            error.contains("line 2") && error.contains("'hip'"),
            "{error}"
        );
    }

    #[test]
    fn semicolons_decimal_commas_and_a_byte_order_mark_are_read() {
        let table = Subjects::parse("\u{feff}subject;height_m\r\nP01;1,72\r\n").unwrap();
        assert_eq!(table.rows[0].body.height_m, Some(1.72));
    }

    #[test]
    fn millimetres_are_refused_with_the_place() {
        let error = Subjects::parse("subject,leg_length_left_m\nP01,890\n").unwrap_err();
        assert!(
            error.contains("line 2")
                && error.contains("leg_length_left_m")
                && error.contains("890"),
            "{error}"
        );
    }

    #[test]
    fn rows_that_contradict_each_other_are_refused_by_line() {
        let table =
            |second: &str| Subjects::parse(&format!("subject,session,aid\nP1,pre,\n{second}\n"));
        let error = table("p1,PRE,cane").unwrap_err();
        assert!(error.contains("lines 2 and 3"), "{error}");
        assert_eq!(table("P1,pre,no").unwrap().rows.len(), 2);
        assert_eq!(table("P1,post,cane").unwrap().rows.len(), 2);
    }

    #[test]
    fn an_open_quote_is_refused() {
        let error = Subjects::parse("subject,notes\nP1,\"tall\nP2,\n").unwrap_err();
        assert!(error.contains("line 2"), "{error}");
        let good = "subject,notes\n\"P1\",\"a \"\"b\"\"\nc\"\nP2,5\"\n\"P3\",\"\"\n";
        assert_eq!(Subjects::parse(good).unwrap().rows.len(), 3);
    }

    #[test]
    fn a_table_without_subjects_is_refused() {
        assert!(
            Subjects::parse("name,age\nx,3\n")
                .unwrap_err()
                .contains("subject")
        );
    }
}
