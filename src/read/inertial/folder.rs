//! A folder in which every file is one sensor's stream of the same recording.
//!
//! It is one when all its recordings are of one sensor each and either every one tells another
//! placement (by its name or by a sensor map in the folder), or all are called alike but for the
//! number of the device (`walk-001_00B421E6.txt`, `walk-001_00B421ED.txt`).

use super::{header, stem, stream, together};
use crate::read::table::{self, Lines};
use crate::read::{ReadError, ReadOptions, gzip};
use crate::recording::{Placement, Recording};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a file that tell what it is.
const HEAD_BYTES: u64 = 16_384;

/// More files than sensors that anybody wears are several recordings.
const FILES_MAX: usize = 64;

/// Largest sensor map that is looked at, bytes.
const MAP_MAX: u64 = 1 << 20;

/// The files of one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streams {
    /// One file per sensor, sorted by name.
    pub files: Vec<PathBuf>,
    /// The name of every file's sensor.
    names: Vec<String>,
}

impl Streams {
    /// The streams in a folder; `None` when it is not one recording.
    pub fn of_folder(folder: &Path) -> Option<Streams> {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file() && !file_name(path).starts_with('.'))
            .collect();
        entries.sort();
        let mut map = Vec::new();
        let mut files = Vec::new();
        for path in entries {
            let head = head(&path)?;
            if is_single(&head) {
                files.push(path);
            } else if crate::read::looks_like_recording(&head) {
                return None;
            } else if path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("xml"))
            {
                map.extend(sensor_map(&path));
            }
            if files.len() > FILES_MAX {
                return None;
            }
        }
        Streams::together(files, &map)
    }

    /// Files that the user says are the sensors of one recording.
    ///
    /// # Errors
    /// When one of them is not a table of one inertial sensor.
    pub fn of_files(files: &[PathBuf]) -> Result<Streams, ReadError> {
        for file in files {
            let bytes = head(file).unwrap_or_default();
            if !is_single(&bytes) {
                let name = file.display().to_string();
                return Err(ReadError::new("", "is not a table of one inertial sensor")
                    .expected("one file for each sensor, with columns such as acc_x and gyr_x")
                    .advice("look at it with `hipdrop inspect`, or leave it out")
                    .in_file(&name));
            }
        }
        let stems: Vec<String> = files.iter().map(|f| stem(&file_name(f))).collect();
        let folder = |f: &Path| f.parent().map(file_name).unwrap_or_default();
        let names = files.iter().zip(&stems).map(|(file, own)| {
            // `left/imu.csv` and `right/imu.csv`
            match stems.iter().filter(|other| *other == own).count() {
                1 => own.clone(),
                _ => format!("{}_{own}", folder(file)),
            }
        });
        Ok(Streams {
            names: names.collect(),
            files: files.to_vec(),
        })
    }

    fn together(files: Vec<PathBuf>, map: &[(String, String)]) -> Option<Streams> {
        if files.len() < 2 {
            return None;
        }
        let stems: Vec<String> = files.iter().map(|f| stem(&file_name(f))).collect();
        let names: Vec<String> = stems
            .iter()
            .map(|stem| {
                let mapped = map
                    .iter()
                    .find(|(device, _)| stem.ends_with(device.as_str()));
                mapped.map_or_else(|| stem.clone(), |(_, name)| name.clone())
            })
            .collect();
        let placements: BTreeSet<Placement> = names
            .iter()
            .filter_map(|name| Placement::from_label(name))
            .collect();
        let placed = placements.len() == files.len();
        (placed || differ_by_device(&stems)).then_some(Streams { files, names })
    }

    /// The name of every file's sensor, in the order of the files.
    pub fn sensor_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Bytes of all files, in order.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn bytes(&self) -> Result<Vec<Vec<u8>>, ReadError> {
        self.files
            .iter()
            .map(|f| crate::read::bytes_of(f))
            .collect()
    }

    /// Reads the recording from the bytes of its files.
    ///
    /// # Errors
    /// When a file cannot be read, or the files do not belong together.
    pub fn read(
        &self,
        bytes: &[Vec<u8>],
        name: &str,
        options: &ReadOptions,
    ) -> Result<Recording, ReadError> {
        let mut streams = Vec::with_capacity(self.files.len());
        for ((file, sensor), bytes) in self.files.iter().zip(&self.names).zip(bytes) {
            let file = file_name(file);
            let in_file = |error: ReadError| error.in_file(&format!("{name}/{file}"));
            let unpacked;
            let bytes = if gzip::recognises(bytes) {
                unpacked = gzip::unpack(bytes).map_err(in_file)?;
                &unpacked
            } else {
                bytes
            };
            let mut stream = stream::read(bytes, &file, options).map_err(in_file)?;
            for own in &mut stream.sensors {
                own.name.clone_from(sensor);
            }
            streams.push(stream);
        }
        let mut recording =
            together::recording(name, streams).map_err(|error| error.in_file(name))?;
        super::place(&mut recording);
        Ok(recording)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The beginning of a file, unpacked.
fn head(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    Some(match gzip::recognises(&bytes) {
        true => gzip::beginning(&bytes),
        false => bytes,
    })
}

/// True for a file of one sensor.
fn is_single(head: &[u8]) -> bool {
    super::recognises(head)
        && header::read(&mut Lines::new(head)).is_some_and(|h| h.sensors().len() == 1)
}

/// True when the names are alike but for a device's number of eight hexadecimal digits at the end.
fn differ_by_device(stems: &[String]) -> bool {
    let parts: Option<Vec<(&str, &str)>> = stems
        .iter()
        .map(|stem| {
            let (rest, device) = stem.rsplit_once('_')?;
            let hexadecimal = device.len() == 8 && device.chars().all(|c| c.is_ascii_hexdigit());
            hexadecimal.then_some((rest, device))
        })
        .collect();
    let Some(parts) = parts else { return false };
    let rests: BTreeSet<&str> = parts.iter().map(|(rest, _)| *rest).collect();
    let devices: BTreeSet<&str> = parts.iter().map(|(_, device)| *device).collect();
    rests.len() == 1 && devices.len() == stems.len()
}

/// End of a file's name and name of its sensor, from OpenSim's sensor map
/// (`<ExperimentalSensor name="_00B42268">…<name_in_model>torso_imu</name_in_model>`).
fn sensor_map(path: &Path) -> Vec<(String, String)> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= MAP_MAX);
    let Some(bytes) = small.then(|| std::fs::read(path).ok()).flatten() else {
        return Vec::new();
    };
    let text = table::decoded(&bytes);
    let sensors = text.split("<ExperimentalSensor ").skip(1);
    sensors
        .filter_map(|sensor| {
            let device = sensor.split_once("name=\"")?.1.split_once('"')?.0.trim();
            let (_, rest) = sensor.split_once("<name_in_model>")?;
            let name = rest.split_once("</name_in_model>")?.0.trim();
            (!device.is_empty() && !name.is_empty()).then(|| (device.to_owned(), name.to_owned()))
        })
        .collect()
}
