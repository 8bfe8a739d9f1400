//! Tests of `angles`.
