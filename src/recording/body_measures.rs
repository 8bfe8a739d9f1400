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

    /// These measures, completed from `other` where something is unknown here.
    pub fn or(&self, other: &BodyMeasures) -> BodyMeasures {
        BodyMeasures {
            limbs: PerSide::from_fn(|side| self.limbs[side].or(&other.limbs[side])),
            inter_asis_m: self.inter_asis_m.or(other.inter_asis_m),
            marker_diameter_m: self.marker_diameter_m.or(other.marker_diameter_m),
            height_m: self.height_m.or(other.height_m),
            mass_kg: self.mass_kg.or(other.mass_kg),
        }
    }
}

impl LimbMeasures {
    /// These measures, completed from `other` where something is unknown here.
    pub fn or(&self, other: &LimbMeasures) -> LimbMeasures {
        LimbMeasures {
            leg_length_m: self.leg_length_m.or(other.leg_length_m),
            knee_width_m: self.knee_width_m.or(other.knee_width_m),
            ankle_width_m: self.ankle_width_m.or(other.ankle_width_m),
            asis_trochanter_m: self.asis_trochanter_m.or(other.asis_trochanter_m),
            thigh_rotation_rad: self.thigh_rotation_rad.or(other.thigh_rotation_rad),
            shank_rotation_rad: self.shank_rotation_rad.or(other.shank_rotation_rad),
            tibial_torsion_rad: self.tibial_torsion_rad.or(other.tibial_torsion_rad),
            ankle_abadd_rad: self.ankle_abadd_rad.or(other.ankle_abadd_rad),
        }
    }
}
