//! Options that several commands share, and how they become the library's.

use super::output::{Failure, missing, unreadable};
use crate::analysis;
use crate::events::GaitEvent;
use crate::norms::Norms;
use crate::read::{self, Map, ReadOptions};
use crate::recording::Recording;
use crate::settings::{EventPreference, Mode, Settings};
use crate::study::discover::{Found, discover};
use crate::study::identity::identify;
use crate::study::memory;
use crate::study::one::guarded;
use crate::study::pseudonyms::Pseudonyms;
use crate::study::subjects::Subjects;
use crate::study::{StudyError, tables};
use anyhow::Context;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Options that steer the analysis.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Analysis")]
pub struct AnalysisOptions {
    /// Settings that differ from the defaults (see `analyze --print-config`).
    #[arg(long, value_name = "TOML")]
    pub config: Option<PathBuf>,
    /// Where events come from: the file, detection, or whichever is there.
    #[arg(long, value_name = "FROM", value_parser = event_preferences())]
    pub events: Option<EventPreference>,
    /// Operating point of the decision: `sensitive` for screening, `absolute` without norms.
    #[arg(long, value_name = "MODE", value_parser = modes())]
    pub mode: Option<Mode>,
    /// Corrected events of one recording, as `hipdrop events` writes them.
    #[arg(long, value_name = "CSV")]
    pub events_from: Option<PathBuf>,
    /// Leg lengths, widths, aids and sessions per subject.
    #[arg(long, value_name = "CSV")]
    pub subjects: Option<PathBuf>,
    /// Subject to take from files that hold several.
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    /// Which labels, columns and sensors are what, unit, axis and rate, for files that do not say
    /// (`inspect FILE --write-map` writes one to edit).
    #[arg(long, value_name = "TOML")]
    pub landmarks: Option<PathBuf>,
    /// Frames per second of files that do not say.
    #[arg(long, value_name = "HZ", value_parser = frame_rate, allow_negative_numbers = true)]
    pub rate: Option<f64>,
}

fn event_preferences() -> impl TypedValueParser<Value = EventPreference> {
    PossibleValuesParser::new(["stored", "detect", "auto"]).map(|name| match name.as_str() {
        "stored" => EventPreference::Stored,
        "detect" => EventPreference::Detect,
        _ => EventPreference::Auto,
    })
}

fn modes() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(["clinical", "sensitive", "specific", "absolute"]).map(|name| {
        match name.as_str() {
            "sensitive" => Mode::Sensitive,
            "specific" => Mode::Specific,
            "absolute" => Mode::Absolute,
            _ => Mode::Clinical,
        }
    })
}

fn frame_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("expected frames per second, for example 100".into()),
    }
}

/// Pseudonyms instead of names.
#[derive(Debug, Clone, Default, Args)]
pub struct DeIdentify {
    /// Replace the names of subjects, sessions and files by pseudonyms in everything that is written
    /// and said; KEY leads back to the names and is made when it is not there. Keep it elsewhere.
    #[arg(long = "de-identify", value_name = "KEY")]
    key: Option<PathBuf>,
}

impl DeIdentify {
    /// The pseudonyms, when names are to be replaced; the key must not lie in the folders `out`.
    pub fn pseudonyms(&self, out: &[&Path]) -> Result<Option<Pseudonyms>, Failure> {
        let open = |key: &PathBuf| Pseudonyms::open(key, out);
        Ok(self.key.as_ref().map(open).transpose()?)
    }

    /// Whether names are to be replaced.
    pub fn wanted(&self) -> bool {
        self.key.is_some()
    }
}

/// A size in bytes: `500MB`, `2G`, `1.5 GiB`.
pub fn bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_lowercase().as_str() {
        "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => f64::NAN,
    };
    let bytes = digits.trim().parse::<f64>().unwrap_or(f64::NAN) * unit;
    match bytes.is_finite() && bytes >= 1.0 {
        true => Ok(bytes as u64),
        false => Err("expected a size with its unit, for example 500MB or 2GB".into()),
    }
}

/// One recording ready to be analysed.
pub struct Loaded {
    /// The recording.
    pub recording: Recording,
    /// How to analyse it.
    pub options: analysis::Options,
}

impl Loaded {
    /// Runs an analysis of the recording; whatever goes wrong is the recording's failure.
    pub fn run<T, E: std::fmt::Display>(
        &self,
        work: impl FnOnce(&Recording, &analysis::Options) -> Result<T, E>,
    ) -> Result<T, Failure> {
        let name = &self.recording.name;
        guarded(|| work(&self.recording, &self.options).map_err(|e| e.to_string()))
            .map_err(|reason| Failure::recording(anyhow::anyhow!("{name}: {reason}")))
    }
}

