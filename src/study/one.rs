//! One recording of a study: read, analyse, make its rows.
//!
//! In: a found file. Out: a [`RecordingResult`]; whatever goes wrong is a row with a reason, also
//! a panic.

use super::body_size::BodySize;
use super::discover::Found;
use super::identity::{Identity, identify};
use super::long;
use super::pseudonyms::{Cleaner, Pseudonyms};
use super::rows::{RecordingRow, StrideRow};
use super::same_walk::Way;
use super::store::{RecordingResult, Stored};
use super::subjects::Subjects;
use super::tables;
use crate::analysis::{self, Analysis, AnalysisError, Options, Status};
use crate::angles::{AngleSeries, TrunkDefinition};
use crate::events::GaitEvent;
use crate::inertial::{Known, StandingTrial};
use crate::norms::Norms;
use crate::read::{Content, ReadOptions, Source};
use crate::recording::{Recording, SubjectFacts};
use crate::settings::Settings;
use crate::tasks::Tasks;
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What steers the analysis of every recording of a run.
#[derive(Debug, Clone, Default)]
pub struct Steering {
    /// All thresholds and filters.
    pub settings: Settings,
    /// [`Settings::hash`] of them.
    pub settings_hash: String,
    /// The subjects table.
    pub subjects: Subjects,
    /// Subject to take when a file holds several.
    pub subject: Option<String>,
    /// What files cannot say.
    pub read: ReadOptions,
    /// What the limbs are compared with.
    pub norms: Norms,
    /// Pseudonyms instead of names.
    pub pseudonyms: Option<Arc<Pseudonyms>>,
    /// Text of a corrected events table that replaces all events.
    pub events: Option<String>,
    /// Standing trial that calibrates inertial sensors.
    pub trial: Option<StandingTrial>,
}

impl Steering {
    /// Hash of everything that steers one analysis: as long as it stays the same, the stored
    /// result stands.
    pub fn analysis_key(&self, content_hash: &str, identity: &Identity) -> String {
        let row = identity.row.as_ref();
        let parts = [
            env!("CARGO_PKG_VERSION").to_owned(),
            env!("HIPDROP_CODE").to_owned(),
            content_hash.to_owned(),
            self.settings_hash.clone(),
            self.norms.hash().to_owned(),
            format!("{:?}", self.subject),
            format!("{:?}", self.read),
            format!("{:?}", self.events),
            format!("{:?}", self.trial),
            format!(
                "{:?}",
                (
                    &identity.subject,
                    &identity.session,
                    &identity.condition,
                    identity.guessed
                )
            ),
            format!("{:?}", row.map(|r| (&r.body, &r.facts))),
        ];
        hex_hash(parts.join("\n").as_bytes())
    }

    /// Everything that steers one analysis, known before the file is read any further than its bytes:
    /// what the file declares follows from them.
    pub fn file_key(&self, found: &Found, content_hash: &str) -> String {
        format!(
            "{}\n{:?}",
            self.analysis_key(content_hash, &Identity::default()),
            (&found.root, &found.folders, &found.above, &self.subjects)
        )
    }

    /// Whether the stored result of a file that has not changed is still the one wanted. A file
    /// that could not be read may be readable now.
    pub fn still_stands(&self, found: &Found, stored: &Stored) -> bool {
        let identity = self.identity(found, &self.declared(stored));
        !stored.content_hash.is_empty()
            && self.analysis_key(&stored.content_hash, &identity) == stored.analysis_key
    }

    /// How a recording that was read is analysed.
    ///
    /// # Errors
    /// When the events table of the user cannot be used.
    pub fn options(&self, found: &Found, recording: &Recording) -> Result<Options, String> {
        let events = match &self.events {
            Some(text) => Some(tables::events::read(text, recording.rate_hz)?),
            None => None,
        };
        let (body, facts) = self
            .identity(found, &recording.subjects)
            .row
            .map(|row| (row.body, row.facts))
            .unwrap_or_default();
        Ok(Options {
            settings: self.settings.clone(),
            subject: self.subject.clone(),
            body,
            standing: None,
            facts,
            norms: self.norms.clone(),
            events,
            known: Known {
                worn: None,
                trial: self.trial.clone(),
            },
            between_s: None,
        })
    }

