//! From curves to diagrams: which marks a diagram of one limb holds.
//!
//! In: [`LimbCurves`] of both limbs. Out: [`CurveView`]s with finished SVG for the page.

use crate::norms::NormBand;
use crate::recording::{PerSide, Side};
use crate::study::rows::StrideRow;
use serde::Serialize;

use super::curves::{LimbCurve, LimbCurves, SHOWN, Shown, outside_norm, values};
use super::language::Language;
use super::plot::{self, Axis, Figure, Mark};
use super::words;

/// More strides than this per diagram would make it a blot and the page heavy: then an evenly
/// spaced selection is drawn, and the page says so.
const STRIDES_DRAWN_MAX: usize = 60;

/// One curve of both limbs, ready for the page.
#[derive(Debug, Clone, Serialize)]
pub struct CurveView {
    /// Heading.
    pub title: String,
    /// What is measured.
    pub what: String,
    /// Left, then right.
    pub limbs: Vec<LimbDiagram>,
    /// The norm in words; empty when there is none.
    pub norm: String,
}

/// The diagram of one limb.
#[derive(Debug, Clone, Serialize)]
pub struct LimbDiagram {
    /// `left` or `right`.
    pub side: &'static str,
    /// `Left stance`.
    pub title: String,
    /// Finished SVG; empty when nothing was measured.
    pub svg: String,
    /// What can be read from it, in words.
    pub says: String,
}

/// Names the stride of a row in the page: its curves and its line in the ledger carry it.
pub fn stride_key(recording_index: usize, row: &StrideRow) -> String {
    format!(
        "{recording_index}{}{}",
        row.stride.side.letter(),
        row.stride.number
    )
}

