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
    /// The caller wants TLS.
    Hello {
        /// Its random octets.
        random: [u8; 32],
    },
    /// The server shows its certificate.
    ServerHello {
        /// Its random octets.
        random: [u8; 32],
        /// Its certificate and those of its path, each in DER.
        chain: Vec<Vec<u8>>,
        /// Its signature over what was said.
        #[serde(with = "serde_bytes")]
        signature: Vec<u8>,
    },
    /// The caller shows its certificate, where it has one.
    Proof {
        /// Its certificate and those of its path, each in DER; none: it has no certificate.
        chain: Vec<Vec<u8>>,
        /// Its signature over what was said.
        #[serde(with = "serde_bytes")]
        signature: Vec<u8>,
    },
    /// The server accepts the connection.
    Finished,
    /// One end gives the connection up.
    Alert(String),
    /// A GIOP message on a connection with TLS.
    Record {
        /// Its number, from 1.
        number: u64,
        /// The message.
        #[serde(with = "serde_bytes")]
        giop: Vec<u8>,
        /// What shows that nobody on the way has changed it.
        seal: [u8; 32],
    },
}

impl Content {
    /// Names of what segments carry, for link rules and traces. A GIOP message is called by its type
    /// (CORBA 3.0 section 15.4.1).
    pub const KINDS: [&'static str; 9] = [
        "giop",
        "giop-request",
        "giop-reply",
        "connection-reset",
        "tls-hello",
        "tls-server-hello",
        "tls-proof",
        "tls-finished",
        "tls-alert",
    ];

    /// The name of this one.
    pub fn kind(&self) -> &'static str {
        match self {
            Content::Giop(octets) | Content::Record { giop: octets, .. } => {
                match (octets.get(..4), octets.get(7)) {
                    (Some(b"GIOP"), Some(0)) => "giop-request",
                    (Some(b"GIOP"), Some(1)) => "giop-reply",
                    _ => "giop",
                }
            }
            Content::Reset => "connection-reset",
            Content::Hello { .. } => "tls-hello",
            Content::ServerHello { .. } => "tls-server-hello",
            Content::Proof { .. } => "tls-proof",
            Content::Finished => "tls-finished",
            Content::Alert(_) => "tls-alert",
        }
    }

    /// The GIOP message, where it carries one.
    pub fn giop_mut(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Content::Giop(octets) | Content::Record { giop: octets, .. } => Some(octets),
            _ => None,
        }
    }
}
