//! Orientation of every sensor: our own filter's, or the vendor's where it is better.

use super::samples::{Stretch, stretches};
use super::vqf::{self, Parameters, Signal};
use crate::recording::{Placement, Recording, Sensor, Warning};
use crate::settings::{InertialSettings, OrientationSource};
use nalgebra::{Quaternion, UnitQuaternion, Vector3};
use serde::{Deserialize, Serialize};

/// Where an orientation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The orientation filter of this program, forward and backward.
    Filter,
    /// Stored in the file by the vendor's software.
    Vendor,
}

/// Orientation of one sensor over the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct SensorOrientation {
    /// Name of the sensor.
    pub name: String,
    /// Where it sat.
    pub placement: Option<Placement>,
    /// Where the orientation comes from.
    pub source: Source,
    /// Unit quaternion per sample, scalar first; Z of the earth points up, the heading is the
    /// sensor's own; NaN = missing.
    pub earth_from_sensor: Vec<[f64; 4]>,
    /// RMS angle between the directions of up of filter and vendor, degrees, when both exist.
    pub vendor_inclination_rms_deg: Option<f64>,
    /// Mean gyroscope bias that the filter found, °/s; `None` for the vendor's orientation.
    pub bias_deg_s: Option<[f64; 3]>,
    /// Samples that were missing and bridged.
    pub bridged: usize,
}

impl SensorOrientation {
    /// The orientation at `index`; NaN where missing. Panics past the end, as a slice does.
    pub fn at(&self, index: usize) -> UnitQuaternion<f64> {
        unit(self.earth_from_sensor[index])
    }

    /// True when the orientation at `index` is not known.
    pub fn is_missing(&self, index: usize) -> bool {
        self.earth_from_sensor[index][0].is_nan()
    }
}

/// A quaternion that is known to have unit length (or to be missing).
pub(super) fn unit([w, x, y, z]: [f64; 4]) -> UnitQuaternion<f64> {
    UnitQuaternion::new_unchecked(Quaternion::new(w, x, y, z))
}

/// Orientations of all sensors, in file order.
pub(super) fn of_sensors(
    recording: &Recording,
    settings: &InertialSettings,
    warnings: &mut Vec<Warning>,
) -> Vec<SensorOrientation> {
    let rate_hz = recording.rate_hz;
    let parameters = Parameters {
        tau_acc_s: settings.filter_tau_acc_s,
        ..Parameters::default()
    };
    let prepared: Vec<(Vec<Stretch>, usize)> = recording
        .sensors
        .iter()
        .map(|sensor| match sensor.gyr_derived {
            true => (Vec::new(), 0),
            false => stretches(sensor, rate_hz, settings),
        })
        .collect();
    let signals: Vec<Signal<'_>> = prepared
        .iter()
        .flat_map(|(stretches, _)| stretches)
        .map(|s| {
            Signal::new(
                s.gyr.each_ref().map(|c| &c[..]),
                s.acc.each_ref().map(|c| &c[..]),
            )
        })
        .collect();
    let mut filtered = vqf::offline(&signals, rate_hz, &parameters).into_iter();
    recording
        .sensors
        .iter()
        .zip(&prepared)
        .map(|(sensor, (stretches, bridged))| {
            let own = of_stretches(sensor.len(), stretches, &mut filtered);
            choose(sensor, own, *bridged, settings, warnings)
        })
        .collect()
}

/// What the filter found in the stretches of one sensor, on the recording's samples.
struct Own {
    earth_from_sensor: Vec<[f64; 4]>,
    bias_deg_s: Option<[f64; 3]>,
}

fn of_stretches(
    frames: usize,
    stretches: &[Stretch],
    filtered: &mut impl Iterator<Item = vqf::Orientation>,
) -> Own {
    let mut earth_from_sensor = vec![[f64::NAN; 4]; frames];
    let (mut bias, mut samples) = ([0.0; 3], 0.0);
    for (stretch, found) in stretches.iter().zip(filtered) {
        earth_from_sensor[stretch.range.clone()].copy_from_slice(&found.earth_from_sensor);
        samples += stretch.range.len() as f64;
        for at in &found.bias_rad_s {
            for (sum, value) in bias.iter_mut().zip(at) {
                *sum += value.to_degrees();
            }
        }
    }
    Own {
        earth_from_sensor,
        bias_deg_s: (samples > 0.0).then(|| bias.map(|sum| sum / samples)),
    }
}

