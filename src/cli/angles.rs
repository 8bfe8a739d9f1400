//! `hipdrop angles`: angles frame by frame.

use super::common::AnalysisOptions;
use super::output::{Done, Failure, write_table};
use crate::analysis;
use crate::study::tables::angles::{self, Frames};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:\n  hipdrop angles walk.c3d -o angles.csv --sequence pig --raw";

/// Pelvis, trunk, hip and knee angles of every frame, as CSV.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Recording.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to a file instead of standard output.
    #[arg(short, long = "out", value_name = "CSV")]
    out: Option<PathBuf>,
    /// `rot` = rotation–obliquity–tilt (obliquity against the horizontal); `pig` = the columns,
    /// names and signs of Plug-in Gait.
    #[arg(long, default_value = "rot", value_parser = sequences())]
    sequence: bool,
    /// No filter, no gap filling.
    #[arg(long)]
    raw: bool,
    /// JSON instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// True = Plug-in Gait.
fn sequences() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["rot", "pig"]).map(|name| name == "pig")
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Done, Failure> {
    let mut loaded = arguments.analysis.load(&arguments.file)?;
    if arguments.raw {
        loaded.options.settings.signal.filter = false;
        loaded.options.settings.signal.fill_gaps = false;
    }
    let frames = Frames {
        first: loaded.recording.first_frame,
        count: loaded.recording.frames,
        rate_hz: loaded.recording.rate_hz,
    };
    let out = arguments.out.as_deref();
    if arguments.sequence {
        let columns = analysis::plug_in_gait(&loaded.recording, &loaded.options)
            .map_err(Failure::recording)?;
        write_table(out, arguments.json, |sink| {
            angles::write_degrees(sink, frames, &columns)
        })?;
    } else {
        let analysis =
            analysis::analyze(&loaded.recording, &loaded.options).map_err(Failure::recording)?;
        write_table(out, arguments.json, |sink| {
            angles::write(sink, &analysis.angles, frames)
        })?;
    }
    Ok(Done::All)
}
