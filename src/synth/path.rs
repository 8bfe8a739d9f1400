//! Where the subject goes: a straight line, or a line, a half turn and the line back.

use super::curves::smooth_step;
use super::math::sin_cos;
use nalgebra::Vector2;

/// Step of the tabulated turn, metres of path.
const STEP_M: f64 = 0.005;

/// A path by its length.
#[derive(Debug, Clone)]
pub(super) struct Path {
    origin: Vector2<f64>,
    heading_rad: f64,
    turn: Option<Turn>,
}

#[derive(Debug, Clone)]
struct Turn {
    start_m: f64,
    length_m: f64,
    /// Position relative to the start of the turn, heading 0 before it, every [`STEP_M`].
    table: Vec<Vector2<f64>>,
}

impl Turn {
    fn new(start_m: f64, length_m: f64) -> Turn {
        let steps = (length_m / STEP_M).ceil() as usize;
        let mut table = vec![Vector2::zeros()];
        let mut at = Vector2::zeros();
        let direction = |s: f64| {
            let (sin, cos) = sin_cos(std::f64::consts::PI * smooth_step(s / length_m));
            Vector2::new(cos, sin)
        };
        for i in 0..steps {
            let (a, b) = (i as f64 * STEP_M, (i + 1) as f64 * STEP_M);
            // Simpson's rule
            at += (direction(a) + direction(0.5 * (a + b)) * 4.0 + direction(b)) * (STEP_M / 6.0);
            table.push(at);
        }
        Turn {
            start_m,
            length_m,
            table,
        }
    }

    fn heading(&self, s: f64) -> f64 {
        std::f64::consts::PI * smooth_step(s / self.length_m)
    }

    fn position(&self, s: f64) -> Vector2<f64> {
        let last = self.table.len() - 1;
        let i = ((s / STEP_M) as usize).min(last - 1);
        let u = s / STEP_M - i as f64;
        let tangent = |k: usize| {
            let (sin, cos) = sin_cos(self.heading(k as f64 * STEP_M));
            Vector2::new(cos, sin) * STEP_M
        };
        let (u2, u3) = (u * u, u * u * u);
        self.table[i] * (2.0 * u3 - 3.0 * u2 + 1.0)
            + tangent(i) * (u3 - 2.0 * u2 + u)
            + self.table[i + 1] * (3.0 * u2 - 2.0 * u3)
            + tangent(i + 1) * (u3 - u2)
    }
}

impl Path {
    /// A straight path through `origin` at length 0.
    pub fn straight(origin: Vector2<f64>, heading_rad: f64) -> Path {
        Path {
            origin,
            heading_rad,
            turn: None,
        }
    }

    /// The same with a half turn to the left from `start_m`, over `length_m` of path.
    pub fn with_turn(mut self, start_m: f64, length_m: f64) -> Path {
        self.turn = Some(Turn::new(start_m, length_m));
        self
    }

    /// Position and heading at a path length.
    pub fn at(&self, s: f64) -> (Vector2<f64>, f64) {
        let (local, turned) = match &self.turn {
            Some(turn) if s > turn.start_m + turn.length_m => {
                let beyond = s - turn.start_m - turn.length_m;
                let end = turn.position(turn.length_m);
                let corner = end + Vector2::new(turn.start_m, 0.0);
                (corner - Vector2::new(beyond, 0.0), std::f64::consts::PI)
            }
            Some(turn) if s > turn.start_m => {
                let along = s - turn.start_m;
                (
                    turn.position(along) + Vector2::new(turn.start_m, 0.0),
                    turn.heading(along),
                )
            }
            _ => (Vector2::new(s, 0.0), 0.0),
        };
        let (sin, cos) = sin_cos(self.heading_rad);
        let rotated = Vector2::new(cos * local.x - sin * local.y, sin * local.x + cos * local.y);
        (self.origin + rotated, self.heading_rad + turned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_parallel_and_continuous() {
        let path = Path::straight(Vector2::new(1.0, 2.0), 0.3).with_turn(2.0, 3.0);
        let mut last = path.at(0.0).0;
        let step = 0.003;
        for i in 1..3000 {
            let (at, _) = path.at(i as f64 * step);
            let moved = (at - last).norm();
            assert!((moved - step).abs() < 1e-5, "{i}: {moved}");
            last = at;
        }
        let (_, heading) = path.at(8.0);
        assert!((heading - 0.3 - std::f64::consts::PI).abs() < 1e-12);
        let forth = path.at(1.5).0 - path.at(0.5).0;
        let back = path.at(8.0).0 - path.at(7.0).0;
        assert!((forth + back).norm() < 1e-9);
    }
}
