//! Foot strikes and foot offs from marker kinematics.
//!
//! In: [`Motion`] with gaps filled. Out: [`GaitEvent`]s in time order.
//!
//! A foot that stands is slower than the body, a foot that swings is faster. Every stretch in
//! which the foot is faster than the walking speed is a swing; foot off is when the tip of the
//! foot leaves the ground speed behind before it, foot strike when the heel comes to rest after
//! it (speed thresholds scaled with the walking speed: Bruening & Ridge 2014). Resultant speeds
//! need no heading, so turns, both directions and curved paths are treated alike. Where the
//! speed does not tell (end of the recording, gap) the position relative to the pelvis does
//! (Zeni 2008). Confidence is the agreement with two other detectors (`opinions`).

use super::channel::{first_fall, last_rise, peaks};
use super::feet::{Foot, OffSignal, feet, walking_speed};
use super::opinions::Opinions;
use super::{EventSource, GaitEvent, in_time_order};
use crate::lab::Motion;
use crate::recording::EventKind;
use crate::settings::{EventSettings, Settings};
use crate::signal::value_at;

/// A stretch in which a foot is faster than the body; indices included.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Swing {
    first: usize,
    last: usize,
}

/// Foot strikes and foot offs of both feet.
///
/// Empty when there are no foot markers. Times lie between frames (linear interpolation).
pub fn detect(motion: &Motion, settings: &Settings) -> Vec<GaitEvent> {
    let walking = walking_speed(motion, settings);
    let mut events = Vec::new();
    for foot in feet(motion, settings) {
        let search = Search::new(&foot, &walking, motion.rate_hz, settings);
        let opinions = Opinions::new(&foot, motion.rate_hz, &settings.events);
        for (kind, index) in search.events() {
            events.push(GaitEvent {
                side: foot.side,
                kind,
                time_s: (motion.first_frame as f64 - 1.0 + index) / motion.rate_hz,
                source: EventSource::Kinematic,
                confidence: opinions.confidence(kind, index),
            });
        }
    }
    in_time_order(events)
}

/// The search for the events of one foot.
struct Search<'a> {
    foot: &'a Foot,
    walking: &'a [f64],
    /// Speed of the heel above the one at which it has landed.
    heel_excess: Vec<f64>,
    /// The same for the toe marker.
    toe_excess: Option<Vec<f64>>,
    /// Speed of the tip of the foot above the one at which it has left the ground.
    off_excess: Option<Vec<f64>>,
    /// Distance of the toe marker behind the pelvis.
    toe_behind: Vec<f64>,
    rate_hz: f64,
    /// The walking speed is at least this, also where nobody walks.
    standing_m_s: f64,
    settings: &'a EventSettings,
}

impl<'a> Search<'a> {
    fn new(foot: &'a Foot, walking: &'a [f64], rate_hz: f64, settings: &'a Settings) -> Self {
        let excess = |speed: &[f64], factor: f64| -> Vec<f64> {
            speed
                .iter()
                .zip(walking)
                .map(|(v, w)| v - factor * w)
                .collect()
        };
        let toe = foot.toe.as_ref();
        Search {
            foot,
            walking,
            heel_excess: excess(&foot.heel.speed, foot.strike_factor),
            toe_excess: toe.map(|toe| excess(&toe.speed, foot.strike_factor)),
            off_excess: match &foot.off {
                OffSignal::Speed(speed, factor) => Some(excess(speed, *factor)),
                OffSignal::HeelRise => None,
            },
            toe_behind: toe
                .map(|toe| toe.ahead.iter().map(|a| -a).collect())
                .unwrap_or_default(),
            rate_hz,
            standing_m_s: settings.lab.walking_speed_min_m_s,
            settings: &settings.events,
        }
    }

