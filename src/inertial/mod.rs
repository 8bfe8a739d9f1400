//! Inertial sensors: from acceleration and angular velocity to the orientations of segments.
//!
//! In: a [`Recording`] with sensors whose placement is known. Out: [`Segments`] — the orientation of
//! every sensor, of pelvis, trunk, thighs and shanks, how the sensors were calibrated and what that
//! hides. No magnetometer: inclinations are exact, the heading of a segment is known only relative
//! to its neighbours, on average.
//!
//! 1. [`vqf`]: orientation of every sensor; or the vendor's.
//! 2. `walking`: when somebody walks, from the vertical acceleration of the pelvis or trunk.
//! 3. `standing`: quiet standing, which tells up in every sensor.
//! 4. `calibration`: forward in every sensor, from bows, walking, the swing of the leg, or placement.
//! 5. `heading`: segments face the same way on average.

mod bouts;
mod calibration;
mod functional;
mod heading;
pub mod live;
mod orientation;
mod samples;
mod standing;
mod trial;
mod votes;
pub mod vqf;
mod walking;

pub use bouts::{Activity, Bout};
pub use calibration::{AxisSource, Calibration, SensorCalibration, Upright};
pub use orientation::{SensorOrientation, Source};
pub use trial::{StandingSensor, StandingTrial};

use crate::recording::{Agreement, PerSide, Placement, Recording, Sensor, Warning};
use crate::settings::InertialSettings;
use calibration::Evidence;
use nalgebra::{Rotation3, UnitQuaternion, Vector3};
use std::collections::BTreeMap;
use std::ops::Range;
use walking::{EarthMotion, Window};

/// Orientation of one segment over the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Index of its sensor in the recording.
    pub sensor: usize,
    /// `earth_from_segment` (x forward, y left, z up), unit quaternion per sample, scalar first; NaN
    /// = missing. All segments share one heading, which is the pelvis's and drifts with it.
    pub earth_from_segment: Vec<[f64; 4]>,
}

/// Orientations of sensors and segments, and how they were calibrated.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// Number of samples.
    pub frames: usize,
    /// Every sensor, in file order.
    pub sensors: Vec<SensorOrientation>,
    /// Pelvis (or lower back).
    pub pelvis: Option<Segment>,
    /// Trunk (sternum or upper back).
    pub thorax: Option<Segment>,
    /// Thighs.
    pub thighs: PerSide<Option<Segment>>,
    /// Shanks.
    pub shanks: PerSide<Option<Segment>>,
    /// Direction of progression per sample, radians: where the pelvis (else the trunk) faces on
    /// average over a stride. Unwrapped; NaN where unknown.
    pub heading_rad: Vec<f64>,
    /// Samples in which somebody walks.
    pub walking: Vec<bool>,
    /// How the sensors were calibrated.
    pub calibration: Calibration,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

/// Why no segment could be found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InertialError {
    /// No sensor on a segment that is used.
    #[error("{0}")]
    NoSegment(String),
    /// Nothing tells which way is up on the body.
    #[error("{0}")]
    NotCalibrated(String),
    /// The axes of the pelvis are exchanged.
    #[error("{0}")]
    SwappedAxes(String),
    /// Acceleration and angular velocity of a sensor contradict each other.
    #[error("{0}")]
    Contradiction(String),
}

/// Finds the orientation of every segment.
///
/// # Errors
/// [`InertialError`] when no sensor sits on pelvis, trunk, thigh or shank, when the subject neither
/// stands quietly nor walks, or when the pelvis's axes contradict the way people walk.
pub fn segments(
    recording: &Recording,
    settings: &InertialSettings,
) -> Result<Segments, InertialError> {
    segments_as_worn(recording, settings, &Known::default())
}

/// What is known of how the sensors sit, from elsewhere.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// How they sat in an earlier part of the same recording: counts unless a trunk sensor has moved
    /// since.
    pub worn: Option<Calibration>,
    /// A standing trial: upright is what it was there.
    pub trial: Option<StandingTrial>,
}

