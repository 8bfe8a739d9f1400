//! Gap filling with limits, and the account of what was filled.
//!
//! Three ways, from the shortest gaps to the longest (science §4, [P]): a C¹ cubic; the rigid motion
//! of at least three other markers of the segment; the pattern of one other marker of the segment.
//! Nothing is ever filled past the first or last sight of a marker except by its own rigid segment.

use super::rigid::RigidFit;
use super::series::finite_runs;
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side};
use crate::settings::SignalSettings;
use nalgebra::Vector3;
use std::collections::BTreeMap;

/// How a gap was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FillMethod {
    /// C¹ cubic between the two ends.
    Cubic,
    /// Path of another marker of the same segment, its offset changed linearly.
    Pattern,
    /// Rigid motion of at least three other markers of the same segment.
    Rigid,
}

/// A filled stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fill {
    /// First filled index (0-based stored frame).
    pub first: usize,
    /// Last filled index, included.
    pub last: usize,
    /// How.
    pub method: FillMethod,
}

/// What was missing of one landmark and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct GapLog {
    /// Frames missing in the file.
    pub missing: usize,
    /// Filled stretches, in time order.
    pub fills: Vec<Fill>,
    /// Stretches that stayed missing, first and last index, in time order.
    pub left_missing: Vec<(usize, usize)>,
}

impl GapLog {
    /// Number of filled frames.
    pub fn filled(&self) -> usize {
        self.fills.iter().map(|f| f.last - f.first + 1).sum()
    }

    /// True when the value at `index` was filled, not measured.
    pub fn is_filled(&self, index: usize) -> bool {
        self.fills
            .iter()
            .any(|f| (f.first..=f.last).contains(&index))
    }
}

/// Gaps of all landmarks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GapReport {
    /// One log per landmark of the recording, also those without gaps.
    pub markers: BTreeMap<Landmark, GapLog>,
}

impl GapReport {
    /// True when any of `landmarks` was filled at `index`.
    pub fn is_filled(&self, landmarks: &[Landmark], index: usize) -> bool {
        landmarks
            .iter()
            .filter_map(|l| self.markers.get(l))
            .any(|log| log.is_filled(index))
    }
}

/// Fills gaps in place within the limits of `settings` and tells what was done.
///
/// Each way sees only what was measured or filled by the ways before it, so the result does not
/// depend on the order of the markers. With `settings.fill_gaps` off nothing is changed and the
/// report lists what is missing.
pub fn fill_gaps(points: &mut Points, rate_hz: f64, settings: &SignalSettings) -> GapReport {
    let mut report = GapReport::default();
    for (&landmark, series) in &points.series {
        let missing = series.len() - series.present();
        let log = GapLog {
            missing,
            ..GapLog::default()
        };
        report.markers.insert(landmark, log);
    }
    let some_missing = report.markers.values().any(|log| log.missing > 0);
    if settings.fill_gaps && some_missing {
        let frames = |seconds: f64| (seconds * rate_hz + 1e-9).floor().max(0.0) as usize;
        let ways: [(FillMethod, usize); 3] = [
            (FillMethod::Cubic, frames(settings.spline_gap_max_s)),
            (FillMethod::Rigid, frames(settings.rigid_gap_max_s)),
            (FillMethod::Pattern, frames(settings.pattern_gap_max_s)),
        ];
        for (method, longest) in ways {
            fill_by(method, longest, points, settings, &mut report);
        }
    }
    for (landmark, series) in &points.series {
        if let Some(log) = report.markers.get_mut(landmark) {
            log.fills.sort_by_key(|f| f.first);
            log.left_missing = gaps_of(series)
                .into_iter()
                .map(|g| (g.first, g.last))
                .collect();
        }
    }
    report
}

/// A stretch of missing frames.
#[derive(Debug, Clone, Copy)]
struct Gap {
    first: usize,
    last: usize,
    /// Measured on both sides.
    inner: bool,
}

fn gaps_of(series: &Series3) -> Vec<Gap> {
    let n = series.len();
    if series.present() == n {
        return Vec::new();
    }
    let missing: Vec<f64> = (0..n)
        .map(|i| if series.is_missing(i) { 0.0 } else { f64::NAN })
        .collect();
    finite_runs(&missing)
        .into_iter()
        .map(|run| Gap {
            first: run.start,
            last: run.end - 1,
            inner: run.start > 0 && run.end < n,
        })
        .collect()
}

