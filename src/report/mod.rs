//! Pages: what a clinician reads and a researcher takes apart.
//!
//! In: the rows of a study ([`StudyData`]). Out: a folder of self-contained HTML pages —
//! `index.html`, one page per session in `sessions/`, one per recording in `recordings/`. The
//! pages work offline, without a server and without JavaScript; a small script adds sorting,
//! filtering and highlighting. Text from files is escaped everywhere, and a content policy keeps
//! the pages from loading or running anything else.

mod answers;
mod caution;
mod charts;
mod compare_page;
mod curves;
mod excess;
mod figures;
mod folder;
mod gait;
pub mod gcd;
mod index_page;
pub(crate) mod language;
mod limb;
mod links;
mod metric_table;
mod number;
mod overlay;
pub(crate) mod pages;
pub mod paper;
pub(crate) mod plot;
mod posture;
mod provenance;
mod recording_page;
mod scatter;
mod sensors;
mod session_page;
mod tasks;
mod words;

pub use curves::BandSource;
pub use figures::figures;
pub use folder::remove_report;
pub use language::{Language, codes as language_codes};

use crate::compare::Change;
use crate::recording::{PerSide, Side};
use crate::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use crate::study::session_order;
use caution::Walks;
use compare_page::{ComparePage, Part, compare_href};
use folder::Folder;
use gait::Spark;
use index_page::{IndexInput, IndexPage, Left};
use links::{Link, pdf_href, recording_href, session_href, session_title};
use pages::Pages;
use paper::PdfMaker;
use rayon::prelude::*;
use recording_page::RecordingPage;
use session_page::{SessionInput, SessionPage};
use std::collections::BTreeSet;
use std::path::Path;

/// How a report is written.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Language of the pages.
    pub language: Language,
    /// A PDF of every recording besides its page.
    pub pdf: bool,
}

/// Writes the report of `study` into the folder `out`, whole or not at all: an earlier report
/// there is replaced only when the new one is complete, and a folder that holds anything else is
/// refused.
pub fn write(study: &dyn StudyData, out: &Path, options: &Options) -> anyhow::Result<()> {
    let norms = study.provenance()?.norm_tables()?;
    write_with_norms(study, out, options, &|curve, sequence, speed| {
        norms.band(curve, sequence, speed)
    })
}

/// Pages that are rendered at the same time: bounds the memory.
const BATCH: usize = 32;

/// The same with norm bands of the caller's choice.
pub fn write_with_norms(
    study: &dyn StudyData,
    out: &Path,
    options: &Options,
    bands: &BandSource,
) -> anyhow::Result<()> {
    let recordings = study.recordings()?;
    let session_rows = study.sessions()?;
    let sessions = by_session(&session_rows);
    let lang = &options.language;
    let writer = Writer {
        study,
        pages: Pages::new(lang)?,
        provenance: study.provenance()?,
        folder: Folder::create(out)?,
        bands,
        lang,
        pdf: PdfMaker::new(options.pdf)?,
    };
    let in_session: BTreeSet<&str> = session_rows
        .iter()
        .flat_map(|row| row.recordings.iter().map(String::as_str))
        .collect();
    let walks = Walks::new(&recordings);
    let left = writer.recordings(&recordings, &in_session)?;
    let session_sparks = writer.sessions(&sessions, &walks)?;
    let compare = writer.comparisons(&sessions)?;
    let index = IndexPage::of(IndexInput {
        recordings: &recordings,
        left: &left,
        sessions: &sessions,
        session_sparks: &session_sparks,
        compare: &compare,
        walks: &walks,
        provenance: &writer.provenance,
        lang,
    });
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
    lang: &'a Language,
    pdf: PdfMaker,
}

/// A mean drop per limb.
type Sparks = PerSide<Option<Spark>>;

