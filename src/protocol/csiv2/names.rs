//! Names: object identifiers, names that mechanisms export, distinguished names.

use super::cdr::{In, Malformed, Notes, Order, Read};
use crate::protocol::anatomy::Part;
use crate::protocol::gss::push_length;
use crate::protocol::x509;

/// GSSUP, 2.23.130.1.1.1, without tag and length (GSSUP.idl).
pub const GSSUP_OID: &[u8] = &[0x67, 0x81, 0x02, 0x01, 0x01, 0x01];

/// LTPA of WebSphere, 1.3.18.0.2.30.2, without tag and length.
pub const LTPA_OID: &[u8] = &[0x2B, 0x12, 0x00, 0x02, 0x1E, 0x02];

/// Longest object identifier that is read (octets of its content).
const OID_MAX: usize = 64;

/// An object identifier in DER, with tag and length.
pub fn oid_to_der(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x06];
    push_length(&mut out, content.len());
    out.extend_from_slice(content);
    out
}

/// The content of an object identifier in DER.
///
/// # Errors
/// [`Malformed`]: these octets are none.
pub fn oid_from_der(octets: &[u8]) -> Read<&[u8]> {
    read_oid(octets, 0, &mut Notes::default())
}

pub(super) fn read_oid<'a>(octets: &'a [u8], base: usize, notes: &mut Notes) -> Read<&'a [u8]> {
    let wrong = |at: usize, what: &'static str| Malformed { at: base + at, what: what.into() };
    let (length, content) = match octets {
        [0x06, length, content @ ..] => (usize::from(*length), content),
        [] | [0x06] => return Err(wrong(octets.len(), "it ends before what has to follow")),
        _ => return Err(wrong(0, "this is no object identifier")),
    };
    if length == 0 || length > OID_MAX || length != content.len() {
        return Err(wrong(1, "the length of the object identifier is wrong"));
    }
    dotted(content)
        .map_err(|at| wrong(2 + at, "the object identifier is not in its shortest form"))?;
    notes.leaf(|| {
        let text = dotted(content).unwrap_or_default();
        let meaning = mechanism(content);
        Part::new("oid", "OBJECT IDENTIFIER", base, octets.len())
            .with_value(text)
            .with_meaning(meaning)
    });
    Ok(content)
}

/// The numbers of an object identifier (ITU-T X.690 section 8.19).
///
/// # Errors
/// Where its encoding is wrong: a number that is cut short, has leading zeros or more than 64 bits.
pub fn dotted(content: &[u8]) -> Result<String, usize> {
    let mut arcs: Vec<u64> = Vec::new();
    let (mut arc, mut inside) = (0u64, false);
    for (at, octet) in content.iter().enumerate() {
        if (!inside && *octet == 0x80) || arc >> 57 != 0 {
            return Err(at);
        }
        arc = arc << 7 | u64::from(octet & 0x7F);
        inside = octet & 0x80 != 0;
        if !inside {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    if inside {
        return Err(content.len());
    }
    let (first, rest) = arcs.split_first().ok_or(0usize)?;
    let top = (first / 40).min(2);
    let all = [top, first - top * 40].into_iter().chain(rest.iter().copied());
    Ok(all.map(|arc| arc.to_string()).collect::<Vec<_>>().join("."))
}

/// The content of an object identifier that is written with dots.
pub fn from_dotted(text: &str) -> Option<Vec<u8>> {
    let arcs: Option<Vec<u64>> = text.split('.').map(|arc| arc.parse().ok()).collect();
    let arcs = arcs?;
    let [top @ 0..=2, second, rest @ ..] = arcs.as_slice() else { return None };
    if *top < 2 && *second >= 40 {
        return None;
    }
    let mut out = Vec::new();
    for arc in [second.checked_add(top * 40)?].iter().chain(rest) {
        let groups = (0..10).rev().map(|group| (arc >> (7 * group) & 0x7F) as u8);
        let groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
        match groups.split_last() {
            Some((last, more)) => {
                out.extend(more.iter().map(|group| group | 0x80));
                out.push(*last);
            }
            None => out.push(0),
        }
    }
    Some(out)
}

/// What an object identifier names.
fn mechanism(content: &[u8]) -> Option<&'static str> {
    Some(match content {
        GSSUP_OID => "GSSUP",
        LTPA_OID => "LTPA",
        crate::protocol::gss::KERBEROS_OID => "Kerberos 5",
        // 1.3.6.1.5.6.4 and 2.23.130.1.2.1 (CSI.idl, GSSUP.idl).
        [0x2B, 0x06, 0x01, 0x05, 0x06, 0x04] => "exported name",
        [0x67, 0x81, 0x02, 0x01, 0x02, 0x01] => "scoped username",
        _ => return None,
    })
}

/// A name that a mechanism has exported (RFC 2743 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedName {
    /// The mechanism's object identifier, without tag and length.
    pub mechanism: Vec<u8>,
    /// The name.
    pub name: Vec<u8>,
}

