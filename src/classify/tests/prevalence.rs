//! Shares of strides, patterns that come and go or change sides.

use super::*;

/// Twelve strides a limb; stride `i` of a side drops when asked.
fn coming(right: impl Fn(usize) -> bool, left: impl Fn(usize) -> bool) -> PerSide<LimbFinding> {
    let make = |side: Side, i: usize, drops: bool| {
        let mut s = stride(side, if drops { 8.0 } else { 1.1 }, 0.75);
        s.start_s = 1.1 * i as f64 + if side == Left { 0.55 } else { 0.0 };
        s
    };
    let rights = (0..12).map(|i| make(Right, i, right(i)));
    found(
        rights
            .chain((0..12).map(|i| make(Left, i, left(i))))
            .collect(),
    )
}

#[test]
fn every_limb_tells_how_many_strides_show_it() {
    let found = coming(|i| i < 9, |_| false);
    let right = found.right.prevalence.unwrap();
    assert_eq!((right.drop.with, right.drop.of), (9, 12));
    assert!((right.drop.low - 0.468).abs() < 0.001 && (right.drop.high - 0.911).abs() < 0.001);
    assert_eq!(right.lean.map(|lean| lean.with), Some(0));
    assert_eq!(right.either, right.drop);
    assert_eq!(found.left.prevalence.unwrap().either.with, 0);
    assert!(in_words(&found).starts_with("Right-sided, uncompensated; 9 of 12 right strides."));
}

#[test]
fn a_pattern_that_comes_and_goes_is_remarked_and_said() {
    let half = coming(|i| i % 2 == 0, |_| false);
    let message = remarked(&half.right, "intermittent");
    assert!(message.contains("6 of 12 right strides"), "{message}");
    assert!(flag(&half.left, "intermittent").is_none());
    assert!(
        in_words(&half).contains("comes and goes"),
        "{}",
        in_words(&half)
    );
    // regular, absent, or too rare to tell
    for regular in [coming(|_| true, |_| false), coming(|i| i == 3, |_| false)] {
        assert!(flag(&regular.right, "intermittent").is_none());
    }
    // a limb near the threshold comes and goes by chance
    let near = found(walk(12, || stride(Right, 3.55, 0.75)));
    let shares = near.right.prevalence.unwrap().drop;
    assert!(shares.low > 0.1 && shares.high < 0.9, "{shares:?}");
    assert!(flag(&near.right, "intermittent").is_none());
}

#[test]
fn a_pattern_that_changes_sides_alternates() {
    let turns = coming(|i| i % 2 == 0, |i| i % 2 == 1);
    let message = remarked(&turns.right, "alternating");
    assert!(
        message.contains("6 show it in right stance only, 6 in left stance only, 0 in both"),
        "{message}"
    );
    assert_eq!(message, remarked(&turns.left, "alternating"));
    let together = coming(|i| i % 2 == 0, |i| i % 2 == 0);
    remarked(&together.left, "intermittent");
    assert!(flag(&together.left, "alternating").is_none());
}
