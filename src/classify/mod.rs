//! The decision model: from stride features to a finding per limb.
//!
//! In: measured strides (of one recording, or of all recordings of a session as blocks). Out:
//! [`LimbFinding`] per side — label, probabilities, excess with confidence interval, flags.
//!
//! * `features` — the five features per stride and limb
//! * `reference` — the level that a drop is measured from: standing, or the stride's own
//! * `rules` — DROP, LEAN, LEVEL and the table of labels
//! * `bootstrap` — how sure the label is
//! * `conditions` — whether the data are enough and comparable
//! * `mimics` — conditions that look like the pattern
//! * `prevalence` — shares of strides, patterns that come and go or change sides
//! * `decide` — the label, or why there is none
//! * `words` — the finding for a clinician

mod bootstrap;
mod conditions;
mod decide;
mod features;
mod mimics;
mod prevalence;
mod reference;
mod rules;
mod words;

use crate::recording::Side;

pub use prevalence::{Prevalence, Share};
pub use reference::Level;
pub use rules::{DecisionLines, decision_lines};
pub use words::{headline, in_words, runner_up, share_in_words};

/// Pattern of a limb's stance.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Neither drop nor lean.
    None,
    /// The pelvis drops on the other side, the trunk does not lean (Trendelenburg).
    Uncompensated,
    /// The trunk leans over the stance limb, the pelvis is level or raised (Duchenne).
    Compensated,
    /// Both.
    Mixed,
    /// The pelvis drops; without trunk data compensation is unknown.
    DropUnspecified,
    /// The data cannot tell.
    Indeterminate,
}

impl Label {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Label::None => "none",
            Label::Uncompensated => "uncompensated",
            Label::Compensated => "compensated",
            Label::Mixed => "mixed",
            Label::DropUnspecified => "drop-unspecified",
            Label::Indeterminate => "indeterminate",
        }
    }

    /// Name in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Label::None => "none",
            Label::Uncompensated => "uncompensated drop",
            Label::Compensated => "compensated (lean)",
            Label::Mixed => "mixed (drop and lean)",
            Label::DropUnspecified => "drop",
            Label::Indeterminate => "indeterminate",
        }
    }

    /// True for a pathological pattern that is stated as definite.
    pub fn is_positive(self) -> bool {
        !matches!(self, Label::None | Label::Indeterminate)
    }
}

/// How large the driving excess is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Mild.
    Mild,
    /// Moderate.
    Moderate,
    /// Severe.
    Severe,
}

impl Severity {
    /// Name as in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Mild => "mild",
            Severity::Moderate => "moderate",
            Severity::Severe => "severe",
        }
    }
}

/// A value with its 95 % bootstrap interval, degrees.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// Mean over strides.
    pub mean: f64,
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// What an excess is made of, degrees: mean over strides of the single-support means, and the norm.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    /// As measured, to the horizontal or vertical.
    pub measured: f64,
    /// Without the constant tilt or list of the whole stride: what the excess is made from.
    pub offset_free: f64,
    /// Mean of the norm at this speed.
    pub norm: f64,
    /// Where the constant comes from that `offset_free` is without.
    #[serde(default)]
    pub level: Level,
}

/// A flag on a limb: something that looks like the pattern, or that weakens the evidence.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Flag {
    /// Stable machine name in kebab case (`fixed-obliquity`, `hip-hike`, `few-strides`, …).
    pub code: std::borrow::Cow<'static, str>,
    /// True when it forbids a definite label.
    pub blocking: bool,
    /// One sentence with the numbers.
    pub message: String,
}

impl Flag {
    fn new(
        code: impl Into<std::borrow::Cow<'static, str>>,
        blocking: bool,
        message: String,
    ) -> Flag {
        Flag {
            code: code.into(),
            blocking,
            message,
        }
    }
}

/// The finding for one limb.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LimbFinding {
    /// The **stance** limb.
    pub side: Side,
    /// Number of strides used.
    pub strides: usize,
    /// The label.
    pub label: Label,
    /// Probability of each of none, uncompensated, compensated, mixed; `None` when there is
    /// nothing to decide with.
    pub probabilities: Option<Probabilities>,
    /// The two leading labels when indeterminate.
    pub leading: Option<(Label, Label)>,
    /// Severity of the driving excess, for positive labels.
    pub severity: Option<Severity>,
    /// Strides that satisfy the label's indicator by themselves, of all used.
    pub consistency: Option<(usize, usize)>,
    /// Shares of the strides that drop or lean by themselves; `None` without strides.
    #[serde(default)]
    pub prevalence: Option<Prevalence>,
    /// Whether the knee's frontal-plane angle may be interpreted; `None` without knee angles.
    #[serde(default)]
    pub knee: Option<KneeTrust>,
    /// Excess of the offset-free single-support drop over the norm.
    pub drop_excess_deg: Option<Interval>,
    /// Excess of the offset-free single-support lean over the norm.
    pub lean_excess_deg: Option<Interval>,
    /// What the drop excess is made of; `None` in results of earlier versions.
    #[serde(default)]
    pub drop_terms: Option<Terms>,
    /// What the lean excess is made of.
    #[serde(default)]
    pub lean_terms: Option<Terms>,
    /// The drop excess in between-subject SDs of the norm.
    #[serde(default)]
    pub drop_z: Option<f64>,
    /// The lean excess in between-subject SDs of the norm.
    #[serde(default)]
    pub lean_z: Option<f64>,
    /// Mean speed v/√(g·leg) and the norm it was compared with, in words.
    pub norm_used: String,
    /// Flags.
    pub flags: Vec<Flag>,
}

