//! How each sensor sits on its segment, and the statement about how that was found.

use super::functional;
use super::orientation::{SensorOrientation, up_in_sensor};
use super::votes::Hints;
use super::walking::{self, Basis, EarthMotion, Window};
use crate::recording::{Placement, Recording, Sensor, Side, Warning};
use crate::settings::InertialSettings;
use nalgebra::{Matrix3, Vector2, Vector3};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What was taken as upright.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upright {
    /// Quiet standing between two times of the file, seconds.
    Standing {
        /// Beginning.
        start_s: f64,
        /// End.
        end_s: f64,
        /// Given by the settings; else found.
        given: bool,
    },
    /// A standing trial of its own.
    Trial {
        /// Name of its recording.
        name: String,
    },
    /// The mean of all walking, because nobody stands quietly.
    WalkingMean,
}

/// What told the direction about the vertical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AxisSource {
    /// Forward bows or squats.
    Bows,
    /// The acceleration of walking, which repeats forward with every step and sideways with every
    /// second.
    Walking,
    /// The swing of the leg.
    Swing,
    /// The usual way of wearing it: the sensor's z axis points away from the body.
    Placement,
}

/// How one sensor sits on its segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensorCalibration {
    /// Name of the sensor.
    pub name: String,
    /// Where it sits.
    pub placement: Placement,
    /// The segment's axes (x forward, y left, z up) in the sensor's axes, by columns:
    /// `sensor_from_segment`.
    pub sensor_from_segment: [[f64; 3]; 3],
    /// The sensor's axis nearest to up, such as `+x`, and how far off it is, degrees.
    pub up: (String, f64),
    /// The sensor's axis nearest to forward.
    pub forward: (String, f64),
    /// What told which way is forward.
    pub axis: AxisSource,
    /// How clear that was: difference of correlations (walking, 0–2) or share of the movement about
    /// one axis (0.5–1).
    pub contrast: f64,
    /// Mean direction of up in walking, in the sensor's axes; `None` when nobody walks.
    #[serde(default)]
    pub walking_up: Option<[f64; 3]>,
}

impl SensorCalibration {
    /// `sensor_from_segment` as a matrix.
    pub fn matrix(&self) -> Matrix3<f64> {
        Matrix3::from_columns(&self.sensor_from_segment.map(Vector3::from))
    }
}

/// How the sensors were calibrated: part of the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What was taken as upright.
    pub upright: Upright,
    /// Sensors on a segment that is used.
    pub sensors: Vec<SensorCalibration>,
    /// Sensors that turn up another axis than their like, in words.
    pub turned: Vec<String>,
    /// Step-to-step correlations of the pelvis's angular velocity about the forward axis (obliquity,
    /// negative in walking) and about the lateral axis (tilt, positive).
    pub self_check: Option<[f64; 2]>,
}

impl Calibration {
    /// Sentences for the result: what was found and what it hides.
    pub fn words(&self) -> Vec<String> {
        let mut words = vec![match &self.upright {
            Upright::Standing { start_s, end_s, given } => format!(
                "Upright is the quiet standing from {start_s:.1} to {end_s:.1} s{}. Pelvis and trunk \
                 are measured from there: an obliquity or list that is already there in standing (leg-length \
                 difference, fixed obliquity, scoliosis) cannot be seen in these angles.",
                if *given { " (as given)" } else { "" }
            ),
            Upright::Trial { name } => format!(
                "Upright is the standing trial {name}. Pelvis and trunk are measured from there: an obliquity \
                 or list that is already there in standing (leg-length difference, fixed obliquity, scoliosis) \
                 cannot be seen in these angles."
            ),
            Upright::WalkingMean => "Nobody stands quietly for long enough: upright is the mean of all \
                 walking. Any constant obliquity or list is hidden, and a one-sided drop or lurch is \
                 seen only as a difference between the sides. Record a few seconds of quiet standing."
                .to_owned(),
        }];
        words.extend(self.sensors.iter().map(SensorCalibration::words));
        words.extend(self.turned.iter().cloned());
        if let Some([obliquity, tilt]) = self.self_check {
            words.push(format!(
                "Self-check of the pelvis axes: obliquity repeats from step to step with \
                 correlation {obliquity:+.2} (opposite expected), tilt with {tilt:+.2} (same expected)."
            ));
        }
        words
    }
}

