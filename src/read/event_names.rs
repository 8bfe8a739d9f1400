//! Event names of the field: contexts `Left`, `Right`, `General`; labels `Foot Strike`, `Foot Off`;
//! short forms `LHS`, `RTO`.

use crate::recording::{EventKind, Side, StoredEvent};

/// A stored event from its context, label and time.
pub(crate) fn event(context: &str, label: &str, time_s: f64) -> StoredEvent {
    // Some writers leave the label empty and put the short form into the context.
    let name = if label.is_empty() { context } else { label };
    let short = short_form(name);
    StoredEvent {
        side: side(context).or(short.map(|(side, _)| side)),
        kind: kind(name).or(short.map(|(_, kind)| kind)),
        label: name.to_owned(),
        time_s,
    }
}

fn side(context: &str) -> Option<Side> {
    match context.trim().to_ascii_lowercase().as_str() {
        "left" | "l" => Some(Side::Left),
        "right" | "r" => Some(Side::Right),
        _ => None,
    }
}

/// Letters of a name in lower case: `Foot Strike`, `foot_strike` and `FootStrike` are one.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn kind(name: &str) -> Option<EventKind> {
    match letters(name).as_str() {
        "footstrike" | "heelstrike" | "initialcontact" | "footcontact" | "heelcontact" | "hs"
        | "fs" | "ic" => Some(EventKind::FootStrike),
        "footoff" | "toeoff" | "to" | "fo" => Some(EventKind::FootOff),
        _ => None,
    }
}

/// `LHS`, `RTO`, `LFS`, `RFO`, `LIC` and their long forms (`Left Foot Strike`).
fn short_form(name: &str) -> Option<(Side, EventKind)> {
    let letters = letters(name);
    [
        ("left", Side::Left),
        ("right", Side::Right),
        ("l", Side::Left),
        ("r", Side::Right),
    ]
    .into_iter()
    .find_map(|(prefix, side)| Some((side, kind(letters.strip_prefix(prefix)?)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_and_kinds() {
        use EventKind::{FootOff, FootStrike};
        for (context, label, expected) in [
            ("Left", "Foot Strike", (Some(Side::Left), Some(FootStrike))),
            ("Right", "Foot Off", (Some(Side::Right), Some(FootOff))),
            ("General", "Event", (None, None)),
            ("LHS", "", (Some(Side::Left), Some(FootStrike))),
            ("RTO", "", (Some(Side::Right), Some(FootOff))),
            ("", "RHS", (Some(Side::Right), Some(FootStrike))),
            ("", "STOP", (None, None)),
            ("Left", "", (Some(Side::Left), None)),
            ("", "", (None, None)),
        ] {
            let event = event(context, label, 1.0);
            assert_eq!((event.side, event.kind), expected, "{context} {label}");
        }
    }
}
