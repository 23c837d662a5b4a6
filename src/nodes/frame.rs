//! What crosses a link between two nodes of the model: bytes, and nothing beside them.
//!
//! Kerberos messages cross as they are on the wire. Everything else (a request to start a
//! transaction, a call of a z/OS callable service, a record for a transient data queue) has no wire
//! format that a public document fixes; it crosses as a [`Frame`] in the `postcard` format. The first
//! byte of a frame is its kind and is below X'40'; the first byte of a Kerberos message is an ASN.1
//! application tag and is above it, so that bytes alone tell the two apart.
//!
//! A receiver decodes strictly: a frame that is cut, has bytes left over or does not decode is
//! [`FrameError`], and the receiver answers as its model does for a bad parameter list.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::esm::database::Password;
use crate::catalogue::saf::SafReturn;
use crate::protocol::kerberos;

/// Largest packet that a node accepts (bytes): a token of 64 KiB with room for containers.
pub const PACKET_BYTES_MAX: usize = 1 << 20;

/// The bytes of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet(Arc<[u8]>);

impl Packet {
    /// A packet of these bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Packet {
        Packet(bytes.into())
    }

    /// A packet that carries a frame.
    pub fn frame(frame: &Frame) -> Packet {
        // Only a map of unknown length can fail to encode, and frames have none.
        Packet(postcard::to_stdvec(frame).unwrap_or_default().into())
    }

    /// Reads the frame back.
    ///
    /// # Errors
    /// The sender's bytes are no frame (a fault changed them); the receiver refuses the call.
    pub fn open(&self) -> Result<Frame, FrameError> {
        if self.0.len() > PACKET_BYTES_MAX {
            return Err(FrameError);
        }
        match postcard::take_from_bytes(&self.0) {
            Ok((frame, [])) => Ok(frame),
            _ => Err(FrameError),
        }
    }

    /// The frame, and a change of a part of it: see [`Frame::part`].
    fn changed<T>(&self, part: &str, change: impl FnOnce(&mut Vec<u8>) -> T) -> Option<(Frame, T)> {
        let mut frame = self.open().ok()?;
        let result = change(frame.part(part)?);
        Some((frame, result))
    }
}

impl Packet {
    /// Whether it is a call within a system that can carry passwords and long-term keys in the clear.
    pub fn holds_secrets(&self) -> bool {
        matches!(self.open(), Ok(Frame::Saf(_) | Frame::SafReturn(_)))
    }
}

impl sim::Message for Packet {
    fn kind(&self) -> &'static str {
        match self.0.first() {
            None => "empty",
            Some(first) if *first < 0x40 => {
                Frame::KINDS.get(usize::from(*first)).unwrap_or(&"unknown")
            }
            Some(_) => kerberos::classify(&self.0),
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn with_bytes(&self, bytes: Vec<u8>) -> Packet {
        Packet(bytes.into())
    }

    fn part(&self, name: &str) -> Option<Vec<u8>> {
        self.changed(name, |bytes| bytes.clone()).map(|(_, bytes)| bytes)
    }

    fn with_part(&self, name: &str, bytes: Vec<u8>) -> Option<Packet> {
        self.changed(name, |part| *part = bytes).map(|(frame, ())| Packet::frame(&frame))
    }
}

/// Bytes that are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a call frame: a fault changed or cut them")]
pub struct FrameError;

/// A call or answer between two nodes. The order of variants is the first byte on the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// A client asks a region to start a transaction.
    Start(StartRequest),
    /// The region's answer when the task has ended, or was refused.
    Started(StartReply),
    /// A call of a SAF service.
    Saf(SafRequest),
    /// Its return.
    SafReturn(SafReply),
    /// A call into the Network Authentication Service of the same system (a PC call).
    Nas(NasRequest),
    /// Its return.
    NasReturn(NasReply),
    /// A record for a transient data queue.
    TdWrite(TdWrite),
    /// What became of it.
    TdDone(TdDone),
    /// A client types a transaction at a terminal of a region; answered as a start is.
    Terminal(TerminalInput),
    /// A client asks an identity provider for an assertion.
    Assertion(AssertionCall),
    /// The provider's answer.
    Issued(Issued),
}

impl Frame {
    /// Names of the variants, in their order: what link rules match and traces print.
    pub const KINDS: [&'static str; 11] = [
        "start",
        "start-reply",
        "saf-call",
        "saf-return",
        "nas-call",
        "nas-return",
        "td-write",
        "td-done",
        "terminal-input",
        "assertion-call",
        "assertion",
    ];

