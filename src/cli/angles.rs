//! `hipdrop angles`: angles frame by frame.

use super::common::AnalysisOptions;
use super::output::{Done, Failure, check_target, write_table};
use super::style::plain;
use crate::analysis::{self, Processing};
use crate::recording::{Kind, Sequence};
use crate::study::tables::angles::{self, Frames};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:\n  hipdrop angles walk.c3d -o angles.csv --sequence pig --raw";

/// Pelvis, trunk, hip and knee angles of every frame, as CSV; the orientation of every inertial sensor.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Recording; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write to a file instead of standard output.
    #[arg(short, long = "out", value_name = "CSV")]
    out: Option<PathBuf>,
    /// `rot` = rotation–obliquity–tilt (obliquity against the horizontal); `pig` = the columns,
    /// names and signs of Plug-in Gait.
    #[arg(long, default_value = "rot", value_parser = sequences())]
    sequence: Sequence,
    /// No filter, no gap filling.
    #[arg(long)]
    raw: bool,
    /// JSON instead of CSV.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

fn sequences() -> impl TypedValueParser<Value = Sequence> {
    PossibleValuesParser::new(["rot", "pig"]).map(|name| match name.as_str() {
        "pig" => Sequence::TiltObliquityRotation,
        _ => Sequence::RotationObliquityTilt,
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let out = arguments.out.as_deref();
    check_target(out, &arguments.analysis.inputs(&arguments.file))?;
    let loaded = arguments.analysis.load(&arguments.file)?;
    let processing = match arguments.raw {
        true => Processing::Raw,
        false => Processing::Filtered,
    };
    let frames = Frames {
        first: loaded.recording.first_frame,
        count: loaded.recording.frames,
        rate_hz: loaded.recording.rate_hz,
    };
    if arguments.sequence == Sequence::TiltObliquityRotation {
        let columns = loaded.run(|r, options| analysis::plug_in_gait(r, options, processing))?;
        write_table(out, arguments.json, |sink| {
            angles::write_plug_in_gait(sink, &columns, frames)
        })?;
    } else if loaded.recording.kind() == Kind::Inertial {
        let found = loaded.run(|r, options| analysis::sensor_angles(r, options, processing))?;
        write_table(out, arguments.json, |sink| {
            angles::write_with_orientations(sink, &found.angles, &found.orientations, frames)
        })?;
        if !quiet {
            for words in found.calibration.words() {
                eprintln!("note: {}", plain(&words));
            }
        }
    } else {
        let series = loaded.run(|r, options| analysis::angle_series(r, options, processing))?;
        write_table(out, arguments.json, |sink| {
            angles::write(sink, &series, frames)
        })?;
    }
    Ok(Done::All)
}
