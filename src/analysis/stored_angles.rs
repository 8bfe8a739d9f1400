//! Recordings without pelvis markers: another program's stored angles, if there are any.
//!
//! In: a recording whose model outputs hold Plug-in Gait angles or OpenSim coordinates. Out: the same [`Analysis`] as from
//! markers, without gaps, laboratory frame and kinematic events.

use super::{Analysis, Found, Options, Status, conclude, used_features};
use crate::angles::{self, AngleSeries};
use crate::classify::Measurement;
use crate::events::{self, GaitEvent};
use crate::lab::Motion;
use crate::metrics::{self, MeasuredStride};
use crate::recording::{Format, Recording};
use crate::signal::GapReport;
use crate::strides;
use crate::tasks::Tasks;

/// Analyses stored angles with stored (or given) events.
pub fn analyze(recording: &Recording, options: &Options) -> Analysis {
    let measures = options.body.or(&recording.body);
    let mut found = Found {
        status: Status::NoGait,
        reason: no_pelvis(recording),
        measurement: measurement(recording),
        standing: options.standing,
        frame: None,
        progression: None,
        gaps: Vec::new(),
        calibration: None,
        angles: AngleSeries::default(),
        events: Vec::new(),
        strides: Vec::new(),
        tasks: Tasks::default(),
        warnings: recording.warnings.clone(),
    };
    if let Some(angles) = angles::from_model_outputs(recording) {
        let settings = &options.settings;
        let events = events_of(recording, options);
        let motion = Motion::without_markers(recording);
        let strides = strides::find(&events, &motion, settings);
        let gaps = GapReport::default();
        let measured = metrics::measure(&strides, &angles, &motion, &gaps, &measures, settings);
        (found.status, found.reason) = outcome(&measured);
        (found.angles, found.events, found.strides) = (angles, events, measured);
    }
    conclude(recording, options, &measures, found)
}

fn outcome(strides: &[MeasuredStride]) -> (Status, String) {
    match used_features(strides).is_empty() {
        false => (Status::Analysed, String::new()),
        true => (
            Status::Insufficient,
            "the file holds angles but no markers and no complete stride of events: give foot \
             strikes and foot offs with --events-from"
                .into(),
        ),
    }
}

/// A table of OpenSim coordinates does not say whether markers or markerless video were behind it:
/// the larger measurement error is assumed.
fn measurement(recording: &Recording) -> Measurement {
    match recording.format {
        Format::OpenSim => Measurement::Markerless,
        _ => Measurement::Optical,
    }
}

/// The user's events, else the stored ones: without markers none can be detected.
pub(super) fn events_of(recording: &Recording, options: &Options) -> Vec<GaitEvent> {
    match &options.events {
        Some(given) => given.clone(),
        None => events::stored(recording),
    }
}

/// Why there is nothing to measure.
pub(super) fn no_pelvis(recording: &Recording) -> String {
    if recording.markers.is_empty() {
        return "the file holds no markers and no stored pelvis angles".into();
    }
    format!(
        "none of the {} markers is a pelvis marker (expected two ASIS, or PSIS: LASI, RASI, …); \
         `hipdrop inspect` lists the labels",
        recording.markers.len()
    )
}
