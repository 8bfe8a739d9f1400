//! Recordings of inertial sensors through the command line.

use super::support::{ok, rows, run};
use std::collections::BTreeMap;
use std::path::Path;

const WALK: &str =
    "synth --pattern uncompensated --magnitude 8 --strides 8 --realistic --sensors full";

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    let cell = row.get(column).unwrap_or_else(|| panic!("no {column}"));
    cell.parse().unwrap_or_else(|_| panic!("{column}: {cell}"))
}

/// The upward direction in the axes of a sensor, by its orientation.
fn up_in_sensor(row: &BTreeMap<String, String>, sensor: &str) -> [f64; 3] {
    let [w, x, y, z] =
        ["qw", "qx", "qy", "qz"].map(|part| number(row, &format!("{sensor}_{part}")));
    let length = w * w + x * x + y * y + z * z;
    assert!((length - 1.0).abs() < 1e-4, "{sensor}: {length}");
    // third row of the rotation matrix: the earth's z axis in the sensor
    [
        2.0 * (x * z - w * y),
        2.0 * (y * z + w * x),
        1.0 - 2.0 * (x * x + y * y),
    ]
}

#[test]
fn angles_end_with_the_orientation_of_every_sensor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, &format!("{WALK} -o in"));
    let walk = "in/uncompensated-right-1.csv";
    let ran = run(path, &format!("angles {walk} -o a.csv"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // what the calibration is and hides is said, with every sensor
    for said in [
        "note: Upright is the quiet standing",
        "cannot be seen",
        "left_shank",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert_eq!(
        run(path, &format!("--quiet angles {walk} -o b.csv")).stderr,
        ""
    );

    let seen: serde_json::Value =
        serde_json::from_str(&ok(path, &format!("inspect {walk} --json"))).unwrap();
    assert!(seen["calibration"].as_array().unwrap().len() > 3, "{seen}");
    let angles = rows(path, "a.csv");
    assert_eq!(angles.len() as u64, seen["frames"].as_u64().unwrap());
    let header = super::support::table(path, "a.csv");
    let header = header.lines().next().unwrap();
    assert!(
        header.contains(",thorax_lean_on_pelvis_deg,pelvis_qw,"),
        "{header}"
    );
    assert_eq!(header.matches("_qw").count(), header.matches("_qz").count());

    // in quiet standing the orientation says where gravity is, as the accelerometer does
    let raw = rows(path, walk);
    for sensor in ["pelvis", "sternum", "left_shank"] {
        let mut measured = [0.0; 3];
        for row in &raw[200..400] {
            for (sum, axis) in measured.iter_mut().zip(["x", "y", "z"]) {
                let acc = row[&format!("{sensor}_acc_{axis}_m_s2")].parse::<f64>();
                *sum += acc.unwrap_or(0.0);
            }
        }
        let length = measured.iter().map(|v| v * v).sum::<f64>().sqrt();
        let up = up_in_sensor(&angles[300], sensor);
        let cosine: f64 = up.iter().zip(measured).map(|(a, b)| a * b / length).sum();
        assert!(cosine > 1f64.to_radians().cos(), "{sensor}: {cosine}");
    }

    // markers have none
    ok(path, "synth --strides 2 -o markers");
    let ran = run(path, "angles markers/healthy-1.c3d");
    assert!(
        !ran.stdout.contains("_qw") && ran.stderr.is_empty(),
        "{}",
        ran.stderr
    );
}

fn analysed(path: &Path, format: &str) -> (Vec<BTreeMap<String, String>>, [f64; 2]) {
    let (input, out) = (format!("in-{format}"), format!("out-{format}"));
    ok(path, &format!("{WALK} --format {format} -o {input}"));
    let said = ok(path, &format!("analyze {input} --out {out}"));
    // what was calibrated and how: in the output, the database and on the page
    for words in ["sensors: upright is quiet standing, ", "left_shank"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let pages = path.join(&out).join("report/recordings");
    let page = std::fs::read_dir(pages).unwrap().next().unwrap().unwrap();
    let page = std::fs::read_to_string(page.path()).unwrap();
    for words in [
        "Upright is the quiet standing from",
        "told by the swing of the leg",
        "Self-check",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let recordings = rows(&path.join(&out), "recordings.csv");
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    let row = &recordings[0];
    assert_eq!((&*row["kind"], &*row["status"]), ("inertial", "analysed"));
    assert!(row["flags"].contains("zero-is-standing"), "{row:?}");
    let strides = rows(&path.join(&out), "strides.csv");
    let drop = |side: &str| {
        let used = strides
            .iter()
            .filter(|s| s["side"] == side && s["used"] == "true");
        let drops: Vec<f64> = used.map(|s| number(s, "drop_ss_deg")).collect();
        assert!(drops.len() >= 5, "{format} {side}: {}", drops.len());
        drops.iter().sum::<f64>() / drops.len() as f64
    };
    let limbs = rows(&path.join(&out), "limbs.csv");
    let drops = [drop("left"), drop("right")];
    (limbs, drops)
}

/// A walk with a drop on the right, as one table and as one file per sensor: both are read back and
/// labelled alike.
#[test]
fn synthetic_sensors_are_read_back_and_analysed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (table, table_drops) = analysed(path, "csv");
    let (files, files_drops) = analysed(path, "folder");
    // the files one by one, from several folders
    let made = path.join("in-folder/uncompensated-right-1");
    std::fs::create_dir(path.join("legs")).unwrap();
    for leg in ["left_shank.csv", "right_shank.csv"] {
        std::fs::copy(made.join(leg), path.join("legs").join(leg)).unwrap();
    }
    let trunk = made.strip_prefix(path).unwrap().display();
    let one = format!(
        "analyze {trunk}/pelvis.csv {trunk}/sternum.csv legs/left_shank.csv legs/right_shank.csv"
    );
    ok(
        path,
        &format!("{one} --as-one walk-1 --out one --no-report"),
    );
    let recordings = rows(&path.join("one"), "recordings.csv");
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    assert_eq!(
        (&*recordings[0]["recording"], &*recordings[0]["status"]),
        ("walk-1", "analysed")
    );
    let ran = run(
        path,
        "analyze in-csv/uncompensated-right-1.csv legs/left_shank.csv --as-one x --out y",
    );
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("is not a table of one inertial sensor"),
        "{}",
        ran.stdout
    );
    let one = rows(&path.join("one"), "limbs.csv");

    for limbs in [table, files, one] {
        for limb in limbs {
            let expected = match &*limb["side"] {
                "right" => "uncompensated",
                _ => "none",
            };
            assert_eq!(limb["label"], expected, "{limb:?}");
        }
    }
    for (a, b) in table_drops.iter().zip(files_drops) {
        assert!((a - b).abs() < 0.3, "{table_drops:?} {files_drops:?}");
    }
    let difference = table_drops[1] - table_drops[0];
    assert!((5.0..12.0).contains(&difference), "{table_drops:?}");
}

/// The standing at the beginning of a walk, cut off and given back with `--static`, calibrates like
/// the whole recording; sensors that were put on otherwise in between are told.
#[test]
fn a_standing_trial_of_its_own_calibrates_the_walk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ok(path, &format!("{WALK} -o in"));
    let text = std::fs::read_to_string(path.join("in/uncompensated-right-1.csv")).unwrap();
    let (header, all) = text.split_once('\n').unwrap();
    let cut = |name: &str, from: usize, to: usize| {
        let rows: Vec<&str> = all.lines().skip(from).take(to - from).collect();
        std::fs::write(path.join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    };
    cut("standing.csv", 0, 700);
    cut("walk.csv", 900, 100_000);
    cut("whole.csv", 0, 100_000);
    let found = |arguments: &str, out: &str| -> (BTreeMap<String, String>, f64) {
        ok(
            path,
            &format!("analyze {arguments} --out {out} --no-report"),
        );
        let mut recordings = rows(&path.join(out), "recordings.csv");
        let limbs = rows(&path.join(out), "limbs.csv");
        let right = limbs.iter().find(|l| l["side"] == "right");
        let drop = right.map_or(f64::NAN, |l| number(l, "drop_ss_deg_mean"));
        (recordings.remove(0), drop)
    };
    let (_, whole) = found("whole.csv", "a");
    let (walk, without) = found("walk.csv", "b");
    assert!(walk["flags"].contains("zero-is-walking"), "{walk:?}");
    let (walk, with) = found("walk.csv --static standing.csv", "b");
    assert!(walk["flags"].contains("zero-is-standing"), "{walk:?}");
    assert!((with - whole).abs() < 0.4, "{with} {whole}");
    // the mean of walking hides a part of the drop
    assert!((without - whole).abs() > 1.0, "{without} {whole}");
    let (standing, _) = found("standing.csv", "c");
    assert_eq!(standing["status"], "standing", "{standing:?}");

    // the pelvis's sensor upside down in the walk
    let turned = std::fs::read_to_string(path.join("walk.csv")).unwrap();
    let turned: Vec<String> = turned
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            for cell in [2, 3, 5, 6] {
                if i > 0 && !cells[cell].is_empty() {
                    let value: f64 = cells[cell].parse().unwrap();
                    cells[cell] = (-value).to_string();
                }
            }
            cells.join(",")
        })
        .collect();
    std::fs::write(path.join("turned.csv"), turned.join("\n")).unwrap();
    let (walk, _) = found("turned.csv --static standing.csv", "d");
    assert!(walk["flags"].contains("static-not-used"), "{walk:?}");
    // a walk is no standing trial
    let ran = run(
        path,
        "analyze walk.csv --static walk.csv --out e --no-report",
    );
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("stands quietly"), "{}", ran.stderr);
}

