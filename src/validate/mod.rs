//! What a label is worth: the pipeline on cohorts of synthetic walkers, and on real recordings that
//! hold another program's angles and events.
//!
//! In: number of walkers, seed, settings, recordings. Out: [`Outcome`], its demands, and a report of
//! one page and CSV tables. The same order gives the same files.
//!
//! | file | holds |
//! |---|---|
//! | `plan` | which walkers are made |
//! | `measure` | one of them through the pipeline, compared with its truth |
//! | `events` | pairs of found and expected events |
//! | `tally`, `tables` | counts and tables |
//! | `calibration` | stated probabilities |
//! | `thresholds` | labels that hang on a threshold |
//! | `shifted` | labels that hang on the foot contacts |
//! | `agreement` | real recordings |
//! | `demands` | what is demanded of the labels |
//! | `page` | the page |

mod agreement;
mod calibration;
mod demands;
mod events;
mod measure;
mod page;
mod plan;
mod shifted;
mod table;
mod tables;
mod tally;
mod thresholds;

pub use demands::Demand;

use crate::settings::Settings;
use crate::study::Progress;
use crate::study::whole::WholeFile;
use agreement::Agreement;
use anyhow::Context;
use measure::Measured;
use plan::Cell;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use table::Table;

/// How much is made.
#[derive(Debug, Clone)]
pub struct Order {
    /// Subjects per cell of the usual conditions (several times as many in the cells that demands
    /// are made of); a quarter of it per cell of a varied condition.
    pub walkers: u64,
    /// Only the usual conditions: labels, but not how noise, rate or markers change them.
    pub usual_only: bool,
    /// Seed of the cohort.
    pub seed: u64,
    /// Real recordings: name and file.
    pub recordings: Vec<(String, PathBuf)>,
    /// Settings of the analysis.
    pub settings: Settings,
}

/// Everything that was made and found.
pub struct Outcome {
    cells: Vec<Cell>,
    measured: Vec<Measured>,
    agreement: Option<Agreement>,
    settings: Settings,
}

/// Makes the cohorts and runs the pipeline on them, in parallel.
pub fn run(order: &Order, progress: &dyn Progress) -> Outcome {
    let mut cells = plan::plan(order.walkers);
    cells.retain(|cell| !order.usual_only || cell.axis == plan::BASE);
    let jobs: Vec<(usize, u64)> = cells
        .iter()
        .enumerate()
        .flat_map(|(index, cell)| (0..cell.walkers).map(move |number| (index, number)))
        .collect();
    progress.begin(jobs.len());
    let measured = jobs
        .par_iter()
        .map(|&(index, number)| {
            let cell = &cells[index];
            let exact = cell.axis == plan::BASE;
            let settings = &order.settings;
            let found = measure::measure(index, cell, number, order.seed, settings, exact);
            progress.step(&cell.name());
            found
        })
        .collect();
    progress.end();
    let agreement = match order.recordings.is_empty() {
        true => None,
        false => Some(agreement::compare(&order.recordings, &order.settings)),
    };
    Outcome {
        cells,
        measured,
        agreement,
        settings: order.settings.clone(),
    }
}

impl Outcome {
    /// Number of synthetic recordings.
    pub fn recordings(&self) -> usize {
        self.measured.len()
    }

    /// Synthetic recordings that could not be analysed.
    pub fn failed(&self) -> usize {
        let failed = self.measured.iter().filter(|m| !m.failure.is_empty());
        failed.count()
    }

    /// What is demanded of the labels, and what was reached.
    pub fn demands(&self) -> Vec<Demand> {
        demands::demands(&self.cells, &self.measured)
    }

    /// Real recordings that hold angles or events to compare with.
    pub fn compared(&self) -> Option<usize> {
        self.agreement.as_ref().map(Agreement::compared)
    }

    /// Real recordings that could not be read, with the reason.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.agreement.iter().flat_map(Agreement::failures)
    }

    /// Rows of the agreement over all recordings: angle or event, then the numbers.
    pub fn agreement_lines(&self) -> Vec<String> {
        let Some(agreement) = &self.agreement else {
            return Vec::new();
        };
        let tables = [agreement.angle_table(), agreement.event_table()];
        let of = |table: &Table| -> Vec<String> {
            let all = table.rows.iter().filter(|row| row[0] == "all");
            all.map(|row| {
                let named = table.columns.iter().zip(row).skip(2);
                let numbers: Vec<String> = named.map(|(c, v)| format!("{c} {v}")).collect();
                format!("{}: {}", row[1], numbers.join(", "))
            })
            .collect()
        };
        tables.iter().flat_map(of).collect()
    }

    /// Writes `index.html` and one CSV file per table into `out`; each appears whole or not at all.
    pub fn write(&self, out: &Path) -> anyhow::Result<()> {
        let (plan, measured) = (&self.cells, &self.measured);
        let demands = self.demands();
        let mut shown = vec![
            tables::cells(plan, measured),
            tables::confusion(plan, measured),
            tables::calibration(plan, measured),
            thresholds::table(plan, measured, &self.settings),
            shifted::table(measured),
            tables::angle_errors(plan, measured),
            tables::event_errors(plan, measured),
        ];
        if let Some(agreement) = &self.agreement {
            shown.push(agreement.angle_table());
            shown.push(agreement.event_table());
        }
        let html = page::html(self, &demands, &shown, &self.settings)?;
        write_whole(&out.join("index.html"), &html)?;
        let others = [demands::table(&demands), tables::recordings(plan, measured)];
        for table in shown.iter().chain(&others) {
            write_whole(&out.join(format!("{}.csv", table.name)), &table.to_csv())?;
        }
        Ok(())
    }
}

fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = WholeFile::create(path)?;
        file.write_all(text.as_bytes())?;
        file.finish()
    };
    write().with_context(|| format!("{}: cannot be written", path.display()))
}
