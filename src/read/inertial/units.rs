//! Units of accelerations and angular velocities: as written, as the format has it, else told by
//! gravity.

use super::clock::median;
use crate::read::ReadError;
use crate::recording::{Agreement, Format, Series3, Warning};

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.80665;

/// Samples from which the size of gravity can be told.
const SAMPLES_TOLD: usize = 50;

/// m/s² per unit of acceleration.
pub(super) fn acceleration(
    unit: &str,
    format: Format,
    values: &Series3,
    sensor: &str,
    warnings: &mut Vec<Warning>,
) -> Result<f64, ReadError> {
    let written = match unit {
        "m/s^2" | "m/s2" | "m/s²" | "m/s/s" => Some(1.0),
        "g" => Some(GRAVITY),
        "mg" => Some(1e-3 * GRAVITY),
        _ => match format {
            Format::XsensDot | Format::XsensMt | Format::Apdm => Some(1.0),
            _ => None,
        },
    };
    let norms: Vec<f64> = (0..values.len())
        .map(|i| values.at(i).norm())
        .filter(|n| n.is_finite())
        .collect();
    let few = norms.len() < SAMPLES_TOLD;
    let size = median(norms);
    if let Some(factor) = written {
        // nothing at all is no wrong unit
        let is_gravity = few || (5.0..20.0).contains(&(size * factor)) || size == 0.0;
        return match is_gravity {
            true => Ok(factor),
            false => Err(contradicted(sensor, size, unit)),
        };
    }
    let (factor, name) = match size {
        7.0..13.0 => (1.0, "m/s²"),
        0.7..1.4 => (GRAVITY, "g"),
        700.0..1400.0 => (1e-3 * GRAVITY, "mg"),
        _ => {
            let found = format!("no unit, and a median size of {size:.3}");
            return Err(
                ReadError::new(format!("acceleration of {}", shown(sensor)), found)
                    .expected("gravity: 9.81 m/s² or 1 g")
                    .advice("name the unit in the header, for example acc_x_m_s2 or acc_x_g"),
            );
        }
    };
    warnings.push(Warning::at(
        "acc-unit-guessed",
        sensor,
        format!(
            "the acceleration has no unit; its median size of {size:.3} shows that it is {name}"
        ),
    ));
    Ok(factor)
}

/// A unit that gravity contradicts.
fn contradicted(sensor: &str, size: f64, unit: &str) -> ReadError {
    let unit = if unit.is_empty() { "m/s^2" } else { unit };
    let place = format!("acceleration of {}", shown(sensor));
    ReadError::new(place, format!("a median size of {size:.3} {unit}"))
        .expected("gravity: 9.81 m/s² or 1 g")
        .advice(
            "correct the unit in the header, or export the acceleration with gravity (not the free or \
             linear one)",
        )
}

/// rad/s per unit of angular velocity.
///
/// Without a unit the turning of gravity in the sensor tells it: d(gravity)/dt = −ω × gravity.
pub(super) fn angular_velocity(
    unit: &str,
    format: Format,
    values: &Series3,
    acceleration: Option<(&Series3, f64)>,
    rate_hz: f64,
    sensor: &str,
    warnings: &mut Vec<Warning>,
) -> f64 {
    let degree = 1.0_f64.to_radians();
    let written = match unit {
        "rad/s" | "rads" | "rps" => Some(1.0),
        "deg/s" | "°/s" | "dps" | "degs" => Some(degree),
        "mdps" => Some(1e-3 * degree),
        _ => match format {
            // the DOT app exports degrees, MT Manager and Motion Studio radians
            Format::XsensDot => Some(degree),
            Format::XsensMt | Format::Apdm => Some(1.0),
            _ => None,
        },
    };
    if let Some(factor) = written {
        return factor;
    }
    let agreement = acceleration.map(|(acc, _)| Agreement::of(acc, values, rate_hz));
    let by_gravity = match agreement {
        Some(Agreement::TooLarge) => Some(degree),
        Some(Agreement::Agrees | Agreement::Opposite) => Some(1.0),
        _ => acceleration.and_then(|(acc, _)| turning_of_gravity(values, acc, rate_hz)),
    };
    let (factor, how) = match by_gravity {
        // halfway between 1 and 0.0175 on a logarithmic scale
        Some(factor) => (
            if factor < degree.sqrt() { degree } else { 1.0 },
            "the turning of gravity in the sensor shows that it is",
        ),
        None if acceleration.is_some_and(|(_, factor)| factor != 1.0) => {
            (degree, "beside an acceleration in g it was taken as")
        }
        None => (1.0, "it was taken as"),
    };
    let name = if factor == 1.0 { "rad/s" } else { "deg/s" };
    warnings.push(Warning::at(
        "gyr-unit-guessed",
        sensor,
        format!("the angular velocity has no unit; {how} {name}"),
    ));
    factor
}

/// Seconds over which accelerations are averaged so that gravity is what remains of them.
const GRAVITY_MEAN_S: f64 = 0.5;

/// The factor `k` for which d(gravity)/dt = −k·ω × gravity fits best; `None` when the sensor hardly
/// turns.
fn turning_of_gravity(gyr: &Series3, acc: &Series3, rate_hz: f64) -> Option<f64> {
    let half = (0.5 * GRAVITY_MEAN_S * rate_hz).round().max(1.0) as usize;
    let (gravity, turning) = (block_means(acc, half), block_means(gyr, half));
    let dt = half as f64 / rate_hz;
    let (mut num, mut den, mut turned) = (0.0, 0.0, 0.0);
    for i in 1..gravity.len().saturating_sub(1) {
        let change = (gravity[i + 1] - gravity[i - 1]) / (2.0 * dt);
        let predicted = -turning[i].cross(&gravity[i]);
        if change.norm().is_nan() || predicted.norm().is_nan() {
            continue;
        }
        num += change.dot(&predicted);
        den += predicted.norm_squared();
        turned += change.norm_squared();
    }
    let factor = num / den;
    // what the fit explains of the change
    let explained = num * num / (den * turned);
    (factor > 0.0 && explained > 0.2).then_some(factor)
}

/// Means of consecutive blocks.
fn block_means(series: &Series3, block: usize) -> Vec<nalgebra::Vector3<f64>> {
    (0..series.len() / block)
        .map(|b| {
            let sum: nalgebra::Vector3<f64> =
                (b * block..(b + 1) * block).map(|i| series.at(i)).sum();
            sum / block as f64
        })
        .collect()
}

fn shown(sensor: &str) -> &str {
    if sensor.is_empty() {
        "the sensor"
    } else {
        sensor
    }
}
