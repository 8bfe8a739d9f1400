//! Long recordings of sensors: cut into walking bouts, in bounded memory.

use super::support::{ok, rows, table};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

/// A walk with a drop on the right, eight seconds of standing before it, as `synth` writes it.
struct Walk {
    header: String,
    /// Everything after frame and time.
    rows: Vec<String>,
}

fn walk(sensors: &str) -> Walk {
    let folder = tempfile::tempdir().unwrap();
    let made = "synth --pattern uncompensated --magnitude 8 --strides 12 --realistic --seed 3";
    ok(folder.path(), &format!("{made} --sensors {sensors} -o ."));
    let text = fs::read_to_string(folder.path().join("uncompensated-right-1.csv")).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    let after_time = |row: String| row.splitn(3, ',').nth(2).unwrap_or_default().to_owned();
    Walk {
        header: lines.next().unwrap(),
        rows: lines.map(after_time).collect(),
    }
}

/// Pelvis, sternum and shanks: sure sides.
static TRUNK: LazyLock<Walk> = LazyLock::new(|| walk("trunk"));

/// The walk every `every_s` seconds; in between the sensors lie still on their side.
fn long(walk: &Walk, seconds: usize, every_s: usize) -> String {
    let cells = walk.header.split(',').count() - 2;
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 16) / 655_360.0
    };
    let lying: Vec<String> = (0..3001)
        .map(|_| {
            let cells = (0..cells).map(|c| match c % 6 {
                1 => 9.8 + noise(),
                _ => noise(),
            });
            let row: Vec<String> = cells.map(|v| format!("{v:.4}")).collect();
            row.join(",")
        })
        .collect();
    let mut text = format!("{}\n", walk.header);
    for frame in 0..seconds * 100 {
        let at = frame % (every_s * 100);
        let values = walk.rows.get(at).unwrap_or(&lying[frame % 3001]);
        let time = frame as f64 / 100.0;
        writeln!(text, "{},{time:.2},{values}", frame + 1).unwrap();
    }
    text
}

/// A folder with three walks in three minutes, which the settings make a long recording.
fn three_walks() -> tempfile::TempDir {
    static TEXT: LazyLock<String> = LazyLock::new(|| long(&TRUNK, 180, 60));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/day.csv"), &*TEXT).unwrap();
    let settings = "[inertial]\nbouts_above_s = 60\nbout_margin_s = 12\n";
    fs::write(folder.path().join("long.toml"), settings).unwrap();
    folder
}

const ANALYZE: &str = "analyze in --config long.toml --out out --no-report";

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column}: {}", row[column]))
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Names and statuses of the recordings.
fn statuses(folder: &Path) -> Vec<(String, String)> {
    let found = rows(&folder.join("out"), "recordings.csv");
    found
        .into_iter()
        .map(|r| (r["recording"].clone(), r["status"].clone()))
        .collect()
}

#[test]
fn walking_bouts_become_recordings_and_are_pooled() {
    let folder = three_walks();
    let path = folder.path();
    let said = ok(path, ANALYZE);
    assert!(
        said.contains("1 cut into walking bouts; 3 walking bouts analysed"),
        "{said}"
    );
    let recordings = rows(&path.join("out"), "recordings.csv");
    assert_eq!(recordings.len(), 4);
    let whole = &recordings[0];
    assert_eq!(
        (&*whole["recording"], &*whole["status"]),
        ("day.csv", "bouts")
    );
    assert!(
        (number(whole, "duration_s") - 180.0).abs() < 0.1,
        "{whole:?}"
    );
    for (i, bout) in recordings[1..].iter().enumerate() {
        assert_eq!(bout["recording"], format!("day.csv#bout-00{}", i + 1));
        assert_eq!(
            (&*bout["part_of"], &*bout["status"]),
            ("day.csv", "analysed")
        );
        assert_eq!(bout["content_hash"], whole["content_hash"]);
        // standing for 8 s, walking 1.5 s later
        let begins = number(bout, "start_s") - 60.0 * i as f64;
        assert!((6.0..13.0).contains(&begins), "{begins}");
        for side in ["strides_left", "strides_right"] {
            assert!(number(bout, side) >= 8.0, "{bout:?}");
        }
    }
    // every stride once, at its time in the recording
    let strides = rows(&path.join("out"), "strides.csv");
    for pair in strides.windows(2) {
        let same = |column: &str| pair[0][column] == pair[1][column];
        if same("recording") && same("side") {
            assert!(number(&pair[1], "start_s") > number(&pair[0], "start_s") + 0.5);
        }
    }
    let sessions = rows(&path.join("out"), "sessions.csv");
    let session = |side: &str| sessions.iter().find(|s| s["side"] == side).unwrap();
    assert_eq!(session("right")["label"], "uncompensated");
    assert_eq!(session("left")["label"], "none");
    assert_eq!(session("left")["recordings"], "3");
    let used: f64 = recordings[1..]
        .iter()
        .map(|r| number(r, "strides_right"))
        .sum();
    assert_eq!(number(session("right"), "strides"), used);

    // as the same walk alone
    let alone = long(&TRUNK, 30, 60);
    fs::write(path.join("alone.csv"), alone).unwrap();
    ok(path, "analyze alone.csv --out alone --no-report");
    let drop = |out: &str| {
        let limbs = rows(&path.join(out), "limbs.csv");
        let right = limbs.iter().find(|l| l["side"] == "right").unwrap();
        number(right, "drop_ss_deg_mean")
    };
    assert!(
        (drop("alone") - drop("out")).abs() < 0.3,
        "{} {}",
        drop("alone"),
        drop("out")
    );
}

