//! Bouts of walking in a long recording, before there is any orientation.
//!
//! In: the acceleration of one sensor, row by row. Out: when somebody walks. The size of the
//! acceleration is nearly its vertical part in a trunk sensor and repeats with every stride in a
//! limb's; where it repeats as it does in walking there is a bout. What really is walking, a turn or
//! a stride is found afterwards in each bout, with orientations.

use super::walking::{HOP_S, RATE_HZ, WINDOW_S, repetition};
use crate::settings::InertialSettings;
use crate::signal::{low_pass_series, median};
use std::ops::Range;

/// Cut-off, Hz; as of the walking detection with orientations.
const CUTOFF_HZ: f64 = 5.0;

/// Standard gravity, m/s²: what the size of the acceleration usually is, whatever its unit.
const GRAVITY: f64 = 9.80665;

/// The size of the acceleration over a recording, at a lower rate.
#[derive(Debug)]
pub struct Activity {
    /// Samples of the recording per sample here.
    every: f64,
    rate_hz: f64,
    /// Longest pause within a stretch, in samples of the recording.
    pause: f64,
    stretches: Vec<Stretch>,
    /// Mean in the making.
    sum: f64,
    count: f64,
}

/// Samples without a pause between them.
#[derive(Debug)]
struct Stretch {
    /// Place of the first sample, in samples of the recording.
    start: f64,
    /// Place of the last row so far.
    last: f64,
    sizes: Vec<f32>,
}

/// A bout of walking, in samples of the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Bout {
    /// When somebody walks.
    pub walking: Range<f64>,
    /// Which strides belong to it, by their beginning: bouts do not overlap here.
    pub own: Range<f64>,
    /// What is looked at, with some seconds before and after; within it there is no pause.
    pub around: Range<f64>,
}

impl Activity {
    /// Of a recording with `rate_hz` samples per second, in which rows more than `pause_s` apart
    /// belong to different stretches.
    pub fn new(rate_hz: f64, pause_s: f64) -> Activity {
        let every = (rate_hz / RATE_HZ).floor().max(1.0);
        Activity {
            every,
            rate_hz: rate_hz / every,
            pause: pause_s * rate_hz,
            stretches: Vec::new(),
            sum: 0.0,
            count: 0.0,
        }
    }

    /// Takes the next row: its place in samples of the recording and the size of the acceleration
    /// there, in any unit; NaN = missing.
    pub fn push(&mut self, position: f64, size: f64) {
        let begins = match self.stretches.last() {
            Some(stretch) => position - stretch.last > self.pause,
            None => true,
        };
        if begins {
            self.end_bin();
            self.stretches.push(Stretch {
                start: position,
                last: position,
                sizes: Vec::new(),
            });
        }
        let every = self.every;
        let Some(stretch) = self.stretches.last_mut() else {
            return;
        };
        stretch.last = position;
        let bin = ((position - stretch.start) / every) as usize;
        while self.stretches.last().is_some_and(|s| s.sizes.len() < bin) {
            self.end_bin();
        }
        if size.is_finite() {
            self.sum += size;
            self.count += 1.0;
        }
    }

    /// The mean that is in the making becomes a sample; without any row it is that of the one before.
    fn end_bin(&mut self) {
        let Some(stretch) = self.stretches.last_mut() else {
            return;
        };
        let before = stretch.sizes.last().copied().unwrap_or(f32::NAN);
        stretch.sizes.push(match self.count > 0.0 {
            true => (self.sum / self.count) as f32,
            false => before,
        });
        (self.sum, self.count) = (0.0, 0.0);
    }

    /// The bouts, in time order, each at most `bout_max_s` long.
    pub fn bouts(mut self, settings: &InertialSettings) -> Vec<Bout> {
        self.end_bin();
        let scale = self.scale();
        let mut bouts = Vec::new();
        for stretch in &self.stretches {
            let whole = stretch.start..stretch.last + 1.0;
            let samples = |s: f64| s * self.rate_hz * self.every;
            let walks = self.walks(stretch, scale, settings).into_iter();
            let walks: Vec<Range<f64>> = walks
                .filter(|w| w.end - w.start >= samples(settings.bout_min_s))
                .flat_map(|w| in_parts(&w, samples(settings.bout_max_s)))
                .collect();
            let margin = samples(settings.bout_margin_s);
            for (i, walking) in walks.iter().enumerate() {
                let around = (walking.start - margin).max(whole.start)
                    ..(walking.end + margin).min(whole.end);
                let half_way = |a: &Range<f64>, b: &Range<f64>| 0.5 * (a.end + b.start);
                let before = i.checked_sub(1).and_then(|i| walks.get(i));
                let from = before.map_or(around.start, |b| half_way(b, walking));
                let after = walks.get(i + 1);
                let to = after.map_or(around.end, |a| half_way(walking, a));
                bouts.push(Bout {
                    walking: walking.clone(),
                    own: from.max(around.start)..to.min(around.end),
                    around,
                });
            }
        }
        bouts
    }