/// The diagrams of all shown curves. `keys` gives each stride its [`stride_key`].
pub fn views(
    limbs: &PerSide<LimbCurves>,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> anyhow::Result<Vec<CurveView>> {
    let wanted = |curve: &Shown| {
        // sagittal curves are context: without data they need no empty frame
        curve.norm().is_some()
            || Side::BOTH
                .iter()
                .any(|&side| has_mean(&limbs[side], *curve))
    };
    SHOWN
        .iter()
        .filter(|curve| wanted(curve))
        .map(|&curve| view(limbs, curve, keys, lang))
        .collect()
}

/// The same diagrams as figures: those of the limbs that have the curve, left before right.
pub fn figures(
    limbs: &PerSide<LimbCurves>,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> Vec<Figure> {
    let drawn = |shown: Shown, side: Side| {
        let curve = limbs[side].curve(shown)?;
        curve.mean.as_ref()?;
        let says = in_words(curve, &limbs[side], "", lang);
        Some(figure(limbs, side, shown, &says, keys, lang))
    };
    SHOWN
        .iter()
        .flat_map(|&shown| Side::BOTH.map(|side| drawn(shown, side)))
        .flatten()
        .collect()
}

/// Whether a limb has a curve to draw.
pub fn has_mean(limb: &LimbCurves, curve: Shown) -> bool {
    limb.curve(curve).is_some_and(|found| found.mean.is_some())
}

fn view(
    limbs: &PerSide<LimbCurves>,
    shown: Shown,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> anyhow::Result<CurveView> {
    let words = words::curve(lang, shown);
    let mut diagrams = Vec::new();
    for side in Side::BOTH {
        let curve = limbs[side].curve(shown);
        let says = curve.map_or_else(String::new, |curve| {
            in_words(curve, &limbs[side], &words.missing, lang)
        });
        let svg = match has_mean(&limbs[side], shown) {
            true => plot::svg(&figure(limbs, side, shown, &says, keys, lang))?,
            false => String::new(),
        };
        diagrams.push(LimbDiagram {
            side: side.name(),
            title: words::stance(lang, side),
            svg,
            says,
        });
    }
    let norm = match limbs
        .left
        .curve(shown)
        .and_then(|curve| curve.norm.as_ref())
    {
        Some(Ok(norm)) => norm_in_words(norm),
        Some(Err(error)) => lang.fill("curves.no-norm", &[("why", &error.to_string())]),
        None => lang.say("curves.not-normed"),
    };
    Ok(CurveView {
        title: words.title,
        what: words.what,
        limbs: diagrams,
        norm,
    })
}

fn norm_in_words(norm: &NormBand) -> String {
    format!(
        "{}; {}; speed: {}.",
        norm.population, norm.source, norm.speed_group
    )
}

/// The usual range, widened in steps of 5° to hold every used stride and norm of both limbs.
fn shared_range(limbs: &PerSide<LimbCurves>, shown: Shown, usual: (f64, f64)) -> (f64, f64) {
    let (mut low, mut high) = usual;
    for curve in Side::BOTH
        .iter()
        .filter_map(|&side| limbs[side].curve(shown))
    {
        let used = curve
            .strides
            .iter()
            .filter(|row| row.stride.exclusion.is_none())
            .flat_map(|row| values(&row.curves, curve.curve).iter().copied());
        let norm = curve.band().into_iter().flat_map(|norm| {
            let points = norm.mean_deg.iter().zip(&norm.sd_deg);
            points.flat_map(|(mean, sd)| [mean - 2.0 * sd, mean + 2.0 * sd])
        });
        for value in used.chain(norm).filter(|v| v.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
    }
    // a wild value must not flatten everything else
    let step = |v: f64| (v / 5.0).clamp(-18.0, 18.0);
    (5.0 * step(low).floor(), 5.0 * step(high).ceil())
}

/// The diagram of one curve in the stance of `side`.
pub fn figure(
    limbs: &PerSide<LimbCurves>,
    side: Side,
    shown: Shown,
    says: &str,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> Figure {
    let limb = &limbs[side];
    let words = words::curve(lang, shown);
    let (up, down) = words::directions(lang, shown, side);
    let range = shared_range(limbs, shown, words.range);
    let span = range.1 - range.0;
    let values = [("up", up.as_str()), ("down", down.as_str())];
    Figure {
        id: format!("plot-{}-{}", shown.name(), side.name()),
        title: lang.fill(
            "curves.figure",
            &[
                ("curve", &words.title),
                ("side", &words::stance(lang, side)),
            ],
        ),
        description: says.to_owned(),
        size: plot::SIZE,
        x: Axis {
            range: (0.0, 100.0),
            step: 20.0,
            title: lang.say("curves.x-axis"),
        },
        y: Axis {
            range,
            step: if span > 45.0 { 10.0 } else { 5.0 },
            title: lang.fill("curves.y-axis", &values),
        },
        marks: marks(limbs, side, shown, limb, keys, lang),
    }
}

fn marks(
    limbs: &PerSide<LimbCurves>,
    side: Side,
    shown: Shown,
    limb: &LimbCurves,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    if let Some((from, to)) = limb.timing.single_support() {
        marks.push(Mark::Window {
            from: from.clamp(0.0, 100.0),
            to: to.clamp(0.0, 100.0),
            label: lang.say("curves.single-support"),
            class: "window",
        });
    }
    let Some(curve) = limb.curve(shown) else {
        return marks;
    };
    if let Some(norm) = curve.band() {
        for (width, class) in [(2.0, "band two"), (1.0, "band one")] {
            marks.push(band(&norm.mean_deg, &norm.sd_deg, width, class.to_owned()));
        }
    }
    if let Some(mean) = &curve.mean {
        let class = format!("{} spread", side.name());
        marks.push(band(mean, &curve.sd, 1.0, class));
    }
    if let Some(x) = limb.timing.off_pct {
        marks.push(Mark::Event {
            x: x.clamp(0.0, 100.0),
            label: lang.say("curves.foot-off"),
            class: "event",
        });
    }
    marks.extend(stride_marks(curve, side, keys, lang));
    for (limb_side, class) in [(side.opposite(), "other"), (side, "mean")] {
        let found = limbs[limb_side].curve(shown);
        if let Some(mean) = found.and_then(|curve| curve.mean.as_ref()) {
            marks.push(Mark::Curve {
                values: mean.clone(),
                class: format!("{} {class}", limb_side.name()),
                key: String::new(),
                title: lang.sided("curves.mean", limb_side),
            });
        }
    }
    marks
}

/// The area within `width` SDs of a mean.
pub fn band(mean: &[f64], sd: &[f64], width: f64, class: String) -> Mark {
    let edge = |sign: f64| {
        let points = mean.iter().zip(sd);
        points.map(|(mean, sd)| mean + sign * width * sd).collect()
    };
    Mark::Band {
        low: edge(-1.0),
        high: edge(1.0),
        class,
    }
}

/// The single strides: those left out first (below), then the used ones.
fn stride_marks(
    curve: &LimbCurve,
    side: Side,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> Vec<Mark> {
    let (used, left_out): (Vec<&StrideRow>, Vec<&StrideRow>) = curve
        .strides
        .iter()
        .partition(|row| row.stride.exclusion.is_none());
    let mark = |row: &StrideRow| {
        let class = match row.stride.exclusion {
            None => format!("{} stride", side.name()),
            Some(_) => "left-out".to_owned(),
        };
        Mark::Curve {
            values: values(&row.curves, curve.curve).to_vec(),
            class,
            key: keys(row),
            title: stride_title(row, lang),
        }
    };
    let selected = |rows: &[&StrideRow]| -> Vec<Mark> {
        let step = rows.len().div_ceil(STRIDES_DRAWN_MAX).max(1);
        rows.iter().step_by(step).map(|row| mark(row)).collect()
    };
    let mut marks = selected(&left_out);
    marks.extend(selected(&used));
    marks
}

/// What a stride's curve says of itself when pointed at.
pub fn stride_title(row: &StrideRow, lang: &Language) -> String {
    let number = row.stride.number.to_string();
    let start = lang.fixed(row.stride.start_s, 2);
    let values = [("n", number.as_str()), ("start", start.as_str())];
    let text = lang.fill("curves.stride", &values);
    match row.stride.exclusion {
        None => text,
        Some(reason) => {
            let why = words::exclusion(lang, reason);
            format!("{text}, {}", lang.fill("curves.unused", &[("why", &why)]))
        }
    }
}

/// Heading of a diagram, and what it says.
#[cfg(feature = "pdf")]
pub fn heading(limb: &LimbCurves, shown: Shown, side: Side, lang: &Language) -> (String, String) {
    let words = words::curve(lang, shown);
    let stance = words::stance(lang, side);
    let values = [("curve", words.title.as_str()), ("side", &stance)];
    let says = limb.curve(shown).map_or_else(String::new, |curve| {
        in_words(curve, limb, &words.missing, lang)
    });
    (lang.fill("curves.figure", &values), says)
}

/// What a diagram says, in words.
fn in_words(curve: &LimbCurve, limb: &LimbCurves, missing: &str, lang: &Language) -> String {
    let Some(mean) = &curve.mean else {
        return match limb.used {
            0 => lang.say("curves.no-stride"),
            _ => missing.to_owned(),
        };
    };
    let used = curve
        .strides
        .iter()
        .filter(|r| r.stride.exclusion.is_none())
        .count();
    let strides = lang.count(used, "count.strides");
    let mut text = lang.fill("curves.mean-of", &[("strides", &strides)]);
    if used > STRIDES_DRAWN_MAX {
        let step = used.div_ceil(STRIDES_DRAWN_MAX).to_string();
        text.push_str(&format!(
            " {}",
            lang.fill("curves.thinned", &[("n", &step)])
        ));
    }
    let Some(norm) = curve.band() else {
        return text;
    };
    let stance_end = limb.timing.off_pct.unwrap_or(60.0);
    let outside: Vec<String> = outside_norm(mean, norm, stance_end)
        .into_iter()
        .filter(|(from, to, _)| to - from >= 2) // a percent or two is the edge of a stride, not a finding
        .map(|(from, to, above)| {
            let (from, to) = (from.to_string(), to.to_string());
            let values = [("from", from.as_str()), ("to", to.as_str())];
            match above {
                true => lang.fill("curves.above", &values),
                false => lang.fill("curves.below", &values),
            }
        })
        .collect();
    let verdict = match outside.len() {
        0 => lang.say("curves.within"),
        _ => lang.fill("curves.outside", &[("where", &outside.join(", "))]),
    };
    format!("{text} {verdict}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{StrideCurves, StrideEvidence, StrideMetrics};
    use crate::norms::{NormCurve, NormError};
    use crate::recording::Sequence;
    use crate::strides::{Exclusion, Stride};

    fn stride(side: Side, number: usize, drop: f64, exclusion: Option<Exclusion>) -> StrideRow {
        StrideRow {
            recording: "r".into(),
            stride: Stride {
                side,
                number,
                start_s: 1.0,
                end_s: 2.0,
                opposite_off_s: Some(1.12),
                opposite_strike_s: Some(1.5),
                off_s: Some(1.6),
                events_source: crate::events::EventSource::Stored,
                events_confidence: crate::events::Confidence::High,
                exclusion,
            },
            metrics: StrideMetrics::default(),
            evidence: StrideEvidence::default(),
            curves: StrideCurves {
                pelvis_drop_deg: vec![drop; 101],
                ..StrideCurves::default()
            },
        }
    }

    fn no_norm(curve: NormCurve, data: Sequence, _: Option<f64>) -> Result<NormBand, NormError> {
        Err(NormError::Sequence {
            curve,
            norm: Sequence::TiltObliquityRotation,
            data,
        })
    }

    fn drop_view(strides: &[StrideRow]) -> CurveView {
        let limbs = PerSide::from_fn(|side| LimbCurves::of(strides, side, &no_norm));
        views(&limbs, &|row| stride_key(0, row), &Language::default())
            .unwrap()
            .remove(0)
    }

    #[test]
    fn the_axis_grows_with_used_strides_of_either_limb_and_stays_finite() {
        let usual = [stride(Side::Left, 1, 3.0, None)];
        assert!(drop_view(&usual).limbs[0].svg.contains(">\u{2212}10<"));
        let high = [
            stride(Side::Left, 1, 3.0, None),
            stride(Side::Right, 1, 13.0, None),
            stride(Side::Right, 2, 40.0, Some(Exclusion::Turn)),
        ];
        for limb in drop_view(&high).limbs {
            assert!(limb.svg.contains(">15<") && !limb.svg.contains(">25<"));
        }
        let wild = [stride(Side::Left, 1, 1e300, None)];
        assert!(drop_view(&wild).limbs[0].svg.contains(">90<"));
    }

    #[test]
    fn a_limb_without_used_strides_has_no_diagram_but_words() {
        let view = drop_view(&[stride(Side::Left, 1, 3.0, None)]);
        assert!(view.limbs[1].svg.is_empty());
        assert_eq!(view.limbs[1].says, "No stride of this limb could be used.");
        assert!(view.norm.starts_with("No norm: "), "{}", view.norm);
        assert!(
            !view.limbs[0].svg.contains("band"),
            "no band of a wrong norm"
        );
        assert_eq!(view.limbs[0].says, "Mean of 1 stride.");
    }

    #[test]
    fn the_window_lies_where_the_other_foot_is_off_the_ground() {
        let strides = [stride(Side::Left, 1, 3.0, None)];
        let limbs = LimbCurves::of(&strides, Side::Left, &no_norm);
        let (from, to) = limbs.timing.single_support().unwrap();
        assert!((from - 12.0).abs() < 1e-9 && (to - 50.0).abs() < 1e-9);
        assert!((limbs.timing.off_pct.unwrap() - 60.0).abs() < 1e-9);
    }
}
