//! Blocks one below the other on A4 pages.
//!
//! In: blocks with their height. Out: finished sheets; a block that does not fit begins the next
//! page.

use crate::report::paper::letters::{self, Weight};
use crate::report::paper::look::Look;
use crate::report::paper::sheet::{Hang, Place, Sheet};

/// Width and height of A4, points.
pub const A4: (f64, f64) = (595.28, 841.89);
/// Left and right margin.
pub const MARGIN: f64 = 42.0;
/// Width between the margins.
pub const WIDTH: f64 = A4.0 - 2.0 * MARGIN;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 48.0;
/// Distance of two lines, in sizes of the type.
pub const LEADING: f64 = 1.32;

/// Type of a text.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// Size, points.
    pub size: f64,
    /// Regular or bold.
    pub weight: Weight,
    /// Grey.
    pub soft: bool,
}

impl Type {
    /// Running text of a size.
    pub const fn plain(size: f64) -> Type {
        Type {
            size,
            weight: Weight::Regular,
            soft: false,
        }
    }

    /// Bold text of a size.
    pub const fn bold(size: f64) -> Type {
        Type {
            weight: Weight::Bold,
            ..Type::plain(size)
        }
    }

    /// Grey text of a size.
    pub const fn soft(size: f64) -> Type {
        Type {
            soft: true,
            ..Type::plain(size)
        }
    }

    fn class(self) -> &'static str {
        match (self.weight, self.soft) {
            (Weight::Bold, _) => "bold",
            (_, true) => "soft",
            _ => "",
        }
    }

    /// Height of a line.
    pub fn line(self) -> f64 {
        LEADING * self.size
    }

    /// Lines of `text` in a width.
    pub fn lines(self, text: &str, width: f64) -> Vec<String> {
        letters::lines(&letters::printable(text), self.size, self.weight, width)
    }

    /// Height of `text` in a width.
    pub fn height(self, text: &str, width: f64) -> f64 {
        self.lines(text, width).len() as f64 * self.line()
    }
}

/// The pages so far.
pub struct Flow<'a> {
    look: &'a Look,
    pages: Vec<Sheet<'a>>,
    /// Where the next block begins.
    pub y: f64,
}

impl<'a> Flow<'a> {
    /// One empty page.
    pub fn new(look: &'a Look) -> Flow<'a> {
        Flow {
            look,
            pages: vec![Sheet::new(look, A4)],
            y: TOP,
        }
    }

    /// Makes room for a block of a height.
    pub fn room(&mut self, height: f64) {
        if self.y + height > A4.1 - BOTTOM && self.y > TOP {
            self.break_page();
        }
    }

    /// Begins a new page.
    pub fn break_page(&mut self) {
        self.pages.push(Sheet::new(self.look, A4));
        self.y = TOP;
    }

    /// Moves on.
    pub fn skip(&mut self, height: f64) {
        self.y += height;
    }

    /// The page in hand.
    pub fn sheet(&mut self) -> &mut Sheet<'a> {
        let last = self.pages.len() - 1;
        // there is always a page: `new` makes the first and none is taken away
        &mut self.pages[last]
    }

    /// Lines of `text` at a place; gives the height they take. Does not move on.
    pub fn words(&mut self, (x, y): (f64, f64), width: f64, kind: Type, text: &str) -> f64 {
        let lines = kind.lines(text, width);
        for (i, line) in lines.iter().enumerate() {
            let baseline = y + i as f64 * kind.line() + kind.size;
            self.sheet()
                .text((x, baseline), kind.size, kind.class(), Hang::Start, line);
        }
        lines.len() as f64 * kind.line()
    }

    /// A paragraph over the full width; moves on.
    pub fn paragraph(&mut self, kind: Type, text: &str) {
        if text.is_empty() {
            return;
        }
        for line in kind.lines(text, WIDTH) {
            self.room(kind.line());
            let at = (MARGIN, self.y + kind.size);
            self.sheet()
                .text(at, kind.size, kind.class(), Hang::Start, &line);
            self.skip(kind.line());
        }
    }

    /// A heading that stays with at least `keep` of what follows.
    pub fn heading(&mut self, text: &str, keep: f64) {
        self.room(24.0 + keep);
        self.skip(8.0);
        let y = self.y;
        self.sheet()
            .rule((MARGIN, y), (MARGIN + WIDTH, y), "#dcdfe3", 0.7);
        self.skip(4.0);
        self.paragraph(Type::bold(9.5), text);
        self.skip(2.0);
    }

    /// One line at a place that ends there.
    pub fn at_end(&mut self, (x, y): (f64, f64), kind: Type, text: &str) {
        self.sheet()
            .text((x, y + kind.size), kind.size, kind.class(), Hang::End, text);
    }

    /// The finished pages, each with a line at its foot: `foot`, and its number.
    pub fn finish(self, title: &str, foot: &str) -> Vec<String> {
        let count = self.pages.len();
        let kind = Type::soft(6.5);
        let mut done = Vec::new();
        for (i, mut page) in self.pages.into_iter().enumerate() {
            let y = A4.1 - 26.0;
            page.rule(
                (MARGIN, y - 10.0),
                (MARGIN + WIDTH, y - 10.0),
                "#dcdfe3",
                0.7,
            );
            let lines = kind.lines(foot, WIDTH - 40.0);
            for (j, line) in lines.iter().take(2).enumerate() {
                let at = (MARGIN, y + j as f64 * kind.line());
                page.text(at, kind.size, "soft", Hang::Start, line);
            }
            let number = format!("{} / {count}", i + 1);
            page.text((MARGIN + WIDTH, y), kind.size, "soft", Hang::End, &number);
            done.push(page.finish(title));
        }
        done
    }

    /// A bar at the left of a block, from `top` to here.
    pub fn bar(&mut self, top: f64, colour: &str) {
        let height = self.y - top;
        self.sheet()
            .fill(Place::new(MARGIN, top, 2.5, height), colour);
    }
}
