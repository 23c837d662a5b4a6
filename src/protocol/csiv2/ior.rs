//! References: what an IOR says of its server's security (CSIIOP.idl; CORBA 3.0 section 24.5).

use super::cdr::{In, Malformed, Notes, Order, Out, Read};
use super::names::{read_exported, read_oid};

/// The component that lists mechanisms.
pub const TAG_CSI_SEC_MECH_LIST: u32 = 33;
/// A mechanism without transport.
pub const TAG_NULL_TAG: u32 = 34;
/// A mechanism over TLS.
pub const TAG_TLS_SEC_TRANS: u32 = 36;
/// The profile of IIOP.
pub const TAG_INTERNET_IOP: u32 = 0;

/// Association options by name (CSIIOP.idl).
pub const OPTIONS: [(u16, &str); 12] = [
    (1, "NoProtection"),
    (2, "Integrity"),
    (4, "Confidentiality"),
    (8, "DetectReplay"),
    (16, "DetectMisordering"),
    (32, "EstablishTrustInTarget"),
    (64, "EstablishTrustInClient"),
    (128, "NoDelegation"),
    (256, "SimpleDelegation"),
    (512, "CompositeDelegation"),
    (1024, "IdentityAssertion"),
    (2048, "DelegationByClient"),
];

/// Options in words.
fn options(bits: u16) -> Option<String> {
    let names = OPTIONS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name);
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Octets with a tag: a profile or a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The tag.
    pub tag: u32,
    /// The octets.
    pub data: Vec<u8>,
}

impl Tagged {
    pub(super) fn write(&self, out: &mut Out) {
        out.long(self.tag);
        out.sequence(&self.data);
    }

    pub(super) fn read(read: &mut In<'_, '_>, name: &'static str) -> Read<Tagged> {
        let tag = read.long("tag")?;
        read.notes.means(|| tag_name(tag).map(str::to_owned));
        let data = match tag {
            TAG_TLS_SEC_TRANS => read.opened(name, "TLS_SEC_TRANS", |octets, base, notes| {
                read_tls(octets, base, notes).map(drop)
            })?,
            _ => read.sequence(name)?,
        };
        Ok(Tagged { tag, data: data.to_vec() })
    }
}

/// The name of a component (CORBA 3.0 section 13.6.6).
pub fn tag_name(tag: u32) -> Option<&'static str> {
    Some(match tag {
        20 => "TAG_SSL_SEC_TRANS",
        TAG_CSI_SEC_MECH_LIST => "TAG_CSI_SEC_MECH_LIST",
        TAG_NULL_TAG => "TAG_NULL_TAG",
        35 => "TAG_SECIOP_SEC_TRANS",
        TAG_TLS_SEC_TRANS => "TAG_TLS_SEC_TRANS",
        _ => return None,
    })
}

/// What a server offers, the best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MechanismList {
    /// The order in which it is written.
    pub order: Order,
    /// Whether it keeps contexts.
    pub stateful: bool,
    /// The mechanisms.
    pub mechanisms: Vec<Mechanism>,
}

/// Three layers that are used together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// What all of it requires.
    pub target_requires: u16,
    /// The transport.
    pub transport: Tagged,
    /// How clients authenticate.
    pub authentication: Authentication,
    /// How identities are asserted.
    pub attributes: Attributes,
}

/// How clients authenticate (AS_ContextSec).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authentication {
    /// What the server takes.
    pub target_supports: u16,
    /// What it requires.
    pub target_requires: u16,
    /// The mechanism: an object identifier in DER, or nothing.
    pub mechanism: Vec<u8>,
    /// The realm: an exported name, or nothing.
    pub target_name: Vec<u8>,
}

/// How identities are asserted (SAS_ContextSec).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// What the server takes.
    pub target_supports: u16,
    /// What it requires.
    pub target_requires: u16,
    /// Authorities on privileges that it trusts: the syntax of a name, and the name.
    pub privilege_authorities: Vec<(u32, Vec<u8>)>,
    /// Mechanisms of names that it takes: object identifiers in DER.
    pub naming_mechanisms: Vec<Vec<u8>>,
    /// Forms of identity tokens that it takes.
    pub identity_types: u32,
}

