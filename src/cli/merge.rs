//! `hipdrop merge`: the parts of an archive that several jobs have analysed.

use super::interrupt;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use super::report::PageOptions;
use super::style::counted;
use crate::analysis::Status;
use crate::report;
use crate::study::merge::merge;
use clap::Args;
use std::path::PathBuf;

const EXAMPLE: &str = "Example, the jobs of a Slurm array:
  hipdrop analyze archive --shard $SLURM_ARRAY_TASK_ID/20 --out part-$SLURM_ARRAY_TASK_ID --no-report
  hipdrop merge part-* --out study";

/// Join studies that were made in parts (`analyze --shard`) into one, with its tables and pages.
///
/// The result is that of one run over all recordings: sessions are pooled again over all parts.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folders that `analyze` wrote with the same settings.
    #[arg(value_name = "STUDY", required = true)]
    studies: Vec<PathBuf>,
    /// Study folder of the result; a study that is there is replaced.
    #[arg(short, long, value_name = "DIR", default_value = "hipdrop-out")]
    out: PathBuf,
    /// Leave the pages out.
    #[arg(long)]
    no_report: bool,
    #[command(flatten)]
    pages: PageOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let whole = |path: &PathBuf| std::fs::canonicalize(path).ok();
    let out = whole(&arguments.out);
    if out.is_some() && arguments.studies.iter().any(|study| whole(study) == out) {
        let message = format!(
            "{}: is one of the studies to join; choose another --out",
            arguments.out.display()
        );
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    interrupt::catch();
    let pages = arguments.out.join("report");
    let (summary, missing) = merge(
        &arguments.studies,
        &arguments.out,
        &Bar::new(quiet),
        |study| match arguments.no_report {
            true => Ok(()),
            false => report::write(study, &pages, &arguments.pages.options()),
        },
    )?;
    for shard in &missing {
        eprintln!(
            "warning: part {}/{} is not among the studies",
            shard.number, shard.of
        );
    }
    if !quiet {
        output::line(&format!(
            "Study   {}: {} of {}",
            arguments.out.display(),
            counted(summary.recordings.len(), "recording"),
            counted(arguments.studies.len(), "part"),
        ))?;
    }
    Ok(match (summary.count(Status::Failed), missing.len()) {
        (0, 0) => Done::All,
        _ => Done::SomeFailed,
    })
}
