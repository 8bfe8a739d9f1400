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
    for limbs in [table, files] {
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
