//! All metrics, evidence and curves of every stride.

use super::gaps::{filled_share, leg_markers, pelvis_markers, trunk_markers};
use super::limb::{LimbChannels, Phases};
use super::{
    CURVE_POINTS, MeasuredStride, StrideCurves, StrideEvidence, StrideMetrics, leg_length_m,
    outliers, spatiotemporal,
};
use crate::angles::{AngleSeries, TrunkDefinition, cross_talk};
use crate::lab::Motion;
use crate::recording::{BodyMeasures, PerSide, Side};
use crate::settings::Settings;
use crate::signal::GapReport;
use crate::strides::{Exclusion, Stride};

/// Standard gravity, m/s² (for dimensionless speed, Hof 1996).
pub(crate) const GRAVITY_M_S2: f64 = 9.80665;

/// Metrics, evidence and curves of every stride, used or not.
///
/// Sets [`Exclusion::Gap`] on strides whose pelvis is not known throughout single support or was
/// filled for too long, and [`Exclusion::Outlier`]. A metric whose own markers were filled for too
/// long is `None`. Strides that are not walking (`events`, `incomplete`) have no curves.
///
/// `motion` may be without points (another program's angles only): the angle metrics are then
/// there, lengths and widths are not.
pub fn measure(
    strides: &[Stride],
    angles: &AngleSeries,
    motion: &Motion,
    gaps: &GapReport,
    measures: &BodyMeasures,
    settings: &Settings,
) -> Vec<MeasuredStride> {
    let legs = leg_length_m(motion, measures);
    let mean_leg_m = match (legs.left, legs.right) {
        (Some(left), Some(right)) => Some(0.5 * (left + right)),
        (left, right) => left.or(right),
    };
    let recording = Recorded {
        channels: PerSide::from_fn(|side| LimbChannels::new(angles, side, &settings.metrics)),
        trunk: angles.trunk_definition,
        motion,
        gaps,
        measures,
        mean_leg_m,
        filled_share_max: settings.signal.filled_share_max,
    };
    let mut measured: Vec<MeasuredStride> = strides.iter().map(|s| recording.measured(s)).collect();
    outliers::exclude(&mut measured, &settings.metrics);
    measured
}

/// What all strides of a recording share.
struct Recorded<'a> {
    channels: PerSide<LimbChannels>,
    trunk: Option<TrunkDefinition>,
    motion: &'a Motion,
    gaps: &'a GapReport,
    measures: &'a BodyMeasures,
    mean_leg_m: Option<f64>,
    filled_share_max: f64,
}

impl Recorded<'_> {
    fn measured(&self, stride: &Stride) -> MeasuredStride {
        let phases = Phases::new(stride, |time_s| self.motion.index_at(time_s));
        let limb = &self.channels[stride.side];
        let filled = Filled::new(self.gaps, self.trunk, stride.side, &phases);
        let mut metrics = StrideMetrics::default();
        spatiotemporal::fill(&mut metrics, stride, &phases, self.motion, self.measures);
        fill_pelvis(&mut metrics, limb, &phases);
        if filled.trunk <= self.filled_share_max {
            fill_trunk(&mut metrics, limb, &phases);
        }
        if filled.leg <= self.filled_share_max {
            fill_leg(&mut metrics, limb, &phases);
        }
        let offsets = Offsets::new(limb, &phases);
        offsets.remove_from(&mut metrics);
        let mut evidence = evidence(limb, &phases, &offsets, stride, &metrics);
        evidence.filled_pct = filled.reported.map(|share| 100.0 * share);
        evidence.speed_dimensionless = metrics
            .speed_m_s
            .zip(self.mean_leg_m)
            .map(|(v, leg)| v / (GRAVITY_M_S2 * leg).sqrt());
        let mut stride = stride.clone();
        let gap = filled.pelvis > self.filled_share_max || metrics.drop_ss_deg.is_none();
        if stride.exclusion.is_none() && gap {
            stride.exclusion = Some(Exclusion::Gap);
        }
        MeasuredStride {
            curves: curves(limb, &phases, stride.exclusion),
            stride,
            metrics,
            evidence,
        }
    }
}

/// Shares of filled marker frames in single support (0 when the markers were not recorded).
struct Filled {
    pelvis: f64,
    trunk: f64,
    leg: f64,
    /// The larger of pelvis and trunk; `None` without markers.
    reported: Option<f64>,
}

impl Filled {
    fn new(
        gaps: &GapReport,
        trunk: Option<TrunkDefinition>,
        side: Side,
        phases: &Phases,
    ) -> Filled {
        let share = |markers: &[_]| {
            phases
                .single_support
                .and_then(|window| filled_share(gaps, markers, window))
        };
        let pelvis = share(&pelvis_markers());
        let trunk = share(&trunk_markers(trunk));
        Filled {
            pelvis: pelvis.unwrap_or(0.0),
            trunk: trunk.unwrap_or(0.0),
            leg: share(&leg_markers(side)).unwrap_or(0.0),
            reported: match (pelvis, trunk) {
                (Some(p), Some(t)) => Some(p.max(t)),
                (p, t) => p.or(t),
            },
        }
    }
}

