//! The data areas of a running program.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::area_type::AreaType;
use super::declaration::Initial;
use super::declarations::Declarations;
use super::eib;
use crate::protocol::charset;

/// Names a piece of storage that the region owns, unique within the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StorageId(pub u64);

/// What a pointer refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageRef {
    /// The storage.
    pub id: StorageId,
    /// Its length in bytes.
    pub length: u32,
}

/// How much of some data an area took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Length of the data in bytes.
    pub real: usize,
    /// Bytes that were stored.
    pub stored: usize,
}

impl Stored {
    /// Whether the area was too short, which is LENGERR for the commands that return data.
    pub fn truncated(self) -> bool {
        self.stored < self.real
    }
}

/// A value does not suit an area. Commands that were parsed against the same declarations cannot
/// cause it except for a number that does not fit; the caller decides what that means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// There is no area of that name.
    #[error("no data area `{0}`")]
    Unknown(String),
    /// The area has another type.
    #[error("data area `{name}` is {area_type}")]
    Type {
        /// Name of the area.
        name: String,
        /// Its type.
        area_type: AreaType,
    },
    /// The number does not fit.
    #[error("{number} does not fit in `{name}`, which is {area_type}")]
    Range {
        /// Name of the area.
        name: String,
        /// Its type.
        area_type: AreaType,
        /// The number.
        number: i64,
    },
}

/// The data areas of one program at one level of a task, with its EXEC interface block.
///
/// Areas hold the bytes that the program would see: text in code page 037, numbers big-endian.
/// Cloning is cheap until one of the copies is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Areas {
    areas: BTreeMap<String, Area>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Area {
    area_type: AreaType,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Bytes(Arc<Vec<u8>>),
    Pointer(Option<StorageRef>),
}

impl Areas {
    /// Areas with their initial content, and an EXEC interface block of zeros and blanks.
    pub fn new(declared: &Declarations) -> Areas {
        let own = declared.iter().map(|(name, declaration)| {
            let area_type = declaration.area_type();
            (name.to_owned(), Area::new(area_type, declaration.initial()))
        });
        let block = eib::FIELDS.iter().map(|(name, area_type)| {
            ((*name).to_owned(), Area::new(*area_type, &Initial::Default))
        });
        Areas { areas: own.chain(block).collect() }
    }

    /// The type of an area.
    pub fn area_type(&self, name: &str) -> Option<AreaType> {
        self.areas.get(name).map(|area| area.area_type)
    }

