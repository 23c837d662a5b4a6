//! User IDs and application names as both algorithms take them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::LENGTH;
use crate::protocol::charset::{BLANK, encode_character};

/// A user ID or application name: one to eight of A-Z, 0-9, `$`, `#`, `@`.
///
/// The algorithms work on its bytes in EBCDIC; for these characters code pages 037, 500 and 1047
/// agree, so which one a system uses never matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// In code page 037, filled up with blanks.
    padded: [u8; LENGTH],
    /// The same in ASCII.
    text: [u8; LENGTH],
    length: u8,
}

/// A text is no user ID and no application name; whoever chose it mends it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing, or more than eight characters.
    #[error("it has {0} characters, and a name has 1 to 8")]
    Length(usize),
    /// A character that names do not have.
    #[error("'{}' at character {at} is not one of A-Z, 0-9, $, # and @", character.escape_debug())]
    Character {
        /// The character.
        character: char,
        /// Its position, from 1.
        at: usize,
    },
}

impl Name {
    /// A name from its text; small letters count as capitals, as RACF commands take them.
    ///
    /// # Errors
    /// [`NameError`] when whoever chose the text made it too long or used other characters.
    pub fn new(text: &str) -> Result<Name, NameError> {
        let length = text.chars().count();
        if !(1..=LENGTH).contains(&length) {
            return Err(NameError::Length(length));
        }
        let mut name = Name { padded: [BLANK; LENGTH], text: [b' '; LENGTH], length: length as u8 };
        let bytes = name.padded.iter_mut().zip(&mut name.text);
        for (index, (character, (padded, ascii))) in text.chars().zip(bytes).enumerate() {
            let legal = character.is_ascii_alphanumeric() || matches!(character, '$' | '#' | '@');
            let capital = character.to_ascii_uppercase();
            let Some(byte) = encode_character(capital).filter(|_| legal) else {
                return Err(NameError::Character { character, at: index + 1 });
            };
            (*padded, *ascii) = (byte, capital as u8);
        }
        Ok(name)
    }

    /// The bytes in EBCDIC, filled up with blanks.
    pub fn padded(&self) -> &[u8; LENGTH] {
        &self.padded
    }

    /// The bytes in EBCDIC, without blanks.
    pub fn bytes(&self) -> &[u8] {
        self.padded.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let ascii = self.text.get(..usize::from(self.length));
        ascii.and_then(|ascii| std::str::from_utf8(ascii).ok()).unwrap_or_default()
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Name, NameError> {
        Name::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_to_eight_legal_characters_in_capitals() {
        for (text, shown) in
            [("ibmuser", "IBMUSER"), ("P$A#B@1", "P$A#B@1"), ("12345678", "12345678")]
        {
            let name = Name::new(text).unwrap();
            assert_eq!(name.to_string(), shown);
            assert_eq!(name.bytes().len(), text.len());
        }
        assert_eq!(Name::new("IBM").unwrap().padded(), b"\xC9\xC2\xD4\x40\x40\x40\x40\x40");
        for (text, told) in [
            ("", "it has 0 characters, and a name has 1 to 8"),
            ("NINECHARS", "it has 9 characters, and a name has 1 to 8"),
            ("A B", "' ' at character 2 is not one of A-Z, 0-9, $, # and @"),
            ("\u{dc}BER", "'\u{dc}' at character 1 is not one of A-Z, 0-9, $, # and @"),
            ("A\n", "'\\n' at character 2 is not one of A-Z, 0-9, $, # and @"),
        ] {
            assert_eq!(Name::new(text).unwrap_err().to_string(), told);
        }
    }
}
