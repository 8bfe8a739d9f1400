//! Foot strikes and foot offs from force plates.
//!
//! In: force plates and foot markers in the laboratory frame. Out: [`GaitEvent`]s of the feet that
//! stood on a plate.
//!
//! A plate is loaded while the vertical force exceeds a threshold (zero offset removed). At the
//! beginning and at the end of the loading the foot whose markers surround the centre of pressure
//! gets the event, if its heel (strike) or toe (off) is over that plate: a foot that lands half
//! beside the plate loads it late and unloads it early.

use super::{Confidence, EventSource, GaitEvent, in_time_order};
use crate::body::leg_length_from_markers;
use crate::lab::Motion;
use crate::landmarks::Landmark;
use crate::recording::{EventKind, ForcePlate, Series3, Side};
use crate::settings::{EventSettings, Settings};
use crate::signal::{median, value_at};
use nalgebra::{Vector2, Vector3};

/// Foot strikes and foot offs on force plates.
///
/// A plate that is loaded in the first or last sample gives no event there.
pub fn from_plates(motion: &Motion, settings: &Settings) -> Vec<GaitEvent> {
    let events = &settings.events;
    let mut found = Vec::new();
    for plate in &motion.plates {
        if !(plate.rate_hz.is_finite() && plate.rate_hz > 0.0) {
            continue;
        }
        let force = without_offset(&plate.force.z, events);
        for loading in loadings(&force, plate.rate_hz, events) {
            let reading =
                ((events.plate_reading_s * plate.rate_hz) as usize).min(loading.length() / 2);
            if loading.first > 0 {
                let when = loading.first..loading.first + reading;
                let pressure = centre_of_pressure(plate, &force, when);
                let contact = Contact::new(motion, plate, EventKind::FootStrike, loading.first);
                found.extend(contact.event(pressure, events));
            }
            if loading.end < force.len() {
                let when = loading.end - reading..loading.end;
                let pressure = centre_of_pressure(plate, &force, when);
                let contact = Contact::new(motion, plate, EventKind::FootOff, loading.end);
                found.extend(contact.event(pressure, events));
            }
        }
    }
    once_per_contact(in_time_order(found), events)
}

/// Samples of one loading, end excluded.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Loading {
    first: usize,
    end: usize,
}

impl Loading {
    fn length(self) -> usize {
        self.end - self.first
    }
}

/// Vertical force with a small zero offset removed; missing samples count as unloaded.
fn without_offset(vertical: &[f64], settings: &EventSettings) -> Vec<f64> {
    let unloaded: Vec<f64> = vertical
        .iter()
        .copied()
        .filter(|f| f.abs() < settings.plate_offset_max_n)
        .collect();
    let offset = median(&unloaded);
    let offset = if offset.is_nan() { 0.0 } else { offset };
    vertical
        .iter()
        .map(|f| if f.is_nan() { 0.0 } else { f - offset })
        .collect()
}

/// Stretches above the threshold, short interruptions bridged, short stretches left out.
fn loadings(force: &[f64], rate_hz: f64, settings: &EventSettings) -> Vec<Loading> {
    let bridge = (settings.plate_gap_max_s * rate_hz) as usize;
    let least = (settings.plate_contact_min_s * rate_hz) as usize;
    let mut runs: Vec<Loading> = Vec::new();
    for (i, _) in force
        .iter()
        .enumerate()
        .filter(|(_, f)| **f > settings.plate_threshold_n)
    {
        match runs.last_mut() {
            Some(run) if i - run.end <= bridge => run.end = i + 1,
            _ => runs.push(Loading {
                first: i,
                end: i + 1,
            }),
        }
    }
    runs.retain(|run| run.length() >= least);
    runs
}

/// Force-weighted mean centre of pressure over some samples.
fn centre_of_pressure(
    plate: &ForcePlate,
    force: &[f64],
    samples: std::ops::Range<usize>,
) -> Option<Vector2<f64>> {
    let mut weight = 0.0;
    let mut sum = Vector2::zeros();
    for i in samples {
        if i >= plate.centre_of_pressure.len() || plate.centre_of_pressure.is_missing(i) {
            continue;
        }
        let load = force.get(i).copied().unwrap_or(0.0).max(0.0);
        weight += load;
        sum += load * plate.centre_of_pressure.at(i).xy();
    }
    (weight > 0.0).then(|| sum / weight)
}

/// The beginning or end of a loading, to be given to a foot.
struct Contact<'a> {
    motion: &'a Motion,
    plate: &'a ForcePlate,
    kind: EventKind,
    /// Fractional marker index.
    index: f64,
}

impl<'a> Contact<'a> {
    fn new(motion: &'a Motion, plate: &'a ForcePlate, kind: EventKind, sample: usize) -> Self {
        Contact {
            motion,
            plate,
            kind,
            index: sample as f64 / plate.rate_hz * motion.rate_hz,
        }
    }