impl ExportedName {
    /// A name of GSSUP.
    pub fn gssup(name: &str) -> ExportedName {
        ExportedName { mechanism: GSSUP_OID.to_vec(), name: name.as_bytes().to_vec() }
    }

    /// Its octets; big-endian without padding, wherever it stands.
    pub fn encode(&self) -> Vec<u8> {
        let oid = oid_to_der(&self.mechanism);
        let mut out = vec![4, 1];
        out.extend(u16::try_from(oid.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend(oid);
        out.extend(u32::try_from(self.name.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&self.name);
        out
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<ExportedName> {
        read_exported(octets, 0, &mut Notes::default())
    }

    /// The name as text, where it is some.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.name).ok()
    }
}

pub(super) fn read_exported(octets: &[u8], base: usize, notes: &mut Notes) -> Read<ExportedName> {
    let mut read = In::new(octets, Order::Big, base, notes);
    let id = read.take(2)?;
    read.notes.leaf(|| {
        Part::new("token_id", "octets", base, 2).with_value(crate::protocol::anatomy::hex(id))
    });
    if id != [4, 1] {
        return Err(read.wrong_at(0, "an exported name begins with 04 01"));
    }
    let length = usize::from(read.short("oid_length")?);
    let place = read.place();
    let mechanism = read.take(length)?;
    let mechanism = read_oid(mechanism, place, read.notes)?.to_vec();
    let name = read.sequence("name")?;
    read.done()?;
    read.notes.means(|| std::str::from_utf8(name).ok().map(str::to_owned));
    Ok(ExportedName { mechanism, name: name.to_vec() })
}

/// A distinguished name as it was encoded (ITU-T X.501, Name): attributes in their sets, the most general
/// first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The sets.
    pub sets: Vec<Vec<Attribute>>,
}

/// An attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its object identifier, without tag and length.
    pub oid: Vec<u8>,
    /// The tag of its value.
    pub tag: u8,
    /// Its value, without tag and length.
    pub value: Vec<u8>,
}

impl Name {
    /// Reads a name in DER.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Name> {
        read_name(octets, 0, &mut Notes::default())
    }

    /// Its DER.
    pub fn encode(&self) -> Vec<u8> {
        let element = |tag: u8, content: &[u8]| {
            let mut out = vec![tag];
            push_length(&mut out, content.len());
            out.extend_from_slice(content);
            out
        };
        let pair = |own: &Attribute| {
            element(0x30, &[oid_to_der(&own.oid), element(own.tag, &own.value)].concat())
        };
        let sets = self
            .sets
            .iter()
            .map(|set| element(0x31, &set.iter().map(pair).collect::<Vec<_>>().concat()));
        element(0x30, &sets.collect::<Vec<_>>().concat())
    }

    /// As people write it, the most specific attribute first: `CN=user1, O=ibm`.
    ///
    /// # Errors
    /// [`Malformed`] where a value is not of its type.
    pub fn printed(&self) -> Read<String> {
        let text = x509::name_from_der(&self.encode());
        Ok(spaced(&text.map_err(|error| Malformed { at: 0, what: error.to_string().into() })?))
    }
}

/// A name with a blank behind each comma that parts its attributes.
pub(super) fn spaced(name: &str) -> String {
    let (mut out, mut escaped) = (String::new(), false);
    for letter in name.chars() {
        out.push(letter);
        if letter == ',' && !escaped {
            out.push(' ');
        }
        escaped = letter == '\\' && !escaped;
    }
    out
}

pub(super) fn read_name(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Name> {
    let wrong = |at: usize, what: String| Malformed { at: base + at, what: what.into() };
    // The strict reader says whether it is one; what follows finds its parts.
    let text = x509::name_from_der(octets).map_err(|error| wrong(0, error.to_string()))?;
    let mut sets = Vec::new();
    for set in x509::inside(octets) {
        let mut attributes = Vec::new();
        for pair in x509::inside(set) {
            let [oid, value] = x509::inside(pair)[..] else {
                return Err(wrong(0, "an attribute is a type and a value".to_owned()));
            };
            let (Some(tag), content) = (value.first(), x509::content(value)) else {
                return Err(wrong(0, "an attribute without value".to_owned()));
            };
            let oid = oid_from_der(oid).map_err(|error| wrong(0, error.what.into_owned()))?;
            attributes.push(Attribute { oid: oid.to_vec(), tag: *tag, value: content.to_vec() });
        }
        sets.push(attributes);
    }
    notes.leaf(|| Part::new("name", "Name", base, octets.len()).with_value(spaced(&text)));
    Ok(Name { sets })
}
