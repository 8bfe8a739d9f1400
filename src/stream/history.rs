//! The strides so far of each limb, and the running label.

use crate::analysis::Options;
use crate::classify::{self, Background, LimbFinding, Measurement, StrideFeatures};
use crate::metrics::{self, MeasuredStride, StrideCurves};
use crate::recording::{PerSide, Side, Warning};
use crate::settings::Settings;
use crate::signal::median;
use crate::strides::Exclusion;
use std::collections::VecDeque;

/// Strides after which the label is found anew at the latest.
const RELABEL_MAX: u64 = 12;
/// Strides of both limbs that the usual duration and pace come from, at most.
const USUAL: usize = 24;

/// A stride that may still turn out to be none of walking.
#[derive(Debug, Clone)]
struct Kept {
    measured: MeasuredStride,
    pace: f64,
}

/// The last strides of both limbs.
pub(super) struct History {
    strides: PerSide<VecDeque<Kept>>,
    /// Strides of each limb, ever; used ones; sum of their drop over single support.
    totals: PerSide<Totals>,
    findings: Option<PerSide<LimbFinding>>,
    relabel_at: u64,
    settings: Settings,
}

/// Sums over all strides of a limb.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Totals {
    pub strides: u64,
    pub used: u64,
    pub drop_deg: Mean,
    pub lean_deg: Mean,
}

/// A running mean.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.sum += value;
            self.count += 1.0;
        }
    }

    pub fn value(self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }
}

impl History {
    pub fn new(options: &Options) -> History {
        let mut settings = options.settings.clone();
        settings.classify.draws = settings.classify.draws.min(settings.stream.label_draws);
        History {
            strides: PerSide::default(),
            totals: PerSide::default(),
            findings: None,
            relabel_at: 0,
            settings,
        }
    }

    /// Totals of a limb.
    pub fn totals(&self, side: Side) -> &Totals {
        &self.totals[side]
    }

    /// The findings so far.
    pub fn findings(&self) -> Option<&PerSide<LimbFinding>> {
        self.findings.as_ref()
    }

    /// Excludes a stride that is much longer, shorter or slower than the last ones, then keeps it.
    pub fn add(&mut self, measured: &mut MeasuredStride, pace: f64) {
        let stride = &measured.stride;
        let (side, duration) = (stride.side, stride.end_s - stride.start_s);
        if stride.exclusion.is_none() {
            measured.stride.exclusion = self.unusual(duration, pace);
        }
        let totals = &mut self.totals[side];
        totals.strides += 1;
        if measured.stride.exclusion.is_none() {
            totals.used += 1;
            totals.drop_deg.add(measured.metrics.drop_ss_deg);
            totals.lean_deg.add(measured.metrics.lean_ss_deg);
        }
        let kept = &mut self.strides[side];
        if kept.len() >= self.settings.stream.label_strides.max(1) {
            kept.pop_front();
        }
        kept.push_back(Kept {
            measured: MeasuredStride {
                curves: StrideCurves::default(),
                ..measured.clone()
            },
            pace,
        });
    }

    /// The rule for whole recordings, with the strides so far.
    fn unusual(&self, duration: f64, pace: f64) -> Option<Exclusion> {
        let settings = &self.settings.strides;
        let used = |kept: &&Kept| kept.measured.stride.exclusion.is_none();
        let last = |side: Side| self.strides[side].iter().rev().filter(used).take(USUAL / 2);
        let both = || Side::BOTH.into_iter().flat_map(last);
        let time = |k: &Kept| k.measured.stride.end_s - k.measured.stride.start_s;
        let usual = median(&both().map(time).collect::<Vec<_>>());
        if (duration - usual).abs() > settings.duration_tolerance * usual {
            return Some(Exclusion::Events);
        }
        let usual = median(&both().map(|k| k.pace).collect::<Vec<_>>());
        (pace < settings.start_stop_speed_share * usual).then_some(Exclusion::StartStop)
    }

    /// Finds the label anew when enough strides have come since the last time; `now`: at once.
    pub fn label(
        &mut self,
        now: bool,
        measurement: Measurement,
        options: &Options,
        warnings: &[Warning],
    ) {
        let count = self.totals.left.strides + self.totals.right.strides;
        if !now && count < self.relabel_at {
            return;
        }
        self.relabel_at = count + (count / 10).clamp(1, RELABEL_MAX);
        let kept = Side::BOTH.into_iter().flat_map(|side| &self.strides[side]);
        let paces: Vec<f64> = kept.clone().map(|k| k.pace).collect();
        let slow = self.settings.strides.start_stop_speed_share * median(&paces);
        let mut strides: Vec<MeasuredStride> = kept
            .filter(|k| k.pace.is_nan() || k.pace >= slow)
            .map(|k| k.measured.clone())
            .collect();
        metrics::exclude_outliers(&mut strides, &self.settings.metrics);
        let mut features = crate::analysis::used_features(&strides);
        if measurement == Measurement::Inertial {
            features = features
                .into_iter()
                .map(StrideFeatures::without_knee)
                .collect();
        }
        let background = Background {
            facts: options.facts.clone().with_body(&options.body),
            norms: options.norms.clone(),
            warnings: warnings.to_vec(),
        };
        let standing = options.standing.as_ref();
        let found = classify::classify(
            &[features],
            standing,
            measurement,
            &background,
            &self.settings,
        );
        self.findings = Some(found);
    }
}
