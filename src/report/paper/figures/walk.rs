//! The figures of one recording or session.
//!
//! In: its strides and findings. Out: sheets with curves, drop against lean, and the body.

use super::grid::Grid;
use super::{Artist, Drawn, Keep, Kind, Walk};
use crate::classify::LimbFinding;
use crate::recording::{PerSide, Side};
use crate::report::curves::{LimbCurves, SHOWN, Shown};
use crate::report::language::Language;
use crate::report::links::session_title;
use crate::report::paper::sheet::{Hang, PT_PER_MM, Place, Sheet, Swatch};
use crate::report::{charts, folder, posture, scatter, session_strides, words};
use crate::study::rows::{SessionRow, StrideRow, StudyData};

impl Artist<'_> {
    pub(super) fn width(&self) -> f64 {
        self.drawing.look.width_mm * PT_PER_MM
    }

    pub(super) fn height(&self, usual: f64) -> f64 {
        self.drawing
            .look
            .height_mm
            .map_or(usual, |mm| mm * PT_PER_MM)
    }

    pub(super) fn session(
        &self,
        limbs: &[&SessionRow],
        first: &SessionRow,
        study: &dyn StudyData,
    ) -> anyhow::Result<Walk> {
        let (subject, session) = (&first.subject, &first.session);
        Ok(Walk {
            title: session_title(self.lang, subject, session, &first.condition),
            stem: folder::page_stem(&format!("{subject}\n{session}\n{}", first.condition)),
            limbs: limbs.iter().map(|row| row.finding.clone()).collect(),
            strides: session_strides(study, first)?,
        })
    }

    /// The figures of one recording or session.
    pub(super) fn walk(&self, walk: &Walk, keep: Keep) -> anyhow::Result<()> {
        let curves = PerSide::from_fn(|side| LimbCurves::of(&walk.strides, side, self.bands));
        for &kind in self.drawing.kinds {
            let svg = match kind {
                Kind::Curves => self.curves(walk, &curves, &SHOWN)?,
                Kind::Curve(shown) => self.curves(walk, &curves, &[shown])?,
                Kind::Scatter => self.scatter(walk, &curves)?,
                Kind::Posture => self.posture(walk, &curves),
                Kind::Multiples | Kind::Comparison => None,
            };
            if let Some(svg) = svg {
                keep(Drawn {
                    name: format!("{}-{}", walk.stem, kind.name()),
                    title: walk.title.clone(),
                    svg,
                })?;
            }
        }
        Ok(())
    }

    /// Curves of both limbs side by side, one row per curve.
    fn curves(
        &self,
        walk: &Walk,
        limbs: &PerSide<LimbCurves>,
        shown: &[Shown],
    ) -> anyhow::Result<Option<String>> {
        let has = |curve: &Shown| {
            Side::BOTH
                .iter()
                .any(|&side| charts::has_mean(&limbs[side], *curve))
        };
        let rows: Vec<Shown> = shown.iter().copied().filter(has).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let grid = Grid::new(self.drawing.look, rows.len());
        let mut sheet = Sheet::new(self.drawing.look, grid.size);
        for (i, &curve) in rows.iter().enumerate() {
            for side in Side::BOTH {
                let title = words::curve(self.lang, curve).title;
                let stance = words::stance(self.lang, side).to_lowercase();
                let values = [("curve", title.as_str()), ("side", &stance)];
                let heading = self.lang.fill("curves.figure", &values);
                let key = |_: &StrideRow| String::new();
                let mut figure = charts::figure(limbs, side, curve, "", &key, self.lang);
                if !grid.is_last(i, rows.len(), side) {
                    figure.x.title.clear();
                }
                grid.draw(&mut sheet, (i, side), &heading, &figure)?;
            }
        }
        let (at, width) = grid.legend();
        sheet.legend(at, width, &curve_keys(self.lang));
        Ok(Some(sheet.finish(&walk.title)))
    }

    fn scatter(&self, walk: &Walk, curves: &PerSide<LimbCurves>) -> anyhow::Result<Option<String>> {
        let limbs: Vec<&LimbFinding> = walk.limbs.iter().collect();
        let key = |_: &StrideRow| String::new();
        let Some(figure) = scatter::figure(
            &limbs,
            &walk.strides,
            curves,
            self.settings,
            &key,
            self.lang,
        ) else {
            return Ok(None);
        };
        let type_pt = self.drawing.look.font_pt;
        let height = self.height(0.72 * self.width().min(100.0 * PT_PER_MM) + 2.5 * type_pt);
        let width = match self.drawing.look.height_mm {
            Some(_) => self.width(),
            None => self.width().min(100.0 * PT_PER_MM),
        };
        let mut sheet = Sheet::new(self.drawing.look, (width, height));
        let place = Place::new(0.0, 0.0, width, height - 2.5 * type_pt);
        sheet.plot(place, &figure)?;
        let keys = [
            (Swatch::Circle, self.lang.say("scatter.legend-left")),
            (Swatch::Triangle, self.lang.say("scatter.legend-right")),
        ];
        sheet.legend((type_pt, height - 2.0 * type_pt), width - type_pt, &keys);
        Ok(Some(sheet.finish(&walk.title)))
    }

    fn posture(&self, walk: &Walk, curves: &PerSide<LimbCurves>) -> Option<String> {
        let views: Vec<_> = Side::BOTH
            .iter()
            .filter_map(|&side| posture::view(curves, side, self.lang))
            .collect();
        if views.is_empty() {
            return None;
        }
        let type_pt = self.drawing.look.font_pt;
        let width = self.width().min(110.0 * PT_PER_MM);
        let height = self.height(0.62 * width + 9.0 * type_pt);
        let mut sheet = Sheet::new(self.drawing.look, (width, height));
        let column = width / views.len() as f64;
        for (i, view) in views.iter().enumerate() {
            let (x, middle) = (i as f64 * column, (i as f64 + 0.5) * column);
            let mut y = 1.3 * type_pt;
            sheet.text((middle, y), type_pt, "bold", Hang::Middle, &view.title);
            let place = Place::new(x, y + 0.5 * type_pt, column, height - 9.0 * type_pt);
            sheet.posture(place, view);
            y = height - 5.6 * type_pt;
            for (text, class) in [
                (&view.pelvis_text, ""),
                (&view.trunk_text, ""),
                (&view.norm_text, "soft"),
            ] {
                sheet.text((middle, y), type_pt, class, Hang::Middle, text);
                y += 1.3 * type_pt;
            }
        }
        // tilts larger than life must be said where they are seen
        let note = self.lang.say("posture.note");
        let at = (width / 2.0, height - type_pt);
        sheet.text(at, type_pt, "soft", Hang::Middle, &note);
        Some(sheet.finish(&walk.title))
    }
}

/// What lines and areas of curves mean.
pub fn curve_keys(lang: &Language) -> Vec<(Swatch, String)> {
    [
        (Swatch::Line("left"), "curves.legend-left"),
        (Swatch::Line("right"), "curves.legend-right"),
        (Swatch::Box("spread"), "curves.legend-spread"),
        (Swatch::Line("thin"), "curves.legend-stride"),
        (Swatch::Box("two"), "curves.legend-norm"),
        (Swatch::Box("window"), "curves.single-support"),
    ]
    .map(|(swatch, key)| (swatch, lang.say(key)))
    .to_vec()
}
