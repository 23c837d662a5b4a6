//! What becomes of a request between servers: CSIv2 identity assertion (WebSphere Application Server,
//! Identity assertion to the downstream server), the exception that the caller gets and the codes in it.
//!
//! The document names no codes. The minor codes and the pairs of ContextError are those that the source
//! of Open Liberty and the standard give; a row says where that is so and where a choice was made.

use super::{Entry, Kind};
use crate::check::Mark::{self, Assumed, Documented};

/// The document.
pub const DOCUMENT: &str = "WebSphere, Identity assertion to the downstream server";
const LIBERTY: &str = "Open Liberty, SecurityMinorCodes and SASException";

/// A system exception of CORBA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// The caller may not do it.
    NoPermission,
    /// The bytes could not be decoded.
    Marshal,
    /// The ORB itself fails.
    Internal,
    /// The answer does not come.
    NoResponse,
}

impl Exception {
    /// All of them.
    pub const ALL: [Exception; 4] =
        [Exception::NoPermission, Exception::Marshal, Exception::Internal, Exception::NoResponse];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Exception::NoPermission => "NO_PERMISSION",
            Exception::Marshal => "MARSHAL",
            Exception::Internal => "INTERNAL",
            Exception::NoResponse => "NO_RESPONSE",
        }
    }

    /// Its repository identifier (CORBA 3.0 section 4.12).
    pub fn repository_id(self) -> String {
        format!("IDL:omg.org/CORBA/{}:1.0", self.word())
    }
}

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A name for traces and scenarios.
    pub name: &'static str,
    /// The exception.
    pub exception: Exception,
    /// Its minor code; zero where none is known.
    pub minor: u32,
    /// Major and minor status of ContextError, where one goes with the exception.
    pub context_error: Option<(i32, i32)>,
    /// The message in the server's log, where one is known.
    pub message: Option<&'static str>,
    /// What it says, in our words.
    pub meaning: &'static str,
    /// What brings it about in the model.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Whether the codes are documented.
    pub mark: Mark,
    /// Where they come from.
    pub source: &'static str,
}

impl Refusal {
    /// The row's stable name: `ASSERTION/SenderNotTrusted`.
    pub fn key(&self) -> String {
        format!("{AREA}/{}", self.name)
    }

    /// What the caller sees: `NO_PERMISSION 4942430D, ContextError (1,1)`.
    pub fn answer(&self) -> String {
        let minor = match self.minor {
            0 => String::new(),
            minor => format!(" {minor:08X}"),
        };
        let status =
            self.context_error.map(|(major, minor)| format!(", ContextError ({major},{minor})"));
        format!("{}{minor}{}", self.exception.word(), status.unwrap_or_default())
    }
}

/// The area of the rows' names.
pub const AREA: &str = "ASSERTION";

/// Declares the rows, and the list of them.
macro_rules! refusals {
    ($($name:ident $word:literal $exception:ident $minor:literal $status:expr, $message:expr; $mark:ident $source:expr; $meaning:literal $cause:literal $cure:literal)*) => {
        $(
            #[doc = $meaning]
            pub static $name: Refusal = Refusal {
                name: $word,
                exception: Exception::$exception,
                minor: $minor,
                context_error: $status,
                message: $message,
                meaning: $meaning,
                cause: $cause,
                cure: $cure,
                mark: $mark,
                source: $source,
            };
        )*

        /// All rows, in the order in which a request can come to them.
        pub static ROWS: &[&Refusal] = &[$(&$name),*];
    };
}

refusals! {
    NOT_TRUSTED "SenderNotTrusted" NoPermission 0x4942_430D Some((1, 1)), None; Documented LIBERTY;
        "The sending server is not trusted to assert an identity."
        "The user ID in its client authentication token is not on the trusted principal list of the receiving server."
        "Add the user ID of the sending server to the trusted principal list of the receiving server, or let the sender use one that is on it."
    SENDER_REFUSED "SenderNotAuthenticated" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "The sending server, or a client, does not prove who it is."
        "The user registry of the receiving server refuses the user ID and password of the client authentication token."
        "Correct the user ID or password that the sender is configured with; look whether the registry has revoked it."
    USER_REFUSED "AssertedUserRefused" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "The asserted user is none of the receiving server's registry."
        "The registry does not have the user, or has revoked him."
        "Define the user in the registry of the receiving server, or turn identity assertion off."
    METHOD_DENIED "MethodDenied" NoPermission 0 None, Some("SECJ0053E"); Assumed "WebSphere, message SECJ0053E; assumed: the exception has no minor code";
        "The caller may not call the method."
        "He has none of the roles that the method needs."
        "Map the user or one of his groups to a role of the method."
}

/// The row of a name.
pub fn lookup(name: &str) -> Option<&'static Refusal> {
    ROWS.iter().copied().find(|row| row.name == name)
}

/// The rows as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::Assertion,
        key: row.key(),
        title: row.answer().into(),
        text: row.meaning.into(),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: None,
    })
}
