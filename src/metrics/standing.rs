//! Posture of a static trial.

use super::StandingPosture;
use crate::angles::AngleSeries;

/// Mean pelvic obliquity and trunk lean over the frames of a static trial in which they are known.
pub fn standing(angles: &AngleSeries) -> StandingPosture {
    StandingPosture {
        pelvis_obliquity_deg: mean_deg(&angles.pelvis.obliquity),
        trunk_lean_deg: mean_deg(&angles.thorax.obliquity),
    }
}

fn mean_deg(radians: &[f64]) -> Option<f64> {
    let known: Vec<f64> = radians.iter().copied().filter(|a| a.is_finite()).collect();
    (!known.is_empty()).then(|| (known.iter().sum::<f64>() / known.len() as f64).to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_leave_out_missing_frames_and_absent_trunks() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = vec![0.02, f64::NAN, 0.04];
        let posture = standing(&angles);
        assert!((posture.pelvis_obliquity_deg.unwrap() - 0.03f64.to_degrees()).abs() < 1e-12);
        assert_eq!(posture.trunk_lean_deg, None);
    }
}
