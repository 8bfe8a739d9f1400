//! `--de-identify`: no name of a person or file in anything that is written or said.

use super::support::{Ran, files, ok, rows, run, tables};
use flate2::read::ZlibDecoder;
use std::fs;
use std::io::Read;
use std::path::Path;
use tempfile::TempDir;

/// Parts of names that must not be found, lower case.
const NAMES: [&str; 4] = ["kowalska", "hjalmar", "przedtem", "secretclinic"];

/// Two visits of a person whose name is in the file, in folders and in file names; a file that
/// cannot be read; and one whose folder alone names the person.
fn archive() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for visit in ["a-Przedtem", "b-Przedtem"] {
        let made = format!(
            "synth --subject Kowalska --pattern uncompensated --strides 3 --trials 2 --standing \
             -o in/SecretClinic/Kowalska/{visit}"
        );
        ok(here, &made);
    }
    ok(
        here,
        "synth --subject H --strides 3 --format csv -o in/SecretClinic/Hjalmar/c-Przedtem",
    );
    let broken = here.join("in/SecretClinic/Kowalska/b-Przedtem/Kowalska-broken.c3d");
    fs::write(broken, b"\x02\x50 cut short").unwrap();
    for (path, _) in files(here) {
        // truths say more than a laboratory has
        if path.to_string_lossy().contains("truth") {
            fs::remove_file(path).unwrap();
        }
    }
    folder
}

/// Everything in `bytes` that can be read: as it is, and what is packed in it.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    let packed = bytes
        .windows(7)
        .enumerate()
        .filter(|(_, w)| *w == b"stream\n");
    for (at, _) in packed {
        let mut inflated = Vec::new();
        let _ = ZlibDecoder::new(&bytes[at + 7..]).read_to_end(&mut inflated);
        text.push_str(&String::from_utf8_lossy(&inflated));
    }
    // UTF-16, as PDF writes titles
    let wide: String = bytes
        .iter()
        .filter(|b| **b != 0)
        .map(|b| char::from(*b))
        .collect();
    (text + &wide).to_lowercase()
}

fn nobody_is_named(what: &str, text: &str) {
    for name in NAMES {
        if let Some(at) = text.find(name) {
            let around: String = text[..at].chars().rev().take(80).collect();
            let around: String = around.chars().rev().collect();
            panic!("{what} names {name}: …{around}{name}");
        }
    }
}

fn nobody_is_named_in(folder: &Path) {
    let all = files(folder);
    assert!(all.len() > 6);
    for (path, bytes) in all {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        nobody_is_named("a file's name", &name.to_lowercase());
        nobody_is_named(&name, &readable(&bytes));
    }
}

fn nobody_is_named_by(ran: &Ran) {
    nobody_is_named(
        "the terminal",
        &format!("{}{}", ran.stdout, ran.stderr).to_lowercase(),
    );
}

#[test]
fn no_output_names_anybody_and_the_key_leads_back() {
    let folder = archive();
    let here = folder.path();
    let ran = run(here, "analyze in --out out --pdf --de-identify key.json");
    assert_eq!(ran.code, 1, "one file cannot be read: {}", ran.stderr);
    nobody_is_named_by(&ran);
    nobody_is_named_in(&here.join("out"));
    let recordings = rows(&here.join("out"), "recordings.csv");
    assert_eq!(recordings.len(), 8);
    let sessions = rows(&here.join("out"), "sessions.csv");
    let of = |subject: &str| {
        sessions
            .iter()
            .filter(|row| row["subject"] == subject)
            .count()
    };
    let twice = sessions
        .iter()
        .find(|row| of(&row["subject"]) == 4)
        .unwrap();
    let subject = twice["subject"].clone();
    let key = fs::read_to_string(here.join("key.json")).unwrap();
    assert!(
        key.contains(&format!("\"{subject}\": \"Kowalska\"")),
        "the key leads back"
    );
    // visits keep their order, so that a change is told in the right direction
    let number = |folder: &str| {
        let line = key
            .lines()
            .find(|line| line.contains(&format!("\"{folder}\":")));
        let number = line.unwrap().split(": ").nth(1).unwrap();
        format!("session-{:0>3}", number.trim_end_matches(','))
    };
    let order = format!("{} → {}", number("a-Przedtem"), number("b-Przedtem"));
    let compared = ok(here, &format!("compare out --subject {subject}"));
    nobody_is_named("compare", &compared.to_lowercase());
    assert!(compared.contains(&order), "{order}: {compared}");

    // again: nothing has changed, and another folder gets the same pseudonyms
    let before = tables(&here.join("out"));
    let again = run(here, "analyze in --out out --json --de-identify key.json");
    nobody_is_named_by(&again);
    assert_eq!(before, tables(&here.join("out")));
    run(
        here,
        "analyze in --out other --no-report --de-identify key.json --jobs 1 --quiet",
    );
    assert_eq!(before, tables(&here.join("other")));

    // names and pseudonyms never share a database
    for (options, part) in [
        ("", "is de-identified"),
        ("--de-identify key-2.json", "another key"),
        ("--de-identify out/key.json", "must not lie in"),
    ] {
        let ran = run(here, &format!("analyze in --out out {options}"));
        assert_eq!(ran.code, 2, "{options}");
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn a_study_with_names_gives_pages_tables_and_figures_without() {
    let folder = archive();
    let here = folder.path();
    run(here, "analyze in --out named --no-report");
    let ran = run(here, "analyze in --out named --de-identify key.json");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("holds the names"), "{}", ran.stderr);
    for command in [
        "report named -o pages --pdf --de-identify key.json",
        "export named -o tables --to json --de-identify key.json",
        "figures named -o figures --to svg --de-identify key.json",
    ] {
        let said = ok(here, command);
        nobody_is_named("the terminal", &said.replace("named", "").to_lowercase());
    }
    for out in ["pages", "figures"] {
        nobody_is_named_in(&here.join(out));
    }
    for (path, bytes) in files(&here.join("tables")) {
        nobody_is_named(&path.display().to_string(), &readable(&bytes));
    }
    run(
        here,
        "analyze in --out apart --no-report --de-identify key.json",
    );
    let apart = rows(&here.join("apart"), "sessions.csv");
    let exported = fs::read_to_string(here.join("tables/sessions.json")).unwrap();
    assert!(
        exported.contains(&format!("\"{}\"", apart[0]["subject"])),
        "one key, one pseudonym"
    );
    assert!(exported.contains(&format!("\"{}\"", apart[0]["session"])));
}
