//! The filter over a whole recording: forward and backward, so that nothing lags.
//!
//! The bias comes from a pass in each direction, joined by their covariances; then the angular
//! velocity is integrated once more without it, the acceleration in the almost inertial frame is
//! low-passed in both directions, and the inclination corrected.

use super::Parameters;
use super::algebra::{
    Quaternion, Symmetric, Vector, inverse, product, renormalised, rotated, symmetric_times, turn,
};
use super::filter::{Constants, Filter, correct};
use super::lane::Lane;
use super::low_pass::LowPass;
use super::{Orientation, Signal};
use rayon::prelude::*;
use wide::f64x4;

/// Orientation of every sensor, in the order given; four at a time, on all threads.
///
/// Every sample must be finite and no acceleration exactly zero (see
/// [`prepare`](crate::inertial) for what does that to a recording).
pub fn offline(signals: &[Signal<'_>], rate_hz: f64, parameters: &Parameters) -> Vec<Orientation> {
    let constants = Constants::new(parameters, rate_hz);
    let mut groups: Vec<&[Signal<'_>]> = Vec::new();
    for same_length in signals.chunk_by(|a, b| a.len() == b.len()) {
        groups.extend(same_length.chunks(f64x4::WIDTH));
    }
    let found: Vec<Vec<Orientation>> = groups
        .par_iter()
        .map(|group| match group {
            [one] if !one.is_empty() => vec![of_group::<f64>(group, &constants).remove(0)],
            _ => of_group::<f64x4>(group, &constants),
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// Orientations of at most [`Lane::WIDTH`] sensors of the same length.
fn of_group<L: Lane>(group: &[Signal<'_>], constants: &Constants) -> Vec<Orientation> {
    let Some(last) = group.len().checked_sub(1) else {
        return Vec::new();
    };
    let n = group[0].len();
    let jobs: Vec<Job<'_>> = group
        .iter()
        .flat_map(|&signal| [false, true].map(|backward| Job { signal, backward }))
        .collect();
    let estimates: Vec<Vec<Estimate>> = jobs
        .chunks(f64x4::WIDTH)
        .flat_map(|jobs| estimate_bias::<f64x4>(jobs, n, constants))
        .collect();
    // lanes beyond the last sensor repeat it and are dropped at the end
    let lane = |k: usize| k.min(last);
    let rest: Vec<Vec<bool>> = (0..group.len())
        .map(|k| {
            let pairs = estimates[2 * k].iter().zip(&estimates[2 * k + 1]);
            pairs.map(|(a, b)| a.rest | b.rest).collect()
        })
        .collect();
    let bias: Vec<Vector<L>> = (0..n)
        .map(|i| {
            let pick = |backward: usize, f: fn(&Estimate) -> f64| {
                L::from_fn(|k| f(&estimates[2 * lane(k) + backward][i]))
            };
            joined(
                &[
                    pick(0, |e| e.bias[0]),
                    pick(0, |e| e.bias[1]),
                    pick(0, |e| e.bias[2]),
                ],
                &covariance(|c| L::from_fn(|k| estimates[2 * lane(k)][i].covariance[c])),
                &[
                    pick(1, |e| e.bias[0]),
                    pick(1, |e| e.bias[1]),
                    pick(1, |e| e.bias[2]),
                ],
                &covariance(|c| L::from_fn(|k| estimates[2 * lane(k) + 1][i].covariance[c])),
            )
        })
        .collect();
    drop(estimates);
    let vector = |values: [[f64; 3]; 4]| -> Vector<L> {
        std::array::from_fn(|axis| L::from_fn(|k| values[k][axis]))
    };
    let gyr = |i: usize| vector(std::array::from_fn(|k| group[lane(k)].gyr_at(i)));
    let acc = |i: usize| vector(std::array::from_fn(|k| group[lane(k)].acc_at(i)));
    let quaternions = orientations(&bias, constants, gyr, acc);
    rest.into_iter()
        .enumerate()
        .map(|(k, rest)| Orientation {
            earth_from_sensor: quaternions
                .iter()
                .map(|q| q.map(|component| component.get(k)))
                .collect(),
            bias_rad_s: bias.iter().map(|b| b.map(|c| c.get(k))).collect(),
            rest,
        })
        .collect()
}

fn covariance<L: Lane>(mut component: impl FnMut(usize) -> L) -> Symmetric<L> {
    std::array::from_fn(&mut component)
}

/// One sensor in one direction of time.
#[derive(Clone, Copy)]
struct Job<'a> {
    signal: Signal<'a>,
    backward: bool,
}

impl Job<'_> {
    /// The sample of step `i`; backwards the angular velocity changes its sign.
    #[inline(always)]
    fn sample(&self, i: usize) -> ([f64; 3], [f64; 3]) {
        let i = self.index(i);
        let gyr = self.signal.gyr_at(i);
        let gyr = if self.backward { gyr.map(|v| -v) } else { gyr };
        (gyr, self.signal.acc_at(i))
    }

    fn index(&self, step: usize) -> usize {
        match self.backward {
            true => self.signal.len() - 1 - step,
            false => step,
        }
    }
}

/// What one direction knows of the bias at one sample (the bias of the backward direction is that
/// of the negated angular velocity).
#[derive(Debug, Clone, Copy, Default)]
struct Estimate {
    bias: [f64; 3],
    covariance: [f64; 6],
    rest: bool,
}

/// Runs the online filter over up to four jobs of `n` samples; by sample index, not by step.
fn estimate_bias<L: Lane>(jobs: &[Job<'_>], n: usize, constants: &Constants) -> Vec<Vec<Estimate>> {
    let Some(last) = jobs.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut filter = Filter::<L>::new(constants);
    let mut found = vec![vec![Estimate::default(); n]; jobs.len()];
    for step in 0..n {
        let samples: [_; 4] = std::array::from_fn(|k| jobs[k.min(last)].sample(step));
        let gyr = std::array::from_fn(|axis| L::from_fn(|k| samples[k].0[axis]));
        let acc = std::array::from_fn(|axis| L::from_fn(|k| samples[k].1[axis]));
        filter.step(&gyr, &acc, constants);
        for (k, (job, found)) in jobs.iter().zip(&mut found).enumerate() {
            found[job.index(step)] = Estimate {
                bias: filter.bias.map(|b| b.get(k)),
                covariance: filter.covariance.map(|p| p.get(k)),
                rest: L::test(filter.rest, k),
            };
        }
    }
    found
}

/// The mean of both biases weighted by their inverse covariances, b₁ − P₁(P₁+P₂)⁻¹(b₁ + b₂), where
/// b₂ is that of the negated angular velocity.
#[inline(always)]
fn joined<L: Lane>(
    bias: &Vector<L>,
    covariance: &Symmetric<L>,
    backward_bias: &Vector<L>,
    backward_covariance: &Symmetric<L>,
) -> Vector<L> {
    let sum = std::array::from_fn(|i| covariance[i] + backward_covariance[i]);
    let apart = std::array::from_fn(|i| bias[i] + backward_bias[i]);
    let change = symmetric_times(covariance, &symmetric_times(&inverse(&sum), &apart));
    std::array::from_fn(|i| bias[i] - change[i])
}

fn orientations<L: Lane>(
    bias: &[Vector<L>],
    constants: &Constants,
    gyr: impl Fn(usize) -> Vector<L>,
    acc: impl Fn(usize) -> Vector<L>,
) -> Vec<Quaternion<L>> {
    let mut at = super::algebra::identity();
    let mut inertial = Vec::with_capacity(bias.len());
    let mut quaternions = Vec::with_capacity(bias.len());
    let mut low_pass = LowPass::<L, 3>::new();
    for (i, bias) in bias.iter().enumerate() {
        let gyr = gyr(i);
        let rate = std::array::from_fn(|axis| gyr[axis] - bias[axis]);
        at = renormalised(&product(&at, &turn(&rate, constants.step_s)));
        quaternions.push(at);
        inertial.push(low_pass.step(&rotated(&at, &acc(i)), &constants.acc));
    }
    if let Some(end) = inertial.last() {
        let mut low_pass = LowPass::steady(end, &constants.acc);
        for sample in inertial.iter_mut().rev() {
            *sample = low_pass.step(sample, &constants.acc);
        }
    }
    let mut inclination = super::algebra::identity();
    for (q, acc) in quaternions.iter_mut().zip(&inertial) {
        correct(&mut inclination, acc);
        *q = product(&inclination, q);
    }
    quaternions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_covariances_give_the_mean() {
        let p = [2.0, 0.3, 0.1, 1.5, -0.2, 1.0];
        let found = joined(&[0.1, 0.2, 0.3], &p, &[-0.3, -0.2, 0.1], &p);
        for (a, b) in found.iter().zip([0.2, 0.2, 0.1]) {
            assert!((a - b).abs() < 1e-15, "{found:?}");
        }
    }
}