/// As [`segments`], with what is known from elsewhere.
///
/// # Errors
/// As [`segments`].
pub fn segments_as_worn(
    recording: &Recording,
    settings: &InertialSettings,
    known: &Known,
) -> Result<Segments, InertialError> {
    let mut warnings = Vec::new();
    let worn = Worn::of(recording, &mut warnings)?;
    for sensor in worn.all().map(|index| &recording.sensors[index]) {
        check_signals(sensor, recording.rate_hz)?;
    }
    let orientations = orientation::of_sensors(recording, settings, &mut warnings);
    let (windows, walking) = walking_of(recording, &orientations, worn.reference(), settings);
    let sensors: Vec<&Sensor> = worn.all().map(|i| &recording.sensors[i]).collect();
    let evidence = Evidence {
        recording,
        orientations: &orientations,
        windows: &windows,
        walking: &walking,
        quiet: &standing::quiet(recording, &sensors, settings),
        settings,
    };
    let is_bout = known.worn.is_some();
    let before = known.worn.as_ref();
    let before = before.and_then(|worn_so| as_before(&evidence, &worn, worn_so, &mut warnings));
    let (upright, calibrated) = match before {
        Some(before) => before,
        None => {
            let trial = known.trial.as_ref();
            let trial = trial.and_then(|trial| as_standing(&evidence, &worn, trial, &mut warnings));
            let (upright, ups) = match trial {
                Some(found) => found,
                None => upright(&evidence, &worn)?,
            };
            let calibrated = calibrate(&evidence, &worn, &ups, &mut warnings);
            (upright, calibrated)
        }
    };
    let calibration = Calibration {
        upright,
        turned: calibration::turned(&calibrated),
        self_check: self_check(&evidence, &worn, &calibrated)?,
        sensors: calibrated.iter().map(|(_, c)| c.clone()).collect(),
    };
    // a bout was held against the one that calibrates all
    if !is_bout {
        warnings.extend(worn.all().filter_map(|index| evidence.moved(index)));
    }
    warnings.extend(statement(&calibration));
    warnings.extend(axes_in_doubt(&calibration));
    warnings.extend(short_standing(&calibration.upright, settings));

    let segment = |index: Option<usize>| {
        let index = index?;
        let (_, calibration) = calibrated.iter().find(|(i, _)| *i == index)?;
        let turn = Rotation3::from_matrix_unchecked(calibration.matrix());
        let turn = UnitQuaternion::from_rotation_matrix(&turn);
        let orientation = &orientations[index];
        let earth_from_segment = (0..recording.frames)
            .map(|i| {
                let q = orientation.at(i) * turn;
                [q.w, q.i, q.j, q.k]
            })
            .collect();
        Some(Segment {
            sensor: index,
            earth_from_segment,
        })
    };
    let mut found = Segments {
        frames: recording.frames,
        pelvis: segment(worn.pelvis),
        thorax: segment(worn.thorax),
        thighs: PerSide::from_fn(|side| segment(worn.thighs[side])),
        shanks: PerSide::from_fn(|side| segment(worn.shanks[side])),
        heading_rad: Vec::new(),
        walking: walking.clone(),
        calibration,
        warnings,
        sensors: Vec::new(),
    };
    found.align_headings(recording.rate_hz, &windows, settings);
    found.sensors = orientations;
    Ok(found)
}

impl Segments {
    /// One heading for all segments, and the direction of progression.
    fn align_headings(&mut self, rate_hz: f64, windows: &[Window], settings: &InertialSettings) {
        let samples = |seconds: f64| (seconds * rate_hz).round() as usize;
        let window = samples(settings.relative_heading_window_s);
        let Some(first) = self.pelvis.as_ref().or(self.thorax.as_ref()) else {
            self.heading_rad = vec![f64::NAN; self.frames];
            return;
        };
        let reference = heading::forward_heading(&first.earth_from_segment);
        let decimated = rate_hz / EarthMotion::every(rate_hz) as f64;
        let stride_s =
            walking::step_s(windows, decimated).map_or(walking::STRIDE_S, |step| 2.0 * step);
        self.heading_rad = heading::smoothed(&reference, samples(stride_s));
        let others = [
            &mut self.thorax,
            &mut self.thighs.left,
            &mut self.thighs.right,
            &mut self.shanks.left,
            &mut self.shanks.right,
        ];
        for other in others.into_iter().flatten() {
            heading::align(&mut other.earth_from_segment, &reference, window);
        }
    }
}

/// Which sensor is on which segment.
struct Worn {
    pelvis: Option<usize>,
    thorax: Option<usize>,
    thighs: PerSide<Option<usize>>,
    shanks: PerSide<Option<usize>>,
}

