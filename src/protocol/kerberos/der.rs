//! Strict DER for Kerberos messages, around the ASN.1 library.
//!
//! The library is laxer than DER: it takes lengths and integers that are not in their shortest form,
//! fractions of seconds, short bit strings and characters outside ASCII. So bytes are walked first,
//! without recursion and with a limit on depth, then decoded, then encoded again and compared.

use rasn::{Decode, Encode};
use thiserror::Error;

use crate::protocol::gss::push_length;

/// The longest message that is looked at, in bytes.
pub const LONGEST_MESSAGE: usize = 65_536;

/// The deepest nesting that is followed; an AS-REQ with tickets inside has 12 levels.
const DEEPEST: usize = 32;

/// A message is not the DER encoding that it must be. Its sender made something else, or a link
/// changed it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}, octet {offset}: {problem}")]
pub struct WireError {
    /// The message or part that was expected: `AP-REQ`.
    pub message: &'static str,
    /// Where the trouble was seen, from 0.
    pub offset: u32,
    /// What is wrong there.
    pub problem: &'static str,
}

/// Decodes one value that fills `bytes`.
pub(super) fn decode<T: Decode + Encode>(
    message: &'static str,
    bytes: &[u8],
) -> Result<T, WireError> {
    let value: T = read(message, bytes)?;
    match rasn::der::encode(&value) {
        Ok(again) if again == bytes => Ok(value),
        Ok(again) => {
            let same = again.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            Err(wire_error(message, (same, "not the distinguished encoding")))
        }
        Err(_) => Err(wire_error(message, (0, "not the distinguished encoding"))),
    }
}

/// Reads without demanding the distinguished encoding: for what only describes a message or prepares
/// for one that is decoded strictly later.
pub(super) fn read<T: Decode>(message: &'static str, bytes: &[u8]) -> Result<T, WireError> {
    walk(bytes).map_err(|problem| wire_error(message, problem))?;
    rasn::der::decode(bytes)
        .map_err(|_| wire_error(message, (0, "the fields are not those of the message")))
}

fn wire_error(message: &'static str, (offset, problem): Problem) -> WireError {
    WireError { message, offset: u32::try_from(offset).unwrap_or(u32::MAX), problem }
}

/// Encodes a value that this module's own types produced.
pub(super) fn encode<T: Encode>(value: &T) -> Vec<u8> {
    rasn::der::encode(value).expect("ASCII names and calendar times always have an encoding")
}

/// An element of a constructed tag around content that is already encoded.
pub(super) fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    push_length(&mut out, content.len());
    out.extend_from_slice(content);
    out
}

/// The tag octet of a DER element, its content, and what follows it.
pub(super) fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let header = header(bytes, 0).ok()?;
    let (content, rest) = bytes.get(header.start..)?.split_at_checked(header.length)?;
    Some((header.tag, content, rest))
}

/// The content of the element at a path of tags, each inside the one before it.
pub(super) fn find<'a>(bytes: &'a [u8], path: &[u8]) -> Option<&'a [u8]> {
    let (first, deeper) = path.split_first()?;
    let mut rest = bytes;
    loop {
        let (tag, content, after) = element(rest)?;
        match (tag == *first, deeper) {
            (true, []) => return Some(content),
            (true, deeper) => return find(content, deeper),
            (false, _) => rest = after,
        }
    }
}

/// The encoding with another content at a path of tags, and all lengths to match.
pub(super) fn replaced(bytes: &[u8], path: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let (first, deeper) = path.split_first()?;
    let mut rest = bytes;
    loop {
        let (tag, old, after) = element(rest)?;
        if tag == *first {
            let new = match deeper {
                [] => content.to_vec(),
                deeper => replaced(old, deeper, content)?,
            };
            let before = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
            return Some([before, &wrap(tag, &new), after].concat());
        }
        rest = after;
    }
}

/// Where, and what is wrong there.
pub(super) type Problem = (usize, &'static str);

/// Tag and place of an element.
pub(super) struct Header {
    pub(super) tag: u8,
    pub(super) start: usize,
    pub(super) length: usize,
}

/// Walks all elements and checks what DER and RFC 4120 section 5.2 say about each.
fn walk(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.len() > LONGEST_MESSAGE {
        return Err((LONGEST_MESSAGE, "longer than 65536 octets"));
    }
    let mut ends = vec![bytes.len()];
    let mut at = 0;
    while let Some(&end) = ends.last() {
        if at == end {
            ends.pop();
            continue;
        }
        if ends.len() == 1 && at > 0 {
            return Err((at, "octets follow the message"));
        }
        let header = header(bytes, at)?;
        let stop = header.start + header.length;
        if stop > end {
            let whole = ends.len() == 1;
            let problem = "the length goes beyond the enclosing element";
            return Err((at, if whole { "truncated" } else { problem }));
        }
        if header.tag & 0x20 != 0 {
            if ends.len() > DEEPEST {
                return Err((at, "nested too deeply"));
            }
            ends.push(stop);
            at = header.start;
        } else {
            let content = bytes.get(header.start..stop).unwrap_or_default();
            primitive(header.tag, content).map_err(|problem| (at, problem))?;
            at = stop;
        }
    }
    if bytes.is_empty() { Err((0, "empty")) } else { Ok(()) }
}

/// The tag octet, and where the content begins and how long it is; it may be longer than `bytes`.
pub(super) fn header(bytes: &[u8], at: usize) -> Result<Header, Problem> {
    let truncated = (at, "truncated");
    let tag = *bytes.get(at).ok_or(truncated)?;
    if tag & 0x1F == 0x1F {
        return Err((at, "a tag number that Kerberos does not use"));
    }
    let first = *bytes.get(at + 1).ok_or(truncated)?;
    if first < 0x80 {
        return Ok(Header { tag, start: at + 2, length: first.into() });
    }
    let count = usize::from(first & 0x7F);
    if count == 0 {
        return Err((at, "indefinite length"));
    }
    let octets = bytes.get(at + 2..at + 2 + count).ok_or(truncated)?;
    if count > 4 || octets.first() == Some(&0) {
        return Err((at, "a length that is not in its shortest form"));
    }
    let length = octets.iter().fold(0usize, |sum, octet| sum << 8 | usize::from(*octet));
    if length < 0x80 {
        return Err((at, "a length that is not in its shortest form"));
    }
    Ok(Header { tag, start: at + 2 + count, length: length.min(LONGEST_MESSAGE * 2) })
}

/// Checks the content of an element that holds no others.
pub(super) fn primitive(tag: u8, content: &[u8]) -> Result<(), &'static str> {
    match tag {
        0x02 => integer(content),
        0x03 => bits(content),
        0x04 => Ok(()),
        0x18 => time(content),
        0x1B if content.is_ascii() => Ok(()),
        0x1B => Err("a string with characters outside ASCII"),
        _ => Err("a type that Kerberos messages do not use"),
    }
}

