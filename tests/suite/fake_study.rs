//! A small study in memory with every kind of recording and finding, for tests of the report.
//!
//! Curves are the healthy means (Fourier series fitted to Schwartz 2008, free speed) with a
//! plateau added in single support and a little deterministic noise.

use hipdrop::analysis::{MarkerGaps, Status};
use hipdrop::classify::{
    Flag, Interval, Label, Level, LimbFinding, Prevalence, Probabilities, Severity, Share, Terms,
};
use hipdrop::events::{Confidence, EventSource};
use hipdrop::lab::Pass;
use hipdrop::metrics::{StandingPosture, StrideCurves, StrideEvidence, StrideMetrics};
use hipdrop::norms::{NormBand, NormCurve, NormError};
use hipdrop::recording::{PerSide, Sequence, Side, Warning};
use hipdrop::settings::Settings;
use hipdrop::strides::{Exclusion, Stride};
use hipdrop::study::rows::{Provenance, RecordingRow, SessionRow, StrideRow, StudyData};
use hipdrop::study::summary::metric_summary;

/// A name that must stay text wherever it appears.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'.c3d";

/// a0, a1–a6, b1–b6 of a healthy curve.
const DROP: [f64; 13] = [
    -0.0112, 1.0569, 0.0207, -1.2634, 0.0051, -0.0599, 0.0029, 1.6893, 0.0276, 0.3082, 0.0129,
    -0.0798, 0.0051,
];
const LEAN: [f64; 13] = [
    -0.0297, 2.4834, 0.0039, -0.2450, 0.0013, 0.0815, 0.0055, 1.1658, -0.0039, 0.0055, 0.0058,
    -0.0566, 0.0079,
];
const HIP: [f64; 13] = [
    -0.3366, 0.4799, -0.0476, -1.5886, 0.0458, -0.1561, -0.0702, 4.9404, -0.5020, 0.4615, 0.0937,
    -0.1598, 0.0475,
];
const VARUS: [f64; 13] = [
    0.4523, 0.9914, -0.6423, -1.1412, 0.0097, 0.4023, 0.0098, -0.4500, -1.0417, 0.4824, 0.5606,
    -0.0180, -0.1671,
];

fn series(c: &[f64; 13], pct: usize) -> f64 {
    let p = std::f64::consts::TAU * pct as f64 / 100.0;
    (1..=6).fold(c[0], |sum, k| {
        let (sin, cos) = (k as f64 * p).sin_cos();
        sum + c[k] * cos + c[6 + k] * sin
    })
}

fn healthy(curve: NormCurve, pct: usize) -> f64 {
    match curve {
        NormCurve::PelvisDrop => series(&DROP, pct),
        NormCurve::TrunkLean => series(&LEAN, pct),
        NormCurve::HipAdduction => series(&HIP, pct),
        NormCurve::KneeValgus => -series(&VARUS, pct),
    }
}

/// Norm bands around the same means.
pub fn band(
    curve: NormCurve,
    sequence: Sequence,
    _speed: Option<f64>,
) -> Result<NormBand, NormError> {
    let sd = match curve {
        NormCurve::PelvisDrop => 2.0,
        NormCurve::TrunkLean => 1.8,
        NormCurve::HipAdduction | NormCurve::KneeValgus => 3.3,
    };
    Ok(NormBand {
        source: "Schwartz 2008, free".into(),
        population: "82 typically developing children".into(),
        sequence: Some(sequence),
        speed_group: "free".into(),
        mean_deg: (0..=100).map(|pct| healthy(curve, pct)).collect(),
        sd_deg: vec![sd; 101],
    })
}

/// Repeatable numbers in −1…1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// How one limb walks.
#[derive(Clone, Copy)]
pub struct Limb {
    pub strides: usize,
    pub drop: f64,
    pub lean: f64,
    pub trunk: bool,
}

fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 + x * (6.0 * x - 15.0))
}

fn plateau(pct: usize) -> f64 {
    let p = pct as f64 / 100.0;
    smooth((p - 0.02) / 0.15) * (1.0 - smooth((p - 0.44) / 0.16))
}

