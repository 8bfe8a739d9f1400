//! The pipeline: from a [`Recording`] to an [`Analysis`].
//!
//! In: one recording, settings, and what is known of the subject. Out: everything that was found
//! out about it. [`analyze`] is the table of contents of the program: read it top to bottom.

mod inertial;
pub mod inspect;
mod picture;
mod stored_angles;

pub(crate) use self::inertial::effort;
pub use self::inertial::{SensorAngles, sensor_angles};

use crate::angles::{self, AngleSeries, PigColumn, TrunkDefinition};
use crate::body;
use crate::classify::{self, Background, LimbFinding, Measurement, StrideFeatures};
use crate::events::{self, GaitEvent};
use crate::inertial::{Calibration, Known};
use crate::lab::{self, LabFrame, Locomotion, Motion, Progression};
use crate::landmarks::{self, Resolved};
use crate::metrics::{self, MeasuredStride, StandingPosture};
use crate::norms::Norms;
use crate::recording::{BodyMeasures, Kind, PerSide, Recording, SubjectFacts, Warning};
use crate::settings::Settings;
use crate::signal::{self, GapReport};
use crate::strides;
use crate::tasks::{self, Feet, Stood, Tasks};
use std::collections::BTreeMap;

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
    /// A long recording of sensors that was cut into walking bouts, each a recording of its own.
    Bouts,
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
            Status::Bouts => "bouts",
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
    /// What was measured besides strides of walking.
    pub tasks: Tasks,
    /// Standing posture of the static trial used, or of this recording when it is one.
    pub standing: Option<StandingPosture>,
    /// What is known of the person and the walk besides the recording.
    pub facts: SubjectFacts,
    /// Gaps per marker.
    pub gaps: Vec<MarkerGaps>,
    /// How inertial sensors were calibrated, and what that hides; `None` for markers.
    pub calibration: Option<Calibration>,
    /// Structured warnings of all stages.
    pub warnings: Vec<Warning>,
}

/// What steers one analysis besides the recording itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// All thresholds and filters.
    pub settings: Settings,
    /// Subject to take when the file holds several.
    pub subject: Option<String>,
    /// Body measures that override the file's (from `--subjects`).
    pub body: BodyMeasures,
    /// Standing posture of the subject's static trial.
    pub standing: Option<StandingPosture>,
    /// What the user told about the person and the walk: aid, load, pain.
    pub facts: SubjectFacts,
    /// What the limbs are compared with (default: the built-in norms).
    pub norms: Norms,
    /// Corrected events that replace stored and detected ones.
    pub events: Option<Vec<GaitEvent>>,
    /// How inertial sensors sit, as other recordings or parts of this one showed.
    pub known: Known,
    /// Only strides that begin between these times count, seconds: the recording is cut from a
    /// longer one, and what is around belongs to others.
    pub between_s: Option<[f64; 2]>,
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
    /// Laboratory frame of one of several subjects.
    #[error(
        "the file holds {taken} and {others}, {taken} was taken (choose with --subject NAME): {error}"
    )]
    Subject {
        /// Subject whose markers were taken.
        taken: String,
        /// The others.
        others: String,
        /// Why there is no laboratory frame.
        error: crate::lab::LabError,
    },
    /// Neither pelvis markers nor stored angles.
    #[error("{0}")]
    Nothing(String),
}

