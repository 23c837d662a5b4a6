//! What a KDC writes into a ticket and only the service can read.

use rand_core::Rng;
use rasn::types::{Integer, OctetString};
use rasn_kerberos as asn1;

use super::der::{self, WireError};
use super::etype::Key;
use super::flags::TicketFlags;
use super::messages::{bits, key, seal, usage, wire_key, word};
use super::principal::Principal;
use super::time;
use super::transited::Transited;
use crate::check::Seconds;

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
    /// The realms between the client's and the service's.
    pub transited: Transited,
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
            transited: asn1::TransitedEncoding {
                r#type: self.transited.kind(),
                contents: OctetString::from(self.transited.contents().to_vec()),
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
            transited: Transited::new(part.transited.r#type, part.transited.contents.to_vec()),
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
