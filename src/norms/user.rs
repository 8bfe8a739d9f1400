//! A laboratory's own norms beside the built-in ones.
//!
//! In: the text of a user's table. Out: [`Norms`], which every comparison asks.
//!
//! The table has the schema of the built-in ones (`table`). Rows without `pct` hold a feature of the
//! decision model: `curve` is then one of [`FEATURE_NAMES`]. Curves or features that the table does
//! not hold come from the built-in norms.
//!
//! The stride metrics are in rotation–obliquity–tilt. A table that holds the pelvis or the trunk only
//! in another sequence is refused when it is read: it would otherwise be left out in silence.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::table::{FeatureGroup, parse_all};
use super::{
    BUILT_IN, FeatureNorm, FeatureNorms, NormBand, NormCurve, NormError, NormTable, NormTableError,
    band_from, built_in_features, built_in_speed_range, speed,
};
use crate::recording::Sequence;
use crate::settings::ClassifySettings;

/// Features of the decision model in norm tables, in the order of [`FeatureNorms`].
pub const FEATURE_NAMES: [&str; 5] = [
    "drop_ss",
    "drop_ss_offset_free",
    "drop_peak_offset_free",
    "lean_ss",
    "lean_ss_offset_free",
];

/// Sequence of everything that is compared with norms.
const COMPARED: Sequence = Sequence::RotationObliquityTilt;

/// The norms of a run: a user's table where it has what is asked for, else the built-in ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Norms {
    user: Option<Arc<UserTable>>,
}

#[derive(Debug, PartialEq)]
struct UserTable {
    name: String,
    text: String,
    hash: String,
    tables: Vec<NormTable>,
    features: Vec<FeatureGroup>,
    population: String,
}

impl Norms {
    /// Reads a user's table; `name` is used in errors and in words.
    ///
    /// # Errors
    /// [`NormTableError`] with table and line, also when its sequence cannot be compared.
    pub fn parse(name: &str, text: &str) -> Result<Norms, NormTableError> {
        let (tables, features) = parse_all(name, text)?;
        for curve in [NormCurve::PelvisDrop, NormCurve::TrunkLean] {
            let of_curve = || tables.iter().filter(|table| table.curve == curve);
            let fits = |table: &NormTable| table.sequence == Some(COMPARED);
            if of_curve().next().is_some() && !of_curve().any(fits) {
                return Err(NormTableError::Sequence {
                    table: name.to_owned(),
                    what: curve.name().to_owned(),
                    found: of_curve().find_map(|table| table.sequence),
                });
            }
        }
        let population = super::table::comment(text, "population");
        Ok(Norms {
            user: Some(Arc::new(UserTable {
                name: name.to_owned(),
                text: text.to_owned(),
                hash: format!("{:x?}", Sha256::digest(text.as_bytes())),
                tables,
                features,
                population,
            })),
        })
    }

    /// Name and text of the user's table.
    pub fn user_table(&self) -> Option<(&str, &str)> {
        let user = self.user.as_ref()?;
        Some((&user.name, &user.text))
    }

    /// Tells norms apart; empty for the built-in ones.
    pub fn hash(&self) -> &str {
        self.user.as_ref().map_or("", |user| &user.hash)
    }

    /// The curves that the user's table holds, with their speed groups.
    pub fn tables(&self) -> &[NormTable] {
        self.user.as_ref().map_or(&BUILT_IN, |user| &user.tables)
    }

    /// Names of the speed groups whose features the user's table holds.
    pub fn feature_groups(&self) -> Vec<&str> {
        let groups = self.user.iter().flat_map(|user| &user.features);
        groups.map(|group| group.name.as_str()).collect()
    }

    /// The norm band of `curve` in `sequence` at a dimensionless speed (free speed when unknown).
    ///
    /// # Errors
    /// [`NormError::Sequence`] when every table of the curve is of another sequence.
    pub fn band(
        &self,
        curve: NormCurve,
        sequence: Sequence,
        speed_dimensionless: Option<f64>,
    ) -> Result<NormBand, NormError> {
        if let Some(user) = &self.user
            && user.tables.iter().any(|table| table.curve == curve)
        {
            return band_from(&user.tables, curve, sequence, speed_dimensionless);
        }
        band_from(&BUILT_IN, curve, sequence, speed_dimensionless)
    }

    /// Feature norms at a dimensionless speed (free speed when unknown).
    pub fn features(
        &self,
        sequence: Sequence,
        speed_dimensionless: Option<f64>,
        settings: &ClassifySettings,
    ) -> FeatureNorms {
        let built_in = built_in_features(sequence, speed_dimensionless, settings);
        let Some(user) = self.user.as_ref().filter(|user| !user.features.is_empty()) else {
            return built_in;
        };
        if sequence != COMPARED {
            return built_in;
        }
        let groups = &user.features;
        let places: Vec<_> = groups
            .iter()
            .map(|group| (group.name.as_str(), group.speed_dimensionless))
            .collect();
        let place = speed::place(&places, speed_dimensionless);
        let norm = |index: usize, fallback: FeatureNorm| {
            if groups.iter().any(|group| group.values[index].is_none()) {
                return fallback;
            }
            let part = |pick: fn(FeatureNorm) -> f64| {
                place.mix(groups, |group| group.values[index].map_or(f64::NAN, pick))
            };
            FeatureNorm {
                mean: part(|norm| norm.mean),
                sd: part(|norm| norm.sd),
            }
        };
        let words = match groups.as_slice() {
            [only] => format!("one speed group ({})", only.name),
            _ => format!("speed group {}", place.words),
        };
        let separator = if user.population.is_empty() { "" } else { ", " };
        FeatureNorms {
            drop_raw: norm(0, built_in.drop_raw),
            drop: norm(1, built_in.drop),
            drop_peak: norm(2, built_in.drop_peak),
            lean_raw: norm(3, built_in.lean_raw),
            lean: norm(4, built_in.lean),
            description: format!(
                "rotation–obliquity–tilt, {words}; {}{separator}{}",
                user.name, user.population
            ),
        }
    }

    /// Dimensionless speeds of the slowest and the fastest group of the feature norms; a table of one
    /// group stands for all speeds of the built-in ones.
    pub fn speed_range(&self) -> (f64, f64) {
        let groups = self.user.iter().flat_map(|user| &user.features);
        let speeds = groups.filter_map(|group| group.speed_dimensionless);
        let (low, high) = speeds.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), speed| {
            (low.min(speed), high.max(speed))
        });
        if low < high {
            (low, high)
        } else {
            built_in_speed_range()
        }
    }
}
