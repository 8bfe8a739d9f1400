//! A sheet of paper: plots, stick figures and words at places, as one SVG that stands by itself.
//!
//! In: places in points (1/72 inch) from the upper left corner. Out: an SVG with its size in
//! millimetres and its style sheet inside, which needs nothing else to be shown.

use super::letters::{self, Weight};
use super::look::Look;
use crate::report::plot::{self, Figure, escape_into};
use crate::report::posture::{Body, PostureView};
use std::fmt::Write as _;

/// Points per millimetre.
pub const PT_PER_MM: f64 = 72.0 / 25.4;

/// Where a text hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hang {
    /// Begins here.
    Start,
    /// Has its middle here.
    Middle,
    /// Ends here.
    End,
}

/// A box on the sheet: left, top, width, height.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Place {
    /// The box at a corner with a size.
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Place {
        Place { x, y, w, h }
    }
}

/// A sheet under construction.
pub struct Sheet<'a> {
    look: &'a Look,
    size: (f64, f64),
    svg: String,
    /// Plots so far: their `id`s must differ within a file.
    plots: usize,
}

impl<'a> Sheet<'a> {
    /// An empty sheet of `size` points.
    pub fn new(look: &'a Look, size: (f64, f64)) -> Sheet<'a> {
        Sheet {
            look,
            size,
            svg: String::new(),
            plots: 0,
        }
    }

    /// The finished SVG with a title for people who cannot see it.
    pub fn finish(self, title: &str) -> String {
        let (w, h) = self.size;
        let mut name = String::new();
        escape_into(&mut name, title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.2}mm\" height=\"{:.2}mm\" \
             viewBox=\"0 0 {w:.2} {h:.2}\"><title>{name}</title><style>{}</style>\
             <rect width=\"{w:.2}\" height=\"{h:.2}\" fill=\"#fff\"/>{}</svg>\n",
            w / PT_PER_MM,
            h / PT_PER_MM,
            self.look.style(),
            self.svg
        )
    }

    fn push(&mut self, markup: std::fmt::Arguments) {
        // writing to a String cannot fail
        let _ = self.svg.write_fmt(markup);
    }

    /// One line of text with its baseline at `y`.
    pub fn text(&mut self, at: (f64, f64), size: f64, class: &str, hang: Hang, text: &str) {
        let anchor = match hang {
            Hang::Start => "",
            Hang::Middle => " text-anchor=\"middle\"",
            Hang::End => " text-anchor=\"end\"",
        };
        self.push(format_args!(
            "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{size:.2}\" class=\"{class}\"{anchor}>",
            at.0, at.1
        ));
        let mut escaped = String::new();
        escape_into(&mut escaped, &letters::printable(text));
        self.push(format_args!("{escaped}</text>"));
    }

