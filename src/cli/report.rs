//! `hipdrop report`: the pages of a study again.

use super::output::{Done, Failure};
use crate::report;
use crate::study::{self, Store};
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Example:\n  hipdrop report hipdrop-out";

/// Write the pages of a study again, without analysing anything.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folder that `analyze` wrote.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Folder of the pages [default: STUDY/report]
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let store = open(&arguments.study, quiet)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.study.is_dir() => arguments.study.join("report"),
        None => arguments.study.with_file_name("report"),
    };
    report::write(&store, &out)?;
    if !quiet {
        super::output::line(&format!("Report  {}", index(&out)))?;
    }
    Ok(Done::All)
}

/// Opens a study, and says when it is not finished.
pub fn open(path: &Path, quiet: bool) -> anyhow::Result<Store> {
    let store = study::open(path)?;
    if let Some(planned) = store.planned()?.filter(|_| !quiet) {
        eprintln!(
            "note: {} is not finished ({} of {planned} recordings): a run is going on, or one was \
             stopped and goes on with the same `hipdrop analyze`",
            path.display(),
            store.stored()?.len(),
        );
    }
    Ok(store)
}

/// The page to open first.
pub fn index(report: &Path) -> String {
    report.join("index.html").display().to_string()
}
