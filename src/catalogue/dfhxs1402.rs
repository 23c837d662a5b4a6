//! DFHXS1402: a request to learn the client principal of a Kerberos token has failed.
//!
//! The message line, its sixteen reasons, and how the region chooses the reason from the service
//! that failed and the codes that it returned. The codes alone do not decide: reasons 1 and 13
//! carry the same ones.

use super::conditions::Condition;
use super::kerberos_status as status;
use super::response::Response;
use super::saf::{self, SafReturn};
use super::verify_token;
use super::{Entry, Kind, fill};
use crate::check::Mark;

/// The message's id.
pub const ID: &str = "DFHXS1402";
/// The module that issues it.
pub const MODULE: &str = "DFHXSKR";
/// Where it goes.
pub const DESTINATION: &str = "CSCS";
/// What the region does about it.
pub const SYSTEM_ACTION: &str = "The region carries on.";
/// What a person does about it.
pub const USER_RESPONSE: &str =
    "Ask the security administrator, who may also want DFHXS1400 and DFHXS1401 of the same time.";
/// The logical line; `{n}` is insert n of the message's list.
pub const TEMPLATE: &str = "DFHXS1402 {1} {2} {3} A request to inquire the client principal of a kerberos \
     token obtained from a Security Token Service has failed, reason = {4} SAF codes are (X'{5}',X'{6}') ESM \
     codes are (X'{7}',X'{8}') Taskid ({9}) Tranid ({10}) Task userid ({11})";
/// What each insert holds, from insert 1.
pub const INSERTS: [&str; 11] = [
    "date", "time", "applid", "reason", "safresp", "safreas", "esmresp", "esmreas", "taskid",
    "tranid", "userid",
];

const SOURCE: &str = "CICS TS messages, DFHXS1402";

/// The eleven inserts of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inserts<'a> {
    /// The date as the region prints it (DATFORM).
    pub date: &'a str,
    /// The time as the region prints it, HH:MM:SS.
    pub time: &'a str,
    /// The region's applid, 1 to 8 characters.
    pub applid: &'a str,
    /// Why.
    pub reason: Reason,
    /// What the service returned; the SAF reason is always zero, as the services return none.
    pub codes: SafReturn,
    /// Number of the task that issued the command.
    pub taskid: u32,
    /// Its transaction, 1 to 4 characters.
    pub tranid: &'a str,
    /// Its user, 1 to 8 characters.
    pub userid: &'a str,
}

/// The logical line of a message. Codes print as eight hexadecimal digits, the task number as five
/// decimal digits (assumed: as the neighbouring messages do).
pub fn text(inserts: &Inserts<'_>) -> String {
    let SafReturn { saf, rc, rsn } = inserts.codes;
    let (saf, rc, rsn) = (format!("{saf:08X}"), format!("{rc:08X}"), format!("{rsn:08X}"));
    let taskid = format!("{:05}", inserts.taskid);
    fill(
        TEMPLATE,
        &[
            inserts.date,
            inserts.time,
            inserts.applid,
            inserts.reason.text(),
            &saf,
            "00000000",
            &rc,
            &rsn,
            &taskid,
            inserts.tranid,
            inserts.userid,
        ],
    )
}

/// Why the request failed, in the order of the message's option list.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub enum Reason {
    /// 1: the region may not use R_ticketserv.
    TicketservNotAuthorized,
    /// 2: the region runs without security.
    SecurityNotActive,
    /// 3: the ESM is down.
    EsmNotActive,
    /// 4: SKRBKDC is not there.
    KdcNotActive,
    /// 5: SKRBKDC does not answer.
    KdcNotResponding,
    /// 6: the region owns no principal.
    NotKerberosRegion,
    /// 7: the client's name cannot be returned.
    InvalidClientPrincipal,
    /// 8: the bytes are no usable token.
    InvalidToken,
    /// 9: the ticket's end has passed.
    TicketExpired,
    /// 10: the authenticator's time is too far from the system's.
    AuthenticatorExpired,
    /// 11: anything else.
    Unclassified,
    /// 12: the ticket is for somebody else.
    InvalidServerPrincipal,
    /// 13: nobody bears the client's name.
    NoUserForPrincipal,
    /// 14: the region may not use R_usermap.
    UsermapNotAuthorized,
    /// 15: the token was accepted before.
    AttemptedReplay,
    /// 16: the accepted context brought no token to send back.
    NoOutputToken,
}

