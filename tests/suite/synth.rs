//! The pipeline against the truth of synthetic walks, and synthetic files.

use hipdrop::analysis::{
    Analysis, Options, Processing, Status, analyze, angle_series, gait_events, used_features,
};
use hipdrop::angles::AngleSeries;
use hipdrop::body::{Model, build};
use hipdrop::classify::{Measurement, classify};
use hipdrop::events::{GaitEvent, detect};
use hipdrop::lab::{LabFrame, Locomotion, Motion, Pass, Progression};
use hipdrop::landmarks::{self, Points};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, LengthUnit, PerSide, Recording, Side};
use hipdrop::settings::{HipCentreMethod, Settings};
use hipdrop::synth::{
    Affected, FileFormat, HipRegression, MarkerSet, Noise, Pattern, Sample, TrueEvent, TrueStride,
    Truth, Walker, sample_data, samples, stand, store_events, walk, write,
};
use nalgebra::Matrix3;

/// The recording in the laboratory frame with the true direction of progression: what `lab` should
/// find, so that `body`, `angles` and `events` are tested by themselves.
fn true_motion(recording: &Recording, truth: &Truth) -> Motion {
    let resolved = landmarks::resolve(recording, None).unwrap();
    let heading_rad: Vec<f64> = truth
        .angles
        .as_ref()
        .unwrap()
        .heading_deg
        .iter()
        .map(|d| d.to_radians())
        .collect();
    let last = recording.frames - 1;
    Motion {
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        frames: recording.frames,
        points: Points {
            series: resolved
                .indices
                .iter()
                .map(|(&landmark, &i)| (landmark, recording.markers[i].position.clone()))
                .collect(),
        },
        plates: Vec::new(),
        frame: LabFrame {
            unit: LengthUnit::Millimetre,
            unit_guessed: false,
            vertical: "+Z".to_owned(),
            lab_from_file: Matrix3::identity(),
            floor_m: 0.0,
        },
        progression: Progression {
            locomotion: Locomotion::Overground,
            rate_hz: recording.rate_hz,
            speed_m_s: vec![truth.speed_m_s; recording.frames],
            passes: vec![Pass {
                first: 0,
                last,
                heading_rad: heading_rad[0],
            }],
            trial_heading_rad: heading_rad[0],
            heading_rad,
            belt_speed_m_s: None,
        },
        warnings: Vec::new(),
    }
}

fn unfiltered_angles(recording: &Recording, truth: &Truth, settings: &Settings) -> AngleSeries {
    let motion = true_motion(recording, truth);
    let body = build(&motion, &recording.body, &settings.body, Model::Hipdrop);
    hipdrop::angles::series(&body, &motion)
}

/// Largest difference of two columns, degrees.
fn worst(found_rad: &[f64], truth_deg: &[f64]) -> f64 {
    assert_eq!(found_rad.len(), truth_deg.len());
    found_rad
        .iter()
        .zip(truth_deg)
        .map(|(f, t)| {
            assert!(f.is_finite(), "missing angle");
            (f.to_degrees() - t).abs()
        })
        .fold(0.0, f64::max)
}

/// Largest difference per angle: pelvis (3), thorax (3), then hip and knee (3 each) of both sides.
fn worst_angles(found: &AngleSeries, truth: &Truth) -> Vec<(String, f64)> {
    let t = truth.angles.as_ref().unwrap();
    let mut all = vec![
        (
            "pelvis tilt".to_owned(),
            worst(&found.pelvis.tilt, &t.pelvis_tilt_deg),
        ),
        (
            "obliquity".into(),
            worst(&found.pelvis.obliquity, &t.pelvis_obliquity_deg),
        ),
        (
            "rotation".into(),
            worst(&found.pelvis.rotation, &t.pelvis_rotation_deg),
        ),
    ];
    if found.trunk_definition.is_some() {
        all.push((
            "trunk tilt".into(),
            worst(&found.thorax.tilt, &t.thorax_tilt_deg),
        ));
        all.push((
            "lean".into(),
            worst(&found.thorax.obliquity, &t.thorax_lean_deg),
        ));
        all.push((
            "trunk rotation".into(),
            worst(&found.thorax.rotation, &t.thorax_rotation_deg),
        ));
    }
    for side in Side::BOTH {
        for (name, f, t) in [
            ("hip", &found.hip[side], &t.hip[side]),
            ("knee", &found.knee[side], &t.knee[side]),
        ] {
            let name = format!("{} {name}", side.name());
            all.push((format!("{name} flexion"), worst(&f.flexion, &t.flexion_deg)));
            all.push((format!("{name} frontal"), worst(&f.frontal, &t.frontal_deg)));
            all.push((
                format!("{name} rotation"),
                worst(&f.rotation, &t.rotation_deg),
            ));
        }
    }
    all
}

