//! The diagrams of one recording as data, for programs that draw them themselves.
//!
//! In: the strides and findings of a recording. Out: the [`Figure`]s that its page shows: the curves
//! of both limbs in the report's order, then drop against lean.

use super::charts::{self, stride_key};
use super::curves::LimbCurves;
use super::language::Language;
use super::plot::Figure;
use super::scatter;
use crate::norms::Norms;
use crate::recording::{PerSide, Side};
use crate::settings::Settings;
use crate::study::rows::{RecordingRow, StrideRow};

/// The diagrams of a recording.
pub fn figures(
    row: &RecordingRow,
    strides: &[StrideRow],
    settings: &Settings,
    norms: &Norms,
    lang: &Language,
) -> Vec<Figure> {
    let bands = |curve, sequence, speed| norms.band(curve, sequence, speed);
    let curves = PerSide::from_fn(|side| LimbCurves::of(strides, side, &bands));
    let key = |row: &StrideRow| stride_key(0, row);
    let findings: Vec<_> = match &row.limbs {
        Some(limbs) => Side::BOTH.iter().map(|&side| &limbs[side]).collect(),
        None => Vec::new(),
    };
    let mut figures = charts::figures(&curves, &key, lang);
    figures.extend(scatter::figure(
        &findings, strides, &curves, settings, &key, lang,
    ));
    figures
}