/// Label probabilities of a limb; they sum to 1. Without trunk data `uncompensated` is the
/// probability of a drop and the last two are 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Probabilities {
    /// Neither.
    pub none: f64,
    /// Drop only.
    pub uncompensated: f64,
    /// Lean only.
    pub compensated: f64,
    /// Both.
    pub mixed: f64,
}

impl Probabilities {
    /// Probability of a label; `None` for an indeterminate finding, which has none.
    pub fn of(&self, label: Label) -> Option<f64> {
        match label {
            Label::None => Some(self.none),
            Label::Uncompensated | Label::DropUnspecified => Some(self.uncompensated),
            Label::Compensated => Some(self.compensated),
            Label::Mixed => Some(self.mixed),
            Label::Indeterminate => None,
        }
    }
}

use crate::events::Confidence;
use crate::metrics::{KneeTrust, StandingPosture, StrideEvidence, StrideMetrics};
use crate::norms::Norms;
use crate::recording::{PerSide, SubjectFacts, Warning};
use crate::settings::Settings;
use crate::strides::Stride;

/// What the model needs of one used stride.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrideFeatures {
    /// The stance limb.
    pub side: Side,
    /// When it begins, seconds.
    pub start_s: f64,
    /// Its metrics.
    pub metrics: StrideMetrics,
    /// Further evidence.
    pub evidence: StrideEvidence,
    /// Confidence of its events.
    pub events_confidence: Confidence,
}

impl StrideFeatures {
    /// What the model needs of a stride, `None` when the stride is not used.
    pub fn of(
        stride: &Stride,
        metrics: &StrideMetrics,
        evidence: &StrideEvidence,
    ) -> Option<StrideFeatures> {
        stride.exclusion.is_none().then_some(StrideFeatures {
            side: stride.side,
            start_s: stride.start_s,
            metrics: *metrics,
            evidence: *evidence,
            events_confidence: stride.events_confidence,
        })
    }

    /// The same without the frontal angle of the knee, which inertial sensors without a
    /// magnetometer only guess.
    pub fn without_knee(mut self) -> StrideFeatures {
        self.metrics.knee_valgus_peak_deg = None;
        self.metrics.knee_valgus_ss_deg = None;
        self.metrics.fppa_peak_deg = None;
        self.evidence.knee_cross_talk_r2 = None;
        self.evidence.knee_varus_range_deg = None;
        self
    }
}

/// How the angles were measured: sets the measurement error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measurement {
    /// Skin markers.
    Optical,
    /// Inertial sensors.
    Inertial,
    /// Markerless or two-dimensional.
    Markerless,
}

/// What is known about the recordings beside their strides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Background {
    /// What is known of the person and the walk (a walking aid or a load blocks a definite label).
    pub facts: SubjectFacts,
    /// What the limbs are compared with.
    pub norms: Norms,
    /// Warnings of the earlier stages; those that [`blocks_a_label`] names forbid a definite label.
    pub warnings: Vec<Warning>,
}

/// True for a warning that forbids a label: no side can be named with certainty, or the pelvis
/// markers do not keep their distance.
pub fn blocks_a_label(warning: &Warning) -> bool {
    sides_in_doubt(warning) || mimics::pelvis_not_rigid(warning)
}

/// The markers or events of left and right look exchanged, the subject walks backwards (then heel
/// and toe change their parts), or a lone sensor on the lower back told the sides.
fn sides_in_doubt(warning: &Warning) -> bool {
    matches!(
        warning.code.as_ref(),
        "sides-swapped"
            | "walking-backwards"
            | "event-sides-swapped"
            | crate::events::SIDES_PROVISIONAL
    )
}

/// Classifies both limbs from the **used** strides of one recording (one block) or of several
/// recordings of a session (one block each; the bootstrap resamples blocks, then strides in them).
pub fn classify(
    blocks: &[Vec<StrideFeatures>],
    standing: Option<&StandingPosture>,
    measurement: Measurement,
    background: &Background,
    settings: &Settings,
) -> PerSide<LimbFinding> {
    let reference = reference::Reference::new(blocks, standing, &settings.classify);
    let limbs = decide::limbs(blocks, &reference, settings);
    let circumstances = decide::Circumstances {
        standing,
        reference,
        measurement,
        background,
        settings,
    };
    let mut findings = PerSide::from_fn(|side| {
        decide::decide(&limbs[side], &limbs[side.opposite()], &circumstances)
    });
    decide::alternating(&mut findings, &limbs, &circumstances);
    findings
}

#[cfg(test)]
mod tests;
