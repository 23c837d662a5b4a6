//! The client's side of a GSS-API context: the token, the check of the acceptor's answer, and the
//! context that both end up with.

use rand_core::Rng;
use rasn_kerberos as asn1;
use thiserror::Error;

use super::acceptor::{AcceptError, message_of};
use super::authenticator::{Authenticator, TypedChecksum};
use super::client::{Credentials, SEQUENCE_MASK, ap_req};
use super::der::{self, WireError};
use super::error::{ErrorCode, KrbError};
use super::etype::{EncryptionType, Key};
use super::flags::ApOptions;
use super::gss::{self, CHECKSUM_TYPE, ContextChecksum, GssFlags, TokenId};
use super::messages::{MessageType, key, micros, number, open, usage};
use super::present::{demand, encoding, opened_check};
use super::rules;
use super::time::{self, KerberosTime};
use super::wrap::{Context, Role};
use crate::check::{Check, Checks, Operand};

/// What a client wants of a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOptions {
    /// The flags in the checksum.
    pub flags: GssFlags,
    /// The mutual-required option in clear text. A correct client sets it exactly when `flags` has
    /// MUTUAL; set alone, the acceptor succeeds and answers nothing.
    pub mutual_required: bool,
    /// Whether the client brings a key of its own for the association.
    pub subkey: bool,
    /// Encryption types offered for the acceptor's subkey (RFC 4537).
    pub etypes: Vec<EncryptionType>,
}

impl TokenOptions {
    /// What a correct client sends for these flags.
    pub fn new(flags: GssFlags) -> TokenOptions {
        TokenOptions {
            flags,
            mutual_required: flags.has(GssFlags::MUTUAL),
            subkey: true,
            etypes: EncryptionType::STRONGEST_FIRST.to_vec(),
        }
    }
}

/// A context that the initiator has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiator {
    flags: GssFlags,
    session_key: Key,
    subkey: Option<Key>,
    time: KerberosTime,
    sequence: u32,
}

