//! A long stream through the program: how many times as fast as it was walked, and its memory.
//!
//! ```text
//! cargo bench --bench stream -- 24 markers     # 24 hours, nine markers on a treadmill, 100 Hz
//! cargo bench --bench stream -- 1 sensors      # one hour, four sensors
//! ```
//!
//! A synthetic walk is played to `hipdrop stream` again and again, cut where a stride begins, with
//! times that go on; the program is asked for its memory (`/proc`) on the way.

use hipdrop::read::write_wide_csv;
use hipdrop::recording::{EventKind, Recording, Side};
use hipdrop::synth::{Affected, Imu, Pattern, SensorSet, Truth, Walker, walk, walk_with_sensors};
use std::error::Error;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

/// Markers that drop and lean need, with feet.
const MARKERS: [&str; 9] = [
    "LASI", "RASI", "LPSI", "RPSI", "C7", "LHEE", "RHEE", "LTOE", "RTOE",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    let hours: f64 = arguments.next().map_or(Ok(0.5), |h| h.parse())?;
    let sensors = arguments.next().is_some_and(|what| what == "sensors");
    let (recording, truth) = walked(sensors)?;
    let Rows {
        header,
        first,
        again,
    } = rows(&recording, &truth)?;
    let period_s = again.len() as f64 / recording.rate_hz;
    let turns = (hours * 3600.0 / period_s).ceil() as usize;

    let mut child = Command::new(env!("CARGO_BIN_EXE_hipdrop"))
        .args(["stream", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or("no standard output")?;
    let reader = thread::spawn(move || {
        let (mut strides, mut last) = (0_u64, String::new());
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            strides += u64::from(line.starts_with("{\"type\":\"stride\""));
            last = line;
        }
        (strides, last)
    });
    let mut input = BufWriter::with_capacity(1 << 16, child.stdin.take().ok_or("no input")?);
    let begun = Instant::now();
    let mut row = 0_u64;
    let mut push = |input: &mut BufWriter<_>, cells: &str| -> std::io::Result<()> {
        let (seconds, hundredths) = (row / 100, row % 100);
        writeln!(input, "{seconds}.{hundredths:02}{cells}")?;
        row += 1;
        Ok(())
    };
    input.write_all(header.as_bytes())?;
    for cells in &first {
        push(&mut input, cells)?;
    }
    let mut memory = Vec::new();
    for turn in 0..turns {
        for cells in &again {
            push(&mut input, cells)?;
        }
        if turn % (turns / 10).max(1) == 0 {
            memory.push(resident_mb(child.id()));
        }
    }
    let peak = peak_mb(child.id());
    drop(input);
    let (strides, summary) = reader.join().map_err(|_| "the reader failed")?;
    child.wait()?;
    let (seconds, data) = (begun.elapsed().as_secs_f64(), row as f64 / 100.0);
    println!(
        "{:.2} h of data in {seconds:.1} s: {:.0} times real time",
        data / 3600.0,
        data / seconds
    );
    println!("{strides} strides, {row} rows; memory on the way, MB: {memory:.1?}, peak {peak:.1}");
    println!("{summary}");
    Ok(())
}

fn walked(sensors: bool) -> Result<(Recording, Truth), Box<dyn Error>> {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.treadmill = !sensors;
    walker.strides = 60;
    walker.rate_hz = 100.0;
    if sensors {
        let imu = Imu {
            sensors: SensorSet::Trunk,
            ..Imu::default()
        };
        return Ok(walk_with_sensors(&walker, &imu)?);
    }
    let (mut recording, truth) = walk(&walker)?;
    recording
        .markers
        .retain(|m| MARKERS.contains(&m.label.as_str()));
    Ok((recording, truth))
}

/// A walk without its times.
struct Rows {
    header: String,
    /// Rows before the part that is repeated.
    first: Vec<String>,
    /// From a right strike to a later one.
    again: Vec<String>,
}

/// What can be played again and again.
fn rows(recording: &Recording, truth: &Truth) -> Result<Rows, Box<dyn Error>> {
    let mut text = Vec::new();
    write_wide_csv(recording, &mut text)?;
    let text = String::from_utf8(text)?;
    let mut lines = text.lines();
    let header = lines.next().ok_or("no header")?.replacen("frame,", "", 1) + "\n";
    // `frame,time,` goes, the comma before the first number stays
    let cells = |line: &str| line.splitn(3, ',').nth(2).map(|rest| format!(",{rest}"));
    let rows: Vec<String> = lines.filter_map(cells).collect();
    let strikes: Vec<usize> = truth
        .events
        .iter()
        .filter(|e| e.side == Side::Right && e.event == EventKind::FootStrike)
        .map(|e| recording.index_at(e.time_s).round().max(0.0) as usize)
        .collect();
    let from = *strikes.get(8).ok_or("too few strides")?;
    // the stride time is no whole number of rows: of many later strikes the one nearest to a row
    let off = |row: &&usize| (**row - from) % 1000;
    let to = strikes
        .iter()
        .skip(40)
        .take(10)
        .min_by_key(off)
        .ok_or("too few strides")?;
    Ok(Rows {
        header,
        first: rows.get(..from).unwrap_or_default().to_vec(),
        again: rows.get(from..*to).unwrap_or_default().to_vec(),
    })
}

fn status_mb(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.map_or(f64::NAN, |kb| kb / 1024.0)
}

fn resident_mb(process: u32) -> f64 {
    status_mb(process, "VmRSS")
}

fn peak_mb(process: u32) -> f64 {
    status_mb(process, "VmHWM")
}
