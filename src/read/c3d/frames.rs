//! The 3-D data: from interleaved frames to one column per coordinate.

use super::layout::{Layout, Storage};
use super::number::Processor;
use crate::recording::Series3;

/// Bytes of frames that are turned into columns together, so that they stay in the cache while
/// one point after the other is picked from them.
const CACHED_BYTES: usize = 128 * 1024;

/// How the coordinates of one point become the columns' values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PointRule {
    /// Multiplied once to each coordinate (metres per unit for markers, 1 for model outputs).
    pub factor: f64,
    /// (0, 0, 0) means missing, as some writers put it.
    pub zero_is_missing: bool,
}

impl PointRule {
    /// What x, y and z are multiplied by: NaN for a missing point.
    #[inline(always)]
    fn factor_of(self, [x, y, z, residual]: [f64; 4]) -> f64 {
        let missing = residual < 0.0
            || !(x + y + z).is_finite()
            || (self.zero_is_missing && x == 0.0 && y == 0.0 && z == 0.0);
        if missing { f64::NAN } else { self.factor }
    }
}

/// Columns of every point, NaN where the residual is negative; `rules` has one entry per point.
pub(super) fn columns(
    bytes: &[u8],
    layout: &Layout,
    processor: Processor,
    rules: &[PointRule],
) -> Vec<Series3> {
    match (layout.storage, processor) {
        (Storage::Float, Processor::Intel) => fill::<16>(bytes, layout, rules, |b| {
            quad(b, |w| f64::from(f32::from_le_bytes(w)))
        }),
        (Storage::Float, Processor::Mips) => fill::<16>(bytes, layout, rules, |b| {
            quad(b, |w| f64::from(f32::from_be_bytes(w)))
        }),
        (Storage::Float, Processor::Dec) => {
            fill::<16>(bytes, layout, rules, |b| quad(b, super::number::vax_f))
        }
        (Storage::Integer, Processor::Mips) => {
            let scale = layout.scale;
            fill::<8>(bytes, layout, rules, |b| {
                scaled(b, scale, i16::from_be_bytes)
            })
        }
        (Storage::Integer, _) => {
            let scale = layout.scale;
            fill::<8>(bytes, layout, rules, |b| {
                scaled(b, scale, i16::from_le_bytes)
            })
        }
    }
}

/// Four floats: x, y, z and the residual word.
#[inline(always)]
fn quad(bytes: &[u8; 16], real: impl Fn([u8; 4]) -> f64) -> [f64; 4] {
    let (words, _) = bytes.as_chunks::<4>();
    [
        real(words[0]),
        real(words[1]),
        real(words[2]),
        real(words[3]),
    ]
}

/// Four integers; the coordinates in units of the scale.
#[inline(always)]
fn scaled(bytes: &[u8; 8], scale: f64, word: impl Fn([u8; 2]) -> i16) -> [f64; 4] {
    let (words, _) = bytes.as_chunks::<2>();
    [
        f64::from(word(words[0])) * scale,
        f64::from(word(words[1])) * scale,
        f64::from(word(words[2])) * scale,
        f64::from(word(words[3])),
    ]
}

/// Fills the columns block by block; `decode` gives x, y, z and the residual of `N` bytes.
fn fill<const N: usize>(
    bytes: &[u8],
    layout: &Layout,
    rules: &[PointRule],
    decode: impl Fn(&[u8; N]) -> [f64; 4],
) -> Vec<Series3> {
    let frame_bytes = layout.frame_bytes();
    let mut columns: Vec<Series3> = rules
        .iter()
        .map(|_| Series3 {
            x: vec![0.0; layout.frames],
            y: vec![0.0; layout.frames],
            z: vec![0.0; layout.frames],
        })
        .collect();
    let data = bytes.get(layout.start..).unwrap_or_default();
    let frames_per_block = (CACHED_BYTES / frame_bytes).max(1);
    for (index, block) in data
        .chunks(frames_per_block * frame_bytes)
        .enumerate()
        .take(layout.frames.div_ceil(frames_per_block))
    {
        let first = index * frames_per_block;
        let last = layout.frames.min(first + frames_per_block);
        for (point, (series, rule)) in columns.iter_mut().zip(rules).enumerate() {
            let [x, y, z] = series.columns_mut().map(|c| c.get_mut(first..last));
            let (Some(x), Some(y), Some(z)) = (x, y, z) else {
                continue;
            };
            // Frame by frame from this point on: each piece begins with its bytes.
            let pieces = block.get(point * N..).unwrap_or_default();
            let places = x.iter_mut().zip(y).zip(z);
            for (piece, ((x, y), z)) in pieces.chunks(frame_bytes).zip(places) {
                let Some(value) = piece.first_chunk() else {
                    continue;
                };
                let coordinates = decode(value);
                let factor = rule.factor_of(coordinates);
                *x = coordinates[0] * factor;
                *y = coordinates[1] * factor;
                *z = coordinates[2] * factor;
            }
        }
    }
    columns
}
