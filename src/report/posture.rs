//! The body in single support, seen from behind: pelvis, trunk and stance leg as lines.
//!
//! In: mean single-support angles of a limb and the norm over the same window. Out: line end
//! points for the page. Tilts are drawn [`MAGNIFIED`], and the page says so.

use crate::norms::NormCurve;
use crate::recording::Side;
use crate::study::rows::StrideRow;
use serde::Serialize;

use super::curves::LimbCurves;
use super::number::{degrees, mean_of};

/// A point of the drawing, y down, already as text.
pub type Point = (String, String);

/// One body: the stance foot is fixed, everything stands on it.
#[derive(Debug, Clone, Serialize)]
pub struct Body {
    /// Stance foot, knee, hip.
    pub leg: Vec<Point>,
    /// Stance hip to the other hip.
    pub pelvis: Vec<Point>,
    /// Other hip to a hanging leg's end.
    pub free_leg: Vec<Point>,
    /// Middle of the pelvis to the neck; empty when the trunk was not measured.
    pub trunk: Vec<Point>,
    /// Head; empty when the trunk was not measured.
    pub head: Vec<Point>,
}

/// The posture of one limb's single support and the norm's.
#[derive(Debug, Clone, Serialize)]
pub struct PostureView {
    /// The subject.
    pub body: Body,
    /// The norm; `None` when there is none.
    pub norm: Option<Body>,
    /// `left side 6.1° low` …: label of the pelvis.
    pub pelvis_text: String,
    /// Label of the trunk; empty when not measured.
    pub trunk_text: String,
    /// Text alternative.
    pub text: String,
}

/// Mean angles in single support, degrees, stance-limb signs.
#[derive(Debug, Clone, Copy)]
struct Angles {
    drop: f64,
    lean: Option<f64>,
    adduction: f64,
    valgus: f64,
}

/// Tilts are drawn this many times as large: true to scale, 5° can hardly be seen in a small
/// drawing.
pub const MAGNIFIED: f64 = 2.0;
/// Lengths in drawing units: half pelvis, thigh, shank, trunk.
const LENGTHS: (f64, f64, f64, f64) = (21.0, 42.0, 40.0, 54.0);
/// Foot of the stance leg, of a right stance; a left stance is mirrored about [`MIDDLE`].
const FOOT: (f64, f64) = (76.0, 166.0);
/// Middle of the drawing, 120 units wide.
const MIDDLE: f64 = 60.0;

/// The posture of `side` from its used strides; `None` when the pelvis was not measured.
pub fn view(strides: &[StrideRow], curves: &LimbCurves, side: Side) -> Option<PostureView> {
    let used = || {
        let limb = strides.iter().filter(move |r| r.stride.side == side);
        limb.filter(|r| r.stride.exclusion.is_none())
    };
    let mean = |of: fn(&StrideRow) -> Option<f64>| mean_of(used().filter_map(of));
    let drop = mean(|r| r.metrics.drop_ss_deg)?;
    let lean = mean(|r| r.metrics.lean_ss_deg);
    let angles = Angles {
        drop,
        lean,
        adduction: mean(|r| r.metrics.hip_adduction_ss_deg).unwrap_or(drop),
        valgus: mean(|r| r.metrics.knee_valgus_ss_deg).unwrap_or(0.0),
    };
    let low = if drop >= 0.0 { side.opposite() } else { side };
    let pelvis_text = format!("{} side {} low", low.name(), degrees(drop.abs()));
    let trunk_text = lean.map_or_else(String::new, |lean| {
        let to = if lean >= 0.0 { side } else { side.opposite() };
        format!("leans {} {}", degrees(lean.abs()), to.name())
    });
    let text = format!(
        "{} stance seen from behind, mean of single support: pelvis {pelvis_text}{}.",
        super::words::side_title(side),
        if trunk_text.is_empty() {
            ", trunk not measured".into()
        } else {
            format!(", trunk {trunk_text}")
        }
    );
    Some(PostureView {
        body: body(angles, side),
        norm: norm_angles(curves, lean.is_some()).map(|norm| body(norm, side)),
        pelvis_text,
        trunk_text,
        text,
    })
}

