//! Curves over the stride as SVG: the only place that knows plotters.
//!
//! In: a [`Figure`] — axes and marks in data units. Out: one self-contained `<svg>` element whose
//! shapes carry classes instead of colours (`templates/style.css` colours them).

mod backend;
mod figure;

pub use backend::escape_into;
pub use figure::{Axis, Figure, Mark, Shape};

use backend::{Sink, SvgBackend, UNITS};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    BLACK, Cartesian2d, Circle, CoordTranslate, DrawingArea, IntoDrawingArea, IntoFont,
    PathElement, Polygon, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::convert::Infallible;

/// Usual width and height of a drawing in pixels.
pub const SIZE: (i32, i32) = (460, 270);
/// Space around the plotting area in pixels: left, top, right, bottom. Wide enough for the labels
/// in the larger type of narrow screens.
const MARGIN: (i32, i32, i32, i32) = (38, 26, 12, 42);

type Area = DrawingArea<SvgBackend, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Canvas = DrawingArea<SvgBackend, Shift>;
type Drawn = Result<(), plotters::drawing::DrawingAreaErrorKind<Infallible>>;

/// Draws `figure`.
pub fn svg(figure: &Figure) -> anyhow::Result<String> {
    let sink = Sink::default();
    open(&sink, figure);
    draw(&sink, figure).map_err(|e| anyhow::anyhow!("drawing “{}”: {e}", figure.title))?;
    sink.markup("</svg>");
    Ok(sink.take())
}

/// Opens the `<svg>` element with its name and description.
fn open(sink: &Sink, figure: &Figure) {
    let (width, height) = (figure.size.0 * UNITS, figure.size.1 * UNITS);
    let (left, _, right, _) = MARGIN;
    let mut id = String::new();
    escape_into(&mut id, &figure.id);
    sink.markup(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {width} {height}\" \
         data-x=\"{} {}\" role=\"img\" aria-labelledby=\"{id}-t\" aria-describedby=\"{id}-d\"><title id=\"{id}-t\">",
        left * UNITS,
        width - right * UNITS
    ));
    sink.text(&figure.title);
    sink.markup(&format!("</title><desc id=\"{id}-d\">"));
    sink.text(&figure.description);
    sink.markup("</desc>");
}

fn draw(sink: &Sink, figure: &Figure) -> Drawn {
    let (width, height) = figure.size;
    let size = ((width * UNITS) as u32, (height * UNITS) as u32);
    let canvas: Canvas = SvgBackend::new(sink.clone(), size).into_drawing_area();
    let (left, top, right, bottom) = MARGIN;
    let area: Area = canvas.apply_coord_spec(Cartesian2d::new(
        figure.x.range.0..figure.x.range.1,
        figure.y.range.0..figure.y.range.1,
        (
            left * UNITS..(width - right) * UNITS,
            (height - bottom) * UNITS..top * UNITS,
        ),
    ));
    let pen = Pen {
        sink,
        canvas,
        area,
        figure,
    };
    // shading lies under the grid, the grid under the curves
    for mark in &figure.marks {
        pen.shading(mark)?;
    }
    pen.axes()?;
    for mark in &figure.marks {
        pen.lines(mark)?;
    }
    Ok(())
}

/// Draws the parts of one figure.
struct Pen<'a> {
    sink: &'a Sink,
    canvas: Canvas,
    area: Area,
    figure: &'a Figure,
}

