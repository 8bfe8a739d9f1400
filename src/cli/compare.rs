//! `hipdrop compare`: what has changed between two sessions of one person.

use super::output::{self, Done, Failure};
use super::report::PageOptions;
use crate::report;
use clap::Args;
use std::path::PathBuf;

const EXAMPLE: &str =
    "Example:\n  hipdrop compare hipdrop-out --subject ada --session before --session after";

/// Change between two sessions of one person against the minimal detectable change.
///
/// The pages of the study (`hipdrop report`) hold the same comparison with its diagrams.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// Study folder that `analyze` wrote.
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Whose sessions.
    #[arg(long, value_name = "ID")]
    subject: String,
    /// The two sessions, the earlier first [default: the first and the last]
    #[arg(long = "session", value_name = "NAME")]
    sessions: Vec<String>,
    #[command(flatten)]
    pages: PageOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let store = super::report::open(&arguments.study, quiet)?;
    let text = report::compare(
        &store,
        &arguments.subject,
        &arguments.sessions,
        &arguments.pages.options(),
    )?;
    output::print(&text)?;
    Ok(Done::All)
}
