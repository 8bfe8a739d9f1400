//! The page of one recording.
//!
//! In: its row and strides. Out: [`RecordingPage`], the values of `recording.html`.

use crate::analysis::Status;
use crate::recording::{Kind, LengthUnit, Side};
use crate::study::long::clock_time;
use crate::study::rows::{Provenance, RecordingRow, StrideRow};
use serde::Serialize;

use super::caution::Caution;
use super::curves::BandSource;
use super::gait::{GaitInput, GaitView};
use super::language::{self, Language};
use super::links::{Link, session_href, session_title};
use super::provenance::ProvenanceView;
use super::tasks::{self, TaskView};
use super::{sensors, words};

/// Values of `recording.html`.
#[derive(Debug, Clone, Serialize)]
pub struct RecordingPage {
    /// Path from the page to the report's root.
    pub root: &'static str,
    /// Title of the document.
    pub title: String,
    /// Recording.
    pub name: String,
    /// Subject, session and condition, those that are known.
    pub identity: Vec<(String, String)>,
    /// Its PDF, relative to the report; empty when there is none.
    pub pdf: String,
    /// Page of its session.
    pub session: Option<Link>,
    /// `analysed`, ….
    pub status: &'static str,
    /// In words.
    pub status_title: String,
    /// Why not analysed.
    pub reason: String,
    /// The warnings to read beside the finding.
    pub caution: Caution,
    /// Walking part.
    pub gait: Option<GaitView>,
    /// What was measured besides walking.
    pub tasks: Vec<TaskView>,
    /// Standing posture, the finding of a standing trial; empty for others.
    pub standing: String,
    /// Warnings and gaps.
    pub quality: Quality,
    /// The file.
    pub file: Vec<(String, String)>,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

/// What may weaken the evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Quality {
    /// Facts as sentences.
    pub notes: Vec<String>,
    /// Heading, machine name, place and message of each warning.
    pub warnings: Vec<(String, String, String, String)>,
    /// Warnings left out for length.
    pub warnings_more: usize,
    /// There are markers, which can have gaps.
    pub has_markers: bool,
    /// Marker, missing, filled, share of the recording.
    pub gaps: Vec<(String, usize, usize, String)>,
    /// Gaps left out for length.
    pub gaps_more: usize,
}

/// Longest list of warnings or gaps.
const LIST_MAX: usize = 100;

impl RecordingPage {
    /// The page of `row`.
    pub fn of(
        row: &RecordingRow,
        strides: &[StrideRow],
        has_session: bool,
        provenance: &Provenance,
        bands: &BandSource,
        lang: &Language,
    ) -> anyhow::Result<RecordingPage> {
        let gait = match &row.limbs {
            Some(limbs) => Some(GaitView::of(GaitInput {
                limbs: &[&limbs.left, &limbs.right],
                strides,
                recordings: std::slice::from_ref(&row.recording),
                metrics: None,
                settings: &provenance.settings,
                bands,
                lang,
            })?),
            None => None,
        };
        Ok(RecordingPage {
            root: "../",
            title: words::clip(&row.recording, 200),
            name: words::clip(&row.recording, 400),
            identity: identity(row, lang),
            pdf: String::new(),
            session: has_session.then(|| Link {
                href: session_href(&row.subject, &row.session, &row.condition),
                text: session_title(lang, &row.subject, &row.session, &row.condition),
            }),
            status: row.status.name(),
            status_title: words::status(lang, row.status),
            reason: words::clip(&row.reason, 2000),
            caution: Caution::of(&[row], lang),
            gait,
            tasks: tasks::views(&row.tasks, lang)?,
            standing: match row.status {
                // without standing on both legs a standing test has no posture
                Status::Standing if row.standing.is_none() && row.tasks.stance.is_some() => {
                    String::new()
                }
                Status::Standing => standing(row, lang),
                _ => String::new(),
            },
            quality: quality(row, lang),
            file: file(row, lang),
            provenance: ProvenanceView::of(provenance, lang),
        })
    }
}

fn identity(row: &RecordingRow, lang: &Language) -> Vec<(String, String)> {
    [
        ("fact.subject", &row.subject),
        ("fact.session", &row.session),
        ("fact.condition", &row.condition),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (lang.say(name), words::clip(value, 200)))
    .collect()
}