/// Runs one way of filling over all gaps it may fill.
fn fill_by(
    method: FillMethod,
    longest: usize,
    points: &mut Points,
    settings: &SignalSettings,
    report: &mut GapReport,
) {
    let mut found: Vec<(Landmark, Gap, Vec<Vector3<f64>>)> = Vec::new();
    for (&landmark, series) in &points.series {
        for gap in gaps_of(series) {
            if gap.last - gap.first + 1 > longest {
                continue;
            }
            let values = match method {
                FillMethod::Cubic => cubic(series, gap),
                FillMethod::Rigid => rigid(points, landmark, series, gap, settings),
                FillMethod::Pattern => pattern(points, landmark, series, gap),
            };
            if let Some(values) = values {
                found.push((landmark, gap, values));
            }
        }
    }
    for (landmark, gap, values) in found {
        if let Some(series) = points.series.get_mut(&landmark) {
            for (index, value) in (gap.first..=gap.last).zip(values) {
                series.set(index, value);
            }
        }
        if let Some(log) = report.markers.get_mut(&landmark) {
            log.fills.push(Fill {
                first: gap.first,
                last: gap.last,
                method,
            });
        }
    }
}

/// Velocity per frame at a measured frame next to a gap, from up to three frames on that side
/// (`step` = +1: frames after it, −1: frames before it); `None` when it stands alone.
fn slope(series: &Series3, index: usize, step: isize) -> Option<Vector3<f64>> {
    let at = |k: isize| {
        let i = usize::try_from(index as isize + k * step).ok()?;
        (i < series.len() && !series.is_missing(i)).then(|| series.at(i))
    };
    let (x0, x1) = (at(0)?, at(1)?);
    let toward = match at(2) {
        // end slope of the parabola through three frames
        Some(x2) => (x1 * 4.0 - x0 * 3.0 - x2) / 2.0,
        None => x1 - x0,
    };
    Some(toward * step as f64)
}

/// Cubic Hermite between the last frame before and the first after the gap.
fn cubic(series: &Series3, gap: Gap) -> Option<Vec<Vector3<f64>>> {
    if !gap.inner {
        return None;
    }
    let (before, after) = (gap.first - 1, gap.last + 1);
    let width = (after - before) as f64;
    let (p0, p1) = (series.at(before), series.at(after));
    let secant = (p1 - p0) / width;
    let m0 = slope(series, before, -1).unwrap_or(secant) * width;
    let m1 = slope(series, after, 1).unwrap_or(secant) * width;
    let fill = (gap.first..=gap.last).map(|i| {
        let s = (i - before) as f64 / width;
        let (s2, s3) = (s * s, s * s * s);
        p0 * (2.0 * s3 - 3.0 * s2 + 1.0)
            + m0 * (s3 - 2.0 * s2 + s)
            + p1 * (3.0 * s2 - 2.0 * s3)
            + m1 * (s3 - s2)
    });
    Some(fill.collect())
}

/// Landmarks that move together with `landmark` as one body.
fn segment_of(landmark: Landmark) -> Vec<Landmark> {
    use Landmark::*;
    let both = |f: fn(Side) -> Landmark| Side::BOTH.map(f).to_vec();
    match landmark {
        Asis(_) | Psis(_) | Sacrum => [both(Asis), both(Psis), vec![Sacrum]].concat(),
        C7 | T2 | T10 | Clavicle | Sternum => vec![C7, T2, T10, Clavicle, Sternum],
        Thigh(s) | Knee(s) | KneeMedial(s) => vec![Thigh(s), Knee(s), KneeMedial(s)],
        Tibia(s) => vec![Tibia(s), Ankle(s), AnkleMedial(s)],
        Ankle(s) | AnkleMedial(s) => {
            vec![Tibia(s), Ankle(s), AnkleMedial(s), Heel(s)]
        }
        Heel(s) | Toe(s) => vec![Heel(s), Toe(s), Ankle(s), AnkleMedial(s)],
        Shoulder(_) | KneeAlignment(_) | HipCentre(_) | KneeCentre(_) | AnkleCentre(_) => {
            Vec::new()
        }
    }
}

/// Other trajectories of the segment that have every frame of `first..=last`.
fn companions(points: &Points, landmark: Landmark, first: usize, last: usize) -> Vec<&Series3> {
    segment_of(landmark)
        .into_iter()
        .filter(|&other| other != landmark)
        .filter_map(|other| points.get(other))
        .filter(|series| (first..=last).all(|i| !series.is_missing(i)))
        .collect()
}

