//! Metres: the file's own unit, or the one that makes the subject's size human.

use super::LabError;
use crate::landmarks::{Landmark, Points};
use crate::recording::{LengthUnit, Recording, Side, Warning};
use crate::signal::median;
use nalgebra::Vector3;

/// What was decided about the unit of a recording.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitChoice {
    /// Unit of the file.
    pub unit: LengthUnit,
    /// Not declared (or declared wrongly) but concluded from the size of the body.
    pub guessed: bool,
    /// Factor that turns the positions of the [`Recording`] into metres.
    pub to_metres: f64,
    /// What has to be told about it.
    pub warning: Option<Warning>,
}

/// A distance on the body and the range it has in people, metres.
struct Yardstick {
    what: &'static str,
    size: f64,
    range_m: (f64, f64),
}

/// The unit of `recording`, whose landmarks are `points` in the units of the recording.
///
/// A declared unit is believed unless it makes the body impossible while another unit fits.
pub(super) fn choose(recording: &Recording, points: &Points) -> Result<UnitChoice, LabError> {
    if let Some(unit) = recording.declared_unit.filter(|_| recording.given.unit) {
        return Ok(declared(unit));
    }
    let yardstick = yardstick(points);
    match (recording.declared_unit, yardstick) {
        (Some(unit), None) => Ok(declared(unit)),
        (Some(unit), Some(y)) => {
            let raw = y.size / unit.metres();
            if y.fits(unit, raw) || y.size.is_nan() {
                return Ok(declared(unit));
            }
            Ok(match y.unit_of(raw) {
                Some(true_unit) => UnitChoice {
                    unit: true_unit,
                    guessed: true,
                    to_metres: true_unit.metres() / unit.metres(),
                    warning: Some(Warning::new(
                        "unit-corrected",
                        format!(
                            "the file declares {} but the {} would then be {:.4} m: the \
                             coordinates were taken as {}",
                            unit.symbol(),
                            y.what,
                            y.size,
                            true_unit.symbol()
                        ),
                    )),
                },
                None => UnitChoice {
                    warning: Some(Warning::new(
                        "unit-doubtful",
                        format!(
                            "the {} is {:.3} m, which no person has: check the unit ({}) and the \
                             labels",
                            y.what,
                            y.size,
                            unit.symbol()
                        ),
                    )),
                    ..declared(unit)
                },
            })
        }
        (None, Some(y)) => match y.unit_of(y.size) {
            Some(unit) => Ok(UnitChoice {
                unit,
                guessed: true,
                to_metres: unit.metres(),
                warning: Some(Warning::new(
                    "unit-guessed",
                    format!(
                        "the file does not declare its unit; the {} is {:.4}, so the coordinates \
                         were taken as {}",
                        y.what,
                        y.size,
                        unit.symbol()
                    ),
                )),
            }),
            None => Err(LabError::Unit(format!(
                "the file does not declare the unit of its coordinates and the {} of {:.4} fits \
                 neither m, cm nor mm: declare it with `unit = \"mm\"` in a map (--landmarks)",
                y.what, y.size
            ))),
        },
        (None, None) => Err(LabError::Unit(
            "the file does not declare the unit of its coordinates and has no pair of pelvis, hip \
             or leg markers to conclude it from: declare it with `unit = \"mm\"` in a map (--landmarks)"
                .to_owned(),
        )),
    }
}

fn declared(unit: LengthUnit) -> UnitChoice {
    UnitChoice {
        unit,
        guessed: false,
        to_metres: 1.0,
        warning: None,
    }
}

impl Yardstick {
    fn fits(&self, unit: LengthUnit, raw: f64) -> bool {
        let metres = raw * unit.metres();
        metres >= self.range_m.0 && metres <= self.range_m.1
    }

    fn unit_of(&self, raw: f64) -> Option<LengthUnit> {
        [
            LengthUnit::Metre,
            LengthUnit::Centimetre,
            LengthUnit::Millimetre,
        ]
        .into_iter()
        .find(|&unit| self.fits(unit, raw))
    }
}

