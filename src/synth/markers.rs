//! Markers on the segments, where the Plug-in Gait formulas expect them.
//!
//! Knee and ankle markers lie on the flexion axis, half a joint width and a marker radius from the
//! joint centre; wands lie in the plane of the joint centres and that marker (zero rotation
//! offset); thorax markers lie in its plane of symmetry with their mid-points along its axes.

use super::gait::{Pose, Segment};
use super::physique::{MARKER_DIAMETER_M, Physique};
use super::random::{self, Purpose};
use super::walker::{MarkerSet, Walker};
use crate::recording::Side;
use nalgebra::Vector3;

/// Segment that carries a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Pelvis,
    Thorax,
    /// Origin at the knee joint centre.
    Thigh(Side),
    /// Origin at the ankle joint centre.
    Shank(Side),
    Foot(Side),
}

impl Carrier {
    pub fn segment(self, pose: &Pose) -> Segment {
        match self {
            Carrier::Pelvis => pose.pelvis,
            Carrier::Thorax => pose.thorax,
            Carrier::Thigh(side) => Segment {
                origin: pose.legs[side].knee,
                rotation: pose.legs[side].thigh,
            },
            Carrier::Shank(side) => Segment {
                origin: pose.legs[side].ankle,
                rotation: pose.legs[side].shank,
            },
            Carrier::Foot(side) => pose.feet[side],
        }
    }
}

/// One marker glued to a segment.
#[derive(Debug, Clone)]
pub(super) struct Mounted {
    pub label: String,
    pub carrier: Carrier,
    /// Place in the segment's frame, metres.
    pub local: Vector3<f64>,
}

/// The markers of a walker, misplaced as asked, in file order.
pub(super) fn mount(walker: &Walker, physique: &Physique) -> Vec<Mounted> {
    let mut markers = exact(walker.markers, physique);
    for marker in &mut markers {
        // by name, so that a smaller marker set keeps the places of the larger one
        let index = marker.label.bytes().fold(7, |h, b| h * 131 + u64::from(b));
        let seeds = [walker.seed, walker.session, 0];
        let mut random = random::generator(seeds, Purpose::Placement, index);
        let mut draw = || 0.001 * walker.placement_sd_mm * random::normal(&mut random);
        marker.local += Vector3::new(draw(), draw(), draw());
    }
    markers
}

fn exact(set: MarkerSet, physique: &Physique) -> Vec<Mounted> {
    let mut markers = pelvis(set, physique);
    if set != MarkerSet::NoTrunk {
        markers.extend(thorax(physique));
    }
    if set == MarkerSet::FullBody {
        markers.extend(head_and_arms(physique));
    }
    for side in Side::BOTH {
        markers.extend(limb(set, physique, side));
    }
    markers
}

fn mounted(label: impl Into<String>, carrier: Carrier, x: f64, y: f64, z: f64) -> Mounted {
    Mounted {
        label: label.into(),
        carrier,
        local: Vector3::new(x, y, z),
    }
}

fn pelvis(set: MarkerSet, physique: &Physique) -> Vec<Mounted> {
    let half = 0.5 * physique.inter_asis_m;
    let (back, apart) = (-physique.pelvis_depth_m, 0.045 * physique.scale);
    let on_pelvis = |label: &str, x, y| mounted(label, Carrier::Pelvis, x, y, 0.0);
    let mut markers = vec![on_pelvis("LASI", 0.0, half), on_pelvis("RASI", 0.0, -half)];
    match set {
        MarkerSet::AsisOnly => {}
        MarkerSet::Sacrum => markers.push(on_pelvis("SACR", back, 0.0)),
        MarkerSet::PlugInGait | MarkerSet::FullBody | MarkerSet::Medial | MarkerSet::NoTrunk => {
            markers.push(on_pelvis("LPSI", back, apart));
            markers.push(on_pelvis("RPSI", back, -apart));
        }
    }
    markers
}

fn thorax(physique: &Physique) -> Vec<Mounted> {
    let s = physique.scale;
    let on_thorax =
        |label: &str, x: f64, y: f64, z: f64| mounted(label, Carrier::Thorax, x * s, y * s, z * s);
    vec![
        on_thorax("C7", -0.03, 0.0, 0.50),
        on_thorax("T10", -0.06, 0.0, 0.28),
        on_thorax("CLAV", 0.07, 0.0, 0.42),
        on_thorax("STRN", 0.10, 0.0, 0.26),
        on_thorax("LSHO", 0.0, 0.18, 0.46),
        on_thorax("RSHO", 0.0, -0.18, 0.46),
    ]
}

/// What the full-body set has more than lower body and trunk; still on the trunk, arms hanging.
fn head_and_arms(physique: &Physique) -> Vec<Mounted> {
    let s = physique.scale;
    let on_thorax = |label: String, x: f64, y: f64, z: f64| {
        mounted(label, Carrier::Thorax, x * s, y * s, z * s)
    };
    let mut markers = vec![on_thorax("RBAK".to_owned(), -0.08, -0.08, 0.36)];
    for side in Side::BOTH {
        let out = side.sigma();
        let places = [
            ("FHD", 0.09, 0.06, 0.68),
            ("BHD", -0.09, 0.06, 0.66),
            ("UPA", 0.0, 0.24, 0.30),
            ("ELB", 0.0, 0.24, 0.18),
            ("FRM", 0.02, 0.25, 0.06),
            ("WRA", 0.05, 0.24, -0.06),
            ("WRB", 0.0, 0.26, -0.06),
            ("FIN", 0.04, 0.25, -0.16),
        ];
        markers.extend(
            places.map(|(stem, x, y, z)| {
                on_thorax(format!("{}{stem}", side.letter()), x, out * y, z)
            }),
        );
    }
    markers
}

fn limb(set: MarkerSet, physique: &Physique, side: Side) -> Vec<Mounted> {
    let (s, out) = (physique.scale, side.sigma());
    let name = |stem: &str| format!("{}{stem}", side.letter());
    let (thigh, shank, foot) = (
        Carrier::Thigh(side),
        Carrier::Shank(side),
        Carrier::Foot(side),
    );
    let knee = out * 0.5 * (physique.knee_width_m + MARKER_DIAMETER_M);
    let ankle = out * 0.5 * (physique.ankle_width_m + MARKER_DIAMETER_M);
    let up_thigh = 0.45 * physique.thigh_m[side];
    let up_shank = 0.55 * physique.shank_m[side];
    let below_ankle = -physique.ankle_height_m;
    let mut markers = vec![
        mounted(name("THI"), thigh, 0.0, out * 0.10 * s, up_thigh),
        mounted(name("KNE"), thigh, 0.0, knee, 0.0),
        mounted(name("TIB"), shank, 0.0, out * 0.08 * s, up_shank),
        mounted(name("ANK"), shank, 0.0, ankle, 0.0),
        mounted(
            name("HEE"),
            foot,
            -0.065 * s,
            -out * 0.007 * s,
            0.035 * s + below_ankle,
        ),
        mounted(
            name("TOE"),
            foot,
            0.13 * s,
            out * 0.014 * s,
            0.05 * s + below_ankle,
        ),
    ];
    if set == MarkerSet::Medial {
        markers.push(mounted(name("KNM"), thigh, 0.0, -knee, 0.0));
        markers.push(mounted(name("ANM"), shank, 0.0, -ankle, 0.0));
    }
    markers
}
