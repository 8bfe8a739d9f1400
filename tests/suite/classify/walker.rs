//! Simulated walkers: curves of pelvis and trunk with known pathology, as stride features.

use std::f64::consts::PI;

use hipdrop::classify::{Background, LimbFinding, Measurement, StrideFeatures, classify};
use hipdrop::events::Confidence;
use hipdrop::metrics::{StandingPosture, StrideEvidence, StrideMetrics};
use hipdrop::recording::{PerSide, Side};
use hipdrop::settings::Settings;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

/// What the affected limb (always the right one) does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Case {
    /// Added drop plateau, degrees.
    pub drop: f64,
    /// Added lean plateau, degrees.
    pub lean: f64,
    /// The same on the left.
    pub left_drop: f64,
    /// The same on the left.
    pub left_lean: f64,
    /// Constant obliquity, right side up.
    pub obliquity: f64,
    /// Constant trunk list to the right.
    pub list: f64,
    /// Lift of the left side in its own swing.
    pub hike: f64,
    /// Added to the healthy lean of both limbs, which is 0.5° below the norm table.
    pub lean_base: f64,
    /// Stride jitter of 4° instead of 1.2 and 1.0, wide steps, uneven stride times.
    pub ataxic: bool,
}

pub fn uncompensated(a: f64) -> Case {
    Case {
        drop: a,
        lean: -0.1 * a,
        ..Case::default()
    }
}

pub fn compensated(a: f64) -> Case {
    Case {
        drop: -0.35 * a,
        lean: a,
        ..Case::default()
    }
}

pub fn mixed(a: f64) -> Case {
    Case {
        drop: 0.6 * a,
        lean: a,
        ..Case::default()
    }
}

/// C² step from 0 to 1.
fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
}

/// Window of an abductor failure over the stance limb's stride.
fn failure(p: f64) -> f64 {
    smooth((p - 0.02) / 0.15) * (1.0 - smooth((p - 0.44) / 0.16))
}

/// Window of a trunk lurch.
fn lurch(p: f64) -> f64 {
    smooth(p / 0.22) * (1.0 - smooth((p - 0.40) / 0.22))
}

/// Window of a hike in the limb's own swing.
fn hike(p: f64) -> f64 {
    smooth((p - 0.55) / 0.17) * (1.0 - smooth((p - 0.84) / 0.15))
}

fn harmonics(p: f64, cos: [f64; 5], sin: [f64; 5]) -> f64 {
    (0..5)
        .map(|k| {
            let angle = 2.0 * PI * (k as f64 + 1.0) * p;
            cos[k] * angle.cos() + sin[k] * angle.sin()
        })
        .sum()
}

/// Healthy obliquity (this side up) and lean (toward this side), Schwartz 2008 free speed, odd
/// harmonics only: both limbs alike.
fn healthy(p: f64) -> (f64, f64) {
    let drop = harmonics(
        p,
        [1.057, 0.0, -1.263, 0.0, -0.060],
        [1.689, 0.0, 0.308, 0.0, -0.080],
    );
    let lean = harmonics(
        p,
        [2.483, 0.0, -0.245, 0.0, 0.082],
        [1.166, 0.0, 0.006, 0.0, -0.057],
    );
    (drop, lean)
}

const OPPOSITE_OFF: f64 = 0.12;
const OPPOSITE_STRIKE: f64 = 0.5;
const OFF: f64 = 0.62;

struct Walker<'a> {
    case: &'a Case,
    noise: &'a mut Pcg64Mcg,
    /// Per limb: subject's drop and lean amplitude.
    subject: PerSide<(f64, f64)>,
    /// Constant obliquity (left up) and list (right) with placement error.
    offsets: (f64, f64),
}

fn normal(noise: &mut Pcg64Mcg, sd: f64) -> f64 {
    let z: f64 = StandardNormal.sample(noise);
    sd * z
}

