//! A source, an engine, and where the lines go: until the source ends or the user does.

use super::engine::{Engine, StreamError};
use super::line::Line;
use super::page::Page;
use super::record::Recorder;
use super::source::{News, Reading};
use crate::recording::Warning;
use std::io;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

/// How often the user's wish to stop is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Takes lines.
pub trait Sink {
    /// Takes a line; `Ok(false)` when nobody reads any more.
    ///
    /// # Errors
    /// When it cannot be written.
    fn line(&mut self, line: &Line) -> io::Result<bool>;

    /// How often lines had to wait for their reader.
    fn waits(&self) -> u64;

    /// The header is understood.
    fn begins(&mut self, what: &str);
}

/// Why a session ended before its source.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The header cannot be understood.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The source cannot be read.
    #[error("{0}: cannot be read")]
    Source(String, #[source] io::Error),
    /// The lines cannot be written.
    #[error("the lines cannot be written")]
    Lines(#[source] io::Error),
}

/// One run.
pub struct Session<'a> {
    /// Name of the source.
    pub source: String,
    /// The engine.
    pub engine: Engine,
    /// Shows the lines in a browser.
    pub page: Option<Page>,
    /// Keeps the rows.
    pub recorder: Option<Recorder>,
    /// Takes the lines.
    pub sink: &'a mut dyn Sink,
    /// Rows are taken at this multiple of the speed at which they were recorded; `None`: as fast as
    /// they come.
    pub speed: Option<f64>,
    /// Other senders may come: one that is not understood does not end the run.
    pub patient: bool,
    /// True once the user wants to stop.
    pub stopped: fn() -> bool,
}

impl Session<'_> {
    /// Runs until the source ends, the user stops it or nobody reads the lines.
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn run(mut self, reading: &Reading) -> Result<(), SessionError> {
        let mut out = Vec::new();
        let mut pace = self.speed.map(Pace::new);
        let mut described = false;
        let mut failed = None;
        while !(self.stopped)() {
            let news = match reading.news.recv_timeout(LOOK) {
                Ok(news) => news,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            match news {
                News::Bytes(bytes) => {
                    self.record(&bytes, &mut out);
                    if !self.bytes(&bytes, &mut pace, &mut out)? {
                        return Ok(());
                    }
                }
                News::Cut => {
                    self.engine.cut(&mut out);
                    let cut = self.recorder.as_mut().map(Recorder::cut);
                    self.recorded(cut, &mut out);
                }
                News::Note(code, message) => {
                    self.engine.note(&Warning::new(code, message), &mut out)
                }
                News::End => break,
                News::Failed(error) => {
                    failed = Some(error);
                    break;
                }
            }
            if let (false, Some(what)) = (described, self.engine.described()) {
                described = true;
                self.sink.begins(&what);
            }
            if !self.deliver(&mut out)? {
                return Ok(());
            }
        }
        let finished = self.engine.finish(&mut out);
        if !self.patient {
            finished?;
        }
        if let Some(recorder) = self.recorder.take() {
            let done = recorder.finish();
            self.recorded(Some(done), &mut out);
        }
        self.deliver(&mut out)?;
        match failed {
            Some(error) => Err(SessionError::Source(self.source, error)),
            None => Ok(()),
        }
    }

    /// Hands bytes to the engine, all at once or row by row at a pace; false when nobody reads.
    fn bytes(
        &mut self,
        bytes: &[u8],
        pace: &mut Option<Pace>,
        out: &mut Vec<Line>,
    ) -> Result<bool, SessionError> {
        let Some(pace) = pace else {
            let result = self.engine.push(bytes, out);
            return match result {
                Err(error) if self.patient => {
                    self.engine.forget();
                    let message = format!("what came is not understood: {error}");
                    self.engine
                        .note(&Warning::new("not-understood", message), out);
                    Ok(true)
                }
                result => Ok(result.map(|()| true)?),
            };
        };
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            self.engine.push(line, out)?;
            if !out.is_empty() && !self.deliver(out)? {
                return Ok(false);
            }
            pace.wait(self.engine.now_s(), self.stopped);
            if (self.stopped)() {
                break;
            }
        }
        Ok(true)
    }

    fn record(&mut self, bytes: &[u8], out: &mut Vec<Line>) {
        let kept = self.recorder.as_mut().map(|r| r.push(bytes));
        self.recorded(kept, out);
    }

    /// A recording that cannot go on ends; the stream does not.
    fn recorded(&mut self, result: Option<io::Result<()>>, out: &mut Vec<Line>) {
        if let Some(Err(error)) = result {
            let name = self.recorder.take().map(|r| r.path().display().to_string());
            let name = name.unwrap_or_else(|| "the recording".into());
            let message = format!("{name}: the rows are no longer kept: {error}");
            self.engine
                .note(&Warning::new("not-recorded", message), out);
        }
    }

    /// Hands the lines on; false when nobody reads.
    fn deliver(&mut self, out: &mut Vec<Line>) -> Result<bool, SessionError> {
        let waits = self.sink.waits();
        let mut late = Vec::new();
        loop {
            for line in out.drain(..) {
                if let Some(page) = &self.page {
                    page.show(&line);
                }
                if !self.sink.line(&line).map_err(SessionError::Lines)? {
                    return Ok(false);
                }
            }
            if waits == 0 && self.sink.waits() > 0 && late.is_empty() {
                let message = "the lines are not read as fast as they come: rows wait, and a source \
                               that cannot wait loses them (they are counted as missing)";
                self.engine
                    .note(&Warning::new("slow-reader", message), &mut late);
                out.append(&mut late.clone());
                continue;
            }
            return Ok(true);
        }
    }
}

/// Plays a recording at a speed.
struct Pace {
    speed: f64,
    begun: Option<(Instant, f64)>,
}

impl Pace {
    fn new(speed: f64) -> Pace {
        Pace { speed, begun: None }
    }

    /// Waits until a time of the recording has come.
    fn wait(&mut self, now_s: Option<f64>, stopped: fn() -> bool) {
        let Some(now_s) = now_s else { return };
        let (begun, first_s) = *self.begun.get_or_insert((Instant::now(), now_s));
        let due = (now_s - first_s) / self.speed;
        // a clock that jumps is not waited for
        if !(0.0..1e7).contains(&due) {
            self.begun = None;
            return;
        }
        let due = Duration::from_secs_f64(due);
        while let Some(left) = due.checked_sub(begun.elapsed()).filter(|l| !l.is_zero()) {
            if stopped() {
                return;
            }
            thread::sleep(left.min(LOOK));
        }
    }
}
