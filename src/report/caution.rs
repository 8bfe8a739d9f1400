//! The warnings of the data, condensed to what must be read beside a finding.
//!
//! In: the warnings and gaps of one or more recordings. Out: [`Caution`]: how many, those that
//! forbid a label in full, and the weightiest of the others by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Status;
use crate::classify::blocks_a_label;
use crate::study::rows::{RecordingRow, SessionRow};
use serde::Serialize;

use super::number::{count, fixed};
use super::words;

/// What weakens the evidence, in a few lines.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Caution {
    /// `3 warnings`; empty without any.
    pub count: String,
    /// Heading and message of each that forbids a label.
    pub blocking: Vec<(String, String)>,
    /// Heading, and message or number of recordings, of the weightiest others.
    pub important: Vec<(String, String)>,
    /// `4 kinds not shown here`, or that none needs to be; empty when all are shown.
    pub more: String,
}

/// Warnings by weight: a wrong recording before a wrong side or size, before a weak measurement.
/// Those not named here (estimates and defaults, mostly) are counted, not shown.
const BY_WEIGHT: [&str; 26] = [
    "sides-swapped",
    "walking-backwards",
    "marker-swap",
    "truncated",
    "duplicate-label",
    "repeated-labels",
    "not-rigid",
    "vertical-doubtful",
    "vertical-screen",
    "wrong-rate",
    "rate-disagrees",
    "dropped-frames",
    "decimated",
    "irregular-time",
    "unit-doubtful",
    "copy",
    "similar-walk",
    "damaged-parameters",
    "points-disagree",
    "pelvis-degraded",
    "trunk-degraded",
    "limb-degraded",
    "events-disagree",
    "not-filtered",
    "pelvis-reconstructed",
    "trunk-reconstructed",
];

/// Most others that are named.
const IMPORTANT_MAX: usize = 4;

impl Caution {
    /// Of one recording, or of all recordings of a session.
    pub fn of(rows: &[&RecordingRow]) -> Caution {
        let several = rows.len() > 1;
        let mut blocking: Vec<(String, String)> = Vec::new();
        // by weight and code: the first message, and the recordings that have it
        let mut others: BTreeMap<(usize, &str), (String, BTreeSet<&str>)> = BTreeMap::new();
        let mut total = 0;
        for row in rows {
            total += row.warnings.len();
            for warning in &row.warnings {
                let message = words::clip(&warning.message, 400);
                if blocks_a_label(warning) {
                    let title = words::from_code(&warning.code);
                    let place = if several { &row.recording } else { "" };
                    blocking.push((title, with_place(place, &message)));
                    continue;
                }
                let code = warning.code.as_ref();
                let weight = BY_WEIGHT.iter().position(|known| *known == code);
                let key = (weight.unwrap_or(BY_WEIGHT.len()), code);
                let message = with_place(&words::clip(&warning.place, 80), &message);
                let entry = others.entry(key);
                let (_, names) = entry.or_insert_with(|| (message, BTreeSet::new()));
                names.insert(&row.recording);
            }
        }
        let kinds = others.len();
        let mut important: Vec<(String, String)> = others
            .into_iter()
            .filter(|((weight, _), _)| *weight < BY_WEIGHT.len())
            .take(IMPORTANT_MAX)
            .map(|((_, code), (message, names))| {
                let told = match several {
                    true => format!("in {}", count(names.len(), "recording", "recordings")),
                    false => message,
                };
                (words::clip(&words::from_code(code), 80), told)
            })
            .collect();
        let left = kinds - important.len();
        important.extend(
            rows.iter()
                .filter_map(|row| gaps(row))
                .max_by(by_share)
                .map(|(share, marker)| {
                    let text =
                        format!("{marker} is missing in {} % of the frames", fixed(share, 0));
                    ("Gaps that could not be filled".to_owned(), text)
                }),
        );
        let none_shown = blocking.is_empty() && important.is_empty();
        Caution {
            count: match total {
                0 => String::new(),
                n => count(n, "warning", "warnings"),
            },
            blocking,
            important,
            more: match left {
                0 => String::new(),
                _ if none_shown => "none of the weightiest kinds".to_owned(),
                n => format!("{} not shown here", count(n, "kind", "kinds")),
            },
        }
    }

    /// Short names for a table: forbidding ones first.
    pub fn titles(&self) -> Vec<String> {
        let all = self.blocking.iter().chain(&self.important);
        let mut titles: Vec<String> = Vec::new();
        for (title, _) in all {
            if !titles.contains(title) {
                titles.push(title.clone());
            }
        }
        titles
    }
}

/// The walking recordings of the session of `limb`: those pooled, and those of the same subject,
/// session and condition that were kept out. A session of one recording may carry its name.
pub fn walks_of<'a>(all: &'a [RecordingRow], limb: &SessionRow) -> Vec<&'a RecordingRow> {
    let of_session = |row: &&RecordingRow| {
        let same = (&row.subject, &row.session, &row.condition)
            == (&limb.subject, &limb.session, &limb.condition);
        let named = row.recording == limb.session || limb.recordings.contains(&row.recording);
        row.status == Status::Analysed && (same || named)
    };
    all.iter().filter(of_session).collect()
}

fn with_place(place: &str, message: &str) -> String {
    match place.is_empty() {
        true => message.to_owned(),
        false => format!("{place}: {message}"),
    }
}

/// The marker with the largest part that stayed open: percent of the frames, name.
fn gaps(row: &RecordingRow) -> Option<(f64, String)> {
    let frames = row.frames.filter(|frames| *frames > 0)? as f64;
    row.gaps
        .iter()
        .filter(|gap| gap.missing > gap.filled)
        .map(|gap| {
            let open = (gap.missing - gap.filled) as f64;
            (100.0 * open / frames, words::clip(&gap.label, 60))
        })
        .filter(|(share, _)| *share >= 0.5)
        .max_by(by_share)
}

fn by_share(a: &(f64, String), b: &(f64, String)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0)
}
