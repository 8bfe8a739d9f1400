//! Whether two files hold the same walk.
//!
//! In: two recordings. Out: how far apart the ways of the pelvis are. Laboratories keep one trial as C3D, CSV and TRC, raw and
//! processed, side by side; counted as several walks they would make a label look more certain
//! than it is. Neither bytes nor events tell (only one of them may hold stored events), the way of
//! the pelvis does.

use crate::analysis::Analysis;
use crate::landmarks::{self, Landmark};
use crate::recording::{Recording, Side};

/// Moments at which the way is looked at.
const SAMPLES: usize = 24;

/// Moments that must be present in both recordings.
const SAMPLES_MIN: usize = 12;

/// Where one pelvis marker was over the recording, whatever the axes and units of the file.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Way {
    /// Number of frames.
    pub frames: usize,
    /// Metres from the middle moment at every sampled moment; `None` = marker missing.
    pub distances_m: Vec<Option<f64>>,
}

impl Way {
    /// The way of the first pelvis marker there is; empty without one.
    pub fn of(recording: &Recording, analysis: &Analysis, subject: Option<&str>) -> Way {
        let marker = landmarks::resolve(recording, subject)
            .ok()
            .and_then(|resolved| {
                let first = [
                    Landmark::Asis(Side::Left),
                    Landmark::Asis(Side::Right),
                    Landmark::Psis(Side::Left),
                    Landmark::Sacrum,
                ];
                let index = first.iter().find_map(|l| resolved.indices.get(l))?;
                recording.markers.get(*index)
            });
        let (Some(marker), Some(frame)) = (marker, &analysis.frame) else {
            return Way::default();
        };
        // positions are metres already where the file declares its unit
        let metres = match recording.declared_unit {
            Some(_) => 1.0,
            None => frame.unit.metres(),
        };
        let frames = marker.position.len();
        if frames < SAMPLES {
            return Way::default();
        }
        let middle = marker.position.at(frames / 2);
        let distance = |i: usize| {
            let moment = marker.position.at(i * (frames - 1) / (SAMPLES - 1));
            Some((moment - middle).norm() * metres).filter(|d| d.is_finite())
        };
        Way {
            frames,
            distances_m: (0..SAMPLES).map(distance).collect(),
        }
    }

    /// How far two ways are apart at most, metres; `None` when they cannot be compared or are not
    /// equally long.
    pub fn apart_m(&self, other: &Way) -> Option<f64> {
        let both = self.distances_m.iter().zip(&other.distances_m);
        let apart: Vec<f64> = both
            .filter_map(|(a, b)| Some(((*a)? - (*b)?).abs()))
            .collect();
        (self.frames == other.frames && apart.len() >= SAMPLES_MIN)
            .then(|| apart.into_iter().fold(0.0, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::synth::{Affected, Pattern, Walker, walk};

    fn way(trial: u64, change: impl Fn(&mut Recording)) -> Way {
        let walker = Walker {
            strides: 2,
            trial,
            ..Walker::new(Pattern::Healthy, Affected::Right)
        };
        let (mut recording, _) = walk(&walker.realistic()).unwrap();
        change(&mut recording);
        let analysis = analyze(&recording, &Options::default()).unwrap();
        Way::of(&recording, &analysis, None)
    }

    #[test]
    fn one_walk_in_other_axes_and_units_is_the_same() {
        let one = way(1, |_| {});
        let other = way(1, |recording| {
            recording.declared_unit = None;
            for marker in &mut recording.markers {
                let [x, y, z] = marker.position.columns_mut();
                // Y up, millimetres
                std::mem::swap(y, z);
                z.iter_mut().for_each(|v| *v = -*v);
                for column in [x, y, z] {
                    column.iter_mut().for_each(|v| *v *= 1000.0);
                }
            }
        });
        assert!(one.apart_m(&other).unwrap() < 1e-9);
    }

    #[test]
    fn two_trials_of_one_subject_are_not() {
        let apart = way(1, |_| {}).apart_m(&way(2, |_| {}));
        assert!(apart.is_none_or(|m| m > 0.01), "{apart:?}");
        assert_eq!(Way::default().apart_m(&Way::default()), None);
    }
}
