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
use crate::recording::{EventKind, ForcePlate, PerSide, Series3, Side};
use crate::settings::{EventSettings, Settings};
use crate::signal::{median, value_at};
use nalgebra::{Vector2, Vector3};

/// Foot strikes and foot offs on force plates.
///
/// A plate that is loaded in the first or last sample gives no event there.
pub fn from_plates(motion: &Motion, settings: &Settings) -> Vec<GaitEvent> {
    let events = &settings.events;
    // as far as the tip of the foot lies from the heel marker
    let foot_m = PerSide::from_fn(|side| {
        Some(events.foot_tip_leg_share * leg_length_from_markers(&motion.points, side)?)
    });
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
                let contact =
                    Contact::new(motion, &foot_m, plate, EventKind::FootStrike, loading.first);
                found.extend(contact.event(pressure, events));
            }
            if loading.end < force.len() {
                let when = loading.end - reading..loading.end;
                let pressure = centre_of_pressure(plate, &force, when);
                let contact = Contact::new(motion, &foot_m, plate, EventKind::FootOff, loading.end);
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
    foot_m: &'a PerSide<Option<f64>>,
    plate: &'a ForcePlate,
    kind: EventKind,
    /// Fractional marker index.
    index: f64,
}

impl<'a> Contact<'a> {
    fn new(
        motion: &'a Motion,
        foot_m: &'a PerSide<Option<f64>>,
        plate: &'a ForcePlate,
        kind: EventKind,
        sample: usize,
    ) -> Self {
        Contact {
            motion,
            foot_m,
            plate,
            kind,
            index: sample as f64 / plate.rate_hz * motion.rate_hz,
        }
    }