fn integer(content: &[u8]) -> Result<(), &'static str> {
    match content {
        [] => Err("an integer without octets"),
        [0, next, ..] if *next < 0x80 => Err("an integer that is not in its shortest form"),
        [0xFF, next, ..] if *next >= 0x80 => Err("an integer that is not in its shortest form"),
        _ => Ok(()),
    }
}

/// Flags have at least 32 bits (RFC 4120 section 5.2.8); unused bits are zero.
fn bits(content: &[u8]) -> Result<(), &'static str> {
    let (Some(&unused), Some(&last)) = (content.first(), content.last()) else {
        return Err("a bit string without octets");
    };
    if unused > 7 || content.len() * 8 < 8 + 32 + usize::from(unused) {
        return Err("flags with fewer than 32 bits");
    }
    if u32::from(last).trailing_zeros() < u32::from(unused) {
        return Err("unused bits that are not zero");
    }
    Ok(())
}

/// `YYYYMMDDHHMMSSZ` and nothing else (RFC 4120 section 5.2.3).
fn time(content: &[u8]) -> Result<(), &'static str> {
    const FORM: &str = "a time that is not YYYYMMDDHHMMSSZ";
    let (digits, zone) = content.split_at_checked(14).ok_or(FORM)?;
    if zone != b"Z" || !digits.iter().all(u8::is_ascii_digit) {
        return Err(FORM);
    }
    let two = |at: usize| match digits.get(at..at + 2) {
        Some([tens, ones]) => (tens - b'0') * 10 + (ones - b'0'),
        _ => u8::MAX,
    };
    let year = i64::from(two(0)) * 100 + i64::from(two(2));
    let (month, day) = (two(4), two(6));
    let days = crate::check::days_from_civil(year, month.clamp(1, 12), day);
    if !(1..=12).contains(&month) || crate::check::civil(days) != (year, month, day) {
        return Err("a date that is not in the calendar");
    }
    if two(8) > 23 || two(10) > 59 || two(12) > 59 {
        return Err("a time of day that does not exist");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_departure_from_der_is_refused_at_its_place() {
        let refused = |bytes: &[u8], offset, word: &str| {
            let (at, problem) = walk(bytes).unwrap_err();
            assert!(at == offset && problem.contains(word), "{bytes:X?}: {at} {problem}");
        };
        refused(&[], 0, "empty");
        refused(&[0x30], 0, "truncated");
        refused(&[0x30, 0x81], 0, "truncated");
        refused(&[0x30, 0x80, 0, 0], 0, "indefinite");
        refused(&[0x30, 0x81, 3, 2, 1, 5], 0, "length");
        refused(&[0x30, 4, 2, 2, 0, 5], 2, "integer");
        refused(&[0x30, 4, 2, 2, 0xFF, 0x80], 2, "integer");
        refused(&[0x30, 2, 2, 0], 2, "integer");
        refused(&[0x30, 3, 2, 2, 5], 2, "enclosing");
        refused(&[0x30, 3, 2, 1, 5, 0], 5, "follow");
        refused(&[0x3F, 1, 0], 0, "tag number");
        refused(&[3, 4, 0, 0, 0, 0], 0, "32 bits");
        refused(&[3, 5, 1, 0, 0, 0, 0], 0, "32 bits");
        refused(&[3, 6, 4, 0, 0, 0, 0, 8], 0, "not zero");
        refused(&[0x1B, 1, 0xE9], 0, "ASCII");
        refused(&[1, 1, 0xFF], 0, "type");
        refused(&[0x30, 5, 2, 1, 5], 0, "truncated");
        let deep: Vec<u8> = (0..60u8).rev().flat_map(|left| [0x30, left * 2]).collect();
        refused(&deep, 64, "deep");
        assert_eq!(walk(&[3, 6, 4, 0, 0, 0, 0, 16]), Ok(()));
        assert_eq!(walk(&[0x30, 3, 2, 1, 0xFF]), Ok(()));
    }

    #[test]
    fn only_one_text_of_time_is_taken() {
        assert_eq!(time(b"20260302090000Z"), Ok(()));
        assert_eq!(time(b"20240229235959Z"), Ok(()));
        for bad in [
            &b"20260302090000"[..],
            b"20260302090000.5Z",
            b"20260302090000+0000",
            b"202603020900Z",
            b"20260302090060Z",
            b"20260302096000Z",
            b"20260302240000Z",
            b"20260229090000Z",
            b"20261302090000Z",
            b"20260002090000Z",
            b"20260300090000Z",
            b"2026030209000AZ",
        ] {
            assert!(time(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
