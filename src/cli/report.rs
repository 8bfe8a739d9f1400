//! `hipdrop report`: the pages of a study again.

use super::common::DeIdentify;
use super::output::{Done, Failure};
use crate::report::{self, Language};
use crate::study::pseudonyms::DeIdentified;
use crate::study::{self, Store};
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Example:\n  hipdrop report hipdrop-out";

/// Write the pages of a study again, without analysing anything.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folder that `analyze` wrote.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Folder of the pages [default: STUDY/report]
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    pages: PageOptions,
    #[command(flatten)]
    de_identify: DeIdentify,
}

/// The words of pages and figures.
#[derive(Debug, Clone, Args)]
pub struct Words {
    /// Language of the report: en, de, fr, es.
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language)]
    pub language: Language,
}

/// How pages are written.
#[derive(Debug, Clone, Args)]
pub struct PageOptions {
    #[command(flatten)]
    words: Words,
    /// Also write a PDF of every recording, one or two A4 pages, into the folder `pdf` of the pages.
    #[arg(long)]
    pub pdf: bool,
}

impl PageOptions {
    /// As the report wants them.
    pub fn options(&self) -> report::Options {
        report::Options {
            language: self.words.language.clone(),
            pdf: self.pdf,
        }
    }
}

fn language(code: &str) -> Result<Language, String> {
    Language::named(code).ok_or_else(|| {
        let known: Vec<&str> = report::language_codes().collect();
        format!(
            "there is no report in this language; there is: {}",
            known.join(", ")
        )
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let store = open(&arguments.study, quiet)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None if arguments.study.is_dir() => arguments.study.join("report"),
        None => arguments.study.with_file_name("report"),
    };
    let options = arguments.pages.options();
    match arguments
        .de_identify
        .pseudonyms(&[&out, &arguments.study])?
    {
        Some(key) => report::write(&DeIdentified::new(&store, &key)?, &out, &options)?,
        None => report::write(&store, &out, &options)?,
    }
    if !quiet {
        super::output::line(&format!("Report  {}", index(&out)))?;
    }
    Ok(Done::All)
}

/// Opens a study, and says when it is not finished.
pub fn open(path: &Path, quiet: bool) -> anyhow::Result<Store> {
    let store = study::open(path)?;
    if let Some(planned) = store.planned()?.filter(|_| !quiet) {
        eprintln!(
            "note: {} is not finished ({} of {planned} recordings): a run is going on, or one was \
             stopped and goes on with the same `hipdrop analyze`",
            path.display(),
            store.stored()?.len(),
        );
    }
    Ok(store)
}

/// The page to open first.
pub fn index(report: &Path) -> String {
    report.join("index.html").display().to_string()
}
