//! Bytes that are read as often as needed, without holding them.

use super::{ReadError, gzip};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Where the bytes of a recording are.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A file, packed with gzip or not.
    File(&'a Path),
    /// Bytes in memory, packed or not.
    Bytes(&'a [u8]),
}

/// Bytes read from the operating system at a time.
const BUFFER: usize = 1 << 18;

impl<'a> Source<'a> {
    /// The bytes as they are.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn raw(&self) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match *self {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Bytes(bytes) => Box::new(bytes),
        })
    }

    /// The bytes unpacked. What grows more than recordings do ends with an error.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn text(&self) -> io::Result<Box<dyn Read + 'a>> {
        let mut first = Vec::new();
        self.raw()?.take(2).read_to_end(&mut first)?;
        if !gzip::recognises(&first) {
            return self.raw();
        }
        let packed = BufReader::with_capacity(BUFFER, self.raw()?);
        Ok(Box::new(Limited {
            inner: MultiGzDecoder::new(packed),
            left: self.text_bytes_max()?,
        }))
    }

    /// More unpacked bytes than this there are not.
    ///
    /// # Errors
    /// When the file cannot be looked at.
    pub fn text_bytes_max(&self) -> io::Result<u64> {
        let mut first = Vec::new();
        self.raw()?.take(2).read_to_end(&mut first)?;
        let bytes = match self {
            Source::File(path) => std::fs::metadata(path)?.len(),
            Source::Bytes(bytes) => bytes.len() as u64,
        };
        Ok(match gzip::recognises(&first) {
            true => gzip::unpacked_max(bytes),
            false => bytes,
        })
    }
}

/// What is unpacked, up to a limit.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("it unpacks to far more than its size"))?;
        Ok(read)
    }
}

/// A file that could be read before and cannot any more.
pub(super) fn unreadable(error: io::Error) -> ReadError {
    ReadError::new("", format!("cannot be read ({error})"))
        .advice("check that the file exists and may be read, and that it was copied whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_and_unpacked_text_is_the_same_and_bombs_end() {
        let all = |bytes: &[u8]| -> io::Result<Vec<u8>> {
            let mut text = Vec::new();
            Source::Bytes(bytes).text()?.read_to_end(&mut text)?;
            Ok(text)
        };
        let text = b"time_s,acc_x\n0,1\n".repeat(1000);
        assert_eq!(all(&text).unwrap(), text);
        assert_eq!(all(&gzip::packed(&text)).unwrap(), text);
        let packed = gzip::packed(&text);
        assert!(all(&packed[..packed.len() / 2]).is_err());
        // zeros pack to a thousandth
        let bomb = gzip::packed(&vec![b'0'; 70 << 20]);
        let error = all(&bomb).unwrap_err();
        assert!(error.to_string().contains("far more"), "{error}");
    }
}
