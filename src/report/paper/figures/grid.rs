//! Where the plots of both limbs stand: beside each other on a wide sheet, below each other on a
//! narrow one.

use crate::recording::Side;
use crate::report::paper::look::Look;
use crate::report::paper::sheet::{Hang, PT_PER_MM, Place, Sheet};
use crate::report::plot::Figure;

/// A plot that is narrower would lose its titles, in sizes of the type.
const NARROWEST: f64 = 30.0;
/// A plot that is lower would lose its tick labels, in sizes of the type.
const LOWEST: f64 = 16.0;

/// Rows of plots with a heading each, and a legend below.
pub(super) struct Grid {
    type_pt: f64,
    columns: usize,
    plot: (f64, f64),
    /// Width and height of the sheet, points.
    pub(super) size: (f64, f64),
}

impl Grid {
    /// Room for `curves` plots of each limb.
    pub(super) fn new(look: &Look, curves: usize) -> Grid {
        let type_pt = look.font_pt;
        let width = look.width_mm * PT_PER_MM;
        let half = (width - 2.0 * type_pt) / 2.0;
        let (columns, wide) = match half >= NARROWEST * type_pt {
            true => (2, half),
            false => (1, width),
        };
        let rows = (2 * curves / columns).max(1) as f64;
        let usual = rows * ((0.5 * wide).max(LOWEST * type_pt) + 1.6 * type_pt) + 6.0 * type_pt;
        let height = look.height_mm.map_or(usual, |mm| mm * PT_PER_MM);
        Grid {
            type_pt,
            columns,
            plot: (wide, (height - 6.0 * type_pt) / rows),
            size: (width, height),
        }
    }

    /// Whether the plot of a limb is the last of its column, and shows the title of the axis.
    pub(super) fn is_last(&self, curve: usize, curves: usize, side: Side) -> bool {
        curve + 1 == curves && (self.columns == 2 || side == Side::Right)
    }

    /// Draws a plot with its heading.
    pub(super) fn draw(
        &self,
        sheet: &mut Sheet,
        (curve, side): (usize, Side),
        heading: &str,
        figure: &Figure,
    ) -> anyhow::Result<()> {
        let second = usize::from(side == Side::Right);
        let (column, row) = match self.columns {
            2 => (second, curve),
            _ => (0, 2 * curve + second),
        };
        let (wide, tall) = self.plot;
        let head = 1.6 * self.type_pt;
        let (x, y) = (
            column as f64 * (wide + 2.0 * self.type_pt),
            row as f64 * tall,
        );
        let at = (x + 3.0, y + self.type_pt);
        sheet.text(at, self.type_pt, "bold", Hang::Start, heading);
        sheet.plot(Place::new(x, y + head, wide, tall - head), figure)
    }

    /// Where the legend begins, and how wide it may be.
    pub(super) fn legend(&self) -> ((f64, f64), f64) {
        let (width, height) = self.size;
        ((3.0, height - 5.0 * self.type_pt), width - 6.0)
    }
}
