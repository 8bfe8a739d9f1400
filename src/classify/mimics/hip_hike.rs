//! Hip hike or circumduction of the swing limb.
//!
//! # What it measures
//! Whether the other limb, in its own swing, is lifted by the pelvis (stiff knee, drop foot): then
//! this stance limb shows a raised pelvis and a trunk that leans toward it, as in a Duchenne gait.
//!
//! # How
//! The other limb's peak swing elevation, without the constant obliquity, reaches the limit, and
//! its peak knee flexion in swing is below 45° or its swing abduction is above norm + 2 SD. It
//! blocks a compensated or mixed label unless the lean is already there early in single support
//! (early mean = twice the single-support mean less its late half), because hiking starts with
//! the swing limb's foot off and a lurch before it.
//!
//! # Why it matters
//! The lift of a stiff limb is a problem of that limb, not of the stance hip.
//!
//! # Limits
//! Needs knee or hip angles of the swing limb; without them no flag.
//!
//! # References
//! Perry & Burnfield 2010, Gait Analysis (hip hike, circumduction); thresholds are this project's.

use super::super::{Flag, Label};
use super::Case;
use crate::norms::NormCurve;
use crate::recording::Sequence;
use crate::settings::Mode;

/// Hip hike of the swing limb while `case.own` stands.
pub fn hip_hike(case: &Case) -> Option<Flag> {
    let (swing, mimics) = (case.opposite, &case.settings.mimics);
    let sigma = swing.side.sigma();
    let elevation = swing.mean(|s| {
        let offset = s.evidence.pelvis_offset_deg.unwrap_or(0.0);
        Some(s.evidence.swing_elevation_peak_deg? - sigma * offset)
    })?;
    if elevation < -mimics.hike_deg {
        return None;
    }
    let knee = swing
        .mean(|s| s.evidence.swing_knee_flexion_peak_deg)
        .filter(|flexion| *flexion < mimics.hike_knee_flexion_deg)
        .map(|flexion| format!("its knee bends only {flexion:.0}°"));
    let limit = abduction_limit(case);
    let hip = swing
        .mean(|s| s.evidence.swing_hip_abduction_peak_deg)
        .filter(|abduction| *abduction > limit)
        .map(|abduction| format!("its hip abducts {abduction:.0}° (norm up to {limit:.0}°)"));
    let why = match (knee, hip) {
        (Some(knee), Some(hip)) => format!("{knee} and {hip}"),
        (knee, hip) => knee.or(hip)?,
    };
    let leans = matches!(case.candidate, Label::Compensated | Label::Mixed);
    let blocking = leans && !leans_early(case);
    let mut message = format!(
        "The {} side of the pelvis rises {elevation:.1}° in its own swing and {why}: hip hike or circumduction of the {0} limb, which can look like a compensated pattern of the {} limb.",
        swing.side.name(),
        case.own.side.name()
    );
    if case.indicators.elevated {
        message.push_str(
            " Over single support the pelvis is higher on the swing side than in healthy walking.",
        );
    }
    if blocking {
        message.push_str(" The trunk does not lean from early single support on.");
    }
    Some(Flag::new("hip-hike", blocking, message))
}

/// Whether the lean is there from early single support on.
fn leans_early(case: &Case) -> bool {
    let classify = &case.settings.classify;
    let least = match classify.mode {
        Mode::Absolute => classify.absolute_lean_deg,
        _ => classify.lean_floor_deg,
    };
    case.own
        .mean(|s| Some(2.0 * s.metrics.lean_ss_deg? - s.metrics.lean_late_deg?))
        .is_some_and(|early| early >= least)
}

/// Swing abduction of healthy walking plus the settings' number of SDs.
fn abduction_limit(case: &Case) -> f64 {
    let sequence = Sequence::RotationObliquityTilt;
    let Ok(band) = case
        .bands
        .band(NormCurve::HipAdduction, sequence, case.speed)
    else {
        return f64::INFINITY;
    };
    let sds = case.settings.mimics.hike_abduction_sd;
    let swing = band.mean_deg.iter().zip(&band.sd_deg).skip(60);
    swing.fold(f64::NEG_INFINITY, |limit, (mean, sd)| {
        limit.max(sds * sd - mean)
    })
}
