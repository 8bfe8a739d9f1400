//! Two sessions of one person over each other.
//!
//! In: their strides. Out: a sheet with every curve of both limbs.

use super::{Artist, Drawn, Keep};
use crate::recording::Side;
use crate::report::compare_page::compare_stem;
use crate::report::curves::{SHOWN, Shown};
use crate::report::links::session_title;
use crate::report::overlay::overlays;
use crate::report::paper::sheet::{Hang, Place, Sheet, Swatch};
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
        let type_pt = self.drawing.look.font_pt;
        let gap = 2.0 * type_pt;
        let wide = (self.width() - gap) / 2.0;
        let head = 1.6 * type_pt;
        let mut shown: Vec<Shown> = found.iter().map(|overlay| overlay.shown).collect();
        shown.sort_by_key(|curve| SHOWN.iter().position(|known| known == curve));
        shown.dedup();
        let rows = shown.len();
        let height = self.height(rows as f64 * (0.5 * wide + head) + 4.5 * type_pt);
        let row_h = (height - 4.5 * type_pt) / rows as f64;
        let mut sheet = Sheet::new(self.drawing.look, (self.width(), height));
        for overlay in &found {
            let column = if overlay.side == Side::Left { 0.0 } else { 1.0 };
            let row = shown.iter().position(|curve| *curve == overlay.shown);
            let (x, y) = (column * (wide + gap), row.unwrap_or(0) as f64 * row_h);
            sheet.text(
                (x + 3.0, y + type_pt),
                type_pt,
                "bold",
                Hang::Start,
                &overlay.figure.title,
            );
            sheet.plot(Place::new(x, y + head, wide, row_h - head), &overlay.figure)?;
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
        sheet.legend((3.0, height - 3.5 * type_pt), self.width() - 6.0, &keys);
        let title = session_title(self.lang, &before.subject, "", "");
        keep(Drawn {
            name: format!("{}-comparison", compare_stem(before, after)),
            svg: sheet.finish(&title),
            title,
        })
    }
}
