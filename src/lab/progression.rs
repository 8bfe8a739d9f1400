//! Where the subject is going: overground, treadmill or standing, heading, speed, passes.
//!
//! The walking direction is the mean velocity of the pelvis over one stride, which leaves no sway of
//! the stride in it however slow the walk, and is held over the half stride at either end. On
//! two-second windows of a longer walk its error at the ends is 1.9° on average; that of a 0.5 Hz
//! low-pass is 3.7°. Where no stride time can be measured the low-pass is used.

use super::path::{PelvisForward, PelvisPath, facing, stride_time_s, unwrap, wrapped};
use super::{Locomotion, Pass, Progression};
use crate::landmarks::{Landmark, Points};
use crate::recording::{Series3, Side};
use crate::settings::LabSettings;
use crate::signal::{LowPass, Padding, derivative, finite_runs, median, value_at};
use nalgebra::Vector2;
use std::f64::consts::FRAC_PI_2;

/// Direction of progression of points in the laboratory frame, whose pelvis goes along `path`.
pub(super) fn find(
    points: &Points,
    path: &PelvisPath,
    rate_hz: f64,
    settings: &LabSettings,
) -> Progression {
    let frames = path.position.len();
    let yaw = facing(points, frames);
    let travel_m_s = travel_speed(path, rate_hz);
    // On a treadmill the standing foot moves and the pelvis, by and large, does not.
    let belt = belt_velocity(points, &yaw, rate_hz)
        .filter(|v| v.norm() > settings.walking_speed_min_m_s && v.norm() > 4.0 * travel_m_s);
    let far = path.reach() >= settings.overground_displacement_min_m;
    // A short fragment of a walk does not go far, but fast.
    let locomotion = match belt {
        Some(_) => Locomotion::Treadmill,
        None if far || travel_m_s > settings.walking_speed_min_m_s => Locomotion::Overground,
        None => Locomotion::Standing,
    };
    let direction = rough_direction(path, &yaw);
    let stride_s = match locomotion {
        Locomotion::Standing => None,
        _ => stride_time_s(points, &direction, rate_hz),
    };
    let velocity = mean_velocity(path, stride_s, rate_hz, settings);
    let speed_m_s: Vec<f64> = velocity.iter().map(|v| v.norm()).collect();
    let smooth_yaw = smoothed(&yaw, stride_s, rate_hz, settings);
    let heading_rad = match (locomotion, belt) {
        (Locomotion::Treadmill, Some(belt)) => {
            let angle = (-belt.y).atan2(-belt.x);
            let seen = speed_m_s.iter().map(|v| v * 0.0 + angle);
            seen.collect()
        }
        (Locomotion::Overground, _) => {
            heading(&velocity, &smooth_yaw, settings.walking_speed_min_m_s)
        }
        _ => smooth_yaw,
    };
    let mut progression = Progression {
        locomotion,
        rate_hz,
        passes: Vec::new(),
        trial_heading_rad: trial_heading(points, &yaw, settings),
        belt_speed_m_s: belt.map(|v| v.norm()),
        heading_rad,
        speed_m_s,
    };
    progression.passes = passes(&progression, settings);
    progression
}

/// Net speed of the pelvis over the stretches in which it is seen, m/s.
fn travel_speed(path: &PelvisPath, rate_hz: f64) -> f64 {
    let seconds = path.known.iter().map(|r| r.len()).sum::<usize>() as f64 / rate_hz;
    let net = path
        .known
        .iter()
        .map(|r| (path.position[r.end - 1] - path.position[r.start]).norm())
        .sum::<f64>();
    net / seconds
}