    /// The bytes of an area; none for a pointer, whose storage the region owns.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        match &self.areas.get(name)?.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Pointer(_) => None,
        }
    }

    /// The text of an area without the blanks at its end.
    pub fn text(&self, name: &str) -> Option<String> {
        self.bytes(name).map(trimmed)
    }

    /// The number in a fullword, halfword or packed decimal; none for other types and for bytes
    /// that are no packed decimal.
    pub fn number(&self, name: &str) -> Option<i64> {
        let bytes = self.bytes(name)?;
        match self.area_type(name)? {
            AreaType::Fullword => Some(i32::from_be_bytes(bytes.try_into().ok()?).into()),
            AreaType::Halfword => Some(i16::from_be_bytes(bytes.try_into().ok()?).into()),
            AreaType::Packed(_) => unpack(bytes),
            AreaType::Char(_) | AreaType::Bit(_) | AreaType::Pointer => None,
        }
    }

    /// What a pointer refers to; none for a null pointer and for other types.
    pub fn pointer(&self, name: &str) -> Option<StorageRef> {
        match self.areas.get(name)?.content {
            Content::Pointer(target) => target,
            Content::Bytes(_) => None,
        }
    }

    /// Assigns data to an area: what does not fit is cut off, what is missing is padded with blanks
    /// (CHAR) or zeros.
    ///
    /// # Errors
    ///
    /// No such area, or a pointer.
    pub fn assign(&mut self, name: &str, data: &[u8]) -> Result<Stored, AreaError> {
        let (area_type, bytes) = self.bytes_mut(name)?;
        let stored = overlay(bytes, data);
        bytes.iter_mut().skip(stored.stored).for_each(|byte| *byte = area_type.padding());
        Ok(stored)
    }

    /// Stores data at the start of an area, as a command with INTO does: what does not fit is cut
    /// off, and bytes after the data keep what they held.
    ///
    /// # Errors
    ///
    /// No such area, or a pointer.
    pub fn receive(&mut self, name: &str, data: &[u8]) -> Result<Stored, AreaError> {
        Ok(overlay(self.bytes_mut(name)?.1, data))
    }

    /// Assigns text to an area in code page 037; a character that it lacks becomes SUB (X'3F').
    ///
    /// # Errors
    ///
    /// As [`Areas::assign`].
    pub fn assign_text(&mut self, name: &str, text: &str) -> Result<Stored, AreaError> {
        self.assign(name, &charset::encode_lossy(text))
    }

    /// Sets a fullword, halfword or packed decimal.
    ///
    /// # Errors
    ///
    /// No such area, another type, or a number that does not fit.
    pub fn set_number(&mut self, name: &str, number: i64) -> Result<(), AreaError> {
        let (area_type, bytes) = self.bytes_mut(name)?;
        let name = name.to_owned();
        if matches!(area_type, AreaType::Char(_) | AreaType::Bit(_)) {
            return Err(AreaError::Type { name, area_type });
        }
        if !area_type.holds(number) {
            return Err(AreaError::Range { name, area_type, number });
        }
        store_number(area_type, bytes, number);
        Ok(())
    }

    /// Makes a pointer refer to storage, or to nothing.
    ///
    /// # Errors
    ///
    /// No such area, or no pointer.
    pub fn set_pointer(&mut self, name: &str, target: Option<StorageRef>) -> Result<(), AreaError> {
        let area = self.areas.get_mut(name).ok_or_else(|| AreaError::Unknown(name.to_owned()))?;
        match &mut area.content {
            Content::Pointer(pointer) => *pointer = target,
            Content::Bytes(_) => {
                let area_type = area.area_type;
                return Err(AreaError::Type { name: name.to_owned(), area_type });
            }
        }
        Ok(())
    }

    fn bytes_mut(&mut self, name: &str) -> Result<(AreaType, &mut Vec<u8>), AreaError> {
        let area = self.areas.get_mut(name).ok_or_else(|| AreaError::Unknown(name.to_owned()))?;
        let area_type = area.area_type;
        match &mut area.content {
            Content::Bytes(bytes) => Ok((area_type, Arc::make_mut(bytes))),
            Content::Pointer(_) => Err(AreaError::Type { name: name.to_owned(), area_type }),
        }
    }
}

impl AreaType {
    fn padding(self) -> u8 {
        if matches!(self, AreaType::Char(_)) { charset::BLANK } else { 0 }
    }
}

impl Area {
    fn new(area_type: AreaType, initial: &Initial) -> Area {
        if area_type == AreaType::Pointer {
            return Area { area_type, content: Content::Pointer(None) };
        }
        let mut bytes = vec![area_type.padding(); area_type.size() as usize];
        match initial {
            Initial::Bytes(data) => {
                overlay(&mut bytes, data);
            }
            Initial::Number(number) => store_number(area_type, &mut bytes, *number),
            Initial::Default => store_number(area_type, &mut bytes, 0),
        }
        Area { area_type, content: Content::Bytes(Arc::new(bytes)) }
    }
}

fn overlay(area: &mut [u8], data: &[u8]) -> Stored {
    area.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
    Stored { real: data.len(), stored: data.len().min(area.len()) }
}

