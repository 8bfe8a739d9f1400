//! Samples per second of the orientation filter, on one thread.
//!
//! `cargo bench --bench orientation`; `benches/peers/vqf.py` runs it and then the authors' C++ through
//! its Python package, on the same samples and the same core.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hipdrop::inertial::vqf::{Parameters, Signal, Vqf, offline, online};
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

fn orientation(c: &mut Criterion) {
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
    let mut group = c.benchmark_group("vqf");
    group.sample_size(10);
    group.throughput(Throughput::Elements(SAMPLES as u64));
    group.bench_function("online, one sensor, sample by sample", |b| {
        b.iter(|| {
            let mut vqf = Vqf::new(RATE_HZ, &parameters);
            let mut last = [0.0; 4];
            for (gyr, acc) in &rows {
                last = vqf.push(*gyr, *acc);
            }
            black_box(last)
        })
    });
    group.bench_function("offline, one sensor", |b| {
        b.iter(|| one_thread.install(|| offline(black_box(&signals[..1]), RATE_HZ, &parameters)))
    });
    group.throughput(Throughput::Elements((signals.len() * SAMPLES) as u64));
    group.bench_function("online, eight sensors", |b| {
        b.iter(|| online(black_box(&signals), RATE_HZ, &parameters))
    });
    group.bench_function("offline, eight sensors", |b| {
        b.iter(|| one_thread.install(|| offline(black_box(&signals), RATE_HZ, &parameters)))
    });
    group.finish();
}

criterion_group!(benches, orientation);
criterion_main!(benches);
