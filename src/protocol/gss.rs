//! The framing of initial GSS-API tokens (RFC 2743 section 3.1), for every mechanism.
//!
//! `60 length 06 length OID` and then whatever the mechanism puts inside. Per-message tokens of
//! Kerberos are not framed; their first octet is never X'60'.

use thiserror::Error;

/// The object identifier of Kerberos 5, 1.2.840.113554.1.2.2, without tag and length.
pub const KERBEROS_OID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02];

/// The object identifier of SPNEGO, 1.3.6.1.5.5.2, without tag and length.
pub const SPNEGO_OID: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x02];

/// The longest token that is looked at, in bytes: the 64 KiB that the simulator gives any message.
pub const LONGEST_TOKEN: usize = 65_536;

/// Bytes are no framed token. The sender made something else, or a link changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FramingError {
    /// The first octet is not X'60', or what follows is not an object identifier.
    #[error("no GSS-API token header")]
    NotFramed,
    /// A length field is not the shortest form of DER or has more than four octets.
    #[error("a length is not in its shortest form")]
    Length,
    /// The token ends before its length says so.
    #[error("the token is truncated")]
    Truncated,
    /// Octets follow the end of the token.
    #[error("octets follow the token")]
    Trailing,
    /// Longer than [`LONGEST_TOKEN`].
    #[error("the token is longer than 65536 bytes")]
    TooLong,
}

/// A framed token taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framed<'a> {
    /// The mechanism's object identifier, without tag and length.
    pub mechanism: &'a [u8],
    /// What the mechanism put inside.
    pub inner: &'a [u8],
}

/// Frames the token of a mechanism.
pub fn frame(mechanism: &[u8], inner: &[u8]) -> Vec<u8> {
    let mut content = vec![0x06];
    push_length(&mut content, mechanism.len());
    content.extend_from_slice(mechanism);
    content.extend_from_slice(inner);
    let mut token = vec![0x60];
    push_length(&mut token, content.len());
    token.extend_from_slice(&content);
    token
}

/// Takes a framed token apart.
///
/// # Errors
/// [`FramingError`] says what is wrong with the frame; the inside is the mechanism's business.
pub fn unframe(token: &[u8]) -> Result<Framed<'_>, FramingError> {
    if token.len() > LONGEST_TOKEN {
        return Err(FramingError::TooLong);
    }
    let content = token.strip_prefix(&[0x60]).ok_or(match token {
        [] => FramingError::Truncated,
        _ => FramingError::NotFramed,
    })?;
    let (length, content) = read_length(content)?;
    match content.len() {
        there if there < length => return Err(FramingError::Truncated),
        there if there > length => return Err(FramingError::Trailing),
        _ => {}
    }
    let name = content.strip_prefix(&[0x06]).ok_or(FramingError::NotFramed)?;
    let (length, rest) = read_length(name)?;
    let (mechanism, inner) = rest.split_at_checked(length).ok_or(FramingError::Truncated)?;
    Ok(Framed { mechanism, inner })
}

/// The shortest length octets of DER.
pub(super) fn push_length(out: &mut Vec<u8>, length: usize) {
    let octets = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let skip = octets.iter().take_while(|octet| **octet == 0).count();
    if length >= 0x80 {
        out.push(0x80 | (4 - skip) as u8);
    }
    out.extend_from_slice(octets.get(skip.min(3)..).unwrap_or_default());
}

fn read_length(bytes: &[u8]) -> Result<(usize, &[u8]), FramingError> {
    let (&first, rest) = bytes.split_first().ok_or(FramingError::Truncated)?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7F);
    if !(1..=4).contains(&count) {
        return Err(FramingError::Length);
    }
    let (octets, rest) = rest.split_at_checked(count).ok_or(FramingError::Truncated)?;
    let length = octets.iter().fold(0u64, |sum, octet| sum << 8 | u64::from(*octet));
    if octets.first() == Some(&0) || length < 0x80 {
        return Err(FramingError::Length);
    }
    Ok((usize::try_from(length).map_err(|_| FramingError::TooLong)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_open_again_at_every_length_of_length() {
        for length in [0, 1, 100, 115, 116, 117, 127, 128, 243, 244, 245, 256, 60_000] {
            let inner = vec![0xA5; length];
            let token = frame(KERBEROS_OID, &inner);
            let framed = unframe(&token).unwrap();
            assert_eq!((framed.mechanism, framed.inner), (KERBEROS_OID, &inner[..]));
            let mut longer = token.clone();
            longer.push(0);
            assert_eq!(unframe(&longer), Err(FramingError::Trailing));
            for at in (0..token.len()).take(20) {
                assert_eq!(unframe(&token[..at]), Err(FramingError::Truncated));
            }
        }
    }

    #[test]
    fn the_frame_is_strict() {
        assert_eq!(frame(&[0x2A], &[1, 0]), [0x60, 5, 6, 1, 0x2A, 1, 0]);
        assert_eq!(unframe(&[0x6E, 0]), Err(FramingError::NotFramed));
        assert_eq!(unframe(&[0x60, 0x81, 5, 6, 1, 0x2A, 1, 0]), Err(FramingError::Length));
        assert_eq!(unframe(&[0x60, 0x80, 6, 1, 0x2A, 0, 0]), Err(FramingError::Length));
        assert_eq!(unframe(&[0x60, 0x85, 1, 1, 1, 1, 1, 0]), Err(FramingError::Length));
        assert_eq!(unframe(&[0x60, 5, 4, 1, 0x2A, 1, 0]), Err(FramingError::NotFramed));
        assert_eq!(unframe(&[0x60, 3, 6, 9, 0x2A]), Err(FramingError::Truncated));
        assert_eq!(unframe(&vec![0x60; LONGEST_TOKEN + 1]), Err(FramingError::TooLong));
    }
}
