//! What is left when markers are missing.

use super::*;
use hipdrop::angles::TrunkDefinition;
use hipdrop::body::{AdductionDefinition, Body, KneeAxis, PelvisDefinition};
use hipdrop::settings::HipCentreMethod;
use std::ops::Range;

const FRAMES: usize = 120;

fn build(points: &Points, measures: &BodyMeasures) -> (Body, AngleSeries) {
    let motion = motion(points.clone(), vec![0.0; FRAMES], 0.0);
    let body = body::build(&motion, measures, &BodySettings::default(), Model::Hipdrop);
    let series = angles::series(&body, &motion);
    (body, series)
}

fn hide(points: &mut Points, landmark: Landmark, frames: Range<usize>) {
    let series = points.series.get_mut(&landmark).unwrap();
    for i in frames {
        series.set(i, Vector3::repeat(f64::NAN));
    }
}

fn largest_deg(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b).filter(|(a, b)| !(*a - *b).is_nan());
    pairs
        .map(|(a, b)| (a - b).abs().to_degrees())
        .fold(f64::NEG_INFINITY, f64::max)
}

fn codes(body: &Body) -> Vec<&str> {
    body.warnings.iter().map(|w| w.code.as_ref()).collect()
}

fn all_missing(values: &[f64]) -> bool {
    values.iter().all(|v| v.is_nan())
}

#[test]
fn a_whole_marker_set_needs_no_warning() {
    let (points, _) = walker();
    let (body, series) = build(&points, &walker_measures());
    assert_eq!(body.warnings, vec![]);
    assert_eq!(body.pelvis.definition, Some(PelvisDefinition::Full));
    assert_eq!(series.trunk_definition, Some(TrunkDefinition::ThoraxRot));
    for side in Side::BOTH {
        let leg = &body.legs[side];
        assert_eq!(leg.knee_axis, Some(KneeAxis::Medial));
        assert_eq!(leg.adduction, Some(AdductionDefinition::Cardan));
        assert_eq!(leg.hip_method, Some(HipCentreMethod::Harrington));
    }
    for (name, curve) in curves(&series) {
        assert!(curve.iter().all(|v| v.is_finite()), "{name}");
    }
}

#[test]
fn one_hidden_pelvis_marker_is_put_back() {
    let (points, _) = walker();
    let (_, truth) = build(&points, &walker_measures());
    let mut holed = points.clone();
    hide(&mut holed, Landmark::Asis(Side::Left), 10..60);
    hide(&mut holed, Landmark::Psis(Side::Right), 70..90);
    let (body, found) = build(&holed, &walker_measures());
    assert_eq!(body.pelvis.reconstructed_frames, 70);
    assert!(codes(&body).contains(&"pelvis-reconstructed"));
    assert!(largest_deg(&truth.pelvis.obliquity, &found.pelvis.obliquity) < 1e-9);
    assert!(largest_deg(&truth.hip.left.frontal, &found.hip.left.frontal) < 1e-9);

    let motion = motion(holed, vec![0.0; FRAMES], 0.0);
    let settings = BodySettings::default();
    let pig = body::build(&motion, &walker_measures(), &settings, Model::PlugInGait);
    let columns = angles::plug_in_gait(&pig, &motion);
    let missing = column(&columns, "LPelvisAngles_Y")
        .iter()
        .filter(|v| v.is_nan());
    assert_eq!(missing.count(), 70, "Plug-in Gait leaves the frames empty");
}

