//! Constant tilts: leg-length difference, fixed obliquity, trunk list.
//!
//! # What it measures
//! The pelvic obliquity O_P and trunk lean O_T that stay constant through the stride (mean of the
//! two double-support mid-points), and the same in standing when a static trial is there.
//!
//! # How
//! `fixed-obliquity` when |O_P| or the standing obliquity exceeds its limit; it blocks when the
//! raw drop satisfies its rule while the offset-free drop does not. `trunk-list` likewise for the
//! trunk, when the offset-free lean is within the norm.
//!
//! # Why it matters
//! A leg-length difference of 20 mm tilts the pelvis as much as a Trendelenburg sign, in standing
//! and in both stance phases: it is not a drop. A 5 mm error of one ASIS marker gives 1.2°.
//!
//! # Limits
//! An inertial sensor that is calibrated in standing cannot see a standing obliquity at all.
//! A fixed obliquity and a misplaced marker cannot be told apart without an X-ray or palpation.
//!
//! # References
//! BMC Musculoskelet Disord 2022 (≥ 20 mm difference raises obliquity standing and in midstance).

use super::super::{Flag, Measurement};
use super::{Case, tilt};

/// `4.2° to the right`.
fn lean(deg: f64) -> String {
    let side = if deg >= 0.0 { "right" } else { "left" };
    format!("{:.1}° to the {side}", deg.abs())
}

/// The constant value and the standing one in words, when either exceeds the limit. Without a
/// standing trial, what the constant value is measured from depends on `measurement`.
fn exceeds(
    measurement: Measurement,
    constant: Option<f64>,
    standing: Option<f64>,
    limit: f64,
    words: fn(f64) -> String,
) -> Option<String> {
    let large = |v: Option<f64>| v.is_some_and(|v| v.abs() > limit);
    (large(constant) || large(standing)).then(|| match (constant, standing) {
        (Some(c), Some(s)) => format!(
            "{} throughout the stride, {} in standing",
            words(c),
            words(s)
        ),
        (Some(c), None) => {
            let zero = match measurement {
                Measurement::Inertial => "from the posture that calibrated the sensors",
                Measurement::Optical | Measurement::Markerless => "no standing trial",
            };
            format!("{} throughout the stride ({zero})", words(c))
        }
        (None, s) => format!("{} in standing", words(s.unwrap_or_default())),
    })
}

/// What a constant tilt or list may be. Sensors have their zero from the posture that calibrated
/// them, so they see a change against that posture, never what is there in standing already.
fn causes(case: &Case, optical: &'static str) -> &'static str {
    match case.measurement {
        Measurement::Optical | Measurement::Markerless => optical,
        Measurement::Inertial => {
            "a sensor that has moved, a crooked posture while the sensors were calibrated, or a tilt \
             that comes with walking; one that is there in standing already cannot be seen"
        }
    }
}

/// Leg-length difference or fixed obliquity.
pub fn fixed_obliquity(case: &Case) -> Option<Flag> {
    let constant = case.own.mean(|s| s.evidence.pelvis_offset_deg);
    let standing = case.standing.and_then(|s| s.pelvis_obliquity_deg);
    let tilts = exceeds(
        case.measurement,
        constant,
        standing,
        case.settings.mimics.offset_max_deg,
        tilt,
    )?;
    let mean = &case.own.sample.mean;
    let only_raw = case.indicators.drop_raw_only;
    let mut message = format!(
        "The pelvis is tilted by {tilts}: {}; the single-support drop is {} as measured and {} without the constant tilt.",
        causes(case, "leg-length difference or a fixed obliquity"),
        drop_words(mean.drop_raw),
        drop_words(mean.drop)
    );
    if only_raw {
        message.push_str(" Only the measured drop is large, so it is not a drop of stance.");
    }
    Some(Flag::new("fixed-obliquity", only_raw, message))
}

/// Scoliosis or another constant trunk list.
pub fn trunk_list(case: &Case) -> Option<Flag> {
    let constant = case.own.mean(|s| s.evidence.trunk_offset_deg);
    let standing = case.standing.and_then(|s| s.trunk_lean_deg);
    let limit = case.settings.mimics.trunk_offset_max_deg;
    let lists = exceeds(case.measurement, constant, standing, limit, lean)?;
    if case.indicators.lean {
        return None; // the lean of stance comes on top of it and is the finding
    }
    let mean = &case.own.sample.mean;
    let only_raw = case.indicators.lean_raw_only;
    let mut message = format!(
        "The trunk lists by {lists}: {}",
        causes(case, "scoliosis or a habitual list")
    );
    if case.own.sample.trunk {
        message.push_str(&format!(
            "; the single-support lean is {} as measured and {} without the constant list",
            lean_words(mean.lean_raw),
            lean_words(mean.lean)
        ));
    }
    message.push('.');
    if only_raw {
        message.push_str(" Only the measured lean is large, so it is not a lurch of stance.");
    }
    Some(Flag::new("trunk-list", only_raw, message))
}

/// A drop in words, never a bare sign.
fn drop_words(deg: f64) -> String {
    if deg >= 0.0 {
        format!("{deg:.1}°")
    } else {
        format!("none (swing side {:.1}° up)", deg.abs())
    }
}

/// A lean in words, never a bare sign.
fn lean_words(deg: f64) -> String {
    if deg >= 0.0 {
        format!("{deg:.1}° toward the stance limb")
    } else {
        format!("{:.1}° away from it", deg.abs())
    }
}
