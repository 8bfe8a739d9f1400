//! Options of the commands that make a study, and what is the same in them.

use super::common::{AnalysisOptions, DeIdentify, bytes};
use super::output::Failure;
use super::report::PageOptions;
use crate::norms::Norms;
use crate::report;
use crate::study::rows::StudyData;
use crate::study::{Request, STORE_NAME, Summary};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a study goes and how it is made.
#[derive(Debug, Clone, Args)]
pub struct RunOptions {
    /// Study folder: database, tables and report.
    #[arg(short, long, value_name = "DIR", default_value = "hipdrop-out")]
    pub out: PathBuf,
    /// Recordings at a time [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Memory that the recordings in hand may take, such as 2GB [default: half of what is free]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_memory: Option<u64>,
    /// Leave the pages out; those of an earlier run are removed when the results have changed.
    #[arg(long)]
    pub no_report: bool,
    #[command(flatten)]
    pages: PageOptions,
    #[command(flatten)]
    pub de_identify: DeIdentify,
    /// Standing trial of the same subject, used for every recording; of markers or of sensors
    /// [default: the one of markers found in the session]
    #[arg(long = "static", value_name = "FILE", help_heading = "Analysis")]
    static_trial: Option<PathBuf>,
    /// Norm table of one's own, used before the built-in norms (see `hipdrop norms`).
    #[arg(long, value_name = "FILE", help_heading = "Analysis")]
    norms: Option<PathBuf>,
    #[command(flatten)]
    pub analysis: AnalysisOptions,
}

impl RunOptions {
    /// What is to be done about `paths`.
    pub fn request(&self, paths: &[PathBuf]) -> Result<Request, Failure> {
        Ok(Request {
            paths: paths.to_vec(),
            out: self.out.clone(),
            settings: self.analysis.settings()?,
            norms: match &self.norms {
                Some(path) => super::norms::read(path)?,
                None => Norms::default(),
            },
            subjects: self.analysis.subjects_table()?,
            static_trial: self.static_trial.clone(),
            events_from: self.analysis.events_from.clone(),
            read: self.analysis.read_options()?,
            subject: self.analysis.subject.clone(),
            jobs: self.jobs.map(usize::from),
            max_memory: self.max_memory,
            pseudonyms: self.de_identify.pseudonyms(&[&self.out])?.map(Arc::new),
            ..Request::default()
        })
    }

    /// Folder of the pages.
    pub fn report(&self) -> PathBuf {
        self.out.join("report")
    }

    /// Writes the pages, or takes outdated ones away.
    pub fn pages(&self, study: &dyn StudyData, changed: bool, quiet: bool) -> anyhow::Result<()> {
        if !self.no_report {
            return report::write(study, &self.report(), &self.pages.options());
        }
        if changed {
            remove_outdated(&self.report(), quiet);
        }
        Ok(())
    }

    /// Says what the user must know about a study that is not one file.
    pub fn note_journal(&self, summary: &Summary) {
        if !summary.one_file {
            eprintln!(
                "note: another program is reading {}: until the next run, copy it together with \
                 the file that ends in -wal",
                self.out.join(STORE_NAME).display()
            );
        }
    }
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
