//! Streams of one recording on one time base.

use super::clock::{Origin, median};
use super::resample::Plan;
use super::stream::Stream;
use super::vendor;
use crate::read::ReadError;
use crate::recording::{Recording, Sensor, Warning};

/// Rates that differ by less than this share are one rate.
const SAME_RATE: f64 = 5e-3;

/// Clocks that differ by more than this are told, parts per million: a crystal has 20 to 50.
const SKEW_TOLD_PPM: f64 = 20.0;

/// Differences below this shift nothing that matters, samples.
const SAME_PLACE: f64 = 0.02;

/// Where a stream lies on the common time base.
struct Place {
    /// First sample, in samples of the common rate.
    start: f64,
    /// Samples of the common rate per sample of the stream.
    step: f64,
    /// Place of the last row.
    end: f64,
}

/// One recording from the streams of its files.
pub(super) fn recording(name: &str, streams: Vec<Stream>) -> Result<Recording, ReadError> {
    let Some(first) = streams.first() else {
        return Err(ReadError::new("", "no file of an inertial sensor"));
    };
    let mut warnings = Vec::new();
    let rate_hz = common_rate(&streams, &mut warnings);
    let places = places(&streams, rate_hz, &mut warnings)?;
    // the sensor that begins first sets the grid
    let (start, earliest) = places
        .iter()
        .zip(&streams)
        .map(|(place, stream)| (place.start, stream))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or((0.0, first), |found| found);
    let end = places
        .iter()
        .map(|p| p.end)
        .fold(f64::NEG_INFINITY, f64::max);
    let frames = (end - start + SAME_PLACE).floor() + 1.0;
    let most = streams
        .iter()
        .map(|s| s.clock.positions.len() + s.inserted_max)
        .max();
    if !(frames >= 1.0 && frames <= most.unwrap_or_default() as f64) {
        return Err(ReadError::new(
            "",
            format!("{frames:.0} samples from the first to the last"),
        )
        .expected("rows without large jumps in time, taken at the same time")
        .advice("split the file at the jump, or leave the file that does not belong here out"));
    }
    let frames = frames as usize;
    let mut recording = Recording::new(name, first.format, rate_hz, frames);
    recording.first_frame = earliest.clock.first_frame;
    recording.layout = earliest.layout.clone();
    let mut lost = Vec::new();
    let mut short = Vec::new();
    let several = streams.len() > 1;
    for (stream, place) in streams.iter().zip(&places) {
        tell_losses(stream, place, frames, rate_hz, &mut lost, &mut short);
    }
    for (stream, place) in streams.into_iter().zip(places) {
        let label = if several {
            stream.file.clone()
        } else {
            String::new()
        };
        for mut warning in stream.warnings {
            if several && warning.place.is_empty() {
                warning.place.clone_from(&label);
            }
            warnings.push(warning);
        }
        let positions: Vec<f64> = stream
            .clock
            .positions
            .iter()
            .map(|p| place.start + p * place.step)
            .collect();
        let plan = Plan::new(&positions, place.step, start, frames);
        for sensor in stream.sensors {
            recording.sensors.push(on_grid(sensor, &plan, rate_hz));
        }
    }
    tell(
        &mut warnings,
        "lost-packets",
        "samples are missing within the files and stay gaps",
        &lost,
    );
    tell(
        &mut warnings,
        "shorter-sensors",
        "do not cover the whole recording",
        &short,
    );
    tell_sources(&recording, &mut warnings);
    recording.warnings = warnings;
    Ok(recording)
}

/// A sensor on the grid of the recording.
fn on_grid(sensor: Sensor, plan: &Plan, rate_hz: f64) -> Sensor {
    let orientation = sensor.orientation.map(|mut o| {
        o.reference_from_sensor = plan.quaternions(&o.reference_from_sensor);
        o
    });
    let gyr_rad_s = match &orientation {
        Some(orientation) if sensor.gyr_derived => vendor::angular_velocity(orientation, rate_hz),
        _ => plan.series(&sensor.gyr_rad_s),
    };
    Sensor {
        acc_m_s2: plan.series(&sensor.acc_m_s2),
        gyr_rad_s,
        orientation,
        ..sensor
    }
}

