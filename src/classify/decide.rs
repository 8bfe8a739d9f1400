//! The decision about one limb: enough data? sure enough? anything that forbids a label?
//!
//! In: both limbs' strides, standing posture, settings. Out: [`LimbFinding`].
//!
//! # What it measures
//! Which pattern the limb's stance shows, or that the data cannot tell, and why.
//!
//! # How
//! 1. Fewer strides than `strides_few`: no label.
//! 2. The most frequent label of the bootstrap wins if its share reaches `probability_min`
//!    (`probability_min_few` with fewer than `strides_min` strides).
//! 3. A walking aid, events of low confidence, a speed without norms or a blocking mimic forbid a
//!    label. Without trunk data the label is none or a drop of unknown compensation.
//!
//! Every abstention carries a flag that says why, and the two leading labels.
//!
//! # Why it matters
//! A wrong label harms someone; "cannot tell, because …" does not.
//!
//! # Limits
//! Severity bands (of the offset-free excess that is reported) are clinical judgement; no
//! validated cut-offs exist. Not clinically validated: no labelled recordings are public.
//!
//! # References
//! Rules and thresholds are this project's, calibrated on twelve healthy children and synthetic
//! gait; Schwartz 2008 (norms).

use super::bootstrap::{Bootstrap, MeasurementSd, bootstrap};
use super::conditions::{background_flags, circumstance_flags, doubt, strides_flags};
use super::mimics::{self, Case, Limb};
use super::prevalence;
use super::reference::Reference;
use super::rules::{Indicators, Rules};
use super::{
    Background, Interval, Label, Level, LimbFinding, Measurement, Probabilities, Severity, Terms,
};
use crate::metrics::{StandingPosture, knee_trust};
use crate::norms::{self, FeatureNorms};
use crate::recording::{PerSide, Sequence, Side};
use crate::settings::{ClassifySettings, Mode, Settings};

/// What both limbs share.
pub struct Circumstances<'a> {
    /// Standing posture.
    pub standing: Option<&'a StandingPosture>,
    /// Level that the drop is measured from.
    pub reference: Reference,
    /// How the angles were measured.
    pub measurement: Measurement,
    /// What is known beside the strides.
    pub background: &'a Background,
    /// Settings.
    pub settings: &'a Settings,
}

impl Circumstances<'_> {
    fn measurement_sd(&self) -> MeasurementSd {
        let settings = &self.settings.classify;
        let (measured_deg, offset_free_deg) = match self.measurement {
            Measurement::Optical => (settings.sd_optical_deg, settings.sd_optical_free_deg),
            // no measurement shows yet that less of their error varies than is constant
            Measurement::Inertial => (settings.sd_inertial_deg, settings.sd_inertial_deg),
            Measurement::Markerless => (settings.sd_markerless_deg, settings.sd_markerless_deg),
        };
        MeasurementSd {
            measured_deg,
            offset_free_deg,
        }
    }

    /// The norms that a limb is compared with.
    fn norms(&self, limb: &Limb) -> FeatureNorms {
        let settings = &self.settings.classify;
        let sequence = Sequence::RotationObliquityTilt; // of the stride metrics
        let norms = &self.background.norms;
        let norms = norms.features(sequence, speed(limb), settings);
        self.reference.widen(norms, settings)
    }
}

/// Mean dimensionless speed of a limb's strides.
fn speed(limb: &Limb) -> Option<f64> {
    limb.mean(|s| s.evidence.speed_dimensionless)
}