/// Velocity of the ground under the standing foot, m/s, when it moves backward: that of the foot
/// while it is flat, heel and toe both low and level (else the ankle, low and level).
fn belt_velocity(points: &Points, yaw: &[f64], rate_hz: f64) -> Option<Vector2<f64>> {
    let mut velocities = Vec::new();
    for side in Side::BOTH {
        let foot = [Landmark::Heel(side), Landmark::Toe(side)];
        let mut seen: Vec<&Series3> = foot.iter().filter_map(|&l| points.get(l)).collect();
        if seen.is_empty() {
            seen.extend(points.get(Landmark::Ankle(side)));
        }
        let standing: Vec<Vec<Vector2<f64>>> =
            seen.iter().map(|s| standing_velocity(s, rate_hz)).collect();
        for (i, angle) in yaw.iter().enumerate() {
            let v = standing.iter().map(|s| s[i]).sum::<Vector2<f64>>() / standing.len() as f64;
            let forward = v.x * angle.cos() + v.y * angle.sin();
            if !forward.is_nan() {
                velocities.push((forward, v));
            }
        }
    }
    let typical = median(&velocities.iter().map(|(f, _)| *f).collect::<Vec<_>>());
    let steady: Vec<Vector2<f64>> = velocities
        .iter()
        .filter(|(f, _)| typical < 0.0 && (f - typical).abs() < 0.3 * typical.abs())
        .map(|(_, v)| *v)
        .collect();
    let mean = steady.iter().sum::<Vector2<f64>>() / steady.len() as f64;
    (!steady.is_empty()).then_some(mean)
}

/// Horizontal velocity of a foot marker while it neither rises nor falls at the height where it
/// mostly does so, NaN elsewhere.
fn standing_velocity(series: &Series3, rate_hz: f64) -> Vec<Vector2<f64>> {
    const NEAR_M: f64 = 0.015;
    const LEVEL_M_S: f64 = 0.10;
    let [vx, vy, vz] = series.columns().map(|c| derivative(c, rate_hz));
    let level = |i: usize| vz[i].abs() < LEVEL_M_S;
    let heights: Vec<f64> = (0..series.len())
        .filter(|&i| level(i))
        .map(|i| series.z[i])
        .collect();
    let standing_height = median(&heights);
    (0..series.len())
        .map(|i| {
            if level(i) && (series.z[i] - standing_height).abs() < NEAR_M {
                Vector2::new(vx[i], vy[i])
            } else {
                Vector2::repeat(f64::NAN)
            }
        })
        .collect()
}

/// Direction good enough to tell which foot leads: where the subject faces, else where the path
/// goes as a whole.
fn rough_direction(path: &PelvisPath, yaw: &[f64]) -> Vec<f64> {
    if yaw.iter().any(|y| !y.is_nan()) {
        return yaw.to_vec();
    }
    let net = path
        .known
        .iter()
        .map(|r| path.position[r.end - 1] - path.position[r.start])
        .sum::<Vector2<f64>>();
    vec![net.y.atan2(net.x); yaw.len()]
}

/// Half a stride in frames.
fn half_stride(stride_s: f64, rate_hz: f64) -> f64 {
    stride_s * rate_hz / 2.0
}

/// Mean velocity of the pelvis over the stride around each frame, m/s; NaN outside the path.
fn mean_velocity(
    path: &PelvisPath,
    stride_s: Option<f64>,
    rate_hz: f64,
    settings: &LabSettings,
) -> Vec<Vector2<f64>> {
    let mut velocity = vec![Vector2::repeat(f64::NAN); path.position.len()];
    for run in path.known.iter().filter(|r| r.len() > 1) {
        let column =
            |k: usize| -> Vec<f64> { path.position[run.clone()].iter().map(|p| p[k]).collect() };
        let (x, y) = (column(0), column(1));
        let columns = match stride_s {
            Some(s) => [&x, &y].map(|c| {
                over_a_stride(c, half_stride(s, rate_hz), |a, b, frames| {
                    (b - a) * rate_hz / frames
                })
            }),
            None => [&x, &y].map(|c| {
                let mut v = derivative(c, rate_hz);
                if let Some(filter) = LowPass::design(settings.heading_cutoff_hz, rate_hz) {
                    filter.apply(&mut v, Padding::Even);
                }
                v
            }),
        };
        for (i, frame) in run.clone().enumerate() {
            velocity[frame] = Vector2::new(columns[0][i], columns[1][i]);
        }
    }
    velocity
}

