//! Whether bytes are the distinguished encoding that a certificate has to be (ITU-T X.690 sections 8
//! and 10), before the library reads them: it is laxer.

use super::certificate::Error;

/// Tags: universal, constructed where the type is.
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const BIT_STRING: u8 = 0x03;

/// The deepest nesting that is followed; certificates have ten levels.
const DEEPEST: usize = 32;

/// Walks all elements, without recursion: one sequence fills the bytes, every length is in its shortest
/// form and stays inside the element around it, and elements are constructed where their type is.
pub(super) fn walk(bytes: &[u8]) -> Result<(), Error> {
    let mut ends = vec![bytes.len()];
    let mut at = 0;
    while let Some(&end) = ends.last() {
        if at == end && (at > 0 || ends.len() > 1) {
            ends.pop();
            continue;
        }
        if ends.len() == 1 && at > 0 {
            return wrong(at, "octets follow the certificate");
        }
        if at == 0 && bytes.first().is_some_and(|tag| *tag != SEQUENCE) {
            return wrong(at, "not a sequence");
        }
        let (start, length) = header(bytes.get(..end).unwrap_or_default(), at)?;
        let stop = match start.checked_add(length) {
            Some(stop) if stop <= end => stop,
            _ => return wrong(at, "the length goes beyond what is there"),
        };
        let tag = bytes.get(at).copied().unwrap_or_default();
        let is_constructed = tag & 0x20 != 0;
        let is_universal = tag & 0xC0 == 0;
        if is_universal && is_constructed != matches!(tag & 0x1F, 0x10 | 0x11) {
            return wrong(at, "an element that its type does not have");
        }
        if tag == BIT_STRING && !is_bits(bytes.get(start..stop).unwrap_or_default()) {
            return wrong(at, "unused bits that are not zero, or not there");
        }
        if is_constructed && ends.len() > DEEPEST {
            return wrong(at, "nested too deeply");
        }
        if is_constructed {
            ends.push(stop);
        }
        at = if is_constructed { start } else { stop };
    }
    Ok(())
}

/// The elements in an element, of bytes that were walked.
pub(super) fn elements(bytes: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut at = header(bytes, 0).map_or(bytes.len(), |(start, _)| start);
    while let Ok((start, length)) = header(bytes, at) {
        found.extend(bytes.get(at..start + length));
        at = start + length;
    }
    found
}

/// The content of an element, of bytes that were walked.
pub(super) fn content(bytes: &[u8]) -> &[u8] {
    let start = header(bytes, 0).map_or(bytes.len(), |(start, _)| start);
    bytes.get(start..).unwrap_or_default()
}

/// Whether octets are the content of a bit string: how many bits are unused, and they are zero.
fn is_bits(content: &[u8]) -> bool {
    match content.split_first() {
        Some((0, _)) => true,
        Some((unused @ 1..=7, bits)) => {
            bits.last().is_some_and(|last| last.trailing_zeros() >= u32::from(*unused))
        }
        _ => false,
    }
}

/// Where the content of the element at a place begins, and its length.
fn header(bytes: &[u8], at: usize) -> Result<(usize, usize), Error> {
    let octet = |place: usize| match bytes.get(place) {
        Some(octet) => Ok(*octet),
        None => wrong(at, "truncated"),
    };
    if octet(at)? & 0x1F == 0x1F {
        return wrong(at, "a tag that certificates do not have");
    }
    let first = octet(at + 1)?;
    if first < 0x80 {
        return Ok((at + 2, first.into()));
    }
    let count = usize::from(first & 0x7F);
    if count == 0 || count > 4 {
        return wrong(at, "a length that DER does not have");
    }
    let mut length = 0;
    for place in at + 2..at + 2 + count {
        length = length << 8 | usize::from(octet(place)?);
    }
    if length < 0x80 || length >> (8 * (count - 1)) == 0 {
        return wrong(at, "a length that is not in its shortest form");
    }
    Ok((at + 2 + count, length))
}

fn wrong<T>(at: usize, what: &str) -> Result<T, Error> {
    Err(Error(format!("this is no X.509 certificate: octet {at}: {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_what_is_directly_inside() {
        let inner = &[0x30, 0x02, 0x05, 0x00][..];
        assert_eq!(
            elements(&[0x30, 0x07, 0x02, 0x01, 0x05, 0x30, 0x02, 0x05, 0x00]),
            [&[2, 1, 5], inner]
        );
        assert!(elements(&[0x30, 0x00]).is_empty());
    }

    #[test]
    fn lengths_are_true_and_short() {
        assert_eq!(walk(&[0x30, 0x03, 0x02, 0x01, 0x05]), Ok(()));
        assert_eq!(walk(&[0x30, 0x00]), Ok(()));
        assert_eq!(walk(&[0x30, 0x06, 0xA0, 0x04, 0x03, 0x02, 0x02, 0x04]), Ok(()));
        for (bytes, why) in [
            (&[][..], "octet 0: truncated"),
            (&[0x30], "octet 0: truncated"),
            (&[0x30, 0x03, 0x02, 0x01], "octet 0: the length goes beyond"),
            (&[0x30, 0x03, 0x02, 0x02, 0x05, 0x00], "octet 2: the length goes beyond"),
            (&[0x30, 0x01, 0x02, 0x01, 0x05], "octet 2: truncated"),
            (&[0x30, 0x00, 0x00], "octet 2: octets follow"),
            (&[0x30, 0x80, 0x00, 0x00], "octet 0: a length that DER"),
            (&[0x30, 0x81, 0x03, 0x02, 0x01, 0x05], "shortest"),
            (&[0x30, 0x82, 0x00, 0x80], "shortest"),
            (&[0x30, 0x03, 0x3F, 0x81, 0x00], "octet 2: a tag"),
            (&[0x31, 0x00], "not a sequence"),
            (&[0x10, 0x00], "not a sequence"),
            (&[0x30, 0x02, 0x10, 0x00], "octet 2: an element that its type"),
            (&[0x30, 0x02, 0x22, 0x00], "octet 2: an element that its type"),
            (&[0x30, 0x02, 0x03, 0x00], "octet 2: unused bits"),
            (&[0x30, 0x04, 0x03, 0x02, 0x08, 0x00], "octet 2: unused bits"),
            (&[0x30, 0x04, 0x03, 0x02, 0x02, 0x02], "octet 2: unused bits"),
            (&[0x30, 0xFF], "a length that DER"),
            (&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], "goes beyond"),
        ] {
            let error = walk(bytes).unwrap_err().to_string();
            assert!(error.contains(why), "{bytes:02X?}: {error}");
        }
        let deep = |levels: usize| -> Vec<u8> {
            (0..levels).rev().flat_map(|inside| [0x30, 2 * inside as u8]).collect()
        };
        assert_eq!(walk(&deep(32)), Ok(()));
        assert!(walk(&deep(33)).unwrap_err().to_string().contains("nested"));
    }
}
