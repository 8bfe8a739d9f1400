//! Rows into the store.

use super::Store;
use crate::classify::LimbFinding;
use crate::metrics::{StandingPosture, StrideCurves};
use crate::recording::{PerSide, SubjectFacts, Warning};
use crate::study::StudyError;
use crate::study::body_size::BodySize;
use crate::study::rows::{RecordingRow, SessionRow, StrideRow};
use crate::study::same_walk::Way;
use crate::study::tables::cell::push_significant;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::path::Path;

/// What the analysis of one recording gives.
#[derive(Debug, Clone)]
pub struct RecordingResult {
    /// Its row; `standing` and `limbs` as without a static trial of the session.
    pub row: RecordingRow,
    /// Standing posture measured in this recording, when it is a standing trial.
    pub own_standing: Option<StandingPosture>,
    /// Its strides.
    pub strides: Vec<StrideRow>,
    /// What is known of the person and the walk.
    pub facts: SubjectFacts,
    /// Subjects that the file declares.
    pub file_subjects: Vec<String>,
    /// Where the pelvis went.
    pub way: Way,
    /// Size of the person.
    pub size: BodySize,
    /// Folders alone name the subject.
    pub subject_guessed: bool,
    /// Hash of everything that steers the analysis.
    pub analysis_key: String,
}

impl RecordingResult {
    /// Refuses a result that would not be read back: numbers that are not finite where one is
    /// needed. The error is the reason.
    pub fn check(&self) -> Result<(), String> {
        let strides = self.strides.iter().map(|s| &s.stride);
        if let Some(stride) = strides
            .clone()
            .find(|s| !(s.start_s.is_finite() && s.end_s.is_finite()))
        {
            let side = stride.side.name();
            return Err(format!(
                "internal error: {side} stride {} has no times",
                stride.number
            ));
        }
        let row = &self.row;
        comes_back(&row.limbs)
            .and_then(|()| comes_back(&row.frame))
            .and_then(|()| comes_back(&row.passes))
            .and_then(|()| comes_back(&self.way))
            .and_then(|()| comes_back(&row.calibration))
            .and_then(|()| comes_back(&row.tasks))
            .map_err(|e| format!("internal error: a result is not a number ({e})"))
    }
}

/// Whether a value survives JSON, which has no NaN.
fn comes_back<T: Serialize + DeserializeOwned>(value: &T) -> serde_json::Result<()> {
    serde_json::from_str::<T>(&serde_json::to_string(value)?).map(|_| ())
}

/// What the other recordings of the session add to one recording.
#[derive(Debug, Clone)]
pub struct SecondPass {
    /// Recording.
    pub recording: String,
    /// Findings with the session's static trial.
    pub limbs: PerSide<LimbFinding>,
    /// The finding in words.
    pub finding: String,
    /// Static trial used; empty when none.
    pub static_trial: String,
    /// Its posture.
    pub standing: Option<StandingPosture>,
    /// What was noticed while pooling.
    pub warnings: Vec<Warning>,
    /// Session it was pooled in, when not the one that its names say.
    pub pool_session: Option<String>,
}

/// One pooled session: its rows and what they do to its recordings.
#[derive(Debug, Clone)]
pub struct PooledSession {
    /// Both limbs.
    pub rows: Vec<SessionRow>,
    /// Its walking recordings.
    pub recordings: Vec<SecondPass>,
    /// Hash of everything that was pooled.
    pub pool_key: String,
}

