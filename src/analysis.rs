//! The pipeline: from a [`Recording`](crate::recording::Recording) to an [`Analysis`].

use crate::angles::{AngleSeries, TrunkDefinition};
use crate::classify::LimbFinding;
use crate::events::GaitEvent;
use crate::lab::{LabFrame, Progression};
use crate::metrics::{MeasuredStride, StandingPosture};
use crate::recording::{PerSide, Warning};

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Strides were found and measured.
    Analysed,
    /// A standing trial.
    Standing,
    /// Nobody walks in it, or there is nothing to measure.
    NoGait,
    /// Somebody walks, but too little is there.
    Insufficient,
    /// It could not be read or processed.
    Failed,
}

impl Status {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Status::Analysed => "analysed",
            Status::Standing => "standing",
            Status::NoGait => "no-gait",
            Status::Insufficient => "insufficient",
            Status::Failed => "failed",
        }
    }
}

/// Gaps of one marker.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MarkerGaps {
    /// Label of the marker.
    pub label: String,
    /// Frames missing in the file.
    pub missing: usize,
    /// Of these, frames filled.
    pub filled: usize,
}

/// Everything that was found out about one recording.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What became of it.
    pub status: Status,
    /// Why, when not analysed; empty otherwise.
    pub reason: String,
    /// Frames per second.
    pub rate_hz: f64,
    /// Frame number of the first stored frame.
    pub first_frame: u64,
    /// Number of frames.
    pub frames: usize,
    /// How the laboratory frame was found; `None` for stored angles without markers.
    pub frame: Option<LabFrame>,
    /// Direction of progression, passes; `None` for stored angles without markers.
    pub progression: Option<Progression>,
    /// Angle series.
    pub angles: AngleSeries,
    /// Which trunk lean was measured.
    pub trunk_definition: Option<TrunkDefinition>,
    /// Events.
    pub events: Vec<GaitEvent>,
    /// Every stride, used or not: left then right, in time order.
    pub strides: Vec<MeasuredStride>,
    /// The finding per stance limb.
    pub limbs: PerSide<LimbFinding>,
    /// The finding of the recording in words.
    pub finding: String,
    /// Standing posture of the static trial used, or of this recording when it is one.
    pub standing: Option<StandingPosture>,
    /// Gaps per marker.
    pub gaps: Vec<MarkerGaps>,
    /// Structured warnings of all stages.
    pub warnings: Vec<Warning>,
}
