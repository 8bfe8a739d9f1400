//! The horizontal path of the pelvis, where it faces, and the time of a stride.
//!
//! All of it works on raw markers: gaps, markers that come and go, any of the pelvis markers.

use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side};
use crate::signal::{finite_runs, percentile};
use nalgebra::{Vector2, Vector3};
use std::f64::consts::{PI, TAU};
use std::ops::Range;

/// Path of the pelvis centre.
///
/// The steps between frames are means over the markers seen in both, so a marker that comes or goes
/// does not make the path jump.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PelvisPath {
    /// Stretches of frames over which the path is known.
    pub known: Vec<Range<usize>>,
    /// Position relative to the start of its stretch, metres; NaN outside the stretches.
    pub position: Vec<Vector2<f64>>,
    /// Height relative to the start of its stretch, metres; NaN outside.
    pub height: Vec<f64>,
    /// Absolute position of the centre of the markers seen, metres; NaN when none is.
    pub centre: Vec<Vector2<f64>>,
}

impl PelvisPath {
    /// Path of the pelvis markers of `points`, else of the hip centres; `None` without either.
    pub fn of(points: &Points, gap_max_frames: usize) -> Option<PelvisPath> {
        let is_hip = |l: &Landmark| matches!(l, Landmark::HipCentre(_));
        let pick = |wanted: &dyn Fn(&Landmark) -> bool| -> Vec<Series3> {
            points
                .series
                .iter()
                .filter(|(l, s)| wanted(l) && s.present() > 0)
                .map(|(_, s)| bridged(s, gap_max_frames))
                .collect()
        };
        let mut markers = pick(&|l| l.is_pelvis());
        if markers.is_empty() {
            markers = pick(&is_hip);
        }
        let frames = markers.first()?.len();
        let seen = |i: usize| markers.iter().filter(move |m| !m.is_missing(i));
        let centre: Vec<Vector2<f64>> = (0..frames)
            .map(|i| mean(seen(i).map(|m| m.at(i))))
            .map(|c| c.map_or(Vector2::repeat(f64::NAN), |c| c.xy()))
            .collect();
        let steps: Vec<f64> = centre.iter().map(|c| c.x).collect();
        let known = finite_runs(&steps);
        let mut position = vec![Vector2::repeat(f64::NAN); frames];
        let mut height = vec![f64::NAN; frames];
        let mut stretches = Vec::new();
        for run in known {
            let mut start = run.start;
            let mut at = Vector3::zeros();
            position[start] = at.xy();
            height[start] = 0.0;
            for i in run.start + 1..run.end {
                let common = seen(i).filter(|m| !m.is_missing(i - 1));
                match mean(common.map(|m| m.at(i) - m.at(i - 1))) {
                    Some(step) => at += step,
                    None => {
                        // no marker in common: a new stretch begins
                        stretches.push(start..i);
                        start = i;
                        at = Vector3::zeros();
                    }
                }
                position[i] = at.xy();
                height[i] = at.z;
            }
            stretches.push(start..run.end);
        }
        Some(PelvisPath {
            known: stretches,
            position,
            height,
            centre,
        })
    }

    /// Largest distance of the centre from where it was first seen, metres.
    pub fn reach(&self) -> f64 {
        let mut seen = self.centre.iter().filter(|c| !c.x.is_nan());
        let Some(first) = seen.next() else { return 0.0 };
        seen.map(|c| (c - first).norm()).fold(0.0, f64::max)
    }

    /// Slope of the ground: regression of height on path length over the longest stretch that is
    /// at least `length_min_m` long.
    pub fn slope(&self, length_min_m: f64) -> Option<f64> {
        let stretch = self.known.iter().max_by_key(|r| r.len())?;
        let mut along = Vec::new();
        let mut length = 0.0;
        for i in stretch.clone() {
            if i > stretch.start {
                length += (self.position[i] - self.position[i - 1]).norm();
            }
            along.push(length);
        }
        if length < length_min_m {
            return None;
        }
        let n = along.len() as f64;
        let heights = &self.height[stretch.clone()];
        let (mean_s, mean_h) = (
            along.iter().sum::<f64>() / n,
            heights.iter().sum::<f64>() / n,
        );
        let (mut covariance, mut variance) = (0.0, 0.0);
        for (s, h) in along.iter().zip(heights) {
            covariance += (s - mean_s) * (h - mean_h);
            variance += (s - mean_s).powi(2);
        }
        Some(covariance / variance)
    }
}

/// Mean of vectors; `None` of none.
fn mean(vectors: impl Iterator<Item = Vector3<f64>>) -> Option<Vector3<f64>> {
    let mut sum = Vector3::zeros();
    let mut n = 0.0;
    for vector in vectors {
        sum += vector;
        n += 1.0;
    }
    (n > 0.0).then(|| sum / n)
}

