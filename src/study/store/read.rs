//! Rows out of the store.

use super::Store;
use crate::analysis::Status;
use crate::metrics::{METRIC_NAMES, StandingPosture, StrideCurves, StrideMetrics};
use crate::recording::{Side, SubjectFacts, Warning};
use crate::strides::Stride;
use crate::study::body_size::BodySize;
use crate::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use crate::study::same_walk::Way;
use anyhow::Context;
use rusqlite::Row;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use std::collections::BTreeMap;

/// Names of the curves, in table order.
pub(super) const CURVE_NAMES: [&str; 6] = [
    "pelvis_drop_deg",
    "trunk_lean_deg",
    "hip_adduction_deg",
    "knee_valgus_deg",
    "hip_flexion_deg",
    "knee_flexion_deg",
];

/// What pooling needs to know of a stored recording.
#[derive(Debug, Clone)]
pub struct PoolMember {
    /// Its row; the session is the one that its names say.
    pub row: RecordingRow,
    /// Posture measured in it, when it is a standing trial.
    pub own_standing: Option<StandingPosture>,
    /// What is known of the person and the walk.
    pub facts: SubjectFacts,
    /// Where the pelvis went.
    pub way: Way,
    /// Subjects that the file declares.
    pub file_subjects: Vec<String>,
    /// Size of the person.
    pub size: BodySize,
    /// Folders alone name the subject.
    pub subject_guessed: bool,
    /// Hash of everything that steers its analysis.
    pub analysis_key: String,
}

/// What tells whether a stored recording still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Subjects that the file declares.
    pub file_subjects: Vec<String>,
    /// Hash of everything that steers its analysis.
    pub analysis_key: String,
    /// SHA-256 of the file's bytes, hex; empty when it could not be read.
    pub content_hash: String,
}

impl Store {
    /// Every stored recording by name.
    pub fn stored(&self) -> anyhow::Result<BTreeMap<String, Stored>> {
        let sql = "SELECT recording, file_subjects, analysis_key, content_hash FROM recordings";
        let rows = self.query(sql, [], |row| {
            let stored = Stored {
                file_subjects: from_json(row, "file_subjects")?,
                analysis_key: row.get("analysis_key")?,
                content_hash: row.get("content_hash")?,
            };
            Ok((row.get("recording")?, stored))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// The pool key of every stored session: subject, session, condition.
    pub fn pool_keys(&self) -> anyhow::Result<BTreeMap<(String, String, String), String>> {
        let rows = self.query(
            "SELECT subject, session, condition, pool_key FROM sessions",
            [],
            |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?)),
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Every recording with what pooling needs, sorted by name.
    pub fn pool_members(&self) -> anyhow::Result<Vec<PoolMember>> {
        self.query("SELECT * FROM recordings ORDER BY recording", [], |row| {
            // as analysed: what an earlier pooling said must not steer this one
            let named = RecordingRow {
                session: row.get("session")?,
                warnings: from_json(row, "warnings")?,
                ..recording_row(row)?
            };
            Ok(PoolMember {
                row: named,
                own_standing: from_json(row, "own_standing")?,
                facts: from_json(row, "facts")?,
                way: from_json(row, "way")?,
                file_subjects: from_json(row, "file_subjects")?,
                size: from_json(row, "size")?,
                subject_guessed: row.get("subject_guessed")?,
                analysis_key: row.get("analysis_key")?,
            })
        })
    }

    /// The strides of a recording without their curves, which are most of what is stored.
    pub fn strides_without_curves(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        self.strides_with(recording, None)
    }

    fn strides_with(
        &self,
        recording: &str,
        curves: Option<&str>,
    ) -> anyhow::Result<Vec<StrideRow>> {
        let columns = stride_columns();
        let columns: Vec<&str> = columns.iter().copied().chain(curves).collect();
        let sql = format!(
            "SELECT {} FROM strides WHERE recording = ?1 ORDER BY side, stride",
            columns.join(", ")
        );
        self.query(&sql, [recording], |row| stride_row(row, curves.is_some()))
    }

    pub(super) fn query<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        mut convert: impl FnMut(&Row<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<Vec<T>> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(sql)?;
        let mut rows = query.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(convert(row)?);
        }
        Ok(found)
    }
}

impl StudyData for Store {
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>> {
        self.query(
            "SELECT * FROM recordings ORDER BY recording",
            [],
            recording_row,
        )
    }

    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>> {
        self.query(
            "SELECT * FROM sessions ORDER BY subject, session, condition, side",
            [],
            session_row,
        )
    }

    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        self.strides_with(recording, Some("curves"))
    }

    fn provenance(&self) -> anyhow::Result<Provenance> {
        self.stored_provenance()
    }
}

/// A JSON column; SQL NULL reads as JSON null.
fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: impl Column) -> anyhow::Result<T> {
    let text = row.get_ref(column)?.as_str_or_null()?.unwrap_or("null");
    serde_json::from_str(text).with_context(|| damaged(column))
}

