//! Credential caches as MIT's and Heimdal's tools keep them in files: versions 3 and 4 read, version 4
//! written.
//!
//! ```text
//!   05 04  header length (2)  fields: tag (2), length (2), value       version 4 only
//!   default principal, then credentials to the end of the file:
//!     client  server  encryption type (2; twice in version 3)  key
//!     auth, start, end, renew-till times (4 each)  is-session-key (1)  ticket flags (4)
//!     addresses  authorization data  ticket  second ticket
//! ```
//!
//! The layout is that of the MIT Kerberos documentation, *Credential cache file format*.

use super::client::Credentials;
use super::flags::TicketFlags;
use super::keytab::StoredKey;
use super::octets::{FileError, Octets, TooLong, push32};
use super::principal::Principal;
use super::ticket::{Address, TicketTimes};
use crate::check::Seconds;

/// The realm of entries that hold settings and no ticket.
const CONFIG_REALM: &str = "X-CACHECONF:";
/// The header field with the offset of the KDC's clock.
const KDC_OFFSET: u16 = 1;

/// A credential cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ccache {
    /// By how much the KDC's clock was ahead of the client's, where it was noted.
    pub kdc_offset: Option<KdcOffset>,
    /// Whose cache it is.
    pub principal: Principal,
    /// Tickets and settings in the order of the file.
    pub credentials: Vec<CachedCredential>,
}

/// What to add to the client's time to get the KDC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdcOffset {
    /// Whole seconds.
    pub seconds: i32,
    /// Microseconds.
    pub micros: i32,
}

/// A ticket with what its client needs to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedCredential {
    /// The client.
    pub client: Principal,
    /// The service.
    pub server: Principal,
    /// The session key.
    pub key: StoredKey,
    /// The times; 0 in the file is absent.
    pub times: TicketTimes,
    /// Whether the ticket is under another ticket's session key.
    pub is_session_key: bool,
    /// The flags.
    pub flags: TicketFlags,
    /// The addresses.
    pub addresses: Vec<Address>,
    /// The authorization data: type and octets.
    pub authorization: Vec<(i16, Vec<u8>)>,
    /// The ticket; of a setting, its value.
    pub ticket: Vec<u8>,
    /// The ticket whose session key was used.
    pub second_ticket: Vec<u8>,
}

impl CachedCredential {
    /// Whether this is a setting of a program and no ticket.
    pub fn is_setting(&self) -> bool {
        self.server.realm() == CONFIG_REALM
    }

    /// The credentials, where the model has the type of the session key.
    pub fn credentials(&self) -> Option<Credentials> {
        let session_key = self.key.key().filter(|_| !self.is_setting())?;
        Some(Credentials {
            client: self.client.clone(),
            server: self.server.clone(),
            session_key,
            ticket: self.ticket.clone(),
            times: self.times,
            flags: self.flags,
        })
    }
}

impl From<&Credentials> for CachedCredential {
    fn from(credentials: &Credentials) -> CachedCredential {
        CachedCredential {
            client: credentials.client.clone(),
            server: credentials.server.clone(),
            key: StoredKey::from(&credentials.session_key),
            times: credentials.times,
            is_session_key: false,
            flags: credentials.flags,
            addresses: Vec::new(),
            authorization: Vec::new(),
            ticket: credentials.ticket.clone(),
            second_ticket: Vec::new(),
        }
    }
}

