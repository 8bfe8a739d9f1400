//! How much of a metric's markers was filled, not measured.

use super::window::Window;
use crate::angles::TrunkDefinition;
use crate::landmarks::Landmark;
use crate::recording::Side;
use crate::signal::{Fill, GapReport};

/// Markers of the pelvis.
pub(super) fn pelvis_markers() -> Vec<Landmark> {
    let mut markers = vec![Landmark::Sacrum];
    for side in Side::BOTH {
        markers.extend([Landmark::Asis(side), Landmark::Psis(side)]);
    }
    markers
}

/// Markers of the trunk, as the definition of the trunk angle uses them.
pub(super) fn trunk_markers(definition: Option<TrunkDefinition>) -> Vec<Landmark> {
    use Landmark::{C7, Clavicle, Shoulder, Sternum, T10};
    let shoulders = [Shoulder(Side::Left), Shoulder(Side::Right)];
    match definition {
        Some(TrunkDefinition::ThoraxRot) => vec![C7, T10, Clavicle, Sternum],
        Some(TrunkDefinition::SpineLine) => vec![C7],
        Some(TrunkDefinition::ShoulderLine) => shoulders.to_vec(),
        None => Vec::new(),
    }
}

/// Markers of one leg.
pub(super) fn leg_markers(side: Side) -> Vec<Landmark> {
    vec![
        Landmark::Thigh(side),
        Landmark::Knee(side),
        Landmark::KneeMedial(side),
        Landmark::Tibia(side),
        Landmark::Ankle(side),
        Landmark::AnkleMedial(side),
    ]
}

/// Share of filled frames of the recorded ones among some markers within a window (0–1); `None`
/// when none of them was recorded.
pub(super) fn filled_share(gaps: &GapReport, markers: &[Landmark], window: Window) -> Option<f64> {
    let recorded: Vec<_> = markers.iter().filter_map(|m| gaps.markers.get(m)).collect();
    // nearest frames: an event on a frame must not fall off it by a rounding error
    let nearest = |index: f64| index.max(0.0).round() as usize;
    let (first, last) = (nearest(window.from), nearest(window.to));
    if recorded.is_empty() || last < first {
        return None;
    }
    let within = |fill: &Fill| {
        let (from, to) = (fill.first.max(first), fill.last.min(last));
        (to + 1).saturating_sub(from)
    };
    let filled: usize = recorded
        .iter()
        .flat_map(|log| log.fills.iter().map(within))
        .sum();
    Some(filled as f64 / (recorded.len() * (last - first + 1)) as f64)
}
