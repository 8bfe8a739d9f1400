//! Inertial sensors on the moving body: specific force and angular velocity of every sample.
//!
//! acc = R_sᵀ(p̈ + g ẑ) and ω from R_sᵀ Ṙ_s, by central differences at four times the rate, low-passed
//! by a short triangle and decimated; then the sensor's own errors (`science` §9).

use super::gait::Pose;
use super::imu::Imu;
use super::markers::Carrier;
use super::math::{sin, sin_cos};
use super::physique::Physique;
use super::random::{self, Purpose};
use super::rotation::{about_y, about_z, yxz};
use super::walker::Walker;
use crate::recording::{Placement, Sensor, Side};
use nalgebra::{Matrix3, Vector3};
use rand::RngExt;
use rand_pcg::Pcg64;
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// Computed moments per sample.
const FINER: usize = 4;
/// Weights of the triangle that smooths before decimation: 1 2 3 4 3 2 1.
const REACH: i64 = 3;
/// Standard gravity, m/s².
const GRAVITY: f64 = 9.80665;
/// Damping of skin and muscle under a sensor.
const DAMPING: f64 = 0.3;
/// What is stored of acceleration (m/s²) and angular velocity (rad/s): multiples of 1/these.
const RESOLUTION: (f64, f64) = (1e4, 1e5);

/// A sensor strapped to a segment.
struct Worn {
    carrier: Carrier,
    /// Where, in the segment's frame, metres.
    place: Vector3<f64>,
    segment_from_sensor: Matrix3<f64>,
    tissue: Tissue,
}

/// How the sensor moves on its segment.
struct Tissue {
    amount: f64,
    /// Pelvis and trunk: axis times amplitude (rad) and phase at once and twice per stride.
    waves: [(Vector3<f64>, f64); 2],
    /// Thigh and shank: degrees about the long and the lateral axis per 60° of knee flexion.
    with_flexion_deg: [f64; 2],
    /// Frequency at which it wobbles, rad/s.
    wobble_rad_s: Option<f64>,
    side: Option<Side>,
}

/// Every sensor's samples. `moment` gives the body at a time and how much it walks, 0 to 1.
pub(super) fn sensors(
    walker: &Walker,
    imu: &Imu,
    physique: &Physique,
    moment: &(dyn Fn(f64) -> (Pose, f64) + Sync),
    frames: usize,
) -> Vec<Sensor> {
    let step_s = 1.0 / (walker.rate_hz * FINER as f64);
    let last = (frames * FINER) as i64;
    // differences and triangle need this many moments before the first sample
    let margin = REACH + 1;
    let poses: Vec<(Pose, f64)> = (-margin..last + margin)
        .into_par_iter()
        .map(|j| moment(j as f64 * step_s))
        .collect();
    imu.sensors
        .placements()
        .into_par_iter()
        .map(|placement| {
            let worn = Worn::new(walker, imu, physique, placement);
            let (acc, gyr) = worn.feel(&poses, step_s);
            measure(walker, imu, placement, frames, &acc, &gyr)
        })
        .collect()
}

/// Seed of a sensor's own random numbers.
fn index_of(placement: Placement) -> u64 {
    let name = placement.name().bytes();
    20_000 + name.fold(7, |h, b| (h * 131 + u64::from(b)) % 10_007)
}

impl Worn {
    fn new(walker: &Walker, imu: &Imu, body: &Physique, placement: Placement) -> Worn {
        let seeds = [walker.seed, walker.session, 0];
        let mut random = random::generator(seeds, Purpose::Placement, index_of(placement));
        let (carrier, place, nominal) = nominal(placement, body);
        let turned = any_turn(&mut random, imu.misalignment_deg);
        Worn {
            carrier,
            place,
            segment_from_sensor: nominal * turned,
            tissue: Tissue::new(imu.soft_tissue, carrier, &mut random),
        }
    }

    /// Exact acceleration and angular velocity, smoothed, at every finer moment from 0.
    fn feel(&self, poses: &[(Pose, f64)], step_s: f64) -> (Vec<Vector3<f64>>, Vec<Vector3<f64>>) {
        let rotations: Vec<Matrix3<f64>> = poses
            .iter()
            .map(|(pose, walking)| {
                let segment = self.carrier.segment(pose).rotation;
                segment * self.tissue.turn(pose, *walking) * self.segment_from_sensor
            })
            .collect();
        let mut places: Vec<Vector3<f64>> = poses
            .iter()
            .map(|(pose, _)| self.carrier.segment(pose).point(&self.place))
            .collect();
        self.tissue.wobble(&mut places, step_s);
        let gravity = Vector3::z() * GRAVITY;
        let inner = 1..poses.len() - 1;
        let acc: Vec<Vector3<f64>> = inner
            .clone()
            .map(|j| {
                let second = places[j + 1] - places[j] * 2.0 + places[j - 1];
                rotations[j].transpose() * (second / (step_s * step_s) + gravity)
            })
            .collect();
        let gyr: Vec<Vector3<f64>> = inner
            .map(|j| turn_between(&rotations[j - 1], &rotations[j + 1]) / (2.0 * step_s))
            .collect();
        (smoothed(&acc), smoothed(&gyr))
    }
}