    /// Kind and fractional index of every event of this foot, foot off and strike of each swing.
    fn events(&self) -> Vec<(EventKind, f64)> {
        let swings = self.swings();
        let mut events = Vec::new();
        if let Some(index) = self.landing_at_start(swings.first()) {
            events.push((EventKind::FootStrike, index));
        }
        for (i, &swing) in swings.iter().enumerate() {
            let reach = self.frames(self.settings.search_s);
            let earliest = match i.checked_sub(1).and_then(|b| swings.get(b)) {
                Some(before) => before.last.max(swing.first.saturating_sub(reach)),
                None => swing.first.saturating_sub(reach),
            };
            let latest = match swings.get(i + 1) {
                Some(after) => after.first.min(swing.last + reach),
                None => (swing.last + reach).min(self.walking.len().saturating_sub(1)),
            };
            if let Some(index) = self.off(swing, earliest) {
                events.push((EventKind::FootOff, index));
            }
            if let Some(index) = self.strike(swing, latest) {
                events.push((EventKind::FootStrike, index));
            }
        }
        if let Some(index) = self.leaving_at_end(swings.last()) {
            events.push((EventKind::FootOff, index));
        }
        events
    }

    /// Swings: runs of foot speed above the walking speed, short interruptions bridged, shuffles
    /// left out. A swing that the recording cuts off while the subject walks may be short.
    fn swings(&self) -> Vec<Swing> {
        let centre = &self.foot.centre;
        let factor = self.settings.swing_speed_factor;
        let bridge = self.frames(self.settings.swing_gap_max_s);
        let mut runs: Vec<Swing> = Vec::new();
        for (i, (speed, walking)) in centre.speed.iter().zip(self.walking).enumerate() {
            if speed.is_nan() || *speed <= factor * walking {
                continue;
            }
            match runs.last_mut() {
                Some(run) if i - run.last <= bridge.max(1) => run.last = i,
                _ => runs.push(Swing { first: i, last: i }),
            }
        }
        let length = |s: &Swing| {
            (centre.position.at(s.last) - centre.position.at(s.first))
                .xy()
                .norm()
        };
        let longest = runs.iter().map(length).fold(0.0, f64::max);
        let least = self
            .settings
            .swing_displacement_min_m
            .max(self.settings.swing_displacement_share * longest);
        let end = centre.speed.len().saturating_sub(1);
        runs.retain(|s| {
            let cut_off = (s.first == 0 && self.walks(0)) || (s.last == end && self.walks(end));
            cut_off || length(s) >= least
        });
        runs
    }

    fn off(&self, swing: Swing, earliest: usize) -> Option<f64> {
        if let Some(excess) = &self.off_excess {
            let fastest = fastest(excess, swing)?;
            return last_rise(excess, fastest, earliest).or_else(|| self.zeni_off(swing, earliest));
        }
        let rise = &self.foot.heel.rise;
        // the heel rises fastest shortly before the foot leaves the ground
        let latest = swing.first + self.frames(self.settings.pairing_window_s);
        let peak = peaks(rise, earliest, latest)
            .into_iter()
            .max_by(|a, b| value_at(rise, *a).total_cmp(&value_at(rise, *b)))?;
        Some(peak + self.settings.heel_rise_shift_s * self.rate_hz)
    }

    fn strike(&self, swing: Swing, latest: usize) -> Option<f64> {
        let landing = |excess: &[f64]| first_fall(excess, fastest(excess, swing)?, latest);
        let by_heel = landing(&self.heel_excess);
        let by_toe = self.foot.toe.as_ref().and_then(|toe| {
            let index = landing(self.toe_excess.as_ref()?)?;
            let heel_height = value_at(&self.foot.heel.position.z, index);
            let lower = heel_height - value_at(&toe.position.z, index);
            (lower > self.settings.toe_first_margin_m).then_some(index)
        });
        match (by_heel, by_toe) {
            (Some(heel), Some(toe)) => Some(heel.min(toe)),
            (heel, toe) => heel.or(toe).or_else(|| self.zeni_strike(swing, latest)),
        }
    }

    /// The heel lands in the first frames: the recording begins after the swing proper.
    fn landing_at_start(&self, first_swing: Option<&Swing>) -> Option<f64> {
        let near = self.frames(self.settings.swing_gap_max_s);
        if !self.walks(0) || first_swing.is_some_and(|s| s.first <= near) {
            return None;
        }
        let speed = &self.foot.heel.speed;
        let index = first_fall(&self.heel_excess, 0, near)?;
        let slowing = speed.iter().take(index as usize + 2);
        let falls = slowing.clone().zip(slowing.skip(1)).all(|(a, b)| b < a);
        (*self.heel_excess.first()? > 0.0 && falls).then_some(index)
    }

