//! The client's side of the AS and TGS exchanges.
//!
//! A request and what is needed to judge its reply travel together in [`Sent`]; a valid reply becomes
//! [`Credentials`]. Context tokens are made from those in [`super::initiator`].

use rand_core::Rng;
use rasn::types::{Integer, OctetString};
use rasn_kerberos as asn1;
use thiserror::Error;

use super::authenticator::{Authenticator, TypedChecksum};
use super::der::{self, WireError};
use super::error::{ErrorCode, KrbError};
use super::etype::{EncryptionType, Key};
use super::flags::{ApOptions, KdcOptions, TicketFlags};
use super::messages::{EtypeInfo, MessageType, bits, key, number, open, padata, seal, usage, word};
use super::present::{demand, encoding, opened_check, shown};
use super::principal::Principal;
use super::rules;
use super::string_to_key::StringToKey;
use super::ticket::{Address, TicketTimes};
use super::time::{self, KerberosTime};
use crate::check::{Check, Checks, Operand, Seconds};

/// Initial sequence numbers stay below 2^30, as the reference implementation draws them, so that
/// no peer ever sees a wrapped or negative one.
pub(super) const SEQUENCE_MASK: u32 = 0x3FFF_FFFF;

/// What a client asks a KDC for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRequest {
    /// The service: in an AS exchange usually the ticket-granting service.
    pub server: Principal,
    /// Options.
    pub options: KdcOptions,
    /// The start time, absent where the ticket is to be valid at once.
    pub from: Option<Seconds>,
    /// The end time; 0 (1970) leaves it to the KDC.
    pub till: Seconds,
    /// Acceptable encryption types, the favourite first. Numbers, so that a client may list types
    /// that this model does not have.
    pub etypes: Vec<i32>,
    /// The addresses that the ticket is bound to.
    pub addresses: Option<Vec<Address>>,
}

impl TicketRequest {
    /// A request for as long a ticket as the KDC gives, with all types, strongest first.
    pub fn new(server: Principal) -> TicketRequest {
        TicketRequest {
            server,
            options: KdcOptions::default(),
            from: None,
            till: 0,
            etypes: EncryptionType::STRONGEST_FIRST.map(EncryptionType::number).to_vec(),
            addresses: None,
        }
    }
}

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub bytes: Vec<u8>,
    nonce: u32,
    client: Principal,
    server: Principal,
}

/// A ticket and the key that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The client.
    pub client: Principal,
    /// The service that the ticket is for.
    pub server: Principal,
    /// The key that client and service share.
    pub session_key: Key,
    /// The ticket as the KDC made it.
    pub ticket: Vec<u8>,
    /// Times of the ticket.
    pub times: TicketTimes,
    /// Flags of the ticket.
    pub flags: TicketFlags,
}

/// Why a reply gives no credentials.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// Not the DER encoding of a reply.
    #[error(transparent)]
    Encoding(#[from] WireError),
    /// The KDC refused. With 25 (pre-authentication required) ask again with an encrypted timestamp.
    #[error("the KDC refuses: {}", .0.code)]
    Refused(Box<KrbError>),
    /// Another message than the one that was due.
    #[error("the reply is of another type")]
    MessageType,
    /// The reply does not open: a wrong password, or a reply from someone else.
    #[error("the reply does not open with the client's key")]
    Integrity,
    /// The reply is under, or brings, a key of a type without support.
    #[error("the reply uses an encryption type without support")]
    EncryptionType,
    /// The reply belongs to another request.
    #[error("the reply repeats another nonce")]
    Nonce,
    /// The reply is for another client or service.
    #[error("the reply names another client or service")]
    Names,
    /// The KDC's clock and the client's differ too much.
    #[error("the reply is too far from the client's time")]
    Clock,
}

/// An AS-REQ without pre-authentication.
pub fn as_req(client: &Principal, request: &TicketRequest, random: &mut dyn Rng) -> Sent {
    as_request(client, request, None, random)
}

