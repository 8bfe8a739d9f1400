//! The finding of one limb as the page shows it: label, how much, how sure, what else.
//!
//! In: [`LimbFinding`], the settings, and the used strides' means. Out: [`LimbCard`].

use crate::classify::{Label, LimbFinding, Probabilities, runner_up, share_in_words};
use crate::recording::Side;
use crate::settings::Settings;
use serde::Serialize;

use super::excess::{Excess, drop_excess, lean_excess};
use super::number::count;
use super::posture::PostureView;
use super::words;

/// A finding, ready for the page.
#[derive(Debug, Clone, Serialize)]
pub struct LimbCard {
    /// `left` or `right`: the stance limb.
    pub side: &'static str,
    /// `Left stance`.
    pub title: String,
    /// The other side's name, the one that drops.
    pub opposite: &'static str,
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
    /// The body in this limb's single support; `None` when the pelvis was not measured.
    pub posture: Option<PostureView>,
}

/// A label as shown everywhere.
#[derive(Debug, Clone, Serialize)]
pub struct Chip {
    /// Name as in the tables.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Where space is short.
    pub short: &'static str,
    /// Usual name.
    pub gloss: &'static str,
    /// False when the pictogram must not show a trunk.
    pub trunk: bool,
    /// True for a definite pathological pattern.
    pub positive: bool,
    /// `left` or `right`: the stance limb of the pictogram.
    pub side: &'static str,
    /// Probability of this label; empty when there is none.
    pub probability: String,
    /// `mild`, `moderate`, `severe` or empty.
    pub severity: &'static str,
}

/// One pattern's probability.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// Name in words.
    pub title: &'static str,
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
    /// Machine name.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// True when it forbids a definite label.
    pub blocking: bool,
}

/// Consistency is drawn as dots up to this many strides.
const DOTS_MAX: usize = 24;

impl LimbCard {
    /// The card of `finding`.
    pub fn of(
        finding: &LimbFinding,
        settings: &Settings,
        posture: Option<PostureView>,
    ) -> LimbCard {
        let side = finding.side;
        let (mut consistency, mut dots) = (String::new(), Vec::new());
        if let (Some((n, of)), true) = (finding.consistency, finding.label.is_positive()) {
            consistency = format!(
                "{n} of {} show it on their own",
                count(of, "stride", "strides")
            );
            if of <= DOTS_MAX {
                dots = (0..of).map(|i| i < n).collect();
            }
        }
        let (withheld, undecided) = withheld(finding);
        LimbCard {
            side: side.name(),
            title: format!("{} stance", words::side_title(side)),
            opposite: side.opposite().name(),
            chip: Chip::of(finding),
            strides: count(finding.strides, "stride", "strides"),
            consistency,
            dots,
            withheld,
            undecided,
            excesses: vec![
                drop_excess(finding, settings),
                lean_excess(finding, settings),
            ],
            probabilities: finding
                .probabilities
                .map(|p| shares(finding, &p))
                .unwrap_or_default(),
            flags: finding.flags.iter().map(FlagView::of).collect(),
            norm_used: words::clip(&finding.norm_used, 400),
            posture,
        }
    }
}

/// Why no label is given, and what leads all the same; empty for a definite label.
fn withheld(finding: &LimbFinding) -> (String, String) {
    if finding.label != Label::Indeterminate {
        return Default::default();
    }
    let reasons: Vec<String> = finding
        .flags
        .iter()
        .filter(|flag| flag.blocking)
        .map(|flag| words::from_code(&flag.code).to_lowercase())
        .collect();
    let why = match reasons.is_empty() {
        true => "Label withheld: the data cannot tell.".to_owned(),
        false => format!("Label withheld because of: {}.", reasons.join(", ")),
    };
    let leading = finding.leading.map_or_else(String::new, |(first, _)| {
        let next = runner_up(finding).map(|second| format!(", next {}", second.words()));
        format!(
            "The movement alone fits best: {}{}.",
            first.words(),
            next.unwrap_or_default()
        )
    });
    (words::clip(&why, 400), leading)
}

impl FlagView {
    fn of(flag: &crate::classify::Flag) -> FlagView {
        FlagView {
            title: words::clip(&words::from_code(&flag.code), 80),
            code: words::clip(&flag.code, 80),
            message: words::clip(&flag.message, 600),
            blocking: flag.blocking,
        }
    }
}

impl Chip {
    /// The chip of `finding`.
    pub fn of(finding: &LimbFinding) -> Chip {
        let trunk = finding.lean_excess_deg.is_some();
        let (title, gloss) = words::label(finding.label, trunk);
        let p = finding.probabilities.and_then(|p| p.of(finding.label));
        Chip {
            name: finding.label.name(),
            title,
            short: words::label_short(finding.label, trunk),
            trunk,
            gloss,
            positive: finding.label.is_positive(),
            side: finding.side.name(),
            probability: p.map(share_in_words).unwrap_or_default(),
            severity: finding.severity.map_or("", |s| s.name()),
        }
    }
}

fn shares(finding: &LimbFinding, p: &Probabilities) -> Vec<Share> {
    let share = |title, value: f64| Share {
        title,
        text: share_in_words(value),
        width: format!("{:.1}", (100.0 * value).clamp(0.0, 100.0)),
    };
    if finding.lean_excess_deg.is_none() {
        return vec![share("no drop", p.none), share("drop", p.uncompensated)];
    }
    vec![
        share("neither", p.none),
        share("drop, uncompensated", p.uncompensated),
        share("lean, compensated", p.compensated),
        share("drop and lean, mixed", p.mixed),
    ]
}

/// The cards of `limbs`.
pub fn cards(
    limbs: &[&LimbFinding],
    settings: &Settings,
    mut posture: impl FnMut(Side) -> Option<PostureView>,
) -> Vec<LimbCard> {
    limbs
        .iter()
        .map(|finding| LimbCard::of(finding, settings, posture(finding.side)))
        .collect()
}
