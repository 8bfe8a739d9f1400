//! Recordings: read from files or bytes, or made from arrays.

use crate::arrays;
use crate::errors::{Class, exception, read_error};
use crate::plan::Plan;
use hipdrop::read::{self, Content, RATES_HZ};
use hipdrop::recording::{
    self as core, EventKind, Format, LengthUnit, Marker, Placement, Sensor, Series3, Side,
    StoredEvent,
};
use hipdrop::study::discover::{Found, discover};
use hipdrop::study::one::{content_hash, guarded};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyDict;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One recording: trajectories of markers or samples of inertial sensors, with what the file says
/// about them. Made by `hipdrop.read`, `Recording.from_arrays` or `hipdrop.synth`.
#[pyclass(frozen, module = "hipdrop")]
pub struct Recording {
    pub inner: Arc<core::Recording>,
    /// Where it lies: names subject and session.
    pub found: Found,
    /// SHA-256 of its bytes; empty when it never was a file.
    pub content_hash: String,
}

impl Recording {
    /// A recording that no file holds.
    pub fn in_memory(recording: core::Recording) -> Recording {
        let name = recording.name.clone();
        Recording {
            found: Found {
                root: name.clone(),
                recording: name,
                ..Found::default()
            },
            inner: Arc::new(recording),
            content_hash: String::new(),
        }
    }
}

#[pymethods]
impl Recording {
    /// Name in messages: the path as given, with `/`.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    /// Name of the file's format, `memory` for arrays and synthetic recordings.
    #[getter]
    fn format(&self) -> &'static str {
        self.inner.format.name()
    }

    /// `markers`, `inertial` or `points-2d`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind().name()
    }

    /// Frames per second.
    #[getter]
    fn rate_hz(&self) -> f64 {
        self.inner.rate_hz
    }

    /// Number of the first frame, as the file counts.
    #[getter]
    fn first_frame(&self) -> u64 {
        self.inner.first_frame
    }

    /// Number of frames.
    #[getter]
    fn frames(&self) -> usize {
        self.inner.frames
    }

    /// Length in seconds.
    #[getter]
    fn duration_s(&self) -> f64 {
        self.inner.duration_s()
    }

    /// Labels of the markers, in file order.
    #[getter]
    fn markers(&self) -> Vec<&str> {
        self.inner.markers.iter().map(|m| &*m.label).collect()
    }

    /// Names of the inertial sensors, in file order.
    #[getter]
    fn sensors(&self) -> Vec<&str> {
        self.inner.sensors.iter().map(|s| &*s.name).collect()
    }

    /// Subjects that the file declares.
    #[getter]
    fn subjects(&self) -> Vec<&str> {
        self.inner.subjects.iter().map(String::as_str).collect()
    }

    /// Unit in the file (`m`, `cm`, `mm`); None when it does not say: then positions are the file's
    /// numbers, and the analysis tells the unit from the size of the pelvis.
    #[getter]
    fn unit(&self) -> Option<&'static str> {
        self.inner.declared_unit.map(LengthUnit::symbol)
    }

    /// SHA-256 of the file's bytes, hex; empty for a recording that never was a file.
    #[getter]
    fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// What the reader had to guess or repair: dictionaries of `code`, `place`, `message`.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        warnings(py, &self.inner.warnings)
    }

    /// Position of a marker in the file's axes, shape (frames, 3); metres when `unit` is known.
    /// NaN = missing. Read-only.
    fn position<'py>(&self, py: Python<'py>, label: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.markers.iter().find(|m| m.label == label) {
            Some(marker) => series(py, &marker.position),
            None => Err(unknown("marker", label, &self.markers())),
        }
    }

    /// Specific force of a sensor in its own axes, m/s², shape (frames, 3). NaN = missing.
    fn acceleration<'py>(&self, py: Python<'py>, sensor: &str) -> PyResult<Bound<'py, PyAny>> {
        series(py, &self.sensor(sensor)?.acc_m_s2)
    }

    /// Angular velocity of a sensor in its own axes, rad/s, shape (frames, 3). NaN = missing.
    fn angular_velocity<'py>(&self, py: Python<'py>, sensor: &str) -> PyResult<Bound<'py, PyAny>> {
        series(py, &self.sensor(sensor)?.gyr_rad_s)
    }

    /// Writes the recording in the format of the path's ending: `.c3d`, `.trc` or `.csv`.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let kind = self.inner.kind();
        let (markers, inertial) = (kind == core::Kind::Markers, kind == core::Kind::Inertial);
        let write: fn(&core::Recording, &mut dyn Write) -> std::io::Result<()> =
            match ending.as_deref() {
                Some("c3d") if markers => read::write_c3d,
                Some("trc") if markers => read::write_trc,
                Some("csv") if markers || inertial => read::write_wide_csv,
                _ => {
                    let wanted = match inertial {
                        true => ".csv for inertial sensors",
                        false => ".c3d, .trc or .csv",
                    };
                    let path = path.display();
                    return Err(PyValueError::new_err(format!(
                        "{path}: the ending names the format, expected {wanted}"
                    )));
                }
            };
        py.detach(|| whole(&path, &|out| write(&self.inner, out)))?;
        Ok(())
    }

    fn __repr__(&self) -> String {
        let r = &self.inner;
        let what = match r.kind() {
            core::Kind::Markers => format!("{} markers", r.markers.len()),
            core::Kind::Inertial => format!("{} sensors", r.sensors.len()),
            core::Kind::Picture => format!("{} points of a picture", r.markers.len()),
        };
        format!(
            "<hipdrop.Recording {:?}: {what}, {} frames at {} Hz>",
            r.name, r.frames, r.rate_hz
        )
    }
}