impl Writer<'_> {
    /// Writes the pages of all recordings; gives what the index shows of each.
    fn recordings(
        &self,
        recordings: &[RecordingRow],
        in_session: &BTreeSet<&str>,
    ) -> anyhow::Result<Vec<Left>> {
        let (pages, provenance, bands) = (&self.pages, &self.provenance, self.bands);
        let (lang, maker) = (self.lang, &self.pdf);
        let mut left = Vec::with_capacity(recordings.len());
        for batch in recordings.chunks(BATCH) {
            let mut loaded = Vec::with_capacity(batch.len());
            for row in batch {
                let strides = self.study.strides(&row.recording)?;
                let has_session = in_session.contains(row.recording.as_str());
                loaded.push((row, strides, has_session));
            }
            let rendered: Vec<(String, Option<Vec<u8>>, Left)> = loaded
                .par_iter()
                .map(|(row, strides, has_session)| {
                    let mut page =
                        RecordingPage::of(row, strides, *has_session, provenance, bands, lang)?;
                    let pdf = maker.of(row, strides, &mut page, (provenance, bands, lang))?;
                    let left = Left {
                        found: PerSide::from_fn(|side| {
                            strides.iter().filter(|s| s.stride.side == side).count()
                        }),
                        spark: page
                            .gait
                            .as_ref()
                            .map_or_else(Sparks::default, |gait| gait.spark.clone()),
                    };
                    Ok((pages.render("recording.html", &page)?, pdf, left))
                })
                .collect::<anyhow::Result<_>>()?;
            for (row, (html, pdf, its)) in batch.iter().zip(rendered) {
                self.folder.page(&recording_href(&row.recording), &html)?;
                if let Some(pdf) = pdf {
                    self.folder.page(&pdf_href(&row.recording), &pdf)?;
                }
                left.push(its);
            }
        }
        Ok(left)
    }

    /// Writes the pages of all sessions; gives the mean drop of each.
    fn sessions(
        &self,
        sessions: &[Vec<&SessionRow>],
        walks: &Walks,
    ) -> anyhow::Result<Vec<Sparks>> {
        let mut sparks = Vec::with_capacity(sessions.len());
        for batch in sessions.chunks(BATCH) {
            let mut loaded = Vec::with_capacity(batch.len());
            for rows in batch {
                let strides = match rows.first() {
                    Some(row) => session_strides(self.study, row)?,
                    None => Vec::new(),
                };
                loaded.push((rows, strides));
            }
            let (pages, provenance, bands) = (&self.pages, &self.provenance, self.bands);
            let lang = self.lang;
            let rendered: Vec<(String, Sparks)> = loaded
                .par_iter()
                .map(|(rows, strides)| {
                    let page = SessionPage::of(SessionInput {
                        rows,
                        walks: &rows.first().map_or_else(Vec::new, |row| walks.of(row)),
                        strides,
                        provenance,
                        bands,
                        lang,
                    })?;
                    let html = pages.render("session.html", &page)?;
                    Ok((html, page.gait.spark))
                })
                .collect::<anyhow::Result<_>>()?;
            for (rows, (html, its)) in batch.iter().zip(rendered) {
                if let Some(row) = rows.first() {
                    let href = session_href(&row.subject, &row.session, &row.condition);
                    self.folder.page(&href, &html)?;
                }
                sparks.push(its);
            }
        }
        Ok(sparks)
    }
}

impl Writer<'_> {
    /// Compares every session of a subject with the one before it; gives each session its link.
    fn comparisons(&self, sessions: &[Vec<&SessionRow>]) -> anyhow::Result<Vec<Option<Link>>> {
        let mut links = vec![None; sessions.len()];
        let mut order: Vec<usize> = (0..sessions.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (sessions[a].first(), sessions[b].first());
            let subject = |row: Option<&&SessionRow>| row.map(|row| row.subject.clone());
            let name = |row: Option<&&SessionRow>| row.map_or("", |row| &row.session).to_owned();
            (subject(a).cmp(&subject(b))).then_with(|| session_order(&name(a), &name(b)))
        });
        let pairs: Vec<(usize, &SessionRow, &SessionRow)> = order
            .windows(2)
            .filter_map(|two| {
                let (before, after) = compare_page::pair(&sessions[two[0]], &sessions[two[1]])?;
                Some((two[1], before, after))
            })
            .collect();
        let (pages, provenance, bands) = (&self.pages, &self.provenance, self.bands);
        let lang = self.lang;
        for batch in pairs.chunks(BATCH) {
            let mut loaded = Vec::with_capacity(batch.len());
            for &(_, before, after) in batch {
                let strides = (
                    session_strides(self.study, before)?,
                    session_strides(self.study, after)?,
                );
                loaded.push(((before, after), strides));
            }
            let rendered: Vec<String> = loaded
                .par_iter()
                .map(|(rows, (a, b))| {
                    let page = comparison(*rows, (a, b), provenance, bands, lang)?;
                    pages.render("compare.html", &page)
                })
                .collect::<anyhow::Result<_>>()?;
            for (&(i, before, after), html) in batch.iter().zip(rendered) {
                let href = compare_href(before, after);
                self.folder.page(&href, &html)?;
                let name = session_title(lang, "", &before.session, &before.condition);
                links[i] = Some(Link {
                    href,
                    text: lang.fill("compare.link", &[("session", &name)]),
                });
            }
        }
        Ok(links)
    }
}

