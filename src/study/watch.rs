//! Recordings as they arrive.
//!
//! In: folders that are looked at again and again. Out: the study, written anew after every
//! arrival. Looking, rather than being told by the system, works on network shares too, which is
//! where labs export to.

use super::StudyError;
use super::batch::{Progress, Request, Selection, Summary, run};
use super::discover::discover;
use super::rows::StudyData;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// What is to be watched, and how.
#[derive(Debug, Clone)]
pub struct WatchRequest {
    /// The folders, and how their recordings are analysed.
    pub run: Request,
    /// Time without a change after which a recording counts as complete.
    pub settle: Duration,
    /// Time between two looks.
    pub interval: Duration,
}

/// Told what happens, and asked whether to go on.
pub trait Watcher: Sync {
    /// Told how far one round is.
    fn progress(&self) -> Box<dyn Progress>;
    /// Writes what else belongs to a study.
    fn pages(&self, study: &dyn StudyData, changed: bool) -> anyhow::Result<()>;
    /// True once the user wants to stop.
    fn stopped(&self) -> bool;
    /// A round is done.
    fn round(&self, summary: &Summary) -> anyhow::Result<()>;
    /// Something went wrong that may pass; watching goes on.
    fn trouble(&self, problem: &str);
}

/// What tells that a file, or a folder that is one recording, has changed: number of files, bytes,
/// latest time of change.
type Signature = (usize, u64, Option<SystemTime>);

/// How often a look asks whether to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// Analyses recordings as they arrive, until the watcher stops it. The first error that no waiting
/// can mend ends it.
pub fn watch(request: &WatchRequest, watcher: &dyn Watcher) -> anyhow::Result<()> {
    // what cannot work is told at once
    for folder in &request.run.paths {
        fs::metadata(folder).map_err(|error| StudyError::NoSuchPath {
            path: folder.clone(),
            error,
        })?;
    }
    let mut arrivals = Arrivals::default();
    let mut told = String::new();
    while !watcher.stopped() {
        let trouble = look(request, watcher, &mut arrivals)?;
        if trouble != told {
            if !trouble.is_empty() {
                watcher.trouble(&trouble);
            }
            told = trouble;
        }
        wait(request.interval, watcher);
    }
    Ok(())
}

/// One look, and a run when something is new; gives the trouble that may pass.
fn look(
    request: &WatchRequest,
    watcher: &dyn Watcher,
    arrivals: &mut Arrivals,
) -> anyhow::Result<String> {
    let discovery = match discover(
        &request.run.paths,
        Some(&request.run.out),
        &request.run.read.map,
    ) {
        Ok(discovery) => discovery,
        // a share that is away for a while
        Err(error) => return Ok(error.to_string()),
    };
    let paths = discovery.found.iter().map(|found| found.path.as_path());
    let complete = arrivals.complete(paths, request.settle, Instant::now());
    if complete.is_empty() || complete == arrivals.analysed {
        return Ok(String::new());
    }
    let unchanged = complete
        .iter()
        .filter(|&(path, now)| arrivals.analysed.get(path) == Some(now));
    let run_request = Request {
        only: Some(Selection {
            complete: complete.keys().cloned().collect(),
            unchanged: unchanged.map(|(path, _)| path.clone()).collect(),
        }),
        ..request.run.clone()
    };
    let progress = watcher.progress();
    match run(&run_request, &*progress, |study, changed| {
        watcher.pages(study, changed)
    }) {
        Ok(summary) => {
            arrivals.analysed = complete;
            watcher.round(&summary)?;
            Ok(String::new())
        }
        Err(error) => match error.downcast_ref() {
            Some(
                StudyError::Busy { .. }
                | StudyError::DiskFull { .. }
                | StudyError::NothingFound { .. }
                | StudyError::NoSuchPath { .. },
            ) => Ok(error.to_string()),
            _ => Err(error),
        },
    }
}

fn wait(interval: Duration, watcher: &dyn Watcher) {
    let end = Instant::now() + interval;
    while !watcher.stopped() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(PATIENCE));
    }
}

/// What has arrived so far.
#[derive(Default)]
struct Arrivals {
    /// Every recording that is there: how it looks, and since when.
    seen: BTreeMap<PathBuf, (Signature, Instant)>,
    /// What the study holds, as it looked when it was analysed.
    analysed: BTreeMap<PathBuf, Signature>,
}

impl Arrivals {
    /// The recordings among `paths` that have not changed for the time `settle`.
    fn complete<'a>(
        &mut self,
        paths: impl Iterator<Item = &'a Path>,
        settle: Duration,
        now: Instant,
    ) -> BTreeMap<PathBuf, Signature> {
        let mut seen = BTreeMap::new();
        for path in paths {
            // a file that was renamed or deleted since it was found is not there
            let Some(signature) = signature(path) else {
                continue;
            };
            let since = match self.seen.get(path) {
                Some((before, since)) if *before == signature => *since,
                _ => now,
            };
            seen.insert(path.to_owned(), (signature, since));
        }
        self.seen = seen;
        let settled = |since: Instant| now.saturating_duration_since(since) >= settle;
        self.seen
            .iter()
            .filter(|(_, (_, since))| settled(*since))
            .map(|(path, (signature, _))| (path.clone(), *signature))
            .collect()
    }
}

fn signature(path: &Path) -> Option<Signature> {
    let kind = fs::metadata(path).ok()?;
    if !kind.is_dir() {
        return Some((1, kind.len(), kind.modified().ok()));
    }
    // a folder that cannot be read is reported as it is
    let mut all = (0, 0, kind.modified().ok());
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    for kind in entries.filter_map(|entry| entry.metadata().ok()) {
        all = (
            all.0 + 1,
            all.1 + kind.len(),
            all.2.max(kind.modified().ok()),
        );
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_complete_once_it_rests() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.c3d");
        let (start, settle) = (Instant::now(), Duration::from_secs(10));
        let mut arrivals = Arrivals::default();
        let mut complete = |after_s: u64| {
            let now = start + Duration::from_secs(after_s);
            arrivals.complete([path.as_path()].into_iter(), settle, now)
        };
        assert!(complete(0).is_empty(), "it is not there");
        fs::write(&path, "a").unwrap();
        assert!(complete(1).is_empty());
        assert!(complete(10).is_empty());
        fs::write(&path, "ab").unwrap();
        assert!(complete(11).is_empty(), "it has grown");
        assert!(complete(20).is_empty());
        assert_eq!(complete(21).len(), 1);
        fs::remove_file(&path).unwrap();
        assert!(complete(40).is_empty());
    }
}
