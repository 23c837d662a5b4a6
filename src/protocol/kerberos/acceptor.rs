//! A service that takes a GSS-API context token: `inspect` as R_ticketserv does, `accept` as
//! R_GenSec does.
//!
//! Both take the same steps in the same order. Only `accept` looks into the replay cache and fills
//! it, and only `accept` builds a context: the region hands the same token to both services, so a
//! replay check in the first would make the second fail always.
//!
//! Nothing protects two things in a token: the AP options (all but `use-session-key`, which names a
//! key that the service does not have) and the type of the service's name, which is only a hint.
//! Whoever sits on the link can change these 39 bits and the verdict stays the same; a test finds
//! them and no others.

use rand_core::Rng;
use rasn::types::Integer;
use rasn_kerberos as asn1;
use thiserror::Error;

use super::authenticator::Authenticator;
use super::der;
use super::error::ErrorCode;
use super::etype::{EncryptionType, Key};
use super::flags::{ApOptions, TicketFlags};
use super::gss::{self, CHECKSUM_TYPE, ContextChecksum, GssFlags, TokenId};
use super::messages::{MessageType, seal, usage, wire_key};
use super::present::{
    AddressCheck, KeyVersions, PathCheck, PresentError, Presented, Server, ServiceKey, demand,
};
use super::principal::Principal;
use super::replay::ReplayCache;
use super::rules;
use super::ticket::TicketTimes;
use super::time::{self, KerberosTime};
use super::wrap::{Context, Role};
use crate::check::{Check, Checks, Operand, Unit};
use crate::protocol::gss::{FramingError, KERBEROS_OID, unframe};

/// The clock skew that z/OS and the reference implementation tolerate by default, in seconds.
pub const DEFAULT_SKEW: i64 = 300;

/// The longest client name that fits the result area of R_ticketserv, in bytes.
pub const LONGEST_CLIENT_NAME: i64 = 240;

/// A service: who it is, what keys it has, what it tolerates.
#[derive(Clone, Debug)]
pub struct Acceptor {
    /// The service principal.
    pub principal: Principal,
    /// Its keys, current and previous.
    pub keys: Vec<ServiceKey>,
    /// Whether the key version that a ticket names decides which keys are tried.
    pub versions: KeyVersions,
    /// Tolerated clock skew in seconds, [`DEFAULT_SKEW`] where nothing else is configured.
    pub skew: i64,
    /// Whether addresses are looked at.
    pub addresses: AddressCheck,
    /// Encryption types for its own subkey, the one it likes best first.
    pub subkey_etypes: Vec<EncryptionType>,
}

/// What a valid token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// The client.
    pub client: Principal,
    /// The client as RACF names it, seen from the service's realm.
    pub client_racf_name: String,
    /// The services that the initiator asks for.
    pub gss_flags: GssFlags,
    /// The options in clear text around the ticket; mutual-required here and not in `gss_flags`
    /// gets no output token.
    pub ap_options: ApOptions,
    /// Flags of the ticket.
    pub ticket_flags: TicketFlags,
    /// Times of the ticket.
    pub times: TicketTimes,
    /// The initiator's time when it made the token.
    pub authenticator_time: KerberosTime,
    /// The type of the session key.
    pub session_etype: EncryptionType,
}

/// An accepted context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the token says.
    pub token: Inspected,
    /// The acceptor's end.
    pub context: Context,
    /// The token for the initiator: an AP-REP where the GSS flags ask for mutual authentication,
    /// empty otherwise.
    pub output: Vec<u8>,
}

/// Why a token was refused, in the order of the steps.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AcceptError {
    /// No framed GSS-API token.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// Another mechanism.
    #[error("the mechanism is not Kerberos 5")]
    Mechanism,
    /// Not the token id of the message that is due.
    #[error("the token id is not that of an {}", TokenId::shown(Some(*.0)))]
    TokenId(TokenId),
    /// The ticket was refused.
    #[error(transparent)]
    Ticket(#[from] PresentError),
    /// The authenticator lacks the X'8003' checksum, or it is malformed.
    #[error("the authenticator has no usable GSS-API checksum")]
    Checksum,
    /// The authenticator lacks a sequence number.
    #[error("the authenticator has no sequence number")]
    Sequence,
    /// The client's name does not fit the result area.
    #[error("the client's name is longer than 240 bytes")]
    ClientName,
}

