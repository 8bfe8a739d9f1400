//! The lines of an inertial file before its rows: what they say, and where the names stand.

use super::columns::{Column, Component, Signal, column};
use crate::read::table::{self, Lines};
use crate::recording::Format;

/// Lines that are looked through for the names.
const LINES_MAX: usize = 60;

/// What the lines before the rows say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub format: Format,
    /// Samples per second as declared.
    pub declared_hz: Option<f64>,
    /// Name of the device or its tag; empty when there is none.
    pub device: String,
    /// Reference frame of stored orientations; empty when nothing is said.
    pub reference: String,
    /// What an Xsens DOT says about the synchronisation of its clock; empty when nothing is said.
    pub sync: String,
    pub columns: Vec<Column>,
    pub delimiter: u8,
}

/// A sensor's columns: for every signal that is complete, the place of its components.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SensorColumns {
    /// Name as written in the columns; empty when they name none.
    pub name: String,
    /// `(signal, places of its components, unit as written)`.
    pub signals: Vec<(Signal, Vec<usize>, String)>,
}

impl SensorColumns {
    pub(super) fn signal(&self, signal: Signal) -> Option<(&[usize], &str)> {
        self.signals
            .iter()
            .find(|(s, ..)| *s == signal)
            .map(|(_, places, unit)| (places.as_slice(), unit.as_str()))
    }
}

impl Header {
    /// The sensors whose accelerations, angular velocities or orientations are complete, in the
    /// order of their columns.
    pub(super) fn sensors(&self) -> Vec<SensorColumns> {
        let mut sensors: Vec<(String, Vec<(usize, &Component)>)> = Vec::new();
        let mut place_of = std::collections::BTreeMap::new();
        for (place, column) in self.columns.iter().enumerate() {
            if let Column::Signal(component) = column {
                let at = *place_of.entry(&component.sensor).or_insert_with(|| {
                    sensors.push((component.sensor.clone(), Vec::new()));
                    sensors.len() - 1
                });
                sensors[at].1.push((place, component));
            }
        }
        let sensors = sensors.into_iter().map(|(name, components)| {
            let mut signals = Vec::new();
            for signal in [
                Signal::Acceleration,
                Signal::AngularVelocity,
                Signal::FreeAcceleration,
                Signal::Quaternion,
                Signal::Matrix,
                Signal::Euler,
            ] {
                let of = |i: usize| {
                    components
                        .iter()
                        .find(|(_, c)| c.signal == signal && c.component == i)
                };
                let places: Option<Vec<usize>> =
                    (0..signal.width()).map(|i| Some(of(i)?.0)).collect();
                if let Some(places) = places {
                    let unit = of(0).map(|(_, c)| c.unit.clone()).unwrap_or_default();
                    signals.push((signal, places, unit));
                }
            }
            SensorColumns { name, signals }
        });
        sensors.filter(|s| !s.signals.is_empty()).collect()
    }

    /// True when the columns are those of inertial sensors, not of positions or results.
    fn is_inertial(&self) -> bool {
        let has_clock = self
            .columns
            .iter()
            .any(|c| matches!(c, Column::Counter | Column::FineTime));
        self.sensors().iter().any(|sensor| {
            let raw = sensor.signal(Signal::Acceleration).is_some()
                || sensor.signal(Signal::AngularVelocity).is_some();
            raw || has_clock
        })
    }
}

/// Reads the header; `lines` then stands at the first row. `None` when the names are not those of
/// inertial sensors.
pub(super) fn read(lines: &mut Lines<'_>) -> Option<Header> {
    let mut facts = Facts::default();
    for _ in 0..LINES_MAX {
        let line = lines.next()?;
        if line.starts_with(b"Format=7") {
            let header = apdm_7(line, lines)?;
            return Some(header).filter(Header::is_inertial);
        }
        if let Some(mut header) = names(line, lines, &facts) {
            header.format = format_of(&facts, &header);
            return Some(header);
        }
        facts.note(line);
    }
    None
}

/// What the lines before the names say.
#[derive(Default)]
struct Facts {
    rate_hz: Option<f64>,
    device: String,
    reference: String,
    sync: String,
    is_dot: bool,
    is_apdm: bool,
}

impl Facts {
    fn note(&mut self, line: &[u8]) {
        let text = table::decoded(line);
        let text = text.trim().trim_start_matches(['/', '#', '%']).trim();
        let Some((key, value)) = text.split_once([':', '=']) else {
            return;
        };
        let value = value.trim().trim_start_matches([',', '\t', ';']).trim();
        let value = value.trim_end_matches([',', '\t', ';']);
        match key.trim().to_lowercase().as_str() {
            "update rate"
            | "outputrate"
            | "output rate"
            | "sample rate"
            | "sampling rate"
            | "acquisition frequency"
            | "sampling frequency"
            | "fs"
            | "rate"
            | "rate_hz" => {
                self.is_dot |= key.trim() == "OutputRate";
                self.is_apdm |= key.trim() == "Sample Rate" && text.contains(",Hz");
                self.rate_hz = self.rate_hz.or(leading_number(value));
            }
            "deviceid" => self.device = value.to_owned(),
            "devicetag" => {
                self.device = value.to_owned();
                self.is_dot = true;
            }
            "coordinate system" | "frame" => self.reference = value.to_owned(),
            "syncstatus" => self.sync = value.to_owned(),
            "test name" => self.is_apdm = true,
            _ => {}
        }
    }
}

