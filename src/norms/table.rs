//! The one schema of norm tables, built-in and the user's own.
//!
//! In: CSV text. Out: [`NormTable`]s, checked.
//!
//! Comment lines `# source: …`, `# population: …`, `# note: …` say where the figures come from.
//! Columns: `curve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg`, one line per
//! percent of the stride. `sequence` is `rot`, `pig` or empty (joint angles); speed and n may be
//! empty. Lines of one group stand together, slow groups before fast ones, from 0 to 100 %.
//! A line without `pct` holds a feature of the decision model instead of a point of a curve.

use serde::Deserialize;

use super::{FEATURE_NAMES, FeatureNorm, NormCurve};
use crate::recording::Sequence;

/// Mean and SD over the stride at one walking speed.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedGroup {
    /// Name (`very slow`, `free`, …).
    pub name: String,
    /// Mean dimensionless speed v/√(g·leg); `None` when not documented.
    pub speed_dimensionless: Option<f64>,
    /// Number of subjects; `None` when not documented.
    pub n: Option<u32>,
    /// (percent of the stride, mean, SD), ascending from 0 to 100; degrees.
    points: Vec<[f64; 3]>,
}

impl SpeedGroup {
    /// Mean and SD at a percent of the stride, linear between the table's points.
    pub fn at(&self, pct: f64) -> (f64, f64) {
        let pct = pct.clamp(0.0, 100.0);
        let next = self.points.partition_point(|point| point[0] < pct);
        match (
            self.points.get(next.saturating_sub(1)),
            self.points.get(next),
        ) {
            (Some(low), Some(high)) if high[0] > low[0] => {
                let share = (pct - low[0]) / (high[0] - low[0]);
                let mix = |column: usize| low[column] + share * (high[column] - low[column]);
                (mix(1), mix(2))
            }
            (_, Some(point)) => (point[1], point[2]),
            _ => (f64::NAN, f64::NAN),
        }
    }

    /// Average of mean and SD between two percents of the stride (trapezoids of 0.1 %).
    pub(super) fn average(&self, from_pct: f64, to_pct: f64) -> (f64, f64) {
        let steps = ((to_pct - from_pct) * 10.0).round().max(1.0) as u32;
        let mut sums = (0.0, 0.0);
        for step in 0..=steps {
            let weight = if step == 0 || step == steps { 0.5 } else { 1.0 };
            let share = f64::from(step) / f64::from(steps);
            let (mean, sd) = self.at(from_pct + share * (to_pct - from_pct));
            sums.0 += weight * mean;
            sums.1 += weight * sd;
        }
        (sums.0 / f64::from(steps), sums.1 / f64::from(steps))
    }
}

/// A norm of one curve in one rotation sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct NormTable {
    /// The curve.
    pub curve: NormCurve,
    /// Rotation sequence; `None` for joint angles.
    pub sequence: Option<Sequence>,
    /// Paper and table.
    pub source: String,
    /// Who was measured.
    pub population: String,
    /// Speed groups, slow to fast.
    pub groups: Vec<SpeedGroup>,
}

/// A norm table that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NormTableError {
    /// A line is not a row of the schema.
    #[error(
        "{table}: {problem}; expected the columns curve,sequence,speed_group,speed_dimensionless,n,pct,mean_deg,sd_deg"
    )]
    Csv {
        /// Name of the table.
        table: String,
        /// What is wrong, with the line.
        problem: String,
    },
    /// A line has an impossible value.
    #[error("{table}, line {line}: {problem}")]
    Value {
        /// Name of the table.
        table: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// A speed group does not cover the stride.
    #[error(
        "{table}: the group '{group}' of {curve} covers {from} to {to} % of the stride; expected 0 to 100 %"
    )]
    Coverage {
        /// Name of the table.
        table: String,
        /// Speed group.
        group: String,
        /// Curve.
        curve: &'static str,
        /// First percent.
        from: f64,
        /// Last percent.
        to: f64,
    },
    /// Figures in a rotation sequence that nothing is measured in.
    #[error(
        "{table}: {what} is in {}; hipdrop measures strides in rotation–obliquity–tilt (sequence 'rot') and never compares the two: give figures in that sequence (`hipdrop norms build` makes them)",
        sequence_words(*.found)
    )]
    Sequence {
        /// Name of the table.
        table: String,
        /// Curve or feature.
        what: String,
        /// Sequence of the figures; `None` when the table does not say.
        found: Option<Sequence>,
    },
    /// Nothing in it.
    #[error("{table}: there is no row in it")]
    Empty {
        /// Name of the table.
        table: String,
    },
}

