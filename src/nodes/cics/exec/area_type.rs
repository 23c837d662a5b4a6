//! Types of data areas.

use std::fmt;

/// Most bytes of a packed decimal: 17 digits, which fit the integers of the model.
pub(super) const MAX_PACKED: u8 = 9;

/// The type of a data area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaType {
    /// Text in code page 037, so many bytes, padded with blanks.
    Char(u32),
    /// Bytes that are not text, so many, padded with zeros.
    Bit(u32),
    /// Signed binary number of 32 bits, big-endian.
    Fullword,
    /// Signed binary number of 16 bits, big-endian.
    Halfword,
    /// Signed packed decimal number, so many bytes: two digits less one for each.
    Packed(u8),
    /// The address of storage that the region owns.
    Pointer,
}

impl AreaType {
    /// Bytes that an area of this type takes; a pointer takes four, as in a 31-bit program.
    pub fn size(self) -> u32 {
        match self {
            AreaType::Char(length) | AreaType::Bit(length) => length,
            AreaType::Fullword | AreaType::Pointer => 4,
            AreaType::Halfword => 2,
            AreaType::Packed(length) => u32::from(length),
        }
    }

    /// Whether an area of this type can hold a number; never for types without numbers.
    pub fn holds(self, number: i64) -> bool {
        match self {
            AreaType::Fullword => i32::try_from(number).is_ok(),
            AreaType::Halfword => i16::try_from(number).is_ok(),
            AreaType::Packed(length) => {
                let digits = (u32::from(length.min(MAX_PACKED)) * 2).saturating_sub(1);
                number.unsigned_abs() < 10_u64.pow(digits)
            }
            AreaType::Char(_) | AreaType::Bit(_) | AreaType::Pointer => false,
        }
    }
}

impl fmt::Display for AreaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AreaType::Char(length) => write!(f, "CHAR({length})"),
            AreaType::Bit(length) => write!(f, "BIT({length})"),
            AreaType::Fullword => f.write_str("FULLWORD"),
            AreaType::Halfword => f.write_str("HALFWORD"),
            AreaType::Packed(length) => write!(f, "PACKED({length})"),
            AreaType::Pointer => f.write_str("POINTER"),
        }
    }
}
