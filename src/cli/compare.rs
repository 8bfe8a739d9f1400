//! `hipdrop compare`: what has changed between two sessions of one person.

use super::common::DeIdentify;
use super::output::{self, Done, Failure};
use super::report::Words;
use crate::report::{self, Comparison};
use crate::study::pseudonyms::DeIdentified;
use crate::study::tables::{Cell, Sink};
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
    /// Also write the changes as a CSV table.
    #[arg(short, long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    words: Words,
    #[command(flatten)]
    de_identify: DeIdentify,
}

/// Columns of the table of `--out`.
const COLUMNS: &[&str] = &[
    "subject",
    "session_before",
    "session_after",
    "side",
    "metric",
    "before_deg",
    "after_deg",
    "change_deg",
    "low_deg",
    "high_deg",
    "mdc_deg",
    "verdict",
];

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let out = arguments.out.as_deref();
    output::check_target(out, &[])?;
    let store = super::report::open(&arguments.study, quiet)?;
    let key = arguments.de_identify.pseudonyms(&[&arguments.study])?;
    let language = &arguments.words.language;
    let (subject, found) = match &key {
        Some(key) => {
            let view = DeIdentified::new(&store, key)?;
            let subject = view.subject_of(&arguments.subject);
            let sessions = arguments.sessions.iter().map(|name| view.session_of(name));
            let sessions: Vec<String> = sessions.collect();
            let found = report::compare(&view, &subject, &sessions, language)?;
            (subject, found)
        }
        None => {
            let (subject, sessions) = (&arguments.subject, &arguments.sessions);
            let found = report::compare(&store, subject, sessions, language)?;
            (subject.clone(), found)
        }
    };
    if out.is_some() {
        output::write_table(out, false, |sink| rows(sink, &subject, &found))?;
    }
    if !quiet {
        output::print(&found.text)?;
    }
    Ok(Done::All)
}

fn rows(sink: &mut dyn Sink, subject: &str, found: &Comparison) -> anyhow::Result<()> {
    sink.header(COLUMNS)?;
    for (side, change) in &found.changes {
        let mut cells = vec![Cell::text(subject)];
        cells.extend(found.sessions.iter().map(Cell::text));
        cells.extend([Cell::Word(side.name()), Cell::Word(change.metric)]);
        let numbers = [
            change.before,
            change.after,
            change.difference,
            change.low,
            change.high,
            change.mdc,
        ];
        cells.extend(numbers.map(Cell::number));
        cells.push(Cell::Word(change.verdict.name()));
        sink.row(&cells)?;
    }
    Ok(())
}
