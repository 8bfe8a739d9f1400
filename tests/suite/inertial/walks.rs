//! Real walks with inertial sensors, from file to finding.

use crate::common::shared;
use hipdrop::analysis::{Analysis, Options, Status, analyze};
use hipdrop::inertial::Upright;
use hipdrop::read::{ReadOptions, open};
use hipdrop::recording::Side;
use hipdrop::strides::Exclusion;

fn analysed(test: &str, file: &str) -> Option<Analysis> {
    let path = shared(test)?.join("recordings/imu").join(file);
    let recording = open(&path, &ReadOptions::default()).unwrap();
    Some(analyze(&recording, &Options::default()).unwrap())
}

/// Mean cadence of a side over all strides of walking, those in turns as well.
fn cadence(analysis: &Analysis, side: Side) -> f64 {
    let values: Vec<f64> = analysis
        .strides
        .iter()
        .filter(|s| s.stride.side == side)
        .filter(|s| {
            !matches!(
                s.stride.exclusion,
                Some(Exclusion::Events | Exclusion::Incomplete)
            )
        })
        .filter_map(|s| s.metrics.cadence_steps_min)
        .collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean of a metric over the used strides of a side.
fn mean(
    analysis: &Analysis,
    side: Side,
    metric: fn(&hipdrop::metrics::StrideMetrics) -> Option<f64>,
) -> f64 {
    let values: Vec<f64> = analysis
        .strides
        .iter()
        .filter(|s| s.stride.side == side && s.stride.exclusion.is_none())
        .filter_map(|s| metric(&s.metrics))
        .collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn used(analysis: &Analysis, side: Side) -> usize {
    let strides = analysis.strides.iter();
    strides
        .filter(|s| s.stride.side == side && s.stride.exclusion.is_none())
        .count()
}

fn check(analysis: &Analysis, strides_min: usize) {
    assert_eq!(analysis.status, Status::Analysed, "{}", analysis.reason);
    let cadence = Side::BOTH.map(|side| cadence(analysis, side));
    assert!((cadence[0] / cadence[1] - 1.0).abs() < 0.03, "{cadence:?}");
    for side in Side::BOTH {
        let strides = used(analysis, side);
        assert!(strides >= strides_min, "{strides} {} strides", side.name());
        let drop = mean(analysis, side, |m| m.drop_ss_deg);
        assert!(drop.abs() < 8.0, "{} drop {drop}", side.name());
        let stance = mean(analysis, side, |m| m.stance_pct);
        assert!(
            (55.0..72.0).contains(&stance),
            "{} stance {stance}",
            side.name()
        );
        println!(
            "{}: {strides} strides, drop {drop:+.1} deg, stance {stance:.0} %",
            side.name()
        );
    }
    println!("cadence {cadence:.1?}");
    let calibration = analysis.calibration.as_ref().unwrap();
    assert!(
        calibration.words()[0].contains("pright"),
        "{:?}",
        calibration.words()
    );
    assert!(
        analysis
            .warnings
            .iter()
            .any(|w| w.code.starts_with("zero-is-"))
    );
    assert!(
        analysis
            .warnings
            .iter()
            .any(|w| w.code == "knee-experimental")
    );
}

#[test]
fn nine_sensors_in_one_table() {
    let Some(analysis) = analysed("nine_sensors_in_one_table", "qmt-walk.csv") else {
        return;
    };
    check(&analysis, 35);
    // walking is at 95 to 138.5 s
    for stride in analysis
        .strides
        .iter()
        .filter(|s| s.stride.exclusion.is_none())
    {
        assert!(
            stride.stride.start_s > 94.5 && stride.stride.end_s < 139.0,
            "{:?}",
            stride.stride
        );
    }
    let calibration = analysis.calibration.unwrap();
    assert!(
        matches!(calibration.upright, Upright::Standing { .. }),
        "{:?}",
        calibration.upright
    );
}

#[test]
fn eight_sensors_in_eight_files() {
    let Some(analysis) = analysed("eight_sensors_in_eight_files", "opensense-walk") else {
        return;
    };
    check(&analysis, 3);
}
