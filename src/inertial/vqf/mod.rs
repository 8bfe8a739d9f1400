//! Orientation from accelerometer and gyroscope: the filter VQF in six dimensions, without a
//! magnetometer.
//!
//! In: angular velocity (rad/s) and specific force (m/s², gravity included) in the sensor's axes.
//! Out: `earth_from_sensor`, Z up; the heading is that of the first sample and drifts slowly, the
//! inclination does not. [`Vqf`] takes samples one by one as they come, with a state of fixed size;
//! [`offline`] looks at the whole recording, forward and backward, and is more exact.
//!
//! Source: D. Laidig, T. Seel, VQF: Highly accurate IMU orientation estimation with bias estimation
//! and magnetic disturbance rejection, Information Fusion 91 (2023) 187–204. Results equal the
//! authors' implementation to 10⁻⁹ (`tests/suite/inertial/vqf.rs`).

mod algebra;
mod filter;
mod lane;
mod low_pass;
mod offline;

pub use offline::offline;

use filter::{Constants, Filter};
use lane::Lane;
use wide::f64x4;

/// Parameters of the filter; the defaults are the paper's.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Time constant of the acceleration's low-pass in the almost inertial frame, seconds.
    pub tau_acc_s: f64,
    /// Standard deviation of the gyroscope bias before anything is known, °/s.
    pub bias_sigma_init_deg_s: f64,
    /// Time in which the uncertainty of the bias grows from 0 to 0.1 °/s, seconds.
    pub bias_forgetting_s: f64,
    /// Largest bias, °/s.
    pub bias_clip_deg_s: f64,
    /// Standard deviation to which the bias settles in motion, °/s.
    pub bias_sigma_motion_deg_s: f64,
    /// Weight of the assumption that the unobservable bias about the vertical is zero.
    pub bias_vertical_forgetting: f64,
    /// Standard deviation to which the bias settles at rest, °/s.
    pub bias_sigma_rest_deg_s: f64,
    /// Shortest rest, seconds.
    pub rest_min_s: f64,
    /// Time constant of the low-pass of the rest detection, seconds.
    pub rest_filter_tau_s: f64,
    /// Largest deviation of the angular velocity from its low-pass at rest, °/s.
    pub rest_gyr_max_deg_s: f64,
    /// Largest deviation of the acceleration from its low-pass at rest, m/s².
    pub rest_acc_max_m_s2: f64,
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters {
            tau_acc_s: 3.0,
            bias_sigma_init_deg_s: 0.5,
            bias_forgetting_s: 100.0,
            bias_clip_deg_s: 2.0,
            bias_sigma_motion_deg_s: 0.1,
            bias_vertical_forgetting: 0.0001,
            bias_sigma_rest_deg_s: 0.03,
            rest_min_s: 1.5,
            rest_filter_tau_s: 0.5,
            rest_gyr_max_deg_s: 2.0,
            rest_acc_max_m_s2: 0.5,
        }
    }
}

/// One sensor's samples, channel by channel: x, y, z of the same length.
#[derive(Debug, Clone, Copy)]
pub struct Signal<'a> {
    gyr_rad_s: [&'a [f64]; 3],
    acc_m_s2: [&'a [f64]; 3],
    len: usize,
}

impl<'a> Signal<'a> {
    /// Angular velocity (rad/s) and specific force (m/s²); the shortest channel gives the length.
    pub fn new(gyr_rad_s: [&'a [f64]; 3], acc_m_s2: [&'a [f64]; 3]) -> Signal<'a> {
        let channels = gyr_rad_s.iter().chain(&acc_m_s2);
        let len = channels.map(|c| c.len()).min().unwrap_or(0);
        Signal {
            gyr_rad_s: gyr_rad_s.map(|c| &c[..len]),
            acc_m_s2: acc_m_s2.map(|c| &c[..len]),
            len,
        }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    fn gyr_at(&self, i: usize) -> [f64; 3] {
        self.gyr_rad_s.map(|c| c[i])
    }

    #[inline(always)]
    fn acc_at(&self, i: usize) -> [f64; 3] {
        self.acc_m_s2.map(|c| c[i])
    }
}

/// Orientation of one sensor over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Orientation {
    /// Unit quaternion per sample, scalar first; Z of the earth points up.
    pub earth_from_sensor: Vec<[f64; 4]>,
    /// Gyroscope bias per sample, rad/s.
    pub bias_rad_s: Vec<[f64; 3]>,
    /// The sensor rested.
    pub rest: Vec<bool>,
}

