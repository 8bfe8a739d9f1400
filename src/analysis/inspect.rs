//! What was recognised in a recording, what can be computed from it and what is missing for the
//! rest.
//!
//! In: a [`Recording`]. Out: an [`Inspection`]. What "can be computed" is what [`analyze`] really
//! gives, not a guess from the labels.

mod guesses;
pub mod map;
mod quantities;
mod sensors;

pub use sensors::SensorSeen;

use super::{Options, analyze};
use crate::lab::{LabFrame, Locomotion, Progression};
use crate::landmarks::{self, Landmark, Resolved};
use crate::recording::{
    EventKind, Kind, Layout, LengthUnit, LimbMeasures, Marker, Recording, Side, Warning,
};
pub use guesses::Guess;
use nalgebra::Vector3;
use serde::Serialize;
use std::collections::BTreeSet;

/// Names with values, in the order in which a person reads them; a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<V>(pub Vec<(String, V)>);

impl<V> Named<V> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

impl<V: Serialize> Serialize for Named<V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Everything that `hipdrop inspect` says; serialised as its JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// Format name.
    pub format: &'static str,
    /// `markers`, `inertial`, or `angles` when the file holds stored angles only.
    pub kind: &'static str,
    /// Number of frames.
    pub frames: usize,
    /// Frames per second.
    pub rate_hz: f64,
    /// Frame number of the first stored frame.
    pub first_frame: u64,
    /// Seconds.
    pub duration_s: f64,
    /// Unit of the markers in the file; `None` when neither declared nor found.
    pub units: Option<LengthUnit>,
    /// True when the unit was guessed from the size of the pelvis.
    pub units_guessed: bool,
    /// The file's axis that points up: `+Z`; `None` when it was not found.
    pub vertical_axis: Option<String>,
    /// How the subject moves; `None` when no laboratory frame was found.
    pub progression: Option<Travel>,
    /// Subjects that the file declares.
    pub subjects: Vec<String>,
    /// Inertial sensors, in file order.
    pub sensors: Vec<SensorSeen>,
    /// How the sensors were calibrated and what that hides, in sentences.
    pub calibration: Vec<String>,
    /// Labels of all markers, in file order.
    pub labels: Vec<String>,
    /// The label of every landmark that was found.
    pub landmarks: Named<String>,
    /// Landmarks of a complete marker set that were not found.
    pub missing: Vec<String>,
    /// Labels that stand for no landmark.
    pub unmatched: Vec<String>,
    /// Landmarks with missing frames.
    pub gaps: Vec<Gaps>,
    /// Events stored in the file.
    pub events: Vec<Event>,
    /// Number of force plates.
    pub force_plates: usize,
    /// Labels of stored results of other programs.
    pub model_outputs: Vec<String>,
    /// Body measures that are known, metres, kilograms and degrees.
    pub body_measures: Named<f64>,
    /// What can be computed.
    pub can_compute: Named<bool>,
    /// What is missing for the rest.
    pub cannot_compute: Named<String>,
    /// What became of the recording, as `status` in the tables.
    pub status: &'static str,
    /// Why it cannot be analysed; empty otherwise.
    pub reason: String,
    /// How the file was laid out, as far as the reader had to find out.
    pub layout: Layout,
    /// What was concluded, from what, and how to say otherwise.
    pub guesses: Vec<Guess>,
    /// Warnings of all stages.
    pub warnings: Vec<Warning>,
}

/// How the subject moves through the laboratory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Travel {
    /// Overground, treadmill or standing.
    pub locomotion: Locomotion,
    /// The file's axis nearest to the walking direction: `-Y`; `None` when nobody walks.
    pub direction: Option<String>,
    /// Straight passes.
    pub passes: Vec<Stretch>,
    /// Turns between passes.
    pub turns: usize,
}

/// One straight pass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// First frame, in the file's count.
    pub first_frame: u64,
    /// Last frame, in the file's count.
    pub last_frame: u64,
    /// The file's axis nearest to the walking direction.
    pub direction: String,
}

/// Missing frames of one landmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// Label of the marker.
    pub label: String,
    /// Missing frames.
    pub missing: usize,
    /// Longest run of missing frames.
    pub longest: usize,
}

/// One stored event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Side; `None` when the file does not say.
    pub side: Option<Side>,
    /// Kind; `None` when the label is empty or unknown.
    pub event: Option<EventKind>,
    /// Label as stored.
    pub label: String,
    /// Frame in the file's count.
    pub frame: u64,
    /// Seconds; frame 1 is 0.
    pub time_s: f64,
}

