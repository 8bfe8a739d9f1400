//! How inertial sensors were calibrated, in the reader's language.
//!
//! In: the [`Calibration`] of a recording. Out: sentences for its page: what upright is and hides,
//! how every sensor sits and what told it, the self-check.

use crate::inertial::{AxisSource, Calibration, SensorCalibration, Upright};

use super::language::Language;
use super::words;

/// What was taken as upright, and what that hides.
pub fn upright(calibration: &Calibration, lang: &Language) -> String {
    match &calibration.upright {
        Upright::Standing {
            start_s,
            end_s,
            given,
        } => {
            let given = match given {
                true => lang.say("sensors.upright-given"),
                false => String::new(),
            };
            let (from, to) = (lang.fixed(*start_s, 1), lang.fixed(*end_s, 1));
            let values = [("from", &*from), ("to", &*to), ("given", &*given)];
            lang.fill("sensors.upright-standing", &values)
        }
        Upright::Trial { name } => {
            let values = [("trial", &*words::clip(name, 200))];
            lang.fill("sensors.upright-trial", &values)
        }
        Upright::WalkingMean => lang.say("sensors.upright-walking"),
    }
}

/// How every sensor sits, and the self-check of the pelvis.
pub fn notes(calibration: &Calibration, lang: &Language) -> Vec<String> {
    let mut notes: Vec<String> = calibration
        .sensors
        .iter()
        .map(|s| sensor(s, lang))
        .collect();
    if let Some([obliquity, tilt]) = calibration.self_check {
        let (obliquity, tilt) = (lang.fixed(obliquity, 2), lang.fixed(tilt, 2));
        let values = [("obliquity", &*obliquity), ("tilt", &*tilt)];
        notes.push(lang.fill("sensors.check", &values));
    }
    notes
}

fn sensor(sensor: &SensorCalibration, lang: &Language) -> String {
    let how = lang.say(match sensor.axis {
        AxisSource::Bows => "sensors.by-bows",
        AxisSource::Walking => "sensors.by-walking",
        AxisSource::Swing => "sensors.by-swing",
        AxisSource::Placement => "sensors.by-placement",
    });
    let ((up, up_off), (forward, forward_off)) = (&sensor.up, &sensor.forward);
    lang.fill(
        "sensors.sensor",
        &[
            ("sensor", &words::clip(&sensor.name, 100)),
            ("placement", &sensor.placement.name().replace('_', " ")),
            ("up", up),
            ("up-off", &lang.fixed(*up_off, 0)),
            ("forward", forward),
            ("forward-off", &lang.fixed(*forward_off, 0)),
            ("how", &how),
        ],
    )
}
