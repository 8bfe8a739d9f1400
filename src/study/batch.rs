//! The batch: every recording under the given paths, in parallel, into one study.
//!
//! In: a [`Request`]. Out: a study folder, and a [`Summary`] of what became of the recordings.

use super::discover::{Discovery, Found, as_one, discover};
use super::memory;
use super::one::Steering;
use super::out_folder::OutFolder;
use super::pool::{StaticTrial, pool_sessions};
use super::pseudonyms::Pseudonyms;
use super::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use super::shard::Shard;
use super::store::Store;
use super::subjects::Subjects;
use super::workers::{Work, Worked};
use super::{StudyError, export};
use crate::analysis::{self, Options, Status};
use crate::inertial::StandingTrial;
use crate::metrics::StandingPosture;
use crate::norms::{NormCurve, Norms};
use crate::read::{self, ReadOptions};
use crate::recording::{Kind, Recording, Sequence};
use crate::settings::Settings;
use anyhow::Context;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is to be analysed, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The paths are the files of one recording's sensors; its name.
    pub as_one: Option<String>,
    /// A recording that came through standard input: its name and its bytes.
    pub piped: Option<(String, Arc<Vec<u8>>)>,
    /// Study folder.
    pub out: PathBuf,
    /// All thresholds and filters.
    pub settings: Settings,
    /// What is known about the subjects.
    pub subjects: Subjects,
    /// Static trial for every recording (`--static`).
    pub static_trial: Option<PathBuf>,
    /// What the limbs are compared with.
    pub norms: Norms,
    /// Corrected events table for a single recording (`--events-from`).
    pub events_from: Option<PathBuf>,
    /// What files cannot say.
    pub read: ReadOptions,
    /// Subject to take when a file holds several.
    pub subject: Option<String>,
    /// Pseudonyms instead of names in everything that is written and said.
    pub pseudonyms: Option<Arc<Pseudonyms>>,
    /// Recordings at a time; `None` = one per processor.
    pub jobs: Option<usize>,
    /// Bytes that the recordings in hand may take; `None` = half of what is free.
    pub max_memory: Option<u64>,
    /// Only a part of the recordings.
    pub shard: Option<Shard>,
    /// Analyse again what has not changed.
    pub force: bool,
    /// Only these of the recordings; what is stored of the others stays.
    pub only: Option<Selection>,
}

/// Recordings that can be read already, by their paths.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// They are complete.
    pub complete: BTreeSet<PathBuf>,
    /// Those of them that have not changed since they were stored, so that they need not be read
    /// to know it.
    pub unchanged: BTreeSet<PathBuf>,
}

/// Told how far the batch is, and asked whether to go on; called from several threads.
pub trait Progress: Sync {
    /// The number of recordings is known.
    fn begin(&self, recordings: usize);
    /// One recording is done.
    fn step(&self, recording: &str);
    /// All recordings are done; tables are written now.
    fn end(&self);
    /// True once the user wants to stop.
    fn stopped(&self) -> bool {
        false
    }
}

/// What became of the recordings of a run.
#[derive(Debug)]
pub struct Summary {
    /// Every recording, sorted by name.
    pub recordings: Vec<RecordingRow>,
    /// Every pooled session limb.
    pub sessions: Vec<SessionRow>,
    /// Recordings analysed in this run; the others had not changed.
    pub analysed_now: usize,
    /// Recordings of the last run that are not under the given paths.
    pub removed: usize,
    /// Files in the folders that do not look like recordings.
    pub skipped: usize,
    /// The study is one file, which can be copied; else `study.sqlite-wal` belongs to it, because
    /// another program was reading.
    pub one_file: bool,
    /// No other run works in the study folder as long as the results are in use.
    _folder: OutFolder,
}

impl Summary {
    /// Number of recordings of a status.
    pub fn count(&self, status: Status) -> usize {
        self.recordings
            .iter()
            .filter(|r| r.status == status)
            .count()
    }
}

/// Analyses everything that was asked for, into the study folder, and writes its tables. `pages`
/// writes what else belongs to a finished study; it is told whether anything in the study is not
/// as the last finished run left it.
pub fn run(
    request: &Request,
    progress: &dyn Progress,
    pages: impl FnOnce(&dyn StudyData, bool) -> anyhow::Result<()> + Send,
) -> anyhow::Result<Summary> {
    let worked = Worked::default();
    let mut discovery = match &request.as_one {
        Some(name) => as_one(&request.paths, name)?,
        None => discover(&request.paths, Some(&request.out), &request.read.map)?,
    };
    if let Some((name, bytes)) = &request.piped {
        discovery.add(Found::piped(name.clone(), Arc::clone(bytes)))?;
    }
    if discovery.found.is_empty() {
        return Err(StudyError::nothing_found(&request.paths, discovery.skipped).into());
    }
    if let Some(pseudonyms) = &request.pseudonyms {
        pseudonyms.prepare(&discovery.found, &request.subjects)?;
    }
    if let Some(shard) = request.shard {
        discovery.found.retain(|f| shard.holds(&f.recording));
    }
    let planned = discovery.found.len();
    run_into_store(request, discovery, &worked, progress, pages).map_err(|error| {
        match progress.stopped() {
            true => StudyError::Stopped {
                path: request.out.clone(),
                stored: worked.stored.into_inner(),
                planned,
            }
            .into(),
            false => explained(error, &request.out),
        }
    })
}

