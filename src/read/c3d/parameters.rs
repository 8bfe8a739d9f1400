//! The parameter section: groups of named values.
//!
//! In: the bytes of the section. Out: [`Parameters`]. A damaged section gives what could be read
//! before the damage and a warning.

use std::collections::BTreeMap;

use super::number::Processor;
use crate::recording::Warning;

/// Values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    Text(Vec<String>),
    Bytes(Vec<u8>),
    /// Stored as signed words, but block numbers and frame counts are meant unsigned.
    Words(Vec<u16>),
    Reals(Vec<f64>),
}

/// All parameters by group and name, both in capitals.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Parameters {
    groups: BTreeMap<String, BTreeMap<String, Values>>,
}

impl Parameters {
    /// True when the section holds nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The parameters of a group, in alphabetical order.
    pub(super) fn group(&self, group: &str) -> impl Iterator<Item = (&str, &Values)> {
        self.groups
            .get(group)
            .into_iter()
            .flatten()
            .map(|(name, values)| (name.as_str(), values))
    }

    fn get(&self, group: &str, name: &str) -> Option<&Values> {
        self.groups.get(group)?.get(name)
    }

    /// The texts of one parameter; empty when absent or not text.
    pub(super) fn texts(&self, group: &str, name: &str) -> &[String] {
        match self.get(group, name) {
            Some(Values::Text(texts)) => texts,
            _ => &[],
        }
    }

    /// The texts of a parameter that continues in `name2`, `name3` … (more than 255 entries).
    pub(super) fn long_texts(&self, group: &str, name: &str) -> Vec<String> {
        let mut all = self.texts(group, name).to_vec();
        for part in 2.. {
            match self.get(group, &format!("{name}{part}")) {
                Some(Values::Text(more)) => all.extend_from_slice(more),
                _ => break,
            }
        }
        all
    }

    /// The numbers of one parameter, words taken as signed; empty when absent or text.
    pub(super) fn reals(&self, group: &str, name: &str) -> Vec<f64> {
        self.get(group, name).map(Values::reals).unwrap_or_default()
    }

    /// The numbers of a parameter that continues in `name2`, `name3` ….
    pub(super) fn long_reals(&self, group: &str, name: &str) -> Vec<f64> {
        let mut all = self.reals(group, name);
        for part in 2.. {
            match self.get(group, &format!("{name}{part}")) {
                Some(more) => all.extend(more.reals()),
                None => break,
            }
        }
        all
    }

    /// The first number of one parameter.
    pub(super) fn real(&self, group: &str, name: &str) -> Option<f64> {
        self.reals(group, name).first().copied()
    }

    /// A count, frame or block number: words are unsigned, and two words are one 32-bit number.
    pub(super) fn count(&self, group: &str, name: &str) -> Option<usize> {
        match self.get(group, name)? {
            Values::Words(words) => match words.as_slice() {
                [low] => Some(usize::from(*low)),
                [low, high, ..] => Some(usize::from(*low) + (usize::from(*high) << 16)),
                [] => None,
            },
            Values::Bytes(bytes) => bytes.first().map(|&b| usize::from(b)),
            Values::Reals(reals) => reals
                .first()
                .filter(|v| (0.0..4.3e9).contains(*v))
                .map(|&v| v as usize),
            Values::Text(_) => None,
        }
    }
}

impl Values {
    /// As numbers, words taken as signed; text gives none.
    pub(super) fn reals(&self) -> Vec<f64> {
        match self {
            Values::Reals(reals) => reals.clone(),
            Values::Words(words) => words.iter().map(|&w| f64::from(w as i16)).collect(),
            Values::Bytes(bytes) => bytes.iter().map(|&b| f64::from(b)).collect(),
            Values::Text(_) => Vec::new(),
        }
    }
}

/// Text of a fixed-width field: up to the first NUL, without blanks around it; UTF-8, else
/// Latin-1.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let bytes = bytes.get(..end).unwrap_or_default();
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&b| char::from(b)).collect(),
    };
    decoded.trim().to_owned()
}

