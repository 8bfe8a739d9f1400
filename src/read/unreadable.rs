//! What the system says when a file cannot be read, in plain words.

use std::io::{Error, ErrorKind};
use std::path::Path;

/// What was found, and what the user can do.
pub(super) fn words(error: &Error) -> (String, &'static str) {
    let (found, advice) = match error.kind() {
        ErrorKind::NotFound => (
            "there is no such file or folder",
            "check the path and its spelling",
        ),
        ErrorKind::PermissionDenied => (
            "it may not be read",
            "ask for the right to read it, or copy it to a folder of your own",
        ),
        ErrorKind::IsADirectory => ("it is a folder", "give a file"),
        ErrorKind::NotADirectory => (
            "a part of its path is a file and not a folder",
            "check the path",
        ),
        ErrorKind::InvalidFilename => ("its name is too long", "give it a shorter name"),
        ErrorKind::InvalidData => ("it is not text in UTF-8", "save it as UTF-8"),
        _ => {
            let found = format!("it cannot be read ({error})");
            return (found, "try again, or copy it to another disk first");
        }
    };
    (found.to_owned(), advice)
}

/// Why a file or folder cannot be read and what to do, in one line without its name.
pub fn why_unreadable(error: &Error) -> String {
    let (found, advice) = words(error);
    format!("{found}; {advice}")
}

/// The text of a file that the user named, such as settings or a table; an error is one line
/// without its name.
pub fn text_of(path: &Path) -> Result<String, String> {
    let kind = std::fs::metadata(path).map_err(|error| why_unreadable(&error))?;
    if !kind.is_file() && !kind.is_dir() {
        return Err("it is a pipe or device; save what it gives to a file first".to_owned());
    }
    std::fs::read_to_string(path).map_err(|error| why_unreadable(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latin.toml");
        std::fs::write(&file, b"name = \"M\xfcller\"").unwrap();
        let long = folder.path().join("a".repeat(300));
        for (path, expected) in [
            (
                folder.path().join("none"),
                "there is no such file or folder; check the path",
            ),
            (folder.path().to_owned(), "it is a folder; give a file"),
            (file.join("below"), "a part of its path is a file"),
            (file.clone(), "it is not text in UTF-8; save it as UTF-8"),
            (long, "its name is too long; give it a shorter name"),
        ] {
            let error = text_of(&path).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        let error = why_unreadable(&Error::other("the disk is gone"));
        assert!(error.contains("the disk is gone); try again"), "{error}");
    }
}
