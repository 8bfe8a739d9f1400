//! From parameters to a recording and its truth.

use super::defects;
use super::gait::{Gait, Pose};
use super::imu::Imu;
use super::markers::{self, Carrier, Mounted};
use super::one_leg::{self, OneLeg};
use super::rotation::yxz;
use super::soft_tissue::SoftTissue;
use super::timeline::{Sway, Timeline, shift};
use super::truth::{TrueAngles, TrueCentres, TrueEvent, TrueJoint, TrueLabel, TrueStride, Truth};
use super::walker::{FileAxes, Pattern, Walker, WalkerError};
use super::worn;
use crate::recording::{
    EventKind, Format, LengthUnit, Marker, PerSide, Recording, Series3, Side, StoredEvent,
};
use nalgebra::{Matrix3, Vector3};

/// Samples of a mean over single support.
const SINGLE_SUPPORT_SAMPLES: usize = 200;

/// A trial of walking or running: the recording as a camera system would have made it, and what is true of it.
///
/// Coordinates are metres in memory, whole 1/64 mm in a file; X and Y are horizontal, Z is up. The
/// recording carries no stored events (see [`store_events`]).
pub fn walk(walker: &Walker) -> Result<(Recording, Truth), WalkerError> {
    walker.check()?;
    let gait = Gait::new(walker);
    let duration_s = gait.clock.time_s(gait.clock.last_phase);
    let frames = (duration_s * walker.rate_hz).floor() as usize + 1;
    let poses: Vec<Pose> = (0..frames)
        .map(|i| gait.at(i as f64 / walker.rate_hz))
        .collect();
    let events = true_events(&gait);
    let recording = record(walker, &gait, &poses, &events, "walk");
    let truth = Truth {
        synthetic: true,
        labels: labels(walker),
        walker: walker.clone(),
        imu: None,
        speed_m_s: gait.speed_m_s(),
        rate_hz: walker.rate_hz,
        frames,
        strides: true_strides(&gait),
        events,
        one_leg: None,
        stances: Vec::new(),
        angles: Some(angles(&poses)),
        centres: centres(&poses),
    };
    Ok((recording, truth))
}

/// The same walk after quiet standing, as inertial sensors would have recorded it, and what is true
/// of it.
///
/// Marker noise and placement of the walker have no meaning here; `imu` has its own. The walk's
/// truth begins when the subject has set off (events and strides of setting off are not in it);
/// its angles cover every frame.
pub fn walk_with_sensors(walker: &Walker, imu: &Imu) -> Result<(Recording, Truth), WalkerError> {
    walker.check()?;
    imu.check()?;
    let gait = Gait::new(walker);
    let (physique, speed_m_s) = (gait.physique, gait.speed_m_s());
    let mut events = true_events(&gait);
    let mut strides = true_strides(&gait);
    let walking_s = gait.clock.time_s(gait.clock.last_phase);
    let timeline = Timeline::new(walker, gait, imu);
    let start_s = timeline.walk_s;
    for event in &mut events {
        event.time_s += start_s;
    }
    for stride in &mut strides {
        for time in [
            &mut stride.start_s,
            &mut stride.opposite_off_s,
            &mut stride.opposite_strike_s,
            &mut stride.off_s,
            &mut stride.end_s,
        ] {
            *time += start_s;
        }
    }
    let frames = ((start_s + walking_s) * walker.rate_hz).floor() as usize + 1;
    let mut recording = Recording::new("walk", Format::Memory, walker.rate_hz, frames);
    if walker.body_measures {
        recording.body = physique.measures();
    }
    recording.subjects = vec![walker.subject.clone()];
    let moment = |t: f64| (timeline.at(t), timeline.walking(t));
    recording.sensors = worn::sensors(walker, imu, &physique, &moment, frames);
    let poses: Vec<Pose> = (0..frames)
        .map(|i| timeline.at(i as f64 / walker.rate_hz))
        .collect();
    let truth = Truth {
        synthetic: true,
        labels: labels(walker),
        walker: walker.clone(),
        imu: Some(*imu),
        speed_m_s,
        rate_hz: walker.rate_hz,
        frames,
        strides,
        events,
        one_leg: None,
        stances: Vec::new(),
        angles: Some(angles(&poses)),
        centres: centres(&poses),
    };
    Ok((recording, truth))
}

