//! One synthetic recording through the real pipeline, compared with its truth.

use super::events::{EventErrors, compare_events};
use super::plan::Cell;
use super::shifted::{self, Shifted};
use crate::analysis::{Analysis, Options, analyze, used_features};
use crate::angles::AngleSeries;
use crate::classify::{
    Background, Label, LimbFinding, Measurement, Probabilities, StrideFeatures, blocks_a_label,
    classify,
};
use crate::recording::{PerSide, Side, Warning};
use crate::settings::Settings;
use crate::synth::{Noise, Pattern, TrueLabel, TrueStride, Truth, Walker, walk, walk_with_sensors};

/// What was found out about one synthetic recording.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Index of its cell in the plan.
    pub cell: usize,
    /// The walker: makes the recording again.
    pub walker: Walker,
    /// Why there is no analysis; empty otherwise.
    pub failure: String,
    /// What was prescribed, and what was found.
    pub limbs: PerSide<Limb>,
    /// Features of the used strides: what the decision rests on.
    pub features: Vec<StrideFeatures>,
    /// Warnings that forbid a label.
    pub blocking: Vec<Warning>,
    /// Root mean square error of every compared angle, degrees; NaN when it was not measured.
    pub angle_rms_deg: [f64; ANGLES.len()],
    /// Errors of the events.
    pub events: EventErrors,
    /// Labels with the found events moved; empty when that was not asked for.
    pub shifted: Vec<Shifted>,
    /// Error of the single-support means of each limb, degrees: found less true, over its strides.
    pub drop_error_deg: Vec<f64>,
    /// The same of the lean.
    pub lean_error_deg: Vec<f64>,
}

/// One limb of it.
#[derive(Debug, Clone)]
pub struct Limb {
    /// What was prescribed.
    pub truth: TrueLabel,
    /// What the rules say about the exact, unvarying walk of the same subject; `None` when it was
    /// not asked for.
    pub exact: Option<Label>,
    /// What was found.
    pub label: Label,
    /// How sure.
    pub probabilities: Option<Probabilities>,
    /// Strides used.
    pub strides: usize,
    /// Codes of the flags.
    pub flags: Vec<String>,
}

/// Angles that are compared frame by frame.
pub const ANGLES: [&str; 6] = [
    "pelvic obliquity",
    "trunk lean",
    "hip adduction",
    "knee valgus",
    "hip flexion",
    "knee flexion",
];

/// Makes the recording, analyses it, compares.
pub fn measure(
    cell: usize,
    plan: &Cell,
    number: u64,
    seed: u64,
    settings: &Settings,
    with_exact: bool,
) -> Measured {
    let walker = plan.walker(number, seed);
    let options = Options {
        settings: settings.clone(),
        ..Options::default()
    };
    let made = match &plan.sensors {
        Some(imu) => walk_with_sensors(&walker, imu),
        None => walk(&walker),
    };
    let analysed = made.map_err(|e| e.to_string()).and_then(|made| {
        let analysis = analyze(&made.0, &options).map_err(|e| e.to_string())?;
        Ok((made, analysis))
    });
    match analysed {
        Ok(((recording, truth), analysis)) => {
            let exact = match with_exact {
                true => exact_labels(&walker, settings),
                false => PerSide::default(),
            };
            let duration_s = recording.duration_s();
            let mut found = compared(cell, walker, duration_s, &truth, &analysis, &exact);
            if with_exact && number.is_multiple_of(shifted::EVERY) {
                found.shifted = shifted::labels(&recording, &analysis.events, &options);
            }
            found
        }
        Err(failure) => failed(cell, walker, failure),
    }
}

fn failed(cell: usize, walker: Walker, failure: String) -> Measured {
    let limb = Limb {
        truth: TrueLabel::None,
        exact: None,
        label: Label::Indeterminate,
        probabilities: None,
        strides: 0,
        flags: Vec::new(),
    };
    Measured {
        cell,
        walker,
        failure,
        limbs: PerSide {
            left: limb.clone(),
            right: limb,
        },
        features: Vec::new(),
        blocking: Vec::new(),
        angle_rms_deg: [f64::NAN; ANGLES.len()],
        events: EventErrors::default(),
        shifted: Vec::new(),
        drop_error_deg: Vec::new(),
        lean_error_deg: Vec::new(),
    }
}

fn compared(
    cell: usize,
    walker: Walker,
    duration_s: f64,
    truth: &Truth,
    analysis: &Analysis,
    exact: &PerSide<Option<Label>>,
) -> Measured {
    let limb = |side: Side| {
        let found: &LimbFinding = &analysis.limbs[side];
        Limb {
            truth: truth.labels[side],
            exact: exact[side],
            label: found.label,
            probabilities: found.probabilities,
            strides: found.strides,
            flags: found.flags.iter().map(|f| f.code.to_string()).collect(),
        }
    };
    let (drop_error_deg, lean_error_deg) = stride_errors(truth, analysis);
    Measured {
        cell,
        walker,
        failure: String::new(),
        limbs: PerSide::from_fn(limb),
        features: used_features(&analysis.strides),
        blocking: analysis
            .warnings
            .iter()
            .filter(|w| blocks_a_label(w))
            .cloned()
            .collect(),
        angle_rms_deg: angle_errors(truth, &analysis.angles),
        events: compare_events(&truth.events, &analysis.events, duration_s),
        shifted: Vec::new(),
        drop_error_deg,
        lean_error_deg,
    }
}

