//! What is read first: which side, how much, how sure, compensated or not, what else it could be.
//!
//! In: the findings of both limbs. Out: a headline and five answers, in sentences made from the
//! numbers of the findings and from nothing else.

use serde::Serialize;

use super::excess::{more_or_less, range};
use super::language::Language;
use super::words;
use crate::classify::{Interval, Label, LimbFinding, Share, runner_up};

/// One question with its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// The answer, a sentence per limb where the limbs differ.
    pub sentences: Vec<String>,
}

/// Headline and answers.
#[derive(Debug, Clone, Serialize)]
pub struct Answers {
    /// One or two sentences.
    pub headline: String,
    /// In the order they are asked.
    pub answers: Vec<Answer>,
}

impl Answers {
    /// The headline alone.
    pub fn headline(limbs: &[&LimbFinding], lang: &Language) -> String {
        headline(limbs, &leading(limbs), lang)
    }

    /// The answers about `limbs` (left before right).
    pub fn of(limbs: &[&LimbFinding], lang: &Language) -> Answers {
        let lead = leading(limbs);
        let answer = |key: &str, sentences: Vec<String>| Answer {
            question: lang.say(&format!("answer.{key}.question")),
            sentences: sentences.into_iter().filter(|s| !s.is_empty()).collect(),
        };
        // sides are named where more than one limb is spoken of
        let each = |say: &dyn Fn(&LimbFinding) -> String| -> Vec<String> {
            lead.iter()
                .map(|limb| match (lead.len(), say(limb)) {
                    (_, text) if text.is_empty() => text,
                    (1, text) => text,
                    (_, text) => {
                        let side = words::stance(lang, limb.side);
                        lang.fill("answer.of-side", &[("side", &side), ("text", &text)])
                    }
                })
                .collect()
        };
        Answers {
            headline: headline(limbs, &lead, lang),
            answers: vec![
                answer("which", which(limbs, &lead, lang)),
                answer("much", each(&|limb| how_much(limb, lang))),
                answer("sure", each(&|limb| how_sure(limb, lang))),
                answer("compensated", each(&|limb| compensated(limb, lang))),
                answer("else", each(&|limb| what_else(limb, lang))),
            ],
        }
    }
}

fn trunk(limb: &LimbFinding) -> bool {
    limb.lean_excess_deg.is_some()
}

/// The limbs the page speaks of: those with a pattern, the larger first; else all.
fn leading<'a>(limbs: &[&'a LimbFinding]) -> Vec<&'a LimbFinding> {
    let size = |limb: &LimbFinding| {
        let mean = |i: Option<Interval>| i.map_or(f64::NEG_INFINITY, |i| i.mean);
        mean(limb.drop_excess_deg).max(mean(limb.lean_excess_deg))
    };
    let mut lead: Vec<&LimbFinding> = limbs
        .iter()
        .copied()
        .filter(|limb| limb.label.is_positive())
        .collect();
    lead.sort_by(|a, b| size(b).total_cmp(&size(a)));
    if lead.is_empty() {
        lead = limbs.to_vec();
    }
    lead
}

fn sentence(limb: &LimbFinding, lang: &Language) -> String {
    words::label_sentence(lang, limb.label, trunk(limb), limb.side)
}

fn headline(limbs: &[&LimbFinding], lead: &[&LimbFinding], lang: &Language) -> String {
    let all = |label| limbs.len() > 1 && limbs.iter().all(|limb| limb.label == label);
    if all(Label::None) {
        return match limbs.iter().all(|limb| trunk(limb)) {
            true => lang.say("headline.neither"),
            false => lang.say("headline.neither-no-trunk"),
        };
    }
    if all(Label::Indeterminate) {
        return lang.say("headline.unknown");
    }
    let positive = lead.iter().any(|limb| limb.label.is_positive());
    let sentences: Vec<String> = lead.iter().map(|limb| sentence(limb, lang)).collect();
    match (positive, lead.len()) {
        (true, 2) => format!("{} {}", lang.say("headline.both"), sentences.join(" ")),
        _ => sentences.join(" "),
    }
}

/// Which side, and what the other one does.
fn which(limbs: &[&LimbFinding], lead: &[&LimbFinding], lang: &Language) -> Vec<String> {
    if !lead.iter().any(|limb| limb.label.is_positive()) {
        let all_none = limbs.iter().all(|limb| limb.label == Label::None);
        return match all_none {
            true => vec![lang.say("answer.which.neither")],
            false => limbs.iter().map(|limb| sentence(limb, lang)).collect(),
        };
    }
    let mut said: Vec<String> = lead
        .iter()
        .map(|limb| lang.sided("answer.which.is", limb.side))
        .collect();
    let others = limbs.iter().filter(|limb| !limb.label.is_positive());
    said.extend(others.map(|limb| sentence(limb, lang)));
    said
}