fn fill_pelvis(metrics: &mut StrideMetrics, limb: &LimbChannels, phases: &Phases) {
    metrics.pelvis_range_deg = phases.stride.range(&limb.drop);
    if let Some(stance) = phases.stance
        && let Some((peak, index)) = stance.maximum(&limb.drop)
    {
        metrics.drop_peak_deg = Some(peak);
        metrics.drop_peak_pct = Some(100.0 * (index - stance.from) / (stance.to - stance.from));
    }
    if let Some(support) = phases.single_support {
        metrics.drop_ss_deg = support.mean(&limb.drop);
        metrics.drop_late_deg = support.second_half().mean(&limb.drop);
        metrics.drop_mid_deg = known_at(&limb.drop, support.middle());
    }
}

fn fill_trunk(metrics: &mut StrideMetrics, limb: &LimbChannels, phases: &Phases) {
    metrics.lean_range_deg = phases.stride.range(&limb.lean);
    metrics.lean_peak_deg = peak(&limb.lean, phases.stance);
    if let Some(support) = phases.single_support {
        metrics.lean_ss_deg = support.mean(&limb.lean);
        metrics.lean_late_deg = support.second_half().mean(&limb.lean);
        metrics.lean_on_pelvis_ss_deg = support.mean(&limb.lean_on_pelvis);
    }
}

fn fill_leg(metrics: &mut StrideMetrics, limb: &LimbChannels, phases: &Phases) {
    metrics.hip_adduction_peak_deg = peak(&limb.hip_adduction, phases.stance);
    metrics.knee_valgus_peak_deg = peak(&limb.knee_valgus, phases.stance);
    metrics.fppa_peak_deg = phases.stance.and_then(|w| w.maximum_of_known(&limb.fppa));
    if let Some(support) = phases.single_support {
        metrics.hip_adduction_ss_deg = support.mean(&limb.hip_adduction);
        metrics.knee_valgus_ss_deg = support.mean(&limb.knee_valgus);
    }
}

/// Constant obliquity and lean of the stride as this limb sees them, degrees: the mean of the
/// middles of both double supports, 0 in a symmetric gait.
struct Offsets {
    drop: Option<f64>,
    lean: Option<f64>,
}

impl Offsets {
    fn new(limb: &LimbChannels, phases: &Phases) -> Offsets {
        let mean_at = |channel: &[f64]| {
            let [first, second] = phases.double_supports?;
            Some(0.5 * (known_at(channel, first)? + known_at(channel, second)?))
        };
        Offsets {
            drop: mean_at(&limb.drop),
            lean: mean_at(&limb.lean),
        }
    }

    fn remove_from(&self, metrics: &mut StrideMetrics) {
        let less = |value: Option<f64>, offset: Option<f64>| Some(value? - offset?);
        metrics.drop_ss_offset_free_deg = less(metrics.drop_ss_deg, self.drop);
        metrics.lean_ss_offset_free_deg = less(metrics.lean_ss_deg, self.lean);
    }
}

fn evidence(
    limb: &LimbChannels,
    phases: &Phases,
    offsets: &Offsets,
    stride: &Stride,
    metrics: &StrideMetrics,
) -> StrideEvidence {
    let sigma = stride.side.sigma();
    let over_stride = |channel: &[f64]| phases.stride.resampled(channel, CURVE_POINTS);
    // the sign of the frontal angle does not matter to either number
    let knee = cross_talk(
        &over_stride(&limb.knee_valgus),
        &over_stride(&limb.knee_flexion),
    );
    StrideEvidence {
        drop_peak_offset_free_deg: metrics
            .drop_peak_deg
            .zip(offsets.drop)
            .map(|(peak, offset)| peak - offset),
        // back to the laboratory's signs: drop = σ·obliquity, lean = −σ·(lean to the right)
        pelvis_offset_deg: offsets.drop.map(|o| sigma * o),
        trunk_offset_deg: offsets.lean.map(|o| -sigma * o),
        swing_elevation_peak_deg: peak(&limb.drop, phases.swing),
        swing_knee_flexion_peak_deg: peak(&limb.knee_flexion, phases.swing),
        swing_lean_away_deg: phases.swing.and_then(|w| w.mean(&limb.lean_away)),
        swing_hip_abduction_peak_deg: peak(&limb.hip_abduction, phases.swing),
        knee_cross_talk_r2: Some(knee.r2).filter(|r2| r2.is_finite()),
        knee_varus_range_deg: Some(knee.range).filter(|range| range.is_finite()),
        filled_pct: None,
        speed_dimensionless: None,
        stance_s: stride.off_s.map(|off| off - stride.start_s),
    }
}

fn curves(limb: &LimbChannels, phases: &Phases, exclusion: Option<Exclusion>) -> StrideCurves {
    if matches!(exclusion, Some(Exclusion::Events | Exclusion::Incomplete)) {
        return StrideCurves::default();
    }
    let curve = |channel: &[f64]| phases.stride.resampled(channel, CURVE_POINTS);
    StrideCurves {
        pelvis_drop_deg: curve(&limb.drop),
        trunk_lean_deg: curve(&limb.lean),
        hip_adduction_deg: curve(&limb.hip_adduction),
        knee_valgus_deg: curve(&limb.knee_valgus),
        hip_flexion_deg: curve(&limb.hip_flexion),
        knee_flexion_deg: curve(&limb.knee_flexion),
    }
}

fn peak(channel: &[f64], window: Option<super::window::Window>) -> Option<f64> {
    window?.maximum(channel).map(|(value, _)| value)
}

fn known_at(channel: &[f64], index: f64) -> Option<f64> {
    let value = crate::signal::value_at(channel, index);
    value.is_finite().then_some(value)
}
