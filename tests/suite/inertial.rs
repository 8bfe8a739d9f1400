//! Inertial sensors: reading, orientations, one recording from many files, events, findings.

mod accuracy;
mod agreement;
mod events;
mod folder;
mod read;
mod real;
mod vqf;
mod walks;
mod whole;
