//! References: what an IOR says of its server.

use super::{Read, told};
use crate::nodes::orb::{IdentityType, Layer, Target};
use crate::protocol::csiv2::Order;
use crate::protocol::csiv2::ior::{
    Attributes, Authentication, IiopProfile, Ior, Mechanism, MechanismList, TAG_CSI_SEC_MECH_LIST,
    TAG_INTERNET_IOP, TAG_NULL_TAG, TAG_TLS_SEC_TRANS, Tagged, TlsTransport,
};
use crate::protocol::csiv2::names::{ExportedName, GSSUP_OID, oid_to_der};

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
    let order = Order::Big;
    let required = if target.authentication == Layer::Required { TRUST_IN_CLIENT } else { 0 };
    let supported = if target.authentication == Layer::Never { 0 } else { TRUST_IN_CLIENT };
    let tls =
        TlsTransport { order, target_supports: TLS, target_requires: 0, addresses: Vec::new() };
    let transport = match target.tls {
        true => Tagged { tag: TAG_TLS_SEC_TRANS, data: tls.encode() },
        false => Tagged { tag: TAG_NULL_TAG, data: Vec::new() },
    };
    let takes = |form: &IdentityType| target.identity_types.contains(form);
    let mechanism = Mechanism {
        target_requires: required,
        transport,
        authentication: Authentication {
            target_supports: supported,
            target_requires: required,
            mechanism: oid_to_der(GSSUP_OID),
            target_name: ExportedName::gssup(&target.realm).encode(),
        },
        attributes: Attributes {
            target_supports: if target.identity_types.is_empty() { 0 } else { ASSERTION },
            identity_types: FORMS.iter().filter(|(own, _)| takes(own)).map(|(_, bit)| bit).sum(),
            ..Attributes::default()
        },
    };
    let list = MechanismList { order, stateful: target.stateful, mechanisms: vec![mechanism] };
    let profile = IiopProfile {
        version: (1, 2),
        host: target.object.clone(),
        port: 0,
        object_key: target.object.as_bytes().to_vec(),
        components: vec![Tagged { tag: TAG_CSI_SEC_MECH_LIST, data: list.encode() }],
    };
    let profiles = vec![Tagged { tag: TAG_INTERNET_IOP, data: profile.encode(order) }];
    Ior { type_id: "IDL:Bean:1.0".to_owned(), profiles }.encode(order)
}

/// Takes a reference apart.
pub(in crate::nodes) fn open_ior(octets: &[u8]) -> Read<Target> {
    let reference = Ior::decode(octets).map_err(told)?;
    let [Tagged { tag: TAG_INTERNET_IOP, data }] = reference.profiles.as_slice() else {
        return Err("the reference has not one profile of IIOP".to_owned());
    };
    let profile = IiopProfile::decode(data).map_err(told)?;
    let [Tagged { tag: TAG_CSI_SEC_MECH_LIST, data }] = profile.components.as_slice() else {
        return Err("the reference says nothing of security".to_owned());
    };
    let list = MechanismList::decode(data).map_err(told)?;
    let [mechanism] = list.mechanisms.as_slice() else {
        return Err("the reference has not one mechanism".to_owned());
    };
    let login = &mechanism.authentication;
    let realm = ExportedName::decode(&login.target_name).map_err(told)?;
    let realm = realm.text().ok_or("a realm that is no text")?.to_owned();
    let bits = mechanism.attributes.identity_types;
    let forms = FORMS.iter().filter(|(_, bit)| bits & bit != 0);
    let identity_types = forms.map(|(form, _)| *form).collect();
    let has = |options: u16| options & TRUST_IN_CLIENT != 0;
    let authentication = match (has(login.target_supports), has(login.target_requires)) {
        (_, true) => Layer::Required,
        (true, false) => Layer::Supported,
        (false, false) => Layer::Never,
    };
    Ok(Target {
        object: profile.host,
        realm,
        stateful: list.stateful,
        tls: mechanism.transport.tag == TAG_TLS_SEC_TRANS,
        authentication,
        identity_types,
    })
}
