//! The page of the whole study: sessions first, then every recording.
//!
//! In: the rows of the study. Out: [`IndexPage`], the values of `index.html`.

use crate::analysis::Status;
use crate::classify::{Interval, Label, LimbFinding};
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use crate::study::rows::{Provenance, RecordingRow, SessionRow};
use serde::Serialize;

use super::answers::Answers;
use super::caution::{Caution, Walks};
use super::excess::{Whisker, more_or_less, range, whisker};
use super::gait::Spark;
use super::language::Language;
use super::limb::Chip;
use super::links::{Link, recording_href, session_href, session_title};
use super::provenance::ProvenanceView;
use super::words;

/// Values of `index.html`.
#[derive(Debug, Clone, Serialize)]
pub struct IndexPage {
    /// Path from the page to the report's root.
    pub root: &'static str,
    /// Title of the document.
    pub title: String,
    /// Number and what is counted.
    pub counts: Vec<(usize, String)>,
    /// Every label that occurs in a session, with the number of limbs.
    pub tally: Vec<(Chip, usize)>,
    /// One per session.
    pub sessions: Vec<SessionEntry>,
    /// One per recording and limb.
    pub limbs: Vec<RecordingLimb>,
    /// Name and title of every label that occurs.
    pub labels: Vec<(&'static str, String)>,
    /// Machine name and title of every flag that occurs.
    pub flags: Vec<(String, String)>,
    /// Not analysed.
    pub others: Vec<OtherEntry>,
    /// Rows of a list that are shown at first; the script pages through the rest.
    pub page_rows: usize,
    /// The same for sessions.
    pub page_sessions: usize,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

/// A session of the index.
#[derive(Debug, Clone, Serialize)]
pub struct SessionEntry {
    /// Its page.
    pub link: Link,
    /// Comparison with the subject's other sessions.
    pub compare: Option<Link>,
    /// Subject, for filtering.
    pub subject: String,
    /// The finding in words.
    pub finding: String,
    /// Left, then right.
    pub limbs: Vec<LimbEntry>,
    /// Warnings of its recordings.
    pub caution: Caution,
    /// `3 recordings`.
    pub recordings: String,
}

/// A limb of the index.
#[derive(Debug, Clone, Serialize)]
pub struct LimbEntry {
    /// `left` or `right`.
    pub side: &'static str,
    /// `Left stance`.
    pub title: String,
    /// The label.
    pub chip: Chip,
    /// Drop and lean in words, with interval, and as geometry.
    pub excesses: Vec<(String, String, Option<Whisker>)>,
    /// The mean drop over the stride as a small picture.
    pub spark: Option<SparkView>,
    /// Strides used.
    pub used: usize,
    /// The same in words.
    pub strides: String,
    /// Machine names of the flags.
    pub flag_codes: String,
    /// Titles of the flags.
    pub flags: Vec<String>,
}

/// A small multiple: path data in a box of 100 × 40, ±10°.
#[derive(Debug, Clone, Serialize)]
pub struct SparkView {
    /// Norm ± 2 SD; empty without one.
    pub band: String,
    /// Mean of the limb.
    pub mean: String,
}

/// A row of the recordings table.
#[derive(Debug, Clone, Serialize)]
pub struct RecordingLimb {
    /// Its page.
    pub link: Link,
    /// Subject, for filtering.
    pub subject: String,
    /// Session, in words.
    pub session: String,
    /// The limb.
    pub limb: LimbEntry,
    /// Warnings of the recording.
    pub caution: String,
    /// `7 of 9` strides used.
    pub strides: String,
}

/// A recording that was not analysed.
#[derive(Debug, Clone, Serialize)]
pub struct OtherEntry {
    /// Its page.
    pub link: Link,
    /// `failed`, ….
    pub status: &'static str,
    /// In words.
    pub status_title: String,
    /// Why.
    pub reason: String,
}

impl LimbEntry {
    /// The entry of `finding`.
    fn of(
        finding: &LimbFinding,
        spark: Option<&Spark>,
        settings: &Settings,
        lang: &Language,
    ) -> LimbEntry {
        let excess = |title: &str, interval: Option<Interval>, bands| match interval {
            Some(i) => (
                more_or_less(i.mean, lang),
                range(&i, lang),
                Some(whisker(&lang.say(title), &i, bands, lang)),
            ),
            None => ("–".to_owned(), String::new(), None),
        };
        let classify = &settings.classify;
        let codes: Vec<&str> = finding
            .flags
            .iter()
            .map(|flag| flag.code.as_ref())
            .collect();
        LimbEntry {
            side: finding.side.name(),
            title: words::stance(lang, finding.side),
            chip: Chip::of(finding, lang),
            excesses: vec![
                excess(
                    "excess.drop.title",
                    finding.drop_excess_deg,
                    classify.severity_drop_deg,
                ),
                excess(
                    "excess.lean.title",
                    finding.lean_excess_deg,
                    classify.severity_lean_deg,
                ),
            ],
            spark: spark.map(SparkView::of),
            used: finding.strides,
            strides: lang.count(finding.strides, "count.strides"),
            flags: codes
                .iter()
                .map(|code| words::code_title(lang, code))
                .collect(),
            flag_codes: codes.join(" "),
        }
    }
}

impl SparkView {
    fn of(spark: &Spark) -> SparkView {
        // whole units are enough for a picture of this size
        let y = |deg: f64| (20.0 - 2.0 * deg).clamp(0.0, 40.0).round() as i32;
        let point = |i: usize, deg: f64| (i * Spark::STEP, y(deg));
        let path = |points: Vec<(usize, i32)>| {
            let texts = points.iter().map(|(x, y)| format!("{x} {y}"));
            format!("M{}", texts.collect::<Vec<_>>().join("L"))
        };
        let finite = |(i, deg): (usize, &f64)| deg.is_finite().then(|| point(i, *deg));
        let mean = path(spark.mean.iter().enumerate().filter_map(finite).collect());
        let band = match spark.norm.is_empty() {
            true => String::new(),
            false => {
                let norm = || spark.norm.iter().enumerate().step_by(2);
                let low = norm().map(|(i, (low, _))| point(i, *low));
                let high = norm().rev().map(|(i, (_, high))| point(i, *high));
                format!("{}Z", path(low.chain(high).collect()))
            }
        };
        SparkView { band, mean }
    }
}

/// What a recording's or session's page leaves for the index.
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// Strides found.
    pub found: PerSide<usize>,
    /// Mean drop.
    pub spark: PerSide<Option<Spark>>,
}

/// What an [`IndexPage`] is made from.
pub struct IndexInput<'a> {
    /// All recordings.
    pub recordings: &'a [RecordingRow],
    /// What each left.
    pub left: &'a [Left],
    /// All sessions.
    pub sessions: &'a [Vec<&'a SessionRow>],
    /// Mean drop of each.
    pub session_sparks: &'a [PerSide<Option<Spark>>],
    /// Comparison page of each, where there is one.
    pub compare: &'a [Option<Link>],
    /// Recordings by session.
    pub walks: &'a Walks<'a>,
    /// How the results were made.
    pub provenance: &'a Provenance,
    /// Words.
    pub lang: &'a Language,
}

