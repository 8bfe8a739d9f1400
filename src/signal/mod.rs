//! Series to series: gap filling, zero-lag low-pass, derivatives, reading between frames.
//!
//! In: trajectories by landmark ([`Points`](crate::landmarks::Points)) or single channels, NaN =
//! missing. Out: the same, in place, and an account of everything that was filled ([`GapReport`]).

mod butterworth;
mod gaps;
mod rigid;
mod series;

pub use butterworth::{LowPass, Padding, low_pass, low_pass_series};
pub use gaps::{Fill, FillMethod, GapLog, GapReport, fill_gaps};
pub use rigid::RigidFit;
pub use series::{derivative, finite_runs, median, percentile, value_at};
