//! The finding of one limb as the page shows it: label, how much, how sure, what else.
//!
//! In: [`LimbFinding`], the settings, and the used strides' means. Out: [`LimbCard`].

use crate::classify::{Label, LimbFinding, Probabilities};
use crate::settings::Settings;
use serde::Serialize;

use super::answers::{consistency, leading_labels};
use super::excess::{Excess, drop_excess, lean_excess};
use super::language::Language;
use super::words;

/// A finding, ready for the page.
#[derive(Debug, Clone, Serialize)]
pub struct LimbCard {
    /// `left` or `right`: the stance limb.
    pub side: &'static str,
    /// `Left stance`.
    pub title: String,
    /// The label.
    pub chip: Chip,
    /// Number of strides used.
    pub strides: String,
    /// `8 of 9 strides show it`; empty when there is none.
    pub consistency: String,
    /// One entry per used stride, true for those that show it; empty for many strides.
    pub dots: Vec<bool>,
    /// Why there is no label, for an indeterminate finding; else empty.
    pub withheld: String,
    /// Which patterns lead all the same.
    pub undecided: String,
    /// Drop and lean.
    pub excesses: Vec<Excess>,
    /// Probability of each pattern.
    pub probabilities: Vec<Share>,
    /// What else it could be, and what weakens the evidence.
    pub flags: Vec<FlagView>,
    /// Speed and norm in words.
    pub norm_used: String,
}

/// A label as shown everywhere.
#[derive(Debug, Clone, Serialize)]
pub struct Chip {
    /// Name as in the tables.
    pub name: &'static str,
    /// Title.
    pub title: String,
    /// Where space is short.
    pub short: String,
    /// Usual name.
    pub gloss: String,
    /// False when the pictogram must not show a trunk.
    pub trunk: bool,
    /// True for a definite pathological pattern.
    pub positive: bool,
    /// `left` or `right`: the stance limb of the pictogram.
    pub side: &'static str,
    /// Probability of this label; empty when there is none.
    pub probability: String,
    /// `mild`, `moderate`, `severe` or empty.
    pub severity: String,
}

/// One pattern's probability.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// Name in words.
    pub title: String,
    /// `93 %`.
    pub text: String,
    /// 0–100 for the bar.
    pub width: String,
}

/// A flag.
#[derive(Debug, Clone, Serialize)]
pub struct FlagView {
    /// Heading.
    pub title: String,
    /// What it is, in the reader's language; empty for one that is not known.
    pub meaning: String,
    /// Machine name.
    pub code: String,
    /// One sentence with the numbers, as the analysis wrote it.
    pub message: String,
    /// True when it forbids a definite label.
    pub blocking: bool,
}

/// Consistency is drawn as dots up to this many strides.
const DOTS_MAX: usize = 24;

impl LimbCard {
    /// The card of `finding`.
    pub fn of(finding: &LimbFinding, settings: &Settings, lang: &Language) -> LimbCard {
        let side = finding.side;
        let dots = match finding.consistency {
            Some((n, of)) if finding.label.is_positive() && of <= DOTS_MAX => {
                (0..of).map(|i| i < n).collect()
            }
            _ => Vec::new(),
        };
        LimbCard {
            side: side.name(),
            title: words::stance(lang, side),
            chip: Chip::of(finding, lang),
            strides: lang.count(finding.strides, "count.strides-used"),
            consistency: consistency(finding, lang).unwrap_or_default(),
            dots,
            withheld: withheld(finding, lang),
            undecided: match finding.label {
                Label::Indeterminate => leading_labels(finding, lang),
                _ => String::new(),
            },
            excesses: vec![
                drop_excess(finding, settings, lang),
                lean_excess(finding, settings, lang),
            ],
            probabilities: finding
                .probabilities
                .map(|p| shares(finding, &p, lang))
                .unwrap_or_default(),
            flags: finding
                .flags
                .iter()
                .map(|flag| FlagView::of(flag, lang))
                .collect(),
            norm_used: words::clip(&finding.norm_used, 400),
        }
    }
}

/// Why no label is given; empty for a definite label.
fn withheld(finding: &LimbFinding, lang: &Language) -> String {
    if finding.label != Label::Indeterminate {
        return String::new();
    }
    let reasons: Vec<String> = finding
        .flags
        .iter()
        .filter(|flag| flag.blocking)
        .map(|flag| words::code_title(lang, &flag.code).to_lowercase())
        .collect();
    match reasons.is_empty() {
        true => lang.say("limb.withheld"),
        false => lang.fill(
            "limb.withheld-because",
            &[("reasons", &words::clip(&reasons.join(", "), 400))],
        ),
    }
}

impl FlagView {
    fn of(flag: &crate::classify::Flag, lang: &Language) -> FlagView {
        FlagView {
            title: words::code_title(lang, &flag.code),
            meaning: lang
                .known(&format!("flag.{}.meaning", flag.code))
                .unwrap_or_default()
                .to_owned(),
            code: words::clip(&flag.code, 80),
            message: words::clip(&flag.message, 600),
            blocking: flag.blocking,
        }
    }
}

impl Chip {
    /// The chip of `finding`.
    pub fn of(finding: &LimbFinding, lang: &Language) -> Chip {
        let trunk = finding.lean_excess_deg.is_some();
        let p = finding.probabilities.and_then(|p| p.of(finding.label));
        Chip {
            name: finding.label.name(),
            title: words::label(lang, finding.label, trunk),
            short: words::label_short(lang, finding.label, trunk),
            trunk,
            gloss: words::label_gloss(lang, finding.label, trunk),
            positive: finding.label.is_positive(),
            side: finding.side.name(),
            probability: p.map(|p| lang.share(p)).unwrap_or_default(),
            severity: finding
                .severity
                .map_or_else(String::new, |s| words::severity(lang, s)),
        }
    }
}

fn shares(finding: &LimbFinding, p: &Probabilities, lang: &Language) -> Vec<Share> {
    let share = |key: &str, value: f64| Share {
        title: lang.say(key),
        text: lang.share(value),
        width: format!("{:.1}", (100.0 * value).clamp(0.0, 100.0)),
    };
    if finding.lean_excess_deg.is_none() {
        return vec![
            share("share.no-drop", p.none),
            share("share.drop", p.uncompensated),
        ];
    }
    vec![
        share("share.none", p.none),
        share("share.uncompensated", p.uncompensated),
        share("share.compensated", p.compensated),
        share("share.mixed", p.mixed),
    ]
}

/// The cards of `limbs`.
pub fn cards(limbs: &[&LimbFinding], settings: &Settings, lang: &Language) -> Vec<LimbCard> {
    limbs
        .iter()
        .map(|finding| LimbCard::of(finding, settings, lang))
        .collect()
}
