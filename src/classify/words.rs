//! The finding of a recording or session in words, for a clinician.
//!
//! In: both limbs' findings. Out: sentences that name the stance side, the side that drops, the
//! amount with its interval and the strides, and the reason when nothing can be said. Never a
//! bare sign.

use super::{Interval, Label, LimbFinding, Terms};
use crate::recording::PerSide;

/// The finding of a recording or session in words, for a clinician: sides, pattern, counts.
pub fn in_words(limbs: &PerSide<LimbFinding>) -> String {
    let (left, right) = (&limbs.left, &limbs.right);
    let text = match (left.label.is_positive(), right.label.is_positive()) {
        (true, true) => format!("Bilateral. {} {}", positive(right), positive(left)),
        (false, true) => format!("{} {}", positive(right), other(left)),
        (true, false) => format!("{} {}", positive(left), other(right)),
        (false, false) if left.label == Label::None && right.label == Label::None => neither(limbs),
        (false, false) => format!(
            "No pattern is stated for either side. {} {}",
            other(right),
            other(left)
        ),
    };
    text.trim_end().to_owned()
}

/// A positive limb: `Right-sided (right stance; the left pelvis drops): uncompensated drop, …`.
fn positive(limb: &LimbFinding) -> String {
    let side = limb.side.name();
    let low = limb.side.opposite().name();
    let (seen, pattern) = match limb.label {
        Label::Compensated => (
            format!("the trunk leans to the {side}, the pelvis is level or raised"),
            "compensated lean (Duchenne pattern)",
        ),
        Label::Mixed => (
            format!(
                "the {low} pelvis drops more than usual although the trunk leans to the {side}"
            ),
            "mixed, a partly compensated drop",
        ),
        Label::DropUnspecified => (
            format!("the {low} pelvis drops"),
            "drop; whether it is compensated cannot be said without trunk data",
        ),
        _ => (
            format!("the {low} pelvis drops"),
            "uncompensated drop (Trendelenburg pattern)",
        ),
    };
    let mut parts = vec![pattern.to_owned()];
    parts.extend(limb.severity.map(|severity| severity.name().to_owned()));
    parts.extend(amounts(limb));
    if let Some((with, of)) = limb.consistency {
        parts.push(format!(
            "in {with} of {of} {side} {}",
            if of == 1 { "stride" } else { "strides" }
        ));
    }
    let mut text = format!(
        "{}-sided ({side} stance; {seen}): {}.",
        capital(side),
        parts.join(", ")
    );
    for flag in limb.flags.iter().filter(|flag| flag.code != "no-trunk") {
        text.push_str(" Note: ");
        text.push_str(&flag.message);
    }
    text
}

/// What drives the label, with intervals.
fn amounts(limb: &LimbFinding) -> Vec<String> {
    let drop = limb.drop_excess_deg.map(|e| above(e, limb.drop_terms));
    let lean = limb.lean_excess_deg.map(|e| above(e, limb.lean_terms));
    match limb.label {
        Label::Compensated => lean.into_iter().collect(),
        Label::Mixed => {
            let drop = drop.map(|drop| format!("drop {drop}"));
            let lean = lean.map(|lean| format!("lean {lean}"));
            drop.into_iter().chain(lean).collect()
        }
        _ => drop.into_iter().collect(),
    }
}

/// `4.8° above the norm (95 % interval 3.1–6.2°)`; below the norm in words, not by a sign. Where the
/// constant tilt of the stride makes a visible difference, both values are told.
fn above(excess: Interval, terms: Option<Terms>) -> String {
    let place = |deg: f64| {
        let word = if deg < 0.0 { "below" } else { "above" };
        format!("{:.1}° {word}", deg.abs())
    };
    let range = if excess.low >= 0.0 {
        format!("{:.1}–{:.1}°", excess.low, excess.high)
    } else {
        format!("{} to {} it", place(excess.low), place(excess.high))
    };
    let text = format!("{} the norm (95 % interval {range})", place(excess.mean));
    match terms {
        Some(terms) if (terms.measured - terms.offset_free).abs() >= 0.05 => format!(
            "{text} without the constant tilt, {} it as measured",
            place(terms.measured - terms.norm)
        ),
        _ => text,
    }
}

/// A limb without a positive label, in short.
fn other(limb: &LimbFinding) -> String {
    let side = capital(limb.side.name());
    if limb.label == Label::None {
        return if has_trunk(limb) {
            format!("{side}: none.")
        } else {
            format!("{side}: no drop; the lean of the trunk was not measured.")
        };
    }
    let reasons: Vec<&str> = limb
        .flags
        .iter()
        .filter(|flag| flag.blocking)
        .map(|flag| flag.message.as_str())
        .collect();
    let doubt = limb.flags.iter().any(|flag| flag.code == "uncertain");
    let mut text = format!("{side}: indeterminate. {}", reasons.join(" "));
    if let (Some((first, _)), false) = (limb.leading, doubt) {
        text.push_str(&format!(" Leading: {}", with_share(limb, first)));
        if let Some(second) = runner_up(limb) {
            text.push_str(&format!(", then {}", with_share(limb, second)));
        }
        text.push('.');
    }
    text.trim_end().to_owned()
}

/// The label that comes second, unless it is as good as excluded (below 1 %).
pub fn runner_up(limb: &LimbFinding) -> Option<Label> {
    const EXCLUDED: f64 = 0.01;
    let (_, second) = limb.leading?;
    let share = limb.probabilities.and_then(|p| p.of(second));
    share.is_none_or(|p| p >= EXCLUDED).then_some(second)
}

/// `none (62 %)`.
fn with_share(limb: &LimbFinding, label: Label) -> String {
    match limb.probabilities.and_then(|p| p.of(label)) {
        Some(share) => format!("{} ({})", label.words(), share_in_words(share)),
        None => label.words().to_owned(),
    }
}

/// A share of the bootstrap's draws as a whole percentage; `> 99 %` and `< 1 %` where rounding
/// would claim certainty.
pub fn share_in_words(share: f64) -> String {
    if !share.is_finite() {
        "–".to_owned()
    } else if share > 0.99 {
        "> 99 %".to_owned()
    } else if share < 0.01 {
        "< 1 %".to_owned()
    } else {
        format!("{:.0} %", 100.0 * share)
    }
}

/// Both limbs without a finding.
fn neither(limbs: &PerSide<LimbFinding>) -> String {
    let strides = format!(
        "({} left and {} right strides)",
        limbs.left.strides, limbs.right.strides
    );
    if has_trunk(&limbs.left) && has_trunk(&limbs.right) {
        format!("Neither side: the pelvis does not drop and the trunk does not lurch {strides}.")
    } else {
        format!("Neither side drops {strides}; the lean of the trunk was not measured.")
    }
}

fn has_trunk(limb: &LimbFinding) -> bool {
    limb.flags.iter().all(|flag| flag.code != "no-trunk")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
