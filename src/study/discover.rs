//! Which files a study is made of.
//!
//! In: files and folders as the user gave them. Out: recordings in a fixed order, each with its
//! name (relative to the given folder, `/` between folders) and the folders it lies in.

mod naming;

use super::StudyError;
use crate::read::{self, Content, Map, ReadError};
use naming::{Given, place_in_folders, typed_name, with_unique_names};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that decide whether a file looks like a recording.
const SNIFF_BYTES: u64 = 4096;

/// Folders deeper than this are not searched.
const DEPTH_MAX: usize = 64;

/// One file to analyse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// It is a folder, whose files are the streams of its sensors.
    pub is_folder: bool,
    /// The bytes themselves, where they came through standard input instead of a file.
    pub piped: Option<Arc<Vec<u8>>>,
    /// The files of its sensors, where the user said that several files are one recording; `path` is
    /// the first.
    pub files: Vec<PathBuf>,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Recordings, sorted by name.
    pub found: Vec<Found>,
    /// Files that do not look like recordings.
    pub skipped: usize,
}

/// The names of what was found.
pub struct Names<'a> {
    recordings: BTreeSet<&'a str>,
    /// Beginnings of what lies in folders that could not be searched.
    unsearched: Vec<&'a str>,
}

impl Discovery {
    /// Adds a recording in its place.
    ///
    /// # Errors
    /// When another one has its name.
    pub fn add(&mut self, found: Found) -> Result<(), StudyError> {
        let name = |f: &Found| f.recording.cmp(&found.recording);
        match self.found.binary_search_by(name) {
            Ok(_) => Err(StudyError::NameTaken {
                name: found.recording,
            }),
            Err(place) => {
                self.found.insert(place, found);
                Ok(())
            }
        }
    }

    /// The names of what was found.
    pub fn names(&self) -> Names<'_> {
        let unsearched = self.found.iter().filter(|f| f.is_unsearched());
        Names {
            recordings: self.found.iter().map(|f| &*f.recording).collect(),
            unsearched: unsearched
                .map(|f| f.recording.trim_end_matches("./"))
                .collect(),
        }
    }
}

impl Names<'_> {
    /// Whether a recording of this name is there, or may be in a folder that could not be searched.
    pub fn contain(&self, recording: &str) -> bool {
        self.recordings.contains(recording)
            || self.unsearched.iter().any(|f| recording.starts_with(f))
    }
}

