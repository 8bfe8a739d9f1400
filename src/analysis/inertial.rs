//! Recordings of inertial sensors: sensors → segments → angles, events, strides, findings.
//!
//! In: a recording with sensors. Out: the same [`Analysis`] as from markers; what the calibration
//! hides is among its warnings and in [`Analysis::calibration`].

use super::{
    Analysis, AnalysisError, Found, Options, Processing, Status, conclude, count_exclusions,
    stance_tasks, walks,
};
use crate::angles::{self, AngleSeries};
use crate::body;
use crate::classify::Measurement;
use crate::events::{self, GaitEvent};
use crate::inertial::{self, Calibration, InertialError, Segments, SensorOrientation, Upright};
use crate::lab::{Motion, Pass};
use crate::metrics::{self, MeasuredStride};
use crate::recording::{BodyMeasures, Recording, Series3, Warning};
use crate::settings::{EventPreference, LabSettings, Settings};
use crate::signal::{GapReport, derivative, median};
use crate::strides::{self, Exclusion, Stride};
use crate::tasks::{self, Tasks};

/// Analyses a recording of inertial sensors.
pub fn analyze(
    recording: &Recording,
    options: &Options,
    measures: &BodyMeasures,
) -> Result<Analysis, AnalysisError> {
    let settings = &options.settings;
    let segments = inertial::segments_as_worn(recording, &settings.inertial, &options.known)?;
    let body = body::from_segments(&segments, recording.rate_hz, Some(&settings.signal));
    let motion = motion(recording, &segments, &settings.lab);
    let angles = angles::series(&body, &motion);
    let (events, event_warnings) = events_of(recording, &segments, options);
    let mut strides = strides::find(&events, &motion, settings);
    exclude_starts_and_stops(&mut strides, recording, &segments, settings);
    if let Some([from, to]) = options.between_s {
        strides.retain(|stride| (from..to).contains(&stride.start_s));
    }
    let gaps = GapReport::default();
    let measured = metrics::measure(&strides, &angles, &motion, &gaps, measures, settings);

    let mut warnings = recording.warnings.clone();
    warnings.extend(segments.warnings.iter().cloned());
    warnings.extend(event_warnings);
    warnings.extend(experimental_knee(&angles));
    let facts = options.facts.clone().with_body(measures);
    let tasks = match walks(&measured) {
        true => Tasks::default(),
        false => {
            let feet = tasks::lift_of_sensors(recording, &segments, &settings.standing);
            stance_tasks(&motion, &angles, &feet, &facts, settings)
        }
    };
    let (status, reason) = outcome(&segments, &measured, &tasks);
    let found = Found {
        status,
        reason,
        measurement: Measurement::Inertial,
        standing: options.standing,
        frame: None,
        progression: Some(motion.progression),
        gaps: Vec::new(),
        calibration: Some(segments.calibration),
        angles,
        events,
        strides: measured,
        tasks,
        warnings,
    };
    Ok(conclude(recording, options, measures, found))
}

/// What sensors tell frame by frame.
#[derive(Debug, Clone, PartialEq)]
pub struct SensorAngles {
    /// Angles of pelvis, trunk and joints.
    pub angles: AngleSeries,
    /// Orientation of every sensor, in file order; never filtered.
    pub orientations: Vec<SensorOrientation>,
    /// How the sensors were calibrated, and what that hides.
    pub calibration: Calibration,
}

/// The angle series of a recording of inertial sensors and the orientations they come from.
///
/// # Errors
/// As [`analyze`](super::analyze).
pub fn sensor_angles(
    recording: &Recording,
    options: &Options,
    processing: Processing,
) -> Result<SensorAngles, AnalysisError> {
    let settings = &options.settings;
    let segments = inertial::segments_as_worn(recording, &settings.inertial, &options.known)?;
    let filter = (processing == Processing::Filtered).then_some(&settings.signal);
    let body = body::from_segments(&segments, recording.rate_hz, filter);
    let motion = motion(recording, &segments, &settings.lab);
    Ok(SensorAngles {
        angles: angles::series(&body, &motion),
        orientations: segments.sensors,
        calibration: segments.calibration,
    })
}

/// The events that an analysis uses.
pub(super) fn gait_events(
    recording: &Recording,
    options: &Options,
) -> Result<(Vec<GaitEvent>, Vec<Warning>), AnalysisError> {
    let settings = &options.settings.inertial;
    let segments = inertial::segments_as_worn(recording, settings, &options.known)?;
    Ok(events_of(recording, &segments, options))
}

/// The user's events, else stored ones where they are asked for, else those of the sensors.
fn events_of(
    recording: &Recording,
    segments: &Segments,
    options: &Options,
) -> (Vec<GaitEvent>, Vec<Warning>) {
    if let Some(given) = &options.events {
        return (given.clone(), Vec::new());
    }
    let settings = &options.settings.events;
    let stored = events::stored(recording);
    let take_stored = match settings.source {
        EventPreference::Stored => true,
        EventPreference::Auto => !stored.is_empty(),
        EventPreference::Detect => false,
    };
    if take_stored {
        return (stored, Vec::new());
    }
    events::from_sensors(recording, &segments.walking, upright(segments), settings)
}

