//! Several studies made one: the parts that the jobs of a cluster analysed.
//!
//! In: finished studies with the same settings. Out: one study, as if one run had made it: sessions
//! are pooled again over all recordings.

use super::batch::{Progress, Stoppable, Summary, explained, finished};
use super::export;
use super::out_folder::OutFolder;
use super::pool::{StaticTrial, pool_sessions};
use super::rows::{Provenance, StudyData};
use super::shard::Shard;
use super::store::Store;
use super::{StudyError, open};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What every part must agree in.
struct Made {
    provenance: Provenance,
    static_trial: Option<StaticTrial>,
    key: Option<String>,
}

/// Joins the studies `parts` into the folder `out`. `pages` writes what else belongs to a finished
/// study. The second result are the parts that are missing, when the parts say of how many they are.
pub fn merge(
    parts: &[PathBuf],
    out: &Path,
    progress: &dyn Progress,
    pages: impl FnOnce(&dyn StudyData) -> anyhow::Result<()>,
) -> anyhow::Result<(Summary, Vec<Shard>)> {
    let (made, shards) = agreed(parts)?;
    join(parts, out, &made, progress, pages)
        .map(|summary| (summary, missing(&shards)))
        .map_err(|error| match progress.stopped() {
            true => StudyError::MergeStopped {
                path: out.to_owned(),
            }
            .into(),
            false => explained(error, out),
        })
}

fn join(
    parts: &[PathBuf],
    out: &Path,
    made: &Made,
    progress: &dyn Progress,
    pages: impl FnOnce(&dyn StudyData) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let folder = OutFolder::claim(out)?;
    let store = Store::create(&folder)?;
    store.set_planned(Some(0))?;
    store.keep_recordings(|_| false)?;
    store.use_key(made.key.clone())?;
    store.set_provenance(&made.provenance)?;
    store.set_static_trial(made.static_trial.as_ref())?;
    store.set_shard(None)?;
    progress.begin(parts.len());
    for part in parts {
        store.take_recordings(&super::database(part))?;
        progress.step(&part.display().to_string());
    }
    progress.end();
    let stoppable = Stoppable {
        study: &store,
        progress,
    };
    let (settings, given) = (&made.provenance.settings, made.static_trial.as_ref());
    let norms = made.provenance.norm_tables()?;
    pool_sessions(&store, settings, &norms, given, &|| stoppable.check())?;
    export::write_study(&stoppable, out)?;
    pages(&stoppable)?;
    let taken = store.stored()?.len();
    finished(store, folder, taken, 0, 0)
}

/// Opens every part, and refuses what cannot be joined.
fn agreed(parts: &[PathBuf]) -> anyhow::Result<(Made, Vec<Shard>)> {
    let refuse = |path: &Path, problem: String| StudyError::Merge {
        path: path.to_owned(),
        problem,
    };
    let mut first: Option<(&PathBuf, Made)> = None;
    let mut shards = Vec::new();
    for part in parts {
        #[cfg(feature = "parquet")]
        if super::parquet_folder::is_one(part) {
            let problem = "it is a folder of Parquet files: `hipdrop report` and `hipdrop export` take it as it is";
            return Err(refuse(part, problem.into()).into());
        }
        let store = open(part)?;
        if store.planned()?.is_some() {
            let problem = "it is not finished: run its `hipdrop analyze` again first";
            return Err(refuse(part, problem.into()).into());
        }
        let made = Made {
            provenance: store.provenance()?,
            static_trial: store.static_trial()?,
            key: store.key()?,
        };
        shards.extend(store.shard()?);
        let Some((path, other)) = &first else {
            first = Some((part, made));
            continue;
        };
        if let Some(what) = difference(&made, other) {
            let problem = format!("its {what} differ from those of {}", path.display());
            return Err(refuse(part, problem).into());
        }
    }
    match first {
        Some((_, made)) => Ok((made, shards)),
        None => anyhow::bail!("no studies to join"),
    }
}

/// What two parts do not agree in.
fn difference(a: &Made, b: &Made) -> Option<&'static str> {
    let (a_key, b_key) = (&a.key, &b.key);
    let (a, b, trials) = (
        &a.provenance,
        &b.provenance,
        a.static_trial == b.static_trial,
    );
    if a_key != b_key {
        Some("names (--de-identify)")
    } else if a.version != b.version {
        Some("versions of hipdrop")
    } else if a.settings_hash != b.settings_hash {
        Some("settings")
    } else if a.norm_table != b.norm_table {
        Some("norms (--norms)")
    } else if !trials {
        Some("static trials (--static)")
    } else {
        None
    }
}

/// The parts that are not there.
fn missing(shards: &[Shard]) -> Vec<Shard> {
    let of = shards.iter().map(|shard| shard.of).max().unwrap_or(0);
    let there: BTreeSet<u32> = shards.iter().map(|shard| shard.number).collect();
    (1..=of)
        .filter(|number| !there.contains(number))
        .map(|number| Shard { number, of })
        .collect()
}
