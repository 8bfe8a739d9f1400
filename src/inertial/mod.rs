//! Inertial sensors: from acceleration and angular velocity to orientations of segments.

pub mod vqf;
