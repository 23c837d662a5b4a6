//! GSS-API tokens around and beside Kerberos messages.

use super::body::{Walk, opaque};
use super::schema;
use crate::protocol::anatomy::{Flaws, Part, hex};
use crate::protocol::gss::{KERBEROS_OID, LONGEST_TOKEN, SPNEGO_OID};
use crate::protocol::kerberos::gss::{ContextChecksum, TokenId};

/// A context token: the frame of RFC 2743 section 3.1, the token id of RFC 4121 section 4.1, the
/// message.
pub(super) fn context(bytes: &[u8], flaws: &mut Flaws) -> Part {
    let mut token = Part::new("GSSToken", "APPLICATION 0", 0, bytes.len());
    flaws.enter("GSSToken");
    if bytes.len() > LONGEST_TOKEN {
        flaws.note(LONGEST_TOKEN, "longer than 65536 octets");
    } else if let Some(content) = Walk::new(bytes, flaws).fill(0x60, (0, bytes.len())) {
        inside(bytes, content, &mut token, flaws);
    }
    flaws.leave();
    token
}

fn inside(bytes: &[u8], (start, end): (usize, usize), token: &mut Part, flaws: &mut Flaws) {
    let Some(oid_end) = mechanism(bytes, (start, end), token, flaws) else { return };
    let rest = bytes.get(oid_end..end).unwrap_or_default();
    let Some((id, message)) = rest.split_first_chunk::<2>() else {
        return flaws.note(oid_end, "no room for the token id");
    };
    let known = TokenId::from_octets(*id);
    let meaning = known.map(|id| TokenId::shown(Some(id)));
    let part = Part::new("token-id", "octets", oid_end, 2).with_value(hex(id));
    token.parts.push(part.with_meaning(meaning));
    let of = match known {
        Some(TokenId::ApReq) => &schema::AP_REQ,
        Some(TokenId::ApRep) => &schema::AP_REP,
        Some(TokenId::Error) => &schema::KRB_ERROR,
        None => {
            flaws.note(oid_end, "a token id that initial tokens of Kerberos do not have");
            return token.parts.push(opaque("inner-token", message, oid_end + 2));
        }
    };
    token.parts.push(Walk::new(bytes, flaws).whole(of, (oid_end + 2, end)));
}

/// The mechanism's name; where it ends, if it is Kerberos.
fn mechanism(
    bytes: &[u8],
    (start, end): (usize, usize),
    token: &mut Part,
    flaws: &mut Flaws,
) -> Option<usize> {
    flaws.enter("mechanism");
    let element = Walk::new(bytes, flaws).element((start, end));
    let content = match element {
        Some((0x06, content)) => Some(content),
        Some((tag, _)) => {
            flaws.note(start, format!("tag {tag:02x} where 06 belongs"));
            None
        }
        None => None,
    };
    flaws.leave();
    let (from, to) = content?;
    let oid = bytes.get(from..to).unwrap_or_default();
    let meaning = match oid {
        KERBEROS_OID => "Kerberos 5",
        SPNEGO_OID => "SPNEGO",
        _ => "a mechanism that is not known here",
    };
    let part = Part::new("mechanism", "OBJECT IDENTIFIER", start, to - start);
    token.parts.push(part.with_value(dotted(oid)).with_meaning(Some(meaning)));
    if oid == KERBEROS_OID {
        return Some(to);
    }
    flaws.note(start, "only tokens of Kerberos 5 are looked into");
    token.parts.push(opaque("inner-token", bytes.get(to..end).unwrap_or_default(), to));
    None
}

/// The numbers of an object identifier; its first octet holds two.
fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0u64;
    for octet in oid {
        arc = arc.wrapping_shl(7) | u64::from(octet & 0x7F);
        if octet & 0x80 == 0 {
            if arcs.is_empty() {
                let first = (arc / 40).min(2);
                arcs.extend([first, arc - first * 40]);
            } else {
                arcs.push(arc);
            }
            arc = 0;
        }
    }
    arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// A wrap token (RFC 4121 section 4.2.6.2).
pub(super) fn wrap(bytes: &[u8], flaws: &mut Flaws) -> Part {
    let mut token = Part::new("GSS-WRAP", "octets", 0, bytes.len());
    flaws.enter("GSS-WRAP");
    let Some((header, data)) = bytes.split_first_chunk::<16>() else {
        flaws.note(bytes.len(), "the header of a wrap token has 16 octets");
        flaws.leave();
        return token;
    };
    let &[id1, id2, bits, filler, ec1, ec2, rrc1, rrc2, ..] = header;
    if [id1, id2] != [5, 4] {
        flaws.note(0, "the token id is not 0504");
    }
    if filler != 0xFF {
        flaws.note(3, "the filler is not ff");
    }
    let names = [(1, "sent by the acceptor"), (2, "sealed"), (4, "acceptor's subkey")];
    let set = names.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name);
    let meaning = Some(set.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty());
    if bits & !7 != 0 {
        flaws.note(2, "flags that have no meaning");
    }
    let word = |high, low| u16::from_be_bytes([high, low]).to_string();
    let sequence = header.last_chunk::<8>().map_or(0, |octets| u64::from_be_bytes(*octets));
    let sealed = bits & 2 != 0;
    token.parts = vec![
        Part::new("token-id", "octets", 0, 2)
            .with_value(hex(&[id1, id2]))
            .with_meaning(Some("wrap")),
        Part::new("flags", "octets", 2, 1).with_value(hex(&[bits])).with_meaning(meaning),
        Part::new("filler", "octets", 3, 1).with_value(hex(&[filler])),
        Part::new("extra-count", "number", 4, 2).with_value(word(ec1, ec2)),
        Part::new("right-rotation", "number", 6, 2).with_value(word(rrc1, rrc2)),
        Part::new("sequence-number", "number", 8, 8).with_value(sequence.to_string()),
        opaque(if sealed { "sealed-data" } else { "data-and-checksum" }, data, 16),
    ];
    flaws.leave();
    token
}

/// The value of an X'8003' checksum (RFC 4121 section 4.1.1); integers are little-endian here.
pub(super) fn checksum(walk: &mut Walk<'_>, (at, end): (usize, usize)) -> Vec<Part> {
    let ContextChecksum { bindings, flags, delegation } =
        match ContextChecksum::decode(walk.slice((at, end))) {
            Ok(checksum) => checksum,
            Err(error) => {
                walk.note(at, error.to_string());
                return Vec::new();
            }
        };
    let mut parts = vec![
        Part::new("bindings-length", "number", at, 4).with_value("16"),
        Part::new("bindings", "octets", at + 4, 16).with_value(hex(&bindings)),
        Part::new("flags", "number", at + 20, 4)
            .with_value(flags.0.to_string())
            .with_meaning(Some(flags.to_string())),
    ];
    if let Some(credentials) = delegation {
        let (start, length) = (at + 28, credentials.len());
        parts.push(Part::new("delegation-option", "number", at + 24, 2).with_value("1"));
        let part = Part::new("delegation-length", "number", at + 26, 2);
        parts.push(part.with_value(length.to_string()));
        parts.push(walk.whole(&schema::KRB_CRED, (start, start + length)));
    }
    parts
}
