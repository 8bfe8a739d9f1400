//! One step of the filter: strapdown, inclination, rest, gyroscope bias.
//!
//! Laidig & Seel 2023 (Information Fusion 91:187–204): angular velocity is integrated in an almost
//! inertial frame; in that frame the acceleration of a person who stays on earth averages to
//! gravity, so its low-passed direction corrects the inclination; the same correction, and quiet
//! moments, tell the bias to a Kalman filter. The formulas are the paper's, arranged so that the
//! covariance stays symmetric and one root serves where several would.

use super::Parameters;
use super::algebra::{
    Matrix, Quaternion, Symmetric, Vector, dot, identity, inverse, matrix, product, renormalised,
    rotated, symmetric_times, times_vector, turn,
};
use super::lane::Lane;
use super::low_pass::{Coefficients, LowPass};

/// Parameters in the units of the computation, for one rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Constants {
    pub step_s: f64,
    pub acc: Coefficients,
    rest: Coefficients,
    rest_seconds: f64,
    /// Squares of the largest deviations at rest, (rad/s)² and (m/s²)².
    rest_gyr: f64,
    rest_acc: f64,
    /// Largest bias, rad/s.
    clip: f64,
    /// Variances in (0.01 °/s)², as in the paper: at the start, growth per step, and of the
    /// measurement in motion (horizontal, vertical) and at rest.
    variance: f64,
    growth: f64,
    motion: [f64; 2],
    still: f64,
}

impl Constants {
    pub fn new(parameters: &Parameters, rate_hz: f64) -> Constants {
        let step_s = 1.0 / rate_hz;
        let variance = |sigma_deg_s: f64| (100.0 * sigma_deg_s).powi(2);
        // from 0 to (0.1 °/s)² in the forgetting time
        let growth = variance(0.1) * step_s / parameters.bias_forgetting_s;
        // the measurement variance with which the filter settles at a given variance
        let settling_at = |p: f64| p * p / growth + p;
        let motion = settling_at(variance(parameters.bias_sigma_motion_deg_s));
        Constants {
            step_s,
            acc: Coefficients::new(parameters.tau_acc_s, step_s),
            rest: Coefficients::new(parameters.rest_filter_tau_s, step_s),
            rest_seconds: parameters.rest_min_s,
            rest_gyr: parameters.rest_gyr_max_deg_s.to_radians().powi(2),
            rest_acc: parameters.rest_acc_max_m_s2.powi(2),
            clip: parameters.bias_clip_deg_s.to_radians(),
            variance: variance(parameters.bias_sigma_init_deg_s),
            growth,
            motion: [motion, motion / parameters.bias_vertical_forgetting],
            still: settling_at(variance(parameters.bias_sigma_rest_deg_s)),
        }
    }
}

/// State of the filter for the sensors of one [`Lane`]; its size does not grow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filter<L: Lane> {
    /// Inertial from sensor.
    gyr: Quaternion<L>,
    /// Earth from inertial.
    inclination: Quaternion<L>,
    acc: LowPass<L, 3>,
    pub bias: Vector<L>,
    pub covariance: Symmetric<L>,
    rotation: LowPass<L, 9>,
    turned_bias: LowPass<L, 2>,
    rest_gyr: LowPass<L, 3>,
    rest_acc: LowPass<L, 3>,
    rest_seconds: L,
    pub rest: L::Mask,
}

impl<L: Lane> Filter<L> {
    pub fn new(constants: &Constants) -> Filter<L> {
        let (zero, variance) = (L::splat(0.0), L::splat(constants.variance));
        Filter {
            gyr: identity(),
            inclination: identity(),
            acc: LowPass::new(),
            bias: [zero; 3],
            covariance: [variance, zero, zero, variance, zero, variance],
            rotation: LowPass::new(),
            turned_bias: LowPass::new(),
            rest_gyr: LowPass::new(),
            rest_acc: LowPass::new(),
            rest_seconds: zero,
            rest: L::none(),
        }
    }

    /// Earth (Z up, heading arbitrary) from sensor.
    #[inline(always)]
    pub fn orientation(&self) -> Quaternion<L> {
        product(&self.inclination, &self.gyr)
    }

    /// Takes a sample of both instruments.
    #[inline(always)]
    pub fn step(&mut self, gyr: &Vector<L>, acc: &Vector<L>, constants: &Constants) {
        let smooth_gyr = self.turn(gyr, constants);
        self.incline(acc, &smooth_gyr, constants);
    }

    /// Takes a sample of the gyroscope alone (the accelerometer's is missing).
    #[inline(always)]
    pub fn step_without_acc(&mut self, gyr: &Vector<L>, constants: &Constants) {
        self.turn(gyr, constants);
    }

    /// Strapdown; gives the low-passed angular velocity.
    #[inline(always)]
    fn turn(&mut self, gyr: &Vector<L>, constants: &Constants) -> Vector<L> {
        let smooth = self.rest_gyr.step(gyr, &constants.rest);
        let clip = L::splat(constants.clip);
        let largest = smooth[0].abs().max(smooth[1].abs()).max(smooth[2].abs());
        let moving = L::or(
            deviation(gyr, &smooth).at_least(L::splat(constants.rest_gyr)),
            largest.above(clip),
        );
        self.rest_seconds = L::select(moving, L::splat(0.0), self.rest_seconds);
        self.rest = L::and_not(self.rest, moving);
        let rate = std::array::from_fn(|i| gyr[i] - self.bias[i]);
        let turned = product(&self.gyr, &turn(&rate, constants.step_s));
        self.gyr = renormalised(&turned);
        smooth
    }

