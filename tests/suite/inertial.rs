//! Inertial sensors: reading, orientations, one recording from many files, events, findings.

mod folder;
mod read;
mod vqf;
