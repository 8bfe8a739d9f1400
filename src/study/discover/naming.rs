//! Names that tell recordings apart.
//!
//! In: what every given path holds. Out: the same recordings with the folders that tell them apart
//! and a name that no other has.

use super::Found;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// What one given path holds.
pub(super) struct Given {
    /// The path as typed.
    pub typed: String,
    /// A file that was named, not a folder.
    pub is_file: bool,
    /// The folder (of a file: the one it lies in), canonical.
    pub base: PathBuf,
    /// Its recordings; their folders count from it.
    pub found: Vec<Found>,
}

/// Counts the folders of every recording from the deepest folder that holds everything that was
/// given: the recordings of `P01/pre` and `P02/pre` must not look like those of one folder `pre`.
pub(super) fn place_in_folders(given: &mut [Given]) {
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

/// Sorts by name. Where two given paths hold the same name, both are named as the user typed them;
/// a file that was reached twice under one name counts once.
pub(super) fn with_unique_names(given: Vec<Given>) -> Vec<Found> {
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
pub(super) fn typed_name(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter(|c| !matches!(c, Component::CurDir | Component::RootDir))
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/")
}
