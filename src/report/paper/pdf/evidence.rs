//! The second part of a PDF: evidence, numbers, flags, quality, provenance.

use super::flow::{MARGIN, Type, WIDTH};
use super::{AMBER, BODY, RED, SMALL, Writer};
use crate::recording::PerSide;
use crate::report::curves::LimbCurves;
use crate::report::gait::GaitView;
use crate::report::limb::LimbCard;
use crate::report::metric_table::MetricRow;
use crate::report::paper::sheet::{Place, Swatch};
use crate::report::{scatter, words};
use crate::study::rows::StrideRow;

/// The numbers that a reader of a letter asks for; the page and the tables have all of them.
const KEY_METRICS: [&str; 14] = [
    "drop_peak_deg",
    "drop_ss_deg",
    "drop_ss_offset_free_deg",
    "pelvis_range_deg",
    "lean_peak_deg",
    "lean_ss_deg",
    "lean_ss_offset_free_deg",
    "lean_on_pelvis_ss_deg",
    "hip_adduction_peak_deg",
    "knee_valgus_peak_deg",
    "fppa_peak_deg",
    "speed_m_s",
    "single_support_pct",
    "step_width_m",
];

impl Writer<'_> {
    /// Drop against lean, and beside it what each limb's label rests on.
    pub(super) fn evidence(
        &mut self,
        gait: &GaitView,
        curves: &PerSide<LimbCurves>,
    ) -> anyhow::Result<()> {
        const PLOT: (f64, f64) = (236.0, 150.0);
        let input = self.input;
        let key = |_: &StrideRow| String::new();
        let figure = scatter::figure(
            input.limbs,
            input.strides,
            curves,
            input.settings,
            &key,
            self.lang,
        );
        let (shift, tall) = match figure {
            Some(_) => (PLOT.0 + 14.0, PLOT.1 + 40.0),
            None => (0.0, 90.0),
        };
        let title = self.lang.say("cards.title");
        self.flow.heading(&title, tall);
        let top = self.flow.y;
        let mut bottom = top;
        if let Some(figure) = figure {
            let place = Place::new(MARGIN, top, PLOT.0, PLOT.1);
            self.flow.sheet().plot(place, &figure)?;
            let keys = [
                (Swatch::Circle, self.lang.say("scatter.legend-left")),
                (Swatch::Triangle, self.lang.say("scatter.legend-right")),
            ];
            let at = (MARGIN + 10.0, top + PLOT.1 + 2.0);
            bottom = at.1 + self.flow.sheet().legend(at, PLOT.0, &keys);
        }
        let width = WIDTH - shift;
        let mut y = top;
        for card in &gait.cards {
            y = self.card(card, (MARGIN + shift, y), width) + 5.0;
        }
        self.flow.y = bottom.max(y);
        Ok(())
    }

    /// One limb: label, probability, excesses.
    fn card(&mut self, card: &LimbCard, (x, mut y): (f64, f64), width: f64) -> f64 {
        let probability = match card.chip.probability.is_empty() {
            true => String::new(),
            false => format!(
                " · {} {}",
                self.lang.say("limb.probability"),
                card.chip.probability
            ),
        };
        let severity = match card.chip.severity.is_empty() {
            true => String::new(),
            false => format!(", {}", card.chip.severity),
        };
        let title = format!("{}: {}", card.title, card.chip.title);
        y += self.flow.words((x, y), width, Type::bold(BODY), &title);
        let line = format!(
            "{}{severity}{probability} · {}",
            card.chip.gloss, card.strides
        );
        y += self.flow.words((x, y), width, Type::plain(SMALL), &line);
        for text in [&card.withheld, &card.undecided] {
            if !text.is_empty() {
                y += self.flow.words((x, y), width, Type::plain(SMALL), text);
            }
        }
        for excess in &card.excesses {
            let interval = match excess.interval.is_empty() {
                true => String::new(),
                false => format!(" ({} {})", self.lang.say("limb.interval"), excess.interval),
            };
            let text = format!(
                "{}: {}{interval}; {}",
                excess.title, excess.value, excess.sum
            );
            y += self.flow.words((x, y), width, Type::plain(SMALL), &text);
        }
        y
    }

    /// The numbers that matter, as a table.
    pub(super) fn numbers(&mut self, gait: &GaitView) {
        const COLUMNS: [f64; 3] = [320.0, 405.0, 480.0];
        let rows: Vec<&MetricRow> = gait
            .metrics
            .iter()
            .flat_map(|group| &group.rows)
            .filter(|row| KEY_METRICS.contains(&row.name) && row.values.iter().any(|v| v != "–"))
            .collect();
        if rows.is_empty() {
            return;
        }
        let title = self.lang.say("numbers.title");
        self.flow.heading(&title, 60.0);
        let small = Type::plain(SMALL);
        let head = [
            "side.stance.left",
            "side.stance.right",
            "numbers.difference",
        ];
        let y = self.flow.y;
        for (key, x) in head.iter().zip(COLUMNS) {
            let words = self.lang.say(key);
            self.flow.at_end((MARGIN + x, y), Type::bold(SMALL), &words);
        }
        self.flow.skip(small.line() + 1.0);
        for row in rows {
            let height = small.height(&row.what, COLUMNS[0] - 70.0);
            self.flow.room(height);
            let y = self.flow.y;
            self.flow
                .words((MARGIN, y), COLUMNS[0] - 70.0, small, &row.what);
            let cells = row.values.iter().chain([&row.difference]);
            for (value, x) in cells.zip(COLUMNS) {
                self.flow.at_end((MARGIN + x, y), small, value);
            }
            self.flow.words(
                (MARGIN + COLUMNS[2] + 5.0, y),
                40.0,
                Type::soft(6.0),
                &row.unit,
            );
            self.flow.skip(height);
        }
    }

    /// What else it could be, and what weakens the evidence.
    pub(super) fn flags(&mut self, gait: &GaitView) {
        let title = self.lang.say("limb.else");
        self.flow.heading(&title, 20.0);
        let all: Vec<_> = gait
            .cards
            .iter()
            .flat_map(|card| card.flags.iter().map(move |flag| (card, flag)))
            .collect();
        if all.is_empty() {
            let none = self.lang.say("limb.no-look-alike");
            self.flow.paragraph(Type::plain(SMALL), &none);
        }
        for (card, flag) in all.iter().take(self.extent.flags) {
            let text = format!(
                "{} · {}: {} {}",
                card.title,
                flag.title,
                flag.meaning,
                words::clip(&flag.message, self.extent.message)
            );
            let kind = Type::plain(SMALL);
            let height = kind.height(&text, WIDTH - 8.0);
            self.flow.room(height + 2.0);
            let top = self.flow.y;
            self.flow
                .words((MARGIN + 8.0, top), WIDTH - 8.0, kind, &text);
            self.flow.skip(height);
            self.flow.bar(top, if flag.blocking { RED } else { AMBER });
            self.flow.skip(2.0);
        }
        self.more(all.len(), self.extent.flags);
    }

    fn more(&mut self, all: usize, shown: usize) {
        if all > shown {
            let n = (all - shown).to_string();
            let more = self.lang.fill("quality.warnings-more", &[("n", &n)]);
            self.flow.paragraph(Type::soft(SMALL), &more);
        }
    }

    /// Contacts, cross-talk, gaps, warnings.
    pub(super) fn quality(&mut self) {
        let page = self.input.page;
        let title = self.lang.say("quality.title");
        self.flow.heading(&title, 20.0);
        let gait = page.gait.iter();
        let notes = gait
            .flat_map(|gait| std::iter::once(&gait.contacts).chain(&gait.cross_talk))
            .chain(&page.quality.notes);
        for note in notes {
            self.flow.paragraph(Type::plain(SMALL), note);
        }
        let warnings = &page.quality.warnings;
        for (title, _, place, message) in warnings.iter().take(self.extent.warnings) {
            let place = match place.is_empty() {
                true => String::new(),
                false => format!(" ({place})"),
            };
            let text = format!(
                "{title}{place}: {}",
                words::clip(message, self.extent.message)
            );
            self.flow.paragraph(Type::plain(SMALL), &text);
        }
        self.more(
            warnings.len() + page.quality.warnings_more,
            self.extent.warnings,
        );
        let gaps: Vec<String> = page
            .quality
            .gaps
            .iter()
            .take(self.extent.gaps)
            .map(|(marker, _, _, share)| format!("{marker} {share}"))
            .collect();
        if !gaps.is_empty() {
            let text = format!("{}: {}", self.lang.say("quality.gaps"), gaps.join(", "));
            self.flow.paragraph(Type::plain(SMALL), &text);
        }
    }

    /// File, version, settings, norms.
    pub(super) fn made(&mut self) {
        let page = self.input.page;
        let title = self.lang.say("made.title");
        self.flow.heading(&title, 20.0);
        let soft = Type::soft(6.5);
        let facts: Vec<String> = page.file.iter().map(|(k, v)| format!("{k}: {v}")).collect();
        self.flow.paragraph(soft, &facts.join(" · "));
        let made = &page.provenance;
        let changed = match made.changed.is_empty() {
            true => self.lang.say("made.defaults"),
            false => made
                .changed
                .iter()
                .take(12)
                .map(|(name, value, default)| format!("{name} = {value} ({default})"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let settings = self.lang.say("made.settings");
        let line = format!(
            "hipdrop {} · {settings}: {}, {changed}",
            made.version, made.settings_hash
        );
        self.flow.paragraph(soft, &line);
        let norms = format!("{}: {}", self.lang.say("made.norms"), made.norms.join("; "));
        self.flow.paragraph(soft, &norms);
    }
}
