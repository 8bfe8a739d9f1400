//! `hipdrop stream`: rows as they come, one line per stride.

use super::common::AnalysisOptions;
use super::interrupt;
use super::output::{Done, Failure, check_target, missing};
use super::stream_print::{Lines, Style};
use crate::analysis;
use crate::norms::Norms;
use crate::stream::page::Page;
use crate::stream::source::{self, Source};
use crate::stream::{Engine, Recorder, Session};
use anyhow::Context;
use clap::Args;
use std::io::{self, IsTerminal};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Examples:
  my-sensors | hipdrop stream                                rows on standard input
  hipdrop stream --listen tcp://127.0.0.1:9000               rows from a program that connects
  hipdrop stream --listen udp://127.0.0.1:9000 --page 127.0.0.1:8700 --target 5
  hipdrop stream today.csv --follow --record raw.csv         a file that grows
  hipdrop stream walk.csv --speed 1 --page 127.0.0.1:8700    play a recording as it was walked";

/// Analyse rows of markers or sensors while they come: one line per stride.
///
/// The header comes first (`time_s,LASI_x_mm,…` or `time_s,pelvis_acc_x_m_s2,…`), then rows. One line
/// of JSON is printed when a stance ends (`stance`), when a stride is complete (`stride`), when
/// something is doubtful (`warning`) and at the end or Ctrl-C (`summary`). On a terminal the lines
/// are words; --json prints JSON there too.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Arguments {
    /// File with rows; `-` (and nothing) is standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Wait at the end of FILE for more.
    #[arg(long, requires = "file")]
    follow: bool,
    /// Listen for rows on this address: tcp://127.0.0.1:9000 or udp://127.0.0.1:9000.
    #[arg(long, value_name = "URL", value_parser = listen, conflicts_with_all = ["file", "speed"])]
    listen: Option<Source>,
    /// Show the strides in a browser at this address.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    page: Option<SocketAddr>,
    /// Let other machines see the page: --page may then be another address than this machine's own.
    #[arg(long, requires = "page")]
    page_anywhere: bool,
    /// Drop at which the page draws its line, degrees.
    #[arg(long, value_name = "DEG", value_parser = degrees)]
    target: Option<f64>,
    /// Keep the rows as they came in a new file.
    #[arg(long, value_name = "CSV")]
    record: Option<PathBuf>,
    /// Take the rows of FILE at this multiple of the speed at which they were recorded.
    #[arg(long, value_name = "TIMES", value_parser = positive)]
    speed: Option<f64>,
    /// JSON on a terminal too.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

fn listen(text: &str) -> Result<Source, String> {
    let wrong = || "expected tcp://ADDRESS:PORT or udp://ADDRESS:PORT".to_owned();
    let (kind, place) = text.split_once("://").ok_or_else(wrong)?;
    let place = address(place)?;
    match kind {
        "tcp" => Ok(Source::Tcp(place)),
        "udp" => Ok(Source::Udp(place)),
        _ => Err(wrong()),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| "expected an address and a port, for example 127.0.0.1:8700".into())
}

