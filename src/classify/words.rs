//! The finding of a recording or session in words, for a clinician.
//!
//! In: both limbs' findings. Out: sentences that name the stance side, the side that drops, the
//! amount with its interval and the strides, and the reason when nothing can be said. Never a
//! bare sign.

use super::prevalence::{self, Share};
use super::{Interval, Label, LimbFinding, Terms};
use crate::recording::PerSide;

/// The finding of a recording or session in words, for a clinician: first the [`headline`], then
/// what is seen, how much, and why nothing can be said.
pub fn in_words(limbs: &PerSide<LimbFinding>) -> String {
    let (left, right) = (&limbs.left, &limbs.right);
    let details = match (left.label.is_positive(), right.label.is_positive()) {
        (true, true) => format!("{} {}", positive(right), positive(left)),
        (false, true) => format!("{} {}", positive(right), other(left)),
        (true, false) => format!("{} {}", positive(left), other(right)),
        (false, false) if neither_side(limbs) => {
            let doubts: String = [right, left].map(contacts).concat();
            format!("{}{doubts}", come_and_go(limbs))
        }
        (false, false) => format!("{} {}", other(right), other(left)),
    };
    format!("{} {details}", headline(limbs))
        .trim_end()
        .to_owned()
}

/// The finding in one sentence: side, pattern, strides. `Right-sided, compensated; 8 of 11 right
/// strides.`
pub fn headline(limbs: &PerSide<LimbFinding>) -> String {
    let (left, right) = (&limbs.left, &limbs.right);
    match (left.label.is_positive(), right.label.is_positive()) {
        (true, true) if left.label == right.label => format!(
            "Bilateral, {}; {} and {}.",
            pattern(right),
            strides(right),
            strides(left)
        ),
        (true, true) => format!(
            "Bilateral: right {}, {}; left {}, {}.",
            pattern(right),
            strides(right),
            pattern(left),
            strides(left)
        ),
        (false, true) => one_sided(right),
        (true, false) => one_sided(left),
        (false, false) if neither_side(limbs) => neither(limbs),
        (false, false) => "No pattern is stated for either side.".to_owned(),
    }
}

fn one_sided(limb: &LimbFinding) -> String {
    let side = capital(limb.side.name());
    format!("{side}-sided, {}; {}.", pattern(limb), strides(limb))
}

/// Both limbs are free of a pattern.
fn neither_side(limbs: &PerSide<LimbFinding>) -> bool {
    limbs.left.label == Label::None && limbs.right.label == Label::None
}

fn pattern(limb: &LimbFinding) -> &'static str {
    match limb.label {
        Label::Mixed => "mixed (partly compensated)",
        Label::DropUnspecified => "drop of unknown compensation",
        label => label.name(),
    }
}

/// `8 of 11 right strides`: those that have the label's indicator by themselves.
fn strides(limb: &LimbFinding) -> String {
    let (with, of) = limb.consistency.unwrap_or((limb.strides, limb.strides));
    let word = if of == 1 { "stride" } else { "strides" };
    format!("{with} of {of} {} {word}", limb.side.name())
}

/// A positive limb: `In right stance the left pelvis drops (Trendelenburg pattern): …`.
fn positive(limb: &LimbFinding) -> String {
    let side = limb.side.name();
    let low = limb.side.opposite().name();
    let seen = match limb.label {
        Label::Compensated => format!(
            "the trunk leans to the {side}, the pelvis is level or raised (Duchenne pattern)"
        ),
        Label::Mixed => {
            format!("the {low} pelvis drops more than usual although the trunk leans to the {side}")
        }
        Label::DropUnspecified => format!(
            "the {low} pelvis drops; whether it is compensated cannot be said without trunk data"
        ),
        _ => format!("the {low} pelvis drops (Trendelenburg pattern)"),
    };
    let mut parts: Vec<String> = limb.severity.iter().map(|s| s.name().to_owned()).collect();
    parts.extend(amounts(limb));
    if let Some((with, of)) = limb.consistency {
        let share = Share::wilson(with, of);
        parts.push(format!(
            "in {} ({})",
            strides(limb),
            prevalence::range_in_words(&share)
        ));
    }
    let mut text = format!("In {side} stance {seen}: {}.", parts.join(", "));
    for flag in limb.flags.iter().filter(|flag| flag.code != "no-trunk") {
        text.push_str(" Note: ");
        text.push_str(&flag.message);
    }
    text
}

/// On a limb without a pattern: how many of its strides have foot contacts of low confidence.
fn contacts(limb: &LimbFinding) -> String {
    let mut doubts = limb.flags.iter();
    match doubts.find(|flag| flag.code == "events-low-confidence" && !flag.blocking) {
        Some(flag) => format!(" Note: {}", flag.message),
        None => String::new(),
    }
}

/// What comes and goes on limbs that have no pattern in the mean.
fn come_and_go(limbs: &PerSide<LimbFinding>) -> String {
    let mut notes: Vec<&str> = [&limbs.right, &limbs.left]
        .into_iter()
        .flat_map(|limb| &limb.flags)
        .filter(|flag| matches!(flag.code.as_ref(), "intermittent" | "alternating"))
        .map(|flag| flag.message.as_str())
        .collect();
    notes.dedup();
    notes.join(" ")
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
            "{text} without the constant tilt {}, {} it as measured",
            terms.level.words(),
            place(terms.measured - terms.norm)
        ),
        _ => text,
    }
}

/// A limb without a positive label, in short.
fn other(limb: &LimbFinding) -> String {
    let side = capital(limb.side.name());
    if limb.label == Label::None {
        let found = match has_trunk(limb) {
            true => format!("{side}: none."),
            false => format!("{side}: no drop; the lean of the trunk was not measured."),
        };
        return found + &contacts(limb);
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
    for flag in &limb.flags {
        if matches!(flag.code.as_ref(), "intermittent" | "alternating") {
            text.push_str(&format!(" {}", flag.message));
        }
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
