//! Angle series from the body's segment frames.

use super::cardan::arc_sine;
use super::projection::{
    Frontal, fppa, frontal, pelvis_on_leg, shoulder_line_lean, spine_line_lean,
};
use super::{AngleSeries, JointAngles, SegmentAngles};
use crate::body::{AdductionDefinition, Body, Frames, Leg, TrunkDefinition};
use crate::lab::Motion;
use crate::recording::{PerSide, Series3, Side};

/// Sine and cosine of the heading of every frame.
struct Heading {
    sin: Vec<f64>,
    cos: Vec<f64>,
}

/// The angles of every frame: rotation–obliquity–tilt for pelvis and trunk, YXZ for hip and knee.
///
/// Rotations, projections on the frontal plane and the spine line use the heading of
/// `motion.progression`, frame by frame, and are NaN where it is unknown. Obliquity, thorax lean,
/// tilt and the Cardan angles of the joints need no heading.
pub fn series(body: &Body, motion: &Motion) -> AngleSeries {
    let heading = Heading::of(motion, body.frames);
    let pelvis = pelvis(body, &heading);
    let (thorax, lean_on_pelvis) = trunk(body, &pelvis, &heading);
    AngleSeries {
        hip: PerSide::from_fn(|side| hip(body, side, &pelvis, &heading)),
        knee: PerSide::from_fn(|side| knee(&body.legs[side], side)),
        fppa: PerSide::from_fn(|side| projected_knee(&body.legs[side], side, &heading)),
        trunk_definition: body.trunk.definition,
        pelvis,
        thorax,
        lean_on_pelvis,
    }
}

impl Heading {
    fn of(motion: &Motion, frames: usize) -> Heading {
        let heading = &motion.progression.heading_rad;
        let (mut sin, mut cos): (Vec<_>, Vec<_>) = heading.iter().map(|h| h.sin_cos()).unzip();
        sin.resize(frames, f64::NAN);
        cos.resize(frames, f64::NAN);
        Heading { sin, cos }
    }

    fn frontal(&self, series: &Series3, i: usize) -> Frontal {
        frontal(series.at(i), self.sin[i], self.cos[i])
    }

    /// ρ of an axis that points left: atan2(−forward, left) of its components in the heading frame.
    fn rotation_of(&self, lateral: &Series3, i: usize) -> f64 {
        let (x, y) = (lateral.x[i], lateral.y[i]);
        let forward = x * self.cos[i] + y * self.sin[i];
        let left = y * self.cos[i] - x * self.sin[i];
        (-forward).atan2(left)
    }
}

/// Pelvis: φ = asin(ŷ·Z) and ρ from the medio-lateral axis alone, τ from the whole frame.
fn pelvis(body: &Body, heading: &Heading) -> SegmentAngles {
    let (lateral, frame) = (&body.pelvis.lateral, &body.pelvis.lab_from_pelvis);
    SegmentAngles {
        tilt: tilt(frame),
        obliquity: lateral.z.iter().map(|&z| arc_sine(z)).collect(),
        rotation: (0..body.frames)
            .map(|i| heading.rotation_of(lateral, i))
            .collect(),
    }
}

/// τ of rotation–obliquity–tilt: atan2(−x̂·Z, ẑ·Z).
fn tilt(frame: &Frames) -> Vec<f64> {
    let (x, z) = (&frame.x.z, &frame.z.z);
    x.iter().zip(z).map(|(x, z)| (-x).atan2(*z)).collect()
}