/// One of the two sample recordings of sensors with something wrong in it.
fn spoilt(change: impl Fn(&str, &mut [f64; 6]), rename: impl Fn(&str) -> String) -> String {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("sample-data/sensors-drop-right/visit-1/walk.csv");
    let text = std::fs::read_to_string(sample).unwrap();
    let header: Vec<String> = text
        .lines()
        .next()
        .unwrap()
        .split(',')
        .map(str::to_owned)
        .collect();
    let mut out: Vec<String> = vec![
        header
            .iter()
            .map(|c| rename(c))
            .collect::<Vec<_>>()
            .join(","),
    ];
    for line in text.lines().skip(1) {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        for first in (2..cells.len()).step_by(6) {
            let sensor = header[first].split("_acc").next().unwrap();
            let values: Vec<f64> = cells[first..first + 6]
                .iter()
                .filter_map(|c| c.parse().ok())
                .collect();
            let Ok(mut values): Result<[f64; 6], _> = values.try_into() else {
                continue; // lost
            };
            change(sensor, &mut values);
            for (cell, value) in cells[first..].iter_mut().zip(values) {
                *cell = value.to_string();
            }
        }
        out.push(cells.join(","));
    }
    out.join("\n")
}

/// Wrong units, signs and axes, and sensors that stand still: nothing gets a label of its own making.
#[test]
fn signals_that_contradict_each_other_are_refused_and_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let same = |name: &str| name.to_owned();
    let pelvis = |f: fn(&mut [f64; 6])| {
        move |sensor: &str, v: &mut [f64; 6]| {
            if sensor == "pelvis" {
                f(v);
            }
        }
    };
    let flipped = spoilt(|_, v| v[3..].iter_mut().for_each(|w| *w = -*w), same);
    let degrees = spoilt(
        |_, v| v[3..].iter_mut().for_each(|w| *w = w.to_degrees()),
        same,
    );
    let radians = spoilt(|_, _| {}, |name| name.replace("rad_s", "deg_s"));
    let in_g = spoilt(|_, v| v[..3].iter_mut().for_each(|a| *a /= 9.80665), same);
    let left_hand = spoilt(
        pelvis(|v| {
            v.swap(0, 1);
            v.swap(3, 4);
        }),
        same,
    );
    let exchanged = spoilt(pelvis(|v| v.swap(0, 1)), same);
    for (name, text, why) in [
        ("flipped", flipped, "wrong sign"),
        ("left-hand", left_hand, "left hand"),
        ("exchanged", exchanged, "axes are exchanged"),
        ("degrees", degrees, "degrees per second"),
        ("radians", radians, "radians per second"),
        ("g", in_g, "a median size of 1.0"),
    ] {
        std::fs::write(path.join(format!("{name}.csv")), text).unwrap();
        let ran = run(
            path,
            &format!("analyze {name}.csv --out {name} --no-report"),
        );
        assert_eq!(ran.code, 1, "{name}: {}", ran.stdout);
        let row = rows(&path.join(name), "recordings.csv").remove(0);
        assert!(row["reason"].contains(why), "{name}: {row:?}");
    }
    // a gyroscope that stands still is left out, and without the pelvis there is no label
    let stuck = spoilt(pelvis(|v| v[3..].fill(0.0)), same);
    std::fs::write(path.join("stuck.csv"), stuck).unwrap();
    ok(path, "analyze stuck.csv --out stuck --no-report");
    let row = rows(&path.join("stuck"), "recordings.csv").remove(0);
    assert!(row["flags"].contains("sensor-dead"), "{row:?}");
    assert_eq!(row["status"], "insufficient", "{row:?}");
    // without units the same data tell them
    let bare = |name: &str| name.replace("_m_s2", "").replace("_rad_s", "");
    let in_g_and_degrees = spoilt(
        |_, v| {
            v[..3].iter_mut().for_each(|a| *a /= 9.80665);
            v[3..].iter_mut().for_each(|w| *w = w.to_degrees());
        },
        bare,
    );
    for (name, text) in [
        ("bare", spoilt(|_, _| {}, bare)),
        ("bare-g", in_g_and_degrees),
    ] {
        std::fs::write(path.join(format!("{name}.csv")), text).unwrap();
        ok(
            path,
            &format!("analyze {name}.csv --out {name} --no-report"),
        );
        let row = rows(&path.join(name), "recordings.csv").remove(0);
        assert_eq!(
            (&*row["label_left"], &*row["label_right"]),
            ("none", "uncompensated"),
            "{row:?}"
        );
    }
}
