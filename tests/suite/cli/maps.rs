//! `--landmarks` and `inspect --write-map`: files that do not say what they hold.

use super::support::{made, names, ok, rows, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The walk of subject A as its writer made it: the row of names, the rest.
fn walk(folder: &Path) -> (Vec<String>, String) {
    let of_walk = |name: &String| name.ends_with(".csv") && !name.contains("truth");
    let file = names(&folder.join("in/A/pre")).into_iter().find(of_walk);
    let text = fs::read_to_string(folder.join("in/A/pre").join(file.unwrap())).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let header = header.trim_end().split(',').map(str::to_owned).collect();
    (header, rest.to_owned())
}

/// Landmark → its three columns, counted from 0.
fn markers(header: &[String]) -> BTreeMap<String, usize> {
    let x = |name: &String| name.strip_suffix("_x_mm").map(str::to_owned);
    let columns = header.iter().enumerate();
    columns
        .filter_map(|(index, name)| Some((x(name)?, index)))
        .collect()
}

/// The numbers of every stride; names of recordings differ.
fn strides(folder: &Path, study: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows = rows(&folder.join(study), "strides.csv");
    for row in &mut rows {
        row.retain(|name, _| !matches!(&**name, "recording" | "subject" | "session"));
    }
    rows
}

/// A wide CSV whose columns mean nothing to a stranger fails with the lines of a map; once these are
/// filled in, the analysis is that of the file with plain names.
#[test]
fn the_lines_of_the_error_make_the_file_open() {
    let folder = made();
    let path = folder.path();
    let (header, rest) = walk(path);
    let places = markers(&header);
    let mut odd = header.clone();
    for (number, &x) in places.values().enumerate() {
        for (offset, axis) in ["u", "v", "w"].iter().enumerate() {
            odd[x + offset] = format!("K {number}({axis})");
        }
    }
    fs::create_dir(path.join("odd")).unwrap();
    let text = format!("exported by hand\n\n{}\n{rest}", odd.join(","));
    fs::write(path.join("odd/walk.csv"), text).unwrap();

    let refused = run(path, "inspect odd/walk.csv");
    assert_eq!(refused.code, 1);
    let (error, lines) = refused.stderr.split_once("\n\n").unwrap();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(
        error.contains("line 3") && error.contains("--landmarks map.toml"),
        "{error}"
    );
    let (_, lines) = lines.split_once("\n\n").unwrap();

    let mut map = lines.to_owned();
    for (label, &x) in &places {
        let triple = format!("{label} = [\"{}\", \"{}\", {}]", odd[x], odd[x + 1], x + 3);
        let empty = format!("{label} = [\"\", \"\", \"\"]");
        map = match map.contains(&empty) {
            true => map.replace(&empty, &triple),
            false => map + &triple + "\n",
        };
    }
    fs::write(path.join("map.toml"), map).unwrap();
    let seen = ok(path, "inspect odd/walk.csv --landmarks map.toml --json");
    assert!(seen.contains("\"LASI\": \"LASI\""), "{seen}");

    // a searched folder takes the table too, and the numbers are those of the plain file
    ok(path, "analyze in/A --out plain --no-report");
    ok(
        path,
        "analyze odd --landmarks map.toml --out mapped --no-report",
    );
    let plain = strides(path, "plain");
    assert!(plain.len() >= 3);
    assert_eq!(strides(path, "mapped"), plain);
    assert_eq!(
        rows(&path.join("mapped"), "recordings.csv")[0]["format"],
        "wide-csv"
    );

    // without the map there is nothing to analyse in the folder
    assert_eq!(run(path, "analyze odd --out none --no-report").code, 2);
}

/// `inspect --write-map` writes what was recognised: as it is it changes nothing, and with the labels
/// filled in it makes a file of unknown labels whole.
#[test]
fn a_written_map_is_filled_and_can_be_edited() {
    let folder = made();
    let path = folder.path();
    let (header, rest) = walk(path);
    fs::create_dir(path.join("odd")).unwrap();
    let of_labels = |header: &[String]| format!("{}\n{rest}", header.join(","));
    let odd: Vec<String> = header
        .iter()
        .map(|name| match name.strip_prefix("RASI_") {
            Some(axis) => format!("rear left bumper_{axis}"),
            None => name.clone(),
        })
        .collect();
    fs::write(path.join("odd/walk.csv"), of_labels(&odd)).unwrap();

    ok(path, "inspect odd/walk.csv --write-map map.toml");
    let map = fs::read_to_string(path.join("map.toml")).unwrap();
    assert!(
        map.contains("\nLASI = \"LASI\"\n") && map.contains("\"rear left bumper\""),
        "{map}"
    );
    let without = ok(path, "inspect odd/walk.csv --json");
    let with = ok(path, "inspect odd/walk.csv --json --landmarks map.toml");
    assert_eq!(with, without, "as written the map changes nothing");
    assert_eq!(ok(path, "inspect odd/walk.csv --write-map"), map);

    let again = run(path, "inspect odd/walk.csv --write-map map.toml");
    assert_eq!(again.code, 2, "an edited map is not overwritten");
    let map = map.replace("# RASI = \"\"", "RASI = \"rear left bumper\"");
    fs::write(path.join("map.toml"), map).unwrap();
    ok(path, "analyze in/A --out plain --no-report");
    ok(
        path,
        "analyze odd --landmarks map.toml --out mapped --no-report",
    );
    assert_eq!(strides(path, "mapped"), strides(path, "plain"));
}

/// Rate, unit and axis of a map go before what the file says; a landmark can be taken away.
#[test]
fn a_map_goes_before_the_file() {
    let folder = made();
    let path = folder.path();
    let (header, rest) = walk(path);
    let header = header
        .join(",")
        .replace("_mm", "_m")
        .replace(",time_s", ",other");
    fs::write(path.join("walk.csv"), format!("{header}\n{rest}")).unwrap();
    let map = "rate_hz = 50\nunit = \"mm\"\nup = \"+Z\"\n[labels]\nC7 = \"\"\nT10 = \"C7\"\n";
    fs::write(path.join("map.toml"), map).unwrap();
    let seen = ok(path, "inspect walk.csv --json --landmarks map.toml");
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(seen["rate_hz"], 50.0);
    assert_eq!(seen["units"], "mm");
    assert_eq!(seen["units_guessed"], false);
    assert_eq!(seen["landmarks"]["T10"], "C7");
    assert!(seen["landmarks"].get("C7").is_none());
}

#[test]
fn a_map_that_cannot_be_used_is_wrong_usage() {
    let folder = made();
    let path = folder.path();
    for (map, said) in [
        ("[labels]\nHIPP = \"a\"\n", "'HIPP' is no landmark"),
        ("[lables]\n", "lables"),
        ("rate_hz = -1\n", "rate_hz"),
        ("[columns]\nLASI = [\"a\"]\n", "x, y and z"),
    ] {
        fs::write(path.join("map.toml"), map).unwrap();
        for command in ["inspect in", "analyze in --out out"] {
            let ran = run(path, &format!("{command} --landmarks map.toml"));
            assert_eq!(ran.code, 2, "{map}");
            assert!(
                ran.stderr.contains("map.toml") && ran.stderr.contains(said),
                "{}",
                ran.stderr
            );
        }
    }
    let ran = run(path, "inspect in --landmarks none.toml");
    assert_eq!(ran.code, 2);
    // a column that the file does not have is the recording's failure
    fs::write(path.join("t.csv"), "t,a,b,c\n0,1,2,3\n1,1,2,3\n").unwrap();
    fs::write(
        path.join("map.toml"),
        "columns.LASI = [\"a\", \"b\", \"d\"]\n",
    )
    .unwrap();
    let ran = run(path, "inspect t.csv --landmarks map.toml");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("no column \"d\""), "{}", ran.stderr);
}

