//! Tests of `report`.

use crate::fake_study::{FakeStudy, HOSTILE, Limb, band, finding, row, study};
use hipdrop::analysis::Status;
use hipdrop::classify::{Label, Probabilities};
use hipdrop::lab::LabFrame;
use hipdrop::metrics::StandingPosture;
use hipdrop::recording::{LengthUnit, Side, Warning};
use hipdrop::report::{Language, Options, write_with_norms};
use hipdrop::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use std::collections::BTreeMap;
use std::path::Path;

/// Pages by their path in the report.
type Pages = BTreeMap<String, String>;

fn read(folder: &Path) -> Pages {
    let mut pages = Pages::new();
    for kind in ["", "recordings", "sessions", "compare"] {
        let folder_of_kind = folder.join(kind);
        if kind == "compare" && !folder_of_kind.exists() {
            continue; // nobody came twice
        }
        for entry in std::fs::read_dir(folder_of_kind).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                pages.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    pages
}

fn report_of(study: &FakeStudy) -> Pages {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("report");
    write_with_norms(study, &out, &Options::default(), &band).unwrap();
    read(&out)
}

fn page<'a>(pages: &'a Pages, start: &str) -> &'a str {
    let found = pages.iter().find(|(name, _)| name.starts_with(start));
    found.unwrap_or_else(|| panic!("no page {start}*")).1
}

/// What a reader sees: tags removed, entities decoded, white space collapsed. Style and script
/// are left out, titles of curves stay.
fn text_of(html: &str) -> String {
    let body = &html[html.find("<body>").unwrap()..html.find("<script>").unwrap()];
    let mut text = String::new();
    let mut in_tag = false;
    for c in body.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                text.push(' ');
            }
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    for (entity, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, plain);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_recording_and_session_has_a_page_and_every_link_leads_to_one() {
    let study = study();
    let pages = report_of(&study);
    let count = |kind: &str| pages.keys().filter(|name| name.starts_with(kind)).count();
    assert_eq!(count("recordings/"), study.recordings.len());
    assert_eq!(count("sessions/"), 5);
    let mut links = 0;
    for (name, html) in &pages {
        let root = if name.contains('/') { "../" } else { "" };
        for href in html.split(" href=\"").skip(1) {
            let href = href.split('"').next().unwrap().replace("&#x2f;", "/");
            if let Some(id) = href.strip_prefix('#') {
                assert!(html.contains(&format!("id=\"{id}\"")), "{href}");
                continue;
            }
            let target = href
                .strip_prefix(root)
                .unwrap_or_else(|| panic!("{name}: {href}"));
            assert!(pages.contains_key(target), "{name} links to {href}");
            links += 1;
        }
    }
    assert!(links > 30, "{links} links");
}

