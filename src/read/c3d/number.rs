//! Numbers as the three processors of the C3D format store them.

/// Processor type of byte 4 of the parameter section: 84 Intel, 85 DEC (VAX), 86 MIPS (SGI).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Processor {
    /// Little-endian, IEEE 754.
    Intel,
    /// Little-endian integers, VAX F floats.
    Dec,
    /// Big-endian, IEEE 754.
    Mips,
}

impl Processor {
    /// The processor of a parameter section's fourth byte.
    pub(super) fn from_code(code: u8) -> Option<Processor> {
        match code {
            84 => Some(Processor::Intel),
            85 => Some(Processor::Dec),
            86 => Some(Processor::Mips),
            _ => None,
        }
    }

    /// An unsigned 16-bit word.
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Processor::Intel | Processor::Dec => u16::from_le_bytes(bytes),
            Processor::Mips => u16::from_be_bytes(bytes),
        }
    }

    /// A 32-bit float.
    pub(super) fn real(self, bytes: [u8; 4]) -> f64 {
        match self {
            Processor::Intel => f64::from(f32::from_le_bytes(bytes)),
            Processor::Dec => vax_f(bytes),
            Processor::Mips => f64::from(f32::from_be_bytes(bytes)),
        }
    }

    /// The word at a byte offset; `None` past the end.
    pub(super) fn u16_at(self, bytes: &[u8], offset: usize) -> Option<u16> {
        let (word, _) = bytes.get(offset..)?.split_first_chunk()?;
        Some(self.u16(*word))
    }

    /// The float at a byte offset; `None` past the end.
    pub(super) fn real_at(self, bytes: &[u8], offset: usize) -> Option<f64> {
        let (word, _) = bytes.get(offset..)?.split_first_chunk()?;
        Some(self.real(*word))
    }
}

/// A VAX F float, exactly: 0.1f × 2^(e−128), the sign and exponent in the first 16-bit word
/// (VAX Architecture Reference Manual). Exponent 0 is zero, with the sign set a reserved operand.
pub(super) fn vax_f(bytes: [u8; 4]) -> f64 {
    let [b0, b1, b2, b3] = bytes;
    let bits = u32::from_le_bytes([b2, b3, b0, b1]);
    let exponent = (bits >> 23) & 0xff;
    let negative = bits >> 31 == 1;
    if exponent == 0 {
        return if negative { f64::NAN } else { 0.0 };
    }
    let fraction = u64::from(bits & 0x7f_ffff);
    let sign = u64::from(negative) << 63;
    f64::from_bits(sign | ((u64::from(exponent) + 1023 - 129) << 52) | (fraction << 29))
}

/// The shortest decimal that a stored 32-bit float stands for: 3.54, not 3.5399999618530273.
pub(super) fn exact_decimal(stored: f64) -> f64 {
    (stored as f32).to_string().parse().unwrap_or(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit patterns from the VAX Architecture Reference Manual's definition.
    #[test]
    fn vax_floats() {
        // 1.0 = 0.1 (binary) × 2^1: exponent 129 → first word 0x4080
        assert_eq!(vax_f([0x80, 0x40, 0, 0]), 1.0);
        assert_eq!(vax_f([0x80, 0xc0, 0, 0]), -1.0);
        assert_eq!(vax_f([0x20, 0x41, 0, 0]), 2.5);
        assert_eq!(vax_f([0, 0, 0, 0]), 0.0);
        assert!(vax_f([0, 0x80, 0, 0]).is_nan());
        // the largest exponent is an ordinary number, not infinity
        assert_eq!(vax_f([0x80, 0x7f, 0, 0]), 2f64.powi(126));
    }

    #[test]
    fn decimals_behind_floats() {
        for decimal in [59.94, 119.88, 100.0, 3.54, -0.1] {
            assert_eq!(exact_decimal(f64::from(decimal as f32)), decimal);
        }
    }

    #[test]
    fn words_and_floats_of_each_processor() {
        assert_eq!(Processor::Intel.u16([1, 2]), 513);
        assert_eq!(Processor::Mips.u16([1, 2]), 258);
        assert_eq!(Processor::Intel.real(2.5f32.to_le_bytes()), 2.5);
        assert_eq!(Processor::Mips.real(2.5f32.to_be_bytes()), 2.5);
        assert_eq!(Processor::Intel.u16_at(&[0, 0, 7], 2), None);
    }
}
