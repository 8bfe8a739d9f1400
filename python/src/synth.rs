//! Synthetic walkers.

use crate::errors::{Class, exception};
use crate::recording::Recording;
use hipdrop::synth::{self, Imu, Walker};
use pyo3::prelude::*;

/// A walk (or `standing_s` seconds of standing) of the walker in the JSON object `walker`, with the
/// sensors of the JSON object `imu`; gives the recording and its truth as JSON.
#[pyfunction]
#[pyo3(signature = (walker, imu = None, standing_s = None, stored_events = false))]
pub fn walk(
    py: Python<'_>,
    walker: &str,
    imu: Option<&str>,
    standing_s: Option<f64>,
    stored_events: bool,
) -> PyResult<(Recording, String)> {
    let refused = |problem: String| exception(py, Class::Settings, problem);
    let json = |e: serde_json::Error| {
        let text = e.to_string();
        let cut = text.rfind(" at line ").unwrap_or(text.len());
        refused(text[..cut].to_owned())
    };
    let walker: Walker = serde_json::from_str(walker).map_err(json)?;
    let imu: Option<Imu> = imu.map(serde_json::from_str).transpose().map_err(json)?;
    let made = py.detach(|| match (standing_s, &imu) {
        (Some(seconds), _) => synth::stand(&walker, seconds),
        (None, Some(imu)) => alone(|| synth::walk_with_sensors(&walker, imu)),
        (None, None) => synth::walk(&walker),
    });
    let (mut recording, truth) = made.map_err(|e| refused(e.to_string()))?;
    if stored_events {
        synth::store_events(&mut recording, &truth);
    }
    let truth = truth.to_json().map_err(json)?;
    Ok((Recording::in_memory(recording), truth))
}

/// Runs `work` on one thread of its own: nothing of it stays behind for a process that forks.
pub fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // no thread can be started: the caller's will do
        Err(_) => work(),
    }
}