fn curves(limb: Limb, noise: &mut Noise) -> StrideCurves {
    let mut made = |curve: NormCurve, extra: f64, jitter: f64| -> Vec<f64> {
        let (offset, wave, phase) = (noise.next(), noise.next(), noise.next());
        let point = |pct: usize| {
            let t = std::f64::consts::TAU * (2.0 * pct as f64 / 100.0 + phase);
            healthy(curve, pct)
                + extra * plateau(pct)
                + jitter * (0.8 * offset + 0.6 * wave * t.sin())
        };
        (0..=100).map(point).collect()
    };
    let drop = made(NormCurve::PelvisDrop, limb.drop, 1.1);
    let lean = made(NormCurve::TrunkLean, limb.lean, 1.0);
    StrideCurves {
        trunk_lean_deg: if limb.trunk {
            lean
        } else {
            vec![f64::NAN; 101]
        },
        hip_adduction_deg: made(NormCurve::HipAdduction, 0.9 * limb.drop, 1.4),
        knee_valgus_deg: made(NormCurve::KneeValgus, 0.2 * limb.drop, 1.2),
        hip_flexion_deg: vec![f64::NAN; 101],
        knee_flexion_deg: vec![f64::NAN; 101],
        pelvis_drop_deg: drop,
    }
}

