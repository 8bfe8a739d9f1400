//! What the user said about a recording.

use std::collections::BTreeMap;

/// What the user said; it goes before what the file says and before what would be guessed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    /// The file's axis that points up (`+Z`, `-Y`, …).
    pub up: Option<String>,
    /// The file's axis along which the subject walks (`+X`, `-Y`, …).
    pub walking: Option<String>,
    /// The unit was given: it is not to be doubted.
    pub unit: bool,
    /// Landmark → label in the file; an empty label: no marker stands for it.
    pub landmarks: BTreeMap<String, String>,
}
