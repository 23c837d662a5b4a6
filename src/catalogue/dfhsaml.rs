//! What program DFHSAML answers: the response codes of container DFHSAML-RESPONSE.

use super::{Entry, Kind};
use crate::check::Mark::{self, Assumed, Documented};

/// The document.
const SEED: &str = "CICS TS, SAML linkable interface DFHSAML, table 5";

/// One value of DFHSAML-RESPONSE.
#[derive(Debug, PartialEq, Eq)]
pub struct SamlResponse {
    /// The fullword.
    pub code: i32,
    /// A name for programs and traces.
    pub name: &'static str,
    /// What it says, in our words.
    pub meaning: &'static str,
    /// What brings it about in the model.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Whether a document says when it is given, or the model had to choose.
    pub mark: Mark,
    /// The document, or what was chosen.
    pub source: &'static str,
}

impl SamlResponse {
    /// The row's stable name: `DFHSAML/22`.
    pub fn key(&self) -> String {
        format!("{PROGRAM}/{}", self.code)
    }
}

/// The program.
pub const PROGRAM: &str = "DFHSAML";

/// Declares the rows, and the list of them.
macro_rules! responses {
    ($($name:ident $code:literal $word:literal $mark:ident $source:expr; $meaning:literal $cause:literal $cure:literal)*) => {
        $(
            #[doc = $meaning]
            pub static $name: SamlResponse = SamlResponse {
                code: $code,
                name: $word,
                meaning: $meaning,
                cause: $cause,
                cure: $cure,
                mark: $mark,
                source: $source,
            };
        )*

        /// All response codes, in their order.
        pub static ROWS: &[&SamlResponse] = &[$(&$name),*];
    };
}

