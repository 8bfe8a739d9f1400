//! Angles and single-support means against the truth.

use super::true_motion;
use hipdrop::analysis::{Options, Processing, analyze, angle_series};
use hipdrop::angles::AngleSeries;
use hipdrop::body::{Model, build};
use hipdrop::recording::{Recording, Side};
use hipdrop::settings::{HipCentreMethod, Settings};
use hipdrop::synth::{
    Affected, GaitKind, HipRegression, MarkerSet, Noise, Pattern, TrueStride, Truth, Walker, stand,
    walk,
};

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

#[test]
fn angles_of_a_run_equal_the_truth_without_noise() {
    for speed in [2.0, 3.0, 4.5] {
        let walker = Walker {
            gait: GaitKind::Running,
            speed_m_s: Some(speed),
            strides: 2,
            direction_rad: 1.0,
            ..Walker::new(Pattern::Uncompensated, Affected::Left)
        };
        let (recording, truth) = walk(&walker).unwrap();
        let found = unfiltered_angles(&recording, &truth, &Settings::default());
        for (name, error) in worst_angles(&found, &truth) {
            assert!(error < 0.05, "{speed} m/s {name}: {error}°");
        }
    }
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
