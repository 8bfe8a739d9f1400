//! `hipdrop analyze`: the main job.

mod json;
mod print;

use super::common;
use super::interrupt;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use super::run_options::RunOptions;
use crate::analysis::Status;
use crate::study::shard::Shard;
use crate::study::{self, Request, Summary};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

const EXAMPLES: &str = "Examples:
  hipdrop analyze recordings
  hipdrop analyze recordings --subjects subjects.csv --out study --jobs 8
  hipdrop analyze walk.c3d --static standing.c3d
  hipdrop analyze pelvis.csv left_shank.csv right_shank.csv --as-one walk-1
  zcat walk.c3d.gz | hipdrop analyze - --stdin-name walk.c3d
  hipdrop analyze --print-config > settings.toml";

/// Analyse recordings: strides, findings per limb and session, tables and report.
///
/// Folders are searched for C3D, TRC, Vicon Nexus CSV and plain CSV files; the format is recognised
/// from the content. What was analysed before and has not changed is not analysed again; the study
/// holds the recordings of this run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files and folders; `-` is a recording on standard input.
    #[arg(value_name = "PATH", required_unless_present = "print_config")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    run: RunOptions,
    /// Only part I of N of the recordings, such as 2/20; `hipdrop merge` joins the parts.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// The files given are the sensors of one recording, one file each, which is called NAME.
    #[arg(long, value_name = "NAME", value_parser = recording_name)]
    as_one: Option<String>,
    /// Name of the recording on standard input.
    #[arg(long, value_name = "NAME", default_value = "stdin", value_parser = recording_name)]
    stdin_name: String,
    /// Analyse again what has not changed.
    #[arg(long)]
    force: bool,
    /// Print the results as JSON.
    #[arg(long)]
    json: bool,
    /// Print every setting with unit, default and source, and stop.
    #[arg(long)]
    print_config: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let options = &arguments.run;
    if arguments.print_config {
        output::print(&options.analysis.settings()?.to_commented_toml())?;
        return Ok(Done::All);
    }
    let (piped, paths): (Vec<_>, Vec<_>) = arguments
        .paths
        .iter()
        .cloned()
        .partition(|path| path.as_os_str() == "-");
    if arguments.as_one.is_some() && (!piped.is_empty() || paths.iter().any(|p| p.is_dir())) {
        let message = "--as-one takes the files of the sensors, not folders or standard input";
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    let request = Request {
        as_one: arguments.as_one.clone(),
        shard: arguments.shard,
        force: arguments.force,
        piped: match piped.is_empty() {
            true => None,
            false => Some(standard_input(&arguments.stdin_name)?),
        },
        ..options.request(&paths)?
    };
    interrupt::catch();
    let summary = study::run(&request, &Bar::new(quiet), |study, changed| {
        options.pages(study, changed, quiet)
    })?;
    options.note_journal(&summary);
    // with pseudonyms, names of the table must not be said
    if !quiet && !options.de_identify.wanted() {
        let named = summary.recordings.iter().map(|row| row.subject.as_str());
        options.analysis.note_unmatched(&request.subjects, named);
    }
    show(arguments, quiet, &summary)?;
    Ok(match summary.count(Status::Failed) {
        0 => Done::All,
        _ => Done::SomeFailed,
    })
}

/// The recording on standard input, with its name.
fn standard_input(name: &str) -> Result<(String, Arc<Vec<u8>>), Failure> {
    let bytes = common::standard_input("standard input")?;
    Ok((name.to_owned(), Arc::new(bytes)))
}

/// A name that no folder has: those end with `/`.
fn recording_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    match name.is_empty() || name.ends_with('/') || name.contains(char::is_control) {
        false => Ok(name.to_owned()),
        true => Err("expected the name of a recording, for example walk.c3d".into()),
    }
}

fn show(arguments: &Arguments, quiet: bool, summary: &Summary) -> Result<(), Failure> {
    let (out, report) = (&arguments.run.out, arguments.run.report());
    let pages = (!arguments.run.no_report).then_some(report.as_path());
    if quiet {
        print::failures(summary);
    } else if arguments.json {
        output::print(&json::json(summary, out, pages)?)?;
    } else {
        output::print(&print::text(summary, out, pages))?;
    }
    Ok(())
}
