//! A study that was made with names, seen without them.
//!
//! In: a study. Out: the same rows with pseudonyms, sorted by them: pages, tables and figures made
//! from it hold no name.

use super::{Cleaner, Pseudonyms};
use crate::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use std::collections::BTreeMap;

/// The view.
pub struct DeIdentified<'a> {
    study: &'a dyn StudyData,
    pseudonyms: &'a Pseudonyms,
    /// Pseudonym → recording.
    recordings: BTreeMap<String, String>,
}

impl<'a> DeIdentified<'a> {
    /// Names everything once.
    ///
    /// # Errors
    /// When the study cannot be read or the key not be written.
    pub fn new(study: &'a dyn StudyData, pseudonyms: &'a Pseudonyms) -> anyhow::Result<Self> {
        let rows = study.recordings()?;
        let sessions: Vec<String> = study.sessions()?.into_iter().map(|s| s.session).collect();
        let parts = rows.iter().map(|row| &row.session).chain(&sessions);
        pseudonyms.number(parts.flat_map(|session| session.split('/')))?;
        let recordings = rows
            .iter()
            .map(|row| (pseudonyms.recording(&row.recording), row.recording.clone()))
            .collect();
        for row in &rows {
            pseudonyms.subject(&row.subject);
        }
        pseudonyms.save()?;
        Ok(DeIdentified {
            study,
            pseudonyms,
            recordings,
        })
    }

    /// The subject that a person means: by its pseudonym, or by its name.
    pub fn subject_of(&self, typed: &str) -> String {
        match self.pseudonyms.reveal(typed) {
            Some(_) => typed.to_owned(),
            None => self.pseudonyms.subject(typed),
        }
    }

    /// The same of a session.
    pub fn session_of(&self, typed: &str) -> String {
        match typed.starts_with("session-") {
            true => typed.to_owned(),
            false => self.session(typed),
        }
    }

    /// The same of a recording.
    pub fn recording_of(&self, typed: &str) -> String {
        match self.recordings.contains_key(typed) {
            true => typed.to_owned(),
            false => self.pseudonyms.recording(typed),
        }
    }

    fn named(&self, pseudonym: &str) -> anyhow::Result<&str> {
        let found = self.recordings.get(pseudonym).map(String::as_str);
        found.ok_or_else(|| anyhow::anyhow!("the study has no recording {pseudonym}"))
    }

    /// A session's name; one that carries the name of its only recording gets that pseudonym.
    fn session(&self, name: &str) -> String {
        match self.recordings.values().any(|recording| recording == name) {
            true => self.pseudonyms.recording(name),
            false => self.pseudonyms.session(name),
        }
    }
}

impl StudyData for DeIdentified<'_> {
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>> {
        let mut rows = self.study.recordings()?;
        for row in &mut rows {
            let mut cleaner = Cleaner::new(self.pseudonyms);
            cleaner.recording(&row.recording);
            cleaner.subject(&row.subject);
            if !row.static_trial.is_empty() {
                cleaner.recording(&row.static_trial);
            }
            // a warning may name another recording of the study
            let places = row.warnings.iter().map(|warning| warning.place.clone());
            for other in places.filter(|p| self.recordings.values().any(|name| name == p)) {
                cleaner.recording(&other);
            }
            for gap in &row.gaps {
                if let Some((prefix, _)) = gap.label.split_once(':') {
                    cleaner.subject(prefix);
                }
            }
            cleaner.row(row);
            row.recording = self.pseudonyms.recording(&row.recording);
            row.part_of = self.pseudonyms.recording(&row.part_of);
            row.static_trial = self.pseudonyms.recording(&row.static_trial);
            row.subject = self.pseudonyms.subject(&row.subject);
            row.session = self.session(&row.session);
        }
        rows.sort_by(|a, b| a.recording.cmp(&b.recording));
        Ok(rows)
    }

    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>> {
        let mut rows = self.study.sessions()?;
        for row in &mut rows {
            let mut cleaner = Cleaner::new(self.pseudonyms);
            cleaner.subject(&row.subject);
            for name in &row.recordings {
                cleaner.recording(name);
            }
            cleaner.limb(&mut row.finding);
            row.condition = cleaner.clean(&row.condition);
            row.words = cleaner.clean(&row.words);
            row.subject = self.pseudonyms.subject(&row.subject);
            row.session = self.session(&row.session);
            let names = row.recordings.iter();
            row.recordings = names.map(|name| self.pseudonyms.recording(name)).collect();
            row.recordings.sort();
        }
        let name = |row: &SessionRow| {
            (
                row.subject.clone(),
                row.session.clone(),
                row.condition.clone(),
            )
        };
        rows.sort_by_key(name); // stable: left stays before right
        Ok(rows)
    }

    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        let mut rows = self.study.strides(self.named(recording)?)?;
        for row in &mut rows {
            recording.clone_into(&mut row.recording);
        }
        Ok(rows)
    }

    fn provenance(&self) -> anyhow::Result<Provenance> {
        self.study.provenance()
    }
}
