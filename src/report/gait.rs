//! What recording and session pages share: findings, curves, numbers, stride ledger.
//!
//! In: findings and strides. Out: [`GaitView`].

use crate::classify::LimbFinding;
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use crate::study::rows::StrideRow;
use serde::Serialize;

use super::charts::{self, CurveView};
use super::curves::{BandSource, LimbCurves};
use super::limb::{LimbCard, cards};
use super::metric_table::{MetricGroup, MetricMeans, means, metric_groups};
use super::number::{count, fixed, mean_of};
use super::{posture, words};

/// The walking part of a page.
#[derive(Debug, Clone, Serialize)]
pub struct GaitView {
    /// Left, then right.
    pub cards: Vec<LimbCard>,
    /// The diagrams.
    pub curves: Vec<CurveView>,
    /// The norms of the diagrams: which diagrams, and the norm in words.
    pub norms: Vec<(String, String)>,
    /// The numbers.
    pub metrics: Vec<MetricGroup>,
    /// Strides used per limb, for the table head: left, right.
    pub used: Vec<String>,
    /// Every stride.
    pub strides: Vec<LedgerRow>,
    /// Strides that the ledger leaves out for length.
    pub strides_more: usize,
    /// True when strides of several recordings are listed.
    pub several_recordings: bool,
    /// `1.24 m/s, 118 steps/min, …`.
    pub facts: Vec<(String, String)>,
    /// How the foot contacts were found.
    pub contacts: String,
    /// Knee cross-talk per limb, when known.
    pub cross_talk: Vec<String>,
}

/// One stride of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerRow {
    /// As its curves carry it.
    pub key: String,
    /// Recording, in a session's ledger.
    pub recording: String,
    /// `left` or `right`.
    pub side: &'static str,
    /// `Left`.
    pub side_title: &'static str,
    /// Number in its recording.
    pub number: usize,
    /// `1.23–2.31`.
    pub time: String,
    /// Single support, percent.
    pub single_support: String,
    /// Single-support drop.
    pub drop: String,
    /// Single-support lean.
    pub lean: String,
    /// Filled frames, percent.
    pub filled: String,
    /// `stored, high`.
    pub events: String,
    /// True when used.
    pub used: bool,
    /// Why not.
    pub reason: &'static str,
}

/// Ledgers are cut at this many strides; `strides.csv` has them all.
const LEDGER_MAX: usize = 300;

/// What a [`GaitView`] is made from.
pub struct GaitInput<'a> {
    /// Findings, left before right.
    pub limbs: &'a [&'a LimbFinding],
    /// Strides of all recordings.
    pub strides: &'a [StrideRow],
    /// Recordings, in order: a stride's key holds the index of its recording.
    pub recordings: &'a [String],
    /// Means, when the caller has them; else they are computed from the used strides.
    pub metrics: Option<PerSide<MetricMeans>>,
    /// Settings.
    pub settings: &'a Settings,
    /// Norms.
    pub bands: &'a BandSource<'a>,
}

impl GaitView {
    /// Builds the view.
    pub fn of(input: GaitInput) -> anyhow::Result<GaitView> {
        let strides = input.strides;
        let curves = PerSide::from_fn(|side| LimbCurves::of(strides, side, input.bands));
        let index = |row: &StrideRow| {
            input
                .recordings
                .iter()
                .position(|name| *name == row.recording)
                .unwrap_or(0)
        };
        let key = |row: &StrideRow| charts::stride_key(index(row), row);
        let metrics = input
            .metrics
            .unwrap_or_else(|| PerSide::from_fn(|side| means(strides, side)));
        let used = |side| count(used_of(strides, side).count(), "stride", "strides");
        let several_recordings = input.recordings.len() > 1;
        let views = charts::views(&curves, &key)?;
        Ok(GaitView {
            cards: cards(input.limbs, input.settings, |side| {
                posture::view(strides, &curves[side], side)
            }),
            norms: norms(&views),
            curves: views,
            metrics: metric_groups(&metrics),
            used: Side::BOTH.map(used).to_vec(),
            strides: strides
                .iter()
                .take(LEDGER_MAX)
                .map(|row| ledger_row(row, key(row), several_recordings))
                .collect(),
            strides_more: strides.len().saturating_sub(LEDGER_MAX),
            several_recordings,
            facts: facts(strides),
            contacts: contacts(strides),
            cross_talk: Side::BOTH
                .iter()
                .filter_map(|&side| cross_talk(strides, side, input.settings))
                .collect(),
        })
    }
}

