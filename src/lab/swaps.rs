//! Exchanged labels within a recording, and segments that are not rigid (science §1.4 c).
//!
//! Two markers whose labels are exchanged for some frames both step toward each other's path at
//! once. Such stretches are put right when that makes the paths continuous and the segments
//! clearly more rigid; otherwise they are only reported.

use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side, Warning};
use crate::settings::LabSettings;
use nalgebra::Vector3;

/// Longest disappearance of both markers across which their paths are continued, seconds.
const GAP_MAX_S: f64 = 0.05;

/// More repairs than this in one recording: the rest is reported only.
const MAX_REPAIRS: usize = 200;

/// A segment: its name and the landmarks on it, and how far a distance on it may vary.
struct Segment {
    name: String,
    landmarks: Vec<Landmark>,
    trunk: bool,
}

fn segments() -> Vec<Segment> {
    use Landmark::*;
    let mut all = vec![
        Segment {
            name: "pelvis".to_owned(),
            landmarks: vec![
                Asis(Side::Left),
                Asis(Side::Right),
                Psis(Side::Left),
                Psis(Side::Right),
                Sacrum,
            ],
            trunk: true,
        },
        Segment {
            name: "thorax".to_owned(),
            landmarks: vec![C7, T2, T10, Clavicle, Sternum],
            trunk: true,
        },
    ];
    for side in Side::BOTH {
        let mut limb = |name: &str, landmarks: Vec<Landmark>| {
            all.push(Segment {
                name: format!("{} {name}", side.name()),
                landmarks,
                trunk: false,
            });
        };
        limb("thigh", vec![Thigh(side), Knee(side), KneeMedial(side)]);
        limb("shank", vec![Tibia(side), Ankle(side), AnkleMedial(side)]);
        limb("foot", vec![Heel(side), Toe(side), Ankle(side)]);
    }
    all
}

/// Frames over which a path may be continued: the next one, or across a short disappearance.
fn ahead_max(rate_hz: f64) -> usize {
    1 + (GAP_MAX_S * rate_hz).floor() as usize
}

