//! Which files a study is made of.
//!
//! In: files and folders as the user gave them. Out: recordings in a fixed order, each with its
//! name (relative to the given folder, `/` between folders) and the folders it lies in.

use super::StudyError;
use crate::read;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Bytes that decide whether a file looks like a recording.
const SNIFF_BYTES: u64 = 4096;

/// Folders deeper than this are not searched.
const DEPTH_MAX: usize = 64;

/// One file to analyse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Name in the tables: path relative to the given folder, with `/`.
    pub recording: String,
    /// Name of the folder that holds everything that was given.
    pub root: String,
    /// Folders between that folder and the file, outermost first.
    pub folders: Vec<String>,
    /// Folders above that folder, outermost first: they name subjects only where the user has
    /// listed the names.
    pub above: Vec<String>,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Recordings, sorted by name.
    pub found: Vec<Found>,
    /// Files that do not look like recordings.
    pub skipped: usize,
}

/// Finds the recordings among `paths`: files that were named are always taken, folders are
/// searched for files that look like recordings. Hidden files, study folders and `output` are left
/// out; links are followed, loops of links are survived.
pub fn discover(paths: &[PathBuf], output: Option<&Path>) -> Result<Discovery, StudyError> {
    let mut search = Search {
        output: output.and_then(|p| fs::canonicalize(p).ok()),
        ..Search::default()
    };
    let mut given: Vec<Given> = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|error| StudyError::NoSuchPath {
            path: path.clone(),
            error,
        })?;
        if kind.is_dir() {
            search.visited.clear();
            given.push(Given {
                typed: typed_name(path),
                is_file: false,
                base: fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
                found: search.folder(path),
            });
        } else {
            given.push(named_file(path));
        }
    }
    place_in_folders(&mut given);
    Ok(Discovery {
        found: with_unique_names(given),
        skipped: search.skipped,
    })
}

/// What one given path holds.
struct Given {
    /// The path as typed.
    typed: String,
    /// A file that was named, not a folder.
    is_file: bool,
    /// The folder (of a file: the one it lies in), canonical.
    base: PathBuf,
    /// Its recordings; their folders count from it.
    found: Vec<Found>,
}

/// A file that the user named.
fn named_file(path: &Path) -> Given {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    Given {
        typed: typed_name(path),
        is_file: true,
        base: whole.parent().map(Path::to_owned).unwrap_or_default(),
        found: vec![Found {
            path: path.to_owned(),
            recording: name.to_string_lossy().into_owned(),
            root: String::new(),
            folders: Vec::new(),
            above: Vec::new(),
        }],
    }
}

/// Counts the folders of every recording from the deepest folder that holds everything that was
/// given: the recordings of `P01/pre` and `P02/pre` must not look like those of one folder `pre`.
fn place_in_folders(given: &mut [Given]) {
    let bases: Vec<Vec<String>> = given.iter().map(|g| parts(&g.base)).collect();
    let Some(first) = bases.first() else { return };
    let shared = (0..first.len())
        .take_while(|&i| bases.iter().all(|base| base.get(i) == first.get(i)))
        .count();
    for (given, base) in given.iter_mut().zip(&bases) {
        let (above, below) = base.split_at(shared);
        for found in &mut given.found {
            found.folders.splice(0..0, below.iter().cloned());
            if let Some((root, above)) = above.split_last() {
                found.root.clone_from(root);
                found.above = above.to_vec();
            }
        }
    }
}

/// The folders of a path.
fn parts(path: &Path) -> Vec<String> {
    path.components()
        .filter(|c| matches!(c, Component::Normal(_)))
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect()
}

/// State of a search.
#[derive(Default)]
struct Search {
    /// The output folder, canonical.
    output: Option<PathBuf>,
    /// Folders seen below the current given folder, canonical.
    visited: BTreeSet<PathBuf>,
    /// Files that do not look like recordings.
    skipped: usize,
}

