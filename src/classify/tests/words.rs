//! The finding in words.

use super::*;

fn words_of(strides: Vec<StrideFeatures>) -> String {
    in_words(&found(strides))
}

#[test]
fn words_name_stance_side_dropping_side_amount_and_strides() {
    let text = words_of(walk(9, || stride(Right, 5.9, 0.75)));
    assert!(
        text.starts_with("Right-sided, uncompensated; 9 of 9 right strides. In right stance the left pelvis drops"),
        "{text}"
    );
    assert!(
        text.contains("moderate, 4.8° above the norm (95 % interval "),
        "{text}"
    );
    let counted = "in 9 of 9 right strides (95 % interval 70 to 100 %).";
    assert!(text.contains(counted), "{text}");
    assert!(text.ends_with("Left: none."), "{text}");
    let lurch = words_of(walk(9, || stride(Right, 0.0, 8.0)));
    assert!(
        lurch.starts_with("Right-sided, compensated; 9 of 9 right strides. In right stance the trunk leans to the right, the pelvis is level or raised"),
        "{lurch}"
    );
    let both = words_of(walk(9, || stride(Right, 8.0, 8.0)));
    assert!(
        both.contains("drop 6.9° above the norm") && both.contains("lean 7.3° above"),
        "{both}"
    );
}

#[test]
fn words_for_both_sides_and_neither() {
    let neither = words_of(walk(9, || stride(Right, 1.1, 0.75)));
    assert_eq!(
        neither,
        "Neither side: the pelvis does not drop and the trunk does not lurch (9 left and 9 right strides)."
    );
    let mut strides = walk(9, || stride(Right, 8.0, 0.75));
    for s in strides.iter_mut().filter(|s| s.side == Left) {
        *s = stride(Left, 7.0, 0.75);
    }
    let both = words_of(strides);
    assert!(both.starts_with(
        "Bilateral, uncompensated; 9 of 9 right strides and 9 of 9 left strides. In right stance the left pelvis drops"
    ));
    assert!(
        both.contains("In left stance the right pelvis drops"),
        "{both}"
    );
    let mut strides = walk(9, || stride(Right, 8.0, 0.75));
    for s in strides.iter_mut().filter(|s| s.side == Left) {
        *s = stride(Left, 0.0, 9.0);
    }
    let different = words_of(strides);
    assert!(
        different.starts_with("Bilateral: right uncompensated, 9 of 9 right strides; left compensated, 9 of 9 left strides."),
        "{different}"
    );
}

#[test]
fn words_give_the_reason_and_the_leading_labels() {
    let few = words_of(walk(2, || stride(Right, 8.0, 0.75)));
    assert!(few.starts_with("No pattern is stated for either side. Right: indeterminate. Only 2 usable right strides"), "{few}");
    let strides = [walk(8, || stride(Right, 8.0, 0.75))];
    let aid = classify(
        &strides,
        None,
        Measurement::Optical,
        &Background {
            facts: aided(),
            ..Background::default()
        },
        &Settings::default(),
    );
    let text = in_words(&aid);
    assert!(
        text.contains("walking aid") && text.contains("Leading: uncompensated drop (> 99 %)."),
        "{text}"
    );
    let empty = words_of(Vec::new());
    assert!(empty.contains("There is no usable left stride."));
}

#[test]
fn no_share_claims_certainty() {
    for (share, words) in [
        (1.0, "> 99 %"),
        (0.996, "> 99 %"),
        (0.99, "99 %"),
        (0.62, "62 %"),
        (0.01, "1 %"),
        (0.004, "< 1 %"),
        (0.0, "< 1 %"),
    ] {
        assert_eq!(share_in_words(share), words);
    }
}

#[test]
fn words_tell_the_excess_with_and_without_the_constant_tilt() {
    // tilted by 1.5° toward a right drop: 5.9° offset-free, 7.4° as measured, norm 1.1°
    let strides = tilted(-1.5 * Right.sigma(), 5.9);
    let terms = found(strides.clone()).right.drop_terms.unwrap();
    let (free, measured) = (terms.offset_free, terms.measured);
    assert!((measured - free).abs() - 1.5 < 1e-9 && (terms.norm - 1.1).abs() < 0.06);
    let text = words_of(strides);
    let word = if measured > free { "6.3°" } else { "3.3°" };
    assert!(
        text.contains("4.8° above the norm (95 % interval ")
            && text.contains(&format!(
                ") without the constant tilt of the stride, {word} above it as measured"
            )),
        "{text}"
    );
}

#[test]
fn words_without_trunk_do_not_clear_the_limb() {
    let mut strides = walk(8, || stride(Right, 8.0, 0.0));
    strides
        .iter_mut()
        .for_each(|s| s.metrics.lean_ss_deg = None);
    let text = words_of(strides.clone());
    assert!(text.contains("cannot be said without trunk data"), "{text}");
    assert!(
        text.contains("Left: no drop; the lean of the trunk was not measured."),
        "{text}"
    );
    strides.retain(|s| s.side == Left);
    strides.extend((0..6).map(|_| stride(Right, 1.0, 0.0)));
    assert!(!words_of(strides).contains("Left: none"));
}

#[test]
fn words_never_hold_a_bare_sign() {
    let mut texts = Vec::new();
    for drop in [-6.0, -1.0, 1.1, 4.5, 9.0] {
        for lean in [-9.0, -1.0, 0.75, 4.0, 9.0] {
            for offset in [-7.0, -4.0, 0.0, 4.0] {
                let mut strides = tilted(offset, drop);
                for s in strides.iter_mut().filter(|s| s.side == Right) {
                    s.metrics.lean_ss_deg = Some(lean);
                    s.metrics.lean_ss_offset_free_deg = Some(lean);
                }
                let both = found(strides);
                texts.push(in_words(&both));
                for limb in [&both.left, &both.right] {
                    texts.extend(limb.flags.iter().map(|f| f.message.clone()));
                    texts.push(limb.norm_used.clone());
                }
            }
        }
    }
    for text in texts {
        for bare in [" -", " −", "(-", "(−", "+"] {
            assert!(!text.contains(bare), "{text}");
        }
    }
}

#[test]
fn a_limb_without_a_pattern_says_how_many_contacts_are_doubtful() {
    let mut strides = walk(4, || stride(Right, 1.1, 0.75));
    strides[0].events_confidence = Confidence::Low; // of four left ones
    let limbs = with(&[strides], |s| s.classify.probability_min_few = 0.5);
    assert_eq!(limbs.left.label, Label::None, "{:?}", limbs.left);
    let words = in_words(&limbs);
    assert!(
        words.contains("The foot contacts of 1 of 4 left strides are of low confidence"),
        "{words}"
    );
}
