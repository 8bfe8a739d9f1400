//! How far a limb lies from the norm: in words, and as an interval on an axis.
//!
//! In: [`LimbFinding`] and the severity bands. Out: [`Excess`], [`Whisker`].

use crate::classify::{Interval, LimbFinding, Terms};
use crate::settings::Settings;
use serde::Serialize;

use super::number::{degrees, fixed};

/// An excess over the norm with its interval.
#[derive(Debug, Clone, Serialize)]
pub struct Excess {
    /// `Pelvic drop`.
    pub title: &'static str,
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
    pub zones: Vec<(String, String, &'static str, String)>,
    /// Text alternative.
    pub text: String,
    /// For sorting.
    pub sort: String,
}

/// Degrees at the ends of every excess axis.
const AXIS: (f64, f64) = (-6.0, 16.0);

/// How far the pelvis drops more than the norm.
pub fn drop_excess(finding: &LimbFinding, settings: &Settings) -> Excess {
    let (side, opposite) = (finding.side.name(), finding.side.opposite().name());
    let direction = |more| {
        let word = if more { "lower" } else { "higher" };
        format!("{opposite} side of the pelvis {word} than normal in {side} stance")
    };
    let bands = settings.classify.severity_drop_deg;
    match finding.drop_excess_deg {
        Some(interval) => Excess {
            sum: sum(finding.drop_terms, "tilt"),
            ..excess("Pelvic drop", interval, finding.drop_z, bands, direction)
        },
        None => no_excess("Pelvic drop", "nothing to compare with the norm"),
    }
}

/// How far the trunk leans more than the norm.
pub fn lean_excess(finding: &LimbFinding, settings: &Settings) -> Excess {
    let side = finding.side;
    let direction = |more| {
        let to = if more { side } else { side.opposite() }.name();
        format!("trunk further {to} than normal in {} stance", side.name())
    };
    let bands = settings.classify.severity_lean_deg;
    match finding.lean_excess_deg {
        Some(interval) => Excess {
            sum: sum(finding.lean_terms, "list"),
            ..excess("Trunk lean", interval, finding.lean_z, bands, direction)
        },
        None => no_excess(
            "Trunk lean",
            "no trunk data: whether a drop is compensated is unknown",
        ),
    }
}

/// The parts of an excess, so that a reader can add it up. Positive = toward drop or lean.
fn sum(terms: Option<Terms>, constant: &str) -> String {
    terms.map_or_else(String::new, |terms| {
        format!(
            "as measured {}, without the constant {constant} {} {}, norm {} → {}",
            degrees(terms.measured),
            terms.level.words(),
            degrees(terms.offset_free),
            degrees(terms.norm),
            above_or_below(terms.offset_free - terms.norm)
        )
    })
}

fn above_or_below(excess: f64) -> String {
    let word = if excess >= 0.0 { "above" } else { "below" };
    format!("{} {word}", degrees(excess.abs()))
}

fn no_excess(title: &'static str, why: &str) -> Excess {
    Excess {
        title,
        value: "not measured".to_owned(),
        interval: String::new(),
        sum: String::new(),
        z: String::new(),
        meaning: why.to_owned(),
        whisker: None,
    }
}

fn excess(
    title: &'static str,
    interval: Interval,
    z: Option<f64>,
    bands: [f64; 3],
    direction: impl Fn(bool) -> String,
) -> Excess {
    let more = interval.mean >= 0.0;
    Excess {
        title,
        value: format!("{} than the norm", more_or_less(interval.mean)),
        sum: String::new(),
        interval: format!("{} to {}", degrees(interval.low), degrees(interval.high)),
        z: z.map_or_else(String::new, |z| format!("{} SD", fixed(z.abs(), 1))),
        meaning: match interval.low <= 0.0 && interval.high >= 0.0 {
            true => "not distinguishable from the norm".to_owned(),
            false => direction(more),
        },
        whisker: Some(whisker(title, &interval, bands)),
    }
}

/// `5.2° more`, `0.3° less`: a direction is said, not left to a sign.
pub fn more_or_less(excess: f64) -> String {
    let word = if excess >= 0.0 { "more" } else { "less" };
    format!("{} {word}", degrees(excess.abs()))
}

/// The interval on the common axis; what lies beyond its ends is cut there.
pub fn whisker(title: &str, interval: &Interval, bands: [f64; 3]) -> Whisker {
    let position = |v: f64| 100.0 * (v.clamp(AXIS.0, AXIS.1) - AXIS.0) / (AXIS.1 - AXIS.0);
    let text = |v: f64| format!("{v:.1}");
    let zone = |from: f64, to: f64, name| {
        let (left, right) = (position(from), position(to));
        (text(left), text(right - left), name, format!("{from}"))
    };
    let [mild, moderate, severe] = bands;
    Whisker {
        mean: text(position(interval.mean)),
        low: text(position(interval.low)),
        high: text(position(interval.high)),
        zero: text(position(0.0)),
        zones: vec![
            zone(mild, moderate, "mild"),
            zone(moderate, severe, "moderate"),
            zone(severe, AXIS.1, "severe"),
        ],
        text: format!(
            "{title}: {} relative to the norm, 95 % interval {} to {}",
            degrees(interval.mean),
            degrees(interval.low),
            degrees(interval.high)
        ),
        sort: fixed(interval.mean, 3).replace('\u{2212}', "-"),
    }
}