#[test]
fn angles_equal_the_truth_without_noise() {
    let regressions = [
        (HipRegression::Harrington, HipCentreMethod::Auto),
        (HipRegression::Harrington, HipCentreMethod::Harrington),
        (HipRegression::Davis, HipCentreMethod::Davis),
        (HipRegression::Hara, HipCentreMethod::Hara),
    ];
    let patterns = [
        Pattern::Uncompensated,
        Pattern::Compensated,
        Pattern::KneeValgus,
        Pattern::LegLengthDifference,
    ];
    for (hip, hip_centre) in regressions {
        for pattern in patterns {
            for markers in [MarkerSet::PlugInGait, MarkerSet::Medial, MarkerSet::Sacrum] {
                let walker = Walker {
                    hip,
                    markers,
                    strides: 2,
                    direction_rad: -2.0,
                    ..Walker::new(pattern, Affected::Left)
                };
                let (recording, truth) = walk(&walker).unwrap();
                let mut settings = Settings::default();
                settings.body.hip_centre = hip_centre;
                let found = unfiltered_angles(&recording, &truth, &settings);
                for (name, error) in worst_angles(&found, &truth) {
                    assert!(error < 0.05, "{hip} {pattern} {markers} {name}: {error}°");
                }
            }
        }
    }
}

/// Every true event with its found partner: errors in milliseconds, missed, invented.
fn compare_events(
    truth: &[TrueEvent],
    found: &[GaitEvent],
    duration_s: f64,
) -> (Vec<f64>, usize, usize) {
    let mut errors = Vec::new();
    let mut missed = 0;
    let mut used = vec![false; found.len()];
    for event in truth {
        let partner = (0..found.len())
            .filter(|&i| !used[i] && found[i].side == event.side && found[i].kind == event.event)
            .min_by(|&a, &b| {
                let distance = |i: usize| (found[i].time_s - event.time_s).abs();
                distance(a).total_cmp(&distance(b))
            })
            .filter(|&i| (found[i].time_s - event.time_s).abs() < 0.1);
        match partner {
            Some(i) => {
                used[i] = true;
                errors.push(1000.0 * (found[i].time_s - event.time_s));
            }
            // an event in the first or last tenth of a second cannot be expected
            None if event.time_s > 0.1 && event.time_s < duration_s - 0.1 => missed += 1,
            None => {}
        }
    }
    let invented = used.iter().filter(|&&u| !u).count();
    (errors, missed, invented)
}

fn event_errors(walker: &Walker) -> PerSide<(Vec<f64>, usize, usize)> {
    let (recording, truth) = walk(walker).unwrap();
    let found = detect(&true_motion(&recording, &truth), &Settings::default());
    PerSide::from_fn(|side| {
        let true_ones: Vec<TrueEvent> = truth
            .events
            .iter()
            .copied()
            .filter(|e| e.side == side)
            .collect();
        let found_ones: Vec<GaitEvent> = found.iter().copied().filter(|e| e.side == side).collect();
        compare_events(&true_ones, &found_ones, recording.duration_s())
    })
}

fn mean_absolute(errors: &[f64]) -> f64 {
    errors.iter().map(|e| e.abs()).sum::<f64>() / errors.len() as f64
}

#[test]
fn detected_events_are_near_the_true_ones() {
    for noise in [false, true] {
        let (mut errors, mut missed, mut invented) = (Vec::new(), 0, 0);
        for &pattern in Pattern::ALL {
            for seed in 1..=2 {
                let mut walker = Walker {
                    seed,
                    ..Walker::new(pattern, Affected::Right)
                };
                if noise {
                    walker = walker.realistic();
                }
                let sides = event_errors(&walker);
                for side in Side::BOTH {
                    let (e, m, i) = &sides[side];
                    errors.extend(e);
                    missed += m;
                    invented += i;
                }
            }
        }
        let mae = mean_absolute(&errors);
        let share = errors.len() as f64 / (errors.len() + missed) as f64;
        println!(
            "noise {noise}: MAE {mae:.1} ms, found {share:.4}, invented {invented} of {}",
            errors.len()
        );
        assert!(mae <= if noise { 15.0 } else { 10.0 });
        assert!(share >= 0.99);
        assert!(invented as f64 <= 0.01 * errors.len() as f64);
    }
}

