//! Tests of `body` and `angles` against Vicon Plug-in Gait and under changes of frame.

mod degradation;
mod golden;
mod invariance;
mod opensim;
mod stored;
mod whole_trials;

use crate::common::shared;
use hipdrop::angles::{self, AngleSeries, PigColumn};
use hipdrop::body::{self, Model};
use hipdrop::lab::{LabFrame, Locomotion, Motion, Progression};
use hipdrop::landmarks::{Landmark, Points};
use hipdrop::recording::{BodyMeasures, LengthUnit, PerSide, Series3, Side};
use hipdrop::settings::BodySettings;
use nalgebra::{Matrix3, Rotation3, Vector3};
use serde_json::Value;

/// A motion made of landmarks alone.
fn motion(points: Points, heading: Vec<f64>, trial_heading: f64) -> Motion {
    let frames = points.series.values().next().unwrap().len();
    Motion {
        rate_hz: 100.0,
        first_frame: 1,
        frames,
        points,
        plates: Vec::new(),
        frame: LabFrame {
            unit: LengthUnit::Metre,
            unit_guessed: false,
            vertical: "+Z".into(),
            lab_from_file: Matrix3::identity(),
            floor_m: 0.0,
        },
        progression: Progression {
            rate_hz: 100.0,
            locomotion: Locomotion::Overground,
            heading_rad: heading,
            speed_m_s: vec![1.0; frames],
            passes: Vec::new(),
            trial_heading_rad: trial_heading,
            belt_speed_m_s: None,
        },
        warnings: Vec::new(),
    }
}

/// Plug-in Gait's label of each landmark that the model uses.
fn landmark(label: &str) -> Option<Landmark> {
    let sided = |side: Side, rest: &str| {
        Some(match rest {
            "ASI" => Landmark::Asis(side),
            "PSI" => Landmark::Psis(side),
            "THI" => Landmark::Thigh(side),
            "KNE" => Landmark::Knee(side),
            "TIB" => Landmark::Tibia(side),
            "ANK" => Landmark::Ankle(side),
            _ => return None,
        })
    };
    match label {
        "SACR" => Some(Landmark::Sacrum),
        "C7" => Some(Landmark::C7),
        "T10" => Some(Landmark::T10),
        "CLAV" => Some(Landmark::Clavicle),
        "STRN" => Some(Landmark::Sternum),
        _ => match label.split_at_checked(1)? {
            ("L", rest) => sided(Side::Left, rest),
            ("R", rest) => sided(Side::Right, rest),
            _ => None,
        },
    }
}

fn column<'a>(columns: &'a [PigColumn], name: &str) -> &'a [f64] {
    let found = columns.iter().find(|c| c.name == name);
    &found
        .unwrap_or_else(|| panic!("no column {name}"))
        .values_deg
}

/// Difference of two angles in degrees, in ±180.
fn turn_deg(a: f64, b: f64) -> f64 {
    (a - b + 180.0).rem_euclid(360.0) - 180.0
}

/// A walking body of rigid segments, 120 frames, along +X, with everything moving.
fn walker() -> (Points, Vec<f64>) {
    let frames = 120;
    let mut points = Points::default();
    let heading = vec![0.0; frames];
    let pelvis = [
        (Landmark::Asis(Side::Left), [0.0, 0.12, 0.0]),
        (Landmark::Asis(Side::Right), [0.0, -0.12, 0.003]),
        (Landmark::Psis(Side::Left), [-0.15, 0.04, 0.02]),
        (Landmark::Psis(Side::Right), [-0.152, -0.05, 0.018]),
    ];
    let trunk = [
        (Landmark::Clavicle, [0.05, 0.002, 0.45]),
        (Landmark::Sternum, [0.09, 0.0, 0.28]),
        (Landmark::C7, [-0.08, -0.003, 0.50]),
        (Landmark::T10, [-0.10, 0.001, 0.25]),
        (Landmark::Shoulder(Side::Left), [-0.02, 0.18, 0.46]),
        (Landmark::Shoulder(Side::Right), [-0.02, -0.18, 0.45]),
    ];
    let at = |i: usize, place: [f64; 3], phase: f64, size: f64| {
        let t = i as f64 * 0.0628;
        let turn = Rotation3::from_euler_angles(
            size * (t + phase).sin(),
            0.15 + 0.05 * (2.0 * t).cos(),
            0.12 * (t + 1.0).cos(),
        );
        turn * Vector3::from(place)
            + Vector3::new(
                0.012 * i as f64,
                0.02 * t.sin(),
                0.95 + 0.02 * (2.0 * t).cos(),
            )
    };
    let add = |points: &mut Points, landmark, f: &dyn Fn(usize) -> Vector3<f64>| {
        points
            .series
            .insert(landmark, Series3::from_vectors((0..frames).map(f)));
    };
    for (landmark, place) in pelvis {
        add(&mut points, landmark, &|i| at(i, place, 0.0, 0.07));
    }
    for (landmark, place) in trunk {
        add(&mut points, landmark, &|i| at(i, place, 2.0, 0.05));
    }
    for side in Side::BOTH {
        let s = side.sigma();
        let swing =
            move |i: usize| 0.35 * (i as f64 * 0.0628 + if s > 0.0 { 0.0 } else { 3.1 }).sin();
        for (landmark, place, knee) in [
            (Landmark::Thigh(side), [-0.01, 0.17 * s, -0.28], false),
            (Landmark::Knee(side), [0.005, 0.14 * s, -0.48], false),
            (Landmark::KneeMedial(side), [0.01, 0.035 * s, -0.482], false),
            (Landmark::Tibia(side), [-0.03, 0.15 * s, -0.68], true),
            (Landmark::Ankle(side), [-0.02, 0.13 * s, -0.88], true),
            (Landmark::AnkleMedial(side), [0.0, 0.05 * s, -0.87], true),
        ] {
            add(&mut points, landmark, &|i| {
                let bend = swing(i) + if knee { 0.3 } else { 0.0 };
                let leg = Rotation3::from_euler_angles(0.05 * s, -swing(i), 0.05 * s)
                    * Rotation3::from_euler_angles(0.0, 0.1 * bend, 0.0);
                at(i, [0.0, 0.0, 0.0], 0.0, 0.0) + leg * Vector3::from(place)
            });
        }
    }
    (points, heading)
}