/// Means of the norm curves over the limb's single support.
fn norm_angles(curves: &LimbCurves, with_trunk: bool) -> Option<Angles> {
    let (from, to) = curves.timing.single_support()?;
    let mean = |curve: NormCurve| {
        let found = curves.curves.iter().find(|c| c.curve == curve)?;
        let norm = found.norm.as_ref().ok()?;
        let inside = norm.mean_deg.iter().enumerate();
        let inside = inside.filter(|(pct, _)| (from..=to).contains(&(*pct as f64)));
        mean_of(inside.map(|(_, v)| *v))
    };
    let drop = mean(NormCurve::PelvisDrop)?;
    Some(Angles {
        drop,
        lean: if with_trunk {
            mean(NormCurve::TrunkLean)
        } else {
            None
        },
        adduction: mean(NormCurve::HipAdduction).unwrap_or(drop),
        valgus: mean(NormCurve::KneeValgus).unwrap_or(0.0),
    })
}

/// Builds the body upwards from the stance foot. Worked out for a right stance (the stance leg on
/// the right, as seen from behind) and mirrored for a left one.
fn body(angles: Angles, side: Side) -> Body {
    let (half, thigh, shank, trunk) = LENGTHS;
    let radians = |deg: f64| (MAGNIFIED * deg).clamp(-60.0, 60.0).to_radians();
    // thigh and shank in the laboratory: positive = lower end toward the midline
    let thigh_in = radians(angles.adduction - angles.drop);
    let shank_in = radians(angles.adduction - angles.drop - angles.valgus);
    let foot = FOOT;
    let knee = (
        foot.0 + shank * shank_in.sin(),
        foot.1 - shank * shank_in.cos(),
    );
    let hip = (
        knee.0 + thigh * thigh_in.sin(),
        knee.1 - thigh * thigh_in.cos(),
    );
    let tilt = radians(angles.drop);
    let along = (tilt.cos(), -tilt.sin()); // from the free hip to the stance hip, which is up
    let centre = (hip.0 - half * along.0, hip.1 - half * along.1);
    let free = (hip.0 - 2.0 * half * along.0, hip.1 - 2.0 * half * along.1);
    let free_end = (free.0 + 2.0, free.1 + 0.86 * (thigh + shank));
    let mirror = |p: (f64, f64)| {
        let x = if side == Side::Right {
            p.0
        } else {
            2.0 * MIDDLE - p.0
        };
        (format!("{x:.1}"), format!("{:.1}", p.1))
    };
    let (mut trunk_line, mut head) = (Vec::new(), Vec::new());
    if let Some(lean) = angles.lean.map(radians) {
        let at = |length: f64| {
            (
                centre.0 + length * lean.sin(),
                centre.1 - length * lean.cos(),
            )
        };
        trunk_line = vec![mirror(centre), mirror(at(trunk))];
        head = vec![mirror(at(trunk + 12.0))];
    }
    Body {
        leg: [foot, knee, hip].map(mirror).to_vec(),
        pelvis: [hip, free].map(mirror).to_vec(),
        free_leg: [free, free_end].map(mirror).to_vec(),
        trunk: trunk_line,
        head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(points: &[Point]) -> Vec<(f64, f64)> {
        let parse = |p: &Point| (p.0.parse().unwrap(), p.1.parse().unwrap());
        points.iter().map(parse).collect()
    }

    #[test]
    fn a_drop_in_right_stance_lowers_the_left_hip_and_mirrors() {
        let angles = Angles {
            drop: 8.0,
            lean: Some(5.0),
            adduction: 8.0,
            valgus: 0.0,
        };
        let right = body(angles, Side::Right);
        let [stance, free] = numbers(&right.pelvis)[..] else {
            panic!()
        };
        assert!(
            stance.0 > free.0,
            "the right hip is on the right seen from behind"
        );
        assert!(
            free.1 > stance.1,
            "the left hip is lower (y grows downwards)"
        );
        let slope = (free.1 - stance.1).atan2(stance.0 - free.0).to_degrees();
        assert!(
            (slope - MAGNIFIED * 8.0).abs() < 0.3,
            "drawn to scale: {slope}"
        );
        let trunk = numbers(&right.trunk);
        assert!(trunk[1].0 > trunk[0].0, "the trunk leans right");
        // adduction equal to the drop: the thigh is vertical
        let leg = numbers(&right.leg);
        assert!((leg[1].0 - leg[2].0).abs() < 0.11);
        let left = numbers(&body(angles, Side::Left).pelvis);
        assert!((left[0].0 - (120.0 - stance.0)).abs() < 0.11);
        assert!(left[1].1 > left[0].1);
    }
}
