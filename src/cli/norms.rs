//! `hipdrop norms`: norm tables of one's own.

use super::common::AnalysisOptions;
use super::output::{self, Done, Failure};
use super::progress::Bar;
use crate::norms::{Norms, SpeedGroup};
use crate::recording::Sequence;
use crate::study::norm_builder::{NormRequest, build};
use crate::study::whole;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  hipdrop norms build healthy -o clinic.csv --population '24 adults, 20 to 60 years'
  hipdrop norms show clinic.csv
  hipdrop analyze recordings --norms clinic.csv";

/// Make and look at norm tables.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(Box<Build>),
    Show(Show),
}

/// Make a norm table from recordings of healthy people.
///
/// Mean and SD of curves and features over the limbs of all subjects, in the rotation sequence that
/// strides are measured in. Subjects come from --subjects, the files or the folders.
#[derive(Debug, Args)]
struct Build {
    /// Files and folders.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The table.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Who was measured: number, age, sex, footwear.
    #[arg(long, value_name = "TEXT", default_value = "not described")]
    population: String,
    /// Where and how it was measured.
    #[arg(long, value_name = "TEXT", default_value = "own recordings")]
    source: String,
    /// Dimensionless speeds v/√(g·leg) that separate speed groups [default: one group]
    #[arg(long, value_name = "V,V", value_delimiter = ',')]
    speed_limits: Vec<f64>,
    /// Subjects that a speed group needs.
    #[arg(long, value_name = "N", default_value_t = 5)]
    min_subjects: usize,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Check a norm table and print what is in it; the built-in norms without a file.
#[derive(Debug, Args)]
struct Show {
    /// The table.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    match &arguments.command {
        Command::Build(arguments) => run_build(arguments, quiet),
        Command::Show(arguments) => show(arguments),
    }
}

/// Reads a norm table that the user named.
pub fn read(path: &Path) -> Result<Norms, Failure> {
    let name = path.display().to_string();
    let text = crate::read::text_of(path).map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
    Ok(Norms::parse(&name, &text).map_err(anyhow::Error::from)?)
}

fn run_build(arguments: &Build, quiet: bool) -> Result<Done, Failure> {
    output::check_target(Some(&arguments.out), &[])?;
    let analysis = &arguments.analysis;
    let request = NormRequest {
        paths: arguments.paths.clone(),
        settings: analysis.settings()?,
        subjects: analysis.subjects_table()?,
        read: analysis.read_options()?,
        population: arguments.population.clone(),
        source: arguments.source.clone(),
        speed_limits: arguments.speed_limits.clone(),
        subjects_min: arguments.min_subjects,
    };
    let built = build(&request, &Bar::new(quiet))?;
    whole::write(&arguments.out, built.text.as_bytes())
        .with_context(|| arguments.out.display().to_string())?;
    if !quiet {
        for note in &built.notes {
            eprintln!("note: {}", super::style::plain(note));
        }
        for (name, subjects, limbs, strides) in &built.groups {
            output::line(&format!(
                "speed group {name}: {subjects} subjects, {limbs} limbs, {strides} strides"
            ))?;
        }
        output::line(&format!("{}", arguments.out.display()))?;
    }
    Ok(Done::All)
}

fn show(arguments: &Show) -> Result<Done, Failure> {
    let norms = match &arguments.file {
        Some(path) => read(path)?,
        None => Norms::default(),
    };
    let mut text = String::new();
    for table in norms.tables() {
        let sequence = match table.sequence {
            Some(Sequence::RotationObliquityTilt) => "rot",
            Some(Sequence::TiltObliquityRotation) => "pig",
            None => "joint angle",
        };
        text.push_str(&format!(
            "{} ({sequence}): {}; {}\n",
            table.curve.name(),
            super::style::plain(&table.population),
            super::style::plain(&table.source)
        ));
        for group in &table.groups {
            text.push_str(&line(group));
        }
    }
    let features = norms.feature_groups();
    let features = match features.as_slice() {
        [] => "features of the decision model: built-in".to_owned(),
        names => format!(
            "features of the decision model: {}",
            super::style::plain(&names.join(", "))
        ),
    };
    output::print(&format!("{text}{features}\n"))?;
    Ok(Done::All)
}

/// One speed group: name, speed, subjects, value at 30 % of the stride.
fn line(group: &SpeedGroup) -> String {
    let speed = group
        .speed_dimensionless
        .map_or_else(|| "speed unknown".to_owned(), |v| format!("v* {v:.2}"));
    let n = group
        .n
        .map_or_else(|| "n unknown".to_owned(), |n| format!("n {n}"));
    let (mean, sd) = group.at(30.0);
    let name = super::style::plain(&group.name);
    format!("  {name}: {speed}, {n}, at 30 % of the stride {mean:.1} ± {sd:.1}°\n")
}
