//! The body over the stride, seen from behind: pelvis, trunk and legs as lines.
//!
//! In: mean curves of both limbs and their norms. Out: line end points for the page — at
//! mid-stance, which is drawn, and at every second percent of the averaged stride, which the
//! page's script plays. Frontal tilts are drawn [`MAGNIFIED`], and the page says so; the legs
//! shorten with the flexion of hip and knee.

use serde::Serialize;

use super::curves::{LimbCurves, Shown};
use super::language::Language;
use super::number::push_whole;
use super::words;
use crate::recording::{PerSide, Side};

/// The posture of one limb's stride.
#[derive(Debug, Clone, Serialize)]
pub struct PostureView {
    /// `left` or `right`.
    pub side: &'static str,
    /// Heading.
    pub title: String,
    /// Paths at mid-stance.
    pub body: Body,
    /// The norm's; `None` when there is none.
    pub norm: Option<Body>,
    /// Percent of the stride that is drawn.
    pub at_pct: usize,
    /// `left side 6.1° low` …: label of the pelvis.
    pub pelvis_text: String,
    /// Label of the trunk; empty when not measured.
    pub trunk_text: String,
    /// The norm's pelvis; empty without one.
    pub norm_text: String,
    /// Text alternative.
    pub text: String,
    /// The points of every second percent, tenths of a drawing unit, for the script.
    pub frames: String,
}

/// The paths of one body.
#[derive(Debug, Clone, Serialize)]
pub struct Body {
    /// Stance hip, knee, foot.
    pub leg: String,
    /// Both hips.
    pub pelvis: String,
    /// The other leg.
    pub other: String,
    /// Middle of the pelvis to the neck; empty when the trunk was not measured.
    pub trunk: String,
    /// Middle of the head.
    pub head: (String, String),
}

/// Angles at one moment, degrees, stance-limb signs; for each leg (own, other): adduction, valgus,
/// hip flexion, knee flexion.
#[derive(Debug, Clone, Copy)]
struct Angles {
    drop: f64,
    lean: Option<f64>,
    own: Leg,
    other: Leg,
    /// Which legs carry the body: own, other.
    carries: [bool; 2],
}

#[derive(Debug, Clone, Copy, Default)]
struct Leg {
    adduction: f64,
    valgus: f64,
    hip_flexion: f64,
    knee_flexion: f64,
}

type Xy = (f64, f64);

/// Joint positions in drawing units, y down.
#[derive(Debug, Clone, Copy)]
struct Joints {
    centre: Xy,
    /// Own, other.
    hips: [Xy; 2],
    knees: [Xy; 2],
    feet: [Xy; 2],
    neck: Option<Xy>,
    head: Option<Xy>,
}

/// Tilts are drawn this many times as large: true to scale, 5° can hardly be seen in a small
/// drawing.
pub const MAGNIFIED: f64 = 2.0;
/// Lengths in drawing units: half pelvis, thigh, shank, trunk.
const LENGTHS: (f64, f64, f64, f64) = (20.0, 42.0, 42.0, 54.0);
/// Middle and floor of the drawing, 120 units wide.
const MIDDLE: f64 = 60.0;
const FLOOR: f64 = 166.0;
/// A swinging foot is drawn at least this far above the floor.
const CLEARANCE: f64 = 4.0;
/// Forward tilt of a usual pelvis: hip flexion less this is the thigh's slope.
const PELVIC_TILT_DEG: f64 = 10.0;
/// Percent of the stride between two frames of the script.
const STEP: usize = 2;

/// The posture of `side`; `None` when its pelvis was not measured.
pub fn view(limbs: &PerSide<LimbCurves>, side: Side, lang: &Language) -> Option<PostureView> {
    let limb = &limbs[side];
    let (from, to) = limb.timing.single_support().unwrap_or((12.0, 50.0));
    let at_pct = ((from + to) / 2.0).round().clamp(0.0, 100.0) as usize;
    let now = measured(limbs, side, at_pct)?;
    let drawn = joints(now, side, None);
    let low = |drop: f64| if drop >= 0.0 { side.opposite() } else { side };
    let pelvis = |drop: f64| {
        if drop.abs() < 0.05 {
            return lang.say("posture.level");
        }
        let amount = lang.degrees(drop.abs());
        super::language::fill(&lang.sided("posture.low", low(drop)), &[("deg", &amount)])
    };
    let trunk_text = now.lean.map_or_else(String::new, |lean| {
        let to = if lean >= 0.0 { side } else { side.opposite() };
        let amount = lang.degrees(lean.abs());
        super::language::fill(&lang.sided("posture.leans", to), &[("deg", &amount)])
    });
    let normal = norm(limb, now, at_pct);
    let norm_text = normal.map_or_else(String::new, |norm| {
        lang.fill("posture.norm", &[("pelvis", &pelvis(norm.drop))])
    });
    let title = words::stance(lang, side);
    let pelvis_text = pelvis(now.drop);
    let said_trunk = match trunk_text.is_empty() {
        true => lang.say("posture.no-trunk"),
        false => trunk_text.clone(),
    };
    let text = lang.fill(
        "posture.text",
        &[
            ("side", &title),
            ("pct", &at_pct.to_string()),
            ("pelvis", &pelvis_text),
            ("trunk", &said_trunk),
        ],
    );
    Some(PostureView {
        side: side.name(),
        title,
        body: body(&drawn),
        norm: normal.map(|norm| body(&joints(norm, side, Some(drawn.centre)))),
        at_pct,
        pelvis_text,
        trunk_text,
        norm_text,
        text,
        frames: frames(limbs, side),
    })
}