impl Pen<'_> {
    /// Wraps what `shapes` draws in a group of a class.
    fn group(&self, class: &str, shapes: impl FnOnce() -> Drawn) -> Drawn {
        self.sink.markup("<g class=\"");
        self.sink.text(class);
        self.sink.markup("\">");
        shapes()?;
        self.sink.markup("</g>");
        Ok(())
    }

    fn line(&self, points: Vec<(f64, f64)>) -> Drawn {
        self.area.draw(&PathElement::new(points, BLACK))
    }

    fn polygon(&self, points: Vec<(f64, f64)>) -> Drawn {
        self.area.draw(&Polygon::new(points, BLACK))
    }

    /// Text at a point in data units, moved by pixels.
    fn text(&self, text: &str, at: (f64, f64), shift: (i32, i32), anchor: (HPos, VPos)) -> Drawn {
        let (x, y) = self.area.as_coord_spec().translate(&at);
        let font = ("sans-serif", 12.0).into_font();
        let style = TextStyle::from(font).pos(Pos::new(anchor.0, anchor.1));
        let point = (x + shift.0 * UNITS, y + shift.1 * UNITS);
        self.canvas.draw(&Text::new(text.to_owned(), point, style))
    }

    /// Windows and bands.
    fn shading(&self, mark: &Mark) -> Drawn {
        let (bottom, top) = self.figure.y.range;
        match mark {
            Mark::Window {
                from,
                to,
                label,
                class,
            } => self.group(class, || {
                self.polygon(vec![
                    (*from, bottom),
                    (*to, bottom),
                    (*to, top),
                    (*from, top),
                ])?;
                let middle = (from + to) / 2.0;
                self.text(
                    label,
                    (middle, bottom),
                    (0, -6),
                    (HPos::Center, VPos::Bottom),
                )
            }),
            Mark::Band { low, high, class } => self.group(class, || {
                for piece in pieces(low.len().min(high.len()), |i| {
                    low[i].is_finite() && high[i].is_finite()
                }) {
                    let upper = piece
                        .clone()
                        .map(|i| (i as f64, high[i].clamp(bottom, top)));
                    let lower = piece.rev().map(|i| (i as f64, low[i].clamp(bottom, top)));
                    self.polygon(upper.chain(lower).collect())?;
                }
                Ok(())
            }),
            Mark::Area {
                x,
                y,
                label,
                at_top,
                class,
            } => self.group(class, || {
                let (left, right) = self.figure.x.range;
                let x = (x.0.clamp(left, right), x.1.clamp(left, right));
                let y = (y.0.clamp(bottom, top), y.1.clamp(bottom, top));
                self.polygon(vec![(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)])?;
                match at_top {
                    true => self.text(label, (x.0, y.1), (6, 5), (HPos::Left, VPos::Top)),
                    false => self.text(label, (x.0, y.0), (6, -6), (HPos::Left, VPos::Bottom)),
                }
            }),
            Mark::Curve { .. }
            | Mark::Path { .. }
            | Mark::Event { .. }
            | Mark::Point { .. }
            | Mark::Line { .. } => Ok(()),
        }
    }

    /// Grid, zero line, tick labels and titles.
    fn axes(&self) -> Drawn {
        let (x, y) = (&self.figure.x, &self.figure.y);
        self.group("grid", || {
            for value in ticks(y) {
                self.line(vec![(x.range.0, value), (x.range.1, value)])?;
            }
            Ok(())
        })?;
        if y.range.0 <= 0.0 && y.range.1 >= 0.0 {
            self.group("zero", || {
                self.line(vec![(x.range.0, 0.0), (x.range.1, 0.0)])
            })?;
        }
        self.group("ticks", || {
            for value in ticks(y) {
                let at = (x.range.0, value);
                self.text(&tick_label(value), at, (-6, 0), (HPos::Right, VPos::Center))?;
            }
            for value in ticks(x) {
                let at = (value, y.range.0);
                self.text(&tick_label(value), at, (0, 6), (HPos::Center, VPos::Top))?;
            }
            Ok(())
        })?;
        self.group("axis-title", || {
            let (left, _, right, _) = MARGIN;
            let top = (x.range.0, y.range.1);
            self.text(&y.title, top, (4 - left, -10), (HPos::Left, VPos::Bottom))?;
            let foot = (x.range.1, y.range.0);
            self.text(&x.title, foot, (right - 4, 22), (HPos::Right, VPos::Top))
        })
    }

    /// Curves and events.
    fn lines(&self, mark: &Mark) -> Drawn {
        let (bottom, top) = self.figure.y.range;
        match mark {
            Mark::Curve {
                values,
                class,
                key,
                title,
            } => {
                self.keyed(class, key, title);
                for piece in pieces(values.len(), |i| (bottom..=top).contains(&values[i])) {
                    self.line(piece.map(|i| (i as f64, values[i])).collect())?;
                }
                self.sink.markup("</g>");
                Ok(())
            }
            Mark::Path { points, class } => self.group(class, || {
                let (left, right) = self.figure.x.range;
                let inside = |i: usize| {
                    let (x, y) = points[i];
                    (left..=right).contains(&x) && (bottom..=top).contains(&y)
                };
                for piece in pieces(points.len(), inside) {
                    self.line(points[piece].to_vec())?;
                }
                Ok(())
            }),
            Mark::Event { x, label, class } => self.group(class, || {
                self.line(vec![(*x, bottom), (*x, top)])?;
                self.text(label, (*x, bottom), (5, -6), (HPos::Left, VPos::Bottom))
            }),
            Mark::Point {
                at,
                shape,
                size,
                class,
                key,
                title,
            } => {
                let (left, right) = self.figure.x.range;
                if !(left..=right).contains(&at.0) || !(bottom..=top).contains(&at.1) {
                    return Ok(());
                }
                self.keyed(class, key, title);
                self.point(*at, *shape, *size)?;
                self.sink.markup("</g>");
                Ok(())
            }
            Mark::Line { from, to, class } => self.group(class, || {
                let (left, right) = self.figure.x.range;
                let cut = |p: &(f64, f64)| (p.0.clamp(left, right), p.1.clamp(bottom, top));
                self.line(vec![cut(from), cut(to)])
            }),
            Mark::Window { .. } | Mark::Band { .. } | Mark::Area { .. } => Ok(()),
        }
    }

    /// Opens a group that the page's script finds by its key.
    fn keyed(&self, class: &str, key: &str, title: &str) {
        self.sink.markup("<g class=\"");
        self.sink.text(class);
        if !key.is_empty() {
            self.sink.markup("\" data-key=\"");
            self.sink.text(key);
        }
        self.sink.markup("\">");
        if !title.is_empty() {
            self.sink.markup("<title>");
            self.sink.text(title);
            self.sink.markup("</title>");
        }
    }

    fn point(&self, at: (f64, f64), shape: Shape, size: i32) -> Drawn {
        let (x, y) = self.area.as_coord_spec().translate(&at);
        let half = size * UNITS;
        match shape {
            Shape::Circle => self.canvas.draw(&Circle::new((x, y), half, BLACK)),
            Shape::Triangle => {
                let corners = vec![
                    (x, y - half * 5 / 4),
                    (x + half * 6 / 5, y + half),
                    (x - half * 6 / 5, y + half),
                ];
                self.canvas.draw(&Polygon::new(corners, BLACK))
            }
        }
    }
}