impl MechanismList {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Out::encapsulation(self.order);
        out.boolean(self.stateful);
        out.count(self.mechanisms.len());
        for own in &self.mechanisms {
            out.short(own.target_requires);
            own.transport.write(&mut out);
            out.short(own.authentication.target_supports);
            out.short(own.authentication.target_requires);
            out.sequence(&own.authentication.mechanism);
            out.sequence(&own.authentication.target_name);
            let attributes = &own.attributes;
            out.short(attributes.target_supports);
            out.short(attributes.target_requires);
            out.count(attributes.privilege_authorities.len());
            for (syntax, name) in &attributes.privilege_authorities {
                out.long(*syntax);
                out.sequence(name);
            }
            out.count(attributes.naming_mechanisms.len());
            attributes.naming_mechanisms.iter().for_each(|own| out.sequence(own));
            out.long(attributes.identity_types);
        }
        out.octets
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<MechanismList> {
        read_mechanisms(octets, 0, &mut Notes::default())
    }
}

fn bits(read: &mut In<'_, '_>, name: &'static str) -> Read<u16> {
    let bits = read.short(name)?;
    read.notes.means(|| options(bits));
    Ok(bits)
}

pub(super) fn read_mechanisms(
    octets: &[u8],
    base: usize,
    notes: &mut Notes,
) -> Read<MechanismList> {
    let mut read = In::encapsulation(octets, base, notes)?;
    let order = read.order;
    let stateful = read.boolean("stateful")?;
    // Numbers, lengths and padding of a mechanism that has nothing.
    let mechanisms = read.list("mechanism_list", 40, |read| {
        Ok(Mechanism {
            target_requires: bits(read, "target_requires")?,
            transport: read
                .group("transport_mech", "struct", |read| Tagged::read(read, "component_data"))?,
            authentication: read.group("as_context_mech", "struct", authentication)?,
            attributes: read.group("sas_context_mech", "struct", attributes)?,
        })
    })?;
    read.done()?;
    Ok(MechanismList { order, stateful, mechanisms })
}

fn authentication(read: &mut In<'_, '_>) -> Read<Authentication> {
    Ok(Authentication {
        target_supports: bits(read, "target_supports")?,
        target_requires: bits(read, "target_requires")?,
        mechanism: mechanism(read, "client_authentication_mech")?,
        target_name: read
            .opened("target_name", "ExportedName", |octets, base, notes| match octets {
                [] => Ok(()),
                name => read_exported(name, base, notes).map(drop),
            })?
            .to_vec(),
    })
}

/// An object identifier in DER, or nothing.
fn mechanism(read: &mut In<'_, '_>, name: &'static str) -> Read<Vec<u8>> {
    let octets = read.opened(name, "OID", |octets, base, notes| match octets {
        [] => Ok(()),
        oid => read_oid(oid, base, notes).map(drop),
    })?;
    Ok(octets.to_vec())
}

fn attributes(read: &mut In<'_, '_>) -> Read<Attributes> {
    Ok(Attributes {
        target_supports: bits(read, "target_supports")?,
        target_requires: bits(read, "target_requires")?,
        privilege_authorities: read.list("privilege_authorities", 8, |read| {
            Ok((read.long("syntax")?, read.sequence("name")?.to_vec()))
        })?,
        naming_mechanisms: read
            .list("supported_naming_mechanisms", 4, |read| mechanism(read, "mechanism"))?,
        identity_types: {
            let forms = read.long("supported_identity_types")?;
            read.notes.means(|| Some(form_names(forms)));
            forms
        },
    })
}

fn form_names(forms: u32) -> String {
    let bits = (0..32).map(|bit| 1 << bit).filter(|bit| forms & bit != 0);
    let name = |bit| super::identity::form_name(bit).map_or(format!("{bit:#x}"), str::to_owned);
    bits.map(name).collect::<Vec<_>>().join(", ")
}

