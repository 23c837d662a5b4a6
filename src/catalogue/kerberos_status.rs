//! Status words of the Network Authentication Service: the reason codes behind return code 16.
//!
//! A word is a table's base plus a number. In the Kerberos table, numbers below 128 are the error
//! numbers of RFC 4120 section 7.5.9, so that a word and a KRB-ERROR tell the same story.

use super::{Entry, Kind};
use crate::check::Mark;

/// Base of the Kerberos table.
pub const KRB5_BASE: u32 = 0x96C7_3A00;
/// Base of the generic GSS-API table.
pub const GSS_BASE: u32 = 0x861B_6D00;
/// Base of the table of the Kerberos GSS-API mechanism.
pub const GSS_KRB5_BASE: u32 = 0x025E_A100;

/// The bases of the tables, each of 256 words, and what they are the words of.
pub const TABLES: [(u32, &str); 3] = [
    (KRB5_BASE, "Kerberos"),
    (GSS_BASE, "the generic GSS-API"),
    (GSS_KRB5_BASE, "the GSS-API mechanism of Kerberos"),
];

/// The service is not in the database: a region without a principal.
pub const SERVER_UNKNOWN: u32 = KRB5_BASE + 7;
/// Decryption failed its integrity check.
pub const BAD_INTEGRITY: u32 = KRB5_BASE + 31;
/// The ticket has expired.
pub const TICKET_EXPIRED: u32 = KRB5_BASE + 32;
/// The ticket is not yet valid.
pub const NOT_YET_VALID: u32 = KRB5_BASE + 33;
/// The request is a replay.
pub const REPLAY: u32 = KRB5_BASE + 34;
/// The ticket is not for this service.
pub const NOT_US: u32 = KRB5_BASE + 35;
/// Ticket and authenticator name different clients.
pub const BADMATCH: u32 = KRB5_BASE + 36;
/// The clocks differ too much.
pub const SKEW: u32 = KRB5_BASE + 37;
/// The sender's address is not one of the ticket's.
pub const BADADDR: u32 = KRB5_BASE + 38;
/// The key version is not available.
pub const BADKEYVER: u32 = KRB5_BASE + 44;
/// The service's key is not available.
pub const NOKEY: u32 = KRB5_BASE + 45;
/// The ticket is for another service than the one expected.
pub const WRONG_PRINCIPAL: u32 = KRB5_BASE + 0x90;
/// The ticket carries the INVALID flag.
pub const TICKET_INVALID: u32 = KRB5_BASE + 0x91;
/// The client's name does not fit the area of the result.
pub const WRONG_SIZE: u32 = GSS_BASE + 0x06;
/// The bytes are no Kerberos token, as R_ticketserv reports it.
pub const TOKEN_NOT_VALID: u32 = GSS_BASE + 0x0B;
/// The token was not made by a GSS-API initiator.
pub const NOT_INIT_SEC_CONTEXT: u32 = GSS_BASE + 0x58;
/// The token is another mechanism's.
pub const MECHANISM_UNSUPPORTED: u32 = GSS_BASE + 0x60;
/// The context offers no confidentiality.
pub const NO_PRIVACY: u32 = GSS_KRB5_BASE + 0x41;
/// The context identifier is not valid.
pub const CONTEXT_NOT_VALID: u32 = GSS_KRB5_BASE + 0x08;

/// A status word and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Status {
    /// The word: base plus number.
    pub word: u32,
    /// Its name in the public tables.
    pub symbol: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

/// The row of a word.
pub fn lookup(word: u32) -> Option<&'static Status> {
    ROWS.iter().find(|row| row.word == word)
}

/// The row of a symbol, exactly as the public tables write it.
pub fn by_symbol(symbol: &str) -> Option<&'static Status> {
    ROWS.iter().find(|row| row.symbol == symbol)
}

/// The word of an RFC 4120 error number. `None` for 128 and more, where the library's own begin.
pub fn from_protocol_error(number: u32) -> Option<u32> {
    (number < 128).then(|| KRB5_BASE + number)
}

/// The RFC 4120 error number of a word, where it is one.
pub fn protocol_error(word: u32) -> Option<u32> {
    word.checked_sub(KRB5_BASE).filter(|number| *number < 128)
}

/// GSS-API major status of a routine error, 1 to 16 (RFC 2744 section 3.9.1).
pub const fn major(routine_error: u8) -> u32 {
    (routine_error as u32) << 16
}

/// Routine error: the token is defective.
pub const DEFECTIVE_TOKEN: u8 = 9;
/// Routine error: see the minor status.
pub const FAILURE: u8 = 13;

