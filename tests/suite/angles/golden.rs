//! The golden frames of Vicon Plug-in Gait.

use super::*;

/// One golden frame: markers, measures and Vicon's angles (McGill, Nexus 2.2; see the
/// file's own licence note).
struct Frame {
    motion: Motion,
    measures: BodyMeasures,
    angles: Value,
    place: String,
}

fn vector(value: &Value) -> Vector3<f64> {
    Vector3::from_fn(|i, _| value[i].as_f64().unwrap())
}

fn measures(anthro: &Value) -> BodyMeasures {
    let metres = |name: String| anthro[&name].as_f64().map(|mm| mm / 1000.0);
    let mut found = BodyMeasures {
        inter_asis_m: metres("InterAsisDistance".into()),
        marker_diameter_m: metres("MarkerDiameter".into()),
        ..BodyMeasures::default()
    };
    for side in Side::BOTH {
        let of = |name: &str| metres(format!("{}{name}", side.letter()));
        let limb = &mut found.limbs[side];
        limb.leg_length_m = of("LegLength");
        limb.asis_trochanter_m = of("AsisTrocanterDistance");
        limb.knee_width_m = of("KneeWidth");
        limb.ankle_width_m = of("AnkleWidth");
    }
    found
}

fn frames(test: &str) -> Option<Vec<Frame>> {
    let path = shared(test)?.join("golden/pig_golden.json");
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let frames = golden["frames"].as_array().unwrap().iter().map(|frame| {
        let markers = frame["markers_mm"].as_object().unwrap();
        let series = markers
            .iter()
            .filter_map(|(label, mm)| Some((landmark(label)?, vector(mm) / 1000.0)))
            .map(|(landmark, p)| (landmark, Series3::from_vectors([p].into_iter())))
            .collect();
        let axis = vector(&frame["progression_axis"]);
        let heading = axis.y.atan2(axis.x);
        Frame {
            motion: motion(Points { series }, vec![heading], heading),
            measures: measures(&frame["anthro_mm"]),
            angles: frame["vicon_pig_angles_deg"].clone(),
            place: format!("{} frame {}", frame["source"], frame["frame_index0"]),
        }
    });
    Some(frames.collect())
}

#[test]
fn plug_in_gait_columns_are_vicons() {
    let Some(frames) = frames("golden::plug_in_gait_columns_are_vicons") else {
        return;
    };
    assert_eq!(frames.len(), 30);
    let mut worst = std::collections::BTreeMap::new();
    for frame in &frames {
        let body = body::build(
            &frame.motion,
            &frame.measures,
            &BodySettings::default(),
            Model::PlugInGait,
        );
        let columns = angles::plug_in_gait(&body, &frame.motion);
        for side in ['L', 'R'] {
            for output in ["Pelvis", "Hip", "Knee", "Thorax", "Spine"] {
                let name = format!("{side}{output}Angles");
                for (c, component) in ["X", "Y", "Z"].iter().enumerate() {
                    let expected = frame.angles[&name][c].as_f64().unwrap();
                    let found = column(&columns, &format!("{name}_{component}"))[0];
                    let error = turn_deg(found, expected).abs();
                    // One thorax marker of HC036A10 was edited after Nexus had computed its
                    // angles. With the stored thorax axis y, y·(STRN − C7) is below 0.0002 mm in
                    // every frame as the construction demands, y·(CLAV − T10) up to 0.4 mm: CLAV
                    // or T10 is not the one that was used. The frontal component stays within
                    // 0.1°, forward tilt reaches 0.114°.
                    let edited = frame.place.contains("HC036A10");
                    let limit = match (output, *component) {
                        ("Thorax" | "Spine", "X") if edited => 0.12,
                        ("Thorax" | "Spine", _) if edited => 0.1,
                        _ => 0.001,
                    };
                    assert!(
                        error <= limit,
                        "{} {name}_{component}: {found} against {expected}",
                        frame.place
                    );
                    let entry = worst.entry(format!("{output}_{component}")).or_insert(0.0);
                    *entry = f64::max(*entry, error);
                }
            }
        }
    }
    println!("largest error over 30 golden frames, degrees: {worst:.5?}");
}

#[test]
fn rotation_obliquity_tilt_is_vicons_belfast_pelvis() {
    let Some(frames) = frames("golden::rotation_obliquity_tilt_is_vicons_belfast_pelvis") else {
        return;
    };
    for frame in &frames {
        for model in [Model::PlugInGait, Model::Hipdrop] {
            let settings = BodySettings::default();
            let body = body::build(&frame.motion, &frame.measures, &settings, model);
            let pelvis = angles::series(&body, &frame.motion).pelvis;
            let found = [-pelvis.rotation[0], pelvis.obliquity[0], pelvis.tilt[0]];
            for (found, expected) in found.iter().zip(0..3).map(|(f, i)| {
                (
                    f.to_degrees(),
                    frame.angles["LBelfastPelvisAngles"][i].as_f64().unwrap(),
                )
            }) {
                assert!(
                    turn_deg(found, expected).abs() <= 0.01,
                    "{}: {found} against {expected}",
                    frame.place
                );
            }
        }
    }
}

#[test]
fn the_series_carry_the_signs_of_the_conventions() {
    let Some(frames) = frames("golden::the_series_carry_the_signs_of_the_conventions") else {
        return;
    };
    for frame in &frames {
        let settings = BodySettings::default();
        let body = body::build(&frame.motion, &frame.measures, &settings, Model::PlugInGait);
        let series = angles::series(&body, &frame.motion);
        let of = |name: &str, c: usize| frame.angles[name][c].as_f64().unwrap();
        for side in Side::BOTH {
            let name = |joint: &str| format!("{}{joint}Angles", side.letter());
            let (hip, knee) = (&series.hip[side], &series.knee[side]);
            for (found, expected) in [
                (hip.flexion[0], of(&name("Hip"), 0)),
                (hip.frontal[0], of(&name("Hip"), 1)),
                (hip.rotation[0], of(&name("Hip"), 2)),
                (knee.flexion[0], of(&name("Knee"), 0)),
                (knee.frontal[0], -of(&name("Knee"), 1)),
                (knee.rotation[0], of(&name("Knee"), 2)),
            ] {
                assert!(
                    (found.to_degrees() - expected).abs() < 0.01,
                    "{}",
                    frame.place
                );
            }
        }
    }
}
