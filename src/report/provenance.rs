//! How the results were made, as every page shows it.
//!
//! In: [`Provenance`]. Out: [`ProvenanceView`].

use crate::study::rows::Provenance;
use serde::Serialize;

use super::language::Language;

/// How the results were made.
#[derive(Debug, Clone, Serialize)]
pub struct ProvenanceView {
    /// Version.
    pub version: String,
    /// Hash of the settings.
    pub settings_hash: String,
    /// Name, value, default.
    pub changed: Vec<(String, String, String)>,
    /// Norm tables.
    pub norms: Vec<String>,
    /// Measurement error that the intervals hold: optical, inertial.
    pub measurement_error: (String, String),
    /// Severity bands in words.
    pub severity_drop: String,
    /// Severity bands in words.
    pub severity_lean: String,
    /// Least probability of a definite label.
    pub probability_min: String,
    /// Least strides of a label at that probability.
    pub strides_min: usize,
    /// Least probability with fewer strides.
    pub probability_min_few: String,
    /// Least strides of any label.
    pub strides_few: usize,
}

impl ProvenanceView {
    /// The view of `provenance`.
    pub fn of(provenance: &Provenance, lang: &Language) -> ProvenanceView {
        let classify = &provenance.settings.classify;
        let bands = |[mild, moderate, severe]: [f64; 3]| {
            let [mild, moderate, severe] = [mild, moderate, severe].map(|v| format!("{v}°"));
            lang.fill(
                "reading.severity-bands",
                &[
                    ("mild", &mild),
                    ("moderate", &moderate),
                    ("severe", &severe),
                ],
            )
        };
        let percent = |p: f64| format!("{} %", lang.fixed(100.0 * p, 0));
        ProvenanceView {
            version: provenance.version.clone(),
            settings_hash: provenance.settings_hash.clone(),
            changed: provenance.changed_settings.clone(),
            norms: provenance.norms.clone(),
            measurement_error: (
                lang.degrees(classify.sd_optical_deg),
                lang.degrees(classify.sd_inertial_deg),
            ),
            severity_drop: bands(classify.severity_drop_deg),
            severity_lean: bands(classify.severity_lean_deg),
            probability_min: percent(classify.probability_min),
            probability_min_few: percent(classify.probability_min_few),
            strides_few: classify.strides_few,
            strides_min: classify.strides_min,
        }
    }
}