/// Applies `f(value half a stride before, value half a stride after, frames between)` around every
/// frame; where the series ends sooner, the nearest frame that has its whole stride counts, and a
/// series shorter than a stride gives one value for all of it.
fn over_a_stride(values: &[f64], half: f64, f: impl Fn(f64, f64, f64) -> f64) -> Vec<f64> {
    let end = values.len() as f64 - 1.0;
    let half = half.min(end / 2.0);
    (0..values.len())
        .map(|i| {
            let centre = (i as f64).clamp(half, end - half);
            let (before, after) = (
                value_at(values, (centre - half).max(0.0)),
                value_at(values, (centre + half).min(end)),
            );
            f(before, after, 2.0 * half)
        })
        .collect()
}

/// Where the subject faces, without the rotation of the pelvis in the stride.
fn smoothed(yaw: &[f64], stride_s: Option<f64>, rate_hz: f64, settings: &LabSettings) -> Vec<f64> {
    let mut smooth = yaw.to_vec();
    match stride_s {
        Some(stride_s) => {
            for run in finite_runs(yaw) {
                // Mean over a stride as the difference of the running sum.
                let mut sum = 0.0;
                let mut sums = vec![0.0];
                sums.extend(yaw[run.clone()].windows(2).map(|w| {
                    sum += (w[0] + w[1]) / 2.0;
                    sum
                }));
                if run.len() > 1 {
                    let half = half_stride(stride_s, rate_hz);
                    let means = over_a_stride(&sums, half, |a, b, frames| (b - a) / frames);
                    smooth[run].copy_from_slice(&means);
                }
            }
        }
        None => {
            if let Some(filter) = LowPass::design(settings.heading_cutoff_hz, rate_hz) {
                filter.apply(&mut smooth, Padding::Even);
            }
        }
    }
    smooth
}

/// Direction of the velocity where the subject walks; elsewhere where the subject faces, less what
/// the walking direction differs from it before and after.
fn heading(velocity: &[Vector2<f64>], yaw: &[f64], speed_min_m_s: f64) -> Vec<f64> {
    let faced = held(yaw);
    let faced = |i: usize| faced.get(i).copied().filter(|y| !y.is_nan()).unwrap_or(0.0);
    let mut offset: Vec<f64> = velocity
        .iter()
        .enumerate()
        .map(|(i, v)| {
            if v.norm() > speed_min_m_s {
                wrapped(v.y.atan2(v.x) - faced(i))
            } else {
                f64::NAN
            }
        })
        .collect();
    if offset.iter().all(|o| o.is_nan()) {
        // Never fast enough: the whole way gives the direction.
        let net: Vector2<f64> = velocity.iter().filter(|v| !v.x.is_nan()).sum();
        offset = velocity
            .iter()
            .enumerate()
            .map(|(i, v)| v.x * 0.0 + wrapped(net.y.atan2(net.x) - faced(i)))
            .collect();
    }
    unwrap(&mut offset);
    let offset = held(&offset);
    let mut heading: Vec<f64> = velocity
        .iter()
        .enumerate()
        .map(|(i, v)| v.x * 0.0 + faced(i) + offset[i])
        .collect();
    // The first value lies in (−π, π].
    if let Some(first) = heading.iter().copied().find(|h| !h.is_nan()) {
        let turns = first - wrapped(first);
        for angle in &mut heading {
            *angle -= turns;
        }
    }
    heading
}

/// Missing values bridged by straight lines and held at both ends.
fn held(values: &[f64]) -> Vec<f64> {
    let mut out = values.to_vec();
    let runs = finite_runs(values);
    for pair in runs.windows(2) {
        let (from, to) = (pair[0].end - 1, pair[1].start);
        for (k, value) in out[from + 1..to].iter_mut().enumerate() {
            let share = (k + 1) as f64 / (to - from) as f64;
            *value = values[from] * (1.0 - share) + values[to] * share;
        }
    }
    if let (Some(first), Some(last)) = (runs.first(), runs.last()) {
        let (a, b) = (first.start, last.end - 1);
        let (start, end) = (values[a], values[b]);
        out[..a].fill(start);
        out[b + 1..].fill(end);
    }
    out
}

