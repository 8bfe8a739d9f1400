//! Angles from stored results.

use super::*;
use hipdrop::angles::TrunkDefinition;
use hipdrop::recording::{Format, Marker, ModelOutput, Recording};

const FRAMES: usize = 120;

/// A recording that stores the Plug-in Gait angles of the walker, under decorated labels.
fn recording(columns: &[PigColumn], prefix: &str, suffix: &str) -> Recording {
    let mut recording = Recording::new("stored", Format::Memory, 100.0, FRAMES);
    for three in columns.chunks(3) {
        let label = three[0].name.trim_end_matches("_X");
        recording.model_outputs.push(ModelOutput {
            label: format!("{prefix}{label}{suffix}"),
            unit: "deg".into(),
            components: ["X", "Y", "Z"].map(String::from).to_vec(),
            values: three.iter().map(|c| c.values_deg.clone()).collect(),
        });
    }
    recording
}

fn walker_angles() -> (AngleSeries, Vec<PigColumn>) {
    let (points, heading) = walker();
    let motion = motion(without(&points, &MEDIAL), heading, 0.0);
    let settings = BodySettings::default();
    let body = body::build(&motion, &walker_measures(), &settings, Model::PlugInGait);
    (
        angles::series(&body, &motion),
        angles::plug_in_gait(&body, &motion),
    )
}

#[test]
fn stored_angles_give_back_the_series_they_came_from() {
    let (mut truth, columns) = walker_angles();
    for side in Side::BOTH {
        truth.fppa[side] = vec![f64::NAN; FRAMES];
    }
    for (prefix, suffix) in [("", ""), ("Test:", ""), ("", "V"), ("", "_M")] {
        let recording = recording(&columns, prefix, suffix);
        let found = angles::from_model_outputs(&recording).unwrap();
        assert_same(&truth, &found, "stored");
        assert_eq!(found.trunk_definition, Some(TrunkDefinition::ThoraxRot));
        let same = angles::plug_in_gait_from_model_outputs(&recording).unwrap();
        assert_eq!(same, columns);
    }
}

#[test]
fn the_right_pelvis_stands_in_for_the_left() {
    let (truth, columns) = walker_angles();
    let right: Vec<_> = columns
        .into_iter()
        .filter(|c| c.name.starts_with("RPelvis"))
        .collect();
    let found = angles::from_model_outputs(&recording(&right, "", "")).unwrap();
    assert_eq!(found.trunk_definition, None);
    for (a, b) in truth.pelvis.obliquity.iter().zip(&found.pelvis.obliquity) {
        assert!((a - b).abs() < 1e-12);
    }
    assert!(found.hip.left.frontal.iter().all(|v| v.is_nan()));
}

#[test]
fn sides_on_different_time_bases_are_refused() {
    let (_, mut columns) = walker_angles();
    for c in columns.iter_mut().filter(|c| c.name.starts_with('R')) {
        c.values_deg.rotate_left(40);
    }
    assert_eq!(
        angles::from_model_outputs(&recording(&columns, "", "")),
        None
    );
}

#[test]
fn no_stored_angles_no_series() {
    let empty = Recording::new("empty", Format::Memory, 100.0, FRAMES);
    assert_eq!(angles::from_model_outputs(&empty), None);
    assert_eq!(angles::plug_in_gait_from_model_outputs(&empty), None);
    let (_, columns) = walker_angles();
    let mut ragged = recording(&columns, "", "");
    for output in &mut ragged.model_outputs {
        output.values[1].pop();
    }
    assert_eq!(angles::from_model_outputs(&ragged), None);
}

/// The walker's markers and joint centres as a file would store them.
fn with_centres(measures: &BodyMeasures) -> Recording {
    let (points, heading) = walker();
    let motion = motion(without(&points, &MEDIAL), heading, 0.0);
    let settings = BodySettings::default();
    let body = body::build(&motion, measures, &settings, Model::PlugInGait);
    let mut recording = Recording::new("centres", Format::Memory, 100.0, FRAMES);
    for side in Side::BOTH {
        let leg = &body.legs[side];
        for (label, position) in [
            ("KNE", &points.series[&Landmark::Knee(side)]),
            ("ANK", &points.series[&Landmark::Ankle(side)]),
            ("FEO", &leg.knee_centre),
            ("TIO", &leg.ankle_centre),
            ("FEP", &leg.hip_centre),
            ("ASI", &points.series[&Landmark::Asis(side)]),
        ] {
            recording.markers.push(Marker {
                label: format!("S:{}{label}", side.letter()),
                position: position.clone(),
            });
        }
    }
    recording
}

#[test]
fn stored_centres_give_away_the_marker_diameter_and_the_inter_asis_distance() {
    let mut used = walker_measures();
    used.marker_diameter_m = Some(0.016);
    used.inter_asis_m = Some(0.2287);
    let recording = with_centres(&used);
    let mut declared = used;
    declared.marker_diameter_m = None;
    declared.inter_asis_m = Some(0.227);
    let (found, warnings) = body::measures_of_stored_centres(&recording, &declared);
    assert!((found.marker_diameter_m.unwrap() - 0.016).abs() < 1e-9);
    assert!((found.inter_asis_m.unwrap() - 0.2287).abs() < 1e-9);
    assert_eq!(warnings.len(), 2);
    let (same, warnings) = body::measures_of_stored_centres(&recording, &used);
    assert_eq!((same, warnings.len()), (used, 0));
    // a file whose hip centres do not follow from its leg lengths keeps what it declares
    for side in Side::BOTH {
        declared.limbs[side].leg_length_m = Some(0.80);
    }
    let (found, _) = body::measures_of_stored_centres(&recording, &declared);
    assert_eq!(found.inter_asis_m, Some(0.227));
}

#[test]
fn centres_that_disagree_tell_nothing() {
    let mut used = walker_measures();
    used.marker_diameter_m = None;
    let mut recording = with_centres(&used);
    let knee = recording
        .markers
        .iter_mut()
        .find(|m| m.label.ends_with("LFEO"))
        .unwrap();
    for z in &mut knee.position.z {
        *z += 0.01;
    }
    let (found, _) = body::measures_of_stored_centres(&recording, &used);
    assert_eq!(found.marker_diameter_m, None);
    let none = Recording::new("none", Format::Memory, 100.0, 1);
    assert_eq!(body::measures_of_stored_centres(&none, &used).0, used);
}
