//! `hipdrop figures` and `--pdf` from outside.

use super::support::{files, made, names, ok, run};
use std::fs;

#[test]
fn figures_and_pdfs_of_a_study_are_the_same_every_time() {
    let folder = made();
    let here = folder.path();
    ok(here, "analyze in --no-report");
    for to in ["svg", "png", "pdf"] {
        let said = ok(
            here,
            &format!("figures hipdrop-out --to {to} --subject B --dpi 50 -o a"),
        );
        assert!(said.contains("figures)"), "{said}");
        ok(
            here,
            &format!("figures hipdrop-out --to {to} --subject B --dpi 50 -o b"),
        );
    }
    let bytes = |name: &str| files(&here.join(name)).into_values().collect::<Vec<_>>();
    assert_eq!(names(&here.join("a")), names(&here.join("b")));
    assert_eq!(bytes("a"), bytes("b"));
    for jobs in ["one", "two"] {
        ok(here, &format!("report hipdrop-out --pdf -o {jobs}"));
    }
    assert_eq!(bytes("one"), bytes("two"));
    let pages = names(&here.join("one/recordings"));
    let link = fs::read_to_string(here.join("one/recordings").join(&pages[0])).unwrap();
    let pdf = names(&here.join("one/pdf"))[0].clone();
    assert!(
        link.contains(&format!("pdf&#x2f;{pdf}")),
        "the page links its PDF"
    );
}

#[test]
fn wrong_looks_are_refused_before_anything_is_written() {
    let folder = made();
    let here = folder.path();
    ok(here, "analyze in/A --no-report");
    for (options, part) in [
        ("--left red", "#rrggbb"),
        ("--width 5", "millimetres"),
        ("--font-size 0", "points"),
        ("--font a;b", "font family"),
        ("--font Helvetica --to pdf", "--font-file"),
        ("--font-file in/A/pre/A.csv --to png", "typeface"),
        ("--figure sketch", "possible values"),
        ("--recording x --subject A", "cannot be used"),
    ] {
        let ran = run(here, &format!("figures hipdrop-out -o out {options}"));
        assert_eq!(ran.code, 2, "{options}: {}", ran.stderr);
        assert!(ran.stderr.contains(part), "{options}: {}", ran.stderr);
        assert!(!here.join("out").exists());
    }
}
