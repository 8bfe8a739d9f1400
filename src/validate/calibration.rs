//! Do the stated probabilities mean what they say?
//!
//! A limb states a probability for each of four labels. It is calibrated when, of all limbs that
//! state about 0.7 for their most probable label, about 70 % have that label in truth. Two truths
//! are compared with:
//!
//! * `exact` — what the same rules say about the exact, unvarying walk of the same subject. This is
//!   what the bootstrap estimates: how sure the measurement is.
//! * `prescribed` — what the walker was told to do, however little of it.

use super::measure::{Limb, most_probable};
use super::tally::is_right;
use crate::classify::Label;

/// Bins of the reliability curve.
const BINS: usize = 10;

/// One bin of the reliability curve.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Limbs.
    pub limbs: usize,
    /// Mean stated probability of the most probable label.
    pub stated: f64,
    /// Share in which it was true.
    pub observed: f64,
}

/// Calibration of a set of limbs against one truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Ten bins of the stated probability.
    pub bins: [Bin; BINS],
    /// Mean over limbs of the squared difference between the four stated probabilities and the
    /// truth (Brier 1950; 0 best, 2 worst).
    pub brier: f64,
    /// Mean over limbs of |stated − observed| of their bin.
    pub expected_error: f64,
    /// Limbs that state probabilities.
    pub limbs: usize,
}

/// Against the label of the exact walk.
pub fn against_exact<'a>(limbs: impl Iterator<Item = &'a Limb>) -> Calibration {
    calibration(limbs.filter_map(|limb| {
        let exact = limb.exact?;
        Some((limb, Box::new(move |label| label == exact) as Truth))
    }))
}

/// Against the prescribed pattern.
pub fn against_prescribed<'a>(limbs: impl Iterator<Item = &'a Limb>) -> Calibration {
    calibration(limbs.map(|limb| {
        let truth = limb.truth;
        (limb, Box::new(move |label| is_right(truth, label)) as Truth)
    }))
}

type Truth = Box<dyn Fn(Label) -> bool>;

fn calibration<'a>(limbs: impl Iterator<Item = (&'a Limb, Truth)>) -> Calibration {
    let mut sums = [(0usize, 0.0, 0.0); BINS];
    let (mut brier, mut count) = (0.0, 0usize);
    for (limb, is_true) in limbs {
        let Some(p) = &limb.probabilities else {
            continue;
        };
        let label = most_probable(p);
        let stated = p.of(label).unwrap_or(0.0);
        let bin = ((stated * BINS as f64) as usize).min(BINS - 1);
        sums[bin].0 += 1;
        sums[bin].1 += stated;
        sums[bin].2 += f64::from(u8::from(is_true(label)));
        count += 1;
        for label in [
            Label::None,
            Label::Uncompensated,
            Label::Compensated,
            Label::Mixed,
        ] {
            let observed = f64::from(u8::from(is_true(label)));
            brier += (p.of(label).unwrap_or(0.0) - observed).powi(2);
        }
    }
    let bins = sums.map(|(limbs, stated, observed)| Bin {
        limbs,
        stated: stated / limbs as f64,
        observed: observed / limbs as f64,
    });
    let filled = bins.iter().filter(|b| b.limbs > 0);
    let expected_error = filled
        .map(|b| b.limbs as f64 * (b.stated - b.observed).abs())
        .sum::<f64>()
        / count as f64;
    Calibration {
        bins,
        brier: brier / count as f64,
        expected_error,
        limbs: count,
    }
}