/// Analyses one recording: landmarks → lab → gaps → events → filter → body → angles → strides →
/// metrics → finding.
///
/// # Errors
/// When the labels are ambiguous or no laboratory frame can be made. A recording in which nobody
/// walks is no error: its [`Status`] says so.
pub fn analyze(recording: &Recording, options: &Options) -> Result<Analysis, AnalysisError> {
    match recording.kind() {
        Kind::Inertial => {
            return inertial::analyze(recording, options, &options.body.or(&recording.body));
        }
        Kind::Picture => return picture::analyze(recording, options),
        Kind::Markers => {}
    }
    let resolved = landmarks::resolve(recording, options.subject.as_deref())?;
    if !has_pelvis(&resolved) {
        return Ok(stored_angles::analyze(recording, options));
    }
    let settings = &options.settings;
    let measures = options.body.or(&recording.body);

    let mut motion = to_lab(recording, &resolved, settings)?;
    let gaps = signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
    let (events, event_warnings) = events_of(recording, &motion, options);
    let filter_warning = filter(&mut motion, settings);
    let body = body::build(&motion, &measures, &settings.body, body::Model::Hipdrop);
    let angles = angles::series(&body, &motion);
    let strides = strides::find(&events, &motion, settings);
    let measured = metrics::measure(&strides, &angles, &motion, &gaps, &measures, settings);

    let mut warnings = recording.warnings.clone();
    warnings.extend(resolved.warnings.iter().cloned());
    warnings.append(&mut motion.warnings);
    warnings.extend(filter_warning);
    warnings.extend(body.warnings);
    warnings.extend(event_warnings);
    let facts = options.facts.clone().with_body(&measures);
    let tasks = match walks(&measured) {
        true => Tasks::default(),
        false => standing_tasks(&motion, &angles, &facts, settings),
    };
    let (status, reason) = outcome(&motion, &measured, &tasks);
    let standing = match status {
        Status::Standing => own_posture(&tasks, &angles),
        _ => options.standing,
    };
    let found = Found {
        status,
        reason,
        measurement: Measurement::Optical,
        standing,
        frame: Some(motion.frame),
        progression: Some(motion.progression),
        gaps: marker_gaps(recording, &resolved, &gaps),
        calibration: None,
        angles,
        events,
        strides: measured,
        tasks,
        warnings,
    };
    Ok(conclude(recording, options, &measures, found))
}

/// What all stages before the finding gave, of markers, sensors or stored angles.
struct Found {
    status: Status,
    reason: String,
    measurement: Measurement,
    standing: Option<StandingPosture>,
    frame: Option<LabFrame>,
    progression: Option<Progression>,
    gaps: Vec<MarkerGaps>,
    calibration: Option<Calibration>,
    angles: AngleSeries,
    events: Vec<GaitEvent>,
    strides: Vec<MeasuredStride>,
    tasks: Tasks,
    warnings: Vec<Warning>,
}

/// The last step, the same for every kind of recording: from measured strides to the finding.
fn conclude(
    recording: &Recording,
    options: &Options,
    measures: &BodyMeasures,
    found: Found,
) -> Analysis {
    let background = Background {
        facts: options.facts.clone().with_body(measures),
        norms: options.norms.clone(),
        warnings: found.warnings,
    };
    let mut features = used_features(&found.strides);
    if found.measurement == Measurement::Inertial {
        features = features
            .into_iter()
            .map(StrideFeatures::without_knee)
            .collect();
    }
    let limbs = classify::classify(
        &[features],
        found.standing.as_ref(),
        found.measurement,
        &background,
        &options.settings,
    );
    Analysis {
        finding: match found.status {
            Status::Analysed => classify::in_words(&limbs),
            _ => String::new(),
        },
        status: found.status,
        reason: found.reason,
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        frames: recording.frames,
        frame: found.frame,
        progression: found.progression,
        trunk_definition: found.angles.trunk_definition,
        angles: found.angles,
        events: found.events,
        strides: found.strides,
        limbs,
        tasks: found.tasks,
        standing: found.standing,
        facts: background.facts,
        gaps: found.gaps,
        calibration: found.calibration,
        warnings: background.warnings,
    }
}

/// True when at least one stride of walking can be used.
fn walks(strides: &[MeasuredStride]) -> bool {
    strides.iter().any(|s| s.stride.exclusion.is_none())
}

/// Standing on one leg, from markers.
fn standing_tasks(
    motion: &Motion,
    angles: &AngleSeries,
    facts: &SubjectFacts,
    settings: &Settings,
) -> Tasks {
    let feet = tasks::lift_of_markers(&motion.points, motion.frames, &settings.standing);
    stance_tasks(motion, angles, &feet, facts, settings)
}