/// Stores a number that is known to fit; leaves areas of other types alone.
fn store_number(area_type: AreaType, bytes: &mut [u8], number: i64) {
    match area_type {
        AreaType::Fullword | AreaType::Halfword => {
            let start = 8_usize.saturating_sub(bytes.len());
            overlay(bytes, number.to_be_bytes().get(start..).unwrap_or_default());
        }
        AreaType::Packed(_) => pack(bytes, number),
        AreaType::Char(_) | AreaType::Bit(_) | AreaType::Pointer => {}
    }
}

/// Packed decimal: two digits a byte, the sign in the last half-byte, C plus and D minus.
fn pack(bytes: &mut [u8], number: i64) {
    let mut rest = number.unsigned_abs();
    let mut low = if number < 0 { 0x0D } else { 0x0C };
    for byte in bytes.iter_mut().rev() {
        let high = (rest % 10) as u8;
        *byte = high << 4 | low;
        low = (rest / 10 % 10) as u8;
        rest /= 100;
    }
}

fn unpack(bytes: &[u8]) -> Option<i64> {
    let (last, first) = bytes.split_last()?;
    let digits = first.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]).chain([last >> 4]);
    let mut number = 0_i64;
    for digit in digits {
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(i64::from(digit))?;
    }
    match last & 0x0F {
        0x0A | 0x0C | 0x0E | 0x0F => Some(number),
        0x0B | 0x0D => Some(-number),
        _ => None,
    }
}

