//! Between what nodes mean and the octets of GIOP, SAS and GSSUP.

use super::{Answer, Identity, Raised, Sent, Target, Token};
use crate::catalogue::assertion::Refusal;

/// Major status of ContextError: the context is not known (CORBA 3.0 section 24.3.5).
pub const NO_CONTEXT: i32 = 4;

/// A request as a server sees it.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: u32,
    /// Whether the caller waits for a reply.
    pub reply: bool,
    pub method: String,
    /// Its security context, if it has one.
    pub sas: Option<Sas>,
}

/// The security context of a request.
#[derive(Clone, Debug)]
pub enum Sas {
    /// What a caller can send.
    Sent(Sent),
    /// It cannot be used: the number of its context where that could be read, and why.
    Malformed(Option<u64>, &'static Refusal, String),
}

/// A context that is to be established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Establish {
    /// Its number; zero for one request alone.
    pub context: u64,
    /// Whom the caller asserts.
    pub identity: Option<Identity>,
    /// What it shows of itself.
    pub token: Option<Token>,
}

/// The security context of a reply.
#[derive(Clone, Debug)]
pub enum SasReply {
    Complete { context: u64, stateful: bool },
    Error { context: u64, major: i32, minor: i32 },
}

impl SasReply {
    /// `(1,1)`, where it is an error.
    pub fn status(&self) -> Option<String> {
        match self {
            SasReply::Complete { .. } => None,
            SasReply::Error { major, minor, .. } => Some(format!("({major},{minor})")),
        }
    }
}

/// A reply as a caller sees it.
#[derive(Clone, Debug)]
pub struct Reply {
    pub request: u32,
    pub answer: Answer,
    /// As whom the method was called.
    pub caller: Option<String>,
    pub sas: Option<SasReply>,
}

/// A request's octets.
pub fn request(id: u32, method: &str, sent: &Sent, target: &Target) -> Vec<u8> {
    unimplemented!()
}

/// Takes a request apart.
pub fn open_request(octets: &[u8]) -> Result<Request, String> {
    unimplemented!()
}

/// A reply's octets.
pub fn reply(id: u32, answer: &Result<String, Raised>, sas: Option<&SasReply>) -> Vec<u8> {
    unimplemented!()
}

pub fn open_reply(octets: &[u8]) -> Result<Reply, String> {
    unimplemented!()
}

/// A reference's octets.
pub fn ior(target: &Target) -> Vec<u8> {
    unimplemented!()
}

pub fn open_ior(octets: &[u8]) -> Result<Target, String> {
    unimplemented!()
}