fn run_into_store(
    request: &Request,
    discovery: Discovery,
    worked: &Worked,
    progress: &dyn Progress,
    pages: impl FnOnce(&dyn StudyData, bool) -> anyhow::Result<()> + Send,
) -> anyhow::Result<Summary> {
    let mut steering = steering(request, &discovery.found)?;
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(request.jobs.unwrap_or(0))
        .build()
        .context("cannot start threads")?;
    let static_trial = match &request.static_trial {
        Some(path) => Some(threads.install(|| given_static(path, &steering))?),
        None => None,
    };
    steering.trial = static_trial.as_ref().and_then(|t| t.sensors.clone());

    let folder = OutFolder::claim(&request.out)?;
    let store = Store::create(&folder)?;
    let fingerprint = request.pseudonyms.as_ref().map(|p| p.fingerprint());
    store.use_key(fingerprint)?;
    let was_unfinished = store.planned()?.is_some();
    store.set_planned(Some(discovery.found.len()))?;
    store.set_provenance(&provenance(&request.settings, &request.norms))?;
    store.set_static_trial(static_trial.as_ref())?;
    store.set_shard(request.shard)?;
    let may_hold = discovery.names();
    let reveal = |name: &str| steering.pseudonyms.as_ref()?.reveal(name);
    let removed = store.keep_recordings(|name| match reveal(name) {
        Some(name) => may_hold.contain(&name),
        None => may_hold.contain(name),
    })?;
    let found = selected(&discovery.found, request.only.as_ref());
    progress.begin(found.len());
    let work = Work {
        found: &found,
        unchanged: request.only.as_ref().map(|only| &only.unchanged),
        steering: &steering,
        store: &store,
        force: request.force,
        jobs: threads.current_num_threads(),
        max_memory: request.max_memory.unwrap_or_else(memory::default_limit),
        progress,
        threads: &threads,
    };
    let analysed = work.run(worked);
    progress.end();
    if let Some(pseudonyms) = &request.pseudonyms {
        pseudonyms.save()?;
    }
    analysed?;
    let analysed_now = worked.analysed.load(Ordering::Relaxed);
    let stoppable = Stoppable {
        study: &store,
        progress,
    };
    let pooled = threads.install(|| {
        let stop = || stoppable.check();
        pool_sessions(
            &store,
            &request.settings,
            &request.norms,
            static_trial.as_ref(),
            &stop,
        )
    })?;
    export::write_study(&stoppable, &request.out)?;
    let changed = was_unfinished || analysed_now + removed + pooled > 0;
    threads.install(|| pages(&stoppable, changed))?;
    finished(store, folder, analysed_now, removed, discovery.skipped)
}

/// The recordings that this run is about.
fn selected<'a>(found: &'a [Found], only: Option<&Selection>) -> Vec<&'a Found> {
    let wanted = |f: &&Found| only.is_none_or(|only| only.complete.contains(&f.path));
    found.iter().filter(wanted).collect()
}

/// Closes a study whose tables and pages are written.
pub(super) fn finished(
    store: Store,
    folder: OutFolder,
    analysed_now: usize,
    removed: usize,
    skipped: usize,
) -> anyhow::Result<Summary> {
    store.set_planned(None)?;
    Ok(Summary {
        recordings: store.recordings()?,
        sessions: store.sessions()?,
        analysed_now,
        removed,
        skipped,
        one_file: store.finish()?,
        _folder: folder,
    })
}

/// A study that says no more once the user wants to stop: what is being made from it then ends
/// with an error, and removes what it has begun.
pub(super) struct Stoppable<'a> {
    pub study: &'a Store,
    pub progress: &'a dyn Progress,
}

impl Stoppable<'_> {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        match self.progress.stopped() {
            true => anyhow::bail!("stopped"),
            false => Ok(()),
        }
    }
}

impl StudyData for Stoppable<'_> {
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>> {
        self.check().and_then(|()| self.study.recordings())
    }

    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>> {
        self.check().and_then(|()| self.study.sessions())
    }

    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        self.check().and_then(|()| self.study.strides(recording))
    }

    fn provenance(&self) -> anyhow::Result<Provenance> {
        self.check().and_then(|()| self.study.provenance())
    }
}