/// TLS as a transport (TLS_SEC_TRANS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsTransport {
    /// The order in which it is written.
    pub order: Order,
    /// What the server takes.
    pub target_supports: u16,
    /// What it requires.
    pub target_requires: u16,
    /// Hosts and ports.
    pub addresses: Vec<(String, u16)>,
}

impl TlsTransport {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Out::encapsulation(self.order);
        out.short(self.target_supports);
        out.short(self.target_requires);
        out.count(self.addresses.len());
        for (host, port) in &self.addresses {
            out.string(host);
            out.short(*port);
        }
        out.octets
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<TlsTransport> {
        read_tls(octets, 0, &mut Notes::default())
    }
}

pub(super) fn read_tls(octets: &[u8], base: usize, notes: &mut Notes) -> Read<TlsTransport> {
    let mut read = In::encapsulation(octets, base, notes)?;
    let own = TlsTransport {
        order: read.order,
        target_supports: bits(&mut read, "target_supports")?,
        target_requires: bits(&mut read, "target_requires")?,
        addresses: read
            .list("addresses", 7, |read| Ok((read.string("host_name")?, read.short("port")?)))?,
    };
    read.done()?;
    Ok(own)
}

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ior {
    /// The type of the object.
    pub type_id: String,
    /// How it is reached.
    pub profiles: Vec<Tagged>,
}

impl Ior {
    pub(super) fn write(&self, out: &mut Out) {
        out.string(&self.type_id);
        out.count(self.profiles.len());
        self.profiles.iter().for_each(|own| own.write(out));
    }

    pub(super) fn read(read: &mut In<'_, '_>) -> Read<Ior> {
        Ok(Ior {
            type_id: read.string("type_id")?,
            profiles: read.list("profiles", 8, |read| Tagged::read(read, "profile_data"))?,
        })
    }

    /// The encapsulation that is written behind `IOR:`.
    pub fn encode(&self, order: Order) -> Vec<u8> {
        let mut out = Out::encapsulation(order);
        self.write(&mut out);
        out.octets
    }

    /// Reads the encapsulation.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Ior> {
        let mut notes = Notes::default();
        let mut read = In::encapsulation(octets, 0, &mut notes)?;
        let own = Ior::read(&mut read)?;
        read.done()?;
        Ok(own)
    }
}

/// The profile of IIOP (CORBA 3.0 section 15.7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IiopProfile {
    /// Major and minor version.
    pub version: (u8, u8),
    /// The host.
    pub host: String,
    /// The port; zero where only protected calls are taken.
    pub port: u16,
    /// The key of the object.
    pub object_key: Vec<u8>,
    /// What else is to know; version 1.0 has none.
    pub components: Vec<Tagged>,
}

impl IiopProfile {
    /// Its octets.
    pub fn encode(&self, order: Order) -> Vec<u8> {
        let mut out = Out::encapsulation(order);
        out.octet(self.version.0);
        out.octet(self.version.1);
        out.string(&self.host);
        out.short(self.port);
        out.sequence(&self.object_key);
        if self.version != (1, 0) {
            out.count(self.components.len());
            self.components.iter().for_each(|own| own.write(&mut out));
        }
        out.octets
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<IiopProfile> {
        let mut notes = Notes::default();
        let mut read = In::encapsulation(octets, 0, &mut notes)?;
        let version = (read.octet("major")?, read.octet("minor")?);
        if version.0 != 1 {
            return Err(Malformed { at: 1, what: "this version of IIOP is not known".into() });
        }
        let host = read.string("host")?;
        let port = read.short("port")?;
        let object_key = read.sequence("object_key")?.to_vec();
        let components = match version.1 {
            0 => Vec::new(),
            _ => read.list("components", 8, |read| Tagged::read(read, "component_data"))?,
        };
        read.done()?;
        Ok(IiopProfile { version, host, port, object_key, components })
    }
}
