//! Anatomical names for marker labels.
//!
//! In: the labels of a [`Recording`](crate::recording::Recording). Out: which marker is which
//! [`Landmark`].

mod resolve;
mod table;

pub use resolve::bare_label;
pub use resolve::resolve;

use crate::recording::{Series3, Side, Warning};
use std::collections::BTreeMap;

/// An anatomical landmark or a joint centre that a marker can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Landmark {
    /// Anterior superior iliac spine.
    Asis(Side),
    /// Posterior superior iliac spine.
    Psis(Side),
    /// Sacrum, midway between the PSIS.
    Sacrum,
    /// Spinous process of C7.
    C7,
    /// Spinous process of T10 (also accepted: T8, T12).
    T10,
    /// Spinous process of T2.
    T2,
    /// Jugular notch, between the clavicles.
    Clavicle,
    /// Xiphoid process.
    Sternum,
    /// Acromion.
    Shoulder(Side),
    /// Lateral thigh (wand) marker.
    Thigh(Side),
    /// Lateral femoral epicondyle.
    Knee(Side),
    /// Medial femoral epicondyle.
    KneeMedial(Side),
    /// Tip of a knee alignment device, on the knee axis lateral of the knee (static trials).
    KneeAlignment(Side),
    /// Lateral shank (wand) marker.
    Tibia(Side),
    /// Lateral malleolus.
    Ankle(Side),
    /// Medial malleolus.
    AnkleMedial(Side),
    /// Heel.
    Heel(Side),
    /// Toe (second metatarsal head).
    Toe(Side),
    /// Hip joint centre (functional, or markerless hip keypoint).
    HipCentre(Side),
    /// Knee joint centre.
    KneeCentre(Side),
    /// Ankle joint centre.
    AnkleCentre(Side),
}

impl Landmark {
    /// The Plug-in Gait label (`LASI`, `C7`, `RKNE`, …), or the customary one where Plug-in Gait
    /// has none (`LKNM`, `LHJC`, …): the name of the landmark in messages and tables.
    pub fn label(self) -> String {
        let (side, stem) = match self {
            Landmark::Asis(s) => (Some(s), "ASI"),
            Landmark::Psis(s) => (Some(s), "PSI"),
            Landmark::Sacrum => (None, "SACR"),
            Landmark::C7 => (None, "C7"),
            Landmark::T10 => (None, "T10"),
            Landmark::T2 => (None, "T2"),
            Landmark::Clavicle => (None, "CLAV"),
            Landmark::Sternum => (None, "STRN"),
            Landmark::Shoulder(s) => (Some(s), "SHO"),
            Landmark::Thigh(s) => (Some(s), "THI"),
            Landmark::Knee(s) => (Some(s), "KNE"),
            Landmark::KneeMedial(s) => (Some(s), "KNM"),
            Landmark::KneeAlignment(s) => (Some(s), "KAX"),
            Landmark::Tibia(s) => (Some(s), "TIB"),
            Landmark::Ankle(s) => (Some(s), "ANK"),
            Landmark::AnkleMedial(s) => (Some(s), "ANM"),
            Landmark::Heel(s) => (Some(s), "HEE"),
            Landmark::Toe(s) => (Some(s), "TOE"),
            Landmark::HipCentre(s) => (Some(s), "HJC"),
            Landmark::KneeCentre(s) => (Some(s), "KJC"),
            Landmark::AnkleCentre(s) => (Some(s), "AJC"),
        };
        match side {
            Some(side) => format!("{}{stem}", side.letter()),
            None => stem.to_owned(),
        }
    }

    /// Every landmark, from the pelvis down, left before right.
    pub fn all() -> Vec<Landmark> {
        let midline = [
            Landmark::Sacrum,
            Landmark::C7,
            Landmark::T10,
            Landmark::T2,
            Landmark::Clavicle,
            Landmark::Sternum,
        ];
        let pelvis: [OfSide; 2] = [Landmark::Asis, Landmark::Psis];
        let limbs: [OfSide; 13] = [
            Landmark::Shoulder,
            Landmark::Thigh,
            Landmark::Knee,
            Landmark::KneeMedial,
            Landmark::KneeAlignment,
            Landmark::Tibia,
            Landmark::Ankle,
            Landmark::AnkleMedial,
            Landmark::Heel,
            Landmark::Toe,
            Landmark::HipCentre,
            Landmark::KneeCentre,
            Landmark::AnkleCentre,
        ];
        let both = |of: OfSide| Side::BOTH.map(of);
        let pelvis = pelvis.into_iter().flat_map(both);
        let limbs = limbs.into_iter().flat_map(both);
        pelvis.chain(midline).chain(limbs).collect()
    }

    /// The landmark of a [`label`](Landmark::label), in any case; `None` for other names.
    pub fn from_label(label: &str) -> Option<Landmark> {
        let label = label.trim();
        Landmark::all()
            .into_iter()
            .find(|landmark| landmark.label().eq_ignore_ascii_case(label))
    }

    /// True for the markers that make the pelvis.
    pub fn is_pelvis(self) -> bool {
        matches!(
            self,
            Landmark::Asis(_) | Landmark::Psis(_) | Landmark::Sacrum
        )
    }
}

/// Which marker of a recording stands for which landmark.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resolved {
    /// Index into [`Recording::markers`](crate::recording::Recording::markers) of each landmark that was found.
    pub indices: BTreeMap<Landmark, usize>,
    /// Subject whose markers were taken, when labels carry a `Subject:` prefix.
    pub subject: Option<String>,
    /// Subjects in the file besides, when none was asked for: those without a pelvis.
    pub passed_over: Vec<String>,
    /// Labels that stand for no landmark.
    pub unmatched: Vec<String>,
    /// Doubtful matches.
    pub warnings: Vec<Warning>,
}

/// Why labels could not be resolved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LandmarkError {
    /// Markers of several subjects are in the file.
    #[error("the file holds markers of several subjects ({}): choose one with --subject NAME", subjects.join(", "))]
    SeveralSubjects {
        /// Prefixes found.
        subjects: Vec<String>,
    },
    /// The user's map names something that is no landmark.
    #[error("'{name}' is no landmark; a map can name {}", all_labels())]
    NoSuchLandmark {
        /// Name in the map.
        name: String,
    },
    /// The subject asked for is not in the file.
    #[error("subject '{wanted}' is not in the file; it has: {}", subjects.join(", "))]
    NoSuchSubject {
        /// Prefix asked for.
        wanted: String,
        /// Prefixes found.
        subjects: Vec<String>,
    },
}

/// Landmark of a side.
type OfSide = fn(Side) -> Landmark;

fn all_labels() -> String {
    let labels: Vec<String> = Landmark::all().into_iter().map(Landmark::label).collect();
    labels.join(", ")
}

/// Refuses names in a user's map that are no landmarks.
///
/// # Errors
/// [`LandmarkError::NoSuchLandmark`] for the first of them.
pub fn check_names<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<(), LandmarkError> {
    match names
        .into_iter()
        .find(|n| Landmark::from_label(n).is_none())
    {
        Some(name) => Err(LandmarkError::NoSuchLandmark { name: name.clone() }),
        None => Ok(()),
    }
}

/// Trajectories by landmark, all of the same number of frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Points {
    /// One trajectory per landmark that is there.
    pub series: BTreeMap<Landmark, Series3>,
}

impl Points {
    /// The trajectory of a landmark, if it was recorded.
    pub fn get(&self, landmark: Landmark) -> Option<&Series3> {
        self.series.get(&landmark)
    }
}
