//! A table as Apache Parquet, for pandas, polars, DuckDB, R, Spark.
//!
//! In: cells. Out: typed columns. Numbers are those of the CSV table to the last bit: the decimal
//! that stands there, read back. Text is exact; what is empty in CSV is null.

use super::cell::{Cell, significant, with_four_decimals};
use super::{Kind, Sink, kind_of};
use anyhow::Context;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Rows that are collected before they are written as one row group: bounds the memory.
const GROUP_ROWS: usize = 1 << 16;

/// Writes Parquet to any writer.
pub struct ParquetSink<W: Write + Send> {
    state: State<W>,
    names: Vec<String>,
    columns: Vec<Values>,
    rows: usize,
    /// Kinds of the columns, where they are not those of the tables; numbers are then not rounded.
    exact: Option<Vec<Kind>>,
}

/// The columns are known with the header only.
enum State<W: Write + Send> {
    Waiting(W),
    Writing(Box<SerializedFileWriter<W>>),
    Broken,
}

/// The values of one column; `None` = not available.
enum Values {
    Text(Vec<Option<ByteArray>>),
    Number(Vec<Option<f64>>),
    Count(Vec<Option<i64>>),
    Truth(Vec<Option<bool>>),
}

impl<W: Write + Send> ParquetSink<W> {
    /// A sink over `writer`.
    pub fn new(writer: W) -> ParquetSink<W> {
        ParquetSink {
            state: State::Waiting(writer),
            names: Vec::new(),
            columns: Vec::new(),
            rows: 0,
            exact: None,
        }
    }

    /// A sink over `writer` for columns of these kinds, with numbers as they are instead of as they
    /// stand in the tables.
    pub fn exact(writer: W, kinds: Vec<Kind>) -> ParquetSink<W> {
        ParquetSink {
            exact: Some(kinds),
            ..ParquetSink::new(writer)
        }
    }

    /// Writes what is collected and the footer, and hands the writer back.
    pub fn into_inner(mut self) -> anyhow::Result<W> {
        self.write_group()?;
        match self.state {
            State::Writing(writer) => writer.into_inner().map_err(plain),
            State::Waiting(_) | State::Broken => anyhow::bail!("the table has no columns"),
        }
    }

    fn write_group(&mut self) -> anyhow::Result<()> {
        let State::Writing(writer) = &mut self.state else {
            return Ok(());
        };
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = writer.next_row_group().map_err(plain)?;
        for values in &mut self.columns {
            values.write(&mut group).map_err(plain)?;
        }
        group.close().map_err(plain)?;
        self.rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> Sink for ParquetSink<W> {
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()> {
        let State::Waiting(writer) = std::mem::replace(&mut self.state, State::Broken) else {
            anyhow::bail!("the table has two headers");
        };
        let kinds = match &self.exact {
            Some(kinds) => kinds.clone(),
            None => columns.iter().map(|name| kind_of(name)).collect(),
        };
        let fields = columns
            .iter()
            .zip(&kinds)
            .map(|(name, &kind)| Values::of(kind).field(name).map(Arc::new))
            .collect::<Result<_, _>>()
            .map_err(plain)?;
        let schema = Type::group_type_builder("table")
            .with_fields(fields)
            .build()
            .map_err(plain)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("hipdrop ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = SerializedFileWriter::new(writer, Arc::new(schema), Arc::new(properties));
        self.state = State::Writing(Box::new(writer.map_err(plain)?));
        self.columns = kinds.into_iter().map(Values::of).collect();
        self.names = columns.iter().map(|&name| name.to_owned()).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        for ((values, cell), name) in self.columns.iter_mut().zip(cells).zip(&self.names) {
            values
                .push(cell, self.exact.is_some())
                .with_context(|| format!("internal error: column {name}: {cell:?}"))?;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS {
            self.write_group()?;
        }
        Ok(())
    }
}

impl Values {
    fn of(kind: Kind) -> Values {
        match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Count => Values::Count(Vec::new()),
            Kind::Truth => Values::Truth(Vec::new()),
        }
    }

    fn field(&self, name: &str) -> Result<Type, ParquetError> {
        let physical = match self {
            Values::Text(_) => Physical::BYTE_ARRAY,
            Values::Number(_) => Physical::DOUBLE,
            Values::Count(_) => Physical::INT64,
            Values::Truth(_) => Physical::BOOLEAN,
        };
        let field =
            Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        match self {
            Values::Text(_) => field
                .with_logical_type(Some(LogicalType::String))
                .with_converted_type(ConvertedType::UTF8)
                .build(),
            _ => field.build(),
        }
    }

    /// Appends a cell; `None` when it is not of the column's kind.
    fn push(&mut self, cell: &Cell, exact: bool) -> Option<()> {
        let text = |text: &str| (!text.is_empty()).then(|| ByteArray::from(text));
        match (self, cell) {
            (Values::Text(values), Cell::Text(value)) => values.push(text(value)),
            (Values::Text(values), Cell::Word(value)) => values.push(text(value)),
            (Values::Text(values), Cell::Empty) => values.push(None),
            (Values::Number(values), Cell::Number(value)) if exact => values.push(*value),
            (Values::Number(values), Cell::Number(value)) => {
                values.push(value.and_then(significant));
            }
            (Values::Number(values), Cell::Time(value)) => {
                values.push(value.and_then(with_four_decimals));
            }
            (Values::Number(values), Cell::Empty) => values.push(None),
            (Values::Count(values), Cell::Count(value)) => {
                values.push(Some(i64::try_from(*value).ok()?));
            }
            (Values::Count(values), Cell::Empty) => values.push(None),
            (Values::Truth(values), Cell::Truth(value)) => values.push(Some(*value)),
            (Values::Truth(values), Cell::Empty) => values.push(None),
            _ => return None,
        }
        Some(())
    }

    /// Writes the next column of a row group and empties the values.
    fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match self {
            Values::Text(values) => write_column::<ByteArrayType, W>(group, values),
            Values::Number(values) => write_column::<DoubleType, W>(group, values),
            Values::Count(values) => write_column::<Int64Type, W>(group, values),
            Values::Truth(values) => write_column::<BoolType, W>(group, values),
        }
    }
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<Option<T::T>>,
) -> Result<(), ParquetError> {
    // definition level 1 = there, 0 = null
    let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
    let there: Vec<T::T> = values.drain(..).flatten().collect();
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("too many columns".into()));
    };
    column
        .typed::<T>()
        .write_batch(&there, Some(&levels), None)?;
    column.close()
}