impl Calibration {
    /// One line: what upright is, and what told forward in which sensors.
    pub fn in_short(&self) -> String {
        let upright = match &self.upright {
            Upright::Standing { start_s, end_s, .. } => {
                format!("upright is quiet standing, {start_s:.1} to {end_s:.1} s")
            }
            Upright::Trial { name } => format!("upright is the standing trial {name}"),
            Upright::WalkingMean => "upright is the mean of walking (nobody stands)".to_owned(),
        };
        let ways = [
            (AxisSource::Bows, "bows"),
            (AxisSource::Walking, "walking"),
            (AxisSource::Swing, "the leg's swing"),
            (AxisSource::Placement, "the usual placement, not measured"),
        ];
        let told = ways.into_iter().filter_map(|(axis, how)| {
            let sensors = self.sensors.iter().filter(|s| s.axis == axis);
            let names: Vec<&str> = sensors.map(|s| s.placement.name()).collect();
            (!names.is_empty()).then(|| format!("{} by {how}", names.join(", ")))
        });
        let told: Vec<String> = told.collect();
        match told.is_empty() {
            true => upright,
            false => format!("{upright}; forward: {}", told.join("; ")),
        }
    }
}

impl SensorCalibration {
    fn words(&self) -> String {
        let how = match self.axis {
            AxisSource::Bows => "bows or squats",
            AxisSource::Walking => "the accelerations of walking",
            AxisSource::Swing => "the swing of the leg",
            AxisSource::Placement => "the usual placement, not measured",
        };
        let ((up, up_off), (forward, forward_off)) = (&self.up, &self.forward);
        format!(
            "{} ({}): {up} points up ({up_off:.0}° off), {forward} forward ({forward_off:.0}° off), by {how}.",
            self.name,
            self.placement.name().replace('_', " "),
        )
    }
}

/// Everything the calibration looks at.
pub(super) struct Evidence<'a> {
    pub recording: &'a Recording,
    pub orientations: &'a [SensorOrientation],
    /// Windows of walking of a trunk sensor, and which samples of the recording they cover.
    pub windows: &'a [Window],
    pub walking: &'a [bool],
    /// Stretches in which no sensor moves, in samples of the recording.
    pub quiet: &'a [Range<usize>],
    pub settings: &'a InertialSettings,
}