/// A word that serde names as the tables do.
fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: impl Column) -> anyhow::Result<T> {
    let word: StrDeserializer<'_, serde::de::value::Error> =
        row.get_ref(column)?.as_str()?.into_deserializer();
    T::deserialize(word).with_context(|| damaged(column))
}

/// A column by its name or by its place.
trait Column: rusqlite::RowIndex + std::fmt::Display + Copy {}
impl<T: rusqlite::RowIndex + std::fmt::Display + Copy> Column for T {}

fn damaged(column: impl Column) -> String {
    format!("column {column} of the study is damaged")
}

fn recording_row(row: &Row<'_>) -> anyhow::Result<RecordingRow> {
    let mut warnings: Vec<Warning> = from_json(row, "warnings")?;
    warnings.extend(from_json::<Vec<Warning>>(row, "pool_warnings")?);
    Ok(RecordingRow {
        recording: row.get("recording")?,
        subject: row.get("subject")?,
        session: match row.get("pool_session")? {
            Some(pooled) => pooled,
            None => row.get("session")?,
        },
        condition: row.get("condition")?,
        status: from_word::<Status>(row, "status")?,
        reason: row.get("reason")?,
        format: row.get("format")?,
        kind: row.get("kind")?,
        rate_hz: row.get("rate_hz")?,
        frames: row.get::<_, Option<i64>>("frames")?.map(|f| f as u64),
        duration_s: row.get("duration_s")?,
        finding: row.get("finding")?,
        content_hash: row.get("content_hash")?,
        limbs: from_json(row, "limbs")?,
        frame: from_json(row, "frame")?,
        passes: from_json(row, "passes")?,
        trunk: row.get("trunk")?,
        standing: from_json(row, "standing")?,
        static_trial: row.get("static_trial")?,
        tasks: from_json(row, "tasks")?,
        gaps: from_json(row, "gaps")?,
        warnings,
        calibration: from_json(row, "calibration")?,
        part_of: row.get("part_of")?,
        start_s: row.get("start_s")?,
    })
}

fn session_row(row: &Row<'_>) -> anyhow::Result<SessionRow> {
    Ok(SessionRow {
        subject: row.get("subject")?,
        session: row.get("session")?,
        condition: row.get("condition")?,
        recordings: from_json(row, "recordings")?,
        side: from_word::<Side>(row, "side")?,
        finding: from_json(row, "finding")?,
        words: row.get("words")?,
        metrics: from_json(row, "metrics")?,
    })
}

/// Columns of a stride before those of its metrics.
const STRIDE_COLUMNS: [&str; 11] = [
    "recording",
    "side",
    "stride",
    "start_s",
    "end_s",
    "opposite_off_s",
    "opposite_strike_s",
    "off_s",
    "excluded_because",
    "events_source",
    "events_confidence",
];

/// Columns of a stride, all but the curves.
pub(super) fn stride_columns() -> Vec<&'static str> {
    let metrics = METRIC_NAMES.iter();
    let columns = STRIDE_COLUMNS.iter().chain(metrics).chain(&["evidence"]);
    columns.copied().collect()
}

/// A row of [`stride_columns`], and after them the curves. By place: looking a column up by its
/// name takes longer than reading it.
fn stride_row(row: &Row<'_>, with_curves: bool) -> anyhow::Result<StrideRow> {
    let first = STRIDE_COLUMNS.len();
    let mut metrics = StrideMetrics::default();
    for index in 0..METRIC_NAMES.len() {
        metrics.set(index, row.get(first + index)?);
    }
    let evidence = first + METRIC_NAMES.len();
    Ok(StrideRow {
        recording: row.get(0)?,
        stride: stride(row)?,
        metrics,
        evidence: from_json(row, evidence)?,
        curves: match with_curves {
            true => curves(row, evidence + 1)?,
            false => StrideCurves::default(),
        },
    })
}

fn stride(row: &Row<'_>) -> anyhow::Result<Stride> {
    let excluded: &str = row.get_ref(8)?.as_str()?;
    Ok(Stride {
        side: from_word(row, 1)?,
        number: row.get::<_, i64>(2)? as usize,
        start_s: row.get(3)?,
        end_s: row.get(4)?,
        opposite_off_s: row.get(5)?,
        opposite_strike_s: row.get(6)?,
        off_s: row.get(7)?,
        events_source: from_word(row, 9)?,
        events_confidence: from_word(row, 10)?,
        exclusion: match excluded {
            "" => None,
            _ => Some(from_word(row, 8)?),
        },
    })
}

fn curves(row: &Row<'_>, column: usize) -> anyhow::Result<StrideCurves> {
    let mut stored: BTreeMap<String, Vec<Option<f64>>> = from_json(row, column)?;
    let mut series = CURVE_NAMES.into_iter().map(|name| {
        let values = stored.remove(name).unwrap_or_default();
        values.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect()
    });
    let mut next = || series.next().unwrap_or_default();
    Ok(StrideCurves {
        pelvis_drop_deg: next(),
        trunk_lean_deg: next(),
        hip_adduction_deg: next(),
        knee_valgus_deg: next(),
        hip_flexion_deg: next(),
        knee_flexion_deg: next(),
    })
}
