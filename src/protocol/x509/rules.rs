//! The rules by which certificates are judged.

use crate::check::rules;

rules! {
    VALIDITY Documented "x509.validity" "RFC 5280 section 4.1.2.5"
        "A certificate is valid from the first second of its validity to the last, by the clock of the system."
    EXTENSIONS Documented "x509.extensions" "RFC 5280 section 4.2"
        "A certificate has no critical extension that is not understood."
    PATH Documented "x509.path" "RFC 5280 section 6.1; z/OS RACF Security Administrator's Guide, key rings"
        "A path of signatures leads from the certificate to a trusted certificate on the key ring."
}
