//! A table of sensors that is too long to be held as a whole: looked through once, then read piece
//! by piece.
//!
//! In: a [`Source`] that can be read again and again. Out: a [`LongTable`], which knows where every
//! stretch of rows stands, and pieces of it as recordings of their own, read by the same reader as
//! whole files. In memory are a block of text, an entry for every block, and the piece in hand.

use super::clock::{Growing, WRAPS, fault};
use super::columns::{Column, Signal};
use super::header::{self, Header};
use super::stream::{self, Stream};
use crate::read::source::unreadable;
use crate::read::table::{self, Dialect, Lines, Numbers, Wanted};
use crate::read::{ReadError, ReadOptions, Source, finished, is_sensor_table};
use crate::recording::{Format, Placement, Recording};
use std::io::Read;
use std::ops::{ControlFlow, Range};

/// Text of a block, bytes: a second or two of one sensor at 100 Hz.
const BLOCK: usize = 16 << 10;

/// Text that is read at a time, and from whose first part rate, clock and sensors are told.
const CHUNK: usize = 1 << 20;

/// Text that tells what a file is.
const HEAD: usize = 16 << 10;

/// Text that a second takes at least, bytes: ten short rows.
const BYTES_PER_S_MIN: f64 = 200.0;

/// Seconds that a unit of a clock can be.
const UNITS_S: [f64; 4] = [1.0, 1e-3, 1e-4, 1e-6];

/// A long table that was looked through.
#[derive(Debug)]
pub struct LongTable {
    /// Format of the file.
    pub format: Format,
    /// Samples per second.
    pub rate_hz: f64,
    /// Frame number of the first row in the file's own count.
    pub first_frame: u64,
    /// Number of rows.
    pub rows: u64,
    /// Samples from the first to the last row, both counted.
    pub frames: u64,
    /// Why the rows after the last one could not be read; `None` when all could.
    pub damage: Option<ReadError>,
    name: String,
    options: ReadOptions,
    /// The lines before the rows.
    head: Vec<u8>,
    blocks: Vec<Block>,
}

/// Rows that stand one after the other, without a pause between them.
#[derive(Debug, Clone, Copy)]
struct Block {
    bytes: usize,
    /// Places of the first and last row, in samples from the first of the file.
    first: f64,
    last: f64,
}

/// Some rows, as the visitor is told of them.
#[derive(Debug)]
pub struct Rows<'a> {
    /// Samples per second.
    pub rate_hz: f64,
    /// Place of every row in samples from the first of the file; grows from row to row.
    pub positions: &'a [f64],
    /// Acceleration of the sensor nearest to the middle of the body, in the unit of the file.
    pub acceleration: [&'a [f64]; 3],
}

impl LongTable {
    /// Rows farther apart than this, seconds, belong to different stretches.
    pub const PAUSE_S: f64 = 1.0;

    /// Bytes of text per second of a file that is a table of accelerations and may hold more than
    /// `above_s` seconds, by its beginning and its size; `None` for others.
    pub fn bytes_per_s(
        source: &Source<'_>,
        name: &str,
        options: &ReadOptions,
        above_s: f64,
    ) -> Option<f64> {
        let beginning = Beginning::of(source, name, options, above_s);
        Some(beginning.ok()??.layout.bytes_per_s)
    }