/// Looks at a recording. Never fails: what cannot be found is said.
pub fn inspect(recording: &Recording, options: &Options) -> Inspection {
    let resolved = landmarks::resolve(recording, options.subject.as_deref());
    let analysis = analyze(recording, options);
    let (resolved, analysis, error) = match (resolved, analysis) {
        (Ok(resolved), Ok(analysis)) => (resolved, Some(analysis), None),
        (Ok(resolved), Err(error)) => (resolved, None, Some(error.to_string())),
        (Err(error), _) => (Resolved::default(), None, Some(error.to_string())),
    };
    let (can_compute, cannot_compute) =
        quantities::computable(recording, analysis.as_ref(), &resolved, error.as_deref());
    let frame = analysis.as_ref().and_then(|a| a.frame.as_ref());
    let travel = frame.zip(analysis.as_ref().and_then(|a| a.progression.as_ref()));
    let calibration = analysis.as_ref().and_then(|a| a.calibration.as_ref());
    let has_markers = resolved.indices.keys().any(|l| l.is_pelvis());
    let inertial = recording.kind() == Kind::Inertial;
    let stored_angles = !inertial && !has_markers && can_compute.get("pelvic_drop") == Some(&true);
    let mut seen = Inspection {
        format: recording.format.name(),
        kind: if stored_angles {
            "angles"
        } else {
            recording.kind().name()
        },
        frames: recording.frames,
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        duration_s: recording.duration_s(),
        units: frame
            .map(|f| f.unit)
            .or(recording.declared_unit.filter(|_| !inertial)),
        units_guessed: frame.is_some_and(|f| f.unit_guessed),
        vertical_axis: frame.map(|f| f.vertical.clone()),
        progression: travel.map(|(frame, p)| travel_of(recording, frame, p)),
        subjects: recording.subjects.clone(),
        sensors: sensors::of(recording),
        calibration: calibration.map_or_else(Vec::new, |c| c.words()),
        labels: recording.markers.iter().map(|m| m.label.clone()).collect(),
        landmarks: found_landmarks(recording, &resolved),
        missing: match inertial {
            true => Vec::new(),
            false => missing_landmarks(&resolved),
        },
        unmatched: resolved.unmatched.clone(),
        gaps: gaps(recording, &resolved),
        events: stored_events(recording),
        force_plates: recording.plates.len(),
        model_outputs: recording
            .model_outputs
            .iter()
            .map(|o| o.label.clone())
            .collect(),
        body_measures: body_measures(recording, options),
        can_compute,
        cannot_compute,
        status: analysis.as_ref().map_or("failed", |a| a.status.name()),
        reason: match (&analysis, error) {
            (Some(analysis), _) => analysis.reason.clone(),
            (None, error) => error.unwrap_or_default(),
        },
        layout: recording.layout.clone(),
        guesses: Vec::new(),
        warnings: analysis.map_or_else(|| recording.warnings.clone(), |a| a.warnings),
    };
    seen.guesses = guesses::list(recording, &seen);
    seen
}

fn found_landmarks(recording: &Recording, resolved: &Resolved) -> Named<String> {
    let found = resolved.indices.iter().filter_map(|(landmark, &index)| {
        let marker = recording.markers.get(index)?;
        Some((landmark.label(), marker.label.clone()))
    });
    Named(found.collect())
}

/// The landmarks of a complete marker set that are not there. A sacral marker stands in for both
/// PSIS and they for it; medial markers and joint centres are extras.
fn missing_landmarks(resolved: &Resolved) -> Vec<String> {
    let has = |l: Landmark| resolved.indices.contains_key(&l);
    let sided: [fn(Side) -> Landmark; 6] = [
        Landmark::Thigh,
        Landmark::Knee,
        Landmark::Tibia,
        Landmark::Ankle,
        Landmark::Heel,
        Landmark::Toe,
    ];
    let mut wanted: Vec<Landmark> = Side::BOTH.map(Landmark::Asis).into();
    if !has(Landmark::Sacrum) {
        wanted.extend(Side::BOTH.map(Landmark::Psis));
    }
    wanted.extend([
        Landmark::C7,
        Landmark::T10,
        Landmark::Clavicle,
        Landmark::Sternum,
    ]);
    for landmark in sided {
        wanted.extend(Side::BOTH.map(landmark));
    }
    wanted.retain(|&l| !has(l));
    wanted.into_iter().map(Landmark::label).collect()
}

