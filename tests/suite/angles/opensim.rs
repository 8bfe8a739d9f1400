//! OpenSim coordinates against the markers they were made from, and against rotations by hand.

use crate::common::shared;
use hipdrop::analysis::{self, Options, Processing, Status};
use hipdrop::angles::{self, AngleSeries};
use hipdrop::events::{Confidence, EventSource, GaitEvent};
use hipdrop::read::{self, ReadOptions};
use hipdrop::recording::{EventKind, Format, ModelOutput, Recording, Side};
use nalgebra::{Matrix3, Rotation3, Unit, Vector3};
use std::path::Path;

fn open(path: &Path) -> Recording {
    read::open(path, &ReadOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Bias and root-mean-square difference in degrees of `sign` × the coordinates' angle from the
/// markers' angle, at the times of the markers.
fn difference(
    (markers, from_markers): (&Recording, &[f64]),
    (table, from_table): (&Recording, &[f64]),
    sign: f64,
) -> (f64, f64) {
    let differences: Vec<f64> = (0..markers.frames)
        .filter_map(|i| {
            let at = table.index_at(markers.time_s(i)).round();
            let there = (at >= 0.0).then(|| from_table.get(at as usize).copied())??;
            Some((sign * there - from_markers[i]).to_degrees()).filter(|d| d.is_finite())
        })
        .collect();
    assert!(differences.len() > 100, "{} frames", differences.len());
    let count = differences.len() as f64;
    let bias = differences.iter().sum::<f64>() / count;
    let square = differences.iter().map(|d| d * d).sum::<f64>() / count;
    (bias, square.sqrt())
}

#[test]
fn coordinates_agree_with_the_markers_they_were_made_from() {
    let Some(shared) = shared("coordinates_agree_with_the_markers_they_were_made_from") else {
        return;
    };
    let folder = shared.join("recordings/trc-mot-sto");
    let markers = open(&folder.join("markers_walk.trc"));
    let table = open(&folder.join("coordinates.sto"));
    let options = Options::default();
    let a = analysis::angle_series(&markers, &options, Processing::Raw).unwrap();
    let b = analysis::angle_series(&table, &options, Processing::Raw).unwrap();
    let compare = |pick: fn(&AngleSeries) -> &[f64], sign| {
        difference((&markers, pick(&a)), (&table, pick(&b)), sign).1
    };
    // the model's pelvis is rigid, the markers' is not: the obliquity of the PSIS differs from that
    // of the ASIS by 4.8 degrees here, a rigid fit to all five markers leaves 1.6
    let obliquity = |sign| compare(|s| &s.pelvis.obliquity, sign);
    assert!(obliquity(1.0) < 2.4 && obliquity(-1.0) > 4.5);
    let tilt = |sign| compare(|s| &s.pelvis.tilt, sign);
    assert!(tilt(1.0) < 0.5 && tilt(-1.0) > 2.5);
    let left = |sign| compare(|s| &s.hip.left.frontal, sign);
    assert!(left(1.0) < 2.5 && left(-1.0) > 9.0);
    let right = |sign| compare(|s| &s.hip.right.frontal, sign);
    assert!(right(1.0) < 4.5 && right(-1.0) > 9.0);
    let lean = compare(|s| &s.thorax.obliquity, 1.0);
    assert!(lean < 0.9, "lean {lean}");
    // bending counted the other way would not hold the trunk upright
    let mut mirrored = table.clone();
    for output in &mut mirrored.model_outputs {
        if output.label == "lumbar_bending" {
            output.values[0].iter_mut().for_each(|v| *v = -*v);
        }
    }
    let c = angles::from_model_outputs(&mirrored).unwrap();
    let wrong = difference(
        (&markers, &a.thorax.obliquity),
        (&mirrored, &c.thorax.obliquity),
        1.0,
    );
    assert!(wrong.1 > 4.0, "lean with bending mirrored {wrong:?}");
    // knees flex to about 60 degrees and hardly extend beyond 0
    for side in Side::BOTH {
        let knee = &b.knee[side].flexion;
        let most = knee.iter().fold(f64::MIN, |m, v| m.max(*v)).to_degrees();
        assert!((50.0..75.0).contains(&most), "{most}");
        assert!(b.knee[side].frontal.iter().all(|v| v.is_nan()));
    }
}

/// A recording of constant coordinates, two frames.
fn coordinates(unit: &str, values: &[(&str, f64)]) -> Recording {
    let mut recording = Recording::new("table", Format::OpenSim, 100.0, 2);
    for &(label, value) in values {
        recording.model_outputs.push(ModelOutput {
            label: label.into(),
            unit: unit.into(),
            components: vec!["value".into()],
            values: vec![vec![value; 2]],
        });
    }
    recording
}

/// The body-fixed z, x, y angles of a matrix in OpenSim's axes, degrees.
fn z_x_y(m: &Matrix3<f64>) -> [f64; 3] {
    [
        (-m[(0, 1)]).atan2(m[(1, 1)]),
        m[(2, 1)].asin(),
        (-m[(2, 0)]).atan2(m[(2, 2)]),
    ]
    .map(f64::to_degrees)
}

/// Obliquity and lean do not depend on the walking direction, as `pelvis_list` and the sum of list
/// and bending do.
#[test]
fn any_walking_direction_gives_the_same_obliquity_and_lean() {
    let turn = |axis: [f64; 3], degrees: f64| {
        let axis = Unit::new_normalize(Vector3::from(axis));
        *Rotation3::from_axis_angle(&axis, degrees.to_radians()).matrix()
    };
    // OpenSim's axes: x forward, y up, z to the right
    let (x, y, z) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
    for heading in [-170.0, -90.0, -35.0, 0.0, 20.0, 90.0, 135.0] {
        // left side 6 up, front 10 down; trunk 4 to the right, 3 back
        let pelvis = turn(y, heading) * turn(x, 6.0) * turn(z, -10.0);
        let trunk = turn(y, heading) * turn(x, 4.0) * turn(z, 3.0);
        let [tilt, list, rotation] = z_x_y(&pelvis);
        let [extension, bending, twist] = z_x_y(&(pelvis.transpose() * trunk));
        let found = angles::from_model_outputs(&coordinates(
            "deg",
            &[
                ("pelvis_tilt", tilt),
                ("pelvis_list", list),
                ("pelvis_rotation", rotation),
                ("lumbar_extension", extension),
                ("lumbar_bending", bending),
                ("lumbar_rotation", twist),
            ],
        ))
        .unwrap();
        for (name, found, expected) in [
            ("obliquity", found.pelvis.obliquity[1], 6.0),
            ("tilt", found.pelvis.tilt[1], 10.0),
            ("rotation", found.pelvis.rotation[1], heading),
            ("lean", found.thorax.obliquity[1], 4.0),
            ("trunk tilt", found.thorax.tilt[1], -3.0),
        ] {
            let found = found.to_degrees();
            assert!(
                (found - expected).abs() < 1e-9,
                "{name} {found} at {heading}"
            );
        }
    }
}

const PELVIS: [(&str, f64); 3] = [
    ("pelvis_tilt", 0.1),
    ("pelvis_list", 0.05),
    ("pelvis_rotation", 0.0),
];

#[test]
fn knees_that_flex_negative_are_turned_round() {
    for (stored, flexion) in [(-1.0, 1.0), (1.0, 1.0), (-0.1, -0.1)] {
        let knees = [("knee_angle_l", stored), ("knee_angle_r", 0.05)];
        let found =
            angles::from_model_outputs(&coordinates("rad", &[&PELVIS[..], &knees].concat()));
        assert_eq!(found.unwrap().knee.left.flexion, [flexion; 2]);
    }
}

#[test]
fn what_the_model_lacks_is_missing() {
    let found = angles::from_model_outputs(&coordinates("rad", &PELVIS)).unwrap();
    assert!((found.pelvis.obliquity[0] - 0.05_f64).abs() < 1e-3);
    assert_eq!(found.trunk_definition, None);
    assert!(found.thorax.obliquity[0].is_nan() && found.lean_on_pelvis[0].is_nan());
    assert!(found.hip.left.frontal[0].is_nan() && found.knee.right.flexion[0].is_nan());
    // speeds have the same names and no unit of angles; a planar model has no list
    assert_eq!(angles::from_model_outputs(&coordinates("", &PELVIS)), None);
    assert_eq!(
        angles::from_model_outputs(&coordinates("rad", &PELVIS[..1])),
        None
    );
}

#[test]
fn opencap_coordinates_saved_as_csv_are_read() {
    let Some(shared) = shared("opencap_coordinates_saved_as_csv_are_read") else {
        return;
    };
    let table = open(&shared.join("recordings/trc-mot-sto/opencap_walking1.csv"));
    assert_eq!(
        (table.frames, table.rate_hz, table.first_frame),
        (3710, 60.0, 1)
    );
    assert_eq!((table.model_outputs.len(), table.warnings.len()), (33, 0));
    let found = angles::from_model_outputs(&table).unwrap();
    // first row of the file: list -2.08470508, tilt 0.077: hardly any difference to the obliquity
    assert!((found.pelvis.obliquity[0].to_degrees() + 2.0847).abs() < 0.01);
    assert!((found.hip.right.frontal[0].to_degrees() - 3.40467872).abs() < 1e-9);
    assert!((found.knee.right.flexion[0].to_degrees() - 63.47675607).abs() < 1e-9);
    // the trunk stays upright while pelvis and lumbar spine sway against each other
    let spread = |column: &[f64]| {
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        let square = column.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
        (square / column.len() as f64).sqrt().to_degrees()
    };
    assert!(spread(&found.thorax.obliquity) < spread(&found.lean_on_pelvis));
}

#[test]
fn sensor_orientations_are_refused_with_advice() {
    let Some(shared) = shared("sensor_orientations_are_refused_with_advice") else {
        return;
    };
    let path = shared.join("recordings/trc-mot-sto/orientation_quats.sto");
    let error = read::open(&path, &ReadOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("quaternion") && error.contains("inverse kinematics"),
        "{error}"
    );
}

/// A MOT file and given events make strides: the pelvis drops 8 degrees on the left in right single
/// support and 4 degrees on the right in left single support.
#[test]
fn given_events_turn_coordinates_into_strides() {
    let stride_s = 1.2;
    let mut text =
        String::from("Coordinates\nversion=1\nnRows=1800\nnColumns=7\ninDegrees=yes\nendheader\n");
    text += "time\tpelvis_tilt\tpelvis_list\tpelvis_rotation\tlumbar_extension\tlumbar_bending\tlumbar_rotation\n";
    let mut events = Vec::new();
    for i in 0..1800 {
        let time_s = f64::from(i) / 100.0;
        let phase = (time_s / stride_s).fract();
        // right foot strike at 0, left foot off at 0.1, left strike at 0.5, right off at 0.6
        let list = if (0.1..0.5).contains(&phase) {
            -8.0
        } else if phase >= 0.6 {
            4.0
        } else {
            0.0
        };
        text += &format!("{time_s:.2}\t0\t{list}\t0\t0\t{}\t0\n", -list);
    }
    for n in 0..15 {
        for (phase, side, kind) in [
            (0.0, Side::Right, EventKind::FootStrike),
            (0.1, Side::Left, EventKind::FootOff),
            (0.5, Side::Left, EventKind::FootStrike),
            (0.6, Side::Right, EventKind::FootOff),
        ] {
            events.push(GaitEvent {
                side,
                kind,
                time_s: (f64::from(n) + phase) * stride_s,
                source: EventSource::User,
                confidence: Confidence::High,
            });
        }
    }
    let recording = read::from_bytes(text.as_bytes(), "walk.mot", &ReadOptions::default()).unwrap();
    let without = analysis::analyze(&recording, &Options::default()).unwrap();
    assert_eq!(without.status, Status::Insufficient);
    assert!(
        without.reason.contains("--events-from"),
        "{}",
        without.reason
    );
    let options = Options {
        events: Some(events),
        ..Options::default()
    };
    let found = analysis::analyze(&recording, &options).unwrap();
    assert_eq!(found.status, Status::Analysed);
    let mut seen = [0, 0];
    for measured in &found.strides {
        let (index, expected) = match measured.stride.side {
            Side::Left => (0, 4.0),
            Side::Right => (1, 8.0),
        };
        seen[index] += 1;
        let drop = measured.metrics.drop_ss_deg.unwrap();
        let lean = measured.metrics.lean_ss_deg.unwrap();
        // a frame of the step at either end of single support
        assert!((drop - expected).abs() < 0.3, "{drop} of {expected}");
        assert!(lean.abs() < 0.01, "{lean}");
    }
    assert!(seen[0] >= 13 && seen[1] >= 13, "{seen:?}");
}
