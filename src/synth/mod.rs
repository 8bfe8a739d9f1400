//! Synthetic walking and running with exactly known truth.
//!
//! In: a [`Walker`]. Out: a [`Recording`](crate::recording::Recording) and its [`Truth`]. Uses only
//! `recording` and the writers of `read`.
//!
//! Events, pelvis, trunk and feet are prescribed; the legs follow by closed-form inverse
//! kinematics; markers sit on the segments where the Plug-in Gait formulas expect them. Whatever
//! the analysis gets wrong on such a recording is therefore the analysis's error.
//!
//! The same walker gives the same bytes on any machine and any number of threads (`math` says how).

mod clock;
mod curves;
mod defects;
mod foot;
mod fourier;
mod gait;
mod generate;
mod imu;
mod leg;
mod markers;
mod math;
mod names;
mod one_leg;
mod path;
mod physique;
mod posture;
mod random;
mod rhythm;
mod rotation;
mod sample;
mod soft_tissue;
mod still;
#[cfg(test)]
mod tests;
mod timeline;
mod truth;
mod walker;
mod worn;
mod write;

pub use generate::{stand, stand_on_one_leg, store_events, walk, walk_with_sensors};
pub use imu::{Imu, SensorSet};
pub use names::UnknownName;
pub use one_leg::{OneLeg, TrueStance};
pub use sample::{Sample, sample_data, samples};
pub use truth::{TrueAngles, TrueCentres, TrueEvent, TrueJoint, TrueLabel, TrueStride, Truth};
pub use walker::{
    Affected, FileAxes, FileUnit, GaitKind, HealthyLean, HipRegression, MarkerSet, Noise, Pattern,
    Task, Walker, WalkerError,
};
pub use write::{FileFormat, write};