impl Evidence<'_> {
    pub fn sensor(&self, index: usize) -> &Sensor {
        &self.recording.sensors[index]
    }

    /// Mean direction of up in a sensor over samples; `None` without an orientation there.
    pub fn mean_up(
        &self,
        index: usize,
        samples: impl Iterator<Item = usize>,
    ) -> Option<Vector3<f64>> {
        let orientation = &self.orientations[index];
        let sum: Vector3<f64> = samples
            .filter(|&i| !orientation.is_missing(i))
            .map(|i| up_in_sensor(orientation.earth_from_sensor[i]))
            .sum();
        (sum.norm() > 0.0).then(|| sum.normalize())
    }

    pub fn walking_samples(&self) -> impl Iterator<Item = usize> {
        (0..self.walking.len()).filter(|&i| self.walking[i])
    }

    /// How far a sensor may be inclined in standing against walking, degrees.
    pub fn lean_max_deg(&self, index: usize) -> f64 {
        match self.sensor(index).placement.and_then(Placement::side) {
            Some(_) => 2.0 * self.settings.standing_lean_max_deg,
            None => self.settings.standing_lean_max_deg,
        }
    }

    /// The longest quiet stretch in which the sensors stand as they walk, roughly upright. Where nobody
    /// walks the first that is long enough: a standing test begins on both legs, and standing on one of
    /// them may be longer and as quiet.
    pub fn standing(&self, sensors: &[usize]) -> Option<Range<usize>> {
        let upright = |range: &Range<usize>| {
            sensors.iter().all(|&index| {
                let most = self.lean_max_deg(index);
                let still = self.mean_up(index, range.clone());
                let walks = self.mean_up(index, self.walking_samples());
                match (still, walks) {
                    (Some(still), Some(walks)) => still.angle(&walks).to_degrees() <= most,
                    // nothing to compare with
                    (Some(_), None) => true,
                    (None, _) => false,
                }
            })
        };
        let mut stretches: Vec<&Range<usize>> = self.quiet.iter().collect();
        if self.walking_samples().next().is_none() {
            let least = self.settings.standing_min_s * self.recording.rate_hz;
            stretches.sort_by_key(|range| ((range.len() as f64) < least, range.start));
        }
        stretches.into_iter().find(|range| upright(range)).cloned()
    }

    /// Calibrates one sensor; `up` is the vertical in its axes in standing, `legs` what the legs do if
    /// that is known ([`Evidence::legs`]).
    pub fn calibrate(
        &self,
        index: usize,
        up: Vector3<f64>,
        legs: Option<&[f64]>,
    ) -> Option<SensorCalibration> {
        let sensor = self.sensor(index);
        let placement = sensor.placement?;
        let basis = Basis::new(up);
        let (lateral, axis, contrast) = match placement {
            Placement::Thigh(_) | Placement::Shank(_) => self.limb_axis(index, &basis, placement),
            _ => self.trunk_axis(index, &basis, placement, legs),
        }?;
        let forward = lateral.cross(&up);
        Some(SensorCalibration {
            name: sensor.name.clone(),
            placement,
            sensor_from_segment: [forward, lateral, up].map(Into::into),
            up: nearest_axis(&up),
            forward: nearest_axis(&forward),
            axis,
            contrast,
            walking_up: self.mean_up(index, self.walking_samples()).map(Into::into),
        })
    }

    fn trunk_axis(
        &self,
        index: usize,
        basis: &Basis,
        placement: Placement,
        legs: Option<&[f64]>,
    ) -> Option<(Vector3<f64>, AxisSource, f64)> {
        let (sensor, orientation) = (self.sensor(index), &self.orientations[index]);
        if let Some(bow) = functional::bow(orientation, basis, self.walking, true, self.settings) {
            return Some((bow.in_sensor, AxisSource::Bows, bow.contrast));
        }
        let motion = EarthMotion::of(sensor, orientation, self.recording.rate_hz);
        let motion = walking::following(&motion, orientation, &basis.a, self.windows);
        let usual = usual_forward(placement, basis);
        let found = walking::forward(&motion, self.windows);
        let quiet: Vec<Range<usize>> = (self.quiet.iter())
            .map(|range| range.start.div_ceil(motion.every)..range.end / motion.every)
            .collect();
        let hints = Hints {
            motion: &motion,
            windows: self.windows,
            quiet: &quiet,
            legs,
            placement: usual,
        };
        let walking = found.filter(|w| w.contrast >= self.settings.axis_contrast_min);
        let (axis, source, contrast) = match walking {
            Some(walking) => (walking.axis, AxisSource::Walking, walking.contrast),
            // a sensor lying flat does not tell
            None if usual.norm() > 0.5 => (usual.normalize(), AxisSource::Placement, 0.0),
            None => return None,
        };
        let axis = axis * if hints.vote(&axis) < 0.0 { -1.0 } else { 1.0 };
        let forward = basis.direction(axis.y.atan2(axis.x));
        Some((basis.up.cross(&forward), source, contrast))
    }

    /// Right minus left angular velocity about the axes of the shanks (else the thighs), at the samples
    /// of an [`EarthMotion`]; `None` without a calibrated pair.
    pub fn legs(&self, calibrated: &[(usize, SensorCalibration)]) -> Option<Vec<f64>> {
        let rate = |placement: Placement| {
            let (index, calibration) = calibrated.iter().find(|(_, c)| c.placement == placement)?;
            let left = Vector3::from(calibration.sensor_from_segment[1]);
            Some((self.sensor(*index), left))
        };
        let pair =
            |of: fn(Side) -> Placement| Some((rate(of(Side::Left))?, rate(of(Side::Right))?));
        let ((a, a_left), (b, b_left)) =
            pair(Placement::Shank).or_else(|| pair(Placement::Thigh))?;
        let every = EarthMotion::every(self.recording.rate_hz);
        let rates = (0..self.recording.frames)
            .step_by(every)
            .map(|i| b.gyr_rad_s.at(i).dot(&b_left) - a.gyr_rad_s.at(i).dot(&a_left));
        Some(rates.collect())
    }

    fn limb_axis(
        &self,
        index: usize,
        basis: &Basis,
        placement: Placement,
    ) -> Option<(Vector3<f64>, AxisSource, f64)> {
        let (sensor, orientation) = (self.sensor(index), &self.orientations[index]);
        let leans_forward = matches!(placement, Placement::Shank(_));
        let bow = functional::bow(
            orientation,
            basis,
            self.walking,
            leans_forward,
            self.settings,
        );
        if let Some(squat) = bow {
            return Some((squat.in_sensor, AxisSource::Bows, squat.contrast));
        }
        let rate_hz = self.recording.rate_hz;
        let swing = functional::swing(sensor, basis, self.walking, rate_hz, self.settings)?;
        Some((swing.in_sensor, AxisSource::Swing, swing.contrast))
    }

    /// Tells of a sensor whose inclination in walking changes over the recording.
    pub fn moved(&self, index: usize) -> Option<Warning> {
        let samples: Vec<usize> = self.walking_samples().collect();
        let third = samples.len() / 3;
        let first = self.mean_up(index, samples[..third].iter().copied())?;
        let last = self.mean_up(index, samples[samples.len() - third..].iter().copied())?;
        let degrees = first.angle(&last).to_degrees();
        (degrees > self.settings.moved_max_deg).then(|| {
            Warning::at(
                "sensor-moved",
                &self.sensor(index).name,
                format!(
                    "the sensor's mean inclination in walking changes by {degrees:.0}° from the first \
                     to the last third of the recording: it has moved on the body, or the subject \
                     walked differently; angles after the move are off by as much"
                ),
            )
        })
    }
}