/// Standing on one leg, when it is known when the feet are lifted.
fn stance_tasks(
    motion: &Motion,
    angles: &AngleSeries,
    feet: &Feet,
    facts: &SubjectFacts,
    settings: &Settings,
) -> Tasks {
    let stood = Stood {
        rate_hz: motion.rate_hz,
        first_s: motion.time_s(0),
        obliquity: &angles.pelvis.obliquity,
        lean: &angles.thorax.obliquity,
        feet,
        told: None,
        in_picture: false,
        facts,
    };
    Tasks {
        stance: tasks::stance_test(&stood, &settings.standing),
    }
}

/// Standing posture of a standing trial: on both legs, where it is a standing test.
fn own_posture(tasks: &Tasks, angles: &AngleSeries) -> Option<StandingPosture> {
    let Some(test) = &tasks.stance else {
        return Some(metrics::standing(angles));
    };
    let (pelvis, trunk) = test.both_legs_deg()?;
    Some(StandingPosture {
        pelvis_obliquity_deg: Some(pelvis),
        trunk_lean_deg: trunk,
    })
}

/// Whether angles are made from what was recorded or from filled and filtered markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processing {
    /// No gap filling, no filter.
    Raw,
    /// As in [`analyze`].
    Filtered,
}

/// The angle series of a recording, frame by frame, without events and strides; stored angles when
/// there are no pelvis markers.
///
/// # Errors
/// As [`analyze`]; [`AnalysisError::Nothing`] when there are neither markers nor stored angles.
pub fn angle_series(
    recording: &Recording,
    options: &Options,
    processing: Processing,
) -> Result<AngleSeries, AnalysisError> {
    match recording.kind() {
        Kind::Inertial => {
            let found = inertial::sensor_angles(recording, options, processing);
            return found.map(|found| found.angles);
        }
        Kind::Picture => return picture::angle_series(recording, options, processing),
        Kind::Markers => {}
    }
    match body_of(recording, options, processing, body::Model::Hipdrop)? {
        Some((motion, body)) => Ok(angles::series(&body, &motion)),
        None => angles::from_model_outputs(recording)
            .ok_or_else(|| AnalysisError::Nothing(stored_angles::no_pelvis(recording))),
    }
}

/// The same as Plug-in Gait columns, in its names, signs and rotation sequence.
///
/// # Errors
/// As [`angle_series`].
pub fn plug_in_gait(
    recording: &Recording,
    options: &Options,
    processing: Processing,
) -> Result<Vec<PigColumn>, AnalysisError> {
    if recording.kind() == Kind::Picture {
        return Err(AnalysisError::Nothing(picture::NO_FRAMES.to_owned()));
    }
    match body_of(recording, options, processing, body::Model::PlugInGait)? {
        Some((motion, body)) => Ok(angles::plug_in_gait(&body, &motion)),
        None => angles::plug_in_gait_from_model_outputs(recording)
            .ok_or_else(|| AnalysisError::Nothing(stored_angles::no_pelvis(recording))),
    }
}

/// The events that an analysis of the recording uses, with what was doubtful about them.
///
/// # Errors
/// As [`analyze`].
pub fn gait_events(
    recording: &Recording,
    options: &Options,
) -> Result<(Vec<GaitEvent>, Vec<Warning>), AnalysisError> {
    match recording.kind() {
        Kind::Inertial => return inertial::gait_events(recording, options),
        // nobody walks in a picture
        Kind::Picture => return Ok((options.events.clone().unwrap_or_default(), Vec::new())),
        Kind::Markers => {}
    }
    let resolved = landmarks::resolve(recording, options.subject.as_deref())?;
    if !has_pelvis(&resolved) {
        return Ok((stored_angles::events_of(recording, options), Vec::new()));
    }
    let mut motion = to_lab(recording, &resolved, &options.settings)?;
    signal::fill_gaps(&mut motion.points, motion.rate_hz, &options.settings.signal);
    Ok(events_of(recording, &motion, options))
}