/// Everything about one reason.
#[derive(Debug)]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// The text that the message inserts, with its full stop.
    pub text: &'static str,
    /// What brings it about.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// The codes that come with it; `None` where they are whatever the service returned.
    pub codes: Option<SafReturn>,
    /// Whether a document ties the codes to the reason.
    pub codes_mark: Mark,
    /// What VERIFY TOKEN answers.
    pub response: &'static Response,
}

impl Reason {
    /// Its number in the option list, 1 to 16.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The reason of a number.
    pub fn from_number(number: u8) -> Option<Reason> {
        ROWS.get(usize::from(number.checked_sub(1)?)).map(|row| row.reason)
    }

    /// The reason of a name, as traces and scenarios write it: `TicketExpired`.
    pub fn from_name(name: &str) -> Option<Reason> {
        ROWS.iter().map(|row| row.reason).find(|reason| reason.name() == name)
    }

    /// Its name, as traces and scenarios write it: `TicketExpired`.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// Its stable name in the catalogue: `DFHXS1402/9`.
    pub fn key(self) -> String {
        format!("{ID}/{}", self.number())
    }

    /// Its row.
    pub fn row(self) -> &'static ReasonRow {
        // Rows stand in the order of the variants; a test holds them to it.
        &ROWS[self as usize]
    }

    /// The text that the message inserts, with its full stop.
    pub fn text(self) -> &'static str {
        self.row().text
    }

    /// RESP and RESP2 of VERIFY TOKEN.
    pub fn response(self) -> (Condition, i32) {
        let response = self.row().response;
        (response.resp, response.resp2)
    }
}

/// The call whose return is being classified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallSite {
    /// Nothing was called: the region decided by itself.
    BeforeAnyCall,
    /// R_ticketserv, which reads the token.
    RTicketserv,
    /// R_usermap, which finds the user.
    RUsermap,
    /// R_GenSec function 2, accept a security context.
    RGenSecAccept,
}

impl CallSite {
    /// All of them.
    pub const ALL: [CallSite; 4] = [
        CallSite::BeforeAnyCall,
        CallSite::RTicketserv,
        CallSite::RUsermap,
        CallSite::RGenSecAccept,
    ];
}

/// The reason for a return of a failed call. What the table does not know is
/// [`Reason::Unclassified`].
pub fn classify(site: CallSite, codes: SafReturn) -> Reason {
    CLASSIFICATION
        .iter()
        .find(|(sites, known, _)| sites.contains(&site) && *known == codes)
        .map_or(Reason::Unclassified, |(_, _, reason)| *reason)
}

const BEFORE: &[CallSite] = &[CallSite::BeforeAnyCall];
const TICKETSERV: &[CallSite] = &[CallSite::RTicketserv];
const USERMAP: &[CallSite] = &[CallSite::RUsermap];
const ACCEPT: &[CallSite] = &[CallSite::RGenSecAccept];
const KERBEROS: &[CallSite] = &[CallSite::RTicketserv, CallSite::RGenSecAccept];
const ANYWHERE: &[CallSite] =
    &[CallSite::BeforeAnyCall, CallSite::RTicketserv, CallSite::RUsermap, CallSite::RGenSecAccept];

