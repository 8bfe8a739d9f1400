//! The `Events` section of a Vicon export.

use super::section;
use crate::read::event_names;
use crate::read::table::{self, Lines};
use crate::recording::StoredEvent;

/// The `Events` section: its rate, `Subject,Context,Name,Time (s),Description`, one row per event.
/// Times count from frame 1.
pub(super) fn read(lines: &mut Lines<'_>) -> Vec<StoredEvent> {
    let _rate = lines.next();
    let Some(header) = lines.next() else {
        return Vec::new();
    };
    let delimiter = section::delimiter(header);
    let names = table::header_cells(header, delimiter);
    let column = |wanted: &str| {
        names
            .iter()
            .position(|name| name.to_ascii_lowercase().starts_with(wanted))
    };
    let (Some(context), Some(name), Some(time)) =
        (column("context"), column("name"), column("time"))
    else {
        super::skip_to_blank_row(lines);
        return Vec::new();
    };
    let mut events = Vec::new();
    for line in lines {
        if table::is_blank(line, delimiter) {
            break;
        }
        let cells = table::header_cells(line, delimiter);
        let cell = |index: usize| cells.get(index).map_or("", String::as_str);
        if let Ok(time_s) = cell(time).replace(',', ".").parse::<f64>()
            && time_s.is_finite()
        {
            events.push(event_names::event(cell(context), cell(name), time_s));
        }
    }
    events
}
