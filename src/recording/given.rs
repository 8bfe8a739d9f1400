//! What the user said about a recording.

use std::collections::BTreeMap;

/// From where a camera looks at a standing person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// From the front: the person's right is on the left of the picture.
    Front,
    /// From behind.
    Back,
}

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
    /// From where the camera of a picture looks.
    pub view: Option<View>,
}