    /// Looks through a table and tells `visit` of all its rows in order; `None` when it is no table
    /// of accelerations, or holds no more than `above_s` seconds.
    ///
    /// # Errors
    /// When its beginning cannot be read; what is wrong later is [`LongTable::damage`].
    pub fn survey(
        source: &Source<'_>,
        name: &str,
        options: &ReadOptions,
        above_s: f64,
        visit: &mut dyn FnMut(&Rows<'_>),
    ) -> Result<Option<LongTable>, ReadError> {
        let Some(beginning) = Beginning::of(source, name, options, above_s)? else {
            return Ok(None);
        };
        let mut survey = Survey::new(beginning.layout, name, options);
        let (rows, mut text) = (beginning.rows, beginning.text);
        survey.run(rows, &mut *text, visit);
        let table = survey.table;
        let is_long = table.rows as f64 > above_s * table.rate_hz;
        Ok(is_long.then_some(table))
    }

    /// Time of a place, seconds on the file's time base.
    pub fn time_s(&self, position: f64) -> f64 {
        (self.first_frame as f64 - 1.0 + position) / self.rate_hz
    }

    /// Place of a time on the file's time base.
    pub fn position(&self, time_s: f64) -> f64 {
        time_s * self.rate_hz - (self.first_frame as f64 - 1.0)
    }

    /// Reads the stretches at `places` (samples from the first row, sorted by their beginnings) as
    /// recordings on the file's time base, and gives each to `take` with its index until that
    /// breaks. A piece begins up to some seconds before its place and ends as much after it.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn pieces(
        &self,
        source: &Source<'_>,
        places: &[Range<f64>],
        take: &mut dyn FnMut(usize, Result<Recording, ReadError>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let mut text = source.text().map_err(unreadable)?;
        skip(&mut *text, self.head.len())?;
        let spans: Vec<Range<usize>> = places.iter().map(|place| self.span(place)).collect();
        let mut waiting = (0..spans.len()).peekable();
        let mut open: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut buffer = Vec::new();
        for (i, block) in self.blocks.iter().enumerate() {
            while let Some(piece) = waiting.next_if(|&piece| spans[piece].start <= i) {
                open.push((piece, self.head.clone()));
            }
            if open.is_empty() {
                if waiting.peek().is_none() {
                    break;
                }
                skip(&mut *text, block.bytes)?;
                continue;
            }
            buffer.resize(block.bytes, 0);
            text.read_exact(&mut buffer).map_err(unreadable)?;
            for (_, piece) in &mut open {
                piece.extend_from_slice(&buffer);
            }
            while let Some(done) = open
                .iter()
                .position(|(piece, _)| spans[*piece].end <= i + 1)
            {
                let (piece, text) = open.remove(done);
                let first = self.blocks.get(spans[piece].start).unwrap_or(block).first;
                if take(piece, self.piece(&text, first)).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The blocks that hold a place.
    fn span(&self, place: &Range<f64>) -> Range<usize> {
        let from = self.blocks.partition_point(|b| b.last < place.start);
        let to = self.blocks.partition_point(|b| b.first < place.end);
        from..to.max(from + 1)
    }

    fn piece(&self, text: &[u8], first: f64) -> Result<Recording, ReadError> {
        let recording = super::read(text, &self.name, &self.options)?;
        let mut recording = finished(recording, &self.options)?;
        recording.first_frame = self.first_frame + first.round() as u64;
        Ok(recording)
    }
}

/// The beginning of a table that may be long.
struct Beginning<'a> {
    layout: Layout,
    /// The first rows.
    rows: Vec<u8>,
    /// What comes after them.
    text: Box<dyn Read + 'a>,
}

impl<'a> Beginning<'a> {
    fn of(
        source: &Source<'a>,
        name: &str,
        options: &ReadOptions,
        above_s: f64,
    ) -> Result<Option<Beginning<'a>>, ReadError> {
        let bytes = source.text_bytes_max().map_err(unreadable)? as f64;
        if bytes < above_s * BYTES_PER_S_MIN {
            return Ok(None);
        }
        let mut text = source.text().map_err(unreadable)?;
        let mut chunk = Vec::new();
        // what it is shows in its first lines; most files are not long
        for bytes in [HEAD, CHUNK - HEAD] {
            let read = text.by_ref().take(bytes as u64).read_to_end(&mut chunk);
            if read.is_err() || !is_sensor_table(&chunk, options) {
                return Ok(None); // the usual reader says what it is
            }
        }
        let rows_end = match chunk.len() == CHUNK {
            true => end_of_rows(&chunk),
            false => chunk.len(),
        };
        let lines = chunk.get(..rows_end).unwrap_or_default();
        let Some(layout) = Layout::of(lines, name, options)? else {
            return Ok(None);
        };
        // a wide margin: later rows may be shorter
        if bytes / layout.bytes_per_s < 0.5 * above_s {
            return Ok(None);
        }
        let rows = chunk.split_off(layout.head.len().min(chunk.len()));
        Ok(Some(Beginning { layout, rows, text }))
    }
}

/// What the beginning of a table tells.
struct Layout {
    stream: Stream,
    head: Vec<u8>,
    head_lines: usize,
    dialect: Dialect,
    wanted: Wanted,
    /// Among the wanted columns: what counts or times the rows, with what it may wrap at.
    clock: Option<(usize, &'static [f64])>,
    /// Samples per unit of that column.
    samples_per_unit: f64,
    acceleration: [usize; 3],
    bytes_per_s: f64,
}

impl Layout {
    /// `None` when there is no acceleration, or no row.
    fn of(
        beginning: &[u8],
        name: &str,
        options: &ReadOptions,
    ) -> Result<Option<Layout>, ReadError> {
        let mut lines = Lines::new(beginning);
        let Some(header) = header::read(&mut lines) else {
            return Ok(None);
        };
        let stream = super::named(stream::read(beginning, "", options)?, name);
        let wanted = stream::wanted(&header, &header.sensors());
        let among = |place: usize| wanted.iter().take(place).filter(|w| **w).count();
        let Some(acceleration) = middle(&header, &stream) else {
            return Ok(None);
        };
        let head_bytes = beginning.len() - lines.rest().len();
        let (head, rows) = beginning.split_at(head_bytes);
        let mut layout = Layout {
            dialect: Dialect {
                delimiter: header.delimiter,
                decimal_sign: table::decimal_sign(&lines, header.delimiter),
            },
            head: head.to_vec(),
            head_lines: lines.line_number(),
            clock: clock(&header).map(|(place, wraps)| (among(place), wraps)),
            acceleration: acceleration.map(among),
            samples_per_unit: 1.0,
            bytes_per_s: 0.0,
            wanted: Wanted {
                columns: wanted,
                ends_at_blank_row: false,
            },
            stream,
        };
        let positions = &layout.stream.clock.positions;
        let seconds = positions.len() as f64 / layout.stream.clock.rate_hz;
        layout.bytes_per_s = rows.len() as f64 / seconds;
        layout.samples_per_unit = layout.samples_per_unit(rows)?;
        Ok((!layout.stream.clock.positions.is_empty()).then_some(layout))
    }

    /// How many samples one unit of the clock's column is, from the places of the first rows.
    fn samples_per_unit(&self, rows: &[u8]) -> Result<f64, ReadError> {
        let Some((column, wraps)) = self.clock else {
            return Ok(1.0);
        };
        let numbers = table::numbers(&mut Lines::new(rows), self.dialect, &self.wanted)?;
        let values = numbers.columns.get(column).map_or(&[][..], Vec::as_slice);
        let mut growing = Growing::default();
        let places: Vec<f64> = values
            .iter()
            .filter_map(|v| growing.next(*v, wraps).ok())
            .collect();
        let clock = &self.stream.clock;
        let (Some(first), Some(last), Some(samples)) =
            (places.first(), places.last(), clock.positions.last())
        else {
            return Ok(1.0);
        };
        if last <= first {
            return Ok(1.0);
        }
        let found = samples / (last - first);
        let exact = UNITS_S.map(|unit_s| unit_s * clock.rate_hz);
        let exact = exact.into_iter().chain([1.0]);
        let near = |per_unit: &f64| (found / per_unit - 1.0).abs() < 0.02;
        Ok(exact.into_iter().find(near).unwrap_or(found))
    }
}

/// The column that tells the places of the rows, as the reader of whole files chooses it.
fn clock(header: &Header) -> Option<(usize, &'static [f64])> {
    let find = |wanted: fn(&Column) -> bool| header.columns.iter().position(wanted);
    let counter = find(|c| *c == Column::Counter).map(|place| (place, &WRAPS[..]));
    counter
        .or_else(|| find(|c| *c == Column::Frame).map(|place| (place, &[][..])))
        .or_else(|| find(|c| matches!(c, Column::Time(_))).map(|place| (place, &[][..])))
        .or_else(|| find(|c| *c == Column::FineTime).map(|place| (place, &WRAPS[..])))
}

/// Columns of the acceleration nearest to the middle of the body.
fn middle(header: &Header, stream: &Stream) -> Option<[usize; 3]> {
    let columns = header.sensors();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    let rank = |i: &usize| {
        let name = stream.sensors.get(*i).map_or("", |s| s.name.as_str());
        let place = Placement::from_label(name);
        let known = Placement::ALL.iter().position(|p| Some(*p) == place);
        known.unwrap_or(Placement::ALL.len())
    };
    order.sort_by_key(rank);
    order.into_iter().find_map(|i| {
        let (places, _) = columns.get(i)?.signal(Signal::Acceleration)?;
        places.try_into().ok()
    })
}

/// A table on its way through.
struct Survey {
    layout: Layout,
    table: LongTable,
    growing: Growing,
    first_value: Option<f64>,
    line: usize,
}

impl Survey {
    fn new(layout: Layout, name: &str, options: &ReadOptions) -> Survey {
        let clock = &layout.stream.clock;
        let table = LongTable {
            format: layout.stream.format,
            rate_hz: clock.rate_hz,
            first_frame: clock.first_frame,
            rows: 0,
            frames: 0,
            damage: None,
            name: name.to_owned(),
            options: ReadOptions {
                rate_hz: Some(clock.rate_hz),
                ..options.clone()
            },
            head: layout.head.clone(),
            blocks: Vec::new(),
        };
        Survey {
            line: layout.head_lines,
            layout,
            table,
            growing: Growing::default(),
            first_value: None,
        }
    }

    /// All rows: those in `buffer`, then the rest of the text.
    fn run(&mut self, mut buffer: Vec<u8>, text: &mut dyn Read, visit: &mut dyn FnMut(&Rows<'_>)) {
        let mut ended = false;
        loop {
            let mut rest = buffer.as_slice();
            while rest.len() > BLOCK || (ended && !rest.is_empty()) {
                let Some(end) = end_of_block(rest, ended) else {
                    break; // a line that goes on beyond what was read
                };
                let (block, after) = rest.split_at(end);
                if let Err(error) = self.block(block, visit) {
                    self.table.damage = Some(error);
                    return;
                }
                rest = after;
            }
            let left = rest.len();
            if ended {
                return;
            }
            if left > CHUNK {
                let place = format!("line {}", self.line);
                let error = ReadError::new(place, format!("a line of more than {CHUNK} bytes"));
                self.table.damage = Some(error.expected("one sample per line"));
                return;
            }
            buffer.drain(..buffer.len() - left);
            match text.take(CHUNK as u64).read_to_end(&mut buffer) {
                Ok(0) => ended = true,
                Ok(_) => {}
                Err(error) => {
                    // the whole lines that came before it count
                    self.table.damage = Some(unreadable(error));
                    buffer.truncate(end_of_rows(&buffer));
                    ended = true;
                }
            }
        }
    }

    /// One block of whole lines.
    fn block(&mut self, text: &[u8], visit: &mut dyn FnMut(&Rows<'_>)) -> Result<(), ReadError> {
        let begins_at = self.line;
        let mut lines = Lines::at_line(text, begins_at);
        let numbers = table::numbers(&mut lines, self.layout.dialect, &self.layout.wanted)?;
        self.line = lines.line_number();
        let positions = self.positions(&numbers)?;
        let columns = self.layout.acceleration.map(|column| {
            let values = numbers.columns.get(column);
            values.map_or(&[][..], Vec::as_slice)
        });
        visit(&Rows {
            rate_hz: self.table.rate_hz,
            positions: &positions,
            acceleration: columns,
        });
        self.store(text, begins_at, &numbers, &positions);
        Ok(())
    }

    fn positions(&mut self, numbers: &Numbers) -> Result<Vec<f64>, ReadError> {
        let rows = numbers.lines.len();
        let Some((column, wraps)) = self.layout.clock else {
            let before = self.table.rows;
            return Ok((0..rows).map(|row| before as f64 + row as f64).collect());
        };
        let values = numbers.columns.get(column).map_or(&[][..], Vec::as_slice);
        let mut positions = Vec::with_capacity(rows);
        for (value, line) in values.iter().zip(&numbers.lines) {
            let place = self
                .growing
                .next(*value, wraps)
                .map_err(|wrong| fault(&format!("line {line}"), "count or time", *value, wrong))?;
            let first = *self.first_value.get_or_insert(place);
            positions.push((place - first) * self.layout.samples_per_unit);
        }
        Ok(positions)
    }

    /// Notes where the rows stand; a pause begins a new block.
    fn store(&mut self, text: &[u8], begins_at: usize, numbers: &Numbers, positions: &[f64]) {
        let table = &mut self.table;
        table.rows += positions.len() as u64;
        let (Some(&first), Some(&last)) = (positions.first(), positions.last()) else {
            // blank lines belong to the rows before them
            match table.blocks.last_mut() {
                Some(block) => block.bytes += text.len(),
                None => table.head.extend_from_slice(text),
            }
            return;
        };
        table.frames = last.round() as u64 + 1;
        let pause = LongTable::PAUSE_S * table.rate_hz;
        let pauses = positions.windows(2).zip(numbers.lines.iter().skip(1));
        let pauses = pauses.filter(|(pair, _)| pair[1] - pair[0] > pause);
        let (mut from, mut begins) = (0, first);
        for (pair, line) in pauses {
            let to = offset_of_line(text, begins_at, *line);
            table.blocks.push(Block {
                bytes: to - from,
                first: begins,
                last: pair[0],
            });
            (from, begins) = (to, pair[1]);
        }
        table.blocks.push(Block {
            bytes: text.len() - from,
            first: begins,
            last,
        });
    }
}

/// Where a line begins in a text that begins with the line `first`.
fn offset_of_line(text: &[u8], first: usize, line: usize) -> usize {
    let mut lines = Lines::at_line(text, first);
    while lines.line_number() < line && lines.next().is_some() {}
    text.len() - lines.rest().len()
}

/// Where the next block of whole lines ends; `None` when more must be read first.
fn end_of_block(rest: &[u8], ended: bool) -> Option<usize> {
    let Some(first) = rest.get(..BLOCK) else {
        return ended.then_some(rest.len());
    };
    match end_of_rows(first) {
        // one line is longer than a block
        0 => match rest.iter().position(|b| *b == b'\n') {
            Some(place) => Some(place + 1),
            None => ended.then_some(rest.len()),
        },
        end => Some(end),
    }
}

/// End of the last whole line; 0 when there is none.
fn end_of_rows(text: &[u8]) -> usize {
    let last = |mark: u8| text.iter().rposition(|b| *b == mark);
    last(b'\n')
        .or_else(|| last(b'\r'))
        .map_or(0, |place| place + 1)
}

fn skip(text: &mut dyn Read, bytes: usize) -> Result<(), ReadError> {
    let skipped = std::io::copy(&mut text.take(bytes as u64), &mut std::io::sink());
    match skipped {
        Ok(count) if count == bytes as u64 => Ok(()),
        Ok(_) => Err(unreadable(std::io::ErrorKind::UnexpectedEof.into())),
        Err(error) => Err(unreadable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 20_000;
    /// Samples that are missing after row 5000: the recording paused.
    const PAUSE: usize = 100_000;

    /// A table whose acceleration along x is the number of the row in 0.1 mm/s².
    fn text(head: &str, clock: &str, end: &str, value: impl Fn(usize) -> String) -> String {
        let mut text = format!("{head}{clock},acc_x_m_s2,acc_y_m_s2,acc_z_m_s2{end}");
        for row in 0..ROWS {
            let place = if row < 5000 { row } else { row + PAUSE };
            // wide enough that the damage lies behind the part that is looked at first
            let x = row as f64 / 1e4;
            text += &format!("{},{x:.4},0.{:060},9.81{end}", value(place), 0);
        }
        text
    }

    fn survey(text: &str) -> (LongTable, usize) {
        let (source, options) = (Source::Bytes(text.as_bytes()), ReadOptions::default());
        let mut told = 0;
        let mut visit = |rows: &Rows<'_>| {
            for (position, x) in rows.positions.iter().zip(rows.acceleration[0]) {
                let row = (1e4 * x).round() as usize;
                let place = if row < 5000 { row } else { row + PAUSE };
                assert!((position - place as f64).abs() < 1e-3, "{row}: {position}");
            }
            told += rows.positions.len();
        };
        let table = LongTable::survey(&source, "w.csv", &options, 100.0, &mut visit);
        (table.unwrap().unwrap(), told)
    }

    #[test]
    fn every_piece_is_where_its_rows_are_whatever_the_clock() {
        let rate = "# fs: 100\n";
        for text in [
            text("", "time_s", "\n", |i| format!("{:.2}", i as f64 / 100.0)),
            text("", "time_ms", "\r\n", |i| format!("{}", 5000 + 10 * i)),
            text("", "timestamp_us", "\n", |i| {
                format!("{}", 1_600_000_000_000_000 + 10_000 * i as u64)
            }),
            text(rate, "frame", "\n", |i| format!("{}", i + 7)),
        ] {
            let (table, told) = survey(&text);
            assert_eq!((table.rows as usize, told), (ROWS, ROWS));
            assert_eq!(table.frames as usize, ROWS + PAUSE);
            assert!(table.damage.is_none());
            let places = [1000.0..1100.0, 4990.0..5000.0, 106_000.0..106_100.0];
            let source = Source::Bytes(text.as_bytes());
            let mut seen = Vec::new();
            let mut take = |piece: usize, recording: Result<Recording, ReadError>| {
                let recording = recording.unwrap();
                let first = (recording.first_frame - table.first_frame) as usize;
                for wanted in [places[piece].start as usize, places[piece].end as usize - 1] {
                    let x = 1e4 * recording.sensors[0].acc_m_s2.x[wanted - first];
                    let row = if wanted < 5000 {
                        wanted
                    } else {
                        wanted - PAUSE
                    };
                    assert!((x - row as f64).abs() < 1e-6, "{piece}: {x} at {wanted}");
                }
                // not across the pause
                assert!(recording.frames < 2000, "{}", recording.frames);
                seen.push(piece);
                ControlFlow::Continue(())
            };
            table.pieces(&source, &places, &mut take).unwrap();
            assert_eq!(seen, [0, 1, 2]);
        }
    }

    #[test]
    fn a_counter_that_starts_again_goes_on() {
        let head = "# fs: 100\n";
        let mut text = format!("{head}PacketCounter,acc_x_m_s2,acc_y_m_s2,acc_z_m_s2\n");
        for row in 0..ROWS {
            text += &format!("{},0,0,9.81\n", (60_000 + row) % 65_536);
        }
        let source = Source::Bytes(text.as_bytes());
        let options = ReadOptions::default();
        let table = LongTable::survey(&source, "w", &options, 100.0, &mut |_| {});
        let table = table.unwrap().unwrap();
        assert_eq!((table.frames as usize, table.rows as usize), (ROWS, ROWS));
    }

    #[test]
    fn damage_is_named_with_its_line_and_what_is_before_it_kept() {
        let good = text("", "time_s", "\n", |i| format!("{:.2}", i as f64 / 100.0));
        let mut lines: Vec<&str> = good.lines().collect();
        for (bad, what) in [
            ("x,1,2,3", "line 18001, column 1"),
            ("1,1,2,3", "line 18001"),
        ] {
            lines[18_000] = bad;
            let text = lines.join("\n");
            let source = Source::Bytes(text.as_bytes());
            let options = ReadOptions::default();
            let table = LongTable::survey(&source, "w", &options, 100.0, &mut |_| {});
            let table = table.unwrap().unwrap();
            assert_eq!(table.damage.unwrap().place, what);
            assert!((17_000..18_000).contains(&table.rows), "{}", table.rows);
        }
        // no table of sensors, and a short one
        let source = Source::Bytes(b"LASI_x,LASI_y,LASI_z\n1,2,3\n");
        let options = ReadOptions::default();
        let none = LongTable::survey(&source, "w", &options, 0.0, &mut |_| {});
        assert!(none.unwrap().is_none());
        let source = Source::Bytes(good.as_bytes());
        let none = LongTable::survey(&source, "w", &options, 1000.0, &mut |_| {});
        assert!(none.unwrap().is_none());
    }
}
