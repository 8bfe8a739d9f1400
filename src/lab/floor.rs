//! Height of the floor, and whether it is level (science §1.2).

use super::path::PelvisPath;
use super::{Locomotion, Progression};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Side, Warning};
use crate::settings::LabSettings;
use crate::signal::percentile;

/// Height of the lowest markers on the floor above the origin, metres: 2nd percentile of heel and
/// toe, else of the ankles, else of all markers.
pub(super) fn height(points: &Points) -> f64 {
    let lowest = |wanted: &dyn Fn(Landmark) -> bool| -> Option<f64> {
        let chosen = points.series.iter().filter(|(l, _)| wanted(**l));
        let heights: Vec<f64> = chosen.flat_map(|(_, s)| &s.z).copied().collect();
        Some(percentile(&heights, 2.0)).filter(|h| !h.is_nan())
    };
    let foot = Side::BOTH
        .map(|s| [Landmark::Heel(s), Landmark::Toe(s)])
        .concat();
    let ankle = Side::BOTH
        .map(|s| [Landmark::Ankle(s), Landmark::AnkleCentre(s)])
        .concat();
    lowest(&|l| foot.contains(&l))
        .or_else(|| lowest(&|l| ankle.contains(&l)))
        .or_else(|| lowest(&|_| true))
        .unwrap_or(0.0)
}

/// A warning when the pelvis rises or falls along the way.
pub(super) fn check_slope(
    path: &PelvisPath,
    progression: &Progression,
    settings: &LabSettings,
) -> Option<Warning> {
    if progression.locomotion != Locomotion::Overground {
        return None;
    }
    let slope = path.slope(settings.overground_displacement_min_m)?;
    (slope.abs() > settings.ramp_slope_min).then(|| {
        Warning::new(
            "ramp",
            format!(
                "the pelvis {} by {:.0} % of the way: a ramp or stairs, to which the norms of \
                 level walking do not apply",
                if slope > 0.0 { "rises" } else { "falls" },
                100.0 * slope.abs()
            ),
        )
    })
}
