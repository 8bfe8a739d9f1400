//! The page: demands, diagrams, tables.

use super::agreement::{Pairs, limits};
use super::calibration::{self, Calibration};
use super::demands::Demand;
use super::table::Table;
use super::tally::{self, base_limbs};
use super::{Outcome, plan};
use crate::report::language::Language;
use crate::report::pages::Pages;
use crate::report::plot::{self, Axis, Figure, Mark, Shape};
use crate::settings::Settings;
use crate::synth::Pattern;
use serde::Serialize;

/// More points than this make a diagram heavy; then an evenly spaced selection is drawn.
const POINTS_MAX: usize = 500;

#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    provenance: Provenance,
    recordings: usize,
    met: usize,
    demands: Vec<[&'a str; 4]>,
    diagrams: Vec<Diagram>,
    tables: &'a [Table],
}

/// What the foot of every page says.
#[derive(Serialize)]
struct Provenance {
    version: &'static str,
    settings_hash: String,
}

/// A finished diagram.
#[derive(Serialize)]
struct Diagram {
    svg: String,
    caption: String,
}

/// The page as HTML.
pub fn html(
    outcome: &Outcome,
    demands: &[Demand],
    tables: &[Table],
    settings: &Settings,
) -> anyhow::Result<String> {
    let limbs = || base_limbs(&outcome.cells, &outcome.measured).map(|found| found.1);
    let mut figures = vec![
        found_by_magnitude(outcome),
        reliability(
            "exact",
            "of the exact walk",
            &calibration::against_exact(limbs()),
        ),
        reliability(
            "prescribed",
            "prescribed",
            &calibration::against_prescribed(limbs()),
        ),
    ];
    if let Some(agreement) = &outcome.agreement {
        let channels = agreement.channels();
        let known = channels.iter().filter(|c| c.pairs.len() > 1);
        figures.extend(known.map(bland_altman));
    }
    let diagrams = figures
        .into_iter()
        .map(|figure| {
            Ok(Diagram {
                svg: plot::svg(&figure)?,
                caption: figure.description,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let page = Page {
        title: "Validation",
        provenance: Provenance {
            version: env!("CARGO_PKG_VERSION"),
            settings_hash: settings.hash().chars().take(12).collect(),
        },
        recordings: outcome.recordings(),
        met: demands.iter().filter(|d| d.met).count(),
        demands: demands
            .iter()
            .map(|d| {
                let met = if d.met { "met" } else { "not met" };
                [d.what.as_str(), d.found.as_str(), d.demanded.as_str(), met]
            })
            .collect(),
        diagrams,
        tables,
    };
    Pages::new(&Language::default())?.render("validation.html", &page)
}

fn curve(values: Vec<f64>, class: &str, title: &str) -> Mark {
    Mark::Curve {
        values,
        class: class.to_owned(),
        key: String::new(),
        title: title.to_owned(),
    }
}

/// Share of right labels against the prescribed magnitude.
fn found_by_magnitude(outcome: &Outcome) -> Figure {
    let counts = tally::by_cell(&outcome.cells, &outcome.measured);
    let shares = |pattern: Pattern| -> Vec<(f64, f64)> {
        let cells = outcome.cells.iter().zip(&counts);
        cells
            .filter(|(cell, _)| cell.axis == plan::BASE && cell.pattern == pattern)
            .map(|(cell, c)| (cell.magnitude_deg, c.affected.right_rate().pct()))
            .collect()
    };
    let marks = [
        (Pattern::Uncompensated, "left mean"),
        (Pattern::Compensated, "right mean"),
        (Pattern::Mixed, "other"),
    ]
    .map(|(pattern, class)| curve(every_degree(&shares(pattern)), class, pattern.name()));
    Figure {
        id: "found".into(),
        title: "Right labels by magnitude".into(),
        description: "Share of limbs with the prescribed label against the prescribed degrees: drop (thick line), lean (thick, dashed), mixed (thin). Usual conditions.".into(),
        size: plot::SIZE,
        x: Axis {
            range: (0.0, 20.0),
            step: 5.0,
            title: "degrees prescribed".into(),
        },
        y: Axis {
            range: (0.0, 100.0),
            step: 20.0,
            title: "% right".into(),
        },
        marks: marks.into(),
    }
}

/// Values at whole degrees between the known ones, straight lines between them.
fn every_degree(known: &[(f64, f64)]) -> Vec<f64> {
    (0..=20)
        .map(|degree| {
            let x = f64::from(degree);
            let between = known.windows(2).find(|w| (w[0].0..=w[1].0).contains(&x));
            between.map_or(f64::NAN, |w| {
                w[0].1 + (w[1].1 - w[0].1) * (x - w[0].0) / (w[1].0 - w[0].0)
            })
        })
        .collect()
}

fn reliability(id: &str, truth: &str, found: &Calibration) -> Figure {
    let bins = found.bins.iter().filter(|b| b.limbs > 0);
    let points: Vec<(f64, f64)> = bins
        .map(|b| (100.0 * b.stated, 100.0 * b.observed))
        .collect();
    let axis = |title: &str| Axis {
        range: (20.0, 100.0),
        step: 20.0,
        title: title.into(),
    };
    Figure {
        id: format!("reliability-{id}"),
        title: format!("Stated probability and share that was right ({truth})"),
        description: format!(
            "Stated probability of the most probable label against the share of limbs whose label {truth} it is, in bins of 10 %; on the thin line both are equal. {} limbs, Brier score {:.3}, expected calibration error {:.3}.",
            found.limbs, found.brier, found.expected_error
        ),
        size: plot::SIZE,
        x: axis("% stated"),
        y: axis("% right"),
        marks: vec![line((20.0, 20.0), (100.0, 100.0), "zero")]
            .into_iter()
            .chain(points.windows(2).map(|w| line(w[0], w[1], "left other")))
            .chain(points.iter().map(|p| point(*p, 4)))
            .collect(),
    }
}

fn line(from: (f64, f64), to: (f64, f64), class: &str) -> Mark {
    Mark::Line {
        from,
        to,
        class: class.to_owned(),
    }
}

fn point(at: (f64, f64), size: i32) -> Mark {
    Mark::Point {
        at,
        shape: Shape::Circle,
        size,
        class: "left centre".to_owned(),
        key: String::new(),
        title: String::new(),
    }
}

fn bland_altman(channel: &Pairs) -> Figure {
    let (bias, low, high) = limits(&channel.pairs);
    let step = channel.pairs.len().div_ceil(POINTS_MAX).max(1);
    let points: Vec<(f64, f64)> = channel
        .pairs
        .iter()
        .step_by(step)
        .map(|(ours, stored)| (0.5 * (ours + stored), ours - stored))
        .collect();
    let bounds = |values: &mut dyn Iterator<Item = f64>, step: f64| {
        let (least, most) = values.fold((0.0f64, 0.0f64), |(l, m), v| (l.min(v), m.max(v)));
        (
            step * (least / step).floor(),
            step * (most / step).ceil().max(1.0),
        )
    };
    let x = bounds(&mut points.iter().map(|p| p.0), 5.0);
    let mut values = points.iter().map(|p| p.1).chain([low, high]);
    let y = bounds(&mut values, 1.0);
    let level = |value: f64, class| line((x.0, value), (x.1, value), class);
    Figure {
        id: format!("agreement-{}", channel.name.replace(' ', "-")),
        title: format!("Agreement with stored angles: {}", channel.name),
        description: format!(
            "{}: found less stored angle against their mean, {} frames{}; bias {bias:.2}°, limits of agreement {low:.2}° to {high:.2}°.",
            channel.name,
            channel.pairs.len(),
            match step {
                1 => String::new(),
                step => format!(" (every {step}th drawn)"),
            }
        ),
        size: plot::SIZE,
        x: Axis {
            range: x,
            step: ((x.1 - x.0) / 6.0 / 5.0).ceil().max(1.0) * 5.0,
            title: "mean, degrees".into(),
        },
        y: Axis {
            range: y,
            step: ((y.1 - y.0) / 6.0).ceil().max(1.0),
            title: "found − stored, degrees".into(),
        },
        marks: points
            .iter()
            .map(|p| point(*p, 1))
            .chain([
                level(bias, "right other"),
                level(low, "event"),
                level(high, "event"),
            ])
            .collect(),
    }
}
