//! A three-component time series, structure of arrays.

use nalgebra::Vector3;

/// Three equally long columns; a frame is missing when any component is NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series3 {
    /// First component.
    pub x: Vec<f64>,
    /// Second component.
    pub y: Vec<f64>,
    /// Third component.
    pub z: Vec<f64>,
}

impl Series3 {
    /// `frames` missing values.
    pub fn missing(frames: usize) -> Series3 {
        Series3 {
            x: vec![f64::NAN; frames],
            y: vec![f64::NAN; frames],
            z: vec![f64::NAN; frames],
        }
    }

    /// A series from one vector per frame.
    pub fn from_vectors(vectors: impl ExactSizeIterator<Item = Vector3<f64>>) -> Series3 {
        let [mut x, mut y, mut z] = std::array::from_fn(|_| vec![0.0; vectors.len()]);
        for (((x, y), z), v) in x.iter_mut().zip(&mut y).zip(&mut z).zip(vectors) {
            (*x, *y, *z) = (v.x, v.y, v.z);
        }
        Series3 { x, y, z }
    }

    /// The vector of every frame; NaN where missing.
    pub fn vectors(&self) -> impl ExactSizeIterator<Item = Vector3<f64>> {
        let columns = self.x.iter().zip(&self.y).zip(&self.z);
        columns.map(|((&x, &y), &z)| Vector3::new(x, y, z))
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// True when there is no frame.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The vector at `index`; NaN where missing. Panics past the end, as a slice does.
    pub fn at(&self, index: usize) -> Vector3<f64> {
        Vector3::new(self.x[index], self.y[index], self.z[index])
    }

    /// Sets the vector at `index`. Panics past the end, as a slice does.
    pub fn set(&mut self, index: usize, v: Vector3<f64>) {
        self.x[index] = v.x;
        self.y[index] = v.y;
        self.z[index] = v.z;
    }

    /// True when any component of `index` is NaN.
    pub fn is_missing(&self, index: usize) -> bool {
        self.x[index].is_nan() || self.y[index].is_nan() || self.z[index].is_nan()
    }

    /// Number of frames that are not missing.
    pub fn present(&self) -> usize {
        let columns = self.x.iter().zip(&self.y).zip(&self.z);
        columns
            .map(|((x, y), z)| usize::from(!(x.is_nan() | y.is_nan() | z.is_nan())))
            .sum()
    }

    /// Number of frames that are missing in neither of the two.
    pub fn present_with(&self, other: &Series3) -> usize {
        let own = self.x.iter().zip(&self.y).zip(&self.z);
        let others = other.x.iter().zip(&other.y).zip(&other.z);
        own.zip(others)
            .map(|(((x, y), z), ((u, v), w))| {
                let missing = x.is_nan() | y.is_nan() | z.is_nan();
                usize::from(!(missing | u.is_nan() | v.is_nan() | w.is_nan()))
            })
            .sum()
    }

    /// The three columns, to be filtered or written alike.
    pub fn columns_mut(&mut self) -> [&mut Vec<f64>; 3] {
        [&mut self.x, &mut self.y, &mut self.z]
    }

    /// The three columns.
    pub fn columns(&self) -> [&[f64]; 3] {
        [&self.x, &self.y, &self.z]
    }
}
