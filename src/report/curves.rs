//! Statistics of the stride curves of one limb: what the diagrams show.
//!
//! In: strides of one limb and the norm. Out: [`LimbCurves`] — mean, norm and timing at 0–100 % of
//! the stride, and where the mean leaves the norm.

use crate::metrics::{CURVE_POINTS, StrideCurves};
use crate::norms::{NormBand, NormCurve, NormError};
use crate::recording::{Sequence, Side};
use crate::study::rows::StrideRow;

use super::number::mean_of;
use crate::study::summary::mean_sd;

/// Where norm bands come from: [`norms::band`](crate::norms::band), or a table of the user.
pub type BandSource<'a> =
    dyn Fn(NormCurve, Sequence, Option<f64>) -> Result<NormBand, NormError> + Sync + 'a;

/// A curve that a report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Contralateral pelvic drop.
    PelvisDrop,
    /// Trunk lean toward the stance limb.
    TrunkLean,
    /// Hip adduction.
    HipAdduction,
    /// Knee valgus.
    KneeValgus,
    /// Hip flexion.
    HipFlexion,
    /// Knee flexion.
    KneeFlexion,
}

/// The curves in the report's order.
pub const SHOWN: [Shown; 6] = [
    Shown::PelvisDrop,
    Shown::TrunkLean,
    Shown::HipAdduction,
    Shown::KneeValgus,
    Shown::HipFlexion,
    Shown::KneeFlexion,
];

impl Shown {
    /// Name of messages and figures.
    pub fn name(self) -> &'static str {
        match self {
            Shown::PelvisDrop => "pelvis_drop",
            Shown::TrunkLean => "trunk_lean",
            Shown::HipAdduction => "hip_adduction",
            Shown::KneeValgus => "knee_valgus",
            Shown::HipFlexion => "hip_flexion",
            Shown::KneeFlexion => "knee_flexion",
        }
    }

    /// The norm it is compared with; sagittal curves have none.
    pub fn norm(self) -> Option<NormCurve> {
        match self {
            Shown::PelvisDrop => Some(NormCurve::PelvisDrop),
            Shown::TrunkLean => Some(NormCurve::TrunkLean),
            Shown::HipAdduction => Some(NormCurve::HipAdduction),
            Shown::KneeValgus => Some(NormCurve::KneeValgus),
            Shown::HipFlexion | Shown::KneeFlexion => None,
        }
    }
}

/// Values of one curve of a stride.
pub fn values(curves: &StrideCurves, curve: Shown) -> &[f64] {
    match curve {
        Shown::PelvisDrop => &curves.pelvis_drop_deg,
        Shown::TrunkLean => &curves.trunk_lean_deg,
        Shown::HipAdduction => &curves.hip_adduction_deg,
        Shown::KneeValgus => &curves.knee_valgus_deg,
        Shown::HipFlexion => &curves.hip_flexion_deg,
        Shown::KneeFlexion => &curves.knee_flexion_deg,
    }
}

/// Mean timing of the used strides, percent of the stride.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timing {
    /// The other foot leaves the ground: single support begins.
    pub opposite_off_pct: Option<f64>,
    /// The other foot strikes: single support ends.
    pub opposite_strike_pct: Option<f64>,
    /// This foot leaves the ground: stance ends.
    pub off_pct: Option<f64>,
}

impl Timing {
    /// Mean over the used strides among `strides`.
    pub fn of<'a>(strides: impl Iterator<Item = &'a StrideRow> + Clone) -> Timing {
        let mean = |event: fn(&StrideRow) -> Option<f64>| {
            let percents = strides.clone().filter_map(|row| {
                let (start, end) = (row.stride.start_s, row.stride.end_s);
                Some(100.0 * (event(row)? - start) / (end - start))
            });
            mean_of(percents)
        };
        Timing {
            opposite_off_pct: mean(|row| row.stride.opposite_off_s),
            opposite_strike_pct: mean(|row| row.stride.opposite_strike_s),
            off_pct: mean(|row| row.stride.off_s),
        }
    }

    /// Single support, when both ends are known.
    pub fn single_support(&self) -> Option<(f64, f64)> {
        Some((self.opposite_off_pct?, self.opposite_strike_pct?))
    }
}

/// One curve of one limb.
pub struct LimbCurve<'a> {
    /// Which curve.
    pub curve: Shown,
    /// The strides that have it, used and not.
    pub strides: Vec<&'a StrideRow>,
    /// Mean of the used strides; `None` when none has the curve.
    pub mean: Option<Vec<f64>>,
    /// Their SD; NaN where there are fewer than two.
    pub sd: Vec<f64>,
    /// The norm, or why there is none; `None` for a curve that has no norm.
    pub norm: Option<Result<NormBand, NormError>>,
}

/// All shown curves of one limb.
pub struct LimbCurves<'a> {
    /// Number of used strides.
    pub used: usize,
    /// Mean timing.
    pub timing: Timing,
    /// Mean speed v/√(g·leg).
    pub speed_dimensionless: Option<f64>,
    /// One per [`SHOWN`].
    pub curves: Vec<LimbCurve<'a>>,
}

