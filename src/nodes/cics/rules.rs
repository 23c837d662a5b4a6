//! The rules by which a region decides, each with its source.

use crate::check::rules;

rules! {
    // VERIFY TOKEN.
    TOKEN_LENGTH_LEAST Assumed "cics.tokenlen-least" "cics.md 1.5, RESP2 60"
        "TOKENLEN is at least 1."
    TOKEN_LENGTH_AREA Assumed "cics.tokenlen-area" "cics.md 1.5, RESP2 60"
        "TOKENLEN is not longer than the area that holds the token."
    TOKEN_LENGTH_MOST Assumed "cics.tokenlen-most" "cics.md 1.3 K14"
        "A Kerberos token has at most 65,535 bytes."
    BASE64_ALPHABET Documented "cics.base64" "CICS TS 5.2, VERIFY TOKEN, DATATYPE"
        "With DATATYPE(BASE64) the token is base64 in a US-EBCDIC-compatible code page."
    SECURITY_ACTIVE Documented "cics.security-active" "DFHXS1402, reason: Security not active"
        "The region calls the ESM only with SEC=YES."
    OUTTOKEN_FOR_MUTUAL Documented "cics.outtoken-for-mutual"
        "CICS TS 5.5, VERIFY TOKEN, KERBEROS"
        "A token that requests mutual authentication needs OUTTOKEN and OUTTOKENLEN."
    CONFIDENTIALITY Assumed "cics.encryptkey-confidentiality"
        "CICS TS 5.4, VERIFY TOKEN, ENCRYPTKEY; refused here by the region's setting"
        "ENCRYPTKEY needs a token from a system that supports message confidentiality."
    OUTPUT_TOKEN Documented "cics.output-token"
        "DFHXS1402, reason: R_GENSEC ACCEPT service did not return an output token"
        "The accept gives an output token where the AP-REQ demands mutual authentication."
}