/// How the pelvis's sensor sits.
fn upright(segments: &Segments) -> Option<events::Upright> {
    let sensor = segments.pelvis.as_ref()?.sensor;
    let name = &segments.sensors.get(sensor)?.name;
    let calibration = segments
        .calibration
        .sensors
        .iter()
        .find(|c| c.name == *name)?;
    let [forward, _, up] = calibration.sensor_from_segment.map(Into::into);
    Some(events::Upright {
        sensor,
        up,
        forward,
    })
}

/// The time base and the direction of progression; nothing is known of positions.
fn motion(recording: &Recording, segments: &Segments, settings: &LabSettings) -> Motion {
    let mut motion = Motion::without_markers(recording);
    motion.progression.passes = passes(segments, recording.rate_hz, settings);
    motion
        .progression
        .heading_rad
        .clone_from(&segments.heading_rad);
    motion
}

/// Stretches of walking without a turn.
fn passes(segments: &Segments, rate_hz: f64, settings: &LabSettings) -> Vec<Pass> {
    let turning = derivative(&segments.heading_rad, rate_hz);
    let patience = (settings.turn_hysteresis_s * rate_hz).round() as usize;
    let limit = settings.turn_rate_max_deg_s.to_radians();
    let mut passes = Vec::new();
    let mut first: Option<usize> = None;
    let mut turned = 0;
    for i in 0..=segments.frames {
        let walks = segments.walking.get(i) == Some(&true);
        turned = match turning.get(i) {
            Some(rate) if rate.abs() > limit => turned + 1,
            _ => 0,
        };
        let ends = !walks || turned > patience;
        match (first, ends) {
            (None, false) => first = Some(i),
            (Some(from), true) => {
                let last = i.saturating_sub(1 + if walks { patience } else { 0 });
                first = None;
                if last > from {
                    let headings = segments.heading_rad.get(from..=last).unwrap_or_default();
                    let known: Vec<f64> =
                        headings.iter().copied().filter(|h| h.is_finite()).collect();
                    let heading_rad = known.iter().sum::<f64>() / known.len() as f64;
                    passes.push(Pass {
                        first: from,
                        last,
                        heading_rad,
                    });
                }
            }
            _ => {}
        }
    }
    passes
}

/// Strides with a much smaller vertical acceleration of the pelvis than the others begin or end a
/// walk. The speed is not known; it grows about with the square root of that acceleration.
fn exclude_starts_and_stops(
    strides: &mut [Stride],
    recording: &Recording,
    segments: &Segments,
    settings: &Settings,
) {
    let Some(pelvis) = segments.pelvis.as_ref().or(segments.thorax.as_ref()) else {
        return;
    };
    let Some(sensor) = recording.sensors.get(pelvis.sensor) else {
        return;
    };
    let efforts: Vec<f64> = strides
        .iter()
        .map(|s| {
            effort(
                &sensor.acc_m_s2,
                recording.index_at(s.start_s),
                recording.index_at(s.end_s),
            )
        })
        .collect();
    let known: Vec<f64> = strides
        .iter()
        .zip(&efforts)
        .filter(|(s, _)| s.exclusion.is_none())
        .map(|(_, e)| *e)
        .collect();
    let usual = median(&known);
    for (stride, effort) in strides.iter_mut().zip(efforts) {
        if stride.exclusion.is_none() && effort < settings.strides.start_stop_speed_share * usual {
            stride.exclusion = Some(Exclusion::StartStop);
        }
    }
}

/// Square root of the spread of the size of the acceleration between two fractional indices.
pub(crate) fn effort(acc: &Series3, from: f64, to: f64) -> f64 {
    let range = from.ceil().max(0.0) as usize..(to.floor().max(0.0) as usize).min(acc.len());
    let sizes: Vec<f64> = range
        .map(|i| acc.at(i).norm())
        .filter(|n| n.is_finite())
        .collect();
    let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
    let square = sizes.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / sizes.len() as f64;
    square.sqrt().sqrt()
}

/// Says that the frontal angle of the knee is experimental where there is one.
fn experimental_knee(angles: &AngleSeries) -> Option<Warning> {
    let knees = [&angles.knee.left.frontal, &angles.knee.right.frontal];
    let known = knees.iter().any(|k| k.iter().any(|v| v.is_finite()));
    known.then(|| {
        Warning::new(
            "knee-experimental",
            "the frontal angle of the knee is experimental: without a magnetometer thigh and shank \
             are taken to face the same way on average, so only its change within a stride means \
             something; it is never used for the finding",
        )
    })
}

/// What became of the recording, and why.
fn outcome(segments: &Segments, strides: &[MeasuredStride], tasks: &Tasks) -> (Status, String) {
    if walks(strides) {
        return (Status::Analysed, String::new());
    }
    if tasks.stance.is_some() {
        return (Status::Standing, String::new());
    }
    if !segments.walking.contains(&true) {
        if matches!(segments.calibration.upright, Upright::Standing { .. }) {
            let use_it = "give it with --static to calibrate walks with the same sensors by it";
            return (Status::Standing, use_it.into());
        }
        return (
            Status::NoGait,
            "nobody walks: the vertical acceleration does not repeat from step to step".into(),
        );
    }
    let reason = match strides.len() {
        0 => "no complete stride (foot strike to foot strike of one foot) was found".to_owned(),
        n => format!(
            "none of the {n} strides can be used: {}",
            count_exclusions(strides)
        ),
    };
    (Status::Insufficient, reason)
}

impl From<InertialError> for AnalysisError {
    fn from(error: InertialError) -> AnalysisError {
        AnalysisError::Nothing(error.to_string())
    }
}
