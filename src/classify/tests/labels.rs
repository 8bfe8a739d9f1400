//! Labels, raw against offset-free, leak between limbs, modes.

use super::*;

#[test]
fn the_four_labels() {
    let label = |drop, lean| found(walk(8, || stride(Right, drop, lean))).right.label;
    assert_eq!(label(1.1, 0.75), Label::None);
    assert_eq!(label(7.0, 0.75), Label::Uncompensated);
    assert_eq!(label(0.5, 7.0), Label::Compensated);
    assert_eq!(label(7.0, 7.0), Label::Mixed);
    // a lean on a pelvis that is between level and dropped is partly compensated
    assert_eq!(label(3.3, 9.0), Label::Mixed);
    // the mirror of a drop and of a lean is none
    assert_eq!(label(-7.0, -7.0), Label::None);
}

#[test]
fn the_other_limb_stays_none() {
    for (drop, lean) in [(8.0, 0.5), (-2.0, 12.0), (8.0, 8.0)] {
        let both = found(walk(8, || stride(Right, drop, lean)));
        assert!(both.right.label.is_positive());
        assert_eq!(both.left.label, Label::None, "{drop} {lean}");
    }
}

#[test]
fn a_mirrored_walk_gives_the_mirrored_finding() {
    let strides = walk(7, || stride(Right, 4.6, 3.0));
    let mirrored = strides
        .iter()
        .map(|s| StrideFeatures {
            side: s.side.opposite(),
            ..*s
        })
        .collect();
    let (one, two) = (found(strides), found(mirrored));
    assert_eq!(one.right.probabilities, two.left.probabilities);
    assert_eq!(one.right.drop_excess_deg, two.left.drop_excess_deg);
    assert_eq!(one.left.lean_excess_deg, two.right.lean_excess_deg);
    assert_eq!(one.right.label, two.left.label);
    assert!(one.right.probabilities.unwrap().uncompensated > 0.05);
}

#[test]
fn probabilities_sum_to_one_and_repeat() {
    let strides = walk(6, || stride(Right, 4.0, 3.4));
    let finding = found(strides.clone()).right;
    let p = finding.probabilities.unwrap();
    assert!((p.none + p.uncompensated + p.compensated + p.mixed - 1.0).abs() < 1e-12);
    assert_eq!(found(strides.clone()).right, finding);
    let other_seed = with(&[strides], |s| s.classify.seed = 7).right;
    assert_ne!(other_seed.probabilities, finding.probabilities);
}

// ---- raw and offset-free must both pass

#[test]
fn a_drop_needs_raw_offset_free_and_peak() {
    let label = |change: fn(&mut StrideFeatures)| {
        let make = || {
            let mut s = stride(Right, 8.0, 0.75);
            change(&mut s);
            s
        };
        found(walk(8, make)).right.label
    };
    assert_eq!(label(|_| ()), Label::Uncompensated);
    assert_eq!(label(|s| s.metrics.drop_ss_deg = Some(2.0)), Label::None);
    assert_eq!(
        label(|s| s.metrics.drop_ss_offset_free_deg = Some(1.0)),
        Label::None
    );
    assert_eq!(
        label(|s| s.evidence.drop_peak_offset_free_deg = Some(3.0)),
        Label::None
    );
}

#[test]
fn a_lean_needs_raw_and_offset_free() {
    let label = |raw, free| {
        let make = || {
            let mut s = stride(Right, 0.5, raw);
            s.metrics.lean_ss_offset_free_deg = Some(free);
            s
        };
        found(walk(8, make)).right.label
    };
    assert_eq!(label(8.0, 8.0), Label::Compensated);
    assert_eq!(label(2.0, 8.0), Label::None);
    assert_eq!(label(8.0, 0.75), Label::None);
}

#[test]
fn floors_count_where_the_norm_is_low() {
    // very slow walking: norm −0.9°, so 2° would be 2 SD above it, but it is no drop
    let slow = |drop: f64| {
        let make = || {
            let mut s = stride(Right, drop, 0.75);
            s.evidence.speed_dimensionless = Some(0.18);
            s
        };
        found(walk(8, make)).right
    };
    assert_eq!(slow(2.5).label, Label::None);
    assert_eq!(slow(6.0).label, Label::Uncompensated);
    assert!(slow(2.5).drop_z.unwrap() > 3.0);
}

