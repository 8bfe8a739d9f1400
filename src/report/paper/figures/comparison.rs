//! Two sessions of one person over each other.
//!
//! In: their strides. Out: a sheet with every curve of both limbs.

use super::grid::Grid;
use super::{Artist, Drawn, Keep};
use crate::report::compare_page::compare_stem;
use crate::report::curves::{SHOWN, Shown};
use crate::report::links::session_title;
use crate::report::overlay::overlays;
use crate::report::paper::sheet::{Sheet, Swatch};
use crate::report::session_strides;
use crate::study::rows::{SessionRow, StudyData};

impl Artist<'_> {
    /// Two sessions overlaid: one row per limb.
    pub(super) fn comparison(
        &self,
        study: &dyn StudyData,
        (before, after): (&SessionRow, &SessionRow),
        keep: Keep,
    ) -> anyhow::Result<()> {
        let strides = (
            session_strides(study, before)?,
            session_strides(study, after)?,
        );
        let name = |row: &SessionRow| session_title(self.lang, "", &row.session, &row.condition);
        let names = (name(before), name(after));
        let both = (strides.0.as_slice(), strides.1.as_slice());
        let found = overlays(both, &names, self.bands, &self.settings.compare, self.lang);
        if found.is_empty() {
            return Ok(());
        }
        let mut shown: Vec<Shown> = found.iter().map(|overlay| overlay.shown).collect();
        shown.sort_by_key(|curve| SHOWN.iter().position(|known| known == curve));
        shown.dedup();
        let grid = Grid::new(self.drawing.look, shown.len());
        let mut sheet = Sheet::new(self.drawing.look, grid.size);
        for overlay in &found {
            let row = shown.iter().position(|curve| *curve == overlay.shown);
            let row = row.unwrap_or(0);
            let mut figure = overlay.figure.clone();
            if !grid.is_last(row, shown.len(), overlay.side) {
                figure.x.title.clear();
            }
            grid.draw(
                &mut sheet,
                (row, overlay.side),
                &overlay.figure.title,
                &figure,
            )?;
        }
        let keys = [
            (Swatch::Line("before"), names.0),
            (Swatch::Line("left"), names.1.clone()),
            (Swatch::Line("right"), names.1),
            (
                Swatch::Box("window"),
                self.lang.say("compare.legend-differs"),
            ),
        ];
        let (at, width) = grid.legend();
        sheet.legend(at, width, &keys);
        let title = session_title(self.lang, &before.subject, "", "");
        keep(Drawn {
            name: format!("{}-comparison", compare_stem(before, after)),
            svg: sheet.finish(&title),
            title,
        })
    }
}
