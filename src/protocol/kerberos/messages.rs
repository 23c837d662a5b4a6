//! What the messages share: types, key usages, key parameters, encrypted parts, and how the wire's
//! types become the model's.

use rand_core::Rng;
use rasn::types::{BitString, Integer, OctetString};
use rasn_kerberos as asn1;

use super::der::{self, WireError};
use super::etype::{EncryptionType, Key};
use super::principal::{general, text};
use super::string_to_key::MOST_ITERATIONS;

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
    /// Encryption types with salts, in the form of the RFC before.
    pub const ETYPE_INFO: i32 = 11;
    /// Encryption types with salts and parameters.
    pub const ETYPE_INFO2: i32 = 19;
}

/// How a key is made from a password (PA-ETYPE-INFO2, RFC 4120 section 5.2.7.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtypeInfo {
    /// The encryption type of the key.
    pub etype: EncryptionType,
    /// The salt; where it is absent, [`default_salt`](super::Principal::default_salt) counts.
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