#[test]
fn a_recording_page_shows_the_numbers_of_its_rows() {
    let study = study();
    let pages = report_of(&study);
    let text = text_of(page(&pages, "recordings/ada-before-walk-01"));
    for words in [
        "Right stance: the left side of the pelvis drops and the trunk does not compensate (Trendelenburg pattern).",
        "Which side? The right stance leg: what happens while the right leg carries the body. Left stance: the pelvis does not drop",
        "How much? The pelvis drops 5.2° more than the norm (95 % interval 3.5° to 6.8°). That is moderate.",
        "How sure? Probability 93 %, from 7 strides. 6 of 7 strides show it on their own (95 % interval 49 % to 97 %).",
        "Compensated? No. The trunk leans 0.6° less over the stance leg than the norm (95 % interval −2.3° to 1.0°). That cannot be told from the norm.",
        "What else could it be? Slow walking. Details below.",
        "A gait pattern, not a diagnosis; not clinically validated.",
        "Pelvic drop, uncompensated",
        "Trendelenburg pattern, moderate · probability 93 %",
        "5.2° more than the norm 5.2 SD",
        "95 % interval 3.5° to 6.8°: left side of the pelvis lower than normal in right stance",
        "as measured 8.0°, without the constant tilt of the stride 6.3°, norm 1.1° → 5.2° above",
        "as measured 2.2°, without the constant list of the stride 0.5°, norm 1.1° → 0.6° below",
        "a part of it is taken off too",
        "The norm of the drop is of children, that of the lean is provisional.",
        "0.6° less than the norm",
        "6 of 7 strides show it on their own",
        "Slow walking",
        "Neither drop nor lean",
        "no: markers missing in single support",
        "ada/before/static.c3d",
        "pelvis 0.7° low on the left, trunk 0.4° to the right",
        "RKNE 61 5.9 % 48",
        "A gap of 13 frames could not be filled",
        "Foot contacts: motion of the foot markers. Confidence high in 14, medium in 4 of 18 strides.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "3b5d5c3712ab , 1 changed",
        "signal.cutoff_hz 7.0 6.0",
        "Schwartz 2008, 51 to 82 typically developing children",
        "rotation–obliquity–tilt",
        "In stance within the norm",
        "Norm of pelvic drop, trunk lean, hip adduction, knee valgus: 82 typically developing children; Schwartz 2008, free",
        "do not interpret knee valgus, it is partly flexion read through a turned knee axis",
        "Movement does not measure muscle strength",
    ] {
        assert!(text.contains(words), "“{words}” is not in\n{text}");
    }
    // the gap-free marker is not listed
    assert!(!text.contains("C7 0"), "{text}");

    // means ± SD of the used strides, computed here
    let means = |side: Side| {
        let used: Vec<f64> = study
            .strides
            .iter()
            .filter(|s| s.recording == "ada/before/walk-01.c3d" && s.stride.side == side)
            .filter(|s| s.stride.exclusion.is_none())
            .map(|s| s.metrics.drop_ss_deg.unwrap())
            .collect();
        let n = used.len() as f64;
        let mean = used.iter().sum::<f64>() / n;
        let variance = used.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance.sqrt())
    };
    let (left, right) = (means(Side::Left), means(Side::Right));
    let line = format!(
        "drop_ss_deg {:.1} ± {:.1} {:.1} ± {:.1} {:.1} °",
        left.0,
        left.1,
        right.0,
        right.1,
        right.0 - left.0
    );
    assert!(text.contains(&line), "“{line}” is not in\n{text}");
    // every metric has its line
    for name in hipdrop::metrics::METRIC_NAMES {
        assert!(text.contains(&format!(" {name} ")), "{name}");
    }
    // the ledger has every stride, and each is drawn in all four diagrams
    let html = page(&pages, "recordings/ada-before-walk-01");
    assert_eq!(html.matches("<tr data-key=").count(), 18);
    // the used ones are points of the scatter, too
    for (key, places) in [("0L1", 5), ("0L9", 6), ("0R1", 5), ("0R9", 6)] {
        let key = format!("data-key=\"{key}\"");
        assert_eq!(html.matches(&key).count(), places, "{key}");
    }
}

#[test]
fn the_index_leads_with_sessions_and_lists_what_failed_and_why() {
    let study = study();
    let pages = report_of(&study);
    let html = &pages["index.html"];
    let text = text_of(html);
    let sessions = html.find("id=\"sessions\"").unwrap();
    let recordings = html.find("id=\"recordings\"").unwrap();
    assert!(sessions < recordings);
    for words in [
        "5 sessions 10 recordings 6 analysed 1 standing trial 1 with too little 1 without walking 1 failed",
        "Pelvic drop, uncompensated 1",
        "No drop, trunk not measured 1",
        "eve/one/broken.c3d Failed eve/one/broken.c3d: at byte 512 the parameter section says 40 blocks",
        "eve/one/sit.c3d No walking in it The pelvis never moves faster",
        "fay/one/short.csv Too little to analyse One foot strike",
        "ada/before/static.c3d Standing trial",
        "5.2° more 3.5° to 6.8°",
        "Flags: Antalgic",
        "7 of 9",
    ] {
        assert!(text.contains(words), "“{words}” is not in\n{text}");
    }
    // a line for each limb of each analysed recording, sortable by number
    assert_eq!(html.matches("<tr data-item data-u").count(), 12);
    assert!(html.contains("data-v=\"5.200\"") && html.contains("data-v=\"-0.200\""));
    let failed = text_of(page(&pages, "recordings/eve-one-broken"));
    assert!(
        failed.contains("Failed. eve/one/broken.c3d: at byte 512"),
        "{failed}"
    );
}