/// Why an acceptor's answer gives no context.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MutualError {
    /// No context token of the kind that was due.
    #[error(transparent)]
    Token(#[from] AcceptError),
    /// Not the DER encoding of an AP-REP.
    #[error(transparent)]
    Encoding(#[from] WireError),
    /// The acceptor refused.
    #[error("the acceptor refuses: {}", .0.code)]
    Refused(Box<KrbError>),
    /// Not an AP-REP.
    #[error("the answer is of another type")]
    MessageType,
    /// The answer does not open with the session key: whoever sent it cannot read the ticket.
    #[error("the answer does not open with the session key")]
    Integrity,
    /// The answer is to another authenticator.
    #[error("the answer repeats another time")]
    Time,
    /// The acceptor's subkey is of a type without support.
    #[error("the acceptor's subkey is of a type without support")]
    SubkeyType,
}

impl MutualError {
    /// The Kerberos error number of the refusal.
    pub fn code(&self) -> ErrorCode {
        match self {
            MutualError::Refused(error) => error.code,
            MutualError::SubkeyType => ErrorCode::ETYPE_NOSUPP,
            _ => ErrorCode::MUT_FAIL,
        }
    }
}

/// A context token for the service of `credentials`.
///
/// `time` is unlike that of every earlier authenticator of this client ([`KerberosTime::unique`]).
pub fn token(
    credentials: &Credentials,
    options: &TokenOptions,
    time: KerberosTime,
    random: &mut dyn Rng,
) -> (Vec<u8>, Initiator) {
    let sequence = random.next_u32() & SEQUENCE_MASK;
    let etype = credentials.session_key.etype();
    let subkey = options.subkey.then(|| Key::random(etype, random));
    let checksum = ContextChecksum { flags: options.flags, ..ContextChecksum::default() };
    let authenticator = Authenticator {
        client: credentials.client.clone(),
        time,
        checksum: Some(TypedChecksum { kind: CHECKSUM_TYPE, octets: checksum.encode() }),
        subkey: subkey.clone(),
        sequence: Some(sequence),
        etypes: options.etypes.iter().map(|etype| etype.number()).collect(),
    };
    let ap_options =
        if options.mutual_required { ApOptions::MUTUAL_REQUIRED } else { ApOptions::default() };
    let usage = usage::AP_REQ_AUTHENTICATOR;
    let message = ap_req(credentials, ap_options, usage, &authenticator, random);
    let initiator = Initiator {
        flags: options.flags,
        session_key: credentials.session_key.clone(),
        subkey,
        time,
        sequence,
    };
    (gss::context_token(TokenId::ApReq, &message), initiator)
}

impl Initiator {
    /// The context where no answer is due.
    pub fn without_answer(self) -> Context {
        let sequence = u64::from(self.sequence);
        Context {
            role: Role::Initiator,
            key: self.subkey.unwrap_or(self.session_key),
            acceptor_subkey: false,
            flags: self.flags,
            send_sequence: sequence,
            receive_sequence: sequence,
        }
    }

    /// Judges the acceptor's answer and makes the context (RFC 4120 section 3.2.5).
    ///
    /// # Errors
    /// [`MutualError`]; `checks` has the decision that failed as its last.
    pub fn answered(self, token: &[u8], checks: &mut Checks) -> Result<Context, MutualError> {
        if let Some(error) = refusal(token) {
            return Err(MutualError::Refused(Box::new(error)));
        }
        let message = message_of(token, TokenId::ApRep, checks)?;
        let part = self.open_answer(message, checks)?;
        let time = KerberosTime {
            seconds: time::from_wire(&part.ctime),
            micros: micros("EncAPRepPart", &part.cusec)?,
        };
        let same = Check::equal(
            &rules::MUTUAL_TIME,
            (Operand::new("answer's time", time.text()), &time),
            (Operand::new("authenticator time", self.time.text()), &self.time),
        );
        demand(checks, same, MutualError::Time)?;
        let subkey = match &part.subkey {
            Some(subkey) => Some(key("EncAPRepPart", subkey)?.ok_or(MutualError::SubkeyType)?),
            None => None,
        };
        let received = part.seq_number.unwrap_or(self.sequence);
        let own = self.without_answer();
        Ok(Context {
            acceptor_subkey: subkey.is_some(),
            key: subkey.unwrap_or(own.key),
            receive_sequence: received.into(),
            ..own
        })
    }

    fn open_answer(
        &self,
        message: &[u8],
        checks: &mut Checks,
    ) -> Result<asn1::EncApRepPart, MutualError> {
        let decoded = der::decode::<asn1::ApRep>("AP-REP", message);
        let reply = encoding(checks, "AP-REP", decoded)?;
        let found = (number(&reply.pvno), number(&reply.msg_type));
        let kind = Check::equal(
            &rules::MESSAGE_TYPE,
            (Operand::new("version and message type", format!("{found:?}")), &found),
            (Operand::new("due", "AP-REP"), &(Some(5), Some(MessageType::ApRep as i32))),
        );
        demand(checks, kind, MutualError::MessageType)?;
        let opened = open(&self.session_key, usage::AP_REP, &reply.enc_part);
        let check = opened_check(
            &rules::MUTUAL_INTEGRITY,
            "AP-REP",
            &reply.enc_part,
            &self.session_key,
            opened.is_some(),
        );
        demand(checks, check, MutualError::Integrity)?;
        let plain = opened.ok_or(MutualError::Integrity)?;
        Ok(der::decode("EncAPRepPart", &plain)?)
    }
}

/// A context token with a KRB-ERROR inside.
fn refusal(token: &[u8]) -> Option<KrbError> {
    let message = message_of(token, TokenId::Error, &mut Checks::new()).ok()?;
    KrbError::decode(message).ok()
}
