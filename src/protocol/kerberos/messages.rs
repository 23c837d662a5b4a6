//! What the messages share: types, key usages, flags, encrypted parts, the content of tickets and
//! authenticators, and how the wire's types become the model's.

use rand_core::Rng;
use rasn::types::{BitString, Integer, OctetString};
use rasn_kerberos as asn1;

use super::der::{self, WireError};
use super::etype::{EncryptionType, Key};
use super::principal::{Principal, general, text};
use super::string_to_key::MOST_ITERATIONS;
use super::time::{self, KerberosTime};
use crate::check::Seconds;

/// Message types and, with X'60' added, application tags (RFC 4120 section 7.5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum MessageType {
    /// A client asks for a first ticket.
    AsReq = 10,
    /// The KDC gives a first ticket.
    AsRep = 11,
    /// A client asks for a service ticket.
    TgsReq = 12,
    /// The KDC gives a service ticket.
    TgsRep = 13,
    /// A client presents a ticket.
    ApReq = 14,
    /// A service proves itself.
    ApRep = 15,
    /// A refusal.
    Error = 30,
}

/// Key usage numbers (RFC 4120 section 7.5.1).
pub mod usage {
    /// PA-ENC-TIMESTAMP, under the client's key.
    pub const PA_ENC_TIMESTAMP: u32 = 1;
    /// The encrypted part of a ticket, under the service's key.
    pub const TICKET: u32 = 2;
    /// The encrypted part of an AS-REP, under the client's key.
    pub const AS_REP: u32 = 3;
    /// The checksum of a TGS-REQ body in the authenticator.
    pub const TGS_REQ_CHECKSUM: u32 = 6;
    /// The authenticator of a TGS-REQ.
    pub const TGS_REQ_AUTHENTICATOR: u32 = 7;
    /// The encrypted part of a TGS-REP, under the session key.
    pub const TGS_REP_SESSION: u32 = 8;
    /// The encrypted part of a TGS-REP, under the authenticator's subkey.
    pub const TGS_REP_SUBKEY: u32 = 9;
    /// The authenticator of an AP-REQ to a service.
    pub const AP_REQ_AUTHENTICATOR: u32 = 11;
    /// The encrypted part of an AP-REP.
    pub const AP_REP: u32 = 12;
}

/// Types of pre-authentication data (RFC 4120 section 7.5.2).
pub mod padata {
    /// An AP-REQ with the ticket-granting ticket.
    pub const TGS_REQ: i32 = 1;
    /// An encrypted timestamp.
    pub const ENC_TIMESTAMP: i32 = 2;
    /// Encryption types with salts and parameters.
    pub const ETYPE_INFO2: i32 = 19;
}

/// Declares 32 flags, bit 0 the most significant, with names for people.
macro_rules! flags {
    ($(#[$meta:meta])* $type:ident { $($bit:literal $name:ident $word:literal $text:literal)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $type(pub u32);

        impl $type {
            $(#[doc = $text] pub const $name: $type = $type(1 << (31 - $bit));)*

            const WORDS: &'static [($type, &'static str)] = &[$(($type::$name, $word)),*];

            /// Whether all of `flags` are set.
            pub fn has(self, flags: $type) -> bool {
                self.0 & flags.0 == flags.0
            }

            /// These flags and `flags`.
            #[must_use]
            pub fn with(self, flags: $type) -> $type {
                $type(self.0 | flags.0)
            }

            /// The names of the set flags, `none` without any; unnamed bits are not shown.
            pub fn text(self) -> String {
                let set = Self::WORDS.iter().filter(|(flag, _)| self.has(*flag));
                let words: Vec<&str> = set.map(|(_, word)| *word).collect();
                if words.is_empty() { "none".to_owned() } else { words.join("+") }
            }
        }
    };
}