    /// The name of the token of a call.
    pub const TOKEN: &'static str = "token";

    /// The bytes of a part that faults can change alone: a container of a start or its reply by its
    /// name, or the [token](Frame::TOKEN) of a call.
    fn part(&mut self, name: &str) -> Option<&mut Vec<u8>> {
        let token = match self {
            Frame::Start(StartRequest { containers, .. })
            | Frame::Terminal(TerminalInput { start: StartRequest { containers, .. }, .. })
            | Frame::Started(StartReply { containers, .. }) => {
                let named = containers.iter_mut().find(|container| container.name == name);
                return named.map(|container| &mut container.data);
            }
            Frame::Issued(Issued { token, .. }) => token,
            Frame::Saf(SafRequest {
                service:
                    SafService::TicketServ { token, .. } | SafService::GenSecAccept { token, .. },
                ..
            })
            | Frame::Nas(NasRequest { token, .. }) => token,
            _ => return None,
        };
        (name == Frame::TOKEN).then_some(token)
    }
}

/// A request to start a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The client's number of the request.
    pub request: u32,
    /// Transaction identifier, 1 to 4 characters.
    pub transaction: String,
    /// User ID under which the task is to run; none: the region's default user.
    pub userid: Option<String>,
    /// Containers of the channel that the first program receives.
    pub containers: Vec<WireContainer>,
}

/// Input from a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalInput {
    /// Terminal identifier, 1 to 4 characters.
    pub terminal: String,
    /// What is started; its user is the terminal's.
    pub start: StartRequest,
}

/// A question to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionCall {
    /// The client's number of the request.
    pub request: u32,
    /// What is wanted, as JSON: [`super::identity_provider::Wanted`].
    #[serde(with = "serde_bytes")]
    pub wanted: Vec<u8>,
}

/// An identity provider's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The client's number of the request.
    pub request: u32,
    /// The assertion, in UTF-8.
    #[serde(with = "serde_bytes")]
    pub token: Vec<u8>,
}

/// A container as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireContainer {
    /// Name, 1 to 16 characters.
    pub name: String,
    /// CHAR containers travel with their CCSID, BIT containers with none.
    pub ccsid: Option<u16>,
    /// The data.
    #[serde(with = "serde_bytes")]
    pub data: Vec<u8>,
}

/// What a region says when a task that a client started has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartReply {
    /// The client's number of the request.
    pub request: u32,
    /// Task number; none where the request was refused before a task existed.
    pub task: Option<u32>,
    /// How it ended.
    pub end: TaskEnd,
    /// Containers of the channel when the task ended.
    pub containers: Vec<WireContainer>,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEnd {
    /// It returned.
    Normal,
    /// It abended with this code.
    Abend(String),
    /// It was never dispatched; why, in the model's words.
    Refused(String),
}

/// A call of a SAF service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafRequest {
    /// The caller's number of the call.
    pub call: u64,
    /// User ID of the calling address space.
    pub caller: String,
    /// What is asked.
    pub service: SafService,
}