#[test]
fn a_long_recording_is_resumed_forced_and_changed_as_one() {
    let folder = three_walks();
    let path = folder.path();
    ok(path, ANALYZE);
    let tables = || {
        ["recordings", "limbs", "strides", "sessions", "curves"]
            .map(|name| table(&path.join("out"), &format!("{name}.csv")))
    };
    let before = tables();
    assert!(ok(path, ANALYZE).contains("nothing has changed"), "resumed");
    assert!(!ok(path, &format!("{ANALYZE} --force")).contains("nothing has changed"));
    assert_eq!(tables(), before);
    // shards and merging
    ok(
        path,
        "analyze in --config long.toml --out a --no-report --shard 1/1",
    );
    ok(path, "merge a --out out --no-report");
    assert_eq!(tables(), before);
    let exported = ok(path, "export out --to json -o json");
    assert!(
        exported.is_empty() || exported.contains("json"),
        "{exported}"
    );
    // through a pipe
    let text = fs::read(path.join("in/day.csv")).unwrap();
    let piped = super::support::hipdrop(
        "analyze - --stdin-name day.csv --config long.toml --out out --no-report".split(' '),
    )
    .current_dir(path)
    .write_stdin(packed(&text))
    .output()
    .unwrap();
    assert!(piped.status.success());
    assert_eq!(statuses(path).len(), 4);
    // a shorter one: what is no longer there leaves
    let text = fs::read_to_string(path.join("in/day.csv")).unwrap();
    let lines: Vec<&str> = text.lines().take(11_000).collect();
    fs::write(path.join("in/day.csv"), lines.join("\n")).unwrap();
    ok(path, ANALYZE);
    assert_eq!(statuses(path).len(), 3, "{:?}", statuses(path));
    // not there any more, but another
    fs::remove_file(path.join("in/day.csv")).unwrap();
    fs::write(path.join("in/alone.csv"), long(&TRUNK, 30, 60)).unwrap();
    ok(path, ANALYZE);
    assert_eq!(
        statuses(path),
        [("alone.csv".to_owned(), "analysed".to_owned())]
    );
}

#[test]
fn packed_and_cut_recordings_say_what_is_missing() {
    let folder = three_walks();
    let path = folder.path();
    let text = fs::read(path.join("in/day.csv")).unwrap();
    ok(path, ANALYZE);
    let limbs = table(&path.join("out"), "limbs.csv");

    // packed: the same numbers
    fs::remove_file(path.join("in/day.csv")).unwrap();
    let archive = packed(&text);
    fs::write(path.join("in/day.csv.gz"), &archive).unwrap();
    ok(path, ANALYZE);
    assert_eq!(
        table(&path.join("out"), "limbs.csv").replace("day.csv.gz", "day.csv"),
        limbs
    );

    // an archive cut at 60 %, a row of words in the third minute
    fs::write(
        path.join("in/day.csv.gz"),
        &archive[..archive.len() * 6 / 10],
    )
    .unwrap();
    let mut lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    lines[12_500] = b"12500,124.99,battery low,,,,";
    fs::write(path.join("in/words.csv"), lines.join(&b'\n')).unwrap();
    let said = ok(path, ANALYZE);
    assert!(said.contains("could not be read to its end"), "{said}");
    let found = rows(&path.join("out"), "recordings.csv");
    for (name, why) in [
        ("day.csv.gz", "cannot be read"),
        ("words.csv", "line 12501, column 3"),
    ] {
        let whole = found.iter().find(|r| r["recording"] == name).unwrap();
        assert_eq!(whole["status"], "bouts", "{whole:?}");
        assert!(whole["flags"].contains("cut-off"), "{whole:?}");
        let json: serde_json::Value =
            serde_json::from_str(&ok(path, &format!("{ANALYZE} --json"))).unwrap();
        let rows = json["recordings"].as_array().unwrap();
        let row = rows.iter().find(|r| r["recording"] == name).unwrap();
        let message = row["warnings"][0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
        let bouts = found.iter().filter(|r| r["part_of"] == name).count();
        assert!((1..3).contains(&bouts), "{name}: {bouts}");
    }
}

#[test]
fn pages_of_bouts_have_safe_names_and_lead_to_their_session() {
    let folder = three_walks();
    let path = folder.path();
    ok(path, &ANALYZE.replace(" --no-report", ""));
    let report = path.join("out/report");
    let index = fs::read_to_string(report.join("index.html")).unwrap();
    assert!(
        index.contains("Cut into walking bouts"),
        "the whole stands among the others"
    );
    let pages: Vec<_> = fs::read_dir(report.join("recordings"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(pages.len(), 4);
    for page in pages {
        let name = page.file_name().into_string().unwrap();
        assert!(!name.contains(['#', '/', '?']), "{name}");
        assert!(index.contains(&name), "{name}");
    }
}

/// Peak of the memory of a run, bytes, and what it printed.
#[cfg(target_os = "linux")]
fn peak(folder: &Path, arguments: &str) -> u64 {
    let program = assert_cmd::cargo::cargo_bin("hipdrop");
    let mut child = std::process::Command::new(program)
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|l| l.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        peak = peak.max(1024 * kilobytes.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(child.wait().unwrap().success());
    peak
}

/// Held as a whole, two hours of one sensor took 860 MB.
#[cfg(target_os = "linux")]
#[test]
fn two_hours_take_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = long(&walk("lower-back"), 7200, 600);
    fs::write(path.join("day.csv"), text).unwrap();
    let peak = peak(path, "analyze day.csv --out out --no-report");
    let found = rows(&path.join("out"), "recordings.csv");
    assert_eq!(found.len(), 13, "{found:?}");
    assert!(peak > 5 << 20 && peak < 100 << 20, "{} MB", peak >> 20);
}