/// Says what a full disk is: wherever it shows, the user can do the same about it.
pub(super) fn explained(error: anyhow::Error, out: &Path) -> anyhow::Error {
    match error.chain().any(is_full_disk) {
        true => StudyError::DiskFull {
            path: out.to_owned(),
        }
        .into(),
        false => error,
    }
}

fn is_full_disk(cause: &(dyn std::error::Error + 'static)) -> bool {
    let full = |error: &std::io::Error| error.kind() == std::io::ErrorKind::StorageFull;
    if let Some(StudyError::Output { error, .. }) = cause.downcast_ref() {
        return full(error);
    }
    let store = cause.downcast_ref::<rusqlite::Error>();
    store.and_then(|e| e.sqlite_error_code()) == Some(rusqlite::ErrorCode::DiskFull)
        || cause.downcast_ref().is_some_and(full)
}

fn steering(request: &Request, found: &[Found]) -> Result<Steering, StudyError> {
    let events = match &request.events_from {
        Some(path) => Some(events_text(path, found)?),
        None => None,
    };
    Ok(Steering {
        settings_hash: request.settings.hash(),
        settings: request.settings.clone(),
        norms: request.norms.clone(),
        subjects: request.subjects.clone(),
        subject: request.subject.clone(),
        read: request.read.clone(),
        events,
        trial: None,
        pseudonyms: request.pseudonyms.clone(),
    })
}

/// The corrected events; they belong to one recording.
fn events_text(path: &Path, found: &[Found]) -> Result<String, StudyError> {
    let error = |problem: String| StudyError::Events {
        path: path.to_owned(),
        problem,
    };
    if found.len() > 1 {
        return Err(error(format!(
            "holds the events of one recording, but {} were given",
            found.len()
        )));
    }
    crate::read::text_of(path).map_err(error)
}

/// The posture of the static trial that the user named.
///
/// # Errors
/// When it cannot be read or nobody stands in it.
pub fn given_static(path: &Path, steering: &Steering) -> Result<StaticTrial, StudyError> {
    let error = |problem: String| StudyError::Static {
        path: path.to_owned(),
        problem,
    };
    let recording = read::open(path, &steering.read).map_err(|mut e| {
        e.file.clear();
        error(e.to_string())
    })?;
    if recording.kind() == Kind::Inertial {
        let trial = StandingTrial::of(&recording, &steering.settings.inertial);
        return Ok(StaticTrial {
            sensors: Some(trial.map_err(|e| error(e.to_string()))?),
            posture: StandingPosture::default(),
            ..named_static(recording, steering)
        });
    }
    let options = Options {
        settings: steering.settings.clone(),
        subject: steering.subject.clone(),
        ..Options::default()
    };
    let analysis = analysis::analyze(&recording, &options).map_err(|e| error(e.to_string()))?;
    match (analysis.status, analysis.standing) {
        (Status::Standing, Some(posture)) => Ok(StaticTrial {
            posture,
            ..named_static(recording, steering)
        }),
        (status, _) => Err(error(format!(
            "not a standing trial (found: {}); give a recording in which the subject stands still",
            status.name()
        ))),
    }
}

/// The static trial's names, as results carry them.
fn named_static(recording: Recording, steering: &Steering) -> StaticTrial {
    let subjects = recording.subjects.into_iter();
    let (name, subjects) = match &steering.pseudonyms {
        Some(key) => (
            key.recording(&recording.name),
            subjects.map(|subject| key.subject(&subject)).collect(),
        ),
        None => (recording.name, subjects.collect()),
    };
    StaticTrial {
        name,
        posture: StandingPosture::default(),
        subjects,
        sensors: None,
    }
}

/// How the results were made.
pub fn provenance(settings: &Settings, tables: &Norms) -> Provenance {
    let curves = [
        NormCurve::PelvisDrop,
        NormCurve::TrunkLean,
        NormCurve::HipAdduction,
        NormCurve::KneeValgus,
    ];
    let norms = curves
        .into_iter()
        .filter_map(|curve| {
            tables
                .band(curve, Sequence::RotationObliquityTilt, None)
                .ok()
        })
        .map(|band| format!("{} ({})", band.source, band.population));
    let mut hash = settings.hash();
    hash.truncate(12);
    Provenance {
        version: env!("CARGO_PKG_VERSION").into(),
        settings_hash: hash,
        changed_settings: settings
            .changed()
            .into_iter()
            .map(|c| (c.name, c.value, c.default))
            .collect(),
        norms: norms.collect::<BTreeSet<_>>().into_iter().collect(),
        settings: settings.clone(),
        norm_table: tables
            .user_table()
            .map(|(name, text)| (name.to_owned(), text.to_owned())),
    }
}