const KRB5: &str = "MIT krb5 error table, RFC 4120 section 7.5.9";
const GSS: &str = "MIT krb5 generic GSS-API error table";
const GSS_KRB5: &str = "z/OS Network Authentication Service Administration, status codes";
const R_TICKETSERV: &str =
    "z/OS RACF Callable Services, R_ticketserv; CICS TS, Troubleshooting Kerberos";
const RECALLED: &str = "assumed: commonly known of the product, no public page was read";
const MEANING: &str = "number: MIT krb5 error table; its use here is assumed";

/// All rows: Kerberos, its GSS-API mechanism, the generic GSS-API.
pub static ROWS: [Status; 83] = [
    krb5(1, "KRB5KDC_ERR_NAME_EXP", "The client's entry in the KDC's database has expired."),
    krb5(2, "KRB5KDC_ERR_SERVICE_EXP", "The service's entry in the KDC's database has expired."),
    krb5(3, "KRB5KDC_ERR_BAD_PVNO", "The protocol version is not supported."),
    krb5(4, "KRB5KDC_ERR_C_OLD_MAST_KVNO", "The client's key is encrypted in an old master key."),
    krb5(5, "KRB5KDC_ERR_S_OLD_MAST_KVNO", "The service's key is encrypted in an old master key."),
    krb5(6, "KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN", "The client is not in the KDC's database."),
    krb5(7, "KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN", "The service is not in the KDC's database."),
    krb5(
        8,
        "KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE",
        "The principal has several entries in the KDC's database.",
    ),
    krb5(9, "KRB5KDC_ERR_NULL_KEY", "The client or the service has no key."),
    krb5(10, "KRB5KDC_ERR_CANNOT_POSTDATE", "The ticket may not start that far in the future."),
    krb5(
        11,
        "KRB5KDC_ERR_NEVER_VALID",
        "The ticket would never be valid, or for too short a time.",
    ),
    krb5(12, "KRB5KDC_ERR_POLICY", "The KDC's policy refuses the request."),
    krb5(13, "KRB5KDC_ERR_BADOPTION", "The KDC cannot grant the requested option."),
    krb5(
        14,
        "KRB5KDC_ERR_ETYPE_NOSUPP",
        "No encryption type is common to KDC, client and service.",
    ),
    krb5(15, "KRB5KDC_ERR_SUMTYPE_NOSUPP", "The KDC does not support the checksum type."),
    krb5(
        16,
        "KRB5KDC_ERR_PADATA_TYPE_NOSUPP",
        "The KDC does not support the kind of pre-authentication.",
    ),
    krb5(17, "KRB5KDC_ERR_TRTYPE_NOSUPP", "The KDC does not support the transited encoding."),
    krb5(18, "KRB5KDC_ERR_CLIENT_REVOKED", "The client is revoked."),
    krb5(19, "KRB5KDC_ERR_SERVICE_REVOKED", "The service is revoked."),
    krb5(20, "KRB5KDC_ERR_TGT_REVOKED", "The ticket-granting ticket is revoked."),
    krb5(21, "KRB5KDC_ERR_CLIENT_NOTYET", "The client's entry is not yet valid."),
    krb5(22, "KRB5KDC_ERR_SERVICE_NOTYET", "The service's entry is not yet valid."),
    krb5(23, "KRB5KDC_ERR_KEY_EXP", "The client's password has expired."),
    krb5(
        24,
        "KRB5KDC_ERR_PREAUTH_FAILED",
        "The pre-authentication data does not fit the client's key.",
    ),
    krb5(25, "KRB5KDC_ERR_PREAUTH_REQUIRED", "The KDC wants pre-authentication first."),
    krb5(26, "KRB5KDC_ERR_SERVER_NOMATCH", "The requested service and the ticket do not match."),
    krb5(27, "KRB5KDC_ERR_MUST_USE_USER2USER", "The service accepts user-to-user tickets only."),
    krb5(28, "KRB5KDC_ERR_PATH_NOT_ACCEPTED", "The KDC does not accept the path of realms."),
    krb5(29, "KRB5KDC_ERR_SVC_UNAVAILABLE", "A service that the KDC needs is not available."),
    krb5(
        31,
        "KRB5KRB_AP_ERR_BAD_INTEGRITY",
        "Decryption failed its integrity check: a changed token or another key.",
    ),
    krb5(32, "KRB5KRB_AP_ERR_TKT_EXPIRED", "The ticket has expired."),
    krb5(33, "KRB5KRB_AP_ERR_TKT_NYV", "The ticket is not yet valid."),
    krb5(34, "KRB5KRB_AP_ERR_REPEAT", "The request is a replay."),
    krb5(35, "KRB5KRB_AP_ERR_NOT_US", "The ticket is not for this service."),
    krb5(36, "KRB5KRB_AP_ERR_BADMATCH", "Ticket and authenticator name different clients."),
    krb5(37, "KRB5KRB_AP_ERR_SKEW", "The clocks differ too much, or the token is too old."),
    krb5(38, "KRB5KRB_AP_ERR_BADADDR", "The sender's address is not one of the ticket's."),
    krb5(39, "KRB5KRB_AP_ERR_BADVERSION", "The protocol version does not match."),
    krb5(40, "KRB5KRB_AP_ERR_MSG_TYPE", "The message is of another type than was expected."),
    krb5(41, "KRB5KRB_AP_ERR_MODIFIED", "The message was modified on the way."),
    krb5(42, "KRB5KRB_AP_ERR_BADORDER", "The message is out of order."),
    krb5(44, "KRB5KRB_AP_ERR_BADKEYVER", "The key version of the ticket is not available."),
    krb5(45, "KRB5KRB_AP_ERR_NOKEY", "The service's key is not available."),
    krb5(46, "KRB5KRB_AP_ERR_MUT_FAIL", "Mutual authentication failed."),
    krb5(47, "KRB5KRB_AP_ERR_BADDIRECTION", "The message goes in the wrong direction."),
    krb5(48, "KRB5KRB_AP_ERR_METHOD", "Another authentication method is required."),
    krb5(49, "KRB5KRB_AP_ERR_BADSEQ", "The sequence number is wrong."),
    krb5(50, "KRB5KRB_AP_ERR_INAPP_CKSUM", "The checksum type is not suitable."),
    krb5(51, "KRB5KRB_AP_PATH_NOT_ACCEPTED", "The service does not accept the path of realms."),
    krb5(52, "KRB5KRB_ERR_RESPONSE_TOO_BIG", "The answer is too long for UDP."),
    krb5(60, "KRB5KRB_ERR_GENERIC", "An error without a number of its own."),
    krb5(61, "KRB5KRB_ERR_FIELD_TOOLONG", "A field is longer than the KDC supports."),
    krb5(
        67,
        "KRB5KRB_AP_ERR_NO_TGT",
        "No ticket-granting ticket was sent for the user-to-user request.",
    ),
    krb5(68, "KRB5KDC_ERR_WRONG_REALM", "The client belongs to another realm."),
    krb5(
        69,
        "KRB5KRB_AP_ERR_USER_TO_USER_REQUIRED",
        "The service demands user-to-user authentication.",
    ),
    krb5(
        0x90,
        "KRB5KRB_AP_WRONG_PRINC",
        "The ticket is for another service than the one that was expected.",
    ),
    krb5(0x91, "KRB5KRB_AP_ERR_TKT_INVALID", "The ticket carries the INVALID flag."),
    krb5(0x9C, "KRB5_KDC_UNREACH", "No KDC of the realm can be reached."),
    krb5(0xA3, "KRB5_RC_REPLAY", "The replay cache holds the authenticator already."),
    krb5(0xB5, "KRB5_KT_NOTFOUND", "The key table holds no such entry."),
    gss(
        GSS_KRB5_BASE,
        "KG_CCACHE_NOMATCH",
        "The principal is not in the credentials cache.",
        GSS_KRB5,
    ),
    gss(
        GSS_KRB5_BASE + 0x01,
        "KG_KEYTAB_NOMATCH",
        "The principal is not in the key table.",
        GSS_KRB5,
    ),
    gss(
        GSS_KRB5_BASE + 0x02,
        "KG_TGT_MISSING",
        "The credentials cache holds no ticket-granting ticket.",
        GSS_KRB5,
    ),
    gss(
        GSS_KRB5_BASE + 0x04,
        "KG_CONTEXT_ESTABLISHED",
        "The context is established already.",
        GSS_KRB5,
    ),
    gss(
        GSS_KRB5_BASE + 0x05,
        "KG_BAD_SIGN_TYPE",
        "The signature algorithm is not supported.",
        GSS_KRB5,
    ),
    gss(GSS_KRB5_BASE + 0x06, "KG_BAD_LENGTH", "A length is not correct.", GSS_KRB5),
    gss(GSS_KRB5_BASE + 0x07, "KG_CTX_INCOMPLETE", "The context is not established.", GSS_KRB5),
    gss(GSS_KRB5_BASE + 0x08, "KG_CONTEXT", "The context identifier is not valid.", GSS_KRB5),
    gss(GSS_KRB5_BASE + 0x09, "KG_CRED", "The credential identifier is not valid.", GSS_KRB5),
    gss(
        GSS_KRB5_BASE + 0x0B,
        "KG_BAD_SEQ",
        "The token's sequence number is not correct.",
        GSS_KRB5,
    ),
    gss(
        GSS_KRB5_BASE + 0x40,
        "KG_BAD_PAD",
        "The token's pad characters are not correct.",
        GSS_KRB5,
    ),
    gss(GSS_KRB5_BASE + 0x41, "KG_NO_PRIVACY", "The context offers no confidentiality.", GSS_KRB5),
    gss(GSS_KRB5_BASE + 0x42, "KG_BAD_SEAL_TYPE", "The seal algorithm is not supported.", GSS_KRB5),
    gss(
        GSS_KRB5_BASE + 0x43,
        "KG_BAD_TOKEN_LENGTH",
        "The token's length is not correct.",
        GSS_KRB5,
    ),
    gss(GSS_BASE + 0x04, "G_BUFFER_ALLOC", "No storage for a buffer.", R_TICKETSERV),
    gss(GSS_BASE + 0x05, "G_BAD_MSG_CTX", "The message context is not valid.", GSS),
    assumed(
        GSS_BASE + 0x06,
        "G_WRONG_SIZE",
        "The client principal does not fit the area of the result.",
        MEANING,
    ),
    gss(GSS_BASE + 0x0B, "G_WRONG_MECH", "The bytes are not a valid Kerberos token.", R_TICKETSERV),
    gss(GSS_BASE + 0x0C, "G_BAD_TOK_HEADER", "The token's header is not correct.", GSS),
    gss(GSS_BASE + 0x0E, "G_TOK_TRUNC", "The token is cut.", GSS),
    gss(GSS_BASE + 0x10, "G_WRONG_TOKID", "The token identifier is not the expected one.", GSS),
    assumed(
        GSS_BASE + 0x58,
        "G_NOT_INIT_SEC_CONTEXT",
        "The token was not made by an initiator of the GSS-API.",
        RECALLED,
    ),
    assumed(
        GSS_BASE + 0x60,
        "G_UNSUPPORTED_MECHANISM",
        "The token is of a mechanism that is not supported.",
        RECALLED,
    ),
];

