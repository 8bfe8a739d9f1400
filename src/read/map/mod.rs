//! What the user knows about files that do not say it: the map given with `--landmarks`.
//!
//! In: a TOML text. Out: a [`Map`], which the readers ask for columns and rates and which is laid
//! over every recording that was read. What the map says goes before what a file says.

mod apply;
mod template;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::recording::{LengthUnit, Placement, View};

pub(super) use template::{Columns, of_columns};
pub use template::{OFFERED, quoted};

/// Signed axes, as `up` names them.
const AXES: [&str; 6] = ["+X", "-X", "+Y", "-Y", "+Z", "-Z"];

/// Longest name in an error.
const SHOWN_MAX: usize = 60;

/// What the user says about files.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// Frames per second, whatever the files say.
    pub rate_hz: Option<f64>,
    /// Unit of the coordinates in the files, whatever they say.
    pub unit: Option<LengthUnit>,
    /// The files' axis that points up: `+Z`, `-Y`, ….
    pub up: Option<String>,
    /// The files' axis along which the subject walks, all the time: `+X`, `-Y`, …; for files whose
    /// direction is not found from the path of the pelvis.
    pub walking: Option<String>,
    /// From where the camera of a picture looks: `front` or `back`.
    pub view: Option<View>,
    /// How tables without a known layout are written.
    pub table: TableMap,
    /// Which columns of such tables hold what.
    pub columns: ColumnMap,
    /// Landmark → label in the files; an empty label: no marker stands for it.
    pub labels: BTreeMap<String, String>,
    /// Placement → name of the sensor in the files.
    pub sensors: BTreeMap<Placement, String>,
}

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableMap {
    /// What separates cells: `,`, `;`, `tab`, `space`, `|`.
    pub delimiter: Option<String>,
    /// What separates whole numbers from decimals: `.` or `,`.
    pub decimal: Option<char>,
    /// Lines before the first row of numbers; the names of the columns stand in the first of them
    /// that has any.
    pub header_lines: Option<usize>,
}

/// Which columns hold what.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(try_from = "StoredColumns")]
pub struct ColumnMap {
    /// Frame numbers.
    pub frame: Option<ColumnName>,
    /// Times; an empty name: the file's times are not to be used.
    pub time: Option<ColumnName>,
    /// Unit of the times: `s`, `ms`, `us`.
    pub time_unit: Option<String>,
    /// Label or landmark → columns of x, y and z. Triples with an empty name are not filled in yet
    /// and count for nothing.
    pub markers: BTreeMap<String, [ColumnName; 3]>,
    /// Label or landmark → columns of x and y of a picture.
    pub points: BTreeMap<String, [ColumnName; 2]>,
}

/// As it stands in the text: every other key is a marker.
#[derive(Deserialize)]
struct StoredColumns {
    frame: Option<ColumnName>,
    time: Option<ColumnName>,
    time_unit: Option<String>,
    #[serde(flatten)]
    markers: BTreeMap<String, toml::Value>,
}

impl TryFrom<StoredColumns> for ColumnMap {
    type Error = String;

    fn try_from(stored: StoredColumns) -> Result<ColumnMap, String> {
        let mut markers = BTreeMap::new();
        let mut points = BTreeMap::new();
        for (label, value) in stored.markers {
            if value.as_array().is_some_and(|columns| columns.len() == 2)
                && let Ok(pair) = value.clone().try_into()
            {
                points.insert(label, pair);
                continue;
            }
            let found: String = value.to_string().chars().take(SHOWN_MAX).collect();
            let columns: [ColumnName; 3] = value.try_into().map_err(|_| {
                format!(
                    "{label} = {found}: expected the columns of x, y and z, for example \
                     [\"lasi_x\", \"lasi_y\", \"lasi_z\"] or [3, 4, 5], or of x and y of a picture"
                )
            })?;
            markers.insert(label, columns);
        }
        Ok(ColumnMap {
            frame: stored.frame,
            time: stored.time,
            time_unit: stored.time_unit,
            markers,
            points,
        })
    }
}

/// A column by its name or by its number, counted from 1.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ColumnName {
    /// As it stands in the row of names.
    Name(String),
    /// Counted from 1.
    Number(usize),
}

/// Why a map cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MapError {
    /// Not TOML, or names that a map does not have.
    #[error("{0}")]
    Toml(String),
    /// A value that means nothing.
    #[error("{name} = {found}: expected {expected}")]
    Value {
        /// Key.
        name: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
}

impl Map {
    /// Reads a map.
    ///
    /// ```
    /// use hipdrop::read::Map;
    /// let map = Map::from_toml("up = \"+Y\"\n[labels]\nLASI = \"left hip front\"\n")?;
    /// assert_eq!(map.labels["LASI"], "left hip front");
    /// assert!(Map::from_toml("[lables]\n").is_err());
    /// # Ok::<(), hipdrop::read::MapError>(())
    /// ```
    ///
    /// # Errors
    /// [`MapError`] for text that is not TOML, unknown keys and impossible values. Names of
    /// landmarks are checked by `landmarks::check_names`.
    pub fn from_toml(text: &str) -> Result<Map, MapError> {
        let mut map: Map =
            toml::from_str(text).map_err(|e| MapError::Toml(e.to_string().trim_end().into()))?;
        map.columns
            .markers
            .retain(|_, columns| columns.iter().all(|column| !column.is_empty()));
        map.columns
            .points
            .retain(|_, columns| columns.iter().all(|column| !column.is_empty()));
        map.check()?;
        Ok(map)
    }

