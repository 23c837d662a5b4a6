//! SAF, RACF return and reason codes, per service.
//!
//! The same triple means different things in different services: X'10' after 8/8 is "not
//! authorized" for R_ticketserv and R_GenSec, and "no mapping" for R_usermap. Look up with the service, always.

mod codes;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, Kind};
use crate::check::Mark;
pub use codes::*;

/// What a call to the ESM returns.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct SafReturn {
    /// SAF return code. There is no SAF reason code: the callable services return none.
    pub saf: u32,
    /// RACF return code (ESMRESP).
    pub rc: u32,
    /// RACF reason code (ESMREASON).
    pub rsn: u32,
}

impl SafReturn {
    /// Three codes.
    pub const fn new(saf: u32, rc: u32, rsn: u32) -> Self {
        SafReturn { saf, rc, rsn }
    }

    /// The Network Authentication Service could not do it; `status` is its status word.
    pub const fn nas(status: u32) -> Self {
        SafReturn::new(8, 16, status)
    }
}

impl fmt::Display for SafReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SAF {} rc X'{:X}' rsn X'{:X}'", self.saf, self.rc, self.rsn)
    }
}

/// A service of the ESM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// R_ticketserv: parse a Kerberos token.
    RTicketserv,
    /// R_usermap: application identity to user.
    RUsermap,
    /// R_GenSec: GSS-API and PassTicket functions.
    RGenSec,
    /// RACROUTE REQUEST=AUTH: may this user use this resource.
    RacrouteAuth,
    /// RACROUTE REQUEST=VERIFY: is this user who he says he is.
    RacrouteVerify,
    /// R_datalib: the certificates of a key ring.
    RDatalib,
    /// initACEE: the security environment of a user or of the holder of a certificate.
    InitAcee,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 7] = [
        Service::RTicketserv,
        Service::RUsermap,
        Service::RGenSec,
        Service::RacrouteAuth,
        Service::RacrouteVerify,
        Service::RDatalib,
        Service::InitAcee,
    ];

    /// The name that manuals use.
    pub fn name(self) -> &'static str {
        match self {
            Service::RTicketserv => "R_ticketserv",
            Service::RUsermap => "R_usermap",
            Service::RGenSec => "R_GenSec",
            Service::RacrouteAuth => "RACROUTE AUTH",
            Service::RacrouteVerify => "RACROUTE VERIFY",
            Service::RDatalib => "R_datalib",
            Service::InitAcee => "initACEE",
        }
    }
}

impl Service {
    /// The service that a `saf.call` record of a trace names.
    pub fn of_trace(word: &str) -> Option<Service> {
        match word {
            // Regions check through other forms of the same requests.
            "RACROUTE FASTAUTH" => Some(Service::RacrouteAuth),
            "RACROUTE VERIFYX" | "RACROUTE VERIFY CREATE" => Some(Service::RacrouteVerify),
            "R_GenSec accept" | "R_GenSec generate" | "R_GenSec wrap" => Some(Service::RGenSec),
            word => Service::ALL.into_iter().find(|service| service.name() == word),
        }
    }
}

/// What one return means in the services that share it.
#[derive(Debug, PartialEq, Eq)]
pub struct ServiceCode {
    /// The services that return it with this meaning.
    pub services: &'static [Service],
    /// The codes; [`ServiceCode::any_reason`] frees the last one.
    pub codes: SafReturn,
    /// The reason is a status word of the NAS (see [`super::kerberos_status`]), whatever it is.
    pub any_reason: bool,
    /// What it says.
    pub meaning: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

/// The meaning of a return of `service`; exact reasons go before "any reason".
pub fn lookup(service: Service, codes: SafReturn) -> Option<&'static ServiceCode> {
    let of_service = || ROWS.iter().filter(|row| row.services.contains(&service));
    of_service().find(|row| !row.any_reason && row.codes == codes).or_else(|| {
        of_service()
            .find(|row| row.any_reason && (row.codes.saf, row.codes.rc) == (codes.saf, codes.rc))
    })
}

