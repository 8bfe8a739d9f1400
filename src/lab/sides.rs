//! Are left and right, front and back where the labels say (science §1.4 a and b)?

use super::path::PelvisForward;
use super::{Locomotion, Progression};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Side, Warning};
use crate::signal::median;
use nalgebra::Vector2;

/// Leg markers of both sides may come this close to, or past, the midline in a narrow gait, metres.
const LEG_MARGIN_M: f64 = 0.03;

/// Makes the landmark of a side.
type OfSide = fn(Side) -> Landmark;

/// Warnings when sides are swapped, the subject walks backwards, or a foot or pelvis is labelled
/// back to front. Nothing is changed.
pub(super) fn check(points: &Points, progression: &Progression) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let heading: Vec<Option<Vector2<f64>>> = progression
        .heading_rad
        .iter()
        .map(|h| (!h.is_nan()).then(|| Vector2::new(h.cos(), h.sin())))
        .collect();
    let frames = heading.len();
    let along_heading = |forward: &dyn Fn(usize) -> Option<Vector2<f64>>| -> f64 {
        let cosines: Vec<f64> = (0..frames)
            .filter_map(|i| Some(forward(i)?.normalize().dot(&heading[i]?)))
            .collect();
        median(&cosines)
    };
    let pelvis_forward = PelvisForward::of(points);
    let foot_forward = Side::BOTH.map(|side| foot_forward(points, side));
    let pelvis = along_heading(&|i| pelvis_forward.at(i));
    let feet = [0, 1].map(|side: usize| along_heading(&|i| foot_forward[side](i)));
    let backwards = match progression.locomotion {
        Locomotion::Standing => false,
        _ => faces_back(pelvis, feet),
    };
    if backwards {
        warnings.push(Warning::new(
            "walking-backwards",
            "pelvis and feet point against the direction of travel: the subject walks backwards, \
             and nothing here is meant for that",
        ));
    }
    let front = if backwards { -1.0 } else { 1.0 };
    for (side, foot) in Side::BOTH.into_iter().zip(feet) {
        if foot * front < 0.0 {
            let place = format!(
                "{}/{}",
                Landmark::Heel(side).label(),
                Landmark::Toe(side).label()
            );
            warnings.push(Warning::at(
                "marker-swap",
                place,
                format!(
                    "the {} foot points backwards: are its heel and toe labels exchanged?",
                    side.name()
                ),
            ));
        }
    }
    if pelvis * front < 0.0 {
        warnings.push(Warning::at(
            "marker-swap",
            "ASI/PSI",
            "the pelvis points backwards while the feet do not: are the labels of front and back \
             exchanged?",
        ));
    }
    let facing_known = !pelvis.is_nan() || feet.iter().any(|f| !f.is_nan());
    let forward = |i: usize| match progression.locomotion {
        // Where the subject stands, the heading may itself rest on the side labels.
        Locomotion::Standing => pelvis_forward
            .at(i)
            .or_else(|| foot_forward.iter().find_map(|forward| forward(i)))
            .map(|f| f.normalize()),
        _ => heading[i].map(|h| h * front),
    };
    warnings.extend(check_sides(points, frames, &forward, facing_known));
    warnings
}

/// True when everything that tells front from back points against the travel.
fn faces_back(pelvis: f64, feet: [f64; 2]) -> bool {
    let told: Vec<f64> = [pelvis, feet[0], feet[1]]
        .into_iter()
        .filter(|c| !c.is_nan())
        .collect();
    !told.is_empty() && told.iter().all(|c| *c < 0.0)
}

/// Horizontal vector from heel to toe in a frame.
fn foot_forward(points: &Points, side: Side) -> impl Fn(usize) -> Option<Vector2<f64>> {
    let heel = points.get(Landmark::Heel(side));
    let toe = points.get(Landmark::Toe(side));
    move |index| {
        let (heel, toe) = (heel?, toe?);
        (!heel.is_missing(index) && !toe.is_missing(index))
            .then(|| (toe.at(index) - heel.at(index)).xy())
    }
}

