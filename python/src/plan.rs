//! What steers an analysis, checked once.

use crate::errors::{Class, exception};
use hipdrop::landmarks;
use hipdrop::norms::Norms;
use hipdrop::read::{Map, ReadOptions};
use hipdrop::settings::Settings;
use hipdrop::study::batch::given_static;
use hipdrop::study::one::Steering;
use hipdrop::study::pool::StaticTrial;
use hipdrop::study::subjects::Subjects;
use pyo3::prelude::*;
use std::path::PathBuf;

/// Settings, tables and options of an analysis.
#[pyclass(frozen, module = "hipdrop")]
pub struct Plan {
    pub steering: Steering,
    pub static_trial: Option<StaticTrial>,
}

/// A text and what messages call it.
type Named = (String, String);

#[pymethods]
impl Plan {
    /// `settings` are TOML or a JSON object, the tables are texts with their names.
    #[new]
    #[pyo3(signature = (*, settings = None, rate_hz = None, landmarks = None, subjects = None, norms = None,
        subject = None, events = None, static_trial = None))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn new(
        py: Python<'_>,
        settings: Option<Named>,
        rate_hz: Option<f64>,
        landmarks: Option<Named>,
        subjects: Option<Named>,
        norms: Option<Named>,
        subject: Option<String>,
        events: Option<String>,
        static_trial: Option<PathBuf>,
    ) -> PyResult<Plan> {
        let refused = |name: &str, problem: String| {
            let text = match name.is_empty() {
                true => problem,
                false => format!("{name}: {problem}"),
            };
            exception(py, Class::Settings, text)
        };
        let settings = match settings {
            Some((name, text)) => settings_from(&text).map_err(|e| refused(&name, e))?,
            None => Settings::default(),
        };
        let map = match landmarks {
            Some((name, text)) => map_from(&text).map_err(|e| refused(&name, e))?,
            None => Map::default(),
        };
        let subjects = match subjects {
            Some((name, text)) => Subjects::parse(&text)
                .map_err(|e| refused("", format!("subjects table {name}: {e}")))?,
            None => Subjects::default(),
        };
        let norms = match norms {
            Some((name, text)) => {
                Norms::parse(&name, &text).map_err(|e| refused("", e.to_string()))?
            }
            None => Norms::default(),
        };
        let mut steering = Steering {
            settings_hash: settings.hash(),
            settings,
            subjects,
            subject,
            read: ReadOptions { rate_hz, map },
            norms,
            events,
            ..Steering::default()
        };
        let static_trial = match static_trial {
            Some(path) => Some(
                py.detach(|| given_static(&path, &steering))
                    .map_err(|e| exception(py, Class::Settings, e))?,
            ),
            None => None,
        };
        steering.trial = static_trial
            .as_ref()
            .and_then(|t: &StaticTrial| t.sensors.clone());
        Ok(Plan {
            steering,
            static_trial,
        })
    }

    /// SHA-256 of the settings.
    #[getter]
    fn settings_hash(&self) -> &str {
        &self.steering.settings_hash
    }
}

/// Settings from TOML or from a JSON object.
fn settings_from(text: &str) -> Result<Settings, String> {
    if !text.starts_with('{') {
        return Settings::from_toml(text).map_err(|e| e.to_string());
    }
    let settings: Settings = serde_json::from_str(text).map_err(|e| plain(&e))?;
    settings.check().map_err(|e| e.to_string())?;
    Ok(settings)
}

/// The problem without the place in a text that the user never saw.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cut = text.rfind(" at line ").unwrap_or(text.len());
    text[..cut].to_owned()
}

fn map_from(text: &str) -> Result<Map, String> {
    let map = Map::from_toml(text).map_err(|e| e.to_string())?;
    landmarks::check_names(map.labels.keys()).map_err(|e| e.to_string())?;
    Ok(map)
}
