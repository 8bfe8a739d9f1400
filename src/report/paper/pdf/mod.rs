//! One recording on one or two A4 pages, for a file or a letter.
//!
//! In: what its page shows, and its strides. Out: a PDF: the answers, the body at mid-stance, the
//! frontal-plane curves, drop against lean, the numbers that matter, flags, quality, provenance.

mod evidence;
mod flow;

use super::figures::curve_keys;
use super::look::Look;
use super::{About, Fonts};
use crate::classify::LimbFinding;
use crate::recording::{PerSide, Side};
use crate::report::caution::Caution;
use crate::report::curves::{BandSource, LimbCurves, Shown};
use crate::report::gait::GaitView;
use crate::report::language::Language;
use crate::report::recording_page::RecordingPage;
use crate::report::{charts, words};
use crate::settings::Settings;
use crate::study::rows::StrideRow;
use flow::{Flow, MARGIN, Type, WIDTH};

use super::sheet::Place;

/// Sizes of the type, points.
const BODY: f64 = 8.0;
const SMALL: f64 = 7.0;
/// Type inside plots.
const PLOT_TYPE: f64 = 6.5;
/// Colours of bars: forbids a label, weakens the evidence.
const RED: &str = "#b3202e";
const AMBER: &str = "#c98617";

/// What a PDF is made from.
pub struct Input<'a> {
    /// What the page of the recording shows.
    pub page: &'a RecordingPage,
    /// Findings, left before right; empty when nothing was analysed.
    pub limbs: &'a [&'a LimbFinding],
    /// Strides.
    pub strides: &'a [StrideRow],
    /// Settings.
    pub settings: &'a Settings,
    /// Norms.
    pub bands: &'a BandSource<'a>,
    /// Words.
    pub lang: &'a Language,
}

/// The PDF of a recording.
pub fn pdf(input: &Input, fonts: &Fonts) -> anyhow::Result<Vec<u8>> {
    let about = About {
        title: input.page.title.clone(),
        language: input.lang.code().to_owned(),
    };
    let mut svgs = pages(input, &USUAL)?;
    for extent in [&FILLED, &SHORT] {
        if svgs.len() > PAGES_MAX {
            svgs = pages(input, extent)?;
        }
    }
    fonts.pdf(&svgs, &about)
}

/// Pages of a recording.
const PAGES_MAX: usize = 2;

/// How much of everything is shown; the page and the tables have all of it.
struct Extent {
    /// All curves before drop against lean: fills pages better where the answers are long.
    curves_first: bool,
    /// Height of a curve, points.
    curve: f64,
    /// Flags, warnings of the data, markers with gaps.
    flags: usize,
    warnings: usize,
    gaps: usize,
    /// Characters of a message.
    message: usize,
}

const USUAL: Extent = Extent {
    curves_first: false,
    curve: 94.0,
    flags: 6,
    warnings: 5,
    gaps: 8,
    message: 260,
};

const FILLED: Extent = Extent {
    curves_first: true,
    ..USUAL
};

/// For recordings with much to say.
const SHORT: Extent = Extent {
    curves_first: true,
    curve: 80.0,
    flags: 4,
    warnings: 2,
    gaps: 4,
    message: 130,
};

/// Its pages as SVG.
fn pages(input: &Input, extent: &Extent) -> anyhow::Result<Vec<String>> {
    let look = Look {
        font_pt: PLOT_TYPE,
        ..Look::default()
    };
    let mut writer = Writer {
        flow: Flow::new(&look),
        input,
        extent,
        lang: input.lang,
    };
    writer.head();
    writer.caution(&input.page.caution, true);
    match &input.page.gait {
        Some(gait) => {
            writer.answers(gait);
            let limits = input.lang.say("page.limits");
            writer.flow.paragraph(Type::soft(SMALL), &limits);
            writer.caution(&input.page.caution, false);
            let curves = PerSide::from_fn(|s| LimbCurves::of(input.strides, s, input.bands));
            writer.legend();
            let (first, rest) = (
                [Shown::PelvisDrop, Shown::TrunkLean],
                [Shown::HipAdduction, Shown::KneeValgus],
            );
            if extent.curves_first {
                writer.curves(&curves, &[first, rest].concat())?;
                writer.evidence(gait, &curves)?;
            } else {
                writer.curves(&curves, &first)?;
                writer.evidence(gait, &curves)?;
                writer.curves(&curves, &rest)?;
            }
            writer.numbers(gait);
            writer.flags(gait);
        }
        None => {
            writer
                .flow
                .paragraph(Type::bold(12.0), &input.page.standing);
            writer.caution(&input.page.caution, false);
        }
    }
    writer.quality();
    writer.made();
    let foot = input.lang.say("page.foot");
    let version = &input.page.provenance.version;
    let foot = format!("{foot} · hipdrop {version} · {}", input.page.name);
    Ok(writer.flow.finish(&input.page.title, &foot))
}