fn sequence_words(sequence: Option<Sequence>) -> &'static str {
    match sequence {
        Some(Sequence::RotationObliquityTilt) => "rotation–obliquity–tilt (sequence 'rot')",
        Some(Sequence::TiltObliquityRotation) => "tilt–obliquity–rotation (sequence 'pig')",
        None => "no rotation sequence (the column is empty)",
    }
}

/// Feature norms of one speed group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FeatureGroup {
    /// Name.
    pub name: String,
    /// Mean dimensionless speed; `None` when not documented.
    pub speed_dimensionless: Option<f64>,
    /// In the order of [`FEATURE_NAMES`].
    pub values: [Option<FeatureNorm>; 5],
}

/// A line of the file.
#[derive(Deserialize)]
struct Line {
    curve: String,
    sequence: Option<Sequence>,
    speed_group: String,
    speed_dimensionless: Option<f64>,
    n: Option<u32>,
    pct: Option<f64>,
    mean_deg: f64,
    sd_deg: f64,
}

/// A point of a curve.
struct Row {
    curve: NormCurve,
    sequence: Option<Sequence>,
    speed_group: String,
    speed_dimensionless: Option<f64>,
    n: Option<u32>,
    pct: f64,
    mean_deg: f64,
    sd_deg: f64,
}

impl Line {
    /// Adds a line without percent to the features; the message says what is wrong with it.
    fn add_feature(self, features: &mut Vec<FeatureGroup>) -> Result<(), String> {
        let Some(index) = FEATURE_NAMES.iter().position(|name| *name == self.curve) else {
            return Err(format!(
                "'{}' without pct is no feature; expected one of {}",
                self.curve,
                FEATURE_NAMES.join(", ")
            ));
        };
        check_numbers(self.mean_deg, self.sd_deg)?;
        let known = features.iter().position(|g| g.name == self.speed_group);
        let group = match known {
            Some(known) => known,
            None => {
                if let Some(last) = features.last() {
                    let speeds = last.speed_dimensionless.zip(self.speed_dimensionless);
                    if !speeds.is_some_and(|(before, now)| before < now) {
                        return Err(format!(
                            "the speed of '{}' must be given and above that of '{}'",
                            self.speed_group, last.name
                        ));
                    }
                }
                features.push(FeatureGroup {
                    name: self.speed_group.clone(),
                    speed_dimensionless: self.speed_dimensionless,
                    values: [None; 5],
                });
                features.len() - 1
            }
        };
        let slot = &mut features[group].values[index];
        if slot.is_some() {
            return Err(format!("{} of '{}' twice", self.curve, self.speed_group));
        }
        *slot = Some(FeatureNorm {
            mean: self.mean_deg,
            sd: self.sd_deg,
        });
        Ok(())
    }

    /// The line as a point of a curve.
    fn point(self, pct: f64) -> Result<Row, String> {
        let curves = [
            NormCurve::PelvisDrop,
            NormCurve::TrunkLean,
            NormCurve::HipAdduction,
            NormCurve::KneeValgus,
        ];
        let Some(curve) = curves.into_iter().find(|c| c.name() == self.curve) else {
            return Err(format!(
                "'{}' is no curve; expected one of {}",
                self.curve,
                curves.map(NormCurve::name).join(", ")
            ));
        };
        Ok(Row {
            curve,
            sequence: self.sequence,
            speed_group: self.speed_group,
            speed_dimensionless: self.speed_dimensionless,
            n: self.n,
            pct,
            mean_deg: self.mean_deg,
            sd_deg: self.sd_deg,
        })
    }
}

fn check_numbers(mean_deg: f64, sd_deg: f64) -> Result<(), String> {
    if mean_deg.is_finite() && sd_deg.is_finite() && sd_deg > 0.0 {
        return Ok(());
    }
    Err(format!(
        "mean {mean_deg} and SD {sd_deg}: expected finite numbers, the SD above 0"
    ))
}

