//! From a plate's channels to force and moment about the middle of its surface, in its own axes.

use nalgebra::Vector3;

use super::parameters::Parameters;
use crate::recording::Series3;

/// How the channels of a plate are to be read.
pub(super) struct Sensor {
    /// Type 1–5.
    pub kind: u8,
    /// From the sensor's origin to the middle of the surface (type 3: spacing of the sensors).
    pub origin: Vector3<f64>,
    /// Calibration matrix of types 4 and 5, column by column.
    pub calibration: Vec<f64>,
}

/// Forces and moments about the middle of the surface, in the plate's axes.
pub(super) struct Wrench {
    pub force: Series3,
    pub moment: Series3,
    /// Centre of pressure, where the plate itself gives it (type 1).
    pub centre: Option<[Vec<f64>; 2]>,
}

impl Sensor {
    /// Reads the channels.
    pub(super) fn wrench(&self, channels: &[Vec<f64>]) -> Option<Wrench> {
        let samples = channels.first()?.len();
        let mut force = Series3::missing(samples);
        let mut moment = Series3::missing(samples);
        let mut values = vec![0.0; channels.len()];
        for i in 0..samples {
            for (value, channel) in values.iter_mut().zip(channels) {
                *value = *channel.get(i)?;
            }
            let (f, m) = self.force_and_moment(&values)?;
            force.set(i, f);
            moment.set(i, m);
        }
        let centre = match self.kind {
            1 => Some([channels.get(3)?.clone(), channels.get(4)?.clone()]),
            _ => None,
        };
        Some(Wrench {
            force,
            moment,
            centre,
        })
    }

    fn force_and_moment(&self, values: &[f64]) -> Option<(Vector3<f64>, Vector3<f64>)> {
        let six = |v: &[f64]| -> Option<(Vector3<f64>, Vector3<f64>)> {
            let &[fx, fy, fz, mx, my, mz] = v else {
                return None;
            };
            Some((Vector3::new(fx, fy, fz), Vector3::new(mx, my, mz)))
        };
        match self.kind {
            1 => {
                let (force, position) = six(values)?;
                Some((force, Vector3::new(0.0, 0.0, position.z)))
            }
            3 => {
                let &[fx12, fx34, fy14, fy23, fz1, fz2, fz3, fz4] = values else {
                    return None;
                };
                let (a, b) = (self.origin.x.abs(), self.origin.y.abs());
                let force = Vector3::new(fx12 + fx34, fy14 + fy23, fz1 + fz2 + fz3 + fz4);
                let moment = Vector3::new(
                    b * (fz1 + fz2 - fz3 - fz4),
                    a * (fz2 + fz3 - fz1 - fz4),
                    b * (fx34 - fx12) + a * (fy14 - fy23),
                );
                Some((
                    force,
                    self.at_surface(force, moment, Vector3::z() * self.origin.z),
                ))
            }
            kind => {
                let (force, moment) = match kind {
                    2 => six(values)?,
                    // The matrix is stored column by column: six rows, one column per channel.
                    _ => {
                        let mut product = [0.0; 6];
                        for (column, value) in self.calibration.chunks_exact(6).zip(values) {
                            for (sum, factor) in product.iter_mut().zip(column) {
                                *sum += factor * value;
                            }
                        }
                        six(&product)?
                    }
                };
                Some((force, self.at_surface(force, moment, self.origin)))
            }
        }
    }

    /// The moment about the middle of the surface, which lies at `origin` from the sensor's
    /// origin. The plate's z axis points into the floor, so the surface lies at negative z; many
    /// files store the vector reversed.
    fn at_surface(
        &self,
        force: Vector3<f64>,
        moment: Vector3<f64>,
        origin: Vector3<f64>,
    ) -> Vector3<f64> {
        let origin = if origin.z > 0.0 { -origin } else { origin };
        moment - origin.cross(&force)
    }
}

/// Position of the resultant force on the surface, in the plate's axes.
pub(super) fn centre_of_pressure(force: Vector3<f64>, moment: Vector3<f64>) -> Vector3<f64> {
    Vector3::new(-moment.y / force.z, moment.x / force.z, 0.0)
}

/// Subtracts the mean over the frames of `FORCE_PLATFORM:ZERO` when nobody stands on the plate.
pub(super) fn remove_baseline(
    wrench: &mut Wrench,
    parameters: &Parameters,
    samples_per_frame: usize,
    threshold_n: f64,
) {
    let zero = parameters.reals("FORCE_PLATFORM", "ZERO");
    let &[first, last] = zero.as_slice() else {
        return;
    };
    if first < 0.0 || last <= first.max(1.0) {
        return;
    }
    let from = (first.max(1.0) as usize - 1) * samples_per_frame;
    let to = last as usize * samples_per_frame;
    let mean = |column: &[f64]| -> Option<f64> {
        let part = column.get(from..to)?;
        Some(part.iter().sum::<f64>() / part.len() as f64)
    };
    if !mean(&wrench.force.z).is_some_and(|z| z.abs() < threshold_n) {
        return;
    }
    let Wrench { force, moment, .. } = wrench;
    for column in force.columns_mut().into_iter().chain(moment.columns_mut()) {
        if let Some(mean) = mean(column) {
            column.iter_mut().for_each(|value| *value -= mean);
        }
    }
}
