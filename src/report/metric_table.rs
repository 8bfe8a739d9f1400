//! The table of metrics of both limbs.
//!
//! In: strides, or means that were made elsewhere. Out: [`MetricGroup`]s with formatted numbers.

use crate::metrics::METRIC_NAMES;
use crate::recording::{PerSide, Side};
use crate::study::rows::StrideRow;
use crate::study::summary::{MeanSd, metric_summary};
use serde::Serialize;

use super::gait::used_of;
use super::language::Language;

/// Mean and SD per metric, in the order of [`METRIC_NAMES`].
pub type MetricMeans = Vec<Option<MeanSd>>;

/// Metrics of one body part.
#[derive(Debug, Clone, Serialize)]
pub struct MetricGroup {
    /// Heading.
    pub title: String,
    /// Its metrics.
    pub rows: Vec<MetricRow>,
}

/// One metric of both limbs.
#[derive(Debug, Clone, Serialize)]
pub struct MetricRow {
    /// Column name.
    pub name: &'static str,
    /// What it is.
    pub what: String,
    /// Unit.
    pub unit: String,
    /// `5.2 ± 0.8`, left then right.
    pub values: Vec<String>,
    /// Right less left.
    pub difference: String,
}

/// Means over the used strides of a limb.
pub fn means(strides: &[StrideRow], side: Side) -> MetricMeans {
    metric_summary(used_of(strides, side).map(|row| &row.metrics))
}

/// Group of a metric, by its name.
fn group_of(name: &str) -> &'static str {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| name.starts_with(p));
    if starts(&["drop_", "pelvis_"]) {
        "metric-group.pelvis"
    } else if starts(&["lean_"]) {
        "metric-group.trunk"
    } else if starts(&["hip_", "knee_", "fppa_"]) {
        "metric-group.legs"
    } else {
        "metric-group.walking"
    }
}

/// Unit and decimals of a metric, by its name.
fn unit_of(name: &str) -> (&'static str, usize) {
    match name {
        _ if name.ends_with("_deg") => ("°", 1),
        _ if name.ends_with("_pct") => ("%", 1),
        _ if name.ends_with("_m_s") => ("m/s", 2),
        _ if name.ends_with("_steps_min") => ("unit.steps-min", 0),
        _ if name.ends_with("_m") => ("m", 2),
        _ => ("", 2),
    }
}

/// The table of all metrics, by body part.
pub fn metric_groups(means: &PerSide<MetricMeans>, lang: &Language) -> Vec<MetricGroup> {
    let mut groups: Vec<MetricGroup> = Vec::new();
    for (i, name) in METRIC_NAMES.iter().enumerate() {
        let (unit, decimals) = unit_of(name);
        let of = |side: Side| means[side].get(i).copied().flatten();
        let value = |side: Side| match of(side) {
            Some(MeanSd { mean, sd: Some(sd) }) => {
                format!(
                    "{} ± {}",
                    lang.fixed(mean, decimals),
                    lang.fixed(sd, decimals)
                )
            }
            Some(MeanSd { mean, sd: None }) => lang.fixed(mean, decimals),
            None => "–".to_owned(),
        };
        let difference = match (of(Side::Left), of(Side::Right)) {
            (Some(left), Some(right)) => lang.fixed(right.mean - left.mean, decimals),
            _ => "–".to_owned(),
        };
        let row = MetricRow {
            name,
            what: lang.say(&format!("metric.{name}")),
            unit: lang.known(unit).unwrap_or(unit).to_owned(),
            values: Side::BOTH.map(value).to_vec(),
            difference,
        };
        let title = lang.say(group_of(name));
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => groups.push(MetricGroup {
                title,
                rows: vec![row],
            }),
        }
    }
    groups
}
