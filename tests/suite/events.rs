//! Tests of `events`.