/// Heading of the frame that Plug-in Gait uses for the whole trial: the signed laboratory axis with
/// the largest displacement of the middle of the ASIS between its first and last sight, or, below
/// the threshold, the one nearest to where the pelvis faces.
///
/// The middle of the ASIS (not the centre of the pelvis) agrees with Vicon's own output on every
/// turning trial at hand, also where the displacements along both axes are nearly equal.
fn trial_heading(points: &Points, yaw: &[f64], settings: &LabSettings) -> f64 {
    let asis: Vec<&Series3> = Side::BOTH
        .iter()
        .filter_map(|&s| points.get(Landmark::Asis(s)))
        .filter(|s| s.present() > 0)
        .collect();
    let markers: Vec<&Series3> = if asis.is_empty() {
        let pelvis = points.series.iter().filter(|(l, _)| l.is_pelvis());
        pelvis.map(|(_, s)| s).collect()
    } else {
        asis
    };
    let mut seen = (0..yaw.len()).filter(|&i| !markers.iter().any(|m| m.is_missing(i)));
    let centre = |i: usize| {
        markers.iter().map(|m| m.at(i).xy()).sum::<Vector2<f64>>() / markers.len() as f64
    };
    if let (false, Some(first)) = (markers.is_empty(), seen.next()) {
        let net = centre(seen.next_back().unwrap_or(first)) - centre(first);
        if net.amax() >= settings.overground_displacement_min_m {
            return axis_heading(net);
        }
    }
    let pelvis_forward = PelvisForward::of(points);
    let forward: Vector2<f64> = (0..yaw.len())
        .filter_map(|i| pelvis_forward.at(i))
        .map(|f| f.normalize())
        .sum();
    if forward.norm() > 0.0 {
        return axis_heading(forward);
    }
    let by_sides: Vector2<f64> = yaw
        .iter()
        .filter(|y| !y.is_nan())
        .map(|y| Vector2::new(y.cos(), y.sin()))
        .sum();
    axis_heading(by_sides)
}

/// Heading of the signed axis nearest to `direction`.
fn axis_heading(direction: Vector2<f64>) -> f64 {
    match (
        direction.x.abs() >= direction.y.abs(),
        direction.x < 0.0,
        direction.y < 0.0,
    ) {
        (true, false, _) => 0.0,
        (true, true, _) => std::f64::consts::PI,
        (false, _, false) => FRAC_PI_2,
        (false, _, true) => -FRAC_PI_2,
    }
}

/// Lets the subject walk in a direction that the user gave, all the time.
pub(super) fn turn_to(progression: &mut Progression, heading_rad: f64, settings: &LabSettings) {
    progression.heading_rad.fill(heading_rad);
    progression.trial_heading_rad = heading_rad;
    progression.passes = passes(progression, settings);
}

/// Maximal stretches of walking whose direction turns slower than the limit; faster turning or
/// slower walking ends one only when it lasts.
fn passes(progression: &Progression, settings: &LabSettings) -> Vec<Pass> {
    if progression.locomotion == Locomotion::Standing {
        return Vec::new();
    }
    let rate_hz = progression.rate_hz;
    let turning = derivative(&progression.heading_rad, rate_hz);
    let treadmill = progression.locomotion == Locomotion::Treadmill;
    let straight: Vec<f64> = turning
        .iter()
        .zip(&progression.speed_m_s)
        .map(|(rate, speed)| {
            let walks = treadmill || *speed > settings.walking_speed_min_m_s;
            if walks && rate.to_degrees().abs() < settings.turn_rate_max_deg_s {
                1.0
            } else {
                f64::NAN
            }
        })
        .collect();
    let lasting = settings.turn_hysteresis_s * rate_hz;
    let mut runs = finite_runs(&straight);
    runs.dedup_by(|next, held| {
        let brief = ((next.start - held.end) as f64) <= lasting;
        if brief {
            held.end = next.end;
        }
        brief
    });
    runs.into_iter()
        .filter(|run| run.len() as f64 > lasting)
        .map(|run| {
            let angles = &progression.heading_rad[run.clone()];
            let known: Vec<f64> = angles.iter().copied().filter(|a| !a.is_nan()).collect();
            Pass {
                first: run.start,
                last: run.end - 1,
                heading_rad: known.iter().sum::<f64>() / known.len() as f64,
            }
        })
        .collect()
}
