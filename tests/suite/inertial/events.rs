//! Events from synthetic inertial sensors against the truth they were made from.

use crate::common::walkers_per_cell;
use hipdrop::analysis::{Options, gait_events};
use hipdrop::events::{EventSource, GaitEvent, SIDES_PROVISIONAL, from_sensors};
use hipdrop::inertial::segments;
use hipdrop::recording::{EventKind, Placement, Recording};
use hipdrop::settings::{EventSettings, InertialSettings};
use hipdrop::synth::{Affected, Imu, Pattern, SensorSet, Truth, Walker, walk_with_sensors};

/// Events farther from every true one than this are false.
const PAIR_S: f64 = 0.25;

#[derive(Debug, Default, Clone, Copy)]
struct Score {
    truths: usize,
    found: usize,
    false_ones: usize,
    sum_abs_s: f64,
    sum_s: f64,
    swapped: usize,
}

impl Score {
    fn mae_ms(&self) -> f64 {
        1e3 * self.sum_abs_s / self.found as f64
    }

    fn bias_ms(&self) -> f64 {
        1e3 * self.sum_s / self.found as f64
    }

    fn share_found(&self) -> f64 {
        self.found as f64 / self.truths as f64
    }

    /// Counts events of one kind against the truth.
    fn add(&mut self, truth: &Truth, found: &[GaitEvent], kind: EventKind) {
        let (first, last) = (truth.events[0].time_s, truth.events.last().unwrap().time_s);
        for event in truth.events.iter().filter(|e| e.event == kind) {
            self.truths += 1;
            let nearest = |same_side: bool| {
                found
                    .iter()
                    .filter(|f| f.kind == kind && (f.side == event.side) == same_side)
                    .map(|f| f.time_s - event.time_s)
                    .min_by(|a, b| a.abs().total_cmp(&b.abs()))
                    .filter(|d| d.abs() <= PAIR_S)
            };
            if let Some(error) = nearest(true) {
                self.found += 1;
                self.sum_abs_s += error.abs();
                self.sum_s += error;
            } else if nearest(false).is_some() {
                self.swapped += 1;
            }
        }
        for event in found.iter().filter(|f| f.kind == kind) {
            let inside = event.time_s > first - 0.3 && event.time_s < last + 0.3;
            let own = truth.events.iter().any(|t| {
                t.event == kind && t.side == event.side && (t.time_s - event.time_s).abs() <= PAIR_S
            });
            self.false_ones += usize::from(inside && !own);
        }
    }
}

const KINDS: [EventKind; 2] = [EventKind::FootStrike, EventKind::FootOff];

/// Walks with realistic sensors: healthy, dropping, leaning; slow and fast.
fn walks(sensors: SensorSet) -> Vec<(Recording, Truth)> {
    let mut walks = Vec::new();
    for pattern in [
        Pattern::Healthy,
        Pattern::Uncompensated,
        Pattern::Compensated,
    ] {
        for seed in 0..walkers_per_cell(1) {
            let mut walker = Walker::new(pattern, Affected::Right);
            walker.seed = seed;
            // the recording stops with the last event, which therefore cannot be found
            walker.strides = 20;
            let imu = Imu {
                sensors,
                soft_tissue: 1.0,
                ..Imu::default()
            }
            .realistic();
            walks.push(walk_with_sensors(&walker, &imu).unwrap());
        }
    }
    walks
}

/// Scores of strikes and offs over walks in which only sensors at `kept` remain.
fn scores(walks: &[(Recording, Truth, Vec<bool>)], kept: fn(Placement) -> bool) -> [Score; 2] {
    let mut scores = [Score::default(); 2];
    for (recording, truth, walking) in walks {
        let mut recording = recording.clone();
        recording.sensors.retain(|s| s.placement.is_some_and(kept));
        let (events, _) = from_sensors(&recording, walking, None, &EventSettings::default());
        assert!(events.iter().all(|e| e.source == EventSource::Inertial));
        for (score, kind) in scores.iter_mut().zip(KINDS) {
            score.add(truth, &events, kind);
        }
    }
    scores
}

fn check(name: &str, scores: [Score; 2], mae_max_ms: f64) {
    for (score, kind) in scores.iter().zip(KINDS) {
        println!(
            "{name:<12} {:<12} MAE {:.1} ms, bias {:+.1} ms, found {:.1} % of {}, false {}, other side {}",
            kind.name(),
            score.mae_ms(),
            score.bias_ms(),
            100.0 * score.share_found(),
            score.truths,
            score.false_ones,
            score.swapped
        );
    }
    for (score, kind) in scores.iter().zip(KINDS) {
        assert!(
            score.mae_ms() <= mae_max_ms,
            "{name} {}: {score:?}",
            kind.name()
        );
        assert!(
            score.share_found() >= 0.97,
            "{name} {}: {score:?}",
            kind.name()
        );
        assert!(
            score.false_ones as f64 <= 0.01 * score.truths as f64,
            "{name} {}: {score:?}",
            kind.name()
        );
    }
}

#[test]
fn feet_and_shanks() {
    let walks: Vec<_> = walks(SensorSet::Full)
        .into_iter()
        .map(|(recording, truth)| {
            let walking = segments(&recording, &InertialSettings::default())
                .unwrap()
                .walking;
            (recording, truth, walking)
        })
        .collect();
    for (name, kept) in [
        (
            "foot",
            (|p| matches!(p, Placement::Foot(_))) as fn(Placement) -> bool,
        ),
        ("shank", |p| matches!(p, Placement::Shank(_))),
        ("both", |_| true),
    ] {
        check(name, scores(&walks, kept), 20.0);
    }
}

#[test]
fn the_lower_back_alone() {
    let mut scores = [Score::default(); 2];
    for (recording, truth) in walks(SensorSet::LowerBack) {
        let (events, warnings) = gait_events(&recording, &Options::default()).unwrap();
        assert!(
            warnings.iter().any(|w| w.code == SIDES_PROVISIONAL),
            "{warnings:?}"
        );
        for (score, kind) in scores.iter_mut().zip(KINDS) {
            score.add(&truth, &events, kind);
        }
    }
    check("lower back", scores, 40.0);
}