/// A standing trial of the same subject and session, `seconds` long.
pub fn stand(walker: &Walker, seconds: f64) -> Result<(Recording, Truth), WalkerError> {
    walker.check()?;
    if !(0.0..=3600.0).contains(&seconds) {
        return Err(WalkerError::new("seconds", seconds, "0 to 3600 s"));
    }
    let gait = Gait::new(walker);
    let frames = (seconds * walker.rate_hz).floor() as usize + 1;
    let quiet = gait.standing();
    let poses = sway(walker, &quiet, frames);
    let recording = record(walker, &gait, &poses, &[], "standing");
    let truth = still_truth(walker, &poses);
    Ok((recording, truth))
}

/// A standing test on the left leg and then on the right, with markers or, when `imu` is given, with
/// inertial sensors, and what is true of it. `imu.standing_s` and `imu.bows` have no meaning here: the
/// test begins with quiet standing.
pub fn stand_on_one_leg(
    walker: &Walker,
    way: &OneLeg,
    imu: Option<&Imu>,
) -> Result<(Recording, Truth), WalkerError> {
    walker.check()?;
    way.check()?;
    let gait = Gait::new(walker);
    let test = one_leg::Test::new(walker, &gait, *way);
    let frames = (test.duration_s() * walker.rate_hz).floor() as usize + 1;
    let poses: Vec<Pose> = (0..frames)
        .map(|i| test.at(i as f64 / walker.rate_hz))
        .collect();
    let recording = match imu {
        None => record(walker, &gait, &poses, &[], "one-leg"),
        Some(imu) => {
            imu.check()?;
            let mut recording = Recording::new("one-leg", Format::Memory, walker.rate_hz, frames);
            if walker.body_measures {
                recording.body = gait.physique.measures();
            }
            recording.subjects = vec![walker.subject.clone()];
            let moment = |t: f64| (test.at(t), 0.0);
            recording.sensors = worn::sensors(walker, imu, &gait.physique, &moment, frames);
            recording
        }
    };
    let truth = Truth {
        imu: imu.copied(),
        one_leg: Some(*way),
        stances: test.truth(),
        ..still_truth(walker, &poses)
    };
    Ok((recording, truth))
}

/// Truth of somebody who does not walk.
fn still_truth(walker: &Walker, poses: &[Pose]) -> Truth {
    Truth {
        synthetic: true,
        labels: PerSide {
            left: TrueLabel::None,
            right: TrueLabel::None,
        },
        walker: walker.clone(),
        imu: None,
        speed_m_s: 0.0,
        rate_hz: walker.rate_hz,
        frames: poses.len(),
        events: Vec::new(),
        strides: Vec::new(),
        one_leg: None,
        stances: Vec::new(),
        angles: Some(angles(poses)),
        centres: centres(poses),
    }
}

/// Stores the true events in the recording, as an operator would have marked them.
pub fn store_events(recording: &mut Recording, truth: &Truth) {
    recording.events = truth
        .events
        .iter()
        .map(|e| StoredEvent {
            side: Some(e.side),
            kind: Some(e.event),
            label: match e.event {
                EventKind::FootStrike => "Foot Strike".to_owned(),
                EventKind::FootOff => "Foot Off".to_owned(),
            },
            time_s: e.time_s,
        })
        .collect();
}

/// Quiet standing, swaying.
fn sway(walker: &Walker, quiet: &Pose, frames: usize) -> Vec<Pose> {
    let sway = Sway::new(walker);
    (0..frames)
        .map(|i| {
            let mut pose = *quiet;
            shift(&mut pose, &sway.at(i as f64 / walker.rate_hz));
            pose
        })
        .collect()
}

