//! All metrics, evidence and curves of every stride.
//!
//! # What it measures
//! Per stride of a limb, with the signs of the stance limb: how far the other side of the pelvis
//! drops, how far the trunk leans over this limb, hip adduction, knee valgus, the projection angle of
//! the knee; means over single support, extremes and ranges.
//!
//! # How
//! Means are exact integrals of the straight lines between frames, from event to event. `*_ss` is the
//! mean over single support (opposite foot off to opposite foot strike), `*_late` over its second
//! half, `*_mid` at its middle, `*_peak` the largest value in stance, `*_range` over the stride.
//! `*_offset_free` is less the mean of the middles of both double supports, where a symmetric gait is
//! level. Knee valgus is read in stance, the projection angle only while the knee is flexed less than
//! `metrics.fppa_knee_flexion_max_deg`.
//!
//! # Why it matters
//! Healthy walking drops 3–5° at its peak just after the opposite foot leaves the ground; a weak hip
//! keeps the pelvis low through mid and late single support. The mean over single support sees that,
//! the peak does not. The offset-free values halve the spread between the limbs of healthy people
//! (1.7° to 1.0°), which marker placement and leg length make.
//!
//! # Limits
//! A share of a one-sided drop is still there in the double supports and is taken off with the offset.
//! 5 mm of height on one ASIS marker turn the obliquity by 1.2°; a hip joint centre 10 mm aside turns
//! hip adduction by 1.4°. A metric whose markers were filled for more than a fifth of single support is
//! empty.
//!
//! # References
//! Baker 2001, Gait Posture 13:1–6 (obliquity); Schwartz 2008 (course over the stride); Willson &
//! Davis 2008 (projection angle).

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
    let mut channels = PerSide::from_fn(|side| LimbChannels::new(angles, side, &settings.metrics));
    for side in Side::BOTH {
        let phases: Vec<Phases> = strides
            .iter()
            .filter(|stride| stride.side == side && stride.exclusion.is_none())
            .map(|stride| Phases::new(stride, motion))
            .collect();
        channels[side].correct_knee(&phases, settings.body.knee_correction);
    }
    let recording = Recorded {
        channels,
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
        let phases = Phases::new(stride, self.motion);
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
        if filled.leg > self.filled_share_max {
            evidence.knee_valgus_peak_corrected_deg = None;
            evidence.knee_valgus_ss_corrected_deg = None;
        }
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
        knee_valgus_peak_corrected_deg: peak(&limb.knee_valgus_corrected, phases.stance),
        knee_valgus_ss_corrected_deg: phases
            .single_support
            .and_then(|w| w.mean(&limb.knee_valgus_corrected)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Confidence, EventSource};
    use crate::lab::Locomotion;
    use crate::landmarks::Landmark;
    use crate::recording::{Format, Recording, Series3};
    use crate::signal::{Fill, FillMethod, GapLog};
    use nalgebra::Vector3;
    use std::f64::consts::TAU;

    const FRAMES: usize = 301;

    fn stride(side: Side) -> Stride {
        Stride {
            side,
            number: 1,
            start_s: 1.0,
            end_s: 2.0,
            opposite_off_s: Some(1.1),
            opposite_strike_s: Some(1.5),
            off_s: Some(1.6),
            events_source: EventSource::Stored,
            events_confidence: Confidence::High,
            exclusion: None,
        }
    }

    fn without_markers() -> Motion {
        Motion::without_markers(&Recording::new("walk", Format::Memory, 100.0, FRAMES))
    }

    fn series(degrees: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..FRAMES)
            .map(|i| degrees(i as f64 / 100.0).to_radians())
            .collect()
    }

    fn measured(strides: &[Stride], angles: &AngleSeries, motion: &Motion) -> Vec<MeasuredStride> {
        measure(
            strides,
            angles,
            motion,
            &GapReport::default(),
            &BodyMeasures::default(),
            &Settings::default(),
        )
    }

    fn close(found: Option<f64>, expected: f64) {
        let found = found.expect("a value");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn angles_alone_give_drop_and_lean_with_the_signs_of_the_stance_limb() {
        let mut angles = AngleSeries::default();
        // the left side of the pelvis is 4° low, the trunk leans 3° to the right
        angles.pelvis.obliquity = series(|_| -4.0);
        angles.thorax.obliquity = series(|_| 3.0);
        angles.lean_on_pelvis = series(|_| -1.0);
        let both = measured(
            &[stride(Side::Left), stride(Side::Right)],
            &angles,
            &without_markers(),
        );
        let (left, right) = (&both[0], &both[1]);
        close(right.metrics.drop_ss_deg, 4.0);
        close(right.metrics.drop_peak_deg, 4.0);
        close(right.metrics.lean_ss_deg, 3.0);
        close(right.metrics.lean_on_pelvis_ss_deg, -1.0);
        close(left.metrics.drop_ss_deg, -4.0);
        close(left.metrics.lean_ss_deg, -3.0);
        // constant: all of it is offset, in the laboratory's signs on both sides
        for s in &both {
            close(s.metrics.drop_ss_offset_free_deg, 0.0);
            close(s.metrics.lean_ss_offset_free_deg, 0.0);
            close(s.evidence.pelvis_offset_deg, -4.0);
            close(s.evidence.trunk_offset_deg, 3.0);
            assert_eq!(s.stride.exclusion, None);
            assert_eq!(s.metrics.stride_length_m, None);
            assert_eq!(s.metrics.hip_adduction_peak_deg, None);
            assert_eq!(s.evidence.filled_pct, None);
            close(s.metrics.cadence_steps_min, 120.0);
            close(s.metrics.stance_pct, 60.0);
            close(s.metrics.single_support_pct, 40.0);
        }
        close(left.evidence.swing_lean_away_deg, 3.0);
        close(right.evidence.swing_elevation_peak_deg, 4.0);
    }

    #[test]
    fn single_support_features_read_the_right_moments() {
        let mut angles = AngleSeries::default();
        // right side up by a ramp that is 0 at 1.0 s and 10 at 2.0 s
        angles.pelvis.obliquity = series(|t| -10.0 * (t - 1.0));
        let m = measured(&[stride(Side::Right)], &angles, &without_markers())[0].clone();
        close(m.metrics.drop_ss_deg, 3.0);
        close(m.metrics.drop_mid_deg, 3.0);
        close(m.metrics.drop_late_deg, 4.0);
        close(m.metrics.drop_peak_deg, 6.0);
        close(m.metrics.drop_peak_pct, 100.0);
        close(m.metrics.pelvis_range_deg, 10.0);
        // middles of the double supports: 1.05 s and 1.55 s
        close(m.evidence.pelvis_offset_deg, -3.0);
        close(m.evidence.drop_peak_offset_free_deg, 3.0);
        close(m.evidence.swing_elevation_peak_deg, 10.0);
        assert_eq!(m.curves.pelvis_drop_deg.len(), CURVE_POINTS);
        assert!((m.curves.pelvis_drop_deg[25] - 2.5).abs() < 1e-9);
        assert!(m.curves.trunk_lean_deg.iter().all(|v| v.is_nan()));
        assert_eq!(m.metrics.lean_ss_deg, None);
    }

    #[test]
    fn a_hole_in_single_support_excludes_and_one_in_swing_does_not() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = series(|_| 2.0);
        angles.pelvis.obliquity[130] = f64::NAN;
        let gap = measured(&[stride(Side::Right)], &angles, &without_markers());
        assert_eq!(gap[0].stride.exclusion, Some(Exclusion::Gap));
        assert_eq!(gap[0].metrics.drop_ss_deg, None);
        angles.pelvis.obliquity[130] = 2f64.to_radians();
        angles.pelvis.obliquity[180] = f64::NAN;
        let swing = measured(&[stride(Side::Right)], &angles, &without_markers());
        assert_eq!(swing[0].stride.exclusion, None);
        close(swing[0].metrics.drop_ss_deg, -2.0);
        assert_eq!(swing[0].metrics.pelvis_range_deg, None);
    }

    #[test]
    fn long_filled_stretches_exclude_the_stride_or_the_trunk() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = series(|_| 2.0);
        angles.thorax.obliquity = series(|_| 1.0);
        angles.trunk_definition = Some(TrunkDefinition::ThoraxRot);
        let log = |first: usize, last: usize| GapLog {
            missing: last - first + 1,
            fills: vec![Fill {
                first,
                last,
                method: FillMethod::Cubic,
            }],
            left_missing: Vec::new(),
        };
        let with = |landmark: Landmark, first: usize, last: usize| {
            let mut gaps = GapReport::default();
            gaps.markers.insert(landmark, log(first, last));
            let found = measure(
                &[stride(Side::Right)],
                &angles,
                &without_markers(),
                &gaps,
                &BodyMeasures::default(),
                &Settings::default(),
            );
            found[0].clone()
        };
        // single support has the frames 110 to 150
        let pelvis = with(Landmark::Asis(Side::Left), 110, 118);
        assert_eq!(pelvis.stride.exclusion, Some(Exclusion::Gap));
        close(pelvis.evidence.filled_pct, 100.0 * 9.0 / 41.0);
        let short = with(Landmark::Asis(Side::Left), 110, 117);
        assert_eq!(short.stride.exclusion, None);
        let trunk = with(Landmark::C7, 110, 130);
        assert_eq!(trunk.stride.exclusion, None);
        assert_eq!(trunk.metrics.lean_ss_deg, None);
        assert_eq!(trunk.metrics.lean_ss_offset_free_deg, None);
        let elsewhere = with(Landmark::C7, 160, 190);
        close(elsewhere.metrics.lean_ss_deg, 1.0);
    }

    #[test]
    fn a_stride_with_a_failed_marker_is_an_outlier_and_a_variable_one_is_not() {
        let mut angles = AngleSeries::default();
        let strides: Vec<Stride> = (0..6)
            .map(|i| {
                let shift = 0.4 * i as f64;
                let mut s = stride(Side::Right);
                s.start_s = 0.1 + shift;
                s.opposite_off_s = Some(0.15 + shift);
                s.opposite_strike_s = Some(0.30 + shift);
                s.off_s = Some(0.35 + shift);
                s.end_s = 0.5 + shift;
                s
            })
            .collect();
        let level = |far: f64| {
            move |t: f64| {
                let i = ((t - 0.1) / 0.4).floor();
                -(i % 3.0) - if i == 4.0 { far } else { 0.0 }
            }
        };
        angles.pelvis.obliquity = series(level(25.0));
        let found = measured(&strides, &angles, &without_markers());
        let outliers: Vec<bool> = found
            .iter()
            .map(|s| s.stride.exclusion == Some(Exclusion::Outlier))
            .collect();
        assert_eq!(outliers, [false, false, false, false, true, false]);
        angles.pelvis.obliquity = series(level(5.0));
        let found = measured(&strides, &angles, &without_markers());
        assert!(found.iter().all(|s| s.stride.exclusion.is_none()));
    }

    #[test]
    fn knee_is_read_in_stance_and_projection_only_while_the_knee_is_straight() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = series(|_| 0.0);
        let knee = &mut angles.knee.right;
        knee.flexion = series(|t| if t < 1.4 { 10.0 } else { 50.0 });
        // false varus that follows flexion
        knee.frontal = series(|t| if t < 1.4 { 2.0 } else { -6.0 });
        angles.fppa.right = series(|t| if t < 1.4 { 3.0 } else { 20.0 });
        let m = &measured(&[stride(Side::Right)], &angles, &without_markers())[0];
        close(m.metrics.knee_valgus_peak_deg, 2.0);
        close(m.metrics.fppa_peak_deg, 3.0);
        close(m.evidence.swing_knee_flexion_peak_deg, 50.0);
        close(m.evidence.knee_varus_range_deg, 8.0);
        close(m.evidence.knee_cross_talk_r2, 1.0);
    }

    /// Feet of a straight walk at 1.2 m/s along a heading, one stride a second.
    fn walking(heading: f64, treadmill: bool) -> Motion {
        let mut motion = without_markers();
        let forward = Vector3::new(heading.cos(), heading.sin(), 0.0);
        let left = Vector3::new(-heading.sin(), heading.cos(), 0.0);
        for side in Side::BOTH {
            let first = if side == Side::Right { 0.0 } else { 0.5 };
            let heel = (0..FRAMES).map(|i| {
                let t = i as f64 / 100.0 - first;
                let swing = ((t - t.floor() - 0.6) / 0.4).max(0.0);
                let along = 1.2 * (first + t.floor() + swing);
                let belt = if treadmill {
                    1.2 * i as f64 / 100.0
                } else {
                    0.0
                };
                forward * (along - belt) + left * (0.06 * side.sigma())
            });
            let series = Series3::from_vectors(heel);
            motion.points.series.insert(Landmark::Heel(side), series);
        }
        motion.progression.heading_rad = vec![heading; FRAMES];
        motion.progression.speed_m_s = vec![if treadmill { 0.0 } else { 1.2 }; FRAMES];
        if treadmill {
            motion.progression.locomotion = Locomotion::Treadmill;
            motion.progression.belt_speed_m_s = Some(1.2);
        }
        motion
    }

    #[test]
    fn lengths_and_widths_are_those_of_the_footprints_on_ground_and_belt() {
        for heading in [0.0, 0.25 * TAU, -2.0] {
            for treadmill in [false, true] {
                let motion = walking(heading, treadmill);
                let m = &measured(&[stride(Side::Right)], &AngleSeries::default(), &motion)[0];
                close(m.metrics.stride_length_m, 1.2);
                close(m.metrics.speed_m_s, 1.2);
                close(m.metrics.step_length_m, 0.6);
                close(m.metrics.step_width_m, 0.12);
            }
        }
    }

    #[test]
    fn strides_that_are_not_walking_have_no_curves() {
        let mut angles = AngleSeries::default();
        angles.pelvis.obliquity = series(|_| 1.0);
        let mut odd = stride(Side::Left);
        odd.exclusion = Some(Exclusion::Incomplete);
        odd.opposite_off_s = None;
        let m = &measured(&[odd], &angles, &without_markers())[0];
        assert_eq!(m.stride.exclusion, Some(Exclusion::Incomplete));
        assert!(m.curves.pelvis_drop_deg.is_empty());
        assert_eq!(m.metrics.drop_ss_deg, None);
        close(m.metrics.drop_peak_deg, 1.0);
    }
}
