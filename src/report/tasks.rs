//! What a recording shows besides walking: the part of its page about standing on one leg.
//!
//! In: [`Tasks`](crate::tasks::Tasks). Out: [`TaskView`]s, values of the template.

use crate::recording::Side;
use crate::tasks::{Stance, StanceCurve, StanceTest, Tasks};
use serde::Serialize;

use super::language::Language;
use super::plot::{self, Axis, Figure, Mark};
use super::words;

/// One kind of task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskView {
    /// Names the section in the page.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// What was measured and how to read it.
    pub intro: String,
    /// Findings as sentences.
    pub says: Vec<String>,
    /// Diagrams.
    pub figures: Vec<TaskFigure>,
    /// Headings of the table; the first stands over the row headings.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<TaskRow>,
    /// Remarks below it.
    pub notes: Vec<String>,
}

/// A diagram of a task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskFigure {
    /// `left` or `right`.
    pub side: &'static str,
    /// Title.
    pub title: String,
    /// Finished SVG.
    pub svg: String,
    /// What can be read from it.
    pub says: String,
}

/// A row of the table of a task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskRow {
    /// `left` or `right`.
    pub side: &'static str,
    /// Row heading, then numbers and words.
    pub cells: Vec<String>,
    /// It counts.
    pub valid: bool,
}

/// The views of everything that was measured besides walking.
pub fn views(tasks: &Tasks, lang: &Language) -> anyhow::Result<Vec<TaskView>> {
    let mut views = Vec::new();
    if let Some(test) = &tasks.stance {
        views.push(standing(test, lang)?);
    }
    Ok(views)
}

fn standing(test: &StanceTest, lang: &Language) -> anyhow::Result<TaskView> {
    let mut figures = Vec::new();
    for (i, stance) in test.stances.iter().enumerate() {
        figures.push(TaskFigure {
            side: stance.side.name(),
            title: stance_title(stance, lang),
            svg: plot::svg(&figure(i, stance, test, lang))?,
            says: outcome(stance, test, lang),
        });
    }
    let says = Side::BOTH.map(|side| {
        let mine: Vec<&Stance> = test.stances.iter().filter(|s| s.side == side).collect();
        match mine.is_empty() {
            true => lang.sided("one-leg.not-done", side),
            false => {
                let each = mine.iter().map(|stance| outcome(stance, test, lang));
                let of = words::stance(lang, side);
                let text = each.collect::<Vec<String>>().join(" ");
                lang.fill("answer.of-side", &[("side", &of), ("text", &text)])
            }
        }
    });
    let target = lang.fixed(test.target_s, 0);
    let limit = lang.degrees(test.failure_drop_deg);
    let heads = [
        "one-leg.stance",
        "one-leg.time",
        "one-leg.held",
        "one-leg.drop-mean",
        "one-leg.drop-peak",
        "one-leg.drift",
        "one-leg.lean-mean",
        "one-leg.valid",
    ];
    Ok(TaskView {
        id: "one-leg",
        title: lang.say("one-leg.title"),
        intro: lang.fill("one-leg.intro", &[("target", &target), ("limit", &limit)]),
        says: says.to_vec(),
        figures,
        columns: heads.map(|key| lang.say(key)).to_vec(),
        rows: test.stances.iter().map(|s| row(s, lang)).collect(),
        notes: notes(test, lang),
    })
}

fn stance_title(stance: &Stance, lang: &Language) -> String {
    format!("{} {}", words::stance(lang, stance.side), stance.number)
}

