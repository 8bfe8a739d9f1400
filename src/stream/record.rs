//! Keeps what came, byte by byte.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is lost at most when the machine stops.
const FLUSH: Duration = Duration::from_secs(1);

/// A file that grows with the stream. Unlike results it is not renamed at the end: what was recorded
/// must be there when the program is killed, and every whole line of it can be used.
pub struct Recorder {
    path: PathBuf,
    file: BufWriter<File>,
    flushed: Instant,
    /// The last byte was a line end.
    at_line_end: bool,
}

impl Recorder {
    /// A new file; one that exists is left alone.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn create(path: &Path) -> io::Result<Recorder> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        Ok(Recorder {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 16, file),
            flushed: Instant::now(),
            at_line_end: true,
        })
    }

    /// Keeps bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        if let Some(last) = bytes.last() {
            self.at_line_end = *last == b'\n';
        }
        if self.flushed.elapsed() >= FLUSH {
            self.file.flush()?;
            self.flushed = Instant::now();
        }
        Ok(())
    }

    /// The sender has gone: what comes next begins a line of its own.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn cut(&mut self) -> io::Result<()> {
        match self.at_line_end {
            true => Ok(()),
            false => self.push(b"\n"),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_kept_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let mut recorder = Recorder::create(&path).unwrap();
        recorder.push(b"a,b\n1,").unwrap();
        recorder.cut().unwrap();
        recorder.push(b"3,4\n").unwrap();
        recorder.cut().unwrap();
        recorder.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a,b\n1,\n3,4\n");
        assert!(Recorder::create(&path).is_err());
    }
}
