//! What the numbers and flags of Kerberos messages mean (RFC 4120 sections 5 and 7.5).

use crate::protocol::kerberos::error::ErrorCode;
use crate::protocol::kerberos::etype::EncryptionType;
use crate::protocol::kerberos::flags::{ApOptions, KdcOptions, TicketFlags};

/// The meaning of an INTEGER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// A version: no number has a name.
    Plain,
    /// A nonce, a key version, a sequence number: 32 bits without a sign.
    Unsigned,
    /// Microseconds within a second.
    Micros,
    Address,
    Authorization,
    Checksum,
    Error,
    Etype,
    LastRequest,
    Message,
    Name,
    Padata,
}

/// The names of flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bits {
    Ap,
    Kdc,
    Ticket,
}

impl Sense {
    /// The least and the greatest number that may stand there (section 5.2.4).
    pub(super) fn range(self) -> (i64, i64) {
        match self {
            Sense::Unsigned => (0, u32::MAX.into()),
            Sense::Micros => (0, 999_999),
            _ => (i32::MIN.into(), i32::MAX.into()),
        }
    }

    /// The name of a number.
    pub(super) fn of(self, number: i64) -> Option<String> {
        let number = i32::try_from(number).ok()?;
        let table: &[(i32, &str)] = match self {
            Sense::Plain | Sense::Unsigned | Sense::Micros => return None,
            Sense::Error => return ErrorCode(number).name().map(str::to_owned),
            Sense::Etype => {
                let known = EncryptionType::from_number(number).map(|etype| etype.to_string());
                return known.or_else(|| named(OTHER_ETYPES, number));
            }
            Sense::Address => ADDRESSES,
            Sense::Authorization => AUTHORIZATION,
            Sense::Checksum => CHECKSUMS,
            Sense::LastRequest => LAST_REQUESTS,
            Sense::Message => MESSAGES,
            Sense::Name => NAMES,
            Sense::Padata => PADATA,
        };
        named(table, number)
    }
}

fn named(table: &[(i32, &str)], number: i32) -> Option<String> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| (*name).to_owned())
}

impl Bits {
    /// The names of the set flags.
    pub(super) fn of(self, word: u32) -> String {
        match self {
            Bits::Ap => ApOptions(word).text(),
            Bits::Kdc => KdcOptions(word).text(),
            Bits::Ticket => TicketFlags(word).text(),
        }
    }
}

/// Types of pre-authentication data (section 7.5.2, and the registry of Kerberos parameters).
const PADATA: &[(i32, &str)] = &[
    (1, "PA-TGS-REQ"),
    (2, "PA-ENC-TIMESTAMP"),
    (3, "PA-PW-SALT"),
    (11, "PA-ETYPE-INFO"),
    (16, "PA-PK-AS-REQ"),
    (17, "PA-PK-AS-REP"),
    (19, "PA-ETYPE-INFO2"),
    (128, "PA-PAC-REQUEST"),
    (129, "PA-FOR-USER"),
    (133, "PA-FX-COOKIE"),
    (136, "PA-FX-FAST"),
    (137, "PA-FX-ERROR"),
    (138, "PA-ENCRYPTED-CHALLENGE"),
    (149, "PA-REQ-ENC-PA-REP"),
    (150, "PA-AS-FRESHNESS"),
    (151, "PA-SPAKE"),
];

/// Encryption types that the model does not have, by the names of the registry.
const OTHER_ETYPES: &[(i32, &str)] = &[
    (1, "des-cbc-crc"),
    (3, "des-cbc-md5"),
    (16, "des3-cbc-sha1-kd"),
    (23, "rc4-hmac"),
    (25, "camellia128-cts-cmac"),
    (26, "camellia256-cts-cmac"),
];

/// Checksum types; X'8003' is that of GSS-API (RFC 4121 section 4.1.1).
const CHECKSUMS: &[(i32, &str)] = &[
    (15, "hmac-sha1-96-aes128"),
    (16, "hmac-sha1-96-aes256"),
    (19, "hmac-sha256-128-aes128"),
    (20, "hmac-sha384-192-aes256"),
    (0x8003, "GSS-API"),
];

/// Address types (section 7.5.3).
const ADDRESSES: &[(i32, &str)] = &[(2, "IPv4"), (3, "Directional"), (20, "NetBIOS"), (24, "IPv6")];

/// Authorization data types (section 7.5.4).
const AUTHORIZATION: &[(i32, &str)] = &[
    (1, "AD-IF-RELEVANT"),
    (4, "AD-KDC-ISSUED"),
    (5, "AD-AND-OR"),
    (8, "AD-MANDATORY-FOR-KDC"),
    (128, "AD-WIN2K-PAC"),
    (129, "AD-ETYPE-NEGOTIATION"),
];

/// Kinds of last requests (section 5.4.2).
const LAST_REQUESTS: &[(i32, &str)] = &[
    (0, "no information"),
    (1, "last initial request for a ticket-granting ticket"),
    (2, "last initial request"),
    (3, "newest ticket-granting ticket"),
    (4, "last renewal"),
    (5, "last request of any kind"),
    (6, "expiry of the password"),
    (7, "expiry of the account"),
];

/// Message types (section 7.5.7).
const MESSAGES: &[(i32, &str)] = &[
    (10, "AS-REQ"),
    (11, "AS-REP"),
    (12, "TGS-REQ"),
    (13, "TGS-REP"),
    (14, "AP-REQ"),
    (15, "AP-REP"),
    (20, "KRB-SAFE"),
    (21, "KRB-PRIV"),
    (22, "KRB-CRED"),
    (30, "KRB-ERROR"),
];

/// Name types (section 6.2).
const NAMES: &[(i32, &str)] = &[
    (0, "NT-UNKNOWN"),
    (1, "NT-PRINCIPAL"),
    (2, "NT-SRV-INST"),
    (3, "NT-SRV-HST"),
    (4, "NT-SRV-XHST"),
    (5, "NT-UID"),
    (6, "NT-X500-PRINCIPAL"),
    (7, "NT-SMTP-NAME"),
    (10, "NT-ENTERPRISE"),
    (11, "NT-WELLKNOWN"),
];