/// Every curve and feature of a CSV text; `name` is used in errors.
pub(super) fn parse_all(
    name: &str,
    text: &str,
) -> Result<(Vec<NormTable>, Vec<FeatureGroup>), NormTableError> {
    let mut tables: Vec<NormTable> = Vec::new();
    let mut features: Vec<FeatureGroup> = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| csv_error(name, &e))?.clone();
    for record in reader.records() {
        let record = record.map_err(|e| csv_error(name, &e))?;
        let line = record.position().map_or(0, csv::Position::line);
        let read: Line = record
            .deserialize(Some(&headers))
            .map_err(|e| csv_error(name, &e))?;
        let wrong = |problem: String| NormTableError::Value {
            table: name.to_owned(),
            line,
            problem,
        };
        let Some(pct) = read.pct else {
            if read.sequence != Some(Sequence::RotationObliquityTilt) {
                return Err(NormTableError::Sequence {
                    table: name.to_owned(),
                    what: read.curve,
                    found: read.sequence,
                });
            }
            read.add_feature(&mut features).map_err(wrong)?;
            continue;
        };
        let row = read.point(pct).map_err(wrong)?;
        let same = |table: &NormTable| (table.curve, table.sequence) == (row.curve, row.sequence);
        if !tables.iter().any(same) {
            tables.push(NormTable {
                curve: row.curve,
                sequence: row.sequence,
                source: comment(text, "source"),
                population: comment(text, "population"),
                groups: Vec::new(),
            });
        }
        if let Some(table) = tables.iter_mut().find(|table| same(table)) {
            table.add(row).map_err(wrong)?;
        }
    }
    if tables.is_empty() && features.is_empty() {
        return Err(NormTableError::Empty {
            table: name.to_owned(),
        });
    }
    tables.iter().try_for_each(|table| table.covers(name))?;
    Ok((tables, features))
}

impl NormTable {
    /// Reads the tables of a CSV text; `name` is used in errors.
    ///
    /// # Errors
    /// [`NormTableError`] with table and line.
    pub fn parse(name: &str, text: &str) -> Result<Vec<NormTable>, NormTableError> {
        parse_all(name, text).map(|(tables, _)| tables)
    }

    /// Adds one row; the message says what is wrong with it.
    fn add(&mut self, row: Row) -> Result<(), String> {
        check_numbers(row.mean_deg, row.sd_deg)?;
        let point = [row.pct, row.mean_deg, row.sd_deg];
        if let Some(group) = self.groups.last_mut()
            && group.name == row.speed_group
        {
            let last = group.points.last().map_or(f64::NEG_INFINITY, |p| p[0]);
            if !(row.pct > last && row.pct <= 100.0) {
                return Err(format!(
                    "{} % after {last} %: expected ascending to 100",
                    row.pct
                ));
            }
            group.points.push(point);
            return Ok(());
        }
        self.may_follow(&row)?;
        self.groups.push(SpeedGroup {
            name: row.speed_group,
            speed_dimensionless: row.speed_dimensionless,
            n: row.n,
            points: vec![point],
        });
        Ok(())
    }

    /// Whether a new group may stand after the ones already read.
    fn may_follow(&self, row: &Row) -> Result<(), String> {
        if self.groups.iter().any(|g| g.name == row.speed_group) {
            return Err(format!(
                "the rows of '{}' do not stand together",
                row.speed_group
            ));
        }
        let Some(last) = self.groups.last() else {
            return Ok(());
        };
        match (last.speed_dimensionless, row.speed_dimensionless) {
            (Some(before), Some(now)) if now > before => Ok(()),
            _ => Err(format!(
                "the speed of '{}' must be given and above that of '{}'",
                row.speed_group, last.name
            )),
        }
    }

    /// Whether every group covers the whole stride.
    fn covers(&self, name: &str) -> Result<(), NormTableError> {
        for group in &self.groups {
            let from = group.points.first().map_or(f64::NAN, |p| p[0]);
            let to = group.points.last().map_or(f64::NAN, |p| p[0]);
            if (from, to) != (0.0, 100.0) {
                return Err(NormTableError::Coverage {
                    table: name.to_owned(),
                    group: group.name.clone(),
                    curve: self.curve.name(),
                    from,
                    to,
                });
            }
        }
        Ok(())
    }
}

fn csv_error(name: &str, error: &csv::Error) -> NormTableError {
    NormTableError::Csv {
        table: name.to_owned(),
        problem: error.to_string(),
    }
}

/// The text after `# key:` at the head of a table; empty when there is none.
pub(super) fn comment(text: &str, key: &str) -> String {
    text.lines()
        .filter_map(|line| line.strip_prefix('#')?.trim().strip_prefix(key))
        .find_map(|rest| rest.strip_prefix(':'))
        .map(|rest| rest.trim().to_owned())
        .unwrap_or_default()
}
