//! The angle series as seen from one stance limb: degrees, clinical signs.

use super::CURVE_POINTS;
use super::window::Window;
use crate::angles::{AngleSeries, KneeAxis, KneeSample};
use crate::lab::Motion;
use crate::recording::Side;
use crate::settings::{KneeCorrection, MetricSettings};
use crate::strides::Stride;

/// Channels of one limb, one value per frame, degrees, NaN = not available.
pub(super) struct LimbChannels {
    /// This side up: contralateral drop in this side's stance.
    pub drop: Vec<f64>,
    /// Trunk lean toward this side.
    pub lean: Vec<f64>,
    /// Lean toward this side relative to the pelvis.
    pub lean_on_pelvis: Vec<f64>,
    pub hip_adduction: Vec<f64>,
    pub hip_abduction: Vec<f64>,
    pub hip_flexion: Vec<f64>,
    pub knee_valgus: Vec<f64>,
    /// About the corrected axis; empty when the correction is off.
    pub knee_valgus_corrected: Vec<f64>,
    pub knee_flexion: Vec<f64>,
    /// Projection angle, only where the knee is straight enough for it to mean something.
    pub fppa: Vec<f64>,
    /// Lean away from this side.
    pub lean_away: Vec<f64>,
}

impl LimbChannels {
    pub(super) fn new(angles: &AngleSeries, side: Side, settings: &MetricSettings) -> Self {
        let sigma = side.sigma();
        let (hip, knee) = (&angles.hip[side], &angles.knee[side]);
        let knee_flexion = degrees(&knee.flexion, 1.0);
        let mut fppa = degrees(&angles.fppa[side], 1.0);
        for (value, flexion) in fppa.iter_mut().zip(&knee_flexion) {
            if *flexion > settings.fppa_knee_flexion_max_deg {
                *value = f64::NAN;
            }
        }
        LimbChannels {
            drop: degrees(&angles.pelvis.obliquity, sigma),
            lean: degrees(&angles.thorax.obliquity, -sigma),
            lean_on_pelvis: degrees(&angles.lean_on_pelvis, -sigma),
            hip_adduction: degrees(&hip.frontal, 1.0),
            hip_abduction: degrees(&hip.frontal, -1.0),
            hip_flexion: degrees(&hip.flexion, 1.0),
            knee_valgus: degrees(&knee.frontal, 1.0),
            knee_valgus_corrected: Vec::new(),
            knee_flexion,
            fppa,
            lean_away: degrees(&angles.thorax.obliquity, sigma),
        }
    }
}

impl LimbChannels {
    /// Fits the knee's axis to the strides and fills `knee_valgus_corrected`.
    pub(super) fn correct_knee(&mut self, strides: &[Phases], method: KneeCorrection) {
        if method == KneeCorrection::None {
            return;
        }
        let mut samples = Vec::new();
        for phases in strides {
            let curve = |channel: &[f64]| phases.stride.resampled(channel, CURVE_POINTS);
            let (flexion, valgus) = (curve(&self.knee_flexion), curve(&self.knee_valgus));
            let length = phases.stride.to - phases.stride.from;
            let stance = phases.stance.map_or(0.0, |w| (w.to - w.from) / length);
            for (i, (&flexion_deg, &valgus_deg)) in flexion.iter().zip(&valgus).enumerate() {
                samples.push(KneeSample {
                    flexion_deg,
                    valgus_deg,
                    stance: i as f64 <= stance * (CURVE_POINTS - 1) as f64,
                });
            }
        }
        let Some(axis) = KneeAxis::fit(&samples, method) else {
            return;
        };
        self.knee_valgus_corrected = (self.knee_flexion.iter())
            .zip(&self.knee_valgus)
            .map(|(&flexion, &valgus)| axis.valgus_deg(flexion, valgus))
            .collect();
    }
}

fn degrees(radians: &[f64], sign: f64) -> Vec<f64> {
    radians.iter().map(|a| sign * a.to_degrees()).collect()
}

/// Moments of a stride as fractional indices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phases {
    pub stride: Window,
    pub stance: Option<Window>,
    pub swing: Option<Window>,
    pub single_support: Option<Window>,
    pub opposite_strike: Option<f64>,
    /// Middle of the first and of the second double support.
    pub double_supports: Option<[f64; 2]>,
}

impl Phases {
    /// Moments of a stride in a recording. An event half a frame outside the recording (a time
    /// rounded in the file) counts as at its end.
    pub(super) fn new(stride: &Stride, motion: &Motion) -> Phases {
        let end = motion.frames as f64 - 1.0;
        let index_at = |time_s: f64| {
            let index = motion.index_at(time_s);
            if (-0.5..=end + 0.5).contains(&index) {
                index.clamp(0.0, end.max(0.0))
            } else {
                index
            }
        };
        let (start, end) = (index_at(stride.start_s), index_at(stride.end_s));
        let off = stride.off_s.map(index_at);
        let opposite_off = stride.opposite_off_s.map(index_at);
        let opposite_strike = stride.opposite_strike_s.map(index_at);
        let between = |from: Option<f64>, to: Option<f64>| match (from, to) {
            (Some(from), Some(to)) if to > from => Some(Window::new(from, to)),
            _ => None,
        };
        let first = between(Some(start), opposite_off).map(Window::middle);
        let second = between(opposite_strike, off).map(Window::middle);
        Phases {
            stride: Window::new(start, end),
            stance: between(Some(start), off),
            swing: between(off, Some(end)),
            single_support: between(opposite_off, opposite_strike),
            opposite_strike,
            double_supports: first.zip(second).map(|(a, b)| [a, b]),
        }
    }
}
