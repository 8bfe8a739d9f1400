//! The whole way from bytes to lines.

use super::body::Body;
use super::counts::{Counts, faults, is_told};
use super::line::{Kind, Line, Object};
use super::lines::Splitter;
use super::markers::Markers;
use super::sensors::Sensors;
use super::timeline::{Fate, Step, Timeline};
use super::walk::Walk;
use crate::analysis::Options;
use crate::read::{LiveTable, ROWS_FIRST, ReadError, ReadOptions, RowFault, is_row};
use crate::recording::{Kind as Measures, Side, Warning, visible};
use crate::study::tables::Cell;
use std::sync::Arc;

/// Longest header, bytes.
const HEADER_MAX: usize = 1 << 20;

/// Why a stream cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StreamError(#[from] ReadError);

/// Analyses rows while they come; memory does not grow with them.
pub struct Engine {
    source: String,
    options: Arc<Options>,
    read: ReadOptions,
    splitter: Splitter,
    /// Header and first rows, until they are understood.
    header: Vec<u8>,
    first_rows: usize,
    running: Option<Running>,
    counts: Counts,
    lines: u64,
    values: Vec<f64>,
}

/// A stream whose header is understood.
struct Running {
    table: Arc<LiveTable>,
    timeline: Timeline,
    walk: Walk,
    /// Lines of the header, which a sender repeats when it connects again.
    header: Vec<Vec<u8>>,
}

impl Engine {
    /// An engine for one source; `source` is its name in the lines.
    pub fn new(source: &str, options: Options, read: ReadOptions) -> Engine {
        Engine {
            source: source.to_owned(),
            options: Arc::new(options),
            read,
            splitter: Splitter::default(),
            header: Vec::new(),
            first_rows: 0,
            running: None,
            counts: Counts::default(),
            lines: 0,
            values: Vec::new(),
        }
    }

