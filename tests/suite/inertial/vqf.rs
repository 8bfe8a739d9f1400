//! The orientation filter against vectors of the authors' implementation.
//!
//! `tests/vectors/vqf/make.py` made them once (package `vqf` 2.1.2) and says how they are stored.

use hipdrop::inertial::vqf::{Parameters, Signal, Vqf, offline, online};
use std::fs;
use std::path::Path;

/// Largest difference of a quaternion component or bias (rad/s) from the reference.
const TOLERANCE: f64 = 1e-9;

struct Vectors {
    rate_hz: f64,
    stride: usize,
    gyr: [Vec<f64>; 3],
    acc: [Vec<f64>; 3],
    online: Vec<[f64; 4]>,
    online_bias: Vec<[f64; 3]>,
    offline: Vec<[f64; 4]>,
    offline_bias: Vec<[f64; 3]>,
    rest: Vec<u8>,
}

struct Bytes(std::vec::IntoIter<u8>);

impl Bytes {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.0.next().expect("the file is longer"))
    }
    fn number(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }
    fn rows<const N: usize>(&mut self, rows: usize) -> Vec<[f64; N]> {
        (0..rows)
            .map(|_| std::array::from_fn(|_| self.number()))
            .collect()
    }
}

fn vectors(name: &str) -> Vectors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/vqf/{name}.bin"));
    let mut bytes = Bytes(fs::read(path).unwrap().into_iter());
    let n = u32::from_le_bytes(bytes.take()) as usize;
    let stride = u32::from_le_bytes(bytes.take()) as usize;
    let (rate_hz, steps) = (bytes.number(), [bytes.number(), bytes.number()]);
    let mut channels: [Vec<f64>; 6] = Default::default();
    for _ in 0..n {
        for (c, channel) in channels.iter_mut().enumerate() {
            channel.push(f64::from(i16::from_le_bytes(bytes.take())) * steps[c / 3]);
        }
    }
    let [gx, gy, gz, ax, ay, az] = channels;
    let rows = n.div_ceil(stride);
    let vectors = Vectors {
        rate_hz,
        stride,
        gyr: [gx, gy, gz],
        acc: [ax, ay, az],
        online: bytes.rows(rows),
        online_bias: bytes.rows(rows),
        offline: bytes.rows(rows),
        offline_bias: bytes.rows(rows),
        rest: (0..n).map(|_| bytes.take::<1>()[0]).collect(),
    };
    assert_eq!(bytes.0.len(), 0, "all of the file is read");
    vectors
}

impl Vectors {
    fn signal(&self) -> Signal<'_> {
        let slices = |c: &'static str| match c {
            "gyr" => [&self.gyr[0][..], &self.gyr[1], &self.gyr[2]],
            _ => [&self.acc[0][..], &self.acc[1], &self.acc[2]],
        };
        Signal::new(slices("gyr"), slices("acc"))
    }

    fn at<const N: usize>(values: &[Vec<f64>; N], i: usize) -> [f64; N] {
        std::array::from_fn(|c| values[c][i])
    }
}

fn largest<const N: usize>(found: impl Iterator<Item = [f64; N]>, expected: &[[f64; N]]) -> f64 {
    let mut worst = 0.0f64;
    let mut rows = 0;
    for (found, expected) in found.zip(expected) {
        for (a, b) in found.iter().zip(expected) {
            assert!(a.is_finite());
            worst = worst.max((a - b).abs());
        }
        rows += 1;
    }
    assert_eq!(rows, expected.len());
    worst
}

const CASES: [&str; 3] = ["walk", "fast", "drift"];

#[test]
fn online_equals_the_reference() {
    for name in CASES {
        let v = vectors(name);
        let mut vqf = Vqf::new(v.rate_hz, &Parameters::default());
        let (mut quaternions, mut bias) = (Vec::new(), Vec::new());
        for i in 0..v.rest.len() {
            let q = vqf.push(Vectors::at(&v.gyr, i), Vectors::at(&v.acc, i));
            assert_eq!(vqf.at_rest(), v.rest[i] & 1 != 0, "{name} sample {i}");
            if i % v.stride == 0 {
                quaternions.push(q);
                bias.push(vqf.bias_rad_s());
            }
        }
        let worst = largest(quaternions.into_iter(), &v.online);
        assert!(worst <= TOLERANCE, "{name}: {worst:e}");
        let worst = largest(bias.into_iter(), &v.online_bias);
        assert!(worst <= TOLERANCE, "{name}: bias {worst:e}");
    }
}