impl<'a> Walker<'a> {
    fn new(case: &'a Case, noise: &'a mut Pcg64Mcg) -> Walker<'a> {
        let subject = PerSide::from_fn(|_| (normal(noise, 1.0), normal(noise, 1.2)));
        // between-subject offsets 0.8° and 3 mm of placement per marker: the ASIS pair 240 mm
        // apart, the upper and the lower pair of thorax markers 220 mm apart
        let pelvis = normal(noise, 0.8) + normal(noise, (3.0 * 2f64.sqrt() / 240.0).to_degrees());
        let trunk = normal(noise, 0.8) + normal(noise, (3.0_f64 / 220.0).to_degrees());
        Walker {
            case,
            offsets: (pelvis - case.obliquity, trunk + case.list),
            noise,
            subject,
        }
    }

    /// Plateau amplitudes of one stance: drop and lean.
    fn stance(&mut self, side: Side) -> (f64, f64) {
        let (drop, lean) = self.subject[side];
        let case = self.case;
        let (jitter_drop, jitter_lean) = if case.ataxic { (4.0, 4.0) } else { (1.2, 1.0) };
        let (own_drop, own_lean) = match side {
            Side::Right => (case.drop, case.lean),
            Side::Left => (case.left_drop, case.left_lean),
        };
        (
            drop + own_drop + normal(self.noise, jitter_drop),
            lean + own_lean + normal(self.noise, jitter_lean),
        )
    }

    /// One stride of `side`.
    fn stride(&mut self, side: Side) -> StrideFeatures {
        let other = side.opposite();
        let own = self.stance(side);
        let (before, after) = (self.stance(other), self.stance(other));
        let (case, offsets) = (*self.case, self.offsets);
        let sigma = side.sigma();
        // obliquity this side up and lean toward this side
        let curve = move |p: f64| {
            let q = (p + 0.5).rem_euclid(1.0);
            let opposite = if q < 0.5 { after } else { before };
            let (base_drop, base_lean) = healthy(p);
            let lifted = |limb: Side, p: f64| match limb {
                Side::Left => case.hike * hike(p),
                Side::Right => 0.0,
            };
            let drop = base_drop + own.0 * failure(p) - opposite.0 * failure(q) + lifted(side, p)
                - lifted(other, q)
                + sigma * offsets.0;
            let lean = base_lean + (own.1 + case.lean_base) * lurch(p)
                - (opposite.1 + case.lean_base) * lurch(q)
                - sigma * offsets.1;
            (drop, lean)
        };
        let jitter = 0.012 / 1.1;
        let mut event = |p: f64| p + normal(self.noise, jitter);
        let (start, off, strike, own_off) = (
            event(0.0),
            event(OPPOSITE_OFF),
            event(OPPOSITE_STRIKE),
            event(OFF),
        );
        let mean = |from: f64, to: f64| {
            let n = 40;
            let sums = (0..n)
                .map(|i| curve(from + (to - from) * (f64::from(i) + 0.5) / f64::from(n)))
                .fold((0.0, 0.0), |sum, v| (sum.0 + v.0, sum.1 + v.1));
            (sums.0 / f64::from(n), sums.1 / f64::from(n))
        };
        let peak = |from: f64, to: f64| {
            (0..=60)
                .map(|i| curve(from + (to - from) * f64::from(i) / 60.0).0)
                .fold(f64::MIN, f64::max)
        };
        let (first, second) = (curve((start + off) / 2.0), curve((strike + own_off) / 2.0));
        let constant = ((first.0 + second.0) / 2.0, (first.1 + second.1) / 2.0);
        let (drop, lean) = mean(off, strike);
        let (_, late) = mean((off + strike) / 2.0, strike);
        let hiked = case.hike > 0.0 && side == Side::Left;
        StrideFeatures {
            side,
            start_s: 0.0,
            events_confidence: Confidence::High,
            metrics: StrideMetrics {
                speed_m_s: Some(1.2),
                cadence_steps_min: Some(
                    109.0 * (1.0 + normal(self.noise, if case.ataxic { 0.06 } else { 0.02 })),
                ),
                step_width_m: Some(if case.ataxic { 0.22 } else { 0.12 }),
                single_support_pct: Some(100.0 * (strike - off)),
                drop_ss_deg: Some(drop),
                drop_ss_offset_free_deg: Some(drop - constant.0),
                lean_ss_deg: Some(lean),
                lean_late_deg: Some(late),
                lean_ss_offset_free_deg: Some(lean - constant.1),
                ..StrideMetrics::default()
            },
            evidence: StrideEvidence {
                drop_peak_offset_free_deg: Some(peak(start, own_off) - constant.0),
                pelvis_offset_deg: Some(sigma * constant.0),
                trunk_offset_deg: Some(-sigma * constant.1),
                swing_elevation_peak_deg: Some(peak(own_off, 1.0)),
                swing_knee_flexion_peak_deg: Some(if hiked { 40.0 } else { 60.0 }),
                swing_hip_abduction_peak_deg: Some(7.0),
                speed_dimensionless: Some(0.4037),
                stance_s: Some(1.1 * (own_off - start)),
                ..StrideEvidence::default()
            },
        }
    }
}

/// Both limbs of `recordings` walkers of one kind; `blocks` × `strides` strides per limb.
pub fn walk(
    case: Case,
    recordings: u64,
    blocks: usize,
    strides: usize,
    settings: &Settings,
) -> Vec<PerSide<LimbFinding>> {
    walk_and_stand(case, recordings, blocks, strides, None, settings)
}

/// The same with a standing trial whose obliquity differs by `standing_sd` from the constant one of
/// walking.
pub fn walk_and_stand(
    case: Case,
    recordings: u64,
    blocks: usize,
    strides: usize,
    standing_sd: Option<f64>,
    settings: &Settings,
) -> Vec<PerSide<LimbFinding>> {
    (0..recordings)
        .map(|seed| {
            let mut noise = Pcg64Mcg::seed_from_u64(1000 + seed);
            let mut walker = Walker::new(&case, &mut noise);
            let blocks: Vec<Vec<StrideFeatures>> = (0..blocks)
                .map(|_| {
                    (0..2 * strides)
                        .map(|i| walker.stride(Side::BOTH[i % 2]))
                        .collect()
                })
                .collect();
            let standing = standing_sd.map(|sd| StandingPosture {
                pelvis_obliquity_deg: Some(walker.offsets.0 + normal(walker.noise, sd)),
                trunk_lean_deg: None,
            });
            classify(
                &blocks,
                standing.as_ref(),
                Measurement::Optical,
                &Background::default(),
                settings,
            )
        })
        .collect()
}
