//! Where the wearer of markers goes, row by row.

use super::ring::Ring;
use std::f64::consts::TAU;

/// Path of the pelvis: horizontal position relative to the first row, metres.
#[derive(Debug, Clone)]
pub(super) struct Course {
    path: Ring,
    /// For every pelvis marker, where it was last seen and where the path was then.
    seen: Vec<Option<([f64; 2], [f64; 2])>>,
    at: [f64; 2],
}

/// Direction and speed around a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Velocity {
    pub x: f64,
    pub y: f64,
}

impl Course {
    /// A course told by so many markers.
    pub fn new(markers: usize, keep: usize) -> Course {
        Course {
            path: Ring::new(2, keep),
            seen: vec![None; markers],
            at: [0.0; 2],
        }
    }

    /// A course whose first row has a number of its own.
    pub fn starting_at(markers: usize, keep: usize, first: u64) -> Course {
        let mut course = Course::new(markers, keep);
        course.path = Ring::starting_at(2, keep, first);
        course
    }

    /// The next row: horizontal positions of the pelvis markers. A marker that comes or goes does not
    /// make the path jump.
    pub fn push(&mut self, markers: impl Iterator<Item = [f64; 2]>) {
        let (mut sum, mut count) = ([0.0; 2], 0.0);
        let mut now = Vec::with_capacity(self.seen.len());
        for (seen, position) in self.seen.iter().zip(markers) {
            now.push(position);
            if let Some((was, path)) = seen.filter(|_| position[0].is_finite()) {
                for (k, sum) in sum.iter_mut().enumerate() {
                    *sum += path[k] + position[k] - was[k];
                }
                count += 1.0;
            }
        }
        if count > 0.0 {
            self.at = sum.map(|s| s / count);
        }
        for (seen, position) in self.seen.iter_mut().zip(now) {
            if position[0].is_finite() {
                *seen = Some((position, self.at));
            }
        }
        self.path.push(&self.at);
    }

    /// Mean velocity over `stride` rows around a row, m per row; where the rows end sooner, over the
    /// stride that is nearest.
    pub fn velocity(&self, row: u64, stride: f64) -> Velocity {
        let (first, last) = (self.path.first() as f64, self.path.end() as f64 - 1.0);
        let half = (0.5 * stride).min(0.5 * (last - first)).max(0.5);
        let centre = (row as f64).clamp(first + half, (last - half).max(first + half));
        let at = |place: f64, column: usize| {
            let (low, share) = (place.floor(), place.fract());
            let value = |row: f64| self.path.at(column, row.clamp(first, last) as u64);
            value(low) * (1.0 - share) + value(low + 1.0) * share
        };
        let mean = |column| (at(centre + half, column) - at(centre - half, column)) / (2.0 * half);
        Velocity {
            x: mean(0),
            y: mean(1),
        }
    }
}

impl Velocity {
    pub fn size(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub fn heading(self) -> f64 {
        self.y.atan2(self.x)
    }
}

/// An angle without jumps after the one before.
pub(super) fn continued(angle: f64, before: f64) -> f64 {
    match before.is_finite() {
        true => angle - ((angle - before) / TAU).round() * TAU,
        false => angle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_that_come_and_go_do_not_make_the_path_jump() {
        let mut course = Course::new(2, 200);
        for i in 0..200 {
            let x = 0.012 * f64::from(i);
            let second = if (60..90).contains(&i) {
                f64::NAN
            } else {
                x - 0.2
            };
            course.push([[x, 0.0], [second, 0.1]].into_iter());
        }
        for row in [0, 50, 75, 120, 199] {
            let velocity = course.velocity(row, 110.0);
            assert!((velocity.x - 0.012).abs() < 1e-9, "{row}: {velocity:?}");
            assert!(velocity.y.abs() < 1e-9);
        }
    }

    #[test]
    fn angles_go_on_past_half_a_turn() {
        assert!((continued(-3.1, 3.1) - (TAU - 3.1)).abs() < 1e-12);
        assert_eq!(continued(1.0, f64::NAN), 1.0);
    }
}
