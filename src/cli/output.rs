//! Where results go, and how a command ends.

use crate::read::{Map, ReadError};
use crate::study::StudyError;
use crate::study::discover::is_candidate;
use crate::study::tables::{CsvSink, JsonSink, Sink};
use crate::study::whole::WholeFile;
use anyhow::Context;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Exit code of a run that the user has stopped: 128 + SIGINT, as shells do it.
pub const STOPPED: u8 = 130;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Everything is done.
    All,
    /// Some recordings failed, the others are done.
    SomeFailed,
}

/// Why a command could not be done.
#[derive(Debug)]
pub enum Failure {
    /// The user can do something about it: exit code 2.
    Usage(anyhow::Error),
    /// The one recording that was given failed: exit code 1.
    Recording(anyhow::Error),
}

impl Failure {
    /// The recording that was given cannot be analysed.
    pub fn recording(error: impl Into<anyhow::Error>) -> Failure {
        Failure::Recording(error.into())
    }

    /// Lines of a map that would make the recording readable.
    pub fn map_lines(&self) -> Option<&str> {
        match self {
            Failure::Usage(error) | Failure::Recording(error) => map_lines(error),
        }
    }

    /// The error without its exit code.
    pub fn into_error(self) -> anyhow::Error {
        match self {
            Failure::Usage(error) | Failure::Recording(error) => error,
        }
    }

    /// Says why on standard error; gives the exit code. A reader that closed the pipe has what it
    /// wanted.
    pub fn exit(self) -> u8 {
        let (error, code) = match self {
            Failure::Usage(error) => (error, 2),
            Failure::Recording(error) => (error, 1),
        };
        if is_broken_pipe(&error) {
            return 0;
        }
        let code = error.chain().find_map(outside_code).unwrap_or(code);
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        eprintln!("error: {}", chain.join(": "));
        show_map_lines(&error);
        code
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Usage(error.into())
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        let csv = cause
            .downcast_ref::<csv::Error>()
            .and_then(|e| match e.kind() {
                csv::ErrorKind::Io(e) => Some(e),
                _ => None,
            });
        io.or(csv)
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// The exit code of what the arguments are not to blame for: the same command succeeds later.
fn outside_code(cause: &(dyn std::error::Error + 'static)) -> Option<u8> {
    match cause.downcast_ref()? {
        StudyError::Busy { .. } | StudyError::DiskFull { .. } => Some(1),
        StudyError::Output { error, .. } if error.kind() == io::ErrorKind::StorageFull => Some(1),
        StudyError::Stopped { .. } | StudyError::MergeStopped { .. } => Some(STOPPED),
        _ => None,
    }
}

/// Reads one recording that the user named.
pub fn missing(path: &Path, error: io::Error) -> Failure {
    Failure::Usage(
        StudyError::NoSuchPath {
            path: path.to_owned(),
            error,
        }
        .into(),
    )
}

/// A file that was read but is no recording.
pub fn unreadable(error: ReadError) -> Failure {
    Failure::recording(error)
}

/// Lines of a map that would make the file readable.
fn map_lines(error: &anyhow::Error) -> Option<&str> {
    let error = error.downcast_ref::<ReadError>()?;
    Some(error.map_lines.as_str()).filter(|lines| !lines.is_empty())
}

/// Lines of a map that would help, for a person, below the error.
fn show_map_lines(error: &anyhow::Error) {
    if let Some(lines) = map_lines(error) {
        eprintln!("\nThe lines of the map:\n\n{lines}");
    }
}

/// A writer to standard output that is flushed by its owner.
pub fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Refuses a file for results that was given as input, or that holds a recording: measurements
/// cannot be made again.
pub fn check_target(out: Option<&Path>, inputs: &[Option<&Path>]) -> Result<(), Failure> {
    let Some(out) = out.filter(|path| path.exists()) else {
        return Ok(());
    };
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let is_input = inputs
        .iter()
        .flatten()
        .any(|input| whole(input).is_some_and(|input| Some(input) == whole(out)));
    let problem = match is_input {
        true => "is an input of this command",
        false if out.is_file() && is_candidate(out, &Map::default()) => "holds a recording",
        false => return Ok(()),
    };
    let message = format!(
        "{}: {problem} and was left alone; give another name for the results",
        out.display()
    );
    Err(Failure::Usage(anyhow::Error::msg(message)))
}

/// Writes a table to a file (whole or not at all) or to standard output, as CSV or JSON.
pub fn write_table(
    file: Option<&Path>,
    json: bool,
    write: impl Fn(&mut dyn Sink) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    match file {
        Some(path) => {
            let output = |error| StudyError::Output {
                path: path.to_owned(),
                error,
            };
            let whole = WholeFile::create(path).map_err(output)?;
            let whole = table_into(whole, json, write)
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            Ok(whole.finish().map_err(output)?)
        }
        None => Ok(table_into(stdout(), json, write)?.flush()?),
    }
}

fn table_into<W: Write>(
    out: W,
    json: bool,
    write: impl Fn(&mut dyn Sink) -> anyhow::Result<()>,
) -> anyhow::Result<W> {
    if json {
        let mut sink = JsonSink::new(out);
        write(&mut sink)?;
        sink.into_inner()
    } else {
        let mut sink = CsvSink::new(out);
        write(&mut sink)?;
        sink.into_inner()
    }
}

/// Writes a text to a new file, whole or not at all: what a person edited is never overwritten.
pub fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let output = |error| StudyError::Output {
        path: path.to_owned(),
        error,
    };
    if path.exists() {
        let message = format!(
            "{}: exists already and was left alone; give another name",
            path.display()
        );
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    let mut whole = WholeFile::create(path).map_err(output)?;
    whole.write_all(text.as_bytes()).map_err(output)?;
    Ok(whole.finish().map_err(output)?)
}

/// Prints text to standard output.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Prints one line to standard output.
pub fn line(text: &str) -> io::Result<()> {
    print(&format!("{text}\n"))
}
