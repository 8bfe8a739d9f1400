//! Body measures of the `PROCESSING` group.

use super::parameters::Parameters;
use crate::recording::{BodyMeasures, LimbMeasures, PerSide, Side, Warning};

/// Body measures; a stored length of 0 means unknown.
///
/// Lengths are millimetres as Vicon writes them, unless leg length or height show that the file
/// holds metres or centimetres. Rotation offsets are radians, unless one of the file's angles is
/// too large for that (older programs wrote degrees).
pub(super) fn read(parameters: &Parameters, warnings: &mut Vec<Warning>) -> BodyMeasures {
    let stored: Vec<(String, f64)> = parameters
        .group("PROCESSING")
        .filter_map(|(name, values)| {
            let key = name.chars().filter(|c| c.is_alphanumeric()).collect();
            Some((key, *values.reals().first()?))
        })
        .filter(|(_, value)| value.is_finite())
        .collect();
    let value = |name: &str| stored.iter().find(|(key, _)| key == name).map(|&(_, v)| v);
    let metres = metres_per_unit(&value, warnings);
    let radians = radians_per_unit(&value, warnings);
    let length = |name: &str| value(name).filter(|&v| v > 0.0).map(|v| v * metres);
    BodyMeasures {
        limbs: PerSide::from_fn(|side| {
            limb(side, &length, &|name| value(name).map(|v| v * radians))
        }),
        inter_asis_m: length("INTERASISDISTANCE"),
        marker_diameter_m: length("MARKERDIAMETER"),
        height_m: length("HEIGHT"),
        mass_kg: value("BODYMASS").filter(|&v| v > 0.0),
    }
}

fn limb(
    side: Side,
    length: &impl Fn(&str) -> Option<f64>,
    angle: &impl Fn(&str) -> Option<f64>,
) -> LimbMeasures {
    let named = |name: &str| format!("{}{name}", side.letter());
    LimbMeasures {
        leg_length_m: length(&named("LEGLENGTH")).or_else(|| length("LEGLENGTH")),
        knee_width_m: length(&named("KNEEWIDTH")),
        ankle_width_m: length(&named("ANKLEWIDTH")),
        asis_trochanter_m: length(&named("ASISTROCANTERDISTANCE")),
        thigh_rotation_rad: angle(&named("THIGHROTATION")),
        shank_rotation_rad: angle(&named("SHANKROTATION")),
        tibial_torsion_rad: angle(&named("TIBIALTORSION")),
        ankle_abadd_rad: angle(&named("ANKLEABADD")),
    }
}

/// The unit of the lengths, told by the longest body length: nobody is 3 units tall in
/// centimetres or 250 units in millimetres.
fn metres_per_unit(value: &impl Fn(&str) -> Option<f64>, warnings: &mut Vec<Warning>) -> f64 {
    let longest = ["HEIGHT", "LLEGLENGTH", "RLEGLENGTH", "LEGLENGTH"]
        .iter()
        .filter_map(|name| value(name))
        .fold(0.0, f64::max);
    let (unit, metres) = match longest {
        v if v > 0.0 && v < 3.0 => ("metres", 1.0),
        v if v > 0.0 && v < 250.0 => ("centimetres", 0.01),
        _ => return 0.001,
    };
    warnings.push(Warning::at(
        "body-measure-unit",
        "PROCESSING",
        format!("the body measures look like {unit} (longest {longest}), not millimetres, and are read so"),
    ));
    metres
}

fn radians_per_unit(value: &impl Fn(&str) -> Option<f64>, warnings: &mut Vec<Warning>) -> f64 {
    let largest = [
        "THIGHROTATION",
        "SHANKROTATION",
        "TIBIALTORSION",
        "STATICPLANTFLEX",
        "STATICROTOFF",
        "ANKLEABADD",
    ]
    .iter()
    .flat_map(|name| [format!("L{name}"), format!("R{name}")])
    .filter_map(|name| value(&name))
    .fold(0.0, |largest: f64, v| largest.max(v.abs()));
    // 1 radian is 57°: more than any of these offsets can be.
    if largest <= 1.0 {
        return 1.0;
    }
    warnings.push(Warning::at(
        "body-measure-unit",
        "PROCESSING",
        format!("the rotation offsets look like degrees (largest {largest}) and are read so"),
    ));
    std::f64::consts::PI / 180.0
}
