//! Maps for the user to edit.

/// Landmarks that a template offers, in the order in which they matter: pelvis, trunk, legs. Their
/// names are checked against the table of landmarks by a test.
pub const OFFERED: [&str; 21] = [
    "LASI", "RASI", "LPSI", "RPSI", "SACR", "C7", "T10", "CLAV", "STRN", "LTHI", "RTHI", "LKNE",
    "RKNE", "LTIB", "RTIB", "LANK", "RANK", "LHEE", "RHEE", "LTOE", "RTOE",
];

/// Columns that a template lists.
const LISTED_MAX: usize = 600;

/// What is known of the columns of a table whose markers are not.
#[derive(Debug, Clone, Default)]
pub(in crate::read) struct Columns<'a> {
    /// Names; empty when the table has none.
    pub names: &'a [String],
    /// Number of columns.
    pub count: usize,
    pub frame: Option<&'a str>,
    pub time: Option<&'a str>,
}

/// The lines of a map that would make a table of coordinates readable, with the landmarks to be
/// filled in.
pub(in crate::read) fn of_columns(columns: &Columns<'_>) -> String {
    let mut text = String::from(
        "# hipdrop map: fill in which columns hold what, then give it with --landmarks\n",
    );
    text.push_str(match columns.time {
        Some(_) => "# rate_hz = 100    # frames per second; else the times tell\n",
        None => "# rate_hz = 100    # frames per second: needed, or a column of times below\n",
    });
    text.push_str("# unit = \"mm\"      # m, cm or mm; else the size of the pelvis tells\n");
    text.push_str("# up = \"+Z\"        # axis that points up; else the body tells\n\n[columns]\n");
    let clock = [("frame", columns.frame), ("time", columns.time)];
    for (key, name) in clock {
        match name {
            Some(name) => text.push_str(&format!("{key} = {}\n", quoted(name))),
            None => text.push_str(&format!("# {key} = \"\"\n")),
        }
    }
    if columns.time.is_some() {
        text.push_str("# time_unit = \"s\"   # s, ms or us\n");
    }
    text.push_str("# landmark = [column of x, of y, of z], by name or by number\n");
    for landmark in OFFERED {
        text.push_str(&format!("{landmark} = [\"\", \"\", \"\"]\n"));
    }
    text.push_str("# The columns of the file:\n");
    if columns.names.is_empty() {
        text.push_str(&format!("#   1 to {}, without names\n", columns.count));
    }
    for (index, name) in columns.names.iter().enumerate().take(LISTED_MAX) {
        text.push_str(&format!("#   {} {}\n", index + 1, quoted(name)));
    }
    if columns.names.len() > LISTED_MAX {
        let more = columns.names.len() - LISTED_MAX;
        text.push_str(&format!("#   … and {more} more\n"));
    }
    text
}

/// A text as TOML writes it, on one line whatever it holds.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Map;

    #[test]
    fn a_template_is_a_map_and_names_survive() {
        let names: Vec<String> = ["t", "a \"x\"", "b\\\u{7}", "ü"].map(str::to_owned).into();
        let columns = Columns {
            names: &names,
            count: 4,
            frame: None,
            time: Some("t"),
        };
        let text = of_columns(&columns);
        let map = Map::from_toml(&text).unwrap();
        assert!(!map.names_columns());
        let filled = format!(
            "LASI = [{}, {}, {}]",
            quoted(&names[1]),
            quoted(&names[2]),
            quoted(&names[3])
        );
        let text = text.replacen("LASI = [\"\", \"\", \"\"]", &filled, 1);
        let map = Map::from_toml(&text).unwrap();
        let found = map.columns.markers["LASI"].iter();
        let found: Vec<_> = found.map(|column| column.find(&names)).collect();
        assert_eq!(found, [Some(1), Some(2), Some(3)]);
    }
}
