//! Detected events against the true ones.

use super::true_motion;
use hipdrop::analysis::{Options, gait_events};
use hipdrop::events::{GaitEvent, detect};
use hipdrop::recording::{PerSide, Side};
use hipdrop::settings::Settings;
use hipdrop::synth::{Affected, Pattern, TrueEvent, Walker, walk};

/// Every true event with its found partner: errors in milliseconds, missed, invented.
fn compare_events(
    truth: &[TrueEvent],
    found: &[GaitEvent],
    duration_s: f64,
) -> (Vec<f64>, usize, usize) {
    let mut errors = Vec::new();
    let mut missed = 0;
    let mut used = vec![false; found.len()];
    for event in truth {
        let partner = (0..found.len())
            .filter(|&i| !used[i] && found[i].side == event.side && found[i].kind == event.event)
            .min_by(|&a, &b| {
                let distance = |i: usize| (found[i].time_s - event.time_s).abs();
                distance(a).total_cmp(&distance(b))
            })
            .filter(|&i| (found[i].time_s - event.time_s).abs() < 0.1);
        match partner {
            Some(i) => {
                used[i] = true;
                errors.push(1000.0 * (found[i].time_s - event.time_s));
            }
            // an event in the first or last tenth of a second cannot be expected
            None if event.time_s > 0.1 && event.time_s < duration_s - 0.1 => missed += 1,
            None => {}
        }
    }
    let invented = used.iter().filter(|&&u| !u).count();
    (errors, missed, invented)
}

fn event_errors(walker: &Walker) -> PerSide<(Vec<f64>, usize, usize)> {
    let (recording, truth) = walk(walker).unwrap();
    let found = detect(&true_motion(&recording, &truth), &Settings::default());
    PerSide::from_fn(|side| {
        let true_ones: Vec<TrueEvent> = truth
            .events
            .iter()
            .copied()
            .filter(|e| e.side == side)
            .collect();
        let found_ones: Vec<GaitEvent> = found.iter().copied().filter(|e| e.side == side).collect();
        compare_events(&true_ones, &found_ones, recording.duration_s())
    })
}

fn mean_absolute(errors: &[f64]) -> f64 {
    errors.iter().map(|e| e.abs()).sum::<f64>() / errors.len() as f64
}

#[test]
fn detected_events_are_near_the_true_ones() {
    for noise in [false, true] {
        let (mut errors, mut missed, mut invented) = (Vec::new(), 0, 0);
        for &pattern in Pattern::ALL {
            let mut walker = Walker::new(pattern, Affected::Right);
            if noise {
                walker = walker.realistic();
            }
            let sides = event_errors(&walker);
            for side in Side::BOTH {
                let (e, m, i) = &sides[side];
                errors.extend(e);
                missed += m;
                invented += i;
            }
        }
        let mae = mean_absolute(&errors);
        let share = errors.len() as f64 / (errors.len() + missed) as f64;
        println!(
            "noise {noise}: MAE {mae:.1} ms, found {share:.4}, invented {invented} of {}",
            errors.len()
        );
        assert!(mae <= if noise { 15.0 } else { 10.0 });
        assert!(share >= 0.99);
        assert!(invented as f64 <= 0.01 * errors.len() as f64);
    }
}

#[test]
fn events_are_found_there_and_back_and_on_a_treadmill() {
    for (passes, treadmill) in [(1, false), (2, false), (1, true)] {
        let walker = Walker {
            passes,
            treadmill,
            ..Walker::default()
        }
        .realistic();
        let (recording, truth) = walk(&walker).unwrap();
        let (found, _) = gait_events(&recording, &Options::default()).unwrap();
        let (errors, missed, invented) =
            compare_events(&truth.events, &found, recording.duration_s());
        assert!(mean_absolute(&errors) < 15.0);
        assert_eq!(
            (missed, invented),
            (0, 0),
            "passes {passes} treadmill {treadmill}"
        );
    }
}