/// Values of the grid lines of an axis.
fn ticks(axis: &Axis) -> impl Iterator<Item = f64> {
    let (first, last, step) = (axis.range.0, axis.range.1, axis.step);
    let from = (first / step).ceil() as i64;
    let to = (last / step).floor() as i64;
    (from..=to).map(move |i| i as f64 * step)
}

fn tick_label(value: f64) -> String {
    super::number::fixed(value, if value.fract() == 0.0 { 0 } else { 1 })
}

/// Longest runs of indices below `length` that fulfil `good`, of two points or more.
fn pieces(
    length: usize,
    good: impl Fn(usize) -> bool,
) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for i in 0..=length {
        match (i < length && good(i), start) {
            (true, None) => start = Some(i),
            (false, Some(first)) => {
                if i - first > 1 {
                    found.push(first..i);
                }
                start = None;
            }
            _ => {}
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(marks: Vec<Mark>) -> Figure {
        Figure {
            id: "one".into(),
            title: "</title><script>alert(1)</script>".into(),
            size: SIZE,
            description: "a & b \"c\" 'd'".into(),
            x: Axis {
                range: (0.0, 100.0),
                step: 20.0,
                title: "%".into(),
            },
            y: Axis {
                range: (-10.0, 10.0),
                step: 5.0,
                title: "degrees".into(),
            },
            marks,
        }
    }

    fn curve(values: Vec<f64>) -> Mark {
        Mark::Curve {
            values,
            class: "left mean".into(),
            key: "<k>".into(),
            title: "\u{0}<t>".into(),
        }
    }

    #[test]
    fn coordinates_are_those_of_the_axes() {
        let text = svg(&figure(vec![curve(vec![-10.0, 10.0])])).unwrap();
        // from the lower left corner, up over the whole height
        let (left, top, right, bottom) = MARGIN;
        let width = f64::from((SIZE.0 - left - right) * UNITS);
        let height = (SIZE.1 - top - bottom) * UNITS;
        let start = format!("M{} {}l", left * UNITS, (SIZE.1 - bottom) * UNITS);
        let curve = text.split("<g class=\"left mean\"").nth(1).unwrap();
        let path = curve.split(&start).nth(1).unwrap();
        let step = (width / 100.0) as i32;
        assert_eq!(path.split('"').next().unwrap(), format!("{step}-{height}"));
        for tick in [">\u{2212}10<", ">\u{2212}5<", ">0<", ">5<", ">10<", ">100<"] {
            assert!(text.contains(tick), "{tick}");
        }
    }

    #[test]
    fn missing_and_outlying_values_interrupt_a_curve() {
        let text = svg(&figure(vec![curve(vec![
            0.0,
            1.0,
            f64::NAN,
            2.0,
            3.0,
            99.0,
            4.0,
            f64::INFINITY,
            5.0,
            5.0,
        ])]))
        .unwrap();
        let group = text.split("<g class=\"left mean\"").nth(1).unwrap();
        let group = group.split("</g>").next().unwrap();
        assert_eq!(group.matches("<path").count(), 3, "{group}");
        assert!(!text.contains("NaN") && !text.contains("inf"));
        svg(&figure(vec![curve(Vec::new()), curve(vec![f64::NAN; 101])])).unwrap();
    }

    #[test]
    fn texts_are_escaped() {
        let text = svg(&figure(vec![curve(vec![0.0, 1.0])])).unwrap();
        assert!(!text.contains("<script"));
        assert!(text.contains("&lt;/title&gt;&lt;script&gt;"));
        assert!(text.contains("a &amp; b &quot;c&quot; &#39;d&#39;"));
        assert!(text.contains("data-key=\"&lt;k&gt;\""));
        assert!(text.contains("<title>\\u{0}&lt;t&gt;</title>"));
    }
}
