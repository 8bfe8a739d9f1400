//! What must not change the angles, and what must.

use super::*;
use proptest::prelude::*;

fn carried(points: &Points, by: impl Fn(Vector3<f64>) -> Vector3<f64>) -> Points {
    let series = points
        .series
        .iter()
        .map(|(&l, s)| (l, Series3::from_vectors((0..s.len()).map(|i| by(s.at(i))))))
        .collect();
    Points { series }
}

fn opposite(landmark: Landmark) -> Landmark {
    use Landmark::*;
    match landmark {
        Asis(s) => Asis(s.opposite()),
        Psis(s) => Psis(s.opposite()),
        Shoulder(s) => Shoulder(s.opposite()),
        Thigh(s) => Thigh(s.opposite()),
        Knee(s) => Knee(s.opposite()),
        KneeMedial(s) => KneeMedial(s.opposite()),
        Tibia(s) => Tibia(s.opposite()),
        Ankle(s) => Ankle(s.opposite()),
        AnkleMedial(s) => AnkleMedial(s.opposite()),
        other => other,
    }
}

/// Marker sets that reach every definition.
fn sets() -> Vec<(&'static str, Points)> {
    use Landmark::*;
    let (all, _) = walker();
    let thorax = [Clavicle, Sternum, C7, T10];
    vec![
        ("medial", all.clone()),
        ("wands", without(&all, &MEDIAL)),
        ("spine line", without(&all, &[Sternum, T10])),
        (
            "shoulder line",
            without(&all, &[thorax.as_slice(), &[Psis(Side::Left)]].concat()),
        ),
        (
            "asis line",
            without(&all, &[Psis(Side::Left), Psis(Side::Right)]),
        ),
        ("psis line", without(&all, &[Asis(Side::Left)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Rotation of the laboratory about the vertical, translation, and with them walking in the
    /// other direction (half a turn).
    #[test]
    fn where_and_which_way_the_subject_walks_does_not_matter(
        turn in prop_oneof![Just(std::f64::consts::PI), -7.0..7.0_f64],
        x in -5.0..5.0_f64, y in -5.0..5.0_f64,
    ) {
        let (_, heading) = walker();
        let about = Rotation3::from_axis_angle(&Vector3::z_axis(), turn);
        let turned: Vec<f64> = heading.iter().map(|h| h + turn).collect();
        let shift = Vector3::new(x, y, 0.0);
        for (name, points) in sets() {
            for model in [Model::Hipdrop, Model::PlugInGait] {
                let before = series_of(&points, &heading, &walker_measures(), model);
                let moved = carried(&points, |p| about * p + shift);
                let after = series_of(&moved, &turned, &walker_measures(), model);
                assert_same(&before, &after, name);
            }
        }
    }
}

#[test]
fn a_mirrored_walker_has_the_mirrored_angles() {
    let (_, heading) = walker();
    for (name, points) in sets() {
        for model in [Model::Hipdrop, Model::PlugInGait] {
            let before = series_of(&points, &heading, &walker_measures(), model);
            let flipped = carried(&points, |p| Vector3::new(p.x, -p.y, p.z));
            let series = flipped.series.into_iter();
            let mirrored = Points {
                series: series.map(|(l, s)| (opposite(l), s)).collect(),
            };
            let mut measures = walker_measures();
            measures.limbs = PerSide {
                left: measures.limbs.right,
                right: measures.limbs.left,
            };
            let mut after = series_of(&mirrored, &heading, &measures, model);
            for segment in [&mut after.pelvis, &mut after.thorax] {
                for v in segment.obliquity.iter_mut().chain(&mut segment.rotation) {
                    *v = -*v;
                }
            }
            after.lean_on_pelvis.iter_mut().for_each(|v| *v = -*v);
            std::mem::swap(&mut after.hip.left, &mut after.hip.right);
            std::mem::swap(&mut after.knee.left, &mut after.knee.right);
            std::mem::swap(&mut after.fppa.left, &mut after.fppa.right);
            assert_same(&before, &after, &format!("mirrored, {name}"));
        }
    }
}

#[test]
fn a_wrong_heading_changes_tor_but_not_rot_obliquity() {
    let (points, heading) = walker();
    let wrong: Vec<f64> = heading.iter().map(|h| h + 30_f64.to_radians()).collect();
    let measures = walker_measures();
    let right = series_of(&points, &heading, &measures, Model::Hipdrop);
    let corrupted = series_of(&points, &wrong, &measures, Model::Hipdrop);
    assert_eq!(right.pelvis.obliquity, corrupted.pelvis.obliquity);
    assert_eq!(right.thorax.obliquity, corrupted.thorax.obliquity);
    assert_eq!(right.pelvis.tilt, corrupted.pelvis.tilt);
    assert_eq!(right.hip, corrupted.hip);
    let tor = |trial_heading: f64| {
        let motion = motion(points.clone(), heading.clone(), trial_heading);
        let settings = BodySettings::default();
        let body = body::build(&motion, &measures, &settings, Model::PlugInGait);
        column(&angles::plug_in_gait(&body, &motion), "LPelvisAngles_Y").to_vec()
    };
    let change = tor(0.0)
        .iter()
        .zip(tor(30_f64.to_radians()))
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(
        change > 2.0,
        "TOR obliquity changed by {change} degrees only"
    );
}
