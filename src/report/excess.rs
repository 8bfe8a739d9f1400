//! How far a limb lies from the norm: in words, and as an interval on an axis.
//!
//! In: [`LimbFinding`] and the severity bands. Out: [`Excess`], [`Whisker`].

use crate::classify::{Interval, Level, LimbFinding, Severity, Terms};
use crate::settings::Settings;
use serde::Serialize;

use super::language::Language;
use super::number::plain;
use super::words;

/// An excess over the norm with its interval.
#[derive(Debug, Clone, Serialize)]
pub struct Excess {
    /// `Pelvic drop`.
    pub title: String,
    /// `5.2° more than the norm`; or that it was not measured.
    pub value: String,
    /// `3.9° to 6.4°`; empty without a value.
    pub interval: String,
    /// `As measured 8.5°, without the constant tilt of the stride 6.8°, norm 1.1°`; empty when the
    /// parts are not known.
    pub sum: String,
    /// The same in between-subject SDs of the norm; empty when there are none.
    pub z: String,
    /// The direction with its sides, or why there is no value.
    pub meaning: String,
    /// Drawn on the common axis; `None` without a value.
    pub whisker: Option<Whisker>,
}

/// Geometry of an interval on an axis from [`AXIS`]`.0` to `.1` degrees, 0–100 units wide.
#[derive(Debug, Clone, Serialize)]
pub struct Whisker {
    /// Position of the mean.
    pub mean: String,
    /// Left end.
    pub low: String,
    /// Right end.
    pub high: String,
    /// Position of 0 = the norm's mean.
    pub zero: String,
    /// Severity bands: left edge, width, name, degrees at the left edge.
    pub zones: Vec<(String, String, String, String)>,
    /// Text alternative.
    pub text: String,
    /// For sorting.
    pub sort: String,
}

/// Degrees at the ends of every excess axis.
const AXIS: (f64, f64) = (-6.0, 16.0);

/// How far the pelvis drops more than the norm.
pub fn drop_excess(finding: &LimbFinding, settings: &Settings, lang: &Language) -> Excess {
    let bands = settings.classify.severity_drop_deg;
    let title = lang.say("excess.drop.title");
    match finding.drop_excess_deg {
        Some(interval) => Excess {
            sum: sum(finding.drop_terms, "excess.drop.sum", lang),
            ..excess(
                "excess.drop",
                finding,
                interval,
                finding.drop_z,
                bands,
                lang,
            )
        },
        None => no_excess(title, "excess.drop.missing", lang),
    }
}

/// How far the trunk leans more than the norm.
pub fn lean_excess(finding: &LimbFinding, settings: &Settings, lang: &Language) -> Excess {
    let bands = settings.classify.severity_lean_deg;
    let title = lang.say("excess.lean.title");
    match finding.lean_excess_deg {
        Some(interval) => Excess {
            sum: sum(finding.lean_terms, "excess.lean.sum", lang),
            ..excess(
                "excess.lean",
                finding,
                interval,
                finding.lean_z,
                bands,
                lang,
            )
        },
        None => no_excess(title, "excess.lean.missing", lang),
    }
}

/// The parts of an excess, so that a reader can add it up. Positive = toward drop or lean.
fn sum(terms: Option<Terms>, key: &str, lang: &Language) -> String {
    terms.map_or_else(String::new, |terms| {
        let excess = terms.offset_free - terms.norm;
        let way = if excess >= 0.0 {
            "excess.above"
        } else {
            "excess.below"
        };
        lang.fill(
            key,
            &[
                ("measured", &lang.degrees(terms.measured)),
                ("level", &level(terms.level, lang)),
                ("free", &lang.degrees(terms.offset_free)),
                ("norm", &lang.degrees(terms.norm)),
                (
                    "excess",
                    &lang.fill(way, &[("deg", &lang.degrees(excess.abs()))]),
                ),
            ],
        )
    })
}

/// What was taken off as constant.
fn level(level: Level, lang: &Language) -> String {
    match level {
        Level::Stride => lang.say("excess.level.stride"),
        Level::Standing => lang.say("excess.level.standing"),
    }
}

fn no_excess(title: String, why: &str, lang: &Language) -> Excess {
    Excess {
        title,
        value: lang.say("excess.not-measured"),
        interval: String::new(),
        sum: String::new(),
        z: String::new(),
        meaning: lang.say(why),
        whisker: None,
    }
}

fn excess(
    key: &str,
    finding: &LimbFinding,
    interval: Interval,
    z: Option<f64>,
    bands: [f64; 3],
    lang: &Language,
) -> Excess {
    let more = interval.mean >= 0.0;
    let title = lang.say(&format!("{key}.title"));
    let direction = match more {
        true => format!("{key}.more"),
        false => format!("{key}.less"),
    };
    let meaning = match interval.low <= 0.0 && interval.high >= 0.0 {
        true => lang.say("excess.within"),
        false => lang.sided(&direction, finding.side),
    };
    let range = range(&interval, lang);
    Excess {
        value: lang.fill(
            "excess.value",
            &[("more", &more_or_less(interval.mean, lang))],
        ),
        sum: String::new(),
        interval: range,
        z: z.map_or_else(String::new, |z| format!("{} SD", lang.fixed(z.abs(), 1))),
        meaning,
        whisker: Some(whisker(&title, &interval, bands, lang)),
        title,
    }
}

/// `3.9° to 6.4°`.
pub fn range(interval: &Interval, lang: &Language) -> String {
    lang.fill(
        "number.range",
        &[
            ("low", &lang.degrees(interval.low)),
            ("high", &lang.degrees(interval.high)),
        ],
    )
}

/// `5.2° more`, `0.3° less`: a direction is said, not left to a sign.
pub fn more_or_less(excess: f64, lang: &Language) -> String {
    let key = match excess >= 0.0 {
        true => "excess.amount-more",
        false => "excess.amount-less",
    };
    lang.fill(key, &[("deg", &lang.degrees(excess.abs()))])
}

/// The interval on the common axis; what lies beyond its ends is cut there.
pub fn whisker(title: &str, interval: &Interval, bands: [f64; 3], lang: &Language) -> Whisker {
    let position = |v: f64| 100.0 * (v.clamp(AXIS.0, AXIS.1) - AXIS.0) / (AXIS.1 - AXIS.0);
    let text = |v: f64| format!("{v:.1}");
    let zone = |from: f64, to: f64, name: Severity| {
        let (left, right) = (position(from), position(to));
        let name = words::severity(lang, name);
        (text(left), text(right - left), name, format!("{from}"))
    };
    let [mild, moderate, severe] = bands;
    Whisker {
        mean: text(position(interval.mean)),
        low: text(position(interval.low)),
        high: text(position(interval.high)),
        zero: text(position(0.0)),
        zones: vec![
            zone(mild, moderate, Severity::Mild),
            zone(moderate, severe, Severity::Moderate),
            zone(severe, AXIS.1, Severity::Severe),
        ],
        text: lang.fill(
            "excess.whisker",
            &[
                ("title", title),
                ("deg", &lang.degrees(interval.mean)),
                ("range", &range(interval, lang)),
            ],
        ),
        sort: plain(interval.mean, 3),
    }
}