/// An AS-REQ with an encrypted timestamp under the client's key.
pub fn as_req_preauthenticated(
    client: &Principal,
    request: &TicketRequest,
    key: &Key,
    now: KerberosTime,
    random: &mut dyn Rng,
) -> Sent {
    let stamp = asn1::PaEncTsEnc {
        patimestamp: time::to_wire(now.seconds),
        pausec: Some(Integer::from(now.micros)),
    };
    let sealed = seal(key, None, usage::PA_ENC_TIMESTAMP, &der::encode(&stamp), random);
    let data = pa_data(padata::ENC_TIMESTAMP, der::encode(&sealed));
    as_request(client, request, Some(vec![data]), random)
}

/// The key for the pre-authentication that an error 25 asks for: the first of the KDC's types that
/// the model has, with the KDC's salt and iterations. `None` where the error offers none.
pub fn preauth_key(
    error: &KrbError,
    client: &Principal,
    password: &[u8],
    keys: &mut dyn StringToKey,
) -> Option<Key> {
    error.etype_info().first().map(|info| password_key(info, client, password, keys))
}

/// Judges the reply to an AS-REQ.
///
/// The reply key is made from the password with the salt and iterations that the reply names, or
/// with the default salt.
///
/// # Errors
/// [`ReplyError`]; `checks` has the decision that failed as its last.
pub fn as_rep(
    sent: &Sent,
    reply: &[u8],
    password: &[u8],
    keys: &mut dyn StringToKey,
    now: Seconds,
    skew: i64,
    checks: &mut Checks,
) -> Result<Credentials, ReplyError> {
    refusal(reply)?;
    let asn1::AsRep(reply) = encoding(checks, "AS-REP", der::decode("AS-REP", reply))?;
    is_type(&reply, MessageType::AsRep, checks)?;
    let etype = EncryptionType::from_number(reply.enc_part.etype);
    let etype = etype.ok_or(ReplyError::EncryptionType)?;
    let infos = EtypeInfo::from_padata(reply.padata.as_deref().unwrap_or_default());
    let info = infos.into_iter().find(|info| info.etype == etype).unwrap_or(EtypeInfo {
        etype,
        salt: None,
        iterations: etype.default_iterations(),
    });
    let key = password_key(&info, &sent.client, password, keys);
    let opened = open(&key, usage::AS_REP, &reply.enc_part);
    let check =
        opened_check(&rules::REPLY_INTEGRITY, "AS-REP", &reply.enc_part, &key, opened.is_some());
    demand(checks, check, ReplyError::Integrity)?;
    let plain = opened.ok_or(ReplyError::Integrity)?;
    // Some KDCs tag the part as that of a TGS-REP (RFC 4120 section 5.4.2 asks clients to take it).
    let part = match der::decode::<asn1::EncAsRepPart>("EncASRepPart", &plain) {
        Ok(asn1::EncAsRepPart(part)) => part,
        Err(_) => der::decode::<asn1::EncTgsRepPart>("EncASRepPart", &plain)?.0,
    };
    let credentials = credentials(sent, &reply, &part, checks)?;
    let first = ("ticket start", credentials.times.valid_from());
    let clock = Check::within_seconds(&rules::REPLY_CLOCK, first, ("client time", now), skew);
    demand(checks, clock, ReplyError::Clock)?;
    Ok(credentials)
}