/// Writes one PDF.
struct Writer<'a> {
    flow: Flow<'a>,
    input: &'a Input<'a>,
    extent: &'a Extent,
    lang: &'a Language,
}

impl Writer<'_> {
    /// Name, identity, walking facts, and why nothing was analysed.
    fn head(&mut self) {
        let page = self.input.page;
        let kind = format!(
            "{} · {}",
            self.lang.say("index.title"),
            self.lang.say("page.recording")
        );
        self.flow.paragraph(Type::soft(SMALL), &kind);
        self.flow
            .paragraph(Type::bold(14.0), &words::clip(&page.name, 110));
        let walking = page.gait.iter().flat_map(|gait| gait.facts.iter());
        let facts: Vec<_> = page.identity.iter().chain(walking).cloned().collect();
        self.facts(&facts);
        if !page.reason.is_empty() {
            let top = self.flow.y;
            let text = format!(
                "   {}: {}",
                page.status_title,
                words::clip(&page.reason, 900)
            );
            self.flow.paragraph(Type::bold(9.0), &text);
            self.flow.bar(top, RED);
            self.flow.skip(4.0);
        }
    }

    /// Pairs of name and value in a row, as many rows as needed.
    fn facts(&mut self, facts: &[(String, String)]) {
        let (name_type, value_type) = (Type::soft(6.5), Type::plain(BODY));
        let mut x = 0.0;
        for (name, value) in facts {
            let value = words::clip(value, 60);
            let wide = |kind: Type, text: &str| {
                super::letters::width(&super::letters::printable(text), kind.size, kind.weight)
            };
            let width = wide(name_type, name).max(wide(value_type, &value));
            if x > 0.0 && x + width > WIDTH {
                x = 0.0;
                self.flow.skip(21.0);
            }
            self.flow.room(21.0);
            let y = self.flow.y;
            self.flow.words((MARGIN + x, y), WIDTH, name_type, name);
            self.flow
                .words((MARGIN + x, y + 8.5), WIDTH, value_type, &value);
            x += width + 18.0;
        }
        if !facts.is_empty() {
            self.flow.skip(23.0);
        }
    }

    /// Warnings of the data: those that forbid a label, or the weightiest others.
    fn caution(&mut self, caution: &Caution, blocking: bool) {
        let (list, colour) = match blocking {
            true => (&caution.blocking, RED),
            false => (&caution.important, AMBER),
        };
        for (title, message) in list.iter().take(4) {
            let text = format!("{title}: {}", words::clip(message, self.extent.message));
            let kind = Type::plain(7.5);
            let height = kind.height(&text, WIDTH - 8.0);
            self.flow.room(height + 3.0);
            self.flow.skip(2.0);
            let top = self.flow.y;
            self.flow
                .words((MARGIN + 8.0, top), WIDTH - 8.0, kind, &text);
            self.flow.skip(height);
            self.flow.bar(top, colour);
        }
        if !blocking && !caution.count.is_empty() {
            let more = match caution.more.is_empty() {
                true => String::new(),
                false => format!(", {}", caution.more),
            };
            let text = format!("{}{more}.", caution.count);
            self.flow.skip(2.0);
            self.flow.paragraph(Type::soft(SMALL), &text);
        }
    }

    /// The finding, the five answers, and the bodies beside them.
    fn answers(&mut self, gait: &GaitView) {
        const QUESTIONS: f64 = 74.0;
        const BODIES: f64 = 178.0;
        self.flow.skip(3.0);
        self.flow.paragraph(Type::bold(12.0), &gait.headline);
        self.flow.skip(3.0);
        let body = Type::plain(BODY);
        let width = match gait.postures.is_empty() {
            true => WIDTH - QUESTIONS,
            false => WIDTH - QUESTIONS - BODIES - 12.0,
        };
        let height = |sentences: &[String]| -> f64 {
            let each = sentences.iter().map(|s| body.height(s, width));
            each.sum::<f64>().max(body.line()) + 4.0
        };
        let total: f64 = gait.answers.iter().map(|a| height(&a.sentences)).sum();
        let total = total.max(if gait.postures.is_empty() { 0.0 } else { 172.0 });
        self.flow.room(total);
        let top = self.flow.y;
        for answer in &gait.answers {
            let mut y = self.flow.y;
            self.flow.words(
                (MARGIN, y),
                QUESTIONS - 6.0,
                Type::bold(BODY),
                &answer.question,
            );
            for sentence in &answer.sentences {
                y += self
                    .flow
                    .words((MARGIN + QUESTIONS, y), width, body, sentence);
            }
            self.flow.skip(height(&answer.sentences));
        }
        let bottom = self.flow.y;
        self.bodies(gait, (MARGIN + WIDTH - BODIES, top), BODIES);
        self.flow.y = bottom.max(top + total);
        self.flow.skip(3.0);
    }

    fn bodies(&mut self, gait: &GaitView, (left, top): (f64, f64), width: f64) {
        let column = width / gait.postures.len().max(1) as f64;
        for (i, view) in gait.postures.iter().enumerate() {
            let x = left + i as f64 * column;
            let mut y = top
                + self
                    .flow
                    .words((x, top), column, Type::bold(7.5), &view.title);
            self.flow
                .sheet()
                .posture(Place::new(x, y, column, 105.0), view);
            y += 107.0;
            for (text, kind) in [
                (&view.pelvis_text, Type::bold(SMALL)),
                (&view.trunk_text, Type::plain(SMALL)),
                (&view.norm_text, Type::soft(SMALL)),
            ] {
                if !text.is_empty() {
                    y += self.flow.words((x, y), column - 4.0, kind, text);
                }
            }
        }
        if !gait.postures.is_empty() {
            let note = self.lang.say("posture.note");
            self.flow
                .words((left, top + 153.0), width, Type::soft(6.0), &note);
        }
    }

    /// What lines and areas of the curves mean.
    fn legend(&mut self) {
        let at = (MARGIN, self.flow.y + 4.0);
        let keys = curve_keys(self.lang);
        let height = self.flow.sheet().legend(at, WIDTH, &keys);
        self.flow.skip(height + 4.0);
    }

    /// Curves, left beside right, with what can be read from them.
    fn curves(&mut self, limbs: &PerSide<LimbCurves>, shown: &[Shown]) -> anyhow::Result<()> {
        let tall = self.extent.curve;
        let column = (WIDTH - 12.0) / 2.0;
        for &curve in shown {
            let has = Side::BOTH
                .iter()
                .any(|&s| charts::has_mean(&limbs[s], curve));
            if !has {
                let missing = words::curve(self.lang, curve).missing;
                self.flow.paragraph(Type::soft(SMALL), &missing);
                continue;
            }
            self.flow.room(tall + 34.0);
            let top = self.flow.y + 4.0;
            let mut used: f64 = 0.0;
            // without its title the axis takes less room
            let last = shown.last() == Some(&curve);
            let free = if last { 0.0 } else { 9.0 };
            for (i, side) in Side::BOTH.into_iter().enumerate() {
                let x = MARGIN + i as f64 * (column + 12.0);
                let (title, says) = charts::heading(&limbs[side], curve, side, self.lang);
                self.flow.words((x, top), column, Type::bold(BODY), &title);
                let key = |_: &StrideRow| String::new();
                let mut figure = charts::figure(limbs, side, curve, "", &key, self.lang);
                if !last {
                    figure.x.title.clear();
                }
                let place = Place::new(x, top + 9.0, column, tall);
                if charts::has_mean(&limbs[side], curve) {
                    self.flow.sheet().plot(place, &figure)?;
                }
                let below = top + 10.0 + tall - free;
                let height = self
                    .flow
                    .words((x, below), column, Type::soft(SMALL), &says);
                used = used.max(10.0 + tall - free + height);
            }
            self.flow.y = top + used;
        }
        Ok(())
    }
}
