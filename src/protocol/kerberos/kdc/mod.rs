//! The key distribution centre as a function: database, time, randomness and a request in; a reply
//! and the decisions behind it out (RFC 4120 sections 3.1.3 and 3.3.3).
//!
//! The caller owns the database. A KDC inside a z/OS system reads the ESM and hands over a view of
//! it; an outside KDC uses a [`Registry`]. Renewable, postdated, forwarded, proxy and user-to-user
//! tickets are refused by rule.

mod as_exchange;
mod database;
mod grant;
mod nonce;
mod tgs_exchange;

use rand_core::Rng;
use rasn_kerberos as asn1;

pub use database::{Database, Entry, Policy, PrincipalKey, Registry, Status};

use super::der;
use super::error::{ErrorCode, KrbError};
use super::messages::{MessageType, number, padata};
use super::present::{demand, encoding, shown};
use super::principal::{Principal, text};
use super::rules;
use super::ticket::Address;
use super::time::KerberosTime;
use crate::check::{Check, Checks, Operand};
use nonce::Understood;

/// A reply and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The message to send back.
    pub reply: Vec<u8>,
    /// AS-REP, TGS-REP or KRB-ERROR.
    pub kind: MessageType,
    /// The error of a KRB-ERROR.
    pub error: Option<ErrorCode>,
    /// The client, where the request names one that can be believed or at least read.
    pub client: Option<Principal>,
    /// The service that was asked for.
    pub server: Option<Principal>,
    /// The decisions in their order.
    pub checks: Checks,
}

/// A refusal on its way to a KRB-ERROR.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    code: ErrorCode,
    data: Option<Vec<u8>>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Refusal { code, data: None }
    }
}

/// What every step of an exchange may look at.
struct Exchange<'a> {
    database: &'a dyn Database,
    policy: &'a Policy,
    now: KerberosTime,
    peer: Option<&'a Address>,
    checks: Checks,
    client: Option<Principal>,
    server: Option<Principal>,
    /// The request's body as it came.
    body: &'a [u8],
    /// Its nonce as it came, where that is negative.
    signed_nonce: Option<&'a [u8]>,
}

/// The principals that a request makes a KDC look up: its own ticket-granting service, in the realm that
/// issued the ticket-granting ticket, the client and the service. None for bytes that are no request.
/// They are written as RACF does: without the realm that is asked, `/.../REALM/name` in another one.
///
/// For a KDC that reads its principals from elsewhere before it answers.
pub fn names(request: &[u8]) -> Vec<String> {
    let request = &Understood::new(request).bytes;
    let (body, issuer) = match der::read("AS-REQ", request) {
        Ok(asn1::AsReq(request)) => (request.req_body, None),
        Err(_) => match der::read("TGS-REQ", request) {
            Ok(asn1::TgsReq(request)) => {
                let issuer = presented(&request).and_then(issuer);
                (request.req_body, issuer)
            }
            Err(_) => return Vec::new(),
        },
    };
    let realm = text(&body.realm);
    let issuer = issuer.unwrap_or_else(|| realm.clone());
    let named = [&body.cname, &body.sname].into_iter().flatten();
    let named = named.map(|name| Principal::from_wire(&body.realm, name));
    let all = Principal::ticket_granting(&realm, &issuer).into_iter().chain(named);
    all.map(|principal| principal.racf_name(&realm)).collect()
}

