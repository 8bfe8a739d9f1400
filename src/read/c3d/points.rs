//! The points of a C3D file: markers and model outputs with their labels and units.

use std::collections::{BTreeMap, BTreeSet};

use super::frames::{self, PointRule};
use super::layout::Layout;
use super::number::Processor;
use super::parameters::Parameters;
use crate::read::labels;
use crate::recording::{LengthUnit, Marker, ModelOutput, Recording, Series3, Warning};

/// Parameters of the `POINT` group that list the labels of results, with the parameter that holds
/// their unit. `MODELED_MARKERS` are positions and stay markers.
const RESULT_LISTS: [(&str, &str); 6] = [
    ("ANGLES", "ANGLE_UNITS"),
    ("FORCES", "FORCE_UNITS"),
    ("MOMENTS", "MOMENT_UNITS"),
    ("POWERS", "POWER_UNITS"),
    ("SCALARS", "SCALAR_UNITS"),
    ("REACTIONS", "REACTION_UNITS"),
];

/// Reads markers and model outputs into the recording.
pub(super) fn read(
    bytes: &[u8],
    layout: &Layout,
    processor: Processor,
    parameters: &Parameters,
    recording: &mut Recording,
    warnings: &mut Vec<Warning>,
) {
    let mut labels = parameters.long_texts("POINT", "LABELS");
    labels.resize(layout.points, String::new());
    let descriptions = parameters.long_texts("POINT", "DESCRIPTIONS");
    tell_apart(&mut labels, &descriptions, warnings);
    let labels = labels::distinct(labels, warnings);
    let units = result_units(parameters);
    recording.declared_unit = declared_unit(parameters, warnings);
    let metres = recording.declared_unit.map_or(1.0, LengthUnit::metres);
    let unit_of = |label: &String| {
        units
            .get(label)
            .cloned()
            .or_else(|| labels::result_unit(label).map(str::to_owned))
    };
    let rules: Vec<PointRule> = labels
        .iter()
        .map(|label| match unit_of(label) {
            Some(_) => PointRule {
                factor: 1.0,
                zero_is_missing: false,
            },
            None => PointRule {
                factor: metres,
                zero_is_missing: true,
            },
        })
        .collect();
    let columns = frames::columns(bytes, layout, processor, &rules);
    for (label, series) in labels.into_iter().zip(columns) {
        match unit_of(&label) {
            Some(unit) => recording
                .model_outputs
                .push(model_output(label, unit, series)),
            None => recording.markers.push(Marker {
                label,
                position: series,
            }),
        }
    }
    if recording.markers.is_empty() {
        warnings.push(Warning::new(
            "no-markers",
            match recording.model_outputs.len() {
                0 => "the file holds no points, only analog channels".to_owned(),
                n => format!("the file holds {n} model outputs and no markers"),
            },
        ));
    }
}

fn model_output(label: String, unit: String, series: Series3) -> ModelOutput {
    ModelOutput {
        label,
        unit,
        components: ["X", "Y", "Z"].map(str::to_owned).to_vec(),
        values: vec![series.x, series.y, series.z],
    }
}

/// Tells points with one label apart by their descriptions: programs that cut labels to four
/// letters call `R.Knee` and `R.Knee.Medial` both `RKNE`. The first point that is not medial keeps
/// the label (it is the one the label stands for), the others are called by their description.
fn tell_apart(labels: &mut [String], descriptions: &[String], warnings: &mut Vec<Warning>) {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, label) in labels.iter().enumerate() {
        if !label.is_empty() {
            places.entry(label.clone()).or_default().push(index);
        }
    }
    let taken: BTreeSet<String> = places.keys().cloned().collect();
    let description = |index: usize| descriptions.get(index).map_or("", String::as_str);
    let is_medial = |index: &usize| description(*index).to_lowercase().contains("medial");
    let mut told_apart = Vec::new();
    for (label, places) in places.iter().filter(|(_, places)| places.len() > 1) {
        let keeper = places.iter().find(|place| !is_medial(place));
        let keeper = keeper.or(places.first()).copied();
        for &place in places.iter().filter(|&&place| Some(place) != keeper) {
            let name = description(place);
            if !name.is_empty() && !taken.contains(name) {
                if let Some(label) = labels.get_mut(place) {
                    name.clone_into(label);
                }
                told_apart.push(label.as_str());
            }
        }
    }
    told_apart.dedup();
    if !told_apart.is_empty() {
        warnings.push(Warning::at(
            "repeated-labels",
            "POINT:LABELS",
            format!(
                "used for several points, which are told apart by POINT:DESCRIPTIONS: {}",
                told_apart.join(", ")
            ),
        ));
    }
}

/// Unit of every label that the file lists as a result.
fn result_units(parameters: &Parameters) -> BTreeMap<String, String> {
    let mut units = BTreeMap::new();
    for (list, unit_name) in RESULT_LISTS {
        let unit = parameters
            .texts("POINT", unit_name)
            .first()
            .cloned()
            .unwrap_or_default();
        for label in parameters.long_texts("POINT", list) {
            if !label.is_empty() {
                units.insert(label, unit.clone());
            }
        }
    }
    units
}

fn declared_unit(parameters: &Parameters, warnings: &mut Vec<Warning>) -> Option<LengthUnit> {
    let stored = parameters.texts("POINT", "UNITS").first()?;
    let unit = LengthUnit::parse(stored);
    if unit.is_none() && !stored.is_empty() {
        warnings.push(Warning::at(
            "unknown-unit",
            "POINT:UNITS",
            format!("`{stored}` is not m, cm or mm; the unit is told from the size of the pelvis"),
        ));
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_tell_repeated_labels_apart() {
        let texts = |list: &[&str]| -> Vec<String> { list.iter().map(|t| t.to_string()).collect() };
        let mut labels = texts(&["RKNE", "LASI", "RKNE", "A", "A", "", ""]);
        let descriptions = texts(&["R.Knee.Medial", "x", "R.Knee", "", "LASI", "d"]);
        let mut warnings = Vec::new();
        tell_apart(&mut labels, &descriptions, &mut warnings);
        assert_eq!(labels, ["R.Knee.Medial", "LASI", "RKNE", "A", "A", "", ""]);
        assert_eq!(warnings.len(), 1);
    }
}
