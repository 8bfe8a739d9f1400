//! Pages: what a clinician reads and a researcher takes apart.
//!
//! In: the rows of a study ([`StudyData`]). Out: a folder of self-contained HTML pages —
//! `index.html`, one page per session in `sessions/`, one per recording in `recordings/`. The
//! pages work offline, without a server and without JavaScript; a small script adds sorting,
//! filtering and highlighting. Text from files is escaped everywhere, and a content policy keeps
//! the pages from loading or running anything else.

mod caution;
mod charts;
mod curves;
mod excess;
mod folder;
mod gait;
mod index_page;
mod limb;
mod links;
mod metric_table;
mod number;
mod pages;
mod plot;
mod posture;
mod provenance;
mod recording_page;
mod session_page;
mod words;

pub use curves::BandSource;
pub use folder::remove_report;

use crate::norms;
use crate::recording::PerSide;
use crate::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use folder::Folder;
use index_page::{IndexPage, StrideCounts};
use links::{recording_href, session_href};
use pages::Pages;
use rayon::prelude::*;
use recording_page::RecordingPage;
use session_page::{SessionInput, SessionPage};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Writes the report of `study` into the folder `out`, whole or not at all: an earlier report
/// there is replaced only when the new one is complete, and a folder that holds anything else is
/// refused.
pub fn write(study: &dyn StudyData, out: &Path) -> anyhow::Result<()> {
    write_with_norms(study, out, &norms::band)
}

/// Pages that are rendered at the same time: bounds the memory.
const BATCH: usize = 32;

/// The same with norm bands of the caller's choice.
pub fn write_with_norms(
    study: &dyn StudyData,
    out: &Path,
    bands: &BandSource,
) -> anyhow::Result<()> {
    let recordings = study.recordings()?;
    let session_rows = study.sessions()?;
    let sessions = by_session(&session_rows);
    let writer = Writer {
        study,
        pages: Pages::new()?,
        provenance: study.provenance()?,
        folder: Folder::create(out)?,
        bands,
    };
    let in_session: BTreeSet<&str> = session_rows
        .iter()
        .flat_map(|row| row.recordings.iter().map(String::as_str))
        .collect();
    let found = writer.recordings(&recordings, &in_session)?;
    writer.sessions(&sessions, &recordings)?;
    let index = IndexPage::of(&recordings, &found, &sessions, &writer.provenance);
    let html = writer.pages.render("index.html", &index)?;
    writer.folder.page("index.html", &html)?;
    writer.folder.finish()
}

/// Everything that page after page needs.
struct Writer<'a> {
    study: &'a dyn StudyData,
    pages: Pages,
    provenance: Provenance,
    folder: Folder,
    bands: &'a BandSource<'a>,
}

impl Writer<'_> {
    /// Writes the pages of all recordings; gives the number of strides found in each.
    fn recordings(
        &self,
        recordings: &[RecordingRow],
        in_session: &BTreeSet<&str>,
    ) -> anyhow::Result<Vec<StrideCounts>> {
        let (pages, provenance, bands) = (&self.pages, &self.provenance, self.bands);
        let mut found = Vec::with_capacity(recordings.len());
        for batch in recordings.chunks(BATCH) {
            let mut loaded = Vec::with_capacity(batch.len());
            for row in batch {
                let strides = self.study.strides(&row.recording)?;
                found.push(PerSide::from_fn(|side| {
                    strides.iter().filter(|s| s.stride.side == side).count()
                }));
                let has_session = in_session.contains(row.recording.as_str());
                loaded.push((row, strides, has_session));
            }
            let rendered: Vec<String> = loaded
                .par_iter()
                .map(|(row, strides, has_session)| {
                    let page = RecordingPage::of(row, strides, *has_session, provenance, bands)?;
                    pages.render("recording.html", &page)
                })
                .collect::<anyhow::Result<_>>()?;
            for (row, html) in batch.iter().zip(rendered) {
                self.folder.page(&recording_href(&row.recording), &html)?;
            }
        }
        Ok(found)
    }

    /// Writes the pages of all sessions.
    fn sessions(
        &self,
        sessions: &[Vec<&SessionRow>],
        recordings: &[RecordingRow],
    ) -> anyhow::Result<()> {
        let by_name: BTreeMap<&str, &RecordingRow> = recordings
            .iter()
            .map(|row| (row.recording.as_str(), row))
            .collect();
        for rows in sessions {
            let Some(first) = rows.first() else {
                continue;
            };
            let mut strides: Vec<StrideRow> = Vec::new();
            for recording in &first.recordings {
                strides.extend(self.study.strides(recording)?);
            }
            let names = first.recordings.iter();
            let pooled: Vec<&RecordingRow> = names
                .filter_map(|name| by_name.get(name.as_str()).copied())
                .collect();
            let page = SessionPage::of(SessionInput {
                rows,
                pooled: &pooled,
                walks: &caution::walks_of(recordings, first),
                strides: &strides,
                provenance: &self.provenance,
                bands: self.bands,
            })?;
            let href = session_href(&first.subject, &first.session, &first.condition);
            let html = self.pages.render("session.html", &page)?;
            self.folder.page(&href, &html)?;
        }
        Ok(())
    }
}

/// Groups the limbs of each session, in the order of the study.
fn by_session(rows: &[SessionRow]) -> Vec<Vec<&SessionRow>> {
    let name = |row: &SessionRow| {
        (
            row.subject.clone(),
            row.session.clone(),
            row.condition.clone(),
        )
    };
    let mut sessions: Vec<Vec<&SessionRow>> = Vec::new();
    for row in rows {
        match sessions.last_mut() {
            Some(session) if session.last().is_some_and(|last| name(last) == name(row)) => {
                session.push(row);
            }
            _ => sessions.push(vec![row]),
        }
    }
    sessions
}
