//! Who walked, and in which session.
//!
//! In: where a recording lies, the subject its file names, the subjects table. Out: subject,
//! session and condition.
//!
//! Strides of one subject and session are pooled into one label, so two people must never share
//! both names. Hence every name that is not from the subjects table keeps the folders that tell
//! recordings apart:
//! 1. `--subjects`: a row whose `subject` is one of the recording's folders, the subject in the
//!    file, or the beginning of the file's name.
//! 2. The subject in the file (C3D); the session is the folders below the one of that name, else
//!    all of them.
//! 3. The folders: `subject/session/file`. With a single folder the folder is the session. A folder
//!    that is one recording (a file for each sensor) is a session of its own: nothing tells whether
//!    the one beside it is another walk or another person.

use super::discover::Found;
use super::subjects::{SubjectRow, Subjects};

/// Names under which a recording is pooled, and what the subjects table says about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Identity {
    /// Subject.
    pub subject: String,
    /// Session.
    pub session: String,
    /// Condition; empty when none.
    pub condition: String,
    /// The row of the subjects table that applies.
    pub row: Option<SubjectRow>,
    /// True when folders alone name the subject: nothing says that one person walks in all
    /// recordings of the folder.
    pub guessed: bool,
}

/// Names a recording. `file_subjects` are the subjects that the file itself declares.
pub fn identify(found: &Found, file_subjects: &[String], subjects: &Subjects) -> Identity {
    let file_subject = match file_subjects {
        [one] => Some(one.trim()).filter(|s| !s.is_empty()),
        _ => None,
    };
    if let Some(known) = known_subject(found, file_subject, subjects) {
        return from_table(found, known, subjects);
    }
    match file_subject {
        Some(subject) => Identity {
            subject: subject.to_owned(),
            session: session_below(found, subject),
            ..Identity::default()
        },
        None => from_folders(found),
    }
}

/// The subject of the table that this recording names, in the table's spelling: folders first, the
/// innermost leading, then the file's own subject, then the file's name.
fn known_subject<'a>(
    found: &Found,
    file_subject: Option<&str>,
    subjects: &'a Subjects,
) -> Option<&'a str> {
    let names = || subjects.rows.iter().map(|row| row.subject.as_str());
    let is = |wanted: &str| names().find(|name| same(name, wanted));
    found
        .folders
        .iter()
        .rev()
        .find_map(|folder| is(folder))
        .or_else(|| is(&found.root))
        .or_else(|| file_subject.and_then(is))
        .or_else(|| found.above.iter().rev().find_map(|folder| is(folder)))
        // the longest name, so that P1 does not take the files of P10-…
        .or_else(|| {
            names()
                .filter(|name| begins_with_word(file_name(found), name))
                .max_by_key(|name| name.len())
        })
}

/// Session, condition and measures from the rows of a known subject.
fn from_table(found: &Found, subject: &str, subjects: &Subjects) -> Identity {
    let rows: Vec<&SubjectRow> = subjects
        .rows
        .iter()
        .filter(|row| same(&row.subject, subject))
        .collect();
    let fitting = |fits: &dyn Fn(&&&SubjectRow) -> bool| -> Vec<&SubjectRow> {
        rows.iter().filter(|row| fits(row)).copied().collect()
    };
    // rows of the session that the recording names, else rows for every session
    let of_session = fitting(&|row| !row.session.is_empty() && names_part(found, &row.session));
    let candidates = match of_session.is_empty() {
        false => of_session,
        true if rows.len() == 1 => rows.clone(),
        true => fitting(&|row| row.session.is_empty()),
    };
    let of_condition = candidates
        .iter()
        .find(|row| !row.condition.is_empty() && names_part(found, &row.condition));
    let row = of_condition.or_else(|| match candidates.as_slice() {
        [one] => Some(one),
        several => several.iter().find(|row| row.condition.is_empty()),
    });
    // a session that the recording does not name is taken only where no folder says otherwise
    let session = row.map(|row| row.session.as_str()).filter(|session| {
        !session.is_empty() && (names_part(found, session) || found.folders.is_empty())
    });
    Identity {
        subject: subject.to_owned(),
        session: match session {
            Some(session) => session.to_owned(),
            None => session_below(found, subject),
        },
        condition: row.map(|row| row.condition.clone()).unwrap_or_default(),
        row: row.map(|&row| row.clone()),
        guessed: false,
    }
}

/// The folders below the one named like the subject; all folders when none is.
fn session_below(found: &Found, subject: &str) -> String {
    let below = match found.folders.iter().rposition(|f| same(f, subject)) {
        Some(index) => &found.folders[index + 1..],
        None => &found.folders[..],
    };
    if below.is_empty() {
        found.root.clone()
    } else {
        below.join("/")
    }
}

/// `subject/session/file`: the last folder is the session, the folders above it the subject.
fn from_folders(found: &Found) -> Identity {
    let own = found.is_folder.then(|| file_name(found).to_owned());
    let folders: Vec<String> = found.folders.iter().cloned().chain(own).collect();
    let (subject, session) = match folders.as_slice() {
        [] => (found.root.clone(), found.root.clone()),
        [session] => (found.root.clone(), session.clone()),
        [above @ .., session] => (above.join("/"), session.clone()),
    };
    Identity {
        subject,
        session,
        guessed: true,
        ..Identity::default()
    }
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.to_lowercase() == b.to_lowercase()
}