/// Reads the section that begins at the start of `bytes` (with its four-byte prologue) and ends
/// at the latest where `bytes` ends.
pub(super) fn read(bytes: &[u8], processor: Processor, warnings: &mut Vec<Warning>) -> Parameters {
    let mut names: BTreeMap<i8, String> = BTreeMap::new();
    let mut found: Vec<(i8, String, Values)> = Vec::new();
    let mut at = 4;
    let damaged = loop {
        match entry(bytes, at, processor) {
            Entry::End => break false,
            Entry::Damaged => break true,
            Entry::Group { id, name, next } => {
                names.entry(id).or_insert(name);
                at = next;
            }
            Entry::Parameter {
                group,
                name,
                values,
                next,
            } => {
                found.push((group, name, values));
                at = next;
            }
        }
        if at >= bytes.len() {
            break false;
        }
    };
    if damaged {
        warnings.push(Warning::at(
            "damaged-parameters",
            format!("byte {at} of the parameter section"),
            "the C3D parameter section is damaged from here; what stands before it is used",
        ));
    }
    let mut parameters = Parameters::default();
    for (id, name, values) in found {
        let group = names.get(&id).cloned().unwrap_or_else(|| format!("#{id}"));
        // A repeated group or parameter adds what is new; the first value stays.
        parameters
            .groups
            .entry(group)
            .or_default()
            .entry(name)
            .or_insert(values);
    }
    parameters
}

enum Entry {
    End,
    Damaged,
    Group {
        id: i8,
        name: String,
        next: usize,
    },
    Parameter {
        group: i8,
        name: String,
        values: Values,
        next: usize,
    },
}

/// The group or parameter record at `at`: length of the name (negative = locked), group number
/// (negative = a group itself), name, distance to the next record, content.
fn entry(bytes: &[u8], at: usize, processor: Processor) -> Entry {
    let Some(&[length, id]) = bytes.get(at..at + 2) else {
        return Entry::End;
    };
    let length = usize::from((length as i8).unsigned_abs());
    let id = id as i8;
    if length == 0 {
        return Entry::End;
    }
    let link = at + 2 + length;
    let (Some(name), Some(distance)) = (bytes.get(at + 2..link), processor.u16_at(bytes, link))
    else {
        return Entry::Damaged;
    };
    if id == 0 || name.contains(&0) {
        return Entry::Damaged;
    }
    let name = text(name).to_uppercase();
    // Distance 0 marks the last record.
    let next = match usize::from(distance) {
        0 => bytes.len(),
        distance => link + distance,
    };
    if id < 0 {
        return Entry::Group {
            id: id.saturating_neg(),
            name,
            next,
        };
    }
    // Values end where the next record begins, so that no byte is taken twice.
    let record = bytes.get(..next.min(bytes.len())).unwrap_or_default();
    match values(record, link + 2, processor) {
        Some(values) => Entry::Parameter {
            group: id,
            name,
            values,
            next,
        },
        None => Entry::Damaged,
    }
}

/// The values at `at`: element size (−1 text, 1 byte, 2 word, 4 float), number of dimensions,
/// dimensions, data. `None` when they do not fit into the section.
fn values(bytes: &[u8], at: usize, processor: Processor) -> Option<Values> {
    let &[kind, rank] = bytes.get(at..at + 2)? else {
        return None;
    };
    let start = at + 2 + usize::from(rank);
    let dimensions = bytes.get(at + 2..start)?;
    let count = dimensions
        .iter()
        .try_fold(1usize, |product, &d| product.checked_mul(usize::from(d)))?;
    let size = usize::from((kind as i8).unsigned_abs());
    let data = bytes.get(start..start.checked_add(count.checked_mul(size)?)?)?;
    match kind as i8 {
        -1 => {
            let width = dimensions.first().map_or(1, |&d| usize::from(d)).max(1);
            Some(Values::Text(data.chunks(width).map(text).collect()))
        }
        1 => Some(Values::Bytes(data.to_vec())),
        2 => Some(Values::Words(
            data.chunks_exact(2)
                .filter_map(|b| processor.u16_at(b, 0))
                .collect(),
        )),
        4 => Some(Values::Reals(
            data.chunks_exact(4)
                .filter_map(|b| processor.real_at(b, 0))
                .collect(),
        )),
        _ => None,
    }
}
