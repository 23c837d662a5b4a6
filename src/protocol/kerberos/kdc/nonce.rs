//! Nonces with a sign.
//!
//! RFC 4120 section 5.4.1 has an unsigned nonce of 32 bits. Heimdal draws it as a signed number and sends
//! half of its nonces as negative ones. Such a request is read as if the same bits had no sign; its own
//! octets stay under the checksum, and the reply repeats the nonce as it came.

use std::borrow::Cow;

use crate::protocol::kerberos::der;

/// The body of a request, inside its application tag.
const BODY: [u8; 2] = [0x30, 0xA4];
/// The nonce, inside the body.
const IN_BODY: [u8; 3] = [0x30, 0xA7, 0x02];
/// The nonce of a reply's encrypted part, inside its application tag.
const IN_REPLY: [u8; 3] = [0x30, 0xA2, 0x02];

/// A request as it is understood.
pub(super) struct Understood<'a> {
    /// Its octets, the nonce without a sign.
    pub(super) bytes: Cow<'a, [u8]>,
    /// The octets of its body as they came, which its checksum covers.
    pub(super) body: &'a [u8],
    /// The nonce as it came, where it is negative.
    pub(super) signed: Option<&'a [u8]>,
}

impl<'a> Understood<'a> {
    pub(super) fn new(request: &'a [u8]) -> Understood<'a> {
        let tag = request.first().copied().unwrap_or_default();
        let to_body = [&[tag], &BODY[..]].concat();
        let body = der::find(request, &to_body).unwrap_or_default();
        let to_nonce = [&to_body[..], &IN_BODY].concat();
        let nonce = der::find(request, &to_nonce).filter(|nonce| is_negative(nonce));
        let unsigned = nonce.and_then(|nonce| der::replaced(request, &to_nonce, &unsigned(nonce)));
        match unsigned {
            Some(bytes) => Understood { bytes: Cow::Owned(bytes), body, signed: nonce },
            None => Understood { bytes: Cow::Borrowed(request), body, signed: None },
        }
    }
}

/// Whether the content of an INTEGER is a negative number of at most 32 bits.
fn is_negative(content: &[u8]) -> bool {
    content.len() <= 4 && content.first().is_some_and(|first| *first >= 0x80)
}

/// The same 32 bits as a number without a sign.
fn unsigned(negative: &[u8]) -> [u8; 5] {
    let mut bits = [0xFF; 5];
    bits[0] = 0;
    let start = bits.len().saturating_sub(negative.len());
    bits.iter_mut().skip(start).zip(negative).for_each(|(to, from)| *to = *from);
    bits
}

/// The encrypted part of a reply with the nonce as it came.
pub(super) fn repeated(part: Vec<u8>, signed: &[u8]) -> Vec<u8> {
    let tag = part.first().copied().unwrap_or_default();
    der::replaced(&part, &[&[tag], &IN_REPLY[..]].concat(), signed).unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_nonce_is_read_without_its_sign_and_nothing_else_changes() {
        let request = |nonce: &[u8]| {
            let nonce = der::wrap(0xA7, &der::wrap(0x02, nonce));
            let before = der::wrap(0xA2, b"R");
            let body = der::wrap(0x30, &[before, nonce, der::wrap(0xA8, &[5; 130])].concat());
            der::wrap(0x6C, &der::wrap(0x30, &der::wrap(0xA4, &body)))
        };
        for (sent, read) in [
            (&[0x80, 0, 0, 1][..], &[0, 0x80, 0, 0, 1][..]),
            (&[0xFB], &[0, 0xFF, 0xFF, 0xFF, 0xFB]),
        ] {
            let bytes = request(sent);
            let understood = Understood::new(&bytes);
            assert_eq!(understood.bytes.as_ref(), request(read));
            assert_eq!(understood.signed, Some(sent));
            assert_eq!(der::find(&bytes, &[0x6C, 0x30, 0xA4]), Some(understood.body));
        }
        for sent in [&[0x7F, 0, 0, 1][..], &[0, 0x80, 0, 0, 1], &[0x80, 0, 0, 0, 1], &[]] {
            let bytes = request(sent);
            let understood = Understood::new(&bytes);
            assert_eq!((understood.bytes.as_ref(), understood.signed), (&bytes[..], None));
        }
    }
}
