//! The key file: a secret, the numbers of sessions, and which name has which pseudonym.
//!
//! Several processes may use one key at a time: what is written is joined with what is there.

use super::PseudonymError;
use crate::study::one::hex_hash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Hex digits of a pseudonym: two of a million names share one with a probability of 1 in 10⁸.
const DIGITS: usize = 16;

/// What the file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// What this file is, for a person who finds it.
    about: String,
    secret: String,
    /// Folder of sessions → number.
    #[serde(default)]
    sessions: BTreeMap<String, usize>,
    /// Pseudonym → name.
    #[serde(default)]
    names: BTreeMap<String, String>,
}

const ABOUT: &str = "Key of hipdrop --de-identify: leads from pseudonyms back to names. Keep it \
                     apart from the results, and give it to nobody who must not know the names.";

/// Whether `path` lies in the folder `out`, through links too.
pub fn lies_in(path: &Path, out: &Path) -> bool {
    let real = |path: &Path| -> Option<PathBuf> {
        // what is not there yet is placed by the first folder above it that is
        let path = std::path::absolute(path).ok()?;
        path.ancestors().find_map(|above| {
            let real = above.canonicalize().ok()?;
            Some(real.join(path.strip_prefix(above).ok()?))
        })
    };
    match (real(path), real(out)) {
        (Some(path), Some(out)) => path.starts_with(out),
        _ => false,
    }
}

impl Key {
    /// Reads the key, or makes it.
    pub fn open(path: &Path) -> Result<Key, PseudonymError> {
        let _lock = lock(path);
        match Key::read(path)? {
            Some(key) => Ok(key),
            None => {
                let mut secret = [0; 32];
                getrandom::fill(&mut secret)
                    .map_err(|e| error(path, format!("no random numbers: {e}")))?;
                let key = Key {
                    about: ABOUT.to_owned(),
                    secret: secret.iter().map(|byte| format!("{byte:02x}")).collect(),
                    sessions: BTreeMap::new(),
                    names: BTreeMap::new(),
                };
                key.write(path)?;
                Ok(key)
            }
        }
    }

    fn read(path: &Path) -> Result<Option<Key>, PseudonymError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(error(path, e.to_string())),
        };
        let wrong = |_| {
            let problem = "is not a key of hipdrop; name a file that is not there, and one is made";
            error(path, problem.to_owned())
        };
        let key: Key = serde_json::from_str(&text).map_err(wrong)?;
        if key.secret.len() < 32 {
            return Err(error(path, "its secret is too short".to_owned()));
        }
        Ok(Some(key))
    }

    /// Writes the key whole or not at all; nobody else may read it.
    fn write(&self, path: &Path) -> Result<(), PseudonymError> {
        let failed = |e: std::io::Error| error(path, e.to_string());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let partial = path.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        let _ = fs::remove_file(&partial); // of a killed process that had our number
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&partial).map_err(failed)?;
        let text = serde_json::to_string_pretty(self).map_err(|e| error(path, e.to_string()))?;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        written.map_err(failed)
    }

    /// Joins what another process has written meanwhile, and writes all of it.
    pub fn save(&mut self, path: &Path) -> Result<(), PseudonymError> {
        self.number(path, &[])
    }

    /// Numbers what has no number yet, in the order of `names`, and writes the key.
    pub fn number(&mut self, path: &Path, names: &[&str]) -> Result<(), PseudonymError> {
        let _lock = lock(path);
        if let Some(other) = Key::read(path)? {
            if other.secret != self.secret {
                return Err(error(
                    path,
                    "was replaced by another key meanwhile".to_owned(),
                ));
            }
            self.sessions.extend(other.sessions);
            self.names.extend(other.names);
        }
        for name in names {
            let next = self.sessions.values().max().map_or(1, |last| last + 1);
            self.sessions.entry((*name).to_owned()).or_insert(next);
        }
        self.write(path)
    }

    /// A number that nobody can make without the secret.
    pub fn hash(&self, kind: &str, name: &str) -> String {
        let mut hash = hex_hash(format!("{}\n{kind}\n{name}", self.secret).as_bytes());
        hash.truncate(DIGITS);
        hash
    }

    /// The pseudonym of `name`, whose spelling `same` is what makes two names equal.
    pub fn named(&mut self, kind: &str, name: &str, same: &str, ending: &str) -> String {
        let pseudonym = format!("{kind}-{}{ending}", self.hash(kind, same));
        self.names
            .entry(pseudonym.clone())
            .or_insert_with(|| name.to_owned());
        pseudonym
    }

    /// The number of a session's folder.
    pub fn session_part(&self, name: &str) -> String {
        match self.sessions.get(name) {
            Some(number) => format!("{number:03}"),
            None => self.hash("session", name),
        }
    }

    /// The name behind a pseudonym.
    pub fn reveal(&self, pseudonym: &str) -> Option<String> {
        self.names.get(pseudonym).cloned()
    }
}

/// Keeps other processes from the key; `None` where folders cannot be locked.
fn lock(path: &Path) -> Option<File> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = File::open(folder).ok()?;
    folder.lock().ok().map(|()| folder)
}

fn error(path: &Path, problem: String) -> PseudonymError {
    PseudonymError::Key {
        path: path.to_owned(),
        problem,
    }
}
