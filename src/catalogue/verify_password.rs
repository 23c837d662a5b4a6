//! What VERIFY PASSWORD and VERIFY PHRASE answer. Most RESP2 values could not be read and are
//! recalled.

use super::conditions::Condition;
use super::response::Response;
use crate::check::Mark;

const PASSWORD: &str = "VERIFY PASSWORD";
const PHRASE: &str = "VERIFY PHRASE";
const SOURCE: &str = "CICS TS command reference for the condition; assumed: the RESP2 is recalled";

/// The responses of one of the two commands.
#[derive(Debug)]
pub struct Table {
    /// Nothing was given.
    pub missing: Response,
    /// The ESM does not accept what was given.
    pub wrong: Response,
    /// What was given is right and has expired.
    pub expired: Response,
    /// The user is revoked.
    pub revoked: Response,
    /// The user's connection to the group is revoked.
    pub group_revoked: Response,
    /// The user is unknown.
    pub unknown: Response,
    /// The ESM answered with a code that CICS does not know.
    pub unclassified: Response,
    /// The region runs without security.
    pub security_not_active: Response,
    /// The ESM does not answer.
    pub esm_not_responding: Response,
    /// The user ID has a blank inside.
    pub userid_not_valid: Response,
}

/// VERIFY PASSWORD.
pub static VERIFY_PASSWORD: Table = table(PASSWORD);
/// VERIFY PHRASE.
pub static VERIFY_PHRASE: Table = table(PHRASE);

/// PHRASELEN is out of its range.
pub static PHRASELEN_NOT_VALID: Response = Response {
    command: PHRASE,
    resp: Condition::LengErr,
    resp2: 1,
    meaning: "PHRASELEN is out of its range.",
    cause: "It is below 1, above 100, or beyond the area.",
    cure: "Pass the real length of the phrase or password.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// All responses, by command.
pub static ROWS: [&Response; 21] = [
    &VERIFY_PASSWORD.missing,
    &VERIFY_PASSWORD.wrong,
    &VERIFY_PASSWORD.expired,
    &VERIFY_PASSWORD.revoked,
    &VERIFY_PASSWORD.group_revoked,
    &VERIFY_PASSWORD.unknown,
    &VERIFY_PASSWORD.unclassified,
    &VERIFY_PASSWORD.security_not_active,
    &VERIFY_PASSWORD.esm_not_responding,
    &VERIFY_PASSWORD.userid_not_valid,
    &VERIFY_PHRASE.missing,
    &VERIFY_PHRASE.wrong,
    &VERIFY_PHRASE.expired,
    &VERIFY_PHRASE.revoked,
    &VERIFY_PHRASE.group_revoked,
    &VERIFY_PHRASE.unknown,
    &VERIFY_PHRASE.unclassified,
    &VERIFY_PHRASE.security_not_active,
    &VERIFY_PHRASE.esm_not_responding,
    &VERIFY_PHRASE.userid_not_valid,
    &PHRASELEN_NOT_VALID,
];

const fn table(command: &'static str) -> Table {
    use Condition::{InvReq, NotAuth, UserIdErr};
    Table {
        missing: refusal(
            command,
            (NotAuth, 1),
            "A password or phrase is required.",
            "The area is blank.",
            "Pass what the user typed.",
        ),
        wrong: refusal(
            command,
            (NotAuth, 2),
            "The password, phrase or PassTicket is wrong.",
            "It was mistyped; or a PassTicket is stale, was used before, or was made with another \
             key, for another user or application.",
            "Use the right password or a fresh PassTicket; compare keys and clocks of both systems.",
        ),
        expired: refusal(
            command,
            (NotAuth, 3),
            "The password or phrase has expired.",
            "An administrator set it, or it is older than the installation allows.",
            "Sign on with a new password.",
        ),
        revoked: refusal(
            command,
            (NotAuth, 19),
            "The user is revoked.",
            "An administrator revoked the user, or too many failed sign-ons did.",
            "ALTUSER with RESUME, once it is clear why the user was revoked.",
        ),
        group_revoked: refusal(
            command,
            (NotAuth, 20),
            "The user's connection to the group is revoked.",
            "CONNECT with REVOKE took the group away.",
            "CONNECT the user to the group with RESUME.",
        ),
        unknown: refusal(
            command,
            (UserIdErr, 8),
            "The ESM knows no such user.",
            "The user ID is mistyped, or not defined on this system.",
            "ADDUSER, or correct the user ID.",
        ),
        unclassified: refusal(
            command,
            (InvReq, 13),
            "The ESM answered with a code that CICS does not know.",
            "The sign-on was refused for a reason of its own, such as GROUPID with a group that the \
             user is not in.",
            "Look up ESMRESP and ESMREASON under RACROUTE VERIFY.",
        ),
        security_not_active: refusal(
            command,
            (InvReq, 18),
            "The region has no active interface to the external security manager.",
            "The region runs with SEC=NO.",
            "Start the region with SEC=YES.",
        ),
        esm_not_responding: refusal(
            command,
            (InvReq, 29),
            "The ESM does not respond.",
            "The ESM of the region's system is down.",
            "Activate the ESM on this system.",
        ),
        userid_not_valid: refusal(
            command,
            (InvReq, 32),
            "The user ID is blank or has a blank inside.",
            "The program did not set the area, or took it from another field.",
            "Pass the user ID, left-justified.",
        ),
    }
}

pub(super) const fn refusal(
    command: &'static str,
    (resp, resp2): (Condition, i32),
    meaning: &'static str,
    cause: &'static str,
    cure: &'static str,
) -> Response {
    Response { command, resp, resp2, meaning, cause, cure, mark: Mark::Assumed, source: SOURCE }
}