fn read_back(path: &std::path::Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap()
}

#[test]
fn csv_and_c3d_hold_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let walker = Walker {
        strides: 1,
        noise: Noise {
            gaps_per_s: 3.0,
            ..Noise::default()
        },
        ..Walker::default()
    }
    .realistic();
    let (recording, truth) = walk(&walker).unwrap();
    let csv = write(&recording, &truth, folder.path(), "walk", FileFormat::Csv).unwrap();
    let c3d = write(&recording, &truth, folder.path(), "walk", FileFormat::C3d).unwrap();
    let (csv, c3d) = (read_back(&csv), read_back(&c3d));
    assert_eq!(csv.rate_hz, 100.0);
    assert_eq!(
        (csv.frames, c3d.frames),
        (recording.frames, recording.frames)
    );
    assert_eq!(
        (csv.markers.len(), c3d.markers.len()),
        (recording.markers.len(), recording.markers.len())
    );
    let bits = |v: &[f64]| {
        v.iter()
            .map(|x| if x.is_nan() { 0 } else { x.to_bits() })
            .collect::<Vec<_>>()
    };
    for ((a, b), original) in csv.markers.iter().zip(&c3d.markers).zip(&recording.markers) {
        assert_eq!((&a.label, &b.label), (&original.label, &original.label));
        for k in 0..3 {
            assert_eq!(
                bits(a.position.columns()[k]),
                bits(b.position.columns()[k]),
                "{}",
                a.label
            );
            assert_eq!(
                bits(a.position.columns()[k]),
                bits(original.position.columns()[k]),
                "{}",
                a.label
            );
        }
    }
    let (kept, made) = (&c3d.body, &recording.body);
    for side in Side::BOTH {
        let (kept, made) = (kept.limbs[side], made.limbs[side]);
        assert!((kept.leg_length_m.unwrap() - made.leg_length_m.unwrap()).abs() < 1e-6);
        assert!((kept.knee_width_m.unwrap() - made.knee_width_m.unwrap()).abs() < 1e-6);
    }
    let json = std::fs::read_to_string(folder.path().join("walk.truth.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["synthetic"], true);
    assert_eq!(json["labels"]["right"], "none");
    let obliquity = json["angles"]["pelvis_obliquity_deg"].as_array().unwrap();
    assert_eq!(obliquity.len(), recording.frames);
    let again: Walker = serde_json::from_value(json["walker"].clone()).unwrap();
    assert_eq!(again, walker);
}

#[test]
fn stored_events_come_back_at_their_times() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recording, truth) = walk(&Walker {
        strides: 2,
        ..Walker::default()
    })
    .unwrap();
    assert!(recording.events.is_empty());
    store_events(&mut recording, &truth);
    let path = write(&recording, &truth, folder.path(), "walk", FileFormat::C3d).unwrap();
    let back = read_back(&path);
    assert_eq!(back.events.len(), truth.events.len());
    for (stored, true_one) in back.events.iter().zip(&truth.events) {
        assert_eq!(stored.side, Some(true_one.side));
        assert_eq!(stored.kind, Some(true_one.event));
        assert!((stored.time_s - true_one.time_s).abs() < 1e-5);
    }
    assert!(truth.events.iter().any(|e| e.event == EventKind::FootOff));
}

#[test]
fn a_standing_trial_shows_the_standing_posture() {
    let walker = Walker::new(Pattern::FixedObliquity, Affected::Right);
    let (recording, truth) = stand(&walker, 1.0).unwrap();
    let found = unfiltered_angles(&recording, &truth, &Settings::default());
    for (name, error) in worst_angles(&found, &truth) {
        assert!(error < 0.05, "{name}: {error}°");
    }
    let obliquity = truth.angles.unwrap().pelvis_obliquity_deg[0];
    assert_eq!(obliquity.round(), 4.0); // right side low = left side up
}

