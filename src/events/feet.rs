//! What the kinematic detectors look at: how fast each foot moves over the ground, how high it is,
//! and where it is relative to the pelvis.
//!
//! In: [`Motion`] with gaps filled, not filtered. Out: one [`Foot`] per side that has markers, all
//! channels one value per frame, NaN where a marker is missing.

use crate::body::leg_length_from_markers;
use crate::lab::Motion;
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side};
use crate::settings::Settings;
use crate::signal::{LowPass, Padding, derivative};
use nalgebra::Vector3;

/// Channels of one foot. Speeds are over the ground, or over the belt of a treadmill, m/s.
pub(super) struct Foot {
    pub side: Side,
    /// Marker that strikes: heel, else ankle.
    pub heel: Point,
    /// Share of the walking speed below which that marker has landed.
    pub strike_factor: f64,
    /// Toe marker.
    pub toe: Option<Point>,
    /// What tells foot off.
    pub off: OffSignal,
    /// Midway between heel and toe, or the only marker there is.
    pub centre: Point,
}

/// How foot off is seen.
pub(super) enum OffSignal {
    /// Speed of a point at the toes, and the share of the walking speed above which it has left.
    Speed(Vec<f64>, f64),
    /// No toe marker: upward speed of the heel.
    HeelRise,
}

/// One trajectory, low-passed, and what is derived from it.
pub(super) struct Point {
    pub position: Series3,
    /// Resultant speed over ground or belt, m/s. No heading is needed, so turns do not matter.
    pub speed: Vec<f64>,
    /// Upward speed, m/s.
    pub rise: Vec<f64>,
    /// Distance ahead of the pelvis along the direction of progression, metres.
    pub ahead: Vec<f64>,
}

/// What all points share: pelvis, heading, belt.
struct Frame<'a> {
    motion: &'a Motion,
    /// Sine and cosine per frame.
    heading: Vec<(f64, f64)>,
    pelvis: Series3,
}

/// A foot's trajectories before the filter: what [`Foot`] is made from.
struct RawFoot {
    side: Side,
    striking: Series3,
    strike_factor: f64,
    toe: Option<Series3>,
    off: Option<(Series3, f64)>,
    centre: Series3,
}

/// The feet that have markers, left first.
pub(super) fn feet(motion: &Motion, settings: &Settings) -> Vec<Foot> {
    let mut raw: Vec<RawFoot> = Side::BOTH
        .into_iter()
        .filter_map(|side| raw_foot(&motion.points, side, settings))
        .collect();
    let filter = settings
        .signal
        .filter
        .then(|| LowPass::design(settings.signal.event_cutoff_hz, motion.rate_hz))
        .flatten();
    if let Some(filter) = filter {
        // all at once: the filter is quickest on many channels side by side
        let series = raw.iter_mut().flat_map(RawFoot::series);
        let columns = series.flat_map(|s| s.columns_mut().map(Vec::as_mut_slice));
        filter.apply_to_all(columns, Padding::Odd);
    }
    let frame = Frame {
        motion,
        heading: held(&motion.progression.heading_rad)
            .into_iter()
            .map(f64::sin_cos)
            .collect(),
        pelvis: pelvis_centre(&motion.points, motion.frames),
    };
    raw.into_iter().map(|foot| frame.foot(foot)).collect()
}

impl RawFoot {
    fn series(&mut self) -> impl Iterator<Item = &mut Series3> {
        let off = self.off.as_mut().map(|(tip, _)| tip);
        [&mut self.striking, &mut self.centre]
            .into_iter()
            .chain(&mut self.toe)
            .chain(off)
    }
}

fn raw_foot(points: &Points, side: Side, settings: &Settings) -> Option<RawFoot> {
    let events = &settings.events;
    let heel = seen(points, Landmark::Heel(side));
    let toe = seen(points, Landmark::Toe(side));
    let ankle = seen(points, Landmark::Ankle(side))
        .or_else(|| seen(points, Landmark::AnkleCentre(side)))
        .or_else(|| seen(points, Landmark::AnkleMedial(side)));
    let striking = heel.or(ankle).or(toe)?;
    let off = toe.map(|toe| {
        let leg_m = heel.and(leg_length_from_markers(points, side));
        match (heel, leg_m) {
            (Some(heel), Some(leg_m)) => (
                tip_of_foot(heel, toe, events.foot_tip_leg_share * leg_m),
                events.off_speed_factor,
            ),
            _ => (toe.clone(), events.off_speed_factor_toe),
        }
    });
    Some(RawFoot {
        side,
        striking: striking.clone(),
        strike_factor: if heel.is_some() {
            events.strike_speed_factor
        } else {
            events.strike_speed_factor_ankle
        },
        toe: toe.cloned(),
        off,
        centre: match toe {
            Some(toe) => midway(striking, toe),
            None => striking.clone(),
        },
    })
}

