//! The rows of a study, as stored and as the report reads them.
//!
//! Column names and order of the CSV tables are those of `docs/tables.md`; names are stable, new
//! columns come at the end.

use crate::analysis::{MarkerGaps, Status};
use crate::classify::LimbFinding;
use crate::inertial::Calibration;
use crate::lab::{LabFrame, Pass};
use crate::metrics::{StandingPosture, StrideCurves, StrideEvidence, StrideMetrics};
use crate::norms::{NormTableError, Norms};
use crate::recording::{PerSide, Side, Warning};
use crate::strides::Stride;
use crate::study::summary::MeanSd;
use crate::tasks::Tasks;

/// One recording: a row of `recordings.csv` and the details its page shows.
#[derive(Debug, Clone)]
pub struct RecordingRow {
    /// Path relative to the given folder, with `/`.
    pub recording: String,
    /// Subject.
    pub subject: String,
    /// Session.
    pub session: String,
    /// Condition (from `--subjects`), empty when none.
    pub condition: String,
    /// What became of it.
    pub status: Status,
    /// Why, when not analysed.
    pub reason: String,
    /// Format name; empty when not recognised.
    pub format: String,
    /// `markers` or `inertial`; empty when failed.
    pub kind: String,
    /// Frames per second.
    pub rate_hz: Option<f64>,
    /// Number of frames.
    pub frames: Option<u64>,
    /// Seconds.
    pub duration_s: Option<f64>,
    /// The finding in words.
    pub finding: String,
    /// SHA-256 of the file's bytes, hex.
    pub content_hash: String,
    /// Findings per limb; `None` when nothing was analysed.
    pub limbs: Option<PerSide<LimbFinding>>,
    /// Laboratory frame.
    pub frame: Option<LabFrame>,
    /// Straight passes.
    pub passes: Vec<Pass>,
    /// Trunk definition, in words; empty without trunk data.
    pub trunk: String,
    /// Standing posture used.
    pub standing: Option<StandingPosture>,
    /// Static trial used (its recording name); empty when none.
    pub static_trial: String,
    /// What was measured besides strides of walking.
    pub tasks: Tasks,
    /// Gaps per marker.
    pub gaps: Vec<MarkerGaps>,
    /// Warnings of all stages.
    pub warnings: Vec<Warning>,
    /// How inertial sensors were calibrated; `None` for markers.
    pub calibration: Option<Calibration>,
    /// Name of the recording that this one is a walking bout of; empty for a whole recording.
    pub part_of: String,
    /// Where a walking bout begins in its recording, seconds; `None` for a whole recording.
    pub start_s: Option<f64>,
}

/// One stride: a row of `strides.csv` and its curves.
#[derive(Debug, Clone)]
pub struct StrideRow {
    /// Recording it belongs to.
    pub recording: String,
    /// The stride.
    pub stride: Stride,
    /// Its metrics.
    pub metrics: StrideMetrics,
    /// Further evidence.
    pub evidence: StrideEvidence,
    /// Its curves; empty vectors when it is incomplete.
    pub curves: StrideCurves,
}

/// One limb of one session: a row of `sessions.csv`.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Subject.
    pub subject: String,
    /// Session.
    pub session: String,
    /// Condition.
    pub condition: String,
    /// Walking recordings that were pooled.
    pub recordings: Vec<String>,
    /// The stance limb.
    pub side: Side,
    /// The pooled finding.
    pub finding: LimbFinding,
    /// The session's finding in words (the same for both limbs).
    pub words: String,
    /// Mean and SD over the pooled strides of every metric, in the order of
    /// [`METRIC_NAMES`](crate::metrics::METRIC_NAMES).
    pub metrics: Vec<Option<MeanSd>>,
}

/// How the results were made: shown on every page and written to `run.json`.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Provenance {
    /// Version of hipdrop.
    pub version: String,
    /// Every setting the results were made with (the report draws thresholds from it).
    #[serde(default)]
    pub settings: crate::settings::Settings,
    /// SHA-256 of the settings, first 12 hex digits.
    pub settings_hash: String,
    /// Settings that differ from the defaults: `section.name`, value, default.
    pub changed_settings: Vec<(String, String, String)>,
    /// Norm tables that were used, with population and source.
    pub norms: Vec<String>,
    /// Name and text of the user's norm table, so that the pages can be made again without it.
    #[serde(default)]
    pub norm_table: Option<(String, String)>,
}

impl Provenance {
    /// The norms that the results were compared with.
    ///
    /// # Errors
    /// When the stored table of the user cannot be read, which only a damaged study can cause.
    pub fn norm_tables(&self) -> Result<Norms, NormTableError> {
        match &self.norm_table {
            Some((name, text)) => Norms::parse(name, text),
            None => Ok(Norms::default()),
        }
    }
}

/// What the report needs of a study, however it is stored.
pub trait StudyData {
    /// Every recording, sorted by name.
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>>;
    /// Every pooled session limb, sorted by subject, session, condition, side.
    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>>;
    /// The strides of one recording: left then right, in time order.
    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>>;
    /// How the results were made.
    fn provenance(&self) -> anyhow::Result<Provenance>;
}