/// The recording as `angles --raw` sees it.
fn raw_angles(recording: &Recording, options: &Options) -> AngleSeries {
    angle_series(recording, options, Processing::Raw).unwrap()
}

#[test]
fn the_front_end_recovers_the_truth_in_every_direction() {
    for direction_rad in [0.0, 0.4, 1.6, 2.9, -1.5, -2.6] {
        for pattern in [Pattern::Healthy, Pattern::Mixed] {
            let walker = Walker {
                direction_rad,
                strides: 4,
                ..Walker::new(pattern, Affected::Left)
            };
            let (recording, truth) = walk(&walker).unwrap();
            let found = raw_angles(&recording, &Options::default());
            for (name, error) in worst_angles(&found, &truth) {
                assert!(error < 0.05, "{direction_rad} {pattern} {name}: {error}°");
            }
        }
    }
}

#[test]
fn events_are_found_there_and_back_and_on_a_treadmill() {
    for (passes, treadmill) in [(1, false), (2, false), (1, true)] {
        let walker = Walker {
            passes,
            treadmill,
            ..Walker::default()
        }
        .realistic();
        let (recording, truth) = walk(&walker).unwrap();
        let (found, _) = gait_events(&recording, &Options::default()).unwrap();
        let (errors, missed, invented) =
            compare_events(&truth.events, &found, recording.duration_s());
        assert!(mean_absolute(&errors) < 15.0);
        assert_eq!(
            (missed, invented),
            (0, 0),
            "passes {passes} treadmill {treadmill}"
        );
    }
}