    #[inline(always)]
    fn incline(&mut self, acc: &Vector<L>, smooth_gyr: &Vector<L>, constants: &Constants) {
        let smooth = self.rest_acc.step(acc, &constants.rest);
        let moving = deviation(acc, &smooth).at_least(L::splat(constants.rest_acc));
        let longer = self.rest_seconds + L::splat(constants.step_s);
        self.rest_seconds = L::select(moving, L::splat(0.0), longer);
        let long_enough = self.rest_seconds.at_least(L::splat(constants.rest_seconds));
        self.rest = L::or(L::and_not(self.rest, moving), long_enough);

        let inertial = self.acc.step(&rotated(&self.gyr, acc), &constants.acc);
        let up = correct(&mut self.inclination, &inertial);
        self.estimate_bias(&up, smooth_gyr, constants);
    }

    /// Kalman update of the bias with what the inclination correction or the rest says about it.
    #[inline(always)]
    fn estimate_bias(&mut self, up: &Vector<L>, smooth_gyr: &Vector<L>, constants: &Constants) {
        let rotation = matrix(&self.orientation());
        let turned = [dot(&rotation[0], &self.bias), dot(&rotation[1], &self.bias)];
        let [r0, r1, r2] = rotation;
        let flat = [
            r0[0], r0[1], r0[2], r1[0], r1[1], r1[2], r2[0], r2[1], r2[2],
        ];
        let r = self.rotation.step(&flat, &constants.acc);
        let rotation = [[r[0], r[1], r[2]], [r[3], r[4], r[5]], [r[6], r[7], r[8]]];
        let turned = self.turned_bias.step(&turned, &constants.acc);

        let (zero, one) = (L::splat(0.0), L::splat(1.0));
        let expected = times_vector(&rotation, &self.bias);
        let rate = L::splat(1.0 / constants.step_s);
        let in_motion = [
            -up[1] * rate + turned[0] - expected[0],
            up[0] * rate + turned[1] - expected[1],
            -expected[2],
        ];
        let clip = L::splat(constants.clip);
        let still = |motion: L, rest: L| L::select(self.rest, rest, motion);
        let error: Vector<L> =
            std::array::from_fn(|i| still(in_motion[i], smooth_gyr[i] - self.bias[i]).clip(clip));
        let observed: Matrix<L> = std::array::from_fn(|i| {
            std::array::from_fn(|j| still(rotation[i][j], if i == j { one } else { zero }))
        });
        let [horizontal, vertical] = constants.motion.map(L::splat);
        let at_rest = L::splat(constants.still);
        let noise = [still(horizontal, at_rest), still(vertical, at_rest)];

        let grown = |p: L| {
            let more = p + L::splat(constants.growth);
            L::select(p.at_least(L::splat(constants.variance)), p, more)
        };
        for i in [0, 3, 5] {
            self.covariance[i] = grown(self.covariance[i]);
        }
        update(
            &mut self.bias,
            &mut self.covariance,
            &observed,
            &error,
            &noise,
        );
        self.bias = self.bias.map(|b| b.clip(clip));
    }
}

/// Turns the inclination so that the low-passed acceleration points up; gives its direction before.
#[inline(always)]
pub(super) fn correct<L: Lane>(
    inclination: &mut Quaternion<L>,
    inertial_acc: &Vector<L>,
) -> Vector<L> {
    let up = rotated(inclination, inertial_acc);
    // an acceleration of exactly zero has no direction; the limit keeps its quotient finite
    let length = dot(&up, &up).max(L::splat(f64::MIN_POSITIVE)).sqrt();
    let one_by_length = L::splat(1.0) / length;
    let up = up.map(|a| a * one_by_length);
    let (half, least) = (L::splat(0.5), L::splat(1e-6));
    let w = ((up[2] + L::splat(1.0)) * half).max(L::splat(0.0)).sqrt();
    let by_w = half / w.max(least);
    // upside down there are many shortest ways: about x
    let turnable = w.above(least);
    let zero = L::splat(0.0);
    let correction = [
        L::select(turnable, w, zero),
        L::select(turnable, up[1] * by_w, L::splat(1.0)),
        L::select(turnable, -up[0] * by_w, zero),
        zero,
    ];
    *inclination = renormalised(&product(&correction, inclination));
    up
}

/// bias += P Rᵀ S⁻¹ e, P −= P Rᵀ S⁻¹ R P with S = W + R P Rᵀ; W = diag(noise₀, noise₀, noise₁).
#[inline(always)]
fn update<L: Lane>(
    bias: &mut Vector<L>,
    covariance: &mut Symmetric<L>,
    r: &Matrix<L>,
    error: &Vector<L>,
    noise: &[L; 2],
) {
    let rp: Matrix<L> = r.map(|row| symmetric_times(covariance, &row));
    let s = [
        dot(&rp[0], &r[0]) + noise[0],
        dot(&rp[0], &r[1]),
        dot(&rp[0], &r[2]),
        dot(&rp[1], &r[1]) + noise[0],
        dot(&rp[1], &r[2]),
        dot(&rp[2], &r[2]) + noise[1],
    ];
    let inverse = inverse(&s);
    let column = |j: usize| [rp[0][j], rp[1][j], rp[2][j]];
    let columns = [column(0), column(1), column(2)];
    let weighted = symmetric_times(&inverse, error);
    for (b, column) in bias.iter_mut().zip(&columns) {
        *b = *b + dot(column, &weighted);
    }
    let gain = columns.map(|c| symmetric_times(&inverse, &c));
    let places = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)];
    for (p, (i, j)) in covariance.iter_mut().zip(places) {
        *p = *p - dot(&columns[i], &gain[j]);
    }
}

/// Squared distance.
#[inline(always)]
fn deviation<L: Lane>(a: &Vector<L>, b: &Vector<L>) -> L {
    let d = std::array::from_fn(|i| a[i] - b[i]);
    dot(&d, &d)
}