impl AnalysisOptions {
    /// The settings: defaults, then the file, then the options.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = match &self.config {
            Some(path) => {
                let name = path.display().to_string();
                let text = read::text_of(path).map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
                Settings::from_toml(&text).with_context(|| name)?
            }
            None => Settings::default(),
        };
        if let Some(source) = self.events {
            settings.events.source = source;
        }
        if let Some(mode) = self.mode {
            settings.classify.mode = mode;
        }
        Ok(settings)
    }

    /// What files cannot say.
    pub fn read_options(&self) -> Result<ReadOptions, Failure> {
        let map = match &self.landmarks {
            Some(path) => {
                let name = path.display().to_string();
                let text = read::text_of(path).map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
                let map = Map::from_toml(&text).with_context(|| name.clone())?;
                crate::landmarks::check_names(map.labels.keys()).with_context(|| name)?;
                map
            }
            None => Map::default(),
        };
        Ok(ReadOptions {
            rate_hz: self.rate,
            map,
        })
    }

    /// The subjects table; empty without `--subjects`. Columns that are not understood are named
    /// on standard error.
    pub fn subjects_table(&self) -> Result<Subjects, Failure> {
        let Some(path) = &self.subjects else {
            return Ok(Subjects::default());
        };
        let table = Subjects::read(path)?;
        if !table.unknown_columns.is_empty() {
            eprintln!(
                "note: {}: columns not used: {}",
                path.display(),
                super::style::plain(&table.unknown_columns.join(", "))
            );
        }
        Ok(table)
    }

    /// Says on standard error when the subjects table is about none of the subjects `named`.
    pub fn note_unmatched<'a>(&self, table: &Subjects, mut named: impl Iterator<Item = &'a str>) {
        let listed = |subject: &str| table.rows.iter().any(|row| row.subject == subject);
        if let Some(path) = &self.subjects
            && !named.any(listed)
        {
            eprintln!(
                "warning: {}: not used, no recording is of a subject in it; a row counts when its \
                 subject is the name of a folder, the subject in the file or the beginning of the \
                 file's name",
                path.display()
            );
        }
    }

    /// Every file that the options name and `file`: none of them may be overwritten.
    pub fn inputs<'a>(&'a self, file: &'a Path) -> [Option<&'a Path>; 5] {
        [
            Some(file),
            self.config.as_deref(),
            self.events_from.as_deref(),
            self.subjects.as_deref(),
            self.landmarks.as_deref(),
        ]
    }

    /// Reads one recording (`-` is standard input) and collects what steers its analysis.
    pub fn load(&self, path: &Path) -> Result<Loaded, Failure> {
        let settings = self.settings()?;
        let subjects = self.subjects_table()?;
        let (recording, found) = match path.as_os_str() == "-" {
            true => (self.standard_input()?, Found::default()),
            false => self.file(path)?,
        };
        let row = identify(&found, &recording.subjects, &subjects).row;
        let named = row.as_ref().map(|row| row.subject.as_str());
        self.note_unmatched(&subjects, named.into_iter());
        let (body, facts) = row.map(|r| (r.body, r.facts)).unwrap_or_default();
        let options = analysis::Options {
            settings,
            subject: self.subject.clone(),
            body,
            standing: None,
            facts,
            norms: Norms::default(),
            events: self.given_events(&recording)?,
            ..analysis::Options::default()
        };
        Ok(Loaded { recording, options })
    }

    /// A recording from a file, and where it lies.
    fn file(&self, path: &Path) -> Result<(Recording, Found), Failure> {
        std::fs::metadata(path).map_err(|error| missing(path, error))?;
        if path.is_dir() && read::Streams::of_folder(path).is_none() {
            let message = format!("{}: is a folder; give one recording", path.display());
            return Err(Failure::Usage(anyhow::Error::msg(message)));
        }
        refuse_what_cannot_be_held(path)?;
        let recording = read::open(path, &self.read_options()?).map_err(unreadable)?;
        let found = discover(&[path.to_owned()], None, &Map::default())?.found;
        Ok((recording, found.into_iter().next().unwrap_or_default()))
    }

    /// A recording from standard input.
    fn standard_input(&self) -> Result<Recording, Failure> {
        let name = "standard input";
        let bytes = standard_input(name)?;
        read::from_bytes(&bytes, name, &self.read_options()?).map_err(unreadable)
    }

    fn given_events(&self, recording: &Recording) -> Result<Option<Vec<GaitEvent>>, Failure> {
        let Some(path) = &self.events_from else {
            return Ok(None);
        };
        let error = |problem: String| StudyError::Events {
            path: path.clone(),
            problem,
        };
        let text = read::text_of(path).map_err(error)?;
        let events = tables::events::read(&text, recording.rate_hz).map_err(error)?;
        Ok(Some(events))
    }
}

/// A day of sensors as a whole would fill the memory; only `analyze` takes it in parts.
fn refuse_what_cannot_be_held(path: &Path) -> Result<(), Failure> {
    let (Some(takes), Some(free)) = (memory::of_whole_sensors(path), memory::free()) else {
        return Ok(());
    };
    if takes <= free {
        return Ok(());
    }
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    Err(Failure::recording(anyhow::anyhow!(
        "{}: this recording of sensors takes about {:.1} GB of memory as a whole, {:.1} GB are free; \
         `hipdrop analyze` cuts it into walking bouts, this command needs a shorter part of it",
        path.display(),
        gigabytes(takes),
        gigabytes(free)
    )))
}

/// What standard input gives; `name` is what messages call it.
pub fn standard_input(name: &str) -> Result<Vec<u8>, Failure> {
    let stream = std::io::stdin();
    if stream.is_terminal() {
        let message = "-: standard input is the terminal; give a recording to it, \
                       for example `zcat walk.c3d.gz | hipdrop inspect -`";
        return Err(Failure::Usage(anyhow::Error::msg(message)));
    }
    read::bytes_of_stream(stream.lock(), name).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_units() {
        for (text, size) in [
            ("500MB", 500_000_000),
            ("2g", 2_000_000_000),
            ("1.5 GiB", 3 << 29),
        ] {
            assert_eq!(bytes(text), Ok(size));
        }
        for wrong in ["", "5", "GB", "-1GB", "0MB", "1XB", "NaNGB", "infGB", "5Gö"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
