//! CPU time of reading one wide CSV into columns of numbers: hipdrop beside general CSV readers.
//!
//! Everything happens on one thread, from memory. The general readers split the cells and parse
//! them; hipdrop also recognises the layout, names, units and time base. Readers take turns, so
//! that whatever else the machine does falls on all of them; the fastest turn counts, the median
//! stands beside it. The general readers must find the same bits.
//!
//! With the path of a Python that has polars and pandas as argument, `general.py` then measures
//! these on the same text in the same way, as a file in the page cache.

#[allow(dead_code)] // the stages are not needed here
#[path = "../../support/mod.rs"]
mod support;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_schema::{DataType, Field, Schema};
use hipdrop::read;
use hipdrop::recording::Recording;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::sync::Arc;

/// Turns of every reader.
const TURNS: usize = 21;

/// 60 s at 200 Hz.
const FRAMES: usize = 12_000;

type Columns = Vec<Vec<f64>>;
type Parse = fn(&[u8]) -> Columns;

fn main() {
    let walk = support::walk_of_10_s();
    let rounded = support::as_csv(&support::repeated(&walk, FRAMES));
    let full = support::as_csv(&cycled(&walk, FRAMES));
    compare("coordinates to the micrometre, as exports round", &rounded);
    compare("coordinates with all their digits", &full);
}

/// The recording repeated until it has `frames` frames, with all digits of its coordinates.
fn cycled(recording: &Recording, frames: usize) -> Recording {
    let mut long = recording.clone();
    long.frames = frames;
    for marker in &mut long.markers {
        for column in marker.position.columns_mut() {
            let once = std::mem::take(column);
            *column = once.iter().copied().cycle().take(frames).collect();
        }
    }
    long
}

fn compare(what: &str, text: &[u8]) {
    let general: [(&str, Parse); 5] = [
        ("csv + std", csv_std),
        ("csv + fast-float2", csv_fast_float),
        ("simd-csv + std", simd_csv_std),
        ("simd-csv + fast-float2", simd_csv_fast_float),
        ("arrow-csv", arrow),
    ];
    let expected = csv_std(text);
    let mut turns = vec![Vec::new(); general.len() + 1];
    for _ in 0..TURNS {
        turns[0].push(cpu_of(|| read_hipdrop(text)).0);
        for (index, (name, parse)) in general.iter().enumerate() {
            let (spent, columns) = cpu_of(|| parse(text));
            assert!(same_bits(&columns, &expected), "{name} reads other numbers");
            turns[index + 1].push(spent);
        }
    }
    let recording = read_hipdrop(text);
    assert_eq!(recording.frames, FRAMES);
    assert_eq!(3 * recording.markers.len() + 2, expected.len());

    let bytes = text.len() as f64;
    let names = std::iter::once("hipdrop").chain(general.iter().map(|g| g.0));
    let rates: Vec<(&str, f64, f64)> = names
        .zip(&mut turns)
        .map(|(name, spent)| {
            spent.sort_by(f64::total_cmp);
            (name, bytes / spent[0] / 1e6, bytes / spent[TURNS / 2] / 1e6)
        })
        .collect();
    let columns = expected.len();
    println!(
        "{what}: {FRAMES} rows, {columns} columns, {:.1} MB",
        bytes / 1e6
    );
    println!(
        "{:<24} {:>12} {:>12}  hipdrop is",
        "reader", "fastest MB/s", "median MB/s"
    );
    for (name, fastest, median) in &rates {
        println!(
            "{name:<24} {fastest:>12.0} {median:>12.0}  {:.2} times as fast",
            rates[0].1 / fastest
        );
    }
    if let Some(python) = std::env::args().nth(1) {
        general_python(&python, text);
    }
    println!();
}

/// The general readers of Python on the same text.
fn general_python(python: &str, text: &[u8]) {
    let path = std::env::temp_dir().join(format!("hipdrop-readers-{}.csv", std::process::id()));
    std::fs::write(&path, text).expect("room for a file");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/general.py");
    let done = std::process::Command::new(python).arg(script).arg(&path).status();
    std::fs::remove_file(&path).expect("it was written here");
    assert!(done.is_ok_and(|status| status.success()), "{python} {script} failed");
}

fn read_hipdrop(text: &[u8]) -> Recording {
    read::from_bytes(black_box(text), "walk.csv", &Default::default()).expect("it was written so")
}

fn csv_std(text: &[u8]) -> Columns {
    let mut reader = csv::Reader::from_reader(black_box(text));
    let mut columns = vec![Vec::new(); reader.headers().expect("a header").len()];
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).expect("even rows") {
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell.parse().expect("a number"));
        }
    }
    columns
}

fn csv_fast_float(text: &[u8]) -> Columns {
    let mut reader = csv::Reader::from_reader(black_box(text));
    let mut columns = vec![Vec::new(); reader.byte_headers().expect("a header").len()];
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).expect("even rows") {
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(fast_float2::parse(cell).expect("a number"));
        }
    }
    columns
}

fn simd_csv_std(text: &[u8]) -> Columns {
    simd_csv(text, |cell| {
        let cell = std::str::from_utf8(cell).expect("ASCII");
        cell.parse().expect("a number")
    })
}

fn simd_csv_fast_float(text: &[u8]) -> Columns {
    simd_csv(text, |cell| fast_float2::parse(cell).expect("a number"))
}

fn simd_csv(text: &[u8], parse: impl Fn(&[u8]) -> f64) -> Columns {
    let mut reader = simd_csv::ZeroCopyReader::from_reader(black_box(text));
    let mut columns = vec![Vec::new(); reader.byte_headers().expect("a header").len()];
    while let Some(record) = reader.read_byte_record().expect("even rows") {
        for (column, cell) in columns.iter_mut().zip(record.iter()) {
            column.push(parse(cell));
        }
    }
    columns
}

fn arrow(text: &[u8]) -> Columns {
    let first_line = text.split(|byte| *byte == b'\n').next().expect("a header");
    let names = std::str::from_utf8(first_line).expect("ASCII").split(',');
    let fields: Vec<Field> = names
        .map(|name| Field::new(name, DataType::Float64, true))
        .collect();
    let mut columns = vec![Vec::new(); fields.len()];
    let batches = arrow_csv::ReaderBuilder::new(Arc::new(Schema::new(fields)))
        .with_header(true)
        .build(black_box(text))
        .expect("a schema");
    for batch in batches {
        let batch = batch.expect("even rows of numbers");
        for (column, values) in columns.iter_mut().zip(batch.columns()) {
            column.extend_from_slice(values.as_primitive::<Float64Type>().values());
        }
    }
    columns
}

fn same_bits(one: &Columns, other: &Columns) -> bool {
    let bits = |columns: &Columns| -> Vec<u64> {
        columns
            .iter()
            .flatten()
            .map(|value| value.to_bits())
            .collect()
    };
    bits(one) == bits(other)
}

/// CPU time of this thread in `run`, seconds, and what it gave.
fn cpu_of<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let before = cpu_s();
    let result = black_box(run());
    (cpu_s() - before, result)
}

fn cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
