//! One recording that is a study of its own.
//!
//! In: the result of its analysis and the static trial of its subject. Out: the result as a run over
//! the one file gives it.

use super::one::Steering;
use super::pool::{StaticTrial, pool_sessions};
use super::rows::StudyData;
use super::store::{RecordingResult, Store};
use std::path::Path;

/// The result of a recording, now that the static trial is known.
///
/// # Errors
/// When the rows cannot be stored for a moment.
pub fn with_static_trial(
    mut result: RecordingResult,
    steering: &Steering,
    trial: &StaticTrial,
) -> anyhow::Result<RecordingResult> {
    let store = Store::temporary(Path::new(&result.row.recording))?;
    store.save_recordings(std::slice::from_ref(&result))?;
    let (settings, norms) = (&steering.settings, &steering.norms);
    pool_sessions(&store, settings, norms, Some(trial), &|| Ok(()))?;
    if let Some(row) = store.recordings()?.pop() {
        result.row = row;
    }
    Ok(result)
}
