//! A pelvis whose front and back do not turn together.
//!
//! In: pelvis markers. Out: a warning when the line between the ASIS and the line between the PSIS
//! markers tilt against each other more than flesh does.
//!
//! A marker that moves up and down hardly changes its distance to the others at the same height:
//! 30 mm on one ASIS make 2 mm on a pair 240 mm apart, but 7° of obliquity. The tilt of one line
//! against the other shows it at its full size.

use crate::landmarks::{Landmark, Points};
use crate::recording::{Side, Warning};
use crate::settings::LabSettings;
use nalgebra::Vector3;

/// A warning when the two lines do not turn together.
pub(super) fn check(points: &Points, settings: &LabSettings) -> Option<Warning> {
    let line = |landmark: fn(Side) -> Landmark| {
        let left = points.get(landmark(Side::Left))?;
        let right = points.get(landmark(Side::Right))?;
        Some(move |i: usize| (left.at(i), right.at(i)))
    };
    let (front, back) = (line(Landmark::Asis)?, line(Landmark::Psis)?);
    let frames = points.get(Landmark::Asis(Side::Left))?.len();
    let twists: Vec<f64> = (0..frames)
        .map(|i| twist_rad(front(i), back(i)))
        .filter(|twist| twist.is_finite())
        .collect();
    if twists.len() < 3 {
        return None;
    }
    let n = twists.len() as f64;
    let mean = twists.iter().sum::<f64>() / n;
    let variance = twists.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let sd_deg = variance.sqrt().to_degrees();
    (sd_deg > settings.pelvis_twist_sd_max_deg).then(|| {
        let labels: Vec<String> = Side::BOTH
            .iter()
            .flat_map(|&side| [Landmark::Asis(side), Landmark::Psis(side)])
            .map(Landmark::label)
            .collect();
        let place = labels.join("/");
        let message = format!(
            "the lines between the ASIS and between the PSIS markers tilt against each other by \
             {sd_deg:.1}° (SD): a pelvis marker moves on the skin, was lost and found again, or is \
             labelled wrong in places"
        );
        Warning::at("not-rigid", place, message)
    })
}

/// Tilt of the front line against the back line in the frontal plane of the pelvis, radians.
fn twist_rad(front: (Vector3<f64>, Vector3<f64>), back: (Vector3<f64>, Vector3<f64>)) -> f64 {
    let (front_line, back_line) = (
        (front.0 - front.1).normalize(),
        (back.0 - back.1).normalize(),
    );
    let forward = front.0 + front.1 - back.0 - back.1;
    let up = forward.cross(&(front_line + back_line)).normalize();
    front_line.dot(&up).asin() - back_line.dot(&up).asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Series3;

    /// Four pelvis markers that walk; the left ASIS moves up and down by `amplitude_m`.
    fn pelvis(amplitude_m: f64) -> Points {
        let mut points = Points::default();
        for side in Side::BOTH {
            let left = side.sigma();
            let loose = if side == Side::Left { amplitude_m } else { 0.0 };
            for (landmark, at, moves) in [
                (Landmark::Asis(side), [0.0, 0.12 * left, 0.95], loose),
                (Landmark::Psis(side), [-0.15, 0.05 * left, 1.0], 0.0),
            ] {
                let path = (0..200).map(|i| {
                    let t = i as f64 / 100.0;
                    let up = moves * (9.0 * t).sin();
                    Vector3::from(at) + Vector3::new(1.2 * t, 0.0, up)
                });
                points.series.insert(landmark, Series3::from_vectors(path));
            }
        }
        points
    }

    #[test]
    fn a_marker_that_moves_up_and_down_is_seen_and_a_rigid_pelvis_is_not() {
        let settings = LabSettings::default();
        assert_eq!(check(&pelvis(0.0), &settings), None);
        assert_eq!(check(&pelvis(0.005), &settings), None);
        let warning = check(&pelvis(0.045), &settings).unwrap();
        assert_eq!(warning.code, "not-rigid");
        assert_eq!(warning.place, "LASI/LPSI/RASI/RPSI");
        // SD of 45 mm · sin over 240 mm
        assert!(warning.message.contains("7."), "{warning:?}");
        let mut without = pelvis(0.045);
        without.series.remove(&Landmark::Psis(Side::Left));
        assert_eq!(check(&without, &settings), None);
    }
}