/// `The pelvis drops 5.7° more than the norm (95 % interval 4.0° to 7.3°)`.
fn amount(key: &str, interval: Interval, lang: &Language) -> String {
    let text = lang.fill(
        key,
        &[
            ("more", &more_or_less(interval.mean, lang)),
            ("range", &range(&interval, lang)),
        ],
    );
    match interval.low <= 0.0 && interval.high >= 0.0 {
        true => format!("{text} {}", lang.say("answer.much.within")),
        false => text,
    }
}

/// How far a limb lies from the norm, a sentence each; `None` where it was not measured.
struct Amounts {
    drop: Option<String>,
    lean: Option<String>,
}

impl Amounts {
    fn of(limb: &LimbFinding, lang: &Language) -> Amounts {
        let said = |key: &str, excess: Option<Interval>| excess.map(|e| amount(key, e, lang));
        Amounts {
            drop: said("answer.much.drop", limb.drop_excess_deg),
            lean: said("answer.much.lean", limb.lean_excess_deg),
        }
    }
}

fn how_much(limb: &LimbFinding, lang: &Language) -> String {
    let Amounts { drop, lean } = Amounts::of(limb, lang);
    let severity = limb.severity.map(|severity| {
        let name = words::severity(lang, severity);
        lang.fill("answer.much.severity", &[("severity", &name)])
    });
    let parts: Vec<String> = match limb.label {
        Label::Compensated => lean.into_iter().chain(severity).collect(),
        Label::Uncompensated | Label::DropUnspecified => drop.into_iter().chain(severity).collect(),
        _ => drop.into_iter().chain(lean).chain(severity).collect(),
    };
    parts.join(" ")
}

fn how_sure(limb: &LimbFinding, lang: &Language) -> String {
    let strides = lang.count(limb.strides, "count.strides");
    let p = limb.probabilities.and_then(|p| p.of(limb.label));
    let mut text = match p {
        Some(p) => lang.fill(
            "answer.sure.probability",
            &[("p", &lang.share(p)), ("strides", &strides)],
        ),
        None => lang.fill("answer.sure.none", &[("strides", &strides)]),
    };
    if let Some(consistency) = consistency(limb, lang) {
        text.push(' ');
        text.push_str(&consistency);
    }
    if limb.label == Label::Indeterminate {
        text.push(' ');
        text.push_str(&leading_labels(limb, lang));
    }
    text.trim_end().to_owned()
}

/// How many strides show a stated pattern by themselves, with the interval of that share.
pub fn consistency(limb: &LimbFinding, lang: &Language) -> Option<String> {
    let (n, of) = limb.consistency.filter(|_| limb.label.is_positive())?;
    let share = Share::wilson(n, of);
    Some(lang.fill(
        "answer.sure.consistency",
        &[
            ("n", &n.to_string()),
            ("strides", &lang.count(of, "count.strides")),
            ("low", &lang.share(share.low)),
            ("high", &lang.share(share.high)),
        ],
    ))
}

/// Which patterns an indeterminate limb's movement fits best.
pub fn leading_labels(limb: &LimbFinding, lang: &Language) -> String {
    let Some((first, _)) = limb.leading else {
        return String::new();
    };
    // shares of the draws are not given here: a withheld label has no probability
    let name = |label: Label| words::label(lang, label, trunk(limb)).to_lowercase();
    match runner_up(limb) {
        Some(second) => lang.fill(
            "answer.sure.leading-two",
            &[("first", &name(first)), ("second", &name(second))],
        ),
        None => lang.fill("answer.sure.leading", &[("first", &name(first))]),
    }
}

fn compensated(limb: &LimbFinding, lang: &Language) -> String {
    let Amounts { drop, lean } = Amounts::of(limb, lang);
    let (key, evidence) = match limb.label {
        Label::Uncompensated => ("answer.compensated.no", lean),
        Label::Compensated => ("answer.compensated.yes", drop),
        Label::Mixed => ("answer.compensated.partly", lean),
        _ if !trunk(limb) => ("answer.compensated.unknown", None),
        Label::None => ("answer.compensated.nothing", None),
        _ => ("answer.compensated.undecided", None),
    };
    let mut text = lang.say(key);
    if let Some(evidence) = evidence {
        text.push(' ');
        text.push_str(&evidence);
    }
    text
}

fn what_else(limb: &LimbFinding, lang: &Language) -> String {
    let titles: Vec<String> = limb
        .flags
        .iter()
        .map(|flag| words::code_title(lang, &flag.code))
        .collect();
    match titles.is_empty() {
        true => lang.say("answer.else.none"),
        false => lang.fill("answer.else.some", &[("flags", &titles.join(" · "))]),
    }
}
