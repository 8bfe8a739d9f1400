//! What was concluded about a recording, how, and the option that says otherwise.

use super::Inspection;
use crate::recording::{Layout, Recording};
use serde::Serialize;

/// One conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// What it is about.
    pub about: &'static str,
    /// What was concluded.
    pub found: String,
    /// From what.
    pub from: String,
    /// How to say otherwise.
    pub otherwise: &'static str,
}

/// Every conclusion about `recording`, in the order in which a reader makes them.
pub(super) fn list(recording: &Recording, seen: &Inspection) -> Vec<Guess> {
    let mut list = Vec::new();
    let mut add = |about, found: String, from: &str, otherwise| {
        list.push(Guess {
            about,
            found,
            from: from.to_owned(),
            otherwise,
        });
    };
    let layout = &recording.layout;
    add(
        "format",
        seen.format.into(),
        "content",
        "[columns] in a map, for tables without a known layout",
    );
    if let Some(delimiter) = layout.delimiter {
        let shown = match delimiter {
            '\t' => "tab".into(),
            sign => sign.to_string(),
        };
        add(
            "delimiter",
            shown,
            "row of names",
            "delimiter under [table] in a map",
        );
    }
    if let Some(sign) = layout.decimal_sign {
        add(
            "decimal sign",
            sign.to_string(),
            "first rows",
            "decimal under [table] in a map",
        );
    }
    if let Some(lines) = layout.header_lines {
        add(
            "header lines",
            lines.to_string(),
            "names above numbers",
            "header_lines under [table] in a map",
        );
    }
    add(
        "rate",
        format!("{} Hz", seen.rate_hz),
        &rate_from(layout),
        "--rate where the file says none; rate_hz in a map",
    );
    if recording.markers.is_empty() && !recording.sensors.is_empty() {
        let placed = recording.sensors.iter().filter_map(|s| {
            let placement = s.placement?;
            Some(format!("{} = {}", placement.name(), s.name))
        });
        let placed: Vec<String> = placed.collect();
        add(
            "placements",
            some(placed.join(", ")),
            "names of the sensors",
            "[sensors] in a map",
        );
        return list;
    }
    if !recording.markers.is_empty() {
        let given = &recording.given;
        let unit = seen.units.map_or("", |unit| unit.symbol());
        let from = match (given.unit, seen.units_guessed) {
            (true, _) => "map",
            (_, true) => "size of the body",
            _ => "file",
        };
        add("unit", some(unit.into()), from, "unit in a map");
        let up = seen.vertical_axis.clone().unwrap_or_default();
        let from = if given.up.is_some() {
            "map"
        } else {
            "the body's long axis"
        };
        add("upward axis", some(up), from, "up in a map");
        if let Some(direction) = seen.progression.as_ref().and_then(|p| p.direction.clone()) {
            add(
                "walking along",
                direction,
                if given.walking.is_some() {
                    "map"
                } else {
                    "path of the pelvis, or the feet on a treadmill"
                },
                "walking in a map",
            );
        }
        let found = seen.landmarks.0.len();
        add(
            "landmarks",
            format!("{found} of {} labels", seen.labels.len()),
            "labels",
            "[labels] in a map",
        );
        add(
            "sides",
            "as labelled".into(),
            "labels, compared with the walking direction",
            "[labels] in a map",
        );
        let longest = seen.gaps.iter().map(|g| g.longest).max().unwrap_or(0);
        add(
            "gaps",
            format!("longest {longest} frames"),
            "blank or zero cells, negative residuals",
            "--config ([signal] … gap_max_s)",
        );
    }
    let stored = seen.events.len();
    add(
        "events",
        format!("{stored} stored"),
        "file",
        "--events detect, --events-from",
    );
    if !recording.subjects.is_empty() {
        add(
            "subject",
            recording.subjects.join(", "),
            "file",
            "--subject, --subjects",
        );
    }
    let measures = seen.body_measures.0.len();
    add(
        "body measures",
        format!("{measures} known"),
        "file or --subjects",
        "--subjects",
    );
    list
}

fn some(text: String) -> String {
    if text.is_empty() {
        "not found".into()
    } else {
        text
    }
}

/// Declared against measured.
fn rate_from(layout: &Layout) -> String {
    let declared = layout
        .declared_rate_hz
        .map(|hz| format!("declared {hz} Hz"));
    let measured = layout.measured_rate_hz.map(|hz| format!("times {hz} Hz"));
    let mut parts: Vec<String> = declared.into_iter().chain(measured).collect();
    if layout.resampled {
        parts.push("resampled".into());
    }
    match parts.is_empty() {
        true => "file".into(),
        false => parts.join(", "),
    }
}