/// The finding for `own`; `opposite` is needed for what leaks across and for comparisons.
pub fn decide(own: &Limb, opposite: &Limb, circumstances: &Circumstances) -> LimbFinding {
    let settings = &circumstances.settings.classify;
    let speed = speed(own);
    let norms = circumstances.norms(own);
    let level = circumstances.reference.level();
    let rules = Rules::new(&norms, level, settings);
    let normed = settings.mode != Mode::Absolute;
    let mut finding = LimbFinding {
        side: own.side,
        strides: own.sample.len(),
        label: Label::Indeterminate,
        probabilities: None,
        leading: None,
        severity: None,
        consistency: None,
        prevalence: None,
        knee: knee_trust(
            own.strides().map(|s| &s.evidence),
            &circumstances.settings.body,
        ),
        drop_excess_deg: None,
        lean_excess_deg: None,
        drop_terms: None,
        lean_terms: None,
        drop_z: None,
        lean_z: None,
        norm_used: norm_words(&norms, speed, settings),
        flags: background_flags(circumstances.background),
    };
    finding.flags.extend(strides_flags(own, settings));
    if own.sample.len() == 0 {
        return finding;
    }
    let opposite_mean = &opposite.sample.mean;
    let sd = circumstances.measurement_sd();
    let drawn = bootstrap(&own.sample, opposite_mean, &rules, sd, settings);
    if normed {
        let level = circumstances.reference.level();
        set_excess(&mut finding, own, &drawn, &norms, level);
    }
    finding
        .flags
        .extend(circumstance_flags(own, speed, circumstances));
    let standing = circumstances.standing;
    finding
        .flags
        .extend(circumstances.reference.flag(standing, &own.sample));
    let strides = prevalence::of_strides(&own.sample, &opposite.sample, &rules);
    finding.prevalence = Some(prevalence::prevalence(&strides, own.sample.trunk));
    let side = own.side.name();
    finding.flags.extend(prevalence::intermittent(
        &own.sample,
        &strides,
        side,
        settings,
    ));
    let enough = own.sample.len() >= settings.strides_few;
    let ranked = ranked(&drawn.probabilities, own.sample.trunk);
    if enough {
        finding.probabilities = Some(drawn.probabilities);
        finding
            .flags
            .extend(doubt(&ranked, own.sample.len(), settings));
    }
    let indicators = rules.indicators(&own.sample.mean, opposite_mean);
    finding.flags.extend(mimics::flags(&Case {
        own,
        opposite,
        indicators,
        opposite_indicators: rules.indicators(opposite_mean, &own.sample.mean),
        estimate: rules.estimate(&own.sample.mean, opposite_mean),
        opposite_estimate: rules.estimate(opposite_mean, &own.sample.mean),
        candidate: ranked[0].0,
        norms: &norms,
        speed,
        facts: &circumstances.background.facts,
        bands: &circumstances.background.norms,
        standing: circumstances.standing,
        measurement: circumstances.measurement,
        settings: circumstances.settings,
    }));
    if finding.flags.iter().any(|flag| flag.blocking) {
        finding.leading = enough.then_some((ranked[0].0, ranked[1].0));
        return finding;
    }
    finding.label = ranked[0].0;
    finding.consistency = Some(prevalence::consistency(finding.label, &strides));
    finding.severity = severity(&finding, indicators, settings);
    finding
}

/// Labels from the most to the least frequent; ties in the order of the table.
fn ranked(probabilities: &Probabilities, trunk: bool) -> Vec<(Label, f64)> {
    let drop = if trunk {
        Label::Uncompensated
    } else {
        Label::DropUnspecified
    };
    let mut ranked = vec![
        (Label::None, probabilities.none),
        (drop, probabilities.uncompensated),
    ];
    if trunk {
        ranked.push((Label::Compensated, probabilities.compensated));
        ranked.push((Label::Mixed, probabilities.mixed));
    }
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked
}

