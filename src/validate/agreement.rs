//! Agreement with the angles and events that real recordings hold.
//!
//! In: files with stored Plug-in Gait angles or events. Out: errors per file and channel, and pairs
//! for Bland–Altman plots (Bland & Altman 1986: difference against mean, bias ± 1.96 SD).

use super::events::{EventErrors, KindErrors, compare_events};
use super::measure::rms;
use super::table::{Table, number};
use crate::analysis::{self, Options, Processing};
use crate::angles;
use crate::events;
use crate::read::{self, ReadOptions};
use crate::recording::Recording;
use crate::settings::{EventPreference, Settings};
use rayon::prelude::*;
use std::path::PathBuf;

/// Channels that are compared: stored label, component, and what it is.
const CHANNELS: [(&str, &str); 5] = [
    ("PelvisAngles_Y", "pelvic obliquity"),
    ("ThoraxAngles_Y", "trunk lean"),
    ("HipAngles_Y", "hip adduction"),
    ("KneeAngles_X", "knee flexion"),
    ("KneeAngles_Y", "knee varus"),
];

/// One file.
struct Compared {
    name: String,
    /// Ours and stored, degrees, both sides, per channel of [`CHANNELS`].
    pairs: Vec<Vec<(f64, f64)>>,
    events: Option<EventErrors>,
    failure: String,
}

/// Agreement of a set of files.
pub struct Agreement {
    files: Vec<Compared>,
}

/// A channel's pairs over all files.
pub struct Pairs {
    /// What it is.
    pub name: &'static str,
    /// (ours, stored), degrees.
    pub pairs: Vec<(f64, f64)>,
}

/// Bias and limits of agreement of pairs, degrees.
pub fn limits(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = pairs.len() as f64;
    let bias = pairs.iter().map(|(a, b)| a - b).sum::<f64>() / n;
    let squares: f64 = pairs.iter().map(|(a, b)| (a - b - bias).powi(2)).sum();
    let sd = (squares / (n - 1.0)).sqrt();
    (bias, bias - 1.96 * sd, bias + 1.96 * sd)
}

/// Compares every file that holds angles or events.
pub fn compare(files: &[(String, PathBuf)], settings: &Settings) -> Agreement {
    let compared: Vec<Compared> = files
        .par_iter()
        .map(|(name, path)| {
            let read = read::open(path, &ReadOptions::default());
            match read {
                Ok(recording) => one(name, &recording, settings),
                Err(error) => failed(name, error.to_string()),
            }
        })
        .collect();
    Agreement { files: compared }
}

fn failed(name: &str, failure: String) -> Compared {
    Compared {
        name: name.to_owned(),
        pairs: vec![Vec::new(); CHANNELS.len()],
        events: None,
        failure,
    }
}

fn one(name: &str, recording: &Recording, settings: &Settings) -> Compared {
    let mut compared = failed(name, String::new());
    let options = Options {
        settings: settings.clone(),
        ..Options::default()
    };
    let stored = angles::plug_in_gait_from_model_outputs(recording);
    // without markers the stored angles would be compared with themselves
    if let Some(stored) = stored.filter(|_| !recording.markers.is_empty())
        && let Ok(ours) = analysis::plug_in_gait(recording, &options, Processing::Filtered)
    {
        for (index, (label, _)) in CHANNELS.iter().enumerate() {
            for side in ["L", "R"] {
                let column = format!("{side}{label}");
                let of = |columns: &[angles::PigColumn]| {
                    let found = columns.iter().find(|c| c.name == column);
                    found.map(|c| c.values_deg.clone())
                };
                let (Some(a), Some(b)) = (of(&ours), of(&stored)) else {
                    continue;
                };
                let known = |(a, b): &(f64, f64)| a.is_finite() && b.is_finite() && *b != 0.0;
                compared.pairs[index].extend(a.into_iter().zip(b).filter(known));
            }
        }
    }
    let expected = events::stored(recording);
    if !expected.is_empty() && !recording.markers.is_empty() {
        let mut detect = options;
        detect.settings.events.source = EventPreference::Detect;
        if let Ok((found, _)) = analysis::gait_events(recording, &detect) {
            // laboratories mark the strides they want: what they left out is not invented
            let mut errors = compare_events(&expected, &found, f64::INFINITY);
            errors.strikes.invented = 0;
            errors.offs.invented = 0;
            compared.events = Some(errors);
        }
    }
    compared
}

