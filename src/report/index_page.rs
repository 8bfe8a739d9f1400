//! The page of the whole study: sessions first, then every recording.
//!
//! In: the rows of the study. Out: [`IndexPage`], the values of `index.html`.

use crate::analysis::Status;
use crate::classify::{Interval, Label, LimbFinding};
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use crate::study::rows::{Provenance, RecordingRow, SessionRow};
use serde::Serialize;

use super::caution::{Caution, walks_of};
use super::excess::{Whisker, more_or_less, whisker};
use super::limb::Chip;
use super::links::{Link, recording_href, session_href, session_title};
use super::number::{count, degrees};
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
    pub counts: Vec<(usize, &'static str)>,
    /// Every label that occurs in a session, with the number of limbs.
    pub tally: Vec<(Chip, usize)>,
    /// One per session.
    pub sessions: Vec<SessionEntry>,
    /// One per recording and limb.
    pub limbs: Vec<RecordingLimb>,
    /// Name and title of every label that occurs.
    pub labels: Vec<(&'static str, &'static str)>,
    /// Not analysed.
    pub others: Vec<OtherEntry>,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

/// A session of the index.
#[derive(Debug, Clone, Serialize)]
pub struct SessionEntry {
    /// Its page.
    pub link: Link,
    /// The finding in words.
    pub finding: String,
    /// Left, then right.
    pub limbs: Vec<LimbEntry>,
    /// Warnings of its recordings.
    pub caution: Caution,
    /// `3 recordings`.
    pub recordings: String,
    /// True when a limb has a definite pathological pattern.
    pub positive: bool,
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
    /// Strides used.
    pub used: usize,
    /// The same in words.
    pub strides: String,
    /// Titles of the flags.
    pub flags: Vec<String>,
}

/// A row of the recordings table.
#[derive(Debug, Clone, Serialize)]
pub struct RecordingLimb {
    /// Its page.
    pub link: Link,
    /// Session, in words.
    pub session: String,
    /// The limb.
    pub limb: LimbEntry,
    /// Warnings of the recording.
    pub caution: String,
    /// Strides found, used or not.
    pub found: usize,
}

/// A recording that was not analysed.
#[derive(Debug, Clone, Serialize)]
pub struct OtherEntry {
    /// Its page.
    pub link: Link,
    /// `failed`, ….
    pub status: &'static str,
    /// In words.
    pub status_title: &'static str,
    /// Why.
    pub reason: String,
}

impl LimbEntry {
    /// The entry of `finding`.
    pub fn of(finding: &LimbFinding, settings: &Settings) -> LimbEntry {
        let excess = |title: &str, interval: Option<Interval>, bands| match interval {
            Some(i) => (
                more_or_less(i.mean),
                format!("{} to {}", degrees(i.low), degrees(i.high)),
                Some(whisker(title, &i, bands)),
            ),
            None => ("–".to_owned(), String::new(), None),
        };
        let classify = &settings.classify;
        LimbEntry {
            side: finding.side.name(),
            title: format!("{} stance", words::side_title(finding.side)),
            chip: Chip::of(finding),
            excesses: vec![
                excess(
                    "Pelvic drop",
                    finding.drop_excess_deg,
                    classify.severity_drop_deg,
                ),
                excess(
                    "Trunk lean",
                    finding.lean_excess_deg,
                    classify.severity_lean_deg,
                ),
            ],
            used: finding.strides,
            strides: count(finding.strides, "stride", "strides"),
            flags: finding
                .flags
                .iter()
                .map(|flag| words::clip(&words::from_code(&flag.code), 60))
                .collect(),
        }
    }
}

/// Strides found per recording: left, right.
pub type StrideCounts = PerSide<usize>;

impl IndexPage {
    /// The index of a study. `found` has the number of strides of each recording.
    pub fn of(
        recordings: &[RecordingRow],
        found: &[StrideCounts],
        sessions: &[Vec<&SessionRow>],
        provenance: &Provenance,
    ) -> IndexPage {
        let settings = &provenance.settings;
        let mut limbs = Vec::new();
        let mut others = Vec::new();
        for (row, found) in recordings.iter().zip(found) {
            let link = Link {
                href: recording_href(&row.recording),
                text: words::clip(&row.recording, 300),
            };
            let caution = Caution::of(&[row]);
            match (&row.limbs, row.status) {
                (Some(findings), Status::Analysed) => {
                    limbs.extend(Side::BOTH.iter().map(|&side| RecordingLimb {
                        link: link.clone(),
                        session: session_title(&row.subject, &row.session, &row.condition),
                        limb: LimbEntry::of(&findings[side], settings),
                        caution: in_table(&caution),
                        found: found[side],
                    }));
                }
                _ => others.push(OtherEntry {
                    link,
                    status: row.status.name(),
                    status_title: words::status(row.status),
                    reason: words::clip(&row.reason, 1000),
                }),
            }
        }
        // failures first: they need somebody
        others.sort_by_key(|other| (other.status == "standing", other.status != "failed"));
        IndexPage {
            root: "",
            title: "Gait report".to_owned(),
            counts: counts(recordings, sessions),
            sessions: sessions
                .iter()
                .map(|rows| session_entry(rows, recordings, settings))
                .collect(),
            tally: tally(sessions),
            labels: labels(recordings, sessions),
            limbs,
            others,
            provenance: ProvenanceView::of(provenance),
        }
    }
}

fn counts(
    recordings: &[RecordingRow],
    sessions: &[Vec<&SessionRow>],
) -> Vec<(usize, &'static str)> {
    let of = |status| recordings.iter().filter(|r| r.status == status).count();
    let all = [
        (sessions.len(), "session", "sessions"),
        (recordings.len(), "recording", "recordings"),
        (of(Status::Analysed), "analysed", "analysed"),
        (of(Status::Standing), "standing trial", "standing trials"),
        (
            of(Status::Insufficient),
            "with too little",
            "with too little",
        ),
        (of(Status::NoGait), "without walking", "without walking"),
        (of(Status::Failed), "failed", "failed"),
    ];
    let named = all.map(|(n, one, many)| (n, if n == 1 { one } else { many }));
    let wanted = named.into_iter().enumerate();
    wanted
        .filter(|(i, (n, _))| *i < 3 || *n > 0)
        .map(|(_, c)| c)
        .collect()
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
fn tally(sessions: &[Vec<&SessionRow>]) -> Vec<(Chip, usize)> {
    let mut tally: Vec<(Chip, usize)> = Vec::new();
    for label in LABELS {
        let with = sessions
            .iter()
            .flatten()
            .filter(|row| row.finding.label == label);
        for chip in with.map(|row| Chip::of(&row.finding)) {
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
) -> Vec<(&'static str, &'static str)> {
    let of_recordings = recordings.iter().filter_map(|row| row.limbs.as_ref());
    let mut occurring: Vec<Label> = of_recordings
        .flat_map(|limbs| [limbs.left.label, limbs.right.label])
        .collect();
    occurring.extend(sessions.iter().flatten().map(|row| row.finding.label));
    LABELS
        .iter()
        .filter(|label| occurring.contains(label))
        .map(|&label| (label.name(), words::label(label, true).0))
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
    recordings: &[RecordingRow],
    settings: &Settings,
) -> SessionEntry {
    let limbs: Vec<LimbEntry> = rows
        .iter()
        .map(|row| LimbEntry::of(&row.finding, settings))
        .collect();
    let (mut href, mut text, mut finding, mut n) = Default::default();
    let mut caution = Caution::default();
    if let Some(row) = rows.first() {
        href = session_href(&row.subject, &row.session, &row.condition);
        text = session_title(&row.subject, &row.session, &row.condition);
        finding = words::lead_and_rest(&words::clip(&row.words, 1000)).0;
        n = row.recordings.len();
        caution = Caution::of(&walks_of(recordings, row));
    }
    SessionEntry {
        link: Link { href, text },
        finding,
        caution,
        recordings: count(n, "recording", "recordings"),
        positive: limbs.iter().any(|limb| limb.chip.positive),
        limbs,
    }
}
