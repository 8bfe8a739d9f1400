//! Orientations that the sensor's software stored, and the raw signals that follow from them where
//! the file holds none.

use super::columns::Signal;
use crate::recording::{Series3, VendorOrientation};
use nalgebra::{Matrix3, Quaternion, Rotation3, UnitQuaternion, Vector3};

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.80665;

/// The quaternions of a signal's columns; rows that are no rotation are missing.
pub(super) fn quaternions(signal: Signal, columns: &[&[f64]], degrees: bool) -> Vec<[f64; 4]> {
    let rows = columns.first().map_or(0, |c| c.len());
    let row = |i: usize| -> Vec<f64> {
        let at = |c: &&[f64]| c.get(i).copied().unwrap_or(f64::NAN);
        columns.iter().map(at).collect()
    };
    (0..rows)
        .map(|i| quaternion(signal, &row(i), degrees))
        .collect()
}

fn quaternion(signal: Signal, v: &[f64], degrees: bool) -> [f64; 4] {
    const MISSING: [f64; 4] = [f64::NAN; 4];
    let rotation = match (signal, v) {
        (Signal::Quaternion, &[w, x, y, z]) => {
            let q = Quaternion::new(w, x, y, z);
            if !(0.9..1.1).contains(&q.norm()) {
                return MISSING;
            }
            return q.normalize().coords.as_slice().try_into().map_or(
                MISSING,
                // nalgebra stores the scalar last
                |[x, y, z, w]: [f64; 4]| [w, x, y, z],
            );
        }
        (Signal::Matrix, values @ [_, _, _, _, _, _, _, _, _]) => {
            let m = Matrix3::from_column_slice(values);
            let error = (m.transpose() * m - Matrix3::identity()).norm();
            if !(error < 0.05 && m.determinant() > 0.0) {
                return MISSING;
            }
            UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(m))
        }
        // Xsens: R = Rz(yaw)·Ry(pitch)·Rx(roll)
        (Signal::Euler, &[roll, pitch, yaw]) if (roll + pitch + yaw).is_finite() => {
            let k = if degrees { 1.0_f64.to_radians() } else { 1.0 };
            UnitQuaternion::from_euler_angles(k * roll, k * pitch, k * yaw)
        }
        _ => return MISSING,
    };
    [rotation.w, rotation.i, rotation.j, rotation.k]
}

/// The orientation as `reference_from_sensor`, whichever way round the file has it: gravity stays
/// put in the reference.
pub(super) fn orientation(
    stored: Vec<[f64; 4]>,
    reference: &str,
    acc: &Series3,
) -> Option<VendorOrientation> {
    if stored.iter().all(|q| q[0].is_nan()) {
        return None;
    }
    let mut found = VendorOrientation {
        reference_from_sensor: stored,
        reference: reference.to_owned(),
        z_up: None,
    };
    let steady = |orientation: &VendorOrientation| {
        let mut sum = Vector3::zeros();
        let mut size = 0.0;
        for i in 0..acc.len() {
            let a = acc.at(i);
            if let Some(q) = orientation.at(i).filter(|_| a.norm().is_finite()) {
                sum += q * a;
                size += a.norm();
            }
        }
        (size > 0.0).then(|| sum / size)
    };
    let as_stored = steady(&found)?;
    let mut up = as_stored.z;
    if up.abs() < 0.8 {
        let mut inverse = found.clone();
        for [_, x, y, z] in &mut inverse.reference_from_sensor {
            (*x, *y, *z) = (-*x, -*y, -*z);
        }
        if let Some(turned) = steady(&inverse).filter(|t| t.z.abs() > up.abs()) {
            up = turned.z;
            found = inverse;
        }
    }
    found.z_up = (up.abs() > 0.5).then_some(up > 0.0);
    Some(found)
}

/// As [`orientation`] where there is no acceleration to check it with.
pub(super) fn unchecked(stored: Vec<[f64; 4]>, reference: &str) -> Option<VendorOrientation> {
    stored
        .iter()
        .any(|q| q[0].is_finite())
        .then(|| VendorOrientation {
            reference_from_sensor: stored,
            reference: reference.to_owned(),
            z_up: None,
        })
}

/// Specific force from the acceleration without gravity in a reference whose third axis points up.
pub(super) fn specific_force(orientation: &[[f64; 4]], free: &Series3) -> Series3 {
    Series3::from_vectors((0..free.len()).map(|i| {
        let [w, x, y, z] = orientation.get(i).copied().unwrap_or([f64::NAN; 4]);
        match UnitQuaternion::try_new(Quaternion::new(w, x, y, z), 1e-3) {
            Some(q) => q.inverse() * (free.at(i) + Vector3::z() * GRAVITY),
            None => Vector3::repeat(f64::NAN),
        }
    }))
}

/// Angular velocity in the sensor from the change of its orientation, between the neighbours of
/// every sample; rad/s.
pub(super) fn angular_velocity(orientation: &VendorOrientation, rate_hz: f64) -> Series3 {
    let frames = orientation.reference_from_sensor.len();
    let all: Vec<_> = (0..frames).map(|i| orientation.at(i)).collect();
    Series3::from_vectors((0..frames).map(|i| {
        let known = |j: Option<usize>| j.and_then(|j| Some((j, (*all.get(j)?)?)));
        let before = known(i.checked_sub(1)).or_else(|| known(Some(i)));
        let after = known(Some(i + 1)).or_else(|| known(Some(i)));
        match (before, all[i], after) {
            (Some((a, from)), Some(_), Some((b, to))) if b > a => {
                (from.inverse() * to).scaled_axis() * rate_hz / (b - a) as f64
            }
            _ => Vector3::repeat(f64::NAN),
        }
    }))
}