const KERBEROS: &[Service] = &[Service::RTicketserv, Service::RGenSec];
const CALLABLE: &[Service] = &[Service::RTicketserv, Service::RUsermap, Service::RGenSec];
const TICKETSERV: &[Service] = &[Service::RTicketserv];
const USERMAP: &[Service] = &[Service::RUsermap];
const AUTH: &[Service] = &[Service::RacrouteAuth];
const DATALIB: &[Service] = &[Service::RDatalib];
const VERIFY: &[Service] = &[Service::RacrouteVerify];
const ACEE: &[Service] = &[Service::InitAcee];

const CALLABLE_SERVICES: &str =
    "z/OS RACF Callable Services, return and reason codes of the service";
const USERMAP_CODES: &str = "z/OS RACF Callable Services, R_usermap return and reason codes";
const AUTH_CODES: &str = "z/OS RACROUTE Macro Reference, REQUEST=AUTH return codes";
const ACEE_CODES: &str = "z/OS RACF Callable Services, initACEE return and reason codes";
const DATALIB_CODES: &str = "z/OS RACF Callable Services, R_datalib return and reason codes";
const VERIFY_CODES: &str = "assumed: RACROUTE REQUEST=VERIFY return codes as commonly known";

const CALL_THE_SUPPLIER: &str = "Report it to whoever supplies the calling program or the ESM.";
const CALL_IT_RIGHT: &str = "Correct the calling program's parameter list.";

