//! One study in CSV, JSON, Parquet and SQLite: the same numbers, the exact text.
#![cfg(feature = "parquet")]

use super::support::{hipdrop, made, ok, run};
use hipdrop::study::tables::cell::{push_fixed, push_significant};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const TABLES: [&str; 5] = ["recordings", "limbs", "sessions", "strides", "curves"];

/// A value of any format.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Missing,
    Number(f64),
    Truth(bool),
    Text(String),
}

/// Rows with their values in the order of the columns.
type Rows = Vec<Vec<Value>>;

fn parquet_rows(path: &Path) -> (Vec<String>, Rows) {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema().clone();
    let columns = schema.get_fields().iter().map(|f| f.name().to_owned());
    let value = |field: &Field| match field {
        Field::Null => Value::Missing,
        Field::Double(x) => Value::Number(*x),
        Field::Long(n) => Value::Number(*n as f64),
        Field::Bool(truth) => Value::Truth(*truth),
        Field::Str(text) => Value::Text(text.clone()),
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        row.get_column_iter().map(|(_, f)| value(f)).collect()
    });
    (columns.collect(), rows.collect())
}

fn json_rows(path: &Path, columns: &[String]) -> Rows {
    let json: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let value = |value: &serde_json::Value| match value {
        serde_json::Value::Null => Value::Missing,
        serde_json::Value::Number(x) => Value::Number(x.as_f64().unwrap()),
        serde_json::Value::Bool(truth) => Value::Truth(*truth),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        other => panic!("{other}"),
    };
    let row = |row: &serde_json::Value| {
        let row = row.as_object().unwrap();
        assert!(row.keys().eq(columns), "columns of {}", path.display());
        row.values().map(value).collect()
    };
    json.as_array().unwrap().iter().map(row).collect()
}

/// Rows of a CSV, its text cells read as what `like` has there.
fn csv_rows(path: &Path, columns: &[String], like: &Rows) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert!(reader.headers().unwrap().iter().eq(columns));
    let value = |text: &str, like: &Value| match like {
        _ if text.is_empty() => Value::Missing,
        Value::Number(_) => Value::Number(text.parse().unwrap()),
        Value::Truth(_) => Value::Truth(text.parse().unwrap()),
        _ => {
            // the guard against formulas, and line breaks
            let text = text.strip_prefix('\'').unwrap_or(text);
            Value::Text(text.replace("\\n", "\n"))
        }
    };
    let rows = reader.records().zip(like).map(|(row, like)| {
        let row = row.unwrap();
        row.iter().zip(like).map(|(t, l)| value(t, l)).collect()
    });
    rows.collect()
}

/// A study with a failed recording, a standing trial and names that other formats must guard.
fn study() -> tempfile::TempDir {
    let folder = made();
    let path = folder.path();
    fs::write(path.join("in/broken.c3d"), "no recording").unwrap();
    let walk = path.join("in/A/pre/healthy-1.csv");
    fs::copy(walk, path.join("in/A/pre/=two\nlines.csv")).unwrap();
    assert_eq!(run(path, "analyze in --no-report").code, 1);
    for format in ["csv", "json", "parquet"] {
        ok(
            path,
            &format!("export hipdrop-out --to {format} -o {format}"),
        );
    }
    folder
}

#[test]
fn csv_json_and_parquet_are_equal_to_the_last_bit() {
    let folder = study();
    for name in TABLES {
        let file = |format: &str| folder.path().join(format).join(format!("{name}.{format}"));
        let (columns, parquet) = parquet_rows(&file("parquet"));
        let csv = csv_rows(&file("csv"), &columns, &parquet);
        let json = json_rows(&file("json"), &columns);
        assert!(csv.len() >= 4, "{name}");
        assert_eq!(csv, parquet, "{name}");
        assert_eq!(json, parquet, "{name}");
        // nothing was lost on the way to the comparison
        let text = fs::read_to_string(file("csv")).unwrap();
        let cells = csv::Reader::from_reader(text.as_bytes())
            .into_records()
            .map(|row| row.unwrap().iter().filter(|c| !c.is_empty()).count())
            .sum::<usize>();
        let there = parquet.iter().flatten().filter(|v| **v != Value::Missing);
        assert_eq!(there.count(), cells, "{name}");
    }
}

