//! How many strides show the pattern, and patterns that come and go.
//!
//! # What it measures
//! The share of a limb's strides that by themselves drop, lean or do either, with its interval;
//! whether the pattern is intermittent; whether it alternates between the limbs.
//!
//! # How
//! The rules are asked for every stride alone. The interval of a share is Wilson's score interval
//! (95 %), which stays within 0 and 1 and is honest with few strides. `intermittent` when the
//! interval of the share of strides that do either lies above `intermittent_share_min` and below
//! one less it, and the driving feature varies from stride to stride more than the settings'
//! multiple of the healthy SD: without that, a limb near the threshold would come and go by chance.
//! `alternating` when both limbs are intermittent and more pairs of strides (a right one and the left
//! one that begins within it) show the pattern on one side than on both.
//!
//! # Why it matters
//! A weak hip that tires, pain that comes, a habit: the mean over strides dilutes what half of the
//! strides show clearly.
//!
//! # Limits
//! Single strides are read against the same thresholds as means and are less certain. Fewer than the
//! strides that a label needs say nothing about coming and going.
//!
//! # References
//! Wilson EB 1927, J Am Stat Assoc 22:209–212; Brown, Cai & DasGupta 2001, Stat Sci 16:101–133.

use super::features::LimbSample;
use super::rules::{Indicators, Rules};
use super::{Flag, Label, LimbFinding};
use crate::recording::PerSide;
use crate::settings::ClassifySettings;

/// Standard normal quantile of a two-sided 95 % interval.
const Z_95: f64 = 1.959_964;

/// A share of strides with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    /// Strides that show it.
    pub with: usize,
    /// Strides asked.
    pub of: usize,
    /// Lower end, 0 to 1.
    pub low: f64,
    /// Upper end, 0 to 1.
    pub high: f64,
}

impl Share {
    /// The share with Wilson's score interval; of no strides it is anything from 0 to 1.
    pub fn wilson(with: usize, of: usize) -> Share {
        if of == 0 {
            return Share {
                with,
                of,
                low: 0.0,
                high: 1.0,
            };
        }
        let (n, z2) = (of as f64, Z_95 * Z_95);
        let share = with as f64 / n;
        let centre = share + z2 / (2.0 * n);
        let half = Z_95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        Share {
            with,
            of,
            low: ((centre - half) / scale).max(0.0),
            high: ((centre + half) / scale).min(1.0),
        }
    }

    /// The share itself; `None` of no strides.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| self.with as f64 / self.of as f64)
    }

    /// `8 of 11`.
    pub fn words(&self) -> String {
        format!("{} of {}", self.with, self.of)
    }
}

/// Shares of a limb's strides that show something by themselves.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Prevalence {
    /// The pelvis drops.
    pub drop: Share,
    /// The trunk leans; `None` without trunk data.
    pub lean: Option<Share>,
    /// Either.
    pub either: Share,
}

/// What every stride of a limb satisfies by itself, given the opposite limb's means.
pub(super) fn of_strides(
    own: &LimbSample,
    opposite: &LimbSample,
    rules: &Rules,
) -> Vec<Indicators> {
    let strides = own.features.iter();
    strides
        .map(|stride| rules.indicators(stride, &opposite.mean))
        .collect()
}

/// The shares of a limb.
pub(super) fn prevalence(strides: &[Indicators], trunk: bool) -> Prevalence {
    let share = |shows: fn(&&Indicators) -> bool| {
        Share::wilson(strides.iter().filter(shows).count(), strides.len())
    };
    Prevalence {
        drop: share(|i| i.drop),
        lean: trunk.then(|| share(|i| i.lean)),
        either: share(|i| i.drop || i.lean),
    }
}

