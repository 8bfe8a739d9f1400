//! When a foot is off the ground: from foot markers, or from the inclination of thigh and shank.

use crate::inertial::{Calibration, Segments, SensorOrientation, Upright};
use crate::landmarks::{Landmark, Points};
use crate::recording::{PerSide, Placement, Recording, Side};
use crate::settings::StandingSettings;
use crate::signal::percentile;
use nalgebra::Vector3;
use std::ops::Range;

/// How far the feet are lifted, frame by frame, in multiples of what counts as lifted for certain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feet {
    /// 0 = on the ground, 1 and more = lifted; NaN = not known.
    pub lift: PerSide<Vec<f64>>,
    /// Share of a certain lift at which the foot leaves the ground.
    pub edge: f64,
}

impl Feet {
    /// True when a foot was tracked at all.
    pub fn is_known(&self, side: Side) -> bool {
        self.lift[side].iter().any(|l| l.is_finite())
    }

    /// Frames in which a foot is in the air: lifted for certain somewhere and off the ground
    /// throughout. Shorter losses of sight than `bridge` frames do not end it.
    pub fn in_air(&self, side: Side, bridge: usize) -> Vec<Range<usize>> {
        let lift = &self.lift[side];
        let mut runs: Vec<Range<usize>> = Vec::new();
        for i in (0..lift.len()).filter(|&i| lift[i] > self.edge) {
            match runs.last_mut() {
                Some(run) if only_unseen(lift, run.end..i, bridge) => run.end = i + 1,
                _ => runs.push(i..i + 1),
            }
        }
        runs.retain(|run| lift[run.clone()].iter().any(|l| *l >= 1.0));
        runs
    }

    /// True where the foot is seen and not lifted for certain.
    pub fn is_down(&self, side: Side, index: usize) -> bool {
        self.lift[side].get(index).is_some_and(|lift| *lift < 1.0)
    }
}

/// True when nothing was seen between two sights of a lifted foot, for a short time.
fn only_unseen(lift: &[f64], between: Range<usize>, bridge: usize) -> bool {
    between.len() <= bridge && lift[between].iter().all(|l| l.is_nan())
}

/// Landmarks of the foot.
const FOOT: [fn(Side) -> Landmark; 5] = [
    Landmark::Heel,
    Landmark::Toe,
    Landmark::Ankle,
    Landmark::AnkleMedial,
    Landmark::AnkleCentre,
];
/// Landmarks that stand in for it where nothing on the foot was tracked.
const LEG: [fn(Side) -> Landmark; 2] = [Landmark::Tibia, Landmark::Knee];

/// Lift of the feet from the lowest of the markers of each, metres over the place of the same marker
/// in standing.
pub fn lift_of_markers(points: &Points, frames: usize, settings: &StandingSettings) -> Feet {
    let mut lift = PerSide::from_fn(|_| vec![f64::NAN; frames]);
    let has_foot = |side: Side| FOOT.iter().any(|of| points.get(of(side)).is_some());
    let without_foot = Side::BOTH.into_iter().filter(|side| !has_foot(*side));
    let without_foot: Vec<Side> = without_foot.collect();
    let feet = FOOT.iter().map(|of| (of, Side::BOTH.to_vec()));
    let legs = LEG.iter().map(|of| (of, without_foot.clone()));
    for (of, sides) in feet.chain(legs) {
        let ground = standing_heights(points, *of, settings);
        for side in sides {
            let (Some(series), Some(ground)) = (points.get(of(side)), ground[side]) else {
                continue;
            };
            for (lift, z) in lift[side].iter_mut().zip(&series.z) {
                // a foot is in the air when its lowest part is
                let here = (z - ground) / settings.lift_min_m;
                *lift = lift.min(here);
            }
        }
    }
    Feet {
        lift,
        edge: settings.lift_edge_m / settings.lift_min_m,
    }
}