impl Worn {
    fn of(recording: &Recording, warnings: &mut Vec<Warning>) -> Result<Worn, InertialError> {
        let dead: Vec<bool> = recording.sensors.iter().map(is_dead).collect();
        for (sensor, _) in recording
            .sensors
            .iter()
            .zip(&dead)
            .filter(|(_, dead)| **dead)
        {
            warnings.push(Warning::at(
                "sensor-dead",
                &sensor.name,
                "its acceleration or its angular velocity never changes: it is not used",
            ));
        }
        let at = |placement: Placement| {
            let sits = |(s, dead): (&Sensor, &bool)| {
                s.placement == Some(placement) && has_data(s) && !dead
            };
            recording.sensors.iter().zip(&dead).position(sits)
        };
        let worn = Worn {
            pelvis: at(Placement::Pelvis).or(at(Placement::LowerBack)),
            thorax: at(Placement::Sternum).or(at(Placement::UpperBack)),
            thighs: PerSide::from_fn(|side| at(Placement::Thigh(side))),
            shanks: PerSide::from_fn(|side| at(Placement::Shank(side))),
        };
        if worn.all().next().is_none() && dead.contains(&true) {
            return Err(InertialError::NoSegment(
                "no sensor on the pelvis, trunk or legs measures anything: the acceleration or the angular \
                 velocity of each never changes"
                    .into(),
            ));
        }
        if worn.all().next().is_none() {
            let names: Vec<&str> = recording.sensors.iter().map(|s| s.name.as_str()).collect();
            return Err(InertialError::NoSegment(format!(
                "none of the sensors ({}) is known to sit on the pelvis, lower back, sternum, upper back, \
                 a thigh or a shank: name them so, or say where each sits in a sensor map",
                names.join(", ")
            )));
        }
        Ok(worn)
    }

    fn trunk(&self) -> impl Iterator<Item = usize> {
        [self.pelvis, self.thorax].into_iter().flatten()
    }

    fn limbs(&self) -> impl Iterator<Item = usize> {
        let pairs = [self.thighs, self.shanks];
        let limbs = pairs.map(|pair| [pair.left, pair.right]);
        limbs.into_iter().flatten().flatten()
    }

    /// Sensors that are used: pelvis, trunk, thighs, shanks.
    fn all(&self) -> impl Iterator<Item = usize> {
        self.trunk().chain(self.limbs())
    }

    /// The sensor that tells walking: nearest to the middle of the body.
    fn reference(&self) -> Option<usize> {
        self.all().next()
    }
}

/// True when a signal that is there has the same value in every sample.
fn is_dead(sensor: &Sensor) -> bool {
    let constant = |channel: &[f64]| {
        let mut known = channel.iter().filter(|v| v.is_finite());
        match known.next() {
            Some(first) => known.all(|v| v == first),
            None => false,
        }
    };
    let signals = [&sensor.acc_m_s2, &sensor.gyr_rad_s];
    sensor.len() > 1
        && signals
            .iter()
            .any(|s| s.columns().into_iter().all(constant) && s.present() > 0)
}

/// Refuses a sensor whose two signals contradict each other.
fn check_signals(sensor: &Sensor, rate_hz: f64) -> Result<(), InertialError> {
    if sensor.gyr_derived {
        return Ok(());
    }
    let on_limb = sensor.placement.is_some_and(|p| p.side().is_some());
    let problem = match Agreement::of(&sensor.acc_m_s2, &sensor.gyr_rad_s, rate_hz) {
        Agreement::TooLarge => {
            "the angular velocity is far too large for the way gravity turns in the sensor: it is \
             probably in degrees per second; correct its unit in the header"
        }
        Agreement::Neither => {
            "turned back by the angular velocity, gravity does not stay where it is, in radians or in \
             degrees per second; check units and axes of both signals, and whether they are cut off at the \
             sensor's range"
        }
        Agreement::TooSmall => {
            "the sensor shakes as in walking and hardly turns: its angular velocity is probably in \
             radians per second; correct its unit in the header"
        }
        Agreement::Opposite if !on_limb => {
            "gravity turns in the sensor the opposite way: one of the two signals has a wrong sign, or its \
             axes are exchanged or of the left hand; correct the columns"
        }
        _ => return Ok(()),
    };
    Err(InertialError::Contradiction(format!(
        "the acceleration and the angular velocity of the sensor \"{}\" contradict each other: {problem}",
        sensor.name
    )))
}

fn has_data(sensor: &Sensor) -> bool {
    sensor.present() > 0 || sensor.orientation.is_some()
}

fn walking_of(
    recording: &Recording,
    orientations: &[SensorOrientation],
    reference: Option<usize>,
    settings: &InertialSettings,
) -> (Vec<Window>, Vec<bool>) {
    let mut walking = vec![false; recording.frames];
    let Some(index) = reference else {
        return (Vec::new(), walking);
    };
    let motion = EarthMotion::of(
        &recording.sensors[index],
        &orientations[index],
        recording.rate_hz,
    );
    let windows = walking::windows(&motion, settings);
    for window in &windows {
        let range =
            window.range.start * motion.every..(window.range.end * motion.every).min(walking.len());
        walking[range].fill(true);
    }
    (windows, walking)
}

