//! Foot strikes and foot offs.
//!
//! In: [`Motion`](crate::lab::Motion), stored events, force plates. Out: [`GaitEvent`]s in time
//! order, each with its source and confidence.
//!
//! | file | events from |
//! |---|---|
//! | `stored` | the file itself |
//! | `plates` | force plates |
//! | `kinematic` | heel and toe markers; confidence from `opinions` |
//! | `inertial` | sensors on feet, shanks or the lower back |
//! | `find` | what the user prefers, one source completing the other |

mod channel;
mod feet;
mod find;
mod inertial;
mod kinematic;
mod opinions;
mod plates;
mod stored;

pub use find::{exchanged_sides, find};
pub use inertial::{SIDES_PROVISIONAL, Upright, from_sensors};
pub use kinematic::detect;
pub use plates::from_plates;
pub use stored::stored;

use crate::recording::{EventKind, Side};

/// Where an event came from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum EventSource {
    /// Stored in the file.
    Stored,
    /// Given by the user (`--events-from`).
    User,
    /// Force plate.
    Plate,
    /// Marker kinematics.
    Kinematic,
    /// Inertial sensors.
    Inertial,
}

impl EventSource {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            EventSource::Stored => "stored",
            EventSource::User => "user",
            EventSource::Plate => "plate",
            EventSource::Kinematic => "kinematic",
            EventSource::Inertial => "inertial",
        }
    }
}

/// How far an event can be trusted: agreement of two independent detectors.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// More than 60 ms apart, or only one detector saw it.
    Low,
    /// Within 60 ms.
    Medium,
    /// Within 30 ms, or stored, or from a plate.
    High,
}

impl Confidence {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// One foot strike or foot off.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct GaitEvent {
    /// Whose foot.
    pub side: Side,
    /// Strike or off.
    pub kind: EventKind,
    /// Seconds on the file's time base (`(frame − 1) / rate`).
    pub time_s: f64,
    /// Where it came from.
    pub source: EventSource,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// Events sorted by time; strikes before offs and left before right at the same moment, so that
/// the order never depends on how they were found.
fn in_time_order(mut events: Vec<GaitEvent>) -> Vec<GaitEvent> {
    events.sort_by(|a, b| {
        a.time_s
            .total_cmp(&b.time_s)
            .then(a.kind.cmp(&b.kind))
            .then(a.side.cmp(&b.side))
    });
    events
}
