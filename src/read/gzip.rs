//! Recordings packed with gzip (`walk.c3d.gz`): unpacked in memory, within limits.
//!
//! In: the bytes of a gzip file. Out: what was packed, or why it cannot be unpacked.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use super::ReadError;

/// A recording of text packs to a tenth, one of blanks to a hundredth: what grows more than this
/// is no recording.
const GROWTH_MAX: usize = 200;

/// Unpacked bytes that are allowed whatever the growth: short files of blanks pack very well.
const ALWAYS_ALLOWED: usize = 64 << 20;

/// Unpacked bytes that are never exceeded.
const UNPACKED_MAX: usize = 1 << 30;

/// Unpacked bytes that decide which format a file is in.
const BEGINNING: u64 = 4096;

/// True when the first bytes are those of a gzip file (RFC 1952, section 2.3.1).
pub(super) fn recognises(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(b"\x1f\x8b")
}

/// Bytes that an archive may unpack to where they are not held at once.
pub(super) fn unpacked_max(packed: u64) -> u64 {
    packed
        .saturating_mul(GROWTH_MAX as u64)
        .max(ALWAYS_ALLOWED as u64)
}

/// Unpacks a whole file.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    let limit = usize::try_from(unpacked_max(bytes.len() as u64)).unwrap_or(UNPACKED_MAX);
    unpack_at_most(bytes, limit.min(UNPACKED_MAX))
}

fn unpack_at_most(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ReadError> {
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| {
            ReadError::new("", format!("the gzip archive is damaged ({error})"))
                .advice("copy or pack the recording again")
        })?;
    if unpacked.len() > limit {
        return Err(
            ReadError::new("", "the gzip archive unpacks to far more than its size")
                .expected(format!("at most {limit} bytes"))
                .advice("check what it holds, and unpack it first"),
        );
    }
    Ok(unpacked)
}

/// The beginning of what is packed, as far as the first bytes of the archive hold it.
pub(super) fn beginning(first_bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    // The archive is cut off here on purpose: what came out before the error counts.
    let _cut_off = MultiGzDecoder::new(first_bytes)
        .take(BEGINNING)
        .read_to_end(&mut unpacked);
    unpacked
}

#[cfg(test)]
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_of_several_members_are_one_text() {
        let archive = [packed(b"frame,"), packed(b"time_s")].concat();
        assert_eq!(unpack(&archive).unwrap(), b"frame,time_s");
    }

    #[test]
    fn what_grows_too_much_is_refused() {
        let archive = packed(&[0; 10_000]);
        assert_eq!(unpack_at_most(&archive, 10_000).unwrap().len(), 10_000);
        let error = unpack_at_most(&archive, 9_999).unwrap_err();
        assert_eq!(error.expected, "at most 9999 bytes");
    }

    #[test]
    fn every_cut_is_refused_and_every_flip_survived() {
        let archive = packed(b"LASI_x_mm,LASI_y_mm,LASI_z_mm\n1,2,3\n");
        for end in 0..archive.len() {
            let cut = archive.get(..end).unwrap();
            assert!(end == 0 || unpack(cut).is_err(), "{end}");
            let _ = beginning(cut);
        }
        for bit in 0..8 * archive.len() {
            let mut damaged = archive.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let _ = unpack(&damaged);
        }
    }
}