impl IndexPage {
    /// The index of a study.
    pub fn of(input: IndexInput) -> IndexPage {
        let IndexInput {
            recordings,
            sessions,
            provenance,
            lang,
            ..
        } = input;
        let settings = &provenance.settings;
        let mut limbs = Vec::new();
        let mut others = Vec::new();
        for (row, left) in recordings.iter().zip(input.left) {
            let link = Link {
                href: recording_href(&row.recording),
                text: words::clip(&row.recording, 300),
            };
            match (&row.limbs, row.status) {
                (Some(findings), Status::Analysed) => {
                    let caution = in_table(&Caution::of(&[row], lang));
                    limbs.extend(Side::BOTH.iter().map(|&side| {
                        let spark = left.spark[side].as_ref();
                        let limb = LimbEntry::of(&findings[side], spark, settings, lang);
                        let (n, of) = (limb.used.to_string(), left.found[side].to_string());
                        RecordingLimb {
                            link: link.clone(),
                            subject: words::clip(&row.subject, 100),
                            session: session_title(
                                lang,
                                &row.subject,
                                &row.session,
                                &row.condition,
                            ),
                            limb,
                            caution: caution.clone(),
                            strides: lang.fill("count.n-of", &[("n", &n), ("of", &of)]),
                        }
                    }));
                }
                _ => others.push(OtherEntry {
                    link,
                    status: row.status.name(),
                    status_title: words::status(lang, row.status),
                    reason: words::clip(&row.reason, 1000),
                }),
            }
        }
        // failures first: they need somebody
        others.sort_by_key(|other| (other.status == "standing", other.status != "failed"));
        let entries = sessions.iter().enumerate().map(|(i, rows)| {
            let compare = input.compare.get(i).cloned().flatten();
            let sparks = input.session_sparks.get(i);
            session_entry(rows, sparks, compare, &input)
        });
        IndexPage {
            root: "",
            title: lang.say("index.title"),
            counts: counts(recordings, sessions, lang),
            sessions: entries.collect(),
            tally: tally(sessions, lang),
            labels: labels(recordings, sessions, lang),
            flags: flags(recordings, lang),
            limbs,
            others,
            page_rows: 100,
            page_sessions: 30,
            provenance: ProvenanceView::of(provenance, lang),
        }
    }
}

