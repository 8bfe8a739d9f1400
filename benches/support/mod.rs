//! What is measured: generated recordings, and every stage of the way from bytes to a finding.
//!
//! `benches/stages.rs` times the stages with criterion, `benches/cost.rs` prints their CPU time
//! and runs one of them under callgrind.

use hipdrop::analysis::{Options, analyze};
use hipdrop::body::{Body, Model, build};
use hipdrop::lab::Motion;
use hipdrop::recording::Recording;
use hipdrop::synth::{Affected, MarkerSet, Pattern, Walker, walk};
use hipdrop::{angles, events, lab, landmarks, metrics, read, signal, strides};
use std::hint::black_box;

/// Frames per second of the generated walk.
const RATE_HZ: f64 = 200.0;

/// One stage, ready to run again and again.
pub struct Stage {
    /// Name on the command line and in the budgets.
    pub name: &'static str,
    /// What it works through in one run …
    pub amount: f64,
    /// … and of which unit.
    pub unit: &'static str,
    /// One run.
    pub run: Box<dyn FnMut()>,
}

/// Ten seconds of walking with 39 markers.
pub fn walk_of_10_s() -> Recording {
    let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
    walker.rate_hz = RATE_HZ;
    walker.strides = 8;
    walker.markers = MarkerSet::FullBody;
    walk(&walker)
        .expect("the walker's parameters are possible")
        .0
}

/// The recording repeated until it has `frames` frames, with coordinates as exports round them:
/// to micrometres.
pub fn repeated(recording: &Recording, frames: usize) -> Recording {
    let mut long = recording.clone();
    long.frames = frames;
    for marker in &mut long.markers {
        for column in marker.position.columns_mut() {
            let once = std::mem::take(column);
            let rounded = once.iter().map(|v| 0.001 * ((v * 1e6).round() / 1000.0));
            let rounded: Vec<f64> = rounded.collect();
            *column = rounded.iter().copied().cycle().take(frames).collect();
        }
    }
    long
}

/// A recording as C3D.
pub fn as_c3d(recording: &Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_c3d(recording, &mut bytes).expect("memory");
    bytes
}

/// A recording as wide CSV.
pub fn as_csv(recording: &Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    read::write_wide_csv(recording, &mut bytes).expect("memory");
    bytes
}

/// Every stage on the generated walk.
pub fn stages() -> Vec<Stage> {
    let recording = walk_of_10_s();
    let options = Options::default();
    let mut stages = reading(&recording);
    stages.extend(frames(&recording, &options));
    stages.extend(whole(&recording, &options));
    stages
}

fn stage(
    name: &'static str,
    amount: usize,
    unit: &'static str,
    run: impl FnMut() + 'static,
) -> Stage {
    Stage {
        name,
        amount: amount as f64,
        unit,
        run: Box::new(run),
    }
}

/// Bytes to a recording.
fn reading(recording: &Recording) -> Vec<Stage> {
    let long = repeated(recording, 60 * RATE_HZ as usize);
    [
        ("read-c3d", as_c3d(recording)),
        ("read-c3d-60s", as_c3d(&long)),
        ("read-csv", as_csv(recording)),
        ("read-csv-60s", as_csv(&long)),
    ]
    .into_iter()
    .map(|(name, bytes)| {
        let amount = bytes.len();
        stage(name, amount, "B", move || {
            let read = read::from_bytes(black_box(&bytes), name, &Default::default());
            black_box(read.expect("it was written so"));
        })
    })
    .collect()
}

fn motion(recording: &Recording, options: &Options) -> Motion {
    let resolved = landmarks::resolve(recording, None).expect("one subject");
    lab::to_lab(recording, &resolved, &options.settings.lab).expect("a laboratory frame")
}

/// Frames through laboratory, gaps, filter, body, angles and events.
fn frames(recording: &Recording, options: &Options) -> Vec<Stage> {
    let settings = options.settings.clone();
    let measured = motion(recording, options);
    let count = measured.frames;
    let samples = 3 * count * measured.points.series.len();
    let body: Body = build(&measured, &recording.body, &settings.body, Model::Hipdrop);
    let body_measures = recording.body;
    let resolved = landmarks::resolve(recording, None).expect("one subject");
    vec![
        stage("lab", count, "frames", {
            let (recording, settings) = (recording.clone(), settings.clone());
            move || {
                black_box(lab::to_lab(black_box(&recording), &resolved, &settings.lab).is_ok());
            }
        }),
        stage("gaps", count, "frames", {
            let (mut measured, settings) = (measured.clone(), settings.clone());
            move || {
                let points = black_box(&mut measured.points);
                black_box(signal::fill_gaps(points, RATE_HZ, &settings.signal));
            }
        }),
        stage("filter", samples, "samples", {
            let (mut measured, cutoff_hz) = (measured.clone(), settings.signal.cutoff_hz);
            move || {
                let points = black_box(&mut measured.points);
                black_box(signal::low_pass(points, RATE_HZ, cutoff_hz));
            }
        }),
        stage("body", count, "frames", {
            let (measured, settings) = (measured.clone(), settings.clone());
            move || {
                let from = black_box(&measured);
                black_box(build(from, &body_measures, &settings.body, Model::Hipdrop));
            }
        }),
        stage("angles", count, "frames", {
            let measured = measured.clone();
            move || {
                black_box(angles::series(black_box(&body), &measured));
            }
        }),
        stage("events", count, "frames", move || {
            black_box(events::detect(black_box(&measured), &settings));
        }),
    ]
}

/// Whole recordings: strides and metrics, everything from a recording to its findings, and from
/// the bytes of a C3D file.
fn whole(recording: &Recording, options: &Options) -> Vec<Stage> {
    let settings = options.settings.clone();
    let measured = motion(recording, options);
    let body = build(&measured, &recording.body, &settings.body, Model::Hipdrop);
    let series = angles::series(&body, &measured);
    let found = events::detect(&measured, &settings);
    let body_measures = recording.body;
    let c3d = as_c3d(recording);
    vec![
        stage("metrics", 1, "recordings", move || {
            let strides = strides::find(black_box(&found), &measured, &settings);
            let gaps = signal::GapReport::default();
            black_box(metrics::measure(
                &strides,
                &series,
                &measured,
                &gaps,
                &body_measures,
                &settings,
            ));
        }),
        stage("analysis", 1, "recordings", {
            let (recording, options) = (recording.clone(), options.clone());
            move || {
                black_box(analyze(black_box(&recording), &options).expect("somebody walks"));
            }
        }),
        stage("c3d-to-finding", 1, "recordings", {
            let options = options.clone();
            move || {
                let recording = read::from_bytes(black_box(&c3d), "walk", &Default::default());
                let recording = recording.expect("it was written so");
                black_box(analyze(&recording, &options).expect("somebody walks"));
            }
        }),
    ]
}