fn quality(row: &RecordingRow, lang: &Language) -> Quality {
    let mut notes = body_notes(row, lang);
    if let Some(calibration) = &row.calibration {
        notes.extend(sensors::notes(calibration, lang));
    }
    // the heading of sensors is arbitrary
    if !row.passes.is_empty() && row.calibration.is_none() {
        let headings: Vec<String> = row
            .passes
            .iter()
            .take(12)
            .filter(|pass| pass.heading_rad.is_finite())
            .map(|pass| format!("{:.0}°", pass.heading_rad.to_degrees().rem_euclid(360.0)))
            .collect();
        let passes = lang.count(row.passes.len(), "count.passes");
        let values = [
            ("passes", passes.as_str()),
            ("headings", &headings.join(", ")),
        ];
        notes.push(lang.fill("quality.passes", &values));
    }
    if let Some(frame) = &row.frame {
        let guessed = match frame.unit_guessed {
            true => lang.say("quality.unit-guessed"),
            false => String::new(),
        };
        notes.push(lang.fill(
            "quality.frame",
            &[
                ("vertical", &words::clip(&frame.vertical, 20)),
                ("unit", unit_symbol(frame.unit)),
                ("guessed", &guessed),
                ("floor", &lang.fixed(frame.floor_m, 3)),
            ],
        ));
    }
    let gaps: Vec<_> = row.gaps.iter().filter(|gap| gap.missing > 0).collect();
    let frames = row.frames.unwrap_or(0) as f64;
    let share = |missing: usize| match frames > 0.0 {
        true => format!("{} %", lang.fixed(100.0 * missing as f64 / frames, 1)),
        false => "–".to_owned(),
    };
    Quality {
        notes,
        warnings: row
            .warnings
            .iter()
            .take(LIST_MAX)
            .map(|w| {
                (
                    words::code_title(lang, &w.code),
                    words::clip(&w.code, 80),
                    words::clip(&w.place, 200),
                    words::clip(&w.message, 600),
                )
            })
            .collect(),
        has_markers: row.kind != Kind::Inertial.name(),
        warnings_more: row.warnings.len().saturating_sub(LIST_MAX),
        gaps: gaps
            .iter()
            .take(LIST_MAX)
            .map(|g| {
                (
                    words::clip(&g.label, 100),
                    g.missing,
                    g.filled,
                    share(g.missing),
                )
            })
            .collect(),
        gaps_more: gaps.len().saturating_sub(LIST_MAX),
    }
}

fn unit_symbol(unit: LengthUnit) -> &'static str {
    match unit {
        LengthUnit::Metre => "m",
        LengthUnit::Centimetre => "cm",
        LengthUnit::Millimetre => "mm",
    }
}

/// How the trunk and the standing posture were measured, in words; nothing without findings or a
/// standing posture.
pub fn body_notes(row: &RecordingRow, lang: &Language) -> Vec<String> {
    if row.limbs.is_none() {
        let stood = row.status == Status::Standing && row.standing.is_some();
        let sensors = row.calibration.iter().map(|c| sensors::upright(c, lang));
        return stood
            .then(|| standing(row, lang))
            .into_iter()
            .chain(sensors)
            .collect();
    }
    let trunk = match row.trunk.is_empty() {
        true => lang.say("quality.no-trunk"),
        false => lang.fill("quality.trunk", &[("how", &words::clip(&row.trunk, 300))]),
    };
    let level = match &row.calibration {
        Some(calibration) => sensors::upright(calibration, lang),
        None => standing(row, lang),
    };
    vec![trunk, level]
}

/// Standing posture in words: is the pelvis already tilted in standing?
pub fn standing(row: &RecordingRow, lang: &Language) -> String {
    let Some(posture) = row.standing else {
        return lang.say("standing.no-trial");
    };
    let trial = match row.static_trial.is_empty() {
        true => String::new(),
        false => format!(" ({})", words::clip(&row.static_trial, 200)),
    };
    let told = |key: &str, deg: f64, side: Side| {
        let amount = lang.degrees(deg.abs());
        language::fill(&lang.sided(key, side), &[("deg", &amount)])
    };
    let mut parts = Vec::new();
    if let Some(tilt) = posture.pelvis_obliquity_deg {
        let low = if tilt >= 0.0 { Side::Right } else { Side::Left };
        parts.push(told("standing.pelvis", tilt, low));
    }
    if let Some(lean) = posture.trunk_lean_deg {
        let to = if lean >= 0.0 { Side::Right } else { Side::Left };
        parts.push(told("standing.trunk", lean, to));
    }
    if parts.is_empty() {
        parts.push(lang.say("standing.nothing"));
    }
    let values = [("trial", trial.as_str()), ("posture", &parts.join(", "))];
    lang.fill("standing.posture", &values)
}

/// The file's own facts.
fn file(row: &RecordingRow, lang: &Language) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((lang.say(name), words::clip(&value, 300)));
        }
    };
    let seconds = |d: f64| format!("{} s", lang.fixed(d, 2));
    fact("fact.file", row.recording.clone());
    fact("fact.part-of", row.part_of.clone());
    fact(
        "fact.begins",
        row.start_s.map_or_else(String::new, clock_time),
    );
    fact("fact.hash", row.content_hash.clone());
    fact("fact.format", row.format.clone());
    fact("fact.data", row.kind.clone());
    fact(
        "fact.rate",
        row.rate_hz.map_or_else(String::new, |r| format!("{r} Hz")),
    );
    fact(
        "fact.frames",
        row.frames.map_or_else(String::new, |f| f.to_string()),
    );
    fact(
        "fact.duration",
        row.duration_s.map_or_else(String::new, seconds),
    );
    facts
}
