//! Synthetic patterns through inertial sensors and the whole pipeline, beside the same walks through
//! markers.

use crate::common::walkers_per_cell;
use hipdrop::analysis::{Analysis, Options, analyze};
use hipdrop::classify::Label;
use hipdrop::recording::Side;
use hipdrop::synth::{Affected, Imu, Pattern, Truth, Walker, walk, walk_with_sensors};

fn walker(pattern: Pattern, magnitude_deg: f64, seed: u64) -> Walker {
    let affected = match seed % 2 {
        0 => Affected::Left,
        _ => Affected::Right,
    };
    let mut walker = Walker::new(pattern, affected);
    walker.strides = 9;
    walker.seed = 1000 + seed;
    walker.session = 1000 + seed;
    walker.trial = 1000 + seed;
    walker.magnitude_deg = Some(magnitude_deg);
    walker.realistic()
}

fn through_sensors(walker: &Walker) -> (Analysis, Truth) {
    let (recording, truth) = walk_with_sensors(walker, &Imu::default().realistic()).unwrap();
    let analysis = analyze(&recording, &Options::default()).unwrap();
    (analysis, truth)
}

fn through_markers(walker: &Walker) -> (Analysis, Truth) {
    let (recording, truth) = walk(walker).unwrap();
    (analyze(&recording, &Options::default()).unwrap(), truth)
}

/// What became of the limbs of one cell.
#[derive(Debug, Default)]
struct Cell {
    affected: usize,
    found: usize,
    healthy: usize,
    /// Healthy limbs with a definite pathological label.
    false_positive: usize,
    /// Errors of a limb's mean single-support drop and lean, degrees.
    drop: Vec<f64>,
    lean: Vec<f64>,
}

impl Cell {
    fn add(&mut self, analysis: &Analysis, truth: &Truth) {
        for side in Side::BOTH {
            let expected = truth.labels[side].name();
            let label = analysis.limbs[side].label;
            if expected == "none" {
                self.healthy += 1;
                let definite = matches!(
                    label,
                    Label::Uncompensated | Label::Compensated | Label::Mixed
                );
                self.false_positive += usize::from(definite);
            } else {
                self.affected += 1;
                self.found += usize::from(label.name() == expected);
            }
            let measured = |pick: fn(&hipdrop::metrics::StrideMetrics) -> Option<f64>| {
                let used = analysis
                    .strides
                    .iter()
                    .filter(|s| s.stride.side == side && s.stride.exclusion.is_none());
                mean(used.filter_map(|s| pick(&s.metrics)))
            };
            let strides = truth.strides.iter().filter(|s| s.side == side);
            let truth_of =
                |pick: fn(&hipdrop::synth::TrueStride) -> f64| mean(strides.clone().map(pick));
            self.drop
                .push(measured(|m| m.drop_ss_deg) - truth_of(|s| s.drop_ss_deg));
            self.lean
                .push(measured(|m| m.lean_ss_deg) - truth_of(|s| s.lean_ss_deg));
        }
    }

    fn line(&self, name: &str, through: &str) -> String {
        let rms = |v: &[f64]| (v.iter().map(|e| e * e).sum::<f64>() / v.len() as f64).sqrt();
        format!(
            "| {name} | {through} | {} of {} | {} of {} | {:.2}° | {:.2}° |",
            self.found,
            self.affected,
            self.false_positive,
            self.healthy,
            rms(&self.drop),
            rms(&self.lean)
        )
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn patterns_are_found_through_sensors_as_through_markers() {
    let cells = [
        ("healthy", Pattern::Healthy, 0.0),
        ("drop +8°", Pattern::Uncompensated, 8.0),
        ("lean +12°", Pattern::Compensated, 12.0),
    ];
    println!("| walk | through | found | false | drop, RMS error | lean, RMS error |");
    println!("|---|---|---|---|---|---|");
    let mut all = Cell::default();
    for (name, pattern, magnitude) in cells {
        let (mut sensors, mut markers) = (Cell::default(), Cell::default());
        for seed in 1..=walkers_per_cell(2) {
            let walker = walker(pattern, magnitude, seed);
            let (analysis, truth) = through_sensors(&walker);
            sensors.add(&analysis, &truth);
            let (analysis, truth) = through_markers(&walker);
            markers.add(&analysis, &truth);
        }
        println!("{}", sensors.line(name, "sensors"));
        println!("{}", markers.line(name, "markers"));
        assert!(
            sensors.found as f64 >= 0.9 * sensors.affected as f64,
            "{name}: {sensors:?}"
        );
        all.healthy += sensors.healthy;
        all.false_positive += sensors.false_positive;
    }
    assert!(
        all.false_positive as f64 <= 0.02 * all.healthy as f64,
        "{all:?}"
    );
}