    /// The foot leaves the ground in the last frames: the recording ends before the swing proper.
    fn leaving_at_end(&self, last_swing: Option<&Swing>) -> Option<f64> {
        let excess = self.off_excess.as_ref()?;
        let end = excess.len().checked_sub(1)?;
        let reach = self.frames(self.settings.search_s);
        if !self.walks(end) || last_swing.is_some_and(|s| s.last + reach >= end) {
            return None;
        }
        let moving = *excess.last()? > 0.0;
        moving.then(|| last_rise(excess, end, end.saturating_sub(reach)))?
    }

    /// Fallback: the heel is farthest ahead of the pelvis shortly before foot strike.
    fn zeni_strike(&self, swing: Swing, latest: usize) -> Option<f64> {
        let shift = self.settings.zeni_strike_shift_s * self.rate_hz;
        let index = peaks(&self.foot.heel.ahead, swing.first, latest).pop()? + shift;
        (index + 1.0 <= self.walking.len() as f64).then_some(index)
    }

    /// Fallback: the toe is farthest behind the pelvis shortly after foot off.
    fn zeni_off(&self, swing: Swing, earliest: usize) -> Option<f64> {
        let shift = self.settings.zeni_off_shift_s * self.rate_hz;
        let behind = peaks(&self.toe_behind, earliest, swing.last);
        let index = behind.first()? + shift;
        (index >= 0.0).then_some(index)
    }

    /// True when the subject walks at this frame.
    fn walks(&self, index: usize) -> bool {
        self.walking
            .get(index)
            .is_some_and(|v| *v > self.standing_m_s)
    }

    /// Nearest number of frames in a time.
    fn frames(&self, seconds: f64) -> usize {
        (seconds * self.rate_hz).round() as usize
    }
}