#[test]
fn warnings_stand_beside_the_finding_and_those_that_forbid_a_label_before_it() {
    let mut study = study();
    let ben = |r: &&mut RecordingRow| r.recording == "ben/one/walk.c3d";
    let ben = study.recordings.iter_mut().find(ben).unwrap();
    ben.warnings = vec![
        Warning::new("leg-length-estimated", "An estimate."),
        Warning::at("marker-swap", "LHEE", "Two markers change places."),
        Warning::new("sides-swapped", "Left and right look exchanged."),
    ];
    let pages = report_of(&study);
    for start in ["recordings/ben-one-walk", "sessions/ben-one"] {
        let html = page(&pages, start);
        let text = text_of(html);
        let place = |words: &str| {
            let found = text.find(words);
            found.unwrap_or_else(|| panic!("“{words}” is not in {start}\n{text}"))
        };
        let finding = place("Left stance: the trunk lurches left");
        assert!(place("Left and right look exchanged.") < finding, "{start}");
        assert!(place("Sides swapped – no label is given:") < finding);
        assert!(place("LHEE: Two markers change places.") < place("Left stance 7 strides"));
        assert!(place("3 warnings on the data, 1 kind not shown here") < place("Over the stride"));
    }
    // without a forbidding one they stand after the finding and before the cards
    let text = text_of(page(&pages, "recordings/ada-before-walk-01"));
    let mark = text.find("Gaps that could not be filled RKNE is missing in 1 %");
    let mark = mark.unwrap_or_else(|| panic!("{text}"));
    assert!(mark < text.find("Pelvic drop, uncompensated").unwrap());
    assert!(!text_of(page(&pages, "recordings/cleo")).contains("warnings on the data"));
    let index = text_of(&pages["index.html"]);
    assert!(index.contains("3 warnings on the data: Sides swapped, Marker swap"));
    let session = index.find("Left and right look exchanged.");
    assert!(session.unwrap() < index.find("Each recording by itself").unwrap());
}

#[test]
fn an_indeterminate_limb_has_reasons_and_no_probability_of_a_label() {
    let mut study = study();
    let second = |r: &&mut RecordingRow| r.recording == "ada/before/walk-02.c3d";
    let row = study.recordings.iter_mut().find(second).unwrap();
    let limb = &mut row.limbs.as_mut().unwrap().right;
    limb.leading = Some((Label::Uncompensated, Label::None));
    limb.probabilities = Some(Probabilities {
        uncompensated: 1.0,
        ..Probabilities::default()
    });
    let pages = report_of(&study);
    let text = text_of(page(&pages, "recordings/ada-before-walk-02"));
    let card = &text[text.find("Right stance 2 strides used").unwrap()..];
    let card = &card[..card.find("Over the stride").unwrap()];
    for words in [
        "Label withheld because of: few strides.",
        "The movement alone fits best: pelvic drop, uncompensated.",
        "not the probability of a label",
        "drop, uncompensated > 99 %",
    ] {
        assert!(card.contains(words), "“{words}” is not in\n{card}");
    }
    assert!(
        !card.contains("· probability") && !card.contains("next none"),
        "{card}"
    );
    assert!(!card.contains(" 100 %") && !card.contains(" 0 %"), "{card}");
}

#[test]
fn a_session_page_pools_its_recordings() {
    let study = study();
    let pages = report_of(&study);
    let html = page(&pages, "sessions/ada-before");
    let text = text_of(html);
    assert!(
        text.contains("10 strides used") && text.contains("9 strides used"),
        "{text}"
    );
    for name in ["ada/before/walk-01.c3d", "ada/before/walk-02.c3d"] {
        assert!(text.contains(name));
    }
    assert!(text.contains("Trunk lean, absolute in the laboratory: thorax"));
    assert!(text.contains("Standing (ada/before/static.c3d): pelvis 0.7° low on the left"));
    assert_eq!(html.matches("<tr data-key=").count(), 18 + 5);
    // strides of different recordings keep apart
    assert!(html.contains("data-key=\"0L1\"") && html.contains("data-key=\"1L1\""));
    // the pooled means are the session row's own
    let session = study
        .sessions
        .iter()
        .find(|s| s.side == Side::Right)
        .unwrap();
    let index = hipdrop::metrics::METRIC_NAMES
        .iter()
        .position(|name| *name == "drop_ss_deg")
        .unwrap();
    let pooled = session.metrics[index].unwrap();
    assert!(text.contains(&format!("{:.1} ± {:.1}", pooled.mean, pooled.sd.unwrap())));
}

#[test]
fn without_a_trunk_the_page_says_so_and_draws_the_rest() {
    let pages = report_of(&study());
    let html = page(&pages, "recordings/dan-one-walk");
    let text = text_of(html);
    for words in [
        "Pelvic drop, trunk not measured",
        "No drop, trunk not measured",
        "no trunk data: whether a drop is compensated is unknown",
        "No trunk markers: the lean of the trunk was not measured",
    ] {
        assert!(text.contains(words), "“{words}” is not in\n{text}");
    }
    // nothing may be said about a lean that nobody measured
    assert!(!text.contains("Neither drop nor lean"));
    assert_eq!(html.matches("class=\"plot\"").count(), 6);
    let with_trunk = page(&pages, "recordings/ben-one-walk");
    // and the scatter of drop against lean
    assert_eq!(with_trunk.matches("class=\"plot\"").count(), 9);
}

