//! Bootstrap, excess, number of strides, trunk, circumstances.

use super::*;

#[test]
fn doubtful_data_are_indeterminate_and_name_the_two_leading_labels() {
    let mut strides = walk(8, || stride(Right, 6.0, 0.75));
    for s in strides.iter_mut().filter(|s| s.side == Right) {
        s.metrics.drop_ss_offset_free_deg = Some(3.1);
    }
    let finding = found(strides).right;
    let message = blocked(&finding, "uncertain");
    assert!(message.contains("none") && message.contains("uncompensated"));
    let (first, second) = finding.leading.unwrap();
    assert!([first, second].contains(&Label::None));
    assert!([first, second].contains(&Label::Uncompensated));
    assert_eq!((finding.severity, finding.consistency), (None, None));
}

#[test]
fn measurement_error_widens_the_interval_and_the_doubt() {
    let strides = walk(8, || stride(Right, 5.6, 0.75));
    let finding = |measurement| {
        classify(
            std::slice::from_ref(&strides),
            None,
            measurement,
            &Background::default(),
            &Settings::default(),
        )
        .right
    };
    let width = |f: &LimbFinding| f.drop_excess_deg.map(|e| e.high - e.low).unwrap();
    let (optical, inertial, markerless) = (
        finding(Measurement::Optical),
        finding(Measurement::Inertial),
        finding(Measurement::Markerless),
    );
    assert_eq!(optical.label, Label::Uncompensated);
    assert_eq!(markerless.label, Label::Indeterminate);
    // ±1.96 × 0.5, 1.5, 2.5° plus a little for the strides
    assert!((width(&optical) - 2.0).abs() < 0.3, "{}", width(&optical));
    assert!((width(&inertial) - 5.9).abs() < 0.5, "{}", width(&inertial));
    assert!(
        (width(&markerless) - 9.8).abs() < 0.8,
        "{}",
        width(&markerless)
    );
}

#[test]
fn excess_z_severity_and_consistency() {
    let finding = found(walk(8, || stride(Right, 5.9, 0.75))).right;
    let excess = finding.drop_excess_deg.unwrap();
    assert!((excess.mean - 4.8).abs() < 0.2);
    assert!(excess.low < excess.mean && excess.mean < excess.high);
    assert!(
        (finding.drop_z.unwrap() - excess.mean).abs() < 1e-9,
        "SD 1.0"
    );
    assert_eq!(finding.severity, Some(Severity::Moderate));
    assert_eq!(finding.consistency, Some((8, 8)));
    let severity = |drop, lean| found(walk(8, || stride(Right, drop, lean))).right.severity;
    assert_eq!(severity(4.9, 0.75), Some(Severity::Mild));
    assert_eq!(severity(12.0, 0.75), Some(Severity::Severe));
    assert_eq!(severity(0.0, 6.0), Some(Severity::Mild));
    assert_eq!(severity(0.0, 8.0), Some(Severity::Moderate));
    assert_eq!(severity(0.0, 14.0), Some(Severity::Severe));
    assert_eq!(
        severity(5.0, 14.0),
        Some(Severity::Severe),
        "the worse of both"
    );
    assert_eq!(severity(1.1, 0.75), None);
}

#[test]
fn consistency_counts_strides_that_show_it_alone() {
    let mut strides = walk(9, || stride(Right, 8.0, 0.75));
    let mut seen = 0;
    for s in strides.iter_mut().filter(|s| s.side == Right) {
        seen += 1;
        if seen <= 2 {
            *s = stride(Right, 2.0, 0.75);
        }
    }
    let finding = found(strides).right;
    assert_eq!(finding.label, Label::Uncompensated);
    assert_eq!(finding.consistency, Some((7, 9)));
}

