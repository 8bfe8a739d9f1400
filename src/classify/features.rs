//! The five features of the decision model, per stride and per limb.
//!
//! In: used strides in blocks. Out: [`LimbSample`], the features of one limb's strides in one flat
//! vector with their blocks, and their means.

use std::ops::Range;

use super::StrideFeatures;
use super::reference::Reference;
use crate::recording::Side;
use crate::settings::ClassifySettings;

/// Features of a stride or their means, degrees, stance-limb signs; NaN = not available.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// Mean drop over single support.
    pub drop_raw: f64,
    /// The same without the constant obliquity.
    pub drop: f64,
    /// Peak drop without the constant obliquity.
    pub drop_peak: f64,
    /// Mean lean over single support.
    pub lean_raw: f64,
    /// The same without the constant trunk list.
    pub lean: f64,
}

impl Features {
    /// All unknown.
    pub const UNKNOWN: Features = Features {
        drop_raw: f64::NAN,
        drop: f64::NAN,
        drop_peak: f64::NAN,
        lean_raw: f64::NAN,
        lean: f64::NAN,
    };

    fn of(stride: &StrideFeatures) -> Features {
        let value = |v: Option<f64>| v.filter(|v| v.is_finite()).unwrap_or(f64::NAN);
        let metrics = &stride.metrics;
        Features {
            drop_raw: value(metrics.drop_ss_deg),
            drop: value(metrics.drop_ss_offset_free_deg),
            drop_peak: value(stride.evidence.drop_peak_offset_free_deg),
            lean_raw: value(metrics.lean_ss_deg),
            lean: value(metrics.lean_ss_offset_free_deg),
        }
    }

    fn has_pelvis(&self) -> bool {
        !(self.drop_raw + self.drop + self.drop_peak).is_nan()
    }

    fn has_trunk(&self) -> bool {
        !(self.lean_raw + self.lean).is_nan()
    }

    /// The same without trunk.
    fn pelvis_only(self) -> Features {
        Features {
            lean_raw: f64::NAN,
            lean: f64::NAN,
            ..self
        }
    }

    /// Adds `other` to `self`.
    pub(super) fn add(&mut self, other: &Features) {
        self.drop_raw += other.drop_raw;
        self.drop += other.drop;
        self.drop_peak += other.drop_peak;
        self.lean_raw += other.lean_raw;
        self.lean += other.lean;
    }

    /// Divided by a count.
    pub(super) fn mean(&self, count: f64) -> Features {
        Features {
            drop_raw: self.drop_raw / count,
            drop: self.drop / count,
            drop_peak: self.drop_peak / count,
            lean_raw: self.lean_raw / count,
            lean: self.lean / count,
        }
    }

    /// Shifted by errors of measurement.
    pub(super) fn shifted(&self, errors: &Errors) -> Features {
        Features {
            drop_raw: self.drop_raw + errors.pelvis,
            drop: self.drop + errors.pelvis_free,
            drop_peak: self.drop_peak + errors.pelvis_free,
            lean_raw: self.lean_raw + errors.trunk,
            lean: self.lean + errors.trunk_free,
        }
    }
}

/// Errors of measurement that all strides of a session share, degrees: of the features as measured,
/// and of those without the constant tilt or list.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Errors {
    /// Drop as measured.
    pub pelvis: f64,
    /// Offset-free drop and peak.
    pub pelvis_free: f64,
    /// Lean as measured.
    pub trunk: f64,
    /// Offset-free lean.
    pub trunk_free: f64,
}

/// What the decision about one limb rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct LimbSample {
    /// Features of its strides, block after block.
    pub features: Vec<Features>,
    /// When each of these strides begins, seconds.
    pub starts_s: Vec<f64>,
    /// Where each block lies in `features`; no block is empty.
    pub blocks: Vec<Range<usize>>,
    /// Whether the features hold trunk data.
    pub trunk: bool,
    /// Strides that were left aside because they lack trunk data while the others have it.
    pub without_trunk: usize,
    /// Means over the strides.
    pub mean: Features,
}

impl LimbSample {
    /// Collects the strides of `side`.
    ///
    /// Strides without the pelvic features cannot be used. When some strides lack trunk data, the
    /// others decide if they are enough for a label or at least half; otherwise the trunk is left
    /// out of the decision.
    pub fn new(
        blocks: &[Vec<StrideFeatures>],
        side: Side,
        reference: &Reference,
        settings: &ClassifySettings,
    ) -> LimbSample {
        let all = blocks.iter().map(|block| {
            block
                .iter()
                .filter(move |stride| stride.side == side)
                .map(|stride| {
                    let offset = stride.evidence.pelvis_offset_deg;
                    let features = Features::of(stride);
                    (
                        stride.start_s,
                        reference.apply(features, side.sigma(), offset),
                    )
                })
                .filter(|(_, features)| features.has_pelvis())
        });
        let pelvis: usize = all.clone().map(Iterator::count).sum();
        let with_trunk: usize = all
            .clone()
            .map(|block| block.filter(|(_, f)| f.has_trunk()).count())
            .sum();
        let trunk =
            with_trunk > 0 && (with_trunk >= settings.strides_min || 2 * with_trunk >= pelvis);
        let mut sample = LimbSample {
            features: Vec::with_capacity(pelvis),
            starts_s: Vec::with_capacity(pelvis),
            blocks: Vec::new(),
            trunk,
            without_trunk: if trunk { pelvis - with_trunk } else { 0 },
            mean: Features::UNKNOWN,
        };
        for block in all {
            let start = sample.features.len();
            for (start_s, features) in block.filter(|(_, f)| !trunk || f.has_trunk()) {
                sample.starts_s.push(start_s);
                sample.features.push(if trunk {
                    features
                } else {
                    features.pelvis_only()
                });
            }
            if sample.features.len() > start {
                sample.blocks.push(start..sample.features.len());
            }
        }
        if !sample.features.is_empty() {
            let mut sum = Features::default();
            sample.features.iter().for_each(|f| sum.add(f));
            sample.mean = sum.mean(sample.features.len() as f64);
        }
        sample
    }

    /// Number of strides.
    pub fn len(&self) -> usize {
        self.features.len()
    }
}