/// Text of bytes in code page 037, without the blanks at its end.
pub(super) fn trimmed(bytes: &[u8]) -> String {
    let kept = bytes.iter().rposition(|byte| *byte != charset::BLANK).map_or(0, |last| last + 1);
    charset::decode(bytes.get(..kept).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn areas() -> Areas {
        let declared = [
            ("TEXT", "CHAR(4)"),
            ("BITS", "BIT(4)"),
            ("FULL", "FULLWORD"),
            ("HALF", "HALFWORD VALUE(-2)"),
            ("PACK", "PACKED(2) VALUE(-12)"),
            ("PTR", "POINTER"),
            ("NAME", "CHAR(8) VALUE('PAY''1')"),
            ("HEX", "BIT(3) VALUE(X'0A0B')"),
        ];
        Areas::new(&declared.try_into().unwrap())
    }

    #[test]
    fn areas_begin_with_their_values_or_blank_or_zero() {
        let areas = areas();
        assert_eq!(areas.bytes("TEXT"), Some(&[0x40; 4][..]));
        assert_eq!(areas.bytes("BITS"), Some(&[0; 4][..]));
        assert_eq!(areas.bytes("HALF"), Some(&[0xFF, 0xFE][..]));
        assert_eq!(areas.bytes("PACK"), Some(&[0x01, 0x2D][..]));
        assert_eq!(areas.bytes("HEX"), Some(&[0x0A, 0x0B, 0][..]));
        assert_eq!(areas.text("NAME").as_deref(), Some("PAY'1"));
        assert_eq!(areas.bytes("PTR"), None);
        assert_eq!(areas.pointer("PTR"), None);
        assert_eq!(areas.number("EIBTASKN"), Some(0));
        assert_eq!(areas.bytes("EIBTASKN"), Some(&[0, 0, 0, 0x0C][..]));
        assert_eq!(areas.bytes("EIBTRNID"), Some(&[0x40; 4][..]));
        assert_eq!(areas.bytes("NONE"), None);
    }

    #[test]
    fn assignment_pads_and_truncates_and_receiving_keeps_the_rest() {
        let mut areas = areas();
        assert_eq!(areas.assign_text("TEXT", "ABCD"), Ok(Stored { real: 4, stored: 4 }));
        assert_eq!(areas.receive("TEXT", &[0xE9]), Ok(Stored { real: 1, stored: 1 }));
        assert_eq!(areas.text("TEXT").as_deref(), Some("ZBCD"));
        assert_eq!(areas.assign_text("TEXT", "AB"), Ok(Stored { real: 2, stored: 2 }));
        assert_eq!(areas.bytes("TEXT"), Some(&[0xC1, 0xC2, 0x40, 0x40][..]));
        let cut = areas.receive("TEXT", &[0xC5; 5]).unwrap();
        assert!(cut.truncated());
        assert_eq!(cut, Stored { real: 5, stored: 4 });
        assert!(!areas.assign("BITS", &[1; 4]).unwrap().truncated());
        areas.assign("BITS", &[2]).unwrap();
        assert_eq!(areas.bytes("BITS"), Some(&[2, 0, 0, 0][..]));
        areas.assign_text("TEXT", "€").unwrap();
        assert_eq!(areas.bytes("TEXT"), Some(&[0x3F, 0x40, 0x40, 0x40][..]));
    }

    #[test]
    fn numbers_fit_up_to_their_limits() {
        let mut areas = areas();
        let limits = [
            ("FULL", i64::from(i32::MIN), i64::from(i32::MAX)),
            ("HALF", i64::from(i16::MIN), i64::from(i16::MAX)),
            ("PACK", -999, 999),
        ];
        for (name, least, most) in limits {
            for number in [least, -1, 0, 1, most] {
                assert_eq!(areas.set_number(name, number), Ok(()));
                assert_eq!(areas.number(name), Some(number), "{name}");
            }
            for number in [least - 1, most + 1] {
                assert!(matches!(areas.set_number(name, number), Err(AreaError::Range { .. })));
                assert_eq!(areas.number(name), Some(most), "{name} keeps its value");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_packed_decimal_have_no_number() {
        let mut areas = areas();
        for (bytes, number) in [
            ([0x12, 0x3C], Some(123)),
            ([0x12, 0x3F], Some(123)),
            ([0x12, 0x3B], Some(-123)),
            ([0x12, 0x34], None),
            ([0xA2, 0x3C], None),
            ([0x1A, 0x3C], None),
        ] {
            areas.assign("PACK", &bytes).unwrap();
            assert_eq!(areas.number("PACK"), number, "{bytes:X?}");
        }
    }

    #[test]
    fn types_are_respected() {
        let mut areas = areas();
        let target = StorageRef { id: StorageId(7), length: 42 };
        assert_eq!(areas.set_pointer("PTR", Some(target)), Ok(()));
        assert_eq!(areas.pointer("PTR"), Some(target));
        assert!(matches!(areas.set_pointer("TEXT", None), Err(AreaError::Type { .. })));
        assert!(matches!(areas.set_pointer("NONE", None), Err(AreaError::Unknown(_))));
        assert!(matches!(areas.assign("PTR", &[1]), Err(AreaError::Type { .. })));
        assert!(matches!(areas.set_number("TEXT", 1), Err(AreaError::Type { .. })));
        assert!(matches!(areas.set_number("PTR", 1), Err(AreaError::Type { .. })));
        assert_eq!(areas.number("TEXT"), None);
        assert_eq!(areas.pointer("TEXT"), None);
    }

    #[test]
    fn a_copy_goes_its_own_way() {
        let mut areas = areas();
        let before = areas.clone();
        areas.set_number("FULL", 5).unwrap();
        assert_eq!(before.number("FULL"), Some(0));
        assert_eq!(areas.number("FULL"), Some(5));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn packed_decimals_come_back(number in -99_999_999_999_999_999..=99_999_999_999_999_999_i64) {
            let mut bytes = [0; 9];
            pack(&mut bytes, number);
            prop_assert_eq!(unpack(&bytes), Some(number));
        }

        #[test]
        fn unpacking_any_bytes_is_safe(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Some(number) = unpack(&bytes) && bytes.len() <= 9 {
                let mut packed = vec![0; bytes.len()];
                pack(&mut packed, number);
                prop_assert_eq!(unpack(&packed), Some(number));
            }
        }
    }
}
