//! Axes of a sensor that movements about one axis tell: bows and squats, and the swing of a leg.

use super::orientation::{SensorOrientation, up_in_sensor};
use super::walking::Basis;
use crate::recording::Sensor;
use crate::settings::InertialSettings;
use crate::signal::low_pass_series;
use nalgebra::{Matrix2, SymmetricEigen, Vector2, Vector3};

/// Cut-off of the angular velocity of a swing, Hz.
const CUTOFF_HZ: f64 = 5.0;

/// The medio-lateral axis of a segment in its sensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lateral {
    /// To the left, in the sensor's axes, horizontal in standing, unit length.
    pub in_sensor: Vector3<f64>,
    /// Share of the movement that is about this axis, 0.5–1.
    pub contrast: f64,
}

/// Axis of repeated bows or squats: excursions of the vertical from `basis.up`, outside walking.
///
/// `forward` says whether the segment leans forward in them (pelvis, trunk and shank do, the thigh
/// leans back).
pub(super) fn bow(
    orientation: &SensorOrientation,
    basis: &Basis,
    walking: &[bool],
    forward: bool,
    settings: &InertialSettings,
) -> Option<Lateral> {
    let least = settings.bow_min_deg.to_radians().sin();
    let (mut products, mut sum) = (Matrix2::zeros(), Vector2::zeros());
    let (mut bows, mut bent) = (0, false);
    for (q, _) in orientation
        .earth_from_sensor
        .iter()
        .zip(walking)
        .filter(|(q, walks)| !q[0].is_nan() && !**walks)
    {
        // for a lean about the lateral axis this points along it, with the sine of the lean
        let axis = up_in_sensor(*q).cross(&basis.up);
        let lean = Vector2::new(axis.dot(&basis.a), axis.dot(&basis.b));
        let size = lean.norm();
        bows += usize::from(size > least && !bent);
        // a bow is over when the body has come half-way back
        bent = size > least || (bent && size > 0.5 * least);
        if size > least {
            products += lean * lean.transpose();
            sum += lean;
        }
    }
    if bows < settings.bows_min {
        return None;
    }
    let sign = if forward { 1.0 } else { -1.0 };
    lateral(products, basis, sign * sum).filter(|l| l.contrast >= settings.bow_contrast_min)
}

/// Axis about which thigh or shank swings in walking: most of the horizontal angular velocity.
///
/// Its direction: the leg swings forward faster than it goes back, so the angular velocity about
/// the axis to the left is skewed to the negative side.
pub(super) fn swing(
    sensor: &Sensor,
    basis: &Basis,
    walking: &[bool],
    rate_hz: f64,
    settings: &InertialSettings,
) -> Option<Lateral> {
    let mut channels = [&basis.a, &basis.b].map(|axis| {
        let along = (0..sensor.len()).map(|i| sensor.gyr_rad_s.at(i).dot(axis));
        along.collect::<Vec<f64>>()
    });
    for channel in &mut channels {
        low_pass_series(channel, rate_hz, CUTOFF_HZ);
    }
    let rates: Vec<Vector2<f64>> = (0..sensor.len())
        .filter(|&i| walking[i])
        .map(|i| Vector2::new(channels[0][i], channels[1][i]))
        .filter(|rate| rate.x.is_finite() && rate.y.is_finite())
        .collect();
    if rates.is_empty() {
        return None;
    }
    let mean = rates.iter().sum::<Vector2<f64>>() / rates.len() as f64;
    let products: Matrix2<f64> = rates
        .iter()
        .map(|r| (r - mean) * (r - mean).transpose())
        .sum();
    let axis = main_axis(products);
    let skew: f64 = rates.iter().map(|r| (r - mean).dot(&axis).powi(3)).sum();
    lateral(products, basis, axis * -skew).filter(|l| l.contrast >= settings.swing_contrast_min)
}

fn main_axis(products: Matrix2<f64>) -> Vector2<f64> {
    let eigen = SymmetricEigen::new(products);
    eigen.eigenvectors.column(eigen.eigenvalues.imax()).into()
}

/// The main axis of `products`, on the side of `toward`.
fn lateral(products: Matrix2<f64>, basis: &Basis, toward: Vector2<f64>) -> Option<Lateral> {
    let axis = main_axis(products);
    let axis = if axis.dot(&toward) < 0.0 { -axis } else { axis };
    let contrast = axis.dot(&(products * axis)) / products.trace();
    contrast.is_finite().then(|| Lateral {
        in_sensor: basis.direction(axis.y.atan2(axis.x)),
        contrast,
    })
}
