//! Angle series of the frontal plane (and the sagittal ones that go with them).
//!
//! In: segment frames of `body`, or another program's stored angles. Out: [`AngleSeries`],
//! radians, laboratory signs; and the Plug-in Gait columns of `--sequence pig`.

mod cardan;
mod cross_talk;
mod knee_correction;
mod opensim;
mod pig;
mod projection;
mod series;
mod stored;

pub use crate::body::TrunkDefinition;
pub use cardan::{
    Cardan, about_x, about_y, about_z, matrix_from_rotation_obliquity_tilt,
    matrix_from_tilt_obliquity_rotation, rotation_obliquity_tilt, tilt_obliquity_rotation,
};
pub use cross_talk::{CrossTalk, cross_talk};
pub use knee_correction::{KneeAxis, KneeSample};
pub use opensim::coordinates;
pub use pig::{PigColumn, plug_in_gait};
pub use projection::{Frontal, fppa, frontal, pelvis_on_leg, shoulder_line_lean, spine_line_lean};
pub use series::series;
pub use stored::{from_model_outputs, plug_in_gait_from_model_outputs};

use crate::recording::PerSide;

/// Cardan angles of a segment in the laboratory, rotation–obliquity–tilt, radians.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentAngles {
    /// Forward (anterior) tilt positive.
    pub tilt: Vec<f64>,
    /// Elevation of the medio-lateral axis: pelvis > 0 = left side up; trunk > 0 = lean to the right.
    pub obliquity: Vec<f64>,
    /// Rotation about the vertical, relative to the direction of progression; > 0 = left turned
    /// back (anticlockwise from above).
    pub rotation: Vec<f64>,
}

/// Joint angles of one limb (YXZ), radians.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JointAngles {
    /// Flexion positive.
    pub flexion: Vec<f64>,
    /// Hip: adduction positive. Knee: **valgus** positive.
    pub frontal: Vec<f64>,
    /// Internal rotation positive.
    pub rotation: Vec<f64>,
}

/// All angle series of a recording, one value per frame, NaN = not available.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AngleSeries {
    /// Pelvis in the laboratory.
    pub pelvis: SegmentAngles,
    /// Trunk in the laboratory (obliquity = lean to the right positive).
    pub thorax: SegmentAngles,
    /// Trunk relative to the pelvis, lean to the right positive.
    pub lean_on_pelvis: Vec<f64>,
    /// Definition of the trunk angles; `None` without trunk data.
    pub trunk_definition: Option<TrunkDefinition>,
    /// Hip angles.
    pub hip: PerSide<JointAngles>,
    /// Knee angles (frontal = valgus positive).
    pub knee: PerSide<JointAngles>,
    /// Frontal-plane projection angle of the knee, valgus positive.
    pub fppa: PerSide<Vec<f64>>,
}
