//! Taking cross-talk out of the knee's frontal-plane angle.
//!
//! # What it measures
//! The valgus that is left when the knee axis is turned so that flexion leaks least into the frontal
//! plane.
//!
//! # How
//! Over all strides of one limb: `pca` rotates flexion and valgus onto their principal components, so
//! that they no longer correlate, and gives the mean of stance back (Baudet 2014); `thigh` turns the
//! thigh about its long axis by the angle (within ±30°) that makes the sum of squared valgus least
//! (Baker 1999). One rotation per limb and recording: a misplaced marker does not move from stride to
//! stride.
//!
//! # Why it matters
//! A knee axis turned by ε adds about ε·sin(flexion) to valgus: 4.3° at 60° of flexion for 5°.
//!
//! # Limits
//! Both assume that the knee is a hinge: a knee that truly goes into valgus while it bends is straightened
//! as well. Off by default, and the measured value is always kept beside the corrected one. The
//! hip's rotation would change with the thigh and is not corrected; hip adduction does not change.
//!
//! # References
//! Baudet A et al. 2014, PLoS ONE 9:e102098. Baker R, Finney L, Orr J 1999, Hum Mov Sci 18:655–667.

use crate::settings::KneeCorrection;

/// Largest rotation of the thigh that is tried, degrees.
const THIGH_MAX_DEG: f64 = 30.0;

/// A correction fitted to one limb.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KneeAxis {
    /// Rotation in the plane of flexion and valgus.
    Pca {
        /// Angle from flexion to the first component, radians.
        angle: f64,
        /// Mean flexion, degrees.
        flexion: f64,
        /// Mean valgus, degrees.
        valgus: f64,
        /// Added so that the mean of stance stays, degrees.
        shift: f64,
    },
    /// Rotation of the thigh about its long axis, radians.
    Thigh(f64),
}

/// One moment of a stride.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KneeSample {
    /// Flexion, degrees.
    pub flexion_deg: f64,
    /// Valgus, degrees.
    pub valgus_deg: f64,
    /// Whether the foot is on the ground.
    pub stance: bool,
}

impl KneeAxis {
    /// Fits the correction to the strides of one limb; `None` when it is off or with fewer than ten
    /// samples.
    pub fn fit(samples: &[KneeSample], method: KneeCorrection) -> Option<KneeAxis> {
        let known: Vec<KneeSample> = samples
            .iter()
            .copied()
            .filter(|s| (s.flexion_deg + s.valgus_deg).is_finite())
            .collect();
        if known.len() < 10 {
            return None;
        }
        match method {
            KneeCorrection::None => None,
            KneeCorrection::Pca => Some(principal_axis(&known)),
            KneeCorrection::Thigh => Some(KneeAxis::Thigh(best_thigh(&known))),
        }
    }

    /// Valgus about the corrected axis, degrees.
    pub fn valgus_deg(&self, flexion_deg: f64, valgus_deg: f64) -> f64 {
        match *self {
            KneeAxis::Pca {
                angle,
                flexion,
                valgus,
                shift,
            } => {
                let (sin, cos) = angle.sin_cos();
                cos * (valgus_deg - valgus) - sin * (flexion_deg - flexion) + shift
            }
            KneeAxis::Thigh(angle) => turned(angle, flexion_deg, valgus_deg),
        }
    }

    /// How far the axis was turned, degrees.
    pub fn angle_deg(&self) -> f64 {
        match *self {
            KneeAxis::Pca { angle, .. } | KneeAxis::Thigh(angle) => angle.to_degrees(),
        }
    }
}

/// Valgus, degrees, seen from a thigh turned about its long axis. The long axis of the shank in the
/// thigh is (sin f·cos v, −sin v, cos f·cos v) up to the side's sign, which the angle takes up.
fn turned(angle: f64, flexion_deg: f64, valgus_deg: f64) -> f64 {
    let (flexion, valgus) = (flexion_deg.to_radians(), valgus_deg.to_radians());
    let sine = angle.sin() * flexion.sin() * valgus.cos() + angle.cos() * valgus.sin();
    sine.clamp(-1.0, 1.0).asin().to_degrees()
}