impl<'a> LimbCurves<'a> {
    /// Curves of the strides of `side` among `strides`.
    pub fn of(strides: &'a [StrideRow], side: Side, bands: &BandSource) -> LimbCurves<'a> {
        let limb = strides.iter().filter(|row| row.stride.side == side);
        let used = limb.clone().filter(|row| row.stride.exclusion.is_none());
        let speeds = used
            .clone()
            .filter_map(|row| row.evidence.speed_dimensionless);
        let speed_dimensionless = mean_of(speeds);
        let curves = SHOWN
            .iter()
            .map(|&curve| LimbCurve {
                curve,
                strides: limb
                    .clone()
                    .filter(|row| has_curve(values(&row.curves, curve)))
                    .collect(),
                mean: mean_curve(used.clone().map(|row| values(&row.curves, curve))),
                sd: sd_curve(used.clone().map(|row| values(&row.curves, curve))),
                // stride curves are always rotation–obliquity–tilt
                norm: curve.norm().map(|curve| {
                    bands(curve, Sequence::RotationObliquityTilt, speed_dimensionless)
                }),
            })
            .collect();
        LimbCurves {
            used: used.clone().count(),
            timing: Timing::of(used),
            speed_dimensionless,
            curves,
        }
    }

    /// One of the curves.
    pub fn curve(&self, wanted: Shown) -> Option<&LimbCurve<'a>> {
        self.curves.iter().find(|curve| curve.curve == wanted)
    }
}

impl LimbCurve<'_> {
    /// The norm, where there is one.
    pub fn band(&self) -> Option<&NormBand> {
        self.norm.as_ref()?.as_ref().ok()
    }
}

/// SD (n − 1) at each point over the strides that have a value there.
fn sd_curve<'a>(curves: impl Iterator<Item = &'a [f64]>) -> Vec<f64> {
    let curves: Vec<&[f64]> = curves.filter(|c| has_curve(c)).collect();
    let sd_at = |i: usize| {
        let here = curves.iter().filter_map(|c| c.get(i).copied());
        mean_sd(here).and_then(|found| found.sd).unwrap_or(f64::NAN)
    };
    (0..CURVE_POINTS).map(sd_at).collect()
}

fn has_curve(values: &[f64]) -> bool {
    values.len() == CURVE_POINTS && values.iter().any(|v| v.is_finite())
}

/// Mean at each point over the strides that have a value there; NaN where fewer than half have.
pub fn mean_curve<'a>(curves: impl Iterator<Item = &'a [f64]>) -> Option<Vec<f64>> {
    let curves: Vec<&[f64]> = curves.filter(|c| has_curve(c)).collect();
    if curves.is_empty() {
        return None;
    }
    let mean_at = |i: usize| {
        let here: Vec<f64> = curves
            .iter()
            .filter_map(|c| c.get(i).copied())
            .filter(|v| v.is_finite())
            .collect();
        if 2 * here.len() < curves.len() {
            return f64::NAN;
        }
        here.iter().sum::<f64>() / here.len() as f64
    };
    Some((0..CURVE_POINTS).map(mean_at).collect())
}

/// Where in stance the mean lies outside mean ± 2 SD of the norm: intervals in percent of the
/// stride, and whether above.
pub fn outside_norm(
    mean: &[f64],
    norm: &NormBand,
    stance_end_pct: f64,
) -> Vec<(usize, usize, bool)> {
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    let points = mean.iter().zip(&norm.mean_deg).zip(&norm.sd_deg);
    for (pct, ((value, centre), sd)) in points.enumerate() {
        if pct as f64 > stance_end_pct || (value - centre).abs() <= 2.0 * sd || !value.is_finite() {
            continue;
        }
        let above = value > centre;
        match found.last_mut() {
            Some((_, end, same)) if *end + 1 == pct && *same == above => *end = pct,
            _ => found.push((pct, pct, above)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norm() -> NormBand {
        NormBand {
            source: "test".into(),
            population: "test".into(),
            sequence: None,
            speed_group: "free".into(),
            mean_deg: vec![0.0; CURVE_POINTS],
            sd_deg: vec![1.0; CURVE_POINTS],
        }
    }

    #[test]
    fn outside_is_reported_in_stance_only_and_by_direction() {
        let mut mean = vec![0.0; CURVE_POINTS];
        mean[10..=20].fill(2.5);
        mean[21..=30].fill(-2.5);
        mean[70..=80].fill(9.0);
        mean[15] = f64::NAN;
        assert_eq!(
            outside_norm(&mean, &norm(), 60.0),
            [(10, 14, true), (16, 20, true), (21, 30, false)]
        );
    }

    #[test]
    fn the_mean_needs_half_of_the_strides() {
        let full = vec![2.0; CURVE_POINTS];
        let mut gap = vec![4.0; CURVE_POINTS];
        gap[5] = f64::NAN;
        let mut empty = vec![4.0; CURVE_POINTS];
        empty[5] = f64::NAN;
        let curves: Vec<&[f64]> = vec![&full, &gap, &empty, &[]];
        let mean = mean_curve(curves.into_iter()).unwrap();
        assert!(mean[5].is_nan());
        assert!((mean[6] - 10.0 / 3.0).abs() < 1e-12);
        assert!(mean_curve(std::iter::empty()).is_none());
    }
}