/// The rate that most streams share, else the fastest; streams of other rates are resampled.
fn common_rate(streams: &[Stream], warnings: &mut Vec<Warning>) -> f64 {
    let rates: Vec<f64> = streams.iter().map(|s| s.clock.rate_hz).collect();
    let usual = median(rates.clone());
    if rates.iter().all(|r| (r / usual - 1.0).abs() < SAME_RATE) {
        return usual;
    }
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    let others: Vec<String> = streams
        .iter()
        .filter(|s| (s.clock.rate_hz / fastest - 1.0).abs() >= SAME_RATE)
        .map(|s| format!("{} ({} Hz)", s.file, s.clock.rate_hz))
        .collect();
    warnings.push(Warning::new(
        "rates-differ",
        format!(
            "the files have different rates; these were resampled at {fastest} Hz: {}",
            others.join(", ")
        ),
    ));
    fastest
}

fn places(
    streams: &[Stream],
    rate_hz: f64,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Place>, ReadError> {
    let several = streams.len() > 1;
    let pace_hz = pace(streams).unwrap_or(rate_hz);
    let starts = match starts(streams, pace_hz) {
        Some(starts) => starts,
        None => {
            if several {
                warnings.push(Warning::new(
                    "no-common-clock",
                    "the files hold no clock that they share: they are taken to begin at the same \
                     moment",
                ));
            }
            vec![0.0; streams.len()]
        }
    };
    if several
        && streams
            .iter()
            .any(|s| !s.sync.is_empty() && s.sync != "Synced")
    {
        warnings.push(Warning::new(
            "clocks-not-synchronised",
            "a file says that its sensor was not synchronised with the others: their signals may \
             be shifted against each other",
        ));
    }
    if several {
        warn_of_skew(streams, warnings);
    }
    let places: Vec<Place> = streams
        .iter()
        .zip(starts)
        .map(|(stream, start)| {
            // timed samples keep the pace of their own clock, counted ones that of the system
            let mut step = match (stream.clock.origin, stream.clock.measured_hz) {
                (Origin::Time(_), Some(own)) if several => pace_hz / own,
                _ => rate_hz / stream.clock.rate_hz,
            };
            let last = stream.clock.positions.last().copied().unwrap_or_default();
            // a difference that shifts nothing by a hundredth of a sample is none
            if ((step - 1.0) * last).abs() < 0.01 {
                step = 1.0;
            }
            let nearest = start.round();
            let start = if (start - nearest).abs() < 0.02 {
                nearest
            } else {
                start
            };
            Place {
                start,
                step,
                end: start + last * step,
            }
        })
        .collect();
    let overlap = places.iter().map(|p| p.end).fold(f64::INFINITY, f64::min)
        - places
            .iter()
            .map(|p| p.start)
            .fold(f64::NEG_INFINITY, f64::max);
    if several && overlap < 0.0 {
        return Err(
            ReadError::new("", "the files were not recorded at the same time")
                .expected("sensors of one recording")
                .advice("move the files of other recordings to folders of their own"),
        );
    }
    Ok(places)
}

/// Samples per second of the shared clock at which most streams really run: the rate but for the
/// rounding of the times, or a fraction of it where a stream is slower by design.
fn pace(streams: &[Stream]) -> Option<f64> {
    let fastest = streams.iter().map(|s| s.clock.rate_hz).fold(0.0, f64::max);
    let rates: Option<Vec<f64>> = streams
        .iter()
        .filter(|s| (s.clock.rate_hz / fastest - 1.0).abs() < SAME_RATE)
        .map(|s| s.clock.measured_hz)
        .collect();
    rates.map(median)
}

/// First sample of every stream on a clock that all share, in samples from the first stream's.
fn starts(streams: &[Stream], pace_hz: f64) -> Option<Vec<f64>> {
    let origins: Vec<Origin> = streams.iter().map(|s| s.clock.origin).collect();
    let Some(&first) = origins.first() else {
        return Some(Vec::new());
    };
    origins
        .iter()
        .map(|origin| match (first, *origin) {
            (Origin::Packet(first), Origin::Packet(own)) => {
                // counters of 16 bits start again
                let apart = own - first;
                Some(apart - 65_536.0 * (apart / 65_536.0).round())
            }
            (Origin::Time(first), Origin::Time(own)) => Some((own - first) * pace_hz),
            _ => None,
        })
        .collect()
}

/// Clocks that run at different rates.
fn warn_of_skew(streams: &[Stream], warnings: &mut Vec<Warning>) {
    let rates: Option<Vec<f64>> = streams.iter().map(|s| s.clock.measured_hz).collect();
    let Some(rates) = rates else { return };
    let usual = median(rates.clone());
    let skewed: Vec<String> = streams
        .iter()
        .zip(rates)
        .map(|(stream, rate)| (stream, 1e6 * (rate / usual - 1.0)))
        .filter(|(stream, ppm)| {
            // the ends of a short file are not known well enough
            let last = stream.clock.positions.last().copied().unwrap_or_default();
            ppm.abs() > SKEW_TOLD_PPM && ppm.abs() * 1e-6 * last > 0.1 && ppm.abs() < 5e3
        })
        .map(|(stream, ppm)| format!("{} {ppm:+.0} ppm", stream.file))
        .collect();
    tell(
        warnings,
        "clock-skew",
        "sample faster (+) or slower (−) than the others; they were resampled on the common time \
         base",
        &skewed,
    );
}

/// What a stream lacks within and at its ends.
fn tell_losses(
    stream: &Stream,
    place: &Place,
    frames: usize,
    rate_hz: f64,
    lost: &mut Vec<String>,
    short: &mut Vec<String>,
) {
    let positions = &stream.clock.positions;
    let span = positions.last().copied().unwrap_or_default() + 1.0;
    let missing = (span - positions.len() as f64).round();
    if missing >= 1.0 {
        lost.push(format!("{missing:.0} of {span:.0}{}", of_file(stream)));
    }
    let uncovered = frames as f64 - (place.end - place.start + 1.0);
    if uncovered > rate_hz {
        short.push(format!(
            "{} lacks {:.1} s",
            stream.file,
            uncovered / rate_hz
        ));
    }
}

fn of_file(stream: &Stream) -> String {
    match stream.file.is_empty() {
        true => String::new(),
        false => format!(" in {}", stream.file),
    }
}

fn tell(warnings: &mut Vec<Warning>, code: &'static str, what: &str, list: &[String]) {
    if !list.is_empty() {
        warnings.push(Warning::new(code, format!("{what}: {}", list.join(", "))));
    }
}

/// Signals that were not measured but derived, or are not there.
fn tell_sources(recording: &Recording, warnings: &mut Vec<Warning>) {
    let list = |which: fn(&Sensor) -> bool| -> Vec<String> {
        let sensors = recording
            .sensors
            .iter()
            .enumerate()
            .filter(|(_, s)| which(s));
        sensors
            .map(|(i, s)| match s.name.is_empty() {
                true => format!("sensor {}", i + 1),
                false => s.name.clone(),
            })
            .collect()
    };
    tell(
        warnings,
        "gyr-derived",
        "no angular velocity is stored; it was derived from the stored orientation",
        &list(|s| s.gyr_derived),
    );
    tell(
        warnings,
        "no-acceleration",
        "no acceleration is stored",
        &list(|s| s.acc_m_s2.present() == 0),
    );
    tell(
        warnings,
        "no-angular-velocity",
        "neither angular velocity nor orientation is stored",
        &list(|s| s.gyr_rad_s.present() == 0 && !s.gyr_derived),
    );
}
