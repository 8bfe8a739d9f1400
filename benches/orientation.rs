//! Samples per second of CPU time of the orientation filter, on one thread.
//!
//! `cargo bench --bench orientation`; `benches/peers/vqf.py` runs it and then the authors' C++ through
//! its Python package. CPU time does not include what other programs do; the fastest of several
//! runs is the one least disturbed.

use hipdrop::inertial::vqf::{Parameters, Signal, Vqf, offline, online};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;

const RATE_HZ: f64 = 100.0;
/// Ten minutes, as in the script beside.
const SAMPLES: usize = 60_000;

/// A sensor on a swinging limb: angular velocity (rad/s) and specific force (m/s²), x y z.
fn channels(sensor: usize) -> [Vec<f64>; 6] {
    std::array::from_fn(|channel| {
        let (amplitude, hz, level) = match channel {
            0..3 => (1.5, 0.9 + 0.1 * channel as f64, 0.005),
            _ => (
                2.0,
                1.7 + 0.1 * channel as f64,
                [9.3, 0.5, -2.9][channel - 3],
            ),
        };
        (0..SAMPLES)
            .map(|i| {
                let t = i as f64 / RATE_HZ;
                // a minute of walking, a minute of rest
                let walks = if t % 120.0 < 60.0 { 1.0 } else { 0.0 };
                let phase = hz * t + 0.13 * sensor as f64;
                level + walks * amplitude * (std::f64::consts::TAU * phase).sin()
            })
            .collect()
    })
}

fn cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

/// Prints the rate of the fastest of ten runs, million samples per second.
fn rate<T>(name: &str, samples: usize, mut run: impl FnMut() -> T) {
    let fastest = (0..10)
        .map(|_| {
            let before = cpu_s();
            black_box(run());
            cpu_s() - before
        })
        .fold(f64::INFINITY, f64::min);
    println!("{name:<40} {:6.2}", samples as f64 / fastest / 1e6);
}

fn main() {
    let data: Vec<[Vec<f64>; 6]> = (0..8).map(channels).collect();
    let signals: Vec<Signal<'_>> = data
        .iter()
        .map(|c| Signal::new([&c[0], &c[1], &c[2]], [&c[3], &c[4], &c[5]]))
        .collect();
    let parameters = Parameters::default();
    let one_thread = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let rows: Vec<([f64; 3], [f64; 3])> = (0..SAMPLES)
        .map(|i| {
            let c = &data[0];
            ([c[0][i], c[1][i], c[2][i]], [c[3][i], c[4][i], c[5][i]])
        })
        .collect();
    rate("online, one sensor, sample by sample", SAMPLES, || {
        let mut vqf = Vqf::new(RATE_HZ, &parameters);
        let mut last = [0.0; 4];
        for (gyr, acc) in &rows {
            last = vqf.push(*gyr, *acc);
        }
        last
    });
    rate("online, eight sensors", 8 * SAMPLES, || {
        online(black_box(&signals), RATE_HZ, &parameters)
    });
    rate("offline, one sensor", SAMPLES, || {
        one_thread.install(|| offline(black_box(&signals[..1]), RATE_HZ, &parameters))
    });
    rate("offline, eight sensors", 8 * SAMPLES, || {
        one_thread.install(|| offline(black_box(&signals), RATE_HZ, &parameters))
    });
}