impl Agreement {
    /// Number of files that hold something to compare.
    pub fn compared(&self) -> usize {
        let holds = |f: &&Compared| f.events.is_some() || f.pairs.iter().any(|p| !p.is_empty());
        self.files.iter().filter(holds).count()
    }

    /// Pairs of every channel over all files.
    pub fn channels(&self) -> Vec<Pairs> {
        CHANNELS
            .iter()
            .enumerate()
            .map(|(index, (_, name))| Pairs {
                name,
                pairs: self
                    .files
                    .iter()
                    .flat_map(|f| f.pairs[index].clone())
                    .collect(),
            })
            .collect()
    }

    /// Errors of the angles, file by file, then over all.
    pub fn angle_table(&self) -> Table {
        let mut table = Table::new(
            "agreement_angles",
            "Agreement with stored Plug-in Gait angles",
            "Found less stored, degrees, both sides, filtered and gap-filled as in an analysis; frames with both. Limits of agreement: bias ± 1.96 SD.",
            &[
                "recording",
                "angle",
                "frames",
                "bias",
                "rms",
                "lower_limit",
                "upper_limit",
            ],
        );
        let mut add = |name: &str, angle: &str, pairs: &[(f64, f64)]| {
            if pairs.len() < 2 {
                return;
            }
            let (bias, low, high) = limits(pairs);
            let rms = rms(pairs.iter().map(|(a, b)| a - b));
            table.rows.push(vec![
                name.to_owned(),
                angle.to_owned(),
                pairs.len().to_string(),
                number(bias, 3),
                number(rms, 3),
                number(low, 3),
                number(high, 3),
            ]);
        };
        for channel in self.channels() {
            add("all", channel.name, &channel.pairs);
        }
        for file in &self.files {
            for (pairs, (_, name)) in file.pairs.iter().zip(CHANNELS) {
                add(&file.name, name, pairs);
            }
        }
        table
    }

    /// Errors of detected events against the stored ones, over all files and file by file.
    pub fn event_table(&self) -> Table {
        let mut table = Table::new(
            "agreement_events",
            "Agreement with stored events",
            "Events detected from markers less stored ones, milliseconds, pairs within 0.1 s. Stored events may come from force plates or from a person.",
            &[
                "recording",
                "event",
                "pairs",
                "bias_ms",
                "mae_ms",
                "p95_ms",
                "missed",
            ],
        );
        let mut all = EventErrors::default();
        for file in &self.files {
            all.add(file.events.as_ref().unwrap_or(&EventErrors::default()));
        }
        let mut add = |name: &str, errors: &EventErrors| {
            for (event, kind) in [("foot strike", &errors.strikes), ("foot off", &errors.offs)] {
                if !kind.errors_ms.is_empty() || kind.missed > 0 {
                    let mut row = vec![name.to_owned(), event.to_owned()];
                    row.extend(event_cells(kind));
                    row.push(kind.missed.to_string());
                    table.rows.push(row);
                }
            }
        };
        add("all", &all);
        for file in &self.files {
            if let Some(errors) = &file.events {
                add(&file.name, errors);
            }
        }
        table
    }

    /// Files that could not be read.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        let failed = self.files.iter().filter(|f| !f.failure.is_empty());
        failed.map(|f| (f.name.as_str(), f.failure.as_str()))
    }
}

/// Pairs, bias, mean absolute error, 95th percentile.
pub fn event_cells(errors: &KindErrors) -> [String; 4] {
    let n = errors.errors_ms.len() as f64;
    let bias = errors.errors_ms.iter().sum::<f64>() / n;
    let mut absolute: Vec<f64> = errors.errors_ms.iter().map(|e| e.abs()).collect();
    absolute.sort_by(f64::total_cmp);
    let mae = absolute.iter().sum::<f64>() / n;
    let p95 = absolute.get((0.95 * n) as usize).or(absolute.last());
    [
        errors.errors_ms.len().to_string(),
        number(bias, 1),
        number(mae, 1),
        number(p95.copied().unwrap_or(f64::NAN), 1),
    ]
}
