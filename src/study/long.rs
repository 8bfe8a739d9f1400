//! A long recording of sensors, such as a day: cut into walking bouts, each a recording of its own.
//!
//! In: a found file. Out: the result of the whole file, which says what became of it, and one of
//! every bout. The file is gone through three times, never held: to find the walks, to calibrate the
//! sensors, and to analyse bout after bout.
//!
//! The sensors are worn all day: the first bout with quiet standing beside it calibrates all, so that
//! all angles are counted from one posture. A bout in which a trunk sensor has moved since is
//! calibrated by itself and says so.

use super::discover::Found;
use super::one::{Steering, analysed, failed, guarded};
use super::rows::RecordingRow;
use super::store::RecordingResult;
use crate::analysis::{self, Options, Status};
use crate::inertial::{
    Activity, AxisSource, Bout, Calibration, Known, StandingTrial, Upright, segments_as_worn,
};
use crate::read::{LongTable, ReadError, Source};
use crate::recording::{Kind, Placement, Recording, Warning};
use crate::settings::InertialSettings;
use std::ops::ControlFlow;

/// Bouts that are looked at for calibration.
const CANDIDATES_MAX: usize = 40;

/// The source of a file that may be cut into bouts: a table of sensors that is long enough as far as
/// its size tells.
pub fn source<'a>(found: &'a Found, steering: &Steering) -> Option<Source<'a>> {
    text_of_bout(found, steering).map(|(source, _)| source)
}

/// The same, and the bytes of text that the longest bout can take.
pub fn text_of_bout<'a>(found: &'a Found, steering: &Steering) -> Option<(Source<'a>, u64)> {
    let source = match &found.piped {
        Some(bytes) => Source::Bytes(bytes),
        None if !found.files.is_empty() => return None,
        None if found.path.is_file() => Source::File(&found.path),
        None => return None,
    };
    let settings = &steering.settings.inertial;
    let (name, above_s) = (&found.recording, settings.bouts_above_s);
    let bytes_per_s = LongTable::bytes_per_s(&source, name, &steering.read, above_s)?;
    let longest_s = settings.bout_max_s + 2.0 * settings.bout_margin_s;
    Some((source, (bytes_per_s * longest_s) as u64))
}

/// The results of a long recording, the whole first; `None` when it is not long after all.
///
/// # Errors
/// When it cannot be read, or no bout can be analysed at all; the error is the reason.
pub fn analyse(
    found: &Found,
    steering: &Steering,
    source: &Source<'_>,
    content_hash: &str,
) -> Result<Option<Vec<RecordingResult>>, String> {
    let settings = &steering.settings.inertial;
    let mut activity: Option<Activity> = None;
    let survey = LongTable::survey(
        source,
        &found.recording,
        &steering.read,
        settings.bouts_above_s,
        &mut |rows| {
            let activity =
                activity.get_or_insert_with(|| Activity::new(rows.rate_hz, LongTable::PAUSE_S));
            let [x, y, z] = rows.acceleration;
            for (((position, x), y), z) in rows.positions.iter().zip(x).zip(y).zip(z) {
                activity.push(*position, (x * x + y * y + z * z).sqrt());
            }
        },
    );
    let Some(table) = survey.map_err(|error| reason(error, found))? else {
        return Ok(None);
    };
    let day = Day {
        found,
        steering,
        source,
        content_hash,
        bouts: activity.map_or_else(Vec::new, |a| a.bouts(settings)),
        table,
    };
    day.results().map(Some)
}

/// The reason of a row, which names the file itself.
fn reason(mut error: ReadError, found: &Found) -> String {
    if error.file == found.recording {
        error.file.clear();
    }
    error.to_string()
}

/// A long recording whose walks are known.
struct Day<'a> {
    found: &'a Found,
    steering: &'a Steering,
    source: &'a Source<'a>,
    content_hash: &'a str,
    table: LongTable,
    bouts: Vec<Bout>,
}

/// What became of the bouts.
#[derive(Default)]
struct Cut {
    analysed: Vec<RecordingResult>,
    /// Lengths of walks with too few strides, seconds.
    few_s: Vec<f64>,
    /// Walks that could not be analysed, with the first reason.
    failed: usize,
    why: String,
}