/// Compares every left–right pair with the left of `forward`.
fn check_sides(
    points: &Points,
    frames: usize,
    forward: &dyn Fn(usize) -> Option<Vector2<f64>>,
    facing_known: bool,
) -> Vec<Warning> {
    const CORE: [OfSide; 4] = [
        Landmark::Asis,
        Landmark::Psis,
        Landmark::HipCentre,
        Landmark::Shoulder,
    ];
    const LEGS: [OfSide; 5] = [
        Landmark::Knee,
        Landmark::Ankle,
        Landmark::Heel,
        Landmark::Toe,
        Landmark::Thigh,
    ];
    let forward: Vec<Option<Vector2<f64>>> = (0..frames).map(forward).collect();
    let apart = |of: OfSide| -> Option<f64> {
        let left = points.get(of(Side::Left))?;
        let right = points.get(of(Side::Right))?;
        let offsets: Vec<f64> = (0..frames)
            .filter_map(|i| {
                let f = forward[i]?;
                let across = (left.at(i) - right.at(i)).xy();
                Some(across.y * f.x - across.x * f.y)
            })
            .filter(|v| !v.is_nan())
            .collect();
        (!offsets.is_empty()).then(|| offsets.iter().sum::<f64>() / offsets.len() as f64)
    };
    let core: Vec<(OfSide, f64)> = CORE
        .iter()
        .filter_map(|&of| Some((of, apart(of)?)))
        .collect();
    let legs: Vec<(OfSide, f64)> = LEGS
        .iter()
        .filter_map(|&of| Some((of, apart(of)?)))
        .collect();
    let wrong: Vec<OfSide> = core
        .iter()
        .filter(|(_, v)| *v < 0.0)
        .chain(legs.iter().filter(|(_, v)| *v < -LEG_MARGIN_M))
        .map(|(of, _)| *of)
        .collect();
    let some_right =
        core.iter().any(|(_, v)| *v > 0.0) || legs.iter().any(|(_, v)| *v > LEG_MARGIN_M);
    if wrong.is_empty() {
        Vec::new()
    } else if !some_right {
        let or_backwards = if facing_known {
            ""
        } else {
            ", or the subject walks backwards"
        };
        vec![Warning::new(
            "sides-swapped",
            format!(
                "the markers labelled left are on the right side of the body{or_backwards}: no \
                 result of this recording names the right limb until the labels are put right"
            ),
        )]
    } else {
        wrong
            .into_iter()
            .map(|of| {
                let place = format!("{}/{}", of(Side::Left).label(), of(Side::Right).label());
                let message = format!(
                    "{place} lie on the wrong sides while other markers do not: are these two \
                     labels exchanged?"
                );
                Warning::at("sides-swapped", place, message)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::path::PelvisPath;
    use crate::lab::progression::find;
    use crate::recording::Series3;
    use crate::settings::LabSettings;
    use nalgebra::Vector3;

    /// Someone who glides along +X facing `front` (+1 forward, −1 backward).
    fn glide(front: f64) -> Points {
        let at = |side: Option<Side>, forward: f64, width: f64, height: f64| {
            let left = side.map_or(0.0, |s| s.sigma());
            Series3::from_vectors((0..200).map(move |i| {
                Vector3::new(
                    0.012 * i as f64 + front * forward,
                    front * left * width,
                    height,
                )
            }))
        };
        let mut points = Points::default();
        for side in Side::BOTH {
            let s = Some(side);
            for (landmark, series) in [
                (Landmark::Asis(side), at(s, 0.1, 0.12, 0.95)),
                (Landmark::Psis(side), at(s, -0.1, 0.05, 1.0)),
                (Landmark::Knee(side), at(s, 0.0, 0.12, 0.5)),
                (Landmark::Heel(side), at(s, -0.1, 0.08, 0.05)),
                (Landmark::Toe(side), at(s, 0.1, 0.1, 0.04)),
            ] {
                points.series.insert(landmark, series);
            }
        }
        points
    }

    fn exchange(points: &mut Points, one: Landmark, other: Landmark) {
        let a = points.series.remove(&one).unwrap();
        let b = points.series.insert(other, a).unwrap();
        points.series.insert(one, b);
    }

    fn progression(points: &Points) -> Progression {
        let path = PelvisPath::of(points, 10).unwrap();
        find(points, &path, 100.0, &LabSettings::default())
    }

    fn codes(points: &Points) -> Vec<(String, String)> {
        let progression = progression(points);
        check(points, &progression)
            .into_iter()
            .map(|w| (w.code.to_string(), w.place))
            .collect()
    }

    fn told(code: &str, place: &str) -> Vec<(String, String)> {
        vec![(code.to_owned(), place.to_owned())]
    }

    #[test]
    fn right_labels_are_left_alone() {
        assert_eq!(codes(&glide(1.0)), vec![]);
    }

    #[test]
    fn all_sides_swapped_is_one_warning() {
        let mut points = glide(1.0);
        for of in [
            Landmark::Asis as OfSide,
            Landmark::Psis,
            Landmark::Knee,
            Landmark::Heel,
            Landmark::Toe,
        ] {
            exchange(&mut points, of(Side::Left), of(Side::Right));
        }
        assert_eq!(codes(&points), told("sides-swapped", ""));
        // also when standing
        for series in points.series.values_mut() {
            for i in 0..200 {
                series.x[i] -= 0.012 * i as f64;
            }
        }
        assert_eq!(codes(&points), told("sides-swapped", ""));
    }

    #[test]
    fn one_pair_swapped_names_the_pair() {
        let mut points = glide(1.0);
        exchange(
            &mut points,
            Landmark::Knee(Side::Left),
            Landmark::Knee(Side::Right),
        );
        assert_eq!(codes(&points), told("sides-swapped", "LKNE/RKNE"));
    }

    #[test]
    fn walking_backwards_is_not_a_swap() {
        assert_eq!(codes(&glide(-1.0)), told("walking-backwards", ""));
    }

    #[test]
    fn heel_and_toe_exchanged() {
        let mut points = glide(1.0);
        exchange(
            &mut points,
            Landmark::Heel(Side::Left),
            Landmark::Toe(Side::Left),
        );
        assert_eq!(codes(&points), told("marker-swap", "LHEE/LTOE"));
    }

    #[test]
    fn front_and_back_of_the_pelvis_exchanged() {
        let mut points = glide(1.0);
        for side in Side::BOTH {
            exchange(&mut points, Landmark::Asis(side), Landmark::Psis(side));
        }
        assert_eq!(codes(&points), told("marker-swap", "ASI/PSI"));
    }

    #[test]
    fn without_front_and_back_the_warning_leaves_both_explanations() {
        let mut points = glide(1.0);
        points
            .series
            .retain(|l, _| matches!(l, Landmark::Asis(_) | Landmark::Knee(_)));
        assert_eq!(codes(&points), vec![]);
        for of in [Landmark::Asis as OfSide, Landmark::Knee] {
            exchange(&mut points, of(Side::Left), of(Side::Right));
        }
        let progression = progression(&points);
        let warnings = check(&points, &progression);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].message.contains("walks backwards"));
    }
}