impl Frame<'_> {
    fn foot(&self, raw: RawFoot) -> Foot {
        Foot {
            side: raw.side,
            heel: self.point(raw.striking),
            strike_factor: raw.strike_factor,
            toe: raw.toe.map(|toe| self.point(toe)),
            off: match raw.off {
                Some((tip, factor)) => OffSignal::Speed(self.point(tip).speed, factor),
                None => OffSignal::HeelRise,
            },
            centre: self.point(raw.centre),
        }
    }

    fn point(&self, position: Series3) -> Point {
        let rate_hz = self.motion.rate_hz;
        let [vx, vy, vz] = position.columns().map(|c| derivative(c, rate_hz));
        let belt = self.motion.progression.belt_speed_m_s.unwrap_or(0.0);
        let n = position.len();
        let mut speed = Vec::with_capacity(n);
        let mut ahead = Vec::with_capacity(n);
        for i in 0..n {
            let (sin, cos) = self.heading.get(i).copied().unwrap_or((f64::NAN, f64::NAN));
            // without a belt the speed needs no heading
            let (bx, by) = if belt == 0.0 {
                (0.0, 0.0)
            } else {
                (belt * cos, belt * sin)
            };
            speed.push(Vector3::new(vx[i] + bx, vy[i] + by, vz[i]).norm());
            let lever = position.at(i) - self.pelvis.at(i);
            ahead.push(lever.x * cos + lever.y * sin);
        }
        Point {
            position,
            speed,
            rise: vz,
            ahead,
        }
    }
}

/// A trajectory with at least one frame.
fn seen(points: &Points, landmark: Landmark) -> Option<&Series3> {
    points.get(landmark).filter(|s| s.present() > 0)
}

/// Point on the line from the heel to the toe marker at a fixed distance from the heel.
///
/// Laboratories put the toe marker anywhere between midfoot and toes; the farther back it sits
/// the earlier it rises. A point at a fixed distance rises at the same moment everywhere.
fn tip_of_foot(heel: &Series3, toe: &Series3, distance_m: f64) -> Series3 {
    Series3::from_vectors((0..heel.len()).map(|i| {
        let along = toe.at(i) - heel.at(i);
        let length = along.norm();
        if length > 0.0 {
            heel.at(i) + along * (distance_m / length)
        } else {
            Vector3::repeat(f64::NAN)
        }
    }))
}

fn midway(a: &Series3, b: &Series3) -> Series3 {
    Series3::from_vectors((0..a.len()).map(|i| (a.at(i) + b.at(i)) / 2.0))
}

/// Centre of the pelvis markers, from those that were seen longest so that it does not jump when
/// one of the others comes and goes.
fn pelvis_centre(points: &Points, frames: usize) -> Series3 {
    let markers: Vec<&Series3> = [
        Landmark::Asis(Side::Left),
        Landmark::Asis(Side::Right),
        Landmark::Psis(Side::Left),
        Landmark::Psis(Side::Right),
        Landmark::Sacrum,
        Landmark::HipCentre(Side::Left),
        Landmark::HipCentre(Side::Right),
    ]
    .into_iter()
    .filter_map(|l| seen(points, l))
    .collect();
    let longest = markers.iter().map(|m| m.present()).max().unwrap_or(0);
    let steady: Vec<&Series3> = markers
        .into_iter()
        .filter(|m| m.present() == longest)
        .collect();
    Series3::from_vectors(
        (0..frames)
            .map(|i| steady.iter().map(|m| m.at(i)).sum::<Vector3<f64>>() / steady.len() as f64),
    )
}

/// Walking speed per frame, m/s: never below the least speed of walking, unknown frames take the
/// nearest known one; on a treadmill over the belt.
pub(super) fn walking_speed(motion: &Motion, settings: &Settings) -> Vec<f64> {
    let least = settings.lab.walking_speed_min_m_s;
    let belt = motion.progression.belt_speed_m_s.unwrap_or(0.0);
    let mut speed = held(&motion.progression.speed_m_s);
    speed.resize(motion.frames, f64::NAN);
    speed.iter().map(|v| (v + belt).max(least)).collect()
}

/// The values with missing ones replaced by the nearest known one.
fn held(values: &[f64]) -> Vec<f64> {
    let mut out = values.to_vec();
    let mut last = f64::NAN;
    for v in out.iter_mut() {
        if v.is_nan() {
            *v = last;
        } else {
            last = *v;
        }
    }
    let mut next = f64::NAN;
    for v in out.iter_mut().rev() {
        if v.is_nan() {
            *v = next;
        } else {
            next = *v;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_take_a_known_neighbour() {
        let n = f64::NAN;
        assert_eq!(
            held(&[n, n, 1.0, n, 2.0, n]),
            [1.0, 1.0, 1.0, 1.0, 2.0, 2.0]
        );
        assert!(held(&[n, n]).iter().all(|v| v.is_nan()));
    }

    #[test]
    fn tip_lies_on_the_line_through_the_toe() {
        let heel = Series3::from_vectors([Vector3::new(1.0, 0.0, 0.0)].into_iter());
        let toe = Series3::from_vectors([Vector3::new(1.0, 0.1, 0.0)].into_iter());
        let tip = tip_of_foot(&heel, &toe, 0.25);
        assert!((tip.at(0) - Vector3::new(1.0, 0.25, 0.0)).norm() < 1e-12);
        assert!(tip_of_foot(&heel, &heel, 0.25).is_missing(0));
    }
}