impl Ccache {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`]: these octets are no credential cache of version 3 or 4.
    pub fn decode(file: &[u8]) -> Result<Ccache, FileError> {
        let mut octets = Octets::new(file)?;
        let version = octets.u16("the version")?;
        let kdc_offset = match version {
            0x0503 => None,
            0x0504 => header(octets.counted16("the header")?)?,
            0x0501 | 0x0502 => {
                let problem = "a credential cache of version 1 or 2; versions 3 and 4 are read";
                return Err(FileError { offset: 0, problem: problem.to_owned() });
            }
            other => {
                let problem =
                    format!("no credential cache: it begins with X'{other:04X}', not X'0504'");
                return Err(FileError { offset: 0, problem });
            }
        };
        let principal = read_principal(&mut octets)?;
        let mut credentials = Vec::new();
        while !octets.is_empty() {
            credentials.push(read_credential(&mut octets, version)?);
        }
        Ok(Ccache { kdc_offset, principal, credentials })
    }

    /// The octets of a file of version 4.
    ///
    /// # Errors
    /// [`TooLong`]: a name, key or ticket is longer than a file may be.
    pub fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut out = vec![5, 4];
        match self.kdc_offset {
            None => out.extend_from_slice(&0u16.to_be_bytes()),
            Some(KdcOffset { seconds, micros }) => {
                for number in [12, KDC_OFFSET, 8] {
                    out.extend_from_slice(&number.to_be_bytes());
                }
                out.extend_from_slice(&seconds.to_be_bytes());
                out.extend_from_slice(&micros.to_be_bytes());
            }
        }
        push_principal(&mut out, &self.principal)?;
        for credential in &self.credentials {
            push_credential(&mut out, credential)?;
        }
        Ok(out)
    }
}

/// The fields of the header; those of unknown tags are ignored, as the format demands.
fn header(mut fields: Octets<'_>) -> Result<Option<KdcOffset>, FileError> {
    let mut offset = None;
    while !fields.is_empty() {
        let tag = fields.u16("the tag of a header field")?;
        let mut value = fields.counted16("a header field")?;
        if tag == KDC_OFFSET {
            let seconds = value.i32("the KDC's time offset")?;
            let micros = value.i32("the KDC's time offset")?;
            if !value.is_empty() {
                return Err(value.error("the KDC's time offset has more than 8 bytes"));
            }
            offset = Some(KdcOffset { seconds, micros });
        }
    }
    Ok(offset)
}

fn read_principal(octets: &mut Octets<'_>) -> Result<Principal, FileError> {
    let begin = octets.clone();
    let kind = octets.i32("a name type")?;
    let count = octets.u32("the number of components")?;
    let realm = octets.counted32("a realm")?.text()?;
    let mut components = Vec::new();
    for _ in 0..count {
        components.push(octets.counted32("a component of a name")?.text()?);
    }
    begin.principal(realm, &components, kind)
}

fn read_credential(octets: &mut Octets<'_>, version: u16) -> Result<CachedCredential, FileError> {
    let client = read_principal(octets)?;
    let server = read_principal(octets)?;
    let etype = octets.u16("an encryption type")?;
    if version == 0x0503 {
        octets.u16("the second encryption type")?;
    }
    let key = StoredKey::read(etype, &octets.counted32("a key")?)?;
    let mut time = |what: &str| octets.u32(what).map(Seconds::from);
    let times = TicketTimes {
        auth: time("the authentication time")?,
        start: Some(time("the start time")?).filter(|start| *start != 0),
        end: time("the end time")?,
        renew_till: Some(time("the renew-till time")?).filter(|till| *till != 0),
    };
    let is_session_key = match octets.u8("the session key mark")? {
        0 => false,
        1 => true,
        other => return Err(octets.error(format!("a session key mark of {other}, not 0 or 1"))),
    };
    let flags = TicketFlags(octets.u32("the ticket flags")?);
    let addresses = typed(octets, "an address")?.into_iter();
    let addresses = addresses.map(|(kind, octets)| Address { kind: i32::from(kind), octets });
    Ok(CachedCredential {
        client,
        server,
        key,
        times,
        is_session_key,
        flags,
        addresses: addresses.collect(),
        authorization: typed(octets, "authorization data")?,
        ticket: octets.counted32("a ticket")?.rest().to_vec(),
        second_ticket: octets.counted32("a second ticket")?.rest().to_vec(),
    })
}

/// A number of items, each with a type in front.
fn typed(octets: &mut Octets<'_>, what: &str) -> Result<Vec<(i16, Vec<u8>)>, FileError> {
    let count = octets.u32(what)?;
    let mut items = Vec::new();
    for _ in 0..count {
        let kind = octets.u16(what)?.cast_signed();
        items.push((kind, octets.counted32(what)?.rest().to_vec()));
    }
    Ok(items)
}

fn push_principal(out: &mut Vec<u8>, principal: &Principal) -> Result<(), TooLong> {
    out.extend_from_slice(&principal.kind().to_be_bytes());
    push_count(out, principal.components().len(), "a principal")?;
    push32(out, principal.realm().as_bytes(), "a realm")?;
    for component in principal.components() {
        push32(out, component.as_bytes(), "a component of a name")?;
    }
    Ok(())
}

fn push_count(out: &mut Vec<u8>, length: usize, what: &'static str) -> Result<(), TooLong> {
    let most = u32::MAX as usize;
    let count = u32::try_from(length).map_err(|_| TooLong { what, length, most })?;
    out.extend_from_slice(&count.to_be_bytes());
    Ok(())
}

fn push_credential(out: &mut Vec<u8>, credential: &CachedCredential) -> Result<(), TooLong> {
    push_principal(out, &credential.client)?;
    push_principal(out, &credential.server)?;
    out.extend_from_slice(&credential.key.wire_type());
    push32(out, credential.key.octets(), "a key")?;
    let TicketTimes { auth, start, end, renew_till } = credential.times;
    for time in [auth, start.unwrap_or(0), end, renew_till.unwrap_or(0)] {
        // The field holds 1970 to 2106; a time outside is cut to the nearest that it holds.
        let time = time.clamp(0, Seconds::from(u32::MAX)) as u32;
        out.extend_from_slice(&time.to_be_bytes());
    }
    out.push(u8::from(credential.is_session_key));
    out.extend_from_slice(&credential.flags.0.to_be_bytes());
    push_count(out, credential.addresses.len(), "a list of addresses")?;
    for address in &credential.addresses {
        out.extend_from_slice(&(address.kind as i16).to_be_bytes());
        push32(out, &address.octets, "an address")?;
    }
    push_count(out, credential.authorization.len(), "authorization data")?;
    for (kind, octets) in &credential.authorization {
        out.extend_from_slice(&kind.to_be_bytes());
        push32(out, octets, "authorization data")?;
    }
    push32(out, &credential.ticket, "a ticket")?;
    push32(out, &credential.second_ticket, "a second ticket")
}
