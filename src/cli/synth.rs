//! `hipdrop synth`: synthetic recordings with their truth.

use super::output::{self, Done, Failure};
use crate::recording::Recording;
use crate::synth::{
    self, Affected, FileAxes, FileFormat, FileUnit, GaitKind, HipRegression, Imu, MarkerSet, Noise,
    OneLeg, Pattern, SensorSet, Task, UnknownName, Walker,
};
use crate::synth::{Truth, WalkerError};
use anyhow::Context;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use std::str::FromStr;

const EXAMPLES: &str = "Examples:
  hipdrop synth --pattern uncompensated --side left --realistic -o made
  hipdrop synth --pattern healthy --trials 6 --strides 1 --standing --format csv
  hipdrop synth --gait running --speed 3.5 --pattern uncompensated -o made
  hipdrop synth --sensors full --pattern compensated --realistic --format folder
  hipdrop synth --task one-leg --pattern uncompensated --side left --fails-after 8
  hipdrop synth --sample-data sample-data";

/// Make synthetic recordings of people walking or running, and the truth about them.
///
/// Every recording comes with NAME.truth.json: events, strides, angles, labels and all parameters.
/// The same parameters give the same bytes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folder of the recordings.
    #[arg(short, long = "out", value_name = "DIR", default_value = "synthetic")]
    out: PathBuf,
    /// File format [default: c3d, and csv for sensors]
    #[arg(long, value_parser = choices(FileFormat::ALL, FileFormat::name))]
    format: Option<FileFormat>,
    /// Number of trials, numbered from --trial.
    #[arg(long, value_name = "N", default_value_t = 1)]
    trials: u64,
    /// Write a standing trial of the same subject as well.
    #[arg(long)]
    standing: bool,
    /// Store the true events in the file (C3D only).
    #[arg(long)]
    stored_events: bool,
    /// Write the sample data of the project instead.
    #[arg(long, value_name = "DIR")]
    sample_data: Option<PathBuf>,
    /// Something else than walking: `one-leg` stands on the left leg and then on the right.
    #[arg(long, value_parser = choices(Task::ALL, Task::name))]
    task: Option<Task>,
    /// Seconds on each leg (--task one-leg).
    #[arg(long, value_name = "S", default_value_t = OneLeg::default().hold_s, requires = "task")]
    hold: f64,
    /// Seconds until the affected pelvis sinks (--task one-leg).
    #[arg(long, value_name = "S", default_value_t = OneLeg::default().fails_after_s, requires = "task")]
    fails_after: f64,
    #[command(flatten)]
    gait: Gait,
    #[command(flatten)]
    measurement: Measurement,
    #[command(flatten)]
    sensors: Sensors,
}

/// Who walks, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Gait")]
struct Gait {
    /// Walking, or running with a flight between the stances.
    #[arg(long, value_name = "KIND", default_value = "walking", value_parser = choices(GaitKind::ALL, GaitKind::name))]
    gait: GaitKind,
    /// What is prescribed: patterns, and mimics that must not be taken for them.
    #[arg(long, value_name = "P", default_value = "healthy", value_parser = choices(Pattern::ALL, Pattern::name))]
    pattern: Pattern,
    /// Affected stance limb.
    #[arg(long, default_value = "right", value_parser = choices(Affected::ALL, Affected::name))]
    side: Affected,
    /// Amplitude of the pattern in degrees [default: moderate to severe]
    #[arg(long, value_name = "DEG")]
    magnitude: Option<f64>,
    /// Share of the affected strides that show the pattern.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    prevalence: f64,
    /// Share of a lurch that swings back over the other limb.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    rebound: f64,
    /// Standing height in metres.
    #[arg(long, value_name = "M", default_value_t = 1.70)]
    height: f64,
    /// Speed in m/s [default: the healthy walking speed of that height, or an easy run]
    #[arg(long, value_name = "M_S")]
    speed: Option<f64>,
    /// Complete strides per limb and pass, at least.
    #[arg(long, value_name = "N", default_value_t = 8)]
    strides: usize,
    /// Direction of progression, degrees anticlockwise from the file's X axis.
    #[arg(
        long,
        value_name = "DEG",
        default_value_t = 0.0,
        allow_negative_numbers = true
    )]
    direction: f64,
    /// Phase of the right limb's cycle at the first frame, 0 to 1.
    #[arg(long, value_name = "PHASE", default_value_t = 0.85)]
    phase: f64,
    /// 1 = across the laboratory, 2 = there and back.
    #[arg(long, value_name = "N", default_value_t = 1)]
    passes: usize,
    /// Walk on the spot, on a belt that moves backwards.
    #[arg(long)]
    treadmill: bool,
    /// Draw the subject from the healthy spread instead of the mean.
    #[arg(long)]
    vary_subject: bool,
    /// Vary every stride.
    #[arg(long)]
    vary_strides: bool,
    /// Name of the subject.
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,
    /// Number of the subject: its habits.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Number of the session: marker placement.
    #[arg(long, value_name = "N", default_value_t = 1)]
    session: u64,
    /// Number of the first trial: stride variation and noise.
    #[arg(long, value_name = "N", default_value_t = 1)]
    trial: u64,
}

