//! What `hipdrop inspect` prints of a folder: one line per recording.

use super::print::rate;
use crate::analysis::inspect::Inspection;
use crate::cli::style::{Style, Tone, counted, cut, fit, plain};

/// Widest column of names.
const NAME_MAX: usize = 44;

/// Characters of a line of the list between the name and the details.
const ROW_WIDTH: usize = 49;

/// Many recordings, one line each.
pub fn many(seen: &[(String, Result<Inspection, String>)]) -> String {
    let style = Style::of_stdout();
    let widest = seen.iter().map(|(n, _)| n.chars().count()).max();
    let width = widest.unwrap_or(0).max(9);
    let width = match style.width {
        Some(line) => width
            .min(NAME_MAX)
            .min(line.saturating_sub(ROW_WIDTH).max(12)),
        None => width,
    };
    let heading = format!(
        "{}  format       time  can compute",
        fit("recording", width)
    );
    let mut text = style.paint(Tone::Strong, &heading) + "\n";
    for (name, result) in seen {
        let name = fit(&plain(name), width);
        let room = style
            .width
            .map_or(usize::MAX, |w| w.saturating_sub(width + 2));
        let rest = match result {
            Ok(inspection) => row(inspection, room),
            Err(reason) => {
                let reason = cut(&plain(reason), room.saturating_sub(8));
                format!("{}: {reason}", style.paint(Tone::Bad, "failed"))
            }
        };
        text.push_str(&format!("{name}  {}\n", rest.trim_end()));
    }
    text
}

/// What is in the file, in at most `room` characters: details that do not fit are left out.
fn row(seen: &Inspection, room: usize) -> String {
    let can: Vec<&str> = [
        ("pelvic_drop", "drop"),
        ("trunk_lean", "lean"),
        ("hip_adduction", "hip"),
        ("knee_valgus", "knee"),
        ("strides", "strides"),
    ]
    .into_iter()
    .filter(|(name, _)| seen.can_compute.get(name) == Some(&true))
    .map(|(_, short)| short)
    .collect();
    let start = format!("{:<9}  {:>5.1} s", seen.format, seen.duration_s);
    if can.is_empty() {
        return cut(&format!("{start}  nothing: {}", plain(&seen.reason)), room);
    }
    let mut details = vec![format!("{} Hz", rate(seen))];
    details.extend(seen.vertical_axis.as_ref().map(|axis| format!("{axis} up")));
    match seen.status {
        "standing" => details.push("standing".into()),
        _ if seen.events.is_empty() => {}
        _ => details.push(counted(seen.events.len(), "stored event")),
    }
    let mut line = format!("{start}  {:<26}", can.join(" "));
    for (i, detail) in details.iter().enumerate() {
        let separator = if i == 0 { "  " } else { ", " };
        if line.chars().count() + separator.len() + detail.chars().count() > room {
            break;
        }
        line.push_str(separator);
        line.push_str(detail);
    }
    line
}
