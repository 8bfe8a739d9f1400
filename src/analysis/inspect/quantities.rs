//! Which quantities an analysis holds, and what the others need.

use super::Named;
use crate::analysis::Analysis;
use crate::landmarks::{Landmark, Resolved};
use crate::recording::{Kind, Recording, Side};

/// One quantity: its name, whether an analysis has it, and what it needs.
struct Quantity {
    name: &'static str,
    is_in: fn(&Analysis) -> bool,
    needs: &'static str,
    markers: &'static [Landmark],
}

fn any(series: &[f64]) -> bool {
    series.iter().any(|v| v.is_finite())
}

const LEFT: Side = Side::Left;
const RIGHT: Side = Side::Right;

const QUANTITIES: &[Quantity] = &[
    Quantity {
        name: "pelvic_drop",
        is_in: |a| any(&a.angles.pelvis.obliquity),
        needs: "both ASIS, or both PSIS",
        markers: &[Landmark::Asis(LEFT), Landmark::Asis(RIGHT)],
    },
    Quantity {
        name: "trunk_lean",
        is_in: |a| any(&a.angles.thorax.obliquity),
        needs: "C7, T10, CLAV and STRN; or C7 or both shoulders besides the pelvis",
        markers: &[
            Landmark::C7,
            Landmark::T10,
            Landmark::Clavicle,
            Landmark::Sternum,
        ],
    },
    Quantity {
        name: "hip_adduction",
        is_in: |a| Side::BOTH.iter().any(|&s| any(&a.angles.hip[s].frontal)),
        needs: "the pelvis, knee and ankle markers, and a thigh or medial knee marker",
        markers: &[
            Landmark::Asis(LEFT),
            Landmark::Asis(RIGHT),
            Landmark::Thigh(LEFT),
            Landmark::Thigh(RIGHT),
            Landmark::Knee(LEFT),
            Landmark::Knee(RIGHT),
        ],
    },
    Quantity {
        name: "knee_valgus",
        is_in: |a| Side::BOTH.iter().any(|&s| any(&a.angles.knee[s].frontal)),
        needs: "thigh and shank: knee and ankle markers with wands or medial markers",
        markers: &[
            Landmark::Thigh(LEFT),
            Landmark::Thigh(RIGHT),
            Landmark::Knee(LEFT),
            Landmark::Knee(RIGHT),
            Landmark::Tibia(LEFT),
            Landmark::Tibia(RIGHT),
            Landmark::Ankle(LEFT),
            Landmark::Ankle(RIGHT),
        ],
    },
    Quantity {
        name: "fppa",
        is_in: |a| Side::BOTH.iter().any(|&s| any(&a.angles.fppa[s])),
        needs: "hip, knee and ankle of one side",
        markers: &[
            Landmark::Asis(LEFT),
            Landmark::Asis(RIGHT),
            Landmark::Knee(LEFT),
            Landmark::Knee(RIGHT),
            Landmark::Ankle(LEFT),
            Landmark::Ankle(RIGHT),
        ],
    },
    Quantity {
        name: "events",
        is_in: |a| !a.events.is_empty(),
        needs: "stored events, force plates, or somebody walking with heel and toe markers",
        markers: &[
            Landmark::Heel(LEFT),
            Landmark::Heel(RIGHT),
            Landmark::Toe(LEFT),
            Landmark::Toe(RIGHT),
        ],
    },
    Quantity {
        name: "strides",
        is_in: |a| a.strides.iter().any(|s| s.stride.exclusion.is_none()),
        needs: "two foot strikes of one foot with the events of the other foot between them, in \
                straight walking",
        markers: &[],
    },
];

type Answers = (Named<bool>, Named<String>);

/// What can be computed, and what is missing for the rest; `error` = nothing could be analysed.
pub(super) fn computable(
    recording: &Recording,
    analysis: Option<&Analysis>,
    resolved: &Resolved,
    error: Option<&str>,
) -> Answers {
    let mut can = Vec::new();
    let mut cannot = Vec::new();
    for quantity in QUANTITIES {
        let possible = analysis.is_some_and(quantity.is_in);
        can.push((quantity.name.to_owned(), possible));
        if !possible {
            let why = match error {
                Some(error) => error.to_owned(),
                None if recording.kind() == Kind::Inertial => {
                    format!("needs {}", super::sensors::needs(quantity.name))
                }
                None => what_is_missing(quantity, resolved),
            };
            cannot.push((quantity.name.to_owned(), why));
        }
    }
    (Named(can), Named(cannot))
}

fn what_is_missing(quantity: &Quantity, resolved: &Resolved) -> String {
    let missing: Vec<String> = quantity
        .markers
        .iter()
        .filter(|l| !resolved.indices.contains_key(l))
        .map(|l| l.label())
        .collect();
    match missing.is_empty() {
        true => format!("needs {}", quantity.needs),
        false => format!("needs {}; missing: {}", quantity.needs, missing.join(" ")),
    }
}
