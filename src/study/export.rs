//! The tables of a study as files.
//!
//! In: a study. Out: `recordings`, `limbs`, `sessions`, `strides`, `curves`, `stance` and
//! `stance_curves` as CSV, JSON
//! or Parquet, and `run.json`; each file whole or not at all.

use super::StudyError;
use super::rows::{RecordingRow, StrideRow, StudyData};
use super::summary::metric_summary;
use super::tables::{self, Cell, CsvSink, JsonSink, Sink};
use super::whole::{self, WholeFile};
use crate::analysis::Status;
use crate::recording::Side;
use serde_json::json;
use std::path::{Path, PathBuf};

/// File format of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// One array of objects per table.
    Json,
    /// Apache Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: &[Format] = &[
        Format::Csv,
        Format::Json,
        #[cfg(feature = "parquet")]
        Format::Parquet,
    ];

    /// Extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            #[cfg(feature = "parquet")]
            Format::Parquet => "parquet",
        }
    }
}

/// The tables, in the order they are written.
const TABLES: [&str; 7] = [
    "recordings",
    "limbs",
    "sessions",
    "strides",
    "curves",
    "stance",
    "stance_curves",
];

/// Columns of every table, in the order of [`TABLES`].
fn table_columns() -> [Vec<String>; TABLES.len()] {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    [
        owned(tables::recordings::COLUMNS),
        tables::limbs::columns(),
        tables::sessions::columns(),
        owned(&tables::strides::columns()),
        owned(tables::curves::COLUMNS),
        owned(tables::stance::COLUMNS),
        owned(tables::stance::CURVE_COLUMNS),
    ]
}

/// The names of the tables and of their columns.
pub fn columns() -> Vec<(&'static str, Vec<String>)> {
    TABLES.into_iter().zip(table_columns()).collect()
}

/// Every file that [`write_tables`] writes.
pub fn table_files(folder: &Path, format: Format) -> impl Iterator<Item = PathBuf> {
    let extension = format.extension();
    TABLES
        .into_iter()
        .map(move |name| folder.join(format!("{name}.{extension}")))
}

/// Every file that [`write_study`] writes.
pub fn study_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    table_files(folder, Format::Csv).chain([folder.join("run.json")])
}

/// Every file that any export writes.
pub fn all_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let tables = |&format| table_files(folder, format);
    Format::ALL
        .iter()
        .flat_map(tables)
        .chain([folder.join("run.json")])
}

/// Writes the tables as CSV and `run.json` into the study folder.
pub fn write_study(study: &dyn StudyData, folder: &Path) -> anyhow::Result<()> {
    let counts = write_tables(study, folder, Format::Csv)?;
    let path = folder.join("run.json");
    let text = serde_json::to_string_pretty(&run(study, &counts)?)? + "\n";
    Ok(whole::write(&path, text.as_bytes()).map_err(|e| output_error(&path, e))?)
}

/// Writes the tables into `folder`.
pub fn write_tables(
    study: &dyn StudyData,
    folder: &Path,
    format: Format,
) -> anyhow::Result<Counts> {
    let mut out = Files::create(folder, format)?;
    let mut counts = Counts::default();
    for recording in study.recordings()? {
        let strides = study.strides(&recording.recording)?;
        counts.add(&recording, &strides);
        out.recording(&recording, &strides)?;
    }
    for session in study.sessions()? {
        counts.session_limbs += 1;
        tables::sessions::row(out.of(Table::Sessions), &session)?;
    }
    out.finish()?;
    Ok(counts)
}

/// How much the tables hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    statuses: [usize; 6],
    strides: usize,
    strides_used: usize,
    session_limbs: usize,
}

const STATUSES: [Status; 6] = [
    Status::Analysed,
    Status::Standing,
    Status::NoGait,
    Status::Insufficient,
    Status::Bouts,
    Status::Failed,
];

impl Counts {
    fn add(&mut self, recording: &RecordingRow, strides: &[StrideRow]) {
        for (count, status) in self.statuses.iter_mut().zip(STATUSES) {
            *count += usize::from(recording.status == status);
        }
        self.strides += strides.len();
        self.strides_used += strides
            .iter()
            .filter(|s| s.stride.exclusion.is_none())
            .count();
    }
}

/// `run.json`: how the results were made and how many there are. Nothing in it depends on the
/// clock or the machine, so that the same input gives the same bytes.
fn run(study: &dyn StudyData, counts: &Counts) -> anyhow::Result<serde_json::Value> {
    let provenance = study.provenance()?;
    let mut recordings = serde_json::Map::new();
    recordings.insert("all".into(), counts.statuses.iter().sum::<usize>().into());
    for (status, count) in STATUSES.iter().zip(counts.statuses) {
        recordings.insert(status.name().into(), count.into());
    }
    let changed: Vec<_> = provenance
        .changed_settings
        .iter()
        .map(|(name, value, default)| json!({"setting": name, "value": value, "default": default}))
        .collect();
    Ok(json!({
        "program": "hipdrop",
        "version": provenance.version,
        "settings_hash": provenance.settings_hash,
        "changed_settings": changed,
        "norms": provenance.norms,
        "recordings": recordings,
        "sessions": counts.session_limbs / 2,
        "strides": counts.strides,
        "strides_used": counts.strides_used,
        "tables": TABLES,
    }))
}

