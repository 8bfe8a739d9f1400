//! What a stored point is: a marker, or a result of another program.

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