/// Height of a marker while its foot stands. A foot that never stands takes the other's.
fn standing_heights(
    points: &Points,
    of: fn(Side) -> Landmark,
    settings: &StandingSettings,
) -> PerSide<Option<f64>> {
    let low = PerSide::from_fn(|side| {
        let series = points.get(of(side))?;
        Some(percentile(&series.z, settings.ground_percentile)).filter(|z| z.is_finite())
    });
    PerSide::from_fn(|side| match (low[side], low[side.opposite()]) {
        (Some(own), Some(other)) if own - other >= settings.lift_min_m => Some(other),
        (own, _) => own,
    })
}

/// Lift of the feet from how far the sensors of thigh and shank turn out of the vertical they have in
/// the quiet standing that calibrates the sensors. Nothing is known without such standing.
pub fn lift_of_sensors(
    recording: &Recording,
    segments: &Segments,
    settings: &StandingSettings,
) -> Feet {
    let turned = PerSide::from_fn(|side| {
        let mut turned = vec![f64::NAN; segments.frames];
        let standing = standing_frames(recording, &segments.calibration);
        for placement in [Placement::Thigh(side), Placement::Shank(side)] {
            let sensor = (segments.sensors.iter()).find(|s| s.placement == Some(placement));
            let Some((sensor, standing)) = sensor.zip(standing.clone()) else {
                continue;
            };
            for (most, angle) in turned.iter_mut().zip(turned_deg(sensor, standing)) {
                *most = most.max(angle);
            }
        }
        turned
    });
    // both legs lean while the weight is shifted over one of them
    let lift = PerSide::from_fn(|side| {
        let pairs = turned[side].iter().zip(&turned[side.opposite()]);
        let lift = pairs.map(|(own, other)| match other.is_nan() {
            true => own / settings.lift_min_deg,
            false => (own - other) / settings.lift_min_deg,
        });
        lift.collect()
    });
    Feet {
        lift,
        edge: settings.lift_edge_deg / settings.lift_min_deg,
    }
}

/// Frames of the quiet standing that calibrated the sensors.
fn standing_frames(recording: &Recording, calibration: &Calibration) -> Option<Range<usize>> {
    let Upright::Standing { start_s, end_s, .. } = calibration.upright else {
        return None;
    };
    let index = |t: f64| (recording.index_at(t).round().max(0.0) as usize).min(recording.frames);
    Some(index(start_s)..index(end_s))
}

/// Angle between the vertical in a sensor and the one it has on average in `standing`, degrees.
fn turned_deg(sensor: &SensorOrientation, standing: Range<usize>) -> Vec<f64> {
    let up = |i: usize| sensor.at(i).inverse() * Vector3::z();
    let frames = sensor.earth_from_sensor.len();
    let seen = standing
        .filter(|&i| i < frames && !sensor.is_missing(i))
        .map(up);
    let upright: Vector3<f64> = seen.sum();
    (0..frames)
        .map(|i| match sensor.is_missing(i) || upright.norm() == 0.0 {
            true => f64::NAN,
            false => up(i).angle(&upright).to_degrees(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feet(lift: &[f64]) -> Feet {
        Feet {
            lift: PerSide {
                left: lift.to_vec(),
                right: Vec::new(),
            },
            edge: 0.2,
        }
    }

    #[test]
    fn a_foot_is_in_the_air_from_edge_to_edge_when_it_is_lifted_for_certain() {
        let n = f64::NAN;
        let feet = feet(&[0.0, 0.5, 0.0, 0.1, 0.3, 1.2, n, 1.0, 0.25, 0.1, n, n, 1.5]);
        assert_eq!(feet.in_air(Side::Left, 1), vec![4..9, 12..13]);
        assert_eq!(feet.in_air(Side::Left, 0), vec![4..6, 7..9, 12..13]);
        assert!(feet.in_air(Side::Right, 1).is_empty());
        assert!(feet.is_known(Side::Left) && !feet.is_known(Side::Right));
        assert!(feet.is_down(Side::Left, 0) && !feet.is_down(Side::Left, 10));
    }
}