/// Mean over a triangle of ±[`REACH`]; the result begins that many moments later.
fn smoothed(values: &[Vector3<f64>]) -> Vec<Vector3<f64>> {
    let weights: Vec<f64> = (-REACH..=REACH)
        .map(|k| (REACH + 1 - k.abs()) as f64 / ((REACH + 1) * (REACH + 1)) as f64)
        .collect();
    values
        .windows(weights.len())
        .map(|window| window.iter().zip(&weights).map(|(v, w)| v * *w).sum())
        .collect()
}

/// Rotation vector of aᵀb for nearly equal rotations.
fn turn_between(a: &Matrix3<f64>, b: &Matrix3<f64>) -> Vector3<f64> {
    let r = a.transpose() * b;
    let sine = Vector3::new(
        r[(2, 1)] - r[(1, 2)],
        r[(0, 2)] - r[(2, 0)],
        r[(1, 0)] - r[(0, 1)],
    ) * 0.5;
    // θ / sin θ as a series of sin²θ
    let s = sine.norm_squared();
    sine * (1.0 + s / 6.0 + 3.0 * s * s / 40.0 + 5.0 * s * s * s / 112.0)
}

/// Where a sensor is meant to sit and how it is meant to be turned (x up, z away from the body).
fn nominal(placement: Placement, body: &Physique) -> (Carrier, Vector3<f64>, Matrix3<f64>) {
    let s = body.scale;
    let at = |x: f64, y: f64, z: f64| Vector3::new(x, y, z);
    let up_and_out = |out: Vector3<f64>| {
        let up = Vector3::z();
        Matrix3::from_columns(&[up, out.cross(&up), out])
    };
    let back = up_and_out(-Vector3::x());
    let outside = |side: Side| up_and_out(Vector3::y() * side.sigma());
    match placement {
        Placement::LowerBack => (
            Carrier::Pelvis,
            at(-body.pelvis_depth_m - 0.01 * s, 0.0, 0.04 * s),
            back,
        ),
        Placement::Sternum => (
            Carrier::Thorax,
            at(0.11 * s, 0.0, 0.30 * s),
            up_and_out(Vector3::x()),
        ),
        Placement::UpperBack | Placement::Head => {
            (Carrier::Thorax, at(-0.07 * s, 0.0, 0.40 * s), back)
        }
        Placement::Thigh(side) => (
            Carrier::Thigh(side),
            at(0.0, side.sigma() * 0.08 * s, 0.5 * body.thigh_m[side]),
            outside(side),
        ),
        Placement::Shank(side) => (
            Carrier::Shank(side),
            at(0.0, side.sigma() * 0.06 * s, 0.6 * body.shank_m[side]),
            outside(side),
        ),
        Placement::Foot(side) => (
            Carrier::Foot(side),
            at(0.06 * s, 0.0, 0.03 * s - body.ankle_height_m),
            Matrix3::identity(),
        ),
        // arms do not move in this model: no set wears such a sensor
        Placement::Pelvis | Placement::UpperArm(_) | Placement::Forearm(_) => (
            Carrier::Pelvis,
            at(-body.pelvis_depth_m - 0.01 * s, 0.0, 0.0),
            back,
        ),
    }
}

/// A turn of up to `degrees` about an axis of any direction.
fn any_turn(random: &mut Pcg64, degrees: f64) -> Matrix3<f64> {
    let axis = Vector3::new(
        random::normal(random),
        random::normal(random),
        random::normal(random),
    )
    .normalize();
    rotation_about(&axis, (degrees * random.random::<f64>()).to_radians())
}

/// Rodrigues' formula.
fn rotation_about(axis: &Vector3<f64>, angle: f64) -> Matrix3<f64> {
    let (sine, cosine) = sin_cos(angle);
    let k = axis.cross_matrix();
    Matrix3::identity() + k * sine + k * k * (1.0 - cosine)
}

impl Tissue {
    fn new(amount: f64, carrier: Carrier, random: &mut Pcg64) -> Tissue {
        let mut wave = |share: f64| {
            let axis = Vector3::new(
                random::normal(random),
                random::normal(random),
                random::normal(random),
            );
            let amplitude = (share * (1.0 + 2.0 * random.random::<f64>())).to_radians();
            (axis.normalize() * amplitude, random.random::<f64>())
        };
        let (once, twice) = (wave(0.8), wave(0.4));
        let frequency_hz = 12.0 + 6.0 * random.random::<f64>();
        let none = Vector3::zeros();
        let limb = |side, with_flexion_deg| Tissue {
            amount,
            waves: [(none, 0.0); 2],
            with_flexion_deg,
            wobble_rad_s: Some(TAU * frequency_hz),
            side: Some(side),
        };
        match carrier {
            Carrier::Thigh(side) => limb(side, [4.0, 3.0]),
            Carrier::Shank(side) => limb(side, [2.0, 0.0]),
            Carrier::Pelvis | Carrier::Thorax => Tissue {
                amount,
                waves: [once, twice],
                with_flexion_deg: [0.0; 2],
                wobble_rad_s: None,
                side: None,
            },
            // a shoe holds its sensor
            Carrier::Foot(_) => Tissue {
                amount: 0.0,
                waves: [(none, 0.0); 2],
                with_flexion_deg: [0.0; 2],
                wobble_rad_s: None,
                side: None,
            },
        }
    }