/// Pairs of markers that leave their paths at the same time at least once: only these can have been
/// exchanged.
fn suspects(points: &Points, rate_hz: f64, settings: &LabSettings) -> Vec<(Landmark, Landmark)> {
    let ahead_max = ahead_max(rate_hz);
    let jumps: Vec<(Landmark, Vec<usize>)> = points
        .series
        .iter()
        .map(|(&l, s)| (l, jumps(s, ahead_max, settings.swap_step_min_m)))
        .filter(|(_, frames)| !frames.is_empty())
        .collect();
    // Of one that disappears for a moment the jump shows when it is seen again.
    let near = |frames: &[usize], f: usize| {
        let from = frames.partition_point(|&g| g + ahead_max <= f);
        frames.get(from).is_some_and(|&g| g < f + ahead_max)
    };
    let mut pairs = Vec::new();
    for (i, (one, frames)) in jumps.iter().enumerate() {
        for (other, others) in &jumps[i + 1..] {
            if frames.iter().any(|&f| near(others, f)) {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

/// Frames at which a marker is farther than `limit_m` from where its last two sights lead.
fn jumps(series: &Series3, ahead_max: usize, limit_m: f64) -> Vec<usize> {
    let mut jumps = Vec::new();
    if runs_smoothly(series, limit_m) {
        return jumps;
    }
    // the last two sights: frame and place
    let mut before: Option<(usize, Vector3<f64>)> = None;
    let mut last: Option<(usize, Vector3<f64>)> = None;
    for (i, ((&x, &y), &z)) in series.x.iter().zip(&series.y).zip(&series.z).enumerate() {
        if x.is_nan() || y.is_nan() || z.is_nan() {
            continue;
        }
        let next = Vector3::new(x, y, z);
        if let (Some((first, before)), Some((second, last))) = (before, last)
            && second - first == 1
            && i - second <= ahead_max
        {
            let expected = last + (last - before) * (i - second) as f64;
            if (next - expected).norm() > limit_m {
                jumps.push(i);
            }
        }
        before = last;
        last = Some((i, next));
    }
    jumps
}

/// True when a marker is seen in every frame and surely never farther than `limit_m` from where the
/// last two frames lead; most are, and this is one pass without a branch.
fn runs_smoothly(series: &Series3, limit_m: f64) -> bool {
    // what lies at the limit but for rounding is left to the caller
    let limit = (limit_m * limit_m) * (1.0 - 1e-9);
    let columns = series.columns();
    let seen = columns
        .iter()
        .all(|c| c.iter().take(2).all(|v| !v.is_nan()));
    let [x, y, z] = columns.map(|c| c.windows(3));
    let leaves = x.zip(y).zip(z).fold(false, |leaves, ((x, y), z)| {
        let square = |w: &[f64]| {
            let off = w[2] - (w[1] + (w[1] - w[0]));
            off * off
        };
        // a missing value makes the sum NaN, which is not within the limit
        let within = square(x) + square(y) + square(z) <= limit;
        leaves | !within
    });
    seen && !leaves
}

/// Puts exchanged stretches right in place and reports them; `first_frame` is the file's number of
/// the first stored frame.
pub(super) fn repair(
    points: &mut Points,
    rate_hz: f64,
    first_frame: u64,
    settings: &LabSettings,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    // A marker that is exchanged with two others at overlapping times comes right one by one.
    loop {
        let mut repaired = Vec::new();
        let mut doubtful = Vec::new();
        for (one, other) in suspects(points, rate_hz, settings) {
            let (Some(a), Some(b)) = (points.get(one), points.get(other)) else {
                continue;
            };
            let crossings = crossings(a, b, rate_hz, settings);
            if crossings.is_empty() {
                continue;
            }
            let stretches = exchanged_stretches(&crossings, a.len());
            let frames = surroundings(&stretches, a.len());
            let before = rigidity_error(points, one, other, &frames);
            exchange(points, one, other, &stretches);
            let after = rigidity_error(points, one, other, &frames);
            // Without neighbours on a segment the continuity of the paths alone decides.
            let better = match (before, after) {
                (Some(before), Some(after)) => after < (1.0 - settings.swap_gain_min) * before,
                _ => true,
            };
            let told = |done: &str| warning(one, other, &stretches, first_frame, done);
            if better {
                repaired.push(told("they were exchanged back"));
            } else {
                exchange(points, one, other, &stretches);
                doubtful.push(told(
                    "exchanging them back does not make the segments more rigid, so nothing was \
                     changed; check these frames",
                ));
            }
        }
        // Every round puts at least one more step right, so this ends.
        if repaired.is_empty() || warnings.len() > MAX_REPAIRS {
            warnings.extend(doubtful);
            return warnings;
        }
        warnings.extend(repaired);
    }
}

fn warning(
    one: Landmark,
    other: Landmark,
    stretches: &[(usize, usize)],
    first_frame: u64,
    done: &str,
) -> Warning {
    let frames: Vec<String> = stretches
        .iter()
        .map(|(first, last)| {
            let number = |i: &usize| first_frame + *i as u64;
            format!("{}-{}", number(first), number(last))
        })
        .collect();
    Warning::at(
        "marker-swap",
        format!("{}/{}", one.label(), other.label()),
        format!(
            "the labels {} and {} look exchanged in frames {}: {done}",
            one.label(),
            other.label(),
            frames.join(", ")
        ),
    )
}

/// Frames of the stretches and as many, at least ten, around each: what the rest of a long
/// recording does says nothing about a short exchange.
fn surroundings(stretches: &[(usize, usize)], frames: usize) -> Vec<usize> {
    let mut near: Vec<usize> = stretches
        .iter()
        .flat_map(|&(first, last)| {
            let margin = (last - first + 1).max(10);
            first.saturating_sub(margin)..(last + 1 + margin).min(frames)
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near
}

/// Frames at which the two markers step onto each other's path.
///
/// Both paths are followed with the labels put right so far, so that a stretch of a single frame is
/// seen at both its ends.
fn crossings(a: &Series3, b: &Series3, rate_hz: f64, settings: &LabSettings) -> Vec<usize> {
    let gap_max = ahead_max(rate_hz);
    let seen: Vec<usize> = (0..a.len())
        .filter(|&i| !a.is_missing(i) && !b.is_missing(i))
        .collect();
    let pair = |i: usize, crossed: bool| {
        if crossed {
            [b.at(i), a.at(i)]
        } else {
            [a.at(i), b.at(i)]
        }
    };
    // Do the markers at `now` continue the paths through two earlier sights only when exchanged?
    let steps_over = |earlier: [[Vector3<f64>; 2]; 2], now: [Vector3<f64>; 2], ahead: f64| {
        let expected = [0, 1].map(|k| earlier[1][k] + (earlier[1][k] - earlier[0][k]) * ahead);
        let kept = (now[0] - expected[0]).norm() + (now[1] - expected[1]).norm();
        let exchanged = (now[1] - expected[0]).norm() + (now[0] - expected[1]).norm();
        kept > 2.0 * settings.swap_step_min_m && exchanged < settings.swap_gain_min * kept
    };
    let mut found = Vec::new();
    let mut crossed = [false, false];
    for window in seen.windows(3) {
        let [before, last, next] = [window[0], window[1], window[2]];
        let ahead = next - last;
        let earlier = [pair(before, crossed[0]), pair(last, crossed[1])];
        let over = last - before == 1
            && ahead <= gap_max
            && steps_over(earlier, pair(next, crossed[1]), ahead as f64);
        if over {
            found.push(next);
        }
        crossed = [crossed[1], crossed[1] ^ over];
    }
    // The first step of all has nothing before it: look at it from behind.
    if let [first, second, third, ..] = seen[..]
        && third - second == 1
        && second - first <= gap_max
        && found.first() != Some(&third)
        && steps_over(
            [pair(third, false), pair(second, false)],
            pair(first, false),
            (second - first) as f64,
        )
    {
        found.insert(0, second);
    }
    found
}

/// Stretches of frames (first, last) between crossings, so that the fewer frames are exchanged.
fn exchanged_stretches(crossings: &[usize], frames: usize) -> Vec<(usize, usize)> {
    let mut edges = vec![0];
    edges.extend_from_slice(crossings);
    edges.push(frames);
    let every_second = |start: usize| -> Vec<(usize, usize)> {
        edges
            .windows(2)
            .skip(start)
            .step_by(2)
            .filter(|w| w[1] > w[0])
            .map(|w| (w[0], w[1] - 1))
            .collect()
    };
    let count = |stretches: &[(usize, usize)]| -> usize {
        stretches.iter().map(|(first, last)| last - first + 1).sum()
    };
    let (even, odd) = (every_second(0), every_second(1));
    if count(&odd) <= count(&even) {
        odd
    } else {
        even
    }
}

fn exchange(points: &mut Points, one: Landmark, other: Landmark, stretches: &[(usize, usize)]) {
    let Some(mut a) = points.series.remove(&one) else {
        return;
    };
    if let Some(b) = points.series.get_mut(&other) {
        for &(first, last) in stretches {
            for i in first..=last {
                let held = a.at(i);
                a.set(i, b.at(i));
                b.set(i, held);
            }
        }
    }
    points.series.insert(one, a);
}

/// Sum of the SDs, over some frames, of the distances of two markers to the rest of their segments,
/// metres; `None` when there is no rest.
fn rigidity_error(
    points: &Points,
    one: Landmark,
    other: Landmark,
    frames: &[usize],
) -> Option<f64> {
    let mut sum = None;
    for segment in segments() {
        for marker in [one, other] {
            if !segment.landmarks.contains(&marker) {
                continue;
            }
            let rest = segment
                .landmarks
                .iter()
                .filter(|&&l| l != one && l != other);
            for &companion in rest {
                if let Some((_, sd)) = distance(points, marker, companion, Some(frames)) {
                    sum = Some(sum.unwrap_or(0.0) + sd);
                }
            }
        }
    }
    sum
}

/// The distance of two markers in every frame, metres; NaN where one of them is missing.
fn distances(a: &Series3, b: &Series3) -> Vec<f64> {
    let n = a.len().min(b.len());
    let ([ax, ay, az], [bx, by, bz]) = (a.columns(), b.columns());
    // slices of one length, so that the loop runs without checks, several frames at once
    let (ax, ay, az) = (&ax[..n], &ay[..n], &az[..n]);
    let (bx, by, bz) = (&bx[..n], &by[..n], &bz[..n]);
    let mut apart = vec![0.0; n];
    for (i, apart) in apart.iter_mut().enumerate() {
        let (x, y, z) = (ax[i] - bx[i], ay[i] - by[i], az[i] - bz[i]);
        *apart = (x * x + y * y + z * z).sqrt();
    }
    apart
}

/// Mean and SD, over some frames (`None`: over all), of the distance between two landmarks, metres;
/// `None` when both are seen in fewer than three of them.
fn distance(
    points: &Points,
    one: Landmark,
    other: Landmark,
    frames: Option<&[usize]>,
) -> Option<(f64, f64)> {
    let (a, b) = (points.get(one)?, points.get(other)?);
    let mut apart: Vec<f64> = match frames {
        Some(frames) => frames.iter().map(|&i| (a.at(i) - b.at(i)).norm()).collect(),
        None => distances(a, b),
    };
    if apart.iter().any(|d| d.is_nan()) {
        apart.retain(|d| !d.is_nan());
    }
    let n = apart.len() as f64;
    if n < 3.0 {
        return None;
    }
    let mean = apart.iter().sum::<f64>() / n;
    let variance = apart.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Some((mean, variance.sqrt()))
}

/// Warnings for distances on a segment that vary more than flesh does.
pub(super) fn check_rigidity(points: &Points, settings: &LabSettings) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for segment in segments() {
        let limit = if segment.trunk {
            settings.rigid_sd_trunk_max_m
        } else {
            settings.rigid_sd_limb_max_m
        };
        for (i, &one) in segment.landmarks.iter().enumerate() {
            for &other in &segment.landmarks[i + 1..] {
                let Some((mean, sd)) = distance(points, one, other, None) else {
                    continue;
                };
                if sd > limit {
                    let place = format!("{}/{}", one.label(), other.label());
                    warnings.push(Warning::at(
                        "not-rigid",
                        &place,
                        format!(
                            "the distance {place} on the {} varies by {:.0} mm (SD) about {:.0} \
                             mm: a marker moves on the skin, was lost and found again, or is \
                             labelled wrong in places",
                            segment.name,
                            1000.0 * sd,
                            1000.0 * mean
                        ),
                    ));
                }
            }
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pelvis and a foot that walk and sway.
    fn walk(frames: usize) -> Points {
        let parts = [
            (Landmark::Asis(Side::Left), [0.0, 0.12, 0.95]),
            (Landmark::Asis(Side::Right), [0.0, -0.12, 0.95]),
            (Landmark::Psis(Side::Left), [-0.15, 0.05, 1.0]),
            (Landmark::Psis(Side::Right), [-0.15, -0.05, 1.0]),
            (Landmark::Knee(Side::Left), [0.0, 0.15, 0.5]),
            (Landmark::Knee(Side::Right), [0.0, -0.15, 0.5]),
        ];
        let mut points = Points::default();
        for (landmark, at) in parts {
            let path = (0..frames).map(|i| {
                let t = i as f64 / 100.0;
                Vector3::from(at) + Vector3::new(1.2 * t, 0.03 * (6.0 * t).sin(), 0.01 * t.cos())
            });
            points.series.insert(landmark, Series3::from_vectors(path));
        }
        points
    }

    const LASI: Landmark = Landmark::Asis(Side::Left);
    const RASI: Landmark = Landmark::Asis(Side::Right);
    const LPSI: Landmark = Landmark::Psis(Side::Left);

    fn repair_with_defaults(points: &mut Points) -> Vec<Warning> {
        repair(points, 100.0, 101, &LabSettings::default())
    }

    #[test]
    fn nothing_is_found_in_clean_markers() {
        let mut points = walk(200);
        assert_eq!(repair_with_defaults(&mut points), vec![]);
        assert!(points == walk(200));
        assert_eq!(check_rigidity(&points, &LabSettings::default()), vec![]);
    }

    #[test]
    fn exchanged_labels_are_put_right() {
        for (one, other, stretch) in [
            (LASI, RASI, (50, 69)),
            (LASI, LPSI, (50, 50)),
            (LASI, RASI, (0, 0)),
            (LASI, RASI, (1, 20)),
            (RASI, LPSI, (180, 199)),
            (
                Landmark::Knee(Side::Left),
                Landmark::Knee(Side::Right),
                (30, 60),
            ),
            (LPSI, Landmark::Knee(Side::Right), (100, 120)),
        ] {
            let mut points = walk(200);
            exchange(&mut points, one, other, &[stretch]);
            let warnings = repair_with_defaults(&mut points);
            assert!(points == walk(200), "{one:?} {other:?}");
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert_eq!(warnings[0].code, "marker-swap");
            let frames = format!("frames {}-{}", 101 + stretch.0, 101 + stretch.1);
            assert!(warnings[0].message.contains(&frames), "{warnings:?}");
        }
    }

    #[test]
    fn a_swap_across_a_short_gap_is_put_right() {
        let mut truth = walk(200);
        for landmark in [LASI, RASI] {
            let series = truth.series.get_mut(&landmark).unwrap();
            for i in 97..100 {
                series.set(i, Vector3::repeat(f64::NAN));
            }
        }
        let mut points = truth.clone();
        exchange(&mut points, LASI, RASI, &[(100, 120)]);
        assert_eq!(repair_with_defaults(&mut points).len(), 1);
        let (found, expected) = (&points.series[&LASI], &truth.series[&LASI]);
        assert!((0..200).all(|i| found.is_missing(i) || found.at(i) == expected.at(i)));
    }

    #[test]
    fn a_ghost_is_not_taken_for_a_swap() {
        let mut points = walk(200);
        let series = points.series.get_mut(&LASI).unwrap();
        for i in 40..60 {
            series.z[i] += 0.2;
        }
        let before = points.clone();
        assert_eq!(repair_with_defaults(&mut points), vec![]);
        assert!(points == before);
        let warnings = check_rigidity(&points, &LabSettings::default());
        assert!(warnings.iter().all(|w| w.code == "not-rigid"));
        assert!(warnings.iter().all(|w| w.place.contains("LASI")));
        assert_eq!(warnings.len(), 3);
    }
}