/// A copy with inner gaps up to `gap_max_frames` bridged by straight lines.
fn bridged(series: &Series3, gap_max_frames: usize) -> Series3 {
    let mut copy = series.clone();
    let mut last_seen: Option<usize> = None;
    for i in 0..series.len() {
        if series.is_missing(i) {
            continue;
        }
        if let Some(last) = last_seen {
            let gap = i - last - 1;
            if gap > 0 && gap <= gap_max_frames {
                for k in last + 1..i {
                    let share = (k - last) as f64 / (i - last) as f64;
                    copy.set(k, series.at(last) * (1.0 - share) + series.at(i) * share);
                }
            }
        }
        last_seen = Some(i);
    }
    copy
}

/// Angle carried into (−π, π].
pub(super) fn wrapped(angle: f64) -> f64 {
    let turned = angle.rem_euclid(TAU);
    if turned > PI { turned - TAU } else { turned }
}

/// Makes a series of angles continuous, across gaps too: of the angles that differ by whole turns
/// each takes the one nearest to the last known.
pub(super) fn unwrap(angles: &mut [f64]) {
    let mut last: Option<f64> = None;
    for angle in angles.iter_mut().filter(|a| !a.is_nan()) {
        if let Some(previous) = last {
            *angle = previous + wrapped(*angle - previous);
        }
        last = Some(*angle);
    }
}

/// Horizontal vector between the mean positions of two groups of markers.
struct Between<'a> {
    from: Vec<&'a Series3>,
    to: Vec<&'a Series3>,
}

impl<'a> Between<'a> {
    /// `None` when one of them is not there.
    fn of(points: &'a Points, from: &[Landmark], to: &[Landmark]) -> Option<Between<'a>> {
        let series = |group: &[Landmark]| -> Option<Vec<&'a Series3>> {
            group.iter().map(|&l| points.get(l)).collect()
        };
        Some(Between {
            from: series(from)?,
            to: series(to)?,
        })
    }

    /// The vector in a frame in which both groups are seen completely.
    fn at(&self, index: usize) -> Option<Vector2<f64>> {
        let mean = |group: &[&Series3]| {
            let mut sum = Vector2::zeros();
            for series in group {
                if index >= series.len() || series.is_missing(index) {
                    return None;
                }
                sum += series.at(index).xy();
            }
            Some(sum / group.len() as f64)
        };
        Some(mean(&self.to)? - mean(&self.from)?)
    }
}

/// Where the front of the pelvis points, from back to front markers: does not need the sides to be
/// labelled right.
pub(super) struct PelvisForward<'a> {
    /// The best first.
    ways: Vec<Between<'a>>,
}

impl PelvisForward<'_> {
    pub(super) fn of(points: &Points) -> PelvisForward<'_> {
        use Landmark::*;
        let asis = [Asis(Side::Left), Asis(Side::Right)];
        let psis = [Psis(Side::Left), Psis(Side::Right)];
        let mut ways = Vec::new();
        ways.extend(Between::of(points, &psis, &asis));
        ways.extend(Between::of(points, &[Sacrum], &asis));
        for side in Side::BOTH {
            ways.extend(Between::of(points, &[Psis(side)], &[Asis(side)]));
            ways.extend(Between::of(points, &[Sacrum], &[Asis(side)]));
        }
        PelvisForward { ways }
    }

    pub(super) fn at(&self, index: usize) -> Option<Vector2<f64>> {
        self.ways.iter().find_map(|way| way.at(index))
    }
}

/// Left minus right of every pair that tells where a body faces that has its left side where the
/// labels say.
fn sideways(points: &Points) -> Vec<Between<'_>> {
    use Landmark::*;
    let pairs: [fn(Side) -> Landmark; 4] = [Asis, Psis, HipCentre, Shoulder];
    pairs
        .iter()
        .filter_map(|of| Between::of(points, &[of(Side::Right)], &[of(Side::Left)]))
        .collect()
}

/// Where the subject faces per frame, radians, continuous; NaN where not seen.
pub(super) fn facing(points: &Points, frames: usize) -> Vec<f64> {
    let pelvis = PelvisForward::of(points);
    let sideways = sideways(points);
    let by_sides = |i: usize| {
        let left = sideways.iter().find_map(|pair| pair.at(i))?;
        Some(Vector2::new(left.y, -left.x))
    };
    let mut yaw: Vec<f64> = (0..frames)
        .map(|i| pelvis.at(i).or_else(|| by_sides(i)))
        .map(|forward| forward.map_or(f64::NAN, |f| f.y.atan2(f.x)))
        .collect();
    unwrap(&mut yaw);
    yaw
}

