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
    /// The connection is gone.
    CommFailure,
    /// The answer does not come.
    NoResponse,
}

impl Exception {
    /// All of them.
    pub const ALL: [Exception; 5] = [
        Exception::NoPermission,
        Exception::Marshal,
        Exception::Internal,
        Exception::CommFailure,
        Exception::NoResponse,
    ];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Exception::NoPermission => "NO_PERMISSION",
            Exception::Marshal => "MARSHAL",
            Exception::Internal => "INTERNAL",
            Exception::CommFailure => "COMM_FAILURE",
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
    FORM_NOT_TAKEN "IdentityFormNotTaken" NoPermission 0x4942_430C Some((1, 1)), None; Documented LIBERTY;
        "The server takes no assertion in the form of the identity token."
        "The form is none of the server's identity types, or identity assertion is off there."
        "Let the sender assert the identity in a form that the server takes, or add the form to the server's identity types."
    IDENTITY_UNDECODABLE "IdentityUndecodable" NoPermission 0x4942_430C Some((1, 1)), None; Assumed "Open Liberty fails here without a minor code; assumed: the code of an identity token that is not valid";
        "The identity token cannot be decoded."
        "The exported name, distinguished name or chain of certificates in it is none: something changed it on its way, or the sender is wrong."
        "Look for what changed the message between the two servers."
    TOKEN_UNDECODABLE "TokenUndecodable" NoPermission 0x4942_10C5 Some((2, 1)), Some("CWWKS9549E"); Documented LIBERTY;
        "The client authentication token cannot be decoded."
        "Its GSS frame or what is inside is wrong: something changed it on its way, or the sender is wrong."
        "Look for what changed the message between the two servers."
    TARGET_NOT_OWN "TokenForAnother" NoPermission 0 Some((2, 1)), None; Documented LIBERTY;
        "The client authentication token is meant for another server."
        "Its target name is not the realm of the server: something changed it on its way, or the sender has an old reference."
        "Let the sender look the server up again in the name service."
    SAS_UNDECODABLE "ContextUndecodable" Marshal 0 None, Some("CWWKS9544E"); Documented LIBERTY;
        "The security context of the request cannot be decoded."
        "Its octets are none of the messages of the protocol: something changed them on their way, or the sender is wrong."
        "Look for what changed the message between the two servers."
    CONTEXT_UNKNOWN "ContextUnknown" NoPermission 0x4942_4308 Some((4, 1)), Some("CWWKS9543E"); Assumed "CORBA 3.0 section 24.3.5; assumed: the minor code, that of a session that does not exist";
        "The server does not know the context that the request names."
        "It was discarded, nobody used it for too long, or the server was started anew."
        "Nothing: the sender sends its tokens again. Where it does not, restart the sender."
    CONFLICT "ContextConflict" NoPermission 0x4942_4309 Some((3, 1)), None; Assumed "CORBA 3.0 section 24.3.5; assumed: the minor code, that of a session with conflicting evidence";
        "The number of the context is in use with other tokens."
        "The sender uses a number again for somebody else while the context lives."
        "Correct the sender: a number stands for one pair of tokens until its context ends."
    NO_SENDER "SenderNotShown" NoPermission 0x4942_430D Some((1, 1)), None; Documented LIBERTY;
        "The request asserts somebody, and does not say who sends it."
        "There is no client authentication token, no client certificate and no started task of the same z/OS image."
        "Turn basic authentication on where the sender calls others, or give it a certificate."
    TOKEN_MISSING "TokenMissing" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "Client authentication is required, and no token came."
        "The server's inbound setting is Required, and the client shows no user ID and password."
        "Let the client show its user ID and password, or set client authentication to Supported."
    CERTIFICATE_NOT_MAPPED "CertificateNotMapped" NoPermission 0x4942_4300 Some((1, 1)), None; Assumed "assumed: the codes of a failed authentication";
        "The certificate of the caller is nobody's."
        "No user of the registry has it: on z/OS it is registered for nobody, elsewhere its subject leads to no user."
        "On z/OS: RACDCERT ID(user) ADD('dataset') TRUST. Elsewhere correct the certificate map of the registry."
    NOT_TRUSTED "SenderNotTrusted" NoPermission 0x4942_430D Some((1, 1)), None; Documented LIBERTY;
        "The sending server is not trusted to assert an identity."
        "Its user ID is not on the trusted principal list of the receiving server."
        "Add the user ID of the sending server to the trusted principal list of the receiving server, or let the sender use one that is on it."
    BIND_REFUSED "BindRefused" NoPermission 0x4942_430D Some((1, 1)), Some("BBOS0002E"); Assumed "the message is documented for a CBIND check that fails; assumed: the minor code of a sender that is not trusted";
        "The sending server has not the authority to assert an identity."
        "Its started task, or the user of its certificate, has not UPDATE to the CB.BIND profile of the receiving server."
        "PERMIT CB.BIND.server CLASS(CBIND) ID(user) ACCESS(UPDATE), then SETROPTS RACLIST(CBIND) REFRESH where the class is RACLISTed."
    SENDER_REFUSED "PasswordRefused" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "The sending server, or a client, does not prove who it is."
        "The registry of the receiving server refuses the user ID and password of the client authentication token."
        "Correct the user ID or password that the sender is configured with; look whether the registry has revoked it."
    KERBEROS_REFUSED "KerberosRefused" NoPermission 0x4942_4300 Some((1, 1)), None; Assumed "assumed: the codes of a failed authentication";
        "The Kerberos token is refused."
        "The server is no service principal, R_ticketserv refuses the token, or no user has its principal."
        "Look at the return of R_ticketserv: its reason is a status of the network authentication service."
    NAME_NOT_MAPPED "NameNotMapped" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "The distinguished name that is asserted is nobody's."
        "The directory has no entry to which the certificate map leads from the name."
        "Correct the certificate map of the directory, or add the entry."
    USER_REFUSED "AssertedUserRefused" NoPermission 0x4942_4300 Some((1, 1)), None; Documented LIBERTY;
        "The user is none of the receiving server's registry."
        "The registry does not have him, or has revoked him; or there is no registry."
        "Define the user in the registry of the receiving server, or turn identity assertion off."
    METHOD_DENIED "MethodDenied" NoPermission 0 None, Some("SECJ0053E"); Assumed "WebSphere, message SECJ0053E; assumed: the exception has no minor code";
        "The caller may not call the method."
        "He has none of the roles that the method needs."
        "Map the user or one of his groups to a role of the method; with SAF authorization PERMIT role CLASS(EJBROLE) ID(user) ACCESS(READ)."
    RUN_AS_REFUSED "RunAsRefused" NoPermission 0x4942_4300 None, None; Assumed "assumed: the codes of a failed authentication";
        "The user whom RunAs specifies cannot be signed on."
        "The registry of the server refuses the user ID and password that the method is configured with."
        "Correct the user ID and password of the RunAs role."
    NO_COMMON_FORM "NoCommonForm" NoPermission 0x4942_1093 None, Some("CWWKS9533E"); Assumed "the message is Open Liberty's; assumed: the minor code of a mechanism that is not supported";
        "The identity can be asserted in no form that the other server takes."
        "None of the forms that the credential has is among the identity types of the other server. Nothing is sent."
        "Add one of the forms to the identity types of the other server."
    NOT_FORWARDABLE "NotForwardable" NoPermission 0x4942_4307 None, None; Documented "IBM, troubleshooting NO_PERMISSION 0x49424307";
        "The other server requires a token, and the credential has none that can be forwarded."
        "Identity assertion is off at one of the two servers, and the client has proved itself with a password or a certificate. Nothing is sent."
        "Turn identity assertion on at both servers."
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