fn principal_axis(samples: &[KneeSample]) -> KneeAxis {
    let n = samples.len() as f64;
    let mean = |value: fn(&KneeSample) -> f64| samples.iter().map(value).sum::<f64>() / n;
    let (flexion, valgus) = (mean(|s| s.flexion_deg), mean(|s| s.valgus_deg));
    let (mut ff, mut vv, mut fv) = (0.0, 0.0, 0.0);
    for s in samples {
        let (f, v) = (s.flexion_deg - flexion, s.valgus_deg - valgus);
        ff += f * f;
        vv += v * v;
        fv += f * v;
    }
    let unshifted = KneeAxis::Pca {
        angle: 0.5 * (2.0 * fv).atan2(ff - vv),
        flexion,
        valgus,
        shift: 0.0,
    };
    let (mut lost, mut count) = (0.0, 0);
    for s in samples.iter().filter(|s| s.stance) {
        lost += s.valgus_deg - unshifted.valgus_deg(s.flexion_deg, s.valgus_deg);
        count += 1;
    }
    match unshifted {
        KneeAxis::Pca { angle, .. } => KneeAxis::Pca {
            angle,
            flexion,
            valgus,
            // without stance the mean of the whole stride stays
            shift: if count > 0 {
                lost / f64::from(count)
            } else {
                valgus
            },
        },
        thigh => thigh,
    }
}

/// The rotation with the least sum of squared valgus, by golden-section search.
fn best_thigh(samples: &[KneeSample]) -> f64 {
    let cost = |angle: f64| {
        let squares = samples.iter().map(|s| {
            let v = turned(angle, s.flexion_deg, s.valgus_deg);
            v * v
        });
        squares.sum::<f64>()
    };
    let ratio = 0.5 * (5f64.sqrt() - 1.0);
    let (mut low, mut high) = (-THIGH_MAX_DEG.to_radians(), THIGH_MAX_DEG.to_radians());
    for _ in 0..60 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if cost(a) < cost(b) {
            high = b;
        } else {
            low = a;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::angles::cross_talk;

    /// Strides of a knee without any valgus, seen about an axis turned by `error_deg`.
    fn knee(error_deg: f64, own: impl Fn(f64) -> f64) -> Vec<KneeSample> {
        (0..303)
            .map(|i| {
                let p = f64::from(i % 101) / 100.0;
                let flexion = 20.0 - 20.0 * (std::f64::consts::TAU * p).cos() + 10.0 * p;
                // the long axis of the shank in the true thigh and in the turned one
                let (f, v) = (f64::to_radians(flexion), own(p).to_radians());
                let (x, y, z) = (f.sin() * v.cos(), v.sin(), f.cos() * v.cos());
                let (sin, cos) = error_deg.to_radians().sin_cos();
                KneeSample {
                    flexion_deg: (cos * x - sin * y).atan2(z).to_degrees(),
                    valgus_deg: (sin * x + cos * y).asin().to_degrees(),
                    stance: p < 0.6,
                }
            })
            .collect()
    }

    fn corrected(samples: &[KneeSample], method: KneeCorrection) -> Vec<f64> {
        let axis = KneeAxis::fit(samples, method).unwrap();
        samples
            .iter()
            .map(|s| axis.valgus_deg(s.flexion_deg, s.valgus_deg))
            .collect()
    }

    #[test]
    fn a_turned_thigh_is_turned_back() {
        let samples = knee(6.0, |_| 0.0);
        let axis = KneeAxis::fit(&samples, KneeCorrection::Thigh).unwrap();
        assert!((axis.angle_deg() + 6.0).abs() < 1e-3, "{axis:?}");
        let left = corrected(&samples, KneeCorrection::Thigh);
        assert!(left.iter().all(|v| v.abs() < 1e-3));
    }

    #[test]
    fn principal_components_do_not_correlate_and_keep_the_mean_of_stance() {
        let samples = knee(8.0, |p| 2.0 + (9.0 * p).sin());
        let flexion: Vec<f64> = samples.iter().map(|s| s.flexion_deg).collect();
        let measured: Vec<f64> = samples.iter().map(|s| s.valgus_deg).collect();
        let after = corrected(&samples, KneeCorrection::Pca);
        assert!(cross_talk(&measured, &flexion).r2 > 0.5);
        // the rotated flexion, not the measured one, is what has no correlation left
        let axis = KneeAxis::fit(&samples, KneeCorrection::Pca).unwrap();
        let angle = axis.angle_deg().to_radians();
        let first: Vec<f64> = samples
            .iter()
            .map(|s| angle.cos() * s.flexion_deg + angle.sin() * s.valgus_deg)
            .collect();
        assert!(cross_talk(&after, &first).r2 < 1e-12);
        assert!(cross_talk(&after, &flexion).r2 < 0.05);
        let stance = |values: &[f64]| {
            let of: Vec<f64> = (samples.iter().zip(values))
                .filter(|(s, _)| s.stance)
                .map(|(_, v)| *v)
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        assert!((stance(&after) - stance(&measured)).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_corrected_when_it_is_off_or_unknown() {
        assert_eq!(
            KneeAxis::fit(&knee(8.0, |_| 0.0), KneeCorrection::None),
            None
        );
        let unknown = [KneeSample {
            flexion_deg: f64::NAN,
            valgus_deg: 1.0,
            stance: true,
        }; 50];
        assert_eq!(KneeAxis::fit(&unknown, KneeCorrection::Pca), None);
    }
}