/// The error of the writer below, where that is what failed.
fn plain(error: ParquetError) -> anyhow::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(error) => (*error).into(),
            Err(cause) => anyhow::anyhow!(cause),
        },
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    #[test]
    fn rows_come_back_over_several_groups() {
        let mut sink = ParquetSink::new(Vec::new());
        sink.header(&["recording", "stride", "used", "start_s", "drop_ss_deg"])
            .unwrap();
        let rows = GROUP_ROWS + 3;
        for i in 0..rows {
            let missing = i % 7 == 0;
            sink.row(&[
                Cell::text(if missing { "" } else { "=Ä\n" }),
                Cell::Count(i as u64),
                Cell::Truth(i % 2 == 0),
                Cell::time(i as f64 / 3.0),
                Cell::number((!missing).then_some(1.0 / 3.0)),
            ])
            .unwrap();
        }
        let bytes = bytes::Bytes::from(sink.into_inner().unwrap());
        let reader = SerializedFileReader::new(bytes).unwrap();
        assert_eq!(reader.num_row_groups(), 2);
        let mut count = 0;
        for (i, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let fields: Vec<Field> = row
                .unwrap()
                .get_column_iter()
                .map(|f| f.1.clone())
                .collect();
            let time = format!("{:.4}", i as f64 / 3.0).parse().unwrap();
            let missing = i % 7 == 0;
            let expected = [
                if missing {
                    Field::Null
                } else {
                    Field::Str("=Ä\n".into())
                },
                Field::Long(i as i64),
                Field::Bool(i % 2 == 0),
                Field::Double(time),
                if missing {
                    Field::Null
                } else {
                    Field::Double(0.333333)
                },
            ];
            assert_eq!(fields, expected, "row {i}");
            count += 1;
        }
        assert_eq!(count, rows);
    }

    #[test]
    fn a_cell_of_another_kind_is_an_error_and_no_rows_are_a_table() {
        let mut sink = ParquetSink::new(Vec::new());
        sink.header(&["recording"]).unwrap();
        let error = sink.row(&[Cell::number(1.0)]).unwrap_err();
        assert!(error.to_string().contains("recording"), "{error}");
        let mut sink = ParquetSink::new(Vec::new());
        sink.header(&["recording"]).unwrap();
        assert!(sink.into_inner().unwrap().starts_with(b"PAR1"));
    }
}
