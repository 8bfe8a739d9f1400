//! A table of the command line as Arrow columns.
//!
//! In: rows of cells, from the same builders that make the CSV files. Out: one record batch, handed
//! over through the Arrow PyCapsule interface. Numbers are those of the CSV to the last bit, text is
//! exact, what is empty there is null.

use crate::arrays;
use crate::errors::{Class, exception};
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_array::{BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field, Schema};
use hipdrop::study::tables::cell::{significant, with_four_decimals};
use hipdrop::study::tables::{Cell, Kind, Sink, kind_of};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use std::sync::Arc;

/// A table: named columns of equal length.
///
/// Any library that speaks the Arrow PyCapsule interface takes it without a copy:
/// ``pyarrow.table(t)``, ``polars.DataFrame(t)``, ``pandas.DataFrame.from_arrow(t)`` (pandas 3), and
/// DuckDB queries it by the name of its variable. ``t["column"]`` is a NumPy array.
#[pyclass(frozen, module = "hipdrop")]
pub struct Table {
    name: &'static str,
    batch: RecordBatch,
}

#[pymethods]
impl Table {
    /// The table as an Arrow stream of one batch (PyCapsule interface).
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // the interface allows a producer to ignore it: the consumer casts
        let _ = requested_schema;
        let batches = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The schema of the table (Arrow PyCapsule interface).
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.batch.schema().as_ref())
            .map_err(|e| exception(py, Class::Hipdrop, e))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// Name of the table, as the command line names its files.
    #[getter]
    fn name(&self) -> &'static str {
        self.name
    }

    /// Names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        let schema = self.batch.schema();
        schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    /// Rows and columns.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.batch.num_rows(), self.batch.num_columns())
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        let (rows, columns) = self.shape();
        format!(
            "<hipdrop.Table {}: {rows} rows × {columns} columns>",
            self.name
        )
    }

    /// One column: a read-only NumPy array of doubles with NaN where the table is empty, or a list
    /// of text (or truth values) with None there.
    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.batch.column_by_name(column) {
            Some(values) => in_python(py, values),
            None => Err(PyKeyError::new_err(format!(
                "no column {column:?}; there are: {}",
                self.column_names().join(", ")
            ))),
        }
    }

    /// Every column by its name, as `table[name]` gives it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (name, values) in self.column_names().iter().zip(self.batch.columns()) {
            all.set_item(name, in_python(py, values)?)?;
        }
        Ok(all)
    }

    /// As a `pyarrow.Table`, without a copy.
    fn to_arrow<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// As a `pandas.DataFrame` (through pyarrow).
    fn to_pandas<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_arrow(slf)?.call_method0("to_pandas")
    }

    /// As a `polars.DataFrame`, without a copy.
    fn to_polars<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.call_method1("DataFrame", (slf,))
    }
}

impl Table {
    /// The table that `write` writes.
    pub fn new(
        name: &'static str,
        write: impl FnOnce(&mut dyn Sink) -> anyhow::Result<()>,
    ) -> anyhow::Result<Table> {
        let mut sink = Columns::default();
        write(&mut sink)?;
        Ok(Table {
            name,
            batch: sink.batch()?,
        })
    }
}

fn in_python<'py>(py: Python<'py>, values: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    let any = values.as_any();
    let shape = [values.len()];
    if let Some(values) = any.downcast_ref::<Float64Array>() {
        let values = values.iter().map(|v| v.unwrap_or(f64::NAN));
        arrays::array(py, &shape, values)
    } else if let Some(values) = any.downcast_ref::<Int64Array>() {
        let values = values.iter().map(|v| v.map_or(f64::NAN, |v| v as f64));
        arrays::array(py, &shape, values)
    } else if let Some(values) = any.downcast_ref::<BooleanArray>() {
        Ok(PyList::new(py, values.iter())?.into_any())
    } else {
        let text = any.downcast_ref::<StringArray>();
        let values = text.into_iter().flat_map(|values| values.iter());
        Ok(PyList::new(py, values.collect::<Vec<_>>())?.into_any())
    }
}

/// Collects the cells of a table by column.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    columns: Vec<Column>,
}

/// One column on its way; an empty cell is null in all of them.
enum Column {
    Text(StringBuilder),
    Number(Float64Builder),
    Count(Int64Builder),
    Truth(BooleanBuilder),
}

impl Sink for Columns {
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()> {
        self.names = columns.iter().map(|&name| name.to_owned()).collect();
        self.columns = columns.iter().map(|c| Column::of(kind_of(c))).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        for ((column, cell), name) in self.columns.iter_mut().zip(cells).zip(&self.names) {
            if column.push(cell).is_none() {
                anyhow::bail!("internal error: column {name}: {cell:?}");
            }
        }
        Ok(())
    }
}

impl Columns {
    fn batch(self) -> anyhow::Result<RecordBatch> {
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = self
            .names
            .into_iter()
            .zip(self.columns)
            .map(|(name, column)| {
                let (kind, array) = column.finish();
                (Field::new(name, kind, true), array)
            })
            .unzip();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }
}

impl Column {
    fn of(kind: Kind) -> Column {
        match kind {
            Kind::Text => Column::Text(StringBuilder::new()),
            Kind::Number => Column::Number(Float64Builder::new()),
            Kind::Count => Column::Count(Int64Builder::new()),
            Kind::Truth => Column::Truth(BooleanBuilder::new()),
        }
    }

    /// Appends a cell; `None` when it is not of the column's kind.
    fn push(&mut self, cell: &Cell) -> Option<()> {
        let text = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        match (self, cell) {
            (Column::Text(values), Cell::Text(value)) => values.append_option(text(value)),
            (Column::Text(values), Cell::Word(value)) => values.append_option(text(value)),
            (Column::Text(values), Cell::Empty) => values.append_null(),
            (Column::Number(values), Cell::Number(value)) => {
                values.append_option(value.and_then(significant));
            }
            (Column::Number(values), Cell::Time(value)) => {
                values.append_option(value.and_then(with_four_decimals));
            }
            (Column::Number(values), Cell::Empty) => values.append_null(),
            (Column::Count(values), Cell::Count(value)) => {
                values.append_value(i64::try_from(*value).ok()?);
            }
            (Column::Count(values), Cell::Empty) => values.append_null(),
            (Column::Truth(values), Cell::Truth(value)) => values.append_value(*value),
            (Column::Truth(values), Cell::Empty) => values.append_null(),
            _ => return None,
        }
        Some(())
    }

    fn finish(self) -> (DataType, ArrayRef) {
        match self {
            Column::Text(mut values) => (DataType::Utf8, Arc::new(values.finish())),
            Column::Number(mut values) => (DataType::Float64, Arc::new(values.finish())),
            Column::Count(mut values) => (DataType::Int64, Arc::new(values.finish())),
            Column::Truth(mut values) => (DataType::Boolean, Arc::new(values.finish())),
        }
    }
}
