//! A laboratory's own norms from its healthy recordings.
//!
//! In: recordings of healthy people. Out: the text of a norm table ([`crate::norms::Norms`]) and what
//! it rests on.
//!
//! # What it measures
//! Mean and between-subject SD of the four curves at 0–100 % of the stride and of the features of
//! the decision model, per speed group.
//!
//! # How
//! The recordings are analysed as by `hipdrop analyze`. The used strides of a subject's limb are
//! averaged; mean and SD (n − 1) are taken over these limb means. Left and right are kept apart
//! because a limb is what is compared with a norm: averaging them would hide constant tilts.
//! A subject belongs to a speed group by the dimensionless speed of the recording.
//!
//! # Why it matters
//! Norms of children, of another marker set or of another walkway call a laboratory's own healthy
//! adults ill.
//!
//! # Limits
//! An SD of few subjects is itself uncertain: ±32 % with five, ±16 % with twenty. Both limbs of a
//! subject are not independent. Who is healthy is for the laboratory to say: limbs that the built-in
//! norms call positive are named, not left out.
//!
//! # References
//! Pinzone, Schwartz, Thomason & Baker 2014, Gait Posture 40:286–290 (norms differ between services).

use super::StudyError;
use super::batch::Progress;
use super::discover::discover;
use super::one::{Outcome, Steering, process};
use super::rows::StrideRow;
use crate::analysis::Status;
use crate::classify;
use crate::norms::{FEATURE_NAMES, NormCurve};
use crate::read::ReadOptions;
use crate::recording::Side;
use crate::settings::Settings;
use crate::study::subjects::Subjects;
use anyhow::{bail, ensure};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What the table is to be made of.
#[derive(Debug, Clone, Default)]
pub struct NormRequest {
    /// Files and folders of healthy people's recordings.
    pub paths: Vec<PathBuf>,
    /// All thresholds and filters.
    pub settings: Settings,
    /// What is known about the subjects.
    pub subjects: Subjects,
    /// What files cannot say.
    pub read: ReadOptions,
    /// Who was measured, in the user's words.
    pub population: String,
    /// Where, when and how, in the user's words.
    pub source: String,
    /// Dimensionless speeds that separate speed groups, ascending; none = one group.
    pub speed_limits: Vec<f64>,
    /// Fewer subjects make no group.
    pub subjects_min: usize,
}

/// A norm table and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltNorms {
    /// The table.
    pub text: String,
    /// Per speed group: name, subjects, limbs, strides.
    pub groups: Vec<(String, usize, usize, usize)>,
    /// What a person should look at before the table is used.
    pub notes: Vec<String>,
}

