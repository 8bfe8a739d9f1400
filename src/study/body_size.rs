//! How large the walking person is: two people who share a folder are told apart by it.
//!
//! In: a recording. Out: distances between its markers that stay the same while somebody walks.

use crate::analysis::Analysis;
use crate::body::leg_length_from_markers;
use crate::landmarks::{self, Landmark, Points};
use crate::recording::{Recording, Side};
use crate::signal::median;

/// Size of the person in a recording, metres; `None` where markers are missing.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct BodySize {
    /// Median distance between the ASIS markers.
    pub inter_asis_m: Option<f64>,
    /// Mean leg length over both sides, from the markers.
    pub leg_length_m: Option<f64>,
}

impl BodySize {
    /// The size of the person in a recording.
    pub fn of(recording: &Recording, analysis: &Analysis, subject: Option<&str>) -> BodySize {
        let (Ok(resolved), Some(frame)) = (landmarks::resolve(recording, subject), &analysis.frame)
        else {
            return BodySize::default();
        };
        // positions are metres already where the file declares its unit
        let metres = match recording.declared_unit {
            Some(_) => 1.0,
            None => frame.unit.metres(),
        };
        let wanted = Side::BOTH.iter().flat_map(|&side| {
            [
                Landmark::Asis(side),
                Landmark::Knee(side),
                Landmark::Ankle(side),
            ]
        });
        let mut points = Points::default();
        for landmark in wanted {
            let marker = resolved
                .indices
                .get(&landmark)
                .and_then(|&index| recording.markers.get(index));
            if let Some(marker) = marker {
                points.series.insert(landmark, marker.position.clone());
            }
        }
        let legs: Vec<f64> = Side::BOTH
            .iter()
            .filter_map(|&side| leg_length_from_markers(&points, side))
            .collect();
        let leg_m = legs.iter().sum::<f64>() / legs.len() as f64;
        let known = |metres: f64| Some(metres).filter(|m| m.is_finite() && *m > 0.0);
        BodySize {
            inter_asis_m: inter_asis(&points).and_then(|d| known(d * metres)),
            leg_length_m: known(leg_m * metres),
        }
    }

    /// True when a measure that both have differs by more than the share `max` of the smaller one.
    pub fn differs(&self, other: &BodySize, max: f64) -> bool {
        [
            (self.inter_asis_m, other.inter_asis_m),
            (self.leg_length_m, other.leg_length_m),
        ]
        .into_iter()
        .any(|pair| match pair {
            (Some(a), Some(b)) => a.max(b) > a.min(b) * (1.0 + max),
            _ => false,
        })
    }
}

fn inter_asis(points: &Points) -> Option<f64> {
    let [left, right] = [
        points.get(Landmark::Asis(Side::Left))?,
        points.get(Landmark::Asis(Side::Right))?,
    ];
    let distances: Vec<f64> = (0..left.len().min(right.len()))
        .map(|i| (left.at(i) - right.at(i)).norm())
        .collect();
    Some(median(&distances))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::synth::{Affected, Pattern, Walker, walk};

    fn size(height_m: f64, trial: u64) -> BodySize {
        let walker = Walker {
            strides: 2,
            height_m,
            trial,
            ..Walker::new(Pattern::Healthy, Affected::Right)
        };
        let (recording, _) = walk(&walker.realistic()).unwrap();
        let analysis = analyze(&recording, &Options::default()).unwrap();
        BodySize::of(&recording, &analysis, None)
    }

    #[test]
    fn one_person_keeps_its_size_and_a_taller_one_has_another() {
        let (one, again, taller) = (size(1.6, 1), size(1.6, 2), size(1.85, 1));
        let leg = one.leg_length_m.unwrap();
        assert!((0.7..1.0).contains(&leg), "{one:?}");
        assert!(!one.differs(&again, 0.10), "{one:?} {again:?}");
        assert!(one.differs(&taller, 0.10) && taller.differs(&one, 0.10));
        assert!(!one.differs(&BodySize::default(), 0.10));
    }
}
