//! The page of one session: the strides of its walking recordings pooled.
//!
//! In: the session's limbs and strides. Out: [`SessionPage`], the values of `session.html`.

use crate::recording::PerSide;
use crate::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow};
use serde::Serialize;

use super::caution::Caution;
use super::curves::BandSource;
use super::gait::{GaitInput, GaitView};
use super::language::Language;
use super::links::{Link, recording_href, session_title};
use super::provenance::ProvenanceView;
use super::recording_page::body_notes;
use super::words;

/// Values of `session.html`.
#[derive(Debug, Clone, Serialize)]
pub struct SessionPage {
    /// Path from the page to the report's root.
    pub root: &'static str,
    /// Title of the document.
    pub title: String,
    /// The pooled recordings.
    pub recordings: Vec<Link>,
    /// Warnings of its recordings.
    pub caution: Caution,
    /// How trunk and standing posture were measured, from the pooled recordings.
    pub notes: Vec<String>,
    /// Walking part.
    pub gait: GaitView,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

/// What a [`SessionPage`] is made from.
pub struct SessionInput<'a> {
    /// The session's limbs.
    pub rows: &'a [&'a SessionRow],
    /// All walking recordings of the session, pooled or not.
    pub walks: &'a [&'a RecordingRow],
    /// Strides of the pooled recordings.
    pub strides: &'a [StrideRow],
    /// How the results were made.
    pub provenance: &'a Provenance,
    /// Norms.
    pub bands: &'a BandSource<'a>,
    /// Words.
    pub lang: &'a Language,
}

impl SessionPage {
    /// The page of a session.
    pub fn of(input: SessionInput) -> anyhow::Result<SessionPage> {
        let SessionInput {
            rows,
            walks,
            strides,
            provenance,
            bands,
            lang,
        } = input;
        let first = rows.first();
        let recordings = first.map_or(&[][..], |row| &row.recordings);
        let metrics = PerSide::from_fn(|side| {
            let row = rows.iter().find(|row| row.side == side);
            row.map(|row| row.metrics.clone()).unwrap_or_default()
        });
        let mut notes: Vec<String> = Vec::new();
        let pooled = walks
            .iter()
            .filter(|row| recordings.contains(&row.recording));
        for note in pooled.flat_map(|row| body_notes(row, lang)) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        Ok(SessionPage {
            root: "../",
            title: first.map_or_else(String::new, |r| {
                session_title(lang, &r.subject, &r.session, &r.condition)
            }),
            recordings: recordings
                .iter()
                .map(|name| Link {
                    href: recording_href(name),
                    text: words::clip(name, 300),
                })
                .collect(),
            caution: Caution::of(walks, lang),
            notes,
            gait: GaitView::of(GaitInput {
                limbs: &rows.iter().map(|row| &row.finding).collect::<Vec<_>>(),
                strides,
                recordings,
                metrics: Some(metrics),
                settings: &provenance.settings,
                bands,
                lang,
            })?,
            provenance: ProvenanceView::of(provenance, lang),
        })
    }
}