flags! {
    /// Flags of a ticket (RFC 4120 section 5.3).
    TicketFlags {
        1 FORWARDABLE "forwardable" "May be forwarded."
        2 FORWARDED "forwarded" "Was forwarded."
        3 PROXIABLE "proxiable" "May be proxied."
        4 PROXY "proxy" "Is a proxy."
        5 MAY_POSTDATE "may-postdate" "May be postdated."
        6 POSTDATED "postdated" "Is postdated."
        7 INVALID "invalid" "Must be validated by the KDC before use."
        8 RENEWABLE "renewable" "May be renewed."
        9 INITIAL "initial" "Comes from an AS exchange."
        10 PRE_AUTHENT "pre-authent" "The client was pre-authenticated."
        11 HW_AUTHENT "hw-authent" "The client was pre-authenticated by hardware."
        12 TRANSITED_CHECKED "transited-policy-checked" "The KDC has checked the path of realms."
        13 OK_AS_DELEGATE "ok-as-delegate" "The service is fit for delegation."
    }
}

flags! {
    /// What a client asks the KDC for (RFC 4120 section 5.4.1).
    KdcOptions {
        1 FORWARDABLE "forwardable" "A ticket that may be forwarded."
        2 FORWARDED "forwarded" "A ticket for another address."
        3 PROXIABLE "proxiable" "A ticket that may be proxied."
        4 PROXY "proxy" "A proxy ticket."
        5 ALLOW_POSTDATE "allow-postdate" "A ticket that may be postdated."
        6 POSTDATED "postdated" "A postdated ticket."
        8 RENEWABLE "renewable" "A renewable ticket."
        14 CNAME_IN_ADDL_TKT "cname-in-addl-tkt" "A ticket for the client of another ticket."
        15 CANONICALIZE "canonicalize" "Names may be replaced by canonical ones."
        16 REQUEST_ANONYMOUS "request-anonymous" "A ticket without the client's name."
        26 DISABLE_TRANSITED_CHECK "disable-transited-check" "The path of realms need not be checked."
        27 RENEWABLE_OK "renewable-ok" "A renewable ticket will do where a long one is refused."
        28 ENC_TKT_IN_SKEY "enc-tkt-in-skey" "A user-to-user ticket."
        30 RENEW "renew" "The ticket is to be renewed."
        31 VALIDATE "validate" "The postdated ticket is to be validated."
    }
}

flags! {
    /// Options of an AP-REQ (RFC 4120 section 5.5.1).
    ApOptions {
        1 USE_SESSION_KEY "use-session-key" "The ticket is under the session key of the server's own ticket."
        2 MUTUAL_REQUIRED "mutual-required" "The client demands an AP-REP."
    }
}

/// A network address as tickets carry it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// 2 is IPv4, 24 is IPv6.
    pub kind: i32,
    /// The octets in network order.
    pub octets: Vec<u8>,
}

impl Address {
    /// An IPv4 address.
    pub fn ipv4(octets: [u8; 4]) -> Address {
        Address { kind: asn1::HostAddress::IPV4, octets: octets.to_vec() }
    }

    /// Type and octets in hexadecimal.
    pub fn text(&self) -> String {
        let octets: String = self.octets.iter().map(|octet| format!("{octet:02X}")).collect();
        format!("{}:{octets}", self.kind)
    }

    pub(super) fn from_wire(addresses: &asn1::HostAddresses) -> Vec<Address> {
        let one = |address: &asn1::HostAddress| Address {
            kind: address.addr_type,
            octets: address.address.to_vec(),
        };
        addresses.iter().map(one).collect()
    }

    pub(super) fn to_wire(addresses: &[Address]) -> asn1::HostAddresses {
        let one = |address: &Address| asn1::HostAddress {
            addr_type: address.kind,
            address: OctetString::from(address.octets.clone()),
        };
        addresses.iter().map(one).collect()
    }
}

/// The times of a ticket, in whole seconds of the KDC's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketTimes {
    /// When the client was first authenticated.
    pub auth: Seconds,
    /// From when the ticket is valid; where it is absent, `auth` counts.
    pub start: Option<Seconds>,
    /// Until when the ticket is valid.
    pub end: Seconds,
    /// Until when it may be renewed.
    pub renew_till: Option<Seconds>,
}