#[test]
fn two_asis_alone_still_give_the_exact_obliquity() {
    let (points, _) = walker();
    let (_, truth) = build(&points, &walker_measures());
    let psis = [Landmark::Psis(Side::Left), Landmark::Psis(Side::Right)];
    let (body, found) = build(&without(&points, &psis), &walker_measures());
    assert_eq!(body.pelvis.definition, Some(PelvisDefinition::AsisLine));
    assert!(codes(&body).contains(&"pelvis-degraded"));
    assert_eq!(found.pelvis.obliquity, truth.pelvis.obliquity);
    assert_eq!(found.pelvis.rotation, truth.pelvis.rotation);
    assert!(all_missing(&found.pelvis.tilt) && all_missing(&found.hip.left.flexion));
    for side in Side::BOTH {
        assert_eq!(body.legs[side].hip_method, Some(HipCentreMethod::Hara));
        assert_eq!(
            body.legs[side].adduction,
            Some(AdductionDefinition::PelvisOnLeg)
        );
        let error = largest_deg(&found.hip[side].frontal, &truth.hip[side].frontal);
        assert!(
            error < 4.0,
            "{side:?} adduction by projection is {error} degrees off"
        );
    }
}

#[test]
fn one_psis_gives_nearly_the_same_tilt() {
    let (points, _) = walker();
    let (_, truth) = build(&points, &walker_measures());
    let (body, found) = build(
        &without(&points, &[Landmark::Psis(Side::Left)]),
        &walker_measures(),
    );
    assert_eq!(body.pelvis.definition, Some(PelvisDefinition::OnePsis));
    assert_eq!(found.pelvis.obliquity, truth.pelvis.obliquity);
    assert!(largest_deg(&found.pelvis.tilt, &truth.pelvis.tilt) < 1.0);
}

#[test]
fn the_psis_line_gives_obliquity_and_no_hip() {
    let (points, _) = walker();
    let (_, truth) = build(&points, &walker_measures());
    let gone = [Landmark::Asis(Side::Left)];
    let (body, found) = build(&without(&points, &gone), &walker_measures());
    assert_eq!(body.pelvis.definition, Some(PelvisDefinition::PsisLine));
    assert!(largest_deg(&found.pelvis.obliquity, &truth.pelvis.obliquity) < 2.5);
    assert!(all_missing(&found.hip.left.frontal));
    assert_eq!(body.legs.left.adduction, None);
    assert!(codes(&body).contains(&"limb-degraded"));
}

#[test]
fn one_definition_for_the_whole_recording() {
    let (mut points, _) = walker();
    hide(&mut points, Landmark::Asis(Side::Left), 0..40);
    hide(&mut points, Landmark::Asis(Side::Right), 0..40);
    let (body, found) = build(&points, &walker_measures());
    assert_eq!(body.pelvis.definition, Some(PelvisDefinition::Full));
    assert!(
        all_missing(&found.pelvis.obliquity[..40]),
        "no PSIS line in between"
    );
    hide(&mut points, Landmark::Asis(Side::Left), 40..100);
    let (body, found) = build(&without(&points, &[Landmark::Sacrum]), &walker_measures());
    assert_eq!(
        body.pelvis.definition,
        Some(PelvisDefinition::Full),
        "put back from three"
    );
    assert!(found.pelvis.obliquity[50].is_finite());
}

#[test]
fn the_trunk_falls_back_in_order() {
    let (points, _) = walker();
    let (_, truth) = build(&points, &walker_measures());
    let mut holed = points.clone();
    hide(&mut holed, Landmark::Sternum, 20..80);
    let (body, found) = build(&holed, &walker_measures());
    assert_eq!(body.trunk.reconstructed_frames, 60);
    assert!(largest_deg(&found.thorax.obliquity, &truth.thorax.obliquity) < 1e-9);

    let gone = [Landmark::Sternum];
    let (body, found) = build(&without(&points, &gone), &walker_measures());
    assert_eq!(found.trunk_definition, Some(TrunkDefinition::SpineLine));
    assert!(codes(&body).contains(&"trunk-degraded"));
    assert!(found.thorax.obliquity.iter().all(|v| v.is_finite()));

    let thorax = [
        Landmark::Sternum,
        Landmark::C7,
        Landmark::T10,
        Landmark::Clavicle,
    ];
    let (_, found) = build(&without(&points, &thorax), &walker_measures());
    assert_eq!(
        found.trunk_definition,
        Some(TrunkDefinition::SpineLine),
        "from the middle of the shoulders"
    );
    let left = [thorax.as_slice(), &[Landmark::Shoulder(Side::Left)]].concat();
    let (_, found) = build(&without(&points, &left), &walker_measures());
    assert_eq!(found.trunk_definition, None);
    assert!(all_missing(&found.thorax.obliquity) && all_missing(&found.lean_on_pelvis));
}

