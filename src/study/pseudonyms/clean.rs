//! Names out of the texts of a recording's results.
//!
//! In: every name that a recording's file, folders and labels carry. Out: the same results with
//! pseudonyms where one of the names stood as a word.

use super::Pseudonyms;
use crate::classify::LimbFinding;
use crate::recording::Recording;
use crate::study::discover::Found;
use crate::study::rows::RecordingRow;
use crate::study::store::RecordingResult;

/// Words of folders and files that tell nothing about a person, and that messages need.
const COMMON: &str = " after angles archive barefoot baseline before c3d captures control csv data day events \
    export file files gait healthy home input left level limp limping mnt normal norm out output \
    patient patients pelvis pre post recording recordings right root sample session sessions shod \
    sit slow fast stand standing static stride strides subject subjects test tests tmp trial trials \
    trunk user users var visit visits walk walking walks work ";

/// What stands for a name that is neither a person's nor a recording's.
const OTHER: &str = "[name]";

/// Replaces the names of one recording.
pub struct Cleaner<'a> {
    pseudonyms: &'a Pseudonyms,
    /// Letters of a name, and what stands for it; long names first.
    names: Vec<(Vec<char>, String)>,
}

impl<'a> Cleaner<'a> {
    /// Nothing is replaced yet.
    pub fn new(pseudonyms: &'a Pseudonyms) -> Cleaner<'a> {
        Cleaner {
            pseudonyms,
            names: Vec::new(),
        }
    }

    /// All names that the place of a recording carries.
    pub fn of(found: &Found, pseudonyms: &'a Pseudonyms) -> Cleaner<'a> {
        let mut cleaner = Cleaner::new(pseudonyms);
        cleaner.recording(&found.recording);
        let alias = pseudonyms.recording(&found.recording);
        cleaner.replace(&found.path.display().to_string(), &alias);
        let inside = std::fs::read_dir(&found.path).into_iter().flatten();
        for entry in inside.flatten() {
            // a folder with one file per sensor
            cleaner.file(&entry.file_name().to_string_lossy(), OTHER);
        }
        for folder in found
            .folders
            .iter()
            .chain(&found.above)
            .chain([&found.root])
        {
            cleaner.folder(folder);
        }
        cleaner
    }

    /// A recording's name, its file's name, and its folders.
    pub fn recording(&mut self, name: &str) {
        let alias = self.pseudonyms.recording(name);
        self.replace(name, &alias);
        let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
        self.file(file, &alias);
        for folder in folders.split('/') {
            self.folder(folder);
        }
    }

    /// A folder's name and its words.
    fn folder(&mut self, folder: &str) {
        self.name(folder, OTHER);
        for word in folder.split(|c: char| !c.is_alphanumeric()) {
            self.name(word, OTHER);
        }
    }

    /// A file's name with and without extensions.
    fn file(&mut self, file: &str, alias: &str) {
        self.replace(file, alias);
        let mut stem = file;
        while let Some((shorter, _)) = stem.rsplit_once('.') {
            stem = shorter;
            self.name(stem, alias);
        }
        for word in stem.split(|c: char| !c.is_alphanumeric()) {
            self.name(word, OTHER);
        }
    }

    /// What the file itself names: subjects, prefixes of labels, sensors.
    pub fn content(&mut self, recording: &Recording) {
        let labels = recording.markers.iter().map(|marker| marker.label.as_str());
        let outputs = recording
            .model_outputs
            .iter()
            .map(|output| output.label.as_str());
        let mut prefixes: Vec<&str> = labels
            .chain(outputs)
            .filter_map(|label| Some(label.split_once(':')?.0))
            .collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        for prefix in prefixes {
            self.subject(prefix);
        }
        for subject in &recording.subjects {
            self.subject(subject);
        }
    }

    /// A person's name: the whole, and each of its words.
    pub fn subject(&mut self, name: &str) {
        let alias = self.pseudonyms.subject(name);
        self.replace(name.trim(), &alias);
        for word in name.split(|c: char| !c.is_alphanumeric()) {
            self.name(word, &alias);
        }
    }

    /// A name that could be a usual word or a number: those stay.
    fn name(&mut self, name: &str, alias: &str) {
        let name = name.trim();
        let number = name.len() < 5 && name.bytes().all(|b| b.is_ascii_digit());
        let common = COMMON.contains(&format!(" {} ", name.to_lowercase()));
        if name.chars().count() > 1 && !number && !common {
            self.replace(name, alias);
        }
    }

    fn replace(&mut self, name: &str, alias: &str) {
        let letters: Vec<char> = name.chars().collect();
        if letters.is_empty() || self.names.iter().any(|(known, _)| *known == letters) {
            return;
        }
        let longer = |(known, _): &(Vec<char>, String)| known.len() >= letters.len();
        let place = self.names.partition_point(longer);
        self.names.insert(place, (letters, alias.to_owned()));
    }

    /// `text` without the names.
    pub fn clean(&self, text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let mut cleaned = String::with_capacity(text.len());
        let mut at = 0;
        while at < letters.len() {
            match self
                .names
                .iter()
                .find(|(name, _)| stands(&letters, at, name))
            {
                Some((name, alias)) => {
                    cleaned.push_str(alias);
                    at += name.len();
                }
                None => {
                    cleaned.push(letters[at]);
                    at += 1;
                }
            }
        }
        cleaned
    }

    fn text(&self, text: &mut String) {
        *text = self.clean(text);
    }

    /// The result of the recording `whole`, or of a walking bout of it.
    pub fn result(&self, result: &mut RecordingResult, whole: &str) {
        let row = &mut result.row;
        for name in [&mut row.recording, &mut row.part_of] {
            if let Some(bout) = name.strip_prefix(whole) {
                *name = self.pseudonyms.recording(whole) + bout;
            }
        }
        for stride in &mut result.strides {
            stride.recording.clone_from(&row.recording);
        }
        row.subject = self.pseudonyms.subject(&row.subject);
        row.session = self.pseudonyms.session(&row.session);
        let subjects = result.file_subjects.iter();
        result.file_subjects = subjects.map(|s| self.pseudonyms.subject(s)).collect();
        let facts = &mut result.facts;
        for told in [&mut facts.aid, &mut facts.load].into_iter().flatten() {
            self.text(told);
        }
        self.row(&mut result.row);
    }

    /// The texts of a row.
    pub fn row(&self, row: &mut RecordingRow) {
        for text in [&mut row.reason, &mut row.condition, &mut row.trunk] {
            self.text(text);
        }
        for warning in &mut row.warnings {
            about_another(&warning.code, &mut warning.message);
            self.text(&mut warning.place);
            self.text(&mut warning.message);
        }
        for gap in &mut row.gaps {
            self.text(&mut gap.label);
        }
        if let Some(calibration) = &mut row.calibration {
            calibration.turned.iter_mut().for_each(|t| self.text(t));
        }
        if let Some(limbs) = &mut row.limbs {
            self.limb(&mut limbs.left);
            self.limb(&mut limbs.right);
        }
    }

    /// The texts of a finding.
    pub fn limb(&self, limb: &mut LimbFinding) {
        for flag in &mut limb.flags {
            about_another(&flag.code, &mut flag.message);
            self.text(&mut flag.message);
        }
        self.text(&mut limb.norm_used);
    }
}

/// The one message that names a person who is in no other place of the results.
fn about_another(code: &str, message: &mut String) {
    if code == "static-of-another" {
        *message = "the static trial is of another subject than the recording: give the static \
                    trial of the same person"
            .to_owned();
    }
}

/// Whether `name` stands at `at` as a word, in any case.
fn stands(text: &[char], at: usize, name: &[char]) -> bool {
    let Some(here) = text.get(at..at + name.len()) else {
        return false;
    };
    let same = |a: &char, b: &char| a == b || a.to_lowercase().eq(b.to_lowercase());
    let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    let begins = !(letter(name.first()) && at > 0 && letter(text.get(at - 1)));
    let ends = !(letter(name.last()) && letter(text.get(at + name.len())));
    begins && ends && here.iter().zip(name).all(|(a, b)| same(a, b))
}