/// Every conclusion of `inspect` names the option that says otherwise.
#[test]
fn inspect_says_how_to_read_it_otherwise() {
    let folder = made();
    let path = folder.path();
    let (header, rest) = walk(path);
    let text = format!("{}\n{rest}", header.join(","))
        .replace('.', "DOT")
        .replace(',', ";");
    fs::write(path.join("walk.csv"), text.replace("DOT", ",")).unwrap();
    let json = ok(path, "inspect walk.csv --json");
    let seen: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(seen["layout"]["delimiter"], ";");
    assert_eq!(seen["layout"]["decimal_sign"], ",");
    assert_eq!(seen["layout"]["header_lines"], 1);
    assert!(seen["layout"]["measured_rate_hz"].as_f64().unwrap() > 50.0);
    let guesses = seen["guesses"].as_array().unwrap();
    for about in [
        "format",
        "delimiter",
        "decimal sign",
        "header lines",
        "rate",
        "unit",
        "upward axis",
        "walking along",
        "landmarks",
        "sides",
        "gaps",
        "events",
        "body measures",
    ] {
        let guess = guesses.iter().find(|g| g["about"] == about);
        let guess = guess.unwrap_or_else(|| panic!("nothing about {about}: {guesses:?}"));
        assert!(!guess["found"].as_str().unwrap().is_empty(), "{about}");
        assert!(guess["otherwise"].as_str().unwrap().len() > 5, "{about}");
    }
    let text = ok(path, "inspect walk.csv");
    assert!(
        text.contains("delimiter: ; (from row of names) — delimiter under [table]"),
        "{text}"
    );
}