    /// Metres per second squared per unit: the median of a long recording is gravity.
    fn scale(&self) -> f64 {
        // some thousand samples tell it
        let all: usize = self.stretches.iter().map(|s| s.sizes.len()).sum();
        let every = (all / 20_000).max(1);
        let sizes = self.stretches.iter().flat_map(|s| &s.sizes);
        let some: Vec<f64> = sizes.step_by(every).map(|s| f64::from(*s)).collect();
        GRAVITY / median(&some)
    }

    /// When somebody walks in a stretch, pauses bridged.
    fn walks(&self, stretch: &Stretch, scale: f64, settings: &InertialSettings) -> Vec<Range<f64>> {
        let length = (WINDOW_S * self.rate_hz).round() as usize;
        let hop = (HOP_S * self.rate_hz).round().max(1.0) as usize;
        // as many windows as fill a minute are filtered together
        let block = 60 * hop + length;
        let mut found: Vec<Range<f64>> = Vec::new();
        let pause = settings.bout_pause_max_s * self.rate_hz;
        let mut start = 0;
        while start + length <= stretch.sizes.len() {
            let end = (start + block).min(stretch.sizes.len());
            let sizes = stretch.sizes.get(start..end).unwrap_or_default();
            let mut values: Vec<f64> = sizes.iter().map(|s| f64::from(*s) * scale).collect();
            low_pass_series(&mut values, self.rate_hz, CUTOFF_HZ);
            let mut at = 0;
            while at + length <= values.len() && at < 60 * hop {
                let window = values.get(at..at + length).unwrap_or_default();
                if repetition(window, self.rate_hz, settings).is_some() {
                    let (from, to) = ((start + at) as f64, (start + at + length) as f64);
                    match found.last_mut() {
                        Some(last) if from - last.end <= pause => last.end = to,
                        _ => found.push(from..to),
                    }
                }
                at += hop;
            }
            start += 60 * hop;
        }
        let place = |sample: f64| stretch.start + sample * self.every;
        found
            .into_iter()
            .map(|w| place(w.start)..place(w.end).min(stretch.last))
            .collect()
    }
}

/// A long walk in parts of the same length, none longer than `most`.
fn in_parts(walk: &Range<f64>, most: f64) -> Vec<Range<f64>> {
    let length = walk.end - walk.start;
    let parts = (length / most).ceil().max(1.0);
    (0..parts as usize)
        .map(|i| {
            let at = |i: usize| walk.start + length * i as f64 / parts;
            at(i)..at(i + 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of 0.55 s where `walks`, in units of g.
    fn activity(seconds: usize, walks: impl Fn(f64) -> bool, pause_at: Option<f64>) -> Activity {
        let mut activity = Activity::new(100.0, 1.0);
        for i in 0..seconds * 100 {
            let t = i as f64 / 100.0;
            let after = pause_at.is_some_and(|p| t >= p);
            let step = 0.25 * (std::f64::consts::TAU * t / 0.55).sin();
            let size = if walks(t) { 1.0 + step } else { 1.0 };
            activity.push(i as f64 + if after { 1e7 } else { 0.0 }, size);
        }
        activity
    }

    fn seconds(range: &Range<f64>) -> [f64; 2] {
        [range.start / 100.0, range.end / 100.0]
    }

    #[test]
    fn walks_are_found_and_short_pauses_bridged() {
        let walks = |t: f64| (20.0..50.0).contains(&t) || (52.0..80.0).contains(&t) || t > 120.0;
        let bouts = activity(200, walks, None).bouts(&InertialSettings::default());
        assert_eq!(bouts.len(), 2, "{bouts:?}");
        let [from, to] = seconds(&bouts[0].walking);
        assert!(
            (from - 20.0).abs() < 4.0 && (to - 80.0).abs() < 4.0,
            "{bouts:?}"
        );
        assert!(bouts[0].own.end <= bouts[1].own.start, "{bouts:?}");
        assert!(bouts[0].around.start < bouts[0].walking.start);
        // nobody walks
        assert!(
            activity(100, |_| false, None)
                .bouts(&InertialSettings::default())
                .is_empty()
        );
    }

    #[test]
    fn long_walks_are_cut_and_no_stride_belongs_to_two() {
        let settings = InertialSettings {
            bout_max_s: 60.0,
            ..InertialSettings::default()
        };
        let bouts = activity(200, |_| true, None).bouts(&settings);
        assert_eq!(bouts.len(), 4, "{bouts:?}");
        for pair in bouts.windows(2) {
            assert!(
                (pair[0].own.end - pair[1].own.start).abs() < 1e-6,
                "{bouts:?}"
            );
            assert!(pair[0].around.end > pair[1].around.start);
        }
    }

    #[test]
    fn a_pause_of_the_recording_is_in_no_bout() {
        let bouts = activity(100, |_| true, Some(50.0)).bouts(&InertialSettings::default());
        assert_eq!(bouts.len(), 2, "{bouts:?}");
        assert!(bouts[0].around.end <= 5001.0, "{bouts:?}");
        assert!(bouts[1].around.start >= 1e7, "{bouts:?}");
    }
}