    /// A filled box.
    pub fn fill(&mut self, place: Place, colour: &str) {
        let Place { x, y, w, h } = place;
        self.push(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" fill=\"{colour}\"/>"
        ));
    }

    /// A straight line.
    pub fn rule(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        self.push(format_args!(
            "<path d=\"M{:.2} {:.2}L{:.2} {:.2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A plot with its type in the size of the look; its own size and `id` are set here.
    pub fn plot(&mut self, place: Place, figure: &Figure) -> anyhow::Result<()> {
        let px = |pt: f64| (pt / self.look.pt_per_px()).round().max(1.0) as i32;
        self.plots += 1;
        let mut figure = figure.clone();
        figure.size = (px(place.w), px(place.h));
        figure.id = format!("plot-{}", self.plots);
        for axis in [&mut figure.x, &mut figure.y] {
            axis.title = fitting(&axis.title, self.look.font_pt, place.w - 6.0);
        }
        let svg = plot::svg(&figure)?;
        let Place { x, y, w, h } = place;
        let body = svg.strip_prefix("<svg ").unwrap_or(&svg);
        self.push(format_args!(
            "<svg x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" {body}"
        ));
        Ok(())
    }

    /// A body seen from behind.
    pub fn posture(&mut self, place: Place, view: &PostureView) {
        let Place { x, y, w, h } = place;
        self.push(format_args!(
            "<svg x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" \
             viewBox=\"0 10 120 162\"><g class=\"{}\"><path class=\"floor\" d=\"M20 168H100\"/>",
            view.side
        ));
        for (body, class) in [(view.norm.as_ref(), "norm"), (Some(&view.body), "body")] {
            if let Some(body) = body {
                self.body(body, class);
            }
        }
        self.push(format_args!("</g></svg>"));
    }

    fn body(&mut self, body: &Body, class: &str) {
        self.push(format_args!("<g class=\"{class}\">"));
        if class == "body" {
            self.push(format_args!("<path class=\"free\" d=\"{}\"/>", body.other));
        }
        self.push(format_args!(
            "<path class=\"leg\" d=\"{}\"/><path class=\"pelvis\" d=\"{}\"/>",
            body.leg, body.pelvis
        ));
        if !body.trunk.is_empty() {
            self.push(format_args!(
                "<path class=\"trunk\" d=\"{}\"/><circle class=\"head\" cx=\"{}\" cy=\"{}\" r=\"8\"/>",
                body.trunk, body.head.0, body.head.1
            ));
        }
        self.push(format_args!("</g>"));
    }

    /// A legend in lines of `most` width from `(x, y)` on; gives the height it takes.
    pub fn legend(&mut self, at: (f64, f64), most: f64, entries: &[(Swatch, String)]) -> f64 {
        let size = self.look.font_pt;
        let (mut x, mut y) = (0.0, 0.0);
        for (swatch, words) in entries {
            let words = letters::printable(words);
            let wide = 2.9 * size + letters::width(&words, size, Weight::Regular);
            if x > 0.0 && x + wide > most {
                (x, y) = (0.0, y + 1.5 * size);
            }
            self.swatch((at.0 + x, at.1 + y + 0.2 * size), *swatch);
            let words_at = (at.0 + x + 2.8 * size, at.1 + y + size);
            self.text(words_at, size, "soft", Hang::Start, &words);
            x += wide + 1.4 * size;
        }
        y + 1.5 * size
    }

    fn swatch(&mut self, at: (f64, f64), swatch: Swatch) {
        let (w, h) = (2.3 * self.look.font_pt, 0.8 * self.look.font_pt);
        let (x, middle) = (at.0, at.1 + h / 2.0);
        match swatch {
            Swatch::Line(class) => self.push(format_args!(
                "<path class=\"key {class}\" d=\"M{x:.2} {middle:.2}h{w:.2}\"/>"
            )),
            Swatch::Box(class) => self.push(format_args!(
                "<rect class=\"key fill {class}\" x=\"{x:.2}\" y=\"{:.2}\" width=\"{w:.2}\" height=\"{h:.2}\"/>",
                at.1
            )),
            Swatch::Circle => self.push(format_args!(
                "<circle class=\"mark left\" cx=\"{:.2}\" cy=\"{middle:.2}\" r=\"{:.2}\"/>",
                x + w / 2.0,
                0.42 * h
            )),
            Swatch::Triangle => self.push(format_args!(
                "<path class=\"mark right\" d=\"M{:.2} {:.2}l{:.2} {:.2}h{:.2}z\"/>",
                x + w / 2.0,
                at.1,
                0.5 * h,
                0.95 * h,
                -h
            )),
        }
    }
}

/// The title of an axis, without its last parts where they do not fit.
fn fitting(title: &str, size: f64, most: f64) -> String {
    let mut title = letters::printable(title);
    while letters::width(&title, size, Weight::Regular) > most {
        match title.rsplit_once(", ") {
            Some((first, _)) => title = first.to_owned(),
            None => break,
        }
    }
    title
}

/// A key of a legend.
#[derive(Debug, Clone, Copy)]
pub enum Swatch {
    /// A line of a class.
    Line(&'static str),
    /// A box of a class.
    Box(&'static str),
    /// The mark of the left limb.
    Circle,
    /// The mark of the right limb.
    Triangle,
}
