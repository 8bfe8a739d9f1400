//! `hipdrop._hipdrop`: the Rust core as a Python extension module.
//!
//! Nothing is computed here: arguments become the library's types, its results become Arrow tables
//! and NumPy arrays. What is convenient in Python only (paths or bytes, dictionaries of settings,
//! arrays, figures) stands in the Python files of the package, which are the public interface.

#![warn(clippy::unwrap_used)]

mod analysis;
mod arrays;
mod engine;
mod errors;
mod plan;
mod recording;
mod synth;
mod table;

use pyo3::prelude::*;

/// Runs the command line with the arguments of the process; gives its exit code.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| hipdrop::cli::run_with(arguments))
}

/// Every setting with unit, default and source, as TOML.
#[pyfunction]
fn default_settings() -> String {
    hipdrop::settings::Settings::default().to_commented_toml()
}

#[pymodule]
fn _hipdrop(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<analysis::Analysis>()?;
    module.add_class::<plan::Plan>()?;
    module.add_class::<recording::Recording>()?;
    module.add_class::<table::Table>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(default_settings, module)?)?;
    module.add_function(wrap_pyfunction!(analysis::analyze, module)?)?;
    module.add_function(wrap_pyfunction!(recording::read_path, module)?)?;
    module.add_function(wrap_pyfunction!(recording::read_bytes, module)?)?;
    module.add_function(wrap_pyfunction!(recording::from_arrays, module)?)?;
    module.add_function(wrap_pyfunction!(synth::walk, module)?)?;
    module.add_function(wrap_pyfunction!(engine::recordings_under, module)?)?;
    module.add_function(wrap_pyfunction!(engine::recordings_listed, module)?)?;
    module.add_function(wrap_pyfunction!(engine::looks_like_recording, module)?)?;
    module.add_function(wrap_pyfunction!(engine::beginning, module)?)?;
    module.add_function(wrap_pyfunction!(engine::analyze_part, module)?)?;
    module.add_function(wrap_pyfunction!(engine::lost_part, module)?)?;
    module.add_function(wrap_pyfunction!(engine::brief_of, module)?)?;
    module.add_function(wrap_pyfunction!(engine::manifest, module)?)?;
    Ok(())
}