/// The AP-REQ in a TGS-REQ.
fn presented(request: &asn1::KdcReq) -> Option<&[u8]> {
    let data = request.padata.as_deref().unwrap_or_default();
    data.iter().find(|data| data.r#type == padata::TGS_REQ).map(|data| data.value.as_ref())
}

/// The realm that issued the ticket of an AP-REQ: the one that names it. Nothing protects the name
/// but the key that opens the ticket.
fn issuer(presented: &[u8]) -> Option<String> {
    let request = der::decode::<asn1::ApReq>("AP-REQ", presented).ok()?;
    Some(text(&request.ticket.realm))
}

/// Answers a request.
///
/// `now` is the KDC's own clock. `peer` is the sender's address; it is looked at only where the
/// policy says so. Randomness is drawn for session keys and confounders of granted tickets only.
pub fn answer(
    database: &dyn Database,
    now: KerberosTime,
    peer: Option<&Address>,
    random: &mut dyn Rng,
    request: &[u8],
) -> Answer {
    let understood = Understood::new(request);
    let mut exchange = Exchange {
        database,
        policy: database.policy(),
        now,
        peer,
        checks: Checks::new(),
        client: None,
        server: None,
        body: understood.body,
        signed_nonce: understood.signed,
    };
    let (kind, reply, error) = match exchange.handle(&understood.bytes, random) {
        Ok((kind, reply)) => (kind, reply, None),
        Err(refusal) => {
            let code = refusal.code;
            (MessageType::Error, exchange.error(refusal), Some(code))
        }
    };
    let Exchange { checks, client, server, .. } = exchange;
    Answer { reply, kind, error, client, server, checks }
}

impl Exchange<'_> {
    fn handle(
        &mut self,
        request: &[u8],
        random: &mut dyn Rng,
    ) -> Result<(MessageType, Vec<u8>), Refusal> {
        const AS_REQ: u8 = 0x60 | MessageType::AsReq as u8;
        const TGS_REQ: u8 = 0x60 | MessageType::TgsReq as u8;
        self.check_nonce()?;
        match request.first() {
            Some(&AS_REQ) => {
                let asn1::AsReq(request) = self.decode("AS-REQ", request)?;
                self.is_request(&request, MessageType::AsReq)?;
                Ok((MessageType::AsRep, self.authenticate(&request, random)?))
            }
            Some(&TGS_REQ) => {
                let asn1::TgsReq(request) = self.decode("TGS-REQ", request)?;
                self.is_request(&request, MessageType::TgsReq)?;
                Ok((MessageType::TgsRep, self.grant_service(&request, random)?))
            }
            other => {
                let tag = other.map_or("none".to_owned(), |tag| format!("X'{tag:02X}'"));
                let subject = Operand::new("message tag", tag);
                let due = Operand::new("due", "AS-REQ or TGS-REQ");
                let check = Check::holds(&rules::MESSAGE_TYPE, subject, due, false);
                demand(&mut self.checks, check, Refusal::from(ErrorCode::MSG_TYPE))?;
                Err(ErrorCode::MSG_TYPE.into())
            }
        }
    }

    /// A nonce with a sign is taken; noted only where there is one.
    fn check_nonce(&mut self) -> Result<(), Refusal> {
        let Some(nonce) = self.signed_nonce else { return Ok(()) };
        let digits: String = nonce.iter().map(|octet| format!("{octet:02X}")).collect();
        let nonce = Operand::new("nonce", format!("X'{digits}', a negative number"));
        let read = Operand::new("read as", "the same 32 bits without a sign");
        self.demand(Check::holds(&rules::NONCE_SIGN, nonce, read, true), ErrorCode::GENERIC)
    }

    fn decode<T: rasn::Decode + rasn::Encode>(
        &mut self,
        message: &'static str,
        bytes: &[u8],
    ) -> Result<T, Refusal> {
        encoding(&mut self.checks, message, der::decode(message, bytes))
            .map_err(|_| ErrorCode::GENERIC.into())
    }

    /// Version, type, realm and the name of the service; remembers the names for the answer.
    fn is_request(&mut self, request: &asn1::KdcReq, due: MessageType) -> Result<(), Refusal> {
        let body = &request.req_body;
        self.server = body.sname.as_ref().map(|name| Principal::from_wire(&body.realm, name));
        self.client = body.cname.as_ref().map(|name| Principal::from_wire(&body.realm, name));
        let version = number(&request.pvno);
        let subject = Operand::new("version", shown(version));
        let check = Check::equal(
            &rules::VERSION,
            (subject, &version),
            (Operand::new("must be", "5"), &Some(5)),
        );
        self.demand(check, ErrorCode::BAD_PVNO)?;
        let kind = number(&request.msg_type);
        let check = Check::equal(
            &rules::MESSAGE_TYPE,
            (Operand::new("message type", shown(kind)), &kind),
            (Operand::new("due", (due as i32).to_string()), &Some(due as i32)),
        );
        self.demand(check, ErrorCode::MSG_TYPE)?;
        let (asked, own) = (text(&body.realm), self.policy.realm());
        let check = Check::equal(
            &rules::REQUEST_REALM,
            (Operand::new("requested realm", asked.clone()), &asked.as_str()),
            (Operand::new("realm of the KDC", own.to_owned()), &own),
        );
        self.demand(check, ErrorCode::WRONG_REALM)
    }

    fn demand(&mut self, check: Check, code: ErrorCode) -> Result<(), Refusal> {
        demand(&mut self.checks, check, Refusal::from(code))
    }

    fn error(&self, refusal: Refusal) -> Vec<u8> {
        let asked = self.server.clone();
        let server = asked.unwrap_or_else(|| self.policy.ticket_granting().clone());
        KrbError {
            code: refusal.code,
            time: self.now,
            client: self.client.clone(),
            server,
            text: None,
            data: refusal.data,
        }
        .encode()
    }
}