/// The points of all frames: `x y x y …` of the subject and, after `|`, of the norm; `;` between
/// frames.
fn frames(limbs: &PerSide<LimbCurves>, side: Side) -> String {
    let mut all = Vec::new();
    for pct in (0..=100).step_by(STEP) {
        let Some(now) = measured(limbs, side, pct) else {
            all.push(String::new());
            continue;
        };
        let drawn = joints(now, side, None);
        let mut frame = points(&drawn);
        if let Some(norm) = norm(&limbs[side], now, pct) {
            frame.push('|');
            frame.push_str(&points(&joints(norm, side, Some(drawn.centre))));
        }
        all.push(frame);
    }
    all.join(";")
}

/// Own hip, knee, foot, other hip, knee, foot, then centre, neck and head when there is a trunk.
fn points(j: &Joints) -> String {
    let legs = [0, 1]
        .into_iter()
        .flat_map(|leg| [j.hips[leg], j.knees[leg], j.feet[leg]]);
    let trunk = match (j.neck, j.head) {
        (Some(neck), Some(head)) => vec![j.centre, neck, head],
        _ => Vec::new(),
    };
    let mut text = String::new();
    for value in legs.chain(trunk).flat_map(|p| [p.0, p.1]) {
        if !text.is_empty() {
            text.push(' ');
        }
        push_whole(&mut text, (10.0 * value).round() as i32);
    }
    text
}

fn mean_at(limb: &LimbCurves, curve: Shown, pct: usize) -> Option<f64> {
    let value = *limb.curve(curve)?.mean.as_ref()?.get(pct)?;
    value.is_finite().then_some(value)
}

/// The subject's mean angles at `pct` of the stride of `side`. The other leg is `pct` less its own
/// foot strike further in its own stride.
fn measured(limbs: &PerSide<LimbCurves>, side: Side, pct: usize) -> Option<Angles> {
    let limb = &limbs[side];
    let strike = limb.timing.opposite_strike_pct.unwrap_or(50.0).round();
    let there = (pct as f64 - strike).rem_euclid(100.0) as usize;
    let drop = mean_at(limb, Shown::PelvisDrop, pct)?;
    let leg = |side: Side, pct: usize, drop: f64| {
        let at = |curve| mean_at(&limbs[side], curve, pct);
        Leg {
            adduction: at(Shown::HipAdduction).unwrap_or(drop),
            valgus: at(Shown::KneeValgus).unwrap_or(0.0),
            hip_flexion: at(Shown::HipFlexion).unwrap_or(PELVIC_TILT_DEG),
            knee_flexion: at(Shown::KneeFlexion).unwrap_or(0.0),
        }
    };
    Some(Angles {
        drop,
        lean: mean_at(limb, Shown::TrunkLean, pct),
        own: leg(side, pct, drop),
        other: leg(side.opposite(), there, -drop),
        carries: carries(limb, pct as f64),
    })
}

/// Which legs are on the ground at `pct` of the own stride.
fn carries(limb: &LimbCurves, pct: f64) -> [bool; 2] {
    let (from, to) = limb.timing.single_support().unwrap_or((12.0, 50.0));
    let off = limb.timing.off_pct.unwrap_or(62.0);
    [pct <= off, pct <= from || pct >= to]
}

/// The norm at `pct`, with the flexions of the subject.
fn norm(limb: &LimbCurves, now: Angles, pct: usize) -> Option<Angles> {
    let at = |curve: Shown| limb.curve(curve)?.band()?.mean_deg.get(pct).copied();
    let drop = at(Shown::PelvisDrop)?;
    Some(Angles {
        drop,
        lean: now.lean.and_then(|_| at(Shown::TrunkLean)),
        own: Leg {
            adduction: at(Shown::HipAdduction).unwrap_or(drop),
            valgus: at(Shown::KneeValgus).unwrap_or(0.0),
            ..now.own
        },
        ..now
    })
}

