//! `hipdrop` sees a dropping pelvis.
//!
//! It reads motion-capture recordings of people walking, finds every stride, measures the frontal
//! plane — pelvic obliquity, trunk lean, hip adduction, knee valgus — and says per limb whether
//! the pelvis drops (uncompensated Trendelenburg), whether the trunk lurches over the stance leg
//! to keep it level (compensated, Duchenne), both, neither, or that the data cannot tell.
//! It reports a gait *pattern*, never a diagnosis.
//!
//! Data flows one way: a module may use what stands above it in this list, never below
//! (`tests/layering.rs` checks it).

#![warn(clippy::unwrap_used)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod recording;
pub mod settings;

pub mod read;

pub mod landmarks;

pub mod signal;

pub mod lab;

pub mod body;

pub mod angles;

pub mod events;

pub mod strides;

pub mod metrics;

pub mod norms;

pub mod classify;

pub mod analysis;

pub mod study;

pub mod report;

pub mod synth;

pub mod cli;