/// Excess over the norm with its interval, and in SDs.
fn set_excess(
    finding: &mut LimbFinding,
    own: &Limb,
    drawn: &Bootstrap,
    norms: &FeatureNorms,
    level: Level,
) {
    let interval = |mean: f64, (low, high): (f64, f64), norm: f64| Interval {
        mean: mean - norm,
        low: low - norm,
        high: high - norm,
    };
    let mean = &own.sample.mean;
    let drop = interval(mean.drop, drawn.drop_95(), norms.drop.mean);
    finding.drop_z = Some(drop.mean / norms.drop.sd);
    finding.drop_excess_deg = Some(drop);
    finding.drop_terms = Some(Terms {
        measured: mean.drop_raw,
        offset_free: mean.drop,
        norm: norms.drop.mean,
        level,
    });
    if own.sample.trunk {
        let lean = interval(mean.lean, drawn.lean_95(), norms.lean.mean);
        finding.lean_z = Some(lean.mean / norms.lean.sd);
        finding.lean_excess_deg = Some(lean);
        finding.lean_terms = Some(Terms {
            measured: mean.lean_raw,
            offset_free: mean.lean,
            norm: norms.lean.mean,
            level: Level::Stride,
        });
    }
}

/// Flags both limbs when the pattern changes sides from stride to stride.
pub fn alternating(
    findings: &mut PerSide<LimbFinding>,
    limbs: &PerSide<Limb>,
    circumstances: &Circumstances,
) {
    let courses = PerSide::from_fn(|side| {
        let (own, opposite) = (&limbs[side], &limbs[side.opposite()]);
        let rules = Rules::new(
            &circumstances.norms(own),
            circumstances.reference.level(),
            &circumstances.settings.classify,
        );
        let strides = prevalence::of_strides(&own.sample, &opposite.sample, &rules);
        let shows: Vec<(f64, bool)> = own
            .sample
            .starts_s
            .iter()
            .zip(strides)
            .map(|(&start_s, stride)| (start_s, stride.drop || stride.lean))
            .collect();
        let blocks = own.sample.blocks.iter();
        blocks.map(|block| shows[block.clone()].to_vec()).collect()
    });
    prevalence::alternating(findings, &courses);
}

/// Severity of the driving excess, the worse of drop and lean when both drive.
fn severity(
    finding: &LimbFinding,
    indicators: Indicators,
    settings: &ClassifySettings,
) -> Option<Severity> {
    let grade = |excess: Option<Interval>, [_, moderate, severe]: [f64; 3]| {
        excess.map(|excess| match excess.mean {
            e if e >= severe => Severity::Severe,
            e if e >= moderate => Severity::Moderate,
            _ => Severity::Mild,
        })
    };
    let drop = grade(finding.drop_excess_deg, settings.severity_drop_deg);
    let lean = grade(finding.lean_excess_deg, settings.severity_lean_deg);
    match finding.label {
        Label::Uncompensated | Label::DropUnspecified => drop,
        Label::Compensated => lean,
        Label::Mixed if indicators.drop => drop.max(lean),
        Label::Mixed => lean,
        Label::None | Label::Indeterminate => None,
    }
}

/// Speed and norm in words.
fn norm_words(norms: &FeatureNorms, speed: Option<f64>, settings: &ClassifySettings) -> String {
    if settings.mode == Mode::Absolute {
        return format!(
            "not normed: fixed thresholds of {:.1}° drop and {:.1}° lean",
            settings.absolute_drop_deg, settings.absolute_lean_deg
        );
    }
    let speed = speed.map_or_else(|| "v* unknown".to_owned(), |v| format!("v* {v:.2}"));
    let value = |norm: norms::FeatureNorm, positive: &str, negative: &str| {
        let word = if norm.mean < 0.0 { negative } else { positive };
        format!("{word} {:.1} ± {:.1}°", norm.mean.abs(), norm.sd)
    };
    format!(
        "{speed}; {}; in single support {}, {}",
        norms.description,
        value(norms.drop, "drop", "swing side up"),
        value(norms.lean, "lean to the stance limb", "lean away from it"),
    )
}

/// The two limbs of a recording or session.
pub fn limbs<'a>(
    blocks: &'a [Vec<super::StrideFeatures>],
    reference: &Reference,
    settings: &Settings,
) -> PerSide<Limb<'a>> {
    PerSide::from_fn(|side: Side| Limb::new(blocks, side, reference, settings))
}
