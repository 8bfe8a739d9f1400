//! What recording and session pages share: findings, curves, numbers, stride ledger.
//!
//! In: findings and strides. Out: [`GaitView`].

use crate::classify::LimbFinding;
use crate::metrics::knee_trust;
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use crate::study::rows::StrideRow;
use serde::Serialize;

use super::answers::{Answer, Answers};
use super::charts::{self, CurveView};
use super::curves::{BandSource, LimbCurves, Shown};
use super::language::Language;
use super::limb::{LimbCard, cards};
use super::metric_table::{MetricGroup, MetricMeans, means, metric_groups};
use super::number::mean_of;
use super::posture::{self, PostureView};
use super::scatter::{self, ScatterView};
use super::words;

/// The walking part of a page.
#[derive(Debug, Clone, Serialize)]
pub struct GaitView {
    /// What is read first.
    pub headline: String,
    /// Which side, how much, how sure, compensated, what else.
    pub answers: Vec<Answer>,
    /// The body at mid-stance, and its frames; without a side whose pelvis was not measured.
    pub postures: Vec<PostureView>,
    /// Drop against lean; `None` without trunk data.
    pub scatter: Option<ScatterView>,
    /// Mean drop per limb for small multiples: left, right.
    #[serde(skip)]
    pub spark: PerSide<Option<Spark>>,
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
    pub side_title: String,
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
    pub reason: String,
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
    /// Words.
    pub lang: &'a Language,
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
        let lang = input.lang;
        let used = |side| lang.count(used_of(strides, side).count(), "count.strides");
        let several_recordings = input.recordings.len() > 1;
        let views = charts::views(&curves, &key, lang)?;
        let Answers { headline, answers } = Answers::of(input.limbs, lang);
        Ok(GaitView {
            headline,
            answers,
            postures: Side::BOTH
                .iter()
                .filter_map(|&side| posture::view(&curves, side, lang))
                .collect(),
            scatter: scatter::view(input.limbs, strides, &curves, input.settings, &key, lang)?,
            spark: PerSide::from_fn(|side| Spark::of(&curves[side])),
            cards: cards(input.limbs, input.settings, lang),
            norms: norms(&views),
            curves: views,
            metrics: metric_groups(&metrics, lang),
            used: Side::BOTH.map(used).to_vec(),
            strides: strides
                .iter()
                .take(LEDGER_MAX)
                .map(|row| ledger_row(row, key(row), several_recordings, lang))
                .collect(),
            strides_more: strides.len().saturating_sub(LEDGER_MAX),
            several_recordings,
            facts: facts(strides, lang),
            contacts: contacts(strides, lang),
            cross_talk: Side::BOTH
                .iter()
                .filter_map(|&side| cross_talk(strides, side, input.settings, lang))
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

fn ledger_row(row: &StrideRow, key: String, several: bool, lang: &Language) -> LedgerRow {
    let stride = &row.stride;
    let number = |value: Option<f64>, decimals| {
        value.map_or_else(|| "–".to_owned(), |v| lang.fixed(v, decimals))
    };
    let confidence = lang.say(&format!("confidence.{}", stride.events_confidence.name()));
    let source = lang.say(&format!("source.{}", stride.events_source.name()));
    LedgerRow {
        key,
        recording: if several {
            words::clip(&row.recording, 200)
        } else {
            String::new()
        },
        side: stride.side.name(),
        side_title: words::side_title(lang, stride.side),
        number: stride.number,
        time: format!(
            "{}–{}",
            lang.fixed(stride.start_s, 2),
            lang.fixed(stride.end_s, 2)
        ),
        single_support: number(row.metrics.single_support_pct, 0),
        drop: number(row.metrics.drop_ss_deg, 1),
        lean: number(row.metrics.lean_ss_deg, 1),
        filled: number(row.evidence.filled_pct, 0),
        events: format!("{source}, {confidence}"),
        used: stride.exclusion.is_none(),
        reason: stride
            .exclusion
            .map_or_else(String::new, |reason| words::exclusion(lang, reason)),
    }
}

/// Speed, cadence, stride and step over the used strides of both limbs.
fn facts(strides: &[StrideRow], lang: &Language) -> Vec<(String, String)> {
    let used = || strides.iter().filter(|row| row.stride.exclusion.is_none());
    let mean = |of: fn(&StrideRow) -> Option<f64>| mean_of(used().filter_map(of));
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<f64>, decimals, unit: &str| {
        if let Some(value) = value {
            facts.push((
                lang.say(name),
                format!("{} {unit}", lang.fixed(value, decimals)),
            ));
        }
    };
    let steps = lang.say("unit.steps-min");
    fact("fact.speed", mean(|r| r.metrics.speed_m_s), 2, "m/s");
    fact(
        "fact.cadence",
        mean(|r| r.metrics.cadence_steps_min),
        0,
        &steps,
    );
    fact(
        "fact.stride-length",
        mean(|r| r.metrics.stride_length_m),
        2,
        "m",
    );
    fact("fact.step-width", mean(|r| r.metrics.step_width_m), 2, "m");
    if !strides.is_empty() {
        let (n, of) = (used().count().to_string(), strides.len().to_string());
        let value = lang.fill("count.n-of", &[("n", &n), ("of", &of)]);
        facts.push((lang.say("fact.strides-used"), value));
    }
    facts
}

/// Where the foot contacts came from and how far they can be trusted.
fn contacts(strides: &[StrideRow], lang: &Language) -> String {
    use crate::events::Confidence;
    if strides.is_empty() {
        return lang.say("ledger.none");
    }
    let mut sources: Vec<&str> = Vec::new();
    for row in strides {
        let name = row.stride.events_source.name();
        if !sources.contains(&name) {
            sources.push(name);
        }
    }
    let sources: Vec<String> = sources
        .iter()
        .map(|name| lang.say(&format!("source-long.{name}")))
        .collect();
    let confidence: Vec<String> = [Confidence::High, Confidence::Medium, Confidence::Low]
        .into_iter()
        .filter_map(|level| {
            let n = strides
                .iter()
                .filter(|r| r.stride.events_confidence == level)
                .count();
            let name = lang.say(&format!("confidence.{}", level.name()));
            let shown = n.to_string();
            (n > 0).then(|| lang.fill("quality.confidence-in", &[("level", &name), ("n", &shown)]))
        })
        .collect();
    lang.fill(
        "quality.contacts",
        &[
            ("sources", &sources.join(", ")),
            ("confidence", &confidence.join(", ")),
            ("strides", &lang.count(strides.len(), "count.strides")),
        ],
    )
}

/// Whether the knee valgus of a limb may be interpreted, with the figures that say so.
fn cross_talk(
    strides: &[StrideRow],
    side: Side,
    settings: &Settings,
    lang: &Language,
) -> Option<String> {
    let evidence = used_of(strides, side).map(|row| &row.evidence);
    let trust = knee_trust(evidence, &settings.body)?;
    let verdict = match trust.is_cross_talk() {
        true => lang.say("quality.cross-talk-much"),
        false => lang.say("quality.cross-talk-little"),
    };
    let text = lang.fill(
        "quality.cross-talk",
        &[
            ("side", &words::side_title(lang, side)),
            ("r2", &lang.fixed(trust.r2?, 2)),
            ("limit", &lang.fixed(settings.body.cross_talk_r2_max, 2)),
            ("range", &lang.fixed(trust.range_deg?, 0)),
            (
                "range-limit",
                &lang.fixed(settings.body.cross_talk_range_max_deg, 0),
            ),
            ("verdict", &verdict),
        ],
    );
    let corrected = trust
        .peak_corrected_deg
        .map(|peak| lang.fill("quality.knee-corrected", &[("peak", &lang.fixed(peak, 1))]));
    Some(text + &corrected.unwrap_or_default())
}

/// The mean drop of a limb and its norm, at every fifth percent: a small multiple.
#[derive(Debug, Clone)]
pub struct Spark {
    /// Mean of the used strides.
    pub mean: Vec<f64>,
    /// Norm mean ± 2 SD: low, high; empty without a norm.
    pub norm: Vec<(f64, f64)>,
}

impl Spark {
    /// Percent between two points.
    pub const STEP: usize = 5;

    fn of(limb: &LimbCurves) -> Option<Spark> {
        let curve = limb.curve(Shown::PelvisDrop)?;
        let every = |values: &[f64]| {
            values
                .iter()
                .step_by(Spark::STEP)
                .copied()
                .collect::<Vec<_>>()
        };
        let norm = curve.band().map_or_else(Vec::new, |norm| {
            let (mean, sd) = (every(&norm.mean_deg), every(&norm.sd_deg));
            let pairs = mean.iter().zip(&sd);
            pairs.map(|(m, sd)| (m - 2.0 * sd, m + 2.0 * sd)).collect()
        });
        Some(Spark {
            mean: every(curve.mean.as_ref()?),
            norm,
        })
    }
}
