//! Synthetic walking with exactly known truth.
//!
//! In: parameters. Out: a [`Recording`](crate::recording::Recording) and its truth. Uses only
//! `recording` and the writers of `read`.
