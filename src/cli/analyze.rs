//! `hipdrop analyze`: the main job.

mod json;
mod print;

use super::common::{AnalysisOptions, bytes};
use super::interrupt;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use super::report::PageOptions;
use crate::analysis::Status;
use crate::report;
use crate::study::shard::Shard;
use crate::study::{self, Request, STORE_NAME, Summary};
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  hipdrop analyze recordings
  hipdrop analyze recordings --subjects subjects.csv --out study --jobs 8
  hipdrop analyze walk.c3d --static standing.c3d
  hipdrop analyze --print-config > settings.toml";

/// Analyse recordings: strides, findings per limb and session, tables and report.
///
/// Folders are searched for C3D, TRC, Vicon Nexus CSV and plain CSV files; the format is recognised
/// from the content. What was analysed before and has not changed is not analysed again; the study
/// holds the recordings of this run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files and folders.
    #[arg(value_name = "PATH", required_unless_present = "print_config")]
    paths: Vec<PathBuf>,
    /// Study folder: database, tables and report.
    #[arg(short, long, value_name = "DIR", default_value = "hipdrop-out")]
    out: PathBuf,
    /// Recordings at a time [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Memory that the recordings in hand may take, such as 2GB [default: half of what is free]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_memory: Option<u64>,
    /// Only part I of N of the recordings, such as 2/20; `hipdrop merge` joins the parts.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Analyse again what has not changed.
    #[arg(long)]
    force: bool,
    /// Leave the pages out; those of an earlier run are removed when the results have changed.
    #[arg(long)]
    no_report: bool,
    #[command(flatten)]
    pages: PageOptions,
    /// Print the results as JSON.
    #[arg(long)]
    json: bool,
    /// Print every setting with unit, default and source, and stop.
    #[arg(long)]
    print_config: bool,
    /// Standing trial of the same subject, used for every recording [default: the one found in
    /// the session]
    #[arg(long = "static", value_name = "FILE", help_heading = "Analysis")]
    static_trial: Option<PathBuf>,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    if arguments.print_config {
        output::print(&arguments.analysis.settings()?.to_commented_toml())?;
        return Ok(Done::All);
    }
    let request = request(arguments)?;
    let report = arguments.out.join("report");
    interrupt::catch();
    let summary = study::run(
        &request,
        &Bar::new(quiet),
        |study, changed| match arguments.no_report {
            false => report::write(study, &report, &arguments.pages.options()),
            true if changed => {
                remove_outdated(&report, quiet);
                Ok(())
            }
            true => Ok(()),
        },
    )?;
    if !summary.one_file {
        eprintln!(
            "note: another program is reading {}: until the next run, copy it together with the \
             file that ends in -wal",
            arguments.out.join(STORE_NAME).display()
        );
    }
    if !quiet {
        let named = summary.recordings.iter().map(|row| row.subject.as_str());
        arguments.analysis.note_unmatched(&request.subjects, named);
    }
    let pages = (!arguments.no_report).then_some(report.as_path());
    show(arguments, quiet, &summary, pages)?;
    Ok(match summary.count(Status::Failed) {
        0 => Done::All,
        _ => Done::SomeFailed,
    })
}

/// Takes away the pages of an earlier run: they would show other results than the tables.
fn remove_outdated(report: &Path, quiet: bool) {
    match report::remove_report(report) {
        Ok(true) if !quiet => eprintln!(
            "note: {} showed the results of an earlier run and was removed; `hipdrop report` makes \
             it again",
            report.display()
        ),
        Ok(_) => {}
        Err(error) => eprintln!("note: the pages show the results of an earlier run: {error}"),
    }
}

fn request(arguments: &Arguments) -> Result<Request, Failure> {
    let analysis = &arguments.analysis;
    Ok(Request {
        paths: arguments.paths.clone(),
        out: arguments.out.clone(),
        settings: analysis.settings()?,
        subjects: analysis.subjects_table()?,
        static_trial: arguments.static_trial.clone(),
        events_from: analysis.events_from.clone(),
        read: analysis.read_options()?,
        subject: analysis.subject.clone(),
        jobs: arguments.jobs.map(usize::from),
        max_memory: arguments.max_memory,
        shard: arguments.shard,
        force: arguments.force,
    })
}

fn show(
    arguments: &Arguments,
    quiet: bool,
    summary: &Summary,
    pages: Option<&Path>,
) -> Result<(), Failure> {
    if quiet {
        print::failures(summary);
    } else if arguments.json {
        output::print(&json::json(summary, &arguments.out, pages)?)?;
    } else {
        output::print(&print::text(summary, &arguments.out, pages))?;
    }
    Ok(())
}
