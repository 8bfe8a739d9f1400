//! Synthetic walking with exactly known truth.
//!
//! In: a [`Walker`]. Out: a [`Recording`](crate::recording::Recording) and its [`Truth`]. Uses only
//! `recording` and the writers of `read`.
//!
//! Events, pelvis, trunk and feet are prescribed; the legs follow by closed-form inverse
//! kinematics; markers sit on the segments where the Plug-in Gait formulas expect them. Whatever
//! the analysis gets wrong on such a recording is therefore the analysis's error.
//!
//! The same walker gives the same recording on any number of threads. Sines come from the standard
//! library, so platforms may differ in the last bits; rounding to 1/64 mm hides nearly all of that.

mod clock;
mod curves;
mod defects;
mod foot;
mod fourier;
mod gait;
mod generate;
mod leg;
mod markers;
mod names;
mod path;
mod physique;
mod posture;
mod random;
mod rotation;
mod sample;
mod soft_tissue;
#[cfg(test)]
mod tests;
mod truth;
mod walker;
mod write;

pub use generate::{stand, store_events, walk};
pub use names::UnknownName;
pub use sample::{Sample, sample_data, samples};
pub use truth::{TrueAngles, TrueCentres, TrueEvent, TrueJoint, TrueLabel, TrueStride, Truth};
pub use walker::{
    Affected, HealthyLean, HipRegression, MarkerSet, Noise, Pattern, Walker, WalkerError,
};
pub use write::{FileFormat, write};
