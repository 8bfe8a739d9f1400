//! The report's folder: names of its files, and putting it in place whole or not at all.

use crate::study::whole::is_still_at;
use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// First bytes of the hash of a text, hex.
fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(5)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file name for a page about `name`: lower-case letters, digits and `-` only, and a hash of the
/// exact name, so that two names never share a page, on any file system.
pub fn page_name(name: &str) -> String {
    format!("{}.html", page_stem(name))
}

/// The same without extension.
pub fn page_stem(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if slug.len() >= 60 {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    match slug.is_empty() {
        true => short_hash(name),
        false => format!("{slug}-{}", short_hash(name)),
    }
}

/// A report being written beside its final place.
pub struct Folder {
    target: PathBuf,
    partial: PathBuf,
    done: bool,
    /// Says that `partial` is in use; `None` where folders cannot be locked.
    _lock: Option<File>,
}

/// Processes that can write one report at the same time, such as a run and `hipdrop report`.
const WRITERS_MAX: usize = 8;

/// How often a report is put in its place again when another process did so at the same time.
const PLACING_MAX: usize = 10;

/// What a report folder holds.
const ENTRIES: [&str; 5] = ["index.html", "recordings", "sessions", "compare", "pdf"];

impl Folder {
    /// Starts a report that will replace `target`. Refuses to replace what is not a report.
    pub fn create(target: &Path) -> anyhow::Result<Folder> {
        // through a symbolic link, the folder it points to is replaced, not the link
        let target = match target.canonicalize() {
            Ok(real) => real,
            Err(_) => std::path::absolute(target)
                .with_context(|| format!("no such place for a report: {}", target.display()))?,
        };
        refuse_foreign(&target)?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            bail!(
                "{} cannot be replaced by a report: name a folder inside it",
                target.display()
            );
        };
        let name = name.to_string_lossy();
        let hidden = |slot: usize| {
            parent.join(match slot {
                0 => format!(".{name}.partial"),
                more => format!(".{name}.{more}.partial"),
            })
        };
        for slot in 0..WRITERS_MAX {
            let partial = hidden(slot);
            let Some(lock) = claim(&partial)? else {
                continue;
            };
            ((slot + 1)..WRITERS_MAX).for_each(|other| remove_leftover(&hidden(other)));
            let folder = Folder {
                target,
                partial,
                done: false,
                _lock: lock,
            };
            folder.prepare()?;
            return Ok(folder);
        }
        bail!(
            "other processes are writing the report {}: wait for them",
            target.display()
        )
    }

    /// Makes the folders of the pages, and brings back the report that a killed run had moved out
    /// of the way.
    fn prepare(&self) -> anyhow::Result<()> {
        let old = self.old();
        if old.exists() && !self.target.exists() {
            fs::rename(&old, &self.target)
                .with_context(|| format!("restoring the report {}", self.target.display()))?;
        }
        remove(&old)?;
        for kind in &ENTRIES[1..] {
            let folder = self.partial.join(kind);
            remove(&folder)?;
            fs::create_dir_all(&folder)
                .with_context(|| format!("making the folder {}", folder.display()))?;
        }
        Ok(())
    }

    /// Where the previous report is while the new one takes its place.
    fn old(&self) -> PathBuf {
        self.partial.with_extension("old")
    }

    /// Writes one page or PDF, `name` relative to the report.
    pub fn page(&self, name: &str, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
        let path = self.partial.join(name);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))
    }

    /// Puts the report in its place.
    pub fn finish(mut self) -> anyhow::Result<()> {
        let old = self.old();
        // no empty folders of comparisons and PDFs (one with files cannot be removed)
        for optional in ["compare", "pdf"] {
            let _ = fs::remove_dir(self.partial.join(optional));
        }
        for attempt in 1..=PLACING_MAX {
            remove(&old)?;
            match fs::rename(&self.target, &old) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| {
                        format!("replacing the report {}", self.target.display())
                    });
                }
                _ => {}
            }
            let Err(error) = fs::rename(&self.partial, &self.target) else {
                break;
            };
            // another process may have put its report there in the meantime
            if attempt < PLACING_MAX && self.target.exists() {
                continue;
            }
            // put the previous report back; the first error is the one to tell
            let _ = fs::rename(&old, &self.target);
            return Err(error)
                .with_context(|| format!("placing the report {}", self.target.display()));
        }
        self.done = true;
        remove(&old)
    }
}

/// Makes and locks a hidden folder, the lock where folders can be locked; `None` while another
/// process writes in it.
fn claim(partial: &Path) -> anyhow::Result<Option<Option<File>>> {
    loop {
        fs::create_dir_all(partial)
            .with_context(|| format!("making the folder {}", partial.display()))?;
        let Ok(folder) = File::open(partial) else {
            return Ok(Some(None));
        };
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(_)) => return Ok(Some(None)),
            // its writer may have put it in place between opening and locking
            Ok(()) if !is_still_at(&folder, partial) => {}
            Ok(()) => return Ok(Some(Some(folder))),
        }
    }
}

/// Removes what a killed process left behind; a folder in use stays.
fn remove_leftover(partial: &Path) {
    let unused = || File::open(partial).ok()?.try_lock().ok();
    if unused().is_some() {
        // a leftover that cannot be removed harms nobody
        let _ = remove(partial);
        let _ = remove(&partial.with_extension("old"));
    }
}

