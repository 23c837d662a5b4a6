//! References: what an IOR says of its server.

use super::{GSSUP, exported_name, open_exported_name};
use crate::nodes::orb::{IdentityType, Layer, Target};
use crate::protocol::csiv2::cdr::{In, Out, Read};

/// Forms and their numbers (CSI, IdentityTokenType).
const FORMS: [(IdentityType, u32); 4] = [
    (IdentityType::Anonymous, 1),
    (IdentityType::PrincipalName, 2),
    (IdentityType::CertificateChain, 4),
    (IdentityType::DistinguishedName, 8),
];
const TRUST_IN_CLIENT: u16 = 64;
const ASSERTION: u16 = 1024;
/// Integrity, Confidentiality, EstablishTrustInTarget, EstablishTrustInClient.
const TLS: u16 = 2 | 4 | 32 | TRUST_IN_CLIENT;

/// A reference's octets.
pub(in crate::nodes) fn ior(target: &Target) -> Vec<u8> {
    let mut list = Out::encapsulation();
    list.octet(u8::from(target.stateful));
    list.long(1);
    let required = if target.authentication == Layer::Required { TRUST_IN_CLIENT } else { 0 };
    list.short(required);
    if target.tls {
        let mut tls = Out::encapsulation();
        tls.short(TLS);
        tls.short(0);
        tls.long(0);
        list.long(36);
        list.octets(&tls.0);
    } else {
        list.long(34);
        list.octets(&[]);
    }
    let supported = if target.authentication == Layer::Never { 0 } else { TRUST_IN_CLIENT };
    list.short(supported);
    list.short(required);
    list.octets(&[&[6, GSSUP.len() as u8], GSSUP].concat());
    list.octets(&exported_name(&target.realm));
    list.short(if target.identity_types.is_empty() { 0 } else { ASSERTION });
    list.short(0);
    list.long(0);
    list.long(0);
    let takes = |form: &IdentityType| target.identity_types.contains(form);
    list.long(FORMS.iter().filter(|(form, _)| takes(form)).map(|(_, bit)| bit).sum());
    let mut profile = Out::encapsulation();
    profile.octet(1);
    profile.octet(2);
    profile.string(&target.object);
    profile.short(0);
    profile.octets(target.object.as_bytes());
    profile.long(1);
    profile.long(33);
    profile.octets(&list.0);
    let mut out = Out::encapsulation();
    out.string("IDL:Bean:1.0");
    out.long(1);
    out.long(0);
    out.octets(&profile.0);
    out.0
}

/// Takes a reference apart.
pub(in crate::nodes) fn open_ior(octets: &[u8]) -> Read<Target> {
    let mut read = In::encapsulation(octets)?;
    read.string()?;
    if (read.long()?, read.long()?) != (1, 0) {
        return Err("the reference has not one profile of IIOP".to_owned());
    }
    let mut profile = In::encapsulation(read.octets()?)?;
    profile.take(2)?;
    let object = profile.string()?;
    profile.short()?;
    profile.octets()?;
    if (profile.long()?, profile.long()?) != (1, 33) {
        return Err("the reference says nothing of security".to_owned());
    }
    let mut list = In::encapsulation(profile.octets()?)?;
    let stateful = list.octet()? == 1;
    if list.long()? != 1 {
        return Err("the reference has not one mechanism".to_owned());
    }
    list.short()?;
    let tls = list.long()? == 36;
    list.octets()?;
    let (supported, required) = (list.short()?, list.short()?);
    list.octets()?;
    let realm = open_exported_name(list.octets()?)?;
    list.short()?;
    list.short()?;
    for _ in 0..list.count()? {
        list.long()?;
        list.octets()?;
    }
    for _ in 0..list.count()? {
        list.octets()?;
    }
    let bits = list.long()?;
    list.done()?;
    let forms = FORMS.iter().filter(|(_, bit)| bits & bit != 0);
    let identity_types = forms.map(|(form, _)| *form).collect();
    let authentication = match (supported & TRUST_IN_CLIENT != 0, required & TRUST_IN_CLIENT != 0) {
        (_, true) => Layer::Required,
        (true, false) => Layer::Supported,
        (false, false) => Layer::Never,
    };
    Ok(Target { object, realm, stateful, tls, authentication, identity_types })
}
