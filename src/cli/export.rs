//! `hipdrop export`: the tables of a study.

use super::common::DeIdentify;
use super::output::{Done, Failure};
use crate::study::export;
use crate::study::out_folder::check_export;
use crate::study::pseudonyms::DeIdentified;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

const EXAMPLE: &str = "Examples:
  hipdrop export hipdrop-out --to json -o tables
  hipdrop export hipdrop-out --to parquet -o tables";

/// Write the tables of a study.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folder that `analyze` wrote.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// File format.
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = formats())]
    to: export::Format,
    /// Folder of the tables [default: STUDY]
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    de_identify: DeIdentify,
}

fn formats() -> impl TypedValueParser<Value = export::Format> {
    let names = export::Format::ALL.iter().map(|format| format.extension());
    PossibleValuesParser::new(names).map(|name| {
        let named = |format: &&export::Format| format.extension() == name;
        let found = export::Format::ALL.iter().find(named);
        // only names of formats get here
        found.copied().unwrap_or(export::Format::Csv)
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let store = super::report::open(&arguments.study, quiet)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.study.is_dir() => arguments.study.clone(),
        None => arguments.study.with_file_name(""),
    };
    check_export(export::table_files(&out, arguments.to))?;
    match arguments
        .de_identify
        .pseudonyms(&[&out, &arguments.study])?
    {
        Some(key) => export::write_tables(&DeIdentified::new(&store, &key)?, &out, arguments.to)?,
        None => export::write_tables(&store, &out, arguments.to)?,
    };
    if !quiet {
        let tables = out.join(format!("*.{}", arguments.to.extension()));
        super::output::line(&format!("Tables  {}", tables.display()))?;
    }
    Ok(Done::All)
}
