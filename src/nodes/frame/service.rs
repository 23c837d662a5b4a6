//! Calls of SAF services and what they give back.

use serde::{Deserialize, Serialize};

use crate::catalogue::saf::SafReturn;
use crate::nodes::esm::database::Password;
use crate::trace::Record;

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
    /// initACEE (IRRSIA00): the security environment of somebody whom the caller vouches for.
    InitAcee(Subject),
}

/// Of whom initACEE makes a security environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A user.
    User(String),
    /// Whoever has this certificate (DER).
    Certificate(#[serde(with = "serde_bytes")] Vec<u8>),
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
            SafService::InitAcee(_) => "initACEE",
        }
    }

    /// What is asked, for the trace: never tokens, certificates or passwords themselves.
    pub(in crate::nodes) fn describe(&self, record: Record) -> Record {
        match self {
            SafService::Verify { userid } => record.text("userid", userid.clone()),
            SafService::Authorize { userid, class, resource, access } => record
                .text("userid", userid.clone())
                .text("class", class.clone())
                .text("resource", resource.clone())
                .text("access", access.clone()),
            SafService::TicketServ { server, token }
            | SafService::GenSecAccept { server, token } => record
                .maybe("kerberos_user", server.clone())
                .count("bytes", token.len() as u64)
                .text("sha256", crate::trace::sha256(token)),
            SafService::UserMap { principal } => record.text("principal", principal.clone()),
            SafService::PassTicketSupport => record,
            SafService::GenSecGenerate { application, userid } => {
                record.text("userid", userid.clone()).text("application", application.clone())
            }
            SafService::Logon { application, userid, group, .. } => record
                .text("userid", userid.clone())
                .maybe("group", group.clone())
                .text("application", application.clone()),
            SafService::SignOn(SignOn { userid, application, terminal, group, .. }) => record
                .text("userid", userid.clone())
                .maybe("group", group.clone())
                .text("application", application.clone())
                .text("terminal", terminal.clone()),
            SafService::KeyRing { ring } => record.text("ring", ring.clone()),
            SafService::GenSecWrap { message, .. } => record.count("bytes", message.len() as u64),
            SafService::InitAcee(Subject::User(userid)) => record.text("userid", userid.clone()),
            SafService::InitAcee(Subject::Certificate(der)) => {
                record.count("bytes", der.len() as u64).text("sha256", crate::trace::sha256(der))
            }
            SafService::Principals { names, userids } => record.text(
                "principals",
                names.iter().chain(userids).cloned().collect::<Vec<_>>().join(" "),
            ),
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
    /// initACEE: who it is.
    Acee(Acee),
}

/// A user as a server keeps him in storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acee {
    /// The user ID.
    pub userid: String,
    /// Groups to which he is connected, his default group first.
    pub groups: Vec<String>,
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
    /// The current version of its keys; there may be none of it.
    pub version: u32,
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