/// The strides of the recordings that a session pools.
fn session_strides(study: &dyn StudyData, row: &SessionRow) -> anyhow::Result<Vec<StrideRow>> {
    let mut all = Vec::new();
    for recording in &row.recordings {
        all.extend(study.strides(recording)?);
    }
    Ok(all)
}

fn comparison(
    (before, after): (&SessionRow, &SessionRow),
    (a, b): (&[StrideRow], &[StrideRow]),
    provenance: &Provenance,
    bands: &BandSource,
    lang: &Language,
) -> anyhow::Result<ComparePage> {
    let part = |row, strides| Part { row, strides };
    ComparePage::of(&part(before, a), &part(after, b), provenance, bands, lang)
}

/// What has changed between two sessions.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// In words for a terminal.
    pub text: String,
    /// The two sessions, the earlier first.
    pub sessions: Vec<String>,
    /// Every compared metric of both limbs.
    pub changes: Vec<(Side, Change)>,
}

/// What has changed between two sessions of `subject` (the first and the last unless named).
pub fn compare(
    study: &dyn StudyData,
    subject: &str,
    sessions: &[String],
    language: &Language,
) -> anyhow::Result<Comparison> {
    let rows = study.sessions()?;
    let mut mine: Vec<&SessionRow> = by_session(&rows)
        .iter()
        .filter_map(|limbs| limbs.first().copied())
        .filter(|row| row.subject == subject)
        .collect();
    mine.sort_by(|a, b| session_order(&a.session, &b.session));
    let known = || {
        let names: Vec<String> = mine
            .iter()
            .map(|row| session_title(language, "", &row.session, &row.condition))
            .collect();
        names.join(", ")
    };
    let named = |wanted: &String| {
        let found = mine.iter().find(|row| {
            row.session == *wanted
                || session_title(language, "", &row.session, &row.condition) == *wanted
        });
        found.copied().ok_or_else(|| {
            anyhow::anyhow!(
                "subject {subject} has no session {wanted} with strides; there is: {}",
                known()
            )
        })
    };
    let pair = match (sessions, &mine[..]) {
        ([a, b], _) => (named(a)?, named(b)?),
        ([], [first, .., last]) => (*first, *last),
        ([], []) => anyhow::bail!("no session of subject {subject} has strides"),
        ([], _) => anyhow::bail!(
            "subject {subject} has one session only ({}); two are needed",
            known()
        ),
        _ => anyhow::bail!("give --session twice, or not at all"),
    };
    let provenance = study.provenance()?;
    let norms = provenance.norm_tables()?;
    let bands = |curve, sequence, speed| norms.band(curve, sequence, speed);
    let strides = (
        session_strides(study, pair.0)?,
        session_strides(study, pair.1)?,
    );
    let page = comparison(
        pair,
        (&strides.0, &strides.1),
        &provenance,
        &bands,
        language,
    )?;
    let names = page.sessions.iter().map(|session| session.text.clone());
    Ok(Comparison {
        text: page.text(),
        sessions: names.collect(),
        changes: Side::BOTH
            .into_iter()
            .zip(&page.limbs)
            .flat_map(|(side, limb)| limb.changes.iter().map(move |change| (side, *change)))
            .collect(),
    })
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
