//! Two sessions of one person side by side.
//!
//! In: the strides of both. Out: [`ComparePage`], the values of `compare.html`, whose first
//! sentences say what has changed beyond measurement error.

use super::curves::{BandSource, LimbCurves, SHOWN, Shown, values};
use super::language::Language;
use super::links::{Link, session_href, session_title};
use super::plot::{self, Axis, Figure, Mark};
use super::provenance::ProvenanceView;
use super::words;
use crate::compare::{Change, CurveTest, Verdict, changes, curve_test};
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
    let name = |row: &SessionRow| format!("{}\n{}\n{}", row.subject, row.session, row.condition);
    let both = format!("{}\n{}", name(a), name(b));
    format!("compare/{}", super::folder::page_name(&both))
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
        let (mut findings, mut limbs) = (Vec::new(), Vec::new());
        for side in Side::BOTH {
            let (a, b) = (before.strides, after.strides);
            let found = changes(a, b, side, norm, &settings.compare);
            findings.extend(found.iter().filter_map(|c| finding(c, side, lang)));
            let curves = [
                LimbCurves::of(a, side, bands),
                LimbCurves::of(b, side, bands),
            ];
            let shown = SHOWN.into_iter().filter(|curve| curve.norm().is_some());
            let overlaid = shown.filter_map(|curve| {
                overlay(&curves, curve, side, &names, &settings.compare, lang).transpose()
            });
            limbs.push(LimbChange {
                side: side.name(),
                title: words::stance(lang, side),
                rows: found.iter().map(|change| row(change, lang)).collect(),
                curves: overlaid.collect::<anyhow::Result<_>>()?,
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
    let sign = if deg > 0.0 { "+" } else { "" };
    format!("{sign}{}", lang.degrees(deg))
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

fn overlay(
    curves: &[LimbCurves; 2],
    shown: Shown,
    side: Side,
    names: &(String, String),
    settings: &crate::settings::CompareSettings,
    lang: &Language,
) -> anyhow::Result<Option<CurveChange>> {
    let found = curves.each_ref().map(|limb| limb.curve(shown));
    let [Some(a), Some(b)] = found else {
        return Ok(None);
    };
    let (Some(mean_a), Some(mean_b)) = (&a.mean, &b.mean) else {
        return Ok(None);
    };
    let of = |curve: &super::curves::LimbCurve| -> Vec<Vec<f64>> {
        let used = curve
            .strides
            .iter()
            .filter(|r| r.stride.exclusion.is_none());
        used.map(|row| values(&row.curves, shown).to_vec())
            .collect()
    };
    let (strides_a, strides_b) = (of(a), of(b));
    let test = curve_test(
        &strides_a.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        &strides_b.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        settings,
    );
    let says = test_in_words(test.as_ref(), lang);
    let curve_words = words::curve(lang, shown);
    let (up, down) = words::directions(lang, shown, side);
    let mut marks: Vec<Mark> = test
        .iter()
        .flat_map(|test| &test.intervals)
        .map(|(from, to, _)| Mark::Window {
            from: *from as f64,
            to: (*to + 1).min(100) as f64,
            label: String::new(),
            class: "differs",
        })
        .collect();
    for (curve, mean, class) in [(a, mean_a, "before"), (b, mean_b, side.name())] {
        let edge = |sign: f64| {
            let points = mean.iter().zip(&curve.sd);
            points.map(|(m, sd)| m + sign * sd).collect()
        };
        marks.push(Mark::Band {
            low: edge(-1.0),
            high: edge(1.0),
            class: format!("{class} spread"),
        });
    }
    for (mean, class, name) in [
        (mean_a, "before mean".to_owned(), &names.0),
        (mean_b, format!("{} mean after", side.name()), &names.1),
    ] {
        marks.push(Mark::Curve {
            values: mean.clone(),
            class,
            key: String::new(),
            title: name.clone(),
        });
    }
    let all = || {
        mean_a
            .iter()
            .chain(mean_b)
            .copied()
            .filter(|v| v.is_finite())
    };
    let low = all().fold(curve_words.range.0, f64::min);
    let high = all().fold(curve_words.range.1, f64::max);
    let figure = Figure {
        id: format!("compare-{}-{}", shown.name(), side.name()),
        title: format!("{}, {}", curve_words.title, words::stance(lang, side)),
        description: says.clone(),
        size: plot::SIZE,
        x: Axis {
            range: (0.0, 100.0),
            step: 20.0,
            title: lang.say("curves.x-axis"),
        },
        y: Axis {
            range: (
                5.0 * (low.max(-90.0) / 5.0).floor(),
                5.0 * (high.min(90.0) / 5.0).ceil(),
            ),
            step: if high - low > 45.0 { 10.0 } else { 5.0 },
            title: lang.fill("curves.y-axis", &[("up", &up), ("down", &down)]),
        },
        marks,
    };
    Ok(Some(CurveChange {
        title: curve_words.title,
        svg: plot::svg(&figure)?,
        says,
    }))
}

/// `The curves differ at 12–48 % (higher afterwards; permutation test, p 0.001).`
fn test_in_words(test: Option<&CurveTest>, lang: &Language) -> String {
    let Some(test) = test else {
        return lang.say("compare.curve-few");
    };
    let p = match test.p < 0.001 {
        true => format!("< {}", lang.fixed(0.001, 3)),
        false => lang.fixed(test.p, 3),
    };
    if test.intervals.is_empty() {
        return lang.fill("compare.curve-same", &[("p", &p)]);
    }
    let places: Vec<String> = test
        .intervals
        .iter()
        .map(|(from, to, higher)| {
            let (from, to) = (from.to_string(), to.to_string());
            let key = match higher {
                true => "compare.curve-higher",
                false => "compare.curve-lower",
            };
            lang.fill(key, &[("from", &from), ("to", &to)])
        })
        .collect();
    lang.fill(
        "compare.curve-differs",
        &[("where", &places.join(", ")), ("p", &p)],
    )
}