fn file_name(found: &Found) -> &str {
    found.recording.rsplit('/').next().unwrap_or_default()
}

/// Whether a folder is `wanted`, or the file's name holds it as a word.
fn names_part(found: &Found, wanted: &str) -> bool {
    let folders = found.folders.iter().chain(&found.above);
    folders.chain([&found.root]).any(|f| same(f, wanted)) || has_word(file_name(found), wanted)
}

/// `P01_walk3.c3d` begins with the word `P01`; `P010.c3d` does not.
fn begins_with_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    text.strip_prefix(&word)
        .is_some_and(|rest| !word.is_empty() && !rest.starts_with(char::is_alphanumeric))
}

/// Whether `word` stands in `text` with no letter or digit on either side.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    !word.is_empty()
        && text.match_indices(&word).any(|(at, _)| {
            !text[..at].ends_with(char::is_alphanumeric)
                && !text[at + word.len()..].starts_with(char::is_alphanumeric)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Found {
        let mut folders: Vec<String> = name.split('/').map(str::to_owned).collect();
        folders.pop();
        Found {
            path: name.into(),
            recording: name.into(),
            root: "data".into(),
            folders,
            above: vec!["home".into(), "P07".into()],
            ..Found::default()
        }
    }

    fn named(name: &str, file_subject: &[&str], table: &str) -> (String, String, String) {
        let subjects = Subjects::parse(table).unwrap();
        let file: Vec<String> = file_subject.iter().map(|s| (*s).to_owned()).collect();
        let id = identify(&found(name), &file, &subjects);
        (id.subject, id.session, id.condition)
    }

    fn triple(subject: &str, session: &str, condition: &str) -> (String, String, String) {
        (subject.into(), session.into(), condition.into())
    }

    #[test]
    fn folders_name_subject_and_session() {
        let none = "subject\n";
        assert_eq!(named("P01/pre/w.csv", &[], none), triple("P01", "pre", ""));
        assert_eq!(named("P01/w.csv", &[], none), triple("data", "P01", ""));
        assert_eq!(named("w.csv", &[], none), triple("data", "data", ""));
        // deeper trees must not pool the P01 of two sites
        assert_eq!(
            named("north/P01/pre/w.csv", &[], none),
            triple("north/P01", "pre", "")
        );
    }

    /// The folders of sensor files of two people side by side, or beside a file.
    #[test]
    fn folders_that_are_recordings_are_not_pooled() {
        let of = |name: &str, table: &str| {
            let folder = Found {
                is_folder: true,
                ..found(name)
            };
            let id = identify(&folder, &[], &Subjects::parse(table).unwrap());
            (id.subject, id.session)
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("ann", "subject\n"), pair("data", "ann"));
        assert_eq!(of("site/ann", "subject\n"), pair("site", "ann"));
        assert_eq!(of("P1/pre/walk-1", "subject\n"), pair("P1/pre", "walk-1"));
        // the table says that it is one person
        assert_eq!(of("P1/pre/walk-1", "subject\nP1\n"), pair("P1", "pre"));
    }

    #[test]
    fn the_subject_in_the_file_goes_before_folders() {
        let none = "subject\n";
        assert_eq!(
            named("w.c3d", &["HC002D"], none),
            triple("HC002D", "data", "")
        );
        assert_eq!(
            named("HC002D/pre/w.c3d", &["HC002D"], none),
            triple("HC002D", "pre", "")
        );
        // a model name that many people's files carry must not pool them
        assert_eq!(
            named("A/pre/w.c3d", &["PlugInGait"], none),
            triple("PlugInGait", "A/pre", "")
        );
        assert_eq!(
            named("A/pre/w.c3d", &["one", "two"], none),
            triple("A", "pre", "")
        );
    }

    #[test]
    fn the_table_goes_before_everything() {
        let table = "subject,session,condition\nP01,pre,shod\nP01,pre,barefoot\nP01,post,\nP02,,\n";
        assert_eq!(
            named("P01/pre/walk-shod-1.c3d", &["X"], table),
            triple("P01", "pre", "shod")
        );
        assert_eq!(
            named("p01/post/w.c3d", &["X"], table),
            triple("P01", "post", "")
        );
        assert_eq!(named("P02/w.c3d", &["X"], table), triple("P02", "data", ""));
        assert_eq!(
            named("any/P01_post_3.c3d", &[], table),
            triple("P01", "post", "")
        );
        assert_eq!(
            named("any/w.c3d", &["P02"], table),
            triple("P02", "any", "")
        );
    }

    #[test]
    fn the_only_row_of_a_subject_does_not_pool_other_sessions() {
        let table = "subject,session,height_m\nP01,pre,1.7\n";
        assert_eq!(named("P01/pre/w.csv", &[], table).1, "pre");
        assert_eq!(named("P01/post/w.csv", &[], table).1, "post");
        assert_eq!(named("P01_1.csv", &[], table).1, "pre");
    }

    #[test]
    fn folders_above_name_listed_subjects_only() {
        assert_eq!(named("w.csv", &[], "subject\nP07\n").0, "P07");
        assert_eq!(named("w.csv", &[], "subject\n").0, "data");
    }

    #[test]
    fn a_longer_name_is_not_its_beginning() {
        let table = "subject\nP1\nP10\n";
        assert_eq!(named("a/P10-w.c3d", &[], table).0, "P10");
        assert_eq!(named("a/P100.c3d", &[], table).0, "data");
    }
}
