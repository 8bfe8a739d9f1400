//! Strides from events.
//!
//! In: events and the direction of progression. Out: every stride of both limbs, used or not,
//! with the reason when not.

mod find;

pub use find::find;

use crate::events::{Confidence, EventSource};
use crate::recording::Side;

/// Why a stride is listed but not used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Exclusion {
    /// The subject turns.
    Turn,
    /// Starting or stopping: much slower than the rest.
    StartStop,
    /// Missing or mostly filled markers in single support.
    Gap,
    /// The events do not make a walking stride.
    Events,
    /// An event of the stride is missing (usually at the end of the recording).
    Incomplete,
    /// Far from the other strides.
    Outlier,
    /// The user left it out.
    ByHand,
}

impl Exclusion {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Exclusion::Turn => "turn",
            Exclusion::StartStop => "start-stop",
            Exclusion::Gap => "gap",
            Exclusion::Events => "events",
            Exclusion::Incomplete => "incomplete",
            Exclusion::Outlier => "outlier",
            Exclusion::ByHand => "by-hand",
        }
    }
}

/// One stride: foot strike to the next foot strike of the same foot.
///
/// Within it, in order: opposite foot off, opposite foot strike (between them: single support of
/// this limb), own foot off.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stride {
    /// The stance limb.
    pub side: Side,
    /// Number of the stride of this side in the recording, from 1.
    pub number: usize,
    /// Foot strike, seconds on the file's time base.
    pub start_s: f64,
    /// Next foot strike of the same foot.
    pub end_s: f64,
    /// Foot off of the other foot: single support begins.
    pub opposite_off_s: Option<f64>,
    /// Foot strike of the other foot: single support ends.
    pub opposite_strike_s: Option<f64>,
    /// Own foot off: stance ends.
    pub off_s: Option<f64>,
    /// Where its events came from (the least trusted one).
    pub events_source: EventSource,
    /// Confidence of its events (the least).
    pub events_confidence: Confidence,
    /// Why it is not used; `None` = used.
    pub exclusion: Option<Exclusion>,
}