/// What the rules say about the exact walk of the same subject: no noise, no misplaced marker,
/// every stride alike, no doubt.
fn exact_labels(walker: &Walker, settings: &Settings) -> PerSide<Option<Label>> {
    let exact = Walker {
        noise: Noise::default(),
        placement_sd_mm: 0.0,
        stride_jitter: false,
        strides: 1,
        passes: 1,
        // an unsteady subject's exact walk is its mean, which is healthy
        pattern: match walker.pattern {
            Pattern::Ataxic => Pattern::Healthy,
            pattern => pattern,
        },
        ..walker.clone()
    };
    let Ok((recording, _)) = walk(&exact) else {
        return PerSide::default();
    };
    let mut sure = settings.clone();
    sure.classify.draws = 100;
    sure.classify.sd_optical_deg = 0.0;
    let options = Options {
        settings: sure.clone(),
        ..Options::default()
    };
    let Ok(analysis) = analyze(&recording, &options) else {
        return PerSide::default();
    };
    // one stride stands for as many as a label needs
    let block: Vec<StrideFeatures> = used_features(&analysis.strides)
        .into_iter()
        .flat_map(|s| vec![s; sure.classify.strides_min])
        .collect();
    let background = Background::default();
    let found = classify(&[block], None, Measurement::Optical, &background, &sure);
    PerSide::from_fn(|side| found[side].probabilities.as_ref().map(most_probable))
}

/// The label with the largest probability.
pub fn most_probable(probabilities: &Probabilities) -> Label {
    [Label::Uncompensated, Label::Compensated, Label::Mixed]
        .into_iter()
        .fold(
            (Label::None, probabilities.none),
            |best, label| match probabilities.of(label) {
                Some(p) if p > best.1 => (label, p),
                _ => best,
            },
        )
        .0
}

/// Root mean square errors in the order of [`ANGLES`]; joints: the mean of both sides.
fn angle_errors(truth: &Truth, found: &AngleSeries) -> [f64; ANGLES.len()] {
    let Some(exact) = &truth.angles else {
        return [f64::NAN; ANGLES.len()];
    };
    let both = |of: &dyn Fn(Side) -> f64| 0.5 * (of(Side::Left) + of(Side::Right));
    [
        rms_deg(&found.pelvis.obliquity, &exact.pelvis_obliquity_deg),
        rms_deg(&found.thorax.obliquity, &exact.thorax_lean_deg),
        both(&|s| rms_deg(&found.hip[s].frontal, &exact.hip[s].frontal_deg)),
        both(&|s| rms_deg(&found.knee[s].frontal, &exact.knee[s].frontal_deg)),
        both(&|s| rms_deg(&found.hip[s].flexion, &exact.hip[s].flexion_deg)),
        both(&|s| rms_deg(&found.knee[s].flexion, &exact.knee[s].flexion_deg)),
    ]
}

/// Over the frames in which the angle was found; NaN without any.
fn rms_deg(found_rad: &[f64], exact_deg: &[f64]) -> f64 {
    let errors = found_rad.iter().zip(exact_deg);
    rms(errors.map(|(found, exact)| found.to_degrees() - exact))
}

/// Root mean square of the finite values; NaN without any.
pub fn rms(errors: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = errors
        .filter(|e| e.is_finite())
        .fold((0.0, 0.0), |(sum, count), e| (sum + e * e, count + 1.0));
    let mean: f64 = sum / count;
    mean.sqrt()
}

/// A true stride and a found one are the same when they start within this time, seconds.
const SAME_STRIDE_S: f64 = 0.15;

/// Found less true single-support mean of every used stride: drop and lean, degrees.
fn stride_errors(truth: &Truth, analysis: &Analysis) -> (Vec<f64>, Vec<f64>) {
    let (mut drop, mut lean) = (Vec::new(), Vec::new());
    let used = analysis.strides.iter();
    for found in used.filter(|s| s.stride.exclusion.is_none()) {
        let same = |t: &&TrueStride| {
            t.side == found.stride.side && (t.start_s - found.stride.start_s).abs() < SAME_STRIDE_S
        };
        let Some(exact) = truth.strides.iter().find(same) else {
            continue;
        };
        drop.extend(found.metrics.drop_ss_deg.map(|d| d - exact.drop_ss_deg));
        lean.extend(found.metrics.lean_ss_deg.map(|l| l - exact.lean_ss_deg));
    }
    (drop, lean)
}
