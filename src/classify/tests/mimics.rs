//! Every mimic in both directions.

use super::*;

#[test]
fn a_leg_length_difference_is_not_a_drop() {
    let finding = found(tilted(-4.0, 1.1)); // right side up
    let message = blocked(&finding.right, "fixed-obliquity");
    assert!(message.contains("4.0° (right side up)"), "{message}");
    assert!(message.contains("not a drop of stance"));
    assert_eq!(finding.left.label, Label::None);
    remarked(&finding.left, "fixed-obliquity");
    // a true drop on top of it is found and the tilt remarked
    let on_top = found(tilted(-4.0, 7.0)).right;
    assert_eq!(on_top.label, Label::Uncompensated);
    remarked(&on_top, "fixed-obliquity");
    // below the limit no flag
    assert!(flag(&found(tilted(-2.9, 1.1)).right, "fixed-obliquity").is_none());
}

#[test]
fn a_standing_obliquity_is_remarked() {
    let standing = StandingPosture {
        pelvis_obliquity_deg: Some(-3.6),
        trunk_lean_deg: Some(4.2),
    };
    let strides = [walk(8, || stride(Right, 1.1, 0.75))];
    let settings = Settings::default();
    let finding = classify(
        &strides,
        Some(&standing),
        Measurement::Optical,
        &Background::default(),
        &settings,
    );
    let tilt = remarked(&finding.right, "fixed-obliquity");
    assert!(tilt.contains("3.6° (right side up) in standing"), "{tilt}");
    let list = remarked(&finding.left, "trunk-list");
    assert!(list.contains("4.2° to the right in standing"), "{list}");
    assert_eq!(finding.right.label, Label::None);
}

#[test]
fn a_trunk_list_is_not_a_lurch() {
    let listing = |list: f64, lean: f64| {
        let mut strides = walk(8, || stride(Right, 1.1, lean));
        for s in &mut strides {
            s.metrics.lean_ss_deg = s.metrics.lean_ss_deg.map(|l| l - s.side.sigma() * list);
            s.evidence.trunk_offset_deg = Some(list);
        }
        found(strides)
    };
    let finding = listing(4.0, 0.75);
    let message = blocked(&finding.right, "trunk-list");
    assert!(message.contains("4.0° to the right"), "{message}");
    assert_eq!(finding.left.label, Label::None);
    remarked(&finding.left, "trunk-list");
    assert!(flag(&listing(2.9, 0.75).right, "trunk-list").is_none());
    let lurch = listing(4.0, 8.0).right;
    assert_eq!(lurch.label, Label::Compensated);
    assert!(flag(&lurch, "trunk-list").is_none());
}

#[test]
fn sensors_do_not_tell_scoliosis_from_a_moved_sensor() {
    let mut strides = walk(8, || stride(Right, 1.1, 0.75));
    for s in &mut strides {
        s.evidence.trunk_offset_deg = Some(4.0);
    }
    let message = |measurement| {
        let finding = classify(
            &[strides.clone()],
            None,
            measurement,
            &Background::default(),
            &Settings::default(),
        );
        remarked(&finding.right, "trunk-list").to_owned()
    };
    let optical = message(Measurement::Optical);
    assert!(optical.contains("scoliosis"), "{optical}");
    assert!(optical.contains("no standing trial"), "{optical}");
    let inertial = message(Measurement::Inertial);
    assert!(!inertial.contains("scoliosis"), "{inertial}");
    assert!(!inertial.contains("no standing trial"), "{inertial}");
    assert!(inertial.contains("a sensor that has moved"), "{inertial}");
}

#[test]
fn an_obliquity_beyond_reason_is_a_marker_problem() {
    let finding = found(tilted(6.5, 1.1));
    for side in Side::BOTH {
        assert!(blocked(&finding[side], "pelvis-marker").contains("6.5° (left side up)"));
    }
    assert!(flag(&found(tilted(5.5, 1.1)).left, "pelvis-marker").is_none());
}

