//! Coded character sets: code page 037, the EBCDIC of the United States, in which data areas hold text,
//! and those between which containers are converted.
//!
//! In 037 every byte is a character of Latin-1 and every character of Latin-1 is a byte, so decoding
//! never fails and encoding fails only outside Latin-1.

/// The Latin-1 character of each byte of code page 037.
#[rustfmt::skip]
const TO_LATIN_1: [u8; 256] = [
    0x00, 0x01, 0x02, 0x03, 0x9C, 0x09, 0x86, 0x7F, 0x97, 0x8D, 0x8E, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
    0x10, 0x11, 0x12, 0x13, 0x9D, 0x85, 0x08, 0x87, 0x18, 0x19, 0x92, 0x8F, 0x1C, 0x1D, 0x1E, 0x1F,
    0x80, 0x81, 0x82, 0x83, 0x84, 0x0A, 0x17, 0x1B, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x05, 0x06, 0x07,
    0x90, 0x91, 0x16, 0x93, 0x94, 0x95, 0x96, 0x04, 0x98, 0x99, 0x9A, 0x9B, 0x14, 0x15, 0x9E, 0x1A,
    0x20, 0xA0, 0xE2, 0xE4, 0xE0, 0xE1, 0xE3, 0xE5, 0xE7, 0xF1, 0xA2, 0x2E, 0x3C, 0x28, 0x2B, 0x7C,
    0x26, 0xE9, 0xEA, 0xEB, 0xE8, 0xED, 0xEE, 0xEF, 0xEC, 0xDF, 0x21, 0x24, 0x2A, 0x29, 0x3B, 0xAC,
    0x2D, 0x2F, 0xC2, 0xC4, 0xC0, 0xC1, 0xC3, 0xC5, 0xC7, 0xD1, 0xA6, 0x2C, 0x25, 0x5F, 0x3E, 0x3F,
    0xF8, 0xC9, 0xCA, 0xCB, 0xC8, 0xCD, 0xCE, 0xCF, 0xCC, 0x60, 0x3A, 0x23, 0x40, 0x27, 0x3D, 0x22,
    0xD8, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xAB, 0xBB, 0xF0, 0xFD, 0xFE, 0xB1,
    0xB0, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0xAA, 0xBA, 0xE6, 0xB8, 0xC6, 0xA4,
    0xB5, 0x7E, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0xA1, 0xBF, 0xD0, 0xDD, 0xDE, 0xAE,
    0x5E, 0xA3, 0xA5, 0xB7, 0xA9, 0xA7, 0xB6, 0xBC, 0xBD, 0xBE, 0x5B, 0x5D, 0xAF, 0xA8, 0xB4, 0xD7,
    0x7B, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0xAD, 0xF4, 0xF6, 0xF2, 0xF3, 0xF5,
    0x7D, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51, 0x52, 0xB9, 0xFB, 0xFC, 0xF9, 0xFA, 0xFF,
    0x5C, 0xF7, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0xB2, 0xD4, 0xD6, 0xD2, 0xD3, 0xD5,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xB3, 0xDB, 0xDC, 0xD9, 0xDA, 0x9F,
];

/// The byte of each Latin-1 character: the inverse of [`TO_LATIN_1`].
const FROM_LATIN_1: [u8; 256] = {
    let mut inverse = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        inverse[TO_LATIN_1[byte] as usize] = byte as u8;
        byte += 1;
    }
    inverse
};

/// The blank, with which character data is padded.
pub const BLANK: u8 = 0x40;

/// The text that bytes of code page 037 stand for.
pub fn decode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(TO_LATIN_1[usize::from(*byte)])).collect()
}

/// The byte of a character in code page 037, where it has one.
pub fn encode_character(character: char) -> Option<u8> {
    u8::try_from(u32::from(character)).ok().map(|latin| FROM_LATIN_1[usize::from(latin)])
}

/// The bytes of a text in code page 037.
///
/// # Errors
///
/// The first character that the code page does not have; the author of the text must replace it.
pub fn encode(text: &str) -> Result<Vec<u8>, char> {
    text.chars().map(|character| encode_character(character).ok_or(character)).collect()
}

/// The bytes of a text in code page 037, with SUB (X'3F') for every character that it lacks.
pub fn encode_lossy(text: &str) -> Vec<u8> {
    const SUB: u8 = 0x3F;
    text.chars().map(|character| encode_character(character).unwrap_or(SUB)).collect()
}

/// The CCSIDs that are converted: EBCDIC 037, Latin-1, UTF-16 of both byte orders, UTF-8.
pub const CCSIDS: [u16; 5] = [37, 819, 1200, 1202, 1208];

/// Data that are not of their coded character set; whoever put them names the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("octet {offset}: {problem} (CCSID {ccsid})")]
pub struct Undecodable {
    /// The CCSID.
    pub ccsid: u16,
    /// The first octet that cannot be read, from 0.
    pub offset: u32,
    /// What is wrong there.
    pub problem: &'static str,
}