/// Which diagrams share which norm.
fn norms(views: &[CurveView]) -> Vec<(String, String)> {
    let mut norms: Vec<(String, String)> = Vec::new();
    for view in views.iter().filter(|view| !view.norm.is_empty()) {
        match norms.iter_mut().find(|(_, norm)| *norm == view.norm) {
            Some((titles, _)) => titles.push_str(&format!(", {}", view.title.to_lowercase())),
            None => norms.push((view.title.to_owned(), view.norm.clone())),
        }
    }
    norms
}

/// The used strides of a limb.
pub fn used_of(strides: &[StrideRow], side: Side) -> impl Iterator<Item = &StrideRow> {
    strides
        .iter()
        .filter(move |row| row.stride.side == side && row.stride.exclusion.is_none())
}

fn ledger_row(row: &StrideRow, key: String, several: bool) -> LedgerRow {
    let stride = &row.stride;
    let number =
        |value: Option<f64>, decimals| value.map_or_else(|| "–".to_owned(), |v| fixed(v, decimals));
    LedgerRow {
        key,
        recording: if several {
            words::clip(&row.recording, 200)
        } else {
            String::new()
        },
        side: stride.side.name(),
        side_title: words::side_title(stride.side),
        number: stride.number,
        time: format!("{}–{}", fixed(stride.start_s, 2), fixed(stride.end_s, 2)),
        single_support: number(row.metrics.single_support_pct, 0),
        drop: number(row.metrics.drop_ss_deg, 1),
        lean: number(row.metrics.lean_ss_deg, 1),
        filled: number(row.evidence.filled_pct, 0),
        events: format!(
            "{}, {}",
            stride.events_source.name(),
            stride.events_confidence.name()
        ),
        used: stride.exclusion.is_none(),
        reason: stride.exclusion.map_or("", words::exclusion),
    }
}

/// Speed, cadence, stride and step over the used strides of both limbs.
fn facts(strides: &[StrideRow]) -> Vec<(String, String)> {
    let used = || strides.iter().filter(|row| row.stride.exclusion.is_none());
    let mean = |of: fn(&StrideRow) -> Option<f64>| mean_of(used().filter_map(of));
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<f64>, decimals, unit: &str| {
        if let Some(value) = value {
            facts.push((name.to_owned(), format!("{}{unit}", fixed(value, decimals))));
        }
    };
    fact("Walking speed", mean(|r| r.metrics.speed_m_s), 2, " m/s");
    fact(
        "Cadence",
        mean(|r| r.metrics.cadence_steps_min),
        0,
        " steps/min",
    );
    fact(
        "Stride length",
        mean(|r| r.metrics.stride_length_m),
        2,
        " m",
    );
    fact("Step width", mean(|r| r.metrics.step_width_m), 2, " m");
    if !strides.is_empty() {
        let value = format!("{} of {}", used().count(), strides.len());
        facts.push(("Strides used".to_owned(), value));
    }
    facts
}

/// Where the foot contacts came from and how far they can be trusted.
fn contacts(strides: &[StrideRow]) -> String {
    use crate::events::{Confidence, EventSource};
    if strides.is_empty() {
        return "No stride was found.".to_owned();
    }
    let sources: Vec<&str> = [
        (EventSource::Stored, "stored in the file"),
        (EventSource::User, "given by the user"),
        (EventSource::Plate, "force plates"),
        (EventSource::Kinematic, "motion of the foot markers"),
    ]
    .into_iter()
    .filter(|(source, _)| {
        strides
            .iter()
            .any(|row| row.stride.events_source == *source)
    })
    .map(|(_, words)| words)
    .collect();
    let confidence: Vec<String> = [Confidence::High, Confidence::Medium, Confidence::Low]
        .into_iter()
        .filter_map(|level| {
            let n = strides
                .iter()
                .filter(|r| r.stride.events_confidence == level)
                .count();
            (n > 0).then(|| format!("{} in {n}", level.name()))
        })
        .collect();
    format!(
        "Foot contacts: {}. Confidence {} of {}.",
        sources.join(", "),
        confidence.join(", "),
        count(strides.len(), "stride", "strides")
    )
}

/// Mean r² between knee varus and flexion of a limb, with a verdict.
fn cross_talk(strides: &[StrideRow], side: Side, settings: &Settings) -> Option<String> {
    let values = used_of(strides, side).filter_map(|row| row.evidence.knee_cross_talk_r2);
    let r2 = mean_of(values)?;
    let limit = settings.body.cross_talk_r2_max;
    let verdict = if r2 > limit {
        "knee valgus is partly flexion read through a turned knee axis: do not rely on it"
    } else {
        "knee valgus is not explained by flexion"
    };
    Some(format!(
        "{} knee cross-talk: r² {} between varus and flexion (limit {}): {verdict}.",
        words::side_title(side),
        fixed(r2, 2),
        fixed(limit, 2)
    ))
}
