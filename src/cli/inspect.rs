//! `hipdrop inspect`: what was recognised and what can be computed.

mod list;
mod print;

use super::common::AnalysisOptions;
use super::output::{self, Done, Failure};
use crate::analysis::Options;
use crate::analysis::inspect::{Inspection, inspect, map};
use crate::read;
use crate::study::StudyError;
use crate::study::discover::{Found, discover};
use crate::study::one::guarded;
use clap::Args;
use rayon::prelude::*;
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Examples:
  hipdrop inspect walk.c3d
  hipdrop inspect recordings          one line per recording
  hipdrop inspect walk.csv --write-map map.toml
  (correct map.toml by hand, then)
  hipdrop inspect walk.csv --landmarks map.toml";

/// What was recognised: format, units, axes, landmarks, gaps, events; what can be computed and what
/// is missing for the rest.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Recording (`-` is standard input); folders or several recordings give one line for each.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    /// Write a map of what was recognised, to be edited and given with --landmarks (without MAP: to
    /// standard output).
    #[arg(long, value_name = "MAP", num_args = 0..=1, conflicts_with = "landmarks")]
    #[expect(
        clippy::option_option,
        reason = "an option whose value can be left out"
    )]
    write_map: Option<Option<PathBuf>>,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    match arguments.paths.as_slice() {
        _ if arguments.write_map.is_some() => match arguments.paths.as_slice() {
            [path] if is_one(path) => write_map(arguments, path),
            _ => Err(Failure::Usage(anyhow::Error::msg(
                "--write-map takes one recording",
            ))),
        },
        [path] if is_one(path) => one(arguments, path, quiet),
        _ => many(arguments, quiet),
    }
}

/// A file, or a folder that is one recording.
fn is_one(path: &Path) -> bool {
    !path.is_dir() || read::Streams::of_folder(path).is_some()
}

/// Everything about one recording.
fn one(arguments: &Arguments, path: &Path, quiet: bool) -> Result<Done, Failure> {
    let loaded = arguments.analysis.load(path)?;
    let inspection = loaded.run(|recording, options| {
        // a subject that is not there leaves nothing to look at
        crate::landmarks::resolve(recording, options.subject.as_deref())
            .map(|_| inspect(recording, options))
    })?;
    if arguments.json {
        output::print(&(serde_json::to_string_pretty(&inspection)? + "\n"))?;
    } else if !quiet {
        output::print(&print::one(&loaded.recording.name, &inspection))?;
    }
    Ok(Done::All)
}

/// The map of one recording; of a table without known columns, a map to fill in.
fn write_map(arguments: &Arguments, path: &Path) -> Result<Done, Failure> {
    let text = match arguments.analysis.load(path) {
        Ok(loaded) => {
            let inspection = inspect(&loaded.recording, &loaded.options);
            map::text(&loaded.recording, &inspection)
        }
        Err(failure) => match failure.map_lines() {
            Some(lines) => lines.to_owned(),
            None => return Err(failure),
        },
    };
    match arguments.write_map.as_ref().and_then(Option::as_deref) {
        Some(map) => output::write_new(map, &text)?,
        None => output::print(&text)?,
    }
    Ok(Done::All)
}

/// One line per recording.
fn many(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let analysis = &arguments.analysis;
    let options = Options {
        settings: analysis.settings()?,
        subject: analysis.subject.clone(),
        ..Options::default()
    };
    let read_options = analysis.read_options()?;
    let discovery = discover(&arguments.paths, None, &read_options.map)?;
    let found = discovery.found;
    if found.is_empty() {
        return Err(StudyError::nothing_found(&arguments.paths, discovery.skipped).into());
    }
    let look = |file: &Found| -> Result<Inspection, String> {
        guarded(|| {
            let recording = read::open(&file.path, &read_options).map_err(|mut e| {
                e.file.clear();
                e.to_string()
            })?;
            Ok(inspect(&recording, &options))
        })
    };
    let seen: Vec<(String, Result<Inspection, String>)> = found
        .par_iter()
        .map(|file| (file.recording.clone(), look(file)))
        .collect();
    if arguments.json {
        let list: Vec<_> = seen.iter().map(as_json).collect::<Result<_, _>>()?;
        output::print(&(serde_json::to_string_pretty(&list)? + "\n"))?;
    } else if !quiet {
        output::print(&list::many(&seen))?;
    }
    let failed = seen.iter().any(|(_, result)| result.is_err());
    Ok(if failed { Done::SomeFailed } else { Done::All })
}

fn as_json(
    (name, result): &(String, Result<Inspection, String>),
) -> serde_json::Result<serde_json::Value> {
    let mut value = match result {
        Ok(inspection) => serde_json::to_value(inspection)?,
        Err(reason) => json!({"status": "failed", "reason": reason}),
    };
    if let Some(object) = value.as_object_mut() {
        object.insert("recording".into(), name.as_str().into());
    }
    Ok(value)
}