#[test]
fn diagrams_hold_norm_window_strides_means_and_words() {
    let pages = report_of(&study());
    let html = page(&pages, "recordings/ada-before-walk-01");
    let start = html.find("id=\"plot-pelvis_drop-right-t\"").unwrap();
    let plot = &html[start..start + html[start..].find("</svg>").unwrap()];
    for part in [
        "<g class=\"window\">",
        "<g class=\"band two\">",
        "<g class=\"band one\">",
        "single support",
        "foot off",
        "↑ left side low",
        "↓ left side high",
        "% of the stride",
        "<g class=\"right mean\">",
        "<g class=\"left other\">",
        "Pelvic drop, Right stance",
    ] {
        assert!(plot.contains(part), "{part} is not in\n{plot}");
    }
    assert_eq!(plot.matches("<g class=\"right stride\"").count(), 7);
    assert_eq!(plot.matches("<g class=\"left-out\"").count(), 2);
    // shapes carry classes, not colours: the style sheet colours them in light, dark and print
    assert!(
        !plot.contains("fill=") && !plot.contains("stroke="),
        "{plot}"
    );
}

#[test]
fn text_from_files_stays_text() {
    let pages = report_of(&study());
    for (name, html) in &pages {
        let lower = html.to_lowercase();
        assert_eq!(lower.matches("<script").count(), 1, "{name}");
        assert_eq!(lower.matches("<style").count(), 1, "{name}");
        assert_eq!(
            lower.matches("</title>").count(),
            lower.matches("<title").count(),
            "{name}"
        );
        assert!(!lower.contains("<img"), "{name}");
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./".contains(&b)),
            "{name}"
        );
        assert!(!name.contains(".."), "{name}");
        // an attribute that holds a quote would have been cut short there
        for tag in lower.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(
                !tag.contains("onerror=") || !tag.starts_with(char::is_alphabetic),
                "{tag}"
            );
        }
    }
    let text = text_of(page(&pages, "recordings/script-alert"));
    assert!(text.matches(HOSTILE).count() >= 5, "{text}");
    assert!(
        text.contains("</title><img src=x onerror=alert(2)>"),
        "{text}"
    );
    assert!(text.contains("</style><script>alert(3)</script>"), "{text}");
}

#[test]
fn characters_that_steer_are_shown() {
    let mut study = study();
    let name = "ada\u{202e}d3c.\u{1b}[31m\u{2066}.c3d";
    let walk = |r: &&mut RecordingRow| r.recording == "cleo/one/walk.c3d";
    let row = study.recordings.iter_mut().find(walk).unwrap();
    row.reason = name.to_owned();
    row.trunk = name.to_owned();
    row.warnings = vec![Warning::at("truncated", name, name)];
    let pages = report_of(&study);
    for (page, html) in &pages {
        let steer = |c: char| "\u{1b}\u{202e}\u{2066}".contains(c);
        assert!(!html.contains(steer), "{page}");
    }
    let text = text_of(page(&pages, "recordings/cleo"));
    let shown = "ada\\u{202e}d3c.\\u{1b}[31m\\u{2066}.c3d";
    assert!(text.matches(shown).count() >= 4, "{text}");
}

#[test]
fn a_standing_page_shows_the_posture_and_units_as_symbols() {
    let mut study = study();
    let stood = |r: &&mut RecordingRow| r.status == Status::Standing;
    let row = study.recordings.iter_mut().find(stood).unwrap();
    row.standing = Some(StandingPosture {
        pelvis_obliquity_deg: Some(2.3),
        trunk_lean_deg: Some(-0.4),
    });
    row.frame = Some(LabFrame {
        lab_from_file: nalgebra::Matrix3::identity(),
        vertical: "+z".into(),
        unit: LengthUnit::Millimetre,
        unit_guessed: false,
        floor_m: 0.0,
    });
    let pages = report_of(&study);
    let text = text_of(page(&pages, "recordings/ada-before-static"));
    let posture = "Standing: pelvis 2.3° low on the right, trunk 0.4° to the left.";
    let place = text.find(posture).unwrap_or_else(|| panic!("{text}"));
    assert!(place < text.find("Quality of the data").unwrap());
    assert!(text.contains("; unit mm; floor at 0.000 m."), "{text}");
}

