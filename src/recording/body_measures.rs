//! Body measures of a subject, in metres, radians, kilograms and years.

use super::{PerSide, Side};

/// Measures of one limb.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct LimbMeasures {
    /// ASIS to medial malleolus, metres.
    pub leg_length_m: Option<f64>,
    /// Width of the knee at the epicondyles, metres.
    pub knee_width_m: Option<f64>,
    /// Width of the ankle at the malleoli, metres.
    pub ankle_width_m: Option<f64>,
    /// ASIS–trochanter distance along the anterior axis, metres.
    pub asis_trochanter_m: Option<f64>,
    /// Plug-in Gait thigh (wand) rotation offset (`ThighRotation`), radians.
    pub thigh_rotation_rad: Option<f64>,
    /// Plug-in Gait shank (wand) rotation offset (`ShankRotation`), radians.
    pub shank_rotation_rad: Option<f64>,
    /// Plug-in Gait tibial torsion (`TibialTorsion`), radians.
    pub tibial_torsion_rad: Option<f64>,
    /// Plug-in Gait slope of the malleolar axis in the frontal plane (`AnkleAbAdd`), radians.
    pub ankle_abadd_rad: Option<f64>,
}

/// Measures of the whole subject; anything unknown is `None` (a stored 0 means unknown, except
/// for the rotation offsets).
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct BodyMeasures {
    /// Left and right limb.
    pub limbs: PerSide<LimbMeasures>,
    /// Distance between the ASIS, metres.
    pub inter_asis_m: Option<f64>,
    /// Marker diameter, metres.
    pub marker_diameter_m: Option<f64>,
    /// Standing height, metres.
    pub height_m: Option<f64>,
    /// Body mass, kilograms.
    pub mass_kg: Option<f64>,
}

impl BodyMeasures {
    /// Mean leg length of the sides that are known, metres.
    pub fn mean_leg_length_m(&self) -> Option<f64> {
        let known: Vec<f64> = Side::BOTH
            .iter()
            .filter_map(|&s| self.limbs[s].leg_length_m)
            .collect();
        if known.is_empty() {
            None
        } else {
            Some(known.iter().sum::<f64>() / known.len() as f64)
        }
    }
}
