//! From the file's axes to one laboratory frame.
//!
//! In: a [`Recording`] and its landmarks. Out: [`Motion`] — the same trajectories in metres with
//! Z up, the direction of progression, the passes and the turns.

mod floor;
mod path;
mod progression;
mod sides;
mod swaps;
mod turn;
mod twist;
mod units;
mod vertical;

use path::PelvisPath;
pub use turn::{Turn, turn_of};
use vertical::SignedAxis;

use crate::landmarks::{Landmark, Points, Resolved};
use crate::recording::{ForcePlate, LengthUnit, Recording, Series3, Warning};
use crate::settings::LabSettings;
use nalgebra::{Matrix3, Vector3};

/// How the subject moves through the laboratory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locomotion {
    /// Walks across the laboratory.
    Overground,
    /// Walks on the spot: the stance foot moves backwards.
    Treadmill,
    /// Does not walk.
    Standing,
}

/// A stretch of walking without a turn.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pass {
    /// First index (0-based stored frame).
    pub first: usize,
    /// Last index, included.
    pub last: usize,
    /// Mean heading, radians, anticlockwise from the laboratory's X axis; NaN where no sensor tells
    /// it.
    #[serde(deserialize_with = "nan_from_null")]
    pub heading_rad: f64,
}

/// A number of a stored result: JSON has no NaN, it is written as null.
fn nan_from_null<'de, D: serde::Deserializer<'de>>(number: D) -> Result<f64, D::Error> {
    let number: Option<f64> = serde::Deserialize::deserialize(number)?;
    Ok(number.unwrap_or(f64::NAN))
}

/// Where the subject is going.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Progression {
    /// Overground, treadmill or standing.
    pub locomotion: Locomotion,
    /// Frames per second.
    pub rate_hz: f64,
    /// Direction of progression per frame, radians, continuous (unwrapped); NaN where unknown.
    pub heading_rad: Vec<f64>,
    /// Path length per frame: horizontal speed of the pelvis, low-passed, m/s (belt speed added on
    /// a treadmill by `metrics`, not here).
    pub speed_m_s: Vec<f64>,
    /// Straight passes, in time order.
    pub passes: Vec<Pass>,
    /// Heading of Plug-in Gait's progression frame for the whole trial: the signed horizontal
    /// laboratory axis nearest to the walking direction, radians.
    pub trial_heading_rad: f64,
    /// Belt speed, m/s, on a treadmill.
    pub belt_speed_m_s: Option<f64>,
}

/// How the laboratory frame was found.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LabFrame {
    /// Unit of the file.
    pub unit: LengthUnit,
    /// True when the unit was guessed from the size of the pelvis.
    pub unit_guessed: bool,
    /// The file's axis that points up: `+X`, `-Y`, `+Z`, …
    pub vertical: String,
    /// Turns file axes into laboratory axes (proper rotation).
    #[serde(skip)]
    pub lab_from_file: Matrix3<f64>,
    /// Height of the floor above the file's origin, metres.
    pub floor_m: f64,
}

/// A recording in the laboratory frame: Z up, metres, right-handed.
#[derive(Debug, Clone, PartialEq)]
pub struct Motion {
    /// Frames per second.
    pub rate_hz: f64,
    /// Frame number of the first stored frame.
    pub first_frame: u64,
    /// Number of frames.
    pub frames: usize,
    /// Landmark trajectories.
    pub points: Points,
    /// Force plates, corners and centre of pressure in metres, all in the laboratory frame.
    pub plates: Vec<ForcePlate>,
    /// How the frame was found.
    pub frame: LabFrame,
    /// Direction of progression, passes.
    pub progression: Progression,
    /// What was guessed or looks wrong (sides swapped, marker swaps, ramp, …).
    pub warnings: Vec<Warning>,
}

impl Motion {
    /// The time base of a recording that has no markers (stored angles only): no points, no
    /// direction of progression.
    pub fn without_markers(recording: &Recording) -> Motion {
        Motion {
            rate_hz: recording.rate_hz,
            first_frame: recording.first_frame,
            frames: recording.frames,
            points: Points::default(),
            plates: Vec::new(),
            frame: LabFrame {
                unit: LengthUnit::Metre,
                unit_guessed: false,
                vertical: String::new(),
                lab_from_file: Matrix3::identity(),
                floor_m: f64::NAN,
            },
            progression: Progression {
                rate_hz: recording.rate_hz,
                locomotion: Locomotion::Overground,
                heading_rad: vec![f64::NAN; recording.frames],
                speed_m_s: vec![f64::NAN; recording.frames],
                passes: Vec::new(),
                trial_heading_rad: f64::NAN,
                belt_speed_m_s: None,
            },
            warnings: Vec::new(),
        }
    }

    /// Seconds of stored frame `index` on the file's time base: `(frame − 1) / rate`.
    pub fn time_s(&self, index: usize) -> f64 {
        ((self.first_frame as f64 - 1.0) + index as f64) / self.rate_hz
    }

    /// Fractional stored index of a time on the file's time base.
    pub fn index_at(&self, time_s: f64) -> f64 {
        time_s * self.rate_hz - (self.first_frame as f64 - 1.0)
    }
}

/// Why no laboratory frame could be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LabError {
    /// Neither the file nor the pelvis tells the unit.
    #[error("{0}")]
    Unit(String),
    /// The vertical axis could not be found.
    #[error("{0}")]
    Vertical(String),
    /// No pelvis markers.
    #[error("{0}")]
    NoPelvis(String),
}

