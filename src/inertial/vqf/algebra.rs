//! Vectors, unit quaternions and symmetric matrices over [`Lane`]s.

use super::lane::Lane;

/// A vector, x y z.
pub(super) type Vector<L> = [L; 3];
/// A quaternion, scalar first.
pub(super) type Quaternion<L> = [L; 4];
/// A matrix by rows.
pub(super) type Matrix<L> = [[L; 3]; 3];
/// A symmetric matrix: xx, xy, xz, yy, yz, zz.
pub(super) type Symmetric<L> = [L; 6];

/// Largest square of a half angle (rad²) for which [`turn`] takes the power series.
const SERIES_MAX: f64 = 0.25;

pub(super) fn identity<L: Lane>() -> Quaternion<L> {
    [1.0, 0.0, 0.0, 0.0].map(L::splat)
}

#[inline(always)]
pub(super) fn dot<L: Lane>(a: &Vector<L>, b: &Vector<L>) -> L {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// a⊗b.
#[inline(always)]
pub(super) fn product<L: Lane>(a: &Quaternion<L>, b: &Quaternion<L>) -> Quaternion<L> {
    [
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
        a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
        a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
    ]
}

/// Unit length again, of a quaternion that rounding took off it: one Newton step of 1/√n.
#[inline(always)]
pub(super) fn renormalised<L: Lane>(q: &Quaternion<L>) -> Quaternion<L> {
    let squared = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3];
    let factor = L::splat(1.5) - L::splat(0.5) * squared;
    q.map(|c| c * factor)
}

/// The matrix of a unit quaternion.
#[inline(always)]
pub(super) fn matrix<L: Lane>(q: &Quaternion<L>) -> Matrix<L> {
    let (one, two) = (L::splat(1.0), L::splat(2.0));
    let [w, x, y, z] = *q;
    let (x2, y2, z2) = (two * x, two * y, two * z);
    let (xx, yy, zz) = (x * x2, y * y2, z * z2);
    let (xy, xz, yz) = (x * y2, x * z2, y * z2);
    let (wx, wy, wz) = (w * x2, w * y2, w * z2);
    [
        [one - yy - zz, xy - wz, xz + wy],
        [xy + wz, one - xx - zz, yz - wx],
        [xz - wy, yz + wx, one - xx - yy],
    ]
}

#[inline(always)]
pub(super) fn times_vector<L: Lane>(m: &Matrix<L>, v: &Vector<L>) -> Vector<L> {
    [dot(&m[0], v), dot(&m[1], v), dot(&m[2], v)]
}

/// `q·v·q*`.
#[inline(always)]
pub(super) fn rotated<L: Lane>(q: &Quaternion<L>, v: &Vector<L>) -> Vector<L> {
    times_vector(&matrix(q), v)
}

/// The rotation by `rate` (rad/s) for `seconds`.
///
/// cos h and sin h / h are even in the half angle h, so their power series (to 10⁻¹⁹ at h = ½) need
/// neither a root nor a division.
#[inline(always)]
pub(super) fn turn<L: Lane>(rate: &Vector<L>, seconds: f64) -> Quaternion<L> {
    let half = L::splat(0.5 * seconds);
    let h = rate.map(|r| r * half);
    let squared = dot(&h, &h);
    let (cos, sinc) = if L::any(squared.above(L::splat(SERIES_MAX))) {
        let exact = |f: fn(f64) -> f64| L::from_fn(|lane| f(squared.get(lane).sqrt()));
        (
            exact(f64::cos),
            exact(|h| if h > 0.0 { h.sin() / h } else { 1.0 }),
        )
    } else {
        (cosine_series(squared), sinc_series(squared))
    };
    [cos, sinc * h[0], sinc * h[1], sinc * h[2]]
}

/// Σ (−x)ᵏ/(2k)!.
#[inline(always)]
fn cosine_series<L: Lane>(x: L) -> L {
    horner(x, [2.0, 12.0, 30.0, 56.0, 90.0, 132.0, 182.0, 240.0])
}

/// Σ (−x)ᵏ/(2k+1)!.
#[inline(always)]
fn sinc_series<L: Lane>(x: L) -> L {
    horner(x, [6.0, 20.0, 42.0, 72.0, 110.0, 156.0, 210.0, 272.0])
}

/// 1 − x/d₀·(1 − x/d₁·(1 − …)).
#[inline(always)]
fn horner<L: Lane>(x: L, divisors: [f64; 8]) -> L {
    let one = L::splat(1.0);
    let mut sum = one;
    for divisor in divisors.iter().rev() {
        sum = one - x * L::splat(1.0 / divisor) * sum;
    }
    sum
}

/// Inverse of a symmetric matrix by its cofactors.
#[inline(always)]
pub(super) fn inverse<L: Lane>(m: &Symmetric<L>) -> Symmetric<L> {
    let [xx, xy, xz, yy, yz, zz] = *m;
    let (cxx, cxy, cxz) = (yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy);
    let one_by_determinant = L::splat(1.0) / (xx * cxx + xy * cxy + xz * cxz);
    [
        cxx,
        cxy,
        cxz,
        xx * zz - xz * xz,
        xy * xz - xx * yz,
        xx * yy - xy * xy,
    ]
    .map(|c| c * one_by_determinant)
}

/// A symmetric matrix times a vector.
#[inline(always)]
pub(super) fn symmetric_times<L: Lane>(m: &Symmetric<L>, v: &Vector<L>) -> Vector<L> {
    let [xx, xy, xz, yy, yz, zz] = *m;
    [
        xx * v[0] + xy * v[1] + xz * v[2],
        xy * v[0] + yy * v[1] + yz * v[2],
        xz * v[0] + yz * v[1] + zz * v[2],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_turns_are_sines() {
        for rate in [0.0, 1e-9, 0.3, 5.0, 9.99, 10.01, 50.0] {
            let q = turn(&[rate * 0.6, 0.0, rate * 0.8], 0.1);
            let h: f64 = 0.5 * 0.1 * rate;
            assert!((q[0] - h.cos()).abs() < 4e-16, "{rate}");
            assert!((q[1] - 0.6 * h.sin()).abs() < 4e-16, "{rate}");
            assert!((q[3] - 0.8 * h.sin()).abs() < 4e-16, "{rate}");
        }
    }

    #[test]
    fn an_inverse_inverts() {
        let m = [4.0, 1.0, -0.5, 3.0, 0.2, 2.0];
        let v = [1.0, -2.0, 0.5];
        let back = symmetric_times(&inverse(&m), &symmetric_times(&m, &v));
        for (a, b) in back.iter().zip(v) {
            assert!((a - b).abs() < 1e-14);
        }
    }
}