/// All rows, by service and code.
pub static ROWS: [ServiceCode; 51] = [
    row(&Service::ALL, SUCCESS, "The call worked.", "Nothing to do.", CALLABLE_SERVICES),
    row(
        CALLABLE,
        NO_DECISION,
        "RACF is not installed or not active.",
        "Activate the ESM on this system.",
        CALLABLE_SERVICES,
    ),
    row(
        ACEE,
        NO_DECISION,
        "RACF is not installed or not active.",
        "Activate the ESM on this system.",
        ACEE_CODES,
    ),
    row(
        ACEE,
        ACEE_USER_UNKNOWN,
        "The user ID is not defined.",
        "Define the user (ADDUSER), or let the sender assert one that is defined.",
        ACEE_CODES,
    ),
    row(
        ACEE,
        ACEE_REVOKED,
        "The user ID, or its connection to the group, is revoked.",
        "ALTUSER with RESUME, once it is clear why the user was revoked.",
        ACEE_CODES,
    ),
    row(
        ACEE,
        ACEE_CERTIFICATE,
        "The certificate is not valid.",
        "Send a certificate that is one.",
        ACEE_CODES,
    ),
    row(
        ACEE,
        ACEE_NO_MAPPING,
        "No user ID is defined for the certificate.",
        "Add the certificate to its user: RACDCERT ID(user) ADD(...) TRUST.",
        ACEE_CODES,
    ),
    row(
        DATALIB,
        NO_DECISION,
        "RACF is not installed or not active.",
        "Activate the ESM on this system.",
        DATALIB_CODES,
    ),
    row(
        DATALIB,
        DATALIB_NOT_AUTHORIZED,
        "The caller may not use the service.",
        "Give the user ID READ access to IRR.DIGTCERT.LISTRING in class FACILITY.",
        DATALIB_CODES,
    ),
    row(
        DATALIB,
        RING_EMPTY,
        "No certificate with the wanted status is connected to the key ring.",
        "Connect one: RACDCERT ID(user) CONNECT(CERTAUTH LABEL('...') RING(...)), and look at its \
         trust status.",
        DATALIB_CODES,
    ),
    row(
        DATALIB,
        RING_NOT_FOUND,
        "The user has no key ring of this name.",
        "Add it: RACDCERT ID(user) ADDRING(...), or correct KEYRING; upper and lower case differ.",
        DATALIB_CODES,
    ),
    row(
        KERBEROS,
        FUNCTION_NOT_VALID,
        "The function code is not valid.",
        CALL_IT_RIGHT,
        CALLABLE_SERVICES,
    ),
    row(CALLABLE, PARAMETER_LIST, "The parameter list is wrong.", CALL_IT_RIGHT, CALLABLE_SERVICES),
    row(CALLABLE, INTERNAL, "The service failed inside.", CALL_THE_SUPPLIER, CALLABLE_SERVICES),
    row(
        CALLABLE,
        SafReturn::new(8, 8, 12),
        "No recovery environment could be set up.",
        CALL_THE_SUPPLIER,
        CALLABLE_SERVICES,
    ),
    row(
        TICKETSERV,
        SERVICE_NOT_AUTHORIZED,
        "The caller may not use the service.",
        "Give the region's user ID READ access to IRR.RTICKETSERV in class FACILITY.",
        CALLABLE_SERVICES,
    ),
    row(
        &[Service::RGenSec],
        SERVICE_NOT_AUTHORIZED,
        "The caller may not use the function.",
        "Give the region's user ID READ access to IRR.GSSERV in class FACILITY for GSS-API \
         functions, access to IRRPTAUTH resources in PTKTDATA for PassTickets.",
        CALLABLE_SERVICES,
    ),
    row(
        TICKETSERV,
        SafReturn::new(8, 8, 20),
        "The last parameter lacks its end mark.",
        CALL_IT_RIGHT,
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        SafReturn::new(8, 12, 8),
        "The call to SKRBKDC overflowed its parameter buffer.",
        CALL_THE_SUPPLIER,
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        SafReturn::new(8, 12, 12),
        "SKRBKDC has no storage left.",
        "Give the started task SKRBKDC a larger region.",
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        NAS_NOT_ACTIVE,
        "SKRBKDC is not started, or is ending.",
        "START SKRBKDC on the region's system.",
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        NAS_ABEND,
        "SKRBKDC abended while it served the call.",
        "Look into logrec and the log of SKRBKDC; restart it.",
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        NAS_LOCKED,
        "SKRBKDC's control lock could not be obtained.",
        "Find out what keeps SKRBKDC from running; a dump in progress is the usual case.",
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        PASSTICKET_NOT_GENERATED,
        "No PassTicket could be generated.",
        "Check that the application's PTKTDATA profile is discrete and holds a key.",
        CALLABLE_SERVICES,
    ),
    row(
        KERBEROS,
        PASSTICKET_REFUSED,
        "The PassTicket is not accepted: wrong, used before, or no profile for the application.",
        "Compare keys and clocks of both systems; make a new PassTicket.",
        CALLABLE_SERVICES,
    ),
    nas(
        KERBEROS,
        "The NAS could not process the token; the reason is its status word.",
        "Explain the status word.",
    ),
    row(
        USERMAP,
        USERMAP_NO_MAPPING,
        "No user belongs to the application's identity.",
        "Give the user of a local principal a KERB segment with its name; map a foreign one by a \
         profile of class KERBLINK.",
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        USERMAP_NOT_AUTHORIZED,
        "The caller may not use the service.",
        "Give the region's user ID READ access to IRR.RUSERMAP in class FACILITY.",
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 24),
        "The given user does not exist.",
        "Correct the user ID, or ADDUSER.",
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 28),
        "The certificate is not valid.",
        "Give a certificate in DER.",
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 32),
        "No user belongs to the certificate, or it is marked NOTRUST.",
        "RACDCERT ADD or MAP, and ALTER TRUST.",
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 36),
        "The last parameter lacks its end mark.",
        CALL_IT_RIGHT,
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 40),
        "The distinguished name is empty or has a bad length.",
        CALL_IT_RIGHT,
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 44),
        "The registry name is empty or has a bad length.",
        CALL_IT_RIGHT,
        USERMAP_CODES,
    ),
    row(
        USERMAP,
        SafReturn::new(8, 8, 48),
        "No filter matches the distributed identity, or class IDIDMAP is not active and RACLISTed.",
        "RACMAP MAP, then SETROPTS RACLIST(IDIDMAP) REFRESH.",
        USERMAP_CODES,
    ),
    row(
        AUTH,
        NO_DECISION,
        "RACF or the class is not active, so nothing was decided.",
        "SETROPTS CLASSACT(class), and RACLIST(class) where the class needs it.",
        AUTH_CODES,
    ),
    row(
        AUTH,
        NOT_PROTECTED,
        "No profile protects the resource.",
        "RDEFINE a profile that covers it.",
        AUTH_CODES,
    ),
    row(
        AUTH,
        ACCESS_DENIED,
        "The user may not use the resource in this way.",
        "PERMIT the level that was asked for, then refresh the class.",
        AUTH_CODES,
    ),
    ServiceCode {
        mark: Mark::Assumed,
        ..row(
            AUTH,
            PARAMETER_LIST,
            "The parameter list is wrong: no such access level.",
            CALL_IT_RIGHT,
            "assumed: the codes of the callable services",
        )
    },
    assumed(USER_UNKNOWN, "The ESM knows no such user.", "ADDUSER, or correct the user ID."),
    assumed(
        PASSWORD_WRONG,
        "The password, phrase or PassTicket is not valid.",
        "Try again with the right one; mind REVOKE(n).",
    ),
    assumed(PASSWORD_EXPIRED, "The password or phrase is expired.", "Sign on with a new password."),
    assumed(
        NEW_PASSWORD_NOT_VALID,
        "The new password is not acceptable.",
        "Choose one that the password rules allow.",
    ),
    assumed(
        USER_NOT_IN_GROUP,
        "The user is not connected to the group.",
        "CONNECT the user, or correct the group.",
    ),
    assumed(
        USER_REVOKED,
        "The user is revoked.",
        "ALTUSER with RESUME, once it is clear why the user was revoked.",
    ),
    assumed(
        GROUP_REVOKED,
        "The user's connection to the group is revoked.",
        "CONNECT the user to the group with RESUME.",
    ),
    assumed(
        SafReturn::new(8, 40, 0),
        "The operator identification card is missing or wrong.",
        "Use the right card.",
    ),
    assumed(
        SafReturn::new(8, 44, 0),
        "The installation's exit refused the request.",
        "Ask whoever wrote the exit.",
    ),
    assumed(
        TERMINAL_REFUSED,
        "The user may not use this port of entry.",
        "PERMIT READ to the terminal.",
    ),
    assumed(
        APPLICATION_REFUSED,
        "The user may not use this application.",
        "PERMIT READ in class APPL.",
    ),
    assumed(NO_DECISION, "RACF is not active.", "Activate the ESM on this system."),
];

