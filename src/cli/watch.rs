//! `hipdrop watch`: recordings as they arrive in a lab's export folder.

use super::interrupt;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use super::report::index;
use super::run_options::RunOptions;
use super::style::{counted, plain};
use crate::study::rows::{RecordingRow, StudyData};
use crate::study::watch::{Watcher, watch};
use crate::study::{Progress, Summary, WatchRequest};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

const EXAMPLE: &str = "Example:
  hipdrop watch /mnt/lab/export --out study --subjects subjects.csv";

/// Analyse recordings as they arrive in a folder, until Ctrl-C.
///
/// The folder is looked at again and again (network shares do not tell of changes). A recording is
/// analysed once its size and time have not changed for a while; tables and pages are written anew
/// after every arrival. As with `analyze`, the study holds what is in the folder: recordings that
/// are taken away leave it, as long as any are there.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Folders that recordings arrive in.
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Seconds without a change after which a recording counts as complete.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    settle: Duration,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    interval: Duration,
    #[command(flatten)]
    run: RunOptions,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.05..=86_400.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds, from 0.05 to 86400".into()),
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let request = WatchRequest {
        run: arguments.run.request(&arguments.folders)?,
        settle: arguments.settle,
        interval: arguments.interval,
    };
    interrupt::catch();
    let teller = Teller {
        options: &arguments.run,
        quiet,
        known: Mutex::new(BTreeMap::new()),
    };
    if !quiet {
        output::line(&format!(
            "Watching {}; Ctrl-C ends",
            plain(&names(&arguments.folders))
        ))?;
    }
    watch(&request, &teller)?;
    Ok(Done::All)
}

fn names(folders: &[PathBuf]) -> String {
    let names: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
    names.join(", ")
}

/// Says on the terminal what happens.
struct Teller<'a> {
    options: &'a RunOptions,
    quiet: bool,
    /// What was said of every recording.
    known: Mutex<BTreeMap<String, String>>,
}

impl Watcher for Teller<'_> {
    fn progress(&self) -> Box<dyn Progress> {
        Box::new(Bar::new(self.quiet))
    }

    fn pages(&self, study: &dyn StudyData, changed: bool) -> anyhow::Result<()> {
        self.options.pages(study, changed, self.quiet)
    }

    fn stopped(&self) -> bool {
        interrupt::asked()
    }

    fn round(&self, summary: &Summary) -> anyhow::Result<()> {
        self.options.note_journal(summary);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now: BTreeMap<String, String> = summary
            .recordings
            .iter()
            .map(|row| (row.recording.clone(), said(row)))
            .collect();
        let news = now
            .iter()
            .filter(|&(name, said)| known.get(name) != Some(said));
        let mut text: String = news
            .map(|(name, said)| format!("{}: {said}\n", plain(name)))
            .collect();
        text.push_str(&totals(summary, self.options));
        *known = now;
        match self.quiet {
            true => Ok(()),
            false => Ok(output::print(&text)?),
        }
    }

    fn trouble(&self, problem: &str) {
        eprintln!("{problem}");
    }
}

/// One recording in a line.
fn said(row: &RecordingRow) -> String {
    let more = match row.finding.is_empty() {
        true => &row.reason,
        false => &row.finding,
    };
    match more.is_empty() {
        true => row.status.name().to_owned(),
        false => format!("{}. {}", row.status.name(), plain(more)),
    }
}

fn totals(summary: &Summary, options: &RunOptions) -> String {
    let removed = match summary.removed {
        0 => String::new(),
        gone => format!(", {gone} removed"),
    };
    let place = match options.no_report {
        true => options.out.join("*.csv").display().to_string(),
        false => index(&options.report()),
    };
    format!(
        "— {} ({} new{removed}), {}: {place}\n",
        counted(summary.recordings.len(), "recording"),
        summary.analysed_now,
        counted(summary.sessions.len() / 2, "session"),
    )
}
