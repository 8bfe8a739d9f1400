//! `lab` on the synthetic walker, whose direction is known, and what must not change it.

use super::{apart_deg, codes, to_lab};
use hipdrop::lab::{Locomotion, Motion};
use hipdrop::landmarks::Landmark;
use hipdrop::recording::{Recording, Side};
use hipdrop::synth::{self, MarkerSet, Noise, Pattern, Walker};
use nalgebra::{Matrix3, Rotation3, Vector3};
use proptest::prelude::*;

/// A synthetic walk, what the laboratory stage makes of it and the largest error of the heading.
fn synthetic(walker: &Walker) -> (Motion, f64) {
    let (recording, truth) = synth::walk(walker).unwrap();
    let motion = to_lab(&recording);
    let angles = truth.angles.unwrap();
    let error = motion
        .progression
        .heading_rad
        .iter()
        .zip(&angles.heading_deg)
        .map(|(found, truth)| apart_deg(*found, truth.to_radians()))
        .fold(0.0, f64::max);
    (motion, error)
}

fn walker(change: impl FnOnce(&mut Walker)) -> Walker {
    let mut walker = Walker {
        strides: 3,
        direction_rad: 0.7,
        ..Walker::default()
    };
    change(&mut walker);
    walker
}

#[test]
fn the_direction_of_a_synthetic_walker_is_exact_at_any_speed() {
    for speed in [0.3, 0.6, 1.2, 1.8] {
        let (motion, error) = synthetic(&walker(|w| w.speed_m_s = Some(speed)));
        assert!(error < 0.1, "{speed} m/s: {error} degrees");
        assert_eq!(motion.progression.locomotion, Locomotion::Overground);
        assert_eq!(motion.progression.passes.len(), 1);
        assert_eq!(codes(&motion), Vec::<&str>::new());
        let found = motion.progression.speed_m_s[motion.frames / 2];
        assert!(
            (found - speed).abs() < 0.02 * speed,
            "{found} instead of {speed}"
        );
    }
}

#[test]
fn one_stride_is_enough_for_a_direction() {
    for first_phase in [0.0, 0.25, 0.6] {
        let (_, error) = synthetic(&walker(|w| {
            w.strides = 1;
            w.first_phase = first_phase;
        }));
        assert!(error < 3.0, "{error} degrees");
    }
}

#[test]
fn noise_gaps_and_irregular_strides_leave_the_direction() {
    for rate_hz in [50.0, 100.0, 200.0] {
        let (motion, error) = synthetic(&walker(|w| {
            w.rate_hz = rate_hz;
            w.pattern = Pattern::Ataxic;
            w.noise = Noise {
                white_mm: 0.5,
                wobble_mm: 0.5,
                soft_tissue: 1.0,
                gaps_per_s: 3.0,
                ..Noise::default()
            };
        }));
        assert!(error < 3.0, "{rate_hz} Hz: {error} degrees");
        assert_eq!(codes(&motion), Vec::<&str>::new());
    }
}

#[test]
fn there_and_back_makes_two_passes() {
    let (motion, error) = synthetic(&walker(|w| w.passes = 2));
    assert!(error < 10.0, "{error} degrees");
    let headings: Vec<f64> = motion
        .progression
        .passes
        .iter()
        .map(|p| p.heading_rad.to_degrees())
        .collect();
    assert_eq!(headings.len(), 2, "{headings:?}");
    assert!((headings[0] - 40.1).abs() < 2.0, "{headings:?}");
    // half a turn to the left, counted on
    assert!((headings[1] - 220.1).abs() < 2.0, "{headings:?}");
}

#[test]
fn a_treadmill_has_a_belt_speed_and_a_direction() {
    for speed in [0.4, 1.28] {
        let (motion, error) = synthetic(&walker(|w| {
            w.treadmill = true;
            w.speed_m_s = Some(speed);
        }));
        assert_eq!(motion.progression.locomotion, Locomotion::Treadmill);
        let belt = motion.progression.belt_speed_m_s.unwrap();
        assert!(
            (belt - speed).abs() < 0.03 * speed,
            "{belt} instead of {speed}"
        );
        assert!(error < 1.0, "{error} degrees");
    }
}

#[test]
fn exchanged_labels_of_a_walk_are_put_right() {
    for trial in 0..5 {
        let clean = walker(|w| w.trial = trial);
        let swapped = walker(|w| {
            w.trial = trial;
            w.noise.swaps = 4;
        });
        let (clean, _) = synthetic(&clean);
        let (repaired, _) = synthetic(&swapped);
        assert!(codes(&repaired).contains(&"marker-swap"), "trial {trial}");
        let wrong: Vec<&Landmark> = clean
            .points
            .series
            .iter()
            .filter(|(l, s)| repaired.points.series[l] != **s)
            .map(|(l, _)| l)
            .collect();
        assert!(
            wrong.is_empty(),
            "trial {trial}: {wrong:?} {:?}",
            repaired.warnings
        );
    }
}

