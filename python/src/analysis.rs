//! One analysis: its words and its tables.

use crate::arrays;
use crate::errors::{Class, exception};
use crate::plan::Plan;
use crate::recording::{Recording, warnings};
use crate::synth::alone;
use crate::table::Table;
use hipdrop::analysis::{self, Processing};
use hipdrop::recording::{Kind, Side};
use hipdrop::report::{self, Language};
use hipdrop::study::export::limb_rows;
use hipdrop::study::one::{FrameByFrame, analyse_recording, guarded};
use hipdrop::study::rows::{RecordingRow, StrideRow};
use hipdrop::study::store::RecordingResult;
use hipdrop::study::tables::angles::{self, Frames};
use hipdrop::study::tables::{self, Sink};
use hipdrop::study::with_static_trial;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// What was found out about one recording. Made by `hipdrop.analyze`.
#[pyclass(frozen, module = "hipdrop")]
pub struct Analysis {
    recording: Py<Recording>,
    plan: Py<Plan>,
    row: RecordingRow,
    strides: Vec<StrideRow>,
    frames: FrameByFrame,
    /// All angle series in one block of memory.
    series: PyOnceLock<Py<PyAny>>,
}

/// Analyses a recording on the calling thread, other Python threads run meanwhile.
#[pyfunction]
pub fn analyze(py: Python<'_>, recording: Py<Recording>, plan: Py<Plan>) -> PyResult<Analysis> {
    let (source, steering) = (recording.get(), &plan.get().steering);
    let found = &source.found;
    let analysed = py.detach(|| {
        guarded(|| {
            let work = || analyse_recording(found, steering, &source.inner, &source.content_hash);
            let analysed = match source.inner.kind() {
                Kind::Inertial => alone(work),
                Kind::Markers | Kind::Picture => work(),
            };
            let (result, frames) = analysed?.map_err(|e| e.to_string())?;
            result.check()?;
            let result = match &plan.get().static_trial {
                Some(trial) => alone(|| with_static_trial(result, steering, trial))
                    .map_err(|e| e.to_string())?,
                None => result,
            };
            Ok((result, frames))
        })
    });
    let (result, frames): (RecordingResult, _) = analysed.map_err(|reason| {
        exception(
            py,
            Class::Analysis,
            format!("{}: {reason}", source.inner.name),
        )
    })?;
    Ok(Analysis {
        recording,
        plan,
        row: result.row,
        strides: result.strides,
        frames,
        series: PyOnceLock::new(),
    })
}

#[pymethods]
impl Analysis {
    /// The recording.
    #[getter]
    fn recording(&self, py: Python<'_>) -> Py<Recording> {
        self.recording.clone_ref(py)
    }