impl Search {
    /// All recordings below a given folder.
    fn folder(&mut self, given: &Path) -> Vec<Found> {
        let mut found = Vec::new();
        // linked folders come last, so that a recording is named by its own place if it has one
        let mut linked = Vec::new();
        self.walk(given, &[], &mut found, &mut linked);
        while let Some((path, folders)) = linked.pop() {
            self.walk(&path, &folders, &mut found, &mut linked);
        }
        found
    }

    fn walk(
        &mut self,
        folder: &Path,
        folders: &[String],
        found: &mut Vec<Found>,
        linked: &mut Vec<(PathBuf, Vec<String>)>,
    ) {
        if folders.len() > DEPTH_MAX || !self.enter(folder, folders.is_empty()) {
            return;
        }
        for (name, path) in sorted_entries(folder) {
            let Ok(kind) = fs::metadata(&path) else {
                continue; // a link to nothing
            };
            if kind.is_dir() {
                let mut below = folders.to_vec();
                below.push(name);
                if path.is_symlink() {
                    linked.push((path, below));
                } else {
                    self.walk(&path, &below, found, linked);
                }
            } else if kind.is_file() {
                if is_candidate(&path) {
                    found.push(Found {
                        recording: relative_name(folders, &name),
                        path,
                        root: String::new(),
                        folders: folders.to_vec(),
                        above: Vec::new(),
                    });
                } else {
                    self.skipped += 1;
                }
            }
        }
    }

    /// Whether a folder is to be searched: not seen before, not a study.
    fn enter(&mut self, folder: &Path, given: bool) -> bool {
        let Ok(canonical) = fs::canonicalize(folder) else {
            return false;
        };
        if self.output.as_ref() == Some(&canonical) && !given {
            return false;
        }
        // results of an earlier run are tables, not recordings
        if folder.join(super::STORE_NAME).exists() && !given {
            return false;
        }
        self.visited.insert(canonical)
    }
}

/// Entries that are not hidden, sorted by name; none when the folder cannot be read.
fn sorted_entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut entries: Vec<(String, PathBuf)> = entries
        .flatten()
        .map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    entries.sort();
    entries
}

fn relative_name(folders: &[String], name: &str) -> String {
    let mut whole = folders.join("/");
    if !whole.is_empty() {
        whole.push('/');
    }
    whole + name
}

/// Whether a file in a searched folder is taken: its content looks like a recording, or its
/// extension belongs to motion capture alone (a damaged C3D must be named, not passed over), or it
/// cannot be read (and must be named as well).
fn is_candidate(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    if matches!(extension.as_deref(), Some("c3d" | "trc")) {
        return true;
    }
    let mut first = Vec::new();
    match fs::File::open(path).and_then(|f| f.take(SNIFF_BYTES).read_to_end(&mut first)) {
        Ok(_) => read::looks_like_recording(&first),
        Err(_) => matches!(extension.as_deref(), Some("csv" | "txt")),
    }
}

/// Sorts by name. Where two given paths hold the same name, both are named as the user typed them;
/// a file that was reached twice under one name counts once.
fn with_unique_names(given: Vec<Given>) -> Vec<Found> {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for found in given.iter().flat_map(|g| &g.found) {
        *uses.entry(found.recording.clone()).or_default() += 1;
    }
    let mut all = Vec::new();
    for given in given {
        for mut found in given.found {
            if uses[&found.recording] > 1 {
                found.recording = match given.is_file {
                    true => given.typed.clone(),
                    false => format!("{}/{}", given.typed, found.recording),
                };
            }
            all.push(found);
        }
    }
    all.sort_by(|a, b| (&a.recording, &a.path).cmp(&(&b.recording, &b.path)));
    all.dedup_by(|a, b| a.recording == b.recording && same_file(&a.path, &b.path));
    number_repeats(&mut all);
    all
}