/// The SAF services of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SafService {
    /// RACROUTE REQUEST=VERIFY for a user whose identity the caller vouches for.
    Verify {
        /// The user ID.
        userid: String,
    },
    /// RACROUTE REQUEST=FASTAUTH.
    Authorize {
        /// Whose authority.
        userid: String,
        /// Resource class.
        class: String,
        /// Resource name.
        resource: String,
        /// Wanted access level: `READ`.
        access: String,
    },
    /// R_ticketserv function 1: the client principal of a GSS-API Kerberos token.
    TicketServ {
        /// User ID whose principal the service has; none where the region has no Kerberos user ID.
        server: Option<String>,
        /// The token.
        #[serde(with = "serde_bytes")]
        token: Vec<u8>,
    },
    /// R_GenSec function 2, subfunction 3: accept a security context.
    GenSecAccept {
        /// As for [`SafService::TicketServ`].
        server: Option<String>,
        /// The token.
        #[serde(with = "serde_bytes")]
        token: Vec<u8>,
    },
    /// R_usermap function 6: Kerberos principal to user ID.
    UserMap {
        /// `/.../REALM/principal`, or the principal alone for the local realm.
        principal: String,
    },
    /// What the NAS reads of a principal (the model's R_kerbinfo): names, keys and lifetimes.
    Principals {
        /// Principal names of the local realm, without the realm.
        names: Vec<String>,
        /// User IDs whose principal is wanted.
        userids: Vec<String>,
    },
    /// Whether the ESM's product and level have the PassTicket services (what CICS finds in the
    /// RCVT).
    PassTicketSupport,
    /// R_GenSec function 3, option 1: generate a PassTicket.
    GenSecGenerate {
        /// The application, as its PTKTDATA profile is called.
        application: String,
        /// Whom it signs on.
        userid: String,
    },
    /// R_GenSec function 2, subfunction 8: wrap a message in a security context.
    GenSecWrap {
        /// The NAS's handle of the context.
        handle: u32,
        /// The message.
        #[serde(with = "serde_bytes")]
        message: Vec<u8>,
    },
    /// RACROUTE REQUEST=VERIFYX: a user with his password, phrase or PassTicket.
    Logon {
        /// The user ID.
        userid: String,
        /// What he gives.
        secret: Password,
        /// The group under which he would work; none for his default group.
        group: Option<String>,
        /// The application to which he signs on (APPL).
        application: String,
    },
    /// RACROUTE REQUEST=VERIFY, ENVIR=CREATE: a user signs on at a terminal.
    SignOn(SignOn),
    /// R_datalib: the trusted certificates of a key ring of the caller.
    KeyRing {
        /// The ring's name.
        ring: String,
    },
}

/// A sign-on at a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOn {
    /// The user ID.
    pub userid: String,
    /// What he gives; none where a token has told who he is.
    pub secret: Option<Password>,
    /// What he wants to give from now on (NEWPASS, NEWPHRASE).
    pub new_secret: Option<Password>,
    /// The group under which he wants to work; none for his default group.
    pub group: Option<String>,
    /// The application to which he signs on (APPL).
    pub application: String,
    /// The port of entry: the terminal's netname (TERMID).
    pub terminal: String,
}

impl SafService {
    /// The service's name as the messages print it.
    pub fn name(&self) -> &'static str {
        match self {
            SafService::Verify { .. } => "RACROUTE VERIFY",
            SafService::Authorize { .. } => "RACROUTE FASTAUTH",
            SafService::TicketServ { .. } => "R_ticketserv",
            SafService::GenSecAccept { .. } => "R_GenSec accept",
            SafService::UserMap { .. } => "R_usermap",
            SafService::Principals { .. } => "R_kerbinfo",
            SafService::PassTicketSupport => "RCVT PassTicket services",
            SafService::GenSecGenerate { .. } => "R_GenSec generate",
            SafService::GenSecWrap { .. } => "R_GenSec wrap",
            SafService::Logon { .. } => "RACROUTE VERIFYX",
            SafService::SignOn(_) => "RACROUTE VERIFY CREATE",
            SafService::KeyRing { .. } => "R_datalib",
        }
    }
}

/// The return of a SAF service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafReply {
    /// The caller's number of the call.
    pub call: u64,
    /// Return and reason codes.
    pub codes: SafReturn,
    /// What the service gives back.
    pub result: SafResult,
}

/// What a SAF service gives back beside its codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SafResult {
    /// Nothing.
    None,
    /// R_ticketserv: what the token says.
    Ticket(TicketFacts),
    /// R_GenSec accept: the context.
    Context(ContextFacts),
    /// R_usermap: the user ID.
    UserId(String),
    /// What the NAS asked for.
    Principals(RealmFacts),
    /// R_GenSec generate: the PassTicket.
    PassTicket(Password),
    /// R_GenSec wrap: the token.
    Wrapped(#[serde(with = "serde_bytes")] Vec<u8>),
    /// R_datalib: certificates of a key ring.
    KeyRing(Vec<RingEntry>),
}

/// A certificate of a key ring.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingEntry {
    /// Its label.
    pub label: String,
    /// Whether it is the ring's default.
    pub is_default: bool,
    /// The certificate: DER, or PEM as its file has it.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
    /// Its private key as PEM, where the caller owns it.
    #[serde(with = "serde_bytes")]
    pub key: Option<Vec<u8>>,
}

impl std::fmt::Debug for RingEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RingEntry").field("label", &self.label).finish_non_exhaustive()
    }
}

/// What R_ticketserv learns from a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFacts {
    /// Client principal: `/.../REALM/principal`, or without the prefix in the local realm.
    pub principal: String,
    /// GSS flags of the token's checksum (RFC 4121 section 4.1.1.1).
    pub gss_flags: u32,
    /// Whether the AP-REQ demands mutual authentication.
    pub mutual_required: bool,
}

