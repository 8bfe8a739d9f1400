//! Small curves that the walker is drawn with: smooth steps, windows, monotone interpolation.

/// Quintic smooth step: 0 below 0, 1 above 1, first and second derivative continuous.
pub(super) fn smooth_step(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
}

/// A window that rises from `on` for `rise` and falls from `off` for `fall`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub on: f64,
    pub rise: f64,
    pub off: f64,
    pub fall: f64,
}

impl Window {
    /// Value at a phase of 0–1.
    pub fn at(&self, phase: f64) -> f64 {
        smooth_step((phase - self.on) / self.rise)
            * (1.0 - smooth_step((phase - self.off) / self.fall))
    }
}

/// Monotone piecewise cubic (Fritsch & Butland 1984, weighted harmonic slopes): no overshoot, C¹.
#[derive(Debug, Clone)]
pub(super) struct Monotone {
    x: Vec<f64>,
    y: Vec<f64>,
    slope: Vec<f64>,
}

impl Monotone {
    /// Through points of rising `x`; at least two.
    pub fn new(points: &[(f64, f64)]) -> Monotone {
        let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let n = x.len();
        let secant: Vec<f64> = (1..n)
            .map(|i| (y[i] - y[i - 1]) / (x[i] - x[i - 1]))
            .collect();
        let slope = (0..n)
            .map(|i| {
                if i == 0 {
                    secant[0]
                } else if i == n - 1 {
                    secant[n - 2]
                } else {
                    harmonic_slope(x[i] - x[i - 1], x[i + 1] - x[i], secant[i - 1], secant[i])
                }
            })
            .collect();
        Monotone { x, y, slope }
    }

    /// A periodic curve of period 1 through points in [0, 1).
    pub fn periodic(points: &[(f64, f64)]) -> Monotone {
        let repeated: Vec<(f64, f64)> = [-1.0, 0.0, 1.0]
            .iter()
            .flat_map(|shift| points.iter().map(move |&(x, y)| (x + shift, y)))
            .collect();
        Monotone::new(&repeated)
    }

    /// Value at `x`, held constant outside.
    pub fn at(&self, x: f64) -> f64 {
        let x = x.clamp(self.x[0], self.x[self.x.len() - 1]);
        let right = self
            .x
            .partition_point(|&k| k <= x)
            .clamp(1, self.x.len() - 1);
        let left = right - 1;
        let h = self.x[right] - self.x[left];
        let u = (x - self.x[left]) / h;
        let (u2, u3) = (u * u, u * u * u);
        self.y[left] * (2.0 * u3 - 3.0 * u2 + 1.0)
            + h * self.slope[left] * (u3 - 2.0 * u2 + u)
            + self.y[right] * (3.0 * u2 - 2.0 * u3)
            + h * self.slope[right] * (u3 - u2)
    }

    /// `x` at which a rising curve has the value `y`, to the last bits.
    pub fn inverse(&self, y: f64) -> f64 {
        let right = self
            .y
            .partition_point(|&k| k <= y)
            .clamp(1, self.y.len() - 1);
        let (mut low, mut high) = (self.x[right - 1], self.x[right]);
        // halving a stride 54 times leaves nothing of a double's precision
        for _ in 0..54 {
            let middle = 0.5 * (low + high);
            if self.at(middle) < y {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

fn harmonic_slope(h0: f64, h1: f64, d0: f64, d1: f64) -> f64 {
    if d0 * d1 <= 0.0 {
        return 0.0;
    }
    let (w0, w1) = (2.0 * h1 + h0, h1 + 2.0 * h0);
    (w0 + w1) / (w0 / d0 + w1 / d1)
}

/// Quintic with position, velocity and acceleration given at 0 and 1.
pub(super) fn quintic(q: f64, start: [f64; 3], end: [f64; 3]) -> f64 {
    let (q2, q3) = (q * q, q * q * q);
    let (q4, q5) = (q3 * q, q3 * q2);
    start[0] * (1.0 - 10.0 * q3 + 15.0 * q4 - 6.0 * q5)
        + start[1] * (q - 6.0 * q3 + 8.0 * q4 - 3.0 * q5)
        + start[2] * (0.5 * q2 - 1.5 * q3 + 1.5 * q4 - 0.5 * q5)
        + end[0] * (10.0 * q3 - 15.0 * q4 + 6.0 * q5)
        + end[1] * (-4.0 * q3 + 7.0 * q4 - 3.0 * q5)
        + end[2] * (0.5 * q3 - q4 + 0.5 * q5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monotone_passes_points_and_inverts() {
        let curve = Monotone::new(&[(0.0, 0.0), (1.0, 2.0), (2.0, 2.5), (3.0, 5.0)]);
        assert_eq!(curve.at(1.0), 2.0);
        assert!((curve.inverse(2.2) - 1.0).abs() < 1.0);
        assert!((curve.at(curve.inverse(2.2)) - 2.2).abs() < 1e-12);
        // scipy.interpolate.PchipInterpolator([0,1,2,3],[0,2,2.5,5])(1.5) with the same interior
        // slopes: 2.2083…; at 1.5: (2 + 2.5)/2 + (s1 − s2)/8, s1 = s2 by symmetry of the weights
        let s1 = 6.0 / (3.0 / 2.0 + 3.0 / 0.5);
        let s2 = 6.0 / (3.0 / 0.5 + 3.0 / 2.5);
        assert!((curve.at(1.5) - (2.25 + (s1 - s2) / 8.0)).abs() < 1e-12);
    }

    #[test]
    fn quintic_meets_its_ends() {
        let (a, b) = ([1.0, -2.0, 3.0], [0.5, 4.0, -1.0]);
        assert!((quintic(0.0, a, b) - 1.0).abs() < 1e-15);
        assert!((quintic(1.0, a, b) - 0.5).abs() < 1e-12);
        let h = 1e-5;
        let v0 = (quintic(h, a, b) - quintic(0.0, a, b)) / h;
        assert!((v0 + 2.0).abs() < 1e-3);
        let v1 = (quintic(1.0, a, b) - quintic(1.0 - h, a, b)) / h;
        assert!((v1 - 4.0).abs() < 1e-3);
    }

    #[test]
    fn windows_are_zero_outside() {
        let w = Window {
            on: 0.02,
            rise: 0.15,
            off: 0.44,
            fall: 0.16,
        };
        assert_eq!(w.at(0.0), 0.0);
        assert_eq!(w.at(0.3), 1.0);
        assert_eq!(w.at(0.61), 0.0);
    }
}