impl Day<'_> {
    fn results(self) -> Result<Vec<RecordingResult>, String> {
        let calibration = self.calibration()?;
        let mut cut = self.cut(calibration.as_ref())?;
        if cut.analysed.is_empty() && cut.failed == self.bouts.len() && cut.failed > 0 {
            return Err(cut.why);
        }
        let width = cut.analysed.len().to_string().len().max(3);
        for (i, result) in cut.analysed.iter_mut().enumerate() {
            let name = format!("{}#bout-{:0width$}", self.found.recording, i + 1);
            for stride in &mut result.strides {
                stride.recording.clone_from(&name);
            }
            result.row.recording = name;
            // who reads of a bout or of all of them must know that there may be more
            result.row.warnings.extend(self.cut_off());
        }
        let whole = self.whole(&cut, calibration);
        let mut results = vec![whole];
        results.append(&mut cut.analysed);
        Ok(results)
    }

    fn seconds(&self, samples: f64) -> f64 {
        samples / self.table.rate_hz
    }

    /// The calibration of the first bout with quiet standing; of the best there is without one.
    fn calibration(&self) -> Result<Option<Calibration>, String> {
        let settings = &self.steering.settings.inertial;
        let least = settings.bout_calibrating_min_s;
        let length = |bout: &&Bout| self.seconds(bout.walking.end - bout.walking.start);
        let mut candidates: Vec<&Bout> = self.bouts.iter().filter(|b| length(b) >= least).collect();
        candidates.truncate(CANDIDATES_MAX);
        let mut best: Option<(u8, Calibration)> = None;
        let known = Known {
            worn: None,
            trial: self.trial()?,
        };
        self.read(&candidates, &mut |_, recording| {
            let segments = recording
                .ok()
                .and_then(|recording| segments_as_worn(&recording, settings, &known).ok());
            let Some(found) = segments.map(|segments| segments.calibration) else {
                return ControlFlow::Continue(());
            };
            let worth = worth(&found, settings);
            if best.as_ref().is_none_or(|(best, _)| worth > *best) {
                best = Some((worth, found));
            }
            match worth {
                BEST => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        })?;
        Ok(best.map(|(_, calibration)| calibration))
    }

    /// The standing trial: the one that was given, else the standing whose time the settings give.
    fn trial(&self) -> Result<Option<StandingTrial>, String> {
        let [from_s, to_s] = self.steering.settings.inertial.standing_s;
        if self.steering.trial.is_some() || to_s <= from_s {
            return Ok(self.steering.trial.clone());
        }
        let place = self.table.position(from_s)..self.table.position(to_s);
        let mut found = None;
        let mut take = |_: usize, recording: Result<Recording, ReadError>| {
            found = recording.ok().map(|recording| {
                let index = |t: f64| recording.index_at(t).max(0.0).round() as usize;
                let upright = Upright::Standing {
                    start_s: from_s,
                    end_s: to_s,
                    given: true,
                };
                StandingTrial::between(&recording, index(from_s)..index(to_s), upright)
            });
            ControlFlow::Break(())
        };
        let read = self.table.pieces(self.source, &[place], &mut take);
        read.map_err(|error| reason(error, self.found))?;
        Ok(found)
    }

    /// Reads the surroundings of bouts.
    fn read(
        &self,
        bouts: &[&Bout],
        take: &mut dyn FnMut(usize, Result<Recording, ReadError>) -> ControlFlow<()>,
    ) -> Result<(), String> {
        let places: Vec<_> = bouts.iter().map(|bout| bout.around.clone()).collect();
        let read = self.table.pieces(self.source, &places, take);
        read.map_err(|error| reason(error, self.found))
    }

    /// Analyses every bout.
    fn cut(&self, calibration: Option<&Calibration>) -> Result<Cut, String> {
        let mut cut = Cut::default();
        let bouts: Vec<&Bout> = self.bouts.iter().collect();
        self.read(&bouts, &mut |index, recording| {
            if let Some(bout) = self.bouts.get(index) {
                let recording = recording.map_err(|error| error.to_string());
                let result = recording.and_then(|r| guarded(|| self.bout(&r, bout, calibration)));
                self.sort(result, bout, &mut cut);
            }
            ControlFlow::Continue(())
        })?;
        Ok(cut)
    }

    /// The result of one bout.
    fn bout(
        &self,
        recording: &Recording,
        bout: &Bout,
        calibration: Option<&Calibration>,
    ) -> Result<RecordingResult, String> {
        let options = Options {
            known: Known {
                worn: calibration.cloned(),
                trial: self.steering.trial.clone(),
            },
            between_s: Some([bout.own.start, bout.own.end].map(|p| self.table.time_s(p))),
            ..self.steering.options(self.found, recording)?
        };
        let analysis = analysis::analyze(recording, &options).map_err(|e| e.to_string())?;
        let (found, hash) = (self.found, self.content_hash);
        let mut result = analysed(found, self.steering, recording, &options, hash, analysis);
        let samples = bout.walking.end - bout.walking.start;
        result.row.part_of.clone_from(&self.found.recording);
        result.row.start_s = Some(self.table.time_s(bout.walking.start));
        result.row.frames = Some(samples.round() as u64);
        result.row.duration_s = Some(self.seconds(samples));
        result.check().map(|()| result)
    }

    /// Keeps a bout with enough strides; counts the others.
    fn sort(&self, result: Result<RecordingResult, String>, bout: &Bout, cut: &mut Cut) {
        match result {
            Ok(result) => {
                let used = result
                    .strides
                    .iter()
                    .filter(|s| s.stride.exclusion.is_none());
                let enough = self.steering.settings.inertial.bout_strides_min;
                if result.row.status == Status::Analysed && used.count() >= enough {
                    cut.analysed.push(result);
                } else {
                    let length = self.seconds(bout.walking.end - bout.walking.start);
                    cut.few_s.push(length);
                }
            }
            Err(why) => {
                cut.failed += 1;
                if cut.why.is_empty() {
                    cut.why = why;
                }
            }
        }
    }

    /// The result of the whole recording: what it is and what became of it.
    fn whole(&self, cut: &Cut, calibration: Option<Calibration>) -> RecordingResult {
        let (found, hash) = (self.found, self.content_hash.to_owned());
        let mut whole = failed(found, self.steering, hash, String::new());
        let row = &mut whole.row;
        row.format = self.table.format.name().into();
        row.kind = Kind::Inertial.name().into();
        row.rate_hz = Some(self.table.rate_hz);
        row.frames = Some(self.table.frames);
        row.duration_s = Some(self.seconds(self.table.frames as f64));
        row.calibration = calibration;
        row.warnings = self.warnings(cut);
        (row.status, row.reason) = self.outcome(cut);
        whole
    }

    fn outcome(&self, cut: &Cut) -> (Status, String) {
        let settings = &self.steering.settings.inertial;
        let walks = self.bouts.len();
        let (status, mut reason) = match (cut.analysed.len(), walks) {
            (0, 0) => (
                Status::NoGait,
                format!(
                    "nobody walks for {} s or longer: the acceleration does not repeat from step to step",
                    settings.bout_min_s
                ),
            ),
            (0, _) => (
                Status::Insufficient,
                format!(
                    "{walks} walks were found, none with {} strides that can be used",
                    settings.bout_strides_min
                ),
            ),
            (bouts, _) => {
                let minutes: f64 = (cut.analysed.iter())
                    .filter_map(|r| Some(r.row.duration_s? / 60.0))
                    .sum();
                (
                    Status::Bouts,
                    format!("{bouts} walking bouts, {minutes:.1} min, are recordings of their own"),
                )
            }
        };
        if self.table.damage.is_some() {
            reason.push_str("; the file could not be read to its end (see its warnings)");
        }
        (status, reason)
    }

    /// The warning that the file could not be read to its end.
    fn cut_off(&self) -> Option<Warning> {
        let damage = self.table.damage.as_ref()?;
        let end = clock_time(self.seconds(self.table.frames as f64));
        let message = format!(
            "the file can be read up to {end} (hours:minutes:seconds) after its beginning, and that part was \
             analysed; what comes after is missing here: {damage}"
        );
        Some(Warning::new("cut-off", message))
    }

    fn warnings(&self, cut: &Cut) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.cut_off().into_iter().collect();
        let lost = self.table.frames.saturating_sub(self.table.rows);
        if lost > 0 {
            warnings.push(Warning::new(
                "lost-packets",
                format!(
                    "{lost} of {} samples are missing within the file and stay gaps",
                    self.table.frames
                ),
            ));
        }
        if !cut.few_s.is_empty() {
            let longest = cut.few_s.iter().copied().fold(0.0, f64::max);
            warnings.push(Warning::new(
                "bouts-left-out",
                format!(
                    "{} walks, {:.0} s together and {longest:.0} s at most, have fewer than {} strides \
                     that can be used and are left out",
                    cut.few_s.len(),
                    cut.few_s.iter().sum::<f64>(),
                    self.steering.settings.inertial.bout_strides_min
                ),
            ));
        }
        if cut.failed > 0 {
            warnings.push(Warning::new(
                "bouts-failed",
                format!(
                    "{} walks could not be analysed and are left out, the first because: {}",
                    cut.failed, cut.why
                ),
            ));
        }
        warnings
    }
}

/// Of the [`worth`] of a calibration: nothing can be better.
const BEST: u8 = 3;

/// How well a calibration serves: quiet standing that is long enough first, then axes of the trunk
/// that were measured.
fn worth(calibration: &Calibration, settings: &InertialSettings) -> u8 {
    let stands = match calibration.upright {
        Upright::Standing { start_s, end_s, .. } => end_s - start_s >= settings.standing_min_s,
        Upright::Trial { .. } => true,
        Upright::WalkingMean => false,
    };
    let trunk = |placement: Placement| placement.side().is_none();
    let mut trunks = calibration.sensors.iter().filter(|s| trunk(s.placement));
    let measured = trunks.all(|s| s.axis != AxisSource::Placement);
    2 * u8::from(stands) + u8::from(measured)
}

/// `5:07:09`: hours, minutes, seconds.
pub fn clock_time(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// Whether a row is one of the whole recordings, not of a bout.
pub fn is_whole(row: &RecordingRow) -> bool {
    row.part_of.is_empty()
}
