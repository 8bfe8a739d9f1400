//! Inertial sensors: reading, orientations, one recording from many files, events, findings.

mod read;
mod vqf;
