//! What `hipdrop analyze --json` prints.

use crate::cli::report::index;
use crate::study::Summary;
use serde_json::json;
use std::path::Path;

/// The results as one JSON document.
pub fn json(summary: &Summary, out: &Path, pages: Option<&Path>) -> anyhow::Result<String> {
    let recordings: Vec<_> = summary
        .recordings
        .iter()
        .map(|r| {
            json!({
                "recording": r.recording, "subject": r.subject, "session": r.session,
                "condition": r.condition, "status": r.status, "reason": r.reason,
                "finding": r.finding, "static_trial": r.static_trial, "limbs": r.limbs,
                "tasks": r.tasks, "warnings": r.warnings, "calibration": r.calibration,
                "part_of": r.part_of, "start_s": r.start_s,
            })
        })
        .collect();
    let sessions: Vec<_> = summary
        .sessions
        .iter()
        .map(|s| {
            json!({
                "subject": s.subject, "session": s.session, "condition": s.condition,
                "side": s.side, "recordings": s.recordings, "finding": s.words,
                "limb": s.finding,
            })
        })
        .collect();
    let document = json!({
        "recordings": recordings,
        "sessions": sessions,
        "analysed_now": summary.analysed_now,
        "removed": summary.removed,
        "out": out,
        "report": pages.map(index),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