/// Inertial sensors instead of markers. With --realistic they have noise, bias, errors of scale and of the
/// clock, lost samples, and are turned on the body by up to 20°; --soft-tissue lets them move on the skin.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inertial sensors")]
struct Sensors {
    /// Wear these sensors instead of markers.
    #[arg(long, value_name = "SET", value_parser = choices(SensorSet::ALL, SensorSet::name))]
    sensors: Option<SensorSet>,
    /// Seconds of quiet standing before the walk.
    #[arg(long, value_name = "S", default_value_t = 8.0, requires = "sensors")]
    stand_before: f64,
    /// Forward bows while standing, for calibration.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sensors")]
    bows: usize,
}

/// How it is recorded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measurement")]
struct Measurement {
    /// Frames per second.
    #[arg(long, value_name = "HZ", default_value_t = 100.0)]
    rate: f64,
    /// Markers that the subject wears.
    #[arg(long, value_name = "SET", default_value = "plug-in-gait", value_parser = choices(MarkerSet::ALL, MarkerSet::name))]
    markers: MarkerSet,
    /// Regression that markers and hip joint centres agree with.
    #[arg(long, value_name = "R", default_value = "harrington", value_parser = choices(HipRegression::ALL, HipRegression::name))]
    hip: HipRegression,
    /// The errors of a good laboratory: noise 0.4 mm, placement 3 mm, subject and strides varied.
    #[arg(long)]
    realistic: bool,
    /// White noise, SD per axis in mm.
    #[arg(long, value_name = "MM")]
    noise: Option<f64>,
    /// Slow wander below 1 Hz, RMS per axis in mm.
    #[arg(long, value_name = "MM", default_value_t = 0.0)]
    wobble: f64,
    /// Soft-tissue artefact: 1 = as published.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    soft_tissue: f64,
    /// Error of marker placement, SD per axis in mm.
    #[arg(long, value_name = "MM")]
    placement: Option<f64>,
    /// Gaps per second over all markers.
    #[arg(long, value_name = "PER_S", default_value_t = 0.0)]
    gaps: f64,
    /// Number of label exchanges between neighbouring markers.
    #[arg(long, value_name = "N", default_value_t = 0)]
    swaps: usize,
    /// Name every left marker right and vice versa.
    #[arg(long)]
    swap_sides: bool,
    /// Number of ghosts: a marker seen far from its place for 2 to 8 frames.
    #[arg(long, value_name = "N", default_value_t = 0)]
    ghosts: usize,
    /// Share of the frames without any marker.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    dropped: f64,
    /// Unit of the file.
    #[arg(long, value_name = "UNIT", default_value = "mm", value_parser = choices(FileUnit::ALL, FileUnit::name))]
    unit: FileUnit,
    /// Axes of the file.
    #[arg(long, value_name = "AXES", default_value = "z-up", value_parser = choices(FileAxes::ALL, FileAxes::name))]
    axes: FileAxes,
}

