//! Which inertial sensors the subject wears and how wrong they are: every parameter of a synthetic
//! inertial recording besides the [`Walker`](super::Walker).

use super::names::named_enum;
use super::walker::WalkerError;
use crate::recording::{Placement, Side};

named_enum! {
    /// Which sensors the subject wears.
    SensorSet, "sensor set" {
        /// Pelvis, sternum, thighs, shanks and feet.
        Full = "full",
        /// Pelvis, sternum and shanks: what drop and lean need, and sure sides.
        Trunk = "trunk",
        /// One sensor on the lower back.
        LowerBack = "lower-back",
    }
}

impl SensorSet {
    /// Where the sensors sit, in the order of the recording.
    pub fn placements(self) -> Vec<Placement> {
        let limbs = |of: fn(Side) -> Placement| Side::BOTH.map(of);
        match self {
            SensorSet::LowerBack => vec![Placement::LowerBack],
            SensorSet::Trunk => [Placement::Pelvis, Placement::Sternum]
                .into_iter()
                .chain(limbs(Placement::Shank))
                .collect(),
            SensorSet::Full => [Placement::Pelvis, Placement::Sternum]
                .into_iter()
                .chain(limbs(Placement::Thigh))
                .chain(limbs(Placement::Shank))
                .chain(limbs(Placement::Foot))
                .collect(),
        }
    }
}

/// Sensors and their errors. The default has no errors at all.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Imu {
    /// Sensors.
    pub sensors: SensorSet,
    /// Quiet standing before the walk, seconds; the walk begins 1.5 s later.
    pub standing_s: f64,
    /// Forward bows at the hips while standing (25° pelvis, 50° trunk, two seconds each).
    pub bows: usize,
    /// White noise of the accelerometer, SD per axis, m/s².
    pub acc_noise_m_s2: f64,
    /// White noise of the gyroscope, SD per axis, °/s.
    pub gyr_noise_deg_s: f64,
    /// Constant error of the accelerometer, SD per axis, m/s².
    pub acc_bias_m_s2: f64,
    /// Constant error of the gyroscope, SD per axis, °/s.
    pub gyr_bias_deg_s: f64,
    /// Random walk of that error, °/s per √s.
    pub gyr_walk_deg_s: f64,
    /// Error of scale, SD per axis, share.
    pub scale_error: f64,
    /// Sensors are turned on the segment by up to this angle about any axis, degrees.
    pub misalignment_deg: f64,
    /// Soft tissue under the sensors: 1 = the magnitudes of `science` §9 (pelvis and trunk turn by
    /// 1–3° with the stride; thighs and shanks turn with knee flexion and wobble at 12–18 Hz).
    pub soft_tissue: f64,
    /// Share of samples that are lost.
    pub packet_loss: f64,
    /// Error of each sensor's clock, SD, parts per million.
    pub clock_skew_ppm: f64,
}

impl Default for Imu {
    fn default() -> Imu {
        Imu {
            sensors: SensorSet::Full,
            standing_s: 8.0,
            bows: 0,
            acc_noise_m_s2: 0.0,
            gyr_noise_deg_s: 0.0,
            acc_bias_m_s2: 0.0,
            gyr_bias_deg_s: 0.0,
            gyr_walk_deg_s: 0.0,
            scale_error: 0.0,
            misalignment_deg: 0.0,
            soft_tissue: 0.0,
            packet_loss: 0.0,
            clock_skew_ppm: 0.0,
        }
    }
}

impl Imu {
    /// The errors of ordinary sensors put on by hand (`science` §9), without soft tissue.
    pub fn realistic(self) -> Imu {
        Imu {
            acc_noise_m_s2: 0.05,
            gyr_noise_deg_s: 0.1,
            acc_bias_m_s2: 0.05,
            gyr_bias_deg_s: 0.5,
            gyr_walk_deg_s: 0.02,
            scale_error: 0.005,
            misalignment_deg: 20.0,
            packet_loss: 0.005,
            clock_skew_ppm: 50.0,
            ..self
        }
    }

    /// Checks that every parameter is possible.
    pub fn check(&self) -> Result<(), WalkerError> {
        let ranges = [
            ("standing_s", self.standing_s, 600.0, "0 to 600 s"),
            ("bows", self.bows as f64, 20.0, "0 to 20"),
            ("acc_noise_m_s2", self.acc_noise_m_s2, 5.0, "0 to 5 m/s²"),
            ("gyr_noise_deg_s", self.gyr_noise_deg_s, 50.0, "0 to 50 °/s"),
            ("acc_bias_m_s2", self.acc_bias_m_s2, 5.0, "0 to 5 m/s²"),
            ("gyr_bias_deg_s", self.gyr_bias_deg_s, 50.0, "0 to 50 °/s"),
            ("gyr_walk_deg_s", self.gyr_walk_deg_s, 5.0, "0 to 5 °/s/√s"),
            ("scale_error", self.scale_error, 0.2, "0 to 0.2"),
            (
                "misalignment_deg",
                self.misalignment_deg,
                180.0,
                "0 to 180°",
            ),
            ("soft_tissue", self.soft_tissue, 5.0, "0 to 5"),
            ("packet_loss", self.packet_loss, 0.9, "0 to 0.9"),
            ("clock_skew_ppm", self.clock_skew_ppm, 5000.0, "0 to 5000"),
        ];
        for (parameter, found, high, expected) in ranges {
            if !(0.0..=high).contains(&found) {
                return Err(WalkerError::new(parameter, found, expected));
            }
        }
        if self.bows > 0 && self.standing_s < 4.0 + BOW_S * self.bows as f64 {
            return Err(WalkerError::new(
                "standing_s",
                self.standing_s,
                "at least 4 s and 2 s for each bow",
            ));
        }
        Ok(())
    }
}

/// Duration of a bow, seconds.
pub(super) const BOW_S: f64 = 2.0;