/// How a stance ended, as a sentence.
fn outcome(stance: &Stance, test: &StanceTest, lang: &Language) -> String {
    let key = match stance.time_to_failure_s {
        Some(0.0) => "never".to_owned(),
        _ => stance.outcome.name().to_owned(),
    };
    let seconds = |s: f64| lang.fixed(s, 1);
    let values = [
        ("held", seconds(stance.held_s)),
        ("target", lang.fixed(test.target_s, 0)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    lang.fill(&format!("one-leg.outcome.{key}"), &values)
}

fn number(value: Option<f64>, decimals: usize, lang: &Language) -> String {
    value.map_or_else(|| "–".to_owned(), |v| lang.fixed(v, decimals))
}

fn row(stance: &Stance, lang: &Language) -> TaskRow {
    let reasons: Vec<String> = (stance.invalid_because.iter())
        .map(|why| lang.say(&format!("one-leg.invalid.{}", why.name())))
        .collect();
    let valid = match reasons.is_empty() {
        true => lang.say("ledger.yes"),
        false => lang.fill("ledger.no", &[("why", &reasons.join("; "))]),
    };
    TaskRow {
        side: stance.side.name(),
        cells: vec![
            stance_title(stance, lang),
            format!(
                "{}–{}",
                lang.fixed(stance.start_s, 1),
                lang.fixed(stance.end_s, 1)
            ),
            lang.fixed(stance.held_s, 1),
            number(stance.drop_mean_deg, 1, lang),
            number(stance.drop_peak_deg, 1, lang),
            number(stance.drop_drift_deg_s, 2, lang),
            number(stance.lean_mean_deg, 1, lang),
            valid,
        ],
        valid: stance.valid(),
    }
}

/// What is remarked of any of the stances, each once.
fn notes(test: &StanceTest, lang: &Language) -> Vec<String> {
    let mut flags: Vec<_> = test.stances.iter().flat_map(|s| &s.flags).collect();
    flags.sort();
    flags.dedup();
    let flags = flags
        .into_iter()
        .map(|flag| lang.say(&format!("one-leg.flag.{}", flag.name())));
    flags.chain([lang.say("one-leg.unseen")]).collect()
}

/// Drop and lean over the seconds since the foot was lifted.
fn figure(index: usize, stance: &Stance, test: &StanceTest, lang: &Language) -> Figure {
    let duration = stance.end_s - stance.start_s;
    let drop = path(&test.curve, stance, StanceCurve::drop_deg);
    let lean = path(&test.curve, stance, StanceCurve::lean_deg);
    let values = drop
        .iter()
        .chain(&lean)
        .map(|p| p.1)
        .filter(|v| v.is_finite());
    let (low, high) = values.fold((-5.0f64, 10.0f64), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    let range = ((low / 5.0).floor() * 5.0, (high / 5.0).ceil() * 5.0);
    let last = (duration.max(5.0) / 5.0).ceil() * 5.0;
    let mut marks = vec![
        Mark::Area {
            x: (0.0, f64::INFINITY),
            y: (test.failure_drop_deg, f64::INFINITY),
            label: lang.say("one-leg.area"),
            at_top: true,
            class: "window",
        },
        Mark::Path {
            points: lean,
            class: "left-out".to_owned(),
        },
        Mark::Path {
            points: drop,
            class: format!("{} mean", stance.side.name()),
        },
    ];
    let events = [
        (stance.time_to_failure_s, "one-leg.failed"),
        (Some(test.target_s).filter(|t| *t <= last), "one-leg.target"),
    ];
    for (at, key) in events {
        if let Some(x) = at {
            marks.push(Mark::Event {
                x,
                label: lang.say(key),
                class: "event",
            });
        }
    }
    Figure {
        id: format!("one-leg-{index}"),
        title: stance_title(stance, lang),
        description: outcome(stance, test, lang),
        size: plot::SIZE,
        x: Axis {
            range: (0.0, last),
            step: if last > 30.0 { 10.0 } else { 5.0 },
            title: lang.say("one-leg.x"),
        },
        y: Axis {
            range,
            step: 5.0,
            title: lang.say("one-leg.y"),
        },
        marks,
    }
}

/// Seconds since the foot was lifted, and a value there; NaN where it was not seen.
fn path(
    curve: &StanceCurve,
    stance: &Stance,
    value: fn(&StanceCurve, Side, usize) -> Option<f64>,
) -> Vec<(f64, f64)> {
    let times = curve.time_s.iter().enumerate();
    times
        .filter(|(_, t)| (stance.start_s..=stance.end_s).contains(*t))
        .map(|(i, t)| {
            let deg = value(curve, stance.side, i).unwrap_or(f64::NAN);
            (t - stance.start_s, deg)
        })
        .collect()
}
