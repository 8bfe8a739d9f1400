//! Inertial sensors: reading, orientations, one recording from many files, events, findings.

mod accuracy;
mod folder;
mod read;
mod real;
mod vqf;