const fn row(
    services: &'static [Service],
    codes: SafReturn,
    meaning: &'static str,
    cure: &'static str,
    source: &'static str,
) -> ServiceCode {
    let mark = Mark::Documented;
    ServiceCode { services, codes, any_reason: false, meaning, cure, mark, source }
}

const fn nas(
    services: &'static [Service],
    meaning: &'static str,
    cure: &'static str,
) -> ServiceCode {
    let plain = row(services, SafReturn::nas(0), meaning, cure, CALLABLE_SERVICES);
    ServiceCode { any_reason: true, ..plain }
}

const fn assumed(codes: SafReturn, meaning: &'static str, cure: &'static str) -> ServiceCode {
    let plain = row(VERIFY, codes, meaning, cure, VERIFY_CODES);
    ServiceCode { mark: Mark::Assumed, ..plain }
}

/// The codes as entries of the catalogue, one for each service that returns them.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().flat_map(|row| row.services.iter().map(|service| entry(row, *service)))
}

impl ServiceCode {
    /// The row's stable name for one of its services: `R_usermap 8/8/16`.
    pub fn key(&self, service: Service) -> String {
        let SafReturn { saf, rc, .. } = self.codes;
        format!("{} {saf}/{rc}/{}", service.name(), self.reason())
    }

    fn reason(&self) -> String {
        if self.any_reason { "status".to_owned() } else { self.codes.rsn.to_string() }
    }
}

fn entry(row: &'static ServiceCode, service: Service) -> Entry {
    let SafReturn { saf, rc, .. } = row.codes;
    let reason = row.reason();
    Entry {
        kind: Kind::ServiceCode,
        key: row.key(service),
        title: format!("{} SAF {saf}, return code {rc}, reason {reason}", service.name()).into(),
        text: row.meaning.into(),
        cause: row.meaning,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_codes_mean_what_the_service_says() {
        let codes = SafReturn::new(8, 8, 16);
        let meaning = |service| lookup(service, codes).unwrap().meaning;
        assert!(meaning(Service::RTicketserv).contains("may not use"));
        assert!(meaning(Service::RUsermap).contains("No user"));
        assert!(lookup(Service::RacrouteAuth, codes).is_none());
    }

    #[test]
    fn exact_reasons_go_before_status_words() {
        let generated = lookup(Service::RGenSec, PASSTICKET_NOT_GENERATED).unwrap();
        assert!(!generated.any_reason);
        let status = lookup(Service::RGenSec, SafReturn::nas(0x96C7_3A20)).unwrap();
        assert!(status.any_reason);
        assert!(lookup(Service::RUsermap, SafReturn::nas(0x96C7_3A20)).is_none());
    }
}
