//! Small multiples: the mean drop of every limb on one scale.
//!
//! In: the strides of recordings or sessions. Out: sheets that fit on a page each.

use super::{Artist, Drawn, Keep, Walk};
use crate::recording::Side;
use crate::report::curves::{LimbCurves, Shown};
use crate::report::paper::letters;
use crate::report::paper::sheet::{Hang, PT_PER_MM, Place, Sheet, Swatch};
use crate::report::plot::{Axis, Figure, Mark};
use crate::report::{charts, words};

/// One limb of the small multiples.
pub(super) struct Cell {
    title: String,
    side: Side,
    marks: Vec<Mark>,
}

/// ±10°, widened in steps of 5° to hold every curve: all multiples have the same scale.
fn common_range(cells: &[Cell]) -> (f64, f64) {
    let values = cells.iter().flat_map(|cell| &cell.marks).flat_map(|mark| {
        let (low, high): (&[f64], &[f64]) = match mark {
            Mark::Band { low, high, .. } => (low, high),
            Mark::Curve { values, .. } => (values, values),
            _ => (&[], &[]),
        };
        low.iter().chain(high).copied()
    });
    let finite = values.filter(|v| v.is_finite());
    let (low, high) = finite.fold((-10.0_f64, 10.0_f64), |(a, b), v| (a.min(v), b.max(v)));
    (
        5.0 * (low.max(-90.0) / 5.0).floor(),
        5.0 * (high.min(90.0) / 5.0).ceil(),
    )
}

impl Artist<'_> {
    /// The mean drop of both limbs, for the small multiples.
    pub(super) fn cells(&self, walk: &Walk) -> Vec<Cell> {
        let cell = |side: Side| {
            let limb = LimbCurves::of(&walk.strides, side, self.bands);
            let curve = limb.curve(Shown::PelvisDrop)?;
            let mean = curve.mean.clone()?;
            let mut marks = Vec::new();
            if let Some(norm) = curve.band() {
                marks.push(charts::band(
                    &norm.mean_deg,
                    &norm.sd_deg,
                    2.0,
                    "band two".into(),
                ));
            }
            marks.push(charts::band(
                &mean,
                &curve.sd,
                1.0,
                format!("{} spread", side.name()),
            ));
            marks.push(Mark::Curve {
                values: mean,
                class: format!("{} mean", side.name()),
                key: String::new(),
                title: String::new(),
            });
            Some(Cell {
                title: walk.title.clone(),
                side,
                marks,
            })
        };
        Side::BOTH.into_iter().filter_map(cell).collect()
    }

    /// Sheets of small multiples, as many as fit on a page each.
    pub(super) fn multiples(&self, cells: &[Cell], keep: Keep) -> anyhow::Result<()> {
        let type_pt = self.drawing.look.font_pt;
        let columns = (self.width() / (45.0 * PT_PER_MM)).floor().max(1.0) as usize;
        // both limbs of a session stand beside each other
        let columns = if columns > 1 {
            columns - columns % 2
        } else {
            1
        };
        let wide = self.width() / columns as f64;
        let tall = 0.62 * wide + 2.8 * type_pt;
        let most = ((self.height(240.0 * PT_PER_MM) / tall).floor() as usize).max(1) * columns;
        let sheets = cells.len().div_ceil(most);
        let range = common_range(cells);
        for (page, cells) in cells.chunks(most).enumerate() {
            let rows = cells.len().div_ceil(columns);
            let height = rows as f64 * tall + 2.5 * type_pt;
            let mut sheet = Sheet::new(self.drawing.look, (self.width(), height));
            for (i, cell) in cells.iter().enumerate() {
                let (x, y) = ((i % columns) as f64 * wide, (i / columns) as f64 * tall);
                self.cell(&mut sheet, cell, range, Place::new(x, y, wide, tall))?;
            }
            sheet.legend(
                (3.0, height - 2.0 * type_pt),
                self.width() - 6.0,
                &self.multiple_keys(),
            );
            let title = words::curve(self.lang, Shown::PelvisDrop).title;
            let name = match sheets {
                1 => "multiples".to_owned(),
                _ => format!("multiples-{}", page + 1),
            };
            keep(Drawn {
                name,
                svg: sheet.finish(&title),
                title,
            })?;
        }
        Ok(())
    }

    fn cell(
        &self,
        sheet: &mut Sheet,
        cell: &Cell,
        range: (f64, f64),
        place: Place,
    ) -> anyhow::Result<()> {
        let type_pt = self.drawing.look.font_pt;
        let side = words::stance(self.lang, cell.side);
        let fits = |text: &str| {
            let most = place.w - 2.0 * type_pt;
            let lines = letters::lines(text, type_pt, letters::Weight::Bold, most);
            match &lines[..] {
                [one] => one.clone(),
                [first, ..] => format!("{first}…"),
                [] => String::new(),
            }
        };
        let at = |line: f64| (place.x + 3.0, place.y + line * type_pt);
        sheet.text(at(1.0), type_pt, "bold", Hang::Start, &fits(&cell.title));
        sheet.text(at(2.2), type_pt, "soft", Hang::Start, &fits(&side));
        let figure = Figure {
            id: String::new(),
            title: format!("{}, {side}", cell.title),
            description: String::new(),
            size: (0, 0),
            x: Axis {
                range: (0.0, 100.0),
                step: 50.0,
                title: String::new(),
            },
            y: Axis {
                range,
                step: if range.1 - range.0 > 25.0 { 10.0 } else { 5.0 },
                title: String::new(),
            },
            marks: cell.marks.clone(),
        };
        let head = 2.4 * type_pt;
        let plot = Place {
            y: place.y + head - type_pt,
            h: place.h - head + type_pt,
            ..place
        };
        sheet.plot(plot, &figure)
    }

    fn multiple_keys(&self) -> Vec<(Swatch, String)> {
        let title = words::curve(self.lang, Shown::PelvisDrop).title;
        let mean = |key| format!("{title}: {}", self.lang.say(key));
        vec![
            (Swatch::Line("left"), mean("curves.legend-left")),
            (Swatch::Line("right"), mean("curves.legend-right")),
            (Swatch::Box("spread"), self.lang.say("curves.legend-spread")),
            (Swatch::Box("two"), self.lang.say("curves.legend-norm-two")),
        ]
    }
}