/// A TGS-REQ: the ticket-granting ticket with an authenticator that covers the request's body.
///
/// `time` is unlike that of every earlier authenticator of this client ([`KerberosTime::unique`]).
pub fn tgs_req(
    granting: &Credentials,
    request: &TicketRequest,
    time: KerberosTime,
    random: &mut dyn Rng,
) -> Sent {
    let nonce = draw_nonce(random);
    let body = request_body(None, request, nonce);
    let key = &granting.session_key;
    let checksum = key.checksum(usage::TGS_REQ_CHECKSUM, &der::encode(&body));
    let authenticator = Authenticator {
        client: granting.client.clone(),
        time,
        checksum: Some(TypedChecksum { kind: key.etype().checksum_type(), octets: checksum }),
        subkey: None,
        sequence: None,
        etypes: Vec::new(),
    };
    let presented = ap_req(
        granting,
        ApOptions::default(),
        usage::TGS_REQ_AUTHENTICATOR,
        &authenticator,
        random,
    );
    let bytes = der::encode(&asn1::TgsReq(asn1::KdcReq {
        pvno: Integer::from(5),
        msg_type: Integer::from(MessageType::TgsReq as i32),
        padata: Some(vec![pa_data(padata::TGS_REQ, presented)]),
        req_body: body,
    }));
    Sent { bytes, nonce, client: granting.client.clone(), server: request.server.clone() }
}

/// Judges the reply to a TGS-REQ.
///
/// # Errors
/// [`ReplyError`]; `checks` has the decision that failed as its last.
pub fn tgs_rep(
    sent: &Sent,
    reply: &[u8],
    granting: &Credentials,
    checks: &mut Checks,
) -> Result<Credentials, ReplyError> {
    refusal(reply)?;
    let asn1::TgsRep(reply) = encoding(checks, "TGS-REP", der::decode("TGS-REP", reply))?;
    is_type(&reply, MessageType::TgsRep, checks)?;
    let key = &granting.session_key;
    let opened = open(key, usage::TGS_REP_SESSION, &reply.enc_part);
    let check =
        opened_check(&rules::REPLY_INTEGRITY, "TGS-REP", &reply.enc_part, key, opened.is_some());
    demand(checks, check, ReplyError::Integrity)?;
    let plain = opened.ok_or(ReplyError::Integrity)?;
    let asn1::EncTgsRepPart(part) = der::decode("EncTGSRepPart", &plain)?;
    credentials(sent, &reply, &part, checks)
}

/// An AP-REQ with the ticket of `credentials`.
pub(super) fn ap_req(
    credentials: &Credentials,
    options: ApOptions,
    usage: u32,
    authenticator: &Authenticator,
    random: &mut dyn Rng,
) -> Vec<u8> {
    let sealed = seal(&credentials.session_key, None, usage, &authenticator.encode(), random);
    // The ticket is copied as the KDC made it: taking it apart could change what is not understood.
    let fields = [
        der::wrap(0xA0, &der::encode(&5)),
        der::wrap(0xA1, &der::encode(&(MessageType::ApReq as i32))),
        der::wrap(0xA2, &der::encode(&bits(options.0))),
        der::wrap(0xA3, &credentials.ticket),
        der::wrap(0xA4, &der::encode(&sealed)),
    ];
    der::wrap(0x60 | MessageType::ApReq as u8, &der::wrap(0x30, &fields.concat()))
}

fn as_request(
    client: &Principal,
    request: &TicketRequest,
    padata: Option<Vec<asn1::PaData>>,
    random: &mut dyn Rng,
) -> Sent {
    let nonce = draw_nonce(random);
    let bytes = der::encode(&asn1::AsReq(asn1::KdcReq {
        pvno: Integer::from(5),
        msg_type: Integer::from(MessageType::AsReq as i32),
        padata,
        req_body: request_body(Some(client), request, nonce),
    }));
    Sent { bytes, nonce, client: client.clone(), server: request.server.clone() }
}

/// Nonces have 31 bits, because older KDCs read them as signed.
fn draw_nonce(random: &mut dyn Rng) -> u32 {
    random.next_u32() >> 1
}