    /// `analysed`, `standing`, `no-gait` or `insufficient`.
    #[getter]
    fn status(&self) -> &'static str {
        self.row.status.name()
    }

    /// Why nothing was analysed; empty otherwise.
    #[getter]
    fn reason(&self) -> &str {
        &self.row.reason
    }

    /// The finding in words.
    #[getter]
    fn finding(&self) -> &str {
        &self.row.finding
    }

    /// Subject, as the file or its folders name it.
    #[getter]
    fn subject(&self) -> &str {
        &self.row.subject
    }

    /// Session, as the folders name it.
    #[getter]
    fn session(&self) -> &str {
        &self.row.session
    }

    /// The label of each stance limb, {"left": …, "right": …}; empty when nothing was analysed.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let labels = PyDict::new(py);
        if let Some(limbs) = &self.row.limbs {
            for side in Side::BOTH {
                labels.set_item(side.name(), limbs[side].label.name())?;
            }
        }
        Ok(labels)
    }

    /// Warnings of all stages: dictionaries of `code`, `place`, `message`.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        warnings(py, &self.row.warnings)
    }

    /// The row of `recordings.csv`.
    #[getter]
    fn recordings(&self, py: Python<'_>) -> PyResult<Table> {
        table(py, "recordings", |sink| {
            sink.header(tables::recordings::COLUMNS)?;
            tables::recordings::row(sink, &self.row)
        })
    }

    /// The rows of `limbs.csv`: one per stance limb.
    #[getter]
    fn limbs(&self, py: Python<'_>) -> PyResult<Table> {
        table(py, "limbs", |sink| {
            let columns = tables::limbs::columns();
            sink.header(&columns.iter().map(String::as_str).collect::<Vec<_>>())?;
            limb_rows(sink, &self.row, &self.strides)
        })
    }

    /// The rows of `strides.csv`: one per stride, used or not.
    #[getter]
    fn strides(&self, py: Python<'_>) -> PyResult<Table> {
        table(py, "strides", |sink| {
            sink.header(&tables::strides::columns())?;
            let mut strides = self.strides.iter();
            strides.try_for_each(|stride| tables::strides::row(sink, &self.row, stride))
        })
    }

    /// The rows of `curves.csv`: 101 per stride, 0 to 100 % of it, degrees.
    #[getter]
    fn curves(&self, py: Python<'_>) -> PyResult<Table> {
        table(py, "curves", |sink| {
            sink.header(tables::curves::COLUMNS)?;
            let mut strides = self.strides.iter();
            strides.try_for_each(|stride| tables::curves::rows(sink, stride))
        })
    }

    /// The table of `hipdrop events`: foot strikes and foot offs.
    #[getter]
    fn events(&self, py: Python<'_>) -> PyResult<Table> {
        let rate_hz = self.recording.get().inner.rate_hz;
        table(py, "events", |sink| {
            tables::events::write(sink, &self.frames.events, rate_hz)
        })
    }

    /// The table of `hipdrop angles`: one row per frame, degrees, laboratory signs.
    #[getter]
    fn angles(&self, py: Python<'_>) -> PyResult<Table> {
        self.angle_table(py, "rot", false)
    }

    /// The same with other conventions: `sequence` is `rot` or `pig`
    /// (columns, names and signs of Plug-in Gait); `raw` leaves filter and gap filling out.
    #[pyo3(signature = (sequence = "rot", raw = false))]
    fn angle_table(&self, py: Python<'_>, sequence: &str, raw: bool) -> PyResult<Table> {
        if !matches!(sequence, "rot" | "pig") {
            return Err(PyValueError::new_err(format!(
                "sequence = {sequence:?}: expected \"rot\" or \"pig\""
            )));
        }
        let processing = match raw {
            true => Processing::Raw,
            false => Processing::Filtered,
        };
        let name = &self.recording.get().inner.name;
        let failed = |e: String| exception(py, Class::Analysis, format!("{name}: {e}"));
        py.detach(|| {
            guarded(|| {
                Table::new("angles", |sink| {
                    self.write_angles(sink, sequence, processing)
                })
                .map_err(|e| e.to_string())
            })
        })
        .map_err(failed)
    }

    /// Every angle series by the name of its column in `angles`, degrees, shape (frames,), NaN =
    /// missing, not rounded. All are read-only views of one block of memory.
    #[getter]
    fn angle_series<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = angles::columns(&self.frames.angles);
        let frames = self.recording.get().inner.frames;
        let block = self.series.get_or_try_init(py, || {
            let values = columns.iter().flat_map(|(_, radians)| {
                (0..frames).map(|i| radians.get(i).map_or(f64::NAN, |v| v.to_degrees()))
            });
            arrays::array(py, &[columns.len(), frames], values).map(Bound::unbind)
        })?;
        let series = PyDict::new(py);
        for (index, (name, _)) in columns.iter().enumerate() {
            series.set_item(name, block.bind(py).get_item(index)?)?;
        }
        Ok(series)
    }

    /// Time of every frame, seconds, shape (frames,), on the file's time base.
    #[getter]
    fn time_s<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let recording = &self.recording.get().inner;
        let times = (0..recording.frames).map(|i| recording.time_s(i));
        arrays::array(py, &[recording.frames], times)
    }

    /// The diagrams of the report's page as JSON, for `hipdrop.plot`.
    fn _figures(&self, py: Python<'_>, language: &str) -> PyResult<String> {
        let Some(lang) = Language::named(language) else {
            let known: Vec<&str> = report::language_codes().collect();
            return Err(PyValueError::new_err(format!(
                "language = {language:?}: there is: {}",
                known.join(", ")
            )));
        };
        let steering = &self.plan.get().steering;
        let figures = py.detach(|| {
            let (settings, norms) = (&steering.settings, &steering.norms);
            let figures = report::figures(&self.row, &self.strides, settings, norms, &lang);
            serde_json::to_string(&figures)
        });
        figures.map_err(|e| exception(py, Class::Hipdrop, e))
    }

    fn __repr__(&self) -> String {
        let what = match (&self.row.limbs, self.row.reason.as_str()) {
            (Some(limbs), _) => format!(
                "left {}, right {}",
                limbs.left.label.name(),
                limbs.right.label.name()
            ),
            (None, reason) => reason.to_owned(),
        };
        let (name, status) = (&self.recording.get().inner.name, self.status());
        format!("<hipdrop.Analysis {name:?}: {status}: {what}>")
    }
}

impl Analysis {
    fn write_angles(
        &self,
        sink: &mut dyn Sink,
        sequence: &str,
        processing: Processing,
    ) -> anyhow::Result<()> {
        let source = self.recording.get();
        let recording = &source.inner;
        let frames = Frames {
            first: recording.first_frame,
            count: recording.frames,
            rate_hz: recording.rate_hz,
        };
        let steering = &self.plan.get().steering;
        let options = steering
            .options(&source.found, recording)
            .map_err(anyhow::Error::msg)?;
        match (sequence, recording.kind(), processing) {
            ("pig", _, _) => {
                let columns = analysis::plug_in_gait(recording, &options, processing)?;
                angles::write_plug_in_gait(sink, &columns, frames)
            }
            (_, Kind::Inertial, _) => {
                let found = alone(|| analysis::sensor_angles(recording, &options, processing))?;
                angles::write_with_orientations(sink, &found.angles, &found.orientations, frames)
            }
            (_, Kind::Markers | Kind::Picture, Processing::Filtered) => {
                angles::write(sink, &self.frames.angles, frames)
            }
            (_, Kind::Markers | Kind::Picture, Processing::Raw) => {
                let series = analysis::angle_series(recording, &options, processing)?;
                angles::write(sink, &series, frames)
            }
        }
    }
}

fn table(
    py: Python<'_>,
    name: &'static str,
    write: impl FnOnce(&mut dyn Sink) -> anyhow::Result<()> + Send,
) -> PyResult<Table> {
    py.detach(|| Table::new(name, write))
        .map_err(|e| exception(py, Class::Hipdrop, e))
}