/// The first of: width between the ASIS (science §1.2), depth of the pelvis, width between the hip
/// centres, length of the shank. Every range is narrower than the factor 10 between two units.
fn yardstick(points: &Points) -> Option<Yardstick> {
    use Landmark::*;
    /// What, between which landmarks, from and to how many metres.
    type Candidate = (&'static str, (Landmark, Landmark), (f64, f64));
    let asis = (Asis(Side::Left), Asis(Side::Right));
    let mut candidates: Vec<Candidate> = vec![("distance between the ASIS", asis, (0.10, 0.45))];
    for side in Side::BOTH {
        let back = [Psis(side), Sacrum];
        candidates.extend(back.map(|b| ("depth of the pelvis", (Asis(side), b), (0.08, 0.40))));
    }
    candidates.push((
        "distance between the hip centres",
        (HipCentre(Side::Left), HipCentre(Side::Right)),
        (0.08, 0.40),
    ));
    for side in Side::BOTH {
        let shanks = [
            (Knee(side), Ankle(side)),
            (KneeCentre(side), AnkleCentre(side)),
        ];
        candidates.extend(shanks.map(|pair| ("length of the shank", pair, (0.15, 0.65))));
    }
    candidates
        .into_iter()
        .find_map(|(what, (one, other), range_m)| {
            let (a, b) = (points.get(one)?, points.get(other)?);
            let distance: Vec<f64> = (0..a.len())
                .map(|i| (a.at(i) - b.at(i)) as Vector3<f64>)
                .map(|v| v.norm())
                .collect();
            let size = median(&distance);
            (!size.is_nan()).then_some(Yardstick {
                what,
                size,
                range_m,
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Format, Series3};

    fn pelvis(width: f64) -> Points {
        let mut points = Points::default();
        for side in Side::BOTH {
            let at = Vector3::new(1.0, side.sigma() * width / 2.0, 0.0);
            let mut series = Series3::from_vectors(std::iter::repeat_n(at, 5));
            series.x[2] = f64::NAN;
            points.series.insert(Landmark::Asis(side), series);
        }
        points
    }

    fn recording(declared: Option<LengthUnit>) -> Recording {
        let mut recording = Recording::new("test", Format::Memory, 100.0, 5);
        recording.declared_unit = declared;
        recording
    }

    #[test]
    fn an_undeclared_unit_is_concluded_from_the_pelvis() {
        let cases = [
            (0.24, LengthUnit::Metre),
            (24.0, LengthUnit::Centimetre),
            (240.0, LengthUnit::Millimetre),
            (140.0, LengthUnit::Millimetre),
        ];
        for (width, unit) in cases {
            let choice = choose(&recording(None), &pelvis(width)).unwrap();
            assert_eq!(choice.unit, unit);
            assert!(choice.guessed);
            assert_eq!(choice.to_metres, unit.metres());
            assert_eq!(choice.warning.unwrap().code, "unit-guessed");
        }
        for width in [2.4, 0.002, 2400.0] {
            assert!(choose(&recording(None), &pelvis(width)).is_err(), "{width}");
        }
        assert!(choose(&recording(None), &Points::default()).is_err());
    }

    #[test]
    fn a_declared_unit_is_believed_unless_it_cannot_be() {
        let mm = Some(LengthUnit::Millimetre);
        let good = choose(&recording(mm), &pelvis(0.24)).unwrap();
        assert_eq!((good.to_metres, good.guessed), (1.0, false));
        assert_eq!(good.warning, None);

        // declared mm, but the numbers are metres: the reader made 0.24 mm of 0.24 m
        let wrong = choose(&recording(mm), &pelvis(0.24e-3)).unwrap();
        assert_eq!(wrong.unit, LengthUnit::Metre);
        assert!((wrong.to_metres - 1000.0).abs() < 1e-9);
        assert_eq!(wrong.warning.unwrap().code, "unit-corrected");

        let odd = choose(&recording(mm), &pelvis(0.05)).unwrap();
        assert_eq!(odd.to_metres, 1.0);
        assert_eq!(odd.warning.unwrap().code, "unit-doubtful");

        let nothing = choose(&recording(mm), &Points::default()).unwrap();
        assert_eq!(nothing.to_metres, 1.0);
    }
}