    /// Takes bytes as they come; lines about what they complete go to `out`.
    ///
    /// # Errors
    /// When the header cannot be understood.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<Line>) -> Result<(), StreamError> {
        let mut splitter = std::mem::take(&mut self.splitter);
        let long = splitter.too_long;
        let mut result = Ok(());
        splitter.push(bytes, |line| {
            if result.is_ok() {
                result = self.line(line, out);
            }
        });
        if splitter.too_long > long {
            self.counts.too_long = splitter.too_long;
            self.tell(
                "line-too-long",
                splitter.too_long,
                "no line end within 1 MiB",
                out,
            );
        }
        self.splitter = splitter;
        result
    }

    /// The sender has gone; another one, or the same, may come. What stood after the last line end is
    /// not used: nobody knows whether it is whole.
    pub fn cut(&mut self, out: &mut Vec<Line>) {
        if self.first_rows == 0 {
            self.forget();
        }
        if !self.splitter.cut().is_empty() {
            self.malformed("the connection ended within a row", out);
        }
    }

    /// Forgets a header that is not understood: another may come.
    pub fn forget(&mut self) {
        if self.running.is_none() {
            self.header.clear();
            self.first_rows = 0;
        }
    }

    /// The stream has ended: what is complete is told, then the summary.
    ///
    /// # Errors
    /// As [`push`](Engine::push); also when no row has come.
    pub fn finish(&mut self, out: &mut Vec<Line>) -> Result<(), StreamError> {
        let last = self.splitter.cut();
        if !last.is_empty() {
            self.line(&last, out)?;
        }
        if self.running.is_none() && self.first_rows > 0 {
            self.understand(out)?;
        }
        if self.running.is_none() && !self.header.is_empty() {
            return Err(ReadError::new("", "no rows of numbers")
                .expected("a line of names such as time_s,LASI_x_mm,…, then rows of numbers")
                .advice("send the header, then one row per frame")
                .in_file(&self.source)
                .into());
        }
        if let Some(running) = &mut self.running {
            running.walk.finish(out);
            running.walk.label_now();
        }
        out.push(self.summary());
        Ok(())
    }

    /// Rows so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Time of the newest row on the source's clock, once there is one.
    pub fn now_s(&self) -> Option<f64> {
        let running = self.running.as_ref()?;
        (self.counts.rows > 0).then(|| running.walk.now_s())
    }

    /// What the source is, in words, once its header is understood.
    pub fn described(&self) -> Option<String> {
        let table = &self.running.as_ref()?.table;
        let template = table.template();
        let (count, what) = match template.kind() {
            Measures::Markers => (template.markers.len(), "markers"),
            Measures::Inertial => (template.sensors.len(), "sensors"),
            Measures::Picture => (template.markers.len(), "points of a picture"),
        };
        Some(format!("{count} {what} at {} Hz", table.rate_hz()))
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<Line>) -> Result<(), StreamError> {
        self.lines += 1;
        if self.running.is_none() {
            return self.before(line, out);
        }
        self.row(line, out);
        Ok(())
    }

    /// A line before the header is understood.
    fn before(&mut self, line: &[u8], out: &mut Vec<Line>) -> Result<(), StreamError> {
        let row = is_row(line);
        if !row
            && self
                .header
                .split(|b| *b == b'\n')
                .any(|known| known == line)
        {
            return Ok(()); // the header again: the sender has connected anew
        }
        if self.first_rows > 0 && !row {
            // among the first rows, not a row: it cannot be read
            self.counts.lines += 1;
            self.malformed(&format!("line {}: no row of numbers", self.lines), out);
            return Ok(());
        }
        self.header.extend_from_slice(line);
        self.header.push(b'\n');
        self.first_rows += usize::from(row);
        if self.first_rows >= ROWS_FIRST {
            return self.understand(out);
        }
        if self.header.len() > HEADER_MAX {
            return Err(ReadError::new("", "no header within 1 MiB")
                .expected("a line of names such as time_s,LASI_x_mm,…, then rows of numbers")
                .advice("send the header first")
                .in_file(&self.source)
                .into());
        }
        Ok(())
    }

    /// Header and first rows are there.
    fn understand(&mut self, out: &mut Vec<Line>) -> Result<(), StreamError> {
        let text = std::mem::take(&mut self.header);
        let table = LiveTable::of(&text, &self.read).map_err(|e| e.in_file(&self.source))?;
        let table = Arc::new(table);
        let options = self.options.clone();
        let body: Box<dyn Body> = match table.template().kind() {
            Measures::Markers => Box::new(Markers::new(table.clone(), options.clone())),
            Measures::Inertial => Box::new(Sensors::new(table.clone(), options.clone(), 0.0)),
            Measures::Picture => {
                return Err(ReadError::new("", "points of a picture")
                    .expected("markers or inertial sensors")
                    .advice("record the points to a file and run `hipdrop analyze` on it")
                    .in_file(&self.source)
                    .into());
            }
        };
        let rate_hz = table.rate_hz();
        let mut walk = Walk::new(body, options, &self.source, rate_hz);
        for warning in &table.template().warnings {
            walk.tell(warning, out);
        }
        let lines = || text.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        self.running = Some(Running {
            timeline: Timeline::new(rate_hz, self.options.settings.stream.gap_max_s),
            walk,
            header: lines().filter(|l| !is_row(l)).map(<[u8]>::to_vec).collect(),
            table,
        });
        for line in lines().filter(|line| is_row(line)) {
            self.row(line, out);
        }
        Ok(())
    }

    fn row(&mut self, line: &[u8], out: &mut Vec<Line>) {
        let Some(running) = &mut self.running else {
            return;
        };
        let stamp = match running.table.row(line, &mut self.values) {
            Ok(stamp) => stamp,
            Err(_) if running.header.iter().any(|known| known == line) => return,
            Err(fault) => {
                self.counts.lines += 1;
                let what = format!("line {}: {}", self.lines, described(fault, line));
                self.malformed(&what, out);
                return;
            }
        };
        self.counts.lines += 1;
        let (counts, walk) = (&mut self.counts, &mut running.walk);
        let wrong_before = running.timeline.wrong_times;
        let fate = running
            .timeline
            .place(stamp, &self.values, &mut |step| match step {
                Step::Begin(start_s) => {
                    counts.stretches += 1;
                    walk.begin(start_s, out);
                }
                Step::Row(values) => {
                    counts.rows += 1;
                    walk.row(Some(values), out);
                }
                Step::Missing => {
                    counts.missing += 1;
                    walk.row(None, out);
                }
                Step::Late(row, values) => {
                    counts.rows += 1;
                    counts.missing = counts.missing.saturating_sub(1);
                    walk.late(row, values);
                }
            });
        self.counts.wrong_time = running.timeline.wrong_times;
        let wrong = self.counts.wrong_time > wrong_before;
        self.fate(fate, wrong, out);
    }

    /// Counts and tells what became of a row.
    fn fate(&mut self, fate: Fate, wrong_time: bool, out: &mut Vec<Line>) {
        let counts = &mut self.counts;
        if wrong_time {
            let count = counts.wrong_time;
            self.tell(
                "wrong-time",
                count,
                "a time that jumps away for one or two rows",
                out,
            );
            return;
        }
        let (code, count, what) = match fate {
            Fate::Placed | Fate::Held => return,
            Fate::Late => {
                counts.late += 1;
                (
                    "late-row",
                    counts.late,
                    "a row came after later ones and was still used",
                )
            }
            Fate::Stale => {
                counts.stale += 1;
                (
                    "stale-row",
                    counts.stale,
                    "a row came too late and was not used",
                )
            }
            Fate::Duplicate => {
                counts.duplicate += 1;
                (
                    "duplicate-row",
                    counts.duplicate,
                    "a row came twice; the first was used",
                )
            }
        };
        self.tell(code, count, what, out);
    }

    fn malformed(&mut self, what: &str, out: &mut Vec<Line>) {
        self.counts.malformed += 1;
        self.tell("malformed-row", self.counts.malformed, what, out);
    }

    /// Tells a fault of the rows when it is the first, the tenth, the hundredth, ….
    fn tell(&mut self, code: &'static str, count: u64, what: &str, out: &mut Vec<Line>) {
        if !is_told(count) {
            return;
        }
        let warning = faults(code, count, what);
        match &mut self.running {
            Some(running) => running.walk.tell(&warning, out),
            None => out.push(super::line::warning(0.0, &warning)),
        }
    }

    /// Something that happened to the source, as a line.
    pub fn note(&mut self, warning: &Warning, out: &mut Vec<Line>) {
        let time_s = self.running.as_ref().map_or(0.0, |r| r.walk.now_s());
        out.push(super::line::warning(time_s, warning));
    }

    fn summary(&self) -> Line {
        let mut object = Object::new(Kind::Summary).field("recording", Cell::text(&self.source));
        for (name, count) in self.counts.fields() {
            object = object.field(name, Cell::Count(count));
        }
        let rate_hz = self.running.as_ref().map(|r| r.table.rate_hz());
        let duration_s = rate_hz.map(|rate| self.counts.rows as f64 / rate);
        object = object
            .field("rate_hz", Cell::number(rate_hz))
            .field("duration_s", Cell::time(duration_s));
        for side in Side::BOTH {
            object = self.of_limb(side, object);
        }
        object.line()
    }

    /// The fields of a limb in the summary.
    fn of_limb(&self, side: Side, mut object: Object) -> Object {
        let history = self.running.as_ref().map(|r| &r.walk.history);
        let totals = history.map(|h| *h.totals(side)).unwrap_or_default();
        let finding = history.and_then(|h| h.findings()).map(|f| &f[side]);
        let name = |what: &str| format!("{what}_{}", side.name());
        let p = finding.and_then(|f| f.probabilities);
        let word = finding.map_or(crate::classify::Label::Indeterminate, |f| f.label);
        object = object
            .field(&name("strides"), Cell::Count(totals.strides))
            .field(&name("used"), Cell::Count(totals.used))
            .field(&name("drop_ss_deg"), Cell::number(totals.drop_deg.value()))
            .field(&name("lean_ss_deg"), Cell::number(totals.lean_deg.value()))
            .field(&name("label"), Cell::Word(word.name()));
        for (what, value) in [
            ("p_none", p.map(|p| p.none)),
            ("p_uncompensated", p.map(|p| p.uncompensated)),
            ("p_compensated", p.map(|p| p.compensated)),
            ("p_mixed", p.map(|p| p.mixed)),
        ] {
            object = object.field(&name(what), Cell::number(value));
        }
        object
    }
}

/// What is wrong with a row, and how it begins.
fn described(fault: RowFault, line: &[u8]) -> String {
    let beginning = line.get(..line.len().min(40)).unwrap_or_default();
    let shown = visible(&String::from_utf8_lossy(beginning)).into_owned();
    match fault {
        RowFault::Cells(cells) => {
            format!("{cells} cells, not as many as the header has names: `{shown}`")
        }
        RowFault::Number(column) => format!("column {column} is no number: `{shown}`"),
        RowFault::Clock => format!("neither time nor count: `{shown}`"),
    }
}