    /// The name of a recording in all results.
    pub fn name(&self, found: &Found) -> String {
        match &self.pseudonyms {
            Some(pseudonyms) => pseudonyms.recording(&found.recording),
            None => found.recording.clone(),
        }
    }

    /// The subjects that a stored file declares: what is stored may be pseudonyms.
    fn declared(&self, stored: &Stored) -> Vec<String> {
        let reveal = |name: &String| self.pseudonyms.as_ref()?.reveal(name);
        let names = stored.file_subjects.iter();
        names
            .map(|name| reveal(name).unwrap_or_else(|| name.clone()))
            .collect()
    }

    /// Names a recording by what its file declares.
    pub(super) fn identity(&self, found: &Found, file_subjects: &[String]) -> Identity {
        match &self.subject {
            Some(chosen) => identify(found, std::slice::from_ref(chosen), &self.subjects),
            None => identify(found, file_subjects, &self.subjects),
        }
    }
}

/// What became of a file in this run.
pub enum Outcome {
    /// It was analysed: one result, or that of a long recording and those of its walking bouts.
    Done(Vec<RecordingResult>),
    /// Neither it nor what steers its analysis has changed.
    Unchanged,
}

/// SHA-256, hex.
pub fn hex_hash(bytes: &[u8]) -> String {
    hex_hash_of(&[bytes])
}

/// SHA-256 of everything that a recording depends on, hex.
pub fn content_hash(content: &Content) -> String {
    hex_hash_of(&content.parts())
}

/// SHA-256 of all parts; where there are several, with their lengths between them. Hex.
fn hex_hash_of(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        if parts.len() > 1 {
            hash.update((part.len() as u64).to_le_bytes());
        }
        hash.update(part);
    }
    hex(hash)
}

fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// SHA-256 of what a source holds, hex.
pub(super) fn hex_hash_from(source: &Source<'_>) -> std::io::Result<String> {
    let (mut hash, mut bytes) = (Sha256::new(), source.raw()?);
    let mut buffer = vec![0; 1 << 18];
    loop {
        match bytes.read(&mut buffer)? {
            0 => return Ok(hex(hash)),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// Analyses one file unless `stored` says that it was analysed before.
pub fn process(found: &Found, steering: &Steering, stored: Option<&Stored>) -> Outcome {
    let pseudonyms = steering.pseudonyms.as_deref();
    let mut cleaner = pseudonyms.map(|pseudonyms| Cleaner::of(found, pseudonyms));
    let mut outcome = by_name(found, steering, stored, cleaner.as_mut());
    if let (Outcome::Done(results), Some(cleaner)) = (&mut outcome, cleaner) {
        results
            .iter_mut()
            .for_each(|result| cleaner.result(result, &found.recording));
    }
    outcome
}

/// The same under the names of files and people; `cleaner` learns those that the file carries.
fn by_name(
    found: &Found,
    steering: &Steering,
    stored: Option<&Stored>,
    cleaner: Option<&mut Cleaner>,
) -> Outcome {
    let failure = |reason| Outcome::Done(vec![failed(found, steering, String::new(), reason)]);
    if found.is_unsearched() {
        return failure(found.why_unsearched());
    }
    let unchanged = |content_hash: &str| {
        stored.is_some_and(|stored| {
            let identity = steering.identity(found, &steering.declared(stored));
            steering.analysis_key(content_hash, &identity) == stored.analysis_key
        })
    };
    if let Some(source) = long::source(found, steering) {
        let content_hash = match hex_hash_from(&source) {
            Ok(hash) => hash,
            Err(error) => return failure(format!("cannot be read ({error})")),
        };
        if unchanged(&content_hash) {
            return Outcome::Unchanged;
        }
        match guarded(|| long::analyse(found, steering, &source, &content_hash)) {
            Ok(Some(results)) => return Outcome::Done(results),
            Ok(None) => {}
            Err(reason) => {
                return Outcome::Done(vec![failed(found, steering, content_hash, reason)]);
            }
        }
    }
    let content = match found.content() {
        Ok(content) => content,
        Err(error) => return failure(error.to_string()),
    };
    let content_hash = content_hash(&content);
    if unchanged(&content_hash) {
        return Outcome::Unchanged;
    }
    let analysed = guarded(|| {
        let result = analyse(found, steering, (&content, &content_hash), cleaner)?;
        result.check().map(|()| result)
    });
    let result =
        analysed.unwrap_or_else(|reason| failed(found, steering, content_hash.clone(), reason));
    Outcome::Done(vec![result])
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it becomes a reason like any other, so that one recording cannot stop
/// the rest.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.unwrap_or_else(|panic| Err(panic_reason(&*panic)))
}

/// True while this thread runs guarded work: a panic hook then has nothing to say.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

fn panic_reason(panic: &(dyn std::any::Any + Send)) -> String {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    format!("internal error: {message}; please report it together with this file")
}

/// Reads and analyses; the error is the reason.
fn analyse(
    found: &Found,
    steering: &Steering,
    (content, content_hash): (&Content, &str),
    cleaner: Option<&mut Cleaner>,
) -> Result<RecordingResult, String> {
    let recording = content
        .read(&found.recording, &steering.read)
        .map_err(|mut error| {
            if error.file == found.recording {
                error.file.clear(); // the row names it
            }
            error.to_string()
        })?;
    if let Some(cleaner) = cleaner {
        cleaner.content(&recording);
    }
    match analyse_recording(found, steering, &recording, content_hash)? {
        Ok((result, _)) => Ok(result),
        Err(error) => {
            let identity = steering.identity(found, &recording.subjects);
            let mut failed = failed(found, steering, content_hash.to_owned(), error.to_string());
            describe(&mut failed.row, &identity, &recording);
            failed.row.warnings = recording.warnings;
            failed.file_subjects = recording.subjects;
            failed.subject_guessed = identity.guessed;
            failed.analysis_key = steering.analysis_key(content_hash, &identity);
            Ok(failed)
        }
    }
}

/// What an analysis finds frame by frame; a study does not keep it.
#[derive(Debug, Clone, Default)]
pub struct FrameByFrame {
    /// Angle series.
    pub angles: AngleSeries,
    /// Events.
    pub events: Vec<GaitEvent>,
}

/// Analyses a recording that was read: what a study stores of it, before other recordings of the
/// session are known.
///
/// # Errors
/// The outer one when the events table of the user cannot be used, the inner one when the recording
/// cannot be analysed.
pub fn analyse_recording(
    found: &Found,
    steering: &Steering,
    recording: &Recording,
    content_hash: &str,
) -> Result<Result<(RecordingResult, FrameByFrame), AnalysisError>, String> {
    let options = steering.options(found, recording)?;
    Ok(analysis::analyze(recording, &options).map(|mut analysis| {
        let frame_by_frame = FrameByFrame {
            angles: std::mem::take(&mut analysis.angles),
            events: std::mem::take(&mut analysis.events),
        };
        let stored = analysed(found, steering, recording, &options, content_hash, analysis);
        (stored, frame_by_frame)
    }))
}

/// What a study stores of a recording that was analysed.
pub(super) fn analysed(
    found: &Found,
    steering: &Steering,
    recording: &Recording,
    options: &Options,
    content_hash: &str,
    analysis: Analysis,
) -> RecordingResult {
    let identity = steering.identity(found, &recording.subjects);
    RecordingResult {
        analysis_key: steering.analysis_key(content_hash, &identity),
        way: Way::of(recording, &analysis, options.subject.as_deref()),
        size: BodySize::of(recording, &analysis, options.subject.as_deref()),
        ..result(found, &identity, recording, content_hash, analysis)
    }
}

/// What the file itself says.
fn describe(row: &mut RecordingRow, identity: &Identity, recording: &Recording) {
    row.subject.clone_from(&identity.subject);
    row.session.clone_from(&identity.session);
    row.condition.clone_from(&identity.condition);
    row.format = recording.format.name().into();
    row.kind = recording.kind().name().into();
    row.rate_hz = Some(recording.rate_hz);
    row.frames = Some(recording.frames as u64);
    row.duration_s = Some(recording.duration_s());
}

fn result(
    found: &Found,
    identity: &Identity,
    recording: &Recording,
    content_hash: &str,
    analysis: Analysis,
) -> RecordingResult {
    let mut row = empty_row(found, identity, content_hash.to_owned());
    describe(&mut row, identity, recording);
    let walked = analysis.status == Status::Analysed;
    let stood = analysis.status == Status::Standing;
    row.status = analysis.status;
    row.reason = analysis.reason;
    row.finding = analysis.finding;
    row.limbs = walked.then_some(analysis.limbs);
    row.frame = analysis.frame;
    row.passes = analysis.progression.map(|p| p.passes).unwrap_or_default();
    row.trunk = analysis.trunk_definition.map_or("", trunk_words).into();
    row.tasks = analysis.tasks;
    row.gaps = analysis.gaps;
    row.warnings = analysis.warnings;
    row.calibration = analysis.calibration;
    row.standing = analysis.standing.filter(|_| stood);
    let strides = analysis.strides.into_iter().map(|s| StrideRow {
        recording: found.recording.clone(),
        stride: s.stride,
        metrics: s.metrics,
        evidence: s.evidence,
        curves: s.curves,
    });
    RecordingResult {
        strides: strides.collect(),
        own_standing: analysis.standing.filter(|_| stood),
        facts: analysis.facts,
        file_subjects: recording.subjects.clone(),
        way: Way::default(),
        size: BodySize::default(),
        subject_guessed: identity.guessed,
        analysis_key: String::new(),
        row,
    }
}

fn trunk_words(definition: TrunkDefinition) -> &'static str {
    match definition {
        TrunkDefinition::ThoraxRot => "thorax",
        TrunkDefinition::SpineLine => "line from the pelvis to C7 or the shoulders",
        TrunkDefinition::ShoulderLine => "line between the shoulders",
    }
}

/// The result of a file that could not be read or analysed.
pub(super) fn failed(
    found: &Found,
    steering: &Steering,
    content_hash: String,
    reason: String,
) -> RecordingResult {
    let identity = steering.identity(found, &[]);
    let analysis_key = steering.analysis_key(&content_hash, &identity);
    let mut row = empty_row(found, &identity, content_hash);
    row.reason = reason;
    RecordingResult {
        row,
        own_standing: None,
        strides: Vec::new(),
        facts: SubjectFacts::default(),
        file_subjects: Vec::new(),
        way: Way::default(),
        size: BodySize::default(),
        subject_guessed: identity.guessed,
        analysis_key,
    }
}

fn empty_row(found: &Found, identity: &Identity, content_hash: String) -> RecordingRow {
    RecordingRow {
        recording: found.recording.clone(),
        subject: identity.subject.clone(),
        session: identity.session.clone(),
        condition: identity.condition.clone(),
        status: Status::Failed,
        reason: String::new(),
        format: String::new(),
        kind: String::new(),
        rate_hz: None,
        frames: None,
        duration_s: None,
        finding: String::new(),
        content_hash,
        limbs: None,
        frame: None,
        passes: Vec::new(),
        trunk: String::new(),
        standing: None,
        static_trial: String::new(),
        tasks: Tasks::default(),
        gaps: Vec::new(),
        warnings: Vec::new(),
        calibration: None,
        part_of: String::new(),
        start_s: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_reason() {
        let reason = guarded::<()>(|| panic!("index {}", 7)).unwrap_err();
        assert!(reason.contains("index 7"), "{reason}");
        assert!(!is_guarded());
        assert_eq!(guarded(|| Ok(is_guarded())), Ok(true));
    }
}