/// The number a text begins with: `100.0Hz`, `60Hz`, `128,Hz`, `100 nSamples=955`.
fn leading_number(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let number: f64 = text.get(..end)?.parse().ok()?;
    (number.is_finite() && number > 0.0).then_some(number)
}

/// The header when `line` holds the names of inertial columns; a row of units below it is taken.
fn names(line: &[u8], lines: &mut Lines<'_>, facts: &Facts) -> Option<Header> {
    // most lines are rows of numbers
    if !line.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    let delimiter = delimiter(line);
    let names = table::header_cells(line, delimiter);
    if names.len() < 3 {
        return None;
    }
    let mut units = Vec::new();
    let mut ahead = lines.clone();
    if let Some(below) = ahead.next() {
        let cells = table::header_cells(below, delimiter);
        if is_unit_row(&cells) {
            units = cells;
        }
    }
    let header = Header {
        format: Format::ImuCsv,
        declared_hz: facts.rate_hz,
        device: facts.device.clone(),
        reference: facts.reference.clone(),
        sync: facts.sync.clone(),
        columns: columns(&names, &units),
        delimiter,
    };
    if !header.is_inertial() {
        return None;
    }
    if !units.is_empty() {
        *lines = ahead;
    }
    Some(header)
}

fn columns(names: &[String], units: &[String]) -> Vec<Column> {
    names
        .iter()
        .enumerate()
        .map(|(i, name)| column(name, units.get(i).map_or("", String::as_str)))
        .collect()
}

fn is_unit_row(cells: &[String]) -> bool {
    let mut units = 0;
    let all = cells.iter().all(|cell| {
        let cell = cell.trim_matches(['(', ')', '[', ']']).to_lowercase();
        let known = matches!(
            cell.as_str(),
            "s" | "ms"
                | "us"
                | "m/s^2"
                | "m/s2"
                | "m/s²"
                | "g"
                | "mg"
                | "rad/s"
                | "deg/s"
                | "°/s"
                | "dps"
                | "ut"
                | "µt"
                | "deg c"
                | "°c"
                | "kpa"
                | "deg"
                | "rad"
                | "-"
                | "#"
        );
        units += usize::from(known);
        known || cell.is_empty()
    });
    all && units > 0
}

/// Blanks separate only where nothing else does.
fn delimiter(line: &[u8]) -> u8 {
    let count = |d: u8| line.iter().filter(|b| **b == d).count();
    let best = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|d| count(*d))
        .unwrap_or(b',');
    if count(best) == 0 { b' ' } else { best }
}

fn format_of(facts: &Facts, header: &Header) -> Format {
    let has_counter = header.columns.contains(&Column::Counter);
    match () {
        () if facts.is_dot => Format::XsensDot,
        () if facts.is_apdm => Format::Apdm,
        () if has_counter => Format::XsensMt,
        () => Format::ImuCsv,
    }
}

/// The three header rows of an APDM `Format=7` file: sensors (`id,,,name`), signals, axes.
fn apdm_7(first: &[u8], lines: &mut Lines<'_>) -> Option<Header> {
    let sensors = table::header_cells(first, b',');
    let signals = table::header_cells(lines.next()?, b',');
    let axes = table::header_cells(lines.next()?, b',');
    let (mut sensor, mut signal) = (String::new(), String::new());
    let mut names = Vec::with_capacity(signals.len());
    for (at, said) in signals.iter().enumerate() {
        // `…,5718,,,Lumbar,…`: the number of a sensor stands above its first column, its name
        // three columns on
        let id = sensors.get(at).map_or("", String::as_str);
        if !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()) {
            let name = sensors.get(at + 3).map_or("", String::as_str);
            sensor = if name.is_empty() { id } else { name }.to_owned();
        }
        if !said.is_empty() {
            signal.clone_from(said);
        }
        let axis = axes.get(at).map_or("", String::as_str);
        names.push(match (signal.as_str(), axis) {
            ("Time", _) => "Time".to_owned(),
            (_, axis) => format!("{sensor}/{signal}/{axis}"),
        });
    }
    Some(Header {
        format: Format::Apdm,
        declared_hz: None,
        device: String::new(),
        reference: String::new(),
        sync: String::new(),
        columns: columns(&names, &[]),
        delimiter: b',',
    })
}
