//! Tests of the report on paper: figures and PDFs.

use crate::fake_study::{HOSTILE, study};
use hipdrop::report::Language;
use hipdrop::report::paper::figures::{Drawing, Drawn, Kind, Selection, draw};
use hipdrop::report::paper::{Fonts, Look};

fn drawn(kinds: &[Kind], selection: &Selection, look: &Look) -> Vec<Drawn> {
    let mut all = Vec::new();
    let language = Language::default();
    let drawing = Drawing {
        kinds,
        selection,
        look,
        language: &language,
    };
    let made = draw(&study(), &drawing, &mut |figure| {
        all.push(figure);
        Ok(())
    })
    .unwrap();
    assert_eq!(made, all.len());
    all
}

fn usual() -> Vec<Drawn> {
    drawn(&Kind::USUAL, &Selection::default(), &Look::default())
}

fn fonts() -> Fonts {
    Fonts::new(&[] as &[&str]).unwrap()
}

#[test]
fn every_session_gets_its_figures_and_no_text_of_a_file_becomes_markup() {
    let figures = usual();
    let count = |ending: &str| figures.iter().filter(|f| f.name.ends_with(ending)).count();
    assert_eq!(count("-curves"), 5);
    assert_eq!(count("-scatter"), 4, "one session has no trunk");
    assert_eq!(count("-posture"), 5);
    assert_eq!(count("multiples"), 1);
    for Drawn { name, svg, .. } in &figures {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(plain), "{name}");
        assert!(!svg.contains("<script") && !svg.contains("<img"), "{name}");
        let addresses = svg.matches("http").count();
        let own = svg.matches("xmlns=\"http://www.w3.org/2000/svg\"").count();
        assert_eq!(addresses, own, "{name} names an address");
        assert!(!svg.contains("url(") && !svg.contains("href"), "{name}");
        assert!(!svg.contains("var("), "{name} needs the style of a page");
        fonts().png(svg, 40.0).unwrap(); // it is well-formed
    }
    let hostile = figures.iter().find(|f| f.svg.contains("&lt;script&gt;"));
    assert!(hostile.is_some(), "the name itself is shown");
}

#[test]
fn size_type_and_colours_are_those_asked_for() {
    let look = Look {
        width_mm: 85.0,
        height_mm: Some(120.0),
        font: "Arial".into(),
        font_pt: 9.0,
        left: "#010203".parse().unwrap(),
        right: "#0a0b0c".parse().unwrap(),
    };
    let selection = Selection {
        recordings: vec!["ada/before/walk-01.c3d".into()],
        ..Selection::default()
    };
    let drop = Kind::all()
        .find(|kind| kind.name() == "pelvis_drop")
        .unwrap();
    let [figure] = &drawn(&[drop], &selection, &look)[..] else {
        panic!("one curve of one recording");
    };
    for part in [
        "width=\"85.00mm\" height=\"120.00mm\"",
        "font-family:'Arial'",
        "font-size=\"9.00\"",
        ".plot .left path{stroke:#010203}",
        ".plot .right path{stroke:#0a0b0c}",
        "stroke-dasharray", // the second way to tell right from left
    ] {
        assert!(figure.svg.contains(part), "{part}");
    }
    let below = figure.svg.matches("<svg x=\"0.00\"").count();
    assert_eq!(below, 2, "one column is too narrow for two plots");
    // both limbs, their strides, mean and spread, norm, single support, foot off
    for (class, least) in [
        ("left mean", 1),
        ("right mean", 1),
        ("left stride", 3),
        ("left spread", 1),
        ("band two", 2),
        ("window", 2),
        ("event", 2),
    ] {
        let found = figure.svg.matches(&format!("class=\"{class}\"")).count();
        assert!(found >= least, "{class}: {found}");
    }
}

#[test]
fn pictures_have_their_size_and_every_byte_comes_again() {
    let figures = drawn(&[Kind::Curves], &Selection::default(), &Look::default());
    let svg = &figures[0].svg;
    let png = fonts().png(svg, 100.0).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert_eq!(width, 709, "180 mm at 100 dots per inch");
    assert_eq!(&png[37..41], b"pHYs");
    assert_eq!(u32::from_be_bytes(png[41..45].try_into().unwrap()), 3937);
    assert_eq!(png, fonts().png(svg, 100.0).unwrap());

    let pages = [svg.clone(), figures[1].svg.clone()];
    let pdf = fonts().pdf(&pages, &Default::default()).unwrap();
    assert!(pdf.starts_with(b"%PDF-1."));
    assert_eq!(pdf, fonts().pdf(&pages, &Default::default()).unwrap());
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("/Count 2") && text.contains("NotoSans"));
    assert!(!text.contains("/Subtype /Image"), "vectors, not pixels");
}

#[test]
fn what_is_not_there_is_said() {
    let language = Language::default();
    let look = Look::default();
    for (selection, part) in [
        (
            Selection {
                recordings: vec!["nobody.c3d".into()],
                ..Selection::default()
            },
            "no recording “nobody.c3d”",
        ),
        (
            Selection {
                recordings: vec!["eve/one/broken.c3d".into()],
                ..Selection::default()
            },
            "no strides to draw (failed",
        ),
        (
            Selection {
                subject: Some("nobody".into()),
                ..Selection::default()
            },
            "--subject",
        ),
    ] {
        let drawing = Drawing {
            kinds: &Kind::USUAL,
            selection: &selection,
            look: &look,
            language: &language,
        };
        let error = draw(&study(), &drawing, &mut |_| Ok(())).unwrap_err();
        assert!(format!("{error:#}").contains(part), "{error:#}");
    }
    assert!(!HOSTILE.is_empty());
}

#[test]
fn every_recording_gets_a_pdf_in_every_language() {
    use hipdrop::report::{Options, write_with_norms};
    for code in ["en", "de", "fr", "es"] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report");
        let options = Options {
            language: Language::named(code).unwrap(),
            pdf: true,
        };
        write_with_norms(&study(), &out, &options, &crate::fake_study::band).unwrap();
        let pages = std::fs::read_dir(out.join("recordings")).unwrap().count();
        let mut pdfs = 0;
        for entry in std::fs::read_dir(out.join("pdf")).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let short = text.contains("/Count 1") || text.contains("/Count 2");
            assert!(short, "{code} {}: more than two pages", path.display());
            assert!(text.contains(&format!("/Lang ({code})")), "{code}");
            pdfs += 1;
        }
        assert_eq!(pdfs, pages);
        // a report with PDFs is replaced by one without
        write_with_norms(
            &study(),
            &out,
            &Options::default(),
            &crate::fake_study::band,
        )
        .unwrap();
        assert!(!out.join("pdf").exists());
    }
}