/// Builds the body around its pelvis and sets the foot that carries it on the floor (or its pelvis on
/// `centre`). Worked out for a right stance (the stance leg on the right, as seen from behind)
/// and mirrored for a left one.
fn joints(angles: Angles, side: Side, centre: Option<Xy>) -> Joints {
    let (half, thigh, shank, trunk) = LENGTHS;
    let radians = |deg: f64| (MAGNIFIED * deg).clamp(-60.0, 60.0).to_radians();
    let tilt = radians(angles.drop);
    let mut made = Joints {
        centre: (MIDDLE, 0.0),
        hips: [(0.0, 0.0); 2],
        knees: [(0.0, 0.0); 2],
        feet: [(0.0, 0.0); 2],
        neck: None,
        head: None,
    };
    // the own hip is on the right and up when the other side drops
    for (leg, (angle, obliquity, way)) in [
        (angles.own, angles.drop, 1.0),
        (angles.other, -angles.drop, -1.0),
    ]
    .into_iter()
    .enumerate()
    {
        let hip = (MIDDLE + way * half * tilt.cos(), -way * half * tilt.sin());
        // slope in the laboratory: positive = lower end toward the midline
        let inward = angle.adduction - obliquity;
        let down = |from: Xy, length: f64, inward_deg: f64, forward_deg: f64| {
            let length = length * forward_deg.to_radians().cos().abs();
            let slope = radians(inward_deg);
            (
                from.0 - way * length * slope.sin(),
                from.1 + length * slope.cos(),
            )
        };
        let forward = angle.hip_flexion - PELVIC_TILT_DEG;
        let knee = down(hip, thigh, inward, forward);
        let foot = down(
            knee,
            shank,
            inward - angle.valgus,
            forward - angle.knee_flexion,
        );
        (made.hips[leg], made.knees[leg], made.feet[leg]) = (hip, knee, foot);
    }
    if let Some(lean) = angles.lean.map(radians) {
        let at = |length: f64| (MIDDLE + length * lean.sin(), -length * lean.cos());
        (made.neck, made.head) = (Some(at(trunk)), Some(at(trunk + 11.0)));
    }
    let standing = (0..2).filter(|&leg| angles.carries[leg]);
    let lowest = standing.map(|leg| made.feet[leg].1).reduce(f64::max);
    let lowest = lowest.unwrap_or(made.feet[0].1);
    for leg in 0..2 {
        // with the tilts magnified a swinging foot would reach through the floor
        let (top, most) = (made.hips[leg].1, lowest - CLEARANCE);
        if !angles.carries[leg] && made.feet[leg].1 > most {
            let shrink = (most - top) / (made.feet[leg].1 - top);
            made.knees[leg].1 = top + shrink * (made.knees[leg].1 - top);
            made.feet[leg].1 = most;
        }
    }
    let shift = centre.map_or(FLOOR - lowest, |(_, y)| y);
    let place = |p: Xy| match side {
        Side::Right => (p.0, p.1 + shift),
        Side::Left => (2.0 * MIDDLE - p.0, p.1 + shift),
    };
    Joints {
        centre: place(made.centre),
        hips: made.hips.map(place),
        knees: made.knees.map(place),
        feet: made.feet.map(place),
        neck: made.neck.map(place),
        head: made.head.map(place),
    }
}

fn body(j: &Joints) -> Body {
    let line = |points: &[Xy]| {
        points
            .iter()
            .enumerate()
            .map(|(i, p)| format!("{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, p.0, p.1))
            .collect::<String>()
    };
    let head = j.head.unwrap_or_default();
    Body {
        leg: line(&[j.hips[0], j.knees[0], j.feet[0]]),
        pelvis: line(&j.hips),
        other: line(&[j.hips[1], j.knees[1], j.feet[1]]),
        trunk: j
            .neck
            .map_or_else(String::new, |neck| line(&[j.centre, neck])),
        head: (format!("{:.1}", head.0), format!("{:.1}", head.1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn angles(drop: f64, lean: f64, adduction: f64) -> Angles {
        Angles {
            drop,
            lean: Some(lean),
            own: Leg {
                adduction,
                hip_flexion: PELVIC_TILT_DEG,
                ..Leg::default()
            },
            other: Leg::default(),
            carries: [true, false],
        }
    }

    #[test]
    fn a_drop_in_right_stance_lowers_the_left_hip_and_mirrors() {
        let right = joints(angles(8.0, 5.0, 8.0), Side::Right, None);
        let [stance, free] = right.hips;
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
            (slope - MAGNIFIED * 8.0).abs() < 1e-9,
            "drawn to scale: {slope}"
        );
        assert!(
            right.neck.unwrap().0 > right.centre.0,
            "the trunk leans right"
        );
        // adduction equal to the drop: the thigh is vertical
        assert!((right.knees[0].0 - right.hips[0].0).abs() < 1e-9);
        let left = joints(angles(8.0, 5.0, 8.0), Side::Left, None);
        assert!((left.hips[0].0 - (120.0 - stance.0)).abs() < 1e-9);
        assert!(left.hips[1].1 > left.hips[0].1);
        assert!(left.neck.unwrap().0 < left.centre.0);
    }

    #[test]
    fn the_stance_foot_stands_on_the_floor_and_flexion_lifts_the_other() {
        let mut bent = angles(0.0, 0.0, 0.0);
        bent.other.knee_flexion = 60.0;
        let j = joints(bent, Side::Right, None);
        assert!((j.feet[0].1 - FLOOR).abs() < 1e-9);
        assert!(j.feet[1].1 < FLOOR - 5.0);
    }
}