fn output_error(path: &Path, error: std::io::Error) -> StudyError {
    StudyError::Output {
        path: path.to_owned(),
        error,
    }
}

/// Names the file that could not be written.
fn in_file(path: &Path, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<std::io::Error>() {
        Ok(error) => output_error(path, error).into(),
        Err(error) => error.context(path.display().to_string()),
    }
}

/// The rows of one recording in `limbs`; none when nothing was analysed.
pub fn limb_rows(
    sink: &mut dyn Sink,
    recording: &RecordingRow,
    strides: &[StrideRow],
) -> anyhow::Result<()> {
    for side in Side::BOTH {
        let Some(limbs) = &recording.limbs else { break };
        let used = strides
            .iter()
            .filter(|s| s.stride.side == side && s.stride.exclusion.is_none());
        let metrics = metric_summary(used.map(|s| &s.metrics));
        tables::limbs::row(sink, recording, &limbs[side], &metrics)?;
    }
    Ok(())
}

/// Place of a table in [`TABLES`].
#[derive(Clone, Copy)]
enum Table {
    Recordings,
    Limbs,
    Sessions,
    Strides,
    Curves,
    Stance,
    StanceCurves,
}

/// The files while they are being written, in the order of [`TABLES`].
struct Files([TableFile; TABLES.len()]);

impl Files {
    fn create(folder: &Path, format: Format) -> anyhow::Result<Files> {
        let mut files = Vec::with_capacity(TABLES.len());
        for (name, columns) in columns() {
            let path = folder.join(format!("{name}.{}", format.extension()));
            files.push(TableFile::create(&path, format, &columns)?);
        }
        match files.try_into() {
            Ok(files) => Ok(Files(files)),
            Err(_) => anyhow::bail!("internal error: a table has no columns"),
        }
    }

    fn of(&mut self, table: Table) -> &mut TableFile {
        &mut self.0[table as usize]
    }

    /// The rows of one recording in all tables that list it.
    fn recording(&mut self, recording: &RecordingRow, strides: &[StrideRow]) -> anyhow::Result<()> {
        tables::recordings::row(self.of(Table::Recordings), recording)?;
        limb_rows(self.of(Table::Limbs), recording, strides)?;
        for stride in strides {
            tables::strides::row(self.of(Table::Strides), recording, stride)?;
            tables::curves::rows(self.of(Table::Curves), stride)?;
        }
        tables::stance::rows(self.of(Table::Stance), recording)?;
        tables::stance::curve_rows(self.of(Table::StanceCurves), recording)
    }

    /// Gives all files their names, once all are written.
    fn finish(self) -> anyhow::Result<()> {
        let written: Vec<(PathBuf, WholeFile)> = self
            .0
            .into_iter()
            .map(TableFile::written)
            .collect::<anyhow::Result<_>>()?;
        for (path, file) in written {
            file.finish().map_err(|e| output_error(&path, e))?;
        }
        Ok(())
    }
}

/// One table on its way to a file.
struct TableFile {
    path: PathBuf,
    sink: TableSink,
}

enum TableSink {
    Csv(Box<CsvSink<WholeFile>>),
    Json(JsonSink<WholeFile>),
    #[cfg(feature = "parquet")]
    Parquet(Box<tables::ParquetSink<WholeFile>>),
}

impl TableFile {
    fn create<C: AsRef<str>>(
        path: &Path,
        format: Format,
        columns: &[C],
    ) -> anyhow::Result<TableFile> {
        let file = WholeFile::create(path).map_err(|e| output_error(path, e))?;
        let sink = match format {
            Format::Csv => TableSink::Csv(Box::new(CsvSink::new(file))),
            Format::Json => TableSink::Json(JsonSink::new(file)),
            #[cfg(feature = "parquet")]
            Format::Parquet => TableSink::Parquet(Box::new(tables::ParquetSink::new(file))),
        };
        let mut table = TableFile {
            path: path.to_owned(),
            sink,
        };
        let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
        table.header(&columns)?;
        Ok(table)
    }

    /// Flushes the rows into the file, which still has its hidden name.
    fn written(self) -> anyhow::Result<(PathBuf, WholeFile)> {
        let file = match self.sink {
            TableSink::Csv(sink) => sink.into_inner(),
            TableSink::Json(sink) => sink.into_inner(),
            #[cfg(feature = "parquet")]
            TableSink::Parquet(sink) => sink.into_inner(),
        };
        match file {
            Ok(file) => Ok((self.path, file)),
            Err(error) => Err(in_file(&self.path, error)),
        }
    }

    fn as_sink(&mut self) -> &mut dyn Sink {
        match &mut self.sink {
            TableSink::Csv(sink) => sink.as_mut(),
            TableSink::Json(sink) => sink,
            #[cfg(feature = "parquet")]
            TableSink::Parquet(sink) => sink.as_mut(),
        }
    }
}

impl Sink for TableFile {
    fn header(&mut self, columns: &[&str]) -> anyhow::Result<()> {
        let written = self.as_sink().header(columns);
        written.map_err(|error| in_file(&self.path, error))
    }

    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        let written = self.as_sink().row(cells);
        written.map_err(|error| in_file(&self.path, error))
    }
}
