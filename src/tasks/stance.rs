//! The standing test: what is measured of one stance on one leg.
//!
//! Hardcastle & Nade 1985 (J Bone Joint Surg Br 67-B:741–746) call the test normal when the pelvis on
//! the lifted side is raised and held for 30 s; pain, poor balance and a subject who does not
//! cooperate make it invalid, which no recording shows.

use crate::recording::Side;

/// Declares an enum whose variants have a name in the tables.
macro_rules! words {
    ($(#[doc = $doc:literal])* $Name:ident { $( $(#[doc = $vdoc:literal])* $Variant:ident = $word:literal, )* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $( $(#[doc = $vdoc])* #[serde(rename = $word)] $Variant, )*
        }
        impl $Name {
            /// Name as in the tables.
            pub fn name(self) -> &'static str {
                match self { $( $Name::$Variant => $word, )* }
            }
        }
    };
}

words! {
    /// What the drop of a stance is measured from.
    Level {
        /// Obliquity in quiet standing on both legs in the same recording.
        BothLegs = "both-legs",
        /// The horizontal: there was no quiet standing on both legs.
        Horizontal = "horizontal",
    }
}

words! {
    /// How a stance ended.
    Outcome {
        /// Held for the target time with the pelvis level or raised.
        Held = "held",
        /// The pelvis dropped before the target time.
        Failed = "failed",
        /// The foot was set down before the target time; on request or not cannot be seen.
        EndedEarly = "ended-early",
        /// The recording ends before the target time with the foot still lifted.
        CutOff = "cut-off",
    }
}

words! {
    /// What ended the holding of the pelvis.
    Failure {
        /// The pelvis sank below its level on the lifted side.
        PelvisDropped = "pelvis-dropped",
        /// The lifted foot was set down.
        FootDown = "foot-down",
    }
}

words! {
    /// Why a stance cannot be used as a standing test.
    Invalid {
        /// Too short to say anything.
        Short = "short",
        /// The pelvis was not seen for too much of it.
        Gap = "gap",
        /// The stance foot left the ground.
        Hopped = "hopped",
        /// Pain was reported.
        PainReported = "pain-reported",
        /// A walking aid was reported: the hands may have helped.
        WalkingAid = "walking-aid",
    }
}

words! {
    /// What has to be known to read a stance.
    Flag {
        /// No quiet standing on both legs: the drop is measured from the horizontal.
        NoLevel = "no-level",
        /// The trunk leans over the stance leg: the drop alone says less.
        TrunkCompensated = "trunk-compensated",
        /// The trunk leans away from the stance leg.
        TrunkAway = "trunk-away",
        /// The trunk was not measured: compensation cannot be seen.
        TrunkNotMeasured = "trunk-not-measured",
        /// The lifted foot touched the ground for a moment.
        Touched = "touched",
        /// Nothing on the stance foot was tracked.
        StanceFootNotSeen = "stance-foot-not-seen",
        /// Measured in the plane of a picture: turning of the body changes the angles.
        PicturePlane = "picture-plane",
    }
}

/// One stance on one leg. Degrees with the stance limb's signs (drop of the other side positive, lean
/// toward the stance limb positive), less the level of standing on both legs where there is one.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stance {
    /// The limb stood on.
    pub side: Side,
    /// Number of the stance on this side, from 1.
    pub number: usize,
    /// The other foot leaves the ground, seconds on the file's time base.
    pub start_s: f64,
    /// It is set down again, or the recording ends.
    pub end_s: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// What ended the holding before the target time.
    pub failure: Option<Failure>,
    /// Seconds from the start to that failure.
    pub time_to_failure_s: Option<f64>,
    /// Seconds that the pelvis was held level or raised on one leg.
    pub held_s: f64,
    /// What drop and lean are measured from.
    pub level: Level,
    /// Obliquity of standing on both legs, this side up positive.
    pub level_drop_deg: Option<f64>,
    /// Lean of standing on both legs, toward this side positive.
    pub level_lean_deg: Option<f64>,
    /// Mean drop.
    pub drop_mean_deg: Option<f64>,
    /// Largest drop.
    pub drop_peak_deg: Option<f64>,
    /// Least drop: the most that the pelvis was raised, negative.
    pub drop_least_deg: Option<f64>,
    /// Mean drop at the beginning, once settled.
    pub drop_first_deg: Option<f64>,
    /// Mean drop at the end.
    pub drop_last_deg: Option<f64>,
    /// Slope of the drop over the stance.
    pub drop_drift_deg_s: Option<f64>,
    /// Mean lean.
    pub lean_mean_deg: Option<f64>,
    /// Largest lean.
    pub lean_peak_deg: Option<f64>,
    /// Slope of the lean over the stance.
    pub lean_drift_deg_s: Option<f64>,
    /// Share of the stance in which the pelvis was seen, percent.
    pub seen_pct: f64,
    /// Why it is no valid test; empty when it is one.
    pub invalid_because: Vec<Invalid>,
    /// What has to be known to read it.
    pub flags: Vec<Flag>,
}

impl Stance {
    /// True when nothing in the recording speaks against using it.
    pub fn valid(&self) -> bool {
        self.invalid_because.is_empty()
    }
}

words! {
    /// Which legs bear the body at a moment.
    StandingOn {
        /// Both.
        Both = "both",
        /// The left alone.
        Left = "left",
        /// The right alone.
        Right = "right",
        /// Not known.
        Unknown = "unknown",
    }
}

/// Pelvis and trunk over the recording, thinned to a few values a second.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct StanceCurve {
    /// Seconds on the file's time base.
    pub time_s: Vec<f64>,
    /// Which legs bear the body.
    pub standing_on: Vec<StandingOn>,
    /// Drop as the left limb's stance counts it (left side up), less the level of both legs, degrees;
    /// the right limb's is its negative.
    pub left_drop_deg: Vec<Option<f64>>,
    /// Lean to the right, less the level of both legs, degrees.
    pub lean_right_deg: Vec<Option<f64>>,
}

impl StanceCurve {
    /// Drop at a place of the curve as the stance of `side` counts it, degrees.
    pub fn drop_deg(&self, side: Side, index: usize) -> Option<f64> {
        let left = (*self.left_drop_deg.get(index)?)?;
        Some(side.sigma() * left)
    }

    /// Lean toward `side` at a place of the curve, degrees.
    pub fn lean_deg(&self, side: Side, index: usize) -> Option<f64> {
        let right = (*self.lean_right_deg.get(index)?)?;
        Some(-side.sigma() * right)
    }
}

/// The standing test of one recording.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StanceTest {
    /// Seconds that the pelvis should be held.
    pub target_s: f64,
    /// Drop that ends the holding, degrees.
    pub failure_drop_deg: f64,
    /// Every stance on one leg, in time order.
    pub stances: Vec<Stance>,
    /// Pelvis and trunk over the whole recording.
    pub curve: StanceCurve,
}

impl StanceTest {
    /// Obliquity (left side up positive) and lean (right positive) of standing on both legs, degrees;
    /// `None` where there was none.
    pub fn both_legs_deg(&self) -> Option<(f64, Option<f64>)> {
        let stance = self.stances.first()?;
        let sigma = stance.side.sigma();
        let lean = stance.level_lean_deg.map(|lean| -sigma * lean);
        Some((sigma * stance.level_drop_deg?, lean))
    }
}
