//! What `hipdrop inspect` prints of one recording.

use crate::analysis::inspect::{Inspection, Travel};
use crate::cli::style::{Style, Tone, counted, plain, wrap};
use crate::lab::Locomotion;
use crate::recording::EventKind;

/// Width of the names of the lines.
const KEY_WIDTH: usize = 12;

/// One recording, everything.
pub fn one(name: &str, seen: &Inspection) -> String {
    let mut page = Page {
        style: Style::of_stdout(),
        text: String::new(),
    };
    page.title(&plain(name));
    page.entry("format", &format_line(seen));
    if seen.kind != "inertial" {
        page.entry("units", &units(seen));
        page.entry("axes", &axes(seen));
    }
    if let Some(travel) = &seen.progression {
        page.entry("walking", &walking(travel));
    }
    page.entry("subject", &seen.subjects.join(", "));
    if seen.kind == "inertial" {
        page.entry("sensors", &sensors(seen));
        page.entry("calibration", &seen.calibration.join(" "));
    } else {
        page.entry("markers", &markers(seen));
        page.entry("landmarks", &landmarks(seen));
    }
    page.entry("missing", &seen.missing.join(" "));
    page.short_entry("not used", &seen.unmatched);
    page.short_entry("gaps", &gaps(seen));
    page.entry("events", &events(seen));
    page.entry("body", &body(seen));
    page.answers(seen);
    page.guesses(seen);
    page.warnings(seen);
    page.text
}

struct Page {
    style: Style,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        let title = self.style.paint(Tone::Strong, title);
        self.line(&title);
    }

    fn room(&self, indent: usize) -> usize {
        self.style
            .width
            .unwrap_or(100)
            .saturating_sub(indent)
            .max(20)
    }

    /// `  key   text`, continued below the text; nothing when there is none.
    fn entry(&mut self, key: &str, text: &str) {
        let indent = KEY_WIDTH + 2;
        for (i, line) in wrap(&plain(text), self.room(indent)).iter().enumerate() {
            let key = if i == 0 { key } else { "" };
            let key = self.style.paint(Tone::Faint, &format!("{key:<KEY_WIDTH$}"));
            self.line(&format!("  {key}{line}"));
        }
    }

    /// An entry of at most three lines; `--json` has the rest.
    fn short_entry(&mut self, key: &str, words: &[String]) {
        let room = 3 * self.room(KEY_WIDTH + 2) - 30;
        let mut used = 0;
        let fitting = words
            .iter()
            .take_while(|word| {
                used += word.chars().count() + 1;
                used <= room
            })
            .count();
        let mut text = words[..fitting].join(" ");
        if fitting < words.len() {
            text.push_str(&format!(" … and {} more", words.len() - fitting));
        }
        self.entry(key, &text);
    }

    fn answers(&mut self, seen: &Inspection) {
        self.line("");
        self.title("Can compute");
        let possible = seen.can_compute.0.iter().filter(|(_, possible)| *possible);
        let possible: Vec<String> = possible.map(|(n, _)| n.replace('_', " ")).collect();
        if !possible.is_empty() {
            let mark = self.style.paint(Tone::Clear, "yes");
            self.line(&format!("  {mark}  {}", possible.join(", ")));
        }
        for (why, names) in by_reason(seen) {
            let mark = self.style.paint(Tone::Bad, "no ");
            let room = self.room(7);
            for (i, line) in wrap(&plain(&format!("{}: {why}", names.join(", "))), room)
                .iter()
                .enumerate()
            {
                let start = if i == 0 { mark.as_str() } else { "   " };
                self.line(&format!("  {start}  {line}"));
            }
        }
    }

    /// What was concluded and how to say otherwise, in columns.
    fn guesses(&mut self, seen: &Inspection) {
        self.line("");
        self.title("Read as (and how to say otherwise)");
        for guess in &seen.guesses {
            let text = format!(
                "{}: {} (from {}) — {}",
                guess.about,
                plain(&guess.found),
                plain(&guess.from),
                guess.otherwise
            );
            for (i, line) in wrap(&text, self.room(4)).iter().enumerate() {
                self.line(&format!("  {}{line}", if i == 0 { "" } else { "  " }));
            }
        }
    }

    fn warnings(&mut self, seen: &Inspection) {
        if seen.warnings.is_empty() {
            return;
        }
        self.line("");
        self.title("Warnings");
        for warning in &seen.warnings {
            let place = match warning.place.as_str() {
                "" => String::new(),
                place => format!(" ({place})"),
            };
            let text = plain(&format!("{}{place}: {}", warning.code, warning.message));
            for (i, line) in wrap(&text, self.room(4)).iter().enumerate() {
                self.line(&format!("  {}{line}", if i == 0 { "" } else { "  " }));
            }
        }
    }
}

/// What cannot be computed, gathered by the reason, in the order of the first of each.
fn by_reason(seen: &Inspection) -> Vec<(&str, Vec<String>)> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, why) in &seen.cannot_compute.0 {
        let name = name.replace('_', " ");
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => reasons.push((why, vec![name])),
        }
    }
    reasons
}

fn format_line(seen: &Inspection) -> String {
    let last = seen.first_frame + (seen.frames as u64).saturating_sub(1);
    format!(
        "{} · {} Hz · {} ({} to {last}) · {:.2} s",
        seen.format,
        rate(seen),
        counted(seen.frames, "frame"),
        seen.first_frame,
        seen.duration_s
    )
}

pub(super) fn rate(seen: &Inspection) -> String {
    short(seen.rate_hz)
}

