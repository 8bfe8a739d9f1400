//! `sessions.csv`: one row per subject, session, condition and stance limb; the strides of all
//! walking recordings pooled.

use super::limbs::{push_finding, with_finding_columns};
use super::{Cell, Sink};
use crate::study::rows::SessionRow;

/// Column names.
pub fn columns() -> Vec<String> {
    with_finding_columns(&[
        "subject",
        "session",
        "condition",
        "side",
        "recordings",
        "strides",
    ])
}

/// Writes the row of one limb of one session.
pub fn row(sink: &mut dyn Sink, session: &SessionRow) -> anyhow::Result<()> {
    let mut cells = vec![
        Cell::text(&session.subject),
        Cell::text(&session.session),
        Cell::text(&session.condition),
        Cell::Word(session.side.name()),
        Cell::Count(session.recordings.len() as u64),
        Cell::Count(session.finding.strides as u64),
    ];
    push_finding(&mut cells, &session.finding, &session.metrics);
    sink.row(&cells)
}