/// Root mean square of found − truth, degrees, after taking out the mean difference when asked.
fn rms(found_rad: &[f64], truth_deg: &[f64], offset_free: bool) -> f64 {
    let difference: Vec<f64> = found_rad
        .iter()
        .zip(truth_deg)
        .map(|(f, t)| f.to_degrees() - t)
        .collect();
    let n = difference.len() as f64;
    let mean = match offset_free {
        true => difference.iter().sum::<f64>() / n,
        false => 0.0,
    };
    (difference.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt()
}

#[test]
fn noise_and_filter_stay_within_the_acceptance_numbers() {
    let walker = Walker {
        noise: Noise {
            white_mm: 0.5,
            ..Noise::default()
        },
        ..Walker::new(Pattern::Uncompensated, Affected::Right)
    };
    let (recording, truth) = walk(&walker).unwrap();
    let found = angle_series(&recording, &Options::default(), Processing::Filtered).unwrap();
    let exact = truth.angles.unwrap();
    let pelvis = rms(&found.pelvis.obliquity, &exact.pelvis_obliquity_deg, false);
    let trunk = rms(&found.thorax.obliquity, &exact.thorax_lean_deg, false);
    println!("0.5 mm and 6 Hz: obliquity {pelvis:.3}°, lean {trunk:.3}°");
    assert!(pelvis < 0.4 && trunk < 0.4);
}

#[test]
fn soft_tissue_and_placement_stay_within_the_acceptance_numbers() {
    for seed in 1..=5 {
        let walker = Walker {
            noise: Noise {
                soft_tissue: 1.0,
                white_mm: 0.3,
                wobble_mm: 0.5,
                ..Noise::default()
            },
            placement_sd_mm: 3.0,
            seed,
            ..Walker::new(Pattern::Uncompensated, Affected::Right)
        };
        let (recording, truth) = walk(&walker).unwrap();
        let found = angle_series(&recording, &Options::default(), Processing::Filtered).unwrap();
        let exact = truth.angles.unwrap();
        let pelvis = rms(&found.pelvis.obliquity, &exact.pelvis_obliquity_deg, true);
        println!("soft tissue, seed {seed}: obliquity {pelvis:.2}°");
        assert!(pelvis < 1.0, "{pelvis}");
        for side in Side::BOTH {
            let hip = rms(
                &found.hip[side].frontal,
                &exact.hip[side].frontal_deg,
                false,
            );
            println!("    {side:?} hip adduction {hip:.2}°");
            assert!(hip < 3.0, "{hip}");
        }
    }
}

/// Every sample with its analysis.
fn analysed_samples() -> Vec<(Sample, Truth, Analysis)> {
    samples()
        .into_iter()
        .map(|sample| {
            let (recording, truth) = sample.make().unwrap();
            let analysis = analyze(&recording, &Options::default()).unwrap();
            (sample, truth, analysis)
        })
        .collect()
}

#[test]
fn the_samples_give_the_labels_they_are_meant_to_give() {
    let mut labels = std::collections::BTreeSet::new();
    for (sample, truth, analysis) in analysed_samples() {
        if sample.standing_s.is_some() {
            assert_eq!(analysis.status, Status::Standing);
            continue;
        }
        for side in Side::BOTH {
            let found = analysis.limbs[side].label.name();
            assert_eq!(
                found,
                sample.expected_label(side, &truth),
                "{} {side:?}",
                sample.path()
            );
            labels.insert(found);
        }
    }
    // every label of the tables is there
    assert_eq!(labels.len(), 6, "{labels:?}");
}

#[test]
fn one_stride_trials_are_definite_together() {
    let session: Vec<_> = analysed_samples()
        .into_iter()
        .filter(|(sample, _, _)| sample.subject == "walkway-session")
        .collect();
    let standing = session
        .iter()
        .find_map(|(_, _, analysis)| match analysis.status {
            Status::Standing => analysis.standing,
            _ => None,
        });
    assert!(standing.is_some());
    let blocks: Vec<_> = session
        .iter()
        .map(|(_, _, analysis)| used_features(&analysis.strides))
        .filter(|strides| !strides.is_empty())
        .collect();
    assert_eq!(blocks.len(), 6);
    let pooled = classify(
        &blocks,
        standing.as_ref(),
        Measurement::Optical,
        false,
        &Settings::default(),
    );
    assert_eq!(pooled.left.label.name(), "none");
    assert_eq!(pooled.right.label.name(), "uncompensated");
}

#[test]
fn the_sample_files_are_those_that_the_program_makes() {
    let folder = tempfile::tempdir().unwrap();
    sample_data(folder.path()).unwrap();
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let mut bytes = 0;
    for name in ["truth.csv", "subjects.csv"] {
        let read = |root: &std::path::Path| std::fs::read_to_string(root.join(name)).unwrap();
        assert_eq!(read(&kept), read(folder.path()), "{name}");
    }
    for sample in samples() {
        let (kept, made) = (kept.join(sample.path()), folder.path().join(sample.path()));
        bytes += std::fs::metadata(&kept).unwrap().len();
        let (kept, made) = (read_back(&kept), read_back(&made));
        assert_eq!((kept.frames, kept.rate_hz), (made.frames, made.rate_hz));
        assert_eq!(kept.subjects, made.subjects);
        for (a, b) in kept.markers.iter().zip(&made.markers) {
            assert_eq!(a.label, b.label);
            for i in 0..kept.frames {
                // a sine may differ in its last bit between platforms: one step of resolution
                let apart = (a.position.at(i) - b.position.at(i)).amax();
                assert!(apart < 2e-5, "{} {} {i}", sample.path(), a.label);
            }
        }
    }
    assert!(bytes < 6_000_000, "{bytes} bytes");
    // what lies beside the recordings is not taken for one
    for name in [
        "README.md",
        "truth.csv",
        "subjects.csv",
        "waddle/visit-1/walk.truth.json",
    ] {
        let text = std::fs::read(kept.join(name)).unwrap();
        assert!(!read::looks_like_recording(&text), "{name}");
    }
}

#[test]
fn twins_in_both_formats_give_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    for markers in [MarkerSet::PlugInGait, MarkerSet::Medial] {
        let walker = Walker {
            markers,
            body_measures: false,
            ..Walker::new(Pattern::Uncompensated, Affected::Left)
        }
        .realistic();
        let (recording, truth) = walk(&walker).unwrap();
        let result = |format| {
            let path = write(&recording, &truth, folder.path(), "twin", format).unwrap();
            let analysis = analyze(&read_back(&path), &Options::default()).unwrap();
            assert_eq!(analysis.limbs.left.label.name(), "uncompensated");
            let curves: Vec<_> = analysis.strides.iter().map(|s| s.curves.clone()).collect();
            format!("{:?} {:?} {curves:?}", analysis.strides, analysis.limbs)
        };
        assert_eq!(result(FileFormat::Csv), result(FileFormat::C3d));
    }
}

