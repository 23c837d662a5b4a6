//! Distinguished names as text (RFC 4514).

use x509_parser::asn1_rs::{Tag, ToDer as _};
use x509_parser::prelude::{FromDer as _, X509Name};
use x509_parser::x509::AttributeTypeAndValue;

use super::certificate::Error;

/// A name, the most specific part first. Types without a short name are written as their numbers, and
/// values that are no text as the hexadecimal digits of their encoding.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let parts: Vec<String> =
        name.iter().map(|part| part.iter().map(pair).collect::<Vec<_>>().join("+")).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join(",")
}

fn pair(pair: &AttributeTypeAndValue<'_>) -> String {
    let number = pair.attr_type().to_id_string();
    match (short_name(&number), value(pair)) {
        (Some(short), Some(value)) => format!("{short}={}", escaped(&value)),
        (short, _) => format!("{}=#{}", short.unwrap_or(&number), encoding(pair)),
    }
}

/// The characters of a value, where its type is one of characters (RFC 5280 section 4.1.2.4).
fn value(pair: &AttributeTypeAndValue<'_>) -> Option<String> {
    let octets = pair.as_slice();
    match pair.attr_value().tag() {
        // UTF8String, PrintableString, IA5String.
        Tag(12 | 19 | 22) => std::str::from_utf8(octets).ok().map(str::to_owned),
        // TeletexString, which everybody fills with Latin-1.
        Tag(20) => Some(octets.iter().copied().map(char::from).collect()),
        // UniversalString.
        Tag(28) => {
            let (units, []) = octets.as_chunks::<4>() else { return None };
            units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect()
        }
        // BMPString.
        Tag(30) => {
            let (units, []) = octets.as_chunks::<2>() else { return None };
            let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

/// The encoding of a value in hexadecimal digits (RFC 4514 section 2.4).
fn encoding(pair: &AttributeTypeAndValue<'_>) -> String {
    let header = pair.attr_value().header.to_der_vec().unwrap_or_default();
    let octets = header.iter().chain(pair.as_slice());
    octets.map(|octet| format!("{octet:02x}")).collect()
}

/// The attributes of a name as text, the most specific first, with their values as they are.
pub fn parts(name: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let (mut attribute, mut value, mut in_value) = (String::new(), String::new(), false);
    let mut rest = name.chars();
    while let Some(character) = rest.next() {
        match character {
            ',' | '+' => {
                parts.push((std::mem::take(&mut attribute), std::mem::take(&mut value)));
                in_value = false;
            }
            '=' if !in_value => in_value = true,
            '\\' => value.extend(escaped_character(&mut rest)),
            ' ' if !in_value && attribute.is_empty() => {}
            character if in_value => value.push(character),
            character => attribute.push(character),
        }
    }
    if !attribute.is_empty() {
        parts.push((attribute, value));
    }
    parts
}

/// The character that an escape stands for: itself, or two hexadecimal digits of an octet.
fn escaped_character(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = rest.as_str().get(..2).filter(|pair| pair.chars().all(|c| c.is_ascii_hexdigit()));
    match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        Some(octet) => {
            rest.nth(1);
            Some(char::from(octet))
        }
        None => rest.next(),
    }
}

/// The value of an attribute of a name as text; empty where the name has none.
pub fn part(name: &str, attribute: &str) -> String {
    let mut parts = parts(name).into_iter();
    let own = parts.find(|(own, _)| own.eq_ignore_ascii_case(attribute));
    own.map(|(_, value)| value).unwrap_or_default()
}

/// The text of a name in DER (ITU-T X.501, Name).
///
/// # Errors
/// The octets are no name; whoever sent them is wrong, or a link changed them.
pub fn from_der(octets: &[u8]) -> Result<String, Error> {
    if octets.len() > NAME_MAX {
        return Err(Error(format!("a name has at most {NAME_MAX} octets")));
    }
    super::der::walk(octets)?;
    match X509Name::from_der(octets) {
        Ok(([], name)) => Ok(text(&name)),
        Ok(_) => Err(Error("octets follow the name".to_owned())),
        Err(error) => Err(Error(format!("this is no distinguished name: {error}"))),
    }
}

/// The DER of a name as text: values are UTF8String.
///
/// # Errors
/// An attribute without a short name here; whoever wrote the name writes another.
pub fn to_der(name: &str) -> Result<Vec<u8>, Error> {
    let mut sets = Vec::new();
    for (attribute, value) in parts(name).into_iter().rev() {
        let number = SHORT_NAMES.iter().find(|(_, short)| attribute.eq_ignore_ascii_case(short));
        let Some((number, _)) = number else {
            return Err(Error(format!("`{attribute}` is no attribute of names")));
        };
        let pair = [element(0x06, &object_identifier(number)), element(0x0C, value.as_bytes())];
        sets.extend(element(0x31, &element(0x30, &pair.concat())));
    }
    Ok(element(0x30, &sets))
}

/// Longest name (octets): it bounds the work.
const NAME_MAX: usize = 16 << 10;

/// An element of DER.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    crate::protocol::gss::push_length(&mut out, content.len());
    out.extend_from_slice(content);
    out
}

/// The content of an object identifier (ITU-T X.690 section 8.19).
fn object_identifier(number: &str) -> Vec<u8> {
    let arcs: Vec<u32> = number.split('.').filter_map(|arc| arc.parse().ok()).collect();
    let [first, second, rest @ ..] = arcs.as_slice() else { return Vec::new() };
    let mut out = Vec::new();
    for arc in [first * 40 + second].iter().chain(rest) {
        let groups = (0..5).rev().map(|group| (arc >> (7 * group) & 0x7F) as u8);
        let groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
        let last = groups.len().saturating_sub(1);
        out.extend(groups.iter().take(last).map(|group| group | 0x80));
        out.push(groups.last().copied().unwrap_or(0));
    }
    out
}

/// Whether two names are the same: letters of either case and runs of blanks are (RFC 5280 section 7.1),
/// and blanks behind commas, which older software writes (RFC 2253 section 4).
pub fn same(one: &str, other: &str) -> bool {
    let folded = |text: &str| {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        words.join(" ").replace(", ", ",")
    };
    one == other || folded(one) == folded(other)
}

/// Short names of attribute types (RFC 4514 section 3, and e-mail as everybody writes it).
const SHORT_NAMES: [(&str, &str); 14] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "SERIALNUMBER"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.42", "GIVENNAME"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "EMAILADDRESS"),
];

