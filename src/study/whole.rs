//! Files that appear whole or not at all.
//!
//! In: a path and what to write. Out: the file, once everything is written; the old file, or none,
//! when anything went wrong.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Hidden name next to `path` that the bytes go to first. It is the same on every run, so that
/// what a killed run left behind is overwritten by the next one.
fn part_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.part"))
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
    // before `unfinished`, so that the file is closed before it is removed
    writer: BufWriter<File>,
    unfinished: Unfinished,
    path: PathBuf,
}

impl WholeFile {
    /// Starts writing the file that will be `path`; missing folders are made.
    pub fn create(path: &Path) -> io::Result<WholeFile> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let part = part_path(path);
        let file = File::create(&part)?;
        Ok(WholeFile {
            writer: BufWriter::with_capacity(1 << 16, file),
            unfinished: Unfinished {
                path: part,
                renamed: false,
            },
            path: path.to_owned(),
        })
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
}
