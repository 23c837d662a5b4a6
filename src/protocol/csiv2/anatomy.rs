//! Messages and tokens taken apart field by field, by the readers that nodes use.

use super::cdr::{In, Malformed, Notes, Order, Read};
use super::identity::{read_chain, read_wrapped};
use super::ior::{Ior, read_mechanisms, read_tls};
use super::names::{read_exported, read_name, read_oid};
use super::token::{members, read_credentials, read_error, read_token};
use super::{giop, names, sas, token};
use crate::protocol::anatomy::{Flaws, Part};

/// The name of framed tokens, of which Kerberos has some too.
pub const TOKEN: &str = "GSSToken";

type Reader = fn(&[u8], &mut Notes) -> Read<()>;

/// Kinds and their readers.
const KINDS: [(&str, Reader); 16] = [
    ("GIOP", |octets, notes| giop::read_message(octets, 0, notes).map(drop)),
    ("SASContextBody", |octets, notes| sas::read_body(octets, 0, notes).map(drop)),
    ("GSSUP.InitialContextToken", |octets, notes| read_credentials(octets, 0, notes).map(drop)),
    ("GSSUP.InitialContextToken.body", |octets, notes| {
        members(In::new(octets, Order::Big, 0, notes)).map(drop)
    }),
    ("GSSUP.ErrorToken", |octets, notes| read_error(octets, 0, notes).map(drop)),
    ("GSS_NT_ExportedName", |octets, notes| read_exported(octets, 0, notes).map(drop)),
    ("IdentityToken.principal_name", |octets, notes| {
        read_wrapped(octets, 0, notes, read_exported).map(drop)
    }),
    ("IdentityToken.certificate_chain", |octets, notes| {
        read_wrapped(octets, 0, notes, read_chain).map(drop)
    }),
    ("IdentityToken.dn", |octets, notes| read_wrapped(octets, 0, notes, read_name).map(drop)),
    ("X509CertificateChain", |octets, notes| read_chain(octets, 0, notes).map(drop)),
    ("X501DistinguishedName", |octets, notes| read_name(octets, 0, notes).map(drop)),
    ("OID-DER", |octets, notes| read_oid(octets, 0, notes).map(drop)),
    ("IOR", |octets, notes| {
        let mut read = In::encapsulation(octets, 0, notes)?;
        Ior::read(&mut read)?;
        read.done()
    }),
    ("CompoundSecMechList", |octets, notes| read_mechanisms(octets, 0, notes).map(drop)),
    ("TLS_SEC_TRANS", |octets, notes| read_tls(octets, 0, notes).map(drop)),
    (TOKEN, |octets, notes| read_token(octets, 0, notes).map(drop)),
];

/// The kinds by name, without the framed tokens.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name).filter(|name| *name != TOKEN)
}

/// The kind that the first octets announce: a framed token of GSSUP or LTPA, or a message.
pub fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"GIOP") {
        return Some("GIOP");
    }
    is_token(bytes).then_some(TOKEN)
}

/// Whether a framed token is one of GSSUP or LTPA, also a damaged one.
pub fn is_token(bytes: &[u8]) -> bool {
    let own = [names::GSSUP_OID, names::LTPA_OID].map(names::oid_to_der);
    let length = token::length_octets(bytes).len();
    let oid = bytes.get(1 + length..).unwrap_or_default();
    bytes.first() == Some(&0x60) && own.iter().any(|own| oid.starts_with(own))
}

/// Takes octets of a kind apart; none for a kind that is not known here.
pub fn take_apart(kind: &str, bytes: &[u8], flaws: &mut Flaws) -> Option<Part> {
    let (name, read) = KINDS.iter().find(|(name, _)| *name == kind)?;
    let mut notes = Notes::kept();
    flaws.enter(*name);
    if let Err(Malformed { at, what }) = read(bytes, &mut notes) {
        let path = notes.path();
        path.iter().for_each(|name| flaws.enter(name.clone()));
        flaws.note(at, what);
        path.iter().for_each(|_| flaws.leave());
    }
    flaws.leave();
    let mut part = Part::new(*name, "message", 0, bytes.len());
    part.parts = notes.into_parts(bytes.len());
    Some(part)
}
