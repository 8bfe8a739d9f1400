//! Measures that a file does not declare but its stored joint centres give away.

use super::hip_centre::asis_trochanter_m;
use super::pelvis::middle;
use crate::recording::{BodyMeasures, Recording, Series3, Side, Warning};
use crate::signal::median;

/// Largest difference between the marker diameters that the four joints tell, metres.
const AGREEMENT_M: f64 = 0.0005;
/// Diameters that real markers have, metres.
const DIAMETERS_M: std::ops::RangeInclusive<f64> = 0.003..=0.03;

/// The measures with which the stored Plug-in Gait results of `recording` were computed, when its
/// joint centres are stored (`LFEO` knee, `LTIO` ankle, `LFEP` hip, …).
///
/// * The knee centre lies half the knee width plus the marker radius from the knee marker
///   ([`chord`](super::chord)), so the marker diameter is 2·|KNE − FEO| − knee width, and likewise at
///   the ankle. Used when the file does not declare the diameter and the joints agree.
/// * Across the pelvis the hip centres lie W − 2·C·sin 0.5 apart ([`davis`](super::davis)), which gives the inter-ASIS
///   distance W. It replaces a declared one that differs by more than 0.5 mm (the file was
///   processed with another value), provided that the hip centres lie as far below and behind the
///   ASIS as that regression puts them: √((C·cos 0.5)² + (d + r)²).
///
/// Returns `measures` unchanged without stored centres. For reproducing stored angles; the own
/// model needs neither.
pub fn measures_of_stored_centres(
    recording: &Recording,
    measures: &BodyMeasures,
) -> (BodyMeasures, Vec<Warning>) {
    let mut found = *measures;
    let mut warnings = Vec::new();
    if recording.declared_unit.is_none() {
        return (found, warnings);
    }
    if found.marker_diameter_m.is_none()
        && let Some(diameter) = marker_diameter_m(recording, measures)
    {
        found.marker_diameter_m = Some(diameter);
        warnings.push(Warning::new(
            "marker-diameter-inferred",
            format!(
                "the marker diameter is not in the file: {:.1} mm follows from its stored joint centres",
                diameter * 1000.0
            ),
        ));
    }
    if let (Some(declared), Some(used)) = (found.inter_asis_m, inter_asis_m(recording, &found))
        && (declared - used).abs() > AGREEMENT_M
    {
        found.inter_asis_m = Some(used);
        warnings.push(Warning::new(
            "inter-asis-differs",
            format!(
                "the file declares an inter-ASIS distance of {:.1} mm, but its stored hip centres were computed with {:.1} mm, which is used",
                declared * 1000.0,
                used * 1000.0
            ),
        ));
    }
    (found, warnings)
}

fn marker_diameter_m(recording: &Recording, measures: &BodyMeasures) -> Option<f64> {
    let mut found = Vec::new();
    for side in Side::BOTH {
        let limb = &measures.limbs[side];
        for (marker, centre, width) in [
            ("KNE", "FEO", limb.knee_width_m),
            ("ANK", "TIO", limb.ankle_width_m),
        ] {
            let marker = marker_of(recording, side, marker);
            let centre = marker_of(recording, side, centre);
            if let (Some(marker), Some(centre), Some(width)) = (marker, centre, width) {
                found.push(2.0 * median_distance_m(marker, centre) - width);
            }
        }
    }
    let diameter = median(&found);
    let agree = found.iter().all(|d| (d - diameter).abs() <= AGREEMENT_M);
    (agree && DIAMETERS_M.contains(&diameter)).then_some(diameter)
}

fn inter_asis_m(recording: &Recording, measures: &BodyMeasures) -> Option<f64> {
    let left = marker_of(recording, Side::Left, "FEP")?;
    let right = marker_of(recording, Side::Right, "FEP")?;
    let c = 0.115 * measures.mean_leg_length_m()? - 0.0153;
    let behind = |side: Side| {
        let limb = &measures.limbs[side];
        limb.asis_trochanter_m
            .or(limb.leg_length_m.map(asis_trochanter_m))
    };
    let trochanter = [behind(Side::Left)?, behind(Side::Right)?];
    // unequal trochanter distances put one hip centre behind the other
    let uneven = trochanter[0] - trochanter[1];
    let apart = median_distance_m(left, right);
    let across = (apart * apart - uneven * uneven).sqrt();
    let radius = 0.5 * measures.marker_diameter_m?;
    let asis = [
        marker_of(recording, Side::Left, "ASI")?,
        marker_of(recording, Side::Right, "ASI")?,
    ];
    let from_asis = median_distance_m(&middle(asis[0], asis[1]), &middle(left, right));
    let expected = (c * 0.5_f64.cos()).hypot(0.5 * (trochanter[0] + trochanter[1]) + radius);
    let by_davis = (from_asis - expected).abs() <= AGREEMENT_M;
    by_davis.then_some(across + 2.0 * c * 0.5_f64.sin())
}

fn median_distance_m(a: &Series3, b: &Series3) -> f64 {
    let distances: Vec<f64> = (0..a.len().min(b.len()))
        .map(|i| (a.at(i) - b.at(i)).norm())
        .collect();
    median(&distances)
}

/// The trajectory of a Plug-in Gait label of one side, with or without a `Subject:` prefix.
fn marker_of<'a>(recording: &'a Recording, side: Side, name: &str) -> Option<&'a Series3> {
    let wanted = format!("{}{name}", side.letter());
    recording
        .markers
        .iter()
        .find(|m| m.label.rsplit(':').next() == Some(wanted.as_str()))
        .map(|m| &m.position)
}
