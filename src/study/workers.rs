//! Many recordings at a time.
//!
//! In: the recordings and what is stored of them. Out: their results in the store, one transaction
//! each, in whatever order they are done: nothing depends on it.

use super::batch::Progress;
use super::discover::Found;
use super::memory::{Budget, estimate};
use super::one::{Outcome, Steering, process};
use super::store::Store;
use anyhow::Context;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What the workers need.
pub struct Work<'a> {
    /// The recordings.
    pub found: &'a [&'a Found],
    /// Paths of recordings that have not changed since they were stored.
    pub unchanged: Option<&'a BTreeSet<PathBuf>>,
    /// What steers their analysis.
    pub steering: &'a Steering,
    /// Where results go.
    pub store: &'a Store,
    /// Analyse again what has not changed.
    pub force: bool,
    /// Recordings at a time.
    pub jobs: usize,
    /// Bytes that recordings in hand may take.
    pub max_memory: u64,
    /// Told of every recording; asked whether to go on.
    pub progress: &'a dyn Progress,
    /// Threads for the work inside a recording.
    pub threads: &'a rayon::ThreadPool,
}

/// How far the workers got.
#[derive(Debug, Default)]
pub struct Worked {
    /// Recordings whose results are in the store.
    pub stored: AtomicUsize,
    /// Those of them that were analysed now.
    pub analysed: AtomicUsize,
}

impl Work<'_> {
    /// Analyses what is new or changed, until all is done, something fails, or the user stops it;
    /// the recordings in hand are finished in any case.
    ///
    /// The threads that take recordings are not those that work inside them: while one waits for
    /// memory, the work that will give it back goes on.
    pub fn run(&self, worked: &Worked) -> anyhow::Result<()> {
        let stored = self.store.stored()?;
        let budget = Budget::new(self.max_memory);
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let first_error = Mutex::new(None);
        let worker = || {
            while !failed.load(Ordering::Relaxed) && !self.progress.stopped() {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = self.found.get(index) else {
                    return;
                };
                let _share = budget.take(estimate(file, self.steering));
                let before = stored
                    .get(&self.steering.name(file))
                    .filter(|_| !self.force);
                let known = self.unchanged.is_some_and(|all| all.contains(&file.path));
                let outcome = match before.filter(|_| known) {
                    Some(before) if self.steering.still_stands(file, before) => Outcome::Unchanged,
                    _ => self
                        .threads
                        .install(|| process(file, self.steering, before)),
                };
                if let Err(error) = self.keep(file, outcome, worked) {
                    failed.store(true, Ordering::Relaxed);
                    let mut first = first_error.lock().unwrap_or_else(PoisonError::into_inner);
                    first.get_or_insert(error);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.min(self.found.len()) {
                scope.spawn(worker);
            }
        });
        let error = first_error.into_inner();
        match error.unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn keep(&self, file: &Found, outcome: Outcome, worked: &Worked) -> anyhow::Result<()> {
        let name = self.steering.name(file);
        if let Outcome::Done(results) = outcome {
            self.store
                .save_recordings(&results)
                .with_context(|| format!("{name} could not be stored"))?;
            worked.analysed.fetch_add(1, Ordering::Relaxed);
        }
        worked.stored.fetch_add(1, Ordering::Relaxed);
        self.progress.step(&name);
        Ok(())
    }
}
