//! `docs/tables.schema.json`: what the JSON tables are, made from the columns and held against an
//! export.

use super::support::{made, ok, run};
use hipdrop::study::export::columns;
use hipdrop::study::tables::{Kind, kind_of};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// Words that a column is limited to.
fn words(column: &str) -> Option<&'static [&'static str]> {
    Some(match column {
        "side" => &["left", "right"],
        "status" => &[
            "analysed",
            "standing",
            "no-gait",
            "insufficient",
            "bouts",
            "failed",
        ],
        "label" | "label_left" | "label_right" => &[
            "none",
            "uncompensated",
            "compensated",
            "mixed",
            "drop-unspecified",
            "indeterminate",
        ],
        "outcome" => &["held", "failed", "ended-early", "cut-off"],
        "failure" => &["pelvis-dropped", "foot-down"],
        "level" => &["both-legs", "horizontal"],
        "standing_on" => &["both", "left", "right", "unknown"],
        "severity" => &["mild", "moderate", "severe"],
        _ => return None,
    })
}

/// Columns that are there in every row.
const ALWAYS: [&str; 5] = ["recording", "side", "stride", "status", "pct"];

fn column_schema(column: &str) -> Value {
    let kind = match kind_of(column) {
        Kind::Text => "string",
        Kind::Number => "number",
        Kind::Count => "integer",
        Kind::Truth => "boolean",
    };
    let nullable = !ALWAYS.contains(&column);
    let mut schema = Map::new();
    schema.insert(
        "type".into(),
        if nullable {
            json!([kind, "null"])
        } else {
            json!(kind)
        },
    );
    if let Some(words) = words(column) {
        let null = nullable.then_some(Value::Null);
        let words = words.iter().map(|&word| json!(word)).chain(null);
        schema.insert("enum".into(), words.collect());
    }
    if kind == "integer" {
        schema.insert("minimum".into(), json!(0));
    }
    Value::Object(schema)
}

/// The schema of every table, from the columns that the program has.
fn schema() -> Value {
    let mut tables = Map::new();
    for (table, columns) in columns() {
        let properties: Map<String, Value> = columns
            .iter()
            .map(|column| (column.clone(), column_schema(column)))
            .collect();
        tables.insert(
            table.into(),
            json!({
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": properties,
                    "required": columns,
                },
            }),
        );
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tables of hipdrop export --to json; the meaning of the columns is in tables.md",
        "$defs": tables,
    })
}

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tables.schema.json")
}

#[test]
fn the_schema_in_the_documents_is_that_of_the_columns() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("HIPDROP_WRITE_SCHEMA").is_some() {
        fs::write(file(), &text).unwrap();
    }
    let written = fs::read_to_string(file()).unwrap();
    assert!(
        written == text,
        "the columns have changed: run this test with HIPDROP_WRITE_SCHEMA=1 and look at the difference"
    );
}

/// Why a value does not fit the part of JSON Schema that the document uses.
fn misfit(value: &Value, schema: &Value) -> Option<String> {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    if !types.iter().any(|name| is(name.as_str().unwrap())) {
        return Some(format!("{value} is none of {types:?}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Some(format!("{value} is none of {allowed:?}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
        && number < least
    {
        return Some(format!("{number} < {least}"));
    }
    if let Some(rows) = value.as_array() {
        return rows.iter().find_map(|row| misfit(row, &schema["items"]));
    }
    let fields = value.as_object()?;
    let required = schema["required"].as_array().unwrap();
    let missing = required
        .iter()
        .find(|name| !fields.contains_key(name.as_str().unwrap()));
    if let Some(missing) = missing {
        return Some(format!("{missing} is missing"));
    }
    fields
        .iter()
        .find_map(|(name, value)| match &schema["properties"][name] {
            Value::Null => Some(format!("{name} is not in the schema")),
            property => misfit(value, property).map(|why| format!("{name}: {why}")),
        })
}

#[test]
fn exported_json_fits_the_schema() {
    let folder = made();
    let path = folder.path();
    fs::write(path.join("in/broken.c3d"), "no recording").unwrap();
    let one_leg = "synth --task one-leg --hold 4 --rate 50 --trials 2 -o in/one-leg";
    ok(path, one_leg);
    assert_eq!(run(path, "analyze in --no-report").code, 1);
    ok(path, "export hipdrop-out --to json -o json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(file()).unwrap()).unwrap();
    for (table, _) in columns() {
        let text = fs::read_to_string(path.join(format!("json/{table}.json"))).unwrap();
        let rows: Value = serde_json::from_str(&text).unwrap();
        assert!(rows.as_array().unwrap().len() >= 4, "{table}");
        let schema = &schema["$defs"][table];
        assert_eq!(misfit(&rows, schema), None, "{table}");
        // and a wrong row is seen
        let mut wrong = rows.clone();
        wrong[0]["side"] = json!("both");
        wrong[0]["status"] = json!(7);
        assert!(misfit(&wrong, schema).is_some(), "{table}");
    }
}