#[test]
fn few_strides() {
    let finding = |count, drop| found(walk(count, || stride(Right, drop, 0.75))).right;
    for count in [1, 2] {
        let few = finding(count, 9.0);
        assert!(blocked(&few, "few-strides").contains("needs at least 3"));
        assert_eq!((few.probabilities, few.leading), (None, None));
        assert!(few.drop_excess_deg.is_some());
    }
    for count in [3, 4] {
        let clear = finding(count, 9.0);
        assert_eq!(clear.label, Label::Uncompensated);
        assert!(remarked(&clear, "few-strides").contains("95 %"));
    }
    // between 80 and 95 %: enough with five strides, not with four
    let edge = finding(5, 4.6);
    let p = edge.probabilities.unwrap().uncompensated;
    assert!((0.80..0.95).contains(&p), "{p}");
    assert_eq!(edge.label, Label::Uncompensated);
    assert!(blocked(&finding(4, 4.6), "uncertain").contains("95 %"));
    let nothing = found(Vec::new());
    assert!(blocked(&nothing.left, "no-strides").contains("no usable left stride"));
    assert_eq!(
        (nothing.right.strides, nothing.right.probabilities),
        (0, None)
    );
}

#[test]
fn one_stride_intervals_allow_for_stride_variability() {
    let one = found(walk(1, || stride(Right, 9.0, 0.75))).right;
    let excess = one.drop_excess_deg.unwrap();
    // ±1.96·√(0.5² + 0.9²)
    assert!((excess.high - excess.low - 4.04).abs() < 0.3);
}

#[test]
fn trials_of_one_stride_add_up() {
    let trials: Vec<Vec<StrideFeatures>> = walk(6, || stride(Right, 7.0, 0.75))
        .into_iter()
        .map(|s| vec![s])
        .collect();
    for trial in &trials {
        let alone = found(trial.clone());
        assert_eq!(alone.left.label, Label::Indeterminate);
        assert_eq!(alone.right.label, Label::Indeterminate);
    }
    let together = with(&trials, |_| {});
    assert_eq!(together.right.label, Label::Uncompensated);
    assert_eq!((together.right.strides, together.left.strides), (6, 6));
    assert_eq!(together.left.label, Label::None);
    let pooled = with(&[trials.concat()], |_| {});
    let (a, b) = (
        together.right.drop_excess_deg.unwrap(),
        pooled.right.drop_excess_deg.unwrap(),
    );
    assert_eq!(a.mean, b.mean);
    assert!((a.low - b.low).abs() < 0.2 && (a.high - b.high).abs() < 0.2);
}

#[test]
fn blocks_that_disagree_widen_the_interval() {
    let recording = |drop| (0..6).map(move |_| stride(Right, drop, 0.75)).collect();
    let apart: Vec<Vec<_>> = vec![recording(3.0), recording(7.0)];
    let mixed = vec![apart.concat()];
    let width = |blocks: &[Vec<StrideFeatures>]| {
        let excess = with(blocks, |_| {}).right.drop_excess_deg.unwrap();
        excess.high - excess.low
    };
    assert!(width(&apart) > width(&mixed) + 1.0);
}

#[test]
fn strides_without_pelvis_are_no_strides() {
    let make = || {
        let mut s = stride(Right, 8.0, 0.75);
        s.metrics.drop_ss_offset_free_deg = None;
        s
    };
    let finding = found(walk(6, make)).right;
    assert!(blocked(&finding, "no-strides").contains("None of the right strides (6)"));
    let nan = found(walk(6, || stride(Right, f64::NAN, 0.75))).right;
    assert_eq!((nan.label, nan.strides), (Label::Indeterminate, 0));
}

#[test]
fn without_trunk_only_none_or_an_unspecified_drop() {
    let finding = |drop: f64| {
        let mut strides = walk(8, || stride(Right, drop, 9.0));
        for s in &mut strides {
            s.metrics.lean_ss_deg = None;
        }
        found(strides).right
    };
    let drop = finding(8.0);
    assert_eq!(drop.label, Label::DropUnspecified);
    let p = drop.probabilities.unwrap();
    assert_eq!((p.compensated, p.mixed), (0.0, 0.0));
    assert!(p.uncompensated > 0.95);
    assert_eq!((drop.lean_excess_deg, drop.lean_z), (None, None));
    assert!(remarked(&drop, "no-trunk").contains("cannot be seen"));
    assert_eq!(finding(1.0).label, Label::None);
    let doubt = finding(4.0);
    blocked(&doubt, "uncertain");
    let (a, b) = doubt.leading.unwrap();
    assert!([a, b].contains(&Label::DropUnspecified) && [a, b].contains(&Label::None));
}

