//! `hipdrop validate`: what a label is worth.

use super::common::AnalysisOptions;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use crate::read::Map;
use crate::study::discover::discover;
use crate::validate::{self, Order};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Instant;

const EXAMPLES: &str = "Examples:
  hipdrop validate -o validation                       synthetic walkers
  hipdrop validate --recordings lab/ -o validation     and the angles and events stored in real files";

/// Measure how right the labels, angles and events are.
///
/// Makes synthetic walkers whose truth is known, analyses them, and writes a page and CSV tables:
/// labels by pattern, magnitude and condition, confusion, calibration of the probabilities, labels
/// that hang on a threshold, errors of angles and events. Prints what is demanded of the labels and
/// what was reached, and the recordings per second. Exit code 1 when a demand is not met.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folder of the report.
    #[arg(short, long = "out", value_name = "DIR", default_value = "validation")]
    out: PathBuf,
    /// Recordings that hold Plug-in Gait angles or events: agreement with them.
    #[arg(long, value_name = "DIR")]
    recordings: Option<PathBuf>,
    /// Subjects per cell of the cohort; fewer than 36 make the demands a matter of chance.
    #[arg(long, value_name = "N", default_value_t = 36, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    walkers: u64,
    /// Only the usual conditions: not how noise, rate, speed or markers change the labels.
    #[arg(long)]
    usual_only: bool,
    /// Seed of the cohort.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let order = Order {
        walkers: arguments.walkers,
        usual_only: arguments.usual_only,
        seed: arguments.seed,
        recordings: match &arguments.recordings {
            Some(folder) => files(folder)?,
            None => Vec::new(),
        },
        settings: arguments.analysis.settings()?,
    };
    let begun = Instant::now();
    let outcome = validate::run(&order, &Bar::new(quiet));
    let seconds = begun.elapsed().as_secs_f64();
    outcome.write(&arguments.out)?;
    let demands = outcome.demands();
    if !quiet {
        for demand in &demands {
            let mark = if demand.met { "ok  " } else { "FAIL" };
            let line = format!(
                "{mark}  {:56} {:>34}  {}",
                demand.what, demand.found, demand.demanded
            );
            output::line(&line)?;
        }
        for line in outcome.agreement_lines() {
            output::line(&format!("      {line}"))?;
        }
        if let Some(compared) = outcome.compared() {
            output::line(&format!("      {compared} real recordings compared"))?;
        }
        output::line(&format!(
            "{} recordings ({} failed) in {seconds:.1} s: {:.1} recordings/s",
            outcome.recordings(),
            outcome.failed(),
            outcome.recordings() as f64 / seconds
        ))?;
        let page = arguments.out.join("index.html");
        output::line(&format!("Report  {}", page.display()))?;
    }
    for (name, reason) in outcome.unreadable() {
        eprintln!(
            "note: {}: {}",
            super::style::plain(name),
            super::style::plain(reason)
        );
    }
    match demands.iter().all(|d| d.met) && outcome.failed() == 0 {
        true => Ok(Done::All),
        false => Ok(Done::SomeFailed),
    }
}

/// Every recording below a folder, with its name.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let found = discover(&[folder.to_owned()], None, &Map::default())?.found;
    Ok(found.into_iter().map(|f| (f.recording, f.path)).collect())
}