/// What R_GenSec accept gives back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextFacts {
    /// The NAS's handle of the context.
    pub handle: u32,
    /// GSS flags of the context.
    pub gss_flags: u32,
    /// Output token (AP-REP); empty where none was made.
    #[serde(with = "serde_bytes")]
    pub output: Vec<u8>,
}

/// What the ESM tells its NAS: the realm's policy and the principals that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RealmFacts {
    /// Realm name of profile KERBDFLT; empty where there is none.
    pub realm: String,
    /// Shortest ticket (s).
    pub life_min: i64,
    /// Ticket life where the request names no end (s).
    pub life_default: i64,
    /// Longest ticket (s).
    pub life_max: i64,
    /// Whether addresses in tickets are compared.
    pub check_addresses: bool,
    /// The principals found, in the order of the question.
    pub principals: Vec<PrincipalFacts>,
}

/// A principal of the realm with its keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalFacts {
    /// Name without the realm.
    pub name: String,
    /// User ID that owns it; empty for the realm's own (krbtgt).
    pub userid: String,
    /// Whether the user may be served.
    pub standing: Standing,
    /// Shortest ticket of this principal (s), where it has its own.
    pub life_min: Option<i64>,
    /// Ticket life where the request names no end (s), where it has its own.
    pub life_default: Option<i64>,
    /// Longest ticket of this principal (s), where it has its own.
    pub life_max: Option<i64>,
    /// Keys, current version first.
    pub keys: Vec<KeyFacts>,
}

/// Whether a KDC may serve the owner of a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It may.
    Good,
    /// The user is revoked.
    Revoked,
    /// His password must be changed first.
    PasswordExpired,
}

impl std::fmt::Debug for PrincipalFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrincipalFacts").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A long-term key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// Key version number.
    pub version: u32,
    /// Encryption type number.
    pub etype: i32,
    /// Salt of string-to-key.
    pub salt: String,
    /// Iterations of string-to-key.
    pub iterations: u32,
    /// The key itself.
    #[serde(with = "serde_bytes")]
    pub key: Vec<u8>,
}

/// A PC call into the NAS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasRequest {
    /// The ESM's number of the call.
    pub call: u64,
    /// User ID whose principal is the acceptor's; none where the region has none.
    pub server: Option<String>,
    /// What to do with the token.
    pub function: NasFunction,
    /// The GSS-API token, or the message to wrap.
    #[serde(with = "serde_bytes")]
    pub token: Vec<u8>,
}

/// What the NAS is asked to do with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NasFunction {
    /// Tell the client principal; nothing is remembered.
    Inspect,
    /// Accept a security context; the token counts as used.
    Accept,
    /// Wrap a message, which stands in place of the token, in the context of this handle.
    Wrap(u32),
}

impl NasFunction {
    /// The function's name in traces.
    pub fn name(self) -> &'static str {
        match self {
            NasFunction::Inspect => "inspect",
            NasFunction::Accept => "accept",
            NasFunction::Wrap(_) => "wrap",
        }
    }
}

/// The NAS's return: a status word (zero: done) and what it gives back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasReply {
    /// The ESM's number of the call.
    pub call: u64,
    /// Kerberos or GSS status; zero for success.
    pub status: u32,
    /// What it gives back: [`SafResult::Ticket`], [`SafResult::Context`], [`SafResult::Wrapped`] or
    /// nothing.
    pub result: SafResult,
}

/// A record for a transient data queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TdWrite {
    /// The writer's number of the request.
    pub call: u64,
    /// Applid of the region that writes.
    pub applid: String,
    /// Task that writes, where there is one.
    pub task: Option<u32>,
    /// Queue name, 1 to 4 characters.
    pub queue: String,
    /// What is written.
    pub record: TdRecord,
}

/// A record or a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TdRecord {
    /// Data of WRITEQ TD, as the region holds it (code page 037).
    Data(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A message of the region: its identifier and its one logical line.
    Message {
        /// `DFHXS1402`.
        id: String,
        /// The line in printable characters.
        line: String,
        /// The name of the reason in the catalogue, where the message has several.
        reason: Option<String>,
    },
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TdDone {
    /// The writer's number of the request.
    pub call: u64,
    /// Whether it was written; otherwise the destination is full.
    pub written: bool,
}
