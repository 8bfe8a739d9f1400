//! Finds the stances on one leg and measures them.

use super::feet::Feet;
use super::stance::{
    Failure, Flag, Invalid, Level, Outcome, Stance, StanceCurve, StanceTest, StandingOn,
};
use crate::recording::{PerSide, Side, SubjectFacts};
use crate::settings::StandingSettings;
use crate::signal::median;
use std::ops::Range;

/// What a recording of standing gives, frame by frame.
pub struct Stood<'a> {
    /// Frames per second.
    pub rate_hz: f64,
    /// Seconds of the first frame on the file's time base.
    pub first_s: f64,
    /// Pelvic obliquity, left side up positive, radians.
    pub obliquity: &'a [f64],
    /// Trunk lean, right positive, radians; empty when not measured.
    pub lean: &'a [f64],
    /// When the feet are off the ground.
    pub feet: &'a Feet,
    /// The limb that the whole recording stands on, where nothing shows the feet.
    pub told: Option<Side>,
    /// Measured in the plane of a picture.
    pub in_picture: bool,
    /// What the user told about the person.
    pub facts: &'a SubjectFacts,
}

/// The standing test of a recording; `None` when nobody stands on one leg in it.
pub fn stance_test(stood: &Stood<'_>, settings: &StandingSettings) -> Option<StanceTest> {
    // without a pelvis there is nothing to measure, and a lone sensor on a walking leg would look
    // like standing on the other
    if stood.obliquity.iter().all(|angle| angle.is_nan()) {
        return None;
    }
    let windows = windows(stood, settings);
    if windows.is_empty() {
        return None;
    }
    let level = Levels::of(stood, &windows, settings);
    let mut counts = PerSide::<usize>::default();
    let stances = windows
        .iter()
        .map(|window| {
            counts[window.side] += 1;
            Measured {
                stood,
                settings,
                window,
                level: &level,
            }
            .stance(counts[window.side])
        })
        .collect();
    Some(StanceTest {
        target_s: settings.target_s,
        failure_drop_deg: settings.failure_drop_deg,
        stances,
        curve: curve(stood, &windows, &level, settings),
    })
}

/// One stance on one leg, in frames.
struct Window {
    side: Side,
    frames: Range<usize>,
    touched: bool,
}

/// Every stance on one leg that lasts, in time order.
fn windows(stood: &Stood<'_>, settings: &StandingSettings) -> Vec<Window> {
    let frames = stood.obliquity.len();
    if let Some(side) = stood.told {
        let seen = |i: &usize| stood.obliquity[*i].is_finite();
        let first = (0..frames).find(seen);
        let last = (0..frames).rev().find(seen);
        return match (first, last) {
            (Some(first), Some(last)) if lasts(last - first, stood.rate_hz, settings) => {
                vec![Window {
                    side,
                    frames: first..last + 1,
                    touched: false,
                }]
            }
            _ => Vec::new(),
        };
    }
    let bridge = (settings.unseen_max_s * stood.rate_hz).round() as usize;
    let touch = (settings.touch_max_s * stood.rate_hz).round() as usize;
    let mut windows = Vec::new();
    for side in Side::BOTH {
        let mut found: Vec<Window> = Vec::new();
        for run in stood.feet.in_air(side.opposite(), bridge) {
            match found.last_mut() {
                Some(window) if run.start - window.frames.end <= touch => {
                    window.frames.end = run.end;
                    window.touched = true;
                }
                _ => found.push(Window {
                    side,
                    frames: run,
                    touched: false,
                }),
            }
        }
        windows.extend(found);
    }
    // both feet in the air are a jump, not a stance
    windows.retain(|w| {
        let stands = w.frames.clone().filter(|&i| !is_up(stood.feet, w.side, i));
        lasts(w.frames.len(), stood.rate_hz, settings) && 2 * stands.count() > w.frames.len()
    });
    windows.sort_by_key(|w| (w.frames.start, w.side));
    windows
}