/// What SQLite has, written as the tables write it.
fn written(value: rusqlite::types::ValueRef<'_>, column: &str) -> Value {
    use rusqlite::types::ValueRef;
    let mut text = String::new();
    match value {
        ValueRef::Null => return Value::Missing,
        ValueRef::Text([]) => return Value::Missing,
        ValueRef::Text(text) => return Value::Text(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Integer(n) if column == "used" => return Value::Truth(n == 1),
        ValueRef::Integer(n) => return Value::Number(n as f64),
        ValueRef::Real(x) if column.ends_with("_s") && !column.ends_with("_m_s") => {
            push_fixed(&mut text, x, 4);
        }
        ValueRef::Real(x) => push_significant(&mut text, x),
        ValueRef::Blob(_) => panic!("{column}"),
    }
    Value::Number(text.parse().unwrap())
}

#[test]
fn the_database_holds_the_same_values() {
    let folder = study();
    let store = rusqlite::Connection::open(folder.path().join("hipdrop-out/study.sqlite")).unwrap();
    let mut compared = BTreeMap::new();
    for (name, order) in [
        ("recordings", "recording"),
        ("limbs", "recording, side"),
        ("sessions", "subject, session, condition, side"),
        ("strides", "recording, side, stride"),
    ] {
        let file = folder.path().join(format!("parquet/{name}.parquet"));
        let (columns, rows) = parquet_rows(&file);
        let mut query = store
            .prepare(&format!("SELECT * FROM {name} ORDER BY {order}"))
            .unwrap();
        let there: Vec<String> = query.column_names().map(str::to_owned).collect();
        // lists of codes and names are JSON in the database
        let shared: Vec<(usize, &String)> = columns
            .iter()
            .enumerate()
            .filter(|(_, c)| {
                there.contains(c) && !["flags", "recordings", "finding"].contains(&c.as_str())
            })
            .collect();
        let mut stored = query.query([]).unwrap();
        for row in &rows {
            let stored = stored.next().unwrap().unwrap();
            for (index, column) in &shared {
                let value = written(stored.get_ref(column.as_str()).unwrap(), column);
                assert_eq!(value, row[*index], "{name}.{column}");
            }
        }
        assert!(stored.next().unwrap().is_none());
        compared.insert(name, shared.len());
    }
    assert!(
        compared["strides"] >= 36 && compared["limbs"] >= 10,
        "{compared:?}"
    );
    // curves: JSON arrays there, rows here
    let (_, rows) = parquet_rows(&folder.path().join("parquet/curves.parquet"));
    let mut query = store
        .prepare(
            "SELECT recording, side, stride, key, value FROM strides, \
             json_each(strides.curves, '$.pelvis_drop_deg') ORDER BY recording, side, stride, key",
        )
        .unwrap();
    let mut stored = query.query([]).unwrap();
    for row in &rows {
        let stored = stored.next().unwrap().unwrap();
        let stored: Vec<Value> = (0..5)
            .map(|i| written(stored.get_ref(i).unwrap(), "pelvis_drop_deg"))
            .collect();
        assert_eq!(stored, row[..5]);
    }
    assert!(stored.next().unwrap().is_none() && rows.len() > 1000);
}

#[test]
fn pyarrow_reads_the_parquet_tables() {
    let python = std::env::var("HIPDROP_PYTHON").unwrap_or_else(|_| "python3".into());
    let has = std::process::Command::new(&python)
        .args(["-c", "import pyarrow.parquet, pyarrow.csv"])
        .output();
    if !has.is_ok_and(|has| has.status.success()) {
        eprintln!("SKIPPED: {python} has no pyarrow (set HIPDROP_PYTHON)");
        return;
    }
    let folder = study();
    let script = "
import pyarrow as pa, pyarrow.csv, pyarrow.parquet
for name in 'recordings limbs sessions strides curves'.split():
    table = pa.parquet.read_table(f'parquet/{name}.parquet')
    options = pa.csv.ConvertOptions(column_types=table.schema, strings_can_be_null=True)
    csv = pa.csv.read_csv(f'csv/{name}.csv', convert_options=options)
    plain = lambda rows: [{k: v.lstrip(\"'\").replace('\\\\n', '\\n') if isinstance(v, str) else v
                           for k, v in row.items()} for row in rows]
    assert table.num_rows == csv.num_rows > 0, name
    assert plain(table.to_pylist()) == plain(csv.to_pylist()), name
    assert 'hipdrop' in pa.parquet.read_metadata(f'parquet/{name}.parquet').created_by
    print(name, table.num_rows, table.schema.types[0])
";
    let ran = std::process::Command::new(&python)
        .args(["-c", script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert_eq!(said.lines().count(), 5, "{said}");
    assert!(said.contains("string"), "{said}");
}

#[test]
fn exported_tables_replace_their_own_kind_only() {
    let folder = study();
    let path = folder.path();
    ok(path, "export hipdrop-out --to parquet -o parquet");
    ok(path, "export hipdrop-out --to parquet");
    assert!(path.join("hipdrop-out/curves.parquet").exists());
    fs::create_dir(path.join("other")).unwrap();
    fs::write(path.join("other/limbs.parquet"), "PAR1 of someone PAR1").unwrap();
    let ran = run(path, "export hipdrop-out --to parquet -o other");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("limbs.parquet"), "{}", ran.stderr);
    let ran = hipdrop(["export", "hipdrop-out", "--to", "xlsx"])
        .current_dir(path)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&ran.stderr).contains("csv, json, parquet"));
}

/// Mean curves for gait viewers: the values are those of the curves, in Plug-in Gait's signs.
#[test]
fn gcd_holds_the_mean_curves() {
    let folder = made();
    let path = folder.path();
    ok(path, "analyze in --out study --no-report --quiet");
    let said = ok(path, "export study --to gcd -o curves");
    assert!(said.starts_with("Curves  "), "{said}");
    let curves = fs::read_to_string(path.join("study/curves.csv")).unwrap();
    let recording = curves.lines().nth(1).unwrap().split(',').next().unwrap();
    let text = fs::read_to_string(path.join("curves").join(format!("{recording}.gcd"))).unwrap();
    assert!(text.starts_with("#!DST-0.GCD"), "{text}");
    let blocks: Vec<&str> = text.split('!').skip(2).collect();
    assert!(blocks.iter().all(|block| block.lines().count() == 52));
    let mean = |block: &str, line: usize| -> f64 {
        let found = blocks
            .iter()
            .find(|b| b.lines().next() == Some(block))
            .unwrap();
        let values = found.lines().nth(line + 1).unwrap();
        values.split(' ').next().unwrap().parse().unwrap()
    };
    // every stride of these walkers is used
    let of_table = |side: &str, pct: &str, column: &str| -> f64 {
        let mut lines = curves.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
        let rows = lines.map(|line| line.split(',').collect::<Vec<_>>());
        let values: Vec<f64> = rows
            .filter(|r| r[0] == recording && r[1] == side && r[at("pct")] == pct)
            .map(|r| r[at(column)].parse().unwrap())
            .collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    for (block, side, column, sign) in [
        ("LeftPelvicObliquity", "left", "pelvis_drop_deg", 1.0),
        ("RightPelvicObliquity", "right", "pelvis_drop_deg", 1.0),
        ("LeftTrunkLateralBend", "left", "trunk_lean_deg", -1.0),
        ("RightHipAbAdduct", "right", "hip_adduction_deg", 1.0),
        ("LeftKneeValgVar", "left", "knee_valgus_deg", -1.0),
        ("RightKneeFlexExt", "right", "knee_flexion_deg", 1.0),
    ] {
        for (line, pct) in [(0, "0"), (15, "30"), (50, "100")] {
            let (found, expected) = (mean(block, line), sign * of_table(side, pct, column));
            assert!(
                (found - expected).abs() < 2e-4,
                "{block} {pct}: {found} {expected}"
            );
        }
    }
}

/// Every frame for OpenSim, read back by the program itself.
#[test]
fn mot_holds_every_frame() {
    let folder = made();
    let path = folder.path();
    let walk = fs::read_dir(path.join("in/A/pre"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.ends_with(".csv"))
        .unwrap();
    ok(path, &format!("export in/A/pre/{walk} --to mot -o motion"));
    let angles = |file: &str| ok(path, &format!("angles {file}"));
    let (ours, again) = (
        angles(&format!("in/A/pre/{walk}")),
        angles(&format!("motion/{walk}.mot")),
    );
    let column = |table: &str, name: &str| -> Vec<f64> {
        let at = table
            .lines()
            .next()
            .unwrap()
            .split(',')
            .position(|h| h == name)
            .unwrap();
        let cells = table
            .lines()
            .skip(1)
            .map(|l| l.split(',').nth(at).unwrap().to_owned());
        cells.map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
    };
    for name in [
        "pelvis_obliquity_deg",
        "thorax_lean_deg",
        "left_hip_adduction_deg",
    ] {
        let (ours, again) = (column(&ours, name), column(&again, name));
        assert_eq!(ours.len(), again.len());
        assert!(
            ours.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-4),
            "{name}"
        );
    }
    let refused = run(path, "export in --to mot");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}