/// The filter's orientation or the vendor's, as the settings ask and the data allow.
fn choose(
    sensor: &Sensor,
    own: Own,
    bridged: usize,
    settings: &InertialSettings,
    warnings: &mut Vec<Warning>,
) -> SensorOrientation {
    let vendor = vendor_upright(sensor);
    let has_own = own.bias_deg_s.is_some();
    let rms = vendor
        .as_ref()
        .filter(|_| has_own)
        .and_then(|vendor| inclination_rms_deg(&own.earth_from_sensor, vendor));
    if let Some(rms) = rms.filter(|rms| *rms > settings.vendor_difference_max_deg) {
        warnings.push(Warning::at(
            "vendor-orientation",
            &sensor.name,
            format!(
                "the orientation stored by the vendor and the one computed here from acceleration \
                 and angular velocity differ by {rms:.1}° of inclination (RMS)"
            ),
        ));
    }
    let wants_vendor = match settings.orientation {
        OrientationSource::Auto => !has_own,
        OrientationSource::Filter => false,
        OrientationSource::Vendor => true,
    };
    let (source, earth_from_sensor, bias_deg_s) = match vendor {
        Some(vendor) if wants_vendor => (Source::Vendor, vendor, None),
        _ => (Source::Filter, own.earth_from_sensor, own.bias_deg_s),
    };
    SensorOrientation {
        name: sensor.name.clone(),
        placement: sensor.placement,
        source,
        earth_from_sensor,
        vendor_inclination_rms_deg: rms,
        bias_deg_s,
        bridged,
    }
}

/// The vendor's orientation with Z up; `None` when there is none.
///
/// Which way is up in the vendor's reference is told by the measured gravity: its mean there lies
/// along one axis. Without an acceleration the third axis is taken.
fn vendor_upright(sensor: &Sensor) -> Option<Vec<[f64; 4]>> {
    let vendor = sensor.orientation.as_ref()?;
    let mut gravity = Vector3::zeros();
    for i in 0..sensor.len().min(vendor.reference_from_sensor.len()) {
        let acc = sensor.acc_m_s2.at(i);
        if let Some(q) = vendor.at(i)
            && acc.iter().all(|v| v.is_finite())
        {
            gravity += q * acc;
        }
    }
    let vertical = gravity.iamax();
    let up = match gravity.norm() > 0.0 && vendor.z_up != Some(true) {
        true => Vector3::ith(vertical, gravity[vertical].signum()),
        false => Vector3::z(),
    };
    let earth_from_reference =
        UnitQuaternion::rotation_between(&up, &Vector3::z()).unwrap_or_else(|| {
            UnitQuaternion::from_axis_angle(&Vector3::x_axis(), std::f64::consts::PI)
        });
    let upright = (0..vendor.reference_from_sensor.len()).map(|i| match vendor.at(i) {
        Some(q) => {
            let q = earth_from_reference * q;
            [q.w, q.i, q.j, q.k]
        }
        None => [f64::NAN; 4],
    });
    Some(upright.collect())
}

/// RMS angle between the directions of up in the sensor, degrees.
fn inclination_rms_deg(a: &[[f64; 4]], b: &[[f64; 4]]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let angle = up_in_sensor(*a).angle(&up_in_sensor(*b));
        if angle.is_finite() {
            sum += angle * angle;
            count += 1.0;
        }
    }
    (count > 0.0).then(|| (sum / count).sqrt().to_degrees())
}

/// The earth's Z in the sensor's axes.
pub(super) fn up_in_sensor([w, x, y, z]: [f64; 4]) -> Vector3<f64> {
    Vector3::new(
        2.0 * (x * z - w * y),
        2.0 * (y * z + w * x),
        1.0 - 2.0 * (x * x + y * y),
    )
}
