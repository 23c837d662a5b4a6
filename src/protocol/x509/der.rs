//! Whether bytes are the distinguished encoding that a certificate has to be (ITU-T X.690 sections 8
//! and 10), before the library reads them: it is laxer.

use super::certificate::Error;

/// The deepest nesting that is followed; certificates have ten levels.
const DEEPEST: usize = 32;

/// Walks all elements, without recursion: one element fills the bytes, every length is in its shortest
/// form and stays inside the element around it.
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
        let (start, length) = header(bytes.get(..end).unwrap_or_default(), at)?;
        let stop = match start.checked_add(length) {
            Some(stop) if stop <= end => stop,
            _ => return wrong(at, "the length goes beyond what is there"),
        };
        let is_constructed = bytes.get(at).is_some_and(|tag| tag & 0x20 != 0);
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
    fn lengths_are_true_and_short() {
        assert_eq!(walk(&[0x30, 0x03, 0x02, 0x01, 0x05]), Ok(()));
        assert_eq!(walk(&[0x30, 0x00]), Ok(()));
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
            (&[0x3F, 0x81, 0x00], "a tag"),
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
