//! The first block of a C3D file.

use super::number::Processor;
use crate::read::ReadError;

/// Bytes of a C3D block.
pub(super) const BLOCK: usize = 512;

/// One event of the header block (at most 18, labels of four letters).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeaderEvent {
    /// Four-letter label, trimmed (`RHS`, `LTO`).
    pub label: String,
    /// Seconds.
    pub time_s: f64,
}

/// The header block, unchecked: what it says need not be true.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub processor: Processor,
    /// Byte offset of the parameter section.
    pub parameters_at: usize,
    pub points: usize,
    /// Analog values per 3-D frame (channels × samples per frame).
    pub analog_per_frame: usize,
    pub first_frame: usize,
    pub last_frame: usize,
    /// Negative = float storage.
    pub scale: f64,
    /// First block of the data, counted from 1; 0 = not given.
    pub data_block: usize,
    pub analog_samples: usize,
    pub rate_hz: f64,
    pub events: Vec<HeaderEvent>,
}

/// Reads the header block.
pub(super) fn read(bytes: &[u8]) -> Result<Header, ReadError> {
    let too_short = || {
        ReadError::new("header", format!("{} bytes", bytes.len()))
            .expected("a C3D header of 512 bytes and a parameter section")
            .advice("the copy is damaged: export or copy the file again")
    };
    if bytes.len() < BLOCK {
        return Err(too_short());
    }
    let parameter_block = usize::from(bytes.first().copied().unwrap_or_default()).max(1);
    let parameters_at = (parameter_block - 1) * BLOCK;
    let code = *bytes.get(parameters_at + 3).ok_or_else(too_short)?;
    let processor = Processor::from_code(code).ok_or_else(|| {
        ReadError::new("parameter section", format!("processor type {code}"))
            .expected("84 (Intel), 85 (DEC) or 86 (MIPS)")
            .advice("the file is not a complete C3D file: export it again")
    })?;
    // Word n of the C3D manual (counted from 1) is at byte 2(n−1); all are inside the block.
    let word = |n: usize| usize::from(processor.u16_at(bytes, 2 * (n - 1)).unwrap_or_default());
    let real = |n: usize| processor.real_at(bytes, 2 * (n - 1)).unwrap_or_default();
    Ok(Header {
        processor,
        parameters_at,
        points: word(2),
        analog_per_frame: word(3),
        first_frame: word(4),
        last_frame: word(5),
        scale: real(7),
        data_block: word(9),
        analog_samples: word(10),
        rate_hz: real(11),
        events: events(bytes, word(151), real),
    })
}

/// Header events: words 151 (count), 153 … (times), 189 … (switched on), 199 … (labels).
fn events(bytes: &[u8], count: usize, real: impl Fn(usize) -> f64) -> Vec<HeaderEvent> {
    (0..count.min(18))
        .filter_map(|i| {
            let on = *bytes.get(2 * (189 - 1) + i)? != 0;
            let at = 2 * (199 - 1) + 4 * i;
            let label = super::parameters::text(bytes.get(at..at + 4)?);
            let time_s = real(153 + 2 * i);
            (on && time_s.is_finite() && !label.is_empty()).then_some(HeaderEvent { label, time_s })
        })
        .collect()
}
