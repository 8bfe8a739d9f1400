//! What a diagram holds, in data units and without any drawing library.

use serde::Serialize;

/// One axis.
#[derive(Debug, Clone, Serialize)]
pub struct Axis {
    /// Lowest and highest value shown.
    pub range: (f64, f64),
    /// Distance of the labelled grid lines.
    pub step: f64,
    /// What is shown, with its unit.
    pub title: String,
}

/// Shape of a point: the second way, beside colour, to tell left from right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Left.
    Circle,
    /// Right.
    Triangle,
}

/// What can be drawn, in data units. Marks are drawn in the order of [`Figure::marks`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase", tag = "mark")]
pub enum Mark {
    /// A shaded interval of x over the full height.
    Window {
        /// From x.
        from: f64,
        /// To x.
        to: f64,
        /// Written at its foot.
        label: String,
        /// Class for the style sheet.
        class: &'static str,
    },
    /// The area between two curves; NaN interrupts it.
    Band {
        /// Lower edge at x = 0, 1, 2, ….
        low: Vec<f64>,
        /// Upper edge.
        high: Vec<f64>,
        /// Class for the style sheet.
        class: String,
    },
    /// A rectangle, cut at the axes; infinite ends reach them.
    Area {
        /// Left and right end.
        x: (f64, f64),
        /// Lower and upper end.
        y: (f64, f64),
        /// Written inside, at its left.
        label: String,
        /// At its upper end, else at its lower.
        at_top: bool,
        /// Class for the style sheet.
        class: &'static str,
    },
    /// A curve; NaN and values outside the axis interrupt it.
    Curve {
        /// Values at x = 0, 1, 2, ….
        values: Vec<f64>,
        /// Class for the style sheet.
        class: String,
        /// Identifies the curve to the page's script; empty when not needed.
        key: String,
        /// Shown when the pointer rests on it; empty for none.
        title: String,
    },
    /// A line through points in any steps; NaN and values outside the axes interrupt it.
    Path {
        /// The points, from left to right.
        points: Vec<(f64, f64)>,
        /// Class for the style sheet.
        class: String,
    },
    /// A point; left out when outside the axes.
    Point {
        /// Where.
        at: (f64, f64),
        /// Its shape.
        shape: Shape,
        /// Size in pixels: half the height.
        size: i32,
        /// Class for the style sheet.
        class: String,
        /// Identifies the point to the page's script; empty when not needed.
        key: String,
        /// Shown when the pointer rests on it; empty for none.
        title: String,
    },
    /// A straight line between two points, cut at the axes.
    Line {
        /// One end.
        from: (f64, f64),
        /// The other.
        to: (f64, f64),
        /// Class for the style sheet.
        class: String,
    },
    /// A vertical line with a label at its foot.
    Event {
        /// Where.
        x: f64,
        /// Label.
        label: String,
        /// Class for the style sheet.
        class: &'static str,
    },
}

/// One diagram.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Unique in the page: its title and description get `id`s from it.
    pub id: String,
    /// What it shows, for people who cannot see it.
    pub title: String,
    /// What can be read from it, for people who cannot see it.
    pub description: String,
    /// Width and height in pixels.
    pub size: (i32, i32),
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// What is drawn.
    pub marks: Vec<Mark>,
}