/// The text of data in a CCSID; a byte order mark is no part of it.
///
/// # Errors
/// The data is not valid in it, or it is none of [`CCSIDS`].
pub fn decode_as(ccsid: u16, data: &[u8]) -> Result<String, Undecodable> {
    let wrong = |offset: usize, problem| {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        Err(Undecodable { ccsid, offset, problem })
    };
    let text = match ccsid {
        37 => return Ok(decode(data)),
        819 => return Ok(data.iter().copied().map(char::from).collect()),
        1200 => utf_16(data, u16::from_be_bytes),
        1202 => utf_16(data, u16::from_le_bytes),
        1208 => match std::str::from_utf8(data) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err((error.valid_up_to(), "no character of UTF-8")),
        },
        _ => return wrong(0, "the set is not converted"),
    };
    let text = text.or_else(|(offset, problem)| wrong(offset, problem))?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

fn utf_16(data: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, (usize, &'static str)> {
    let (pairs, rest) = data.as_chunks::<2>();
    let mut text = String::with_capacity(data.len());
    let mut place = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = decoded.map_err(|_| (place, "half of a pair of surrogates alone"))?;
        text.push(character);
        place += 2 * character.len_utf16();
    }
    if rest.is_empty() { Ok(text) } else { Err((place, "half of a unit of two octets")) }
}

/// The data of a text in a CCSID, with SUB for every character that it lacks. None where it is none of
/// [`CCSIDS`].
pub fn encode_as(ccsid: u16, text: &str) -> Option<Vec<u8>> {
    const SUB: u8 = 0x1A;
    Some(match ccsid {
        37 => encode_lossy(text),
        819 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(SUB)).collect(),
        1200 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        1202 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1208 => text.as_bytes().to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_characters_have_their_code_points() {
        let known = [
            (" ", 0x40),
            ("a", 0x81),
            ("z", 0xA9),
            ("A", 0xC1),
            ("I", 0xC9),
            ("J", 0xD1),
            ("S", 0xE2),
            ("Z", 0xE9),
            ("0", 0xF0),
            ("9", 0xF9),
            ("¢", 0x4A),
            ("|", 0x4F),
            ("&", 0x50),
            ("!", 0x5A),
            ("$", 0x5B),
            ("¬", 0x5F),
            ("#", 0x7B),
            ("@", 0x7C),
            ("'", 0x7D),
            ("[", 0xBA),
            ("]", 0xBB),
            ("{", 0xC0),
            ("\\", 0xE0),
        ];
        for (text, byte) in known {
            assert_eq!(encode(text), Ok(vec![byte]), "{text}");
            assert_eq!(decode(&[byte]), text);
        }
    }

    #[test]
    fn texts_come_back_in_every_ccsid() {
        for ccsid in CCSIDS {
            let data = encode_as(ccsid, "Größe <1>").unwrap();
            assert_eq!(decode_as(ccsid, &data), Ok("Größe <1>".to_owned()), "{ccsid}");
        }
        assert_eq!(encode_as(1200, "A€").unwrap(), [0, 0x41, 0x20, 0xAC]);
        assert_eq!(encode_as(819, "A€").unwrap(), [0x41, 0x1A]);
        assert_eq!(encode_as(1047, ""), None);
    }

    #[test]
    fn data_that_a_ccsid_does_not_have_has_its_place() {
        for (ccsid, data, offset) in [
            (1208, &[0x61, 0xC0, 0xAF][..], 1),
            (1200, &[0, 0x61, 0xD8, 0, 0, 0x61], 2),
            (1202, &[0x3D, 0xD8, 0, 0xDE, 0, 0xDC], 4),
            (1202, &[0x61, 0, 0x61], 2),
            (1047, &[], 0),
        ] {
            let wrong = decode_as(ccsid, data).unwrap_err();
            assert_eq!((wrong.ccsid, wrong.offset), (ccsid, offset), "{data:02X?}");
        }
        let wrong = decode_as(1208, &[0xFF]).unwrap_err();
        assert_eq!(wrong.to_string(), "octet 0: no character of UTF-8 (CCSID 1208)");
    }

    #[test]
    fn a_byte_order_mark_is_no_character_and_a_second_one_is() {
        assert_eq!(decode_as(1202, &[0xFF, 0xFE, 0x41, 0]), Ok("A".to_owned()));
        assert_eq!(decode_as(1200, &[0xFE, 0xFF, 0, 0x41]), Ok("A".to_owned()));
        assert_eq!(decode_as(1208, b"\xEF\xBB\xBF\xEF\xBB\xBF"), Ok("\u{FEFF}".to_owned()));
        assert_eq!(decode_as(819, b"\xFE\xFF"), Ok("þÿ".to_owned()));
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)), Ok(all));
    }

    #[test]
    fn characters_outside_latin_1_are_named() {
        assert_eq!(encode("PAY€"), Err('€'));
        assert_eq!(encode(""), Ok(Vec::new()));
    }
}