#[test]
fn single_support_means_are_near_the_truth() {
    for pattern in [
        Pattern::Healthy,
        Pattern::Uncompensated,
        Pattern::Mixed,
        Pattern::Waddle,
    ] {
        let (recording, truth) = walk(&Walker::new(pattern, Affected::Right)).unwrap();
        let analysis = analyze(&recording, &Options::default()).unwrap();
        assert_eq!(analysis.strides.len(), truth.strides.len());
        for stride in &analysis.strides {
            let true_one = truth
                .strides
                .iter()
                .filter(|t| t.side == stride.stride.side)
                .min_by(|a, b| {
                    let apart = |t: &TrueStride| (t.start_s - stride.stride.start_s).abs();
                    apart(a).total_cmp(&apart(b))
                })
                .unwrap();
            // filter and events included
            let drop = stride.metrics.drop_ss_deg.unwrap() - true_one.drop_ss_deg;
            let lean = stride.metrics.lean_ss_deg.unwrap() - true_one.lean_ss_deg;
            assert!(
                drop.abs() < 0.3 && lean.abs() < 0.3,
                "{pattern}: {drop} {lean}"
            );
        }
    }
}

/// Share of each label of the affected (or right) limb, and of any positive label elsewhere, over
/// `walkers` subjects measured with realistic errors through the whole pipeline.
fn operating_point(
    pattern: Pattern,
    magnitude_deg: f64,
    walkers: u64,
) -> (std::collections::BTreeMap<&'static str, f64>, f64) {
    let mut shares = std::collections::BTreeMap::new();
    let mut elsewhere = 0.0;
    let one = 100.0 / walkers as f64;
    for seed in 1..=walkers {
        let walker = Walker {
            magnitude_deg: Some(magnitude_deg),
            seed,
            ..Walker::new(pattern, Affected::Right)
        }
        .realistic();
        let (recording, _) = walk(&walker).unwrap();
        let analysis = analyze(&recording, &Options::default()).unwrap();
        *shares
            .entry(analysis.limbs.right.label.name())
            .or_insert(0.0) += one;
        if analysis.limbs.left.label.is_positive() {
            elsewhere += one;
        }
    }
    (shares, elsewhere)
}

#[test]
fn a_few_realistic_walkers_are_labelled_rightly() {
    let share = |pattern, magnitude, label| {
        let (shares, elsewhere) = operating_point(pattern, magnitude, 8);
        assert_eq!(elsewhere, 0.0, "{pattern}: a label on the sound limb");
        shares.get(label).copied().unwrap_or(0.0)
    };
    let none = |pattern, magnitude| {
        share(pattern, magnitude, "none") + share(pattern, magnitude, "indeterminate")
    };
    assert_eq!(none(Pattern::Healthy, 0.0), 100.0);
    assert_eq!(none(Pattern::HipHike, 8.0), 100.0);
    assert!(share(Pattern::Uncompensated, 8.0, "uncompensated") >= 85.0);
    assert!(share(Pattern::Compensated, 12.0, "compensated") >= 85.0);
    assert!(share(Pattern::Mixed, 10.0, "mixed") >= 85.0);
}

#[test]
#[ignore = "prints the operating characteristics of the whole pipeline; takes minutes"]
fn operating_characteristics_of_the_whole_pipeline() {
    let cells = [
        (Pattern::Healthy, vec![0.0]),
        (Pattern::Uncompensated, vec![3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        (Pattern::Compensated, vec![5.0, 6.0, 8.0, 12.0]),
        (Pattern::Mixed, vec![6.0, 9.0]),
        (Pattern::Waddle, vec![8.0]),
        (Pattern::LegLengthDifference, vec![5.0, 8.0]),
        (Pattern::FixedObliquity, vec![4.0]),
        (Pattern::TrunkList, vec![4.0, 8.0]),
        (Pattern::HipHike, vec![8.0]),
        (Pattern::Ataxic, vec![4.0]),
        (Pattern::Antalgic, vec![5.0]),
        (Pattern::KneeValgus, vec![8.0]),
    ];
    for (pattern, magnitudes) in cells {
        for magnitude in magnitudes {
            let (shares, elsewhere) = operating_point(pattern, magnitude, 60);
            println!("{pattern} {magnitude}°: {shares:.0?}, positive on the left {elsewhere:.0}");
        }
    }
}
