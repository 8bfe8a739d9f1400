//! Rigid fit of one set of points on another (Kabsch 1976, by singular value decomposition).

use nalgebra::{Matrix3, Vector3};

/// Least share of the second in the first principal extent of a set of points that fixes a
/// rotation: below it the points lie on a line.
const SPREAD_MIN: f64 = 0.05;

/// Rotation and translation that carry one set of points onto another with the least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RigidFit {
    /// Turns `from` into `to`, a proper rotation.
    pub rotation: Matrix3<f64>,
    /// Centre of `from`.
    pub centre_from: Vector3<f64>,
    /// Centre of `to`.
    pub centre_to: Vector3<f64>,
    /// Root mean square of what is left, in the unit of the points.
    pub rms: f64,
}

impl RigidFit {
    /// Fits `from` on `to` (pairs of points, at least three).
    ///
    /// `None` with fewer than three pairs, with unequal numbers, with a missing value, or when the
    /// points of either set (nearly) lie on a line, which leaves the rotation open.
    pub fn between(from: &[Vector3<f64>], to: &[Vector3<f64>]) -> Option<RigidFit> {
        if from.len() != to.len() || from.len() < 3 {
            return None;
        }
        let n = from.len() as f64;
        let centre_from = from.iter().sum::<Vector3<f64>>() / n;
        let centre_to = to.iter().sum::<Vector3<f64>>() / n;
        if !(centre_from + centre_to).iter().all(|v| v.is_finite()) {
            return None;
        }
        let covariance = from
            .iter()
            .zip(to)
            .fold(Matrix3::zeros(), |sum: Matrix3<f64>, (a, b)| {
                sum + (b - centre_to) * (a - centre_from).transpose()
            });
        let svd = covariance.try_svd(true, true, f64::EPSILON, 0)?;
        let spread = svd.singular_values;
        if spread[0] <= 0.0 || spread[1] < SPREAD_MIN * SPREAD_MIN * spread[0] {
            return None;
        }
        let (u, v_t) = (svd.u?, svd.v_t?);
        let handedness = (u * v_t).determinant().signum();
        let rotation = u * Matrix3::from_diagonal(&Vector3::new(1.0, 1.0, handedness)) * v_t;
        let left: f64 = from
            .iter()
            .zip(to)
            .map(|(a, b)| (rotation * (a - centre_from) + centre_to - b).norm_squared())
            .sum();
        Some(RigidFit {
            rotation,
            centre_from,
            centre_to,
            rms: (left / n).sqrt(),
        })
    }

    /// Where a point that moves with `from` is when `from` has become `to`.
    pub fn carry(&self, point: Vector3<f64>) -> Vector3<f64> {
        self.rotation * (point - self.centre_from) + self.centre_to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;

    fn triangle() -> Vec<Vector3<f64>> {
        vec![
            Vector3::new(0.0, 0.12, 0.95),
            Vector3::new(0.01, -0.12, 0.94),
            Vector3::new(-0.15, 0.02, 1.0),
        ]
    }

    #[test]
    fn a_known_motion_is_found_and_carries_a_fourth_point() {
        let turn = Rotation3::from_euler_angles(0.3, -1.2, 2.5);
        let shift = Vector3::new(1.0, -2.0, 0.1);
        let moved: Vec<_> = triangle().iter().map(|p| turn * p + shift).collect();
        let fit = RigidFit::between(&triangle(), &moved).unwrap();
        let fourth = Vector3::new(-0.14, -0.05, 0.99);
        assert!((fit.carry(fourth) - (turn * fourth + shift)).norm() < 1e-12);
        assert!(fit.rms < 1e-12);
        assert!((fit.rotation.determinant() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_mirror_image_is_not_a_rotation() {
        let mut box_corners = triangle();
        box_corners.push(Vector3::new(0.0, 0.0, 1.3));
        let mirrored: Vec<_> = box_corners
            .iter()
            .map(|p| Vector3::new(p.x, -p.y, p.z))
            .collect();
        let fit = RigidFit::between(&box_corners, &mirrored).unwrap();
        assert!((fit.rotation.determinant() - 1.0).abs() < 1e-9);
        assert!(fit.rms > 0.02);
    }

    #[test]
    fn points_on_a_line_or_missing_points_give_no_fit() {
        let line: Vec<_> = (0..3)
            .map(|i| Vector3::new(i as f64, 2.0 * i as f64, 0.0))
            .collect();
        assert!(RigidFit::between(&line, &line).is_none());
        let mut holed = triangle();
        holed[1].y = f64::NAN;
        assert!(RigidFit::between(&holed, &triangle()).is_none());
        assert!(RigidFit::between(&triangle()[..2], &triangle()[..2]).is_none());
        assert!(RigidFit::between(&triangle(), &triangle()[..2]).is_none());
    }
}
