//! Rates of every stage on generated walking: bytes, frames, samples and recordings per second.
//!
//! `cargo bench` prints them; no test asserts a time. The walk is 10 s at 200 Hz with the
//! full Plug-in Gait marker set.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hipdrop::analysis::{Options, analyze};
use hipdrop::body::{Model, build};
use hipdrop::lab::Motion;
use hipdrop::recording::Recording;
use hipdrop::synth::{Affected, Pattern, Walker, walk};
use hipdrop::{angles, events, lab, landmarks, metrics, read, signal, strides};
use std::hint::black_box;

fn recording() -> Recording {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.rate_hz = 200.0;
    walker.strides = 8;
    walk(&walker)
        .expect("the walker's parameters are possible")
        .0
}

fn motion(recording: &Recording, options: &Options) -> Motion {
    let resolved = landmarks::resolve(recording, None).expect("one subject");
    lab::to_lab(recording, &resolved, &options.settings.lab).expect("a laboratory frame")
}

/// Bytes to a recording.
fn reading(c: &mut Criterion) {
    let recording = recording();
    let (mut c3d, mut csv) = (Vec::new(), Vec::new());
    read::write_c3d(&recording, &mut c3d).expect("memory");
    read::write_wide_csv(&recording, &mut csv).expect("memory");
    let mut group = c.benchmark_group("read");
    for (name, bytes) in [("c3d", &c3d), ("wide csv", &csv)] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| read::from_bytes(black_box(bytes), name, &Default::default()))
        });
    }
    group.finish();
}

/// Frames through lab, filter, body and angles.
fn frames(c: &mut Criterion) {
    let (recording, options) = (recording(), Options::default());
    let settings = &options.settings;
    let motion = motion(&recording, &options);
    let body = build(&motion, &recording.body, &settings.body, Model::Hipdrop);
    let mut group = c.benchmark_group("frames");
    group.throughput(Throughput::Elements(motion.frames as u64));
    let resolved = landmarks::resolve(&recording, None).expect("one subject");
    group.bench_function("lab", |b| {
        b.iter(|| lab::to_lab(black_box(&recording), &resolved, &settings.lab))
    });
    group.bench_function("gaps", |b| {
        b.iter_batched_ref(
            || motion.points.clone(),
            |points| signal::fill_gaps(points, motion.rate_hz, &settings.signal),
            criterion::BatchSize::LargeInput,
        )
    });
    group.bench_function("body", |b| {
        b.iter(|| {
            build(
                black_box(&motion),
                &recording.body,
                &settings.body,
                Model::Hipdrop,
            )
        })
    });
    group.bench_function("angles", |b| {
        b.iter(|| angles::series(black_box(&body), &motion))
    });
    group.bench_function("events", |b| {
        b.iter(|| events::detect(black_box(&motion), settings))
    });
    group.finish();
}

/// Samples through the zero-lag Butterworth.
fn filtering(c: &mut Criterion) {
    let (recording, options) = (recording(), Options::default());
    let motion = motion(&recording, &options);
    let samples = 3 * motion.frames * motion.points.series.len();
    let mut group = c.benchmark_group("samples");
    group.throughput(Throughput::Elements(samples as u64));
    group.bench_function("zero-lag butterworth", |b| {
        b.iter_batched_ref(
            || motion.points.clone(),
            |points| signal::low_pass(points, motion.rate_hz, options.settings.signal.cutoff_hz),
            criterion::BatchSize::LargeInput,
        )
    });
    group.finish();
}

/// Whole recordings: strides and metrics, and everything from a recording to its findings.
fn recordings(c: &mut Criterion) {
    let (recording, options) = (recording(), Options::default());
    let settings = &options.settings;
    let motion = motion(&recording, &options);
    let body = build(&motion, &recording.body, &settings.body, Model::Hipdrop);
    let series = angles::series(&body, &motion);
    let found = events::detect(&motion, settings);
    let mut group = c.benchmark_group("recordings");
    group.throughput(Throughput::Elements(1));
    group.bench_function("strides and metrics", |b| {
        b.iter(|| {
            let strides = strides::find(black_box(&found), &motion, settings);
            let gaps = signal::GapReport::default();
            metrics::measure(&strides, &series, &motion, &gaps, &recording.body, settings)
        })
    });
    group.bench_function("recording to finding", |b| {
        b.iter(|| analyze(black_box(&recording), &options))
    });
    group.finish();
}

criterion_group!(benches, reading, frames, filtering, recordings);
criterion_main!(benches);