fn record(
    walker: &Walker,
    gait: &Gait,
    poses: &[Pose],
    events: &[TrueEvent],
    name: &str,
) -> Recording {
    let mut recording = Recording::new(name, Format::Memory, walker.rate_hz, poses.len());
    recording.declared_unit = Some(LengthUnit::Millimetre);
    if walker.body_measures {
        recording.body = gait.physique.measures();
    }
    recording.subjects = vec![walker.subject.clone()];
    recording.markers = markers::mount(walker, &gait.physique)
        .iter()
        .enumerate()
        .map(|(index, mounted)| Marker {
            label: mounted.label.clone(),
            position: trajectory(walker, mounted, index, poses, events),
        })
        .collect();
    defects::add(walker, &mut recording.markers);
    for marker in &mut recording.markers {
        defects::quantise(&mut marker.position);
    }
    as_stored(walker, &mut recording);
    recording
}

/// Turns and scales the coordinates into the axes and the unit of the file.
fn as_stored(walker: &Walker, recording: &mut Recording) {
    let turned = |v: Vector3<f64>| match walker.axes {
        FileAxes::ZUp => v,
        FileAxes::YUp => Vector3::new(v.x, v.z, -v.y),
        FileAxes::XUp => Vector3::new(v.z, v.x, v.y),
        FileAxes::ZDown => Vector3::new(v.x, -v.y, -v.z),
    };
    let scale = walker.unit.undeclared_per_metre();
    if scale.is_some() {
        recording.declared_unit = None;
    }
    if walker.axes == FileAxes::ZUp && scale.is_none() {
        return;
    }
    for marker in &mut recording.markers {
        for i in 0..marker.position.len() {
            let stored = turned(marker.position.at(i)) * scale.unwrap_or(1.0);
            marker.position.set(i, stored);
        }
    }
}

fn trajectory(
    walker: &Walker,
    mounted: &Mounted,
    index: usize,
    poses: &[Pose],
    events: &[TrueEvent],
) -> Series3 {
    let tissue = SoftTissue::new(walker, mounted, index);
    let side = match mounted.carrier {
        Carrier::Thigh(side) | Carrier::Shank(side) => Some(side),
        Carrier::Pelvis | Carrier::Thorax | Carrier::Foot(_) => None,
    };
    let strikes: Vec<f64> = events
        .iter()
        .filter(|e| e.event == EventKind::FootStrike && Some(e.side) == side)
        .map(|e| e.time_s)
        .collect();
    Series3::from_vectors(poses.iter().enumerate().map(|(i, pose)| {
        let t = i as f64 / walker.rate_hz;
        let since = strikes.iter().rev().find(|&&s| s <= t).map(|s| t - s);
        let local = mounted.local + tissue.displacement(mounted, pose, since);
        mounted.carrier.segment(pose).point(&local)
    }))
}

fn labels(walker: &Walker) -> PerSide<TrueLabel> {
    let affected = match walker.pattern {
        Pattern::Uncompensated => TrueLabel::Uncompensated,
        Pattern::Compensated | Pattern::Waddle => TrueLabel::Compensated,
        Pattern::Mixed => TrueLabel::Mixed,
        _ => TrueLabel::None,
    };
    PerSide::from_fn(|side| {
        let included = walker.affected.includes(side) || walker.pattern == Pattern::Waddle;
        if included && walker.magnitude_deg() > 0.0 {
            affected
        } else {
            TrueLabel::None
        }
    })
}

fn true_events(gait: &Gait) -> Vec<TrueEvent> {
    gait.clock
        .events()
        .into_iter()
        .map(|(side, event, phase)| TrueEvent {
            side,
            event,
            time_s: gait.clock.time_s(phase),
        })
        .collect()
}