const fn krb5(number: u32, symbol: &'static str, meaning: &'static str) -> Status {
    gss(KRB5_BASE + number, symbol, meaning, KRB5)
}

const fn gss(
    word: u32,
    symbol: &'static str,
    meaning: &'static str,
    source: &'static str,
) -> Status {
    Status { word, symbol, meaning, mark: Mark::Documented, source }
}

const fn assumed(
    word: u32,
    symbol: &'static str,
    meaning: &'static str,
    source: &'static str,
) -> Status {
    Status { word, symbol, meaning, mark: Mark::Assumed, source }
}

/// The words as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::Status,
        key: format!("X'{:08X}'", row.word),
        title: row.symbol.into(),
        text: row.meaning.into(),
        cause: row.meaning,
        cure: "See the DFHXS1402 reason, or the KDC's log, that came with it.",
        mark: row.mark,
        source: row.source,
        beyond: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_protocol_errors_convert_both_ways() {
        assert_eq!(from_protocol_error(37), Some(SKEW));
        assert_eq!(from_protocol_error(127), Some(0x96C7_3A7F));
        assert_eq!(from_protocol_error(128), None);
        assert_eq!(from_protocol_error(u32::MAX), None);
        assert_eq!(protocol_error(TICKET_EXPIRED), Some(32));
        assert_eq!(protocol_error(WRONG_PRINCIPAL), None);
        assert_eq!(protocol_error(KRB5_BASE - 1), None);
        assert_eq!(major(FAILURE), 0x000D_0000);
    }

    #[test]
    fn every_row_is_found_by_word_and_by_symbol() {
        for row in &ROWS {
            assert_eq!(lookup(row.word), Some(row));
            assert_eq!(by_symbol(row.symbol), Some(row));
        }
        assert_eq!(lookup(0x96C7_3A25).unwrap().symbol, "KRB5KRB_AP_ERR_SKEW");
        assert_eq!(lookup(NO_PRIVACY).unwrap().symbol, "KG_NO_PRIVACY");
        assert_eq!(lookup(0), None);
    }
}
