//! Pseudonyms instead of the names of people, sessions and files.
//!
//! In: a key file and the names of recordings. Out: [`Pseudonyms`]: the same name always gets the
//! same pseudonym, in this run and in every later one with the same key; without the key nothing
//! leads back. A subject is `S-…`, a recording `R-….c3d`; folders of sessions are numbered in the order
//! of their names, so that sessions keep their order.

mod clean;
mod key;
mod view;

#[cfg(test)]
mod tests;

use crate::study::session_order;
pub use clean::Cleaner;
pub use view::DeIdentified;

use super::discover::Found;
use super::subjects::Subjects;
use key::Key;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Why names cannot be replaced.
#[derive(Debug, thiserror::Error)]
pub enum PseudonymError {
    /// The key lies where the results go.
    #[error(
        "{}: the key leads back to the names and must not lie in the folder of the results {}; \
         keep it elsewhere", key.display(), out.display()
    )]
    KeyInside {
        /// The key file.
        key: PathBuf,
        /// The folder of the results.
        out: PathBuf,
    },
    /// The key cannot be read or written.
    #[error("the key {}: {problem}", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
}

/// The names and their pseudonyms.
#[derive(Debug)]
pub struct Pseudonyms {
    path: PathBuf,
    key: Mutex<Key>,
}

impl Pseudonyms {
    /// Opens the key, or makes one that nobody else may read. `out` are folders that it must not
    /// lie in.
    pub fn open(path: &Path, out: &[&Path]) -> Result<Pseudonyms, PseudonymError> {
        if let Some(out) = out.iter().find(|out| key::lies_in(path, out)) {
            return Err(PseudonymError::KeyInside {
                key: path.to_owned(),
                out: out.to_path_buf(),
            });
        }
        Ok(Pseudonyms {
            key: Mutex::new(Key::open(path)?),
            path: path.to_owned(),
        })
    }

    /// Says which key it is, without saying anything about it.
    pub fn fingerprint(&self) -> String {
        self.key().hash("fingerprint", "")
    }

    /// Gives every session that the names can speak of its number, in the order of their names.
    pub fn prepare(&self, found: &[Found], subjects: &Subjects) -> Result<(), PseudonymError> {
        let folders = found
            .iter()
            .flat_map(|f| f.folders.iter().chain([&f.root]))
            .map(String::as_str);
        let listed = subjects.rows.iter().flat_map(|row| row.session.split('/'));
        self.number(folders.chain(listed))
    }

    fn number<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<(), PseudonymError> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        // the earlier of two visits has the smaller number
        names.sort_by(|a, b| session_order(a, b));
        self.key().number(&self.path, &names)
    }

    /// Writes what was learnt since into the key.
    pub fn save(&self) -> Result<(), PseudonymError> {
        self.key().save(&self.path)
    }

    /// A person.
    pub fn subject(&self, name: &str) -> String {
        match name.trim() {
            "" => String::new(),
            name => self.key().named("S", name, &name.to_lowercase(), ""),
        }
    }

    /// A session: its folders, numbered.
    pub fn session(&self, name: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        let key = self.key();
        let parts: Vec<String> = name.split('/').map(|part| key.session_part(part)).collect();
        format!("session-{}", parts.join("-"))
    }

    /// A recording; the extension stays, because the format follows from it for people.
    pub fn recording(&self, name: &str) -> String {
        let folder = if name.ends_with('/') { "/" } else { "" };
        let extension = match name.rsplit_once('.') {
            Some((_, e))
                if (1..=4).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                format!(".{}", e.to_lowercase())
            }
            _ => folder.to_owned(),
        };
        match name {
            "" => String::new(),
            name => self.key().named("R", name, name, &extension),
        }
    }

    /// The name behind a pseudonym of this key.
    pub fn reveal(&self, pseudonym: &str) -> Option<String> {
        self.key().reveal(pseudonym)
    }

    fn key(&self) -> MutexGuard<'_, Key> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
