//! One number, or four of independent sensors: the filter is written once for both.

use std::ops::{Add, Div, Mul, Neg, Sub};
use wide::f64x4;

/// A value per sensor that is filtered together; every operation acts on each sensor alone.
pub(super) trait Lane:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Number of sensors.
    const WIDTH: usize;
    /// A truth value per sensor.
    type Mask: Copy;

    fn splat(value: f64) -> Self;
    /// From one value per sensor; the slice has [`Lane::WIDTH`] values.
    fn from_fn(value: impl FnMut(usize) -> f64) -> Self;
    /// The value of one sensor.
    fn get(self, lane: usize) -> f64;
    fn sqrt(self) -> Self;
    fn abs(self) -> Self;
    fn min(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
    /// `self ≥ other`.
    fn at_least(self, other: Self) -> Self::Mask;
    /// `self > other`.
    fn above(self, other: Self) -> Self::Mask;
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    fn none() -> Self::Mask;
    fn or(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// `a` and not `b`.
    fn and_not(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn any(mask: Self::Mask) -> bool;
    /// The truth value of one sensor.
    fn test(mask: Self::Mask, lane: usize) -> bool;

    /// Limits to ±`limit`.
    #[inline(always)]
    fn clip(self, limit: Self) -> Self {
        self.max(-limit).min(limit)
    }
}

impl Lane for f64 {
    const WIDTH: usize = 1;
    type Mask = bool;

    #[inline(always)]
    fn splat(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn from_fn(mut value: impl FnMut(usize) -> f64) -> f64 {
        value(0)
    }
    #[inline(always)]
    fn get(self, _lane: usize) -> f64 {
        self
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    #[inline(always)]
    fn min(self, other: f64) -> f64 {
        f64::min(self, other)
    }
    #[inline(always)]
    fn max(self, other: f64) -> f64 {
        f64::max(self, other)
    }
    #[inline(always)]
    fn at_least(self, other: f64) -> bool {
        self >= other
    }
    #[inline(always)]
    fn above(self, other: f64) -> bool {
        self > other
    }
    #[inline(always)]
    fn select(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn none() -> bool {
        false
    }
    #[inline(always)]
    fn or(a: bool, b: bool) -> bool {
        a | b
    }
    #[inline(always)]
    fn and_not(a: bool, b: bool) -> bool {
        a & !b
    }
    #[inline(always)]
    fn any(mask: bool) -> bool {
        mask
    }
    #[inline(always)]
    fn test(mask: bool, _lane: usize) -> bool {
        mask
    }
}

impl Lane for f64x4 {
    const WIDTH: usize = 4;
    /// All bits of a lane set, or none.
    type Mask = f64x4;

    #[inline(always)]
    fn splat(value: f64) -> f64x4 {
        f64x4::splat(value)
    }
    #[inline(always)]
    fn from_fn(value: impl FnMut(usize) -> f64) -> f64x4 {
        f64x4::new(std::array::from_fn(value))
    }
    #[inline(always)]
    fn get(self, lane: usize) -> f64 {
        self.to_array()[lane]
    }
    #[inline(always)]
    fn sqrt(self) -> f64x4 {
        f64x4::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> f64x4 {
        f64x4::abs(self)
    }
    #[inline(always)]
    fn min(self, other: f64x4) -> f64x4 {
        self.fast_min(other)
    }
    #[inline(always)]
    fn max(self, other: f64x4) -> f64x4 {
        self.fast_max(other)
    }
    #[inline(always)]
    fn at_least(self, other: f64x4) -> f64x4 {
        self.simd_ge(other)
    }
    #[inline(always)]
    fn above(self, other: f64x4) -> f64x4 {
        self.simd_gt(other)
    }
    #[inline(always)]
    fn select(mask: f64x4, yes: f64x4, no: f64x4) -> f64x4 {
        mask.bitselect(yes, no)
    }
    #[inline(always)]
    fn none() -> f64x4 {
        f64x4::ZERO
    }
    #[inline(always)]
    fn or(a: f64x4, b: f64x4) -> f64x4 {
        a | b
    }
    #[inline(always)]
    fn and_not(a: f64x4, b: f64x4) -> f64x4 {
        Self::select(b, f64x4::ZERO, a)
    }
    #[inline(always)]
    fn any(mask: f64x4) -> bool {
        mask.any()
    }
    #[inline(always)]
    fn test(mask: f64x4, lane: usize) -> bool {
        mask.to_bitmask() & (1 << lane) != 0
    }
}
