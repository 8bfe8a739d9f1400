//! The crisp rules: which features make a drop, a lean, a level pelvis, and which label follows.
//!
//! In: the features of a limb (one stride, or a mean over strides), the norms, the opposite limb's
//! features. Out: [`Indicators`] and a [`Label`].
//!
//! # What it measures
//! Whether the pelvis drops on the swing side through single support (DROP), whether the trunk
//! leans over the stance limb (LEAN), and whether the pelvis stays level or is even raised.
//!
//! # How
//! With D the single-support drop, D′ the same without the constant obliquity of the stride, P′
//! the offset-free peak drop, L and L′ the lean likewise, μ and σ the speed-matched norm:
//!
//! * DROP = D′ > μ′ + z·σ′ and P′ > μ′ₚ + (z−1)·σ′ₚ and D > μ + z_raw·σ and D ≥ floor
//! * LEAN = L′ > μ′ + z·σ′ and L > μ + z_raw·σ and L ≥ floor
//! * LEVEL = D′ ≤ μ′ + z_level·σ′, ELEVATED = D′ ≤ μ′ − z_level·σ′
//!
//! | DROP | LEAN | label |
//! |---|---|---|
//! | no | no | none |
//! | yes | no | uncompensated |
//! | no | yes, pelvis LEVEL | compensated |
//! | yes | yes | mixed |
//! | no | yes, pelvis not LEVEL | mixed |
//!
//! Raw and offset-free features must both pass: the raw one alone fires on a leg-length
//! difference, a misplaced marker or a trunk list, the offset-free one alone on what the offset
//! itself gets wrong. All are compared as best estimates from both limbs:
//!
//! * The offset is the tilt that both limbs share, but a share λ of a one-sided drop or lurch is
//!   still there at the double-support midpoints that give it. So a lurch is measured too small on
//!   its own limb and appears on the opposite one. With e and e° the offset-free means of this limb
//!   and the opposite one, the means that explain both are e + κ·(e − e°) and its mirror,
//!   κ = λ/(1 − 2λ) (κ = 0 for a drop measured from standing): the trunk is judged against its own mid-line, each limb in its own window.
//! * What is compared with the floor holds only the share ς of the constant tilt that is the
//!   person's — the rest is marker placement: D = D′ + ς·(D measured − D′), L likewise. The norm is
//!   compared with D and L as they were measured.
//!
//! # Why it matters
//! Drop alone is a poor sign — healthy walking drops 3–5° at its peak — and hip patients often
//! drop *less* while the trunk lurches: both must be asked for, and how they go together.
//!
//! # Limits
//! The floors are clinical judgement, not validated cut-offs. Kinematics show a pattern, not
//! muscle strength.
//!
//! # References
//! Hardcastle & Nade 1985; Krautwurst 2013; Salami 2017 (definition of the Duchenne pattern);
//! Reininga 2012 (reduced pelvic with increased trunk motion); Schwartz 2008 (norms).

use super::Label;
use super::features::Features;
use super::reference::Level;
use crate::norms::FeatureNorms;
use crate::settings::{ClassifySettings, Mode};

/// What the features of a limb satisfy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicators {
    /// The pelvis drops on the swing side.
    pub drop: bool,
    /// The trunk leans over the stance limb; false without trunk data.
    pub lean: bool,
    /// The pelvis does not drop.
    pub level: bool,
    /// The pelvis is raised on the swing side.
    pub elevated: bool,
    /// The raw drop satisfies its part of DROP (whatever the offset-free ones do).
    pub drop_raw_only: bool,
    /// The raw lean satisfies its part of LEAN, the offset-free one does not.
    pub lean_raw_only: bool,
}

impl Indicators {
    /// The label that follows.
    pub fn label(self) -> Label {
        match (self.drop, self.lean) {
            (false, false) => Label::None,
            (true, false) => Label::Uncompensated,
            (false, true) if self.level => Label::Compensated,
            (_, true) => Label::Mixed,
        }
    }
}

/// Least value of a feature: strictly above `above` and at least `floor`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Least {
    above: f64,
    floor: f64,
}

impl Least {
    fn above(above: f64) -> Least {
        Least {
            above,
            floor: f64::NEG_INFINITY,
        }
    }

    fn at_least(floor: f64) -> Least {
        Least {
            above: f64::NEG_INFINITY,
            floor,
        }
    }

    /// False for NaN.
    fn met(self, value: f64) -> bool {
        self.exceeded(value) && self.reached(value)
    }

    fn exceeded(self, value: f64) -> bool {
        value > self.above
    }

    fn reached(self, value: f64) -> bool {
        value >= self.floor
    }
}

/// Where the offset-free features change the label, degrees: the borders that can be drawn. The
/// peak and the raw features have borders of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecisionLines {
    /// More single-support drop than this is a drop.
    pub drop_deg: f64,
    /// More single-support lean than this is a lean.
    pub lean_deg: f64,
    /// Up to this drop the pelvis counts as level.
    pub level_deg: f64,
}