/// Right compensated pattern while the left limb, in its own swing, is lifted.
fn hiking(elevation: f64, knee: f64, abduction: f64, late: f64) -> LimbFinding {
    let mut strides = walk(8, || {
        let mut s = stride(Right, 0.0, 7.0);
        s.metrics.lean_late_deg = Some(late);
        s
    });
    for s in strides.iter_mut().filter(|s| s.side == Left) {
        s.evidence.swing_elevation_peak_deg = Some(elevation);
        s.evidence.swing_knee_flexion_peak_deg = Some(knee);
        s.evidence.swing_hip_abduction_peak_deg = Some(abduction);
    }
    found(strides).right
}

#[test]
fn hip_hike_of_the_swing_limb() {
    // lean only late: early mean 2·7 − 12 = 2°
    let stiff = hiking(6.0, 35.0, 7.0, 12.0);
    let message = blocked(&stiff, "hip-hike");
    assert!(
        message.contains("left side of the pelvis rises 6.0°"),
        "{message}"
    );
    assert!(message.contains("35°") && message.contains("of the left limb"));
    assert!(message.contains("higher on the swing side"));
    blocked(&hiking(6.0, 60.0, 20.0, 12.0), "hip-hike");
    // the lean is there from the start: a lurch, with a remark
    let lurch = hiking(6.0, 35.0, 7.0, 7.0);
    assert_eq!(lurch.label, Label::Compensated);
    remarked(&lurch, "hip-hike");
    // no lift, or a normal swing leg: no hike
    for finding in [hiking(2.0, 35.0, 7.0, 12.0), hiking(6.0, 60.0, 7.0, 12.0)] {
        assert_eq!(finding.label, Label::Compensated);
        assert!(flag(&finding, "hip-hike").is_none());
    }
}

#[test]
fn a_fixed_obliquity_is_not_a_hip_hike() {
    let mut strides = tilted(4.0, 1.1); // left side up, also in left swing
    for s in &mut strides {
        s.evidence.swing_elevation_peak_deg = Some(if s.side == Left { 4.5 } else { -3.5 });
        s.evidence.swing_knee_flexion_peak_deg = Some(40.0);
    }
    assert!(flag(&found(strides).right, "hip-hike").is_none());
}

#[test]
fn wide_based_and_ataxic() {
    // speed 1.25 at v* 0.4294: leg length 0.864 m
    let finding = |width: f64, cadence_jitter: f64, jitter: f64| {
        let mut strides = walk(10, || stride(Right, 8.0, 0.75));
        for (i, s) in strides.iter_mut().enumerate() {
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            s.metrics.step_width_m = Some(width);
            s.metrics.cadence_steps_min = Some(110.0 * (1.0 + sign * cadence_jitter));
            let lean = &mut s.metrics.lean_ss_offset_free_deg;
            *lean = lean.map(|v| v + sign * jitter);
        }
        found(strides).right
    };
    let steady = finding(0.10, 0.0, 0.0);
    assert_eq!(steady.label, Label::Uncompensated);
    assert!(steady.flags.is_empty());
    let wide = finding(0.20, 0.0, 0.0);
    assert_eq!(wide.label, Label::Uncompensated);
    assert!(remarked(&wide, "wide-based").contains("20 cm wide, 0.23 of the leg"));
    assert!(flag(&wide, "ataxic").is_none(), "one sign alone");
    let unsteady = finding(0.20, 0.0, 4.0);
    assert!(blocked(&unsteady, "ataxic").contains("lean varies by 4.2°"));
    let uneven = finding(0.20, 0.08, 0.0);
    assert!(remarked(&uneven, "ataxic").contains("stride time varies by 8 %"));
    assert_eq!(
        uneven.label,
        Label::Uncompensated,
        "drop and lean are steady"
    );
}

#[test]
fn antalgic_gait_gets_no_label() {
    let finding = |stance: f64, support: f64, lean: f64| {
        found(walk(8, || {
            let mut s = stride(Right, 0.5, lean);
            s.evidence.stance_s = Some(stance);
            s.metrics.single_support_pct = Some(support);
            s
        }))
        .right
    };
    let painful = finding(0.58, 33.0, 8.0);
    let message = blocked(&painful, "antalgic");
    assert_eq!(painful.leading.unwrap().0, Label::Compensated);
    assert!(message.contains("13 % shorter") && message.contains("33 % against 38 %"));
    for other in [
        finding(0.62, 33.0, 8.0),
        finding(0.58, 39.0, 8.0),
        finding(0.58, 33.0, 0.75),
    ] {
        assert!(flag(&other, "antalgic").is_none());
    }
}

