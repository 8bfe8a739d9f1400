//! Two sessions of one person side by side.
//!
//! In: the strides of both. Out: [`ComparePage`], the values of `compare.html`, whose first
//! sentences say what has changed beyond measurement error.

use super::curves::BandSource;
use super::language::Language;
use super::links::{Link, session_href, session_title};
use super::overlay::overlays;
use super::plot;
use super::provenance::ProvenanceView;
use super::words;
use crate::compare::{Change, Verdict, changes};
use crate::recording::Side;
use crate::study::rows::{Provenance, SessionRow, StrideRow};
use serde::Serialize;

/// One of the two sessions.
pub struct Part<'a> {
    /// Its row.
    pub row: &'a SessionRow,
    /// Its strides.
    pub strides: &'a [StrideRow],
}

/// Values of `compare.html`.
#[derive(Debug, Clone, Serialize)]
pub struct ComparePage {
    /// Path from the page to the report's root.
    pub root: &'static str,
    /// Title of the document.
    pub title: String,
    /// Both sessions' pages, the earlier first.
    pub sessions: Vec<Link>,
    /// What has changed, in sentences.
    pub findings: Vec<String>,
    /// Left, then right.
    pub limbs: Vec<LimbChange>,
    /// How the results were made.
    pub provenance: ProvenanceView,
}

/// The changes of one limb.
#[derive(Debug, Clone, Serialize)]
pub struct LimbChange {
    /// `left` or `right`.
    pub side: &'static str,
    /// `Left stance`.
    pub title: String,
    /// One per metric.
    pub rows: Vec<ChangeRow>,
    /// The same as numbers.
    #[serde(skip)]
    pub changes: Vec<Change>,
    /// Overlaid curves: heading, finished SVG, what the test says.
    pub curves: Vec<CurveChange>,
}