/// What an earlier calibration says of the sensors worn; `None`, with a warning, when a trunk sensor
/// is inclined otherwise in walking than it was then.
fn as_before(
    evidence: &Evidence<'_>,
    worn: &Worn,
    known: &Calibration,
    warnings: &mut Vec<Warning>,
) -> Option<(Upright, Vec<(usize, SensorCalibration)>)> {
    let of = |index: usize| {
        let name = &evidence.sensor(index).name;
        known.sensors.iter().find(|c| c.name == *name)
    };
    for index in worn.trunk() {
        let before = of(index).and_then(|c| c.walking_up).map(Vector3::from);
        let now = evidence.mean_up(index, evidence.walking_samples());
        let (Some(before), Some(now)) = (before, now) else {
            continue;
        };
        let degrees = before.angle(&now).to_degrees();
        if degrees > evidence.settings.moved_max_deg {
            warnings.push(Warning::at(
                "sensor-moved",
                &evidence.sensor(index).name,
                format!(
                    "the sensor's mean inclination in walking is {degrees:.0}° off that of the bout that \
                     calibrates the others: it has moved on the body, or the way is steep; this bout is \
                     calibrated by itself"
                ),
            ));
            return None;
        }
    }
    let sensors = worn.all().filter_map(|i| Some((i, of(i)?.clone())));
    Some((known.upright.clone(), sensors.collect()))
}

/// Up in the axes of sensors, by their index.
type Ups = BTreeMap<usize, Vector3<f64>>;

/// What a standing trial says of the sensors worn; `None`, with a warning, when a sensor is not in it
/// or sits otherwise.
fn as_standing(
    evidence: &Evidence<'_>,
    worn: &Worn,
    trial: &StandingTrial,
    warnings: &mut Vec<Warning>,
) -> Option<(Upright, Ups)> {
    let mut ups = Ups::new();
    for index in worn.all() {
        let sensor = evidence.sensor(index);
        let problem = match trial.up(sensor) {
            None => "is not in the standing trial".to_owned(),
            Some(up) => {
                let most_deg = evidence.lean_max_deg(index);
                let walks = evidence.mean_up(index, evidence.walking_samples());
                let apart_deg = walks.map_or(0.0, |walks| walks.angle(&up).to_degrees());
                ups.insert(index, up);
                if apart_deg <= most_deg {
                    continue;
                }
                format!(
                    "is inclined by {apart_deg:.0}° in walking against the standing trial (at most \
                     {most_deg:.0}° expected): it was put on otherwise, or the subject did not stand"
                )
            }
        };
        warnings.push(Warning::at(
            "static-not-used",
            &sensor.name,
            format!("the sensor {problem}; the recording was calibrated by itself"),
        ));
        return None;
    }
    Some((trial.upright.clone(), ups))
}

/// What is taken as upright, and up in every sensor then.
fn upright(evidence: &Evidence<'_>, worn: &Worn) -> Result<(Upright, Ups), InertialError> {
    let (upright, samples) = upright_samples(evidence, worn)?;
    let up = |index| Some((index, evidence.mean_up(index, samples.iter().copied())?));
    Ok((upright, worn.all().filter_map(up).collect()))
}

/// What is taken as upright, and the samples of it.
fn upright_samples(
    evidence: &Evidence<'_>,
    worn: &Worn,
) -> Result<(Upright, Vec<usize>), InertialError> {
    let (recording, settings) = (evidence.recording, evidence.settings);
    let standing = |range: Range<usize>, given: bool| {
        let upright = Upright::Standing {
            start_s: recording.time_s(range.start),
            end_s: recording.time_s(range.end),
            given,
        };
        (upright, range.collect())
    };
    let [from, to] = settings
        .standing_s
        .map(|t| recording.index_at(t).max(0.0).round() as usize);
    if to.min(recording.frames) > from {
        return Ok(standing(from..to.min(recording.frames), true));
    }
    let all: Vec<usize> = worn.all().collect();
    if let Some(range) = evidence.standing(&all) {
        return Ok(standing(range, false));
    }
    let walks: Vec<usize> = evidence.walking_samples().collect();
    if walks.is_empty() {
        return Err(InertialError::NotCalibrated(format!(
            "nobody stands quietly for {} s and nobody walks: nothing tells how the sensors sit on the body; \
             record quiet standing before the walk, or give its time ([inertial] standing_s = [from, to])",
            settings.standing_short_s
        )));
    }
    Ok((Upright::WalkingMean, walks))
}