/// The gap from the rigid motion of the rest of the segment, blended between both ends.
fn rigid(
    points: &Points,
    landmark: Landmark,
    series: &Series3,
    gap: Gap,
    settings: &SignalSettings,
) -> Option<Vec<Vector3<f64>>> {
    let others = companions(points, landmark, gap.first, gap.last);
    if others.len() < 3 {
        return None;
    }
    let complete = |i: &usize| !series.is_missing(*i) && others.iter().all(|o| !o.is_missing(*i));
    let before = (0..gap.first).rev().find(complete);
    let after = (gap.last + 1..series.len()).find(complete);
    let carried = |template: Option<usize>, index: usize| {
        let Some(t) = template else {
            return Some(None);
        };
        let at = |i: usize| -> Vec<_> { others.iter().map(|o| o.at(i)).collect() };
        let fit = RigidFit::between(&at(t), &at(index))?;
        (fit.rms <= settings.rigid_residual_max_m).then(|| Some(fit.carry(series.at(t))))
    };
    let width = (gap.last - gap.first + 2) as f64;
    (gap.first..=gap.last)
        .map(|i| {
            let share = (i - gap.first + 1) as f64 / width;
            match (carried(before, i)?, carried(after, i)?) {
                (Some(b), Some(a)) => Some(b * (1.0 - share) + a * share),
                (one, other) => one.or(other),
            }
        })
        .collect()
}