/// Puts a recording into the laboratory frame.
///
/// Works on raw markers, gaps and all. Labels that are exchanged for some frames are put right (and
/// told); sides that are swapped throughout are only told.
///
/// # Errors
/// When the unit or the vertical axis stay unknown, or there is no pelvis marker.
pub fn to_lab(
    recording: &Recording,
    resolved: &Resolved,
    settings: &LabSettings,
) -> Result<Motion, LabError> {
    let mut points = Points::default();
    for (&landmark, &index) in &resolved.indices {
        if let Some(marker) = recording.markers.get(index) {
            points.series.insert(landmark, marker.position.clone());
        }
    }
    if !points
        .series
        .iter()
        .any(|(l, s)| tells_the_pelvis(*l) && s.present() > 0)
    {
        return Err(no_pelvis(&points));
    }
    let unit = units::choose(recording, &points)?;
    let (vertical, mut warnings) = vertical::find(recording, &points, settings)?;
    warnings.extend(unit.warning);
    let lab_from_file = vertical.lab_from_file();
    for series in points.series.values_mut() {
        turn_series(series, &lab_from_file, unit.to_metres);
    }
    warnings.extend(swaps::repair(
        &mut points,
        recording.rate_hz,
        recording.first_frame,
        settings,
    ));
    warnings.extend(swaps::check_rigidity(&points, settings));
    warnings.extend(twist::check(&points, settings));
    let gap_frames = (settings.path_gap_max_s * recording.rate_hz).floor() as usize;
    let path = PelvisPath::of(&points, gap_frames).ok_or_else(|| no_pelvis(&points))?;
    let mut progression = progression::find(&points, &path, recording.rate_hz, settings);
    if let Some(heading_rad) = given_heading(recording, vertical, &lab_from_file)? {
        progression::turn_to(&mut progression, heading_rad, settings);
    }
    warnings.extend(floor::check_slope(&path, &progression, settings));
    warnings.extend(sides::check(&points, &progression));
    let frame = LabFrame {
        unit: unit.unit,
        unit_guessed: unit.guessed,
        vertical: vertical.name(),
        lab_from_file,
        floor_m: floor::height(&points),
    };
    let plates = recording
        .plates
        .iter()
        .map(|plate| turn_plate(plate, &lab_from_file, unit.to_metres))
        .collect();
    Ok(Motion {
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        frames: recording.frames,
        points,
        plates,
        frame,
        progression,
        warnings,
    })
}

/// The walking direction that a map gives, radians in the laboratory.
fn given_heading(
    recording: &Recording,
    vertical: SignedAxis,
    lab_from_file: &Matrix3<f64>,
) -> Result<Option<f64>, LabError> {
    let walking = recording.given.walking.as_deref();
    let Some(axis) = walking.and_then(SignedAxis::parse) else {
        return Ok(None);
    };
    let along = lab_from_file * axis.vector();
    if along.z != 0.0 {
        return Err(LabError::Vertical(format!(
            "the map says walking = \"{}\", but {} is up: correct one of them",
            axis.name(),
            vertical.name()
        )));
    }
    Ok(Some(along.y.atan2(along.x)))
}

/// Landmarks of which one is enough to follow the pelvis.
fn tells_the_pelvis(landmark: Landmark) -> bool {
    landmark.is_pelvis() || matches!(landmark, Landmark::HipCentre(_))
}

fn no_pelvis(points: &Points) -> LabError {
    let list = |pelvis: bool| -> String {
        let labels = points
            .series
            .keys()
            .filter(|l| tells_the_pelvis(**l) == pelvis);
        let labels: Vec<String> = labels.map(|l| l.label()).collect();
        labels.join(", ")
    };
    let (unseen, others) = (list(true), list(false));
    LabError::NoPelvis(if unseen.is_empty() {
        let others = match others.is_empty() {
            true => "no known marker at all".to_owned(),
            false => others,
        };
        format!(
            "no pelvis marker was found (ASIS, PSIS, sacrum or hip centres; the recording has \
             {others}): label them as Plug-in Gait does: LASI, RASI, LPSI, RPSI or SACR"
        )
    } else {
        format!(
            "the pelvis markers ({unseen}) are not seen in any frame: reconstruct and label the \
             trial again"
        )
    })
}

fn turn_series(series: &mut Series3, lab_from_file: &Matrix3<f64>, factor: f64) {
    let m = lab_from_file;
    let columns = series.x.iter_mut().zip(&mut series.y).zip(&mut series.z);
    for ((x, y), z) in columns {
        let row = |i: usize| (m[(i, 0)] * *x + m[(i, 1)] * *y + m[(i, 2)] * *z) * factor;
        let turned = [row(0), row(1), row(2)];
        [*x, *y, *z] = turned;
    }
}

fn turn_plate(plate: &ForcePlate, lab_from_file: &Matrix3<f64>, to_metres: f64) -> ForcePlate {
    let mut plate = plate.clone();
    for corner in &mut plate.corners {
        *corner = (lab_from_file * Vector3::from(*corner) * to_metres).into();
    }
    turn_series(&mut plate.centre_of_pressure, lab_from_file, to_metres);
    turn_series(&mut plate.force, lab_from_file, 1.0);
    plate
}