#[test]
fn offline_equals_the_reference_for_any_number_of_sensors_at_once() {
    let all: Vec<Vectors> = CASES.iter().map(|name| vectors(name)).collect();
    for (name, v) in CASES.iter().zip(&all) {
        for sensors in [1, 2, 3, 5] {
            let signals = vec![v.signal(); sensors];
            for found in offline(&signals, v.rate_hz, &Parameters::default()) {
                let quaternions = found.earth_from_sensor.iter().copied();
                let worst = largest(quaternions.step_by(v.stride), &v.offline);
                assert!(worst <= TOLERANCE, "{name} of {sensors}: {worst:e}");
                let bias = found.bias_rad_s.iter().copied();
                let worst = largest(bias.step_by(v.stride), &v.offline_bias);
                assert!(worst <= TOLERANCE, "{name} of {sensors}: bias {worst:e}");
                let rest: Vec<bool> = v.rest.iter().map(|r| r & 2 != 0).collect();
                assert_eq!(found.rest, rest, "{name}");
            }
        }
    }
}

#[test]
fn sensors_filtered_together_do_not_touch_each_other() {
    let (walk, fast, drift) = (vectors("walk"), vectors("fast"), vectors("drift"));
    let length = 1000;
    let cut = |v: &Vectors| -> [Vec<f64>; 6] {
        std::array::from_fn(|c| match c {
            0..3 => v.gyr[c][..length].to_vec(),
            _ => v.acc[c - 3][..length].to_vec(),
        })
    };
    let channels = [cut(&walk), cut(&fast), cut(&drift)];
    let signals: Vec<Signal<'_>> = channels
        .iter()
        .map(|c| Signal::new([&c[0], &c[1], &c[2]], [&c[3], &c[4], &c[5]]))
        .collect();
    let parameters = Parameters::default();
    let together = offline(&signals, 100.0, &parameters);
    let online_together = online(&signals, 100.0, &parameters);
    for (k, signal) in signals.iter().enumerate() {
        let alone = offline(&[*signal], 100.0, &parameters).remove(0);
        let pairs = alone.earth_from_sensor.iter();
        for (a, b) in pairs.zip(&together[k].earth_from_sensor) {
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 1e-12);
            }
        }
        let mut vqf = Vqf::new(100.0, &parameters);
        for i in 0..length {
            let at = |from: usize| std::array::from_fn(|c| channels[k][from + c][i]);
            let q = vqf.push(at(0), at(3));
            for (a, b) in q.iter().zip(&online_together[k][i]) {
                assert!((a - b).abs() < 1e-12);
            }
        }
    }
    assert!(offline(&[], 100.0, &parameters).is_empty());
    let empty = Signal::new([&[]; 3], [&[]; 3]);
    let found = offline(&[empty], 100.0, &parameters);
    assert!(found[0].earth_from_sensor.is_empty());
}

#[test]
fn a_missing_sample_is_bridged_online() {
    let v = vectors("walk");
    let mut whole = Vqf::new(v.rate_hz, &Parameters::default());
    let mut holes = whole.clone();
    for i in 0..v.rest.len() {
        let (gyr, acc) = (Vectors::at(&v.gyr, i), Vectors::at(&v.acc, i));
        let a = whole.push(gyr, acc);
        let b = match i % 50 {
            20 => holes.push([f64::NAN; 3], acc),
            40 => holes.push(gyr, [0.0; 3]),
            _ => holes.push(gyr, acc),
        };
        let same: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        let apart_deg = 2.0 * same.abs().min(1.0).acos().to_degrees();
        assert!(apart_deg < 3.0, "sample {i}: {apart_deg}°");
    }
}