/// Index of the largest value within a swing.
fn fastest(excess: &[f64], swing: Swing) -> Option<usize> {
    let within = excess.get(swing.first..=swing.last)?.iter().enumerate();
    within
        .filter(|(_, v)| !v.is_nan())
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map(|(i, _)| swing.first + i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::Landmark;
    use crate::recording::{Format, Recording, Series3, Side};
    use crate::{metrics, signal, strides};
    use nalgebra::Vector3;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    const RATE_HZ: f64 = 100.0;
    const WALKING_M_S: f64 = 1.0;

    fn empty(frames: usize) -> Motion {
        Motion::without_markers(&Recording::new("walk", Format::Memory, RATE_HZ, frames))
    }

    fn put(motion: &mut Motion, landmark: Landmark, at: impl Fn(f64) -> Vector3<f64>) {
        let series = (0..motion.frames).map(|i| at(i as f64 / RATE_HZ));
        motion
            .points
            .series
            .insert(landmark, Series3::from_vectors(series));
    }

    /// The right foot of somebody who lands on the toes and then lowers the heel: strikes at
    /// 1, 2, 3 … s, offs 0.6 s later.
    fn toe_walker() -> Motion {
        let mut motion = empty(601);
        motion.progression.heading_rad = vec![0.0; 601];
        motion.progression.speed_m_s = vec![WALKING_M_S; 601];
        let toe = |t: f64| {
            let (step, phase) = (t.floor(), t - t.floor());
            let swing = ((phase - 0.6) / 0.4).max(0.0);
            Vector3::new(step + swing, -0.1, 0.03 + 0.05 * (PI * swing).sin())
        };
        let heel = move |t: f64| {
            let phase = t - t.floor();
            // foot pitched down by 45° at contact, by 5° an eighth of a second later
            let lowered = if phase < 0.6 {
                (phase / 0.12).min(1.0)
            } else {
                (1.0 - (phase - 0.6) / 0.2).max(0.0)
            };
            let pitch = (45.0 - 40.0 * lowered).to_radians();
            toe(t) + Vector3::new(-0.2 * pitch.cos(), 0.0, 0.2 * pitch.sin())
        };
        put(&mut motion, Landmark::Toe(Side::Right), toe);
        put(&mut motion, Landmark::Heel(Side::Right), heel);
        put(&mut motion, Landmark::Sacrum, |t| {
            Vector3::new(WALKING_M_S * t, 0.0, 0.9)
        });
        motion
    }

    fn mean_error_s(motion: &Motion, settings: &Settings) -> f64 {
        let strikes: Vec<f64> = detect(motion, settings)
            .iter()
            .filter(|e| e.kind == EventKind::FootStrike)
            .map(|e| e.time_s - e.time_s.round())
            .collect();
        assert!(strikes.len() >= 4, "{strikes:?}");
        strikes.iter().sum::<f64>() / strikes.len() as f64
    }

    #[test]
    fn toes_that_land_first_strike_the_ground() {
        let motion = toe_walker();
        let error_s = mean_error_s(&motion, &Settings::default());
        assert!(error_s.abs() < 0.02, "{error_s}");
        // the heel alone comes to rest later
        let mut heel_only = Settings::default();
        heel_only.events.toe_first_margin_m = 1.0;
        assert!(mean_error_s(&motion, &heel_only) > 0.08);
    }

    #[test]
    fn a_gap_hides_the_events_in_it_and_no_others() {
        let whole = toe_walker();
        let settings = Settings::default();
        let all = detect(&whole, &settings);
        let mut holed = whole.clone();
        for landmark in [Landmark::Toe(Side::Right), Landmark::Heel(Side::Right)] {
            let series = holed.points.series.get_mut(&landmark).unwrap();
            for i in 250..330 {
                series.set(i, Vector3::repeat(f64::NAN));
            }
        }
        let rest = detect(&holed, &settings);
        assert!(rest.iter().all(|e| !(2.5..3.3).contains(&e.time_s)));
        for event in all.iter().filter(|e| !(2.2..3.6).contains(&e.time_s)) {
            let near =
                |e: &GaitEvent| e.kind == event.kind && (e.time_s - event.time_s).abs() < 0.01;
            assert!(rest.iter().any(near), "{event:?}");
        }
    }

    #[test]
    fn without_feet_there_are_no_events() {
        assert!(detect(&empty(300), &Settings::default()).is_empty());
        assert!(detect(&empty(0), &Settings::default()).is_empty());
    }

    proptest! {
        #[test]
        fn any_trajectories_give_events_within_the_recording(
            frames in 0usize..120,
            seed in prop::collection::vec(-3.0..3.0f64, 8),
            holes in prop::collection::vec((0usize..6, 0usize..120, 1usize..40), 0..6),
            speed in prop::option::of(0.0..2.0f64),
            belt in prop::option::of(0.0..2.0f64),
        ) {
            let mut motion = empty(frames);
            let landmarks = [
                Landmark::Heel(Side::Left), Landmark::Toe(Side::Left), Landmark::Heel(Side::Right),
                Landmark::Ankle(Side::Right), Landmark::Asis(Side::Left), Landmark::Sacrum,
            ];
            for (k, landmark) in landmarks.into_iter().enumerate() {
                put(&mut motion, landmark, |t| Vector3::new(
                    seed[k] * (7.0 * seed[k + 1] * t).sin(), seed[k] * t, seed[k + 2] * t.cos(),
                ));
            }
            for (k, first, length) in holes {
                let series = motion.points.series.get_mut(&landmarks[k]).unwrap();
                for i in first..(first + length).min(frames) {
                    series.set(i, Vector3::repeat(f64::NAN));
                }
            }
            motion.progression.speed_m_s = vec![speed.unwrap_or(f64::NAN); frames];
            motion.progression.belt_speed_m_s = belt;
            let settings = Settings::default();
            let events = detect(&motion, &settings);
            for e in &events {
                let index = motion.index_at(e.time_s);
                prop_assert!((0.0..=frames as f64 - 1.0).contains(&index), "{e:?}");
            }
            prop_assert!(events.windows(2).all(|p| p[0].time_s <= p[1].time_s));
            let found = strides::find(&events, &motion, &settings);
            let measured = metrics::measure(
                &found, &Default::default(), &motion, &signal::GapReport::default(),
                &Default::default(), &settings,
            );
            prop_assert_eq!(measured.len(), found.len());
        }
    }
}