/// Trunk in the laboratory, and its lean relative to the pelvis (rotation–obliquity–tilt of
/// R_pelvisᵀ·R_thorax: the elevation of the thorax's medio-lateral axis above the pelvis; with a
/// stand-in line, the difference of the two elevations).
fn trunk(body: &Body, pelvis: &SegmentAngles, heading: &Heading) -> (SegmentAngles, Vec<f64>) {
    let trunk = &body.trunk;
    let frames = 0..body.frames;
    let missing = || vec![f64::NAN; body.frames];
    let lean_of = |obliquity: &[f64]| {
        let pairs = obliquity.iter().zip(&pelvis.obliquity);
        pairs.map(|(t, p)| t - p).collect()
    };
    match trunk.definition {
        Some(TrunkDefinition::ThoraxRot) => {
            let frame = &trunk.lab_from_thorax;
            let up = &body.pelvis.lab_from_pelvis.z;
            let angles = SegmentAngles {
                tilt: tilt(frame),
                obliquity: frame.y.z.iter().map(|&z| arc_sine(z)).collect(),
                rotation: frames
                    .clone()
                    .map(|i| heading.rotation_of(&frame.y, i))
                    .collect(),
            };
            let on_pelvis = frames
                .map(|i| arc_sine(frame.y.at(i).dot(&up.at(i))))
                .collect();
            (angles, on_pelvis)
        }
        Some(TrunkDefinition::SpineLine) => {
            let line = &trunk.line;
            let obliquity: Vec<f64> = frames
                .clone()
                .map(|i| spine_line_lean(heading.frontal(line, i)))
                .collect();
            let forward = |i: usize| line.x[i] * heading.cos[i] + line.y[i] * heading.sin[i];
            let on_pelvis = lean_of(&obliquity);
            let angles = SegmentAngles {
                tilt: frames.map(|i| forward(i).atan2(line.z[i])).collect(),
                obliquity,
                rotation: missing(),
            };
            (angles, on_pelvis)
        }
        Some(TrunkDefinition::ShoulderLine) => {
            let line = &trunk.line;
            let obliquity: Vec<f64> = frames
                .clone()
                .map(|i| shoulder_line_lean(line.at(i)))
                .collect();
            let on_pelvis = lean_of(&obliquity);
            let angles = SegmentAngles {
                tilt: missing(),
                obliquity,
                rotation: frames.map(|i| heading.rotation_of(line, i)).collect(),
            };
            (angles, on_pelvis)
        }
        None => {
            let angles = SegmentAngles {
                tilt: missing(),
                obliquity: missing(),
                rotation: missing(),
            };
            (angles, missing())
        }
    }
}

/// Hip: H = R_pelvisᵀ·R_thigh, YXZ; flexion −f₁, adduction −σ·f₂, internal rotation −σ·f₃.
fn hip(body: &Body, side: Side, pelvis: &SegmentAngles, heading: &Heading) -> JointAngles {
    let leg = &body.legs[side];
    let sigma = side.sigma();
    let mut angles = joint(
        &body.pelvis.lab_from_pelvis,
        &leg.lab_from_thigh,
        [-1.0, -sigma, -sigma],
    );
    if leg.adduction != Some(AdductionDefinition::Cardan) {
        angles.frontal = (0..body.frames)
            .map(|i| {
                let distal = match leg.knee_centre.is_missing(i) {
                    true => &leg.ankle_centre,
                    false => &leg.knee_centre,
                };
                let hip = heading.frontal(&leg.hip_centre, i);
                pelvis_on_leg(side, pelvis.obliquity[i], hip, heading.frontal(distal, i))
            })
            .collect();
    }
    angles
}

/// Knee: K = R_thighᵀ·R_shank, YXZ; flexion f₁, valgus σ·f₂ (= −varus), internal rotation −σ·f₃.
fn knee(leg: &Leg, side: Side) -> JointAngles {
    let sigma = side.sigma();
    joint(
        &leg.lab_from_thigh,
        &leg.lab_from_shank,
        [1.0, sigma, -sigma],
    )
}

/// Signed YXZ angles of the distal in the proximal frame.
fn joint(proximal: &Frames, distal: &Frames, signs: [f64; 3]) -> JointAngles {
    let frames = proximal.len();
    let [mut flexion, mut frontal, mut rotation] = std::array::from_fn(|_| vec![0.0; frames]);
    let places = flexion.iter_mut().zip(&mut frontal).zip(&mut rotation);
    let poses = proximal.matrices().zip(distal.matrices());
    for (((flexion, frontal), rotation), (proximal, distal)) in places.zip(poses) {
        // K = proximalᵀ·distal, of which five elements are needed
        let k = |row: usize, column: usize| proximal.column(row).dot(&distal.column(column));
        *flexion = signs[0] * k(0, 2).atan2(k(2, 2));
        *frontal = signs[1] * arc_sine(-k(1, 2));
        *rotation = signs[2] * k(1, 0).atan2(k(1, 1));
    }
    JointAngles {
        flexion,
        frontal,
        rotation,
    }
}

/// Frontal-plane projection angle from the joint centres.
fn projected_knee(leg: &Leg, side: Side, heading: &Heading) -> Vec<f64> {
    (0..leg.hip_centre.len())
        .map(|i| {
            let at = |series| heading.frontal(series, i);
            fppa(
                side,
                at(&leg.hip_centre),
                at(&leg.knee_centre),
                at(&leg.ankle_centre),
            )
        })
        .collect()
}
