//! Drop against lean, stride by stride, over the regions where the label changes.
//!
//! In: strides of both limbs, their findings and the settings. Out: one finished SVG with words.
//! Shown are the offset-free single-support values, because the drawn borders are theirs; the
//! raw values and the peak have borders of their own, which the words name.

use serde::Serialize;

use super::charts::stride_title;
use super::curves::LimbCurves;
use super::gait::used_of;
use super::language::Language;
use super::number::mean_of;
use super::plot::{self, Axis, Figure, Mark, Shape};
use super::words;
use crate::classify::{Interval, LimbFinding, Terms, decision_lines};
use crate::norms;
use crate::recording::{PerSide, Sequence, Side};
use crate::settings::Settings;
use crate::study::rows::StrideRow;

/// The diagram with its words.
#[derive(Debug, Clone, Serialize)]
pub struct ScatterView {
    /// Finished SVG.
    pub svg: String,
    /// What can be read from it.
    pub says: String,
}

/// More strides per limb than this are thinned out.
const POINTS_MAX: usize = 200;

/// The diagram; `None` when no stride has both a drop and a lean.
pub fn view(
    limbs: &[&LimbFinding],
    strides: &[StrideRow],
    curves: &PerSide<LimbCurves>,
    settings: &Settings,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> anyhow::Result<Option<ScatterView>> {
    figure(limbs, strides, curves, settings, keys, lang)
        .map(|figure| {
            Ok(ScatterView {
                says: figure.description.clone(),
                svg: plot::svg(&figure)?,
            })
        })
        .transpose()
}

/// The same as a figure.
pub fn figure(
    limbs: &[&LimbFinding],
    strides: &[StrideRow],
    curves: &PerSide<LimbCurves>,
    settings: &Settings,
    keys: &dyn Fn(&StrideRow) -> String,
    lang: &Language,
) -> Option<Figure> {
    let speed = mean_of(
        Side::BOTH
            .iter()
            .filter_map(|&s| curves[s].speed_dimensionless),
    );
    let norm = norms::features(Sequence::RotationObliquityTilt, speed, &settings.classify);
    let lines = decision_lines(&norm, &settings.classify);
    let mut points = Vec::new();
    let mut seen: Vec<(f64, f64)> = vec![
        (norm.drop.mean, norm.lean.mean),
        (lines.drop_deg + 3.0, lines.lean_deg + 3.0),
    ];
    for side in Side::BOTH {
        let used: Vec<&StrideRow> = used_of(strides, side).collect();
        let step = used.len().div_ceil(POINTS_MAX).max(1);
        for row in used.into_iter().step_by(step) {
            let m = &row.metrics;
            let (Some(x), Some(y)) = (m.drop_ss_offset_free_deg, m.lean_ss_offset_free_deg) else {
                continue;
            };
            seen.push((x, y));
            points.push(Mark::Point {
                at: (x, y),
                shape: shape(side),
                size: 4,
                class: format!("{} dot", side.name()),
                key: keys(row),
                title: format!(
                    "{}, {}: {} / {}",
                    words::stance(lang, side),
                    stride_title(row, lang),
                    lang.degrees(x),
                    lang.degrees(y)
                ),
            });
        }
    }
    if points.is_empty() {
        return None;
    }
    let mut marks = regions(lines.drop_deg, lines.level_deg, lines.lean_deg, lang);
    marks.append(&mut points);
    for limb in limbs {
        marks.extend(means(limb, &mut seen));
    }
    let axis = |of: fn(&(f64, f64)) -> f64, title: &str| {
        let values = seen.iter().map(of).filter(|v| v.is_finite());
        let (low, high) = values.fold((-2.0_f64, 8.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        let step = |v: f64| (v / 2.0).clamp(-20.0, 20.0);
        let range = (
            2.0 * (step(low) - 0.2).floor(),
            2.0 * (step(high) + 0.2).ceil(),
        );
        Axis {
            range,
            step: if range.1 - range.0 > 24.0 { 5.0 } else { 2.0 },
            title: lang.say(title),
        }
    };
    Some(Figure {
        id: "plot-scatter".to_owned(),
        title: lang.say("scatter.title"),
        description: lang.fill(
            "scatter.says",
            &[
                ("drop", &lang.degrees(lines.drop_deg)),
                ("lean", &lang.degrees(lines.lean_deg)),
            ],
        ),
        size: (460, 330),
        x: axis(|p| p.0, "scatter.x-axis"),
        y: axis(|p| p.1, "scatter.y-axis"),
        marks,
    })
}

fn shape(side: Side) -> Shape {
    match side {
        Side::Left => Shape::Circle,
        Side::Right => Shape::Triangle,
    }
}

/// The four regions.
fn regions(drop: f64, level: f64, lean: f64, lang: &Language) -> Vec<Mark> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    let area = |x, y: (f64, f64), key: &str, class| Mark::Area {
        x,
        y,
        label: lang.say(key),
        // away from the other regions
        at_top: y.1.is_infinite(),
        class,
    };
    // with a lean, a pelvis that is not level already counts as dropped
    let mixed_from = level.min(drop);
    vec![
        area((low, drop), (low, lean), "label.none.short", "area r-none"),
        area(
            (drop, high),
            (low, lean),
            "label.uncompensated.short",
            "area r-drop",
        ),
        area(
            (low, mixed_from),
            (lean, high),
            "label.compensated.short",
            "area r-lean",
        ),
        area(
            (mixed_from, high),
            (lean, high),
            "label.mixed.short",
            "area r-mixed",
        ),
    ]
}

/// Mean and 95 % interval of one limb, both as absolute values.
fn means(limb: &LimbFinding, seen: &mut Vec<(f64, f64)>) -> Vec<Mark> {
    let absolute = |excess: Option<Interval>, terms: Option<Terms>| {
        let (excess, norm) = (excess?, terms?.norm);
        Some((norm + excess.low, norm + excess.mean, norm + excess.high))
    };
    let drop = absolute(limb.drop_excess_deg, limb.drop_terms);
    let lean = absolute(limb.lean_excess_deg, limb.lean_terms);
    let (Some(x), Some(y)) = (drop, lean) else {
        return Vec::new();
    };
    seen.extend([(x.0, y.0), (x.2, y.2)]);
    let side = limb.side.name();
    vec![
        Mark::Line {
            from: (x.0, y.1),
            to: (x.2, y.1),
            class: format!("{side} cross"),
        },
        Mark::Line {
            from: (x.1, y.0),
            to: (x.1, y.2),
            class: format!("{side} cross"),
        },
        Mark::Point {
            at: (x.1, y.1),
            shape: shape(limb.side),
            size: 7,
            class: format!("{side} centre"),
            key: String::new(),
            title: String::new(),
        },
    ]
}
