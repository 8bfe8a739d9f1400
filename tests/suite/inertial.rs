//! Orientations from inertial sensors.

mod vqf;
