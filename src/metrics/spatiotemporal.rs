//! Speed, lengths, widths and percentages of a stride.
//!
//! # What it measures
//! Walking speed, cadence, stride and step length, step width, stance and single support.
//!
//! # How
//! Lengths are distances of the footprints along the walking direction, widths across it, each with the
//! belt's travel on a treadmill. A step is the one that ends with the opposite foot strike. Cadence is
//! 120 over the stride time. The dimensionless speed is v/√(g·leg), leg lengths given or from the markers.
//!
//! # Why it matters
//! Drop, lean and every norm change with speed; wide steps lessen the drop; a short stance tells of pain.
//!
//! # Limits
//! Without foot markers there are times but no lengths, and the speed is the pelvis's. Leg lengths from
//! markers are good to 3.5 %.
//!
//! # References
//! Hof 1996, Gait Posture 4:222–223 (dimensionless speed).

use super::StrideMetrics;
use super::limb::Phases;
use crate::lab::{Locomotion, Motion};
use crate::landmarks::Landmark;
use crate::recording::{BodyMeasures, Series3, Side};
use crate::signal::value_at;
use crate::strides::Stride;
use nalgebra::Vector2;

/// Fills the spatio-temporal metrics of a stride.
///
/// Lengths are measured between the places where the feet strike (heel, else ankle), along the
/// line of progression: on the ground the line between two strikes of the own foot, on a treadmill
/// the direction of walking, belt travel added.
pub(super) fn fill(
    metrics: &mut StrideMetrics,
    stride: &Stride,
    phases: &Phases,
    motion: &Motion,
    measures: &BodyMeasures,
) {
    let duration_s = stride.end_s - stride.start_s;
    metrics.cadence_steps_min = Some(120.0 / duration_s);
    metrics.stance_pct = stride
        .off_s
        .map(|off| 100.0 * (off - stride.start_s) / duration_s);
    metrics.single_support_pct = stride
        .opposite_strike_s
        .zip(stride.opposite_off_s)
        .map(|(strike, off)| 100.0 * (strike - off) / duration_s);
    let own = Footprints::new(motion, stride.side);
    let other = Footprints::new(motion, stride.side.opposite());
    let start = own.as_ref().and_then(|f| f.at(phases.stride.from));
    let end = own.as_ref().and_then(|f| f.at(phases.stride.to));
    let step = phases
        .opposite_strike
        .zip(other.as_ref())
        .and_then(|(index, feet)| feet.at(index));
    if let Some((start, end)) = start.zip(end) {
        let travel = end - start;
        if let Some(line) = Line::of(motion, travel, phases) {
            let length_m = travel.dot(&line.forward) + line.belt_m_s * duration_s;
            metrics.stride_length_m = Some(length_m);
            metrics.speed_m_s = Some(length_m / duration_s);
            if let Some((step, time_s)) = step.zip(stride.opposite_strike_s) {
                let ahead = (step - start).dot(&line.forward);
                metrics.step_length_m = Some(ahead + line.belt_m_s * (time_s - stride.start_s));
                // own side's sign: positive while the feet do not cross
                let across = -stride.side.sigma() * (step - start).dot(&line.left());
                metrics.step_width_m = own
                    .zip(other)
                    .and_then(|(own, other)| own.width_to(&other, across, measures));
            }
        }
    }
    if metrics.speed_m_s.is_none() {
        metrics.speed_m_s = pelvis_speed(motion, phases);
    }
}

/// Line of progression of a stride.
struct Line {
    forward: Vector2<f64>,
    belt_m_s: f64,
}

impl Line {
    fn of(motion: &Motion, travel: Vector2<f64>, phases: &Phases) -> Option<Line> {
        if motion.progression.locomotion == Locomotion::Treadmill {
            let heading = value_at(
                &motion.progression.heading_rad,
                phases.stride.middle().round(),
            );
            let forward = Vector2::new(heading.cos(), heading.sin());
            let belt_m_s = motion.progression.belt_speed_m_s?;
            return forward
                .iter()
                .all(|v| v.is_finite())
                .then_some(Line { forward, belt_m_s });
        }
        let length = travel.norm();
        (length > 0.0).then(|| Line {
            forward: travel / length,
            belt_m_s: 0.0,
        })
    }

    fn left(&self) -> Vector2<f64> {
        Vector2::new(-self.forward.y, self.forward.x)
    }
}

/// Where a foot is.
struct Footprints<'a> {
    series: &'a Series3,
    side: Side,
    /// The marker sits on the outer malleolus, half an ankle width beside the middle of the foot.
    lateral: bool,
}

impl<'a> Footprints<'a> {
    fn new(motion: &'a Motion, side: Side) -> Option<Self> {
        let seen = |s: &&Series3| (0..s.len()).any(|i| !s.is_missing(i));
        let found = |landmark: Landmark| motion.points.get(landmark).filter(seen);
        let central = found(Landmark::Heel(side)).or_else(|| found(Landmark::AnkleCentre(side)));
        let (series, lateral) = match central {
            Some(series) => (series, false),
            None => (found(Landmark::Ankle(side))?, true),
        };
        Some(Footprints {
            series,
            side,
            lateral,
        })
    }

    fn at(&self, index: f64) -> Option<Vector2<f64>> {
        let at = Vector2::new(
            value_at(&self.series.x, index),
            value_at(&self.series.y, index),
        );
        at.iter().all(|v| v.is_finite()).then_some(at)
    }

    /// Distance between the middles of the feet from the distance between their markers.
    fn width_to(&self, other: &Footprints, across: f64, measures: &BodyMeasures) -> Option<f64> {
        let inset = |foot: &Footprints| {
            if !foot.lateral {
                return Some(0.0);
            }
            let radius = measures.marker_diameter_m.unwrap_or(0.0) / 2.0;
            Some(measures.limbs[foot.side].ankle_width_m? / 2.0 + radius)
        };
        Some(across - inset(self)? - inset(other)?)
    }
}

/// Mean speed of the pelvis over the stride, belt added, when the feet are not there.
fn pelvis_speed(motion: &Motion, phases: &Phases) -> Option<f64> {
    let belt = match motion.progression.locomotion {
        Locomotion::Treadmill => motion.progression.belt_speed_m_s?,
        _ => 0.0,
    };
    let mean = phases.stride.mean(&motion.progression.speed_m_s)?;
    Some(mean + belt)
}