/// Overlaid curves.
#[derive(Debug, Clone, Serialize)]
pub struct CurveChange {
    /// Heading.
    pub title: String,
    /// Finished SVG.
    pub svg: String,
    /// What the test says.
    pub says: String,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeRow {
    /// Metric in words.
    pub what: String,
    /// Column name.
    pub name: &'static str,
    /// Mean before.
    pub before: String,
    /// Mean after.
    pub after: String,
    /// Change.
    pub change: String,
    /// Its interval.
    pub interval: String,
    /// Minimal detectable change.
    pub mdc: String,
    /// Verdict in words.
    pub verdict: String,
    /// True when beyond measurement error.
    pub beyond: bool,
}

/// The address of the comparison of two sessions.
pub fn compare_href(a: &SessionRow, b: &SessionRow) -> String {
    format!("compare/{}.html", compare_stem(a, b))
}

/// Name of its file without extension.
pub fn compare_stem(a: &SessionRow, b: &SessionRow) -> String {
    let name = |row: &SessionRow| format!("{}\n{}\n{}", row.subject, row.session, row.condition);
    super::folder::page_stem(&format!("{}\n{}", name(a), name(b)))
}

/// Two sessions that can be compared: of one person. Without a subject nobody knows whether it is
/// the same one.
pub fn pair<'a>(
    before: &[&'a SessionRow],
    after: &[&'a SessionRow],
) -> Option<(&'a SessionRow, &'a SessionRow)> {
    let (&before, &after) = (before.first()?, after.first()?);
    (before.subject == after.subject && !before.subject.is_empty()).then_some((before, after))
}

impl ComparePage {
    /// Compares `before` with `after`.
    pub fn of(
        before: &Part,
        after: &Part,
        provenance: &Provenance,
        bands: &BandSource,
        lang: &Language,
    ) -> anyhow::Result<ComparePage> {
        let settings = &provenance.settings;
        let norm = |metric: &str| match metric {
            "drop_ss_offset_free_deg" => Some(settings.classify.drop_mean_deg),
            "lean_ss_offset_free_deg" => Some(settings.classify.lean_mean_deg),
            _ => None,
        };
        let name = |part: &Part| {
            let row = part.row;
            session_title(lang, "", &row.session, &row.condition)
        };
        let names = (name(before), name(after));
        let both = (before.strides, after.strides);
        let overlaid = overlays(both, &names, bands, &settings.compare, lang);
        let (mut findings, mut limbs) = (Vec::new(), Vec::new());
        for side in Side::BOTH {
            let (a, b) = (before.strides, after.strides);
            let found = changes(a, b, side, norm, &settings.compare);
            findings.extend(found.iter().filter_map(|c| finding(c, side, lang)));
            let of_side = overlaid.iter().filter(|overlay| overlay.side == side);
            let curves = of_side.map(|overlay| {
                Ok(CurveChange {
                    title: overlay.title.clone(),
                    svg: plot::svg(&overlay.figure)?,
                    says: overlay.says.clone(),
                })
            });
            limbs.push(LimbChange {
                side: side.name(),
                title: words::stance(lang, side),
                rows: found.iter().map(|change| row(change, lang)).collect(),
                changes: found,
                curves: curves.collect::<anyhow::Result<_>>()?,
            });
        }
        if findings.is_empty() {
            findings.push(match limbs.iter().all(|limb| limb.rows.is_empty()) {
                true => lang.say("compare.too-few"),
                false => lang.say("compare.nothing"),
            });
        }
        Ok(ComparePage {
            root: "../",
            title: lang.fill(
                "compare.title",
                &[("subject", &words::clip(&before.row.subject, 200))],
            ),
            sessions: [(before, &names.0), (after, &names.1)]
                .map(|(part, text)| Link {
                    href: session_href(&part.row.subject, &part.row.session, &part.row.condition),
                    text: text.clone(),
                })
                .to_vec(),
            findings,
            limbs,
            provenance: ProvenanceView::of(provenance, lang),
        })
    }

    /// The page's words for a terminal.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.sessions.iter().map(|s| s.text.as_str()).collect();
        let mut text = format!("{}: {}\n", self.title, names.join(" → "));
        for finding in &self.findings {
            text.push_str(&format!("  {finding}\n"));
        }
        for limb in &self.limbs {
            text.push_str(&format!("{}\n", limb.title));
            for row in &limb.rows {
                text.push_str(&format!(
                    "  {:<24} {:>6} → {:>6}  {:>6} ({}), MDC {}: {}\n",
                    row.name, row.before, row.after, row.change, row.interval, row.mdc, row.verdict
                ));
            }
            for curve in &limb.curves {
                text.push_str(&format!("  {}: {}\n", curve.title, curve.says));
            }
        }
        text
    }
}

/// A sentence about a change that is larger than measurement error and has a norm to compare with.
fn finding(change: &Change, side: Side, lang: &Language) -> Option<String> {
    let nearer = change.nearer_norm?;
    let key = match (change.verdict, nearer) {
        (Verdict::Beyond, true) => "compare.improved",
        (Verdict::Beyond, false) => "compare.worse",
        (Verdict::Perhaps, _) => "compare.perhaps",
        (Verdict::Within, _) => return None,
    };
    Some(lang.fill(
        key,
        &[
            ("side", &words::stance(lang, side)),
            ("metric", &lang.say(&format!("metric.{}", change.metric))),
            ("change", &signed(change.difference, lang)),
            ("range", &range(change, lang)),
            ("mdc", &lang.degrees(change.mdc)),
        ],
    ))
}

fn signed(deg: f64, lang: &Language) -> String {
    let text = lang.degrees(deg);
    // what is rounded to nothing has no sign
    match deg > 0.0 && text != lang.degrees(0.0) {
        true => format!("+{text}"),
        false => text,
    }
}

fn range(change: &Change, lang: &Language) -> String {
    let (low, high) = (lang.degrees(change.low), lang.degrees(change.high));
    lang.fill("number.range", &[("low", &low), ("high", &high)])
}

fn row(change: &Change, lang: &Language) -> ChangeRow {
    ChangeRow {
        what: lang.say(&format!("metric.{}", change.metric)),
        name: change.metric,
        before: lang.degrees(change.before),
        after: lang.degrees(change.after),
        change: signed(change.difference, lang),
        interval: range(change, lang),
        mdc: lang.degrees(change.mdc),
        verdict: lang.say(&format!("verdict.{}", change.verdict.name())),
        beyond: change.verdict == Verdict::Beyond,
    }
}
