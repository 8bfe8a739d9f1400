//! Recordings without pelvis markers: another program's stored angles, if there are any.
//!
//! In: a recording whose model outputs hold Plug-in Gait angles or OpenSim coordinates. Out: the same [`Analysis`] as from
//! markers, without gaps, laboratory frame and kinematic events.

use super::{Analysis, Options, Status, used_features};
use crate::angles::{self, AngleSeries};
use crate::classify::{self, Background, Measurement};
use crate::events::{self, GaitEvent};
use crate::lab::Motion;
use crate::metrics;
use crate::recording::{Format, Recording, SubjectFacts};
use crate::signal::GapReport;
use crate::strides;

/// Analyses stored angles with stored (or given) events.
pub fn analyze(recording: &Recording, options: &Options) -> Analysis {
    let Some(angles) = angles::from_model_outputs(recording) else {
        return nothing(recording, options, Status::NoGait, no_pelvis(recording));
    };
    let settings = &options.settings;
    let events = events_of(recording, options);
    let motion = Motion::without_markers(recording);
    let found = strides::find(&events, &motion, settings);
    let measured = metrics::measure(
        &found,
        &angles,
        &motion,
        &GapReport::default(),
        &options.body.or(&recording.body),
        settings,
    );
    let features = used_features(&measured);
    let mut analysis = if features.is_empty() {
        let reason = "the file holds angles but no markers and no complete stride of events: \
                      give foot strikes and foot offs with --events-from";
        nothing(recording, options, Status::Insufficient, reason.into())
    } else {
        let limbs = classify::classify(
            &[features],
            options.standing.as_ref(),
            measurement(recording),
            &background(recording, options),
            settings,
        );
        Analysis {
            finding: classify::in_words(&limbs),
            limbs,
            ..nothing(recording, options, Status::Analysed, String::new())
        }
    };
    analysis.trunk_definition = angles.trunk_definition;
    analysis.angles = angles;
    analysis.events = events;
    analysis.strides = measured;
    analysis
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

/// What is known of the person, with the body measures of the file.
fn facts(recording: &Recording, options: &Options) -> SubjectFacts {
    let measures = options.body.or(&recording.body);
    options.facts.clone().with_body(&measures)
}

fn background(recording: &Recording, options: &Options) -> Background {
    Background {
        facts: facts(recording, options),
        norms: options.norms.clone(),
        warnings: recording.warnings.clone(),
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

/// An analysis without results.
fn nothing(recording: &Recording, options: &Options, status: Status, reason: String) -> Analysis {
    Analysis {
        status,
        reason,
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        frames: recording.frames,
        frame: None,
        progression: None,
        angles: AngleSeries::default(),
        trunk_definition: None,
        events: Vec::new(),
        strides: Vec::new(),
        limbs: classify::classify(
            &[],
            options.standing.as_ref(),
            measurement(recording),
            &background(recording, options),
            &options.settings,
        ),
        finding: String::new(),
        standing: options.standing,
        facts: facts(recording, options),
        gaps: Vec::new(),
        calibration: None,
        warnings: recording.warnings.clone(),
    }
}