#[test]
fn strides_that_lack_the_trunk_are_left_aside_when_the_others_suffice() {
    let finding = |with_trunk: usize| {
        let mut strides = walk(9, || stride(Right, 8.0, 0.75));
        let right = strides.iter_mut().filter(|s| s.side == Right);
        for s in right.skip(with_trunk) {
            s.metrics.lean_ss_offset_free_deg = None;
        }
        found(strides).right
    };
    let most = finding(6);
    assert_eq!((most.label, most.strides), (Label::Uncompensated, 6));
    assert!(remarked(&most, "trunk-missing").contains("3 of 9"));
    let hardly = finding(2);
    assert_eq!((hardly.label, hardly.strides), (Label::DropUnspecified, 9));
}

#[test]
fn a_walking_aid_forbids_a_label() {
    let strides = [walk(8, || stride(Right, 8.0, 0.75))];
    let finding = classify(
        &strides,
        None,
        Measurement::Optical,
        &Background {
            facts: aided(),
            ..Background::default()
        },
        &Settings::default(),
    );
    for side in Side::BOTH {
        assert!(blocked(&finding[side], "walking-aid").contains("aid"));
    }
    assert_eq!(finding.right.leading.unwrap().0, Label::Uncompensated);
    assert!(finding.right.probabilities.unwrap().uncompensated > 0.9);
}

#[test]
fn events_of_low_confidence_forbid_a_label() {
    let finding = |low: usize| {
        let mut strides = walk(8, || stride(Right, 8.0, 0.75));
        for s in strides.iter_mut().filter(|s| s.side == Right).take(low) {
            s.events_confidence = Confidence::Low;
        }
        found(strides)
    };
    assert!(blocked(&finding(5).right, "events-low-confidence").contains("5 of 8"));
    assert_eq!(finding(5).left.label, Label::None);
    assert_eq!(finding(4).right.label, Label::Uncompensated);
    remarked(&finding(4).right, "events-low-confidence");
    assert!(flag(&finding(0).right, "events-low-confidence").is_none());
}

#[test]
fn speeds_without_norms_forbid_a_label() {
    let finding = |speed: Option<f64>| {
        let mut strides = walk(8, || stride(Right, 12.0, 0.75));
        for s in &mut strides {
            s.evidence.speed_dimensionless = speed;
        }
        found(strides).right
    };
    assert!(blocked(&finding(Some(0.11)), "speed-outside-norms").contains("0.11"));
    blocked(&finding(Some(0.81)), "speed-outside-norms");
    for (speed, code) in [(0.14, "slow-walking"), (0.75, "fast-walking")] {
        let finding = finding(Some(speed));
        assert_eq!(finding.label, Label::Uncompensated);
        remarked(&finding, code);
    }
    let unknown = finding(None);
    assert_eq!(unknown.label, Label::Uncompensated);
    assert!(remarked(&unknown, "speed-unknown").contains("free"));
    assert!(unknown.norm_used.contains("v* unknown"));
    assert!(finding(Some(FREE)).flags.is_empty());
}

#[test]
fn exchanged_sides_and_walking_backwards_forbid_a_label() {
    let strides = [walk(8, || stride(Right, 8.0, 0.75))];
    let finding = |code: &'static str| {
        let background = Background {
            warnings: vec![Warning::new(code, "the markers look exchanged")],
            ..Background::default()
        };
        let settings = Settings::default();
        classify(&strides, None, Measurement::Optical, &background, &settings).right
    };
    for code in ["sides-swapped", "walking-backwards"] {
        assert!(blocked(&finding(code), code).contains("No side"));
    }
    assert_eq!(finding("ramp").label, Label::Uncompensated);
}
