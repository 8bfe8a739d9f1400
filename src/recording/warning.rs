//! Structured warnings: what was guessed, repaired or left out while work went on.

/// One warning. Warnings accumulate; the recording goes on; the report lists them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Warning {
    /// Stable machine name in kebab case (`wrong-rate`, `sides-swapped`, …): the `flags` column.
    pub code: &'static str,
    /// Where: a marker, a frame, a parameter; empty when it concerns the whole recording.
    pub place: String,
    /// One sentence for a person: what was found and what was done or can be done about it.
    pub message: String,
}

impl Warning {
    /// A warning about the whole recording.
    pub fn new(code: &'static str, message: impl Into<String>) -> Warning {
        Warning {
            code,
            place: String::new(),
            message: message.into(),
        }
    }

    /// A warning about one place.
    pub fn at(code: &'static str, place: impl Into<String>, message: impl Into<String>) -> Warning {
        Warning {
            code,
            place: place.into(),
            message: message.into(),
        }
    }
}
