//! Leg length from the markers, when nobody measured it.

use super::Motion;
use crate::landmarks::Landmark;
use crate::recording::Side;
use crate::signal::percentile;

/// The longest path that is seen is that of the extended leg; single outliers do not count.
const PERCENT_OF_FRAMES: f64 = 95.0;

impl Motion {
    /// Length of a leg in metres, ASIS – knee marker – ankle marker (without a knee marker the
    /// straight line), 95th percentile of the frames; `None` when a marker is missing.
    ///
    /// An estimate for scaling only: the clinical measure runs to the medial malleolus.
    pub fn leg_length_m(&self, side: Side) -> Option<f64> {
        let asis = self.points.get(Landmark::Asis(side))?;
        let ankle = self
            .points
            .get(Landmark::Ankle(side))
            .or_else(|| self.points.get(Landmark::AnkleCentre(side)))
            .or_else(|| self.points.get(Landmark::AnkleMedial(side)))?;
        let knee = self.points.get(Landmark::Knee(side));
        let lengths: Vec<f64> = (0..self.frames)
            .map(|i| match knee {
                Some(knee) => (asis.at(i) - knee.at(i)).norm() + (knee.at(i) - ankle.at(i)).norm(),
                None => (asis.at(i) - ankle.at(i)).norm(),
            })
            .collect();
        let length = percentile(&lengths, PERCENT_OF_FRAMES);
        (length.is_finite() && length > 0.0).then_some(length)
    }
}
