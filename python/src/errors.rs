//! Errors of the library as the exceptions of `hipdrop._errors`, with the same text.

use hipdrop::read::ReadError;
use pyo3::prelude::*;

/// An exception class of `hipdrop._errors`.
#[derive(Debug, Clone, Copy)]
pub enum Class {
    /// A file that cannot be read.
    Read,
    /// A recording that cannot be analysed.
    Analysis,
    /// Settings, tables or options that cannot be used.
    Settings,
    /// Anything else, and the base of all.
    Hipdrop,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Read => "ReadError",
            Class::Analysis => "AnalysisError",
            Class::Settings => "SettingsError",
            Class::Hipdrop => "HipdropError",
        }
    }
}

/// An exception with the text of `error`, as the command line prints it.
pub fn exception(py: Python<'_>, class: Class, error: impl std::fmt::Display) -> PyErr {
    instance(py, class, &error.to_string()).map_or_else(|e| e, PyErr::from_value)
}

/// A [`ReadError`] with its parts as attributes.
pub fn read_error(py: Python<'_>, error: &ReadError) -> PyErr {
    let made = instance(py, Class::Read, &error.to_string()).and_then(|value| {
        for (name, part) in [
            ("file", &error.file),
            ("place", &error.place),
            ("found", &error.found),
            ("expected", &error.expected),
            ("advice", &error.advice),
            ("map_lines", &error.map_lines),
        ] {
            value.setattr(name, part)?;
        }
        Ok(value)
    });
    made.map_or_else(|e| e, PyErr::from_value)
}

fn instance<'py>(py: Python<'py>, class: Class, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("hipdrop._errors")?
        .getattr(class.name())?
        .call1((text,))
}
