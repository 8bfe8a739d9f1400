//! Streams against the analysis of the same data as one recording; faults; memory.

use crate::cli::support;
use crate::common::shared;
use hipdrop::analysis::{Analysis, Options, analyze};
use hipdrop::read::{ReadOptions, from_bytes, write_wide_csv};
use hipdrop::recording::{Recording, Side};
use hipdrop::stream::{Engine, Line};
use hipdrop::strides::Exclusion;
use hipdrop::synth::{Affected, Imu, Pattern, SensorSet, Walker, walk, walk_with_sensors};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Delay that is stated for markers and for sensors on feet or shanks, and what may be added, seconds.
const LOOK_AHEAD_S: [f64; 2] = [0.20, 0.25];
const BESIDE_S: f64 = 0.05;

fn walker(strides: usize) -> Walker {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.magnitude_deg = Some(8.0);
    walker.strides = strides;
    walker.rate_hz = 100.0;
    walker
}

fn csv(recording: &Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_wide_csv(recording, &mut bytes).unwrap();
    bytes
}

/// A short walk on a treadmill, with few markers.
fn treadmill(strides: usize) -> Vec<u8> {
    let mut walker = walker(strides);
    walker.treadmill = true;
    let (mut recording, _) = walk(&walker).unwrap();
    let kept = ["ASI", "PSI", "C7", "HEE", "TOE"];
    recording
        .markers
        .retain(|m| kept.iter().any(|k| m.label.ends_with(k)));
    csv(&recording)
}

/// Lines of a whole stream, in pieces of a length.
fn streamed(bytes: &[u8], piece: usize) -> Vec<Value> {
    let mut engine = Engine::new("walk", Options::default(), ReadOptions::default());
    let mut out = Vec::new();
    for piece in bytes.chunks(piece) {
        engine.push(piece, &mut out).unwrap();
    }
    engine.finish(&mut out).unwrap();
    values(&out)
}

fn values(lines: &[Line]) -> Vec<Value> {
    let parsed = lines.iter().map(|line| {
        let value: Value = serde_json::from_str(&line.json).unwrap();
        assert_eq!(value["type"], line.kind.name());
        value
    });
    parsed.collect()
}

fn of<'a>(lines: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line["type"] == kind)
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or(f64::NAN)
}

/// Number of strides that were compared.
struct Agreement {
    strides: usize,
    drop_max_deg: f64,
    delay_max_s: f64,
}

/// Every stride of walking in the analysis is in the stream, within a frame and half a degree, and was
/// told in time.
fn agree(analysis: &Analysis, lines: &[Value], delay_s: f64) -> Agreement {
    let frame_s = 1.0 / analysis.rate_hz;
    let mut agreement = Agreement {
        strides: 0,
        drop_max_deg: 0.0,
        delay_max_s: 0.0,
    };
    let late = of(lines, "stride").find(|l| number(l, "delay_s") < delay_s + BESIDE_S);
    let from_s = number(late.unwrap(), "start_s");
    for known in analysis
        .strides
        .iter()
        .filter(|s| s.stride.exclusion.is_none())
    {
        let stride = &known.stride;
        let near = |kind| {
            of(lines, kind).find(|l| {
                l["side"] == stride.side.name()
                    && (number(l, "start_s") - stride.start_s).abs() <= frame_s
            })
        };
        let line = near("stride").unwrap_or_else(|| panic!("no {stride:?}"));
        for (name, time) in [
            ("end_s", Some(stride.end_s)),
            ("off_s", stride.off_s),
            ("opposite_off_s", stride.opposite_off_s),
            ("opposite_strike_s", stride.opposite_strike_s),
        ] {
            let apart = number(line, name) - time.unwrap();
            assert!(apart.abs() <= frame_s, "{name}: {apart}: {line}");
        }
        if line["used"] == false {
            // only what is near a turn
            assert_eq!(line["excluded_because"], "turn", "{line}");
            continue;
        }
        let drop = number(line, "drop_ss_deg") - known.metrics.drop_ss_deg.unwrap();
        agreement.drop_max_deg = agreement.drop_max_deg.max(drop.abs());
        agreement.strides += 1;
        if stride.start_s > from_s + 1.0 && stride.end_s < lines_end_s(lines) - 1.0 {
            let stance = near("stance").unwrap_or_else(|| panic!("no stance of {stride:?}"));
            let later = number(line, "delay_s").max(number(stance, "delay_s"));
            agreement.delay_max_s = agreement.delay_max_s.max(later);
            assert_eq!(
                stance["drop_peak_deg"].is_null(),
                line["drop_peak_deg"].is_null()
            );
        }
    }
    assert!(agreement.drop_max_deg <= 0.5, "{}", agreement.drop_max_deg);
    assert!(
        agreement.delay_max_s <= delay_s + BESIDE_S,
        "{}",
        agreement.delay_max_s
    );
    println!(
        "{} strides, drop within {:.2} deg, told within {:.3} s",
        agreement.strides, agreement.drop_max_deg, agreement.delay_max_s
    );
    agreement
}