fn mean_between(curve: &[f64], from: usize, to: usize) -> Option<f64> {
    let values: Vec<f64> = curve[from..=to]
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn metrics(curves: &StrideCurves) -> StrideMetrics {
    let ss = |curve: &[f64]| mean_between(curve, 11, 50);
    let late = |curve: &[f64]| mean_between(curve, 30, 50);
    let max = |curve: &[f64]| {
        let stance = curve[..=61].iter().copied().filter(|v| v.is_finite());
        stance.reduce(f64::max)
    };
    StrideMetrics {
        speed_m_s: Some(1.21),
        cadence_steps_min: Some(113.0),
        stride_length_m: Some(1.28),
        step_length_m: Some(0.64),
        step_width_m: Some(0.11),
        stance_pct: Some(61.2),
        single_support_pct: Some(39.0),
        drop_peak_deg: max(&curves.pelvis_drop_deg),
        drop_peak_pct: Some(42.0),
        drop_ss_deg: ss(&curves.pelvis_drop_deg),
        drop_mid_deg: Some(curves.pelvis_drop_deg[30]),
        drop_late_deg: late(&curves.pelvis_drop_deg),
        drop_ss_offset_free_deg: ss(&curves.pelvis_drop_deg),
        lean_peak_deg: max(&curves.trunk_lean_deg),
        lean_ss_deg: ss(&curves.trunk_lean_deg),
        lean_late_deg: late(&curves.trunk_lean_deg),
        lean_ss_offset_free_deg: ss(&curves.trunk_lean_deg),
        hip_adduction_peak_deg: max(&curves.hip_adduction_deg),
        hip_adduction_ss_deg: ss(&curves.hip_adduction_deg),
        knee_valgus_peak_deg: max(&curves.knee_valgus_deg),
        knee_valgus_ss_deg: ss(&curves.knee_valgus_deg),
        ..StrideMetrics::default()
    }
}

fn strides(recording: &str, side: Side, limb: Limb, seed: u64) -> Vec<StrideRow> {
    let mut noise = Noise(seed.wrapping_mul(7919) + side.letter() as u64);
    (0..limb.strides)
        .map(|i| {
            let start = 0.4 + 1.08 * i as f64 + if side == Side::Right { 0.54 } else { 0.0 };
            let at = |pct: f64| Some(start + 1.08 * (pct + 0.6 * (i % 3) as f64) / 100.0);
            let exclusion = match i {
                0 if limb.strides > 3 => Some(Exclusion::StartStop),
                5 => Some(Exclusion::Gap),
                _ => None,
            };
            let curves = curves(limb, &mut noise);
            StrideRow {
                recording: recording.to_owned(),
                stride: Stride {
                    side,
                    number: i + 1,
                    start_s: start,
                    end_s: start + 1.08,
                    opposite_off_s: at(10.5),
                    opposite_strike_s: at(49.4),
                    off_s: at(60.6),
                    events_source: EventSource::Kinematic,
                    events_confidence: if i % 4 == 3 {
                        Confidence::Medium
                    } else {
                        Confidence::High
                    },
                    exclusion,
                },
                metrics: metrics(&curves),
                evidence: StrideEvidence {
                    filled_pct: Some(if i == 5 { 31.0 } else { 0.0 }),
                    speed_dimensionless: Some(0.41),
                    knee_cross_talk_r2: Some(if side == Side::Left { 0.21 } else { 0.63 }),
                    knee_varus_range_deg: Some(8.0),
                    ..StrideEvidence::default()
                },
                curves,
            }
        })
        .collect()
}

/// A finding with plausible numbers.
pub fn finding(side: Side, label: Label, drop: f64, lean: Option<f64>) -> LimbFinding {
    let interval = |mean: f64| Interval {
        mean,
        low: mean - 1.7,
        high: mean + 1.6,
    };
    let p = |none, uncompensated, compensated, mixed| Probabilities {
        none,
        uncompensated,
        compensated,
        mixed,
    };
    let (probabilities, severity, consistency) = match label {
        Label::None => (p(0.962, 0.031, 0.006, 0.001), None, None),
        Label::Uncompensated => (
            p(0.041, 0.934, 0.002, 0.023),
            Some(Severity::Moderate),
            Some((6, 7)),
        ),
        Label::Compensated => (
            p(0.052, 0.0, 0.911, 0.037),
            Some(Severity::Mild),
            Some((5, 6)),
        ),
        Label::Mixed => (
            p(0.001, 0.072, 0.037, 0.89),
            Some(Severity::Severe),
            Some((7, 7)),
        ),
        Label::DropUnspecified => (
            p(0.081, 0.919, 0.0, 0.0),
            Some(Severity::Moderate),
            Some((5, 7)),
        ),
        Label::Indeterminate => (p(0.412, 0.563, 0.004, 0.021), None, None),
    };
    let terms = |offset_free| Terms {
        level: Level::Stride,
        measured: offset_free + 1.7,
        offset_free,
        norm: 1.1,
    };
    LimbFinding {
        side,
        strides: 7,
        label,
        probabilities: Some(probabilities),
        leading: (label == Label::Indeterminate).then_some((Label::Uncompensated, Label::None)),
        severity,
        consistency,
        knee: None,
        prevalence: Some(Prevalence {
            drop: Share::wilson(if drop > 3.0 { 6 } else { 0 }, 7),
            lean: lean.map(|lean| Share::wilson(if lean > 3.0 { 6 } else { 0 }, 7)),
            either: Share::wilson(if drop > 3.0 || lean > Some(3.0) { 6 } else { 0 }, 7),
        }),
        drop_excess_deg: Some(interval(drop)),
        lean_excess_deg: lean.map(interval),
        drop_terms: Some(terms(drop + 1.1)),
        lean_terms: lean.map(|lean| terms(lean + 1.1)),
        drop_z: Some(drop / 1.0),
        lean_z: lean.map(|lean| lean / 1.3),
        norm_used: "v* 0.41, between slow and free (Schwartz 2008)".into(),
        flags: Vec::new(),
    }
}

/// The study.
#[derive(Default)]
pub struct FakeStudy {
    pub recordings: Vec<RecordingRow>,
    pub strides: Vec<StrideRow>,
    pub sessions: Vec<SessionRow>,
    pub provenance: Provenance,
}

impl StudyData for FakeStudy {
    fn recordings(&self) -> anyhow::Result<Vec<RecordingRow>> {
        Ok(self.recordings.clone())
    }
    fn sessions(&self) -> anyhow::Result<Vec<SessionRow>> {
        Ok(self.sessions.clone())
    }
    fn strides(&self, recording: &str) -> anyhow::Result<Vec<StrideRow>> {
        let mine = self.strides.iter().filter(|s| s.recording == recording);
        Ok(mine.cloned().collect())
    }
    fn provenance(&self) -> anyhow::Result<Provenance> {
        Ok(self.provenance.clone())
    }
}

/// An empty row.
pub fn row(recording: &str, status: Status, reason: &str) -> RecordingRow {
    let mut parts = recording.split('/');
    RecordingRow {
        recording: recording.to_owned(),
        subject: parts.next().unwrap_or_default().to_owned(),
        session: parts.next().unwrap_or_default().to_owned(),
        condition: String::new(),
        status,
        reason: reason.to_owned(),
        format: "c3d".into(),
        kind: "markers".into(),
        rate_hz: Some(100.0),
        frames: Some(1034),
        duration_s: Some(10.34),
        finding: String::new(),
        content_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        limbs: None,
        frame: None,
        passes: Vec::new(),
        trunk: String::new(),
        standing: None,
        static_trial: String::new(),
        tasks: Default::default(),
        gaps: Vec::new(),
        warnings: Vec::new(),
        calibration: None,
        part_of: String::new(),
        start_s: None,
    }
}

impl FakeStudy {
    /// Adds an analysed recording.
    pub fn walk(&mut self, name: &str, words: &str, limbs: [Limb; 2], found: [LimbFinding; 2]) {
        let mut row = row(name, Status::Analysed, "");
        row.finding = words.to_owned();
        row.passes = vec![Pass {
            first: 12,
            last: 988,
            heading_rad: 0.02,
        }];
        if limbs[0].trunk {
            row.trunk = "thorax, rotation–obliquity–tilt, from C7, T10, CLAV, STRN".into();
        }
        let seed = self.recordings.len() as u64 + 1;
        let mut used = PerSide::default();
        for (side, limb) in Side::BOTH.into_iter().zip(limbs) {
            let made = strides(name, side, limb, seed);
            used[side] = made.iter().filter(|s| s.stride.exclusion.is_none()).count();
            self.strides.extend(made);
        }
        let [mut left, mut right] = found;
        left.strides = used.left;
        right.strides = used.right;
        row.limbs = Some(PerSide { left, right });
        self.recordings.push(row);
    }

    /// Pools the given recordings into a session with the findings of the first.
    pub fn pool(&mut self, names: &[&str]) {
        let first = self.recordings.iter().find(|r| r.recording == names[0]);
        let first = first.unwrap().clone();
        for side in Side::BOTH {
            let used: Vec<_> = self
                .strides
                .iter()
                .filter(|s| names.contains(&s.recording.as_str()) && s.stride.side == side)
                .filter(|s| s.stride.exclusion.is_none())
                .map(|s| s.metrics)
                .collect();
            let mut finding = first.limbs.as_ref().unwrap()[side].clone();
            finding.strides = used.len();
            self.sessions.push(SessionRow {
                subject: first.subject.clone(),
                session: first.session.clone(),
                condition: first.condition.clone(),
                recordings: names.iter().map(|n| (*n).to_owned()).collect(),
                side,
                finding,
                words: first.finding.clone(),
                metrics: metric_summary(&used),
            });
        }
    }
}

/// A study with every kind of recording.
pub fn study() -> FakeStudy {
    let limb = |drop, lean| Limb {
        strides: 9,
        drop,
        lean,
        trunk: true,
    };
    let (left, right) = (Side::Left, Side::Right);
    let mut study = FakeStudy {
        provenance: Provenance {
            norm_table: None,
            version: "0.1.0".into(),
            settings: Settings::default(),
            settings_hash: "3b5d5c3712ab".into(),
            changed_settings: vec![("signal.cutoff_hz".into(), "7.0".into(), "6.0".into())],
            norms: vec!["Schwartz 2008, 51 to 82 typically developing children, pelvis in rotation–obliquity–tilt".into()],
        },
        ..FakeStudy::default()
    };
    study.walk(
        "ada/before/walk-01.c3d",
        "Right-sided uncompensated pelvic drop (right stance; the left side of the pelvis drops), moderate, in 6 of 7 strides. Left stance: neither drop nor lean.",
        [limb(0.0, 0.0), limb(6.0, -0.5)],
        [
            finding(left, Label::None, -0.2, Some(0.3)),
            finding(right, Label::Uncompensated, 5.2, Some(-0.6)),
        ],
    );
    study.walk(
        "ada/before/walk-02.c3d",
        "Right stance: the data cannot tell (uncompensated drop or none). Left stance: neither.",
        [
            Limb {
                strides: 3,
                ..limb(0.0, 0.0)
            },
            Limb {
                strides: 2,
                ..limb(4.0, 0.0)
            },
        ],
        [
            finding(left, Label::None, 0.4, Some(0.1)),
            finding(right, Label::Indeterminate, 3.1, Some(0.4)),
        ],
    );
    study.walk(
        "ben/one/walk.c3d",
        "Left-sided compensated pattern: the trunk leans left over the left stance leg while the pelvis stays level, mild.",
        [limb(-2.0, 7.0), limb(0.3, 0.2)],
        [
            finding(left, Label::Compensated, -1.2, Some(5.6)),
            finding(right, Label::None, 0.6, Some(-0.9)),
        ],
    );
    study.walk(
        "cleo/one/walk.c3d",
        "Both-sided mixed pattern: pelvic drop and trunk lean in either stance, severe.",
        [limb(7.0, 9.0), limb(6.0, 8.0)],
        [
            finding(left, Label::Mixed, 8.4, Some(9.1)),
            finding(right, Label::Mixed, 6.9, Some(7.7)),
        ],
    );
    let bare = |drop| Limb {
        trunk: false,
        ..limb(drop, 0.0)
    };
    study.walk(
        "dan/one/walk.trc",
        "Right stance: pelvic drop; without trunk data compensation is unknown.",
        [bare(0.0), bare(5.0)],
        [
            finding(left, Label::None, 0.2, None),
            finding(right, Label::DropUnspecified, 4.6, None),
        ],
    );
    let one = |drop| Limb {
        strides: 3,
        ..limb(drop, 0.2)
    };
    study.walk(
        HOSTILE,
        &format!("Neither limb shows a pattern in {HOSTILE}."),
        [one(0.1), one(-0.2)],
        [
            finding(left, Label::None, 0.1, Some(0.2)),
            finding(right, Label::None, -0.3, Some(0.4)),
        ],
    );
    decorate(&mut study);
    study.pool(&["ada/before/walk-01.c3d", "ada/before/walk-02.c3d"]);
    study.pool(&["ben/one/walk.c3d"]);
    study.pool(&["cleo/one/walk.c3d"]);
    study.pool(&["dan/one/walk.trc"]);
    study.pool(&[HOSTILE]);
    study
}

/// Flags, warnings, gaps, a standing trial, and the recordings that were not analysed.
fn decorate(study: &mut FakeStudy) {
    let flag = |code: &'static str, blocking, message: &str| Flag {
        code: code.into(),
        blocking,
        message: message.into(),
    };
    let ada = &mut study.recordings[0];
    ada.standing = Some(StandingPosture {
        pelvis_obliquity_deg: Some(-0.7),
        trunk_lean_deg: Some(0.4),
    });
    ada.static_trial = "ada/before/static.c3d".into();
    ada.gaps = vec![
        MarkerGaps {
            label: "LASI".into(),
            missing: 14,
            filled: 14,
        },
        MarkerGaps {
            label: "RKNE".into(),
            missing: 61,
            filled: 48,
        },
        MarkerGaps {
            label: "C7".into(),
            missing: 0,
            filled: 0,
        },
    ];
    ada.warnings = vec![Warning::at(
        "long-gap",
        "RKNE",
        "A gap of 13 frames could not be filled; strides in it are not used.",
    )];
    let limbs = ada.limbs.as_mut().unwrap();
    limbs.right.flags = vec![flag(
        "slow-walking",
        false,
        "The walk is slower than the norm's middle speed; the nearest speed groups were used.",
    )];
    let ben = study.recordings[2].limbs.as_mut().unwrap();
    ben.left.flags = vec![flag(
        "antalgic",
        false,
        "Stance is 12 % shorter on the left: the lean may be pain avoidance (a coxalgic gait).",
    )];
    let undecided = study.recordings[1].limbs.as_mut().unwrap();
    undecided.right.flags = vec![flag(
        "few-strides",
        true,
        "2 strides are too few for a definite label (5 are needed, or 3 at a probability of 95 %).",
    )];
    let hostile = study
        .recordings
        .iter_mut()
        .find(|r| r.recording == HOSTILE)
        .unwrap();
    hostile.subject = HOSTILE.into();
    hostile.session = "</title><img src=x onerror=alert(2)>".into();
    hostile.warnings = vec![Warning::at("odd-label", HOSTILE, HOSTILE)];
    hostile.gaps = vec![MarkerGaps {
        label: HOSTILE.into(),
        missing: 3,
        filled: 3,
    }];
    hostile.trunk = HOSTILE.into();
    hostile.limbs.as_mut().unwrap().left.flags =
        vec![flag("</style><script>alert(3)</script>", false, HOSTILE)];
    study.recordings.extend([
        row("ada/before/static.c3d", Status::Standing, "Nobody walks: the standing posture was measured."),
        row("eve/one/broken.c3d", Status::Failed, "eve/one/broken.c3d: at byte 512 the parameter section says 40 blocks, the file has 3: it is cut short; export it again."),
        row("eve/one/sit.c3d", Status::NoGait, "The pelvis never moves faster than 0.2 m/s."),
        row("fay/one/short.csv", Status::Insufficient, "One foot strike was found: a stride needs two of the same foot."),
    ]);
    study
        .recordings
        .sort_by(|a, b| a.recording.cmp(&b.recording));
}
