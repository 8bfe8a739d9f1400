//! Labels of synthetic walkers through the whole pipeline.

use crate::common::walkers_per_cell;
use hipdrop::analysis::{Analysis, Options, Status, analyze, used_features};
use hipdrop::classify::{Background, Measurement, classify};
use hipdrop::recording::Side;
use hipdrop::settings::Settings;
use hipdrop::synth::{Affected, Pattern, Sample, Truth, Walker, samples, walk};
use std::collections::{BTreeMap, BTreeSet};

/// Every sample with its analysis.
fn analysed_samples() -> Vec<(Sample, Truth, Analysis)> {
    samples()
        .into_iter()
        .map(|sample| {
            let (recording, truth) = sample.make().unwrap();
            let analysis = analyze(&recording, &Options::default()).unwrap();
            (sample, truth, analysis)
        })
        .collect()
}

#[test]
fn the_samples_give_the_labels_they_are_meant_to_give() {
    let analysed = analysed_samples();
    let mut labels = BTreeSet::new();
    for (sample, truth, analysis) in &analysed {
        if sample.standing_s.is_some() {
            assert_eq!(analysis.status, Status::Standing);
            continue;
        }
        for side in Side::BOTH {
            let found = analysis.limbs[side].label.name();
            assert_eq!(
                found,
                sample.expected_label(side, truth),
                "{} {side:?}",
                sample.path()
            );
            labels.insert(found);
        }
    }
    // every label of the tables is there
    assert_eq!(labels.len(), 6, "{labels:?}");
    one_stride_trials_are_definite_together(&analysed);
}

fn one_stride_trials_are_definite_together(analysed: &[(Sample, Truth, Analysis)]) {
    let session: Vec<_> = analysed
        .iter()
        .filter(|(sample, _, _)| sample.subject == "walkway-session")
        .collect();
    let standing = session
        .iter()
        .find_map(|(_, _, analysis)| match analysis.status {
            Status::Standing => analysis.standing,
            _ => None,
        });
    assert!(standing.is_some());
    let blocks: Vec<_> = session
        .iter()
        .map(|(_, _, analysis)| used_features(&analysis.strides))
        .filter(|strides| !strides.is_empty())
        .collect();
    assert_eq!(blocks.len(), 6);
    let pooled = classify(
        &blocks,
        standing.as_ref(),
        Measurement::Optical,
        &Background::default(),
        &Settings::default(),
    );
    assert_eq!(pooled.left.label.name(), "none");
    assert_eq!(pooled.right.label.name(), "uncompensated");
}

/// Share of each label of the affected (or right) limb, and of any positive label elsewhere, over
/// `walkers` subjects measured with realistic errors through the whole pipeline.
fn operating_point(
    pattern: Pattern,
    magnitude_deg: f64,
    walkers: u64,
) -> (BTreeMap<&'static str, f64>, f64) {
    let mut shares = BTreeMap::new();
    let mut elsewhere = 0.0;
    let one = 100.0 / walkers as f64;
    for seed in 1..=walkers {
        let walker = Walker {
            magnitude_deg: Some(magnitude_deg),
            seed,
            ..Walker::new(pattern, Affected::Right)
        }
        .realistic();
        let (recording, _) = walk(&walker).unwrap();
        let analysis = analyze(&recording, &Options::default()).unwrap();
        *shares
            .entry(analysis.limbs.right.label.name())
            .or_insert(0.0) += one;
        if analysis.limbs.left.label.is_positive() {
            elsewhere += one;
        }
    }
    (shares, elsewhere)
}

#[test]
fn a_few_realistic_walkers_are_labelled_rightly() {
    let share = |pattern, magnitude, label| {
        let (shares, elsewhere) = operating_point(pattern, magnitude, 4);
        assert_eq!(elsewhere, 0.0, "{pattern}: a label on the sound limb");
        shares.get(label).copied().unwrap_or(0.0)
    };
    let none = |pattern, magnitude| {
        share(pattern, magnitude, "none") + share(pattern, magnitude, "indeterminate")
    };
    assert_eq!(none(Pattern::Healthy, 0.0), 100.0);
    assert_eq!(none(Pattern::HipHike, 8.0), 100.0);
    assert!(share(Pattern::Uncompensated, 8.0, "uncompensated") >= 75.0);
    assert!(share(Pattern::Compensated, 12.0, "compensated") >= 75.0);
    assert!(share(Pattern::Mixed, 10.0, "mixed") >= 75.0);
}

/// Prints the operating characteristics of the whole pipeline: with `HIPDROP_WALKERS=60` and
/// `--release -- --nocapture` the table of the documentation, with one walker per cell a check that
/// no cell breaks.
#[test]
fn operating_characteristics_of_the_whole_pipeline() {
    let walkers = walkers_per_cell(1);
    let cells = [
        (Pattern::Healthy, vec![0.0]),
        (Pattern::Uncompensated, vec![3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        (Pattern::Compensated, vec![5.0, 6.0, 8.0, 12.0]),
        (Pattern::Mixed, vec![6.0, 9.0]),
        (Pattern::Waddle, vec![8.0]),
        (Pattern::LegLengthDifference, vec![5.0, 8.0]),
        (Pattern::FixedObliquity, vec![4.0]),
        (Pattern::TrunkList, vec![4.0, 8.0]),
        (Pattern::HipHike, vec![8.0]),
        (Pattern::Ataxic, vec![4.0]),
        (Pattern::Antalgic, vec![5.0]),
        (Pattern::KneeValgus, vec![8.0]),
    ];
    for (pattern, magnitudes) in cells {
        for magnitude in magnitudes {
            let (shares, elsewhere) = operating_point(pattern, magnitude, walkers);
            println!("{pattern} {magnitude}°: {shares:.0?}, positive on the left {elsewhere:.0}");
            let total: f64 = shares.values().sum();
            assert!(
                (total - 100.0).abs() < 1e-6,
                "{pattern} {magnitude}°: {shares:?}"
            );
        }
    }
}