/// Measures of the walker; the two sides differ.
fn walker_measures() -> BodyMeasures {
    let mut measures = BodyMeasures {
        marker_diameter_m: Some(0.014),
        ..BodyMeasures::default()
    };
    for (side, more) in [(Side::Left, 0.0), (Side::Right, 0.01)] {
        let limb = &mut measures.limbs[side];
        limb.leg_length_m = Some(0.86 + more);
        limb.knee_width_m = Some(0.10 + more);
        limb.ankle_width_m = Some(0.07 + more);
        limb.thigh_rotation_rad = Some(0.1 + more);
        limb.shank_rotation_rad = Some(-0.08);
        limb.tibial_torsion_rad = Some(-0.2);
        limb.ankle_abadd_rad = Some(0.1);
    }
    measures
}

fn without(points: &Points, gone: &[Landmark]) -> Points {
    let mut kept = points.clone();
    for landmark in gone {
        kept.series.remove(landmark);
    }
    kept
}

const MEDIAL: [Landmark; 4] = [
    Landmark::KneeMedial(Side::Left),
    Landmark::KneeMedial(Side::Right),
    Landmark::AnkleMedial(Side::Left),
    Landmark::AnkleMedial(Side::Right),
];

fn series_of(
    points: &Points,
    heading: &[f64],
    measures: &BodyMeasures,
    model: Model,
) -> AngleSeries {
    let motion = motion(points.clone(), heading.to_vec(), 0.0);
    let body = body::build(&motion, measures, &BodySettings::default(), model);
    angles::series(&body, &motion)
}

/// All curves with a name, in degrees.
fn curves(a: &AngleSeries) -> Vec<(String, Vec<f64>)> {
    let mut all = Vec::new();
    let mut add = |name: String, curve: &[f64]| {
        all.push((
            name,
            curve.iter().map(|v| v.to_degrees()).collect::<Vec<_>>(),
        ));
    };
    for (name, s) in [("pelvis", &a.pelvis), ("thorax", &a.thorax)] {
        add(format!("{name} tilt"), &s.tilt);
        add(format!("{name} obliquity"), &s.obliquity);
        add(format!("{name} rotation"), &s.rotation);
    }
    add("lean on pelvis".into(), &a.lean_on_pelvis);
    for side in Side::BOTH {
        for (name, j) in [("hip", &a.hip[side]), ("knee", &a.knee[side])] {
            add(format!("{} {name} flexion", side.name()), &j.flexion);
            add(format!("{} {name} frontal", side.name()), &j.frontal);
            add(format!("{} {name} rotation", side.name()), &j.rotation);
        }
        add(format!("{} fppa", side.name()), &a.fppa[side]);
    }
    all
}

fn assert_same(a: &AngleSeries, b: &AngleSeries, why: &str) {
    for ((name, a), (_, b)) in curves(a).iter().zip(curves(b)) {
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            assert!(
                turn_deg(*a, b).abs() <= 1e-9 || (a.is_nan() && b.is_nan()),
                "{why}: {name} frame {i}: {a} against {b}"
            );
        }
    }
}