responses! {
    OK 0 "OK" Documented SEED;
        "The function was carried out."
        "Every check was passed."
        "Nothing is wrong."
    INVALID_TOKEN 1 "InvalidToken" Assumed "the code is documented; which findings it stands for is assumed";
        "The token is not valid."
        "It is no SAML 1.1 or 2.0 assertion, lacks a required part, lacks the signature that is required, or its signature or digest does not hold."
        "Ask the issuer of the token for one that is signed as an enveloped XML signature over the whole assertion, and let nothing on the way change a byte of it."
    CONTAINER_ERROR 2 "ContainerError" Assumed "the code is documented; that it stands for data that cannot be read in its CCSID is assumed";
        "A container could not be read or written."
        "An input container holds data that is not valid in its CCSID."
        "Put the container with the CCSID in which its data is (FROMCCSID)."
    NO_INPUT 3 "MissingInput" Assumed "the code is documented; codes 10 and 19 stand for the containers that have one of their own";
        "A required input container is missing."
        "The program was linked to without a channel, or the channel holds no DFHSAML container at all."
        "Put DFHSAML-TOKEN into a channel and name the channel in LINK."
    JVMSERVER_NOT_ENABLED 6 "JvmServerNotEnabled" Documented SEED;
        "The JVM server is not enabled."
        "The JVM server is defined but its status is not enabled."
        "Enable it: CEMT SET JVMSERVER(DFHXSTS) ENABLED."
    JVMSERVER_NOT_FOUND 7 "JvmServerNotFound" Documented SEED;
        "The JVM server is not found."
        "The region has no JVM server of the name in DFHSAML-JVMSERVR, or none named DFHXSTS where the container is not there."
        "Install the JVMSERVER resource (CSD group DFHSAML has DFHXSTS), or name the one that runs the secure token service."
    FUNCTION_NOT_CHAR 9 "FunctionNotChar" Documented SEED;
        "DFHSAML-FUNCTION is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put it with CHAR."
    NO_TOKEN 10 "TokenNotFound" Documented SEED;
        "DFHSAML-TOKEN is not found."
        "The function is SAML-EXTRACT or SAML-VALIDATE and the channel holds no token."
        "Put the assertion into DFHSAML-TOKEN with CHAR."
    TOKEN_NOT_CHAR 11 "TokenNotChar" Documented SEED;
        "DFHSAML-TOKEN is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put it with CHAR, and with FROMCCSID where it is not in the CCSID of the region."
    JVMSERVR_NOT_CHAR 12 "JvmServerNotChar" Documented SEED;
        "DFHSAML-JVMSERVR is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put it with CHAR."
    FILTER_NOT_CHAR 13 "FilterNotChar" Documented SEED;
        "DFHSAML-FILTER is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put it with CHAR."
    SIGNED_NOT_CHAR 14 "SignedNotChar" Documented SEED;
        "DFHSAML-SIGNED is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put it with CHAR."
    NOT_PARSED 15 "NotParsed" Documented SEED;
        "The token could not be parsed; DFHSJ-ERROR says more."
        "It is not well-formed XML, has a document type declaration, or exceeds the limits of the parser."
        "Pass the assertion as it came, without an envelope, as XML and nothing else."
    FILTER_NOT_VALID 16 "FilterNotValid" Assumed "the code is documented; that the length must be that of the DSECT is assumed";
        "DFHSAML-FILTER holds data that is not valid."
        "Its length is not that of the DSECT, or one of its bytes is neither SAML-YES nor SAML-NO."
        "Set every field of the DSECT, in its order, to SAML-YES or SAML-NO."
    FUNCTION_NOT_VALID 17 "FunctionNotValid" Documented SEED;
        "DFHSAML-FUNCTION holds data that is not valid."
        "It is none of SAML-EXTRACT, SAML-ISSUE and SAML-VALIDATE."
        "Set it to one of the three, or leave it out for SAML-EXTRACT."
    SIGNED_NOT_VALID 18 "SignedNotValid" Documented SEED;
        "DFHSAML-SIGNED holds data that is not valid."
        "It is neither SAML-REQUIRED nor SAML-IGNORED."
        "Set it to one of the two, or leave it out for SAML-REQUIRED."
    NO_OUTTOKEN 19 "OutTokenNotFound" Documented SEED;
        "DFHSAML-OUTTOKEN is not found."
        "The function is SAML-ISSUE and no token has been validated in this channel."
        "Validate a token first with SAML-VALIDATE or SAML-EXTRACT, in the same channel."
    CERTIFICATE_EXPIRED 21 "CertificateExpired" Assumed "the code is documented for an expired certificate; one that is not valid yet is assumed to give it too";
        "The certificate in the token has expired."
        "The clock of the system is outside the validity of the signer's certificate or of one on its path."
        "Let the issuer sign with a certificate that is valid now, and look at the clock of the system."
    TOKEN_EXPIRED 22 "TokenExpired" Assumed "the code is documented for a token that is no longer valid; one that is not valid yet is assumed to give it too";
        "The token is no longer valid."
        "The clock of the system is outside the times of the token's conditions, the clock skew of the secure token service added on both sides."
        "Get a new token, bring the clocks together, or raise <clock_skew> in the STS configuration file."
    CERTIFICATE_NOT_TRUSTED 23 "CertificateNotTrusted" Documented SEED;
        "The certificate in the token is not trusted."
        "No path leads from the signer's certificate to a trusted certificate on the key ring."
        "Add the issuer's CA certificate with RACDCERT CERTAUTH ADD(...) TRUST and connect it: RACDCERT ID(user) CONNECT(CERTAUTH LABEL('...') RING(...))."
    NOT_READ_ONLY 24 "NotReadOnly" Assumed "the code is documented; that it stands for an OUTTOKEN that the application has put itself is assumed";
        "A container is not read-only."
        "The function is SAML-ISSUE and DFHSAML-OUTTOKEN is not the container that a validation made."
        "Do not put DFHSAML-OUTTOKEN yourself: validate the token in this channel, then issue it."
    NO_SIGNATURE_CONFIGURED 25 "NoSignatureConfigured" Documented SEED;
        "The STS configuration file configures no signature."
        "The function is SAML-ISSUE and the file has no <signature> element."
        "Add <signature> with the label of a certificate on the key ring."
    ATTRIBUTE_NOT_ADDED 26 "AttributeNotAdded" Assumed "the code is documented; what keeps an attribute from being added is assumed";
        "An attribute could not be added."
        "A SAML 1.1 attribute has no namespace, a text has characters that XML does not allow, DFHSAML-ATTRAnnn is no fullword from 1 to 999, or the token would have more than 999 attributes."
        "Correct the attribute containers."
    ATTRIBUTE_NOT_CHAR 27 "AttributeNotChar" Documented SEED;
        "An attribute input container is not a CHAR container."
        "It was put without CHAR, DATATYPE(CHAR) or FROMCCSID."
        "Put all of them with CHAR, but DFHSAML-ATTRAnnn."
    ATTRIBUTE_VALUE_MISSING 28 "AttributeValueMissing" Documented SEED;
        "An attribute value is missing or empty."
        "Fewer containers DFHSAML-AnnnVmmm are there than DFHSAML-ATTRAnnn says, or one is empty."
        "Put a value into each of them, and the number of them into DFHSAML-ATTRAnnn."
    ATTRIBUTE_NAME_MISSING 29 "AttributeNameMissing" Documented SEED;
        "An attribute name is missing or empty."
        "Other containers of the attribute are there, but not DFHSAML-ATTRNnnn, or it is empty."
        "Put the name into DFHSAML-ATTRNnnn, under the same three characters."
    NO_KEY_RING 30 "NoKeyRing" Assumed "the code is documented; that it is given only where a signature is validated or made is assumed";
        "No key ring is specified."
        "The region's system initialization parameter KEYRING is not set and a signature must be validated or made."
        "Set KEYRING to a key ring of the region's user ID."
    CERTIFICATE_NOT_FOUND 31 "CertificateNotFound" Assumed "the code is documented; both triggers are assumed";
        "The certificate is not found on the key ring."
        "The label in the STS configuration file (CICSCERT where it names none) is not on the key ring with its private key, or the token names a signer's certificate that it does not carry."
        "Connect the certificate: RACDCERT ID(user) CONNECT(ID(user) LABEL('CICSCERT') RING(...))."
    NOT_CONFIGURED_FOR_SAML 33 "NotConfiguredForSaml" Documented SEED;
        "The JVM server is not configured for SAML."
        "The JVM server runs, but its profile does not set up the secure token service."
        "Use JVM profile DFHJVMST, and put sts.xml where the region finds it."
}

/// The row of a response code.
pub fn lookup(code: i32) -> Option<&'static SamlResponse> {
    ROWS.iter().copied().find(|row| row.code == code)
}

/// The response codes as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::SamlResponse,
        key: row.key(),
        title: format!("{} of {PROGRAM}", row.name).into(),
        text: row.meaning.into(),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: None,
    })
}
