//! Between what nodes mean and the octets of GIOP, SAS and GSSUP.

use super::{Answer, Identity, Raised, Target};
use crate::nodes::esm::database::Password;

/// A request as a server sees it.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: u32,
    /// Whether the caller waits for a reply.
    pub reply: bool,
    pub method: String,
    /// Its security context, if it has one; what is wrong with its octets otherwise.
    pub sas: Option<Result<Sas, String>>,
}

/// The security context of a request.
#[derive(Clone, Debug)]
pub enum Sas {
    Establish(Establish),
    /// A message that only servers send.
    Reply,
}

/// A context that is to be established.
#[derive(Clone, Debug)]
pub struct Establish {
    /// Its number; zero for one request alone.
    pub context: u64,
    pub identity: Option<Identity>,
    pub token: Option<BasicToken>,
}

/// User ID and password, with the realm for which they are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicToken {
    pub userid: String,
    pub password: Password,
}

/// The security context of a reply.
#[derive(Clone, Debug)]
pub enum SasReply {
    Complete { context: u64, stateful: bool },
    Error { context: u64, major: i32, minor: i32 },
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
pub fn request(id: u32, method: &str, establish: Option<&Establish>, target: &Target) -> Vec<u8> {
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