fn lines_end_s(lines: &[Value]) -> f64 {
    of(lines, "stride")
        .map(|l| number(l, "end_s"))
        .fold(0.0, f64::max)
}

/// The recording as batch and as stream.
fn both(bytes: &[u8]) -> (Analysis, Vec<Value>) {
    let recording = from_bytes(bytes, "walk", &ReadOptions::default()).unwrap();
    let analysis = analyze(&recording, &Options::default()).unwrap();
    (analysis, streamed(bytes, 4096))
}

#[test]
fn markers_give_the_strides_of_the_analysis() {
    let mut overground = walker(14);
    overground.passes = 2;
    let (recording, _) = walk(&overground).unwrap();
    let (analysis, lines) = both(&csv(&recording));
    let agreement = agree(&analysis, &lines, LOOK_AHEAD_S[0]);
    assert!(agreement.strides >= 20, "{}", agreement.strides);
    let (analysis, lines) = both(&treadmill(16));
    let agreement = agree(&analysis, &lines, LOOK_AHEAD_S[0]);
    assert!(agreement.strides >= 28, "{}", agreement.strides);
    let summary = lines.last().unwrap();
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["label_right"], analysis.limbs.right.label.name());
    assert_eq!(summary["label_left"], analysis.limbs.left.label.name());
}

#[test]
fn sensors_give_the_strides_of_the_analysis() {
    let imu = Imu {
        sensors: SensorSet::Trunk,
        ..Imu::default()
    };
    let (recording, _) = walk_with_sensors(&walker(18), &imu).unwrap();
    let (analysis, lines) = both(&csv(&recording));
    let agreement = agree(&analysis, &lines, LOOK_AHEAD_S[1]);
    assert!(agreement.strides >= 28, "{}", agreement.strides);
    assert_eq!(lines.last().unwrap()["label_right"], "uncompensated");
}

#[test]
fn a_real_walk_with_nine_sensors_gives_the_strides_of_the_analysis() {
    let Some(shared) = shared("stream") else {
        return;
    };
    let bytes = std::fs::read(shared.join("recordings/imu/qmt-walk.csv")).unwrap();
    // 25 s of standing and 30 s of walking with a turn
    let text = String::from_utf8(bytes).unwrap();
    let mut rows = text.lines();
    let header = rows.next().unwrap();
    let part: Vec<&str> = rows.skip(3000).take(5500).collect();
    let (analysis, lines) = both(format!("{header}\n{}\n", part.join("\n")).as_bytes());
    let agreement = agree(&analysis, &lines, LOOK_AHEAD_S[1]);
    assert!(agreement.strides >= 40, "{}", agreement.strides);
}

#[test]
fn pieces_of_any_length_give_the_same_lines() {
    let bytes = treadmill(6);
    assert_eq!(streamed(&bytes, 7), streamed(&bytes, 1 << 20));
}

#[test]
fn a_stride_line_has_the_columns_of_the_table() {
    let lines = streamed(&treadmill(8), 4096);
    let stride = of(&lines, "stride").last().unwrap().as_object().unwrap();
    let columns = hipdrop::study::tables::strides::columns();
    for column in columns {
        assert!(stride.contains_key(column), "{column}");
    }
    for more in [
        "label",
        "p_none",
        "p_uncompensated",
        "p_compensated",
        "p_mixed",
        "delay_s",
    ] {
        assert!(stride.contains_key(more), "{more}");
    }
    let stance = of(&lines, "stance").last().unwrap();
    assert!(stance["end_s"].is_null() && stance["used"].is_null());
    assert!(stance["drop_ss_deg"].is_number() && stance["cadence_steps_min"].is_null());
}

