//! Canonical JSON: integers and strings only, no spaces, the shortest escapes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::record::{Object, Value};

/// Appends a value.
pub(super) fn append_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Int(value) => append_int(out, *value),
        Value::Text(text) => append_string(out, text),
        Value::List(values) => append_list(out, values, append_value),
        Value::Object(object) => {
            out.push(b'{');
            let mut separator = "";
            for (name, value) in object.iter() {
                append_field(out, separator, name, value);
                separator = ",";
            }
            out.push(b'}');
        }
    }
}

/// Appends a name and its value after a separator.
pub(super) fn append_field(out: &mut Vec<u8>, separator: &str, name: &str, value: &Value) {
    out.extend_from_slice(separator.as_bytes());
    append_string(out, name);
    out.push(b':');
    append_value(out, value);
}

/// Appends items between square brackets.
pub(super) fn append_list<T>(out: &mut Vec<u8>, items: &[T], append: fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        append(out, item);
    }
    out.push(b']');
}

/// Appends a signed decimal number.
pub(super) fn append_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    append_count(out, value.unsigned_abs());
}

/// Appends a decimal number.
pub(super) fn append_count(out: &mut Vec<u8>, value: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    let mut rest = value;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        start -= 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends a string in quotes, with the escapes that RFC 8259 section 7 demands and no others.
pub(super) fn append_string(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    out.push(b'"');
    if !is_plain(rest) {
        while let Some(at) = rest.iter().position(|byte| needs_escape(*byte)) {
            let (before, from) = rest.split_at(at);
            out.extend_from_slice(before);
            append_escape(out, from[0]);
            rest = &from[1..];
        }
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

pub(super) fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether no byte needs an escape, which holds for nearly every text: eight bytes at a time, the last
/// eight once more for what is left.
fn is_plain(text: &[u8]) -> bool {
    let (eights, _) = text.as_chunks::<8>();
    match text.last_chunk::<8>() {
        Some(last) => eights.iter().chain([last]).all(|eight| first_escape(*eight).is_none()),
        None => !text.iter().any(|byte| needs_escape(*byte)),
    }
}

/// The first of eight bytes that [`needs_escape`].
///
/// `(x - n) & !x` has its top bit set in the lowest byte that is less than n, for n up to 128; borrows
/// can set further ones only above such a byte. A byte equals another if their difference is below 1.
#[inline(always)]
pub(super) fn first_escape(bytes: [u8; 8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(bytes);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let quote = word ^ (ONES * 0x22);
    let backslash = word ^ (ONES * 0x5c);
    let found = (below(word, 0x20) | below(quote, 1) | below(backslash, 1)) & TOPS;
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

fn append_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        _ => {
            let digit = |half: u8| b"0123456789abcdef"[usize::from(half & 0xf)];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(AnyValue)? {
            Value::Object(object) => Ok(object),
            _ => Err(D::Error::custom("expected an object")),
        }
    }
}

/// Accepts what traces hold; a float, a boolean or a null is an error of the default methods.
struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of 64 bits, a string, a list or an object")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).map_err(|_| E::custom("number above 2^63 - 1"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((name, value)) = items.next_entry::<String, Value>()? {
            object.push(Cow::Owned(name), value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> String {
        let mut out = Vec::new();
        append_string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_character_of_the_basic_plane_is_escaped_as_serde_json_does() {
        for code in 0..=0xffff_u32 {
            if let Some(character) = char::from_u32(code) {
                let text = format!("a{character}b");
                assert_eq!(string(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    #[test]
    fn an_escape_is_found_at_every_place_among_any_neighbours() {
        for byte in 0..=0xff_u8 {
            for neighbour in [0x00, 0x1f, 0x20, 0x21, b'"', b'\\', 0x7f, 0x80, 0xff] {
                for (length, place) in [(1, 0), (7, 6), (8, 0), (8, 7), (9, 8), (23, 11), (23, 22)]
                {
                    let mut text = vec![neighbour; length];
                    text[place] = byte;
                    if let Some(eight) = text.first_chunk() {
                        let first = eight.iter().position(|byte| needs_escape(*byte));
                        assert_eq!(first_escape(*eight), first, "{text:?}");
                    }
                    let expected = !text.iter().any(|byte| needs_escape(*byte));
                    assert_eq!(is_plain(&text), expected, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_at_the_edges() {
        for value in [i64::MIN, -10, -9, -1, 0, 1, 9, 10, 99, 100, i64::MAX] {
            let mut out = Vec::new();
            append_int(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
        let mut out = Vec::new();
        append_count(&mut out, u64::MAX);
        assert_eq!(out, b"18446744073709551615");
    }

    #[test]
    fn what_a_trace_never_holds_is_refused() {
        for text in ["1.0", "1e3", "true", "null", "9223372036854775808", "-9223372036854775809"] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
            assert!(serde_json::from_str::<Value>(&format!("{{\"a\":[{text}]}}")).is_err());
        }
        assert!(serde_json::from_str::<Object>("[]").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn strings_are_as_serde_json_writes_them(text in any::<String>()) {
            prop_assert_eq!(string(&text), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn numbers_are_decimal(value in any::<i64>()) {
            let mut out = Vec::new();
            append_int(&mut out, value);
            prop_assert_eq!(out, value.to_string().into_bytes());
        }
    }
}