fn lasts(frames: usize, rate_hz: f64, settings: &StandingSettings) -> bool {
    frames as f64 / rate_hz >= settings.stance_min_s
}

fn is_up(feet: &Feet, side: Side, index: usize) -> bool {
    feet.lift[side].get(index).is_some_and(|lift| *lift >= 1.0)
}

/// Obliquity and lean of standing on both legs, radians; NaN when there is too little of it.
struct Levels {
    obliquity: f64,
    lean: f64,
    both: Vec<bool>,
}

impl Levels {
    /// Medians over the frames in which both feet are down, away from the moments in which the weight
    /// is shifted.
    fn of(stood: &Stood<'_>, windows: &[Window], settings: &StandingSettings) -> Levels {
        let frames = stood.obliquity.len();
        let shift = (settings.shift_s * stood.rate_hz).round() as usize;
        let known = |side| stood.feet.is_known(side);
        let tracked: Vec<Side> = Side::BOTH.into_iter().filter(|s| known(*s)).collect();
        let both: Vec<bool> = (0..frames)
            .map(|i| !tracked.is_empty() && tracked.iter().all(|&s| stood.feet.is_down(s, i)))
            .collect();
        let near = |i: usize| {
            windows
                .iter()
                .any(|w| i + shift >= w.frames.start && i < w.frames.end + shift)
        };
        let level_of = |values: &[f64]| {
            let quiet: Vec<f64> = (0..frames.min(values.len()))
                .filter(|&i| both[i] && !near(i))
                .map(|i| values[i])
                .filter(|v| v.is_finite())
                .collect();
            match quiet.len() as f64 / stood.rate_hz >= settings.level_min_s {
                true => median(&quiet),
                false => f64::NAN,
            }
        };
        Levels {
            obliquity: level_of(stood.obliquity),
            lean: level_of(stood.lean),
            both,
        }
    }
}

/// A number for the tables; `None` when it is not one.
fn known(value: f64) -> Option<f64> {
    Some(value).filter(|v| v.is_finite())
}

/// One stance while it is measured.
struct Measured<'a> {
    stood: &'a Stood<'a>,
    settings: &'a StandingSettings,
    window: &'a Window,
    level: &'a Levels,
}

