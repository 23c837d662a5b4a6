//! The calling side of CSIv2: references, connections, contexts, requests, and what becomes of them.
//!
//! ```text
//!   reference ─> what the server takes ─> tokens ─> request with service context 15 ─> reply
//!                       │                                                               │
//!              no common form: refused here                returned, exception, or none in time
//! ```
//!
//! A client and a server that calls another have one [`Orb`] each.

mod caller;
mod contexts;
mod rules;
pub(super) mod tls;
pub(super) mod wire;

pub use caller::{Orb, OrbWake};
pub(super) use caller::{noted_unless_next, words};
pub(super) use contexts::Sent;
pub(super) use rules::ALL as RULES;
pub use tls::{Keys, Tls};

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::NodeId;

use super::esm::database::Password;
use crate::catalogue::assertion::Exception;
use crate::protocol::x509::Certificate;
use crate::trace::Record;

/// References to servers, by their node names.
pub type References = Arc<BTreeMap<String, Reference>>;

/// A reference to a server, as a name service gives it.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it leads.
    pub node: NodeId,
    /// The reference itself (IOR).
    pub ior: Arc<[u8]>,
}

/// A method that is to be called, and as whom.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The server, by its node name.
    pub server: String,
    /// The method.
    pub method: String,
    /// What the caller shows of itself in the client authentication token.
    pub token: Option<Token>,
    /// Whom it asserts, in the forms that it can, the best first; none where it asserts nobody.
    pub identities: Option<Vec<Identity>>,
    /// The token of whoever it acts for, which is sent on where nobody is asserted.
    pub forward: Option<Token>,
    /// How it uses contexts.
    pub context: ContextUse,
    /// Whether the context ends with the request.
    pub discard: bool,
    /// Whether the caller is a server that acts for somebody: it shows its own token only where it asserts
    /// him, and calls no server that requires a token which it does not have.
    pub is_server: bool,
}

/// How a caller uses contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum ContextUse {
    /// Tokens go with every request.
    #[default]
    Stateless,
    /// Tokens go with the first request of a connection; later ones name the context, where the server
    /// keeps it.
    Stateful,
    /// Tokens go with every request under this number, whatever the caller has used it for before: what
    /// a caller does that is wrong.
    Number(u64),
}

impl ContextUse {
    /// Whether it is the usual one.
    pub fn is_stateless(&self) -> bool {
        *self == ContextUse::Stateless
    }
}

/// A client authentication token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// User ID and password (GSSUP).
    Basic {
        /// The user ID.
        userid: String,
        /// The password.
        password: Password,
        /// The realm for which they are meant.
        realm: String,
    },
    /// A Kerberos token in its GSS-API frame.
    Kerberos(Arc<[u8]>),
}

impl Token {
    /// A user ID and a password, for whatever realm the server has that gets them.
    pub fn basic(userid: String, password: Password) -> Token {
        Token::Basic { userid, password, realm: String::new() }
    }

    /// The same, for this realm.
    fn meant_for(self, realm: &str) -> Token {
        match self {
            Token::Basic { userid, password, .. } => {
                Token::Basic { userid, password, realm: realm.to_owned() }
            }
            Token::Kerberos(_) => self,
        }
    }

    /// In words, for the trace: never a secret.
    pub fn words(&self) -> String {
        match self {
            Token::Basic { userid, .. } => format!("user {userid}"),
            Token::Kerberos(_) => "a Kerberos token".to_owned(),
        }
    }
}

/// Somebody who is asserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular.
    Anonymous,
    /// A user, by name.
    Principal(String),
    /// A distinguished name (RFC 4514).
    Name(String),
    /// A chain of certificates, the subject's first.
    Chain(Vec<Arc<Certificate>>),
}

impl Identity {
    /// In words, for the trace.
    pub fn words(&self) -> String {
        match self {
            Identity::Anonymous => "anonymous".to_owned(),
            Identity::Principal(name) => format!("principal {name}"),
            Identity::Name(name) => format!("distinguished name {name}"),
            Identity::Chain(chain) => {
                let subject = chain.first().map(|own| own.subject.clone()).unwrap_or_default();
                format!("certificate of {subject}")
            }
        }
    }

    /// Its form.
    pub fn form(&self) -> IdentityType {
        match self {
            Identity::Anonymous => IdentityType::Anonymous,
            Identity::Principal(_) => IdentityType::PrincipalName,
            Identity::Name(_) => IdentityType::DistinguishedName,
            Identity::Chain(_) => IdentityType::CertificateChain,
        }
    }
}

/// A form in which somebody is asserted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum IdentityType {
    /// Nobody in particular.
    Anonymous,
    /// A user by his name.
    PrincipalName,
    /// A chain of X.509 certificates.
    CertificateChain,
    /// A distinguished name.
    DistinguishedName,
}

impl IdentityType {
    /// All of them.
    pub const ALL: [IdentityType; 4] = [
        IdentityType::Anonymous,
        IdentityType::PrincipalName,
        IdentityType::CertificateChain,
        IdentityType::DistinguishedName,
    ];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            IdentityType::Anonymous => "Anonymous",
            IdentityType::PrincipalName => "PrincipalName",
            IdentityType::CertificateChain => "CertificateChain",
            IdentityType::DistinguishedName => "DistinguishedName",
        }
    }
}

/// What a server does with a layer of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Layer {
    /// It does not use it.
    Never,
    /// It uses it where the caller does.
    Supported,
    /// It refuses callers who do not use it.
    Required,
}

/// What a reference says of its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its object: the name of the server.
    pub object: String,
    /// Its realm.
    pub realm: String,
    /// Whether it keeps contexts.
    pub stateful: bool,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whether callers authenticate themselves with a token.
    pub authentication: Layer,
    /// The forms in which callers may assert somebody; none: not at all.
    pub identity_types: Vec<IdentityType>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The method has returned.
    Returned,
    /// An exception.
    Raised(Raised),
}

/// A system exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Which.
    pub exception: Exception,
    /// Its minor code; zero where it has none.
    pub minor: u32,
}

impl Raised {
    pub(super) fn describe(&self, name: &'static str, record: Record) -> Record {
        let minor = (self.minor != 0).then(|| format!("{:08X}", self.minor));
        record.text(name, self.exception.word()).maybe("minor", minor)
    }
}
