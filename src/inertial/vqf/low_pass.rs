//! Second-order Butterworth low-pass that starts from the mean of its first samples.

use super::lane::Lane;
use std::f64::consts::{PI, SQRT_2};

/// Coefficients of the filter for one time constant and rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficients {
    b: [f64; 3],
    a: [f64; 2],
    /// Time constant, seconds.
    tau_s: f64,
    step_s: f64,
}

impl Coefficients {
    /// The filter whose step response decays with `tau_s`: cut-off √2/(2πτ) (Laidig & Seel 2023).
    ///
    /// A time constant below half a step cannot be had: the signal passes as it is.
    pub fn new(tau_s: f64, step_s: f64) -> Coefficients {
        let (b, a) = if tau_s < 0.5 * step_s {
            ([1.0, 0.0, 0.0], [0.0, 0.0])
        } else {
            let cutoff_hz = SQRT_2 / (2.0 * PI * tau_s);
            let c = (PI * cutoff_hz * step_s).tan();
            let d = c * c + SQRT_2 * c + 1.0;
            let b = c * c / d;
            (
                [b, 2.0 * b, b],
                [2.0 * (c * c - 1.0) / d, (1.0 - SQRT_2 * c + c * c) / d],
            )
        };
        Coefficients {
            b,
            a,
            tau_s,
            step_s,
        }
    }
}

/// State of the filter for `N` channels.
#[derive(Debug, Clone, Copy)]
pub(super) struct LowPass<L, const N: usize> {
    state: [[L; 2]; N],
    /// Samples averaged so far, until `settled`.
    count: usize,
    settled: bool,
}

impl<L: Lane, const N: usize> LowPass<L, N> {
    /// Begins with the mean of the samples of the first time constant.
    pub fn new() -> LowPass<L, N> {
        LowPass {
            state: [[L::splat(0.0); 2]; N],
            count: 0,
            settled: false,
        }
    }

    /// Begins as if every earlier sample had been `values`.
    pub fn steady(values: &[L; N], coefficients: &Coefficients) -> LowPass<L, N> {
        let Coefficients { b, a, .. } = coefficients;
        LowPass {
            state: values.map(|x| [x * L::splat(1.0 - b[0]), x * L::splat(b[2] - a[1])]),
            count: 0,
            settled: true,
        }
    }

    /// Takes one sample, gives the filtered one.
    #[inline(always)]
    pub fn step(&mut self, x: &[L; N], coefficients: &Coefficients) -> [L; N] {
        if !self.settled {
            return self.average(x, coefficients);
        }
        let [b0, b1, b2] = coefficients.b.map(L::splat);
        let [a1, a2] = coefficients.a.map(L::splat);
        let mut out = *x;
        for (y, state) in out.iter_mut().zip(&mut self.state) {
            let input = *y;
            *y = b0 * input + state[0];
            state[0] = b1 * input - a1 * *y + state[1];
            state[1] = b2 * input - a2 * *y;
        }
        out
    }

    /// The mean so far; after one time constant it becomes the steady state.
    #[inline(never)]
    fn average(&mut self, x: &[L; N], coefficients: &Coefficients) -> [L; N] {
        self.count += 1;
        let count = self.count as f64;
        let mut out = *x;
        for (y, state) in out.iter_mut().zip(&mut self.state) {
            state[0] = state[0] + *y;
            *y = state[0] / L::splat(count);
        }
        if count * coefficients.step_s >= coefficients.tau_s {
            *self = LowPass::steady(&out, coefficients);
        }
        out
    }
}
