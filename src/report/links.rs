//! Addresses and headings of the report's pages.
//!
//! In: names of recordings and sessions. Out: links relative to the report's root.

use super::folder::{page_name, page_stem};
use super::language::Language;
use super::words;
use serde::Serialize;

/// A link to another page of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Address relative to the report's root.
    pub href: String,
    /// Text.
    pub text: String,
}

/// The page of a recording.
pub fn recording_href(recording: &str) -> String {
    format!("recordings/{}", page_name(recording))
}

/// The PDF of a recording.
pub fn pdf_href(recording: &str) -> String {
    format!("pdf/{}.pdf", page_stem(recording))
}

/// The page of a session. The parts are joined by a character that ends up in none of them.
pub fn session_href(subject: &str, session: &str, condition: &str) -> String {
    let name = format!("{subject}\n{session}\n{condition}");
    format!("sessions/{}", page_name(&name))
}

/// Subject, session and condition as a heading.
pub fn session_title(lang: &Language, subject: &str, session: &str, condition: &str) -> String {
    let parts: Vec<String> = [subject, session, condition]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| words::clip(part, 200))
        .collect();
    match parts.is_empty() {
        true => lang.say("session.unnamed"),
        false => parts.join(" · "),
    }
}
