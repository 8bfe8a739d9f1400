//! Structured warnings: what was guessed, repaired or left out while work went on.

/// One warning. Warnings accumulate; the recording goes on; the report lists them.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Warning {
    /// Stable machine name in kebab case (`wrong-rate`, `sides-swapped`, …): the `flags` column.
    pub code: std::borrow::Cow<'static, str>,
    /// Where: a marker, a frame, a parameter; empty when it concerns the whole recording.
    pub place: String,
    /// One sentence for a person: what was found and what was done or can be done about it.
    pub message: String,
}

impl Warning {
    /// A warning about the whole recording.
    pub fn new(
        code: impl Into<std::borrow::Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Warning {
        Warning {
            code: code.into(),
            place: String::new(),
            message: message.into(),
        }
    }

    /// A warning about one place.
    pub fn at(
        code: impl Into<std::borrow::Cow<'static, str>>,
        place: impl Into<String>,
        message: impl Into<String>,
    ) -> Warning {
        Warning {
            code: code.into(),
            place: place.into(),
            message: message.into(),
        }
    }
}
