//! Files that appear whole or not at all.
//!
//! In: a path and what to write. Out: the file, once everything is written; the old file, or none,
//! when anything went wrong.
//!
//! The bytes go to a hidden name beside the file first, which is locked while it is written. Two
//! processes that write the same file take different hidden names, and the last to finish wins;
//! a hidden file that nobody has locked was left behind by a killed process and is taken over.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Processes that can write one file at the same time.
const WRITERS_MAX: usize = 8;

/// The hidden name that writer `slot` of `path` uses.
fn part_path(path: &Path, slot: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(match slot {
        0 => format!(".{name}.part"),
        more => format!(".{name}.{more}.part"),
    })
}

/// Opens and locks a hidden file; `None` while another process writes it.
fn claim(part: &Path) -> io::Result<Option<File>> {
    loop {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(part)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // its writer may have renamed it between opening and locking: it is a result then
            Ok(()) if !is_still_at(&file, part) => continue,
            // where files cannot be locked, writers cannot know of each other
            Ok(()) | Err(TryLockError::Error(_)) => {
                file.set_len(0)?;
                return Ok(Some(file));
            }
        }
    }
}

/// Whether `path` still names the file or folder that was opened there.
#[cfg(unix)]
pub fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(opened), Ok(there)) => (opened.dev(), opened.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere what is open cannot be renamed by others.
#[cfg(not(unix))]
pub fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// Removes what killed writers of `path` left behind; hidden files in use stay.
pub fn remove_leftovers(path: &Path) {
    remove_parts(path, 0);
}

fn remove_parts(path: &Path, first_slot: usize) {
    for slot in first_slot..WRITERS_MAX {
        let part = part_path(path, slot);
        let unused = || {
            let file = File::open(&part).ok()?;
            file.try_lock().ok().filter(|()| is_still_at(&file, &part))
        };
        if part.exists() && unused().is_some() {
            // a leftover that cannot be removed harms nobody
            let _ = fs::remove_file(&part);
        }
    }
}

/// Removes the unfinished file unless it was renamed, also when the writer panics.
struct Unfinished {
    path: PathBuf,
    renamed: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.renamed {
            // the write has failed already; a file that cannot be removed either adds nothing
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file being written under its hidden name; [`WholeFile::finish`] gives it its real name.
pub struct WholeFile {
    // before the file is closed: its lock says that the hidden name is in use
    unfinished: Unfinished,
    writer: BufWriter<File>,
    path: PathBuf,
}

impl WholeFile {
    /// Starts writing the file that will be `path`; missing folders are made.
    pub fn create(path: &Path) -> io::Result<WholeFile> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        for slot in 0..WRITERS_MAX {
            let part = part_path(path, slot);
            let Some(file) = claim(&part)? else { continue };
            remove_parts(path, slot + 1);
            return Ok(WholeFile {
                unfinished: Unfinished {
                    path: part,
                    renamed: false,
                },
                writer: BufWriter::with_capacity(1 << 16, file),
                path: path.to_owned(),
            });
        }
        Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            "other processes are writing it; wait for them",
        ))
    }

    /// Writes what is buffered and renames the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()?;
        fs::rename(&self.unfinished.path, &self.path)?;
        self.unfinished.renamed = true;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Writes `bytes` as `path`, whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_finished_file_stands_alone() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("new/a.csv"), b"x").unwrap();
        assert_eq!(names(&folder.path().join("new")), ["a.csv"]);
    }

    #[test]
    fn an_unfinished_file_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, b"old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn leftovers_are_taken_over_and_writers_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        for slot in [0, 1, 5] {
            fs::write(part_path(&path, slot), "half of a longer file").unwrap();
        }
        let mut first = WholeFile::create(&path).unwrap();
        assert_eq!(names(folder.path()), [".a.csv.part"]);
        let mut second = WholeFile::create(&path).unwrap();
        remove_leftovers(&path);
        assert_eq!(names(folder.path()).len(), 2, "files in use stay");
        first.write_all(b"first").unwrap();
        second.write_all(b"second").unwrap();
        second.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        first.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["a.csv"]);
        fs::write(part_path(&path, 0), "half").unwrap();
        remove_leftovers(&path);
        assert_eq!(names(folder.path()), ["a.csv"]);
    }
}