/// Remarks a pattern that comes and goes.
pub(super) fn intermittent(
    own: &LimbSample,
    strides: &[Indicators],
    side: &str,
    settings: &ClassifySettings,
) -> Option<Flag> {
    let share = prevalence(strides, own.trunk).either;
    let least = settings.intermittent_share_min;
    let regular = share.low <= least || share.high >= 1.0 - least;
    if strides.len() < settings.strides_min || regular {
        return None;
    }
    let factor = settings.intermittent_sd_factor;
    let varies = |value: fn(&super::features::Features) -> f64, healthy: f64| {
        sd(own.features.iter().map(value)) > factor * healthy
    };
    let drops = strides.iter().any(|i| i.drop) && varies(|f| f.drop, settings.stride_sd_drop_deg);
    let leans = strides.iter().any(|i| i.lean) && varies(|f| f.lean, settings.stride_sd_lean_deg);
    (drops || leans).then(|| {
        let message = format!(
            "The pattern comes and goes: {} {side} strides show it by themselves ({}).",
            share.words(),
            range_in_words(&share)
        );
        Flag::new("intermittent", false, message)
    })
}

/// `43 % to 90 %`.
pub fn range_in_words(share: &Share) -> String {
    format!(
        "95 % interval {:.0} to {:.0} %",
        100.0 * share.low,
        100.0 * share.high
    )
}

fn sd(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (values.map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// Strides of one limb in time: when each begins and whether it shows the pattern, block by block.
pub(super) type Course = Vec<Vec<(f64, bool)>>;

/// Flags both limbs when the pattern changes sides.
pub(super) fn alternating(limbs: &mut PerSide<LimbFinding>, courses: &PerSide<Course>) {
    let comes_and_goes = |limb: &LimbFinding| limb.flags.iter().any(|f| f.code == "intermittent");
    if !(comes_and_goes(&limbs.left) && comes_and_goes(&limbs.right)) {
        return;
    }
    let (mut right_only, mut left_only, mut both, mut all) = (0, 0, 0, 0);
    for (right, left) in courses.right.iter().zip(&courses.left) {
        for (i, &(start, shows_right)) in right.iter().enumerate() {
            let next = right.get(i + 1).map_or(f64::INFINITY, |next| next.0);
            let within = |(begins, _): &&(f64, bool)| *begins >= start && *begins < next;
            let Some(&(_, shows_left)) = left.iter().find(within) else {
                continue;
            };
            all += 1;
            match (shows_right, shows_left) {
                (true, true) => both += 1,
                (true, false) => right_only += 1,
                (false, true) => left_only += 1,
                (false, false) => {}
            }
        }
    }
    if right_only + left_only <= both || right_only == 0 || left_only == 0 {
        return;
    }
    let message = format!(
        "The pattern alternates: of {all} pairs of strides {right_only} show it in right stance only, {left_only} in left stance only, {both} in both."
    );
    for limb in [&mut limbs.left, &mut limbs.right] {
        limb.flags
            .push(Flag::new("alternating", false, message.clone()));
    }
}

/// Strides that have the label's indicator by themselves: a drop for uncompensated, a lean for
/// compensated, both (or a lean on a pelvis that is not level) for mixed, neither for none.
pub(super) fn consistency(label: Label, strides: &[Indicators]) -> (usize, usize) {
    let alone = |indicators: &&Indicators| match label {
        Label::Uncompensated | Label::DropUnspecified => indicators.drop,
        Label::Compensated => indicators.lean,
        other => indicators.label() == other,
    };
    (strides.iter().filter(alone).count(), strides.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_intervals_are_those_of_the_tables() {
        // Brown, Cai & DasGupta 2001 / any statistics package: 8 of 11, 0 of 10, 10 of 10
        for (with, of, low, high) in [
            (8, 11, 0.4344, 0.9025),
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (1, 2, 0.0945, 0.9055),
        ] {
            let share = Share::wilson(with, of);
            assert!((share.low - low).abs() < 5e-4, "{share:?}");
            assert!((share.high - high).abs() < 5e-4, "{share:?}");
        }
        assert_eq!(Share::wilson(0, 0).share(), None);
    }
}
