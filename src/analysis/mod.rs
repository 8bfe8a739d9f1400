//! The pipeline: from a [`Recording`](crate::recording::Recording) to an [`Analysis`].

use crate::angles::{AngleSeries, TrunkDefinition};
use crate::classify::LimbFinding;
use crate::events::GaitEvent;
use crate::lab::{LabFrame, Progression};
use crate::metrics::{MeasuredStride, StandingPosture};
use crate::recording::{PerSide, Warning};

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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

/// What steers one analysis besides the recording itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// All thresholds and filters.
    pub settings: crate::settings::Settings,
    /// Subject to take when the file holds several.
    pub subject: Option<String>,
    /// Body measures that override the file's (from `--subjects`).
    pub body: crate::recording::BodyMeasures,
    /// Standing posture of the subject's static trial.
    pub standing: Option<StandingPosture>,
    /// A walking aid was used.
    pub aid: bool,
    /// Corrected events that replace stored and detected ones.
    pub events: Option<Vec<GaitEvent>>,
}

/// Why a recording could not be analysed at all.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// Labels.
    #[error(transparent)]
    Landmarks(#[from] crate::landmarks::LandmarkError),
    /// Laboratory frame.
    #[error(transparent)]
    Lab(#[from] crate::lab::LabError),
}

/// Analyses one recording: landmarks → lab → gaps and filter → body → angles → events → strides →
/// metrics → finding.
pub fn analyze(
    _recording: &crate::recording::Recording,
    _options: &Options,
) -> Result<Analysis, AnalysisError> {
    todo!()
}
