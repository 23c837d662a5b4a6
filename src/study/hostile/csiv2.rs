//! Octets as every message and token of CORBA's security, and those of LTPA.

use crate::protocol::anatomy::Part;
use crate::protocol::csiv2::Read;
use crate::protocol::csiv2::giop::Message;
use crate::protocol::csiv2::identity::{Chain, Wrapped};
use crate::protocol::csiv2::ior::{IiopProfile, Ior, MechanismList, TlsTransport};
use crate::protocol::csiv2::names::{ExportedName, Name};
use crate::protocol::csiv2::sas::Body;
use crate::protocol::csiv2::token::{Credentials, ErrorToken, Token};
use crate::protocol::csiv2::{Order, anatomy};
use crate::protocol::ltpa::{KINDS, domino};
use crate::study::inspect::{ReadAs, inspect};

/// Octets of every kind: what is read is written as octets that are read as the same, what people see is
/// inside the octets, and flaws are told where nothing can be read.
///
/// # Errors
/// What does not hold together.
pub fn csiv2(octets: &[u8]) -> Result<(), String> {
    let big = Order::Big;
    let read = [
        ("GIOP", same(octets, Message::decode, Message::encode)?),
        ("SASContextBody", same(octets, Body::decode, Body::encode)?),
        ("GSSToken", same(octets, Token::decode, Token::encode)?),
        ("GSSUP.InitialContextToken", same(octets, Credentials::decode, Credentials::encode)?),
        ("GSSUP.ErrorToken", same(octets, ErrorToken::decode, |own| own.encode())?),
        ("GSS_NT_ExportedName", same(octets, ExportedName::decode, ExportedName::encode)?),
        (
            "IdentityToken.principal_name",
            same(octets, Wrapped::<ExportedName>::decode, |own| own.encode())?,
        ),
        (
            "IdentityToken.certificate_chain",
            same(octets, Wrapped::<Chain>::decode, |own| own.encode())?,
        ),
        ("IdentityToken.dn", same(octets, Wrapped::<Name>::decode, |own| own.encode())?),
        ("X501DistinguishedName", same(octets, Name::decode, Name::encode)?),
        ("CompoundSecMechList", same(octets, MechanismList::decode, MechanismList::encode)?),
        ("TLS_SEC_TRANS", same(octets, TlsTransport::decode, TlsTransport::encode)?),
        ("IOR", same(octets, Ior::decode, |own| own.encode(big))?),
    ];
    same(octets, IiopProfile::decode, |own| own.encode(big))?;
    if let Ok(own) = domino::Token::decode(octets)
        && own.encode() != octets
    {
        return Err(format!("a token of Domino is written otherwise: {own:?}"));
    }
    for kind in anatomy::kinds().chain(KINDS).chain([anatomy::TOKEN]) {
        let Ok(found) = inspect(Some(kind), octets, ReadAs::Octets) else { continue };
        let is_read = read.iter().find(|(own, _)| *own == kind).is_none_or(|(_, read)| *read);
        // Tokens of Kerberos are judged by readers of their own.
        let is_own = kind != anatomy::TOKEN || anatomy::is_token(octets);
        if found.decodes && !is_read && is_own {
            return Err(format!("{kind}: no flaw is told of what cannot be read"));
        }
        if let Some(flaw) = found.flaws.iter().find(|flaw| flaw.offset as usize > octets.len()) {
            return Err(format!("{kind}: a flaw behind the end: {flaw:?}"));
        }
        found.parts.iter().try_for_each(|part| inside(part, octets.len()))?;
    }
    Ok(())
}

/// Whether octets are read; what is read is the same when it was written.
fn same<T: PartialEq + std::fmt::Debug>(
    octets: &[u8],
    read: fn(&[u8]) -> Read<T>,
    write: impl Fn(&T) -> Vec<u8>,
) -> Result<bool, String> {
    match read(octets) {
        Ok(own) => match read(&write(&own)) {
            Ok(other) if other == own => Ok(true),
            other => Err(format!("{own:?} is written and read as {other:?}")),
        },
        Err(error) if error.at <= octets.len() => Ok(false),
        Err(error) => Err(format!("an error behind the end: {error}")),
    }
}

fn inside(part: &Part, length: usize) -> Result<(), String> {
    let end = part.offset as usize + part.length as usize;
    if end > length {
        return Err(format!("{} ends at {end} of {length}", part.name));
    }
    part.parts.iter().try_for_each(|part| inside(part, length))
}