/// Names that are not Unicode can still be equal: the second gets `#2`.
fn number_repeats(found: &mut [Found]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for f in found {
        let count = seen.entry(f.recording.clone()).or_default();
        *count += 1;
        if *count > 1 {
            f.recording = format!("{}#{count}", f.recording);
        }
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// A path as typed, without `./`, with `/` between folders.
fn typed_name(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter(|c| !matches!(c, Component::CurDir | Component::RootDir))
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: &str = "the extension alone makes it a candidate";

    fn names(discovery: &Discovery) -> Vec<&str> {
        discovery.found.iter().map(|f| &*f.recording).collect()
    }

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn recordings_are_found_in_name_order() {
        let folder = folder_with(&[
            ("b/walk.c3d", ANY),
            ("a/walk.c3d", ANY),
            ("a/notes.csv", "name,age\nx,3\n"),
            ("a/.hidden.c3d", ANY),
            ("broken.c3d", "garbage"),
            ("old-run/study.sqlite", ""),
            ("old-run/walk.c3d", ANY),
            ("out/walk.c3d", ANY),
        ]);
        let out = folder.path().join("out");
        let found = discover(&[folder.path().to_owned()], Some(&out)).unwrap();
        assert_eq!(names(&found), ["a/walk.c3d", "b/walk.c3d", "broken.c3d"]);
        assert_eq!(found.skipped, 1);
        assert_eq!(found.found[0].folders, ["a"]);
    }

    #[test]
    fn a_named_file_is_always_taken() {
        let folder = folder_with(&[("notes.txt", "nothing")]);
        let found = discover(&[folder.path().join("notes.txt")], None).unwrap();
        assert_eq!(names(&found), ["notes.txt"]);
    }

    #[test]
    fn equal_names_under_two_given_folders_stay_apart() {
        let folder = folder_with(&[("pre/w.c3d", ANY), ("post/w.c3d", ANY)]);
        let found = discover(
            &[folder.path().join("pre"), folder.path().join("post")],
            None,
        )
        .unwrap();
        let names = names(&found);
        assert_eq!(names.len(), 2);
        assert!(names[0].ends_with("post/w.c3d") && names[1].ends_with("pre/w.c3d"));
    }

    #[test]
    fn given_paths_keep_the_folders_that_tell_them_apart() {
        let folder = folder_with(&[("P1/pre/w.c3d", ANY), ("P2/pre/x/v.c3d", ANY)]);
        let at = |name: &str| folder.path().join(name);
        let folders = |paths: &[PathBuf]| -> Vec<String> {
            let found = discover(paths, None).unwrap().found;
            found.iter().map(|f| f.folders.join("/")).collect()
        };
        assert_eq!(
            folders(&[at("P1/pre"), at("P2/pre")]),
            ["P1/pre", "P2/pre/x"]
        );
        assert_eq!(
            folders(&[at("P1/pre/w.c3d"), at("P2/pre/x/v.c3d")]),
            ["P2/pre/x", "P1/pre"]
        );
        let one = discover(&[at("P1/pre/w.c3d")], None).unwrap().found;
        assert_eq!((&*one[0].root, one[0].folders.len()), ("pre", 0));
        assert_eq!(one[0].above.last().unwrap(), "P1");
    }

    #[test]
    fn the_same_file_given_twice_counts_once() {
        let folder = folder_with(&[("w.c3d", ANY)]);
        let path = folder.path().to_owned();
        let found = discover(&[path.clone(), path], None).unwrap();
        assert_eq!(found.found.len(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn loops_of_links_are_survived() {
        let folder = folder_with(&[("a/w.c3d", ANY), ("b/v.c3d", ANY)]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("b"), folder.path().join("a/0-link"))
            .unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("dangling.c3d")).unwrap();
        let found = discover(&[folder.path().to_owned()], None).unwrap();
        assert_eq!(names(&found), ["a/w.c3d", "b/v.c3d"]);
    }

    #[test]
    fn a_missing_path_is_an_error_that_names_it() {
        let error = discover(&[PathBuf::from("no/such")], None).unwrap_err();
        assert!(error.to_string().contains("no/such"), "{error}");
    }
}