#[test]
fn the_limb_opposite_to_a_painful_one_gets_no_lurch() {
    let finding = |stance: f64, left_lean: f64, right_lean: f64| {
        let mut strides = walk(8, || {
            let mut s = stride(Right, 0.5, right_lean);
            s.evidence.stance_s = Some(stance);
            s.metrics.single_support_pct = Some(33.0);
            s
        });
        for s in strides.iter_mut().filter(|s| s.side == Left) {
            for lean in [
                &mut s.metrics.lean_ss_deg,
                &mut s.metrics.lean_ss_offset_free_deg,
            ] {
                *lean = lean.map(|v| v + left_lean - 0.75);
            }
        }
        found(strides).left
    };
    let code = "antalgic-opposite";
    let sound = finding(0.58, 7.0, 9.0);
    let message = blocked(&sound, code);
    assert!(message.contains("right limb is 13 % shorter"), "{message}");
    assert!(message.contains("smaller lean over the left"), "{message}");
    assert_eq!(sound.leading.unwrap().0, Label::Compensated);
    // equal stance, the larger lean, or a painless right side: a lurch of its own
    for own in [
        finding(0.64, 7.0, 9.0),
        finding(0.58, 9.0, 7.0),
        finding(0.58, 8.0, 0.75),
    ] {
        assert!(flag(&own, code).is_none());
        assert_eq!(own.label, Label::Compensated);
    }
    assert!(flag(&finding(0.58, 0.75, 9.0), code).is_none());
}

#[test]
fn the_limb_opposite_to_a_painful_one_gets_no_drop() {
    let finding = |stance: f64, right_lean: f64| {
        let mut strides = walk(8, || {
            let mut s = stride(Right, 0.5, right_lean);
            s.evidence.stance_s = Some(stance);
            s.metrics.single_support_pct = Some(33.0);
            s
        });
        for s in strides.iter_mut().filter(|s| s.side == Left) {
            s.metrics.drop_ss_deg = Some(6.5);
            s.metrics.drop_ss_offset_free_deg = Some(6.5);
            s.evidence.drop_peak_offset_free_deg = Some(9.5);
        }
        found(strides).left
    };
    let message = blocked(&finding(0.58, 6.5), "antalgic-opposite");
    assert!(message.contains("the drop over the left"), "{message}");
    // equal stance, or no lean over the limb that is left early: a drop of its own
    for own in [finding(0.66, 6.5), finding(0.58, 0.75)] {
        assert_eq!(own.label, Label::Uncompensated, "{:?}", own.flags);
    }
}

#[test]
fn the_smaller_of_two_very_unequal_sides_gets_no_label() {
    let finding = |left_drop: f64, right_drop: f64, right_lean: f64| {
        let mut strides = walk(8, || stride(Right, right_drop, right_lean));
        for s in strides.iter_mut().filter(|s| s.side == Left) {
            s.metrics.drop_ss_deg = Some(left_drop);
            s.metrics.drop_ss_offset_free_deg = Some(left_drop);
            s.evidence.drop_peak_offset_free_deg = Some(left_drop + 3.0);
        }
        found(strides)
    };
    let both = finding(6.5, 12.0, 0.75);
    assert_eq!(both.right.label, Label::Uncompensated);
    let message = blocked(&both.left, "smaller-side");
    assert!(
        message.contains("the right limb") && message.contains("drop"),
        "{message}"
    );
    // beside a large lurch over the other limb a drop is as doubtful as beside a large drop
    let lurch = finding(5.0, 0.5, 16.0);
    assert_eq!(lurch.right.label, Label::Compensated);
    blocked(&lurch.left, "smaller-side");
    // two sides of like size, or one alone, are named
    let like = finding(6.5, 7.5, 0.75);
    for limb in [&like.left, &like.right, &finding(6.5, 1.1, 0.75).left] {
        assert_eq!(limb.label, Label::Uncompensated, "{:?}", limb.flags);
    }
}
