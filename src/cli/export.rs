//! `hipdrop export`: the tables of a study, and files for other programs.

use super::common::{AnalysisOptions, DeIdentify};
use super::output::{Done, Failure};
use super::style::counted;
use crate::analysis::{self, Processing};
use crate::report::gcd;
use crate::study::out_folder::check_export;
use crate::study::pseudonyms::DeIdentified;
use crate::study::rows::StudyData;
use crate::study::tables::angles::Frames;
use crate::study::tables::mot;
use crate::study::whole::WholeFile;
use crate::study::{Store, StudyError, export};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Examples:
  hipdrop export hipdrop-out --to json -o tables
  hipdrop export hipdrop-out --to parquet -o tables
  hipdrop export hipdrop-out --to gcd -o curves      mean curves for gait viewers, a file per recording
  hipdrop export walk.c3d --to mot -o motion         every frame, for OpenSim";

/// Write the tables of a study, or files for other programs.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folder that `analyze` or a cluster wrote; with `--to mot` a recording, because a study keeps no frames.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Tables: csv, json, parquet. Curves for gait viewers: gcd. Angles for OpenSim: mot.
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = targets())]
    to: Target,
    /// Folder of the files [default: STUDY; of `mot` the folder of the recording]
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    de_identify: DeIdentify,
}

/// What is written.
#[derive(Debug, Clone, Copy)]
enum Target {
    Tables(export::Format),
    Gcd,
    Mot,
}

const GCD: &str = "gcd";
const MOT: &str = "mot";

fn targets() -> impl TypedValueParser<Value = Target> {
    let names = export::Format::ALL.iter().map(|format| format.extension());
    PossibleValuesParser::new(names.chain([GCD, MOT])).map(|name| match name.as_str() {
        GCD => Target::Gcd,
        MOT => Target::Mot,
        name => {
            let named = |format: &&export::Format| format.extension() == name;
            let found = export::Format::ALL.iter().find(named);
            // only names of formats get here
            Target::Tables(found.copied().unwrap_or(export::Format::Csv))
        }
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let said = match arguments.to {
        Target::Tables(format) => tables(arguments, format, quiet)?,
        Target::Gcd => curves(arguments, quiet)?,
        Target::Mot => motion(arguments)?,
    };
    if !quiet {
        super::output::line(&said)?;
    }
    Ok(Done::All)
}

/// Folder of the files of a study.
fn folder(arguments: &Arguments) -> PathBuf {
    match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.study.is_dir() => arguments.study.clone(),
        None => arguments.study.with_file_name(""),
    }
}

fn tables(arguments: &Arguments, format: export::Format, quiet: bool) -> Result<String, Failure> {
    let out = folder(arguments);
    let store = super::report::open(&arguments.study, quiet)?;
    check_export(export::table_files(&out, format))?;
    named(arguments, &store, &out, |study| {
        Ok(export::write_tables(study, &out, format).map(|_| ())?)
    })?;
    let tables = out.join(format!("*.{}", format.extension()));
    Ok(format!("Tables  {}", tables.display()))
}

fn curves(arguments: &Arguments, quiet: bool) -> Result<String, Failure> {
    let out = folder(arguments);
    let store = super::report::open(&arguments.study, quiet)?;
    let mut written = 0;
    named(arguments, &store, &out, |study| {
        for row in study.recordings()? {
            if let Some(text) = gcd::gcd(&study.strides(&row.recording)?) {
                let path = out.join(gcd::file_name(&row.recording));
                write(&path, |file| file.write_all(text.as_bytes()))?;
                written += 1;
            }
        }
        Ok(())
    })?;
    Ok(format!(
        "Curves  {} in {}",
        counted(written, "file"),
        out.display()
    ))
}

/// Hands the study over under the names that were asked for.
fn named(
    arguments: &Arguments,
    store: &Store,
    out: &Path,
    work: impl FnOnce(&dyn StudyData) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let key = arguments.de_identify.pseudonyms(&[out, &arguments.study])?;
    match key {
        Some(key) => work(&DeIdentified::new(store, &key)?),
        None => work(store),
    }
}

fn motion(arguments: &Arguments) -> Result<String, Failure> {
    if arguments.de_identify.wanted() {
        let message = "--de-identify: pseudonyms are those of a study; --to mot takes a recording";
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    let recording = &arguments.study;
    let loaded = AnalysisOptions::default().load(recording)?;
    let series =
        loaded.run(|r, options| analysis::angle_series(r, options, Processing::Filtered))?;
    let mut name = recording.file_name().unwrap_or_default().to_owned();
    name.push(".mot");
    let folder = arguments.out.clone();
    let path = folder
        .unwrap_or_else(|| recording.with_file_name(""))
        .join(name);
    let frames = Frames {
        first: loaded.recording.first_frame,
        count: loaded.recording.frames,
        rate_hz: loaded.recording.rate_hz,
    };
    let title = &loaded.recording.name;
    write(&path, |file| mot::write(file, title, &series, frames))?;
    Ok(format!("Motion  {}", path.display()))
}

/// Writes a file whole or not at all.
fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let written = || {
        let mut file = WholeFile::create(path)?;
        fill(&mut file)?;
        file.finish()
    };
    written().map_err(|error| {
        let path = path.to_owned();
        StudyError::Output { path, error }.into()
    })
}
