//! Kerberos messages and GSS-API tokens taken apart field by field, without keys.
//!
//! The walk follows the types of RFC 4120 as data and goes on behind a flaw where the lengths allow
//! it, so that one damaged field does not hide the others. It is as strict as the decoders: what has
//! no flaw here is decoded there, and the other way round (a test compares them).

mod body;
mod schema;
mod sense;
mod token;

use schema::TYPES;

use crate::protocol::anatomy::{Flaws, Part};

/// The kinds of tokens and messages by name, in the order in which listings show them.
pub fn kinds() -> Vec<&'static str> {
    let types = TYPES.iter().map(|of| of.name);
    ["GSSToken", "GSS-WRAP"].into_iter().chain(types).collect()
}

/// The kind that the first octets announce.
pub fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x60, ..] => Some("GSSToken"),
        // The fourth octet tells a wrap token from a credential cache (RFC 4121 section 4.2.6.2).
        [5, 4, _, 0xFF, ..] => Some("GSS-WRAP"),
        [tag, ..] => {
            let announces =
                |of: &&&schema::Type| of.application.map(|number| 0x60 | number) == Some(*tag);
            TYPES.iter().find(announces).map(|of| of.name)
        }
        [] => None,
    }
}

/// Takes bytes of a known kind apart; none for a kind that is not among [`kinds`].
pub fn take_apart(kind: &str, bytes: &[u8], flaws: &mut Flaws) -> Option<Part> {
    Some(match kind {
        "GSSToken" => token::context(bytes, flaws),
        "GSS-WRAP" => token::wrap(bytes, flaws),
        name => {
            let of = TYPES.iter().find(|of| of.name == name)?;
            body::Walk::new(bytes, flaws).whole(of, (0, bytes.len()))
        }
    })
}

#[cfg(test)]
mod tests;
