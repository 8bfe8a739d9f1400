//! How sure the label is: bootstrap over strides with measurement error.
//!
//! In: the features of a limb's strides in blocks, the rules. Out: [`Bootstrap`] — label
//! frequencies and 95 % intervals.
//!
//! # What it measures
//! How often the same rules would give each label if the same person had walked another sample of
//! strides and the instruments had been placed anew.
//!
//! # How
//! Each draw takes as many blocks as there are, with replacement, and in each as many strides as
//! it has, with replacement; one block is plain stride resampling, blocks of one stride are block
//! resampling. From the means the best estimates are made (`rules`), and errors N(0, s²) are added
//! that all strides share: of pelvis and trunk as measured — marker placement —, and smaller ones of
//! the offset-free features, which marker placement cannot reach. The rules label the draw. The generator is a
//! permuted congruential one with the seed of the settings, the same for both limbs: a mirrored
//! recording gives exactly the mirrored result, and threads do not matter.
//!
//! # Why it matters
//! A label is stated only when the draws agree; the interval covers sampling and measurement.
//!
//! # Limits
//! Resampling fewer than about five strides understates their variability, hence the higher
//! probability asked of three or four strides and no label below; for those intervals the healthy
//! stride-to-stride SD is added.
//!
//! # References
//! Efron & Tibshirani 1993, An Introduction to the Bootstrap (percentile interval).

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_pcg::Pcg64Mcg;

use super::features::{Errors, Features, LimbSample};
use super::rules::Rules;
use super::{Label, Probabilities};
use crate::settings::ClassifySettings;

/// Label frequencies and the drawn means.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// Share of the draws with each label.
    pub probabilities: Probabilities,
    /// Drawn offset-free drops, ascending, degrees.
    drop: Vec<f64>,
    /// Drawn offset-free leans, ascending, degrees (NaN without trunk).
    lean: Vec<f64>,
}

impl Bootstrap {
    /// Central 95 % of the drawn offset-free drop.
    pub fn drop_95(&self) -> (f64, f64) {
        (quantile(&self.drop, 0.025), quantile(&self.drop, 0.975))
    }

    /// Central 95 % of the drawn offset-free lean.
    pub fn lean_95(&self) -> (f64, f64) {
        (quantile(&self.lean, 0.025), quantile(&self.lean, 0.975))
    }
}

/// Measurement error of a kind of recording, SD in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasurementSd {
    /// Of drop and lean as measured.
    pub measured_deg: f64,
    /// Of drop and lean without the constant tilt or list.
    pub offset_free_deg: f64,
}

/// Draws, labels and counts. `sample` must not be empty; `opposite` are the other limb's means.
pub fn bootstrap(
    sample: &LimbSample,
    opposite: &Features,
    rules: &Rules,
    measurement: MeasurementSd,
    settings: &ClassifySettings,
) -> Bootstrap {
    let draws = settings.draws.max(1);
    let sd = error_sds(sample, measurement, settings);
    let mut generator = Pcg64Mcg::seed_from_u64(settings.seed);
    let mut counts = [0_usize; 4];
    let mut drop = Vec::with_capacity(draws);
    let mut lean = Vec::with_capacity(draws);
    for _ in 0..draws {
        let (sum, count) = resample(sample, &mut generator);
        let mut draw = |sd: f64| -> f64 { sd * generator.sample::<f64, _>(StandardNormal) };
        let errors = Errors {
            pelvis: draw(sd.pelvis),
            pelvis_free: draw(sd.pelvis_free),
            trunk: draw(sd.trunk),
            trunk_free: draw(sd.trunk_free),
        };
        let mean = sum.mean(count as f64);
        let estimate = rules.estimate(&mean, opposite).shifted(&errors);
        let mean = mean.shifted(&errors);
        match rules.met(&mean, &estimate).label() {
            Label::Uncompensated => counts[1] += 1,
            Label::Compensated => counts[2] += 1,
            Label::Mixed => counts[3] += 1,
            _ => counts[0] += 1,
        }
        drop.push(mean.drop);
        lean.push(mean.lean);
    }
    drop.sort_unstable_by(f64::total_cmp);
    lean.sort_unstable_by(f64::total_cmp);
    let share = |count: usize| count as f64 / draws as f64;
    Bootstrap {
        probabilities: Probabilities {
            none: share(counts[0]),
            uncompensated: share(counts[1]),
            compensated: share(counts[2]),
            mixed: share(counts[3]),
        },
        drop,
        lean,
    }
}

/// SDs of the shared errors; with too few strides to see their variability the healthy one is added.
fn error_sds(sample: &LimbSample, sd: MeasurementSd, settings: &ClassifySettings) -> Errors {
    let strides = sample.len();
    let with = |sd: f64, stride_sd: f64| match strides >= settings.strides_few {
        true => sd,
        false => sd.hypot(stride_sd / (strides.max(1) as f64).sqrt()),
    };
    let (drop, lean) = (settings.stride_sd_drop_deg, settings.stride_sd_lean_deg);
    Errors {
        pelvis: with(sd.measured_deg, drop),
        pelvis_free: with(sd.offset_free_deg, drop),
        trunk: with(sd.measured_deg, lean),
        trunk_free: with(sd.offset_free_deg, lean),
    }
}

/// Sum and number of the strides of one draw.
fn resample(sample: &LimbSample, generator: &mut Pcg64Mcg) -> (Features, usize) {
    let mut sum = Features::default();
    let mut count = 0;
    for _ in 0..sample.blocks.len() {
        let block = &sample.blocks[pick(generator, sample.blocks.len())];
        for _ in 0..block.len() {
            sum.add(&sample.features[block.start + pick(generator, block.len())]);
        }
        count += block.len();
    }
    (sum, count)
}

/// A number below `count`, the same on machines of any word length.
fn pick(generator: &mut Pcg64Mcg, count: usize) -> usize {
    if count == 1 {
        return 0;
    }
    generator.random_range(0..count as u64) as usize
}

/// Quantile of ascending values, linear between order statistics; NaN when empty.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = share * last as f64;
    let low = position.floor() as usize;
    let part = position - low as f64;
    let (below, above) = (sorted[low], sorted[(low + 1).min(last)]);
    (1.0 - part) * below + part * above
}