    fn event(&self, pressure: Option<Vector2<f64>>, settings: &EventSettings) -> Option<GaitEvent> {
        let pressure = pressure?;
        let (distance, side) = Side::BOTH
            .into_iter()
            .filter_map(|side| Some((self.distance_from_foot(side, pressure)?, side)))
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
    fn distance_from_foot(&self, side: Side, point: Vector2<f64>) -> Option<f64> {
        let heel = self.marker(Landmark::Heel(side));
        let toe = self.marker(Landmark::Toe(side));
        let mut hull: Vec<Vector2<f64>> = [Landmark::Ankle(side), Landmark::AnkleMedial(side)]
            .into_iter()
            .filter_map(|l| self.marker(l))
            .collect();
        hull.extend(heel);
        hull.extend(toe);
        if let (Some(heel), Some(toe), Some(foot_m)) = (heel, toe, self.foot_m[side]) {
            let along = toe - heel;
            if along.norm() > 0.0 {
                hull.push(heel + along * (foot_m / along.norm()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Format, Recording};

    const RATE_HZ: f64 = 1000.0;

    /// A plate of 0.6 m × 0.4 m whose near left corner lies at `x`, loaded as given.
    fn plate(
        x: f64,
        load: impl Fn(f64) -> f64,
        pressure: impl Fn(f64) -> (f64, f64),
    ) -> ForcePlate {
        let times: Vec<f64> = (0..2000).map(|i| i as f64 / RATE_HZ).collect();
        ForcePlate {
            rate_hz: RATE_HZ,
            corners: [
                [x + 0.6, 0.2, 0.0],
                [x, 0.2, 0.0],
                [x, -0.2, 0.0],
                [x + 0.6, -0.2, 0.0],
            ],
            force: Series3::from_vectors(times.iter().map(|&t| Vector3::new(0.0, 0.0, load(t)))),
            centre_of_pressure: Series3::from_vectors(times.iter().map(|&t| {
                let (x, y) = pressure(t);
                Vector3::new(x, y, 0.0)
            })),
        }
    }

    /// Both feet stand: the right heel at `heel_x`, the left one half a metre behind.
    fn standing(heel_x: f64) -> Motion {
        let mut recording = Recording::new("step", Format::Memory, 100.0, 200);
        recording.first_frame = 101;
        let mut motion = Motion::without_markers(&recording);
        for side in Side::BOTH {
            let x = match side {
                Side::Right => heel_x,
                Side::Left => heel_x - 0.5,
            };
            let y = 0.1 * side.sigma();
            for (landmark, along) in [
                (Landmark::Heel(side), 0.0),
                (Landmark::Ankle(side), 0.05),
                (Landmark::Toe(side), 0.2),
            ] {
                let at = Vector3::new(x + along, y, 0.05);
                let series = Series3::from_vectors((0..200).map(|_| at));
                motion.points.series.insert(landmark, series);
            }
        }
        motion
    }

    fn loaded(from_s: f64, to_s: f64) -> impl Fn(f64) -> f64 {
        move |t| {
            if (from_s..to_s).contains(&t) {
                600.0
            } else {
                3.0
            }
        }
    }

    #[test]
    fn a_step_on_a_plate_gives_both_events_of_the_right_foot() {
        let mut motion = standing(0.2);
        motion.plates = vec![plate(0.0, loaded(0.5, 1.2), |t| {
            (0.22 + 0.2 * (t - 0.5), -0.1)
        })];
        let events = from_plates(&motion, &Settings::default());
        assert_eq!(events.len(), 2);
        for (event, kind, time_s) in [
            (&events[0], EventKind::FootStrike, 1.5),
            (&events[1], EventKind::FootOff, 2.2),
        ] {
            assert_eq!((event.side, event.kind), (Side::Right, kind));
            assert!((event.time_s - time_s).abs() < 1e-9, "{}", event.time_s);
            assert_eq!(event.source, EventSource::Plate);
        }
    }

    #[test]
    fn a_foot_half_beside_the_plate_gives_no_event_there() {
        // the heel is 5 cm before the plate
        let mut motion = standing(-0.05);
        motion.plates = vec![plate(0.0, loaded(0.5, 1.2), |_| (0.1, -0.1))];
        let events = from_plates(&motion, &Settings::default());
        let kinds: Vec<EventKind> = events.iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [EventKind::FootOff]);
    }

    #[test]
    fn pressure_away_from_both_feet_belongs_to_nobody() {
        let mut motion = standing(0.2);
        motion.plates = vec![plate(0.0, loaded(0.5, 1.2), |_| (0.5, 0.15))];
        assert!(from_plates(&motion, &Settings::default()).is_empty());
    }

    #[test]
    fn a_plate_loaded_throughout_gives_no_event() {
        let mut motion = standing(0.2);
        motion.plates = vec![plate(0.0, |_| 350.0, |_| (0.3, -0.1))];
        assert!(from_plates(&motion, &Settings::default()).is_empty());
        motion.plates = vec![plate(0.0, loaded(-1.0, 1.2), |_| (0.3, -0.1))];
        let events = from_plates(&motion, &Settings::default());
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].kind, EventKind::FootOff);
    }

    #[test]
    fn chatter_is_bridged_and_knocks_are_left_out() {
        let settings = EventSettings::default();
        let chatter = |t: f64| {
            let on = (0.5..1.2).contains(&t) && !(1.1..1.12).contains(&t);
            let knock = (1.6..1.65).contains(&t);
            if on || knock { 600.0 } else { 30.0 }
        };
        let force: Vec<f64> = (0..2000).map(|i| chatter(i as f64 / RATE_HZ)).collect();
        let found = loadings(&without_offset(&force, &settings), RATE_HZ, &settings);
        assert_eq!(
            found,
            [Loading {
                first: 500,
                end: 1200
            }]
        );
    }

    #[test]
    fn a_foot_across_two_plates_gives_its_first_strike_and_last_off() {
        // heel on the first plate, toes on the second
        let mut motion = standing(0.45);
        let pressure = |t: f64| (0.47 + 0.25 * (t - 0.5), -0.1);
        motion.plates = vec![
            plate(0.0, loaded(0.5, 1.0), pressure),
            plate(0.6, loaded(0.55, 1.2), pressure),
        ];
        let events = from_plates(&motion, &Settings::default());
        let found: Vec<(EventKind, f64)> = events.iter().map(|e| (e.kind, e.time_s)).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].1 - 1.5).abs() < 1e-9 && (found[1].1 - 2.2).abs() < 1e-9);
    }

    #[test]
    fn distance_from_a_hull_is_zero_inside() {
        let hull = [
            Vector2::new(0.0, 0.0),
            Vector2::new(0.2, 0.0),
            Vector2::new(0.05, 0.05),
        ];
        assert_eq!(
            distance_from_hull(&hull, Vector2::new(0.06, 0.02)),
            Some(0.0)
        );
        let beside = distance_from_hull(&hull, Vector2::new(0.1, -0.03)).unwrap();
        assert!((beside - 0.03).abs() < 1e-12);
        assert_eq!(distance_from_hull(&[], Vector2::zeros()), None);
    }
}
