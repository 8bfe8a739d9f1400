//! The report's words for what the tables name: labels, reasons, curves.
//!
//! In: types of the analysis and the language. Out: text for a clinician. Wording follows
//! `docs/conventions.md`: sides name the **stance** limb, and a direction is said, not left to a
//! sign.

use crate::analysis::Status;
use crate::classify::{Label, Severity};
use crate::recording::Side;
use crate::strides::Exclusion;

use super::curves::Shown;
use super::language::Language;

/// Message key of a label. Without trunk data nothing may be said about the lean.
fn label_key(label: Label, trunk: bool) -> &'static str {
    match label {
        Label::None if !trunk => "none-no-trunk",
        label => label.name(),
    }
}

/// Title of a label.
pub fn label(lang: &Language, label: Label, trunk: bool) -> String {
    lang.say(&format!("label.{}.title", label_key(label, trunk)))
}

/// The usual name of a label.
pub fn label_gloss(lang: &Language, label: Label, trunk: bool) -> String {
    lang.say(&format!("label.{}.gloss", label_key(label, trunk)))
}

/// A label where space is short: the name of the tables.
pub fn label_short(lang: &Language, label: Label, trunk: bool) -> String {
    lang.say(&format!("label.{}.short", label_key(label, trunk)))
}

/// `Left stance: …`: what a limb's label says, as a sentence.
pub fn label_sentence(lang: &Language, label: Label, trunk: bool, side: Side) -> String {
    let key = label_key(label, trunk);
    lang.say(&format!("label.{key}.says.{}", side.name()))
}

/// `Left` or `Right`.
pub fn side_title(lang: &Language, side: Side) -> String {
    lang.sided("side.title", side)
}

/// `Left stance` or `Right stance`.
pub fn stance(lang: &Language, side: Side) -> String {
    lang.sided("side.stance", side)
}

/// `mild`, `moderate`, `severe`.
pub fn severity(lang: &Language, severity: Severity) -> String {
    lang.say(&format!("severity.{}", severity.name()))
}

/// Why a stride is not used.
pub fn exclusion(lang: &Language, exclusion: Exclusion) -> String {
    lang.say(&format!("exclusion.{}", exclusion.name()))
}

/// What became of a recording.
pub fn status(lang: &Language, status: Status) -> String {
    lang.say(&format!("status.{}", status.name()))
}

/// How a curve is presented.
pub struct CurveWords {
    /// Heading.
    pub title: String,
    /// What is measured.
    pub what: String,
    /// Said when nothing was measured.
    pub missing: String,
    /// Values that every diagram shows, degrees: the same scale in every report.
    pub range: (f64, f64),
}

/// What up and down mean in the stance of `side`.
pub fn directions(lang: &Language, curve: Shown, side: Side) -> (String, String) {
    let say = |way: &str| {
        let key = format!("curve.{}.{way}", curve.name());
        match lang.known(&key) {
            Some(text) => text.to_owned(),
            None => lang.sided(&key, side),
        }
    };
    (say("up"), say("down"))
}

/// How `curve` is presented.
pub fn curve(lang: &Language, curve: Shown) -> CurveWords {
    let say = |part: &str| lang.say(&format!("curve.{}.{part}", curve.name()));
    CurveWords {
        title: say("title"),
        what: say("what"),
        missing: say("missing"),
        range: match curve {
            Shown::PelvisDrop | Shown::TrunkLean => (-10.0, 10.0),
            Shown::HipAdduction | Shown::KneeValgus => (-15.0, 15.0),
            Shown::HipFlexion => (-20.0, 50.0),
            Shown::KneeFlexion => (-10.0, 70.0),
        },
    }
}

/// Heading of a flag or warning: in the reader's language when known, else from its machine name.
pub fn code_title(lang: &Language, code: &str) -> String {
    match lang.known(&format!("flag.{code}.title")) {
        Some(title) => title.to_owned(),
        None => clip(&from_code(code), 80),
    }
}

/// First letter upper case, `-` as spaces: a machine name as a heading.
fn from_code(code: &str) -> String {
    let text = code.replace(['-', '_'], " ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Text from a file, cut to a length that no page suffers from.
pub fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äöü…");
        assert_eq!(from_code("some-code"), "Some code");
    }
}
