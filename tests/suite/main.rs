//! Everything that is tested from outside the crate, in one binary (one link step).

#![allow(clippy::unwrap_used)]

mod angles;
mod classify;
mod cli;
mod common;
mod docs;
mod events;
mod fake_study;
#[cfg(feature = "pdf")]
mod figures;
mod inertial;
mod lab;
mod layering;
mod metrics;
mod parquet_folder;
mod public_data;
mod read;
mod report;
mod stream;
mod synth;
mod tasks;
mod trust;
mod validate;
