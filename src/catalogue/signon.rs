//! What SIGNON, SIGNON TOKEN and SIGNOFF answer. Their RESP2 values could not be read: those of SIGNON and
//! SIGNOFF are recalled, and SIGNON TOKEN is taken to share those of VERIFY TOKEN for the token and
//! those of SIGNON for the sign-on.

use super::conditions::Condition;
use super::response::Response;
use super::verify_password::{self, VERIFY_PASSWORD, refusal};
use super::verify_token;

const SIGNON: &str = "SIGNON";
const SIGNON_TOKEN: &str = "SIGNON TOKEN";
const SIGNOFF: &str = "SIGNOFF";

/// The responses about the terminal and the user, of one of the commands that sign on.
#[derive(Debug)]
pub struct Table {
    /// Somebody is signed on at the terminal.
    pub already: Response,
    /// The task has no terminal.
    pub no_terminal: Response,
    /// The terminal has preset security.
    pub preset: Response,
    /// The ESM answered with a code that CICS does not know, or not at all.
    pub unclassified: Response,
    /// The region runs without security.
    pub security_not_active: Response,
    /// The user may not use the terminal.
    pub terminal_refused: Response,
    /// The user may not use the application.
    pub application_refused: Response,
    /// The user is revoked.
    pub revoked: Response,
    /// The user is not connected to the group.
    pub not_in_group: Response,
}

/// SIGNON.
pub static ON: Table = table(SIGNON);
/// SIGNON TOKEN, once the token has told the user.
pub static BY_TOKEN: Table = table(SIGNON_TOKEN);

/// Nothing was given.
pub static MISSING: Response = refusal(
    SIGNON,
    (Condition::NotAuth, 1),
    "A password or phrase is required.",
    "The area is blank, or neither PASSWORD nor PHRASE is coded.",
    "Pass what the user typed.",
);

/// What was given is wrong.
pub static WRONG: Response = VERIFY_PASSWORD.wrong.of(SIGNON);

/// What was given has expired.
pub static EXPIRED: Response = refusal(
    SIGNON,
    (Condition::NotAuth, 3),
    "The password or phrase has expired: a new one is required.",
    "An administrator set it, or it is older than the installation allows.",
    "Sign on with NEWPASSWORD or NEWPHRASE, or let an administrator set one with NOEXPIRED.",
);

/// What is to be given from now on is not accepted.
pub static NEW_NOT_ACCEPTABLE: Response = refusal(
    SIGNON,
    (Condition::NotAuth, 4),
    "The new password or phrase is not acceptable.",
    "It is the old one again, has a blank inside, or a PassTicket was given in place of the old one.",
    "Choose another one, and give the old one with it.",
);

/// A password and a phrase are given together.
pub static MIXED: Response = refusal(
    SIGNON,
    (Condition::InvReq, 2),
    "A password is given with a new phrase, or a phrase with a new password.",
    "PHRASELEN and NEWPHRASELEN are not both 1 to 8 or both 9 to 100.",
    "Give what is to be replaced: a password with a new password, a phrase with a new phrase.",
);

/// NEWPHRASELEN is out of its range.
pub static NEWPHRASELEN_NOT_VALID: Response = refusal(
    SIGNON,
    (Condition::LengErr, 2),
    "NEWPHRASELEN is out of its range.",
    "It is below 1, above 100, or beyond the area.",
    "Pass the real length of the new phrase or password.",
);

/// The user's connection to the group is revoked.
pub static GROUP_REVOKED: Response = VERIFY_PASSWORD.group_revoked.of(SIGNON);

/// The ESM knows no such user.
pub static UNKNOWN: Response = VERIFY_PASSWORD.unknown.of(SIGNON);

/// USERID is blank.
pub static USERID_BLANK: Response = refusal(
    SIGNON,
    (Condition::UserIdErr, 30),
    "USERID is blank.",
    "The program did not set the area, or took it from another field.",
    "Pass the user ID, left-justified.",
);

/// PHRASELEN is out of its range.
pub static PHRASELEN_NOT_VALID: Response = verify_password::PHRASELEN_NOT_VALID.of(SIGNON);

/// Nobody is signed on.
pub static NOBODY: Response = refusal(
    SIGNOFF,
    (Condition::InvReq, 1),
    "Nobody is signed on at the terminal.",
    "The user has signed off before, or never signed on.",
    "SIGNON first.",
);

/// The task that signs off has no terminal.
pub static NO_TERMINAL: Response = refusal(
    SIGNOFF,
    (Condition::InvReq, 2),
    "The task has no terminal.",
    "It was started by a client or another task, not from a terminal.",
    "Run the transaction from a terminal.",
);