/// Which codes mean which reason at which call. A reason whose text names a service is given for
/// that service only.
static CLASSIFICATION: [(&[CallSite], SafReturn, Reason); 20] = [
    (BEFORE, saf::SUCCESS, Reason::SecurityNotActive),
    (ACCEPT, saf::SUCCESS, Reason::NoOutputToken),
    (ANYWHERE, saf::NO_DECISION, Reason::EsmNotActive),
    (KERBEROS, saf::NAS_NOT_ACTIVE, Reason::KdcNotActive),
    (KERBEROS, saf::NAS_LOCKED, Reason::KdcNotResponding),
    (TICKETSERV, saf::SERVICE_NOT_AUTHORIZED, Reason::TicketservNotAuthorized),
    (TICKETSERV, SafReturn::nas(status::SERVER_UNKNOWN), Reason::NotKerberosRegion),
    (BEFORE, SafReturn::nas(status::SERVER_UNKNOWN), Reason::NotKerberosRegion),
    (TICKETSERV, SafReturn::nas(status::WRONG_SIZE), Reason::InvalidClientPrincipal),
    (TICKETSERV, SafReturn::nas(status::TOKEN_NOT_VALID), Reason::InvalidToken),
    (TICKETSERV, SafReturn::nas(status::NOT_INIT_SEC_CONTEXT), Reason::InvalidToken),
    (TICKETSERV, SafReturn::nas(status::MECHANISM_UNSUPPORTED), Reason::InvalidToken),
    (TICKETSERV, SafReturn::nas(status::BAD_INTEGRITY), Reason::InvalidToken),
    (TICKETSERV, SafReturn::nas(status::TICKET_EXPIRED), Reason::TicketExpired),
    (TICKETSERV, SafReturn::nas(status::SKEW), Reason::AuthenticatorExpired),
    (TICKETSERV, SafReturn::nas(status::WRONG_PRINCIPAL), Reason::InvalidServerPrincipal),
    (TICKETSERV, SafReturn::nas(status::NOT_US), Reason::InvalidServerPrincipal),
    (USERMAP, saf::USERMAP_NO_MAPPING, Reason::NoUserForPrincipal),
    (USERMAP, saf::USERMAP_NOT_AUTHORIZED, Reason::UsermapNotAuthorized),
    (ACCEPT, SafReturn::nas(status::REPLAY), Reason::AttemptedReplay),
];