impl Found {
    /// A recording that came through standard input.
    pub fn piped(recording: String, bytes: Arc<Vec<u8>>) -> Found {
        Found {
            path: PathBuf::from("-"),
            // no folder tells who walked
            root: recording.clone(),
            recording,
            piped: Some(bytes),
            ..Found::default()
        }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn content(&self) -> Result<Content, ReadError> {
        match &self.piped {
            Some(bytes) => Ok(Content::File(bytes.to_vec())),
            None if !self.files.is_empty() => Content::of_files(&self.files),
            None => Content::of(&self.path),
        }
    }

    /// A folder that could not be searched. It stands among the recordings, with a `/` at the end
    /// of its name, so that it is reported like a recording that cannot be read.
    pub fn is_unsearched(&self) -> bool {
        self.recording.ends_with('/')
    }

    /// Why the folder could not be searched.
    pub fn why_unsearched(&self) -> String {
        let advice = "what lies in it is missing here: change its permissions, or leave it out";
        match fs::read_dir(&self.path) {
            Err(error) => format!("the folder cannot be read ({error}); {advice}"),
            Ok(_) if self.folders.len() > DEPTH_MAX => {
                format!("the folder lies more than {DEPTH_MAX} folders deep and was not searched")
            }
            Ok(_) => format!("the folder could not be read completely; {advice}"),
        }
    }
}

/// Finds the recordings among `paths`: files that were named are always taken, folders are
/// searched for files that look like recordings; a folder with one file for each sensor of a
/// recording is that recording. Hidden files, study folders and `output` are left out; links are
/// followed, loops of links are survived. Folders that cannot be searched are among what was found
/// ([`Found::is_unsearched`]).
pub fn discover(
    paths: &[PathBuf],
    output: Option<&Path>,
    map: &Map,
) -> Result<Discovery, StudyError> {
    let mut search = Search {
        map: map.clone(),
        output: output.and_then(|p| fs::canonicalize(p).ok()),
        ..Search::default()
    };
    let mut given: Vec<Given> = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|error| StudyError::NoSuchPath {
            path: path.clone(),
            error,
        })?;
        if kind.is_dir() && !is_one_recording(path) {
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

/// One recording, called `name`, from the files of its sensors; it lies where the first of them does.
///
/// # Errors
/// When one of them cannot be found.
pub fn as_one(files: &[PathBuf], name: &str) -> Result<Discovery, StudyError> {
    let mut discovery = Discovery::default();
    for file in files {
        let found = discover(std::slice::from_ref(file), None, &Map::default())?.found;
        if discovery.found.is_empty() {
            discovery.found = found.into_iter().take(1).collect();
        }
    }
    for found in &mut discovery.found {
        found.recording = name.to_owned();
        found.files = files.to_vec();
    }
    Ok(discovery)
}

/// What somebody else has listed under one given place, such as a bucket of an object store.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The place as typed.
    pub typed: String,
    /// It is a file, not a folder.
    pub is_file: bool,
    /// The folder (of a file: the one it lies in) as a path.
    pub base: PathBuf,
    /// Its recordings: path relative to the folder with `/`, and where they are.
    pub recordings: Vec<(String, PathBuf)>,
}

/// Names recordings that somebody else has listed, as [`discover`] names those of the file system.
pub fn name_listed(listed: Vec<Listed>) -> Vec<Found> {
    let mut given: Vec<Given> = listed
        .into_iter()
        .map(|listed| Given {
            typed: listed.typed,
            is_file: listed.is_file,
            base: listed.base,
            found: listed.recordings.into_iter().map(named_by_place).collect(),
        })
        .collect();
    place_in_folders(&mut given);
    with_unique_names(given)
}

fn named_by_place((recording, path): (String, PathBuf)) -> Found {
    let mut folders: Vec<String> = recording.split('/').map(str::to_owned).collect();
    folders.pop();
    Found {
        path,
        recording,
        folders,
        ..Found::default()
    }
}

/// True for a folder whose files are the streams of one recording's sensors.
fn is_one_recording(folder: &Path) -> bool {
    read::Streams::of_folder(folder).is_some()
}

/// A file (or a folder that is one recording) that the user named.
fn named_file(path: &Path) -> Given {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path
        .file_name()
        .or(whole.file_name()) // of `.`
        .unwrap_or(path.as_os_str());
    Given {
        typed: typed_name(path),
        is_file: true,
        base: whole.parent().map(Path::to_owned).unwrap_or_default(),
        found: vec![Found {
            path: path.to_owned(),
            recording: name.to_string_lossy().into_owned(),
            is_folder: path.is_dir(),
            ..Found::default()
        }],
    }
}

/// State of a search.
#[derive(Default)]
struct Search {
    /// Tells tables that only the user knows.
    map: Map,
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
        if !self.enter(folder, folders.is_empty()) {
            return;
        }
        let (entries, complete) = match folders.len() > DEPTH_MAX {
            true => (Vec::new(), false),
            false => sorted_entries(folder),
        };
        if !complete {
            found.push(Found {
                recording: relative_name(folders, ""),
                path: folder.to_owned(),
                folders: folders.to_vec(),
                ..Found::default()
            });
        }
        for (name, path) in entries {
            let Ok(kind) = fs::metadata(&path) else {
                self.not_there(folders, &name, path, found);
                continue;
            };
            if kind.is_dir() && is_one_recording(&path) && self.enter(&path, false) {
                found.push(Found {
                    recording: relative_name(folders, &name),
                    path,
                    folders: folders.to_vec(),
                    is_folder: true,
                    ..Found::default()
                });
            } else if kind.is_dir() {
                let mut below = folders.to_vec();
                below.push(name);
                if path.is_symlink() {
                    linked.push((path, below));
                } else {
                    self.walk(&path, &below, found, linked);
                }
            } else if kind.is_file() {
                if is_candidate(&path, &self.map) {
                    found.push(Found {
                        recording: relative_name(folders, &name),
                        path,
                        folders: folders.to_vec(),
                        ..Found::default()
                    });
                } else {
                    self.skipped += 1;
                }
            }
        }
    }

    /// A link to nothing, or to itself: named where its name says that it should be a recording.
    fn not_there(&mut self, folders: &[String], name: &str, path: PathBuf, found: &mut Vec<Found>) {
        if is_candidate(&path, &self.map) {
            found.push(Found {
                recording: relative_name(folders, name),
                path,
                folders: folders.to_vec(),
                ..Found::default()
            });
        } else {
            self.skipped += 1;
        }
    }

    /// Whether a folder is to be searched: not seen before, not a study.
    fn enter(&mut self, folder: &Path, given: bool) -> bool {
        // a folder that cannot even be entered is named by what it could not give
        let canonical = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
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

/// Entries that are not hidden, sorted by name, and whether these are all.
fn sorted_entries(folder: &Path) -> (Vec<(String, PathBuf)>, bool) {
    let Ok(entries) = fs::read_dir(folder) else {
        return (Vec::new(), false);
    };
    let mut complete = true;
    let mut sorted = Vec::new();
    for entry in entries {
        let Ok(entry) = entry else {
            complete = false;
            continue;
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            sorted.push((name, entry.path()));
        }
    }
    sorted.sort();
    (sorted, complete)
}

/// `folder/folder/name`; a folder itself, with an empty name, ends with `/`.
fn relative_name(folders: &[String], name: &str) -> String {
    let mut whole = folders.join("/");
    if !whole.is_empty() {
        whole.push('/');
    } else if name.is_empty() {
        whole.push_str("./");
    }
    whole + name
}

/// Whether a file in a searched folder is taken: its content looks like a recording, or its
/// extension belongs to motion capture alone (a damaged C3D must be named, not passed over), or it
/// cannot be read (and must be named as well).
pub fn is_candidate(path: &Path, map: &Map) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    if matches!(extension.as_deref(), Some("c3d" | "trc")) {
        return true;
    }
    let mut first = Vec::new();
    match fs::File::open(path).and_then(|f| f.take(SNIFF_BYTES).read_to_end(&mut first)) {
        Ok(_) => read::looks_like_recording(&first) || map.recognises(&first),
        Err(_) => matches!(extension.as_deref(), Some("csv" | "txt")),
    }
}

#[cfg(test)]
mod tests;
