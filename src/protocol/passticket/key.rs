//! Keys in hexadecimal digits, as the operands of SSIGNON take them. No message shows a key.

use thiserror::Error;

use crate::scalar::Hex;

/// A text is not a key; whoever typed it mends it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not bytes in hexadecimal digits.
    #[error("the key is not in hexadecimal digits: {0}")]
    Digits(String),
    /// Not the length of a legacy key.
    #[error("a legacy key has 8 bytes (16 hexadecimal digits), this one has {0}")]
    LegacyLength(usize),
    /// Not a length of an enhanced key.
    #[error("an enhanced key has 32 to 256 bytes (64 to 512 hexadecimal digits), this one has {0}")]
    EnhancedLength(usize),
}

/// The bytes of a key in hexadecimal digits.
///
/// # Errors
/// [`KeyError::Digits`] when whoever typed the key used other characters or half a byte.
pub fn bytes_of(text: &str) -> Result<Vec<u8>, KeyError> {
    match text.parse::<Hex>() {
        Ok(Hex(bytes)) => Ok(bytes),
        Err(error) => Err(KeyError::Digits(error.reason().to_owned())),
    }
}