impl Recording {
    fn sensor(&self, name: &str) -> PyResult<&Sensor> {
        let found = self.inner.sensors.iter().find(|s| s.name == name);
        found.ok_or_else(|| unknown("sensor", name, &self.sensors()))
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> PyErr {
    PyKeyError::new_err(format!(
        "no {what} {name:?}; there are: {}",
        known.join(", ")
    ))
}

fn series<'py>(py: Python<'py>, series: &Series3) -> PyResult<Bound<'py, PyAny>> {
    let frames = series.len();
    let values = (0..frames).flat_map(|i| {
        let v = series.at(i);
        [v.x, v.y, v.z]
    });
    arrays::array(py, &[frames, 3], values)
}

/// Warnings as dictionaries.
pub fn warnings<'py>(
    py: Python<'py>,
    warnings: &[core::Warning],
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    warnings
        .iter()
        .map(|warning| {
            let dict = PyDict::new(py);
            dict.set_item("code", &*warning.code)?;
            dict.set_item("place", &warning.place)?;
            dict.set_item("message", &warning.message)?;
            Ok(dict)
        })
        .collect()
}

/// Writes a file that appears whole or not at all.
fn whole(
    path: &Path,
    write: &dyn Fn(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut file = hipdrop::study::whole::WholeFile::create(path)?;
    write(&mut file)?;
    file.finish()
}

/// Reads a recording from a file, or from a folder with one file for each sensor.
#[pyfunction]
pub fn read_path(py: Python<'_>, path: PathBuf, plan: &Plan) -> PyResult<Recording> {
    let options = &plan.steering.read;
    let read = py.detach(|| {
        let name = path.to_string_lossy().into_owned();
        let content = Content::of(&path).map_err(|e| named(e, &name))?;
        let recording = guarded(|| Ok(content.read(&name, options)));
        Ok((recording, content_hash(&content)))
    });
    let (recording, content_hash) = read.map_err(|e| read_error(py, &e))?;
    let recording = recording
        .map_err(|reason| exception(py, Class::Read, reason))?
        .map_err(|e| read_error(py, &e))?;
    let found = discover(&[path], None, &options.map)
        .map_err(|e| exception(py, Class::Read, e))?
        .found;
    Ok(Recording {
        inner: Arc::new(recording),
        found: found.into_iter().next().unwrap_or_default(),
        content_hash,
    })
}

fn named(mut error: read::ReadError, name: &str) -> read::ReadError {
    error.file = name.to_owned();
    error
}

/// Reads a recording from the bytes of a file; `name` is what messages and tables call it.
#[pyfunction]
pub fn read_bytes(
    py: Python<'_>,
    bytes: PyBackedBytes,
    name: String,
    plan: &Plan,
) -> PyResult<Recording> {
    let options = &plan.steering.read;
    let (recording, content_hash) = py.detach(|| {
        let recording = guarded(|| Ok(read::from_bytes(&bytes, &name, options)));
        (recording, hipdrop::study::one::hex_hash(&bytes))
    });
    let recording = recording
        .map_err(|reason| exception(py, Class::Read, reason))?
        .map_err(|e| read_error(py, &e))?;
    Ok(Recording {
        inner: Arc::new(recording),
        found: Found {
            path: PathBuf::from("-"),
            root: name.clone(),
            recording: name,
            ..Found::default()
        },
        content_hash,
    })
}

/// A label and the doubles of a C-contiguous array of shape (frames, 3).
type Labelled = (String, PyBackedBytes);
/// A sensor's name, its accelerations and its angular velocities.
type Sampled = (String, PyBackedBytes, PyBackedBytes);

/// A recording from arrays whose shapes the caller has checked.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "called by one Python function only"
)]
pub fn from_arrays(
    name: String,
    rate_hz: f64,
    first_frame: u64,
    frames: usize,
    unit: Option<&str>,
    markers: Vec<Labelled>,
    sensors: Vec<Sampled>,
    events: Vec<(String, String, f64)>,
    subject: Option<String>,
    body: &str,
) -> PyResult<Recording> {
    if !RATES_HZ.contains(&rate_hz) {
        return Err(PyValueError::new_err(format!(
            "rate_hz = {rate_hz}: expected between 0.1 and 1,000,000"
        )));
    }
    let unit = match unit {
        Some(text) => Some(LengthUnit::parse(text).ok_or_else(|| {
            PyValueError::new_err(format!("unit = {text:?}: expected \"m\", \"cm\" or \"mm\""))
        })?),
        None => None,
    };
    let scale = unit.map_or(1.0, LengthUnit::metres);
    let mut recording = core::Recording::new(name, Format::Memory, rate_hz, frames);
    recording.first_frame = first_frame;
    recording.declared_unit = unit;
    recording.subjects = subject.into_iter().collect();
    recording.body =
        serde_json::from_str(body).map_err(|e| PyValueError::new_err(format!("body: {e}")))?;
    for (label, bytes) in markers {
        let position = series_of(&bytes, frames, scale, &label)?;
        recording.markers.push(Marker { label, position });
    }
    for (name, acc, gyr) in sensors {
        let placement = Placement::from_name(&name);
        recording.sensors.push(Sensor {
            acc_m_s2: series_of(&acc, frames, 1.0, &name)?,
            gyr_rad_s: series_of(&gyr, frames, 1.0, &name)?,
            placement,
            ..Sensor::missing(name, 0)
        });
    }
    for (side, event, time_s) in events {
        recording.events.push(stored_event(&side, &event, time_s)?);
    }
    recording
        .events
        .sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    Ok(Recording::in_memory(recording))
}

