//! What VERIFY TOKEN answers.
//!
//! The vendor's own list of RESP2 values could not be read. The numbers come from a third-party
//! implementation of the command and are marked as assumed, all of them, in this one table.

use super::conditions::Condition;
use super::response::Response;
use crate::check::Mark;

const COMMAND: &str = "VERIFY TOKEN";
const SOURCE: &str = "second-hand: a third-party implementation of the CICS TS 6 commands";

/// All responses: INVREQ, LENGERR, NOTAUTH, by RESP2 within each.
pub static ROWS: [&Response; 16] = [
    &TOKENTYPE_NOT_VALID,
    &DATATYPE_NOT_VALID,
    &NOT_BASE64,
    &BASE64_LENGTH,
    &TOKEN_MALFORMED,
    &NO_CONFIDENTIALITY,
    &OUTTOKEN_MISSING,
    &KERBEROS_NOT_AVAILABLE,
    &TOKENLEN_NOT_VALID,
    &JWT_NOT_AVAILABLE,
    &ESM_NOT_AVAILABLE,
    &JWT_UNSIGNED,
    &TOKEN_TOO_LONG,
    &NO_USER,
    &REFUSED,
    &USER_REVOKED,
];

/// Rows that no run can come to, and why.
pub(super) static BEYOND: [(&Response, &str); 1] =
    [(&JWT_UNSIGNED, "tokens of type JWT are not modelled")];

/// TOKENTYPE is wrong, or an option does not go with it.
pub static TOKENTYPE_NOT_VALID: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 31,
    meaning: "The token type is not valid, or an option does not belong to it.",
    cause: "TOKENTYPE holds no known CVDA, or ENCRYPTKEY is coded for a token that is not \
            KERBEROS.",
    cure: "Code KERBEROS with ENCRYPTKEY, and a CVDA of the command otherwise.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// DATATYPE does not go with the token type.
pub static DATATYPE_NOT_VALID: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 32,
    meaning: "The data type is not valid for this type of token.",
    cause: "BASE64 was asked for a JWT, or DATATYPE holds no known CVDA.",
    cure: "Leave DATATYPE out for a JWT; use BIT or BASE64 otherwise.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// DATATYPE(BASE64) and the data is not BASE64.
pub static NOT_BASE64: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 36,
    meaning: "The token is not in BASE64 although DATATYPE says so.",
    cause: "A character outside the alphabet, wrong padding, or a code page that moves the \
            letters.",
    cure: "Pass the token as the sender encoded it, converted to a US EBCDIC code page; or use \
           BIT.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// BASE64 that decodes to nothing or to too much.
pub static BASE64_LENGTH: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 37,
    meaning: "The BASE64 text decodes to no bytes, or to more than a token may have.",
    cause: "The data holds padding alone, or is far longer than any ticket.",
    cure: "Check TOKENLEN and what the sender put into the token.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The bytes are no Kerberos token.
pub static TOKEN_MALFORMED: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 50,
    meaning: "The Kerberos token cannot be understood.",
    cause: "The bytes were cut, changed or converted on the way, or are another mechanism's.",
    cure: "Pass the GSS-API initial token byte for byte; strip any SPNEGO wrapper first.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// ENCRYPTKEY was asked for a token without confidentiality.
pub static NO_CONFIDENTIALITY: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 51,
    meaning: "ENCRYPTKEY was asked for, but the token's sender offers no confidentiality.",
    cause: "The client set up its context without the confidentiality flag and the region refuses \
            that early.",
    cure: "Let the client ask for confidentiality when it makes the token.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// Mutual authentication needs OUTTOKEN.
pub static OUTTOKEN_MISSING: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 52,
    meaning: "The token asks for mutual authentication, but OUTTOKEN and OUTTOKENLEN are not \
              coded.",
    cause: "The client wants proof of the region's identity and the program has nowhere to put it.",
    cure: "Code both options and send the output token back to the client.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The region has no Kerberos service.
pub static KERBEROS_NOT_AVAILABLE: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 53,
    meaning: "The Kerberos service cannot be used.",
    cause: "SKRBKDC is not started or does not answer, or the region owns no principal.",
    cure: "Read DFHXS1402 on CSCS: its reason tells which of them it is.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// TOKENLEN is zero or beyond the area.
pub static TOKENLEN_NOT_VALID: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 60,
    meaning: "TOKENLEN is zero, negative or longer than the data area.",
    cause: "The program did not set the length, or took it from another field.",
    cure: "Set TOKENLEN to the number of bytes of the token.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// JSON web tokens cannot be handled.
pub static JWT_NOT_AVAILABLE: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 65,
    meaning: "The service for JSON web tokens is not available, or OUTTOKEN is not allowed here.",
    cause: "The ESM level has no support for them. The simulator does not model them and answers \
            so always.",
    cure: "Use KERBEROS, or BASICAUTH without OUTTOKEN.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// Security or the ESM is not there.
pub static ESM_NOT_AVAILABLE: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 100,
    meaning: "The request to the ESM could not be carried out.",
    cause: "The region runs with SEC=NO, the ESM is down, or it answered in a way that CICS does \
            not classify.",
    cure: "Read DFHXS1402 on CSCS: its reason and codes tell which of them it is.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The JSON web token carries no signature.
pub static JWT_UNSIGNED: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 103,
    meaning: "The JSON web token is not signed.",
    cause: "The token names no signature algorithm.",
    cure: "Use tokens that the ESM signed.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// A Kerberos token over the limit.
pub static TOKEN_TOO_LONG: Response = Response {
    command: COMMAND,
    resp: Condition::LengErr,
    resp2: 45,
    meaning: "TOKENLEN is beyond the largest Kerberos token.",
    cause: "The length is over 65535 bytes.",
    cure: "Set TOKENLEN to the number of bytes of the token.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// No user for the principal.
pub static NO_USER: Response = Response {
    command: COMMAND,
    resp: Condition::NotAuth,
    resp2: 20,
    meaning: "The ESM knows no user for the client principal.",
    cause: "No KERB segment bears the name and no KERBLINK profile maps it.",
    cure: "ALTUSER with KERB(KERBNAME(name)) for a local principal, RDEFINE KERBLINK for a \
           foreign one.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The ESM refused.
pub static REFUSED: Response = Response {
    command: COMMAND,
    resp: Condition::NotAuth,
    resp2: 61,
    meaning: "The ESM refused the token or the request.",
    cause: "The token is expired, stale, replayed or made for another service, or the region \
            lacks authority.",
    cure: "Read DFHXS1402 on CSCS: its reason tells which of them it is.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The user is revoked.
pub static USER_REVOKED: Response = Response {
    command: COMMAND,
    resp: Condition::NotAuth,
    resp2: 70,
    meaning: "The user of a BASICAUTH token is revoked.",
    cause: "An administrator revoked the user, or too many failed sign-ons did.",
    cure: "ALTUSER with RESUME, once it is clear why the user was revoked.",
    mark: Mark::Assumed,
    source: SOURCE,
};
