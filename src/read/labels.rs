//! What a stored point is: a marker, or a result of another program.

use std::collections::{BTreeMap, BTreeSet};

use crate::recording::Warning;

/// Words that end the label of a Plug-in Gait result (`LHipAngles`, `RNormalisedGRF`), with the
/// unit such a result has when the file does not say.
const RESULT_WORDS: [(&str, &str); 11] = [
    ("Angles", "deg"),
    ("Angle", "deg"),
    ("Forces", "N"),
    ("Force", "N"),
    ("Moments", "Nmm"),
    ("Moment", "Nmm"),
    ("Powers", "W"),
    ("Power", "W"),
    ("GRF", "N"),
    ("Torque", "Nmm"),
    ("Torques", "Nmm"),
];

/// The unit of a model output when the label is one (`Subject:LPelvisAngles_M` → `deg`); `None`
/// for a marker.
///
/// A `Subject:` prefix and a suffix (`_M`, `V`, digits) are allowed: laboratories add them to
/// tell variants of the model apart.
pub(crate) fn result_unit(label: &str) -> Option<&'static str> {
    let name = label.rsplit(':').next().unwrap_or(label);
    let stems = [
        name,
        name.trim_end_matches(|c: char| c.is_ascii_digit()),
        name.rsplit_once('_').map_or(name, |(stem, _)| stem),
        name.strip_suffix(|c: char| c.is_ascii_uppercase())
            .unwrap_or(name),
    ];
    RESULT_WORDS
        .iter()
        .find(|(word, _)| {
            stems
                .iter()
                .any(|stem| stem.len() > word.len() && stem.ends_with(word))
        })
        .map(|&(_, unit)| unit)
}

/// One label per point: blank ones get their number, repeated ones a count.
pub(crate) fn distinct(mut labels: Vec<String>, warnings: &mut Vec<Warning>) -> Vec<String> {
    let mut blank = 0;
    let mut repeated = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let points = labels.len();
    for (index, label) in labels.iter_mut().enumerate() {
        if label.is_empty() {
            blank += 1;
            *label = format!("point {}", index + 1);
        }
        let count = seen.entry(label.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            repeated.insert(label.clone());
            *label = format!("{label}#{count}");
        }
    }
    if blank > 0 {
        warnings.push(Warning::at(
            "blank-labels",
            "labels",
            format!("{blank} of {points} points have no label; they are named by their number"),
        ));
    }
    if !repeated.is_empty() {
        let names: Vec<String> = repeated.into_iter().collect();
        warnings.push(Warning::at(
            "repeated-labels",
            "labels",
            format!(
                "used for several points: {}; the first of each keeps the label",
                names.join(", ")
            ),
        ));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_markers() {
        for label in [
            "LPelvisAngles",
            "Test:RSpineAngles",
            "LHipAnglesV",
            "RKneeAngles_M",
            "LAbsAnkleAngle",
            "LHipAngles2",
        ] {
            assert_eq!(result_unit(label), Some("deg"), "{label}");
        }
        assert_eq!(result_unit("RNormalisedGRF_M"), Some("N"));
        assert_eq!(result_unit("A22:LHipPower"), Some("W"));
        for label in ["LASI", "Subject:RKNE", "Force", "T10", "LTOE", "*12", ""] {
            assert_eq!(result_unit(label), None, "{label}");
        }
    }
}
