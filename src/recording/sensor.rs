//! One inertial sensor of a recording: what it measured and where on the body it sat.

use super::{Series3, Side};
use nalgebra::{Quaternion, UnitQuaternion};

/// Segment of the body that a sensor was fixed to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub enum Placement {
    /// Sacrum or iliac crest: moves with the pelvis.
    Pelvis,
    /// Lumbar spine (L3 to L5), the usual place of a single sensor; taken as the pelvis when no
    /// sensor sits on the pelvis itself.
    LowerBack,
    /// Sternum or chest strap.
    Sternum,
    /// Thoracic spine (C7 to T10).
    UpperBack,
    /// Head.
    Head,
    /// Upper arm of a side.
    UpperArm(Side),
    /// Forearm or wrist of a side.
    Forearm(Side),
    /// Thigh of a side.
    Thigh(Side),
    /// Shank (tibia, ankle strap) of a side.
    Shank(Side),
    /// Foot or shoe of a side.
    Foot(Side),
}

impl Placement {
    /// Every placement, the pelvis first, left before right.
    pub const ALL: [Placement; 15] = [
        Placement::Pelvis,
        Placement::LowerBack,
        Placement::Sternum,
        Placement::UpperBack,
        Placement::Head,
        Placement::UpperArm(Side::Left),
        Placement::UpperArm(Side::Right),
        Placement::Forearm(Side::Left),
        Placement::Forearm(Side::Right),
        Placement::Thigh(Side::Left),
        Placement::Thigh(Side::Right),
        Placement::Shank(Side::Left),
        Placement::Shank(Side::Right),
        Placement::Foot(Side::Left),
        Placement::Foot(Side::Right),
    ];

    /// Name in tables, maps and the columns of `synth`: `pelvis`, `lower_back`, `left_thigh`, ….
    pub fn name(self) -> &'static str {
        match self {
            Placement::Pelvis => "pelvis",
            Placement::LowerBack => "lower_back",
            Placement::Sternum => "sternum",
            Placement::UpperBack => "upper_back",
            Placement::Head => "head",
            Placement::UpperArm(Side::Left) => "left_upper_arm",
            Placement::UpperArm(Side::Right) => "right_upper_arm",
            Placement::Forearm(Side::Left) => "left_forearm",
            Placement::Forearm(Side::Right) => "right_forearm",
            Placement::Thigh(Side::Left) => "left_thigh",
            Placement::Thigh(Side::Right) => "right_thigh",
            Placement::Shank(Side::Left) => "left_shank",
            Placement::Shank(Side::Right) => "right_shank",
            Placement::Foot(Side::Left) => "left_foot",
            Placement::Foot(Side::Right) => "right_foot",
        }
    }

    /// The placement of exactly that [`name`](Placement::name).
    pub fn from_name(name: &str) -> Option<Placement> {
        Placement::ALL.into_iter().find(|p| p.name() == name)
    }

    /// Side of a limb's segment; `None` for pelvis, trunk and head.
    pub fn side(self) -> Option<Side> {
        match self {
            Placement::UpperArm(side)
            | Placement::Forearm(side)
            | Placement::Thigh(side)
            | Placement::Shank(side)
            | Placement::Foot(side) => Some(side),
            _ => None,
        }
    }
}

impl From<Placement> for String {
    fn from(placement: Placement) -> String {
        placement.name().to_owned()
    }
}

impl TryFrom<String> for Placement {
    type Error = String;
    fn try_from(name: String) -> Result<Placement, String> {
        Placement::from_name(&name).ok_or_else(|| format!("no placement is called {name:?}"))
    }
}

/// Orientation that the sensor's own software computed.
#[derive(Debug, Clone, PartialEq)]
pub struct VendorOrientation {
    /// Unit quaternion `reference_from_sensor` of each frame, scalar first `[w, x, y, z]`; NaN =
    /// missing.
    pub reference_from_sensor: Vec<[f64; 4]>,
    /// What the file says about the reference frame (`ENU`, `NWU`, …); empty when it says nothing.
    pub reference: String,
    /// The reference's third axis points up, as far as the measured gravity shows; `None` when
    /// there is no acceleration to tell it from.
    pub z_up: Option<bool>,
}

impl VendorOrientation {
    /// The orientation at `index`; `None` where missing. Panics past the end, as a slice does.
    pub fn at(&self, index: usize) -> Option<UnitQuaternion<f64>> {
        let [w, x, y, z] = self.reference_from_sensor[index];
        UnitQuaternion::try_new(Quaternion::new(w, x, y, z), 1e-3)
    }
}

/// One inertial sensor. All sensors of a [`Recording`](super::Recording) share its time base: sample
/// `i` of each belongs to frame `i`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// Name as stored or as the file is called (`pelvis`, `00B421E6`, `Right Foot`).
    pub name: String,
    /// Where it sat; `None` when neither name nor map tells it.
    pub placement: Option<Placement>,
    /// Specific force (gravity included, at rest +9.81 along the axis that points up), m/s², in the
    /// sensor's own axes; NaN = missing.
    pub acc_m_s2: Series3,
    /// Angular velocity, rad/s, in the sensor's own axes; NaN = missing.
    pub gyr_rad_s: Series3,
    /// Orientation as the vendor computed it, when stored.
    pub orientation: Option<VendorOrientation>,
    /// The angular velocity is not a gyroscope's but was derived from the vendor's orientation.
    pub gyr_derived: bool,
}

impl Sensor {
    /// A sensor of `frames` missing samples, to fill.
    pub fn missing(name: impl Into<String>, frames: usize) -> Sensor {
        Sensor {
            name: name.into(),
            placement: None,
            acc_m_s2: Series3::missing(frames),
            gyr_rad_s: Series3::missing(frames),
            orientation: None,
            gyr_derived: false,
        }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.acc_m_s2.len()
    }

    /// True when there is no sample.
    pub fn is_empty(&self) -> bool {
        self.acc_m_s2.is_empty()
    }

    /// Number of samples with both acceleration and angular velocity.
    pub fn present(&self) -> usize {
        self.acc_m_s2.present_with(&self.gyr_rad_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_placements_are_one_to_one() {
        for placement in Placement::ALL {
            assert_eq!(Placement::from_name(placement.name()), Some(placement));
            let json = serde_json::to_string(&placement).unwrap();
            assert_eq!(json, format!("\"{}\"", placement.name()));
            assert_eq!(serde_json::from_str::<Placement>(&json).unwrap(), placement);
        }
        assert_eq!(Placement::from_name("elbow"), None);
        assert!(serde_json::from_str::<Placement>("\"elbow\"").is_err());
    }

    #[test]
    fn a_missing_orientation_is_none() {
        let orientation = VendorOrientation {
            reference_from_sensor: vec![[1.0, 0.0, 0.0, 0.0], [f64::NAN; 4], [0.0; 4]],
            reference: String::new(),
            z_up: None,
        };
        assert!(orientation.at(0).is_some());
        assert!(orientation.at(1).is_none());
        assert!(orientation.at(2).is_none());
    }
}
