//! Orientation of one segment over time, structure of arrays.

use crate::recording::Series3;
use nalgebra::{Matrix3, Vector3};

/// `lab_from_segment` per frame: the segment's axes (unit vectors) in the laboratory.
///
/// Segment axes are x anterior, y to the subject's left, z up (proximal). A frame is missing when
/// any component is NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frames {
    /// Anterior axis: first column of `lab_from_segment`.
    pub x: Series3,
    /// Axis to the left: second column.
    pub y: Series3,
    /// Axis up: third column.
    pub z: Series3,
}

impl Frames {
    /// `frames` missing orientations.
    pub fn missing(frames: usize) -> Frames {
        Frames {
            x: Series3::missing(frames),
            y: Series3::missing(frames),
            z: Series3::missing(frames),
        }
    }

    /// One orientation per item.
    pub fn from_matrices(matrices: impl ExactSizeIterator<Item = Matrix3<f64>>) -> Frames {
        let mut frames = Frames::default();
        let [x, y, z] = [&mut frames.x, &mut frames.y, &mut frames.z];
        for axis in [&mut *x, &mut *y, &mut *z] {
            for column in axis.columns_mut() {
                column.resize(matrices.len(), 0.0);
            }
        }
        let places = places(x).zip(places(y)).zip(places(z));
        for (((x, y), z), matrix) in places.zip(matrices) {
            for (axis, column) in [x, y, z].into_iter().zip(matrix.column_iter()) {
                for (place, value) in axis.into_iter().zip(column.iter()) {
                    *place = *value;
                }
            }
        }
        frames
    }

    /// `lab_from_segment` of every frame; NaN where missing.
    pub fn matrices(&self) -> impl ExactSizeIterator<Item = Matrix3<f64>> {
        let axes = self.x.vectors().zip(self.y.vectors()).zip(self.z.vectors());
        axes.map(|((x, y), z)| Matrix3::from_columns(&[x, y, z]))
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// True when there is no frame.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// `lab_from_segment` at `index`; NaN where missing. Panics past the end, as a slice does.
    pub fn at(&self, index: usize) -> Matrix3<f64> {
        Matrix3::from_columns(&[self.x.at(index), self.y.at(index), self.z.at(index)])
    }

    /// Sets `lab_from_segment` at `index`. Panics past the end, as a slice does.
    pub fn set(&mut self, index: usize, lab_from_segment: &Matrix3<f64>) {
        self.x.set(index, lab_from_segment.column(0).into());
        self.y.set(index, lab_from_segment.column(1).into());
        self.z.set(index, lab_from_segment.column(2).into());
    }

    /// True when the orientation at `index` is not known.
    pub fn is_missing(&self, index: usize) -> bool {
        self.x.is_missing(index)
    }

    /// Number of frames with an orientation (all components of a frame are missing together).
    pub fn present(&self) -> usize {
        self.x.present()
    }
}

/// The three components of every frame, to be written.
fn places(series: &mut Series3) -> impl Iterator<Item = [&mut f64; 3]> {
    let columns = series.x.iter_mut().zip(&mut series.y).zip(&mut series.z);
    columns.map(|((x, y), z)| [x, y, z])
}

/// `v` at unit length; NaN for a missing or zero vector.
#[inline]
pub(super) fn unit(v: Vector3<f64>) -> Vector3<f64> {
    v * (1.0 / v.dot(&v).sqrt())
}

/// `lab_from_segment` whose z is `long` and whose y lies as near as possible to `lateral` (which
/// points to the left): x = unit(lateral × z), y = z × x. NaN when they are parallel.
#[inline]
pub(super) fn from_long_and_lateral(long: Vector3<f64>, lateral: Vector3<f64>) -> Matrix3<f64> {
    let z = unit(long);
    let x = unit(lateral.cross(&z));
    Matrix3::from_columns(&[x, z.cross(&x), z])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_right_handed_and_lateral_keeps_its_side() {
        let r = from_long_and_lateral(Vector3::new(0.1, 0.0, 0.4), Vector3::new(0.01, 0.05, 0.02));
        assert!((r.determinant() - 1.0).abs() < 1e-12);
        assert!(r[(1, 1)] > 0.9, "y points to the left");
        assert!((r.column(2).cross(&Vector3::new(0.1, 0.0, 0.4))).norm() < 1e-12);
    }

    #[test]
    fn parallel_or_missing_vectors_give_no_frame() {
        let up = Vector3::new(0.0, 0.0, 1.0);
        assert!(from_long_and_lateral(up, 2.0 * up)[(0, 0)].is_nan());
        assert!(unit(Vector3::zeros()).x.is_nan());
    }

    #[test]
    fn frames_count_what_is_there() {
        let mut frames = Frames::missing(3);
        frames.set(1, &Matrix3::identity());
        assert_eq!(frames.present(), 1);
        assert_eq!(frames.at(1), Matrix3::identity());
        assert!(frames.is_missing(0) && !frames.is_missing(1));
    }
}
