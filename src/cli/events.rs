//! `hipdrop events`: foot strikes and foot offs.

use super::common::AnalysisOptions;
use super::output::{Done, Failure, check_target, write_table};
use super::style::plain;
use crate::analysis;
use crate::settings::EventPreference;
use crate::study::tables::events;
use clap::Args;
use std::path::PathBuf;

const EXAMPLE: &str = "Examples:
  hipdrop events walk.c3d --detect -o events.csv
  (correct events.csv by hand, then)
  hipdrop analyze walk.c3d --events-from events.csv";

/// Foot strikes and foot offs, as CSV.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Recording; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to a file instead of standard output.
    #[arg(short, long = "out", value_name = "CSV")]
    out: Option<PathBuf>,
    /// Leave the stored events out; the same as `--events detect`.
    #[arg(long, conflicts_with_all = ["events", "events_from"])]
    detect: bool,
    /// JSON instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Done, Failure> {
    let out = arguments.out.as_deref();
    check_target(out, &arguments.analysis.inputs(&arguments.file))?;
    let mut loaded = arguments.analysis.load(&arguments.file)?;
    if arguments.detect {
        loaded.options.settings.events.source = EventPreference::Detect;
    }
    let (found, warnings) = loaded.run(analysis::gait_events)?;
    for warning in warnings {
        eprintln!("note: {}", plain(&warning.message));
    }
    if found.is_empty() {
        eprintln!("note: no foot strikes or foot offs were found");
    }
    write_table(out, arguments.json, |sink| {
        events::write(sink, &found, loaded.recording.rate_hz)
    })?;
    Ok(Done::All)
}
