//! Events from a sensor on the foot.
//!
//! Two zero crossings of the angular velocity enclose the swing (Rampp 2014): the foot has rolled up
//! over the toes, and it begins to fall flat. Contact begins and ends abruptly, so the events are the
//! moments of the largest change of acceleration near them: foot off shortly before the first, foot
//! strike shortly after the second.

use super::Found;
use super::swing::{Swing, between_samples};
use crate::recording::Series3;
use crate::settings::EventSettings;

pub(super) fn events(swing: &Swing, acc: &Series3, settings: &EventSettings) -> Found {
    let rate_hz = swing.rate_hz;
    let reach = (settings.swing_search_s * rate_hz).round() as usize;
    let values = &swing.values;
    let changes = Changes::of(acc, rate_hz);
    let mut found = Found {
        strikes: Vec::new(),
        offs: Vec::new(),
    };
    for peak in swing.peaks(settings) {
        if let Some(crossing) = crossing_before(values, peak, reach) {
            let largest = changes.largest(crossing, settings.foot_off_window_s);
            let off = largest.unwrap_or(crossing + settings.foot_off_shift_s * rate_hz);
            found.offs.push(off);
        }
        if let Some(crossing) = crossing_after(values, peak, reach) {
            let largest = changes.largest(crossing, settings.foot_strike_window_s);
            let strike = largest.map(|at| at + settings.foot_impact_shift_s * rate_hz);
            let strike = strike.unwrap_or(crossing + settings.foot_strike_shift_s * rate_hz);
            found.strikes.push(strike);
        }
    }
    found.offs.dedup();
    found.strikes.dedup();
    found
}

/// How abruptly the acceleration changes over a hundredth of a second around every sample.
struct Changes {
    values: Vec<f64>,
    rate_hz: f64,
}

impl Changes {
    fn of(acc: &Series3, rate_hz: f64) -> Changes {
        let half = (0.005 * rate_hz).round().max(1.0) as usize;
        let values = (0..acc.len())
            .map(|i| match (i.checked_sub(half), i + half < acc.len()) {
                (Some(before), true) => (acc.at(i + half) - acc.at(before)).norm(),
                _ => f64::NAN,
            })
            .collect();
        Changes { values, rate_hz }
    }

    /// Where the change is largest between two times around a fractional index; `None` where
    /// nothing is known.
    fn largest(&self, around: f64, window_s: [f64; 2]) -> Option<f64> {
        let [from, to] = window_s.map(|s| (around + s * self.rate_hz).round().max(0.0) as usize);
        (from..=to)
            .filter(|&i| self.values.get(i).is_some_and(|v| v.is_finite()))
            .max_by(|&a, &b| self.values[a].total_cmp(&self.values[b]))
            .map(|i| between_samples(&self.values, i))
    }
}

/// The nearest place before `peak` where the signal comes up through 0.
fn crossing_before(values: &[f64], peak: usize, reach: usize) -> Option<f64> {
    let first = peak.saturating_sub(reach);
    let at = (first..peak).rev().find(|&i| is_back(values[i]))?;
    let (below, above) = (values[at], values[at + 1]);
    below
        .is_finite()
        .then(|| at as f64 + below / (below - above))
}

/// The nearest place after `peak` where it goes down through 0.
fn crossing_after(values: &[f64], peak: usize, reach: usize) -> Option<f64> {
    let last = (peak + reach).min(values.len().saturating_sub(1));
    let at = (peak + 1..=last).find(|&i| is_back(values[i]))?;
    let (above, below) = (values[at - 1], values[at]);
    below
        .is_finite()
        .then(|| (at - 1) as f64 + above / (above - below))
}

/// Not swinging forward, or not known.
fn is_back(value: f64) -> bool {
    value <= 0.0 || value.is_nan()
}
