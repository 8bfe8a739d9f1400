//! `hipdrop` sees a dropping pelvis.
//!
//! It reads motion-capture recordings of people walking, finds every stride, measures the frontal
//! plane — pelvic obliquity, trunk lean, hip adduction, knee valgus — and says per limb whether
//! the pelvis drops (uncompensated Trendelenburg), whether the trunk lurches over the stance leg
//! to keep it level (compensated, Duchenne), both, neither, or that the data cannot tell.
//! It reports a gait *pattern*, never a diagnosis.
//!
//! ```
//! use hipdrop::analysis::{Options, analyze};
//! use hipdrop::classify::Label;
//! use hipdrop::synth::{Affected, Pattern, Walker, walk};
//!
//! // eight strides of a right-sided pelvic drop of 8 degrees; `read::open` gives the same type
//! let mut walker = Walker::new(Pattern::Uncompensated, Affected::Right);
//! walker.magnitude_deg = Some(8.0);
//! walker.strides = 8;
//! let (recording, _truth) = walk(&walker)?;
//!
//! let analysis = analyze(&recording, &Options::default())?;
//! assert_eq!(analysis.limbs.right.label, Label::Uncompensated);
//! assert_eq!(analysis.limbs.left.label, Label::None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Data flows one way: a module may use what stands above it in this list, never below
//! (`tests/suite/layering.rs` checks it).

#![warn(clippy::unwrap_used)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod recording;
pub mod settings;

pub mod read;

pub mod landmarks;

pub mod signal;

pub mod lab;

pub mod inertial;

pub mod body;

pub mod angles;

pub mod events;

pub mod strides;

pub mod metrics;

pub mod tasks;

pub mod norms;

pub mod classify;

pub mod analysis;

pub mod study;

pub mod stream;

pub mod compare;

pub mod report;

pub mod synth;

pub mod validate;

pub mod cli;
