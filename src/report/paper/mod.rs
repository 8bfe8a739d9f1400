//! The report on paper: figures for publications, and a PDF per recording.
//!
//! In: the figures of the pages. Out: SVG that stands by itself, PNG and PDF. The plots are those
//! of the pages; here they get a size in millimetres, type and colours of print.

#[cfg(feature = "pdf")]
mod convert;
pub mod figures;
mod letters;
mod look;
#[cfg(feature = "pdf")]
pub(crate) mod pdf;
// without PDFs, figures use a part of what a sheet can do
#[cfg_attr(not(feature = "pdf"), allow(dead_code))]
mod sheet;

use crate::report::curves::BandSource;
use crate::report::language::Language;
use crate::report::recording_page::RecordingPage;
use crate::study::rows::{Provenance, RecordingRow, StrideRow};

#[cfg(feature = "pdf")]
pub use convert::{About, Fonts};
pub use look::{Colour, EMBEDDED, Look};

/// Makes the PDFs of recordings, when they are wanted.
pub(crate) struct PdfMaker {
    #[cfg(feature = "pdf")]
    fonts: Option<Fonts>,
}

#[cfg(feature = "pdf")]
impl PdfMaker {
    /// Gets ready.
    pub(crate) fn new(wanted: bool) -> anyhow::Result<PdfMaker> {
        let fonts = wanted.then(|| Fonts::new(&[] as &[&str])).transpose()?;
        Ok(PdfMaker { fonts })
    }

    /// The PDF of a recording, which its page then links; `None` when none is wanted.
    pub(crate) fn of(
        &self,
        row: &RecordingRow,
        strides: &[StrideRow],
        page: &mut RecordingPage,
        (provenance, bands, lang): (&Provenance, &BandSource, &Language),
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(fonts) = &self.fonts else {
            return Ok(None);
        };
        page.pdf = crate::report::links::pdf_href(&row.recording);
        let limbs = row.limbs.iter().flat_map(|l| [&l.left, &l.right]);
        let input = pdf::Input {
            page,
            limbs: &limbs.collect::<Vec<_>>(),
            strides,
            settings: &provenance.settings,
            bands,
            lang,
        };
        pdf::pdf(&input, fonts).map(Some)
    }
}

#[cfg(not(feature = "pdf"))]
impl PdfMaker {
    /// Refuses: this program was built without PDF.
    pub(crate) fn new(wanted: bool) -> anyhow::Result<PdfMaker> {
        match wanted {
            true => anyhow::bail!("this program was built without the feature `pdf`"),
            false => Ok(PdfMaker {}),
        }
    }

    /// None is ever wanted.
    pub(crate) fn of(
        &self,
        _: &RecordingRow,
        _: &[StrideRow],
        _: &mut RecordingPage,
        _: (&Provenance, &BandSource, &Language),
    ) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}
