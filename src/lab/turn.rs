//! How much a stretch of walking turns.

use super::{Locomotion, Progression};
use crate::settings::LabSettings;

/// Turning between two frames, usually the foot strikes of a stride.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Turn {
    /// Net change of the direction of progression, degrees, anticlockwise positive; NaN when the
    /// direction is not known at one of the two frames.
    pub net_heading_deg: f64,
    /// Radius of the circle with the same path length and net change of direction, metres;
    /// infinite on a straight line, NaN when not known.
    pub radius_m: f64,
}

impl Turn {
    /// True when the stretch is a turn and not straight walking.
    ///
    /// Direction and radius are those of the whole stretch: the sway of the pelvis within a stride,
    /// large against the progress of a slow walker, cancels over it.
    pub fn is_turn(&self, settings: &LabSettings) -> bool {
        let net = self.net_heading_deg.abs();
        net >= settings.stride_turn_max_deg
            || (net >= settings.curved_turn_min_deg
                && self.radius_m < settings.curvature_radius_min_m)
    }
}

/// Net turn and path radius from stored frame `first_index` to `last_index` (clamped to the
/// recording).
pub fn turn_of(progression: &Progression, first_index: usize, last_index: usize) -> Turn {
    let heading = |i: usize| progression.heading_rad.get(i).copied().unwrap_or(f64::NAN);
    let end = progression.heading_rad.len().saturating_sub(1);
    let (first, last) = (first_index.min(end), last_index.min(end));
    let net_rad = heading(last) - heading(first);
    let belt = match progression.locomotion {
        Locomotion::Treadmill => progression.belt_speed_m_s.unwrap_or(0.0),
        _ => 0.0,
    };
    let speeds = (first..last).filter_map(|i| progression.speed_m_s.get(i));
    let known: Vec<f64> = speeds.copied().filter(|v| !v.is_nan()).collect();
    let path_m = match known.is_empty() {
        true => f64::NAN, // inertial sensors know directions, not distances
        false => known.iter().map(|v| (v + belt) / progression.rate_hz).sum(),
    };
    let radius_m = if net_rad == 0.0 {
        f64::INFINITY
    } else {
        path_m / net_rad.abs()
    };
    Turn {
        net_heading_deg: net_rad.to_degrees(),
        radius_m,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(heading_deg: impl Fn(usize) -> f64, speed_m_s: f64) -> Progression {
        Progression {
            locomotion: Locomotion::Overground,
            rate_hz: 100.0,
            heading_rad: (0..101).map(|i| heading_deg(i).to_radians()).collect(),
            speed_m_s: vec![speed_m_s; 101],
            passes: Vec::new(),
            trial_heading_rad: 0.0,
            belt_speed_m_s: None,
        }
    }

    #[test]
    fn straight_walking_is_no_turn_however_the_pelvis_sways() {
        let settings = LabSettings::default();
        let sway = |i: usize| 30.0 * (i as f64 * std::f64::consts::TAU / 100.0).sin();
        let turn = turn_of(&walk(sway, 0.3), 0, 100);
        assert!(turn.net_heading_deg.abs() < 1e-9);
        assert!(!turn.is_turn(&settings));
        let straight = turn_of(&walk(|_| 90.0, 1.2), 0, 100);
        assert_eq!(straight.radius_m, f64::INFINITY);
        assert!(!straight.is_turn(&settings));
    }

    #[test]
    fn a_corner_is_a_turn_and_so_is_a_small_circle() {
        let settings = LabSettings::default();
        let corner = turn_of(&walk(|i| -0.5 * i as f64, 1.2), 0, 100);
        assert!((corner.net_heading_deg + 50.0).abs() < 1e-9);
        assert!((corner.radius_m - 1.2 / 50f64.to_radians()).abs() < 1e-9);
        assert!(corner.is_turn(&settings));
        // 15 degrees in 0.4 m
        assert!(turn_of(&walk(|i| 0.15 * i as f64, 0.4), 0, 100).is_turn(&settings));
        // 15 degrees in 1.2 m
        assert!(!turn_of(&walk(|i| 0.15 * i as f64, 1.2), 0, 100).is_turn(&settings));
    }

    #[test]
    fn an_unknown_direction_is_no_turn_and_indices_are_clamped() {
        let settings = LabSettings::default();
        let turn = turn_of(&walk(|_| f64::NAN, 1.0), 0, 100);
        assert!(turn.net_heading_deg.is_nan());
        assert!(!turn.is_turn(&settings));
        let clamped = turn_of(&walk(|i| i as f64, 1.0), 50, 5000);
        assert!((clamped.net_heading_deg - 50.0).abs() < 1e-9);
        let mut empty = walk(|_| 0.0, 1.0);
        empty.heading_rad.clear();
        assert!(turn_of(&empty, 0, 3).net_heading_deg.is_nan());
    }
}
