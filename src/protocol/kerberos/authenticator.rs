//! The authenticator: what a client encrypts afresh each time it presents a ticket.

use rasn::types::{Integer, OctetString};
use rasn_kerberos as asn1;

use super::der::{self, WireError};
use super::etype::Key;
use super::messages::{key, micros, number, wire_key};
use super::principal::Principal;
use super::time::{self, KerberosTime};

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