fn series_of(bytes: &[u8], frames: usize, scale: f64, label: &str) -> PyResult<Series3> {
    let values = arrays::doubles(bytes);
    if values.len() != 3 * frames {
        let (found, expected) = (values.len(), 3 * frames);
        return Err(PyValueError::new_err(format!(
            "{label}: {found} numbers, expected {expected}"
        )));
    }
    let column = |i: usize| {
        values
            .iter()
            .skip(i)
            .step_by(3)
            .map(|v| v * scale)
            .collect()
    };
    Ok(Series3 {
        x: column(0),
        y: column(1),
        z: column(2),
    })
}

fn stored_event(side: &str, event: &str, time_s: f64) -> PyResult<StoredEvent> {
    let sides = Side::BOTH.into_iter().find(|s| s.name() == side);
    let kinds = [EventKind::FootStrike, EventKind::FootOff];
    let kind = kinds.into_iter().find(|k| k.name() == event);
    match (sides, kind, time_s.is_finite()) {
        (Some(side), Some(kind), true) => Ok(StoredEvent {
            side: Some(side),
            kind: Some(kind),
            label: kind.name().to_owned(),
            time_s,
        }),
        _ => Err(PyValueError::new_err(format!(
            "event ({side:?}, {event:?}, {time_s}): expected (\"left\" or \"right\", \
             \"foot_strike\" or \"foot_off\", seconds)"
        ))),
    }
}