/// The [`DecisionLines`] of one mode at one speed.
pub fn decision_lines(norms: &FeatureNorms, settings: &ClassifySettings) -> DecisionLines {
    let rules = Rules::new(norms, Level::Stride, settings);
    let border = |least: Least| least.above.max(least.floor);
    DecisionLines {
        drop_deg: border(rules.drop),
        lean_deg: border(rules.lean),
        level_deg: rules.level_max,
    }
}

/// The thresholds of one mode at one speed, ready to compare with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    drop_raw: Least,
    drop: Least,
    drop_peak: Least,
    lean_raw: Least,
    lean: Least,
    level_max: f64,
    elevated_max: f64,
    /// κ of the drop and of the lean.
    leak: (f64, f64),
    /// ς of the raw features.
    constant_share: f64,
}

impl Rules {
    /// Thresholds from norms and settings; the mode `absolute` does not use the norms.
    pub fn new(norms: &FeatureNorms, level: Level, settings: &ClassifySettings) -> Rules {
        let kappa = |share: f64| share / (1.0 - 2.0 * share);
        let leak = (
            match level {
                Level::Stride => kappa(settings.leak_share_drop),
                Level::Standing => 0.0,
            },
            kappa(settings.leak_share_lean),
        );
        let z = match settings.mode {
            Mode::Clinical => settings.z,
            Mode::Sensitive => settings.z_sensitive,
            Mode::Specific => settings.z_specific,
            Mode::Absolute => return Rules::absolute(settings, leak),
        };
        let (drop, peak, lean) = (norms.drop, norms.drop_peak, norms.lean);
        Rules {
            drop_raw: Least {
                above: norms.drop_raw.mean + settings.z_raw * norms.drop_raw.sd,
                floor: settings.drop_floor_deg,
            },
            drop: Least::above(drop.mean + z * drop.sd),
            drop_peak: Least::above(peak.mean + (z - 1.0) * peak.sd),
            lean_raw: Least {
                above: norms.lean_raw.mean + settings.z_raw * norms.lean_raw.sd,
                floor: settings.lean_floor_deg,
            },
            lean: Least::above(lean.mean + z * lean.sd),
            level_max: drop.mean + settings.z_level * drop.sd,
            elevated_max: drop.mean - settings.z_level * drop.sd,
            leak,
            constant_share: settings.constant_share,
        }
    }

    /// Fixed degrees for populations without norms: raw and offset-free alike; every pelvis that
    /// does not drop is level.
    fn absolute(settings: &ClassifySettings, leak: (f64, f64)) -> Rules {
        let drop = Least::at_least(settings.absolute_drop_deg);
        let lean = Least::at_least(settings.absolute_lean_deg);
        Rules {
            drop_raw: drop,
            drop,
            drop_peak: Least::above(f64::NEG_INFINITY),
            lean_raw: lean,
            lean,
            level_max: settings.absolute_drop_deg,
            elevated_max: f64::NEG_INFINITY,
            leak,
            constant_share: 1.0,
        }
    }

    /// Best estimates of a limb's features, given the `opposite` limb's means (NaN = unknown).
    pub fn estimate(&self, own: &Features, opposite: &Features) -> Features {
        let put_back = |own: f64, opposite: f64, leak: f64| match opposite.is_nan() {
            true => 0.0,
            false => leak * (own - opposite),
        };
        let drop_back = put_back(own.drop, opposite.drop, self.leak.0);
        let lean_back = put_back(own.lean, opposite.lean, self.leak.1);
        let (drop, lean) = (own.drop + drop_back, own.lean + lean_back);
        Features {
            drop_raw: drop + self.constant_share * (own.drop_raw - drop),
            drop,
            drop_peak: own.drop_peak + drop_back,
            lean_raw: lean + self.constant_share * (own.lean_raw - lean),
            lean,
        }
    }

    /// What a limb's `measured` features and the `estimate` made from them satisfy.
    ///
    /// A raw feature that alone is large is judged as it was measured: a constant tilt is a reason
    /// to hold back whether it is the person's or a marker's.
    pub fn met(&self, measured: &Features, estimate: &Features) -> Indicators {
        let raw_drop = self.drop_raw.exceeded(measured.drop_raw);
        let free_drop = self.drop.met(estimate.drop);
        let drop = raw_drop
            && self.drop_raw.reached(estimate.drop_raw)
            && free_drop
            && self.drop_peak.met(estimate.drop_peak);
        let raw_lean = self.lean_raw.exceeded(measured.lean_raw);
        let free_lean = self.lean.met(estimate.lean);
        Indicators {
            drop,
            lean: raw_lean && self.lean_raw.reached(estimate.lean_raw) && free_lean,
            level: estimate.drop <= self.level_max && !drop,
            elevated: estimate.drop <= self.elevated_max,
            drop_raw_only: self.drop_raw.met(measured.drop_raw) && !free_drop,
            lean_raw_only: self.lean_raw.met(measured.lean_raw) && !free_lean,
        }
    }

    /// What `own` features satisfy, given the `opposite` limb's mean features (NaN = unknown).
    pub fn indicators(&self, own: &Features, opposite: &Features) -> Indicators {
        self.met(own, &self.estimate(own, opposite))
    }
}