    fn event(&self, pressure: Option<Vector2<f64>>, settings: &EventSettings) -> Option<GaitEvent> {
        let pressure = pressure?;
        let (distance, side) = Side::BOTH
            .into_iter()
            .filter_map(|side| Some((self.distance_from_foot(side, pressure, settings)?, side)))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        let over_plate = self.touching_end(side).is_some_and(|end| {
            distance_outside(&self.plate.corners, end) <= settings.plate_edge_margin_m
        });
        (distance <= settings.plate_hull_margin_m && over_plate).then(|| GaitEvent {
            side,
            kind: self.kind,
            time_s: (self.motion.first_frame as f64 - 1.0 + self.index) / self.motion.rate_hz,
            source: EventSource::Plate,
            confidence: Confidence::High,
        })
    }

    fn marker(&self, landmark: Landmark) -> Option<Vector2<f64>> {
        let series = self.motion.points.get(landmark)?;
        let at = at_index(series, self.index)?;
        Some(at.xy())
    }

    /// Heel for a strike, toe for an off; the ankle when that marker is missing.
    fn touching_end(&self, side: Side) -> Option<Vector2<f64>> {
        let end = match self.kind {
            EventKind::FootStrike => Landmark::Heel(side),
            EventKind::FootOff => Landmark::Toe(side),
        };
        self.marker(end)
            .or_else(|| self.marker(Landmark::Ankle(side)))
    }

    /// Horizontal distance of a point from the hull of the foot's markers, metres; 0 inside. The
    /// hull is drawn out to the tip of the foot, where the pressure is at foot off.
    fn distance_from_foot(
        &self,
        side: Side,
        point: Vector2<f64>,
        settings: &EventSettings,
    ) -> Option<f64> {
        let heel = self.marker(Landmark::Heel(side));
        let toe = self.marker(Landmark::Toe(side));
        let mut hull: Vec<Vector2<f64>> = [Landmark::Ankle(side), Landmark::AnkleMedial(side)]
            .into_iter()
            .filter_map(|l| self.marker(l))
            .collect();
        hull.extend(heel);
        hull.extend(toe);
        if let (Some(heel), Some(toe), Some(leg_m)) = (
            heel,
            toe,
            leg_length_from_markers(&self.motion.points, side),
        ) {
            let along = toe - heel;
            if along.norm() > 0.0 {
                let reach = settings.foot_tip_leg_share * leg_m;
                hull.push(heel + along * (reach / along.norm()));
            }
        }
        distance_from_hull(&hull, point)
    }
}

/// Trajectory between frames.
fn at_index(series: &Series3, index: f64) -> Option<Vector3<f64>> {
    let [x, y, z] = series.columns().map(|c| value_at(c, index));
    let at = Vector3::new(x, y, z);
    at.iter().all(|v| v.is_finite()).then_some(at)
}

/// Distance of a point from the convex hull of a few points, 0 inside; `None` without points.
///
/// The hull of so few points is covered by the triangles between them.
fn distance_from_hull(hull: &[Vector2<f64>], point: Vector2<f64>) -> Option<f64> {
    let mut least: Option<f64> = None;
    let mut take = |d: f64| least = Some(least.map_or(d, |l| l.min(d)));
    for (i, &a) in hull.iter().enumerate() {
        take((point - a).norm());
        for (j, &b) in hull.iter().enumerate().skip(i + 1) {
            take(distance_from_segment(a, b, point));
            for &c in hull.iter().skip(j + 1) {
                if inside_polygon(&[a, b, c], point) {
                    take(0.0);
                }
            }
        }
    }
    least
}

fn distance_from_segment(a: Vector2<f64>, b: Vector2<f64>, point: Vector2<f64>) -> f64 {
    let along = b - a;
    let square = along.norm_squared();
    let share = if square > 0.0 {
        ((point - a).dot(&along) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point - a - along * share).norm()
}

/// True when the point lies within a convex polygon, whichever way its corners go round.
fn inside_polygon(corners: &[Vector2<f64>], point: Vector2<f64>) -> bool {
    let mut sides = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|(a, b)| (b - a).perp(&(point - a)));
    let all = |positive: bool| move |side: f64| if positive { side >= 0.0 } else { side <= 0.0 };
    sides.clone().all(all(true)) || sides.all(all(false))
}

/// How far a point lies outside a plate, metres; 0 inside.
fn distance_outside(corners: &[[f64; 3]; 4], point: Vector2<f64>) -> f64 {
    let corners = corners.map(|c| Vector2::new(c[0], c[1]));
    if inside_polygon(&corners, point) {
        return 0.0;
    }
    corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|(&a, &b)| distance_from_segment(a, b, point))
        .fold(f64::INFINITY, f64::min)
}

/// A foot that steps over the edge between two plates: the first strike and the last off count.
fn once_per_contact(events: Vec<GaitEvent>, settings: &EventSettings) -> Vec<GaitEvent> {
    let mut kept: Vec<GaitEvent> = Vec::with_capacity(events.len());
    for event in events {
        let same = kept.iter_mut().rev().find(|k| {
            k.side == event.side
                && k.kind == event.kind
                && event.time_s - k.time_s < settings.pairing_window_s
        });
        match (same, event.kind) {
            (Some(_), EventKind::FootStrike) => {}
            (Some(earlier), EventKind::FootOff) => *earlier = event,
            (None, _) => kept.push(event),
        }
    }
    in_time_order(kept)
}
