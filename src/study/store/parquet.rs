//! Rows of the store as Parquet and back, unrounded: how workers hand over results without a database
//! that all of them can reach.
//!
//! In: a table of the store. Out: a Parquet file with the same columns; and the other way round. Only
//! the types of SQLite columns matter here, so a new column of the store needs no change.

use super::Store;
use crate::study::tables::{Cell, Kind, ParquetSink, Sink};
use anyhow::{Context, bail};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

/// A table of the store that Parquet files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredTable {
    /// One row per recording.
    Recordings,
    /// One row per stride.
    Strides,
}

impl StoredTable {
    /// Name of the table and of its folder.
    pub fn name(self) -> &'static str {
        match self {
            StoredTable::Recordings => "recordings",
            StoredTable::Strides => "strides",
        }
    }

    /// What its rows are sorted by.
    fn order(self) -> &'static str {
        match self {
            StoredTable::Recordings => "recording",
            StoredTable::Strides => "recording, side, stride",
        }
    }
}

/// One column of a table.
struct Column {
    name: String,
    kind: Kind,
    /// An empty text stands for no text: the column cannot be null.
    not_null: bool,
}

impl Store {
    /// All rows of a table as a Parquet file.
    pub fn to_parquet(&self, table: StoredTable) -> anyhow::Result<Vec<u8>> {
        let columns = columns(&self.connection(), table)?;
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let kinds = columns.iter().map(|c| c.kind).collect();
        let mut sink = ParquetSink::exact(Vec::new(), kinds);
        sink.header(&names)?;
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            names.join(", "),
            table.name(),
            table.order()
        );
        let rows = self.query(&sql, [], |row| {
            columns
                .iter()
                .enumerate()
                .map(|(i, column)| cell(row.get_ref(i)?, column))
                .collect::<anyhow::Result<Vec<Cell>>>()
        })?;
        for row in rows {
            sink.row(&row)?;
        }
        sink.into_inner()
    }

    /// Adds the rows of a Parquet file that [`Store::to_parquet`] made.
    pub fn take_parquet(&self, table: StoredTable, file: Bytes) -> anyhow::Result<()> {
        let reader = SerializedFileReader::new(file)?;
        let mut connection = self.connection();
        let columns = columns(&connection, table)?;
        let transaction = connection.transaction()?;
        for row in reader.get_row_iter(None)? {
            let row = row?;
            let mut names = Vec::new();
            let mut values: Vec<Value> = Vec::new();
            for (name, field) in row.get_column_iter() {
                let Some(column) = columns.iter().find(|c| c.name == *name) else {
                    bail!(
                        "the column {name} is unknown: it was made by another version of hipdrop"
                    );
                };
                names.push(name.as_str());
                values.push(value(field, column).with_context(|| format!("column {name}"))?);
            }
            let marks = vec!["?"; names.len()].join(", ");
            let (table, names) = (table.name(), names.join(", "));
            transaction
                .prepare_cached(&format!("INSERT INTO {table} ({names}) VALUES ({marks})"))?
                .execute(params_from_iter(values))?;
        }
        Ok(transaction.commit()?)
    }
}

/// The columns that are stored; generated ones are not among them.
fn columns(connection: &Connection, table: StoredTable) -> anyhow::Result<Vec<Column>> {
    let mut query =
        connection.prepare("SELECT name, type, \"notnull\" FROM pragma_table_info(?1)")?;
    let found = query.query_map([table.name()], |row| {
        let kind: String = row.get(1)?;
        Ok(Column {
            name: row.get(0)?,
            kind: match kind.as_str() {
                "REAL" => Kind::Number,
                "INTEGER" => Kind::Count,
                _ => Kind::Text,
            },
            not_null: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn cell(value: ValueRef<'_>, column: &Column) -> anyhow::Result<Cell> {
    Ok(match (value, column.kind) {
        (ValueRef::Null, _) => Cell::Empty,
        (ValueRef::Text(text), Kind::Text) => Cell::text(std::str::from_utf8(text)?),
        (ValueRef::Real(number), Kind::Number) => Cell::number(number),
        (ValueRef::Integer(count), Kind::Count) => Cell::Count(u64::try_from(count)?),
        (value, _) => bail!("internal error: column {}: {value:?}", column.name),
    })
}

fn value(field: &Field, column: &Column) -> anyhow::Result<Value> {
    Ok(match field {
        Field::Null if column.kind == Kind::Text && column.not_null => Value::Text(String::new()),
        Field::Null => Value::Null,
        Field::Str(text) => Value::Text(text.clone()),
        Field::Double(number) => Value::Real(*number),
        Field::Long(count) => Value::Integer(*count),
        other => bail!("{other} is not of the kind that belongs there"),
    })
}
