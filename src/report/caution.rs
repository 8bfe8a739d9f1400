//! The warnings of the data, condensed to what must be read beside a finding.
//!
//! In: the warnings and gaps of one or more recordings. Out: [`Caution`]: how many, those that
//! forbid a label in full, and the weightiest of the others by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Status;
use crate::classify::blocks_a_label;
use crate::study::rows::{RecordingRow, SessionRow};
use serde::Serialize;

use super::language::Language;
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
const BY_WEIGHT: [&str; 40] = [
    "sides-swapped",
    "walking-backwards",
    "sides-provisional",
    "pelvis-axes-doubtful",
    "zero-is-walking",
    "zero-is-standing",
    "sensor-moved",
    "sensor-dead",
    "static-not-used",
    "axes-by-placement",
    "cut-off",
    "short-standing",
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
    "lost-packets",
    "no-common-clock",
    "clocks-not-synchronised",
    "irregular-times",
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

/// Recordings whose forbidding warning of one kind is told in full; a day of sensors may have hundreds.
const BLOCKING_MAX: usize = 3;

/// Most others that are named.
const IMPORTANT_MAX: usize = 4;

impl Caution {
    /// Of one recording, or of all recordings of a session.
    pub fn of(rows: &[&RecordingRow], lang: &Language) -> Caution {
        let several = rows.len() > 1;
        let mut blocking: Vec<(String, String)> = Vec::new();
        // by code: how many recordings have it, for what is not told one by one
        let mut blocked: BTreeMap<&str, usize> = BTreeMap::new();
        // by weight and code: the first message, and the recordings that have it
        let mut others: BTreeMap<(usize, &str), (String, BTreeSet<&str>)> = BTreeMap::new();
        let mut total = 0;
        for row in rows {
            total += row.warnings.len();
            for warning in &row.warnings {
                let message = words::clip(&warning.message, 400);
                if blocks_a_label(warning) {
                    let count = blocked.entry(warning.code.as_ref()).or_default();
                    *count += 1;
                    if *count > BLOCKING_MAX {
                        continue;
                    }
                    let title = words::code_title(lang, &warning.code);
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
        for (code, count) in blocked {
            if let Some(more) = count.checked_sub(BLOCKING_MAX).filter(|more| *more > 0) {
                let told = format!("+ {}", lang.count(more, "caution.in-recordings"));
                blocking.push((words::code_title(lang, code), told));
            }
        }
        let kinds = others.len();
        let mut important: Vec<(String, String)> = others
            .into_iter()
            .filter(|((weight, _), _)| *weight < BY_WEIGHT.len())
            .take(IMPORTANT_MAX)
            .map(|((_, code), (message, names))| {
                let told = match several {
                    true => lang.count(names.len(), "caution.in-recordings"),
                    false => message,
                };
                (words::code_title(lang, code), told)
            })
            .collect();
        let left = kinds - important.len();
        important.extend(
            rows.iter()
                .filter_map(|row| gaps(row))
                .max_by(by_share)
                .map(|(share, marker)| {
                    let share = lang.fixed(share, 0);
                    let values = [("marker", marker.as_str()), ("share", share.as_str())];
                    (
                        lang.say("caution.open-gaps"),
                        lang.fill("caution.open-gap", &values),
                    )
                }),
        );
        let none_shown = blocking.is_empty() && important.is_empty();
        Caution {
            count: match total {
                0 => String::new(),
                n => lang.count(n, "caution.warnings"),
            },
            blocking,
            important,
            more: match left {
                0 => String::new(),
                _ if none_shown => lang.say("caution.none-weighs"),
                n => lang.count(n, "caution.kinds-more"),
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

/// The walking recordings of a study, by session and by name.
pub struct Walks<'a> {
    by_session: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a RecordingRow>>,
    by_name: BTreeMap<&'a str, &'a RecordingRow>,
}

impl<'a> Walks<'a> {
    /// Sorts the recordings.
    pub fn new(all: &'a [RecordingRow]) -> Walks<'a> {
        let mut walks = Walks {
            by_session: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for row in all.iter().filter(|row| row.status == Status::Analysed) {
            let session = (
                row.subject.as_str(),
                row.session.as_str(),
                row.condition.as_str(),
            );
            walks.by_session.entry(session).or_default().push(row);
            walks.by_name.insert(&row.recording, row);
        }
        walks
    }

    /// The walking recordings of the session of `limb`: those pooled, and those of the same
    /// subject, session and condition that were kept out. A session of one recording may carry
    /// its name.
    pub fn of(&self, limb: &SessionRow) -> Vec<&'a RecordingRow> {
        let session = (
            limb.subject.as_str(),
            limb.session.as_str(),
            limb.condition.as_str(),
        );
        let mut found: BTreeMap<&str, &RecordingRow> = BTreeMap::new();
        let same = self.by_session.get(&session).into_iter().flatten().copied();
        let named = limb.recordings.iter().chain([&limb.session]);
        let named = named.filter_map(|name| self.by_name.get(name.as_str()).copied());
        for row in same.chain(named) {
            found.insert(&row.recording, row);
        }
        found.into_values().collect()
    }
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