/// The terminal to sign off from has preset security.
pub static PRESET: Response = refusal(
    SIGNOFF,
    (Condition::InvReq, 3),
    "The terminal has preset security.",
    "Its definition names a user, who is signed on as long as it is installed.",
    "Use another terminal, or take the user out of the definition.",
);

/// All responses, by command.
pub static ROWS: [&Response; 42] = [
    &MIXED,
    &ON.already,
    &ON.no_terminal,
    &ON.preset,
    &ON.unclassified,
    &ON.security_not_active,
    &PHRASELEN_NOT_VALID,
    &NEWPHRASELEN_NOT_VALID,
    &MISSING,
    &WRONG,
    &EXPIRED,
    &NEW_NOT_ACCEPTABLE,
    &ON.terminal_refused,
    &ON.application_refused,
    &ON.revoked,
    &GROUP_REVOKED,
    &ON.not_in_group,
    &UNKNOWN,
    &USERID_BLANK,
    &BY_TOKEN.already,
    &BY_TOKEN.no_terminal,
    &BY_TOKEN.preset,
    &BY_TOKEN.unclassified,
    &verify_token::TOKENTYPE_NOT_VALID.of(SIGNON_TOKEN),
    &verify_token::DATATYPE_NOT_VALID.of(SIGNON_TOKEN),
    &verify_token::NOT_BASE64.of(SIGNON_TOKEN),
    &verify_token::BASE64_LENGTH.of(SIGNON_TOKEN),
    &verify_token::TOKEN_MALFORMED.of(SIGNON_TOKEN),
    &verify_token::OUTTOKEN_MISSING.of(SIGNON_TOKEN),
    &verify_token::KERBEROS_NOT_AVAILABLE.of(SIGNON_TOKEN),
    &verify_token::TOKENLEN_NOT_VALID.of(SIGNON_TOKEN),
    &verify_token::ESM_NOT_AVAILABLE.of(SIGNON_TOKEN),
    &verify_token::TOKEN_TOO_LONG.of(SIGNON_TOKEN),
    &verify_token::NO_USER.of(SIGNON_TOKEN),
    &verify_token::REFUSED.of(SIGNON_TOKEN),
    &BY_TOKEN.terminal_refused,
    &BY_TOKEN.application_refused,
    &BY_TOKEN.revoked,
    &BY_TOKEN.not_in_group,
    &NOBODY,
    &NO_TERMINAL,
    &PRESET,
];

const fn table(command: &'static str) -> Table {
    use Condition::{InvReq, NotAuth};
    Table {
        already: refusal(
            command,
            (InvReq, 9),
            "Somebody is signed on at the terminal already.",
            "A user signed on there before and has not signed off.",
            "SIGNOFF first.",
        ),
        no_terminal: refusal(
            command,
            (InvReq, 10),
            "The task has no terminal.",
            "It was started by a client or another task, not from a terminal. A sign-on changes the \
             user of a terminal, never that of the running task.",
            "Run the transaction from a terminal; use VERIFY PASSWORD or VERIFY TOKEN otherwise.",
        ),
        preset: refusal(
            command,
            (InvReq, 11),
            "The terminal has preset security.",
            "Its definition names a user, who is signed on as long as it is installed.",
            "Use another terminal, or take the user out of the definition.",
        ),
        unclassified: refusal(
            command,
            (InvReq, 13),
            "The ESM answered with a code that CICS does not know, or not at all.",
            "The ESM of the region's system is down, or it has a reason of its own.",
            "Look up ESMRESP and ESMREASON under RACROUTE VERIFY; activate the ESM.",
        ),
        security_not_active: VERIFY_PASSWORD.security_not_active.of(command),
        terminal_refused: refusal(
            command,
            (NotAuth, 16),
            "The user may not use the terminal.",
            "A profile of class TERMINAL covers its netname and does not let the user in.",
            "PERMIT the user READ access to the profile in class TERMINAL.",
        ),
        application_refused: refusal(
            command,
            (NotAuth, 17),
            "The user may not use the application.",
            "A profile of class APPL covers the region's applid and does not let the user in.",
            "PERMIT the user READ access to the profile in class APPL.",
        ),
        revoked: VERIFY_PASSWORD.revoked.of(command),
        not_in_group: refusal(
            command,
            (NotAuth, 24),
            "The user is not connected to the group.",
            "GROUPID names a group that the user is not in, or that does not exist.",
            "CONNECT the user to the group, or leave GROUPID out.",
        ),
    }
}