impl Store {
    /// Stores one recording (with its walking bouts, when it is a long one) and all strides in place
    /// of what was there, in one transaction. The sessions they belong to will be pooled again.
    pub fn save_recordings(&self, results: &[RecordingResult]) -> anyhow::Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for row in results.iter().map(|result| &result.row) {
            transaction.execute(
                "DELETE FROM recordings WHERE recording = ?1 OR part_of = ?1",
                [&row.recording],
            )?;
            transaction.execute(
                // a recording that was not pooled with its folder has a session of its own name
                "DELETE FROM sessions WHERE subject = ?1 AND session IN (?2, ?3)",
                [&row.subject, &row.session, &row.recording],
            )?;
        }
        for result in results {
            insert_recording(&transaction, result)?;
            for stride in &result.strides {
                insert_stride(&transaction, stride)?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Stores a pooled session and the findings of its recordings, in one transaction.
    pub fn save_session(&self, pooled: &PooledSession) -> anyhow::Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for second in &pooled.recordings {
            update_recording(&transaction, second)?;
        }
        for row in &pooled.rows {
            insert_session(&transaction, row, &pooled.pool_key)?;
        }
        Ok(transaction.commit()?)
    }

    /// Forgets every recording that is not to be kept (a walking bout is kept with the recording it is
    /// part of), and the sessions they were pooled in; the number of recordings forgotten.
    pub fn keep_recordings(&self, keep: impl Fn(&str) -> bool) -> anyhow::Result<usize> {
        let sql = "SELECT recording, part_of FROM recordings";
        let stored: Vec<(String, String)> =
            self.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut forgotten = 0;
        for (name, part_of) in &stored {
            let whole = if part_of.is_empty() { name } else { part_of };
            if keep(whole) {
                continue;
            }
            forgotten += usize::from(part_of.is_empty());
            transaction.execute(
                "DELETE FROM sessions WHERE (subject, session) IN \
                 (SELECT subject, session FROM recordings WHERE recording = ?1)",
                [name],
            )?;
            transaction.execute("DELETE FROM recordings WHERE recording = ?1", [name])?;
        }
        transaction.commit()?;
        Ok(forgotten)
    }

    /// Takes all recordings and strides of another study, in one transaction. Its sessions are left
    /// out: they are pooled again.
    pub fn take_recordings(&self, from: &Path) -> Result<(), StudyError> {
        let mut connection = self.connection();
        let other = from.to_string_lossy();
        connection
            .execute("ATTACH DATABASE ?1 AS other", [&other])
            .map_err(|e| self.error(e))?;
        let taken = take_attached(&mut connection);
        connection
            .execute("DETACH DATABASE other", [])
            .map_err(|e| self.error(e))?;
        taken.map_err(|problem| match problem {
            Taking::Failed(error) => self.error(error),
            Taking::Twice(recording) => StudyError::Merge {
                path: from.to_owned(),
                problem: format!("the recording {recording} is in another study, too"),
            },
        })
    }

    /// Forgets the sessions that are not in `keys` (subject, session, condition).
    pub fn keep_sessions(&self, keys: &BTreeSet<(String, String, String)>) -> anyhow::Result<()> {
        let stored: Vec<_> = self.pool_keys()?.into_keys().collect();
        for (subject, session, condition) in stored.into_iter().filter(|k| !keys.contains(k)) {
            self.connection().execute(
                "DELETE FROM sessions WHERE subject = ?1 AND session = ?2 AND condition = ?3",
                [subject, session, condition],
            )?;
        }
        Ok(())
    }
}

/// Why recordings could not be taken.
enum Taking {
    Failed(rusqlite::Error),
    Twice(String),
}

impl From<rusqlite::Error> for Taking {
    fn from(error: rusqlite::Error) -> Taking {
        Taking::Failed(error)
    }
}

fn take_attached(connection: &mut Connection) -> Result<(), Taking> {
    let transaction = connection.transaction()?;
    let twice: Option<String> = transaction
        .query_row(
            "SELECT recording FROM other.recordings JOIN main.recordings USING (recording)",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(recording) = twice {
        return Err(Taking::Twice(recording));
    }
    for table in ["recordings", "strides"] {
        // by name: a study that was brought up to date has its columns in another order
        let columns: String = transaction.query_row(
            "SELECT group_concat(name, ', ') FROM pragma_table_info(?1)",
            [table],
            |row| row.get(0),
        )?;
        transaction.execute_batch(&format!(
            "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM other.{table}"
        ))?;
    }
    Ok(transaction.commit()?)
}

fn json<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string(value)?)
}

