//! A map of what was recognised, for the user to edit.

use super::Inspection;
use crate::landmarks::{Landmark, bare_label};
use crate::read::{OFFERED, quoted};
use crate::recording::{Placement, Recording};
use std::collections::BTreeSet;

/// Words of a line of a list.
const LINE_WIDTH: usize = 100;

/// The TOML of a map that gives what `inspect` found. It changes nothing as it is: rate, unit and
/// axis are comments, because files of one laboratory share labels more often than these.
pub fn text(recording: &Recording, seen: &Inspection) -> String {
    let mut text = String::from(
        "# hipdrop map of what was recognised: correct it, then give it with --landmarks.\n\
         # The first lines hold for every file it is given for, so they are comments; take the #\n\
         # away where a file says something else or nothing.\n",
    );
    text.push_str(&format!("# rate_hz = {}\n", seen.rate_hz));
    let unit = seen.units.map_or("mm", |unit| unit.symbol());
    text.push_str(&format!("# unit = \"{unit}\"      # m, cm or mm\n"));
    let up = seen.vertical_axis.as_deref().unwrap_or("+Z");
    text.push_str(&format!("# up = \"{up}\"        # axis that points up\n"));
    let walking = seen
        .progression
        .as_ref()
        .and_then(|p| p.direction.as_deref());
    if let Some(walking) = walking {
        let what = "axis along which the subject walks, all the time";
        text.push_str(&format!("# walking = \"{walking}\"   # {what}\n"));
    }
    if !recording.markers.is_empty() {
        labels(&mut text, seen);
    }
    if !recording.sensors.is_empty() {
        sensors(&mut text, recording);
    }
    text
}

/// Landmarks with their labels; those that were not found as comments.
fn labels(text: &mut String, seen: &Inspection) {
    text.push_str(
        "\n[labels]\n# landmark = \"label in the file\" (with or without `Subject:`); \"\" = none\n",
    );
    let offered: BTreeSet<Landmark> = OFFERED
        .iter()
        .filter_map(|n| Landmark::from_label(n))
        .collect();
    for landmark in Landmark::all() {
        let name = landmark.label();
        match seen.landmarks.get(&name) {
            Some(label) => {
                text.push_str(&format!("{name} = {}\n", quoted(bare_label(label))));
            }
            None if offered.contains(&landmark) => {
                text.push_str(&format!("# {name} = \"\"\n"));
            }
            None => {}
        }
    }
    list(text, "Labels that stand for nothing:", &seen.unmatched);
}

/// Placements with the names of their sensors.
fn sensors(text: &mut String, recording: &Recording) {
    text.push_str("\n[sensors]\n# placement = \"name of the sensor\"\n");
    for placement in Placement::ALL {
        match recording.sensor(placement) {
            Some(sensor) => {
                text.push_str(&format!(
                    "{} = {}\n",
                    placement.name(),
                    quoted(&sensor.name)
                ));
            }
            None => text.push_str(&format!("# {} = \"\"\n", placement.name())),
        }
    }
    let unplaced = recording.sensors.iter().filter(|s| s.placement.is_none());
    let unplaced: Vec<String> = unplaced.map(|s| s.name.clone()).collect();
    list(text, "Sensors without a placement:", &unplaced);
}

/// Names in comments.
fn list(text: &mut String, heading: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    text.push_str(&format!("# {heading}\n"));
    let mut line = String::from("#  ");
    for name in names {
        if line.len() > LINE_WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#  ");
        }
        line.push(' ');
        line.push_str(&quoted(name));
    }
    text.push_str(&line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offered_names_are_landmarks() {
        for name in OFFERED {
            assert_eq!(Landmark::from_label(name).unwrap().label(), name);
        }
    }
}
