//! Events from a sensor on the foot.
//!
//! Before the swing the foot rolls up over the toes and turns back as soon as they leave the floor:
//! foot off is the zero crossing before the swing's peak (Rampp 2014). It swings until the heel meets
//! the floor and makes it fall flat: foot strike is the zero crossing after the peak (Sabatini 2005).

use super::Found;
use super::swing::Swing;
use crate::settings::EventSettings;

pub(super) fn events(swing: &Swing, settings: &EventSettings) -> Found {
    let reach = (settings.swing_search_s * swing.rate_hz).round() as usize;
    let values = &swing.values;
    let mut found = Found {
        strikes: Vec::new(),
        offs: Vec::new(),
    };
    for peak in swing.peaks(settings) {
        found.offs.extend(crossing_before(values, peak, reach));
        found.strikes.extend(crossing_after(values, peak, reach));
    }
    found.offs.dedup();
    found.strikes.dedup();
    found
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