/// Of every marker, landmarks first.
fn gaps(recording: &Recording, resolved: &Resolved) -> Vec<Gaps> {
    let known: BTreeSet<usize> = resolved.indices.values().copied().collect();
    let others = (0..recording.markers.len()).filter(|index| !known.contains(index));
    let in_order = resolved.indices.values().copied().chain(others);
    let markers = in_order.filter_map(|index| recording.markers.get(index));
    markers.filter_map(gaps_of).collect()
}

/// What is missing of a marker; `None` when nothing is.
fn gaps_of(marker: &Marker) -> Option<Gaps> {
    let (mut missing, mut longest, mut run) = (0, 0, 0);
    for i in 0..marker.position.len() {
        run = if marker.position.is_missing(i) {
            run + 1
        } else {
            0
        };
        missing += usize::from(run > 0);
        longest = longest.max(run);
    }
    (missing > 0).then(|| Gaps {
        label: marker.label.clone(),
        missing,
        longest,
    })
}

fn stored_events(recording: &Recording) -> Vec<Event> {
    let mut events: Vec<Event> = recording
        .events
        .iter()
        .map(|e| Event {
            side: e.side,
            event: e.kind,
            label: e.label.clone(),
            frame: (e.time_s * recording.rate_hz).round().max(0.0) as u64 + 1,
            time_s: e.time_s,
        })
        .collect();
    events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    events
}

fn travel_of(recording: &Recording, frame: &LabFrame, progression: &Progression) -> Travel {
    let direction = |heading: f64| axis_name(frame, heading);
    let passes: Vec<Stretch> = progression
        .passes
        .iter()
        .map(|pass| Stretch {
            first_frame: recording.first_frame + pass.first as u64,
            last_frame: recording.first_frame + pass.last as u64,
            direction: direction(pass.heading_rad),
        })
        .collect();
    Travel {
        locomotion: progression.locomotion,
        direction: match progression.locomotion {
            Locomotion::Standing => None,
            _ => Some(direction(progression.trial_heading_rad)),
        },
        turns: passes.len().saturating_sub(1),
        passes,
    }
}

/// The signed file axis nearest to a heading in the laboratory.
fn axis_name(frame: &LabFrame, heading_rad: f64) -> String {
    let in_lab = Vector3::new(heading_rad.cos(), heading_rad.sin(), 0.0);
    let in_file = frame.lab_from_file.transpose() * in_lab;
    let axis = in_file.iamax();
    let sign = if in_file[axis] < 0.0 { '-' } else { '+' };
    format!("{sign}{}", ["X", "Y", "Z"][axis])
}

/// One measure of a limb.
type Measure = fn(&LimbMeasures) -> Option<f64>;

/// Known measures by name: those given with the analysis go before those of the file.
fn body_measures(recording: &Recording, options: &Options) -> Named<f64> {
    let body = options.body.or(&recording.body);
    let mut known = Vec::new();
    let mut add = |name: String, value: Option<f64>| {
        known.extend(value.map(|v| (name, v)));
    };
    add("height_m".into(), body.height_m);
    add("mass_kg".into(), body.mass_kg);
    add("inter_asis_m".into(), body.inter_asis_m);
    add("marker_diameter_m".into(), body.marker_diameter_m);
    let degrees = |angle: Option<f64>| angle.map(f64::to_degrees);
    let measures: [(&str, &str, Measure); 7] = [
        ("leg_length", "m", |l| l.leg_length_m),
        ("knee_width", "m", |l| l.knee_width_m),
        ("ankle_width", "m", |l| l.ankle_width_m),
        ("asis_trochanter", "m", |l| l.asis_trochanter_m),
        ("thigh_rotation", "deg", |l| l.thigh_rotation_rad),
        ("shank_rotation", "deg", |l| l.shank_rotation_rad),
        ("tibial_torsion", "deg", |l| l.tibial_torsion_rad),
    ];
    for (name, unit, of) in measures {
        for side in Side::BOTH {
            let value = of(&body.limbs[side]);
            let value = if unit == "deg" { degrees(value) } else { value };
            add(format!("{name}_{}_{unit}", side.name()), value);
        }
    }
    Named(known)
}
