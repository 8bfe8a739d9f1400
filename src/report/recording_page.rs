//! The page of one recording.
//!
//! In: its row and strides. Out: [`RecordingPage`], the values of `recording.html`.

use crate::analysis::Status;
use crate::recording::LengthUnit;
use crate::study::rows::{Provenance, RecordingRow, StrideRow};
use serde::Serialize;

use super::caution::Caution;
use super::curves::BandSource;
use super::gait::{GaitInput, GaitView};
use super::links::{Link, session_href, session_title};
use super::number::{count, degrees, fixed};
use super::provenance::ProvenanceView;
use super::words;

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
    /// Page of its session.
    pub session: Option<Link>,
    /// `analysed`, ….
    pub status: &'static str,
    /// In words.
    pub status_title: &'static str,
    /// Why not analysed.
    pub reason: String,
    /// The finding in words: what is read first.
    pub finding: String,
    /// The rest of it.
    pub finding_rest: String,
    /// The warnings to read beside the finding.
    pub caution: Caution,
    /// Walking part.
    pub gait: Option<GaitView>,
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
    ) -> anyhow::Result<RecordingPage> {
        let gait = match &row.limbs {
            Some(limbs) => Some(GaitView::of(GaitInput {
                limbs: &[&limbs.left, &limbs.right],
                strides,
                recordings: std::slice::from_ref(&row.recording),
                metrics: None,
                settings: &provenance.settings,
                bands,
            })?),
            None => None,
        };
        let (finding, finding_rest) = words::lead_and_rest(&words::clip(&row.finding, 3000));
        Ok(RecordingPage {
            root: "../",
            title: words::clip(&row.recording, 200),
            name: words::clip(&row.recording, 400),
            identity: identity(&row.subject, &row.session, &row.condition),
            session: has_session.then(|| Link {
                href: session_href(&row.subject, &row.session, &row.condition),
                text: session_title(&row.subject, &row.session, &row.condition),
            }),
            status: row.status.name(),
            status_title: words::status(row.status),
            reason: words::clip(&row.reason, 2000),
            finding,
            finding_rest,
            caution: Caution::of(&[row]),
            gait,
            quality: quality(row),
            file: file(row),
            provenance: ProvenanceView::of(provenance),
        })
    }
}

fn identity(subject: &str, session: &str, condition: &str) -> Vec<(String, String)> {
    [
        ("Subject", subject),
        ("Session", session),
        ("Condition", condition),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), words::clip(value, 200)))
    .collect()
}

fn quality(row: &RecordingRow) -> Quality {
    let mut notes = body_notes(row);
    if !row.passes.is_empty() {
        let headings: Vec<String> = row
            .passes
            .iter()
            .take(12)
            .map(|pass| {
                format!(
                    "{}°",
                    fixed(pass.heading_rad.to_degrees().rem_euclid(360.0), 0)
                )
            })
            .collect();
        notes.push(format!(
            "{}, heading {} in the laboratory.",
            count(row.passes.len(), "straight pass", "straight passes"),
            headings.join(", ")
        ));
    }
    if let Some(frame) = &row.frame {
        let guessed = if frame.unit_guessed {
            " (guessed from the size of the pelvis)"
        } else {
            ""
        };
        notes.push(format!(
            "Vertical axis of the file: {}; unit {}{guessed}; floor at {} m.",
            words::clip(&frame.vertical, 20),
            unit_symbol(frame.unit),
            fixed(frame.floor_m, 3)
        ));
    }
    let gaps: Vec<_> = row.gaps.iter().filter(|gap| gap.missing > 0).collect();
    let frames = row.frames.unwrap_or(0) as f64;
    let share = |missing: usize| match frames > 0.0 {
        true => format!("{} %", fixed(100.0 * missing as f64 / frames, 1)),
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
                    words::clip(&words::from_code(&w.code), 80),
                    words::clip(&w.code, 80),
                    words::clip(&w.place, 200),
                    words::clip(&w.message, 600),
                )
            })
            .collect(),
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

/// How the trunk and the standing posture were measured, in words; nothing without findings or a standing posture.
pub fn body_notes(row: &RecordingRow) -> Vec<String> {
    if row.limbs.is_none() {
        let stood = row.status == Status::Standing && row.standing.is_some();
        return stood.then(|| standing(row)).into_iter().collect();
    }
    let trunk = match row.trunk.is_empty() {
        true => "Trunk: no trunk markers, so lean and compensation are unknown.".to_owned(),
        false => format!(
            "Trunk lean, absolute in the laboratory: {}.",
            words::clip(&row.trunk, 300)
        ),
    };
    vec![trunk, standing(row)]
}

/// Standing posture in words: is the pelvis already tilted in standing?
fn standing(row: &RecordingRow) -> String {
    let Some(posture) = row.standing else {
        return "Standing: no static trial, so a tilt that is there in standing (leg length, fixed obliquity) can only be judged from the walk itself.".to_owned();
    };
    let trial = match row.static_trial.is_empty() {
        true => String::new(),
        false => format!(" ({})", words::clip(&row.static_trial, 200)),
    };
    let mut parts = Vec::new();
    if let Some(tilt) = posture.pelvis_obliquity_deg {
        let low = if tilt >= 0.0 { "right" } else { "left" };
        parts.push(format!("pelvis {} low on the {low}", degrees(tilt.abs())));
    }
    if let Some(lean) = posture.trunk_lean_deg {
        let to = if lean >= 0.0 { "right" } else { "left" };
        parts.push(format!("trunk {} to the {to}", degrees(lean.abs())));
    }
    match parts.is_empty() {
        true => format!("Standing{trial}: nothing could be measured."),
        false => format!("Standing{trial}: {}.", parts.join(", ")),
    }
}

/// The file's own facts.
fn file(row: &RecordingRow) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), words::clip(&value, 300)));
        }
    };
    fact("File", row.recording.clone());
    fact("SHA-256 of the file", row.content_hash.clone());
    fact("Format", row.format.clone());
    fact("Data", row.kind.clone());
    fact(
        "Rate",
        row.rate_hz.map_or_else(String::new, |r| format!("{r} Hz")),
    );
    fact(
        "Frames",
        row.frames.map_or_else(String::new, |f| f.to_string()),
    );
    fact(
        "Duration",
        row.duration_s
            .map_or_else(String::new, |d| format!("{} s", fixed(d, 2))),
    );
    facts
}