fn counts(
    recordings: &[RecordingRow],
    sessions: &[Vec<&SessionRow>],
    lang: &Language,
) -> Vec<(usize, String)> {
    let of = |status| recordings.iter().filter(|r| r.status == status).count();
    let all = [
        (sessions.len(), "index.count-sessions"),
        (recordings.len(), "index.count-recordings"),
        (of(Status::Analysed), "index.count-analysed"),
        (of(Status::Standing), "index.count-standing"),
        (of(Status::Insufficient), "index.count-insufficient"),
        (of(Status::NoGait), "index.count-no-gait"),
        (of(Status::Bouts), "index.count-bouts"),
        (of(Status::Failed), "index.count-failed"),
    ];
    let wanted = all.into_iter().enumerate();
    wanted
        .filter(|(i, (n, _))| *i < 3 || *n > 0)
        .map(|(_, (n, key))| (n, lang.count(n, key)))
        .collect()
}

/// Every flag that occurs, in alphabetical order of the titles.
fn flags(recordings: &[RecordingRow], lang: &Language) -> Vec<(String, String)> {
    let of_limbs = recordings.iter().filter_map(|row| row.limbs.as_ref());
    let codes: std::collections::BTreeSet<&str> = of_limbs
        .flat_map(|limbs| limbs.left.flags.iter().chain(&limbs.right.flags))
        .map(|flag| flag.code.as_ref())
        .collect();
    let mut flags: Vec<(String, String)> = codes
        .into_iter()
        .map(|code| (code.to_owned(), words::code_title(lang, code)))
        .collect();
    flags.sort_by(|a, b| a.1.cmp(&b.1));
    flags
}

/// Labels in the order of the report: definite patterns first.
const LABELS: [Label; 6] = [
    Label::Uncompensated,
    Label::Compensated,
    Label::Mixed,
    Label::DropUnspecified,
    Label::Indeterminate,
    Label::None,
];

/// Chips by title, with the number of session limbs.
fn tally(sessions: &[Vec<&SessionRow>], lang: &Language) -> Vec<(Chip, usize)> {
    let mut tally: Vec<(Chip, usize)> = Vec::new();
    for label in LABELS {
        let with = sessions
            .iter()
            .flatten()
            .filter(|row| row.finding.label == label);
        for chip in with.map(|row| Chip::of(&row.finding, lang)) {
            match tally
                .iter_mut()
                .find(|(known, _)| known.title == chip.title)
            {
                Some((_, n)) => *n += 1,
                None => tally.push((chip, 1)),
            }
        }
    }
    tally
}

fn labels(
    recordings: &[RecordingRow],
    sessions: &[Vec<&SessionRow>],
    lang: &Language,
) -> Vec<(&'static str, String)> {
    let of_recordings = recordings.iter().filter_map(|row| row.limbs.as_ref());
    let mut occurring: Vec<Label> = of_recordings
        .flat_map(|limbs| [limbs.left.label, limbs.right.label])
        .collect();
    occurring.extend(sessions.iter().flatten().map(|row| row.finding.label));
    LABELS
        .iter()
        .filter(|label| occurring.contains(label))
        .map(|&label| (label.name(), words::label(lang, label, true)))
        .collect()
}

/// `2 warnings: Marker swap, Gaps`.
fn in_table(caution: &Caution) -> String {
    match caution.count.is_empty() {
        true => caution.titles().join(", "),
        false => format!("{}: {}", caution.count, caution.titles().join(", ")),
    }
}

fn session_entry(
    rows: &[&SessionRow],
    sparks: Option<&PerSide<Option<Spark>>>,
    compare: Option<Link>,
    input: &IndexInput,
) -> SessionEntry {
    let (settings, lang) = (&input.provenance.settings, input.lang);
    let limbs: Vec<LimbEntry> = rows
        .iter()
        .map(|row| {
            let spark = sparks.and_then(|sparks| sparks[row.side].as_ref());
            LimbEntry::of(&row.finding, spark, settings, lang)
        })
        .collect();
    let findings: Vec<&LimbFinding> = rows.iter().map(|row| &row.finding).collect();
    let mut entry = SessionEntry {
        link: Link {
            href: String::new(),
            text: String::new(),
        },
        compare,
        subject: String::new(),
        finding: Answers::headline(&findings, lang),
        caution: Caution::default(),
        recordings: String::new(),
        limbs,
    };
    if let Some(row) = rows.first() {
        entry.link.href = session_href(&row.subject, &row.session, &row.condition);
        entry.link.text = session_title(lang, &row.subject, &row.session, &row.condition);
        entry.subject = words::clip(&row.subject, 100);
        entry.recordings = lang.count(row.recordings.len(), "count.recordings");
        entry.caution = Caution::of(&input.walks.of(row), lang);
    }
    entry
}