/// Forward as the placement usually has it, in the basis: the sensor's z axis points away from the
/// body. Shorter than 1 when z is not horizontal, zero when nothing is usual.
fn usual_forward(placement: Placement, basis: &Basis) -> Vector2<f64> {
    let out = Vector2::new(basis.a.z, basis.b.z);
    match placement {
        Placement::Pelvis | Placement::LowerBack | Placement::UpperBack => -out,
        Placement::Sternum => out,
        _ => Vector2::zeros(),
    }
}

/// Sensors whose like, on the other side or elsewhere, has another axis up.
pub(super) fn turned(calibrated: &[(usize, SensorCalibration)]) -> Vec<String> {
    let sensors: Vec<&SensorCalibration> = calibrated.iter().map(|(_, c)| c).collect();
    let other = |placement: Placement| {
        let mirrored = match placement {
            Placement::Thigh(side) => Placement::Thigh(side.opposite()),
            Placement::Shank(side) => Placement::Shank(side.opposite()),
            _ => return None,
        };
        sensors.iter().copied().find(|s| s.placement == mirrored)
    };
    sensors
        .iter()
        .filter(|s| s.placement.side() == Some(Side::Left))
        .filter_map(|left| {
            let right = other(left.placement)?;
            let [a, b] = [left, right].map(|s| Vector3::from(s.sensor_from_segment[2]));
            let degrees = a.angle(&b).to_degrees();
            (degrees > 60.0).then(|| {
                format!(
                    "{} and {} are worn differently ({} up here, {} up there; {degrees:.0}° apart): \
                     this is taken into account.",
                    left.name, right.name, left.up.0, right.up.0
                )
            })
        })
        .collect()
}

/// The axis nearest to a direction, with its sign, and the angle between them in degrees.
fn nearest_axis(direction: &Vector3<f64>) -> (String, f64) {
    let axis = direction.iamax();
    let name = format!(
        "{}{}",
        if direction[axis] < 0.0 { '-' } else { '+' },
        ['x', 'y', 'z'][axis]
    );
    (name, direction[axis].abs().min(1.0).acos().to_degrees())
}
