//! Second opinions on an event: the foot-velocity algorithm (O'Connor et al. 2007, Gait & Posture
//! 25: 469–474) and the position of the foot relative to the pelvis (Zeni et al. 2008, Gait &
//! Posture 27: 710–714, its mean error removed).
//!
//! In: a foot and an event found by its speed. Out: how well the nearest of the two agrees.

use super::Confidence;
use super::channel::peaks;
use super::feet::Foot;
use crate::recording::EventKind;
use crate::settings::EventSettings;
use crate::signal::value_at;

/// Moments at which the other detectors see events of one foot, fractional indices in time order.
pub(super) struct Opinions<'a> {
    strikes: Vec<f64>,
    offs: Vec<f64>,
    rate_hz: f64,
    settings: &'a EventSettings,
}

impl<'a> Opinions<'a> {
    pub(super) fn new(foot: &Foot, rate_hz: f64, settings: &'a EventSettings) -> Opinions<'a> {
        let end = foot.centre.rise.len();
        let mut strikes = foot_velocity_strikes(foot, settings);
        strikes.extend(
            peaks(&foot.heel.ahead, 0, end)
                .into_iter()
                .map(|i| i + settings.zeni_strike_shift_s * rate_hz),
        );
        let mut offs = large_peaks(&foot.centre.rise, settings.fva_speed_share);
        if let Some(toe) = &foot.toe {
            let behind: Vec<f64> = toe.ahead.iter().map(|a| -a).collect();
            offs.extend(
                peaks(&behind, 0, end)
                    .into_iter()
                    .map(|i| i + settings.zeni_off_shift_s * rate_hz),
            );
        }
        strikes.sort_by(f64::total_cmp);
        offs.sort_by(f64::total_cmp);
        Opinions {
            strikes,
            offs,
            rate_hz,
            settings,
        }
    }

    /// Confidence of an event at a fractional index.
    pub(super) fn confidence(&self, kind: EventKind, index: f64) -> Confidence {
        let others = match kind {
            EventKind::FootStrike => &self.strikes,
            EventKind::FootOff => &self.offs,
        };
        let next = others.partition_point(|o| *o < index);
        let nearest = others.iter().skip(next.saturating_sub(1)).take(2);
        let apart_s = nearest
            .map(|o| (o - index).abs() / self.rate_hz)
            .fold(f64::INFINITY, f64::min);
        if apart_s <= self.settings.agreement_high_s {
            Confidence::High
        } else if apart_s <= self.settings.agreement_medium_s {
            Confidence::Medium
        } else {
            Confidence::Low
        }
    }
}

/// Minima of the vertical speed of the foot while the heel is low.
fn foot_velocity_strikes(foot: &Foot, settings: &EventSettings) -> Vec<f64> {
    let height = &foot.heel.position.z;
    let known = height.iter().filter(|h| !h.is_nan());
    let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &z| {
        (l.min(z), h.max(z))
    });
    let limit = low + settings.fva_heel_height_share * (high - low);
    let sinking: Vec<f64> = foot.centre.rise.iter().map(|v| -v).collect();
    large_peaks(&sinking, settings.fva_speed_share)
        .into_iter()
        .filter(|&i| height.get(i as usize).is_some_and(|&z| z < limit))
        .collect()
}

/// Maxima that reach at least `share` of the highest value of the channel.
fn large_peaks(values: &[f64], share: f64) -> Vec<f64> {
    let highest = values.iter().copied().fold(0.0, f64::max);
    peaks(values, 0, values.len())
        .into_iter()
        .filter(|&i| value_at(values, i.round()) >= share * highest)
        .collect()
}
