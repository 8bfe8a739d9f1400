//! The page of one session: the strides of its walking recordings pooled.
//!
//! In: the session's limbs and strides. Out: [`SessionPage`], the values of `session.html`.

use crate::recording::PerSide;
use crate::study::rows::{Provenance, SessionRow, StrideRow};
use serde::Serialize;

use super::curves::BandSource;
use super::gait::{GaitInput, GaitView};
use super::links::{Link, recording_href, session_title};
use super::provenance::ProvenanceView;
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
    /// The finding in words: what is read first.
    pub finding: String,
    /// The rest of it.
    pub finding_rest: String,
    /// Walking part.
    pub gait: GaitView,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

impl SessionPage {
    /// The page of the session whose limbs are `rows`.
    pub fn of(
        rows: &[&SessionRow],
        strides: &[StrideRow],
        provenance: &Provenance,
        bands: &BandSource,
    ) -> anyhow::Result<SessionPage> {
        let first = rows.first();
        let recordings = first.map_or(&[][..], |row| &row.recordings);
        let metrics = PerSide::from_fn(|side| {
            let row = rows.iter().find(|row| row.side == side);
            row.map(|row| row.metrics.clone()).unwrap_or_default()
        });
        let finding = first.map_or_else(String::new, |row| words::clip(&row.words, 3000));
        let (finding, finding_rest) = words::lead_and_rest(&finding);
        Ok(SessionPage {
            root: "../",
            title: first.map_or_else(String::new, |r| {
                session_title(&r.subject, &r.session, &r.condition)
            }),
            recordings: recordings
                .iter()
                .map(|name| Link {
                    href: recording_href(name),
                    text: words::clip(name, 300),
                })
                .collect(),
            finding,
            finding_rest,
            gait: GaitView::of(GaitInput {
                limbs: &rows.iter().map(|row| &row.finding).collect::<Vec<_>>(),
                strides,
                recordings,
                metrics: Some(metrics),
                settings: &provenance.settings,
                bands,
            })?,
            provenance: ProvenanceView::of(provenance),
        })
    }
}