/// A choice by its spelling; help lists all of them.
fn choices<T>(all: &[T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownName> + Copy + Send + Sync + 'static,
{
    let names: Vec<&'static str> = all.iter().copied().map(name).collect();
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}

impl Arguments {
    /// The walker of one trial.
    fn walker(&self, trial: u64) -> Walker {
        let (gait, measurement) = (&self.gait, &self.measurement);
        let walker = Walker {
            gait: gait.gait,
            magnitude_deg: gait.magnitude,
            prevalence: gait.prevalence,
            rebound: gait.rebound,
            height_m: gait.height,
            speed_m_s: gait.speed,
            strides: gait.strides,
            rate_hz: measurement.rate,
            direction_rad: gait.direction.to_radians(),
            first_phase: gait.phase,
            passes: gait.passes,
            treadmill: gait.treadmill,
            markers: measurement.markers,
            hip: measurement.hip,
            unit: measurement.unit,
            axes: measurement.axes,
            noise: Noise {
                wobble_mm: measurement.wobble,
                soft_tissue: measurement.soft_tissue,
                gaps_per_s: measurement.gaps,
                swaps: measurement.swaps,
                sides_swapped: measurement.swap_sides,
                ghosts: measurement.ghosts,
                dropped_share: measurement.dropped,
                ..Noise::default()
            },
            seed: gait.seed,
            session: gait.session,
            trial,
            ..Walker::new(gait.pattern, gait.side)
        };
        let mut walker = match measurement.realistic {
            true => walker.realistic(),
            false => walker,
        };
        // what was asked for by itself goes before --realistic
        walker.noise.white_mm = measurement.noise.unwrap_or(walker.noise.white_mm);
        walker.placement_sd_mm = measurement.placement.unwrap_or(walker.placement_sd_mm);
        walker.between_subject |= gait.vary_subject;
        walker.stride_jitter |= gait.vary_strides;
        if let Some(name) = &gait.subject {
            walker.subject.clone_from(name);
        }
        walker
    }

    /// Sensors and their errors; `None` for markers.
    fn imu(&self) -> Option<Imu> {
        let imu = Imu {
            sensors: self.sensors.sensors?,
            standing_s: self.sensors.stand_before,
            bows: self.sensors.bows,
            soft_tissue: self.measurement.soft_tissue,
            ..Imu::default()
        };
        Some(match self.measurement.realistic {
            true => imu.realistic(),
            false => imu,
        })
    }

    /// The format asked for, or the usual one; refuses one that cannot hold what is recorded.
    fn format(&self) -> anyhow::Result<FileFormat> {
        let sensors = self.sensors.sensors.is_some();
        let format = self.format.unwrap_or(match sensors {
            true => FileFormat::Csv,
            false => FileFormat::C3d,
        });
        anyhow::ensure!(
            !sensors || format.holds_sensors(),
            "--format {format} holds no inertial sensors: take csv (one table) or folder (one file per sensor)"
        );
        anyhow::ensure!(
            sensors || format.holds_markers(),
            "--format {format} is for inertial sensors: add --sensors, or take c3d, csv or trc"
        );
        anyhow::ensure!(
            !(sensors && (self.standing || self.stored_events)),
            "with --sensors the standing is part of the recording (--stand-before), and there are no stored events"
        );
        Ok(format)
    }

    /// Name of a trial: what is done and prescribed, and its number.
    fn name(&self, trial: u64) -> String {
        let gait = match (self.task, self.gait.gait) {
            (Some(task), _) => format!("{task}-"),
            (None, GaitKind::Walking) => String::new(),
            (None, GaitKind::Running) => "running-".to_owned(),
        };
        match self.gait.pattern {
            pattern @ (Pattern::Healthy | Pattern::Waddle | Pattern::Ataxic) => {
                format!("{gait}{pattern}-{trial}")
            }
            pattern => format!("{gait}{pattern}-{}-{trial}", self.gait.side),
        }
    }

    /// One trial and its truth.
    fn make(&self, trial: u64) -> Result<(Recording, Truth), WalkerError> {
        let (walker, imu) = (self.walker(trial), self.imu());
        match (self.task, imu) {
            (Some(Task::OneLeg), imu) => {
                let way = OneLeg {
                    hold_s: self.hold,
                    fails_after_s: self.fails_after,
                    ..OneLeg::default()
                };
                synth::stand_on_one_leg(&walker, &way, imu.as_ref())
            }
            (None, Some(imu)) => synth::walk_with_sensors(&walker, &imu),
            (None, None) => synth::walk(&walker),
        }
    }
}

/// Seconds of a standing trial.
const STANDING_S: f64 = 2.0;

/// Runs the command.
pub fn run(arguments: &Arguments, quiet: bool) -> Result<Done, Failure> {
    if let Some(folder) = &arguments.sample_data {
        synth::sample_data(folder).with_context(|| folder.display().to_string())?;
        return said(quiet, &format!("Sample data  {}", folder.display()));
    }
    let format = arguments.format()?;
    let write = |recording: &_, truth: &_, name: &str| {
        let out = &arguments.out;
        synth::write(recording, truth, out, name, format)
            .with_context(|| out.display().to_string())
            .map(|path| path.display().to_string())
    };
    let mut lines = Vec::new();
    let first = arguments.gait.trial;
    if arguments.standing {
        let (recording, truth) = synth::stand(&arguments.walker(first), STANDING_S)?;
        lines.push(write(&recording, &truth, "standing")?);
    }
    for trial in first..first.saturating_add(arguments.trials) {
        let (mut recording, truth) = arguments.make(trial)?;
        if arguments.stored_events {
            synth::store_events(&mut recording, &truth);
        }
        lines.push(write(&recording, &truth, &arguments.name(trial))?);
    }
    said(quiet, &lines.join("\n"))
}

fn said(quiet: bool, text: &str) -> Result<Done, Failure> {
    if !quiet {
        output::line(text)?;
    }
    Ok(Done::All)
}