/// Removes the report in `target`, where there is one; refuses what is not a report.
pub fn remove_report(target: &Path) -> anyhow::Result<bool> {
    if !target.join(ENTRIES[0]).exists() {
        return Ok(false);
    }
    refuse_foreign(target)?;
    remove(target)?;
    Ok(true)
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // already failing: nothing more can be told
            let _ = remove(&self.partial);
        }
    }
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))
}

/// What file managers leave behind in folders that were looked at.
const CLUTTER: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

fn is_clutter(name: &std::ffi::OsStr) -> bool {
    CLUTTER.iter().any(|known| name == *known)
}

/// True when the page says that hipdrop made it.
fn is_ours(page: &Path) -> anyhow::Result<bool> {
    let text = fs::read(page).with_context(|| format!("reading {}", page.display()))?;
    let head = String::from_utf8_lossy(text.get(..4096).unwrap_or(&text)).into_owned();
    Ok(head.contains("name=\"generator\" content=\"hipdrop "))
}

/// Refuses a target that holds anything but a report.
fn refuse_foreign(target: &Path) -> anyhow::Result<()> {
    if !target.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(target)
        .with_context(|| format!("{} is in the way of the report's folder", target.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if is_clutter(&name) {
            continue;
        }
        let foreign_index = name == ENTRIES[0] && !is_ours(&entry.path())?;
        if foreign_index || !ENTRIES.iter().any(|known| name == *known) {
            bail!(
                "{} holds {}, which is not part of a report: choose another folder, or empty this one",
                target.display(),
                name.to_string_lossy()
            );
        }
        if entry.file_type()?.is_dir() {
            for page in fs::read_dir(entry.path())? {
                let page = page?.path();
                let clutter = page.file_name().is_some_and(is_clutter);
                let ours = if name == "pdf" { "pdf" } else { "html" };
                if !clutter && page.extension().is_none_or(|e| e != ours) {
                    bail!(
                        "{} is not a page of a report: choose another folder, or remove it",
                        page.display()
                    );
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_names_are_safe_and_distinct() {
        let names = [
            "walk01.c3d",
            "Walk01.c3d",
            "walk01_c3d",
            "../../etc/passwd",
            "..",
            "",
            "a/b.c3d",
            "a\\b.c3d",
            "CON",
            "<script>alert(1)</script>\"'.c3d",
            "Größe/Übung 1.c3d",
            "\u{202e}cod.3dc\u{0}",
        ];
        let mut pages: Vec<String> = names.iter().map(|n| page_name(n)).collect();
        for page in &pages {
            let stem = page.strip_suffix(".html").unwrap();
            assert!(!stem.is_empty() && !stem.starts_with('-'), "{page}");
            assert!(
                stem.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{page}"
            );
        }
        pages.sort();
        pages.dedup();
        assert_eq!(pages.len(), names.len());
        assert!(page_name(&"x".repeat(5000)).len() < 90);
    }

    #[test]
    fn a_report_replaces_a_report_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("report");
        let page = |text| format!("<meta name=\"generator\" content=\"hipdrop 1\">{text}");
        for text in ["first", "second"].map(page) {
            let text = text.as_str();
            let folder = Folder::create(&target).unwrap();
            folder.page("index.html", text).unwrap();
            folder.page("recordings/a.html", text).unwrap();
            folder.finish().unwrap();
            assert_eq!(fs::read_to_string(target.join("index.html")).unwrap(), text);
        }
        // abandoned: the old one stays and nothing else is left
        let folder = Folder::create(&target).unwrap();
        folder.page("index.html", "third").unwrap();
        drop(folder);
        assert_eq!(
            fs::read_to_string(target.join("index.html")).unwrap(),
            page("second")
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

        // killed between moving the old report away and placing the new one
        fs::rename(&target, dir.path().join(".report.old")).unwrap();
        fs::create_dir_all(dir.path().join(".report.partial/recordings/half")).unwrap();
        fs::create_dir(dir.path().join(".report.3.partial")).unwrap();
        let folder = Folder::create(&target).unwrap();
        let at_the_same_time = Folder::create(&target).unwrap();
        for (folder, text) in [(folder, "fourth"), (at_the_same_time, "fifth")] {
            assert!(target.join("index.html").exists());
            folder.page("index.html", page(text)).unwrap();
            folder.finish().unwrap();
        }
        assert_eq!(
            fs::read_to_string(target.join("index.html")).unwrap(),
            page("fifth")
        );
        assert_eq!(fs::read_dir(target.join("recordings")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

        fs::write(target.join(".DS_Store"), "").unwrap();
        assert!(Folder::create(&target).is_ok());
        fs::write(target.join("notes.txt"), "mine").unwrap();
        let error = Folder::create(&target).err().unwrap().to_string();
        assert!(error.contains("notes.txt"), "{error}");
        fs::remove_file(target.join("notes.txt")).unwrap();
        fs::write(target.join("recordings/data.csv"), "mine").unwrap();
        assert!(Folder::create(&target).is_err());
        fs::remove_file(target.join("recordings/data.csv")).unwrap();
        fs::write(target.join("index.html"), "<h1>my own site</h1>").unwrap();
        assert!(Folder::create(&target).is_err());
    }
}
