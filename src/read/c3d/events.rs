//! Gait events of a C3D file: the `EVENT` group, else the header's events.

use super::header::Header;
use super::number::exact_decimal;
use super::parameters::Parameters;
use crate::read::event_names;
use crate::recording::{StoredEvent, Warning};

/// All stored events in time order, on the file's time base (0 s is frame 1).
pub(super) fn read(
    header: &Header,
    parameters: &Parameters,
    warnings: &mut Vec<Warning>,
) -> Vec<StoredEvent> {
    let mut events = of_group(parameters, warnings);
    if events.is_empty() {
        events = of_header(header);
    }
    events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    events
}

/// `EVENT:TIMES` holds minutes and seconds; contexts and labels stand in parallel.
fn of_group(parameters: &Parameters, warnings: &mut Vec<Warning>) -> Vec<StoredEvent> {
    let labels = parameters.long_texts("EVENT", "LABELS");
    let contexts = parameters.long_texts("EVENT", "CONTEXTS");
    let times = parameters.long_reals("EVENT", "TIMES");
    let used = parameters.count("EVENT", "USED").unwrap_or(times.len() / 2);
    if times.len() < 2 * used {
        // Which time belongs to which event cannot be told.
        warnings.push(Warning::at(
            "events-incomplete",
            "EVENT:TIMES",
            format!(
                "EVENT:USED says {used} events, EVENT:TIMES has room for {}; none of them is used",
                times.len() / 2
            ),
        ));
        return Vec::new();
    }
    times
        .chunks_exact(2)
        .take(used)
        .enumerate()
        .filter_map(|(i, time)| {
            let &[minutes, seconds] = time else {
                return None;
            };
            let time_s = 60.0 * exact_decimal(minutes) + exact_decimal(seconds);
            let label = labels.get(i).map_or("", String::as_str);
            let context = contexts.get(i).map_or("", String::as_str);
            time_s
                .is_finite()
                .then(|| event_names::event(context, label, time_s))
        })
        .collect()
}

fn of_header(header: &Header) -> Vec<StoredEvent> {
    header
        .events
        .iter()
        .map(|event| event_names::event("", &event.label, exact_decimal(event.time_s)))
        .collect()
}