/// The filter for samples as they come: push one, get the orientation. Its state does not grow.
///
/// ```
/// use hipdrop::inertial::vqf::{Parameters, Vqf};
/// let mut vqf = Vqf::new(100.0, &Parameters::default());
/// // a sensor on its side: its x axis points up
/// let mut q = [1.0, 0.0, 0.0, 0.0];
/// for _ in 0..100 {
///     q = vqf.push([0.0; 3], [9.81, 0.0, 0.0]);
/// }
/// let x_up = 2.0 * (q[1] * q[3] - q[0] * q[2]); // third row, first column of its matrix
/// assert!((x_up - 1.0).abs() < 1e-9); // a quarter turn, to the rounding of the low-pass filter
/// ```
#[derive(Debug, Clone)]
pub struct Vqf {
    constants: Constants,
    filter: Filter<f64>,
    last_gyr_rad_s: [f64; 3],
}

impl Vqf {
    /// A filter for samples at `rate_hz`.
    pub fn new(rate_hz: f64, parameters: &Parameters) -> Vqf {
        let constants = Constants::new(parameters, rate_hz);
        Vqf {
            filter: Filter::new(&constants),
            constants,
            last_gyr_rad_s: [0.0; 3],
        }
    }

    /// Takes one sample (rad/s, m/s²), gives `earth_from_sensor`, scalar first.
    ///
    /// A missing (NaN) angular velocity is taken as the one before; a missing or all-zero
    /// acceleration corrects nothing.
    pub fn push(&mut self, gyr_rad_s: [f64; 3], acc_m_s2: [f64; 3]) -> [f64; 4] {
        if gyr_rad_s.iter().all(|v| v.is_finite()) {
            self.last_gyr_rad_s = gyr_rad_s;
        }
        let gyr = self.last_gyr_rad_s;
        let measured = acc_m_s2.iter().all(|v| v.is_finite()) && acc_m_s2 != [0.0; 3];
        match measured {
            true => self.filter.step(&gyr, &acc_m_s2, &self.constants),
            false => self.filter.step_without_acc(&gyr, &self.constants),
        }
        self.filter.orientation()
    }

    /// Estimated gyroscope bias, rad/s.
    pub fn bias_rad_s(&self) -> [f64; 3] {
        self.filter.bias
    }

    /// True while the sensor rests.
    pub fn at_rest(&self) -> bool {
        self.filter.rest
    }
}

/// The online filter over whole signals, four sensors at a time on one thread: what [`Vqf`] gives
/// sample by sample, faster. Every sample must be finite.
pub fn online(signals: &[Signal<'_>], rate_hz: f64, parameters: &Parameters) -> Vec<Vec<[f64; 4]>> {
    let constants = Constants::new(parameters, rate_hz);
    let mut found = Vec::with_capacity(signals.len());
    for same_length in signals.chunk_by(|a, b| a.len() == b.len()) {
        for group in same_length.chunks(f64x4::WIDTH) {
            online_group(group, &constants, &mut found);
        }
    }
    found
}

fn online_group(group: &[Signal<'_>], constants: &Constants, found: &mut Vec<Vec<[f64; 4]>>) {
    let Some(last) = group.len().checked_sub(1) else {
        return;
    };
    let n = group[0].len();
    let mut filter = Filter::<f64x4>::new(constants);
    let mut out = vec![Vec::with_capacity(n); group.len()];
    for i in 0..n {
        let samples: [_; 4] = std::array::from_fn(|k| {
            let signal = &group[k.min(last)];
            (signal.gyr_at(i), signal.acc_at(i))
        });
        let gyr = std::array::from_fn(|axis| f64x4::from_fn(|k| samples[k].0[axis]));
        let acc = std::array::from_fn(|axis| f64x4::from_fn(|k| samples[k].1[axis]));
        filter.step(&gyr, &acc, constants);
        let q = filter.orientation().map(|c| c.to_array());
        for (k, out) in out.iter_mut().enumerate() {
            out.push([q[0][k], q[1][k], q[2][k], q[3][k]]);
        }
    }
    found.append(&mut out);
}
