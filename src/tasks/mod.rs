//! What people are asked to do besides walking: stand on one leg.
//!
//! In: angle series and what tells when a foot is off the ground. Out: [`Tasks`] — measures, never a
//! label: the rules and norms of walking say nothing about them.

mod feet;
mod stance;
mod stance_find;

pub use feet::{Feet, lift_of_markers, lift_of_sensors};
pub use stance::{
    Failure, Flag, Invalid, Level, Outcome, Stance, StanceCurve, StanceTest, StandingOn,
};
pub use stance_find::{Stood, stance_test};

/// Everything that was measured besides strides of walking.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Tasks {
    /// Standing on one leg; `None` when nobody did.
    pub stance: Option<StanceTest>,
}