impl Measured<'_> {
    fn stance(&self, number: usize) -> Stance {
        let side = self.window.side;
        let drop = self.relative(self.stood.obliquity, side.sigma(), self.level.obliquity);
        let lean = self.relative(self.stood.lean, -side.sigma(), self.level.lean);
        let duration_s = self.seconds(self.window.frames.len() as f64);
        let to_end = self.window.frames.end >= self.stood.obliquity.len();
        let (outcome, failure, time_to_failure_s) = self.outcome(&drop, duration_s, to_end);
        let start_s = self.stood.first_s + self.seconds(self.window.frames.start as f64);
        let settled = self.settled(&drop);
        let part = |from: f64| self.mean_of_part(&drop, from);
        let lean_settled = self.settled(&lean);
        let seen = drop.iter().filter(|d| d.is_finite()).count();
        let mut stance = Stance {
            side,
            number,
            start_s,
            end_s: start_s + duration_s,
            outcome,
            failure,
            time_to_failure_s,
            held_s: time_to_failure_s.unwrap_or(duration_s),
            level: match self.level.obliquity.is_finite() {
                true => Level::BothLegs,
                false => Level::Horizontal,
            },
            level_drop_deg: known(side.sigma() * self.level.obliquity.to_degrees()),
            level_lean_deg: known(-side.sigma() * self.level.lean.to_degrees()),
            drop_mean_deg: mean(&settled),
            drop_peak_deg: settled.iter().map(|p| p.1).reduce(f64::max),
            drop_least_deg: settled.iter().map(|p| p.1).reduce(f64::min),
            drop_first_deg: part(self.settings.settle_s),
            drop_last_deg: part(duration_s - self.settings.leave_s - self.settings.part_s),
            drop_drift_deg_s: slope(&settled),
            lean_mean_deg: mean(&lean_settled),
            lean_peak_deg: lean_settled.iter().map(|p| p.1).reduce(f64::max),
            lean_drift_deg_s: slope(&lean_settled),
            seen_pct: 100.0 * seen as f64 / self.window.frames.len() as f64,
            invalid_because: Vec::new(),
            flags: Vec::new(),
        };
        stance.invalid_because = self.invalid(&stance);
        stance.flags = self.flags(&stance);
        stance
    }

    fn seconds(&self, frames: f64) -> f64 {
        frames / self.stood.rate_hz
    }

    /// Values of the stance with its limb's sign, less the level, degrees.
    fn relative(&self, values: &[f64], sign: f64, level: f64) -> Vec<f64> {
        let level = if level.is_finite() { level } else { 0.0 };
        self.window
            .frames
            .clone()
            .map(|i| match values.get(i) {
                Some(value) => (sign * (value - level)).to_degrees(),
                None => f64::NAN,
            })
            .collect()
    }

    /// Seconds since the start and value, without the shifting of weight at both ends where enough is
    /// left between them.
    fn settled(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let last_s = self.seconds(values.len() as f64);
        let (from, to) = match last_s - self.settings.leave_s - self.settings.settle_s {
            left if left >= self.settings.settle_s => {
                (self.settings.settle_s, last_s - self.settings.leave_s)
            }
            _ => (0.0, last_s),
        };
        let timed = values
            .iter()
            .enumerate()
            .map(|(i, v)| (self.seconds(i as f64), *v));
        timed
            .filter(|(t, v)| (from..=to).contains(t) && v.is_finite())
            .collect()
    }

    /// Mean over a few seconds from a moment on; `None` when the stance is too short for it.
    fn mean_of_part(&self, values: &[f64], from_s: f64) -> Option<f64> {
        let to_s = from_s + self.settings.part_s;
        let end_s = self.seconds(values.len() as f64) - self.settings.leave_s;
        if from_s < self.settings.settle_s || to_s > end_s + 1e-9 {
            return None;
        }
        let timed = values
            .iter()
            .enumerate()
            .map(|(i, v)| (self.seconds(i as f64), *v));
        let part: Vec<(f64, f64)> = timed
            .filter(|(t, v)| (from_s..=to_s).contains(t) && v.is_finite())
            .collect();
        mean(&part)
    }

    /// How the stance ended, what ended the holding and when.
    fn outcome(
        &self,
        drop: &[f64],
        duration_s: f64,
        to_end: bool,
    ) -> (Outcome, Option<Failure>, Option<f64>) {
        let target_s = self.settings.target_s;
        if let Some(at_s) = self.dropped_at(drop).filter(|t| *t < target_s) {
            return (
                Outcome::Failed,
                Some(Failure::PelvisDropped),
                Some(at_s.max(0.0)),
            );
        }
        if duration_s >= target_s {
            return (Outcome::Held, None, None);
        }
        match to_end {
            true => (Outcome::CutOff, None, None),
            false => (
                Outcome::EndedEarly,
                Some(Failure::FootDown),
                Some(duration_s),
            ),
        }
    }

    /// Seconds from the start at which the pelvis sinks below its level for long enough; 0 when it was
    /// never raised. Between two frames by a straight line.
    fn dropped_at(&self, drop: &[f64]) -> Option<f64> {
        let limit = self.settings.failure_drop_deg;
        let lasting = self.settings.failure_lasting_s;
        let leave = drop.len() - self.frames_of(self.settings.leave_s).min(drop.len());
        let mut start: Option<f64> = None;
        let mut before: Option<(f64, f64)> = None;
        for (i, &value) in drop.iter().enumerate().take(leave) {
            let t = self.seconds(i as f64);
            if value.is_nan() {
                continue;
            }
            match (value > limit, start) {
                (false, _) => start = None,
                (true, None) => {
                    start = Some(match before {
                        Some((t0, v0)) if v0 <= limit => {
                            t0 + (t - t0) * (limit - v0) / (value - v0)
                        }
                        _ => 0.0,
                    });
                }
                (true, Some(_)) => {}
            }
            before = Some((t, value));
            // while the weight is shifted the pelvis may sink for a moment
            if let Some(from) = start
                && t - from.max(self.settings.settle_s) >= lasting
            {
                return Some(if from <= self.settings.settle_s {
                    0.0
                } else {
                    from
                });
            }
        }
        None
    }

    fn frames_of(&self, seconds: f64) -> usize {
        (seconds * self.stood.rate_hz).round() as usize
    }

    fn invalid(&self, stance: &Stance) -> Vec<Invalid> {
        let (facts, side) = (self.stood.facts, self.window.side);
        let hopped = self
            .window
            .frames
            .clone()
            .any(|i| is_up(self.stood.feet, side, i));
        let short = stance.end_s - stance.start_s < self.settings.valid_min_s
            && stance.failure != Some(Failure::PelvisDropped);
        let gap = stance.seen_pct < 100.0 * (1.0 - self.settings.unseen_share_max);
        [
            (short, Invalid::Short),
            (gap, Invalid::Gap),
            (hopped, Invalid::Hopped),
            (facts.pain.left || facts.pain.right, Invalid::PainReported),
            (facts.aid.is_some(), Invalid::WalkingAid),
        ]
        .into_iter()
        .filter_map(|(found, why)| found.then_some(why))
        .collect()
    }

    fn flags(&self, stance: &Stance) -> Vec<Flag> {
        let lean = stance.lean_mean_deg;
        let most = self.settings.lean_max_deg;
        let feet = self.stood.feet;
        [
            (stance.level == Level::Horizontal, Flag::NoLevel),
            (lean.is_some_and(|l| l > most), Flag::TrunkCompensated),
            (lean.is_some_and(|l| l < -most), Flag::TrunkAway),
            (lean.is_none(), Flag::TrunkNotMeasured),
            (self.window.touched, Flag::Touched),
            (!feet.is_known(self.window.side), Flag::StanceFootNotSeen),
            (self.stood.in_picture, Flag::PicturePlane),
        ]
        .into_iter()
        .filter_map(|(found, flag)| found.then_some(flag))
        .collect()
    }
}

