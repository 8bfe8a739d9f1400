//! Numbers between Rust and NumPy, through `bytes`: safe, and without a second copy on the way out.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A read-only NumPy array of doubles over memory that Python owns; `fill` writes every value once.
pub fn array<'py>(
    py: Python<'py>,
    shape: &[usize],
    values: impl Iterator<Item = f64>,
) -> PyResult<Bound<'py, PyAny>> {
    let count: usize = shape.iter().product();
    let bytes = PyBytes::new_with(py, 8 * count, |memory| {
        for (slot, value) in memory.chunks_exact_mut(8).zip(values) {
            slot.copy_from_slice(&value.to_ne_bytes());
        }
        Ok(())
    })?;
    py.import("numpy")?
        .call_method1("frombuffer", (bytes, "=f8"))?
        .call_method1("reshape", (shape.to_vec(),))
}

/// The doubles in the memory of a C-contiguous array.
pub fn doubles(bytes: &[u8]) -> Vec<f64> {
    let (values, _) = bytes.as_chunks::<8>();
    values.iter().map(|v| f64::from_ne_bytes(*v)).collect()
}
