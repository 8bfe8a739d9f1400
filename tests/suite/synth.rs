//! The pipeline against the truth of synthetic walks, and synthetic files.

mod events;
mod files;
mod labels;
mod truth;

use hipdrop::lab::{LabFrame, Locomotion, Motion, Pass, Progression};
use hipdrop::landmarks::{self, Points};
use hipdrop::recording::{LengthUnit, Recording};
use hipdrop::synth::Truth;
use nalgebra::Matrix3;

/// The recording in the laboratory frame with the true direction of progression: what `lab` should
/// find, so that `body`, `angles` and `events` are tested by themselves.
fn true_motion(recording: &Recording, truth: &Truth) -> Motion {
    let resolved = landmarks::resolve(recording, None).unwrap();
    let heading_rad: Vec<f64> = truth
        .angles
        .as_ref()
        .unwrap()
        .heading_deg
        .iter()
        .map(|d| d.to_radians())
        .collect();
    let last = recording.frames - 1;
    Motion {
        rate_hz: recording.rate_hz,
        first_frame: recording.first_frame,
        frames: recording.frames,
        points: Points {
            series: resolved
                .indices
                .iter()
                .map(|(&landmark, &i)| (landmark, recording.markers[i].position.clone()))
                .collect(),
        },
        plates: Vec::new(),
        frame: LabFrame {
            unit: LengthUnit::Millimetre,
            unit_guessed: false,
            vertical: "+Z".to_owned(),
            lab_from_file: Matrix3::identity(),
            floor_m: 0.0,
        },
        progression: Progression {
            locomotion: Locomotion::Overground,
            rate_hz: recording.rate_hz,
            speed_m_s: vec![truth.speed_m_s; recording.frames],
            passes: vec![Pass {
                first: 0,
                last,
                heading_rad: heading_rad[0],
            }],
            trial_heading_rad: heading_rad[0],
            heading_rad,
            belt_speed_m_s: None,
        },
        warnings: Vec::new(),
    }
}
