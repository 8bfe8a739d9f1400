//! Memory of a run: how many recordings may be in hand at the same time.
//!
//! In: a limit and the files. Out: waiting until a file fits. A file that alone is larger than the
//! limit is analysed by itself: nothing is left out.

use super::discover::Found;
use super::long;
use super::one::Steering;
use crate::read;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that the analysis of a file takes for every byte of text: 458 MB were measured for a wide
/// CSV of 116 MB (see docs/study.md).
const PER_BYTE_OF_TEXT: u64 = 5;

/// The same for tables of inertial sensors, whose angles and orientations take more than their text:
/// 1.15 kB were measured for a row of 57 bytes of one sensor (see docs/study.md).
const PER_BYTE_OF_SENSORS: u64 = 20;

/// What a long recording of sensors takes besides its longest bout: the results of all bouts, and an
/// entry for every second or two.
const PER_LONG_RECORDING: u64 = 100 << 20;

/// The same for C3D: 400 MB were measured for 56 MB of 32-bit numbers; 16-bit ones hold twice as
/// many values in a byte.
const PER_BYTE_OF_C3D: u64 = 15;

/// What every recording takes whatever its size.
const PER_RECORDING: u64 = 4 << 20;

/// Limit where the memory of the machine is not known.
const FALLBACK: u64 = 4 << 30;

/// Half of the memory that is free now, also within a container or a cluster job.
pub fn default_limit() -> u64 {
    free().map_or(FALLBACK, |bytes| bytes / 2)
}

/// Memory that is free now; `None` where the system does not say.
pub fn free() -> Option<u64> {
    let free = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| meminfo_available(&text));
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse().ok());
    [free, group].into_iter().flatten().min()
}

/// Bytes that a recording of sensors takes as a whole; `None` for others.
pub fn of_whole_sensors(path: &Path) -> Option<u64> {
    is_of_sensors(path).then(|| estimate_of_file(path))
}

/// `MemAvailable` of Linux, bytes.
fn meminfo_available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Bytes that the analysis of a recording may take; a guess that is rather too large.
pub fn estimate(found: &Found, steering: &Steering) -> u64 {
    if let Some((_, bout)) = long::text_of_bout(found, steering) {
        return bout.saturating_mul(PER_BYTE_OF_SENSORS) + PER_LONG_RECORDING;
    }
    match &found.piped {
        // of an unknown format, and perhaps packed
        Some(bytes) => (bytes.len() as u64).saturating_mul(PER_BYTE_OF_C3D) + PER_RECORDING,
        None if found.files.is_empty() => estimate_of_file(&found.path),
        None => found.files.iter().map(|file| estimate_of_file(file)).sum(),
    }
}

fn estimate_of_file(path: &Path) -> u64 {
    let size = size(path);
    let name = path.to_string_lossy().to_lowercase();
    let (size, name) = match name.strip_suffix(".gz") {
        Some(inner) => (size + unpacked_size(path).unwrap_or(size * 10), inner),
        None => (size, &*name),
    };
    let factor = match name.ends_with(".c3d") {
        true => PER_BYTE_OF_C3D,
        false if is_of_sensors(path) => PER_BYTE_OF_SENSORS,
        false => PER_BYTE_OF_TEXT,
    };
    size.saturating_mul(factor).saturating_add(PER_RECORDING)
}

/// True for a table of sensors, and for a folder with one for each sensor.
fn is_of_sensors(path: &Path) -> bool {
    // a pipe would wait for its other end
    path.is_dir() || path.is_file() && read::holds_sensors(&read::Source::File(path))
}

/// Bytes of a file, or of all files of a folder that is one recording.
fn size(path: &Path) -> u64 {
    match fs::read_dir(path) {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| entry.metadata().ok())
            .map(|kind| kind.len())
            .sum(),
        Err(_) => fs::metadata(path).map_or(0, |kind| kind.len()),
    }
}

/// The size that a gzip file gives at its end (RFC 1952, section 2.3.1; modulo 4 GiB).
fn unpacked_size(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-4)).ok()?;
    let mut size = [0; 4];
    file.read_exact(&mut size).ok()?;
    Some(u64::from(u32::from_le_bytes(size)))
}

/// The memory that recordings in hand share.
pub struct Budget {
    limit: u64,
    taken: Mutex<u64>,
    given_back: Condvar,
}

/// A part of the budget; given back when dropped.
pub struct Share<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    /// A budget of `limit` bytes.
    pub fn new(limit: u64) -> Budget {
        Budget {
            limit,
            taken: Mutex::new(0),
            given_back: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free; more than the limit waits until everything is.
    ///
    /// Must not be called by a thread that may work for the holder of a share.
    pub fn take(&self, bytes: u64) -> Share<'_> {
        let bytes = bytes.min(self.limit);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = self
            .given_back
            .wait_while(taken, |taken| *taken > 0 && *taken + bytes > self.limit)
            .unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Share {
            budget: self,
            bytes,
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let taken = self.budget.taken.lock();
        *taken.unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.budget.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn shares_never_exceed_the_limit_and_all_get_one() {
        let budget = Budget::new(100);
        let (now, most, done) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..6 {
                let (budget, now, most, done) = (&budget, &now, &most, &done);
                scope.spawn(move || {
                    for i in 0..30 {
                        // some larger than the limit
                        let bytes = (thread * 31 + i * 17) % 130;
                        let share = budget.take(bytes);
                        let sum = now.fetch_add(share.bytes, Ordering::SeqCst) + share.bytes;
                        most.fetch_max(sum, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(share.bytes, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(done.into_inner(), 180);
    }

    #[test]
    fn a_recording_is_estimated_by_what_it_unpacks_to() {
        use std::io::Write;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("w.csv"), vec![b'1'; 1_000_000]).unwrap();
        let packed = File::create(path("w.csv.gz")).unwrap();
        let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        packed.write_all(&vec![b'1'; 1_000_000]).unwrap();
        packed.finish().unwrap();
        let plain = estimate_of_file(&path("w.csv"));
        assert_eq!(plain, 5_000_000 + PER_RECORDING);
        assert!((plain..plain + 100_000).contains(&estimate_of_file(&path("w.csv.gz"))));
        assert_eq!(estimate_of_file(&path("none.c3d")), PER_RECORDING);
    }

    #[test]
    fn free_memory_is_read_and_the_limit_is_sane() {
        let text = "MemTotal: 5 kB\nMemAvailable:   22448640 kB\n";
        assert_eq!(meminfo_available(text), Some(22_448_640 * 1024));
        assert_eq!(meminfo_available("MemFree: 1 kB"), None);
        assert!(default_limit() > 1 << 20);
    }
}
