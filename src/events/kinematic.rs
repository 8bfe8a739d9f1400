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
        let search = Search {
            foot: &foot,
            walking: &walking,
            rate_hz: motion.rate_hz,
            settings: &settings.events,
        };
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
    rate_hz: f64,
    settings: &'a EventSettings,
}

impl Search<'_> {
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
    /// left out. A swing that the recording cuts off may be short.
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
        runs.retain(|s| s.first == 0 || s.last == end || length(s) >= least);
        runs
    }

    fn off(&self, swing: Swing, earliest: usize) -> Option<f64> {
        match &self.foot.off {
            OffSignal::Speed(speed, factor) => {
                let excess = self.excess(speed, *factor);
                let fastest = fastest(speed, swing)?;
                last_rise(&excess, fastest, earliest).or_else(|| self.zeni_off(swing, earliest))
            }
            OffSignal::HeelRise => {
                let rise = &self.foot.heel.rise;
                // the heel rises fastest shortly before the foot leaves the ground
                let latest = swing.first + self.frames(self.settings.pairing_window_s);
                let peak = peaks(rise, earliest, latest)
                    .into_iter()
                    .max_by(|a, b| value_at(rise, *a).total_cmp(&value_at(rise, *b)))?;
                Some(peak + self.settings.heel_rise_shift_s * self.rate_hz)
            }
        }
    }

    fn strike(&self, swing: Swing, latest: usize) -> Option<f64> {
        let heel = &self.foot.heel;
        let factor = self.foot.strike_factor;
        let by_heel = fastest(&heel.speed, swing)
            .and_then(|from| first_fall(&self.excess(&heel.speed, factor), from, latest));
        let by_toe = self.foot.toe.as_ref().and_then(|toe| {
            let from = fastest(&toe.speed, swing)?;
            let index = first_fall(&self.excess(&toe.speed, factor), from, latest)?;
            let lower = value_at(&heel.position.z, index) - value_at(&toe.position.z, index);
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
        if first_swing.is_some_and(|s| s.first <= near) {
            return None;
        }
        let speed = &self.foot.heel.speed;
        let excess = self.excess(speed, self.foot.strike_factor);
        let index = first_fall(&excess, 0, near)?;
        let slowing = speed.iter().take(index as usize + 2);
        let falls = slowing.clone().zip(slowing.skip(1)).all(|(a, b)| b < a);
        (*excess.first()? > 0.0 && falls).then_some(index)
    }

    /// The foot leaves the ground in the last frames: the recording ends before the swing proper.
    fn leaving_at_end(&self, last_swing: Option<&Swing>) -> Option<f64> {
        let OffSignal::Speed(speed, factor) = &self.foot.off else {
            return None;
        };
        let end = speed.len().checked_sub(1)?;
        let reach = self.frames(self.settings.search_s);
        if last_swing.is_some_and(|s| s.last + reach >= end) {
            return None;
        }
        let excess = self.excess(speed, *factor);
        let moving = *excess.last()? > 0.0;
        moving.then(|| last_rise(&excess, end, end.saturating_sub(reach)))?
    }

    /// Fallback: the heel is farthest ahead of the pelvis shortly before foot strike.
    fn zeni_strike(&self, swing: Swing, latest: usize) -> Option<f64> {
        let shift = self.settings.zeni_strike_shift_s * self.rate_hz;
        let index = peaks(&self.foot.heel.ahead, swing.first, latest).pop()? + shift;
        (index <= (self.walking.len() - 1) as f64).then_some(index)
    }

    /// Fallback: the toe is farthest behind the pelvis shortly after foot off.
    fn zeni_off(&self, swing: Swing, earliest: usize) -> Option<f64> {
        let shift = self.settings.zeni_off_shift_s * self.rate_hz;
        let behind: Vec<f64> = self.foot.toe.as_ref()?.ahead.iter().map(|a| -a).collect();
        let index = peaks(&behind, earliest, swing.last).into_iter().next()? + shift;
        (index >= 0.0).then_some(index)
    }

    fn excess(&self, speed: &[f64], factor: f64) -> Vec<f64> {
        speed
            .iter()
            .zip(self.walking)
            .map(|(v, w)| v - factor * w)
            .collect()
    }

    /// Nearest number of frames in a time.
    fn frames(&self, seconds: f64) -> usize {
        (seconds * self.rate_hz).round() as usize
    }
}

/// Index of the largest speed within a swing.
fn fastest(speed: &[f64], swing: Swing) -> Option<usize> {
    (swing.first..=swing.last)
        .filter(|&i| speed.get(i).is_some_and(|v| !v.is_nan()))
        .max_by(|&a, &b| speed[a].total_cmp(&speed[b]))
}