impl TicketTimes {
    /// The start time, or the authentication time where it is absent (RFC 4120 section 5.3).
    pub fn valid_from(&self) -> Seconds {
        self.start.unwrap_or(self.auth)
    }
}

/// What a KDC writes into a ticket and only the service can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketPart {
    /// Flags.
    pub flags: TicketFlags,
    /// The key that client and service share.
    pub session_key: Key,
    /// The client.
    pub client: Principal,
    /// The realms between the client's and the service's, encoded; empty without any.
    pub transited: Vec<u8>,
    /// Times.
    pub times: TicketTimes,
    /// The addresses that may present the ticket; none means any.
    pub addresses: Option<Vec<Address>>,
}

impl TicketPart {
    /// The ticket for `server` under one of its keys, as octets.
    ///
    /// The KDC makes tickets this way; so does whoever forges one to order and knows the key.
    pub fn seal(
        &self,
        server: &Principal,
        kvno: Option<u32>,
        key: &Key,
        random: &mut dyn Rng,
    ) -> Vec<u8> {
        der::encode(&self.ticket(server, kvno, key, random))
    }

    pub(super) fn ticket(
        &self,
        server: &Principal,
        kvno: Option<u32>,
        key: &Key,
        random: &mut dyn Rng,
    ) -> asn1::Ticket {
        asn1::Ticket {
            tkt_vno: Integer::from(5),
            realm: server.wire_realm(),
            sname: server.wire_name(),
            enc_part: seal(key, kvno, usage::TICKET, &self.encode(), random),
        }
    }

    fn encode(&self) -> Vec<u8> {
        der::encode(&asn1::EncTicketPart {
            flags: asn1::TicketFlags(bits(self.flags.0)),
            key: wire_key(&self.session_key),
            crealm: self.client.wire_realm(),
            cname: self.client.wire_name(),
            // Transited encoding 1 is DOMAIN-X500-COMPRESS, the only one (RFC 4120 section 3.3.3.2).
            transited: asn1::TransitedEncoding {
                r#type: 1,
                contents: OctetString::from(self.transited.clone()),
            },
            auth_time: time::to_wire(self.times.auth),
            start_time: self.times.start.map(time::to_wire),
            end_time: time::to_wire(self.times.end),
            renew_till: self.times.renew_till.map(time::to_wire),
            caddr: self.addresses.as_deref().map(Address::to_wire),
            authorization_data: None,
        })
    }

    /// Reads the part. `Ok(None)`: the session key is of a type that the model does not have.
    pub(super) fn decode(bytes: &[u8]) -> Result<Option<TicketPart>, WireError> {
        let part: asn1::EncTicketPart = der::decode("EncTicketPart", bytes)?;
        let Some(session_key) = key("EncTicketPart", &part.key)? else { return Ok(None) };
        Ok(Some(TicketPart {
            flags: TicketFlags(word(&part.flags.0)),
            session_key,
            client: Principal::from_wire(&part.crealm, &part.cname),
            transited: part.transited.contents.to_vec(),
            times: TicketTimes {
                auth: time::from_wire(&part.auth_time),
                start: part.start_time.as_ref().map(time::from_wire),
                end: time::from_wire(&part.end_time),
                renew_till: part.renew_till.as_ref().map(time::from_wire),
            },
            addresses: part.caddr.as_ref().map(Address::from_wire),
        }))
    }
}

/// Type and value of a checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedChecksum {
    /// The checksum type.
    pub kind: i32,
    /// Its octets.
    pub octets: Vec<u8>,
}

/// What a client writes to show that it knows the session key now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator {
    /// The client.
    pub client: Principal,
    /// The client's time; no two authenticators of a client share it.
    pub time: KerberosTime,
    /// What is sent along.
    pub checksum: Option<TypedChecksum>,
    /// A key for this association only.
    pub subkey: Option<Key>,
    /// The first sequence number.
    pub sequence: Option<u32>,
    /// Encryption types that the client would accept for the acceptor's subkey (RFC 4537).
    pub etypes: Vec<i32>,
}

