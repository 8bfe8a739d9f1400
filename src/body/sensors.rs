//! The body from the orientations of its segments: no positions, so no joint centres.

use super::{
    AdductionDefinition, Body, Frames, Leg, MeasuresUsed, Model, Pelvis, Trunk, TrunkDefinition,
};
use crate::inertial::{Segment, Segments};
use crate::recording::{PerSide, Series3};
use crate::settings::SignalSettings;
use crate::signal::low_pass_series;
use nalgebra::{Quaternion, UnitQuaternion, Vector3};

/// Segment frames from inertial sensors, low-passed as markers are when `filter` is given.
pub fn from_segments(segments: &Segments, rate_hz: f64, filter: Option<&SignalSettings>) -> Body {
    let count = segments.frames;
    let frames_of = |segment: &Option<Segment>| match segment {
        Some(segment) => frames(segment, rate_hz, filter),
        None => Frames::missing(count),
    };
    let lab_from_pelvis = frames_of(&segments.pelvis);
    let legs = PerSide::from_fn(|side| Leg {
        hip_centre: Series3::missing(count),
        knee_centre: Series3::missing(count),
        ankle_centre: Series3::missing(count),
        lab_from_thigh: frames_of(&segments.thighs[side]),
        lab_from_shank: frames_of(&segments.shanks[side]),
        hip_method: None,
        knee_axis: None,
        // always by the frames: without joint centres nothing can be projected
        adduction: Some(AdductionDefinition::Cardan),
    });
    Body {
        model: Model::Hipdrop,
        frames: count,
        pelvis: Pelvis {
            lateral: lab_from_pelvis.y.clone(),
            origin: Series3::missing(count),
            lab_from_pelvis,
            ..Pelvis::default()
        },
        trunk: Trunk {
            definition: segments
                .thorax
                .is_some()
                .then_some(TrunkDefinition::ThoraxRot),
            lab_from_thorax: frames_of(&segments.thorax),
            line: Series3::missing(count),
            reconstructed_frames: 0,
        },
        legs,
        measures: MeasuresUsed::default(),
        warnings: Vec::new(),
    }
}

/// The axes of a segment in the laboratory.
fn frames(segment: &Segment, rate_hz: f64, filter: Option<&SignalSettings>) -> Frames {
    let matrices = segment.earth_from_segment.iter().map(|&[w, x, y, z]| {
        let quaternion = UnitQuaternion::new_unchecked(Quaternion::new(w, x, y, z));
        *quaternion.to_rotation_matrix().matrix()
    });
    let mut frames = Frames::from_matrices(matrices);
    let Some(filter) = filter.filter(|settings| settings.filter) else {
        return frames;
    };
    for axis in [&mut frames.x, &mut frames.y] {
        for column in axis.columns_mut() {
            low_pass_series(column, rate_hz, filter.cutoff_hz);
        }
    }
    for i in 0..frames.len() {
        let y = frames.y.at(i).normalize();
        let x: Vector3<f64> = frames.x.at(i);
        let x = (x - y * x.dot(&y)).normalize();
        frames.x.set(i, x);
        frames.y.set(i, y);
        frames.z.set(i, x.cross(&y));
    }
    frames
}
