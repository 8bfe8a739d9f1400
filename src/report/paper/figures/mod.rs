//! The report's plots as files for papers.
//!
//! In: a study, what to draw, of whom, and how it looks. Out: SVGs that stand by themselves, each
//! with a name for its file.

mod comparison;
mod grid;
mod multiples;
mod walk;

#[cfg(feature = "pdf")]
pub(super) use walk::curve_keys;

use super::look::Look;
use crate::classify::LimbFinding;
use crate::report::compare_page;
use crate::report::curves::{BandSource, SHOWN, Shown};
use crate::report::language::Language;
use crate::report::{by_session, folder, words};
use crate::settings::Settings;
use crate::study::rows::{SessionRow, StrideRow, StudyData};

/// What can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All curves of both limbs with mean ± SD and norm.
    Curves,
    /// One curve of both limbs.
    Curve(Shown),
    /// Drop against lean.
    Scatter,
    /// The body at mid-stance.
    Posture,
    /// The mean drop of every limb.
    Multiples,
    /// Two sessions of a subject overlaid.
    Comparison,
}

impl Kind {
    /// What is drawn unless something is named.
    pub const USUAL: [Kind; 5] = [
        Kind::Curves,
        Kind::Scatter,
        Kind::Posture,
        Kind::Multiples,
        Kind::Comparison,
    ];

    /// Everything that can be named.
    pub fn all() -> impl Iterator<Item = Kind> {
        let single = SHOWN.into_iter().map(Kind::Curve);
        Kind::USUAL.into_iter().chain(single)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Curves => "curves",
            Kind::Curve(shown) => shown.name(),
            Kind::Scatter => "scatter",
            Kind::Posture => "posture",
            Kind::Multiples => "multiples",
            Kind::Comparison => "comparison",
        }
    }
}

/// Of whom.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// These recordings each by itself; empty = sessions, pooled.
    pub recordings: Vec<String>,
    /// Sessions of this subject only.
    pub subject: Option<String>,
    /// Sessions of these names only; two name the comparison.
    pub sessions: Vec<String>,
}

/// A finished figure.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Name of its file, without extension.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The drawing.
    pub svg: String,
}

/// How figures are made.
pub struct Drawing<'a> {
    /// What.
    pub kinds: &'a [Kind],
    /// Of whom.
    pub selection: &'a Selection,
    /// Size, type, colours.
    pub look: &'a Look,
    /// Words.
    pub language: &'a Language,
}

/// One recording or session on its way to paper.
struct Walk {
    title: String,
    /// Tells its files from those of others.
    stem: String,
    limbs: Vec<LimbFinding>,
    strides: Vec<StrideRow>,
}

/// Draws figure after figure and hands each to `keep`; gives their number.
pub fn draw(
    study: &dyn StudyData,
    drawing: &Drawing,
    keep: &mut dyn FnMut(Drawn) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let provenance = study.provenance()?;
    let norms = provenance.norm_tables()?;
    let bands = |curve, sequence, speed| norms.band(curve, sequence, speed);
    let artist = Artist {
        drawing,
        lang: drawing.language,
        settings: &provenance.settings,
        bands: &bands,
    };
    let mut made = 0;
    let mut keep = |drawn: Drawn| {
        made += 1;
        keep(drawn)
    };
    let wanted = |kind| drawing.kinds.contains(&kind);
    let rows = study.sessions()?;
    let sessions = chosen(&by_session(&rows), drawing.selection)?;
    let mut cells = Vec::new();
    let mut each = |walk: Walk, keep: &mut dyn FnMut(Drawn) -> anyhow::Result<()>| {
        artist.walk(&walk, keep)?;
        if wanted(Kind::Multiples) {
            cells.extend(artist.cells(&walk));
        }
        anyhow::Ok(())
    };
    if drawing.selection.recordings.is_empty() {
        for limbs in &sessions {
            let Some(first) = limbs.first() else { continue };
            each(artist.session(limbs, first, study)?, &mut keep)?;
        }
    } else {
        for walk in recordings(study, &drawing.selection.recordings)? {
            each(walk?, &mut keep)?;
        }
    }
    artist.multiples(&cells, &mut keep)?;
    if wanted(Kind::Comparison) && drawing.selection.recordings.is_empty() {
        let two = sessions.windows(2);
        for both in two.filter_map(|two| compare_page::pair(&two[0], &two[1])) {
            artist.comparison(study, both, &mut keep)?;
        }
    }
    Ok(made)
}

/// The recordings that were named.
fn recordings<'a>(
    study: &'a dyn StudyData,
    names: &'a [String],
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Walk>> + 'a> {
    let rows = study.recordings()?;
    Ok(names.iter().map(move |name| {
        let row = rows.iter().find(|row| row.recording == *name);
        let Some(row) = row else {
            anyhow::bail!("the study has no recording “{name}”; recordings.csv lists them");
        };
        let Some(limbs) = &row.limbs else {
            let reason = row.status.name();
            anyhow::bail!("{name} has no strides to draw ({reason}: {})", row.reason);
        };
        Ok(Walk {
            title: words::clip(name, 120),
            stem: folder::page_stem(name),
            limbs: vec![limbs.left.clone(), limbs.right.clone()],
            strides: study.strides(name)?,
        })
    }))
}

/// The sessions that were asked for.
fn chosen<'a>(
    sessions: &[Vec<&'a SessionRow>],
    selection: &Selection,
) -> anyhow::Result<Vec<Vec<&'a SessionRow>>> {
    let fits = |limbs: &&Vec<&SessionRow>| {
        limbs.first().is_some_and(|row| {
            selection.subject.as_ref().is_none_or(|s| *s == row.subject)
                && (selection.sessions.is_empty() || selection.sessions.contains(&row.session))
        })
    };
    let found: Vec<_> = sessions.iter().filter(fits).cloned().collect();
    if found.is_empty() && selection.recordings.is_empty() {
        anyhow::bail!(
            "no session with strides fits --subject and --session; sessions.csv lists all of them"
        );
    }
    Ok(found)
}

struct Artist<'a> {
    drawing: &'a Drawing<'a>,
    lang: &'a Language,
    settings: &'a Settings,
    bands: &'a BandSource<'a>,
}

type Keep<'a> = &'a mut dyn FnMut(Drawn) -> anyhow::Result<()>;