impl AcceptError {
    /// The Kerberos error number, where the refusal has one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            AcceptError::Ticket(error) => Some(error.code()),
            AcceptError::Checksum => Some(ErrorCode::INAPP_CKSUM),
            _ => None,
        }
    }
}

impl Acceptor {
    /// A service with the documented defaults.
    pub fn new(principal: Principal, keys: Vec<ServiceKey>) -> Acceptor {
        Acceptor {
            principal,
            keys,
            versions: KeyVersions::Named,
            skew: DEFAULT_SKEW,
            addresses: AddressCheck::Off,
            subkey_etypes: EncryptionType::STRONGEST_FIRST.to_vec(),
        }
    }

    /// Verifies a token and says who the client is. It can be repeated with the same token.
    ///
    /// # Errors
    /// [`AcceptError`]; `checks` has the decision that failed as its last.
    pub fn inspect(
        &self,
        token: &[u8],
        now: KerberosTime,
        checks: &mut Checks,
    ) -> Result<Inspected, AcceptError> {
        self.judge(token, now, None, checks).map(|(inspected, _)| inspected)
    }

    /// Judges a token as [`Acceptor::accept`] does, replay included, and establishes no context.
    ///
    /// # Errors
    /// [`AcceptError`]; `checks` has the decision that failed as its last.
    pub fn verify(
        &self,
        token: &[u8],
        now: KerberosTime,
        replay: &mut ReplayCache,
        checks: &mut Checks,
    ) -> Result<Inspected, AcceptError> {
        self.judge(token, now, Some(replay), checks).map(|(inspected, _)| inspected)
    }

    /// Establishes a context. The second use of a token is a replay, also where the first was
    /// refused for its time.
    ///
    /// # Errors
    /// [`AcceptError`]; `checks` has the decision that failed as its last.
    pub fn accept(
        &self,
        token: &[u8],
        now: KerberosTime,
        replay: &mut ReplayCache,
        random: &mut dyn Rng,
        checks: &mut Checks,
    ) -> Result<Accepted, AcceptError> {
        let (token, Presented { ticket, authenticator, .. }) =
            self.judge(token, now, Some(replay), checks)?;
        let initiator_sequence = u64::from(authenticator.sequence.unwrap_or_default());
        let session = ticket.session_key;
        let inherited = authenticator.subkey.as_ref().unwrap_or(&session);
        let mut context = Context {
            role: Role::Acceptor,
            key: inherited.clone(),
            acceptor_subkey: false,
            flags: token.gss_flags,
            send_sequence: initiator_sequence,
            receive_sequence: initiator_sequence,
        };
        let mut output = Vec::new();
        if token.gss_flags.has(GssFlags::MUTUAL) {
            let subkey = Key::random(self.subkey_etype(&authenticator, inherited), random);
            let sequence = random.next_u32() & super::client::SEQUENCE_MASK;
            let reply = ap_rep(&session, &authenticator, &subkey, sequence, random);
            output = gss::context_token(TokenId::ApRep, &reply);
            context.key = subkey;
            context.acceptor_subkey = true;
            context.send_sequence = u64::from(sequence);
        }
        Ok(Accepted { token, context, output })
    }

    fn judge(
        &self,
        token: &[u8],
        now: KerberosTime,
        replay: Option<&mut ReplayCache>,
        checks: &mut Checks,
    ) -> Result<(Inspected, Presented), AcceptError> {
        let message = message_of(token, TokenId::ApReq, checks)?;
        let server = Server {
            principal: &self.principal,
            keys: &self.keys,
            versions: self.versions,
            now,
            skew: self.skew,
            addresses: &self.addresses,
            authenticator_usage: usage::AP_REQ_AUTHENTICATOR,
            path: PathCheck::ByIssuer,
        };
        let presented = server.judge(message, replay, checks)?;
        let gss_flags = context_flags(&presented.authenticator, checks)?;
        let client = presented.authenticator.client.clone();
        let client_racf_name = client.racf_name(self.principal.realm());
        check_name(&client_racf_name, checks)?;
        let inspected = Inspected {
            client,
            client_racf_name,
            gss_flags,
            ap_options: presented.options,
            ticket_flags: presented.ticket.flags,
            times: presented.ticket.times,
            authenticator_time: presented.authenticator.time,
            session_etype: presented.ticket.session_key.etype(),
        };
        Ok((inspected, presented))
    }