fn update_recording(connection: &Connection, second: &SecondPass) -> anyhow::Result<()> {
    connection
        .prepare_cached(
            "UPDATE recordings SET limbs = ?2, finding = ?3, static_trial = ?4, standing = ?5, \
             pool_warnings = ?6, pool_session = ?7 WHERE recording = ?1",
        )?
        .execute(params![
            second.recording,
            json(&second.limbs)?,
            second.finding,
            second.static_trial,
            json(&second.standing)?,
            json(&second.warnings)?,
            second.pool_session,
        ])?;
    Ok(())
}

fn insert_session(connection: &Connection, row: &SessionRow, key: &str) -> anyhow::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO sessions \
             (subject, session, condition, side, recordings, finding, words, metrics, pool_key) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            row.subject,
            row.session,
            row.condition,
            row.side.name(),
            json(&row.recordings)?,
            json(&row.finding)?,
            row.words,
            json(&row.metrics)?,
            key,
        ])?;
    Ok(())
}

fn insert_recording(connection: &Connection, result: &RecordingResult) -> anyhow::Result<()> {
    let row = &result.row;
    connection
        .prepare_cached(
            "INSERT INTO recordings (recording, subject, session, condition, status, reason, \
             format, kind, rate_hz, frames, duration_s, finding, content_hash, trunk, \
             static_trial, facts, limbs, own_standing, standing, frame, passes, gaps, warnings, \
             file_subjects, way, analysis_key, size, subject_guessed, \
             calibration, part_of, start_s, tasks) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
             ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, \
             ?30, ?31, ?32)",
        )?
        .execute(params![
            row.recording,
            row.subject,
            row.session,
            row.condition,
            row.status.name(),
            row.reason,
            row.format,
            row.kind,
            row.rate_hz,
            row.frames.map(|f| f as i64),
            row.duration_s,
            row.finding,
            row.content_hash,
            row.trunk,
            row.static_trial,
            json(&result.facts)?,
            row.limbs.as_ref().map(json).transpose()?,
            json(&result.own_standing)?,
            json(&row.standing)?,
            json(&row.frame)?,
            json(&row.passes)?,
            json(&row.gaps)?,
            json(&row.warnings)?,
            json(&result.file_subjects)?,
            json(&result.way)?,
            result.analysis_key,
            json(&result.size)?,
            result.subject_guessed,
            row.calibration.as_ref().map(json).transpose()?,
            row.part_of,
            row.start_s,
            json(&row.tasks)?,
        ])?;
    Ok(())
}

fn insert_stride(connection: &Connection, measured: &StrideRow) -> anyhow::Result<()> {
    let stride = &measured.stride;
    let mut values: Vec<Value> = vec![
        measured.recording.clone().into(),
        stride.side.name().to_owned().into(),
        (stride.number as i64).into(),
        stride.start_s.into(),
        stride.end_s.into(),
        stride.opposite_off_s.into(),
        stride.opposite_strike_s.into(),
        stride.off_s.into(),
        stride.exclusion.map_or("", |e| e.name()).to_owned().into(),
        stride.events_source.name().to_owned().into(),
        stride.events_confidence.name().to_owned().into(),
    ];
    values.extend(measured.metrics.values().into_iter().map(Value::from));
    values.push(json(&measured.evidence)?.into());
    values.push(curves_json(&measured.curves).into());
    let columns = super::read::stride_columns().join(", ") + ", curves";
    let marks = vec!["?"; values.len()].join(", ");
    connection
        .prepare_cached(&format!("INSERT INTO strides ({columns}) VALUES ({marks})"))?
        .execute(params_from_iter(values))?;
    Ok(())
}

/// The curves as JSON with the 6 significant digits of the tables.
fn curves_json(curves: &StrideCurves) -> String {
    let series = [
        &curves.pelvis_drop_deg,
        &curves.trunk_lean_deg,
        &curves.hip_adduction_deg,
        &curves.knee_valgus_deg,
        &curves.hip_flexion_deg,
        &curves.knee_flexion_deg,
    ];
    let mut out = String::from("{");
    for (name, values) in super::read::CURVE_NAMES.iter().zip(series) {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&format!("\"{name}\":["));
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if value.is_finite() {
                push_significant(&mut out, *value);
            } else {
                out.push_str("null");
            }
        }
        out.push(']');
    }
    out.push('}');
    out
}