/// Calibrations by sensor: the limbs first, because they help with the trunk.
fn calibrate(
    evidence: &Evidence<'_>,
    worn: &Worn,
    ups: &Ups,
    warnings: &mut Vec<Warning>,
) -> Vec<(usize, SensorCalibration)> {
    let one = |index: usize, legs: Option<&[f64]>| {
        Some((index, evidence.calibrate(index, *ups.get(&index)?, legs)?))
    };
    let limbs: Vec<_> = worn.limbs().filter_map(|index| one(index, None)).collect();
    let legs = evidence.legs(&limbs);
    let trunk = worn.trunk().filter_map(|index| one(index, legs.as_deref()));
    let found: Vec<_> = trunk.chain(limbs).collect();
    for index in worn.all() {
        let name = &evidence.sensor(index).name;
        match found.iter().find(|(i, _)| *i == index) {
            None => warnings.push(Warning::at(
                "sensor-not-calibrated",
                name,
                "neither bows nor walking nor its placement tell which way the sensor faces: it is not used",
            )),
            Some((_, c)) if c.axis == AxisSource::Placement => warnings.push(Warning::at(
                "axes-by-placement",
                name,
                "too little regular walking to find which way is forward: the sensor's z axis is \
                 taken to point away from the body",
            )),
            Some(_) => {}
        }
    }
    found
}

/// Does the pelvis move about its axes as people do? Stops when they are clearly exchanged.
fn self_check(
    evidence: &Evidence<'_>,
    worn: &Worn,
    calibrated: &[(usize, SensorCalibration)],
) -> Result<Option<[f64; 2]>, InertialError> {
    let Some((index, pelvis)) = calibrated.iter().find(|(i, _)| Some(*i) == worn.pelvis) else {
        return Ok(None);
    };
    let index = *index;
    let (sensor, orientation) = (evidence.sensor(index), &evidence.orientations[index]);
    let motion = EarthMotion::of(sensor, orientation, evidence.recording.rate_hz);
    let forward = pelvis.sensor_from_segment[0].into();
    let motion = walking::following(&motion, orientation, &forward, evidence.windows);
    match walking::step_correlations(&motion, evidence.windows) {
        Some([obliquity, tilt]) if obliquity > 0.3 && tilt < -0.3 => {
            Err(InertialError::SwappedAxes(format!(
                "the axes of the sensor \"{}\" are probably exchanged: what should be obliquity repeats \
                 with every step (correlation {obliquity:.2}) and what should be tilt with every second \
                 ({tilt:.2}); check how the sensor was worn, or record three forward bows for calibration",
                sensor.name
            )))
        }
        found => Ok(found),
    }
}

/// The warning that says what the calibration hides.
fn statement(calibration: &Calibration) -> Option<Warning> {
    let code = match calibration.upright {
        Upright::Standing { .. } | Upright::Trial { .. } => "zero-is-standing",
        Upright::WalkingMean => "zero-is-walking",
    };
    let words = calibration.words().into_iter().next()?;
    Some(Warning::new(code, words))
}

/// The warning when the pelvis moves about one of its axes unlike people do, too little to stop.
fn axes_in_doubt(calibration: &Calibration) -> Option<Warning> {
    let [obliquity, tilt] = calibration.self_check?;
    (obliquity >= 0.0 || tilt <= 0.0).then(|| {
        Warning::new(
            "pelvis-axes-doubtful",
            format!(
                "the pelvis sensor's axes could not be confirmed: from step to step its obliquity repeats \
                 with correlation {obliquity:+.2} (below 0 expected) and its tilt with {tilt:+.2} (above 0 \
                 expected); check how the sensor was worn, or record three forward bows for calibration"
            ),
        )
    })
}

/// The warning about standing that is shorter than it should be.
fn short_standing(upright: &Upright, settings: &InertialSettings) -> Option<Warning> {
    let Upright::Standing { start_s, end_s, .. } = upright else {
        return None;
    };
    let seconds = end_s - start_s;
    (seconds < settings.standing_min_s).then(|| {
        Warning::new(
            "short-standing",
            format!(
                "the quiet standing that calibrates the sensors lasts only {seconds:.1} s: a sway in it is a \
                 constant error of every angle; let the subject stand quietly for {} s or more",
                settings.standing_min_s
            ),
        )
    })
}
