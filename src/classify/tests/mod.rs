//! Every rule in both directions, on hand-made strides at free speed (norm of the single-support
//! drop 1.1 ± 1.0°, raw SD 1.9°, peak 4.1 ± 1.4°; lean 0.75 ± 1.3°, raw SD 1.9°).

mod certainty;
mod labels;
mod mimics;
mod prevalence;
mod words;

use super::*;
use crate::recording::Side::{Left, Right};
use crate::settings::Mode;

/// Free speed of the norm.
const FREE: f64 = 0.4294;

/// A stride of `side` with drop and lean (raw = offset-free) and the peak that goes with the drop.
fn stride(side: Side, drop: f64, lean: f64) -> StrideFeatures {
    StrideFeatures {
        side,
        start_s: 0.0,
        events_confidence: Confidence::High,
        metrics: StrideMetrics {
            speed_m_s: Some(1.25),
            cadence_steps_min: Some(110.0),
            step_width_m: Some(0.10),
            single_support_pct: Some(38.0),
            drop_ss_deg: Some(drop),
            drop_ss_offset_free_deg: Some(drop),
            lean_ss_deg: Some(lean),
            lean_late_deg: Some(lean),
            lean_ss_offset_free_deg: Some(lean),
            ..StrideMetrics::default()
        },
        evidence: StrideEvidence {
            drop_peak_offset_free_deg: Some(drop + 3.0),
            pelvis_offset_deg: Some(0.0),
            trunk_offset_deg: Some(0.0),
            swing_elevation_peak_deg: Some(0.5),
            swing_knee_flexion_peak_deg: Some(60.0),
            swing_hip_abduction_peak_deg: Some(7.0),
            speed_dimensionless: Some(FREE),
            stance_s: Some(0.66),
            ..StrideEvidence::default()
        },
    }
}

/// Healthy left strides and the given right ones, with a little variation from stride to stride.
fn walk(count: usize, mut right: impl FnMut() -> StrideFeatures) -> Vec<StrideFeatures> {
    let vary = |mut s: StrideFeatures, i: usize| {
        let shift = 0.4 * (i as f64 * 2.4).sin();
        for value in [
            &mut s.metrics.drop_ss_deg,
            &mut s.metrics.drop_ss_offset_free_deg,
            &mut s.metrics.lean_ss_deg,
            &mut s.metrics.lean_ss_offset_free_deg,
        ] {
            *value = value.map(|v| v + shift);
        }
        s
    };
    let left = (0..count).map(|i| vary(stride(Left, 1.1, 0.75), i));
    let right: Vec<_> = (0..count).map(|i| vary(right(), i)).collect();
    left.chain(right).collect()
}

fn with(
    blocks: &[Vec<StrideFeatures>],
    change: impl FnOnce(&mut Settings),
) -> PerSide<LimbFinding> {
    let mut settings = Settings::default();
    change(&mut settings);
    classify(
        blocks,
        None,
        Measurement::Optical,
        &Background::default(),
        &settings,
    )
}

/// A walk with a cane.
fn aided() -> SubjectFacts {
    SubjectFacts {
        aid: Some("cane".to_owned()),
        ..SubjectFacts::default()
    }
}

fn found(strides: Vec<StrideFeatures>) -> PerSide<LimbFinding> {
    with(&[strides], |_| {})
}

fn flag<'a>(finding: &'a LimbFinding, code: &str) -> Option<&'a Flag> {
    finding.flags.iter().find(|flag| flag.code == code)
}

#[track_caller]
fn blocked(finding: &LimbFinding, code: &str) -> String {
    assert_eq!(finding.label, Label::Indeterminate);
    let flag = flag(finding, code).unwrap_or_else(|| panic!("no {code}: {:?}", finding.flags));
    assert!(flag.blocking, "{code} must block");
    flag.message.clone()
}

#[track_caller]
fn remarked(finding: &LimbFinding, code: &str) -> String {
    let flag = flag(finding, code).unwrap_or_else(|| panic!("no {code}: {:?}", finding.flags));
    assert!(!flag.blocking, "{code} must not block");
    flag.message.clone()
}

/// A walk whose pelvis is tilted by `offset` (left side up) throughout.
fn tilted(offset: f64, drop: f64) -> Vec<StrideFeatures> {
    let mut strides = walk(8, || stride(Right, drop, 0.75));
    for s in &mut strides {
        s.metrics.drop_ss_deg = s.metrics.drop_ss_deg.map(|d| d + s.side.sigma() * offset);
        s.evidence.pelvis_offset_deg = Some(offset);
    }
    strides
}