/// Authorization data types of RFC 4537 and RFC 4120 section 5.2.6.
const AD_IF_RELEVANT: i32 = 1;
const AD_ETYPE_NEGOTIATION: i32 = 129;

impl Authenticator {
    pub(super) fn encode(&self) -> Vec<u8> {
        let checksum = self.checksum.as_ref().map(|checksum| asn1::Checksum {
            r#type: checksum.kind,
            checksum: OctetString::from(checksum.octets.clone()),
        });
        der::encode(&asn1::Authenticator {
            authenticator_vno: Integer::from(5),
            crealm: self.client.wire_realm(),
            cname: self.client.wire_name(),
            cksum: checksum,
            cusec: Integer::from(self.time.micros),
            ctime: time::to_wire(self.time.seconds),
            subkey: self.subkey.as_ref().map(wire_key),
            seq_number: self.sequence,
            authorization_data: negotiation(&self.etypes),
        })
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Authenticator, WireError> {
        const MESSAGE: &str = "Authenticator";
        let part: asn1::Authenticator = der::decode(MESSAGE, bytes)?;
        let field = |problem| WireError { message: MESSAGE, offset: 0, problem };
        if number(&part.authenticator_vno) != Some(5) {
            return Err(field("the authenticator version is not 5"));
        }
        let subkey = match &part.subkey {
            Some(subkey) => Some(
                key(MESSAGE, subkey)?
                    .ok_or(field("the subkey has an encryption type without support"))?,
            ),
            None => None,
        };
        Ok(Authenticator {
            client: Principal::from_wire(&part.crealm, &part.cname),
            time: KerberosTime {
                seconds: time::from_wire(&part.ctime),
                micros: micros(MESSAGE, &part.cusec)?,
            },
            checksum: part.cksum.map(|checksum| TypedChecksum {
                kind: checksum.r#type,
                octets: checksum.checksum.to_vec(),
            }),
            subkey,
            sequence: part.seq_number,
            etypes: negotiated(part.authorization_data.as_deref().unwrap_or_default()),
        })
    }
}

/// AD-IF-RELEVANT around AD-ETYPE-NEGOTIATION (RFC 4537 section 3).
fn negotiation(etypes: &[i32]) -> Option<asn1::AuthorizationData> {
    if etypes.is_empty() {
        return None;
    }
    let wrap = |kind: i32, data: Vec<u8>| {
        vec![asn1::AuthorizationDataValue { r#type: kind, data: OctetString::from(data) }]
    };
    let list = der::encode(&etypes.to_vec());
    Some(wrap(AD_IF_RELEVANT, der::encode(&wrap(AD_ETYPE_NEGOTIATION, list))))
}

/// The negotiation list in authorization data; other data is the service's own business and ignored.
fn negotiated(data: &[asn1::AuthorizationDataValue]) -> Vec<i32> {
    let relevant = data.iter().filter(|value| value.r#type == AD_IF_RELEVANT);
    let inner = relevant.filter_map(|value| {
        der::decode::<asn1::AuthorizationData>("AD-IF-RELEVANT", &value.data).ok()
    });
    let lists = inner.flatten().filter(|value| value.r#type == AD_ETYPE_NEGOTIATION);
    lists
        .filter_map(|value| der::decode::<Vec<i32>>("AD-ETYPE-NEGOTIATION", &value.data).ok())
        .next()
        .unwrap_or_default()
}

/// How a key is made from a password (PA-ETYPE-INFO2, RFC 4120 section 5.2.7.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtypeInfo {
    /// The encryption type of the key.
    pub etype: EncryptionType,
    /// The salt; where it is absent, [`Principal::default_salt`] counts.
    pub salt: Option<Vec<u8>>,
    /// The iterations, 1 to [`MOST_ITERATIONS`].
    pub iterations: u32,
}

impl EtypeInfo {
    /// The entries of ETYPE-INFO2 that this model can use, in the sender's order.
    pub(super) fn from_padata(padata: &[asn1::PaData]) -> Vec<EtypeInfo> {
        let info = padata.iter().find(|data| data.r#type == padata::ETYPE_INFO2);
        let entries = info.map(|data| der::decode::<asn1::EtypeInfo2>("ETYPE-INFO2", &data.value));
        let entries = entries.and_then(Result::ok).unwrap_or_default();
        entries.iter().filter_map(EtypeInfo::from_entry).collect()
    }

    fn from_entry(entry: &asn1::EtypeInfo2Entry) -> Option<EtypeInfo> {
        let etype = EncryptionType::from_number(entry.etype)?;
        let iterations = match &entry.s2kparams {
            None => etype.default_iterations(),
            Some(octets) => u32::from_be_bytes(octets.as_ref().try_into().ok()?),
        };
        // Zero stands for 2^32 (RFC 3962 section 4), which is beyond any limit.
        if !(1..=MOST_ITERATIONS).contains(&iterations) {
            return None;
        }
        let salt = entry.salt.as_ref().map(|salt| text(salt).into_bytes());
        Some(EtypeInfo { etype, salt, iterations })
    }

    pub(super) fn to_padata(infos: &[EtypeInfo]) -> asn1::PaData {
        let entry = |info: &EtypeInfo| asn1::EtypeInfo2Entry {
            etype: info.etype.number(),
            salt: info.salt.as_ref().map(|salt| general(&String::from_utf8_lossy(salt))),
            s2kparams: Some(OctetString::from(info.iterations.to_be_bytes().to_vec())),
        };
        let entries: asn1::EtypeInfo2 = infos.iter().map(entry).collect();
        asn1::PaData {
            r#type: padata::ETYPE_INFO2,
            value: OctetString::from(der::encode(&entries)),
        }
    }
}

/// Encrypts a part; the confounder is the only thing drawn.
pub(super) fn seal(
    key: &Key,
    kvno: Option<u32>,
    usage: u32,
    plain: &[u8],
    random: &mut dyn Rng,
) -> asn1::EncryptedData {
    let mut confounder = [0; 16];
    random.fill_bytes(&mut confounder);
    asn1::EncryptedData {
        etype: key.etype().number(),
        kvno,
        cipher: OctetString::from(key.encrypt(usage, &confounder, plain)),
    }
}

/// Opens a part with a key of its type; `None` where type, key, usage or octets do not fit.
pub(super) fn open(key: &Key, usage: u32, part: &asn1::EncryptedData) -> Option<Vec<u8>> {
    if part.etype != key.etype().number() {
        return None;
    }
    key.decrypt(usage, &part.cipher).ok()
}

pub(super) fn wire_key(key: &Key) -> asn1::EncryptionKey {
    asn1::EncryptionKey {
        r#type: key.etype().number(),
        value: OctetString::from(key.bytes().to_vec()),
    }
}

/// A key of the model; `Ok(None)` for a type that it does not have.
pub(super) fn key(
    message: &'static str,
    key: &asn1::EncryptionKey,
) -> Result<Option<Key>, WireError> {
    let Some(etype) = EncryptionType::from_number(key.r#type) else { return Ok(None) };
    let wrong =
        |_| WireError { message, offset: 0, problem: "a key has not the length of its type" };
    Key::new(etype, &key.value).map(Some).map_err(wrong)
}

pub(super) fn bits(word: u32) -> BitString {
    BitString::from_slice(&word.to_be_bytes())
}

/// The first 32 flags; further ones have no meaning yet.
pub(super) fn word(bits: &BitString) -> u32 {
    bits.iter().take(32).fold(0, |word, bit| word << 1 | u32::from(*bit))
}

pub(super) fn number(integer: &Integer) -> Option<i32> {
    i32::try_from(integer).ok()
}

pub(super) fn micros(message: &'static str, integer: &Integer) -> Result<u32, WireError> {
    match number(integer).map(u32::try_from) {
        Some(Ok(micros @ 0..=999_999)) => Ok(micros),
        _ => Err(WireError { message, offset: 0, problem: "microseconds beyond 999999" }),
    }
}
