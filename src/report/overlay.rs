//! The curves of two sessions of one person over each other.
//!
//! In: the strides of both. Out: one [`Overlay`] per curve and limb, with what the permutation test
//! says of it.

use super::curves::{BandSource, LimbCurve, LimbCurves, SHOWN, Shown, values};
use super::language::Language;
use super::plot::{self, Axis, Figure, Mark};
use super::words;
use crate::compare::{CurveTest, curve_test};
use crate::recording::Side;
use crate::settings::CompareSettings;
use crate::study::rows::StrideRow;

/// One curve of both sessions.
pub struct Overlay {
    /// Which curve.
    pub shown: Shown,
    /// The stance limb.
    pub side: Side,
    /// Heading.
    pub title: String,
    /// The diagram.
    pub figure: Figure,
    /// What the test says.
    pub says: String,
}

/// Every curve that has a norm and that both sessions have, left before right. `names` are those of
/// the sessions.
pub fn overlays(
    (before, after): (&[StrideRow], &[StrideRow]),
    names: &(String, String),
    bands: &BandSource,
    settings: &CompareSettings,
    lang: &Language,
) -> Vec<Overlay> {
    let of_side = |side: Side| {
        let curves = [before, after].map(|strides| LimbCurves::of(strides, side, bands));
        let shown = SHOWN.into_iter().filter(|curve| curve.norm().is_some());
        shown
            .filter_map(|curve| overlay(&curves, (curve, side), names, settings, lang))
            .collect::<Vec<_>>()
    };
    Side::BOTH.into_iter().flat_map(of_side).collect()
}

fn overlay(
    curves: &[LimbCurves; 2],
    (shown, side): (Shown, Side),
    names: &(String, String),
    settings: &CompareSettings,
    lang: &Language,
) -> Option<Overlay> {
    let found = curves.each_ref().map(|limb| limb.curve(shown));
    let [Some(a), Some(b)] = found else {
        return None;
    };
    let (mean_a, mean_b) = (a.mean.as_ref()?, b.mean.as_ref()?);
    let of = |curve: &LimbCurve| -> Vec<Vec<f64>> {
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
    Some(Overlay {
        shown,
        side,
        title: curve_words.title,
        figure,
        says,
    })
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