    /// Turn of the sensor on its segment; none in standing.
    fn turn(&self, pose: &Pose, walking: f64) -> Matrix3<f64> {
        let amount = self.amount * walking;
        if amount == 0.0 {
            return Matrix3::identity();
        }
        match self.side {
            Some(side) => {
                let leg = &pose.legs[side];
                let flexion = yxz(&(leg.thigh.transpose() * leg.shank))[0] / (PI / 3.0);
                let [long, lateral] = self
                    .with_flexion_deg
                    .map(|d| (amount * d * flexion).to_radians());
                about_z(long) * about_y(lateral)
            }
            None => {
                let phase = pose.phase.right;
                let vector: Vector3<f64> = (self.waves.iter().zip([1.0, 2.0]))
                    .map(|((axis, shift), k)| axis * sin(TAU * (k * phase - shift)))
                    .sum();
                let angle = vector.norm();
                if angle == 0.0 {
                    return Matrix3::identity();
                }
                rotation_about(&(vector / angle), amount * angle)
            }
        }
    }

    /// Adds what a spring of skin does when its segment is shaken: ẍ + 2ζω ẋ + ω² x = −p̈.
    fn wobble(&self, places: &mut [Vector3<f64>], step_s: f64) {
        let Some(w) = self.wobble_rad_s.filter(|_| self.amount > 0.0) else {
            return;
        };
        let (mut x, mut v) = (Vector3::zeros(), Vector3::zeros());
        let rigid = places.to_vec();
        for j in 1..places.len() - 1 {
            let shake = (rigid[j + 1] - rigid[j] * 2.0 + rigid[j - 1]) / (step_s * step_s);
            v += (-shake - v * (2.0 * DAMPING * w) - x * (w * w)) * step_s;
            x += v * step_s;
            places[j + 1] += x * self.amount;
        }
    }
}

/// What the instrument makes of it.
fn measure(
    walker: &Walker,
    imu: &Imu,
    placement: Placement,
    frames: usize,
    acc: &[Vector3<f64>],
    gyr: &[Vector3<f64>],
) -> Sensor {
    let index = index_of(placement);
    let mut random = random::generator(
        [walker.seed, walker.session, walker.trial],
        Purpose::Noise,
        index,
    );
    let mut vector = |sd: f64| {
        Vector3::new(
            sd * random::normal(&mut random),
            sd * random::normal(&mut random),
            sd * random::normal(&mut random),
        )
    };
    let acc_bias = vector(imu.acc_bias_m_s2);
    let mut gyr_bias = vector(imu.gyr_bias_deg_s.to_radians());
    let one = Vector3::new(1.0, 1.0, 1.0);
    let (acc_scale, gyr_scale) = (one + vector(imu.scale_error), one + vector(imu.scale_error));
    let skew = vector(imu.clock_skew_ppm * 1e-6).x;
    let walk = imu.gyr_walk_deg_s.to_radians() / walker.rate_hz.sqrt();
    let mut sensor = Sensor::missing(placement.name(), frames);
    sensor.placement = Some(placement);
    let seeds = [walker.seed, walker.session, walker.trial];
    let mut losses = random::generator(seeds, Purpose::Defects, index);
    for i in 0..frames {
        gyr_bias += vector(walk);
        let a = at(acc, i, skew).component_mul(&acc_scale) + acc_bias + vector(imu.acc_noise_m_s2);
        let noise = vector(imu.gyr_noise_deg_s.to_radians());
        let w = at(gyr, i, skew).component_mul(&gyr_scale) + gyr_bias + noise;
        if losses.random::<f64>() >= imu.packet_loss {
            let (acc_step, gyr_step) = RESOLUTION;
            sensor
                .acc_m_s2
                .set(i, a.map(|v| (v * acc_step).round() / acc_step));
            sensor
                .gyr_rad_s
                .set(i, w.map(|v| (v * gyr_step).round() / gyr_step));
        }
    }
    sensor
}

/// The exact signal when the sensor's clock, off by `skew`, takes sample `i`.
fn at(values: &[Vector3<f64>], i: usize, skew: f64) -> Vector3<f64> {
    let place = ((i * FINER) as f64 * (1.0 + skew)).clamp(0.0, (values.len() - 1) as f64);
    let before = place.floor() as usize;
    let after = (before + 1).min(values.len() - 1);
    values[before] + (values[after] - values[before]) * (place - before as f64)
}