/// Time of a stride, seconds: the feet pass each other once per step, so the distance between them
/// along `direction` (radians per frame) has the period of a stride.
///
/// `None` without markers of both feet or with less than one step.
pub(super) fn stride_time_s(points: &Points, direction: &[f64], rate_hz: f64) -> Option<f64> {
    let pairs: [fn(Side) -> Landmark; 4] = [
        Landmark::Ankle,
        Landmark::Heel,
        Landmark::Toe,
        Landmark::AnkleCentre,
    ];
    let (left, right) = pairs.iter().find_map(|of| {
        let left = points.get(of(Side::Left))?;
        let right = points.get(of(Side::Right))?;
        (left.present() > 0 && right.present() > 0).then_some((left, right))
    })?;
    let lead: Vec<f64> = direction
        .iter()
        .enumerate()
        .map(|(i, angle)| {
            let apart = (left.at(i) - right.at(i)).xy();
            apart.x * angle.cos() + apart.y * angle.sin()
        })
        .collect();
    let size: Vec<f64> = lead.iter().map(|v| v.abs()).collect();
    // Crossings count when the feet come apart again by a third of a step on the other side.
    let clear = 0.3 * percentile(&size, 90.0);
    let mut ahead: Option<Side> = None;
    let mut changes = Side::BOTH.map(|_| Vec::new());
    for (i, value) in lead.iter().enumerate() {
        let now = match value {
            v if *v > clear => Side::Left,
            v if *v < -clear => Side::Right,
            _ => continue,
        };
        if ahead.is_some_and(|before| before != now) {
            changes[usize::from(now == Side::Right)].push(i as f64);
        }
        ahead = Some(now);
    }
    let mut periods: Vec<f64> = changes
        .iter()
        .flat_map(|c| c.windows(2).map(|w| w[1] - w[0]))
        .collect();
    if periods.is_empty() {
        let (one, other) = (changes[0].first()?, changes[1].first()?);
        periods.push(2.0 * (one - other).abs());
    }
    let seconds = percentile(&periods, 50.0) / rate_hz;
    (0.4..=4.0).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(path: impl Fn(usize) -> Vector3<f64>, frames: usize) -> Series3 {
        Series3::from_vectors((0..frames).map(path))
    }

    #[test]
    fn a_marker_that_disappears_does_not_make_the_path_jump() {
        let mut points = Points::default();
        for side in Side::BOTH {
            let path = |i: usize| Vector3::new(0.012 * i as f64, 0.12 * side.sigma(), 0.9);
            points
                .series
                .insert(Landmark::Asis(side), series(path, 200));
        }
        let left = points.series.get_mut(&Landmark::Asis(Side::Left)).unwrap();
        for i in 100..200 {
            left.x[i] = f64::NAN;
        }
        let path = PelvisPath::of(&points, 10).unwrap();
        assert_eq!(path.known, vec![0..200]);
        assert!((path.position[199] - Vector2::new(0.012 * 199.0, 0.0)).norm() < 1e-12);
        assert!((path.reach() - 0.012 * 199.0).abs() < 0.13);
        assert!(path.slope(0.8).unwrap().abs() < 1e-12);
        assert_eq!(path.slope(5.0), None);
    }

    #[test]
    fn a_long_gap_of_all_markers_splits_the_path() {
        let mut points = Points::default();
        let mut sacrum = series(
            |i| Vector3::new(0.01 * i as f64, 0.0, 0.001 * i as f64),
            100,
        );
        for i in 40..60 {
            sacrum.y[i] = f64::NAN;
        }
        points.series.insert(Landmark::Sacrum, sacrum);
        let split = PelvisPath::of(&points, 19).unwrap();
        assert_eq!(split.known, vec![0..40, 60..100]);
        assert!(split.position[50].x.is_nan());
        let bridged = PelvisPath::of(&points, 20).unwrap();
        assert_eq!(bridged.known, vec![0..100]);
        assert!((bridged.slope(0.5).unwrap() - 0.1).abs() < 1e-9);
        assert!(PelvisPath::of(&Points::default(), 20).is_none());
    }

    #[test]
    fn angles_are_unwrapped_across_gaps() {
        let mut angles = vec![3.0, f64::NAN, -3.0, -2.0, 3.1];
        unwrap(&mut angles);
        assert!((angles[2] - (TAU - 3.0)).abs() < 1e-12);
        assert!((angles[4] - 3.1).abs() < 1e-12);
        assert_eq!(wrapped(-PI), PI);
        assert!((wrapped(7.0) - (7.0 - TAU)).abs() < 1e-12);
    }

    #[test]
    fn the_stride_time_is_found_from_the_feet() {
        let mut points = Points::default();
        for side in Side::BOTH {
            let path = move |i: usize| {
                let phase = TAU * i as f64 / 110.0;
                Vector3::new(0.3 * side.sigma() * phase.sin(), 0.1, 0.1)
            };
            points
                .series
                .insert(Landmark::Heel(side), series(path, 300));
        }
        let straight = vec![0.0; 300];
        let found = stride_time_s(&points, &straight, 100.0).unwrap();
        assert!((found - 1.10).abs() < 0.011, "{found}");
        // less than two strides: from two steps
        let short = stride_time_s(&points, &straight[..140], 100.0).unwrap();
        assert!((short - 1.10).abs() < 0.03, "{short}");
        assert_eq!(stride_time_s(&points, &straight[..30], 100.0), None);
        assert_eq!(stride_time_s(&Points::default(), &straight, 100.0), None);
    }
}
