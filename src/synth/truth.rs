//! What is true of a synthetic recording: events, strides, angles, labels.
//!
//! Angles are degrees with the laboratory's signs, named as the columns of `hipdrop angles`.

use super::imu::Imu;
use super::names::named_enum;
use super::one_leg::{OneLeg, TrueStance};
use super::walker::Walker;
use crate::recording::{EventKind, PerSide, Side};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize, Serializer};

named_enum! {
    /// The pattern that was prescribed for a limb's stance, in the words of the tables.
    TrueLabel, "label" {
        /// Neither drop nor lean was added.
        None = "none",
        /// Drop without lean.
        Uncompensated = "uncompensated",
        /// Lean with a level or elevated pelvis.
        Compensated = "compensated",
        /// Both.
        Mixed = "mixed",
    }
}

/// One true event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrueEvent {
    /// Whose foot.
    pub side: Side,
    /// Strike or off.
    pub event: EventKind,
    /// Seconds on the file's time base.
    #[serde(serialize_with = "rounded")]
    pub time_s: f64,
}

/// One true stride with what a perfect measurement would give.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrueStride {
    /// The stance limb.
    pub side: Side,
    /// Foot strike, seconds.
    #[serde(serialize_with = "rounded")]
    pub start_s: f64,
    /// Opposite foot off before that limb's swing; of a runner it is before `start_s`.
    #[serde(serialize_with = "rounded")]
    pub opposite_off_s: f64,
    /// Opposite foot strike.
    #[serde(serialize_with = "rounded")]
    pub opposite_strike_s: f64,
    /// Own foot off.
    #[serde(serialize_with = "rounded")]
    pub off_s: f64,
    /// Next foot strike.
    #[serde(serialize_with = "rounded")]
    pub end_s: f64,
    /// Change of the direction of progression over the stride, degrees.
    #[serde(serialize_with = "rounded")]
    pub heading_change_deg: f64,
    /// Mean contralateral pelvic drop over single support (of a runner: over stance), degrees.
    #[serde(serialize_with = "rounded")]
    pub drop_ss_deg: f64,
    /// Mean trunk lean toward this limb over single support, degrees.
    #[serde(serialize_with = "rounded")]
    pub lean_ss_deg: f64,
    /// Time without a foot on the ground between this limb's foot off and the opposite strike,
    /// seconds: running only.
    #[serde(serialize_with = "rounded", skip_serializing_if = "is_zero")]
    pub flight_s: f64,
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Six decimals: what differs beyond is the platform's arithmetic.
fn rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e6).round() / 1e6)
}

/// True angles of one joint, one value per frame, degrees.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrueJoint {
    /// Flexion positive.
    pub flexion_deg: Vec<f64>,
    /// Hip: adduction positive. Knee: valgus positive.
    pub frontal_deg: Vec<f64>,
    /// Internal rotation positive.
    pub rotation_deg: Vec<f64>,
}

/// True angles, one value per frame, degrees, laboratory signs; rotations relative to the true
/// direction of progression.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrueAngles {
    /// Direction of progression, anticlockwise from the file's X axis.
    pub heading_deg: Vec<f64>,
    /// Anterior tilt positive.
    pub pelvis_tilt_deg: Vec<f64>,
    /// Left side up positive.
    pub pelvis_obliquity_deg: Vec<f64>,
    /// Left side back positive.
    pub pelvis_rotation_deg: Vec<f64>,
    /// Forward positive.
    pub thorax_tilt_deg: Vec<f64>,
    /// To the right positive.
    pub thorax_lean_deg: Vec<f64>,
    /// Left side back positive.
    pub thorax_rotation_deg: Vec<f64>,
    /// Hips.
    pub hip: PerSide<TrueJoint>,
    /// Knees.
    pub knee: PerSide<TrueJoint>,
}

impl TrueAngles {
    /// Every column with its name in `hipdrop angles` (and the heading).
    pub fn columns(&self) -> Vec<(String, &[f64])> {
        let mut columns: Vec<(String, &[f64])> = vec![
            ("heading_deg".into(), &self.heading_deg),
            ("pelvis_tilt_deg".into(), &self.pelvis_tilt_deg),
            ("pelvis_obliquity_deg".into(), &self.pelvis_obliquity_deg),
            ("pelvis_rotation_deg".into(), &self.pelvis_rotation_deg),
            ("thorax_tilt_deg".into(), &self.thorax_tilt_deg),
            ("thorax_lean_deg".into(), &self.thorax_lean_deg),
            ("thorax_rotation_deg".into(), &self.thorax_rotation_deg),
        ];
        for side in Side::BOTH {
            let joints = [
                ("hip", "adduction", &self.hip[side]),
                ("knee", "valgus", &self.knee[side]),
            ];
            for (joint, frontal, angles) in joints {
                let name = |angle: &str| format!("{}_{joint}_{angle}_deg", side.name());
                columns.push((name("flexion"), &angles.flexion_deg));
                columns.push((name(frontal), &angles.frontal_deg));
                columns.push((name("rotation"), &angles.rotation_deg));
            }
        }
        columns
    }
}

impl Serialize for TrueAngles {
    /// An object of column name → values, rounded to 0.0001°.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns().into_iter().map(|(name, values)| {
            let rounded: Vec<f64> = values.iter().map(|v| (v * 1e4).round() / 1e4).collect();
            (name, rounded)
        }))
    }
}

/// True joint centres in the file's axes, metres, one per frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrueCentres {
    /// Hip joint centre.
    pub hip: Vec<Vector3<f64>>,
    /// Knee joint centre.
    pub knee: Vec<Vector3<f64>>,
    /// Ankle joint centre.
    pub ankle: Vec<Vector3<f64>>,
}

/// Everything that is true of one synthetic recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// Always true: no person was recorded.
    pub synthetic: bool,
    /// Prescribed pattern per stance limb.
    pub labels: PerSide<TrueLabel>,
    /// All parameters; they make the recording again.
    pub walker: Walker,
    /// Sensors and their errors, of an inertial recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imu: Option<Imu>,
    /// Speed, m/s; 0 when standing.
    #[serde(serialize_with = "rounded")]
    pub speed_m_s: f64,
    /// Frames per second.
    pub rate_hz: f64,
    /// Number of frames.
    pub frames: usize,
    /// Events in time order.
    pub events: Vec<TrueEvent>,
    /// Complete strides: left then right, in time order.
    pub strides: Vec<TrueStride>,
    /// How somebody stands on one leg, of a standing test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_leg: Option<OneLeg>,
    /// Stances on one leg, in time order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stances: Vec<TrueStance>,
    /// Angles per frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub angles: Option<TrueAngles>,
    /// Joint centres per frame (not written).
    #[serde(skip)]
    pub centres: PerSide<TrueCentres>,
}

impl Truth {
    /// The truth as JSON text; without `angles` when they were taken out.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self).map(|text| text + "\n")
    }
}