    fn check(&self) -> Result<(), MapError> {
        let value = |name, found: &dyn std::fmt::Debug, expected| MapError::Value {
            name,
            found: format!("{found:?}").chars().take(SHOWN_MAX).collect(),
            expected,
        };
        if let Some(rate) = self.rate_hz.filter(|r| !super::RATES_HZ.contains(r)) {
            return Err(value(
                "rate_hz",
                &rate,
                "between 0.1 and 1,000,000 frames per second",
            ));
        }
        if let Some(up) = self.up.as_deref().filter(|up| !AXES.contains(up)) {
            return Err(value("up", &up, "+X, -X, +Y, -Y, +Z or -Z"));
        }
        let of_axis = |name: &str| name.chars().nth(1);
        let walking = self.walking.as_deref();
        if let Some(walking) = walking.filter(|walking| !AXES.contains(walking)) {
            return Err(value("walking", &walking, "+X, -X, +Y, -Y, +Z or -Z"));
        }
        if let (Some(walking), Some(up)) = (walking, self.up.as_deref())
            && of_axis(walking) == of_axis(up)
        {
            return Err(value("walking", &walking, "another axis than up"));
        }
        if self.table.delimiter.is_some() && self.table.delimiter_byte().is_none() {
            let expected = "one of \",\", \";\", \"|\", \"tab\", \"space\"";
            return Err(value("table.delimiter", &self.table.delimiter, expected));
        }
        if let Some(decimal) = self.table.decimal.filter(|d| !matches!(d, '.' | ',')) {
            return Err(value("table.decimal", &decimal, "\".\" or \",\""));
        }
        let unit = self.columns.time_unit.as_deref();
        if let Some(unit) = unit.filter(|unit| super::wide::seconds_per(unit).is_none()) {
            return Err(value("columns.time_unit", &unit, "s, ms or us"));
        }
        let numbers = self.columns.markers.values().flatten();
        let numbers = numbers.chain(self.columns.points.values().flatten());
        let numbers = numbers.chain(&self.columns.frame).chain(&self.columns.time);
        if numbers.into_iter().any(|c| *c == ColumnName::Number(0)) {
            return Err(value("columns", &0, "numbers of columns counted from 1"));
        }
        Ok(())
    }

    /// True when the first bytes of a file are those of a table whose markers this map names.
    pub fn recognises(&self, first_bytes: &[u8]) -> bool {
        self.names_columns()
            && super::foreign::recognise(first_bytes).is_none()
            && super::wide::recognises(first_bytes, self)
    }

    /// True when it says which columns hold markers.
    pub(super) fn names_columns(&self) -> bool {
        !self.columns.markers.is_empty() || !self.columns.points.is_empty()
    }
}

impl TableMap {
    /// The delimiter as it stands in a file.
    pub(super) fn delimiter_byte(&self) -> Option<u8> {
        match self.delimiter.as_deref()? {
            "tab" | "\t" => Some(b'\t'),
            "space" | " " => Some(b' '),
            "," => Some(b','),
            ";" => Some(b';'),
            "|" => Some(b'|'),
            _ => None,
        }
    }
}

impl ColumnName {
    /// Not filled in.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, ColumnName::Name(name) if name.trim().is_empty())
    }

    /// Place of the column among `names`; a name is compared exactly, then without case.
    pub(super) fn find(&self, names: &[String]) -> Option<usize> {
        match self {
            ColumnName::Number(number) => number.checked_sub(1).filter(|&i| i < names.len()),
            ColumnName::Name(name) => {
                let name = name.trim();
                let exactly = names.iter().position(|n| n == name);
                let freely = || names.iter().position(|n| n.eq_ignore_ascii_case(name));
                exactly.or_else(freely)
            }
        }
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ColumnName::Name(name) => write!(f, "\"{name}\""),
            ColumnName::Number(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_a_map_can_say() {
        let map = Map::from_toml(
            "rate_hz = 100\nunit = \"mm\"\nup = \"-Y\"\n\
             [table]\ndelimiter = \"tab\"\ndecimal = \",\"\nheader_lines = 3\n\
             [columns]\nframe = 1\ntime = \"t\"\ntime_unit = \"ms\"\n\
             LASI = [\"a\", \"b\", 5]\nRASI = [\"\", \"\", \"\"]\n\
             [labels]\nC7 = \"neck\"\nT10 = \"\"\n[sensors]\npelvis = \"00B42D4B\"\n",
        )
        .unwrap();
        assert_eq!(map.rate_hz, Some(100.0));
        assert_eq!(map.table.delimiter_byte(), Some(b'\t'));
        assert_eq!(map.columns.frame, Some(ColumnName::Number(1)));
        assert_eq!(map.columns.markers.len(), 1, "empty triples do not count");
        assert_eq!(map.columns.markers["LASI"][2], ColumnName::Number(5));
        assert_eq!(map.labels["T10"], "");
        assert_eq!(map.sensors[&Placement::Pelvis], "00B42D4B");
        assert_eq!(Map::from_toml("").unwrap(), Map::default());
    }

    #[test]
    fn impossible_values_say_what_is_possible() {
        for (text, expected) in [
            ("rate_hz = 0", "0.1"),
            ("unit = \"inch\"", "`m`"),
            ("up = \"up\"", "+X, -X"),
            ("[table]\ndelimiter = \"x\"", "tab"),
            ("[table]\ndecimal = \";\"", "\",\""),
            ("[columns]\ntime_unit = \"h\"", "ms"),
            ("[columns]\nLASI = [0, 1, 2]", "counted from 1"),
            ("[columns]\nLASI = [1]", "LASI"),
            ("[sensors]\nhip = \"1\"", "hip"),
            ("[lables]", "lables"),
            ("not toml", "line 1"),
        ] {
            let error = Map::from_toml(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