fn short_name(number: &str) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(own, _)| *own == number).map(|(_, short)| *short)
}

/// A value with its special characters escaped (RFC 4514 section 2.4).
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::new();
    for (place, character) in value.chars().enumerate() {
        let at_end = character == ' ' && (place == 0 || place == last);
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        if character == '\0' {
            text.push_str("\\00");
            continue;
        }
        if special || at_end || (character == '#' && place == 0) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_into_der_and_come_back() {
        let name = "CN=Adams\\, Alice,OU=Pay\\+Roll,O=Example,C=XX";
        let der = to_der(name).unwrap();
        assert_eq!(from_der(&der).unwrap(), name);
        assert_eq!(to_der("uid=a,DC=b").unwrap(), to_der("UID=a,dc=b").unwrap());
        assert!(to_der("FOO=a").is_err());
        let country = to_der("C=XX").unwrap();
        assert_eq!(country, b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x0c\x02XX");
        for cut in 0..der.len() {
            assert!(from_der(&der[..cut]).is_err(), "{cut}");
        }
        assert!(from_der(&[der, vec![0]].concat()).is_err());
    }

    #[test]
    fn a_name_comes_apart_at_its_commas_and_not_at_escaped_ones() {
        let pair = |a: &str, v: &str| (a.to_owned(), v.to_owned());
        assert_eq!(
            parts("CN=Adams\\, Alice+UID=al\\2Cice, O=A\\=B=C,C="),
            [pair("CN", "Adams, Alice"), pair("UID", "al,ice"), pair("O", "A=B=C"), pair("C", "")]
        );
        assert_eq!(part("cn=alice,O=Example", "CN"), "alice");
        assert_eq!(part("O=Example", "CN"), "");
        assert!(parts("").is_empty());
    }
}