#[test]
fn shoulders_alone_give_the_shoulder_line() {
    let (points, _) = walker();
    let shoulders = Points {
        series: points
            .series
            .into_iter()
            .filter(|(l, _)| matches!(l, Landmark::Shoulder(_)))
            .collect(),
    };
    let (body, found) = build(&shoulders, &walker_measures());
    assert_eq!(found.trunk_definition, Some(TrunkDefinition::ShoulderLine));
    assert!(found.thorax.obliquity.iter().all(|v| v.is_finite()));
    assert_eq!(body.pelvis.definition, None);
    assert!(all_missing(&found.pelvis.obliquity));
}

#[test]
fn measures_are_estimated_with_a_warning_and_never_for_plug_in_gait() {
    let (points, _) = walker();
    let wands = without(&points, &MEDIAL);
    let (body, found) = build(&wands, &BodyMeasures::default());
    assert!(codes(&body).contains(&"leg-length-estimated"));
    assert!(codes(&body).contains(&"joint-width-estimated"));
    assert!(found.knee.left.frontal.iter().all(|v| v.is_finite()));
    let leg = body.measures.limbs.left.leg_length_m.unwrap();
    assert!((0.8..1.0).contains(&leg), "{leg}");

    let motion = motion(wands, vec![0.0; FRAMES], 0.0);
    let settings = BodySettings::default();
    let pig = body::build(
        &motion,
        &BodyMeasures::default(),
        &settings,
        Model::PlugInGait,
    );
    assert!(codes(&pig).contains(&"measures-missing"));
    let columns = angles::plug_in_gait(&pig, &motion);
    assert_eq!(columns.len(), 30);
    assert!(all_missing(column(&columns, "LHipAngles_Y")));
    assert!(
        column(&columns, "LPelvisAngles_Y")
            .iter()
            .all(|v| v.is_finite())
    );
}

#[test]
fn without_wands_and_medial_markers_there_is_no_knee_angle_but_hip_adduction() {
    let (points, _) = walker();
    let wands = [
        Landmark::Thigh(Side::Left),
        Landmark::Thigh(Side::Right),
        Landmark::Tibia(Side::Left),
        Landmark::Tibia(Side::Right),
    ];
    let (_, truth) = build(&points, &walker_measures());
    let (body, found) = build(
        &without(&points, &[MEDIAL.as_slice(), &wands].concat()),
        &walker_measures(),
    );
    for side in Side::BOTH {
        assert_eq!(body.legs[side].knee_axis, Some(KneeAxis::PelvisLateral));
        assert_eq!(
            body.legs[side].adduction,
            Some(AdductionDefinition::PelvisOnLeg)
        );
        assert!(all_missing(&found.knee[side].frontal));
        assert!(found.fppa[side].iter().all(|v| v.is_finite()));
        let error = largest_deg(&found.hip[side].frontal, &truth.hip[side].frontal);
        assert!(error < 5.5, "{side:?}: {error}");
    }
}

#[test]
fn an_empty_motion_gives_an_empty_body() {
    let mut points = Points::default();
    points.series.insert(Landmark::C7, Series3::missing(FRAMES));
    for model in [Model::Hipdrop, Model::PlugInGait] {
        let motion = motion(points.clone(), Vec::new(), f64::NAN);
        let settings = BodySettings::default();
        let body = body::build(&motion, &BodyMeasures::default(), &settings, model);
        let series = angles::series(&body, &motion);
        assert_eq!(body.pelvis.definition, None);
        assert_eq!(series.trunk_definition, None);
        for (name, curve) in curves(&series) {
            assert!(curve.len() == FRAMES && all_missing(&curve), "{name}");
        }
        assert_eq!(angles::plug_in_gait(&body, &motion).len(), 30);
    }
}