#[test]
fn sides_swapped_throughout_are_told_and_not_changed() {
    let (right, _) = synthetic(&walker(|_| {}));
    for markers in [MarkerSet::PlugInGait, MarkerSet::NoTrunk] {
        let (swapped, error) = synthetic(&walker(|w| {
            w.markers = markers;
            w.noise.sides_swapped = true;
        }));
        assert_eq!(codes(&swapped), vec!["sides-swapped"]);
        assert!(error < 0.1);
        let (left, other) = (Landmark::Asis(Side::Left), Landmark::Asis(Side::Right));
        assert_eq!(swapped.points.series[&left], right.points.series[&other]);
    }
}

/// The same recording seen in other axes and units.
fn seen_otherwise(
    recording: &Recording,
    turn: &Matrix3<f64>,
    shift: Vector3<f64>,
    scale: f64,
) -> Recording {
    let mut other = recording.clone();
    for marker in &mut other.markers {
        for i in 0..marker.position.len() {
            let moved = (turn * marker.position.at(i) + shift) * scale;
            marker.position.set(i, moved);
        }
    }
    if scale != 1.0 {
        other.declared_unit = None;
    }
    other
}

/// Heading relative to the line from the right to the left ASIS, per frame: what no change of axes
/// or units may change.
fn relative_heading(motion: &Motion) -> Vec<f64> {
    let left = &motion.points.series[&Landmark::Asis(Side::Left)];
    let right = &motion.points.series[&Landmark::Asis(Side::Right)];
    (0..motion.frames)
        .map(|i| {
            let across = left.at(i) - right.at(i);
            motion.progression.heading_rad[i] - across.y.atan2(across.x)
        })
        .collect()
}

fn assert_same_motion(found: &Motion, expected: &Motion, tolerance: f64) {
    let (a, b) = (relative_heading(found), relative_heading(expected));
    for (i, (a, b)) in a.iter().zip(&b).enumerate() {
        assert!(apart_deg(*a, *b) < 1e3 * tolerance, "frame {i}: {a} {b}");
    }
    let speeds = found
        .progression
        .speed_m_s
        .iter()
        .zip(&expected.progression.speed_m_s);
    for (a, b) in speeds {
        assert!((a - b).abs() < tolerance);
    }
    assert_eq!(
        found.progression.locomotion,
        expected.progression.locomotion
    );
    let frames = |m: &Motion| -> Vec<(usize, usize)> {
        m.progression
            .passes
            .iter()
            .map(|p| (p.first, p.last))
            .collect()
    };
    assert_eq!(frames(found), frames(expected));
    for (landmark, series) in &expected.points.series {
        let other = &found.points.series[landmark];
        for i in (0..series.len()).step_by(17) {
            let height = series.z[i] - expected.frame.floor_m;
            let found_height = other.z[i] - found.frame.floor_m;
            assert!((height - found_height).abs() < tolerance, "{landmark:?}");
        }
    }
}

/// A walk across the laboratory and back.
fn there_and_back() -> Recording {
    let walker = walker(|w| {
        w.passes = 2;
        w.strides = 2;
    });
    synth::walk(&walker).unwrap().0
}

/// File axes renamed in a circle: X becomes Y, Y becomes Z, Z becomes X, `times` times.
fn cycled(times: usize) -> Matrix3<f64> {
    let once = Matrix3::new(0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0);
    (0..times).fold(Matrix3::identity(), |turn, _| once * turn)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_motion_does_not_depend_on_axes_origin_and_unit(
        yaw in -3.2f64..3.2,
        shift in prop::array::uniform3(-5.0f64..5.0),
        cycles in 0usize..3,
        scale in prop::sample::select(vec![1.0, 100.0, 1000.0]),
    ) {
        let recording = there_and_back();
        let turn = cycled(cycles) * Rotation3::from_axis_angle(&Vector3::z_axis(), yaw).matrix();
        let other = seen_otherwise(&recording, &turn, Vector3::from(shift), scale);
        let (expected, found) = (to_lab(&recording), to_lab(&other));
        prop_assert_eq!(&found.frame.vertical, ["+Z", "+X", "+Y"][cycles]);
        assert_same_motion(&found, &expected, 1e-9);
        let guessed = codes(&found).contains(&"unit-guessed");
        prop_assert_eq!(guessed, scale != 1.0);
    }
}

#[test]
fn a_mirrored_walk_is_the_mirrored_motion() {
    let recording = there_and_back();
    let mirror = Matrix3::from_diagonal(&Vector3::new(1.0, -1.0, 1.0));
    let mut mirrored = seen_otherwise(&recording, &mirror, Vector3::zeros(), 1.0);
    for marker in &mut mirrored.markers {
        marker.label = match marker.label.split_at_checked(1) {
            Some(("L", rest)) => format!("R{rest}"),
            Some(("R", rest)) => format!("L{rest}"),
            _ => continue,
        };
    }
    let (expected, found) = (to_lab(&recording), to_lab(&mirrored));
    assert_eq!(codes(&found), Vec::<&str>::new());
    let headings = expected
        .progression
        .heading_rad
        .iter()
        .zip(&found.progression.heading_rad);
    for (a, b) in headings {
        assert!(apart_deg(*a, -b) < 1e-9, "{a} {b}");
    }
    assert_eq!(
        expected.progression.passes.len(),
        found.progression.passes.len()
    );
}
