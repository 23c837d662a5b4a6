//! KRB-ERROR: its numbers (RFC 4120 section 7.5.9) and the message.

use std::fmt;

use rasn::types::{Integer, OctetString};
use rasn_kerberos as asn1;

use super::der::{self, WireError};
use super::messages::{EtypeInfo, MessageType, micros, number};
use super::principal::{Principal, general, text};
use super::time::{self, KerberosTime};

/// The number of a protocol error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorCode(pub i32);

/// Declares the numbers and their names from one table.
macro_rules! codes {
    ($($number:literal $name:ident $text:literal)*) => {
        impl ErrorCode {
            $(#[doc = $text] pub const $name: ErrorCode = ErrorCode($number);)*

            /// The name that RFC 4120 gives the number, without `KDC_ERR_` or `KRB_AP_ERR_`.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($number => Some(stringify!($name)),)* _ => None }
            }

            /// What the number means, in one sentence.
            pub fn meaning(self) -> Option<&'static str> {
                match self.0 { $($number => Some($text),)* _ => None }
            }
        }
    };
}

codes! {
    1 NAME_EXP "The client's entry in the database has expired."
    2 SERVICE_EXP "The service's entry in the database has expired."
    3 BAD_PVNO "The protocol version is not supported."
    4 C_OLD_MAST_KVNO "The client's key is encrypted under an old master key."
    5 S_OLD_MAST_KVNO "The service's key is encrypted under an old master key."
    6 C_PRINCIPAL_UNKNOWN "The client is not in the database."
    7 S_PRINCIPAL_UNKNOWN "The service is not in the database."
    8 PRINCIPAL_NOT_UNIQUE "The database has several entries of this name."
    9 NULL_KEY "The client or the service has no key."
    10 CANNOT_POSTDATE "The ticket cannot be postdated."
    11 NEVER_VALID "The ticket would never be valid, or less than the least lifetime."
    12 POLICY "The policy of the KDC refuses the request."
    13 BADOPTION "The KDC cannot do what an option asks for."
    14 ETYPE_NOSUPP "No encryption type suits both sides."
    15 SUMTYPE_NOSUPP "The checksum type is not supported."
    16 PADATA_TYPE_NOSUPP "The pre-authentication type is not supported."
    17 TRTYPE_NOSUPP "The transited encoding is not supported."
    18 CLIENT_REVOKED "The client is revoked."
    19 SERVICE_REVOKED "The service is revoked."
    20 TGT_REVOKED "The ticket-granting ticket is revoked."
    21 CLIENT_NOTYET "The client is not valid yet."
    22 SERVICE_NOTYET "The service is not valid yet."
    23 KEY_EXPIRED "The password has expired and must be changed."
    24 PREAUTH_FAILED "The pre-authentication is not valid."
    25 PREAUTH_REQUIRED "More pre-authentication is required."
    26 SERVER_NOMATCH "Service and ticket do not match."
    27 MUST_USE_USER2USER "The service takes user-to-user tickets only."
    28 PATH_NOT_ACCEPTED "The path of realms is not accepted."
    29 SVC_UNAVAILABLE "A service is not available."
    31 BAD_INTEGRITY "The integrity check of decrypted data failed."
    32 TKT_EXPIRED "The ticket has expired."
    33 TKT_NYV "The ticket is not valid yet."
    34 REPEAT "The request is a replay."
    35 NOT_US "The ticket is for another service."
    36 BADMATCH "Ticket and authenticator name different clients."
    37 SKEW "The clocks differ too much."
    38 BADADDR "The network address is not one of the ticket."
    39 BADVERSION "The protocol version does not match."
    40 MSG_TYPE "The message type is not valid here."
    41 MODIFIED "The message was modified on its way."
    42 BADORDER "The message is out of order."
    44 BADKEYVER "The key version is not available."
    45 NOKEY "The service key is not available."
    46 MUT_FAIL "Mutual authentication failed."
    47 BADDIRECTION "The direction of the message is wrong."
    48 METHOD "Another authentication method is required."
    49 BADSEQ "The sequence number is wrong."
    50 INAPP_CKSUM "The checksum type is not suitable here."
    51 AP_PATH_NOT_ACCEPTED "The path of realms is not accepted by the service."
    52 RESPONSE_TOO_BIG "The reply is too big for this transport."
    60 GENERIC "An error without a number of its own."
    61 FIELD_TOOLONG "A field is too long for this implementation."
    62 CLIENT_NOT_TRUSTED "The client's certificate is not trusted."
    63 KDC_NOT_TRUSTED "The KDC's certificate is not trusted."
    64 INVALID_SIG "The signature is not valid."
    65 KEY_TOO_WEAK "The key is too weak."
    66 CERTIFICATE_MISMATCH "The certificate is not the client's."
    67 NO_TGT "There is no ticket-granting ticket for user-to-user."
    68 WRONG_REALM "The request belongs to another realm."
    69 USER_TO_USER_REQUIRED "A user-to-user ticket is required."
    70 CANT_VERIFY_CERTIFICATE "The certificate cannot be verified."
    71 INVALID_CERTIFICATE "The certificate is not valid."
    72 REVOKED_CERTIFICATE "The certificate is revoked."
    73 REVOCATION_STATUS_UNKNOWN "The revocation state of the certificate is not known."
    74 REVOCATION_STATUS_UNAVAILABLE "The revocation state of the certificate cannot be learned."
    75 CLIENT_NAME_MISMATCH "The certificate names another client."
    76 KDC_NAME_MISMATCH "The certificate names another KDC."
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A KRB-ERROR message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KrbError {
    /// Why.
    pub code: ErrorCode,
    /// When, by the clock of whoever refused.
    pub time: KerberosTime,
    /// The client, where it is known.
    pub client: Option<Principal>,
    /// The service that was asked for.
    pub server: Principal,
    /// Words for a person.
    pub text: Option<String>,
    /// What may help: METHOD-DATA with the error 25.
    pub data: Option<Vec<u8>>,
}

impl KrbError {
    /// The message's octets.
    pub fn encode(&self) -> Vec<u8> {
        der::encode(&asn1::KrbError {
            pvno: Integer::from(5),
            msg_type: Integer::from(MessageType::Error as i32),
            ctime: None,
            cusec: None,
            stime: time::to_wire(self.time.seconds),
            susec: Integer::from(self.time.micros),
            error_code: self.code.0,
            crealm: self.client.as_ref().map(Principal::wire_realm),
            cname: self.client.as_ref().map(Principal::wire_name),
            realm: self.server.wire_realm(),
            sname: self.server.wire_name(),
            e_text: self.text.as_deref().map(general),
            e_data: self.data.as_ref().map(|data| OctetString::from(data.clone())),
        })
    }

    /// Reads the message.
    ///
    /// # Errors
    /// [`WireError`]: these octets are no KRB-ERROR.
    pub fn decode(bytes: &[u8]) -> Result<KrbError, WireError> {
        const MESSAGE: &str = "KRB-ERROR";
        let error: asn1::KrbError = der::decode(MESSAGE, bytes)?;
        let field = |problem| WireError { message: MESSAGE, offset: 0, problem };
        if number(&error.pvno) != Some(5) {
            return Err(field("the protocol version is not 5"));
        }
        if number(&error.msg_type) != Some(MessageType::Error as i32) {
            return Err(field("the message type is not 30"));
        }
        let micros = micros(MESSAGE, &error.susec)?;
        let client = error.cname.as_ref().zip(error.crealm.as_ref());
        Ok(KrbError {
            code: ErrorCode(error.error_code),
            time: KerberosTime { seconds: time::from_wire(&error.stime), micros },
            client: client.map(|(name, realm)| Principal::from_wire(realm, name)),
            server: Principal::from_wire(&error.realm, &error.sname),
            text: error.e_text.as_ref().map(text),
            data: error.e_data.map(|data| data.to_vec()),
        })
    }

    /// How keys are made from passwords, as the METHOD-DATA of the errors 24 and 25 says it; empty
    /// without such data, or where it cannot be read.
    pub fn etype_info(&self) -> Vec<EtypeInfo> {
        let methods = self.data.as_deref().map(|data| der::decode("METHOD-DATA", data));
        let methods: asn1::MethodData = methods.and_then(Result::ok).unwrap_or_default();
        EtypeInfo::from_padata(&methods)
    }
}