/// Garbage, late, missing and repeated rows, and rows cut in two, between whole ones.
#[test]
fn faulty_rows_are_counted_and_cost_no_stride() {
    let text = String::from_utf8(treadmill(14)).unwrap();
    let clean = streamed(text.as_bytes(), 4096);
    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
    rows.swap(700, 701);
    rows.remove(900);
    rows.insert(600, rows[600].clone());
    rows.insert(500, "\u{0}\u{1}garbage, \u{7}\u{fffd}".into());
    rows.insert(450, rows[450].chars().take(40).collect());
    rows.insert(400, format!("{}{}", rows[400], rows[401]));
    rows.insert(350, "x".repeat(2 << 20));
    rows.insert(300, rows[0].clone());
    let lines = streamed(rows.join("\n").as_bytes(), 4096);
    let summary = lines.last().unwrap();
    for (name, count) in [
        ("late", 1),
        ("missing", 1),
        ("duplicate", 1),
        ("malformed", 3),
        ("too_long", 1),
    ] {
        assert_eq!(summary[name], count, "{name}: {summary}");
    }
    let strides = |lines: &[Value]| -> Vec<(String, f64)> {
        let of = of(lines, "stride");
        of.map(|l| (l["side"].to_string(), number(l, "start_s")))
            .collect()
    };
    let (found, expected) = (strides(&lines), strides(&clean));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.0, expected.0);
        assert!(
            (found.1 - expected.1).abs() <= 0.01,
            "{found:?} {expected:?}"
        );
    }
    let codes: Vec<&str> = of(&lines, "warning")
        .filter_map(|l| l["code"].as_str())
        .collect();
    for code in [
        "late-row",
        "duplicate-row",
        "malformed-row",
        "line-too-long",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

/// The clock jumps in the middle of a walk: what was complete before is told, what follows counts.
#[test]
fn a_clock_that_jumps_loses_no_complete_stride() {
    let text = String::from_utf8(treadmill(16)).unwrap();
    let clean = of(&streamed(text.as_bytes(), 4096), "stride").count();
    let mut rows = text.lines();
    let mut jumped = vec![rows.next().unwrap().to_owned()];
    for (i, row) in rows.enumerate() {
        let mut cells = row.splitn(3, ',');
        let (frame, time) = (cells.next().unwrap(), cells.next().unwrap());
        let mut time: f64 = time.parse().unwrap();
        if i >= 800 {
            time += 7200.0;
        }
        jumped.push(format!("{frame},{time:.2},{}", cells.next().unwrap()));
    }
    let lines = streamed(jumped.join("\n").as_bytes(), 4096);
    assert_eq!(lines.last().unwrap()["stretches"], 2);
    // the strides that the jump cuts in two are gone: one of each leg
    assert_eq!(of(&lines, "stride").count(), clean - 2);
    assert!(of(&lines, "stride").any(|l| number(l, "start_s") > 7200.0));
    let excluded = Exclusion::Events.name();
    assert!(of(&lines, "stride").all(|l| l["excluded_because"] != excluded));
}

#[test]
fn what_is_not_understood_is_said() {
    let fails = |text: &str| {
        let mut engine = Engine::new("s", Options::default(), ReadOptions::default());
        let mut out = Vec::new();
        let pushed = engine.push(text.as_bytes(), &mut out);
        pushed
            .and_then(|()| engine.finish(&mut out))
            .unwrap_err()
            .to_string()
    };
    assert!(fails("hello\n").contains("no rows of numbers"));
    let rows = "1,2,3,4\n".repeat(80);
    assert!(
        fails(&rows).contains("no row of column names"),
        "{}",
        fails(&rows)
    );
    let names = "a,b,c,d\n";
    assert!(fails(&format!("{names}{rows}")).contains("no marker"));
    let still =
        "time_s,pelvis_acc_x,pelvis_acc_y,pelvis_acc_z,pelvis_gyr_x,pelvis_gyr_y,pelvis_gyr_z\n";
    let row = |i: usize| format!("{},9.81,0,0,0,0,0\n", 0.01 * i as f64);
    let text: String = std::iter::once(still.to_owned())
        .chain((0..80).map(row))
        .collect();
    assert!(
        fails(&text).contains("pelvis_gyr_x_rad_s"),
        "{}",
        fails(&text)
    );
}

/// The program with a pipe to its input.
fn program(arguments: &[&str]) -> Child {
    let mut all = vec!["stream"];
    all.extend(arguments);
    let command = support::hipdrop(all);
    Command::new(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn resident_kb(child: &Child, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|l| l.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Ten minutes of rows: memory after the first five is that of all.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow() {
    let text = String::from_utf8(treadmill(20)).unwrap();
    let mut rows = text.lines();
    let header = rows.next().unwrap();
    let cells: Vec<&str> = rows.map(|r| r.splitn(3, ',').nth(2).unwrap()).collect();
    let mut child = program(&["--quiet"]);
    let mut out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{header}").unwrap();
    let mut before = 0.0;
    for i in 0..60_000_usize {
        let at = 0.01 * i as f64;
        writeln!(input, "{i},{at:.2},{}", cells[i % cells.len()]).unwrap();
        if i == 30_000 {
            before = resident_kb(&child, "VmRSS");
        }
    }
    let after = resident_kb(&child, "VmRSS");
    drop(input);
    let text = reader.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(text.matches("\"type\":\"stride\"").count() > 500);
    assert!(after < before + 2048.0, "{before} kB, then {after} kB");
}

/// Reads standard error until the address that the program listens on.
fn listening(child: &mut Child) -> String {
    let mut errors = child.stderr.take().unwrap();
    let mut text = String::new();
    let mut byte = [0];
    while !text.contains(';') && errors.read(&mut byte).unwrap() == 1 {
        text.push(char::from(byte[0]));
    }
    std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
    let place = text.split("listening on ").nth(1).unwrap();
    place.split(';').next().unwrap().to_owned()
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let done = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(done.unwrap().success());
}

/// A sender is cut off within a row and comes again; another one disturbs; Ctrl-C prints the summary.
#[cfg(unix)]
#[test]
fn a_cut_connection_loses_no_complete_stride() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw.csv");
    let text = treadmill(14);
    let mut child = program(&[
        "--listen",
        "tcp://127.0.0.1:0",
        "--record",
        raw.to_str().unwrap(),
    ]);
    let place = listening(&mut child);
    let half = text.iter().position(|b| *b == b'\n').unwrap() + text.len() / 2;
    let header_end = text.iter().position(|b| *b == b'\n').unwrap() + 1;
    let row_end = half + text[half..].iter().position(|b| *b == b'\n').unwrap() + 1;
    let mut junk = TcpStream::connect(&place).unwrap();
    junk.write_all(b"GET / HTTP/1.1\r\n\r\n\xff\xfe").unwrap();
    drop(junk);
    std::thread::sleep(Duration::from_millis(200));
    let mut first = TcpStream::connect(&place).unwrap();
    first.write_all(&text[..row_end - 9]).unwrap();
    drop(first);
    std::thread::sleep(Duration::from_millis(200));
    // again with its header, from the next row on: one row is lost
    let mut second = TcpStream::connect(&place).unwrap();
    second.write_all(&text[..header_end]).unwrap();
    second.write_all(&text[row_end..]).unwrap();
    drop(second);
    let patience = Instant::now();
    while std::fs::metadata(&raw).unwrap().len() < text.len() as u64 - 500 {
        assert!(patience.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(100));
        // the recorder writes once a second
        let _ = TcpStream::connect(&place).unwrap().write_all(b"\n");
    }
    interrupt(&child);
    let mut out = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    assert!(child.wait().unwrap().success());
    let lines: Vec<Value> = out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let whole = streamed(&text, 4096);
    let summary = lines.last().unwrap();
    assert_eq!(summary["type"], "summary", "{out}");
    assert_eq!(summary["missing"], 1, "{summary}");
    assert_eq!(of(&lines, "stride").count(), of(&whole, "stride").count());
    let kept = std::fs::read(&raw).unwrap();
    assert!(
        kept.windows(200)
            .any(|w| w == &text[row_end..row_end + 200])
    );
}

#[cfg(unix)]
#[test]
fn datagrams_are_rows() {
    let text = String::from_utf8(treadmill(8)).unwrap();
    let mut child = program(&["--listen", "udp://127.0.0.1:0"]);
    let place = listening(&mut child);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for (i, line) in text.lines().enumerate() {
        socket.send_to(line.as_bytes(), &place).unwrap();
        if i % 40 == 0 {
            // slower than the kernel's buffer fills
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    std::thread::sleep(Duration::from_millis(1500));
    interrupt(&child);
    let mut out = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    let strides = out.matches("\"type\":\"stride\"").count();
    let whole = streamed(text.as_bytes(), 4096);
    assert_eq!(strides, of(&whole, "stride").count(), "{out}");
}

#[test]
fn wrong_usage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        ("stream --listen 127.0.0.1:9000", "tcp://"),
        ("stream --page 0.0.0.0:8700 x.csv", "--page-anywhere"),
        ("stream x.csv", "x.csv"),
        ("stream --speed 0 x.csv", "0.01"),
        ("stream --events detect x.csv", "--events"),
    ] {
        let ran = support::run(folder.path(), arguments);
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{arguments}: {}", ran.stderr);
    }
    std::fs::write(folder.path().join("old.csv"), "kept").unwrap();
    std::fs::write(folder.path().join("walk.csv"), treadmill(4)).unwrap();
    let ran = support::run(folder.path(), "stream walk.csv --record old.csv");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(
        std::fs::read(folder.path().join("old.csv")).unwrap(),
        b"kept"
    );
    let ran = support::run(folder.path(), "stream walk.csv --record new.csv");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let [walk, new] =
        ["walk.csv", "new.csv"].map(|n| std::fs::read(folder.path().join(n)).unwrap());
    assert_eq!(walk, new);
    let sides = Side::BOTH.map(|s| format!("\"label_{}\"", s.name()));
    assert!(
        sides.iter().all(|s| ran.stdout.contains(s)),
        "{}",
        ran.stdout
    );
}
