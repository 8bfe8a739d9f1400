//! Events from a sensor on the shank (Salarian 2004, Aminian 2002).
//!
//! Foot strike is the first minimum after mid-swing that is low enough, foot off the last before it;
//! both are corrected by the usual difference to the foot's own events.

use super::Found;
use super::swing::{Swing, between_samples};
use crate::settings::EventSettings;

pub(super) fn events(swing: &Swing, settings: &EventSettings) -> Found {
    let rate_hz = swing.rate_hz;
    let reach = (settings.swing_search_s * rate_hz).round() as usize;
    let values = &swing.values;
    let peaks = swing.peaks(settings);
    let is_minimum = |i: usize| {
        let (Some(before), Some(after)) = (
            i.checked_sub(1).and_then(|j| values.get(j)),
            values.get(i + 1),
        ) else {
            return false;
        };
        values[i] <= *before && values[i] < *after
    };
    let strike_most = -settings.shank_strike_deg_s.to_radians();
    let off_most = -settings.shank_off_deg_s.to_radians();
    let mut found = Found {
        strikes: Vec::new(),
        offs: Vec::new(),
    };
    for (k, &peak) in peaks.iter().enumerate() {
        let until = peaks
            .get(k + 1)
            .copied()
            .unwrap_or(values.len())
            .min(peak + reach);
        let from = k
            .checked_sub(1)
            .map_or(0, |k| peaks[k])
            .max(peak.saturating_sub(reach));
        let strike = (peak..until).find(|&i| values[i] < strike_most && is_minimum(i));
        let off = (from..peak)
            .rev()
            .find(|&i| values[i] < off_most && is_minimum(i));
        let place = |i: usize, shift_s: f64| between_samples(values, i) + shift_s * rate_hz;
        found
            .strikes
            .extend(strike.map(|i| place(i, settings.shank_strike_shift_s)));
        found
            .offs
            .extend(off.map(|i| place(i, settings.shank_off_shift_s)));
    }
    found
}