/// Segment frames of a recording, `None` without pelvis markers.
fn body_of(
    recording: &Recording,
    options: &Options,
    processing: Processing,
    model: body::Model,
) -> Result<Option<(Motion, body::Body)>, AnalysisError> {
    let resolved = landmarks::resolve(recording, options.subject.as_deref())?;
    if !has_pelvis(&resolved) {
        return Ok(None);
    }
    let settings = &options.settings;
    let mut motion = to_lab(recording, &resolved, settings)?;
    if processing == Processing::Filtered {
        signal::fill_gaps(&mut motion.points, motion.rate_hz, &settings.signal);
        filter(&mut motion, settings);
    }
    let stored = match model {
        body::Model::Hipdrop => recording.body,
        // to reproduce the stored angles, take the measures they were made with
        body::Model::PlugInGait => body::measures_of_stored_centres(recording, &recording.body).0,
    };
    let measures = options.body.or(&stored);
    let body = body::build(&motion, &measures, &settings.body, model);
    Ok(Some((motion, body)))
}

/// The laboratory frame; where it cannot be made, a file with several subjects says whose it is.
fn to_lab(
    recording: &Recording,
    resolved: &Resolved,
    settings: &Settings,
) -> Result<Motion, AnalysisError> {
    lab::to_lab(recording, resolved, &settings.lab).map_err(|error| match &resolved.subject {
        Some(taken) if !resolved.passed_over.is_empty() => AnalysisError::Subject {
            taken: taken.clone(),
            others: resolved.passed_over.join(", "),
            error,
        },
        _ => error.into(),
    })
}

/// True when there is at least one pelvis marker.
fn has_pelvis(resolved: &Resolved) -> bool {
    resolved.indices.keys().any(|landmark| landmark.is_pelvis())
}

/// The user's events, else those that the settings ask for.
fn events_of(
    recording: &Recording,
    motion: &Motion,
    options: &Options,
) -> (Vec<GaitEvent>, Vec<Warning>) {
    match &options.events {
        Some(given) => {
            let doubt = events::exchanged_sides(given, motion, &options.settings);
            (given.clone(), doubt.into_iter().collect())
        }
        None => events::find(recording, motion, &options.settings),
    }
}

/// Filters the markers in place, unless the settings say otherwise.
fn filter(motion: &mut Motion, settings: &Settings) -> Option<Warning> {
    if !settings.signal.filter {
        return None;
    }
    signal::low_pass(
        &mut motion.points,
        motion.rate_hz,
        settings.signal.cutoff_hz,
    )
}

/// What became of a recording that could be put into the laboratory frame, and why.
fn outcome(motion: &Motion, strides: &[MeasuredStride], tasks: &Tasks) -> (Status, String) {
    if walks(strides) {
        return (Status::Analysed, String::new());
    }
    if tasks.stance.is_some() || motion.progression.locomotion == Locomotion::Standing {
        return (Status::Standing, String::new());
    }
    if strides.is_empty() {
        let reason = "no complete stride (foot strike to foot strike of one foot) was found";
        return (Status::Insufficient, reason.into());
    }
    let reason = format!(
        "none of the {} strides can be used: {}",
        strides.len(),
        count_exclusions(strides)
    );
    (Status::Insufficient, reason)
}

/// `3 turn, 1 gap`.
fn count_exclusions(strides: &[MeasuredStride]) -> String {
    let mut counts = BTreeMap::new();
    for exclusion in strides.iter().filter_map(|s| s.stride.exclusion) {
        *counts.entry(exclusion).or_insert(0) += 1;
    }
    let words: Vec<String> = counts
        .iter()
        .map(|(exclusion, count)| format!("{count} {}", exclusion.name()))
        .collect();
    words.join(", ")
}

/// What the decision model needs of the strides that are used.
pub fn used_features(strides: &[MeasuredStride]) -> Vec<StrideFeatures> {
    strides
        .iter()
        .filter_map(|s| StrideFeatures::of(&s.stride, &s.metrics, &s.evidence))
        .collect()
}

/// Gaps by the file's own labels, in the order of the landmarks.
fn marker_gaps(recording: &Recording, resolved: &Resolved, gaps: &GapReport) -> Vec<MarkerGaps> {
    gaps.markers
        .iter()
        .filter(|(_, log)| log.missing > 0)
        .filter_map(|(landmark, log)| {
            let marker = recording.markers.get(*resolved.indices.get(landmark)?)?;
            Some(MarkerGaps {
                label: marker.label.clone(),
                missing: log.missing,
                filled: log.filled(),
            })
        })
        .collect()
}
