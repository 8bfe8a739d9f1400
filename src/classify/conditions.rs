//! What besides the pattern itself decides whether a label may be given.
//!
//! In: a limb's strides and the circumstances of the recording. Out: [`Flag`]s.
//!
//! # What it measures
//! Whether the data are enough and comparable: number of strides, trunk data, walking aid, trust
//! in the foot contacts, walking speed, agreement of the bootstrap.
//!
//! # How
//! | code | condition | blocks a label |
//! |---|---|---|
//! | `no-strides` | no usable stride | always |
//! | `few-strides` | fewer strides than a label needs | below `strides_few`; else the probability must be higher |
//! | `no-trunk`, `trunk-missing` | no trunk data in all or in some strides | never; compensation is then unknown, or those strides are left aside |
//! | `walking-aid`, `carried-load` | told by the user | always |
//! | `events-low-confidence` | strides with doubtful foot contacts | when more than their allowed share |
//! | `speed-unknown`, `slow-walking`, `fast-walking` | compared with the free or the nearest speed group | never |
//! | `speed-outside-norms` | outside the speeds of the settings | always |
//! | `not-normed` | mode absolute | never |
//! | `uncertain` | no label is frequent enough in the bootstrap | always |
//!
//! # Why it matters
//! Drop and lean change with speed, aids and the window that is called single support.
//!
//! # Limits
//! Aids and loads are known only when the user tells.
//!
//! # References
//! Schwartz 2008 (speeds); the limits are this project's.

use super::decide::Circumstances;
use super::mimics::Limb;
use super::{Background, Flag, Label, blocks_a_label, share_in_words, sides_in_doubt};
use crate::events::Confidence;
use crate::settings::{ClassifySettings, Mode};

/// Too few strides, strides left aside, no trunk.
pub fn strides_flags(own: &Limb, settings: &ClassifySettings) -> Vec<Flag> {
    let (mut flags, sample) = (Vec::new(), &own.sample);
    let (strides, side) = (sample.len(), own.side.name());
    let given = own.strides().count();
    if strides == 0 {
        let message = if given == 0 {
            format!("There is no usable {side} stride.")
        } else {
            format!(
                "None of the {side} strides ({given}) has the pelvic obliquity that a label needs."
            )
        };
        flags.push(Flag::new("no-strides", true, message));
        return flags;
    }
    if strides < settings.strides_few {
        let message = format!(
            "Only {strides} usable {side} stride{}: a label needs at least {}, better {}.",
            if strides == 1 { "" } else { "s" },
            settings.strides_few,
            settings.strides_min
        );
        flags.push(Flag::new("few-strides", true, message));
    } else if strides < settings.strides_min {
        let message = format!(
            "Only {strides} usable {side} strides: a label needs a probability of {:.0} %.",
            100.0 * settings.probability_min_few
        );
        flags.push(Flag::new("few-strides", false, message));
    }
    if !sample.trunk {
        let message =
            "No trunk data: a lean over the stance limb (compensated pattern) cannot be seen.";
        flags.push(Flag::new("no-trunk", false, message.to_owned()));
    } else if sample.without_trunk > 0 {
        let message = format!(
            "{} of {} {side} strides lack trunk data and are not used.",
            sample.without_trunk,
            strides + sample.without_trunk
        );
        flags.push(Flag::new("trunk-missing", false, message));
    }
    flags
}

/// What is known beside the strides and forbids a label: sides in doubt, loose pelvis markers, a
/// walking aid, a load.
pub fn background_flags(background: &Background) -> Vec<Flag> {
    let mut flags: Vec<Flag> = background
        .warnings
        .iter()
        .filter(|warning| blocks_a_label(warning))
        .map(|warning| {
            if sides_in_doubt(warning) {
                let message = format!("No side can be named with certainty: {}.", warning.message);
                return Flag::new(warning.code.clone(), true, message);
            }
            let message = format!("The obliquity cannot be trusted: {}.", warning.message);
            Flag::new("pelvis-not-rigid", true, message)
        })
        .collect();
    if let Some(aid) = &background.facts.aid {
        let message = format!(
            "A walking aid was used ({aid}): it takes over part of the hip abductors' work, so no label is given."
        );
        flags.push(Flag::new("walking-aid", true, message));
    }
    if let Some(load) = &background.facts.load {
        let message = format!(
            "A load was carried ({load}): it changes drop and lean, on one side most, so no label is given."
        );
        flags.push(Flag::new("carried-load", true, message));
    }
    flags
}

/// Walking aid, events, speed, mode.
pub fn circumstance_flags(own: &Limb, speed: Option<f64>, around: &Circumstances) -> Vec<Flag> {
    let (mut flags, settings) = (Vec::new(), &around.settings.classify);
    let given = own.strides().count();
    let low = own
        .strides()
        .filter(|s| s.events_confidence == Confidence::Low)
        .count();
    if low > 0 {
        let blocking = low as f64 > settings.events_low_share_max * given as f64;
        let message = format!(
            "The foot contacts of {low} of {given} {} strides are of low confidence: check them and give corrected events.",
            own.side.name()
        );
        flags.push(Flag::new("events-low-confidence", blocking, message));
    }
    if settings.mode == Mode::Absolute {
        let message = format!(
            "Not normed: fixed thresholds of {:.1}° drop and {:.1}° lean.",
            settings.absolute_drop_deg, settings.absolute_lean_deg
        );
        flags.push(Flag::new("not-normed", false, message));
    } else {
        let range = around.background.norms.speed_range();
        flags.extend(speed_flag(speed, range, settings));
    }
    flags
}

/// Walking speed outside the norms.
///
/// Between the slowest or fastest group and the limits of the settings the nearest group counts.
fn speed_flag(
    speed: Option<f64>,
    (slowest, fastest): (f64, f64),
    settings: &ClassifySettings,
) -> Option<Flag> {
    let Some(speed) = speed else {
        let message = "Walking speed or leg length is unknown: compared with free walking speed.";
        return Some(Flag::new("speed-unknown", false, message.to_owned()));
    };
    let (least, most) = (settings.speed_min, settings.speed_max);
    if speed < least || speed > most {
        let message = format!(
            "The dimensionless walking speed is {speed:.2}: there are norms only from {least:.2} to {most:.2}."
        );
        return Some(Flag::new("speed-outside-norms", true, message));
    }
    let (code, group, at) = if speed < slowest {
        ("slow-walking", "slowest", slowest)
    } else if speed > fastest {
        ("fast-walking", "fastest", fastest)
    } else {
        return None;
    };
    let message = format!(
        "The dimensionless walking speed of {speed:.2} is compared with the {group} group of the norm ({at:.2})."
    );
    Some(Flag::new(code, false, message))
}

/// Why the most frequent label is not frequent enough; `None` when it is.
pub fn doubt(ranked: &[(Label, f64)], strides: usize, settings: &ClassifySettings) -> Option<Flag> {
    let needed = if strides < settings.strides_min {
        settings.probability_min_few
    } else {
        settings.probability_min
    };
    let [(first, p_first), (second, p_second), ..] = ranked else {
        return None;
    };
    (*p_first < needed).then(|| {
        let message = format!(
            "The data lie between {} ({}) and {} ({}); a label needs {:.0} %.",
            first.words(),
            share_in_words(*p_first),
            second.words(),
            share_in_words(*p_second),
            100.0 * needed
        );
        Flag::new("uncertain", true, message)
    })
}
