//! Pieces of the conversation between two ORBs.

use serde::{Deserialize, Serialize};

/// What one end of a connection sends to the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The caller's number of the connection (its port, as it were).
    pub connection: u32,
    /// Whether it goes back to whoever opened the connection.
    pub back: bool,
    /// What is sent.
    pub content: Content,
}

/// What a segment carries. Protocol messages are octets as they are on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A GIOP message.
    Giop(#[serde(with = "serde_bytes")] Vec<u8>),
    /// There is no such connection here.
    Reset,
}

impl Content {
    /// Names of what segments carry, for link rules and traces. A GIOP message is called by its type
    /// (CORBA 3.0 section 15.4.1).
    pub const KINDS: [&'static str; 4] = ["giop", "giop-request", "giop-reply", "connection-reset"];

    /// The name of this one.
    pub fn kind(&self) -> &'static str {
        match self {
            Content::Giop(octets) => match (octets.get(..4), octets.get(7)) {
                (Some(b"GIOP"), Some(0)) => "giop-request",
                (Some(b"GIOP"), Some(1)) => "giop-reply",
                _ => "giop",
            },
            Content::Reset => "connection-reset",
        }
    }
}