/// The gap with the path of the companion whose offset changes least over it.
fn pattern(
    points: &Points,
    landmark: Landmark,
    series: &Series3,
    gap: Gap,
) -> Option<Vec<Vector3<f64>>> {
    if !gap.inner {
        return None;
    }
    let (before, after) = (gap.first - 1, gap.last + 1);
    let offset = |donor: &Series3, i: usize| series.at(i) - donor.at(i);
    let donor = companions(points, landmark, before, after)
        .into_iter()
        .min_by(|a, b| {
            let change = |d: &Series3| (offset(d, after) - offset(d, before)).norm();
            change(a).total_cmp(&change(b))
        })?;
    let (from, to) = (offset(donor, before), offset(donor, after));
    let width = (after - before) as f64;
    let fill = (gap.first..=gap.last).map(|i| {
        let share = (i - before) as f64 / width;
        donor.at(i) + from * (1.0 - share) + to * share
    });
    Some(fill.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;

    const RATE: f64 = 100.0;

    /// A pelvis that walks, sways and turns a little.
    fn pelvis(frames: usize) -> Points {
        let corners = [
            (Landmark::Asis(Side::Left), Vector3::new(0.0, 0.12, 0.0)),
            (Landmark::Asis(Side::Right), Vector3::new(0.0, -0.12, 0.0)),
            (Landmark::Psis(Side::Left), Vector3::new(-0.15, 0.05, 0.04)),
            (
                Landmark::Psis(Side::Right),
                Vector3::new(-0.15, -0.05, 0.04),
            ),
        ];
        let mut points = Points::default();
        for (landmark, corner) in corners {
            let path = (0..frames).map(|i| {
                let t = i as f64 / RATE;
                let turn = Rotation3::from_euler_angles(
                    0.07 * (6.0 * t).sin(),
                    0.1,
                    0.1 * (6.0 * t).cos(),
                );
                turn * corner + Vector3::new(1.2 * t, 0.03 * (6.0 * t).sin(), 0.9)
            });
            points.series.insert(landmark, Series3::from_vectors(path));
        }
        points
    }

    fn cut(points: &mut Points, landmark: Landmark, gap: std::ops::Range<usize>) {
        let series = points.series.get_mut(&landmark).unwrap();
        for i in gap {
            series.x[i] = f64::NAN;
        }
    }

    fn largest_error(found: &Points, truth: &Points, landmark: Landmark) -> f64 {
        let (f, t) = (&found.series[&landmark], &truth.series[&landmark]);
        (0..f.len())
            .map(|i| (f.at(i) - t.at(i)).norm())
            .fold(0.0, f64::max)
    }

    const LASI: Landmark = Landmark::Asis(Side::Left);

    #[test]
    fn a_short_gap_is_bridged_by_a_cubic() {
        let truth = pelvis(100);
        let mut points = truth.clone();
        cut(&mut points, LASI, 40..50);
        let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
        let log = &report.markers[&LASI];
        assert_eq!(
            log.fills,
            vec![Fill {
                first: 40,
                last: 49,
                method: FillMethod::Cubic
            }]
        );
        assert_eq!((log.missing, log.filled()), (10, 10));
        assert!(log.is_filled(40) && log.is_filled(49) && !log.is_filled(50));
        assert!(largest_error(&points, &truth, LASI) < 0.001);
    }

    #[test]
    fn the_cubic_is_exact_for_constant_acceleration() {
        let path = |i: usize| {
            let t = i as f64;
            Vector3::new(1.0 + 2.0 * t - 0.3 * t * t, 0.5 * t * t, -t)
        };
        let truth = Series3::from_vectors((0..12).map(path));
        let mut points = Points::default();
        points.series.insert(Landmark::C7, truth.clone());
        cut(&mut points, Landmark::C7, 3..9);
        fill_gaps(&mut points, RATE, &SignalSettings::default());
        for i in 0..12 {
            assert!((points.series[&Landmark::C7].at(i) - truth.at(i)).norm() < 1e-9);
        }
    }

    #[test]
    fn a_longer_gap_is_filled_by_the_rigid_pelvis_also_at_the_start() {
        let truth = pelvis(120);
        for gap in [0..30, 40..90] {
            let mut points = truth.clone();
            cut(&mut points, LASI, gap.clone());
            let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
            assert_eq!(
                report.markers[&LASI].fills,
                vec![Fill {
                    first: gap.start,
                    last: gap.end - 1,
                    method: FillMethod::Rigid
                }]
            );
            assert!(largest_error(&points, &truth, LASI) < 1e-9);
        }
    }

    #[test]
    fn with_one_companion_the_pattern_is_used_and_ends_meet() {
        let truth = pelvis(100);
        let mut points = truth.clone();
        points.series.remove(&Landmark::Psis(Side::Left));
        points.series.remove(&Landmark::Psis(Side::Right));
        cut(&mut points, LASI, 40..60);
        let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
        assert_eq!(
            report.markers[&LASI].fills[0].method,
            FillMethod::Pattern,
            "{report:?}"
        );
        let series = &points.series[&LASI];
        for i in [39, 59] {
            assert!((series.at(i + 1) - series.at(i)).norm() < 0.02, "{i}");
        }
        assert!(largest_error(&points, &truth, LASI) < 0.02);
    }

    #[test]
    fn too_long_gaps_and_ends_without_companions_stay_missing() {
        let mut points = pelvis(200);
        cut(&mut points, LASI, 20..71);
        cut(&mut points, LASI, 198..200);
        for other in [Landmark::Psis(Side::Left), Landmark::Psis(Side::Right)] {
            points.series.remove(&other);
        }
        let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
        let log = &report.markers[&LASI];
        assert_eq!(log.left_missing, vec![(20, 70), (198, 199)]);
        assert!(log.fills.is_empty());
        assert_eq!(log.missing, 53);
        assert!(points.series[&LASI].is_missing(199));
    }

    #[test]
    fn a_segment_that_is_not_rigid_fills_nothing_rigidly() {
        let mut points = pelvis(120);
        cut(&mut points, LASI, 40..80);
        // the right PSIS marker jumps by 10 cm inside the gap
        let psis = points.series.get_mut(&Landmark::Psis(Side::Right)).unwrap();
        for i in 50..60 {
            psis.z[i] += 0.10;
        }
        let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
        assert_eq!(report.markers[&LASI].left_missing, vec![(40, 79)]);
    }

    #[test]
    fn switched_off_it_only_reports() {
        let mut points = pelvis(60);
        cut(&mut points, LASI, 10..13);
        let settings = SignalSettings {
            fill_gaps: false,
            ..SignalSettings::default()
        };
        let report = fill_gaps(&mut points, RATE, &settings);
        assert_eq!(report.markers[&LASI].missing, 3);
        assert_eq!(report.markers[&LASI].left_missing, vec![(10, 12)]);
        assert!(!report.is_filled(&[LASI], 11));
        assert!(points.series[&LASI].is_missing(11));
    }

    #[test]
    fn a_marker_that_was_never_seen_is_reported_as_missing() {
        let mut points = pelvis(30);
        points.series.insert(Landmark::C7, Series3::missing(30));
        let report = fill_gaps(&mut points, RATE, &SignalSettings::default());
        assert_eq!(report.markers[&Landmark::C7].missing, 30);
        assert_eq!(report.markers[&Landmark::C7].left_missing, vec![(0, 29)]);
    }
}
