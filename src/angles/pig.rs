//! Plug-in Gait's own angle columns, with its names and signs, to compare with stored ones.

use super::cardan::{Cardan, about_z, tilt_obliquity_rotation};
use crate::body::Body;
use crate::lab::Motion;
use crate::recording::Side;
use nalgebra::Matrix3;

/// One column of a Plug-in Gait angle table.
#[derive(Debug, Clone, PartialEq)]
pub struct PigColumn {
    /// Plug-in Gait's name and component: `LPelvisAngles_X`.
    pub name: String,
    /// Degrees, one per frame; NaN where a marker is missing.
    pub values_deg: Vec<f64>,
}

/// An angle output of Plug-in Gait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Pelvis,
    Hip,
    Knee,
    Thorax,
    Spine,
}

impl Output {
    /// In the order of the table.
    pub(super) const ALL: [Output; 5] = [
        Output::Pelvis,
        Output::Hip,
        Output::Knee,
        Output::Thorax,
        Output::Spine,
    ];

    /// Label in a file, of one side: `LPelvisAngles`.
    pub(super) fn label(self, side: Side) -> String {
        format!("{}{self:?}Angles", side.letter())
    }

    /// What turns tilt, obliquity and rotation (YXZ, right-handed about y, x and z) into X, Y and Z
    /// of one side.
    ///
    /// Pelvis and thorax are in the progression frame of the trial; hip, knee: distal in proximal;
    /// spine: the pelvis in the thorax, so its signs are reversed.
    pub(super) fn signs(self, side: Side) -> [f64; 3] {
        let sigma = side.sigma();
        match self {
            Output::Pelvis | Output::Thorax => [1.0, sigma, -sigma],
            Output::Hip => [-1.0, -sigma, -sigma],
            Output::Knee => [1.0, -sigma, -sigma],
            Output::Spine => [-1.0, sigma, -sigma],
        }
    }
}

/// The Plug-in Gait angles of every frame: pelvis, hip, knee, thorax and spine of both sides, X, Y
/// and Z, always all thirty columns in this order.
///
/// `body` is built with [`Model::PlugInGait`](crate::body::Model::PlugInGait). Pelvis and thorax are
/// tilt–obliquity–rotation in the progression frame of the whole trial, the laboratory axis nearest
/// to the walking direction (`motion.progression.trial_heading_rad`). Signs as Vicon's: pelvis
/// anterior tilt, named side up, internal (forward of the named side) rotation; hip flexion,
/// adduction, internal rotation; knee flexion, varus, internal rotation; thorax forward tilt, lean
/// *away from* the named side, rotation.
pub fn plug_in_gait(body: &Body, motion: &Motion) -> Vec<PigColumn> {
    let progression_from_lab = about_z(-motion.progression.trial_heading_rad);
    let pelvis = &body.pelvis.lab_from_pelvis;
    let thorax = &body.trunk.lab_from_thorax;
    let mut columns = Vec::with_capacity(Output::ALL.len() * 6);
    for output in Output::ALL {
        for side in Side::BOTH {
            let leg = &body.legs[side];
            let matrix = |i: usize| -> Matrix3<f64> {
                match output {
                    Output::Pelvis => progression_from_lab * pelvis.at(i),
                    Output::Thorax => progression_from_lab * thorax.at(i),
                    Output::Hip => pelvis.at(i).tr_mul(&leg.lab_from_thigh.at(i)),
                    Output::Knee => leg.lab_from_thigh.at(i).tr_mul(&leg.lab_from_shank.at(i)),
                    Output::Spine => thorax.at(i).tr_mul(&pelvis.at(i)),
                }
            };
            let angles = (0..body.frames).map(|i| tilt_obliquity_rotation(&matrix(i)));
            columns.extend(columns_of(output, side, angles, body.frames));
        }
    }
    columns
}

/// X, Y and Z columns of one output and side.
fn columns_of(
    output: Output,
    side: Side,
    angles: impl Iterator<Item = Cardan>,
    frames: usize,
) -> [PigColumn; 3] {
    let label = output.label(side);
    let [sign_x, sign_y, sign_z] = output.signs(side);
    let mut columns = ["X", "Y", "Z"].map(|component| PigColumn {
        name: format!("{label}_{component}"),
        values_deg: Vec::with_capacity(frames),
    });
    for a in angles {
        let values = [sign_x * a.tilt, sign_y * a.obliquity, sign_z * a.rotation];
        for (column, value) in columns.iter_mut().zip(values) {
            column.values_deg.push(value.to_degrees());
        }
    }
    columns
}