#[test]
fn pages_ask_for_nothing_outside() {
    for (name, html) in report_of(&study()) {
        let own = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for outside in ["http:", "https:", "@import", "url(", "fetch(", "eval("] {
            assert!(!own.contains(outside), "{name} has {outside}");
        }
        for tag in own
            .split('<')
            .skip(1)
            .map(|tag| tag.split('>').next().unwrap())
        {
            let loads = tag.contains(" src=") || tag.contains(" srcset=");
            assert!(!loads, "{name}: <{tag}>");
        }
        let policy = own
            .split("Content-Security-Policy\" content=\"")
            .nth(1)
            .unwrap();
        let policy = policy.split('"').next().unwrap();
        assert!(
            policy.starts_with("default-src &#x27;none&#x27;;"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let study = study();
    assert!(report_of(&study) == report_of(&study));
}

#[test]
fn a_long_treadmill_walk_keeps_its_page_small_and_says_what_it_left_out() {
    let mut study = FakeStudy::default();
    let limb = Limb {
        strides: 900,
        drop: 5.0,
        lean: 1.0,
        trunk: true,
    };
    let found = |side| finding(side, Label::Uncompensated, 4.0, Some(0.5));
    study.walk(
        "treadmill.c3d",
        "Both.",
        [limb, limb],
        [found(Side::Left), found(Side::Right)],
    );
    let pages = report_of(&study);
    let html = page(&pages, "recordings/treadmill");
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
    let text = text_of(html);
    assert!(text.contains("One stride in 15 is drawn."), "{text}");
    assert!(
        text.contains("1500 more strides are in strides.csv"),
        "{text}"
    );
}

#[test]
fn an_empty_study_gives_an_index() {
    let pages = report_of(&FakeStudy::default());
    assert_eq!(pages.len(), 1);
    assert!(text_of(&pages["index.html"]).contains("0 recordings"));
}

#[test]
fn unnamed_sessions_and_one_limb_sessions_have_pages() {
    let mut study = study();
    let mut lonely = study.sessions[0].clone();
    lonely.subject = String::new();
    lonely.session = String::new();
    study.sessions = vec![lonely];
    let pages = report_of(&study);
    let session = pages
        .iter()
        .find(|(name, _)| name.starts_with("sessions/"))
        .unwrap();
    assert!(text_of(session.1).contains("Session without a name"));
}

/// A study whose strides cannot be read.
struct Broken(FakeStudy);

impl StudyData for Broken {
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>> {
        self.0.recordings()
    }
    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>> {
        self.0.sessions()
    }
    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        anyhow::bail!("the strides of {recording} are gone")
    }
    fn provenance(&self) -> anyhow::Result<Provenance> {
        self.0.provenance()
    }
}

#[test]
fn a_report_that_cannot_be_finished_leaves_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("report");
    let mut small = FakeStudy::default();
    small
        .recordings
        .push(row("a/b/c.c3d", Status::Failed, "empty file"));
    write_with_norms(&small, &out, &Options::default(), &band).unwrap();
    let before = read(&out);
    let error = write_with_norms(&Broken(small), &out, &Options::default(), &band).unwrap_err();
    assert!(error.to_string().contains("are gone"), "{error}");
    assert!(read(&out) == before);
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn sessions_of_one_subject_are_compared_and_linked() {
    let mut study = study();
    // the same person later, without the drop
    let later = Limb {
        strides: 9,
        drop: 0.0,
        lean: 0.0,
        trunk: true,
    };
    let none = |side| finding(side, Label::None, 0.1, Some(0.2));
    study.walk(
        "ada/later/walk.c3d",
        "",
        [later, later],
        [none(Side::Left), none(Side::Right)],
    );
    study.pool(&["ada/later/walk.c3d"]);
    study
        .sessions
        .sort_by_key(|row| (row.subject.clone(), row.session.clone(), row.side));
    let pages = report_of(&study);
    let text = text_of(page(&pages, "compare/ada-before"));
    for words in [
        "Subject ada",
        "Right stance: improved beyond measurement error.",
        "nearer to the norm",
        "The curves differ: lower afterwards at",
    ] {
        assert!(text.contains(words), "“{words}” is not in\n{text}");
    }
    assert!(!text.contains("Left stance: improved"), "{text}");
    assert!(pages["index.html"].contains("compare with before"));
    let compared = hipdrop::report::compare(&study, "ada", &[], &Language::default()).unwrap();
    let said = compared.text;
    assert!(said.contains("improved beyond measurement error"), "{said}");
    let error = hipdrop::report::compare(&study, "ben", &[], &Language::default()).unwrap_err();
    assert!(error.to_string().contains("one session only"), "{error}");
}