fn mean(values: &[(f64, f64)]) -> Option<f64> {
    known(values.iter().map(|p| p.1).sum::<f64>() / values.len() as f64)
}

/// Slope of the straight line with the least squares, per second.
fn slope(values: &[(f64, f64)]) -> Option<f64> {
    let n = values.len() as f64;
    let t = values.iter().map(|p| p.0).sum::<f64>() / n;
    let v = values.iter().map(|p| p.1).sum::<f64>() / n;
    let (mut across, mut along) = (0.0, 0.0);
    for (x, y) in values {
        across += (x - t) * (y - v);
        along += (x - t) * (x - t);
    }
    known(across / along)
}

/// Pelvis and trunk over the recording, about `curve_hz` values a second.
fn curve(
    stood: &Stood<'_>,
    windows: &[Window],
    level: &Levels,
    settings: &StandingSettings,
) -> StanceCurve {
    let every = (stood.rate_hz / settings.curve_hz).round().max(1.0) as usize;
    let mut curve = StanceCurve::default();
    let less = |value: f64, level: f64| {
        let level = if level.is_finite() { level } else { 0.0 };
        known((value - level).to_degrees())
    };
    for i in (0..stood.obliquity.len()).step_by(every) {
        let window = windows.iter().find(|w| w.frames.contains(&i));
        curve.time_s.push(stood.first_s + i as f64 / stood.rate_hz);
        curve.standing_on.push(match window.map(|w| w.side) {
            Some(Side::Left) => StandingOn::Left,
            Some(Side::Right) => StandingOn::Right,
            None if level.both.get(i) == Some(&true) => StandingOn::Both,
            None => StandingOn::Unknown,
        });
        curve
            .left_drop_deg
            .push(less(stood.obliquity[i], level.obliquity));
        let lean = stood.lean.get(i).copied().unwrap_or(f64::NAN);
        curve.lean_right_deg.push(less(lean, level.lean));
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 50.0;

    /// 4 s on both legs, `seconds` on the left with the drop that `drop` gives, 3 s on both.
    fn test_of(seconds: f64, drop: impl Fn(f64) -> f64, facts: &SubjectFacts) -> StanceTest {
        let frames = ((7.0 + seconds) * RATE) as usize;
        let since = |i: usize| i as f64 / RATE - 4.0;
        let on_one = |i: usize| (0.0..seconds).contains(&since(i));
        let value = |i: usize| 1.5 + if on_one(i) { drop(since(i)) } else { 0.0 };
        let obliquity: Vec<f64> = (0..frames).map(|i| value(i).to_radians()).collect();
        let up = |i: usize| if on_one(i) { 3.0 } else { 0.0 };
        let feet = Feet {
            lift: PerSide {
                left: vec![0.0; frames],
                right: (0..frames).map(up).collect(),
            },
            edge: 0.2,
        };
        let stood = Stood {
            rate_hz: RATE,
            first_s: 0.0,
            obliquity: &obliquity,
            lean: &[],
            feet: &feet,
            told: None,
            in_picture: false,
            facts,
        };
        stance_test(&stood, &StandingSettings::default()).unwrap()
    }

    #[test]
    fn a_pelvis_that_sinks_slowly_fails_when_it_passes_the_limit() {
        let limit = StandingSettings::default().failure_drop_deg;
        let test = test_of(20.0, |t| -3.0 + 0.5 * t, &SubjectFacts::default());
        let stance = &test.stances[0];
        assert_eq!((test.stances.len(), stance.side), (1, Side::Left));
        assert_eq!(stance.failure, Some(Failure::PelvisDropped));
        let expected = (limit + 3.0) / 0.5;
        let found = stance.time_to_failure_s.unwrap();
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        assert!((stance.drop_drift_deg_s.unwrap() - 0.5).abs() < 1e-9);
        assert!((stance.level_drop_deg.unwrap() - 1.5).abs() < 1e-9);
        assert!((stance.start_s - 4.0).abs() < 0.03 && (stance.end_s - 24.0).abs() < 0.03);
        assert!(stance.valid(), "{:?}", stance.invalid_because);
    }

    #[test]
    fn outcomes_are_told_apart() {
        let facts = SubjectFacts::default();
        let outcome =
            |test: StanceTest| (test.stances[0].outcome, test.stances[0].time_to_failure_s);
        assert_eq!(
            outcome(test_of(31.0, |_| -2.0, &facts)),
            (Outcome::Held, None)
        );
        let (early, at_s) = outcome(test_of(12.0, |_| -2.0, &facts));
        assert_eq!(early, Outcome::EndedEarly);
        assert!((at_s.unwrap() - 12.0).abs() < 0.03);
        // low from the beginning: never raised
        let never = test_of(12.0, |_| 5.0, &facts);
        assert_eq!(outcome(never), (Outcome::Failed, Some(0.0)));
        // a dip of a moment is none, nor is one while the weight is shifted
        let dip = |t: f64| {
            let low = t < 0.8 || (6.0..6.3).contains(&t);
            if low { 5.0 } else { -2.0 }
        };
        assert_eq!(outcome(test_of(31.0, dip, &facts)).0, Outcome::Held);
    }

    #[test]
    fn short_stances_and_reported_pain_make_it_invalid() {
        let mut facts = SubjectFacts::default();
        assert_eq!(
            test_of(3.0, |_| -2.0, &facts).stances[0].invalid_because,
            [Invalid::Short]
        );
        facts.pain.right = true;
        facts.aid = Some("cane".into());
        let invalid = &test_of(31.0, |_| -2.0, &facts).stances[0].invalid_because;
        assert_eq!(invalid[..], [Invalid::PainReported, Invalid::WalkingAid]);
    }
}