#[test]
fn what_leaks_from_a_one_sided_lurch_is_not_a_second_lurch() {
    // left: 5.2° raw and offset-free because a fifth of the right lurch leaks into the offset
    let walker = |right_lean: f64| {
        let mut strides = walk(8, || stride(Right, 0.0, right_lean));
        for s in strides.iter_mut().filter(|s| s.side == Left) {
            s.metrics.lean_ss_deg = Some(5.2);
            s.metrics.lean_ss_offset_free_deg = Some(5.2);
        }
        strides
    };
    let alone = found(walker(5.2));
    assert_eq!(alone.left.label, Label::Compensated);
    assert_eq!(alone.right.label, Label::Compensated, "bilateral");
    let opposite = found(walker(16.0));
    assert_eq!(opposite.right.label, Label::Compensated);
    assert!(!opposite.left.label.is_positive(), "{:?}", opposite.left);
    let without = with(&[walker(16.0)], |s| {
        s.classify.leak_share_lean = 0.0;
        s.mimics.rebound_share = 0.0;
        s.mimics.smaller_side_share = 0.0;
    });
    assert_eq!(
        without.left.label,
        Label::Compensated,
        "what the rule prevents"
    );
}

#[test]
fn the_limb_opposite_to_a_lurch_of_any_size_has_no_lurch() {
    for lurch in [8.0, 12.0, 16.0, 20.0, 30.0] {
        // a share of the lurch leaks into the offset, and the trunk swings back by a third of it
        let (leak, back) = (0.13 * lurch, lurch / 3.0);
        let mut strides = walk(8, || {
            let mut s = stride(Right, -0.35 * lurch, lurch + 0.75);
            s.metrics.lean_ss_offset_free_deg = Some(lurch + 0.75 - leak);
            s
        });
        for s in strides.iter_mut().filter(|s| s.side == Left) {
            s.metrics.lean_ss_deg = Some(0.75 + back);
            s.metrics.lean_ss_offset_free_deg = Some(0.75 + back + leak);
        }
        let both = found(strides);
        assert_eq!(both.right.label, Label::Compensated, "{lurch}°");
        assert!(!both.left.label.is_positive(), "{lurch}°: {:?}", both.left);
        if lurch > 15.0 {
            assert!(blocked(&both.left, "trunk-rebound").contains("over the right"));
        }
    }
}

#[test]
fn a_bilateral_lurch_of_different_size_is_found_on_both_sides() {
    let mut strides = walk(8, || stride(Right, 0.0, 12.0));
    for s in strides.iter_mut().filter(|s| s.side == Left) {
        s.metrics.lean_ss_deg = Some(9.0);
        s.metrics.lean_ss_offset_free_deg = Some(9.0);
    }
    let both = found(strides);
    assert_eq!(both.left.label, Label::Compensated);
    assert_eq!(both.right.label, Label::Compensated);
}

#[test]
fn modes_shift_the_threshold() {
    let label = |mode, drop| {
        let strides = walk(10, || stride(Right, drop, 0.75));
        with(&[strides], |s| s.classify.mode = mode).right.label
    };
    // D' above 2.6 / 3.35 / 3.6, measured with an error of 0.8
    assert_eq!(label(Mode::Sensitive, 4.8), Label::Uncompensated);
    assert_ne!(label(Mode::Specific, 4.2), Label::Uncompensated);
    let share = |mode| {
        let mut strides = walk(10, || stride(Right, 6.0, 0.75));
        for s in strides.iter_mut().filter(|s| s.side == Right) {
            s.metrics.drop_ss_offset_free_deg = Some(3.0);
        }
        let finding = with(&[strides], |s| s.classify.mode = mode).right;
        finding.probabilities.unwrap().uncompensated
    };
    assert!(share(Mode::Sensitive) > share(Mode::Clinical) + 0.1);
    assert!(share(Mode::Clinical) > share(Mode::Specific) + 0.1);
}

#[test]
fn absolute_mode_uses_fixed_degrees_and_says_not_normed() {
    let finding = |drop, lean| {
        let mut strides = walk(8, || stride(Right, drop, lean));
        for s in &mut strides {
            s.evidence.speed_dimensionless = Some(1.5); // no norm needed
        }
        with(&[strides], |s| s.classify.mode = Mode::Absolute).right
    };
    assert_eq!(finding(3.0, 3.5).label, Label::None);
    assert_eq!(finding(6.0, 3.5).label, Label::Uncompensated);
    assert_eq!(finding(2.9, 7.0).label, Label::Compensated);
    assert_eq!(finding(6.0, 7.0).label, Label::Mixed);
    let not_normed = finding(6.0, 3.5);
    assert!(remarked(&not_normed, "not-normed").contains("4.0° drop"));
    assert!(not_normed.norm_used.contains("not normed"));
    assert_eq!(
        (not_normed.drop_excess_deg, not_normed.drop_z),
        (None, None)
    );
}