fn degrees(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(degrees) if (0.0..=45.0).contains(&degrees) => Ok(degrees),
        _ => Err("expected degrees, from 0 to 45".into()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(times) if (0.01..=1000.0).contains(&times) => Ok(times),
        _ => Err("expected a number from 0.01 to 1000; without --speed rows are taken as fast as possible".into()),
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    let source = arguments.source()?;
    let input = arguments.file.as_deref().unwrap_or(Path::new("-"));
    check_target(
        arguments.record.as_deref(),
        &arguments.analysis.inputs(input),
    )?;
    let options = analysis_options(&arguments.analysis)?;
    let target_deg = arguments
        .target
        .unwrap_or(options.settings.classify.drop_floor_deg);
    let engine = Engine::new(
        &source.to_string(),
        options,
        arguments.analysis.read_options()?,
    );
    let page = arguments.open_page(target_deg, quiet)?;
    let recorder = arguments.recorder()?;
    let reading = source::open(&source).map_err(|error| cannot_open(&source, error))?;
    if let (Some(place), false) = (reading.address, quiet) {
        eprintln!("listening on {place}; Ctrl-C ends and prints the summary");
    }
    interrupt::catch_saying("stopping (again: at once)");
    let style = Style::new(arguments.json, quiet);
    let mut lines = Lines::new(style);
    let session = Session {
        source: source.to_string(),
        engine,
        page,
        recorder,
        sink: &mut lines,
        speed: arguments.speed,
        patient: arguments.listen.is_some(),
        stopped: interrupt::asked,
    };
    let ended = session.run(&reading);
    let written = lines.finish();
    ended.map_err(Failure::recording)?;
    written?;
    Ok(Done::All)
}

/// What steers the analysis; options that are about files have no meaning here.
fn analysis_options(given: &AnalysisOptions) -> Result<analysis::Options, Failure> {
    let unfit = [
        ("--events", given.events.is_some()),
        ("--events-from", given.events_from.is_some()),
    ];
    if let Some((name, _)) = unfit.iter().find(|(_, is_given)| *is_given) {
        let message =
            format!("{name} cannot be used with stream: events are found while rows come");
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    let subjects = given.subjects_table()?;
    let row = given
        .subject
        .as_ref()
        .and_then(|name| subjects.rows.iter().find(|row| row.subject == *name));
    given.note_unmatched(&subjects, row.iter().map(|row| row.subject.as_str()));
    let (body, facts) = row.map(|r| (r.body, r.facts.clone())).unwrap_or_default();
    Ok(analysis::Options {
        settings: given.settings()?,
        subject: given.subject.clone().filter(|_| row.is_none()),
        body,
        facts,
        norms: Norms::default(),
        ..analysis::Options::default()
    })
}

fn cannot_open(source: &Source, error: io::Error) -> Failure {
    match source {
        Source::File { path, .. } => missing(path, error),
        _ => Failure::Usage(
            anyhow::Error::new(error).context(format!("{source}: cannot listen there")),
        ),
    }
}

impl Arguments {
    fn source(&self) -> Result<Source, Failure> {
        if let Some(source) = &self.listen {
            return Ok(source.clone());
        }
        let file = self.file.as_deref().filter(|path| path.as_os_str() != "-");
        match file {
            Some(path) if path.is_dir() => {
                let message = format!("{}: is a folder; give one file with rows", path.display());
                Err(Failure::Usage(anyhow::Error::msg(message)))
            }
            Some(path) => Ok(Source::File {
                path: path.to_owned(),
                follow: self.follow,
            }),
            None if io::stdin().is_terminal() => {
                let message = "standard input is the terminal: give a FILE, send rows to standard \
                               input, or listen for them with --listen tcp://127.0.0.1:9000";
                Err(Failure::Usage(anyhow::Error::msg(message)))
            }
            None => Ok(Source::Standard),
        }
    }

    fn open_page(&self, target_deg: f64, quiet: bool) -> Result<Option<Page>, Failure> {
        let Some(place) = self.page else {
            return Ok(None);
        };
        if !place.ip().is_loopback() {
            if !self.page_anywhere {
                let message = format!(
                    "--page {place}: other machines could see the page, which shows a patient's data; \
                     use 127.0.0.1, or say --page-anywhere"
                );
                return Err(Failure::Usage(anyhow::Error::msg(message)));
            }
            eprintln!(
                "warning: the page at {place} can be seen by everybody who reaches this machine; it \
                 is neither encrypted nor protected by a password"
            );
        }
        let page = Page::serve(place, target_deg)
            .with_context(|| format!("--page {place}: cannot be served there"))?;
        if !quiet {
            eprintln!("the strides are shown at http://{}/", page.address());
        }
        Ok(Some(page))
    }

    fn recorder(&self) -> Result<Option<Recorder>, Failure> {
        let Some(path) = &self.record else {
            return Ok(None);
        };
        let recorder = Recorder::create(path).with_context(|| match path.exists() {
            true => format!(
                "{}: exists already and was left alone; give another name",
                path.display()
            ),
            false => format!("{}: cannot be written", path.display()),
        })?;
        Ok(Some(recorder))
    }
}