fn units(seen: &Inspection) -> String {
    match seen.units {
        None => "not declared, not found".into(),
        Some(unit) if seen.units_guessed => {
            format!("{} (from the size of the pelvis)", unit.symbol())
        }
        Some(unit) => format!("{} (declared)", unit.symbol()),
    }
}

fn axes(seen: &Inspection) -> String {
    match &seen.vertical_axis {
        Some(axis) => format!("{axis} is up"),
        None => "the vertical axis was not found".into(),
    }
}

fn walking(travel: &Travel) -> String {
    let how = match travel.locomotion {
        Locomotion::Overground => "overground",
        Locomotion::Treadmill => "on a treadmill",
        Locomotion::Standing => return "nobody walks: a standing trial".into(),
    };
    let direction = travel
        .direction
        .as_ref()
        .map_or(String::new(), |d| format!(" along {d}"));
    let passes: Vec<String> = travel
        .passes
        .iter()
        .map(|p| {
            format!(
                "{} (frames {} to {})",
                p.direction, p.first_frame, p.last_frame
            )
        })
        .collect();
    let passes = match passes.len() {
        0 => "no straight pass".to_owned(),
        1 => "1 pass".to_owned(),
        n => format!("{n} passes: {}", passes.join(", ")),
    };
    format!(
        "{how}{direction} · {passes} · {}",
        counted(travel.turns, "turn")
    )
}

fn markers(seen: &Inspection) -> String {
    let mut parts = vec![counted(seen.labels.len(), "label")];
    if seen.force_plates > 0 {
        parts.push(counted(seen.force_plates, "force plate"));
    }
    if !seen.model_outputs.is_empty() {
        parts.push(counted(seen.model_outputs.len(), "stored result"));
    }
    parts.join(" · ")
}

/// Sensors by where they sat; the file's name where it differs.
fn sensors(seen: &Inspection) -> String {
    let names: Vec<String> = seen
        .sensors
        .iter()
        .map(|sensor| {
            let mut text = match sensor.placement {
                Some(placement) if placement.name() == sensor.name => sensor.name.clone(),
                Some(placement) => format!("{}={}", placement.name(), sensor.name),
                None => format!("{} (where it sat is not known: --landmarks)", sensor.name),
            };
            if sensor.missing > 0 {
                text.push_str(&format!(" ({} missing)", counted(sensor.missing, "sample")));
            }
            text
        })
        .collect();
    names.join(" · ")
}

/// Landmarks by their customary name; the file's label where it differs.
fn landmarks(seen: &Inspection) -> String {
    if seen.landmarks.0.is_empty() {
        return "none found".into();
    }
    let names: Vec<String> = seen
        .landmarks
        .0
        .iter()
        .map(|(landmark, label)| {
            let bare = label.rsplit(':').next().unwrap_or(label);
            if bare == landmark {
                landmark.clone()
            } else {
                format!("{landmark}={}", bare.replace(' ', "_"))
            }
        })
        .collect();
    names.join(" ")
}

/// Of every marker; with commas between.
fn gaps(seen: &Inspection) -> Vec<String> {
    if seen.gaps.is_empty() {
        return match seen.labels.is_empty() {
            true => Vec::new(),
            false => vec!["none".into()],
        };
    }
    let last = seen.gaps.len() - 1;
    let gaps = seen.gaps.iter().enumerate().map(|(i, g)| {
        let comma = if i < last { "," } else { "" };
        format!(
            "{} {} (longest {}){comma}",
            g.label,
            counted(g.missing, "frame"),
            g.longest
        )
    });
    gaps.collect()
}

fn events(seen: &Inspection) -> String {
    let count = |kind: EventKind| {
        seen.events
            .iter()
            .filter(|e| e.event == Some(kind) && e.side.is_some())
            .count()
    };
    let (strikes, offs) = (count(EventKind::FootStrike), count(EventKind::FootOff));
    let mut parts = vec![
        counted(strikes, "stored foot strike"),
        counted(offs, "foot off"),
    ];
    let others = seen.events.len() - strikes - offs;
    if others > 0 {
        parts.push(format!("{} without a side or a known label", others));
    }
    match seen.events.len() {
        0 => "none stored".into(),
        _ => parts.join(", "),
    }
}

/// Measures with their unit, left and right together: `leg length 0.83 / 0.83 m`.
fn body(seen: &Inspection) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (name, value) in &seen.body_measures.0 {
        let (name, unit) = name.rsplit_once('_').unwrap_or((name, ""));
        let unit = if unit == "deg" { "°" } else { unit };
        let known = |name: String| seen.body_measures.get(&name).map(|v| short(*v));
        let text = if let Some(measure) = name.strip_suffix("_left") {
            let right = known(format!("{measure}_right_{}", suffix(unit)));
            let right = right.unwrap_or_else(|| "?".into());
            format!(
                "{} {} / {right} {unit}",
                measure.replace('_', " "),
                short(*value)
            )
        } else if let Some(measure) = name.strip_suffix("_right") {
            if known(format!("{measure}_left_{}", suffix(unit))).is_some() {
                continue; // said with the left one
            }
            format!("{} ? / {} {unit}", measure.replace('_', " "), short(*value))
        } else {
            format!("{} {} {unit}", name.replace('_', " "), short(*value))
        };
        parts.push(text);
    }
    match parts.is_empty() {
        true => "no measures in the file".into(),
        false => parts.join(", "),
    }
}

fn suffix(unit: &str) -> &str {
    if unit == "°" { "deg" } else { unit }
}

fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
