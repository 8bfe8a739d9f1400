//! Skin and muscle that move over the bone: displacement of a marker in its segment.
//!
//! Three parts (`science` §9): a rigid shift and turn of the marker cluster that grows with knee
//! flexion (after Leardini 2005: greatest at the thigh), a local wobble at stride frequency, and a
//! ripple after each contact.

use super::gait::Pose;
use super::markers::{Carrier, Mounted};
use super::math::{exp, sin};
use super::random::{self, Purpose};
use super::rotation::{about_y, about_z, yxz};
use super::walker::Walker;
use nalgebra::Vector3;
use rand::RngExt;
use std::f64::consts::TAU;

/// Ripple after contact: amplitude, frequency, decay.
const RIPPLE: (f64, f64, f64) = (0.002, 15.0, 0.05);

/// Rigid movement of a cluster per 60° of knee flexion.
struct Cluster {
    shift_m: Vector3<f64>,
    /// Turn about the long axis and about the medio-lateral axis, degrees.
    turn_deg: [f64; 2],
}

/// The soft tissue under one marker.
#[derive(Debug, Clone)]
pub(super) struct SoftTissue {
    amount: f64,
    wobble_m: Vector3<f64>,
    wobble_phase: f64,
}

impl SoftTissue {
    pub fn new(walker: &Walker, marker: &Mounted, index: usize) -> SoftTissue {
        let seeds = [walker.seed, walker.session, 0];
        let mut random = random::generator(seeds, Purpose::Wobble, 10_000 + index as u64);
        let reach = match marker.carrier {
            Carrier::Thigh(_) | Carrier::Shank(_) => 0.002 + 0.003 * random.random::<f64>(),
            Carrier::Pelvis | Carrier::Thorax => 0.001 + 0.0015 * random.random::<f64>(),
            Carrier::Foot(_) => 0.0,
        };
        let direction = Vector3::new(
            random::normal(&mut random),
            random::normal(&mut random),
            random::normal(&mut random),
        );
        SoftTissue {
            amount: walker.noise.soft_tissue,
            wobble_m: direction.normalize() * reach,
            wobble_phase: random.random::<f64>(),
        }
    }

    /// Displacement in the segment frame, metres; `since_strike_s` of the limb that carries it.
    pub fn displacement(
        &self,
        marker: &Mounted,
        pose: &Pose,
        since_strike_s: Option<f64>,
    ) -> Vector3<f64> {
        if self.amount == 0.0 {
            return Vector3::zeros();
        }
        let phase = match marker.carrier {
            Carrier::Thigh(side) | Carrier::Shank(side) | Carrier::Foot(side) => pose.phase[side],
            Carrier::Pelvis | Carrier::Thorax => pose.phase.right,
        };
        let local = self.wobble_m * sin(TAU * (phase - self.wobble_phase));
        let (amplitude, frequency_hz, decay_s) = RIPPLE;
        let ripple = since_strike_s.map_or(0.0, |t| {
            amplitude * exp(-t / decay_s) * sin(TAU * frequency_hz * t)
        });
        (cluster_displacement(marker, pose) + local + Vector3::z() * ripple) * self.amount
    }
}

fn cluster_displacement(marker: &Mounted, pose: &Pose) -> Vector3<f64> {
    let (cluster, drive) = match marker.carrier {
        Carrier::Thigh(side) => (
            Cluster {
                shift_m: Vector3::new(0.005, 0.0, 0.010),
                turn_deg: [4.0, 3.0],
            },
            knee_flexion(pose, side),
        ),
        Carrier::Shank(side) => (
            Cluster {
                shift_m: Vector3::new(0.0, 0.0, 0.006),
                turn_deg: [2.0, 0.0],
            },
            knee_flexion(pose, side),
        ),
        Carrier::Pelvis => (
            Cluster {
                shift_m: Vector3::new(0.004, 0.0, 0.0),
                turn_deg: [1.0, 0.0],
            },
            sin(TAU * pose.phase.right),
        ),
        Carrier::Thorax | Carrier::Foot(_) => return Vector3::zeros(),
    };
    let [about_long, about_lateral] = cluster.turn_deg.map(|d| (d * drive).to_radians());
    about_z(about_long) * about_y(about_lateral) * marker.local - marker.local
        + cluster.shift_m * drive
}

/// Knee flexion in units of 60°.
fn knee_flexion(pose: &Pose, side: crate::recording::Side) -> f64 {
    let leg = &pose.legs[side];
    yxz(&(leg.thigh.transpose() * leg.shank))[0] / 60f64.to_radians()
}