/// The reasons in order.
pub static ROWS: [ReasonRow; 16] = [
    ReasonRow {
        reason: Reason::TicketservNotAuthorized,
        text: "R_TICKETSERV service responded not authorized by ESM.",
        cause: "The region's user ID has no READ access to IRR.RTICKETSERV in class FACILITY, or \
                no active profile covers it.",
        cure: "Give the region's user ID READ access to IRR.RTICKETSERV in class FACILITY, and \
               define the profile first where none covers it.",
        codes: Some(saf::SERVICE_NOT_AUTHORIZED),
        codes_mark: Mark::Documented,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::SecurityNotActive,
        text: "Security not active.",
        cause: "The region was started with SEC=NO.",
        cure: "Start the region with SEC=YES.",
        codes: Some(saf::SUCCESS),
        codes_mark: Mark::Assumed,
        response: &verify_token::ESM_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::EsmNotActive,
        text: "ESM not active.",
        cause: "The external security manager is not installed or not active on the region's \
                system.",
        cure: "Activate the ESM, then try again.",
        codes: Some(saf::NO_DECISION),
        codes_mark: Mark::Assumed,
        response: &verify_token::ESM_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::KdcNotActive,
        text: "KDC not active.",
        cause: "The started task SKRBKDC is not running on the region's own system, wherever the \
                client's KDC may be.",
        cure: "START SKRBKDC on the region's system.",
        codes: Some(saf::NAS_NOT_ACTIVE),
        codes_mark: Mark::Documented,
        response: &verify_token::KERBEROS_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::KdcNotResponding,
        text: "KDC not responding.",
        cause: "SKRBKDC is running but holds its control lock; a dump in progress is the usual \
                case.",
        cure: "Find out what keeps SKRBKDC from running, and wait or restart it.",
        codes: Some(saf::NAS_LOCKED),
        codes_mark: Mark::Assumed,
        response: &verify_token::KERBEROS_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::NotKerberosRegion,
        text: "R_TICKETSERV service responded not a kerberos region.",
        cause: "The region owns no Kerberos principal with a key: KERBEROSUSER is not set, or its \
                user has no KERB segment or no key.",
        cure: "Set KERBEROSUSER, and give that user a KERB segment and then a new password: the \
               segment alone makes no key.",
        codes: Some(SafReturn::nas(status::SERVER_UNKNOWN)),
        codes_mark: Mark::Assumed,
        response: &verify_token::KERBEROS_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::InvalidClientPrincipal,
        text: "R_TICKETSERV service responded invalid client principal name.",
        cause: "The client's realm and name together are longer than the 240 bytes that the \
                service can return.",
        cure: "Give the client a shorter principal, or the foreign realm a shorter name.",
        codes: Some(SafReturn::nas(status::WRONG_SIZE)),
        codes_mark: Mark::Assumed,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::InvalidToken,
        text: "R_TICKETSERV service responded invalid kerberos token.",
        cause: "The bytes are not a GSS-API Kerberos token, were changed on the way, or are \
                encrypted under another key.",
        cure: "Pass the token byte for byte, and make sure that client and region agree on the \
               service's key.",
        codes: Some(SafReturn::nas(status::TOKEN_NOT_VALID)),
        codes_mark: Mark::Documented,
        response: &verify_token::TOKEN_MALFORMED,
    },
    ReasonRow {
        reason: Reason::TicketExpired,
        text: "R_TICKETSERV service responded ticket expired.",
        cause: "The ticket's end, plus the clock difference that is allowed, lies before the \
                region's time.",
        cure: "Get a new ticket, or raise the lifetimes (MAXTKTLFE) of realm, client and service.",
        codes: Some(SafReturn::nas(status::TICKET_EXPIRED)),
        codes_mark: Mark::Assumed,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::AuthenticatorExpired,
        text: "R_TICKETSERV service responded authenticator expired.",
        cause: "The token was made too long ago, or the clocks of client and region differ too \
                much.",
        cure: "Synchronise the clocks, and make the token just before it is sent.",
        codes: Some(SafReturn::nas(status::SKEW)),
        codes_mark: Mark::Assumed,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::Unclassified,
        text: "Unclassified ESM error.",
        cause: "A service returned codes that no other reason stands for: a ticket not yet valid, \
                a wrong address, no READ access to IRR.GSSERV.",
        cure: "Look up the SAF and ESM codes of the message under the service.",
        codes: None,
        codes_mark: Mark::Documented,
        response: &verify_token::ESM_NOT_AVAILABLE,
    },
    ReasonRow {
        reason: Reason::InvalidServerPrincipal,
        text: "R_TICKETSERV service responded invalid server principal name.",
        cause: "The ticket is for another service than the principal of the region's KERBEROSUSER.",
        cure: "Let the client ask for the region's principal, or correct KERBNAME or KERBEROSUSER.",
        codes: Some(SafReturn::nas(status::WRONG_PRINCIPAL)),
        codes_mark: Mark::Assumed,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::NoUserForPrincipal,
        text: "R_USERMAP service responded no userid for client principal.",
        cause: "No KERB segment bears the client's name, and no KERBLINK profile maps it.",
        cure: "Give the user of a local principal a KERB segment with its name; map a foreign one \
               by a profile of class KERBLINK.",
        codes: Some(saf::USERMAP_NO_MAPPING),
        codes_mark: Mark::Documented,
        response: &verify_token::NO_USER,
    },
    ReasonRow {
        reason: Reason::UsermapNotAuthorized,
        text: "R_USERMAP service responded not authorized by ESM.",
        cause: "The region's user ID has no READ access to IRR.RUSERMAP in class FACILITY, or no \
                active profile covers it.",
        cure: "Give the region's user ID READ access to IRR.RUSERMAP in class FACILITY, and \
               define the profile first where none covers it.",
        codes: Some(saf::USERMAP_NOT_AUTHORIZED),
        codes_mark: Mark::Documented,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::AttemptedReplay,
        text: "R_GENSEC ACCEPT service responded attempted replay.",
        cause: "The same token was accepted before: VERIFY TOKEN with ENCRYPTKEY or OUTTOKEN \
                works once for each token.",
        cure: "Let the client make a new token for every request.",
        codes: Some(SafReturn::nas(status::REPLAY)),
        codes_mark: Mark::Assumed,
        response: &verify_token::REFUSED,
    },
    ReasonRow {
        reason: Reason::NoOutputToken,
        text: "R_GENSEC ACCEPT service did not return an output token.",
        cause: "The token asks for mutual authentication in one place and not in the other, so \
                the accepted context has nothing to send back.",
        cure: "Repair the client: its AP-REQ options and its GSS flags must both ask for mutual \
               authentication.",
        codes: Some(saf::SUCCESS),
        codes_mark: Mark::Assumed,
        response: &verify_token::ESM_NOT_AVAILABLE,
    },
];

/// The reasons as entries of the catalogue. Text and meaning are documented for all of them; what
/// [`ReasonRow::codes_mark`] says of the codes comes on top.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::Reason,
        key: row.reason.key(),
        title: format!("reason {} of {ID}", row.reason.number()).into(),
        text: row.text.into(),
        cause: row.cause,
        cure: row.cure,
        mark: Mark::Documented,
        source: SOURCE,
        beyond: None,
    })
}