fn request_body(
    client: Option<&Principal>,
    request: &TicketRequest,
    nonce: u32,
) -> asn1::KdcReqBody {
    asn1::KdcReqBody {
        kdc_options: asn1::KdcOptions(bits(request.options.0)),
        cname: client.map(Principal::wire_name),
        realm: request.server.wire_realm(),
        sname: Some(request.server.wire_name()),
        from: request.from.map(time::to_wire),
        till: time::to_wire(request.till),
        rtime: None,
        nonce,
        etype: request.etypes.clone(),
        addresses: request.addresses.as_deref().map(Address::to_wire),
        enc_authorization_data: None,
        additional_tickets: None,
    }
}

fn pa_data(kind: i32, value: Vec<u8>) -> asn1::PaData {
    asn1::PaData { r#type: kind, value: OctetString::from(value) }
}

fn password_key(
    info: &EtypeInfo,
    client: &Principal,
    password: &[u8],
    keys: &mut dyn StringToKey,
) -> Key {
    let salt = info.salt.clone().unwrap_or_else(|| client.default_salt());
    keys.key(info.etype, password, &salt, info.iterations)
}

/// A KRB-ERROR instead of the reply.
fn refusal(reply: &[u8]) -> Result<(), ReplyError> {
    if der::element(reply).is_some_and(|(tag, ..)| tag == 0x60 | MessageType::Error as u8) {
        return Err(ReplyError::Refused(Box::new(KrbError::decode(reply)?)));
    }
    Ok(())
}

fn is_type(reply: &asn1::KdcRep, due: MessageType, checks: &mut Checks) -> Result<(), ReplyError> {
    let found = (number(&reply.pvno), number(&reply.msg_type));
    let check = Check::equal(
        &rules::MESSAGE_TYPE,
        (
            Operand::new(
                "version and message type",
                format!("{} and {}", shown(found.0), shown(found.1)),
            ),
            &found,
        ),
        (Operand::new("due", format!("5 and {}", due as i32)), &(Some(5), Some(due as i32))),
    );
    demand(checks, check, ReplyError::MessageType)
}

/// Compares the reply with the request and takes out what is kept.
fn credentials(
    sent: &Sent,
    reply: &asn1::KdcRep,
    part: &asn1::EncKdcRepPart,
    checks: &mut Checks,
) -> Result<Credentials, ReplyError> {
    let nonce = Check::equal(
        &rules::REPLY_NONCE,
        (Operand::new("reply nonce", part.nonce.to_string()), &part.nonce),
        (Operand::new("request nonce", sent.nonce.to_string()), &sent.nonce),
    );
    demand(checks, nonce, ReplyError::Nonce)?;
    let client = Principal::from_wire(&reply.crealm, &reply.cname);
    let server = Principal::from_wire(&part.srealm, &part.sname);
    let on_ticket = Principal::from_wire(&reply.ticket.realm, &reply.ticket.sname);
    let named = [&client, &server, &on_ticket];
    let asked = [&sent.client, &sent.server, &sent.server];
    let names = Check::equal(
        &rules::REPLY_NAMES,
        (Operand::new("reply", format!("{client} for {server}, ticket for {on_ticket}")), &named),
        (Operand::new("request", format!("{} for {}", sent.client, sent.server)), &asked),
    );
    demand(checks, names, ReplyError::Names)?;
    let session_key = key("EncKDCRepPart", &part.key)?.ok_or(ReplyError::EncryptionType)?;
    Ok(Credentials {
        client,
        server,
        session_key,
        ticket: der::encode(&reply.ticket),
        times: TicketTimes {
            auth: time::from_wire(&part.auth_time),
            start: part.start_time.as_ref().map(time::from_wire),
            end: time::from_wire(&part.end_time),
            renew_till: part.renew_till.as_ref().map(time::from_wire),
        },
        flags: TicketFlags(word(&part.flags.0)),
    })
}

impl ReplyError {
    /// The KDC's error number, where the KDC refused.
    pub fn refused(&self) -> Option<ErrorCode> {
        match self {
            ReplyError::Refused(error) => Some(error.code),
            _ => None,
        }
    }
}