/// Mean of values as they come.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.sum += value;
            self.count += 1;
        }
    }

    fn merge(&mut self, other: Mean) {
        self.sum += other.sum;
        self.count += other.count;
    }

    fn value(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

const CURVES: [NormCurve; 4] = [
    NormCurve::PelvisDrop,
    NormCurve::TrunkLean,
    NormCurve::HipAdduction,
    NormCurve::KneeValgus,
];

/// Means over the strides of one limb.
#[derive(Debug, Clone)]
struct LimbMeans {
    curves: [Vec<Mean>; 4],
    features: [Mean; 5],
    speed: Mean,
    strides: usize,
}

impl Default for LimbMeans {
    fn default() -> LimbMeans {
        LimbMeans {
            curves: std::array::from_fn(|_| vec![Mean::default(); 101]),
            features: [Mean::default(); 5],
            speed: Mean::default(),
            strides: 0,
        }
    }
}

impl LimbMeans {
    fn add(&mut self, row: &StrideRow) {
        self.strides += 1;
        let curves = [
            &row.curves.pelvis_drop_deg,
            &row.curves.trunk_lean_deg,
            &row.curves.hip_adduction_deg,
            &row.curves.knee_valgus_deg,
        ];
        for (means, curve) in self.curves.iter_mut().zip(curves) {
            // a curve with a hole would be another average at every percent
            if curve.iter().all(|v| v.is_finite()) {
                means.iter_mut().zip(curve).for_each(|(m, v)| m.add(*v));
            }
        }
        let features = [
            row.metrics.drop_ss_deg,
            row.metrics.drop_ss_offset_free_deg,
            row.evidence.drop_peak_offset_free_deg,
            row.metrics.lean_ss_deg,
            row.metrics.lean_ss_offset_free_deg,
        ];
        for (mean, feature) in self.features.iter_mut().zip(features) {
            mean.add(feature.unwrap_or(f64::NAN));
        }
        self.speed
            .add(row.evidence.speed_dimensionless.unwrap_or(f64::NAN));
    }

    fn merge(&mut self, other: &LimbMeans) {
        for (mine, others) in self.curves.iter_mut().zip(&other.curves) {
            mine.iter_mut().zip(others).for_each(|(m, o)| m.merge(*o));
        }
        for (mine, others) in self.features.iter_mut().zip(other.features) {
            mine.merge(others);
        }
        self.speed.merge(other.speed);
        self.strides += other.strides;
    }
}

/// Speed group, subject, side.
type LimbKey = (usize, String, Side);

/// What one recording adds.
#[derive(Default)]
struct Contribution {
    limbs: Vec<(LimbKey, LimbMeans)>,
    note: Option<String>,
    content_hash: String,
}

/// Analyses the recordings and makes the table.
///
/// # Errors
/// No recordings, no used strides, or a speed group with too few subjects.
pub fn build(request: &NormRequest, progress: &dyn Progress) -> anyhow::Result<BuiltNorms> {
    let limits = &request.speed_limits;
    ensure!(
        limits.windows(2).all(|w| w[0] < w[1]) && limits.iter().all(|v| *v > 0.0 && v.is_finite()),
        "speed limits {limits:?}: expected ascending dimensionless speeds above 0"
    );
    let discovery = discover(&request.paths, None, &request.read.map)?;
    if discovery.found.is_empty() {
        return Err(StudyError::nothing_found(&request.paths, discovery.skipped).into());
    }
    let steering = Steering {
        settings_hash: request.settings.hash(),
        settings: request.settings.clone(),
        subjects: request.subjects.clone(),
        read: request.read.clone(),
        ..Steering::default()
    };
    progress.begin(discovery.found.len());
    let contributions: Vec<Contribution> = discovery
        .found
        .par_iter()
        .flat_map_iter(|found| {
            let results = match process(found, &steering, None) {
                Outcome::Done(results) => results,
                Outcome::Unchanged => Vec::new(),
            };
            progress.step(&found.recording);
            results.into_iter().map(|r| contribution(&r, limits))
        })
        .collect();
    progress.end();
    let mut notes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut limbs: BTreeMap<LimbKey, LimbMeans> = BTreeMap::new();
    for given in contributions {
        notes.extend(given.note);
        if given.limbs.is_empty() || !seen.insert(given.content_hash) {
            continue; // a copy counts once
        }
        for (key, means) in given.limbs {
            limbs.entry(key).or_default().merge(&means);
        }
    }
    table(request, &limbs, notes)
}

/// The strides of one recording, or why they are left out.
fn contribution(result: &super::store::RecordingResult, limits: &[f64]) -> Contribution {
    let row = &result.row;
    let name = &row.recording;
    let skipped = |why: &str| Contribution {
        note: Some(format!("{name}: left out, {why}")),
        ..Contribution::default()
    };
    match row.status {
        Status::Standing | Status::Bouts => return Contribution::default(),
        Status::Analysed => {}
        _ => return skipped(&row.reason),
    }
    if result.facts.aid.is_some() || result.facts.load.is_some() {
        return skipped("a walking aid was used or a load carried");
    }
    if let Some(warning) = row.warnings.iter().find(|w| classify::blocks_a_label(w)) {
        return skipped(&warning.message);
    }
    let used = || {
        result
            .strides
            .iter()
            .filter(|s| s.stride.exclusion.is_none())
    };
    let mut speed = Mean::default();
    used().for_each(|s| speed.add(s.evidence.speed_dimensionless.unwrap_or(f64::NAN)));
    let group = match speed.value() {
        Some(speed) => limits.iter().filter(|limit| speed >= **limit).count(),
        None if limits.is_empty() => 0,
        None => return skipped("its speed or leg length is unknown, so it has no speed group"),
    };
    let subject = row.subject.clone();
    let mut limbs: BTreeMap<Side, LimbMeans> = BTreeMap::new();
    used().for_each(|s| limbs.entry(s.stride.side).or_default().add(s));
    let positive = row
        .limbs
        .iter()
        .flat_map(|limbs| [&limbs.left, &limbs.right]);
    let positive: Vec<String> = positive
        .filter(|limb| limb.label.is_positive())
        .map(|limb| format!("{} {}", limb.side.name(), limb.label.name()))
        .collect();
    Contribution {
        limbs: limbs
            .into_iter()
            .map(|(side, means)| ((group, subject.clone(), side), means))
            .collect(),
        note: (!positive.is_empty()).then(|| {
            format!(
                "{name}: {} by the built-in norms; is subject {subject} healthy?",
                positive.join(", ")
            )
        }),
        content_hash: format!("{}{:?}", row.content_hash, row.start_s),
    }
}

fn group_name(index: usize, limits: &[f64]) -> String {
    match (
        index.checked_sub(1).and_then(|i| limits.get(i)),
        limits.get(index),
    ) {
        (None, None) => "free".to_owned(),
        (None, Some(high)) => format!("below {high}"),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("from {low}"),
    }
}

/// Mean and SD (n − 1) of at least two values.
fn mean_sd(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Some((mean, (squares / (n - 1.0)).sqrt()))
}

/// The table of all speed groups.
fn table(
    request: &NormRequest,
    limbs: &BTreeMap<LimbKey, LimbMeans>,
    notes: Vec<String>,
) -> anyhow::Result<BuiltNorms> {
    let mut built = BuiltNorms {
        text: String::new(),
        groups: Vec::new(),
        notes,
    };
    let (mut features, mut curves) = (String::new(), [const { String::new() }; 4]);
    let indices: BTreeSet<usize> = limbs.keys().map(|key| key.0).collect();
    if indices.is_empty() {
        bail!(
            "no recording has a stride that can be used; `hipdrop analyze` says why per recording"
        );
    }
    for index in indices {
        let group: Vec<_> = limbs.iter().filter(|(key, _)| key.0 == index).collect();
        let name = group_name(index, &request.speed_limits);
        let subjects: BTreeSet<&str> = group.iter().map(|(key, _)| key.1.as_str()).collect();
        let n = subjects.len();
        ensure!(
            n >= request.subjects_min.max(2),
            "speed group '{name}' has {n} subject{}: a norm needs at least {} (other --speed-limits make larger groups; subjects come from --subjects, the file or the folders)",
            if n == 1 { "" } else { "s" },
            request.subjects_min.max(2)
        );
        let speeds = group.iter().filter_map(|(_, limb)| limb.speed.value());
        let speeds: Vec<f64> = speeds.collect();
        let speed = match speeds.len() {
            0 => String::new(),
            count => format!("{:.4}", speeds.iter().sum::<f64>() / count as f64),
        };
        let strides = group.iter().map(|(_, limb)| limb.strides).sum();
        let row = |out: &mut String, what: &str, sequence: &str, pct: &str, values: &[f64]| {
            let Some((mean, sd)) = mean_sd(values) else {
                return Ok(());
            };
            ensure!(
                sd > 0.0,
                "{what} of speed group '{name}' is the same in all limbs: are these copies of one recording?"
            );
            out.push_str(&format!(
                "{what},{sequence},{name},{speed},{n},{pct},{mean:.4},{sd:.4}\n"
            ));
            Ok(())
        };
        for (feature, name) in FEATURE_NAMES.iter().enumerate() {
            let values = group
                .iter()
                .filter_map(|(_, l)| l.features[feature].value());
            row(&mut features, name, "rot", "", &values.collect::<Vec<_>>())?;
        }
        for (curve, (out, kind)) in curves.iter_mut().zip(CURVES).enumerate() {
            let sequence = match kind {
                NormCurve::PelvisDrop | NormCurve::TrunkLean => "rot",
                NormCurve::HipAdduction | NormCurve::KneeValgus => "",
            };
            for pct in 0..=100 {
                let values = group
                    .iter()
                    .filter_map(|(_, l)| l.curves[curve][pct].value());
                let values: Vec<f64> = values.collect();
                row(out, kind.name(), sequence, &pct.to_string(), &values)?;
            }
        }
        built.groups.push((name, n, group.len(), strides));
    }
    built.text = head(request, &built.groups) + &features + &curves.concat();
    Ok(built)
}

/// Comments and column names.
fn head(request: &NormRequest, groups: &[(String, usize, usize, usize)]) -> String {
    // a line break would end the comment
    let line = |text: &str| text.replace(['\r', '\n'], " ");
    let made: Vec<String> = groups
        .iter()
        .map(|(name, subjects, limbs, strides)| {
            format!("{name}: {subjects} subjects, {limbs} limbs, {strides} strides")
        })
        .collect();
    format!(
        "# source: {}\n# population: {}\n# note: hipdrop {} norms build; mean and SD over the means of limbs. {}\n# sequence: rotation-obliquity-tilt (rot); joint angles flexion-adduction-rotation\n# settings: {}\ncurve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg\n",
        line(&request.source),
        line(&request.population),
        env!("CARGO_PKG_VERSION"),
        made.join("; "),
        &request.settings.hash()[..12]
    )
}