fn true_strides(gait: &Gait) -> Vec<TrueStride> {
    let clock = &gait.clock;
    let mut strides = Vec::new();
    for side in Side::BOTH {
        let own = clock.strike_phase[side];
        let other = side.opposite();
        let first = (clock.first_phase - own).ceil() as i64;
        for cycle in first.. {
            let start = cycle as f64 + own;
            if start + 1.0 > clock.last_phase {
                break;
            }
            // the other foot strikes about half a stride later and left the ground before that
            let gap = (clock.strike_phase[other] - own).rem_euclid(1.0);
            let opposite_strike = start + gap;
            let opposite_off = opposite_strike - 1.0 + clock.stance[other];
            let off = start + clock.stance[side];
            let time = |phase: f64| clock.time_s(phase);
            // a runner stands on one leg for the whole stance, and on none after it
            let (single, none) = (opposite_off.max(start), opposite_strike - off);
            let (drop, lean) =
                single_support(gait, side, time(single), time(opposite_strike.min(off)));
            let heading = |phase: f64| gait.at(time(phase)).heading;
            strides.push(TrueStride {
                side,
                start_s: time(start),
                opposite_off_s: time(opposite_off),
                opposite_strike_s: time(opposite_strike),
                off_s: time(off),
                end_s: time(start + 1.0),
                heading_change_deg: (heading(start + 1.0) - heading(start)).to_degrees(),
                drop_ss_deg: drop,
                lean_ss_deg: lean,
                flight_s: if none > 0.0 {
                    time(off + none) - time(off)
                } else {
                    0.0
                },
            });
        }
    }
    strides
}

/// Mean drop and lean of a limb between two times, degrees.
fn single_support(gait: &Gait, side: Side, from_s: f64, to_s: f64) -> (f64, f64) {
    let n = SINGLE_SUPPORT_SAMPLES as f64;
    let (drop, lean) = (0..SINGLE_SUPPORT_SAMPLES)
        .map(|i| gait.posture_at(from_s + (to_s - from_s) * (i as f64 + 0.5) / n))
        .fold((0.0, 0.0), |(drop, lean), a| {
            (drop + a.pelvis_obliquity, lean + a.thorax_lean)
        });
    let mean = |sum: f64| (side.sigma() * sum / n).to_degrees();
    (mean(drop), -mean(lean))
}

fn angles(poses: &[Pose]) -> TrueAngles {
    let degrees = |angle: fn(&Pose) -> f64| poses.iter().map(|p| angle(p).to_degrees()).collect();
    TrueAngles {
        heading_deg: degrees(|p| p.heading),
        pelvis_tilt_deg: degrees(|p| p.angles.pelvis_tilt),
        pelvis_obliquity_deg: degrees(|p| p.angles.pelvis_obliquity),
        pelvis_rotation_deg: degrees(|p| p.angles.pelvis_rotation),
        thorax_tilt_deg: degrees(|p| p.angles.thorax_tilt),
        thorax_lean_deg: degrees(|p| p.angles.thorax_lean),
        thorax_rotation_deg: degrees(|p| p.angles.thorax_rotation),
        hip: PerSide::from_fn(|side| {
            joint(poses, side, [-1.0, 1.0], |pose| {
                pose.pelvis.rotation.transpose() * pose.legs[side].thigh
            })
        }),
        knee: PerSide::from_fn(|side| {
            joint(poses, side, [1.0, -1.0], |pose| {
                pose.legs[side].thigh.transpose() * pose.legs[side].shank
            })
        }),
    }
}

/// YXZ angles of a joint, degrees; `signs` of flexion and of the right side's frontal angle.
fn joint(
    poses: &[Pose],
    side: Side,
    signs: [f64; 2],
    rotation: impl Fn(&Pose) -> Matrix3<f64>,
) -> TrueJoint {
    let mut angles = TrueJoint::default();
    for pose in poses {
        let [flexion, frontal, internal] = yxz(&rotation(pose)).map(f64::to_degrees);
        angles.flexion_deg.push(signs[0] * flexion);
        angles.frontal_deg.push(-side.sigma() * signs[1] * frontal);
        angles.rotation_deg.push(-side.sigma() * internal);
    }
    angles
}

fn centres(poses: &[Pose]) -> PerSide<TrueCentres> {
    PerSide::from_fn(|side| TrueCentres {
        hip: poses.iter().map(|p| p.legs[side].hip).collect(),
        knee: poses.iter().map(|p| p.legs[side].knee).collect(),
        ankle: poses.iter().map(|p| p.legs[side].ankle).collect(),
    })
}
