//! A table of the validation: the same rows for the page and the CSV file.

use super::tally::Rate;
use serde::Serialize;

/// Rows of text under a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Name of the file, without extension; also the anchor in the page.
    pub name: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What the rows are and how they were counted.
    pub note: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: &'static str, title: &'static str, note: &str, columns: &[&str]) -> Table {
        Table {
            name,
            title,
            note: note.to_owned(),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// The table as CSV text; text cells that a spreadsheet would run get a leading apostrophe.
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|c| cell(c)).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }
}

fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = match risky {
        true => format!("'{text}"),
        false => text.replace(['\n', '\r'], " "),
    };
    match text.contains([',', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// A number with `decimals`; empty when there is none.
pub fn number(value: f64, decimals: usize) -> String {
    match value.is_finite() {
        true => format!("{value:.decimals$}"),
        false => String::new(),
    }
}

/// Percent with one decimal; empty of nothing.
pub fn percent(rate: Rate) -> String {
    number(rate.pct(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut table = Table::new("t", "T", "", &["a", "b"]);
        table.rows.push(vec!["=1+1".into(), "x,\"y\"".into()]);
        table.rows.push(vec!["-1.5".into(), "-x".into()]);
        assert_eq!(table.to_csv(), "a,b\n'=1+1,\"x,\"\"y\"\"\"\n-1.5,'-x\n");
    }
}