    /// RFC 4537: the acceptor's favourite among the types that the initiator lists; the type of the
    /// key that would be used otherwise where it lists none.
    fn subkey_etype(&self, authenticator: &Authenticator, inherited: &Key) -> EncryptionType {
        let listed = |etype: &&EncryptionType| authenticator.etypes.contains(&etype.number());
        self.subkey_etypes.iter().find(listed).copied().unwrap_or(inherited.etype())
    }
}

/// Takes frame and token id off a context token.
pub(super) fn message_of<'a>(
    token: &'a [u8],
    due: TokenId,
    checks: &mut Checks,
) -> Result<&'a [u8], AcceptError> {
    let framed = unframe(token);
    let found = framed.as_ref().map_or_else(FramingError::to_string, |_| "framed".to_owned());
    let subject = Operand::new("token", format!("{} bytes, {found}", token.len()));
    let against = Operand::new("due", "GSS-API token");
    let whole = checks.decide(Check::holds(&rules::FRAMING, subject, against, framed.is_ok()));
    let framed = framed?;
    if !whole {
        return Err(AcceptError::Framing(FramingError::NotFramed));
    }
    let subject = Operand::new("mechanism", format!("{:02X?}", framed.mechanism));
    let against = Operand::new("Kerberos 5", format!("{KERBEROS_OID:02X?}"));
    let mechanism =
        Check::equal(&rules::MECHANISM, (subject, &framed.mechanism), (against, &KERBEROS_OID));
    demand(checks, mechanism, AcceptError::Mechanism)?;
    let (id, message) = match framed.inner.split_first_chunk::<2>() {
        Some((id, message)) => (TokenId::from_octets(*id), message),
        None => (None, framed.inner),
    };
    let kind = Check::equal(
        &rules::TOKEN_ID,
        (Operand::new("token id", TokenId::shown(id)), &id),
        (Operand::new("due", TokenId::shown(Some(due))), &Some(due)),
    );
    demand(checks, kind, AcceptError::TokenId(due))?;
    Ok(message)
}

/// The flags of the X'8003' checksum; it and a sequence number must be there.
fn context_flags(
    authenticator: &Authenticator,
    checks: &mut Checks,
) -> Result<GssFlags, AcceptError> {
    let checksum = authenticator.checksum.as_ref();
    let typed = checksum.filter(|checksum| checksum.kind == CHECKSUM_TYPE);
    let decoded = typed.and_then(|checksum| ContextChecksum::decode(&checksum.octets).ok());
    let kind = checksum.map_or("none".to_owned(), |checksum| {
        format!("type {}, {} bytes", checksum.kind, checksum.octets.len())
    });
    let subject = Operand::new("checksum", kind);
    let against = Operand::new("due", format!("type {CHECKSUM_TYPE}, 24 bytes or more"));
    let usable = Check::holds(&rules::CONTEXT_CHECKSUM, subject, against, decoded.is_some());
    demand(checks, usable, AcceptError::Checksum)?;
    let sequence = authenticator.sequence;
    let subject = Operand::new("sequence number", format!("{sequence:?}"));
    let against = Operand::new("must be", "there");
    let there = Check::holds(&rules::INITIAL_SEQUENCE, subject, against, sequence.is_some());
    demand(checks, there, AcceptError::Sequence)?;
    decoded.map(|checksum| checksum.flags).ok_or(AcceptError::Checksum)
}

fn check_name(name: &str, checks: &mut Checks) -> Result<(), AcceptError> {
    let length = i64::try_from(name.len()).unwrap_or(i64::MAX);
    let check = Check::at_most(
        &rules::CLIENT_NAME_LENGTH,
        (Operand::new("client name", format!("{length} bytes")), length),
        (Operand::new("result area", "240 bytes"), LONGEST_CLIENT_NAME),
        Unit::Bytes,
    );
    demand(checks, check, AcceptError::ClientName)
}

/// The AP-REP: the authenticator's time again, under the session key (RFC 4120 section 3.2.4).
fn ap_rep(
    session: &Key,
    authenticator: &Authenticator,
    subkey: &Key,
    sequence: u32,
    random: &mut dyn Rng,
) -> Vec<u8> {
    let part = asn1::EncApRepPart {
        ctime: time::to_wire(authenticator.time.seconds),
        cusec: Integer::from(authenticator.time.micros),
        subkey: Some(wire_key(subkey)),
        seq_number: Some(sequence),
    };
    der::encode(&asn1::ApRep {
        pvno: Integer::from(5),
        msg_type: Integer::from(MessageType::ApRep as i32),
        enc_part: seal(session, None, usage::AP_REP, &der::encode(&part), random),
    })
}
