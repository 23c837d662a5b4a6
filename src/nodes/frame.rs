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

mod segment;
mod service;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::protocol::kerberos;
pub use segment::{Content, Segment};
pub use service::{
    Acee, ContextFacts, KeyFacts, PrincipalFacts, RealmFacts, RingEntry, SafReply, SafRequest,
    SafResult, SafService, SignOn, Standing, Subject, TicketFacts,
};

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
            Some(first) if *first < 0x40 => match Frame::KINDS.get(usize::from(*first)) {
                Some(&Frame::SEGMENT) => match self.open() {
                    Ok(Frame::Segment(segment)) => segment.content.kind(),
                    _ => Frame::SEGMENT,
                },
                named => named.unwrap_or(&"unknown"),
            },
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
    /// What one ORB sends to another.
    Segment(Segment),
}

impl Frame {
    /// Names of the variants, in their order: what link rules match and traces print.
    pub const KINDS: [&'static str; 12] = [
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
        Frame::SEGMENT,
    ];

    /// The name of a segment that does not say what it carries.
    const SEGMENT: &'static str = "segment";
    /// The name of the GIOP message in a segment.
    pub const GIOP: &'static str = "giop";

    /// The name of the token of a call.
    pub const TOKEN: &'static str = "token";

    /// The bytes of a part that faults can change alone: a container of a start or its reply by its
    /// name, the [token](Frame::TOKEN) of a call, or the [GIOP message](Frame::GIOP) of a segment.
    fn part(&mut self, name: &str) -> Option<&mut Vec<u8>> {
        let token = match self {
            Frame::Start(StartRequest { containers, .. })
            | Frame::Terminal(TerminalInput { start: StartRequest { containers, .. }, .. })
            | Frame::Started(StartReply { containers, .. }) => {
                let named = containers.iter_mut().find(|container| container.name == name);
                return named.map(|container| &mut container.data);
            }
            Frame::Issued(Issued { token, .. }) => token,
            Frame::Segment(segment) => {
                return segment.content.giop_mut().filter(|_| name == Frame::GIOP);
            }
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
    /// Whether it holds a secret, which no trace shows: neither as it is, nor by a digest, from which a
    /// password could be guessed.
    pub secret: bool,
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
