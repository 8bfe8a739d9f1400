//! Random numbers that depend on the seeds and on nothing else.
//!
//! Every purpose draws from a generator of its own, so that a new defect or parameter does not
//! change what the others draw.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// What the numbers are for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// How the subject differs from the mean (seed).
    Subject = 1,
    /// Marker placement (seed, session).
    Placement = 2,
    /// Differences between strides (seed, session, trial).
    Strides = 3,
    /// Marker noise.
    Noise = 4,
    /// Slow wander and soft tissue.
    Wobble = 5,
    /// Gaps and label exchanges.
    Defects = 6,
    /// Sway in standing.
    Sway = 7,
}

/// The generator of one purpose; `index` separates markers, strides or limbs.
pub(super) fn generator(seeds: [u64; 3], purpose: Purpose, index: u64) -> Pcg64 {
    let mut state: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    for word in [seeds[0], seeds[1], seeds[2], purpose as u64, index] {
        // multiply and fold per word: nearby seeds give unrelated states
        state = (state ^ u128::from(word)).wrapping_mul(0xda94_2042_e4dd_58b5_0000_0000_0000_0d6d);
        state ^= state >> 67;
    }
    Pcg64::new(state, u128::from(purpose as u64))
}

/// A standard normal deviate.
pub(super) fn normal(random: &mut impl Rng) -> f64 {
    StandardNormal.sample(random)
}
