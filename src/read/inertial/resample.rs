//! Samples from their own places in time to the even grid of a recording.

use crate::recording::Series3;

/// Neighbours farther apart than this, in samples, have lost packets between them: nothing is
/// interpolated across.
const NEIGHBOURS_MAX: f64 = 1.5;

/// A sample nearer than this to a grid point is that grid point's.
const SAME: f64 = 1e-3;

/// For every grid point `start, start + 1, …` what it is made of.
pub(super) struct Plan<'a> {
    positions: &'a [f64],
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
enum Cell {
    Missing,
    Sample(usize),
    /// Between a row and the next, at this share of the way.
    Between(usize, f64),
}

impl<'a> Plan<'a> {
    /// `positions` grow from row to row, in samples of the grid; `step` is the usual distance of
    /// two rows.
    pub(super) fn new(positions: &'a [f64], step: f64, start: f64, frames: usize) -> Plan<'a> {
        let mut cells = Vec::with_capacity(frames);
        let mut next = 0;
        for k in 0..frames {
            let at = start + k as f64;
            while positions.get(next).is_some_and(|p| *p < at - SAME) {
                next += 1;
            }
            let before = next.checked_sub(1).and_then(|i| positions.get(i));
            cells.push(match (before, positions.get(next)) {
                (_, Some(p)) if (p - at).abs() <= SAME => Cell::Sample(next),
                (Some(a), Some(b)) if b - a <= NEIGHBOURS_MAX * step => {
                    Cell::Between(next - 1, (at - a) / (b - a))
                }
                _ => Cell::Missing,
            });
        }
        Plan { positions, cells }
    }

    /// A column on the grid: samples as they are, else a cubic through four neighbours (Catmull and
    /// Rom), linear where one of the outer two is missing.
    pub(super) fn column(&self, values: &[f64]) -> Vec<f64> {
        let value = |i: Option<usize>| i.and_then(|i| values.get(i)).copied().unwrap_or(f64::NAN);
        let place = |i: Option<usize>| {
            i.and_then(|i| self.positions.get(i))
                .copied()
                .unwrap_or(f64::NAN)
        };
        let cells = self.cells.iter().map(|cell| match *cell {
            Cell::Missing => f64::NAN,
            Cell::Sample(i) => value(Some(i)),
            Cell::Between(i, t) => {
                let (b, c) = (value(Some(i)), value(Some(i + 1)));
                let (a, d) = (value(i.checked_sub(1)), value(Some(i + 2)));
                if a.is_nan() || d.is_nan() {
                    return b + t * (c - b);
                }
                let [pa, pb, pc, pd] =
                    [i.checked_sub(1), Some(i), Some(i + 1), Some(i + 2)].map(place);
                let step = pc - pb;
                let (m, n) = (step * (c - a) / (pc - pa), step * (d - b) / (pd - pb));
                let (t2, t3) = (t * t, t * t * t);
                (2.0 * t3 - 3.0 * t2 + 1.0) * b
                    + (t3 - 2.0 * t2 + t) * m
                    + (3.0 * t2 - 2.0 * t3) * c
                    + (t3 - t2) * n
            }
        });
        cells.collect()
    }

    /// Three columns.
    pub(super) fn series(&self, series: &Series3) -> Series3 {
        Series3 {
            x: self.column(&series.x),
            y: self.column(&series.y),
            z: self.column(&series.z),
        }
    }

    /// Unit quaternions; neighbours are taken on the same side of the sphere.
    pub(super) fn quaternions(&self, values: &[[f64; 4]]) -> Vec<[f64; 4]> {
        let value = |i: usize| values.get(i).copied().unwrap_or([f64::NAN; 4]);
        let cells = self.cells.iter().map(|cell| match *cell {
            Cell::Missing => [f64::NAN; 4],
            Cell::Sample(i) => value(i),
            Cell::Between(i, t) => {
                let (a, b) = (value(i), value(i + 1));
                let dot: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
                let sign = if dot < 0.0 { -1.0 } else { 1.0 };
                let mixed: [f64; 4] = std::array::from_fn(|k| (1.0 - t) * a[k] + t * sign * b[k]);
                let norm = mixed.iter().map(|v| v * v).sum::<f64>().sqrt();
                mixed.map(|v| v / norm)
            }
        });
        cells.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_places_are_copied_and_lost_ones_stay_missing() {
        let plan = Plan::new(&[0.0, 1.0, 3.0], 1.0, -1.0, 6);
        let found = plan.column(&[5.0, 6.0, 7.0]);
        assert!(found[0].is_nan() && found[3].is_nan() && found[5].is_nan());
        assert_eq!([found[1], found[2], found[4]], [5.0, 6.0, 7.0]);
    }

    #[test]
    fn between_samples_a_smooth_signal_is_met() {
        let positions: Vec<f64> = (0..200).map(|i| 0.4 + f64::from(i)).collect();
        let signal = |x: f64| (0.2 * x).sin();
        let values: Vec<f64> = positions.iter().map(|p| signal(*p)).collect();
        let found = Plan::new(&positions, 1.0, 1.0, 198).column(&values);
        for (k, value) in found.iter().enumerate() {
            let expected = signal(1.0 + k as f64);
            // the first is linear, for want of a neighbour
            let allowed = if k == 0 { 6e-3 } else { 2e-4 };
            assert!(
                (value - expected).abs() < allowed,
                "{k}: {value} {expected}"
            );
        }
    }

    #[test]
    fn quaternions_stay_of_unit_length_through_a_change_of_sign() {
        let (s, c) = 0.1_f64.sin_cos();
        let plan = Plan::new(&[0.0, 1.0], 1.0, 0.5, 1);
        let [found] = plan.quaternions(&[[1.0, 0.0, 0.0, 0.0], [-c, -s, 0.0, 0.0]])[..] else {
            panic!("one quaternion");
        };
        assert!((found[0] - 0.05_f64.cos()).abs() < 1e-6, "{found:?}");
        assert!((found[1] - 0.05_f64.sin()).abs() < 1e-4, "{found:?}");
    }
}
