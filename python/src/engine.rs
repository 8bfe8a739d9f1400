//! What the workers of a distributed engine call: recordings in, Parquet files out.
//!
//! Places travel as plain tuples, results as bytes; where both live is the business of the Python files.

use crate::errors::{Class, exception};
use crate::plan::Plan;
use crate::synth::alone;
use hipdrop::study::batch::provenance;
use hipdrop::study::discover::{Found, Listed, discover, name_listed};
use hipdrop::study::parquet_folder::{MANIFEST_NAME, Manifest, parts};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A recording and where it lies: path or address, name, root, folders, folders above.
type Place = (OsString, String, String, Vec<String>, Vec<String>);

fn place(found: Found) -> Place {
    let Found {
        path,
        recording,
        root,
        folders,
        above,
        ..
    } = found;
    // not a path: `pathlib` would take a slash out of an address
    (path.into_os_string(), recording, root, folders, above)
}

fn found((path, recording, root, folders, above): Place, content: Option<&[u8]>) -> Found {
    Found {
        path: path.into(),
        recording,
        root,
        folders,
        above,
        piped: content.map(|bytes| Arc::new(bytes.to_vec())),
        ..Found::default()
    }
}

/// The recordings under local paths, and the number of other files.
#[pyfunction]
pub fn recordings_under(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    out: Option<PathBuf>,
    plan: &Plan,
) -> PyResult<(Vec<Place>, usize)> {
    let map = &plan.steering.read.map;
    let discovery = py
        .detach(|| discover(&paths, out.as_deref(), map))
        .map_err(|e| exception(py, Class::Read, e))?;
    let places = discovery.found.into_iter().map(place).collect();
    Ok((places, discovery.skipped))
}

/// One given place: as typed, whether it is a file, its folder, relative path and address of each recording.
type GivenPlace = (String, bool, PathBuf, Vec<(String, OsString)>);

/// Names recordings that were listed elsewhere.
#[pyfunction]
pub fn recordings_listed(listed: Vec<GivenPlace>) -> Vec<Place> {
    let listed = listed
        .into_iter()
        .map(|(typed, is_file, base, recordings)| Listed {
            typed,
            is_file,
            base,
            recordings: recordings
                .into_iter()
                .map(|(name, address)| (name, address.into()))
                .collect(),
        })
        .collect();
    name_listed(listed).into_iter().map(place).collect()
}

/// Whether the first bytes of a file look like a recording.
#[pyfunction]
pub fn looks_like_recording(first: &[u8], plan: &Plan) -> bool {
    hipdrop::read::looks_like_recording(first) || plan.steering.read.map.recognises(first)
}

/// How names of files that belong to a recording begin.
#[pyfunction]
pub fn beginning(recording: &str) -> String {
    parts::beginning(recording)
}

/// Analyses one recording, unless a file of the name that its result will have is in `existing`: then
/// the brief is None. Gives (name of the file, brief as a dictionary, folder of the subject, bytes of
/// `recordings`, bytes of `strides`).
#[pyfunction]
#[pyo3(signature = (place, content, plan, existing))]
pub fn analyze_part<'py>(
    py: Python<'py>,
    place: Place,
    content: Option<PyBackedBytes>,
    plan: &Plan,
    existing: Vec<String>,
) -> PyResult<(String, Option<Files<'py>>)> {
    let steering = &plan.steering;
    let found = found(place, content.as_deref());
    let made = py.detach(|| {
        let read = parts::read(&found, steering);
        if existing.contains(&read.file) {
            return Ok((read.file, None));
        }
        let part = alone(|| parts::analyse(&read, steering))?;
        Ok((read.file, Some(part)))
    });
    let (file, part): (String, Option<parts::Part>) =
        made.map_err(|e: anyhow::Error| exception(py, Class::Hipdrop, e))?;
    Ok((file, part.map(|part| files(py, &part)).transpose()?))
}

/// The files of a recording whose bytes could not be brought, or whose worker died.
#[pyfunction]
pub fn lost_part<'py>(
    py: Python<'py>,
    place: Place,
    reason: String,
    plan: &Plan,
) -> PyResult<(String, Files<'py>)> {
    let part = parts::lost(&found(place, None), &plan.steering, reason)
        .map_err(|e| exception(py, Class::Hipdrop, e))?;
    Ok((part.file.clone(), files(py, &part)?))
}

/// What a file of recordings that is already there says.
#[pyfunction]
pub fn brief_of<'py>(py: Python<'py>, content: &[u8], name: &str) -> PyResult<Bound<'py, PyDict>> {
    let brief = parts::brief(content.to_vec(), Path::new(name))
        .map_err(|e| exception(py, Class::Hipdrop, format!("{name}: {e:#}")))?;
    dictionary(py, &brief)
}

/// Brief, folder of the subject, bytes of `recordings`, bytes of `strides`.
type Files<'py> = (
    Bound<'py, PyDict>,
    String,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

fn files<'py>(py: Python<'py>, part: &parts::Part) -> PyResult<Files<'py>> {
    Ok((
        dictionary(py, &part.brief)?,
        part.subject_folder.clone(),
        PyBytes::new(py, &part.recordings),
        PyBytes::new(py, &part.strides),
    ))
}

fn dictionary<'py>(py: Python<'py>, brief: &parts::Brief) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("recording", &brief.recording)?;
    dict.set_item("subject", &brief.subject)?;
    dict.set_item("session", &brief.session)?;
    dict.set_item("status", brief.status.name())?;
    dict.set_item("reason", &brief.reason)?;
    dict.set_item("strides", brief.strides)?;
    Ok(dict)
}

/// Name and text of the file that makes a folder of these files a study.
#[pyfunction]
pub fn manifest(
    py: Python<'_>,
    plan: &Plan,
    files: Vec<String>,
) -> PyResult<(&'static str, String)> {
    let (steering, trial) = (&plan.steering, plan.static_trial.clone());
    let provenance = provenance(&steering.settings, &steering.norms);
    let text = Manifest::new(provenance, trial, files).to_json();
    text.map(|text| (MANIFEST_NAME, text))
        .map_err(|e| exception(py, Class::Hipdrop, e))
}
