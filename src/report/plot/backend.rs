//! A plotters back end that writes SVG which a style sheet can colour.
//!
//! In: plotters' drawing calls. Out: SVG elements without any colour of their own. The stock SVG
//! back end writes colours into every element, so that a page could follow neither dark mode nor
//! print; here the surrounding group says what a shape *is* and the style sheet says how it looks.
//! Drawing units are tenths of a pixel, so that plotters' whole-number coordinates stay smooth.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use crate::report::number::push_whole;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// Drawing units per pixel.
pub const UNITS: i32 = 10;

/// The SVG text under construction, shared with whoever opens groups around the shapes.
#[derive(Clone, Default)]
pub struct Sink(Rc<RefCell<String>>);

impl Sink {
    /// Appends markup that is already safe.
    pub fn markup(&self, text: &str) {
        self.0.borrow_mut().push_str(text);
    }

    /// Appends text that may hold anything.
    pub fn text(&self, text: &str) {
        escape_into(&mut self.0.borrow_mut(), text);
    }

    /// What was written so far.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

/// Escapes `text` for element content and double-quoted attributes; characters that steer are shown as
/// `\u{…}`, and what else XML forbids
/// becomes U+FFFD.
pub fn escape_into(out: &mut String, text: &str) {
    for c in crate::recording::visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

/// The back end itself.
pub struct SvgBackend {
    sink: Sink,
    size: (u32, u32),
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl SvgBackend {
    /// Draws into `sink` on a surface of `size` drawing units.
    pub fn new(sink: Sink, size: (u32, u32)) -> SvgBackend {
        SvgBackend { sink, size }
    }

    /// Writes a path with relative steps, the shortest form.
    fn path(&self, points: impl IntoIterator<Item = BackendCoord>, close: bool) -> Drawn {
        let mut points = points.into_iter();
        let Some(mut last) = points.next() else {
            return Ok(());
        };
        let mut data = format!("M{} {}", last.0, last.1);
        let mut letter = true;
        for point in points {
            let (dx, dy) = (point.0 - last.0, point.1 - last.1);
            if letter {
                data.push('l');
            } else if dx >= 0 {
                data.push(' ');
            }
            letter = false;
            push_whole(&mut data, dx);
            if dy >= 0 {
                data.push(' ');
            }
            push_whole(&mut data, dy);
            last = point;
        }
        if close {
            data.push('z');
        }
        self.sink.markup(&format!("<path d=\"{data}\"/>"));
        Ok(())
    }
}

impl DrawingBackend for SvgBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, _: BackendColor) -> Drawn {
        self.path([(x, y), (x + 1, y)], false)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _: &S) -> Drawn {
        self.path([from, to], false)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        _: &S,
        _: bool,
    ) -> Drawn {
        self.path(
            [(left, top), (right, top), (right, bottom), (left, bottom)],
            true,
        )
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Drawn {
        self.path(path, false)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        _: &S,
        _: bool,
    ) -> Drawn {
        self.sink
            .markup(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        _: &S,
    ) -> Drawn {
        self.path(corners, true)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let baseline = match style.anchor().v_pos {
            VPos::Top => " dy=\".8em\"",
            VPos::Center => " dy=\".35em\"",
            VPos::Bottom => "",
        };
        self.sink
            .markup(&format!("<text x=\"{x}\" y=\"{y}\"{anchor}{baseline}>"));
        self.sink.text(text);
        self.sink.markup("</text>");
        Ok(())
    }
}
